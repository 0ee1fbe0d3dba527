"""Builders for the stories of plans: they tell only what matters."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sanghyeop.ground.parties.models import District, Membership, Organisation, User
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning import moves, queries, writing
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position
from sanghyeop.programme.rounds.models import Round

PEOPLE = {"city": "city@example.org", "district": "district@example.org", "organisation": "member@example.org"}


def people() -> SimpleNamespace:
    """The three who write: city officer, district officer of 강북구, member of an organisation there."""
    return SimpleNamespace(**{party: User.objects.get(email=email) for party, email in PEOPLE.items()})


def open_round() -> Round:
    return Round.objects.get(state="open", example=True)


def an_adopted_idea(title: str = "동네 아이스팩 되살림", district: str = "강북구") -> Idea:
    round_ = open_round()
    return Idea.objects.create(
        round=round_,
        district=District.objects.get(name=district),
        field=round_.fields.first(),
        author=User.objects.get(email="resident@example.org"),
        title=title,
        need="버려지는 아이스팩이 많습니다.",
        for_whom="동네 주민",
        place="강북구",
        jobs="모으고 씻는 일",
        state=Idea.State.ADOPTED,
        answer="좋은 제안입니다.",
    )


def a_plan(title: str = "동네 아이스팩 되살림", by: User | None = None, **changes: Any) -> Plan:
    """A fresh draft from an adopted idea of 강북구, with the association of the demo's member."""
    round_ = changes.pop("round_", None) or open_round()
    organisation = Organisation.objects.get(memberships__user__email=PEOPLE["organisation"])
    return moves.begin(
        by or people().district,
        **{
            "round_": round_,
            "district": District.objects.get(name="강북구"),
            "organisation": organisation,
            "field": round_.fields.first(),
            "title": title,
            "years": 1,
            "idea": changes.pop("idea", None) or an_adopted_idea(title),
        }
        | changes,
    )


def written(plan: Plan, by: User | None = None) -> Plan:
    """The same plan with every section written, positions and a budget within the rules of the demo's round."""
    by = by or people().organisation
    for section in plan.sections.all():
        writing.save_section(by, section, f"{section.title}에 대해 씁니다.", section.version)
    writing.save_position(
        by,
        plan,
        Position(year=1, title="수거원", number=4, months=10, hours_a_week=Decimal(20), wage_an_hour_krw=12_500),
    )
    for category, purse, amount in (
        ("personnel", "city", 60_000_000),
        ("personnel", "district", 20_000_000),
        ("operating", "district", 20_000_000),
    ):
        writing.save_budget_line(
            by, plan, BudgetLine(year=1, category=category, purse=purse, item="내역", amount_krw=amount)
        )
    plan.refresh_from_db()
    return plan


def signed(plan: Plan, parties: str = "city district organisation") -> Plan:
    """The same plan with the signatures of these parties under its content."""
    who = people()
    for party in parties.split():
        moves.sign(getattr(who, party), plan, party, queries.standing(plan).content_hash)
    plan.refresh_from_db()
    return plan


def submitted(plan: Plan) -> Plan:
    moves.submit(people().district, plan)
    plan.refresh_from_db()
    return plan


def ready_plan(title: str = "동네 아이스팩 되살림", **changes: Any) -> Plan:
    return signed(written(a_plan(title, **changes)))


def another_member(organisation: Organisation, email: str = "member2@example.org") -> User:
    user = User.objects.create_user(email, "둘째 회원", "x")
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Role.MEMBER)
    return user
