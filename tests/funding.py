"""Builders for the stories of money: a published selection, and grants as far as a story needs them."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone

from sanghyeop.engines.shares import split
from sanghyeop.ground.ledger import moves as ledger
from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.moves import Posting
from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.programme.funding import agreement, moves, queries
from sanghyeop.programme.funding.models import Grant, Instalment
from sanghyeop.programme.funding.postings import money_account
from sanghyeop.programme.projects.models import Project
from tests.builders import a_person, the_round

DAY = datetime.timedelta(days=1)
#: Won by category, purse and item: 100 million of the city's, 60 of the district's, 10 of the operator's own.
BUDGET = (
    ("personnel", "city", "인건비", 80_000_000),
    ("personnel", "district", "인건비", 40_000_000),
    ("operating", "city", "재료비", 20_000_000),
    ("operating", "district", "재료비", 10_000_000),
    ("operating", "own", "홍보비", 10_000_000),
    ("infrastructure", "district", "장비", 10_000_000),
)


def city_officer() -> User:
    return User.objects.get(email="city@example.org")


def district_officer() -> User:
    """Of 강북구, where ``a_grant`` is."""
    return User.objects.get(email="district@example.org")


def member() -> User:
    """Of the operator of ``a_grant``."""
    return User.objects.get(email="member@example.org")


def operator() -> Organisation:
    return member().memberships.get().organisation


def a_project(title: str = "골목 돌봄", district: str = "강북구", **more: Any) -> Project:
    """A selected project of the example round, by itself: what a published selection makes of a plan."""
    round_ = more.pop("round", None) or the_round()
    number = Project.objects.count() + 1
    return Project.objects.create(
        round=round_, key=f"story-{number}", district=District.objects.get(name=district),
        organisation=more.pop("organisation", None) or operator(), title=title, years=1, jobs=5, **more,
    )  # fmt: skip


def a_grant(budget: Any = BUDGET, project: Project | None = None, paying: str = "advance", **dates: Any) -> Grant:
    """A grant in preparation; its project began 100 days ago and ends in 200, unless told."""
    rows = [moves.Row(category, purse, item, amount) for category, purse, item, amount in budget]
    grant = moves.open_grant(district_officer(), project or a_project(), rows)
    today = timezone.localdate()
    return moves.edit(
        district_officer(),
        grant,
        starts_on=dates.get("starts_on", today - 100 * DAY),
        ends_on=dates.get("ends_on", today + 200 * DAY),
        paying=paying,
    )


def decided(grant: Grant, days_ago: int = 110) -> Grant:
    return moves.decide(city_officer(), grant, timezone.localdate() - days_ago * DAY)


def agreed(grant: Grant) -> Grant:
    """Decided and signed by the three parties."""
    grant = decided(grant)
    seen = agreement.content_hash(grant)
    for person, party in ((city_officer(), "city"), (district_officer(), "district"), (member(), "operator")):
        grant = moves.sign(person, grant, party, seen)
    return grant


def an_agreed_grant(**more: Any) -> Grant:
    return agreed(a_grant(**more))


def paid(instalment: Instalment, days_ago: int = 90) -> Instalment:
    """Asked for and paid out."""
    asked = moves.ask(member(), instalment) if instalment.state == Instalment.State.PLANNED else instalment
    return moves.pay_out(district_officer(), asked, timezone.localdate() - days_ago * DAY)


def a_paid_grant(**more: Any) -> Grant:
    """An agreed grant whose only instalment, the whole budget, is in the project's account. (Paid afterwards, none is
    paid before something was spent: use ``an_agreed_grant(paying="after")``.)"""
    grant = an_agreed_grant(**more)
    paid(grant.instalments.get())
    return grant


def another_district_officer() -> User:
    """A colleague in 강북구."""
    office = Organisation.objects.get(kind="district", district__name="강북구")
    return a_person("노을", "district_officer", office)


def spend(grant: Grant, item: str, amount: int, days_ago: int = 1, purse: str = "") -> None:
    """Post spending of a line straight into the books, split as agreed (or from one purse)."""
    line = grant.budget_lines.get(item=item)
    agreed, gone = queries.budget(line), queries.spent(line)
    parts = (
        {purse: amount}
        if purse
        else dict(zip(agreed, split(amount, list(agreed.values()), list(gone.values())), strict=True))
    )
    lines = []
    for of, part in parts.items():
        if part:
            lines += [
                Posting(Account.COST, part, of, line.category, line.pk),
                Posting(money_account(grant.paying), -part, of),
            ]
    ledger.post(
        grant.book, key=f"spend-{uuid.uuid4()}", date=timezone.localdate() - days_ago * DAY, event="test",
        lines=lines, by=None, source=f"{item} 집행",
    )  # fmt: skip
