"""Writing notices. They go out by e-mail later, from the outbox (``manage.py send_notices``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from sanghyeop.ground.notices.models import Notice


def notify(
    recipients: Iterable[Any], key: str, subject: str, body: str, link: str = "", round_id: int | None = None
) -> None:
    """Write the same notice to several people, in the transaction of what it tells of.

    ``key`` names the occasion; a person who has a notice with that key gets no second one. One query.
    """
    Notice.objects.bulk_create(
        [
            Notice(recipient=person, key=key, subject=subject[:200], body=body, link=link, round_id=round_id)
            for person in {person.pk: person for person in recipients}.values()
        ],
        ignore_conflicts=True,
    )


def read(notice: Notice) -> None:
    """Mark a notice as read, once."""
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
