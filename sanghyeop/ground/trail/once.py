"""The same form sent twice does its work once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from sanghyeop.ground.trail.models import Once

#: Name of the hidden field; ``{% once %}`` writes it into a form.
FIELD = "once"


def new_key() -> str:
    """A key for a form that is being shown."""
    return str(uuid.uuid4())


def sent_before(actor: Any, key: str) -> str | None:
    """The address that the first sending of this form led to. One query."""
    try:
        found = Once.objects.filter(key=uuid.UUID(key), actor=actor).first()
    except ValueError:
        return None
    return found.result if found else None


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
