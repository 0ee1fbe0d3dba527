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
from sanghyeop.programme.funding import agreement, moves, rules
from sanghyeop.programme.funding.models import Grant, Signature, StandardCondition
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round

DAY = datetime.timedelta(days=1)
#: How far the grants of the example round have come, one after the other; the first is the log-ins' own.
STATES = ("paid", "prepared", "decided", "agreed", "asked", "paid")
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
    officers = district_officers(cast)
    facts = [plan for plan in plans if plan["key"] in projects]
    facts.sort(key=lambda plan: plan["district"] != HOME)
    for number, plan in enumerate(facts):
        project = projects[plan["key"]]
        at_home = plan["district"] == HOME and number == 0
        people = {
            Signature.Party.CITY: city,
            Signature.Party.DISTRICT: officers[plan["district"]],
            Signature.Party.OPERATOR: cast.users["member@example.org" if at_home else f"{plan['organisation']}-a"],
        }
        if at_home:
            people[Signature.Party.DISTRICT] = cast.users["district@example.org"]
        bring(project, rows_of(plan), people, STATES[number % len(STATES)], cast if at_home else None)


def rows_of(plan: dict[str, Any]) -> Iterable[moves.Row]:
    """The first year of an example budget."""
    return [
        moves.Row(row["category"], row["purse"], row["item"], row["amount_krw"], row.get("basis", ""))
        for row in plan["budget"]
        if row["year"] == 1
    ]


def bring(project: Project, rows: Iterable[moves.Row], people: dict[Any, User], until: str, home: Cast | None) -> None:
    """A grant as far as ``until``, by the moves that people use; the days are set back to where they would lie."""
    district = people[Signature.Party.DISTRICT]
    grant = moves.open_grant(district, project, rows)
    if home is not None:
        grant = moves.name_operator(district, grant, home.organisations[HOME_ORGANISATION], "예시 로그인의 단체")
    if until == "prepared":
        return
    grant = moves.decide(people[Signature.Party.CITY], grant, grant.starts_on + DECIDED_AFTER * DAY)
    if until == "decided":
        return
    seen = agreement.content_hash(grant)
    for party, person in people.items():
        grant = moves.sign(person, grant, party, seen)
    agreed_on = grant.starts_on + AGREED_AFTER * DAY
    Grant.objects.filter(pk=grant.pk).update(agreed_on=agreed_on)
    if until == "agreed":
        return
    operator = people[Signature.Party.OPERATOR]
    for instalment in grant.instalments.filter(due_on__lte=timezone.localdate() - 60 * DAY):
        asked = moves.ask(operator, instalment)
        if until == "asked":
            return
        moves.pay_out(district, asked, max(instalment.due_on or agreed_on, agreed_on))
