"""What the rules say of an application, kept as rows that an officer may correct with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import Refused, lock, record
from sanghyeop.programme.hiring import moves
from sanghyeop.programme.hiring import permissions as who
from sanghyeop.programme.hiring.models import Application, Check, Choice, Intake, Placement, Rule
from sanghyeop.programme.hiring.rules import BARRIERS, Person, Place, decide, in_force

A = Application.State


def rules_of(intake: Intake) -> list[Rule]:
    """The rules in force for an intake: those of its round on the day of its deadline. One query."""
    return in_force(intake.round.participant_rules.select_related("source"), timezone.localdate(intake.closes_at))


def place_of(intake: Intake) -> Place:
    district = intake.district
    return Place(district.code, str(district.city_id), timezone.localdate(intake.closes_at))


def person_of(application: Application) -> Person:
    """What is known: what was declared, and earlier placements that are counted here. One query."""
    facts = application.facts
    counted = placements_elsewhere(application)
    today = timezone.localdate()
    return Person(
        born_on=application.born_on,
        district=application.district.code,
        city=str(application.district.city_id),
        income=facts.get("income"),
        property=facts.get("property"),
        unemployed=facts.get("unemployed"),
        benefits=frozenset(facts.get("benefits", ())),
        groups=frozenset(facts.get("groups", ())),
        head=bool(facts.get("head")),
        dependants=facts.get("dependants") or 0,
        earlier=frozenset(facts.get("earlier", ())) | {year for year, _ends in counted if year},
        other_job=True if any(ends and ends >= today for _year, ends in counted) else facts.get("other_job"),
    )


def placements_elsewhere(application: Application) -> list[tuple[int | None, Any]]:
    """Year and end of the same account's accepted placements from other intakes. One query."""
    return list(
        Placement.objects.filter(person=application.applicant_id, state=Placement.State.ACCEPTED)
        .exclude(application__intake=application.intake_id)
        .values_list("post__project__round__year", "post__ends_on")
    )


def same_people(application: Application) -> QuerySet[Application]:
    """Applications of other accounts in the same round that may be of the same person: the same day of birth with the
    same telephone or the same name. Nothing is merged. One query when read."""
    digits = re.sub(r"\D", "", application.phone)
    return (
        Application.objects.filter(intake__round=application.intake.round_id, born_on=application.born_on)
        .filter(Q(phone=digits) | Q(name=application.name))
        .exclude(applicant=application.applicant_id)
        .exclude(state=A.WITHDRAWN)
        .order_by("pk")
    )


def check(application: Application, rules: Sequence[Rule]) -> list[Check]:
    """Write down what the rules say of an application, anew after each change by its person. A few queries."""
    place = place_of(application.intake)
    application.checks.all().delete()
    rows = [
        Check(
            application=application,
            rule=d.rule,
            kind=d.kind,
            said=d.said[:300],
            fact=d.fact[:300],
            holds=d.holds,
            points=d.points,
            basis=d.basis[:300],
        )
        for d in decide(rules, person_of(application), place)
    ]
    others = list(same_people(application)[:5])
    rows += [_same_person(application, others)] if others else []
    for other in others:
        if other.state == A.SENT and not other.checks.filter(kind=Check.SAME_PERSON).exists():
            rows.append(_same_person(other, [application]))
    return Check.objects.bulk_create(rows)


def _same_person(application: Application, others: Sequence[Application]) -> Check:
    return Check(
        application=application,
        kind=Check.SAME_PERSON,
        said=_("한 사람이 한 번만 지원함"),
        fact=_("생년월일과 전화번호나 이름이 같은 지원서: %(numbers)s") % {"numbers": ", ".join(map(str, others))},
        holds=None,
    )


def is_barrier(row: Check) -> bool:
    """Whether somebody is kept out where this does not hold."""
    return row.kind in BARRIERS or row.kind == Check.SAME_PERSON


@transaction.atomic
def correct(actor: Any, row: Check, holds: bool, points: Decimal, why: str) -> Check:
    """An officer corrects what a rule said of somebody, with a reason. Raises ``Refused`` after the placement."""
    application = lock(row.application)
    moves.must(who.decides(actor, application))
    if application.intake.state not in (Intake.State.DRAFT, Intake.State.OPEN):
        raise Refused(_("배치를 마친 뒤에는 고칠 수 없습니다. 배치를 되돌린 뒤에 고쳐 주세요."))
    if not why.strip():
        raise Refused(_("까닭을 적어 주세요."))
    row = lock(row)
    before = {"holds": row.holds, "points": str(row.points)}
    row.holds, row.points = holds, points if holds else Decimal(0)
    row.corrected_by, row.corrected_at, row.corrected_why = actor, timezone.now(), why.strip()
    row.save()
    record(
        actor, application, "correct", why=why, rule=row.said, before=before,
        after={"holds": row.holds, "points": str(row.points)},
    )  # fmt: skip
    if application.state in (A.ELIGIBLE, A.INELIGIBLE):
        settle(actor, application)
    return row


def settle(actor: Any, application: Application) -> Application:
    """Eligible or not, as the checks say. Raises ``Refused`` while one is not decided."""
    rows = list(application.checks.all())
    out = any(is_barrier(row) and row.holds is False for row in rows)
    if application.state == (A.INELIGIBLE if out else A.ELIGIBLE):
        return application
    return moves.APPLICATION.make(actor, application, "refuse" if out else "accept")


@transaction.atomic
def settle_one(actor: Any, application: Application) -> Application:
    return settle(actor, lock(application))


@transaction.atomic
def settle_all(actor: Any, intake: Intake) -> tuple[int, int]:
    """Settle every application that waits and has nothing undecided; (settled, left). Raises ``NotYours``."""
    intake = lock(intake)
    moves.must(who.runs_intake(actor, intake))
    if timezone.now() < intake.closes_at:
        raise Refused(_("접수 마감이 지난 뒤에 자격을 확인할 수 있습니다."))
    waiting = intake.applications.select_for_update().filter(state=A.SENT).select_related("intake__district")
    settled = left = 0
    for application in waiting:
        if application.checks.filter(holds=None).exists():
            left += 1
            continue
        settle(actor, application)
        settled += 1
    return settled, left


@transaction.atomic
def judge_suitability(actor: Any, choice: Choice, points: Decimal, why: str) -> Choice:
    """The operator's or the district's points for how somebody suits a post (interview), up to the round's most."""
    application = lock(choice.application)
    choice = lock(choice)
    moves.must(who.runs(actor, choice.post.project))
    if application.intake.state not in (Intake.State.DRAFT, Intake.State.OPEN):
        raise Refused(_("배치를 마친 뒤에는 고칠 수 없습니다. 배치를 되돌린 뒤에 고쳐 주세요."))
    most = most_suitability(rules_of(application.intake))
    if most is None or not 0 <= points <= most:
        raise Refused(_("0점부터 %(most)s점까지 적을 수 있습니다.") % {"most": most or 0})
    if not why.strip():
        raise Refused(_("까닭을 적어 주세요."))
    choice.suitability, choice.suitability_why, choice.suitability_by = points, why.strip(), actor
    choice.save(update_fields=["suitability", "suitability_why", "suitability_by"])
    record(actor, application, "judge_suitability", why=why, post=choice.post_id, points=str(points))
    return choice


def most_suitability(rules: Sequence[Rule]) -> Decimal | None:
    """The most points for suitability, None where the round gives none."""
    return max((rule.points for rule in rules if rule.kind == Rule.Kind.SUITABILITY), default=None)
