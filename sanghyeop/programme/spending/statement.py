"""The settlement statement (정산서): what was budgeted, spent, recognised, by line and purse, and what goes back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.engines.settlement import Share, settle
from sanghyeop.ground.ledger import queries as books
from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.programme.funding.duties import Duty
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.funding.queries import lines_with_budget, no_won
from sanghyeop.programme.spending import postings
from sanghyeop.programme.spending.models import Settlement
from sanghyeop.programme.spending.queries import PAYROLLS, unfinished

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
    unpaid: int = 0  # wages, taxes and premiums that are owed still; a confirmed settlement has none

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


#: What a project owes to others until it is paid: nothing of it may stand open when the settlement is sent.
OWED_TO_OTHERS = (Account.PAYABLE, Account.WITHHELD, Account.INSURANCE_DUE, Account.VAT_PAYABLE, Account.DEPOSITS)


def statement_of(grant: Grant) -> Statement:
    """The statement as the books have it now. Two queries."""
    lines, budget = lines_with_budget(grant)
    rows = {line.pk: Row(line.pk, line.category, line.item, allotted=budget[line.pk]) for line in lines}
    received, interest, revenue, unpaid = no_won(), 0, 0, 0
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
        elif account in OWED_TO_OTHERS:
            unpaid -= amount
    return Statement(list(rows.values()), received, interest, revenue, unpaid)


def statement_for(settlement: Settlement) -> Statement:
    """The statement as it was confirmed, or as the books have it now."""
    return from_record(settlement.statement) if settlement.statement else statement_of(settlement.grant)


@dataclass(frozen=True)
class Item:
    """One point of the checklist: ``address`` is the page to mend it on, ``more`` what exactly is open."""

    code: str
    label: str
    done: bool
    address: str
    more: str = ""
    duty: Duty | None = None


def checklist(settlement: Settlement, statement: Statement, owed: list[Duty], today: datetime.date) -> list[Item]:
    """What must be there before a settlement is sent; each with where it is mended. One query beside the payroll's."""
    grant = settlement.grant
    here = {name: reverse(f"spending:{name}", args=[grant.pk]) for name in ("grant", "expenses", "incomes", "write")}
    funding = reverse("funding:show", args=[grant.pk])
    rest = unfinished(grant)
    owing = sum(statement.share(purse).owing for purse in FUNDERS)
    items = [
        Item("ended", _("사업 기간이 끝났습니다"), grant.ends_on < today, here["grant"]),
        Item(
            "payments", _("모든 집행이 승인되었거나 취소되었습니다"), rest["payments"] == 0,
            here["expenses"] + "?state=open", _("%(count)d건 남음") % {"count": rest["payments"]},
        ),
        Item(
            "papers", _("승인한 집행마다 증빙 파일이 있습니다"), rest["papers"] == 0,
            here["expenses"] + "?state=paperless", _("%(count)d건 남음") % {"count": rest["papers"]},
        ),
        *wage_items(grant, statement),
        Item("instalments", _("남은 교부 회차가 없습니다"), rest["instalments"] == 0, funding + "#instalments"),
        Item("owing", _("시와 자치구가 낼 돈을 모두 받았습니다"), owing == 0, funding + "#instalments"),
        Item(
            "interest", _("사업 계좌의 이자를 적었거나 이자가 없음을 표시했습니다"),
            bool(rest["interest"]) or settlement.no_interest, here["incomes"],
        ),
        Item("results", _("실적을 적었습니다"), bool(settlement.results.strip()), here["write"]),
    ]  # fmt: skip
    papers_of = {
        "verification": (settlement.verification_id, _("정산보고서의 외부 검증 결과를 붙였습니다")),
        "audit": (settlement.audit_id, _("회계감사 보고서를 붙였습니다")),
    }
    for duty in owed:
        if duty.holds and duty.kind in papers_of:
            paper, label = papers_of[duty.kind]
            items.append(Item(duty.kind, label, bool(paper), here["write"], duty=duty))
    return items


def wage_items(grant: Grant, statement: Statement) -> list[Item]:
    """Whether all wages are in the books, and paid. One query of the room that reckons wages."""
    payrolls = [payroll(grant) for payroll in PAYROLLS]
    items = [
        Item(
            "wages", _("일한 달의 임금을 모두 마감했습니다"), not payroll.open_months, payroll.address,
            _("마감하지 않은 달: %(months)s") % {"months": ", ".join(f"{m:%Y-%m}" for m in payroll.open_months)},
        )
        for payroll in payrolls
    ]  # fmt: skip
    where = payrolls[0].address if payrolls else reverse("funding:journal", args=[grant.pk])
    said = _("아직 내지 않은 돈 %(amount)s원") % {"amount": f"{statement.unpaid:,}"}
    items.append(Item("unpaid", _("임금과 떼어 둔 세금·보험료를 모두 냈습니다"), not statement.unpaid, where, said))
    return items
