"""The settlement statement (정산서): what was budgeted, spent, recognised, by line and purse, and what goes back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.engines.settlement import Share, settle
from sanghyeop.ground.ledger import queries as books
from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.programme.funding.duties import Duty
from sanghyeop.programme.funding.models import Grant, Instalment
from sanghyeop.programme.funding.queries import budget_of, no_won
from sanghyeop.programme.spending import postings
from sanghyeop.programme.spending.models import Expense, Income, Settlement
from sanghyeop.programme.spending.queries import without_paper

PURSES = tuple(Purse.values)
#: Who gets back what was not spent; own money stays with the operator.
FUNDERS = (Purse.CITY.value, Purse.DISTRICT.value)


@dataclass
class Row:
    """One budget line: won by purse."""

    line: int
    category: Any
    item: str
    allotted: dict[str, int] = field(default_factory=no_won)
    spent: dict[str, int] = field(default_factory=no_won)
    disallowed: dict[str, int] = field(default_factory=no_won)

    def recognised(self, purse: str) -> int:
        return self.spent[purse] - self.disallowed[purse]

    @property
    def allotted_all(self) -> int:
        return sum(self.allotted.values())

    @property
    def spent_all(self) -> int:
        return sum(self.spent.values())

    @property
    def disallowed_all(self) -> int:
        return sum(self.disallowed.values())

    @property
    def recognised_all(self) -> int:
        return self.spent_all - self.disallowed_all

    @property
    def left_all(self) -> int:
        return self.allotted_all - self.recognised_all


@dataclass
class Statement:
    """A settlement's figures as the books have them now, in won."""

    rows: list[Row]
    received: dict[str, int]
    interest: int
    revenue: int

    @cached_property
    def shares(self) -> list[Share]:
        total = {
            name: {purse: sum(getattr(row, name)[purse] for row in self.rows) for purse in PURSES}
            for name in ("spent", "disallowed")
        }
        interest = self.interest if any(self.received.values()) else 0
        return settle(PURSES, self.received, total["spent"], total["disallowed"], interest, FUNDERS)

    @property
    def subsidy(self) -> int:
        """What the funders paid in: thresholds of duties look at it."""
        return sum(self.received[purse] for purse in FUNDERS)

    @property
    def refund(self) -> int:
        return sum(share.refund for share in self.shares)

    def share(self, purse: str) -> Share:
        return next(share for share in self.shares if share.purse == purse)

    def as_record(self) -> dict[str, Any]:
        """The statement as JSON: kept with the settlement as it was confirmed."""
        return {
            "rows": [
                {
                    "line": row.line,
                    "category": str(row.category),
                    "item": row.item,
                    "allotted": row.allotted,
                    "spent": row.spent,
                    "disallowed": row.disallowed,
                }
                for row in self.rows
            ],
            "received": self.received,
            "interest": self.interest,
            "revenue": self.revenue,
        }


def from_record(record: dict[str, Any]) -> Statement:
    """A statement from what was kept of it."""
    return Statement(
        rows=[Row(**row) for row in record["rows"]],
        received=record["received"],
        interest=record["interest"],
        revenue=record["revenue"],
    )


def statement_of(grant: Grant) -> Statement:
    """The statement as the books have it now. Three queries."""
    budget = budget_of(grant)
    rows = {
        line.pk: Row(line.pk, line.category, line.item, allotted=budget.get(line.pk, no_won()))
        for line in grant.budget_lines.all()
    }
    received, interest, revenue = no_won(), 0, 0
    found = books.totals(books.lines([grant.book_id]), "entry__event", "account", "purse", "budget_line")
    for (event, account, purse, line), amount in found.items():
        if event == postings.SETTLED or event.startswith(postings.REFUNDED):
            continue
        if account == Account.COST and line in rows:
            if event.startswith(postings.DISALLOWED):
                rows[line].disallowed[purse] -= amount
            else:
                rows[line].spent[purse] += amount
        elif account == Account.GRANT and purse in received:
            received[purse] -= amount
        elif account == Account.INTEREST:
            interest -= amount
        elif account == Account.REVENUE:
            revenue -= amount
    return Statement(list(rows.values()), received, interest, revenue)


def statement_for(settlement: Settlement) -> Statement:
    """The statement as it was confirmed, or as the books have it now."""
    return from_record(settlement.statement) if settlement.statement else statement_of(settlement.grant)


@dataclass(frozen=True)
class Item:
    """One point of the checklist: ``where`` names the page to mend it on (see ``settlement_views``)."""

    code: str
    label: str
    done: bool
    where: str
    query: str = ""
    duty: Duty | None = None


def checklist(settlement: Settlement, statement: Statement, owed: list[Duty], today: datetime.date) -> list[Item]:
    """What must be there before a settlement is sent; each with where it is mended. Five queries."""
    grant = settlement.grant
    S = Expense.State
    open_payments = grant.expenses.filter(state__in=[S.ENTERED, S.SENT, S.RETURNED]).count()
    papers = without_paper(grant).count()
    has_interest = grant.incomes.filter(kind=Income.Kind.INTEREST, state=Income.State.POSTED).exists()
    unpaid = grant.instalments.filter(state__in=[Instalment.State.PLANNED, Instalment.State.ASKED]).count()
    owing = sum(statement.share(purse).owing for purse in FUNDERS)
    items = [
        Item("ended", _("사업 기간이 끝났습니다"), grant.ends_on < today, "spending:grant"),
        Item(
            "payments", _("모든 집행이 승인되었거나 취소되었습니다"), open_payments == 0,
            "spending:expenses", "state=open",
        ),
        Item("papers", _("승인한 집행마다 증빙 파일이 있습니다"), papers == 0, "spending:expenses", "state=paperless"),
        Item("instalments", _("남은 교부 회차가 없습니다"), unpaid == 0, "funding:show"),
        Item("owing", _("시와 자치구가 낼 돈을 모두 받았습니다"), owing == 0, "funding:show"),
        Item(
            "interest", _("사업 계좌의 이자를 적었거나 이자가 없음을 표시했습니다"),
            has_interest or settlement.no_interest, "spending:incomes",
        ),
        Item("results", _("실적을 적었습니다"), bool(settlement.results.strip()), "spending:write"),
    ]  # fmt: skip
    papers_of = {
        "verification": (settlement.verification_id, _("정산보고서의 외부 검증 결과를 붙였습니다")),
        "audit": (settlement.audit_id, _("회계감사 보고서를 붙였습니다")),
    }
    for duty in owed:
        if duty.holds and duty.kind in papers_of:
            paper, label = papers_of[duty.kind]
            items.append(Item(duty.kind, label, bool(paper), "spending:write", duty=duty))
    return items
