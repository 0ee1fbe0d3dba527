"""From what happens to money that is spent to the lines of the books.

| event                 | lines                                                                              |
| --------------------- | ---------------------------------------------------------------------------------- |
| payment approved      | cost + (category, budget line) / cash − (paid afterwards: advanced −), by purse    |
| payment cancelled     | the same with all signs turned                                                     |
| interest came         | cash + / interest −, of no purse yet                                               |
| revenue came          | cash + / revenue −, of no purse                                                    |
| amount disallowed     | owed by operator + / cost − (category, budget line), by purse                      |
| settlement confirmed  | grant +, interest + / refund due −, by funder; own money disallowed: grant + / owed − |
| refunded              | refund due + / owed by operator − (what it makes good), cash − (the rest)          |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sanghyeop.engines.settlement import Share
from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.moves import Posting
from sanghyeop.programme.funding.models import BudgetLine
from sanghyeop.programme.funding.postings import money_account

APPROVED = "spending.approved"
INTEREST = "spending.interest"
REVENUE = "spending.revenue"
DISALLOWED = "spending.disallowed"
SETTLED = "spending.settled"
REFUNDED = "spending.refunded"  # the one event that the books of a settled grant take (see the migration)


def approved(paying: str, line: BudgetLine, parts: Mapping[str, int]) -> list[Posting]:
    """The lines of a payment; ``parts`` are won by purse."""
    lines = []
    for purse, amount in parts.items():
        if amount:
            lines += [
                Posting(Account.COST, amount, purse, line.category, line.pk),
                Posting(money_account(paying), -amount, purse),
            ]
    return lines


def came(account: Account, amount: int) -> list[Posting]:
    """Interest or revenue that came into the project's account."""
    return [Posting(Account.CASH, amount), Posting(account, -amount)]


def disallowed(line: BudgetLine, parts: Mapping[str, int]) -> list[Posting]:
    """The lines of an amount that is not recognised; ``parts`` are won by purse."""
    lines = []
    for purse, amount in parts.items():
        if amount:
            lines += [
                Posting(Account.OWED_BY_OPERATOR, amount, purse),
                Posting(Account.COST, -amount, purse, line.category, line.pk),
            ]
    return lines


def settled(paying: str, shares: Iterable[Share]) -> list[Posting]:
    """The lines of a confirmed settlement: what becomes due to each funder."""
    lines = []
    for share in shares:
        if share.refund:
            over = share.refund - share.interest
            lines += [Posting(Account.GRANT, over, share.purse)] if over else []
            lines += [Posting(Account.INTEREST, share.interest, share.purse)] if share.interest else []
            lines.append(Posting(Account.REFUND_DUE, -share.refund, share.purse))
        elif share.disallowed:
            # Nobody waits for this money: the operator's own, or what it had laid out beyond what came.
            other = money_account(paying) if share.returns else Account.GRANT
            lines += [
                Posting(other, share.disallowed, share.purse),
                Posting(Account.OWED_BY_OPERATOR, -share.disallowed, share.purse),
            ]
    return lines


def refunded(share: Share, paying: str) -> list[Posting]:
    """The lines of a refund to one funder."""
    lines = [Posting(Account.REFUND_DUE, share.refund, share.purse)]
    lines += [Posting(Account.OWED_BY_OPERATOR, -share.disallowed, share.purse)] if share.disallowed else []
    rest = share.refund - share.disallowed
    lines += [Posting(money_account(paying), -rest, share.purse)] if rest else []
    return lines
