"""The calendar of a round: which step must come before which, and what may still move after the opening."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.rounds.models import Period, Round

Step = Period.Step
#: A moment of the calendar: a step's ``opens_at`` or ``closes_at``.
End = tuple[str, str]
OPENS, CLOSES = "opens_at", "closes_at"

#: Each first moment must not lie before the second one.
ORDER: tuple[tuple[End, End, Any], ...] = (
    ((Step.PLANS, OPENS), (Step.IDEAS, OPENS), _("계획서 접수는 아이디어 접수보다 먼저 시작할 수 없습니다.")),
    ((Step.PLANS, CLOSES), (Step.IDEAS, CLOSES), _("계획서 접수는 아이디어 접수보다 먼저 마감할 수 없습니다.")),
    ((Step.REVIEW, OPENS), (Step.PLANS, CLOSES), _("심사는 계획서 접수가 끝난 뒤에 시작해야 합니다.")),
    ((Step.SELECTION, OPENS), (Step.REVIEW, OPENS), _("선정은 심사보다 먼저 시작할 수 없습니다.")),
    ((Step.SELECTION, CLOSES), (Step.REVIEW, CLOSES), _("선정은 심사가 끝나기 전에 마감할 수 없습니다.")),
    ((Step.START, OPENS), (Step.SELECTION, CLOSES), _("사업은 선정이 끝난 뒤에 시작해야 합니다.")),
)

#: After the opening: the states in which a step's times may still be put off.
MAY_MOVE: dict[str, tuple[str, ...]] = {
    Step.IDEAS: (Round.State.OPEN,),
    Step.PLANS: (Round.State.OPEN,),
    Step.REVIEW: (Round.State.OPEN, Round.State.REVIEW),
    Step.SELECTION: (Round.State.OPEN, Round.State.REVIEW, Round.State.SELECTION),
    Step.START: (Round.State.OPEN, Round.State.REVIEW, Round.State.SELECTION, Round.State.PUBLISHED),
}

#: A round's calendar lies near its year; what lies farther is a slip of the finger.
YEARS_BEFORE, YEARS_AFTER = 2, 6


def steps_of(round_: Round) -> list[str]:
    """The steps that a round must have: a supplementary call may do without ideas."""
    return [s for s in Step if s != Step.IDEAS or round_.call == Round.Call.MAIN]


def moments(periods: Any) -> dict[End, datetime.datetime]:
    """The calendar as moments, from its rows."""
    return {(p.step, end): getattr(p, end) for p in periods for end in (OPENS, CLOSES)}


def faults(calendar: dict[End, datetime.datetime]) -> list[tuple[End, Any]]:
    """What is out of order, at the moment where it shows. Moments that are absent break nothing."""
    found: list[tuple[End, Any]] = []
    for step in Step:
        opens, closes = calendar.get((step, OPENS)), calendar.get((step, CLOSES))
        if opens and closes and closes <= opens:
            found.append(((step, CLOSES), _("마감은 시작보다 뒤여야 합니다.")))
    for later, earlier, message in ORDER:
        if later in calendar and earlier in calendar and calendar[later] < calendar[earlier]:
            found.append((later, message))
    return found


def may_set(round_: Round, step: str, end: str, stored: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether a moment may be written now: all in a draft, later on what has not begun and every deadline."""
    if round_.state == Round.State.DRAFT:
        return True
    if round_.state not in MAY_MOVE[step]:
        return False
    return end == CLOSES or stored is None or stored > now


def shifted(moment: datetime.datetime, years: int) -> datetime.datetime:
    """The same day and hour so many years later; 29 February becomes the 28th."""
    local = timezone.localtime(moment)
    try:
        moved = local.replace(year=local.year + years)
    except ValueError:
        moved = local.replace(year=local.year + years, day=28)
    return moved.replace(tzinfo=local.tzinfo)
