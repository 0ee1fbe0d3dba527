"""Changes of the budget or the period (사업변경): asked for, allowed by the round's rule at once, or approved.

**Without approval** won may move between lines of one category, purse by purse, as long as no line has moved by more
than the rule's share of its last approved budget altogether. So many small steps get no farther than one large.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import people, queries
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding.models import (
    Allotment,
    BudgetLine,
    Change,
    ChangeLine,
    FundingRule,
    Grant,
    NewLine,
)
from sanghyeop.programme.funding.tables import CHANGES, not_agreed

State = Change.State
#: Won more (or less) by budget line and purse.
Deltas = Mapping[tuple[int, str], int]


@dataclass(frozen=True)
class Added:
    """A line that a change would add to the budget: ``won`` are positive, by purse."""

    category: str
    item: str
    won: Mapping[str, int]
    basis: str = ""


@transaction.atomic
def ask(
    actor: Any,
    grant: Grant,
    why: str,
    deltas: Deltas,
    ends_on: datetime.date | None = None,
    added: Sequence[Added] = (),
) -> Change:
    """Ask for a change; what the rule allows takes effect at once. A new line is never without approval.

    ``deltas`` are won by (number of the line, purse). Raises ``NotYours``, or ``Refused`` with what stands against it.
    """
    grant = lock(grant)
    if not (who.operates(actor, grant) or who.watches(actor, grant)):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    reason = not_agreed(grant)
    if reason:
        raise Refused(reason)
    if not why.strip():
        raise Refused(_("바꾸려는 까닭을 적어 주세요."))
    deltas = {key: amount for key, amount in deltas.items() if amount}
    ends_on = ends_on if ends_on != grant.ends_on else None
    if not deltas and not added and ends_on is None:
        raise Refused(_("바뀐 금액이나 날짜가 없습니다."))
    refuse_impossible(grant, deltas, ends_on, added)
    free = ends_on is None and not added and is_free(grant, deltas)
    change = Change.objects.create(
        grant=grant, state=State.FREE if free else State.ASKED, why=why.strip(), ends_on=ends_on, by=actor
    )
    ChangeLine.objects.bulk_create(
        ChangeLine(change=change, line_id=line, purse=purse, amount_krw=amount)
        for (line, purse), amount in deltas.items()
    )
    for row in added:
        new = NewLine.objects.create(change=change, category=row.category, item=row.item, basis=row.basis)
        ChangeLine.objects.bulk_create(
            ChangeLine(change=change, new=new, purse=purse, amount_krw=amount)
            for purse, amount in row.won.items()
            if amount
        )
    record(
        actor, change, "ask", "", change.state, why,
        lines=[[line, purse, amount] for (line, purse), amount in deltas.items()],
        added=[[row.category, row.item, dict(row.won)] for row in added],
        ends_on=ends_on.isoformat() if ends_on else None,
    )  # fmt: skip
    if free:
        put(change, deltas)
    else:
        deciding = people.city_officers(grant) if change.needs_city else people.district_officers(grant)
        tell(deciding, change, _("사업변경 승인을 기다립니다: %(project)s"), change.why)
    return change


def rule_share(grant: Grant) -> Any:
    """What may be moved without approval, in per cent; nothing where the round has no rule."""
    round_ = grant.project.round
    rule: FundingRule | None = queries.rule_of(round_) if round_ else None
    return rule.free_change if rule else 0


def is_free(grant: Grant, deltas: Deltas) -> bool:
    """Whether the round's rule allows a change without approval."""
    share = rule_share(grant)
    if not share or not deltas:
        return False
    lines = {line.pk: line for line in grant.budget_lines.all()}
    within: dict[tuple[str, str], int] = defaultdict(int)
    moved: dict[int, int] = defaultdict(int)
    for (line, purse), amount in deltas.items():
        within[lines[line].category, purse] += amount
        moved[line] += amount
    if any(within.values()):
        return False
    before = Allotment.objects.filter(line__in=moved).order_by().values_list("line")
    approved = dict(before.exclude(change__state=State.FREE).annotate(total=Sum("amount_krw")))
    freely = dict(before.filter(change__state=State.FREE).annotate(total=Sum("amount_krw")))
    return all(
        abs(freely.get(line, 0) + amount) * 100 <= share * approved.get(line, 0) for line, amount in moved.items()
    ) and all(approved.get(line, 0) for line in moved)


def refuse_impossible(grant: Grant, deltas: Deltas, ends_on: datetime.date | None, added: Sequence[Added] = ()) -> None:
    """Raise ``Refused`` for what no approval could allow: below what is spent, held or paid, more public money."""
    agreed, spent, held = queries.budget_of(grant), queries.spent_of(grant), queries.held_of(grant)
    lines = {line.pk: line for line in grant.budget_lines.all()}
    after = {pk: dict(agreed[pk]) for pk in lines}
    whole = queries.no_won()
    for (pk, purse), amount in deltas.items():
        if pk not in lines or purse not in whole:
            raise Refused(_("이 사업의 예산 내역이 아닙니다."))
        after[pk][purse] += amount
        whole[purse] += amount
    there = {(line.category, line.item) for line in lines.values()}
    for place, row in enumerate(added, start=1):
        if (row.category, row.item) in there:
            raise Refused(_("이미 있는 예산 내역입니다: %(item)s. 그 내역의 금액을 바꿔 주세요.") % {"item": row.item})
        there.add((row.category, row.item))
        after[-place] = queries.no_won() | dict(row.won)
        if min(row.won.values(), default=0) < 0 or not any(row.won.values()):
            raise Refused(_("새 내역 ‘%(item)s’의 금액을 적어 주세요.") % {"item": row.item})
        for purse, amount in row.won.items():
            whole[purse] += amount
    for pk in {line for line, _purse in deltas}:
        for purse in queries.PURSES:
            least = max(spent[pk][purse], 0)
            if after[pk][purse] < least:
                raise Refused(
                    _("‘%(line)s’의 %(purse)s은(는) 이미 쓴 %(spent)s원보다 적을 수 없습니다.")
                    % {"line": lines[pk], "purse": Purse(purse).label, "spent": f"{least:,}"}
                )
        needed = sum(spent[pk].values()) + held.get(pk, 0)
        if sum(after[pk].values()) < needed:
            raise Refused(
                _("‘%(line)s’은(는) 이미 썼거나 승인을 기다리는 %(needed)s원보다 적을 수 없습니다.")
                % {"line": lines[pk], "needed": f"{needed:,}"}
            )
    for purse in (Purse.CITY, Purse.DISTRICT):
        if whole[purse] > 0:
            raise Refused(
                _("%(purse)s의 합은 교부결정보다 늘릴 수 없습니다. 지금 %(more)s원이 더 많습니다.")
                % {"purse": purse.label, "more": f"{whole[purse]:,}"}
            )
    planned = queries.planned_shares(grant)
    for purse in Purse:
        left = sum(row[purse] for row in after.values())
        if whole[purse] < 0 and left < planned[purse]:
            raise Refused(
                _("%(purse)s의 합이 교부하기로 한 %(planned)s원보다 적어집니다. 먼저 교부 회차를 줄여 주세요.")
                % {"purse": purse.label, "planned": f"{planned[purse]:,}"}
            )
    if ends_on is not None:
        if ends_on < grant.starts_on:
            raise Refused(_("사업 종료일이 시작일보다 빠릅니다."))
        costs = Entry.objects.filter(book=grant.book_id, lines__account=Account.COST, reversed_by=None, reverses=None)
        last = costs.aggregate(last=Max("date"))["last"]
        if last and ends_on < last:
            raise Refused(_("이미 집행한 날보다 사업 종료일이 빠를 수 없습니다."))


def put(change: Change, deltas: Deltas) -> None:
    """Let a change take effect: lines and allotments are added, never altered."""
    Allotment.objects.bulk_create(
        Allotment(line_id=line, purse=purse, amount_krw=amount, change=change)
        for (line, purse), amount in deltas.items()
    )
    for new in change.new_lines.prefetch_related("lines"):
        new.made = BudgetLine.objects.create(grant=change.grant, category=new.category, item=new.item, basis=new.basis)
        new.save(update_fields=["made"])
        Allotment.objects.bulk_create(
            Allotment(line=new.made, purse=row.purse, amount_krw=row.amount_krw, change=change)
            for row in new.lines.all()
        )
    if change.ends_on:
        change.grant.ends_on = change.ends_on
        change.grant.save(update_fields=["ends_on"])


def locked(change: Change) -> Change:
    grant = lock(change.grant)
    fresh = lock(change)
    fresh.grant = grant
    return fresh


def deltas_of(change: Change) -> dict[tuple[int, str], int]:
    return {(row.line_id, row.purse): row.amount_krw for row in change.lines.all() if row.line_id is not None}


def added_of(change: Change) -> list[Added]:
    """The new lines that a change asks for. Two queries."""
    return [
        Added(new.category, new.item, {row.purse: row.amount_krw for row in new.lines.all()}, new.basis)
        for new in change.new_lines.prefetch_related("lines")
    ]


@transaction.atomic
def approve(actor: Any, change: Change) -> Change:
    """Let a change take effect that was asked for, as far as it is still possible."""
    change = locked(change)
    CHANGES.check(actor, change, "approve")
    deltas = deltas_of(change)
    refuse_impossible(change.grant, deltas, change.ends_on, added_of(change))
    put(change, deltas)
    CHANGES.make(actor, change, "approve")
    tell([change.by], change, _("사업변경을 승인했습니다: %(project)s"), change.why)
    return change


@transaction.atomic
def refuse(actor: Any, change: Change, why: str) -> Change:
    """A change that was asked for is not allowed, with the reason."""
    change = CHANGES.make(actor, locked(change), "refuse", why)
    tell([change.by], change, _("사업변경을 승인하지 않았습니다: %(project)s"), why)
    return change


@transaction.atomic
def withdraw(actor: Any, change: Change) -> Change:
    """Whoever asked takes it back."""
    return CHANGES.make(actor, locked(change), "withdraw")


def tell(recipients: Any, change: Change, subject: str, body: str) -> None:
    notify(
        recipients,
        f"change-{change.pk}-{change.state}",
        subject % {"project": change.grant.project},
        body,
        reverse("funding:change", args=[change.grant_id, change.pk]),
        change.round_id,
    )
