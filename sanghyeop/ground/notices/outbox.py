"""The outbox: notices go out by e-mail, each at least once, none lost when the mail server is away."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from sanghyeop.ground.notices.models import Notice

BATCH = 100


def waiting(now: datetime.datetime) -> list[Notice]:
    """The next notices to mail. One query."""
    due = Notice.objects.filter(mailed_at=None, next_attempt_at__lte=now)
    return list(due.select_related("recipient").order_by("next_attempt_at", "id")[:BATCH])


def send_waiting() -> tuple[int, int]:
    """Mail what waits, a batch at a time; how many went out and how many failed and wait for a later attempt."""
    sent = failed = 0
    connection = get_connection()
    while batch := waiting(timezone.now()):
        for notice in batch:
            try:
                connection.send_messages([letter(notice)])
            except OSError:  # smtplib's errors are OSErrors, too
                failed += 1
                put_off(notice)
            else:
                sent += 1
                Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
    return sent, failed


def letter(notice: Notice) -> EmailMessage:
    """The mail of one notice, with the address of the page that it is about."""
    link = f"\n\n{settings.SITE_URL}{notice.link}" if notice.link else ""
    return EmailMessage(notice.subject, notice.body + link, to=[notice.recipient.email])


def put_off(notice: Notice) -> None:
    """Try again later: after 1, 2, 4 … minutes, at most a day."""
    wait = datetime.timedelta(minutes=min(2**notice.attempts, 24 * 60))
    Notice.objects.filter(pk=notice.pk).update(attempts=notice.attempts + 1, next_attempt_at=timezone.now() + wait)
