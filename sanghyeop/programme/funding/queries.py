"""Reads that pages and rooms above share. Every won here is a sum over allotments, shares or lines of the books."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger import queries as books
from sanghyeop.ground.ledger.accounts import Account, Purse, grown
from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.parties.permissions import officer, planner
from sanghyeop.programme.funding.listing import to_prepare, waiting
from sanghyeop.programme.funding.models import (
    Allotment,
    BudgetLine,
    FundingRule,
    Grant,
    Instalment,
    InstalmentShare,
    StandardCondition,
)
from sanghyeop.programme.funding.permissions import grants_of
from sanghyeop.programme.rounds.models import Round

PURSES = tuple(Purse.values)
#: What rooms above hold on budget lines before they post it, each as a function grant → line → won. A room adds its
#: own in its ``AppConfig.ready``: this room cannot know them.
HELD: list[Callable[[Grant], Mapping[int, int]]] = []


#: Why rooms above keep the books open: each a function grant, last day → the reason or None. Added as in ``HELD``.
KEEPS_OPEN: list[Callable[[Grant, datetime.date], str | None]] = []


def no_won() -> dict[str, int]:
    """Nothing of each purse."""
    return dict.fromkeys(PURSES, 0)


def by_purse(rows: Any, key: Any = None) -> dict[Any, dict[str, int]]:
    """Rows of (key, purse, won) as key → purse → won, with every purse in it."""
    found: dict[Any, dict[str, int]] = defaultdict(no_won)
    for what, purse, amount in rows:
        if purse in found[what]:
            found[what][purse] += amount or 0
    return found


def budget_of(grant: Grant) -> dict[int, dict[str, int]]:
    """The agreed budget as it stands: line → purse → won. One query."""
    rows = Allotment.objects.filter(line__grant=grant).order_by().values_list("line", "purse")
    return by_purse(rows.annotate(total=Sum("amount_krw")))


def spent_of(grant: Grant) -> dict[int, dict[str, int]]:
    """What has been spent by the books: line → purse → won. One query."""
    found = books.totals(
        books.lines([grant.book_id], account=Account.COST, budget_line__isnull=False), "budget_line", "purse"
    )
    return by_purse((line, purse, amount) for (line, purse), amount in found.items())


def held_of(grant: Grant) -> dict[int, int]:
    """What rooms above hold on the lines: line → won."""
    found: dict[int, int] = defaultdict(int)
    for held in HELD:
        for line, amount in held(grant).items():
            found[line] += amount
    return found


def budget(line: BudgetLine) -> dict[str, int]:
    """The budget of one line: purse → won. One query."""
    rows = line.allotments.order_by().values_list("purse").annotate(total=Sum("amount_krw"))
    return no_won() | dict(rows)


def spent(line: BudgetLine) -> dict[str, int]:
    """What has been spent of one line by the books: purse → won. One query."""
    found = books.totals(books.lines([line.grant.book_id], account=Account.COST, budget_line=line.pk), "purse")
    return no_won() | {purse: amount for (purse,), amount in found.items() if purse in PURSES}


def left(line: BudgetLine) -> dict[str, int]:
    """What is left of one line: purse → won, without what is only held. Two queries."""
    agreed, gone = budget(line), spent(line)
    return {purse: agreed[purse] - gone[purse] for purse in PURSES}


def allotted(grant: Grant) -> dict[str, int]:
    """The whole budget: purse → won. One query."""
    rows = Allotment.objects.filter(line__grant=grant).order_by().values_list("purse")
    return no_won() | dict(rows.annotate(total=Sum("amount_krw")))


def balances(grant: Grant) -> dict[str, dict[str, int]]:
    """What the accounts of a grant's book hold: account → purse → won, positive where the account has grown.
    Amounts without a purse (interest, revenue) stand under the empty one. One query."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: no_won() | {"": 0})
    for (account, purse), amount in books.totals(books.lines([grant.book_id]), "account", "purse").items():
        found[account][purse] = grown(account, amount)
    return found


def shares_of(instalment: Instalment) -> dict[str, int]:
    """What an instalment pays: purse → won. One query, none where ``shares`` is prefetched."""
    return no_won() | {share.purse: share.amount_krw for share in instalment.shares.all()}


def planned_shares(grant: Grant, but: Instalment | None = None) -> dict[str, int]:
    """What all instalments that are not cancelled pay together, without one: purse → won. One query."""
    rows = InstalmentShare.objects.filter(instalment__grant=grant).exclude(instalment__state=Instalment.State.CANCELLED)
    if but is not None and but.pk:
        rows = rows.exclude(instalment=but.pk)
    return no_won() | dict(rows.order_by().values_list("purse").annotate(total=Sum("amount_krw")))


def rule_of(round_: Round) -> FundingRule | None:
    """The rule of a round, or of the nearest round that it was copied from. A query for each round that is asked."""
    asked: Round | None = round_
    while asked is not None:
        found = FundingRule.objects.filter(round=asked.pk).first()
        if found is not None:
            return found
        asked = asked.copied_from
    return None


def standard_conditions(city: int, on: datetime.date) -> list[StandardCondition]:
    """The conditions of a city in force on a day. One query."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return list(StandardCondition.objects.filter(in_force, city=city, valid_from__lte=on))


def lines_with_budget(grant: Grant) -> tuple[list[BudgetLine], dict[int, dict[str, int]]]:
    """The budget's lines in order, and what each has by purse. One query."""
    lines = list(
        grant.budget_lines.annotate(
            **{
                f"{purse}_krw": Coalesce(Sum("allotments__amount_krw", filter=Q(allotments__purse=purse)), 0)
                for purse in PURSES
            }
        )
    )
    return lines, {line.pk: {purse: getattr(line, f"{purse}_krw") for purse in PURSES} for line in lines}


@dataclass(frozen=True)
class Money:
    """The books of a grant in one look: balances by account and purse, costs by line and purse."""

    balances: dict[str, dict[str, int]]
    spent: dict[int, dict[str, int]]

    def of(self, account: str, *purses: str) -> int:
        """What an account holds, of some purses or of all."""
        held = self.balances[account]
        return sum(held[purse] for purse in (purses or held))


def money_of(grant: Grant) -> Money:
    """One query."""
    held: dict[str, dict[str, int]] = defaultdict(lambda: no_won() | {"": 0})
    spent: dict[int, dict[str, int]] = defaultdict(no_won)
    sums = books.totals(books.lines([grant.book_id]), "account", "purse", "budget_line")
    for (account, purse, line), amount in sums.items():
        held[account][purse] += grown(account, amount)
        if account == Account.COST and line is not None and purse:
            spent[line][purse] += amount
    return Money(held, spent)


def instalments_of(grant: Grant) -> QuerySet[Instalment]:
    """Instalments with what they pay: ``city_krw`` and so on, ``total_krw``. One query when read."""
    return grant.instalments.select_related("paper").annotate(
        total_krw=Coalesce(Sum("shares__amount_krw"), 0),
        **{f"{purse}_krw": Coalesce(Sum("shares__amount_krw", filter=Q(shares__purse=purse)), 0) for purse in PURSES},
    )


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here. Two queries, none for someone without a role."""
    if not planner(user):
        return []
    kinds = waiting(user)
    flags = {f"n_{name}": Count("pk", filter=of) for name, (_what, of) in kinds.items()}
    counts = grants_of(user).aggregate(**flags)
    found = [
        Task(what, f"{reverse('funding:list')}?wait={name}", count=counts[f"n_{name}"])
        for name, (what, _of) in kinds.items()
        if counts[f"n_{name}"]
    ]
    number = to_prepare(user).count() if officer(user) else 0
    if number:
        found.append(Task(_("선정된 사업의 교부를 준비하기"), reverse("funding:to_prepare"), count=number))
    return found
