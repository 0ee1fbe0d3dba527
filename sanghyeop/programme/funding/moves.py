"""What happens to a grant: prepared, decided, signed, agreed, settled. (Instalments: ``paying.py``.)

Every function checks, writes and leaves its entry in the trail in one transaction on the locked row. The order of locks
is the same everywhere: the grant, then what belongs to it, then its book.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.ledger import moves as ledger
from sanghyeop.ground.ledger.accounts import Category
from sanghyeop.ground.ledger.models import MonthClose
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import agreement, people, queries
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding.models import (
    Allotment,
    BudgetLine,
    Condition,
    Grant,
    NumberSeries,
    Paying,
    Signature,
)
from sanghyeop.programme.funding.paying import (
    ask,
    drop,
    pay_out,
    plan_instalments,
    send_back,
    set_instalment,
    take_back,
)
from sanghyeop.programme.funding.tables import CALLS, CHANGES, GRANTS, INSTALMENTS
from sanghyeop.programme.planning.models import Receipt
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Period, Round

__all__ = [
    "CALLS", "CHANGES", "GRANTS", "INSTALMENTS",
    "ask", "drop", "pay_out", "plan_instalments", "send_back", "set_instalment", "take_back",
]  # fmt: skip

State = Grant.State
#: The year of support that a project of a round is granted for: a second year is a plan and a grant of its own.
FIRST_YEAR = 1
#: Acts that change no state, in words for the trail.
ACTS = {
    "prepare": lazy("교부결정 준비"),
    "name_operator": lazy("수행기관 정하기"),
    "conditions": lazy("교부조건 고치기"),
    "set_instalment": lazy("교부 회차 정하기"),
    "unsign": lazy("협약 서명 풀림"),
    "open_call": lazy("수행기관 모집 시작"),
    "bid": lazy("수행기관 신청"),
    "ask": lazy("신청"),
    "close_month": lazy("월 마감"),
    "funding_rule": lazy("교부·집행 규칙 고치기"),
    "alias": lazy("단체의 다른 이름 적기"),
}


@dataclass(frozen=True)
class Row:
    """One row of a planned budget: category, purse, what for, how reckoned, won."""

    category: str
    purse: str
    item: str
    amount_krw: int
    basis: str = ""


def receipt_of(project: Project) -> Receipt | None:
    """What was submitted for a project, as it was frozen. One query."""
    return Receipt.objects.filter(plan__decision_lines__project=project, withdrawn_at=None).first()


def rows_of(receipt: Receipt) -> list[Row]:
    """The first year's budget of a frozen plan."""
    return [
        Row(row["category"], row["purse"], row["item"], row["amount_krw"], row["basis"])
        for row in receipt.content["budget"]
        if row["year"] == FIRST_YEAR
    ]


def prepare(actor: Any, project: Project) -> Grant:
    """Begin the grant of a selected project, with everything from its frozen plan and its round's rule.

    Raises ``NotYours``, or ``Refused`` for a project that is not a published selection. Sent twice, or by two officers
    at once, the grant that is there comes back.
    """
    if not who.governs_project(actor, project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    round_ = project.round
    if round_ is None or round_.record or round_.state not in (Round.State.PUBLISHED, Round.State.CLOSED):
        raise Refused(_("선정 결과를 발표한 연차의 사업만 교부를 준비할 수 있습니다."))
    receipt = receipt_of(project)
    if receipt is None:
        raise Refused(_("이 사업에는 접수한 사업계획서가 없어 예산을 가져올 수 없습니다."))
    return open_grant(actor, project, rows_of(receipt))


def open_grant(actor: Any, project: Project, rows: Iterable[Row]) -> Grant:
    """The grant with its book, budget, conditions and instalments. The grant that is there comes back."""
    with transaction.atomic():
        project = lock(project)
        there = Grant.objects.filter(project=project).first()
        if there is not None:
            return there
        round_ = project.round
        if round_ is None:
            raise Refused(_("연차를 알 수 없는 사업입니다."))
        rule = queries.rule_of(round_)
        starts_on, ends_on = project_period(round_)
        grant = Grant.objects.create(
            project=project,
            book=ledger.open_book(project.title),
            operator=project.organisation,
            starts_on=starts_on,
            ends_on=ends_on,
            paying=rule.paying if rule else Paying.ADVANCE,
        )
        put_budget(grant, rows)
        Condition.objects.bulk_create(
            Condition(grant=grant, order=row.order, text=row.text, law=row.law)
            for row in queries.standard_conditions(round_.city_id, timezone.localdate())
        )
        plan_instalments(grant, rule)
        record(actor, grant, "prepare", to_state=grant.state, won=queries.allotted(grant))
        return grant


def project_period(round_: Round) -> tuple[datetime.date, datetime.date]:
    """The days of a round's project period; its calendar year where the calendar has none. One query."""
    period = round_.periods.filter(step=Period.Step.START).first()
    if period is None:
        return datetime.date(round_.year, 1, 1), datetime.date(round_.year, 12, 31)
    return timezone.localdate(period.opens_at), timezone.localdate(period.closes_at)


def put_budget(grant: Grant, rows: Iterable[Row]) -> None:
    """Write the budget: rows of the same category and item are one line, its purses are allotments."""
    merged: dict[tuple[str, str], dict[str, int]] = {}
    bases: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        key = (row.category, row.item.strip()[:100])
        purses = merged.setdefault(key, queries.no_won())
        purses[row.purse] += row.amount_krw
        if row.basis and row.basis not in bases.setdefault(key, []):
            bases[key].append(row.basis)
    order = {category: number for number, category in enumerate(Category.values)}
    for key in sorted(merged, key=lambda k: order[k[0]]):
        line = BudgetLine.objects.create(
            grant=grant, category=key[0], item=key[1], basis="; ".join(bases.get(key, []))[:500]
        )
        Allotment.objects.bulk_create(
            Allotment(line=line, purse=purse, amount_krw=amount) for purse, amount in merged[key].items() if amount
        )


def locked(grant: Grant) -> Grant:
    """The grant as it is now, locked to the end of the transaction."""
    fresh = lock(grant)
    fresh.project = grant.project
    return fresh


@transaction.atomic
def edit(actor: Any, grant: Grant, *, starts_on: datetime.date, ends_on: datetime.date, paying: str) -> Grant:
    """Change the dates or the way of paying before the decision."""
    grant = locked(grant)
    if ends_on < starts_on:
        raise Refused(_("사업 종료일이 시작일보다 빠릅니다."))
    before = (grant.starts_on, grant.ends_on, grant.paying)
    GRANTS.make(actor, grant, "edit", was=[str(value) for value in before])
    grant.starts_on, grant.ends_on, grant.paying = starts_on, ends_on, paying
    grant.save(update_fields=["starts_on", "ends_on", "paying"])
    return grant


@transaction.atomic
def set_conditions(actor: Any, grant: Grant, conditions: Sequence[Mapping[str, str]]) -> Grant:
    """The conditions of the grant, in their order: ``text`` and ``law`` each."""
    grant = locked(grant)
    GRANTS.check(actor, grant, "edit")
    was = list(grant.conditions.values("text", "law"))
    now = [{"text": row["text"].strip(), "law": row.get("law", "").strip()} for row in conditions]
    if now != was:
        grant.conditions.all().delete()
        Condition.objects.bulk_create(
            Condition(grant=grant, order=order, **row) for order, row in enumerate(now, start=1)
        )
        record(actor, grant, "conditions", grant.state, grant.state, was=was)
    return grant


@transaction.atomic
def name_operator(actor: Any, grant: Grant, operator: Organisation | None, why: str = "") -> Grant:
    """Name the operator, or say that it is still to be found, before the agreement is made."""
    grant = locked(grant)
    if not who.governs(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if grant.state not in (State.PREPARED, State.DECIDED):
        raise Refused(_("협약을 맺은 뒤에는 수행기관을 바꿀 수 없습니다."))
    if grant.operator_calls.filter(state="open").exists():
        raise Refused(_("수행기관을 모집하고 있습니다. 모집을 끝낸 뒤에 정해 주세요."))
    put_operator(actor, grant, operator, why)
    return grant


def put_operator(actor: Any, grant: Grant, operator: Organisation | None, why: str) -> None:
    """Write the operator of a locked grant; signatures under another one fall."""
    if operator is not None and operator.kind == Organisation.Kind.CITY:
        raise Refused(_("시는 수행기관이 될 수 없습니다."))
    was = grant.operator
    if (was.pk if was else None) == (operator.pk if operator else None):
        return
    grant.operator = operator
    grant.save(update_fields=["operator"])
    record(
        actor, grant, "name_operator", grant.state, grant.state, why,
        was=str(was or ""), now=str(operator or ""),
    )  # fmt: skip
    agreement.clear_signatures(actor, grant, _("수행기관이 바뀌었습니다."))


def next_number(grant: Grant, year: int) -> str:
    """The next number of the city's year; the series' row stays locked to the end of the transaction."""
    project_round = grant.project.round
    if project_round is None:
        raise Refused(_("연차를 알 수 없는 사업입니다."))
    city = project_round.city
    NumberSeries.objects.bulk_create([NumberSeries(city=city, year=year)], ignore_conflicts=True)
    NumberSeries.objects.filter(city=city, year=year).update(last=F("last") + 1)
    last = NumberSeries.objects.get(city=city, year=year).last
    return f"{year}-{city.code}-{last:04d}"


@transaction.atomic
def decide(actor: Any, grant: Grant, on: datetime.date | None = None) -> Grant:
    """The city's decision: the grant gets its number and its day (today, or one before)."""
    grant = locked(grant)
    GRANTS.check(actor, grant, "decide")
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise Refused(_("앞으로 올 날로 교부결정을 할 수 없습니다."))
    grant.decided_on, grant.number = on, next_number(grant, on.year)
    grant.agreement = grant.agreement or agreement.first_text(grant)
    grant.save(update_fields=["decided_on", "number", "agreement"])
    GRANTS.make(actor, grant, "decide", number=grant.number, won=queries.allotted(grant))
    agreement.tell(
        [*people.district_officers(grant), *people.of_operator(grant)],
        grant,
        f"grant-decided-{grant.pk}-{grant.number}",
        _("교부를 결정했습니다: %(project)s") % {"project": grant.project},
        _("교부결정 번호는 %(number)s입니다. 협약 내용을 확인하고 서명해 주세요.") % {"number": grant.number},
        reverse("funding:agreement", args=[grant.pk]),
    )
    return grant


@transaction.atomic
def retract(actor: Any, grant: Grant, why: str) -> Grant:
    """Take the decision back before the agreement is made; its number is not given out again."""
    grant = locked(grant)
    GRANTS.make(actor, grant, "retract", why, number=grant.number)
    agreement.clear_signatures(actor, grant, why)
    grant.number, grant.decided_on = "", None
    grant.save(update_fields=["number", "decided_on"])
    return grant


@transaction.atomic
def word(actor: Any, grant: Grant, text: str, began_from: str) -> Grant:
    """Change the agreement's text. ``began_from`` is the hash of what the writer saw; raises ``Refused`` on a clash."""
    grant = locked(grant)
    GRANTS.check(actor, grant, "word")
    if began_from != agreement.content_hash(grant):
        raise Refused(_("고치시는 사이에 협약 내용이 바뀌었습니다. 지금 내용을 확인하고 다시 저장해 주세요."))
    if text.strip() == grant.agreement.strip():
        return grant
    was = grant.agreement
    grant.agreement = text.strip()
    grant.save(update_fields=["agreement"])
    record(actor, grant, "word", grant.state, grant.state, was=was)
    agreement.clear_signatures(actor, grant, _("협약 내용이 바뀌었습니다."))
    return grant


@transaction.atomic
def sign(actor: Any, grant: Grant, party: str, content_hash: str) -> Grant:
    """Sign the agreement for a party as it was seen. With the third signature the agreement is made.

    Raises ``NotYours`` and ``Refused``. Signing again changes nothing.
    """
    grant = locked(grant)
    mine = grant.signatures.filter(party=party, by=actor).first()
    if mine is not None and mine.content_hash == content_hash:
        return grant
    GRANTS.check(actor, grant, "sign")
    if party not in who.parties_of(actor, grant):
        raise NotYours(_("이 기관을 대신해 서명할 권한이 없습니다."))
    if grant.operator is None:
        raise Refused(_("아직 수행기관이 정해지지 않아 서명할 수 없습니다."))
    content = agreement.content_of(grant)
    if content_hash != agreement.hash_of(content):
        raise Refused(_("보고 계신 사이에 내용이 바뀌었습니다. 바뀐 내용을 확인한 뒤 다시 서명해 주세요."))
    if grant.signatures.filter(by=actor).exclude(party=party).exists():
        raise Refused(_("한 사람이 두 기관을 대신해 서명할 수 없습니다. 다른 담당자가 서명해 주세요."))
    try:
        with transaction.atomic():
            Signature.objects.create(grant=grant, party=party, by=actor, content_hash=content_hash)
    except IntegrityError:
        raise Refused(_("이 기관은 이미 서명했습니다.")) from None
    record(actor, grant, "sign", grant.state, grant.state, party=party, hash=content_hash)
    if grant.signatures.filter(content_hash=content_hash).count() == len(Signature.Party):
        grant.agreed_on, grant.agreed_content = timezone.localdate(), content
        grant.save(update_fields=["agreed_on", "agreed_content"])
        GRANTS.make(actor, grant, "agree", hash=content_hash)
    return grant


@transaction.atomic
def begin_settling(actor: Any, grant: Grant) -> Grant:
    """The project is over and is being settled: no more spending. Called by the settlement."""
    return GRANTS.make(actor, locked(grant), "begin_settling")


@transaction.atomic
def reopen(actor: Any, grant: Grant, why: str) -> Grant:
    """Back to spending, since something was missing. Called by the settlement."""
    return GRANTS.make(actor, locked(grant), "reopen", why)


@transaction.atomic
def settle(actor: Any, grant: Grant) -> Grant:
    """The settlement is confirmed; nothing in the grant moves any more. Called by the settlement."""
    return GRANTS.make(actor, locked(grant), "settle")


@transaction.atomic
def close_month(actor: Any, grant: Grant, month: datetime.date) -> MonthClose:
    """Close a month of the books, and all before it."""
    grant = locked(grant)
    if not who.watches(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    for keeps_open in queries.KEEPS_OPEN:
        reason = keeps_open(grant, ledger.last_day(month.replace(day=1)))
        if reason:
            raise Refused(reason)
    closed = ledger.close_month(grant.book, month, actor)
    record(
        actor, grant, "close_month", grant.state, grant.state,
        month=closed.month.isoformat(), last_number=closed.last_number, last_hash=closed.last_hash,
    )  # fmt: skip
    return closed
