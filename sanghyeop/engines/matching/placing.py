"""Deferred acceptance, a few hundred applicants at a time.

What takes time at a million applicants is not reckoning but waiting for memory. So

- an applicant's standing is one number: points in the upper 32 bits, the lottery in the lower, of which the applicant
  can be told again. A seat holds nothing else, and an empty seat holds the least number;
- applicants who were turned away wait in a queue and go on to their next choices in batches. A batch first looks up,
  for all of them at once, which choices are worth trying (those whose weakest holder has no more points), then takes
  the seats. Each step is a plain loop without branches that depend on what was just fetched, so that many fetches are
  under way together. The order in which applicants propose makes no difference to the result;
- a few seats are kept sorted by passing the newcomer along them, many are a heap; both have the weakest in front.

Reserved seats of a group are seats of their own, beside as many seats as the quota. A member who finds a reserved seat
empty takes it and shuts one of the others (fills it with more than anyone can have); whoever is put out of a reserved
seat by a better member competes for the others. That is the choice rule: the first r_g members sit on the reserved
seats, and all others compete for what is left of the quota.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sanghyeop.engines.matching.compiled import Kernel
from sanghyeop.engines.matching.market import Market

BATCH = 512
FEW = 16
"""Up to this many seats are kept sorted; above, in a heap."""
EMPTY = -(2**63)
SHUT = 2**63 - 1
LOWER = 2**32 - 1
NOBODY = 2**31 - 1
"""Points that no applicant has: the bar of a position without seats."""


@dataclass(frozen=True)
class Placement:
    """``choice`` (n): the place in ``Market.choices`` that each applicant got, or -1."""

    market: Market
    choice: np.ndarray

    @property
    def position(self) -> np.ndarray:
        """(n,): the position of each applicant, or -1."""
        if not len(self.market.choices):
            return np.full(self.market.applicants, -1, np.int32)
        return np.where(self.choice < 0, np.int32(-1), self.market.choices[self.choice])

    @property
    def rank(self) -> np.ndarray:
        """(n,): 1 for the first choice, 0 for those who got none."""
        return np.where(self.choice < 0, 0, self.choice - self.market.first[:-1] + 1)


def place(market: Market, steps: int | None = None) -> Placement:
    """The stable placement that is best for every applicant. ``steps`` (otherwise the number of choices) decides
    whether it is worth compiling."""
    n = market.applicants
    steps = len(market.choices) if steps is None else steps
    choice = np.full(n, -1, np.int32)
    if not len(market.choices):
        return Placement(market, choice)
    quotas, kept = _within_demand(market)
    start, kept_start = _starts(quotas), _starts(kept)
    bar = np.where(quotas > 0, -(2**31), NOBODY).astype(np.int32)
    member = np.full(n if market.reserves else 1, -1, np.int32)
    if market.reserves:
        member[n - 1 - market.draw] = market.group
    _place(
        steps,
        market.first,
        market.choices,
        market.points,
        market.draw,
        member,
        start,
        np.full(start[-1], EMPTY, np.int64),
        market.reserve_first if market.reserves else None,  # compiled apart: whoever reserves nothing pays nothing
        market.reserve_group,
        kept_start,
        np.full(max(1, kept_start[-1]), EMPTY, np.int64),
        bar,
        np.zeros(n, np.int64),
        np.zeros(n, np.int32),
        np.zeros((5, BATCH), np.int32).reshape(-1),
        np.zeros(BATCH, np.int64),
        choice,
    )
    return Placement(market, choice)


def _within_demand(market: Market) -> tuple[np.ndarray, np.ndarray]:
    """Quotas and reserved seats, no more than there are applicants for them: the memory is for seats that can fill."""
    quotas, kept = market.quotas, market.reserve_seats
    if int(quotas.sum(dtype=np.int64) + kept.sum(dtype=np.int64)) > 4 * market.applicants:
        demand = np.bincount(market.choices, minlength=market.positions).astype(np.int32)
        quotas = np.minimum(quotas, demand)
        kept = np.minimum(kept, np.repeat(quotas, np.diff(market.reserve_first)))
    return quotas, kept


def _starts(sizes: np.ndarray) -> np.ndarray:
    starts = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=starts[1:])
    return starts


@Kernel
def _place(first, choices, points, draw, member, start, seats, reserve_first, reserve_group, kept_start, kept,
           bar, state, queue, small, standing, choice):  # fmt: skip
    """``state``: by standing in the lottery (n - 1 - draw), where the applicant's choices end (upper half) and the next
    one; one beyond the end if there is none left. ``small``: five rows of a batch."""
    n = len(first) - 1
    batch = len(standing)
    luck, here, stop, live, tried = 0, batch, 2 * batch, 3 * batch, 4 * batch
    fetched = 0
    fresh = head = tail = waiting = 0
    while fresh < n or waiting > 0:
        # 1. The next batch: first everyone once, in the order of the arrays, then those who wait.
        if fresh < n:
            size = min(batch, n - fresh)
            for i in range(size):
                small[luck + i] = n - 1 - draw[fresh + i]
                small[here + i] = first[fresh + i]
                small[stop + i] = first[fresh + i + 1]
            fresh += size
        else:
            size = min(batch, waiting)
            for i in range(size):
                lot = queue[head]
                head += 1
                if head == n:
                    head = 0
                small[luck + i] = lot
                small[here + i] = state[lot] & 4294967295
                small[stop + i] = state[lot] >> 32
            waiting -= size
        # 2. Each one's next choice that is worth trying; the lists of those still looking get shorter.
        looking = tries = 0
        for i in range(size):
            small[live + looking] = i
            more = small[here + i] < small[stop + i]
            looking += more
            small[here + i] += not more
        while looking > 0:
            left = 0
            for j in range(looking):
                i = small[live + j]
                at = small[here + i]
                position = choices[at]
                worth = points[at]
                may = worth >= bar[position]
                small[tried + tries] = position
                standing[tries] = (worth * 4294967296) + small[luck + i]
                tries += may
                at += 1
                over = at >= small[stop + i]
                small[here + i] = at + (over & (not may))
                small[live + left] = i
                left += not (may or over)
            looking = left
        for i in range(size):
            state[small[luck + i]] = (small[stop + i] * 4294967296) + small[here + i]
        # 3. Fetch the seats, so that they are near when they are needed.
        for i in range(tries):
            fetched ^= seats[start[small[tried + i]]]
        # 4. Take the seats.
        for i in range(tries):
            position = small[tried + i]
            one = standing[i]
            low, high = start[position], start[position + 1]
            weakest_kept = NOBODY
            if reserve_first is not None:
                for k in range(reserve_first[position], reserve_first[position + 1]):
                    a, z = kept_start[k], kept_start[k + 1]
                    if a == z:
                        continue
                    if one != SHUT and member[one & 4294967295] == reserve_group[k]:
                        # into the reserved seats; whom they do not hold goes on to the others
                        if kept[a] < one:
                            held = kept[a]
                            at = a
                            while True:
                                child = a + 2 * (at - a) + 1
                                if child >= z:
                                    break
                                if child + 1 < z and kept[child + 1] < kept[child]:
                                    child += 1
                                if kept[child] >= one:
                                    break
                                kept[at] = kept[child]
                                at = child
                            kept[at] = one
                            one = SHUT if held == EMPTY else held
                    weakest_kept = min(weakest_kept, kept[a] >> 32)
            if high - low <= FEW:
                for j in range(high - 1, low - 1, -1):
                    held = seats[j]
                    seats[j] = max(held, one)
                    one = min(held, one)
            elif seats[low] < one:
                held = seats[low]
                at = low
                while True:
                    child = low + 2 * (at - low) + 1
                    if child >= high:
                        break
                    if child + 1 < high and seats[child + 1] < seats[child]:
                        child += 1
                    if seats[child] >= one:
                        break
                    seats[at] = seats[child]
                    at = child
                seats[at] = one
                one = held
            bar[position] = min(seats[low] >> 32, weakest_kept)
            queue[tail] = one & 2147483647
            out = one != EMPTY
            waiting += out
            tail += out
            if tail == n:
                tail = 0
    # 5. Where each one stands now: the choice before the next one.
    for a in range(n):
        lot = n - 1 - draw[a]
        at = state[lot] & 4294967295
        choice[a] = at - 1 if at <= state[lot] >> 32 else -1
    return fetched
