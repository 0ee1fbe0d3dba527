"""Exact transport of units from tasks to people: the core, in whole numbers.

Every task i hands out `need[i]` units that it must place and `spare[i]` more that it may place, each with another
person; person j takes units into slots whose costs do not fall (`slots[j, t]`, a closed slot costs CLOSED). Wanted is
the placement with the largest (sum of values - sum of slot costs), where leaving a needed unit without a person is
worse than everything else.

Method, since there are many tasks and few people: the only unknowns that matter are the people's prices.
1. `prices.guess_prices` finds prices near the best ones by soft steps on a sample of tasks, then by sign steps on the
   best few people of each task.
2. At any prices each task simply takes its best people: this placement is optimal for the loads that it happens to
   cause. Some people then hold too many units, others too few.
3. `network.Network.balance` moves the surplus along shortest paths from person to person ("task i goes from j to k"),
with
   potentials, as in the assignment method of Jonker and Volgenant (1987), Computing 38, 325-340, and in the primal-dual
   method (Ahuja, Magnanti and Orlin (1993), Network Flows, 9.7 and 9.8). The graph has a node per person, not per pair.
4. `_settle_prices` makes the prices exact, and the dual bound over all pairs (see `dual_bound`) proves the result.

All arithmetic is in integers, so the proof has no tolerance. Ties are parted by a fixed small noise that is too small
to turn any cycle of changes (a cycle visits a person once), so it never costs value; it only keeps the paths short.
"""

from dataclasses import dataclass

import numpy as np

from sanghyeop.engines.assignment.network import CLOSED, Network
from sanghyeop.engines.assignment.prices import guess_prices


@dataclass(frozen=True)
class Placement:
    """`task`, `person`: int arrays of the placed units. `load`: units per person (m). `missing`: needed units per task
    without a person (n). `price`: the people's dual prices (m). `paths`: how many repairs the start needed."""

    task: np.ndarray
    person: np.ndarray
    load: np.ndarray
    missing: np.ndarray
    price: np.ndarray
    missing_cost: int
    paths: int


def place(
    value: np.ndarray,
    blocked: np.ndarray | None,
    need: np.ndarray,
    spare: np.ndarray,
    slots: np.ndarray,
    start: np.ndarray | None = None,
) -> Placement:
    """Place the units at the largest value.

    value: (n, m) signed integers, |value| <= 2**40. blocked: (n, m) booleans or None. need, spare: (n,) units.
    slots: (m, s) integers that do not fall along a row; CLOSED where there is no slot.
    start: (m,) prices that are known to be near; without them they are looked for.
    """
    n, m = value.shape
    top = max(int(value.max(initial=0)), -int(value.min(initial=0)), 1)
    open_ = slots[slots < CLOSED]
    dearest = max(int(np.abs(open_).max(initial=0)), 1)
    missing_cost = 4 * (top * (m + 3) + dearest)
    scale, noise = _noise_room(top, m)
    work_type = np.int32 if top * scale + noise <= 1 << 28 else np.int64
    void = np.array(-(1 << 30) if work_type is np.int32 else -(1 << 58), work_type)
    work = np.zeros((n, m + 2), work_type)
    np.multiply(value, scale, out=work[:, :m], casting="unsafe")
    if noise:
        work[:, :m] += np.random.default_rng(1).integers(0, noise, (n, m), dtype=work_type)
    if blocked is not None:
        work[:, :m][blocked] = void
    costs = np.where(slots < CLOSED, slots * scale, CLOSED)
    if start is None:
        # Values that are all multiples of one number lie in steps of it.
        apart = int(np.gcd.reduce(np.gcd.reduce(value, axis=0))) if value.size else 1
        found = guess_prices(work[:, :m], need, spare, costs, max(apart, 1) * scale, noise)
        price = np.rint(found.clip(-2 * top * scale, 2 * top * scale)).astype(np.int64)
    else:
        price = start * scale
    network = Network(work, void, need, spare, costs, missing_cost * scale, price)
    network.balance()
    task, person, missing = network.units()
    load = np.bincount(person, minlength=m)
    price = _settle_prices(network, value, blocked, slots, missing_cost, scale)
    return Placement(task, person, load, missing, price, missing_cost, network.paths)


def dual_bound(
    value: np.ndarray,
    blocked: np.ndarray | None,
    need: np.ndarray,
    spare: np.ndarray,
    slots: np.ndarray,
    price: np.ndarray,
    missing_cost: int,
) -> int:
    """The most that any placement can be worth, by weak duality at these prices, checked against every pair.

    bound = sum over tasks of its best units at (value - price) + sum over people and slots of max(0, price - cost).
    Needs nothing from the solver but the prices, so it is a proof, not a repetition.
    """
    n, m = value.shape
    bound = int(np.where(slots < CLOSED, np.maximum(price[:, None] - slots, 0), 0).sum())
    width = int(min(m, (need + spare).max(initial=0)))
    count = np.arange(width + 1)  # how many people the task takes
    for start in range(0, n, 512):
        part = slice(start, start + 512)
        net = value[part] - price
        if blocked is not None:
            net[blocked[part]] = -2 * missing_cost
        best = -np.sort(-np.partition(net, m - width, axis=1)[:, m - width :], axis=1) if width else net[:, :0]
        worth = np.concatenate([np.zeros((len(best), 1), np.int64), best.cumsum(axis=1)], axis=1)
        worth -= missing_cost * np.maximum(need[part, None] - count, 0)
        worth[count > (need + spare)[part, None]] = -CLOSED
        bound += int(worth.max(axis=1).sum())
    return bound


def _noise_room(top: int, m: int) -> tuple[int, int]:
    """Factor on the values and number of noise levels, so that m + 3 noises stay below one unit of value."""
    scale = (1 << 28) // (top + 1)
    noise = min(scale // (m + 3), 1 << 12) if scale > m + 3 else 0
    return (noise * (m + 3), noise) if noise >= 4 else (1, 0)


def _settle_prices(
    network: Network,
    value: np.ndarray,
    blocked: np.ndarray | None,
    slots: np.ndarray,
    missing_cost: int,
    scale: int,
) -> np.ndarray:
    """Prices in units of value that fit the placement exactly: shortest distances over all moves, by Bellman-Ford.

    No cycle that lowers the cost is left (the noise is too small), so the distances exist, and with them bound = value.
    """
    m, size = network.m, network.m + 3
    if scale == 1:
        return network.price[:m].copy()
    arcs = np.full((size, size), CLOSED, np.int64)
    for j in range(m + 2):
        tasks = list(network.holds[j])
        if not tasks:
            continue
        there = np.zeros((len(tasks), m + 2), np.int64)
        there[:, :m] = value[tasks]
        here = there[:, j].copy()
        # The working copy marks what task i may not take: blocked, or taken already.
        there[network.work[tasks] <= int(network.void) // 2] = -CLOSED
        arcs[j, : m + 2] = np.minimum((here[:, None] - there).min(axis=0), CLOSED)
    closed = np.concatenate([slots, np.full((m, 1), CLOSED)], axis=1)
    people = np.arange(m)
    arcs[:m, network.sink] = closed[people, network.filled[:m]]
    arcs[network.sink, :m] = np.where(
        network.filled[:m] > 0,
        -closed[people, np.maximum(network.filled[:m] - 1, 0)],
        CLOSED,
    )
    arcs[network.lost, network.sink], arcs[network.left, network.sink] = missing_cost, 0
    arcs[network.sink, network.lost] = -missing_cost if network.filled[network.lost] else CLOSED
    arcs[network.sink, network.left] = 0 if network.filled[network.left] else CLOSED
    # price[j] <= price[k] + arcs[j, k] for all moves: start near the noisy prices, which are all but right.
    price = network.price // scale
    for _ in range(size + 1):
        lower = np.minimum(price, (arcs + price).min(axis=1))
        if (lower == price).all():
            break
        price = lower
    else:
        raise ArithmeticError("the placement can still be improved")
    return price[:m] - price[network.sink]
