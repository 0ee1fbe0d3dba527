"""Events of pay → lines of the ledger. Wages and the employer's shares are personnel cost, split over the purses of
the budget line; what is taken from the wage, what is due to the insurers and what is owed to people stand apart until
they are paid out."""

from __future__ import annotations

from sanghyeop.engines.shares import split
from sanghyeop.ground.ledger.accounts import Account, Category, Purse
from sanghyeop.ground.ledger.moves import Posting

WAGES = "employment.wages"

#: Event → (account, which sum of the month, sign).
TABLE = {
    WAGES: (
        (Account.PAYABLE, "net", -1),
        (Account.WITHHELD, "deductions", -1),
        (Account.INSURANCE_DUE, "employer_shares", -1),
    )
}


def wages(sums: dict[str, int], budget_line: int, agreed: dict[str, int], spent: dict[str, int]) -> list[Posting]:
    """The lines of a closed month. Of ``sums`` are read: net, deductions, employer_shares; ``agreed`` and ``spent`` are
    won of the budget line by purse. Raises ``ValueError`` for more than the line has left."""
    purses = [purse for purse in Purse.values if agreed.get(purse)]
    cost = sum(sums[name] for _account, name, _sign in TABLE[WAGES])
    parts = split(cost, [agreed[purse] for purse in purses], [spent.get(purse, 0) for purse in purses])
    lines = [
        Posting(Account.COST, part, purse, Category.PERSONNEL, budget_line)
        for purse, part in zip(purses, parts, strict=True)
        if part
    ]
    return lines + [Posting(account, sign * sums[name]) for account, name, sign in TABLE[WAGES] if sums[name]]
