"""Changing a round part by part: what may change when, who changed what, and two people at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.rounds import facts, permissions, story
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


@dataclass(frozen=True)
class Part:
    """One part of a round's rules. After the opening it may change, with a reason, up to a phase."""

    key: str
    title: Any
    until: Phase
    about: Any


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
            gettext_lazy("분야"),
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


class ChangedMeanwhile(Refused):
    """Somebody saved the same part since the page was opened.

    ``entry`` is the latest such change, ``differences`` what is stored now (``old``) against what
    was typed (``new``), ``version`` the one to name for saving over it after all.
    """

    def __init__(self, entry: Entry, differences: list[dict[str, Any]], version: int):
        super().__init__(_("그사이 다른 사람이 이 부분을 고쳤습니다."))
        self.entry, self.version = entry, version
        self.differences = story.in_words(differences)


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


def change(
    actor: Any, round_: Round, key: str, version: int, save: Callable[[], None], why: str = ""
) -> list[dict[str, Any]]:
    """Save one part with ``save`` and leave old and new values in the trail; returns the differences.

    ``version`` is the one that the page showed. Raises ``NotYours``, ``Refused`` (frozen, no reason) and
    ``ChangedMeanwhile`` when the part was saved since. A save that changes nothing leaves no entry.
    """
    part = PARTS[key]
    with transaction.atomic():
        locked = lock(round_)
        if not permissions.may_change(actor, locked):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        phase = phase_of(locked)
        allowed = freedom(part, phase)
        if allowed == Freedom.FROZEN:
            raise Refused(
                _("‘%(part)s’은(는) 지금 단계(%(phase)s)에서 더 고칠 수 없습니다.")
                % {"part": part.title, "phase": phase.label}
            )
        if allowed == Freedom.REASON and not why.strip():
            raise Refused(_("까닭을 적어 주세요."))
        before = facts.of(locked, key)
        meanwhile = _saved_since(locked, key, version)
        if meanwhile:
            raise ChangedMeanwhile(meanwhile, facts.differences(before, _as_typed(locked, key, save)), locked.version)
        try:
            with transaction.atomic():
                save()
        except IntegrityError:
            raise Refused(_("적으신 값들이 서로 맞지 않아 저장하지 못했습니다. 값을 확인해 주세요.")) from None
        except models.ProtectedError:
            raise Refused(_("이미 다른 자료에서 쓰는 줄은 지울 수 없습니다. 지움 표시를 풀어 주세요.")) from None
        changed = facts.differences(before, facts.of(locked, key))
        if changed:
            locked.version += 1
            locked.save(update_fields=["version"])
            record(actor, locked, "edit", why=why, part=key, version=locked.version, changes=changed)
        return changed


def _saved_since(round_: Round, key: str, version: int) -> Entry | None:
    """The latest change of this part after the version that the page showed."""
    if version >= round_.version:
        return None
    return trail_of(round_).filter(action="edit", facts__part=key, facts__version__gt=version).first()


def _as_typed(round_: Round, key: str, save: Callable[[], None]) -> facts.Facts:
    """What the part would say if it were saved now; nothing is kept."""
    try:
        with transaction.atomic():
            save()
            typed = facts.of(round_, key)
            transaction.set_rollback(True)
    except (IntegrityError, models.ProtectedError):
        return {}
    return typed
