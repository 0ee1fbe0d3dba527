"""From what happens to money of a grant to the lines of the books.

| event            | paid in advance                       | paid afterwards                            |
| ---------------- | ------------------------------------- | ------------------------------------------ |
| instalment paid  | cash + / grant −, by purse            | advanced + / grant −, by purse             |
| payment approved | cost + / cash −, by purse (spending)  | cost + / advanced −, by purse (spending)   |

Own money stands in an instalment like the others: the operator puts it into the project's account, or, paid
afterwards, has spent it already. An instalment that is taken back is reversed.
"""

from __future__ import annotations

from collections.abc import Mapping

from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.ground.ledger.moves import Posting
from sanghyeop.programme.funding.models import Paying

INSTALMENT_PAID = "funding.instalment_paid"


def money_account(paying: str) -> Account:
    """The account that payments of a project come out of: its cash, or what the operator advances."""
    return Account.CASH if paying == Paying.ADVANCE else Account.ADVANCED


def instalment_paid(paying: str, shares: Mapping[str, int]) -> list[Posting]:
    """The lines of an instalment; ``shares`` are won by purse."""
    lines = []
    for purse in Purse.values:
        amount = shares.get(purse, 0)
        if amount:
            lines += [Posting(money_account(paying), amount, purse), Posting(Account.GRANT, -amount, purse)]
    return lines
