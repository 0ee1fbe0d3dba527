"""The rules that Seoul's grants begin with; and the grants of the example round, in several states."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sanghyeop.demo.ideas import district_officers
from sanghyeop.demo.people import Cast
from sanghyeop.demo.plans import HOME, HOME_ORGANISATION
from sanghyeop.demo.published import load_rates
from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import City, User
from sanghyeop.programme.funding import agreement, calling, changing, moves, rules
from sanghyeop.programme.funding.models import Grant, Signature, StandardCondition
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Kind, Round

Party = Signature.Party
DAY = datetime.timedelta(days=1)
#: How far the grants of the example round have come, one after the other.
STATES = ("prepared", "decided", "calling", "agreed", "asked", "paid")
#: The log-ins' own project, and its won by category, item and purse.
HOME_PROJECT = {
    "key": "example-home",
    "title": "수유 골목 장보기 도우미",
    "title_en": "Shopping helpers of Suyu",
    "summary": "장보기가 어려운 어르신 댁에 전통시장의 물건을 골라 나르고 안부를 살핍니다.",
    "summary_en": "Helpers buy at the market for older neighbours, carry it home and see how they are.",
    "jobs": 6,
}
#: Another one of theirs whose grant begins only now, so that every log-in has something to do. It is a quarter as
#: large: together they stay below the sum from which a settlement is verified from outside.
SMALLER = 4
NEXT_PROJECT = {
    "key": "example-home-next",
    "title": "미아 나눔 부엌",
    "title_en": "Shared kitchen of Mia",
    "summary": "동네 부엌에서 반찬을 함께 만들어 혼자 사는 이웃과 나눕니다.",
    "summary_en": "Neighbours cook side dishes together and share them with those who live alone.",
    "jobs": 6,
}
HOME_BUDGET = (
    ("personnel", "장보기 도우미 임금", "6명 × 10개월", {"city": 66_000_000, "district": 44_000_000}),
    ("personnel", "사업주 부담 사회보험료", "임금의 11%", {"city": 7_200_000, "district": 4_800_000}),
    ("operating", "배송 가방과 안전용품", "견적", {"city": 7_200_000, "district": 4_800_000}),
    ("operating", "안내문과 홍보", "견적", {"own": 6_000_000}),
    ("operating", "교육과 상담", "월 2회", {"city": 5_400_000, "district": 3_600_000, "own": 4_000_000}),
    ("infrastructure", "배송 수레와 보관함", "견적", {"city": 10_200_000, "district": 6_800_000}),
)
#: Parts of the whole, months after the start.
INSTALMENTS = ((50, 0), (30, 4), (20, 8))
DECIDED_AFTER, AGREED_AFTER = 3, 7  # days after the start of the project


def load_rules(city: City) -> None:
    """Thresholds and conditions, each with its law. Can be run again."""
    facts = read.funding()
    load_rates(facts)
    for row in facts["conditions"]:
        kept = {key: row[key] for key in ("text", "law", "valid_to")}
        StandardCondition.objects.update_or_create(
            city=city, order=row["order"], valid_from=row["valid_from"], defaults=kept
        )


def load_rule_of(round_: Round, officer: User) -> None:
    """How the example rounds pay: in three instalments, a fifth of a line moves without approval."""
    values = {"paying": "advance", "free_change": Decimal(20), "source": "예시 공모 지침"}
    parts = [{"share": share, "months": months} for share, months in INSTALMENTS]
    rules.save_rule(officer, round_, values, parts)


def load_grants(round_: Round, cast: Cast, plans: Sequence[dict[str, Any]], projects: dict[str, Project]) -> None:
    """Grants of last year's projects: prepared, decided, agreed, asked for, paid. Their projects are examples."""
    city = cast.users["city@example.org"]
    load_rule_of(round_, city)
    load_home(round_, cast)
    officers = district_officers(cast)
    facts = [plan for plan in plans if plan["key"] in projects]
    for number, plan in enumerate(facts):
        people = {
            Party.CITY: city,
            Party.DISTRICT: officers[plan["district"]],
            Party.OPERATOR: cast.users[f"{plan['organisation']}-a"],
        }
        grant = bring(projects[plan["key"]], rows_of(plan), people, STATES[number % len(STATES)])
        if STATES[number % len(STATES)] == "calling":
            call_for(grant, people)


def load_home(round_: Round, cast: Cast) -> Grant:
    """The grants of the log-ins' own projects: one in preparation; one with its money paid in, a change that the rule
    allows and one to approve, which comes back."""
    people = {
        Party.CITY: cast.users["city@example.org"],
        Party.DISTRICT: cast.users["district@example.org"],
        Party.OPERATOR: cast.users["member@example.org"],
    }
    grant = bring(at_home(round_, cast, HOME_PROJECT), home_rows(), people, "paid")
    lines = {line.item: line.pk for line in grant.budget_lines.all()}
    member = people[Party.OPERATOR]
    leaflets, lessons = lines["안내문과 홍보"], lines["교육과 상담"]
    changing.ask(
        member, grant, "안내문을 덜 찍고 교육을 더 합니다.", {(leaflets, "own"): -600_000, (lessons, "own"): 600_000}
    )
    bags, carts = lines["배송 가방과 안전용품"], lines["배송 수레와 보관함"]
    changing.ask(
        member, grant, "수레 값이 올라 가방 예산의 일부를 옮깁니다.",
        {(bags, "district"): -900_000, (carts, "district"): 900_000},
    )  # fmt: skip
    bring(at_home(round_, cast, NEXT_PROJECT, SMALLER), home_rows(SMALLER), people, "prepared")
    return grant


def home_rows(part: int = 1) -> list[moves.Row]:
    """The home budget, or one part of so many of it."""
    return [
        moves.Row(category, purse, item, amount // part, basis)
        for category, item, basis, won in HOME_BUDGET
        for purse, amount in won.items()
    ]


def at_home(round_: Round, cast: Cast, facts: dict[str, Any], part: int = 1) -> Project:
    """A project of the log-ins' organisation in their district."""
    whole = dict.fromkeys(("city", "district", "own"), 0)
    for row in home_rows(part):
        whole[row.purse] += row.amount_krw
    return Project.objects.create(
        round=round_,
        district=round_.city.districts.get(name=HOME),
        organisation=cast.organisations[HOME_ORGANISATION],
        field=round_.fields.order_by("order").first(),
        kind=Kind.NEW,
        years=1,
        example=True,
        **facts,
        **{f"{purse}_krw": amount for purse, amount in whole.items()},
    )


def call_for(grant: Grant, people: dict[Any, User]) -> None:
    """The district looks for an operator by a call of its own; the organisation of the plan bids."""
    organisation = grant.operator
    terms = "이 자치구에서 비슷한 일을 해 본 비영리 단체나 협동조합을 찾습니다."
    call = calling.open_call(people[Party.DISTRICT], grant, terms, timezone.now() + 14 * DAY)
    if organisation is not None:
        calling.bid(people[Party.OPERATOR], call, organisation, "계획서를 함께 쓴 단체입니다.")


def rows_of(plan: dict[str, Any]) -> Iterable[moves.Row]:
    """The first year of an example budget."""
    return [
        moves.Row(row["category"], row["purse"], row["item"], row["amount_krw"], row.get("basis", ""))
        for row in plan["budget"]
        if row["year"] == 1
    ]


def bring(project: Project, rows: Iterable[moves.Row], people: dict[Any, User], until: str) -> Grant:
    """A grant as far as ``until``, by the moves that people use; the days are set back to where they would lie."""
    district = people[Party.DISTRICT]
    grant = moves.open_grant(district, project, rows)
    if until == "prepared":
        return grant
    grant = moves.decide(people[Party.CITY], grant, grant.starts_on + DECIDED_AFTER * DAY)
    if until in ("decided", "calling"):
        return grant
    seen = agreement.content_hash(grant)
    for party, person in people.items():
        grant = moves.sign(person, grant, party, seen)
    grant.agreed_on = grant.starts_on + AGREED_AFTER * DAY
    grant.save(update_fields=["agreed_on"])
    if until == "agreed":
        return grant
    for instalment in grant.instalments.filter(due_on__lte=timezone.localdate() - 60 * DAY):
        asked = moves.ask(people[Party.OPERATOR], instalment)
        if until == "asked":
            break
        moves.pay_out(district, asked, max(instalment.due_on or grant.agreed_on, grant.agreed_on))
    return grant
