"""Reads that pages share."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.rounds.models import Period, Round


def shown_rounds() -> QuerySet[Round]:
    """Rounds that anyone may see. One query when read."""
    return Round.objects.exclude(state=Round.State.DRAFT)


def period(round_: Round, step: str) -> Period | None:
    """One step of the calendar. One query, none where ``periods`` is prefetched."""
    return next((p for p in round_.periods.all() if p.step == step), None)


def is_open(round_: Round, step: str, at: datetime.datetime | None = None) -> bool:
    """Whether a step is open at a moment (now): from its opening up to, not including, its deadline."""
    found = period(round_, step)
    at = at or timezone.now()
    return found is not None and found.opens_at <= at < found.closes_at


def rounds_open_for(step: str) -> QuerySet[Round]:
    """Rounds in the state ‘open’ whose step is open now, newest first. One query when read."""
    now = timezone.now()
    return Round.objects.filter(
        state=Round.State.OPEN, periods__step=step, periods__opens_at__lte=now, periods__closes_at__gt=now
    ).order_by("-year", "call")


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here."""
    return []
