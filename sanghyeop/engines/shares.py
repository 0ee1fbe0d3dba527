"""Splitting won over purses, to the won.

``in_proportion`` is the largest-remainder rule (Hamilton): each part gets its proportion rounded down, and the won that
are left go one each to the largest remainders, ties to the part that stands first.

``split`` keeps a running account: a payment is split so that all payments of a line *together* stand in the agreed
proportion, so roundings never pile up, and a line that is spent to its end has spent each purse to its end.
"""

from __future__ import annotations

from collections.abc import Sequence


def in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` (won, not negative) in the proportion of ``weights`` (won, not negative, not all zero).

    The parts add up to ``amount``; each differs from its exact share by less than one won. Raises ``ValueError``.
    """
    whole = sum(weights)
    if amount < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError(f"cannot split {amount} over {list(weights)}")
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    order = sorted(range(len(parts)), key=lambda i: (-remainders[i], i))
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def split(amount: int, agreed: Sequence[int], spent: Sequence[int]) -> list[int]:
    """Split a payment over the purses of a budget line.

    ``agreed`` is the line's budget by purse and ``spent`` what has been spent of it, both in won. Each part is not
    negative, no purse is overdrawn, the parts add up to ``amount``, and what has been spent afterwards stands in the
    agreed proportion as nearly as that allows. Raises ``ValueError`` for more than the line has left.
    """
    room = [a - s for a, s in zip(agreed, spent, strict=True)]
    if amount < 0 or min(room, default=0) < 0 or amount > sum(room):
        raise ValueError(f"cannot spend {amount} of {list(agreed)} with {list(spent)} spent")
    if not amount:
        return [0] * len(agreed)
    target = in_proportion(sum(spent) + amount, agreed)
    parts = [min(max(t - s, 0), r) for t, s, r in zip(target, spent, room, strict=True)]
    rest = amount - sum(parts)
    for i in range(len(parts)):  # what earlier payments in another proportion leave over or short, first purse first
        step = max(-parts[i], min(rest, room[i] - parts[i]))
        parts[i] += step
        rest -= step
    return parts
