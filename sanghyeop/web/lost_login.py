"""A form sent after the log-in was lost: log in again, then send the same form on. Nothing typed is lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from sanghyeop.ground.parties.forms import LoginForm

LOGIN_FIELDS = ("username", "password")
PREFIX = "kept-"
TARGET = "kept_target"
#: Fields of the form's own machinery; a new token is written when it is sent on.
MACHINERY = ("csrfmiddlewaretoken",)


def typed(request: HttpRequest, prefix: str = "") -> list[tuple[str, str]]:
    """The posted fields as pairs, those with the prefix only, the prefix taken off."""
    return [
        (name.removeprefix(prefix), value)
        for name, values in request.POST.lists()
        if name.startswith(prefix) and name not in MACHINERY
        for value in values
    ]


def log_in_again(request: HttpRequest) -> HttpResponse:
    """The page that asks for the log-in and keeps what was typed.

    What a page asks by itself while somebody types (header ``X-Quiet``) gets no answer: it must not cover the form.
    """
    if request.headers.get("X-Quiet"):
        return HttpResponse(status=204)
    response = render(
        request,
        "parties/log_in_again.html",
        {
            "form": LoginForm(request),
            "target": request.get_full_path(),
            "kept": typed(request),
            "files": bool(request.FILES),
        },
        status=401,
    )
    if request.headers.get("HX-Request"):
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
        response["HX-Reselect"] = ".top, main, .foot"  # a button that asks for a part of its page gets this whole page
    return response


def continue_after_login(request: HttpRequest) -> HttpResponse:
    """Take the log-in, then offer to send the kept form on."""
    target = request.POST.get(TARGET, "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    kept = typed(request, PREFIX)
    if not request.user.is_authenticated:
        form = LoginForm(request, request.POST)
        if not form.is_valid():
            context = {"form": form, "target": target, "kept": kept}
            return render(request, "parties/log_in_again.html", context, status=422)
        login(request, form.get_user())
    return render(request, "parties/send_on.html", {"target": target, "kept": kept})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form with an old token (another tab logged in or out since): offer to send it on.

    Only for a form that came from this very site; anything else is refused outright.
    """
    sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "").netloc
    if sender and sender == request.get_host():
        if not request.user.is_authenticated and request.path != "/login/":
            return log_in_again(request)
        context = {"target": request.get_full_path(), "kept": typed(request)}
        return render(request, "parties/send_on.html", context, status=403)
    return render(request, "403.html", status=403)
