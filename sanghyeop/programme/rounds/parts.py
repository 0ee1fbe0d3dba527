"""The parts of a round's rules, and which of them may still change when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.rounds.queries import period


class Phase(models.IntegerChoices):
    """How far a round is, as far as its rules are concerned: an open call has two halves."""

    DRAFT = 0, gettext_lazy("준비")
    ANNOUNCED = 1, gettext_lazy("공모 중, 계획서 접수 전")
    INTAKE = 2, gettext_lazy("공모 중, 계획서 접수 시작 뒤")
    REVIEW = 3, gettext_lazy("심사")
    SELECTION = 4, gettext_lazy("선정")
    PUBLISHED = 5, gettext_lazy("발표")
    CLOSED = 6, gettext_lazy("종료")


class Freedom(models.TextChoices):
    FREE = "free", gettext_lazy("자유롭게 고칠 수 있음")
    REASON = "reason", gettext_lazy("까닭을 적고 고칠 수 있음")
    FROZEN = "frozen", gettext_lazy("고정됨")


#: Why a part does not change any more after its phase.
WHY_FROZEN = {
    Phase.ANNOUNCED: gettext_lazy("신청하는 분들이 이 내용을 보고 계획서를 쓰므로, 접수를 시작하면 바꿀 수 없습니다."),
    Phase.INTAKE: gettext_lazy("모든 계획서를 같은 규칙으로 심사해야 하므로, 심사를 시작하면 바꿀 수 없습니다."),
    Phase.REVIEW: gettext_lazy("심사 결과를 보고 규칙을 바꾸는 일이 없도록, 선정을 시작하면 바꿀 수 없습니다."),
    Phase.SELECTION: gettext_lazy("발표한 결과가 이 내용에 바탕을 두므로, 발표한 뒤에는 바꿀 수 없습니다."),
    Phase.PUBLISHED: gettext_lazy("연차를 닫은 뒤에는 바꿀 수 없습니다. 고치려면 먼저 연차를 다시 열어야 합니다."),
}


@dataclass(frozen=True)
class Part:
    """One part of a round's rules. After the opening it may change, with a reason, up to a phase."""

    key: str
    title: Any
    until: Phase
    about: Any

    @property
    def why_frozen(self) -> Any:
        return WHY_FROZEN[self.until]


#: Which part may still change when: freely in a draft, with a written reason up to ``until``, then no more.
PARTS: dict[str, Part] = {
    part.key: part
    for part in (
        Part("basics", gettext_lazy("기본 사항"), Phase.SELECTION, gettext_lazy("연차의 이름과 공모 목적입니다.")),
        Part(
            "calendar",
            gettext_lazy("일정"),
            Phase.PUBLISHED,
            gettext_lazy(
                "단계마다 시작과 마감을 정합니다. "
                "공모를 연 뒤에는 아직 오지 않은 시작을 바꾸거나 마감을 늦출 수만 있습니다."
            ),
        ),
        Part(
            "fields",
            pgettext_lazy("several", "분야"),
            Phase.ANNOUNCED,
            gettext_lazy("신청을 받을 분야와, 분야마다 선정할 사업 수의 하한과 상한입니다. 비워 두면 제한이 없습니다."),
        ),
        Part(
            "criteria",
            gettext_lazy("심사 항목"),
            Phase.ANNOUNCED,
            gettext_lazy(
                "신규 사업과 계속 사업을 따로 심사합니다. 종류마다 배점의 합이 100점이어야 공모를 열 수 있습니다. "
                "항목이 없는 종류는 이번 공모에서 받지 않습니다."
            ),
        ),
        Part(
            "bonuses",
            gettext_lazy("가점"),
            Phase.ANNOUNCED,
            gettext_lazy("증빙을 갖춘 계획서에 더하는 점수입니다. 가점을 모두 더한 한도는 심사 규칙에서 정합니다."),
        ),
        Part(
            "budgets",
            gettext_lazy("예산"),
            Phase.SELECTION,
            gettext_lazy(
                "시 예산과 자치구별 예산입니다. "
                "자치구 칸을 비우면 그 자치구에는 상한을 두지 않고, 0을 적으면 구비가 없다는 뜻입니다."
            ),
        ),
        Part(
            "rules",
            gettext_lazy("신청 자격과 한도"),
            Phase.ANNOUNCED,
            gettext_lazy("누가 얼마까지, 몇 해 동안 신청할 수 있는지 정합니다. 비워 두면 제한이 없습니다."),
        ),
        Part(
            "grades",
            gettext_lazy("계속 사업과 1년차 평가"),
            Phase.ANNOUNCED,
            gettext_lazy("1년차 중간평가 등급마다 계속 사업으로 다시 신청할 수 있는지, 가점이 얼마인지 정합니다."),
        ),
        Part(
            "panel",
            gettext_lazy("심사 규칙"),
            Phase.INTAKE,
            gettext_lazy("심사위원 배정과 점수 합산의 규칙입니다. 심사를 시작하면 바꿀 수 없습니다."),
        ),
        Part(
            "portfolio",
            gettext_lazy("선정 규칙"),
            Phase.REVIEW,
            gettext_lazy("어떤 사업들을 함께 뽑을지 정하는 규칙입니다. 선정 단계에 들어가면 바꿀 수 없습니다."),
        ),
    )
}


def phase_of(round_: Round, now: datetime.datetime | None = None) -> Phase:
    """How far the round is. One query for an open round, none where ``periods`` is prefetched."""
    if round_.state == Round.State.OPEN:
        plans = period(round_, Period.Step.PLANS)
        begun = plans is not None and plans.opens_at <= (now or timezone.now())
        return Phase.INTAKE if begun else Phase.ANNOUNCED
    return Phase[round_.state.upper()]


def freedom(part: Part, phase: Phase) -> Freedom:
    """Whether a part may change in a phase, and whether a reason is owed."""
    if phase == Phase.DRAFT:
        return Freedom.FREE
    return Freedom.REASON if phase <= part.until else Freedom.FROZEN
