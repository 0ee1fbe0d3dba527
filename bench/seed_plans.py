"""Fill our database: one round with N submitted plans from all districts, a second round with a few, and drafts that
lack only the member's signature. Plain rows, no moves: what is measured is reading, and the hand-in of the drafts.

    python -m bench.seed_plans N FEW DRAFTS       prints JSON: keys of both rounds, of a plan and of the drafts
"""

from __future__ import annotations

import itertools
import json
import sys
from decimal import Decimal
from random import Random
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from bench.words import text, title
from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning.content import content_of, hash_of
from sanghyeop.programme.planning.default_sections import rows as section_rows
from sanghyeop.programme.planning.models import (
    BudgetLine,
    MonthForecast,
    Party,
    Plan,
    Position,
    Receipt,
    ReceiptSeries,
    Section,
    Signature,
    SignedContent,
)
from sanghyeop.programme.rounds.models import Round

#: Letters of text in a plan: as many as abstract and description of a pretalx submission have.
LETTERS = 1800
#: Category, purse, won: within the rules of the example round.
BUDGET = (
    ("personnel", "city", 45_000_000),
    ("personnel", "district", 20_000_000),
    ("operating", "city", 15_000_000),
    ("operating", "district", 20_000_000),
    ("operating", "own", 5_000_000),
)
MONTHS = 12


class Parts:
    """Rows of all plans by kind, and those of each plan, to reckon its content without a query."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.positions: list[Position] = []
        self.budget_lines: list[BudgetLine] = []
        self.forecasts: list[MonthForecast] = []


def parts_of(plan: Plan, random: Random) -> Parts:
    parts = Parts()
    sections = section_rows(plan.kind)
    parts.sections = [
        Section(plan=plan, body=text(random, LETTERS // len(sections)), version=1, **row) for row in sections
    ]
    parts.positions = [
        Position(
            plan=plan,
            title=text(random, 8),
            number=random.randint(1, 5),
            months=10,
            hours_a_week=Decimal(20),
            wage_an_hour_krw=12_500,
        )
        for _ in range(3)
    ]
    parts.budget_lines = [
        BudgetLine(plan=plan, category=category, purse=purse, item=text(random, 20), basis="", amount_krw=amount)
        for category, purse, amount in BUDGET
    ]
    parts.budget_lines.sort(key=lambda line: line.category)  # the order in which they are read
    parts.forecasts = [
        MonthForecast(plan=plan, month=month, revenue_krw=1_000_000, cost_krw=2_000_000)
        for month in range(1, MONTHS + 1)
    ]
    return parts


class Seeding:
    def __init__(self) -> None:
        self.random = Random(2)
        self.now = timezone.now()
        people = {user.email: user for user in User.objects.filter(example=True)}
        self.signers = {
            Party.CITY: people["city@example.org"],
            Party.DISTRICT: people["district@example.org"],
            Party.ORGANISATION: people["member@example.org"],
        }
        self.home = Organisation.objects.get(memberships__user=self.signers[Party.ORGANISATION])
        districts = list(District.objects.order_by("code"))
        by_district: dict[int, list[Organisation]] = {}
        for organisation in Organisation.objects.exclude(kind__in=["city", "district"]).exclude(district=None):
            by_district.setdefault(organisation.district_id or 0, []).append(organisation)
        self.places = itertools.cycle((d, by_district[d.pk][0]) for d in districts if d.pk in by_district)

    def plans(self, round_: Round, count: int, submitted: bool, at_home: bool = False) -> list[Plan]:
        """So many plans with all their rows; submitted ones with three signatures and a receipt, drafts with two."""
        fields = list(round_.fields.all())
        made = []
        for number in range(count):
            district, organisation = (self.home.district, self.home) if at_home else next(self.places)
            idea = self.idea(round_, district, fields[number % len(fields)])
            made.append(
                Plan(
                    round=round_,
                    district=district,
                    organisation=organisation,
                    field=idea.field,
                    idea=idea,
                    title=idea.title,
                    summary=text(self.random, 100),
                    version=10,
                    example=True,
                    created_by=self.signers[Party.DISTRICT],
                    state=Plan.State.SUBMITTED if submitted else Plan.State.DRAFT,
                    submitted_at=self.now if submitted else None,
                )
            )
        Idea.objects.bulk_create([plan.idea for plan in made])
        Plan.objects.bulk_create(made)
        parts = [parts_of(plan, self.random) for plan in made]
        for model, name in (
            (Section, "sections"),
            (Position, "positions"),
            (BudgetLine, "budget_lines"),
            (MonthForecast, "forecasts"),
        ):
            model.objects.bulk_create([row for part in parts for row in getattr(part, name)], batch_size=2000)
        self.sign(made, parts, submitted)
        return made

    def idea(self, round_: Round, district: Any, field: Any) -> Idea:
        return Idea(
            round=round_,
            district=district,
            field=field,
            author=self.signers[Party.ORGANISATION],
            title=title(self.random),
            need=text(self.random, 200),
            for_whom="주민",
            place=district.name,
            jobs=text(self.random, 50),
            state=Idea.State.ADOPTED,
            answer="채택합니다.",
            answered_at=self.now,
            example=True,
        )

    def sign(self, plans: list[Plan], parts: list[Parts], submitted: bool) -> None:
        signatures: list[Signature] = []
        contents, receipts = [], []
        last: dict[int, int] = {}
        for plan, rows in zip(plans, parts, strict=True):
            content = content_of(plan, rows)
            mark = hash_of(content)
            contents.append(SignedContent(plan=plan, content_hash=mark, content=content))
            signatures += [
                Signature(plan=plan, party=party, by=self.signers[party], content_hash=mark)
                for party in (Party if submitted else (Party.CITY, Party.DISTRICT))
            ]
            if submitted:
                last[plan.district_id] = last.get(plan.district_id, 0) + 1
                number = f"{plan.round.year}-{plan.round.call[:1]}{plan.district.code}-{last[plan.district_id]:04d}"
                receipts.append(
                    Receipt(
                        plan=plan,
                        number=number,
                        content_hash=mark,
                        content=content,
                        by=self.signers[Party.DISTRICT],
                        at=self.now,
                    )
                )
        SignedContent.objects.bulk_create(contents, batch_size=1000)
        Signature.objects.bulk_create(signatures, batch_size=2000)
        Receipt.objects.bulk_create(receipts, batch_size=1000)
        for district, number in last.items():
            ReceiptSeries.objects.update_or_create(
                year=plans[0].round.year, district_id=district, defaults={"last": number}
            )


def seed(count: int, few: int, drafts: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    call_command("load_demo", "--bare")
    with transaction.atomic():
        seeding = Seeding()
        big = Round.objects.get(state=Round.State.OPEN, example=True)
        fields = list(big.fields.all())
        small = Round.objects.get(pk=big.pk)
        small.pk, small._state.adding, small.year = None, True, big.year + 1
        small.save()
        for field in fields:
            field.pk, field._state.adding, field.round = None, True, small
            field.save()
        submitted = seeding.plans(big, count, submitted=True)
        seeding.plans(small, few, submitted=True)
        waiting = seeding.plans(big, drafts, submitted=False, at_home=True)
    return {
        "round": big.pk,
        "small_round": small.pk,
        "plan": submitted[count // 2].pk,
        "drafts": [plan.pk for plan in waiting],
    }


if __name__ == "__main__":
    print(json.dumps(seed(*map(int, sys.argv[1:4]))))
