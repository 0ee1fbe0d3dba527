"""Bonus points (가점): an officer confirms them for a plan, with the evidence."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.models import BonusGrant
from sanghyeop.programme.rounds.models import Bonus, Round


def _check(actor: Any, plan: Plan) -> Plan:
    plan = lock(plan)
    if not who.runs_review(actor, plan.round):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if plan.state != Plan.State.SUBMITTED or plan.round.state not in (Round.State.OPEN, Round.State.REVIEW):
        raise Refused(_("심사 중인 계획서의 가점만 바꿀 수 있습니다."))
    return plan


@transaction.atomic
def grant_bonus(actor: Any, plan: Plan, bonus: Bonus, evidence: str) -> BonusGrant:
    """Confirm one kind of bonus for a plan. Raises ``Refused`` without evidence or when it is confirmed already."""
    plan = _check(actor, plan)
    if bonus.round_id != plan.round_id:
        raise Refused(_("이 연차의 가점이 아닙니다."))
    if not evidence.strip():
        raise Refused(_("가점의 근거를 적어 주세요."))
    if BonusGrant.objects.filter(plan=plan, bonus=bonus).exists():
        raise Refused(_("이미 확인한 가점입니다."))
    granted = BonusGrant.objects.create(plan=plan, bonus=bonus, evidence=evidence.strip(), by=actor)
    record(actor, plan, "grant_bonus", why=evidence, bonus=bonus.pk, points=str(bonus.points))
    return granted


@transaction.atomic
def take_back_bonus(actor: Any, plan: Plan, bonus: Bonus, why: str) -> None:
    """Take a confirmed bonus back, with the reason; the trail keeps both."""
    plan = _check(actor, plan)
    if not why.strip():
        raise Refused(_("까닭을 적어 주세요."))
    gone, _rows = BonusGrant.objects.filter(plan=plan, bonus=bonus).delete()
    if not gone:
        raise Refused(_("확인한 가점이 없습니다."))
    record(actor, plan, "take_back_bonus", why=why, bonus=bonus.pk)
