"""Reads that pages share."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.rounds.models import Kind, Period, Round
from sanghyeop.programme.rounds.permissions import city_officer, rounds_of

State, Step = Round.State, Period.Step

#: Ways to break a tie besides a criterion's points.
TIE_BREAKS = {
    "jobs": gettext_lazy("일자리가 많은 순"),
    "city_krw": gettext_lazy("시비를 적게 쓰는 순"),
    "district_share": gettext_lazy("자치구 부담 비율이 높은 순"),
    "earlier": gettext_lazy("먼저 제출한 순"),
}


@dataclass(frozen=True)
class NextStep:
    """What comes next for a round: ``due`` is its moment, ``waits`` whether the officer has to act now."""

    text: str
    due: datetime.datetime | None = None
    waits: bool = False


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


def kinds_called(round_: Round) -> list[str]:
    """The kinds of projects that a round takes: those with criteria. One query unless prefetched."""
    present = {criterion.kind for criterion in round_.criteria.all()}
    return [kind for kind in Kind if kind in present]


def points_by_kind(round_: Round) -> dict[str, int]:
    """Sum of the points of each kind that has criteria. One query unless prefetched."""
    points = [(criterion.kind, criterion.points) for criterion in round_.criteria.all()]
    called = {kind for kind, _points in points}
    return {str(kind): sum(p for k, p in points if k == kind) for kind in Kind if kind in called}


def tie_break_choices(round_: Round) -> dict[str, str]:
    """All ways to break a tie in this round, key → words. One query unless ``criteria`` is prefetched."""
    return {key: str(label) for key, label in TIE_BREAKS.items()} | {
        f"criterion:{criterion.pk}": _("%(kind)s 사업 ‘%(name)s’ 점수가 높은 순")
        % {"kind": criterion.get_kind_display(), "name": criterion}
        for criterion in round_.criteria.all()
    }


def tie_break_labels(round_: Round) -> list[str]:
    """The round's order of tie-breaks in words. One query unless prefetched."""
    choices = tie_break_choices(round_)
    return [choices[key] for key in round_.tie_breaks if key in choices]


def to_copy(rounds: QuerySet[Round]) -> Round | None:
    """The latest announced main round, unless the year after it has its round already. Two queries."""
    last = rounds.filter(record=False, call=Round.Call.MAIN).exclude(state=State.DRAFT).first()
    if last is None or rounds.filter(year=last.year + 1, call=Round.Call.MAIN).exists():
        return None
    return last


def next_step(round_: Round, now: datetime.datetime | None = None) -> NextStep:
    """What comes next. One query unless ``periods`` is prefetched."""
    now = now or timezone.now()
    ends = {p.step: p for p in round_.periods.all()}

    def until(step: str, before: str, after: str) -> NextStep:
        closes = ends[step].closes_at if step in ends else None
        passed = closes is not None and closes <= now
        return NextStep(after if passed or closes is None else before, closes, waits=passed)

    if round_.record:
        return NextStep(_("발표된 기록입니다."))
    if round_.state == State.DRAFT:
        first = min((p.opens_at for p in ends.values()), default=None)
        return NextStep(_("준비를 마치고 공모를 열어 주세요."), first, waits=True)
    if round_.state == State.OPEN:
        if Step.PLANS in ends and ends[Step.PLANS].opens_at > now:
            return NextStep(_("계획서 접수를 시작할 때를 기다립니다."), ends[Step.PLANS].opens_at)
        return until(Step.PLANS, _("계획서를 받고 있습니다."), _("접수가 끝났습니다. 심사를 시작해 주세요."))
    if round_.state == State.REVIEW:
        return until(Step.REVIEW, _("심사하고 있습니다."), _("심사 기간이 끝났습니다. 선정 단계로 넘겨 주세요."))
    if round_.state == State.SELECTION:
        return until(
            Step.SELECTION, _("선정하고 있습니다."), _("선정 기간이 끝났습니다. 결과를 확정하고 발표해 주세요.")
        )
    if round_.state == State.PUBLISHED:
        return until(
            Step.START, _("선정된 사업을 운영하고 있습니다."), _("사업 기간이 끝났습니다. 연차를 닫아 주세요.")
        )
    return NextStep(_("끝난 연차입니다."))


def tasks_for(user: Any) -> list[Task]:
    """Rounds whose next move waits for this city officer. Two queries, none for anyone else."""
    if not city_officer(user):
        return []
    waiting = rounds_of(user).filter(record=False).exclude(state=State.CLOSED).prefetch_related("periods")
    tasks = []
    for round_ in waiting:
        step = next_step(round_)
        if step.waits:
            title = _("%(round)s: %(what)s") % {"round": round_, "what": step.text}
            tasks.append(Task(title, reverse("rounds:overview", args=[round_.pk]), step.due))
    return tasks
