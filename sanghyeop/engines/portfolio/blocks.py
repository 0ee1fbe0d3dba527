"""Small districts: every possible set of a district's projects, and the best choice of one set per district.

Many rules of a round bind within one district (its budget, its number of projects). With few proposals each, all
sets that keep these rules are written down; what is left is one choice per district under the rules that link them
(the city's budget, fields, groups, the number of districts). The linear relaxation of that choice is nearly tight.
Its duals price every set: what the chosen sets lose against the best of their districts is, by weak duality, no more
than what the portfolio stays below the bound. So all portfolios within a small distance of the bound are written down
district by district, in integers, and the best of them is the optimum if it lies within that distance. The
distance is widened until it does.

Where the sets or the portfolios become too many, it gives up and branch and bound takes over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from sanghyeop.engines.portfolio.highs import loaded, run
from sanghyeop.engines.portfolio.model import Ints, Mask
from sanghyeop.engines.portfolio.rows import Floats, Matrix, Row, unit_of

MOST_FREE = 9
"""Undecided proposals of one block: 512 sets."""
MOST_SETS = 5_000
MOST_STATES = 40_000
NEAR, WIDER, FAR = 0.001, 3.0, 0.05
"""Distance from the bound, as a share of it: the first, its growth, and the last."""
LARGEST = 2**52
"""Rows with larger sums are left to branch and bound."""


@dataclass(frozen=True, eq=False)
class Sets:
    """All sets that keep the rules within their block, ordered by block.

    ``member``: sets x columns; ``block``: the block of each; ``blocks``: how many there are; ``uses``: linking rows x
    sets, what each set uses of each row; ``low`` and ``high``: the sides of these rows, with open ones far away.
    """

    member: Mask
    block: Ints
    blocks: int
    uses: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, rows: Sequence[Row], block: Ints, lower: Ints, upper: Ints, n: int) -> Sets | None:
        """``block``: of each column; columns from n on are 1 where their block has any project. None: too many."""
        if any(int(np.abs(row.coefficient).sum()) > LARGEST for row in rows):
            return None
        blocks = int(block.max(initial=-1)) + 1
        places = [np.flatnonzero(block[:n] == k) for k in range(blocks)]
        free = [here[lower[here] < upper[here]] for here in places]
        if max((len(f) for f in free), default=0) > MOST_FREE or sum(2 ** len(f) for f in free) > 4 * MOST_SETS:
            return None
        inner: list[list[Row]] = [[] for _ in range(blocks)]
        linking = []
        for row in rows:
            touched = np.unique(block[row.columns])
            if len(touched) == 1:
                inner[touched[0]].append(row)
            else:
                linking.append(row)
        members, owners = [], []
        for k in range(blocks):
            sets = _keeping(_every(free[k], places[k], block == k, lower, n), inner[k])
            members.append(sets)
            owners.append(np.full(len(sets), k))
        member = np.concatenate(members) if members else np.zeros((0, n), bool)
        if len(member) > MOST_SETS:
            return None
        uses = np.zeros((len(linking), len(member)), np.int64)
        for i, row in enumerate(linking):
            uses[i] = member[:, row.columns] @ row.coefficient
        low = np.array([-LARGEST if row.low is None else max(row.low, -LARGEST) for row in linking], np.int64)
        high = np.array([LARGEST if row.high is None else min(row.high, LARGEST) for row in linking], np.int64)
        owner = np.concatenate(owners) if owners else np.zeros(0, np.int64)
        return cls(member, owner, blocks, uses, low, high)

    def only(self, keep: Mask) -> Sets:
        return Sets(self.member[keep], self.block[keep], self.blocks, self.uses[:, keep], self.low, self.high)


def best_choice(sets: Sets, cost: Ints) -> tuple[Mask | None, int] | None:
    """The columns of the best choice and its cost; (None, 0) if there is no choice; None: gave up.

    ``cost`` has one integer for each column of ``sets.member``.
    """
    worth = sets.member @ cost
    if (np.bincount(sets.block, minlength=sets.blocks) == 0).any():
        return None, 0
    relaxed = _relaxation(sets, worth)
    if relaxed is None:
        return None, 0
    loss, ceiling = relaxed
    distance = max(abs(ceiling) * NEAR, 1.0)
    while distance <= max(abs(ceiling) * FAR, 10.0):
        # What rounding may add to a loss is allowed on top.
        allowed = distance + abs(ceiling) * 1e-9 + 1e-3
        near = loss <= allowed
        found = _within(sets.only(near), worth[near], loss[near], allowed)
        if found is None:
            return None
        if len(found):
            chosen = np.flatnonzero(near)[found]
            value = int(worth[chosen].sum())
            if value >= ceiling - distance:
                columns: Mask = np.logical_or.reduce(sets.member[chosen])
                return columns, value
        distance *= WIDER
    return None


def _every(free: Ints, here: Ints, mine: Mask, lower: Ints, n: int) -> Mask:
    """All sets of a block's free columns with its fixed ones, and with the block's own column set as it must be."""
    bits = (np.arange(2 ** len(free))[:, None] >> np.arange(len(free))) & 1
    sets: Mask = np.zeros((len(bits), len(mine)), np.bool_)
    sets[:, here] = lower[here] == 1
    sets[:, free] = bits == 1
    reach = np.flatnonzero(mine[n:]) + n
    sets[:, reach] = sets[:, here].any(axis=1, keepdims=True)
    return sets


def _keeping(sets: Mask, rows: list[Row]) -> Mask:
    for row in rows:
        used = sets[:, row.columns] @ row.coefficient
        keep = np.ones(len(sets), bool)
        if row.high is not None:
            keep &= used <= row.high
        if row.low is not None:
            keep &= used >= row.low
        sets = sets[keep]
    return sets


def _relaxation(sets: Sets, worth: Ints) -> tuple[Floats, float] | None:
    """The loss of each set against the best of its block, and the bound; None: not even the relaxation holds."""
    count, rows = len(worth), len(sets.low)
    units = np.array([unit_of(use) for use in sets.uses] or [1.0])[:rows, None]
    scaled = sets.uses / units
    unit = unit_of(worth)
    picks = (sets.block[None, :] == np.arange(sets.blocks)[:, None]).astype(np.float64)
    dense = np.concatenate([picks, scaled])
    where: Mask = np.not_equal(dense, 0)
    matrix = Matrix(
        start=np.concatenate([[0], np.cumsum(where.sum(axis=1))]),
        column=np.nonzero(where)[1].astype(np.int32),
        row=np.nonzero(where)[0],
        coefficient=dense[where],
        low=np.concatenate([np.ones(sets.blocks), np.where(sets.low > -LARGEST, sets.low / units[:, 0], -math.inf)]),
        high=np.concatenate([np.ones(sets.blocks), np.where(sets.high < LARGEST, sets.high / units[:, 0], math.inf)]),
    )
    solver = loaded(matrix, -(worth / unit), np.zeros(count), np.ones(count), integer=False)
    run(solver)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    dual = -np.array(solver.getSolution().row_dual)[sets.blocks :] * unit
    dual[(dual > 0) & (sets.high == LARGEST)] = 0
    dual[(dual < 0) & (sets.low == -LARGEST)] = 0
    sides = np.where(dual > 0, sets.high, np.where(dual < 0, sets.low, 0)) / units[:, 0]
    price = worth - dual @ scaled
    best = np.full(sets.blocks, -math.inf)
    np.maximum.at(best, sets.block, price)
    return best[sets.block] - price, float(dual @ sides + best.sum())


def _within(sets: Sets, worth: Ints, loss: Floats, allowed: float) -> Ints | None:
    """The best choice of one set per block whose losses add up to no more than allowed; empty if there is none,
    None if there are too many to look at.
    """
    starts = np.searchsorted(sets.block, np.arange(sets.blocks + 1))
    order = np.argsort(np.diff(starts), kind="stable")
    parts = [slice(starts[k], starts[k + 1]) for k in order]
    # What the blocks still to come use at least and at most of every row.
    least = np.array([sets.uses[:, part].min(axis=1) for part in parts]).reshape(sets.blocks, -1)
    most = np.array([sets.uses[:, part].max(axis=1) for part in parts]).reshape(sets.blocks, -1)
    least_after = least[::-1].cumsum(axis=0)[::-1] - least
    most_after = most[::-1].cumsum(axis=0)[::-1] - most
    lost, used = np.zeros(1), np.zeros((len(sets.low), 1), np.int64)
    value, steps = np.zeros(1, np.int64), []
    for step, part in enumerate(parts):
        before, which = np.nonzero(lost[:, None] + loss[None, part] <= allowed)
        if len(before) > 4 * MOST_STATES:
            return None
        now = used[:, before] + sets.uses[:, part][:, which]
        keep = (now + least_after[step][:, None] <= sets.high[:, None]).all(axis=0)
        keep &= (now + most_after[step][:, None] >= sets.low[:, None]).all(axis=0)
        before, which, used = before[keep], which[keep], now[:, keep]
        if not len(before):
            return np.zeros(0, np.int64)
        if len(before) > MOST_STATES:
            return None
        lost = lost[before] + loss[part][which]
        value = value[before] + worth[part][which]
        steps.append((before, which + part.start))
    at = int(np.argmax(value))
    chosen = []
    for before, which in reversed(steps):
        chosen.append(int(which[at]))
        at = int(before[at])
    return np.array(chosen)
