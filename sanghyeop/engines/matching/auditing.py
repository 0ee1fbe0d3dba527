"""The proof of a placement, from the placement alone: it knows nothing of how it was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sanghyeop.engines.matching.compiled import Kernel
from sanghyeop.engines.matching.market import Market
from sanghyeop.engines.matching.placing import Placement

LOWEST = -(2**63)
HIGHEST = 2**63 - 1


@dataclass(frozen=True)
class Proof:
    """Counts over every pair of an applicant and a position that the applicant prefers to the own one (any of its
    choices for who has none). The placement is stable if ``blocking_pairs`` and ``over_quota`` are 0.

    - ``pairs``: how many such pairs were looked at
    - ``empty_seat``: of these, the position has a seat left
    - ``fewer_points``: all seats are taken, and one that is not held by right of a reserve is held by someone who comes
      after the applicant (fewer points, or as many and a later draw)
    - ``reserved_seat``: the applicant has a right to a reserved seat: its group holds fewer seats than are reserved for
      it, or one of the members on them comes after the applicant
    - ``by_reserve``: no fault: someone who comes after the applicant sits there by right of a reserve
    - ``over_quota``: positions that took more than their quota
    - ``reserved``, ``reserved_taken``: reserved seats of all positions, and those that members of the group hold
    """

    pairs: int
    empty_seat: int
    fewer_points: int
    reserved_seat: int
    by_reserve: int
    over_quota: int
    reserved: int
    reserved_taken: int

    @property
    def blocking_pairs(self) -> int:
        return self.empty_seat + self.fewer_points + self.reserved_seat

    @property
    def holds(self) -> bool:
        return not self.blocking_pairs and not self.over_quota


def audit(placement: Placement, steps: int | None = None) -> Proof:
    """``steps`` as in `place`. Raises ``ValueError`` where a choice is none of the applicant's own."""
    market, choice = placement.market, np.ascontiguousarray(placement.choice, np.int32)
    m = market.positions
    steps = len(market.choices) if steps is None else steps
    own = (choice >= market.first[:-1]) & (choice < market.first[1:])
    if not (own | (choice == -1)).all():
        raise ValueError(f"applicant {int(np.argmin(own | (choice == -1)))} is placed where it did not apply")
    held = np.zeros(m, np.int32)
    last = np.full(m, HIGHEST, np.int64)
    arrays = (market.first, market.choices, market.points, market.draw)
    _holders(steps, *arrays, choice, held, last)
    over = int((held > market.quotas).sum())
    taken = np.zeros(max(1, market.reserves), np.int32)
    last_kept = np.full(max(1, market.reserves), HIGHEST, np.int64)
    last_open, with_reserves = last, np.diff(market.reserve_first) > 0
    if market.reserves:
        last_open = np.where(with_reserves, HIGHEST, last)
        _reserved_and_open(market, choice, steps, taken, last_kept, last_open)
    # Whoever stands above this mark is looked at closely; below it nothing can be wrong.
    mark = np.where(held < market.quotas, LOWEST, last)
    mark[with_reserves] = LOWEST
    counts = np.zeros(5, np.int64)
    _look(
        steps,
        *arrays,
        market.group,
        market.reserve_first,
        market.reserve_group,
        market.reserve_seats,
        choice,
        market.quotas,
        held,
        last,
        last_open,
        taken,
        last_kept,
        mark,
        counts,
    )
    pairs, empty, fewer, reserved, by_reserve = (int(count) for count in counts)
    kept = int(market.reserve_seats.sum(dtype=np.int64))
    return Proof(pairs, empty, fewer, reserved, by_reserve, over, kept, int(taken.sum()) if market.reserves else 0)


def _reserved_and_open(
    market: Market, choice: np.ndarray, steps: int, taken: np.ndarray, last_kept: np.ndarray, last_open: np.ndarray
) -> None:
    """At the positions with reserves, from the first holder to the last: who sits by right of a reserve?"""
    placed = np.flatnonzero(choice >= 0)
    position = market.choices[choice[placed]]
    with_reserves = np.diff(market.reserve_first)[position] > 0
    placed, position = placed[with_reserves], position[with_reserves]
    luck = market.applicants - 1 - market.draw[placed]
    standing = market.points[choice[placed]].astype(np.int64) * 2**32 + luck
    order = np.argsort(standing)[::-1]  # of all positions at once: each looks at its own only
    _seat_in_order(
        steps,
        position[order],
        standing[order],
        market.group[placed][order],
        market.reserve_first,
        market.reserve_group,
        market.reserve_seats,
        taken,
        last_kept,
        last_open,
    )


@Kernel
def _seat_in_order(position, standing, group, reserve_first, reserve_group, reserve_seats, taken, last_kept, last_open):
    for i in range(len(position)):
        p = position[i]
        seated = False
        for k in range(reserve_first[p], reserve_first[p + 1]):
            if reserve_group[k] == group[i] and taken[k] < reserve_seats[k]:
                taken[k] += 1
                last_kept[k] = standing[i]
                seated = True
        if not seated:
            last_open[p] = standing[i]


@Kernel
def _holders(first, choices, points, draw, choice, held, last):
    """How many each position holds, and the standing of the one who comes last."""
    n = len(choice)
    for a in range(n):
        at = choice[a]
        if at >= 0:
            p = choices[at]
            held[p] += 1
            last[p] = min(last[p], points[at] * 4294967296 + (n - 1 - draw[a]))


@Kernel
def _look(first, choices, points, draw, group, reserve_first, reserve_group, reserve_seats, choice, quotas, held,
          last, last_open, taken, last_kept, mark, counts):  # fmt: skip
    """``counts``: pairs, empty seat, fewer points, reserved seat, by reserve."""
    n = len(choice)
    pairs = empty = fewer = reserved = by_reserve = 0
    for a in range(n):
        end = choice[a] if choice[a] >= 0 else first[a + 1]
        luck = n - 1 - draw[a]
        pairs += end - first[a]
        for at in range(first[a], end):
            p = choices[at]
            one = points[at] * 4294967296 + luck
            if one <= mark[p]:
                continue
            if held[p] < quotas[p]:
                empty += 1
                continue
            right = False
            for k in range(reserve_first[p], reserve_first[p + 1]):
                if reserve_group[k] == group[a] and reserve_seats[k] > 0:
                    right = taken[k] < reserve_seats[k] or one > last_kept[k]
            if right:
                reserved += 1
            elif one > last_open[p]:
                fewer += 1
            elif one > last[p]:
                by_reserve += 1
    counts[0] = pairs
    counts[1] = empty
    counts[2] = fewer
    counts[3] = reserved
    counts[4] = by_reserve
