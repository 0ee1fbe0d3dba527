"""Builders with defaults: a test tells only what matters to its story."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.utils import timezone

from sanghyeop.ground.parties.models import District, Membership, Organisation, User
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position, Receipt
from sanghyeop.programme.rounds.models import Criterion, Period, Round

_numbers = itertools.count(1)


def the_round() -> Round:
    """The demo's open example round."""
    return Round.objects.get(example=True, record=False, state__in=[Round.State.OPEN, Round.State.REVIEW])


def in_review(round_: Round, closes_in: float = 10.0, **rules: Any) -> Round:
    """The round moved to its review, which ends in so many days; ``rules`` are its fields."""
    now, day = timezone.now(), datetime.timedelta(days=1)
    Period.objects.filter(round=round_, step=Period.Step.REVIEW).update(
        opens_at=now - 20 * day, closes_at=now + closes_in * day
    )
    Round.objects.filter(pk=round_.pk).update(state=Round.State.REVIEW, **rules)
    return Round.objects.get(pk=round_.pk)


def with_criteria(round_: Round, *points: int, kind: str = "new") -> Round:
    """The round with these criteria, and no others, for one kind."""
    Criterion.objects.filter(round=round_, kind=kind).delete()
    for order, most in enumerate(points):
        Criterion.objects.create(round=round_, kind=kind, order=order, name=f"항목 {order + 1}", points=most)
    return round_


def a_person(name: str = "", role: str | None = None, organisation: Organisation | None = None, **more: Any) -> User:
    """Someone with an account and, if asked, one open role."""
    number = next(_numbers)
    person = User.objects.create(email=f"person{number}@example.org", name=name or f"사람{number}", **more)
    if role:
        if organisation is None:
            city = District.objects.first().city
            organisation = Organisation.objects.create(city=city, name=f"연구소{number}", kind="centre")
        Membership.objects.create(user=person, organisation=organisation, role=role, since=datetime.date(2020, 1, 1))
    return person


def an_organisation(name: str = "", district: str = "강북구", kind: str = "association") -> Organisation:
    place = District.objects.get(name=district)
    return Organisation.objects.create(city=place.city, district=place, kind=kind, name=name or f"단체{next(_numbers)}")


def a_plan(
    round_: Round,
    district: str = "강북구",
    *,
    title: str = "",
    organisation: Organisation | None = None,
    field: str = "climate",
    jobs: int = 5,
    city_krw: int = 90_000_000,
    district_krw: int = 60_000_000,
    **more: Any,
) -> Plan:
    """A submitted plan with its receipt, one position and a budget from two purses."""
    place = District.objects.get(name=district)
    organisation = organisation or an_organisation(district=district)
    author = User.objects.get(email="district@example.org")
    at = timezone.now()
    number = next(_numbers)
    plan = Plan.objects.create(
        round=round_, district=place, organisation=organisation, field=round_.fields.get(code=field),
        title=title or f"계획서 {number}", state=Plan.State.SUBMITTED, submitted_at=at, created_by=author, **more,
    )  # fmt: skip
    Position.objects.create(plan=plan, title="일꾼", number=jobs, months=10, hours_a_week=20, wage_an_hour_krw=12_000)
    for purse, amount in (("city", city_krw), ("district", district_krw)):
        BudgetLine.objects.create(plan=plan, category="personnel", purse=purse, item="인건비", amount_krw=amount)
    Receipt.objects.create(
        plan=plan, number=f"T-{number}", content_hash="0" * 64, by=author, at=at,
        content={
            "form": 1, "round": {"year": round_.year, "call": round_.call, "name": round_.name},
            "district": {"code": place.code, "name": place.name},
            "organisation": {"id": organisation.pk, "name": organisation.name},
            "idea": None, "kind": plan.kind, "continues": None,
            "field": {"code": field, "name": plan.field.name}, "title": plan.title, "summary": "동네를 돌봅니다",
            "years": 1, "sections": [{"key": "need", "title": "필요", "body": "이런 필요가 있습니다."}],
            "positions": [{"year": 1, "title": "일꾼", "number": jobs, "months": 10, "hours_a_week": "20.0",
                           "wage_an_hour_krw": 12_000}],
            "budget": [{"year": 1, "category": "personnel", "purse": purse, "item": "인건비", "basis": "",
                        "amount_krw": amount} for purse, amount in (("city", city_krw), ("district", district_krw))],
            "forecast": [],
        },
    )  # fmt: skip
    return plan
