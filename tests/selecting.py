"""Builders for the stories of the selection: a round whose panel has finished, with plans of known scores."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review.models import Assignment, PanelMember, Score
from sanghyeop.programme.rounds.models import DistrictBudget, Round
from sanghyeop.programme.selection import moves
from sanghyeop.programme.selection.asked import Asked, names_of, rules_of
from sanghyeop.programme.selection.candidates import candidates_of
from sanghyeop.programme.selection.models import Decision, Scenario
from tests.builders import a_plan, the_round

DISTRICTS = ("강북구", "노원구", "은평구", "종로구", "중구", "용산구", "성동구", "광진구", "동대문구", "중랑구")


def officer() -> User:
    return User.objects.get(email="city@example.org")


def second_officer() -> User:
    return User.objects.get(email="city2@example.org")


def a_round(**rules: Any) -> Round:
    """The example round in its selection. Without rules: 300 million of the city's, 100 million of every district's,
    two projects of a district, no other limit."""
    kept = {
        "state": Round.State.SELECTION,
        "city_budget_krw": 300_000_000,
        "projects_max": None,
        "districts_min": None,
        "projects_per_district": 2,
        "drop_extremes_from": None,
        "quorum": 2,
        "pass_points": Decimal(60),
    } | rules
    round_ = the_round()
    Round.objects.filter(pk=round_.pk).update(**kept)
    DistrictBudget.objects.filter(round=round_).update(amount_krw=100_000_000)
    return Round.objects.get(pk=round_.pk)


def a_panel(round_: Round, size: int = 2) -> list[PanelMember]:
    found = list(round_.panel.all())
    for number in range(len(found), size):
        person, _new = User.objects.get_or_create(
            email=f"panel{number}@example.org", defaults={"name": f"위원{number}"}
        )
        found.append(PanelMember.objects.create(round=round_, user=person, named_by=officer()))
    return found[:size]


def scored(plan: Plan, points: int, sheets: int = 2, spread: int = 0) -> Plan:
    """The plan with finished sheets of ``points`` each; with a ``spread`` the first gives more, the last less."""
    criteria = list(plan.round.criteria.filter(kind=plan.kind))
    for k, member in enumerate(a_panel(plan.round, sheets)):
        total = points + (spread if k == 0 else -spread if k == sheets - 1 else 0)
        sheet = Assignment.objects.create(
            plan=plan,
            member=member,
            state=Assignment.State.DONE,
            done_at=timezone.now(),
            overall=f"{plan.title}에 대한 {member.user.name}의 의견",
        )
        left = total
        for criterion in criteria:
            given = min(criterion.points, left)
            left -= given
            Score.objects.create(assignment=sheet, criterion=criterion, points=given, reason="까닭")
    return plan


def a_scored_plan(round_: Round, points: int = 80, district: str = "강북구", spread: int = 0, **more: Any) -> Plan:
    return scored(a_plan(round_, district, **more), points, spread=spread)


def many(round_: Round, count: int, **more: Any) -> list[Plan]:
    """``count`` plans over all districts with different scores and amounts."""
    districts = list(District.objects.values_list("name", flat=True))
    fields = list(round_.fields.values_list("code", flat=True))
    organisation = Organisation.objects.filter(kind="association").first()
    return [
        a_scored_plan(
            round_,
            65 + (k * 7) % 30,
            districts[k % len(districts)],
            field=fields[k % len(fields)],
            organisation=organisation,
            city_krw=60_000_000 + (k * 13_000_000) % 90_000_000,
            district_krw=20_000_000 + (k * 7_000_000) % 50_000_000,
            jobs=3 + k % 6,
            spread=2 + k % 3,
            **more,
        )
        for k in range(count)
    ]


def own_rules(round_: Round) -> Asked:
    return rules_of(round_, names_of(round_))


def a_scenario(round_: Round, asked: Asked | None = None, forces: Any = None, name: str = "시나리오") -> Scenario:
    """Run as an officer runs it; ``forces``: plan → (in or out, reason)."""
    kept = {plan.pk: said for plan, said in (forces or {}).items()}
    return moves.keep_scenario(officer(), round_, name, candidates_of(round_), asked or own_rules(round_), kept)


def a_decision(round_: Round, scenario: Scenario | None = None, **more: Any) -> Decision:
    """Proposed by the first officer."""
    return moves.propose(officer(), scenario or a_scenario(round_), **more)


def a_locked_decision(round_: Round, scenario: Scenario | None = None, **more: Any) -> Decision:
    return moves.confirm(second_officer(), a_decision(round_, scenario, **more))


def ceiling(round_: Round, district: str, amount: int) -> None:
    DistrictBudget.objects.filter(round=round_, district__name=district).update(amount_krw=amount)
