"""From what happens to wages to the lines of the books.

| event        | lines                                                                                              |
| ------------ | -------------------------------------------------------------------------------------------------- |
| month closed | cost + (personnel, budget line) by purse / payable − (net), withheld − (deductions), insurance due − |
| wages paid   | payable +, withheld +, insurance due + / cash − (paid afterwards: advanced −), by purse              |

Wages and the employer's shares are split over the purses of the budget line like any payment of it.
"""

from __future__ import annotations

from sanghyeop.engines.shares import split
from sanghyeop.ground.ledger.accounts import Account, Category, Purse
from sanghyeop.ground.ledger.moves import Posting
from sanghyeop.programme.funding.postings import money_account

WAGES, PAID = "employment.wages", "employment.wages_paid"

#: Account → which sum of the month stands in it between closing and paying.
OWED = {Account.PAYABLE: "net", Account.WITHHELD: "deductions", Account.INSURANCE_DUE: "employer_shares"}


def wages(sums: dict[str, int], budget_line: int, agreed: dict[str, int], spent: dict[str, int]) -> list[Posting]:
    """The lines of a closed month. Of ``sums`` are read: net, deductions, employer_shares; ``agreed`` and ``spent`` are
    won of the budget line by purse. Raises ``ValueError`` for more than the line has left."""
    purses = [purse for purse in Purse.values if agreed.get(purse)]
    cost = sum(sums[name] for name in OWED.values())
    parts = split(cost, [agreed[purse] for purse in purses], [spent.get(purse, 0) for purse in purses])
    lines = [
        Posting(Account.COST, part, purse, Category.PERSONNEL, budget_line)
        for purse, part in zip(purses, parts, strict=True)
        if part
    ]
    return lines + [Posting(account, -sums[name]) for account, name in OWED.items() if sums[name]]


def paid(sums: dict[str, int], parts: dict[str, int], paying: str) -> list[Posting]:
    """The lines of wages that were paid; ``parts`` are the month's cost by purse."""
    owed = [Posting(account, sums[name]) for account, name in OWED.items() if sums[name]]
    return owed + [Posting(money_account(paying), -part, purse) for purse, part in parts.items() if part]
