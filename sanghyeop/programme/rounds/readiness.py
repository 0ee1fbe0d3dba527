"""What a round still lacks before its call can open, as a checklist."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.programme.rounds import periods
from sanghyeop.programme.rounds.models import Kind, Period, Round
from sanghyeop.programme.rounds.queries import points_by_kind

#: What the points of a kind's criteria add up to, since scores are read as parts of a hundred.
FULL_POINTS = 100


@dataclass(frozen=True)
class Check:
    """One thing that has to be there: ``part`` is where it is mended, ``faults`` what is still wrong."""

    part: str
    label: str
    faults: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return not self.faults


def checklist(round_: Round, now: datetime.datetime | None = None) -> list[Check]:
    """Everything that the opening asks for. Four queries, none where periods, fields, criteria and eligible
    kinds are prefetched."""
    return [
        Check("basics", _("이름과 공모 목적"), _purpose(round_)),
        Check("calendar", _("모든 단계의 일정"), _calendar(round_, now or timezone.now())),
        Check("fields", _("분야 하나 이상"), _fields(round_)),
        Check("criteria", _("종류마다 배점의 합 100점"), _points(round_)),
        Check("budgets", _("시 예산"), () if round_.city_budget_krw > 0 else (_("시 예산이 0원입니다."),)),
        Check(
            "rules",
            _("신청할 수 있는 단체"),
            () if len(round_.eligible_kinds.all()) else (_("신청할 수 있는 단체의 종류를 하나 이상 골라 주세요."),),
        ),
        Check("panel", _("서로 맞는 심사 규칙"), _panel(round_)),
        Check("portfolio", _("서로 맞는 선정 규칙"), _portfolio(round_)),
    ]


def not_ready(round_: Round) -> str | None:
    """Why the call cannot open yet, in one text, or None."""
    faults = [fault for check in checklist(round_) for fault in check.faults]
    if not faults:
        return None
    return _("공모를 열기 전에 채울 것이 있습니다: %(faults)s") % {"faults": " ".join(faults)}


def _purpose(round_: Round) -> tuple[str, ...]:
    return () if round_.purpose.strip() else (_("공모 목적을 적어 주세요."),)


def _calendar(round_: Round, now: datetime.datetime) -> tuple[str, ...]:
    rows = round_.periods.all()
    present = {p.step: p for p in rows}
    missing = [str(Period.Step(s).label) for s in periods.steps_of(round_) if s not in present]
    faults = [str(message) for _end, message in periods.faults(periods.moments(rows))]
    if missing:
        faults.append(_("일정이 없는 단계: %(steps)s") % {"steps": ", ".join(missing)})
    if Period.Step.PLANS in present and present[Period.Step.PLANS].closes_at <= now:
        faults.append(_("계획서 접수 마감이 이미 지났습니다."))
    return tuple(faults)


def _fields(round_: Round) -> tuple[str, ...]:
    fields = round_.fields.all()
    if not fields:
        return (_("분야를 하나 이상 적어 주세요."),)
    least = sum(field.projects_min or 0 for field in fields)
    if round_.projects_max is not None and least > round_.projects_max:
        return (
            _("분야별 선정 하한의 합(%(least)s개)이 선정 사업 수 한도(%(most)s개)보다 많습니다.")
            % {"least": least, "most": round_.projects_max},
        )
    return ()


def _points(round_: Round) -> tuple[str, ...]:
    sums = points_by_kind(round_)
    if not sums:
        return (_("심사 항목을 적어 주세요."),)
    return tuple(
        _("%(kind)s 사업의 배점 합이 %(points)s점입니다. %(full)s점이 되어야 합니다.")
        % {"kind": Kind(kind).label, "points": points, "full": FULL_POINTS}
        for kind, points in sums.items()
        if points != FULL_POINTS
    )


def _panel(round_: Round) -> tuple[str, ...]:
    if round_.quorum > round_.reviews_per_plan:
        return (_("점수 확정에 필요한 심사표가 계획서당 심사위원 수보다 많습니다."),)
    return ()


def _portfolio(round_: Round) -> tuple[str, ...]:
    faults = []
    if not round_.weight_score and not round_.weight_jobs:
        faults.append(_("점수와 일자리의 가중치가 모두 0입니다."))
    if round_.projects_max is not None and (round_.districts_min or 0) > round_.projects_max:
        faults.append(_("참여 자치구 하한이 선정 사업 수 한도보다 많습니다."))
    return tuple(faults)
