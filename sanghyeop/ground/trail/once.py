"""The same form sent twice does its work once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.models import Once
from sanghyeop.ground.trail.moves import NotYours, Refused

#: Name of the hidden field; ``{% once %}`` writes it into a form.
FIELD = "once"
CSRF = "csrfmiddlewaretoken"  # another one with each page


def new_key() -> str:
    """A key for a form that is being shown."""
    return str(uuid.uuid4())


def key_of(request: HttpRequest) -> str:
    """The key of a form that was sent, with what was typed in it: the same form with other words is another sending,
    as when somebody goes back, types something new over the old words and sends. Empty without a usable key."""
    try:
        shown = uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return ""
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in (FIELD, CSRF))
    files = sorted((name, [(f.name, f.size) for f in found]) for name, found in request.FILES.lists())
    return str(uuid.uuid5(shown, json.dumps([typed, files], ensure_ascii=True)))


def sent_before(actor: Any, key: str) -> str | None:
    """The address that the first sending of this form led to. One query."""
    try:
        found = Once.objects.filter(key=uuid.UUID(key), actor=actor).first()
    except ValueError:
        return None
    return found.result if found else None


def say_sent_before(request: HttpRequest) -> None:
    """Tell who sends a form again, from the Back button or another tab, why the first result is shown."""
    words = _("이미 보내신 양식이라 새로 만들지 않고 처음 보내신 결과를 보여 드립니다. 바꿀 것은 여기에서 고쳐 주세요.")
    messages.info(request, words)


def again(request: HttpRequest) -> HttpResponse | None:
    """Leads whoever sends this form again to the result of the first time, and says so; None the first time. One query.

    To be asked before the form is looked at: what it was about may be over, for the very reason that it was sent.
    """
    before = sent_before(request.user, key_of(request))
    if not before:
        return None
    say_sent_before(request)
    return redirect(before)


def send(request: HttpRequest, action: Callable[[], str], words: str = "") -> str:
    """``send_once`` for the form of this request, which then says ``words``; whoever sends it again is told so."""
    done: list[str] = []

    def act() -> str:
        done.append(action())
        return done[0]

    address = send_once(request.user, key_of(request), act)
    if not done:
        say_sent_before(request)
    elif words:
        messages.success(request, words)
    return address


def send_form(request: HttpRequest, form: Any, action: Callable[[], str], words: str = "") -> HttpResponse | None:
    """Do what a sent form asks for, once, and go where it leads; what the rules refuse is shown on the form. None: show
    the form."""
    if request.method != "POST":
        return None
    before = again(request)
    if before or not form.is_valid():
        return before
    try:
        return redirect(send(request, action, words))
    except NotYours:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def send_once(actor: Any, key: str, action: Callable[[], str]) -> str:
    """Run ``action`` in one transaction with the key and return the address that it gives.

    Sent again, also at the same moment from another tab, the action does not run; the first address returns.
    """
    before = sent_before(actor, key)
    if before:
        return before
    try:
        parsed = uuid.UUID(key)
    except ValueError:
        parsed = uuid.uuid4()
    try:
        with transaction.atomic():
            mark = Once.objects.create(key=parsed, actor=actor, result="")
            mark.result = action()
            mark.save(update_fields=["result"])
            return mark.result
    except IntegrityError:
        before = sent_before(actor, key)
        if before:
            return before
        raise
