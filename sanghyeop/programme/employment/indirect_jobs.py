"""Indirect jobs and a round's rule of pay: what is written down about them."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.models import IndirectJobs, PayRule
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round


@transaction.atomic
def note(actor: Any, project: Project, on: datetime.date, people: int, what: str, evidence: str) -> IndirectJobs:
    if not who.employs(actor, project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if on > timezone.localdate():
        raise Refused(_("아직 오지 않은 날입니다."))
    noted = IndirectJobs.objects.create(project=project, on=on, people=people, what=what, evidence=evidence, by=actor)
    record(actor, noted, "note_indirect", people=people)
    return noted


@transaction.atomic
def take_back(actor: Any, noted: IndirectJobs) -> None:
    noted = lock(noted)
    if not who.employs(actor, noted.project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if noted.taken_back_at is None:
        noted.taken_back_at = timezone.now()
        noted.save(update_fields=["taken_back_at"])
        record(actor, noted, "take_indirect_back")


@transaction.atomic
def change_rule(actor: Any, round_: Round, living_wage: bool, meal_a_day_krw: int, source: str) -> PayRule:
    """How a round pays; contracts that were written before keep what they say."""
    if not actor.roles.officer_of_city(round_.city_id):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    facts: dict[str, Any] = {"living_wage": living_wage, "meal_a_day_krw": meal_a_day_krw, "source": source}
    rule, _new = PayRule.objects.update_or_create(round=round_, defaults=facts)
    record(actor, round_, "change_pay_rule", **facts)
    return rule
