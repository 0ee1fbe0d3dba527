"""Settlement: what goes back to whom, to the won.

Each funder gets back what it paid in and what was not recognised as spent from its purse: a payment was split over the
purses to the won when it was made (``engines.shares``), so nothing is left to round. Interest has no purse: it is
split by what each purse paid in, by the largest-remainder rule. Own money stays with the operator, and so does the
interest on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sanghyeop.engines.shares import in_proportion


@dataclass(frozen=True)
class Share:
    """One purse's side of a settlement, in won.

    ``received`` was paid in, ``spent`` was paid out of it, ``disallowed`` of that is not recognised. To a purse that
    ``returns`` goes back what came and was not recognised, with its ``interest``. A purse that does not (own money)
    keeps what it has not spent; what is disallowed of it is nobody's loss but the operator's. ``owing`` is what the
    purse still has to pay in, where more went out than came.

    Always: received + owing + interest == borne + refund + kept.
    """

    purse: str
    received: int
    spent: int
    disallowed: int
    interest: int
    returns: bool

    @property
    def recognised(self) -> int:
        return self.spent - self.disallowed

    @property
    def borne(self) -> int:
        """What the purse bears of the spending: what is recognised; of own money all that was spent."""
        return self.recognised if self.returns else self.spent

    @property
    def over(self) -> int:
        """What came beyond what the purse bears; negative where less came."""
        return self.received - self.borne

    @property
    def owing(self) -> int:
        return max(-self.over, 0)

    @property
    def kept(self) -> int:
        """What was not spent, but stays: own money, and its interest."""
        return 0 if self.returns else max(self.over, 0) + self.interest

    @property
    def refund(self) -> int:
        """What goes back to the purse: unspent, disallowed, and its interest."""
        return max(self.over, 0) + self.interest if self.returns else 0


def of_disallowed(amount: int, parts: Mapping[str, int]) -> dict[str, int]:
    """Split a disallowed amount over the purses that the payment came from (won by purse), in their proportion.

    No purse gets more than it paid. Raises ``ValueError`` for more than the payment.
    """
    if not 0 <= amount <= sum(parts.values()):
        raise ValueError(f"cannot disallow {amount} of {dict(parts)}")
    if not amount:
        return dict.fromkeys(parts, 0)
    return dict(zip(parts, in_proportion(amount, list(parts.values())), strict=True))


def settle(
    purses: Sequence[str],
    received: Mapping[str, int],
    spent: Mapping[str, int],
    disallowed: Mapping[str, int],
    interest: int,
    returning: Sequence[str],
) -> list[Share]:
    """The shares of a settlement, in the order of ``purses``; ``returning`` get back what was not spent.

    All amounts are won; ``disallowed`` is part of ``spent``. Interest is split by what each purse paid in; where
    nothing was paid in there is nobody to give it to: raises ``ValueError``.
    """
    weights = [received.get(purse, 0) for purse in purses]
    parts = in_proportion(interest, weights) if interest else [0] * len(purses)
    return [
        Share(
            purse=purse,
            received=received.get(purse, 0),
            spent=spent.get(purse, 0),
            disallowed=disallowed.get(purse, 0),
            interest=part,
            returns=purse in returning,
        )
        for purse, part in zip(purses, parts, strict=True)
    ]
