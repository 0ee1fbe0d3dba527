"""The gate: every address has a rule, and an address without one is closed to all."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import module_has_submodule

from sanghyeop.ground.parties.permissions import AddressRule
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.web.lost_login import log_in_again


def address_rules() -> dict[str, AddressRule]:
    """The rules of all apps' ``permissions.ADDRESSES``, by the full name of the address."""
    rules: dict[str, AddressRule] = {}
    for app in apps.get_app_configs():
        if app.name.startswith("sanghyeop.") and module_has_submodule(app.module, "permissions"):
            rules |= import_module(f"{app.name}.permissions").ADDRESSES
    return rules


class Gate:
    def __init__(self, get_response):
        self.get_response = get_response
        self.rules = address_rules()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        rule = self.rules.get(match.view_name if match else "")
        if rule is not None and rule(request.user):
            return None
        if request.user.is_authenticated or rule is None:
            return render(request, "403.html", status=403)
        if request.method == "POST":
            return log_in_again(request)
        return redirect(f"/login/?next={quote(request.get_full_path())}")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A move that the rules refuse becomes a page that says why."""
        if isinstance(exception, Refused):
            status = 403 if isinstance(exception, NotYours) else 409
            return render(request, "refused.html", {"reason": str(exception)}, status=status)
        return None
