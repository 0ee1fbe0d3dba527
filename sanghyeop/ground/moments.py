"""Moments and days as people write them, in Seoul's time and the reader's language."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _


def when(moment: datetime.datetime | None) -> str:
    """A moment in Seoul: 2026년 11월 24일 18:00."""
    if moment is None:
        return "–"
    return format_date(timezone.localtime(moment), _("Y년 n월 j일 H:i"))


def day(moment: datetime.datetime | datetime.date | None) -> str:
    """A day: 2026년 11월 24일."""
    if moment is None:
        return "–"
    if isinstance(moment, datetime.datetime):
        moment = timezone.localtime(moment)
    return format_date(moment, _("Y년 n월 j일"))
