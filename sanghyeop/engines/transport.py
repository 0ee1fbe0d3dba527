"""Exact transport of units from tasks to people: the integer core below `assignment`.

Every task i hands out `need[i]` units that it must place and `spare[i]` more that it may place, each with another
person; person j takes units into slots whose costs do not fall (`slots[j, t]`, a closed slot costs CLOSED). Wanted is
the placement with the largest (sum of values - sum of slot costs), where leaving a needed unit without a person is
worse than everything else.

Method, since there are many tasks and few people: the only unknowns that matter are the people's prices.
1. `_guess_prices` finds prices near the best ones by sign steps on a sample of tasks and then on the best few people of
   each task.
2. At any prices each task simply takes its best people: this placement is optimal for the loads that it happens to
   cause. Some people then hold too many units, others too few.
3. `_Network.balance` moves the surplus along shortest paths from person to person ("task i goes from j to k"), with
   potentials, as in the assignment method of Jonker and Volgenant (1987), Computing 38, 325-340, and in the primal-dual
   method (Ahuja, Magnanti and Orlin (1993), Network Flows, 9.7 and 9.8). The graph has a node per person, not per pair.
4. `_settle_prices` makes the prices exact, and the dual bound over all pairs (see `dual_bound`) proves the result.

All arithmetic is in integers, so the proof has no tolerance. Ties are parted by a fixed small noise that is too small
to turn any cycle of changes (a cycle visits a person once), so it never costs value; it only keeps the paths short.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

CLOSED = 1 << 60
_SAMPLE = 700  # tasks in the first search for prices
_WIDTH = 32  # people of a task in the later ones


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
) -> Placement:
    """Place the units at the largest value.

    value: (n, m) signed integers, |value| <= 2**40. blocked: (n, m) booleans or None. need, spare: (n,) units.
    slots: (m, s) integers that do not fall along a row; CLOSED where there is no slot.
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
    price = np.rint(_guess_prices(work[:, :m], need, spare, costs).clip(-2 * top * scale, 2 * top * scale)).astype(
        np.int64
    )
    network = _Network(work, void, need, spare, costs, missing_cost * scale, price)
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
    return (scale, noise) if noise >= 4 else (1, 0)


def _best(net: np.ndarray, units: np.ndarray, need: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the columns of its `units[row]` largest entries: (columns (rows, width), wanted (rows, width)).
    They fall along a row where that matters: where a row wants fewer than the width, or need not take all."""
    width = int(min(net.shape[1], units.max(initial=0)))
    if not width:
        return np.zeros((len(net), 0), np.int64), np.zeros((len(net), 0), bool)
    columns = np.argpartition(net, net.shape[1] - width, axis=1)[:, net.shape[1] - width :]
    if (need == width).all():
        return columns, np.ones(columns.shape, bool)
    order = np.argsort(-np.take_along_axis(net, columns, 1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, 1), np.arange(width) < units[:, None]


def _guess_prices(work: np.ndarray, need: np.ndarray, spare: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Prices at which the tasks' best choices nearly fit the slots: a start, whose quality decides the time alone."""
    n, m = work.shape
    units = need + spare
    price = np.zeros(m)
    if not m or not units.sum():
        return price
    step = np.full(m, max(float(np.std(work[:: max(1, n // 64)].clip(-(1 << 29)))), 1.0) / 8)
    if n > 2 * _SAMPLE:
        chosen = np.arange(0, n, n / _SAMPLE).astype(int)
        price, step = _sign_steps(
            work[chosen].astype(np.float32),
            None,
            units[chosen],
            need[chosen],
            costs,
            len(chosen) / n,
            price,
            step,
            24,
        )
        step = np.full(m, max(float(np.median(step)), 1.0) * 4)
    width = int(min(m, max(_WIDTH, 3 * units.max())))
    columns = np.empty((n, width), np.int32)
    for _ in range(3):
        for start in range(0, n, 512):
            part = slice(start, start + 512)
            columns[part] = np.argpartition(
                work[part] - price.clip(-(1 << 29), 1 << 29).astype(work.dtype),
                m - width,
                axis=1,
            )[:, m - width :]
        near = np.take_along_axis(work, columns, 1).astype(float)
        price, step = _sign_steps(near, columns, units, need, costs, 1.0, price, step, 40)
    return price


def _sign_steps(
    values: np.ndarray,
    columns: np.ndarray | None,
    units: np.ndarray,
    need: np.ndarray,
    costs: np.ndarray,
    share: float,
    price: np.ndarray,
    step: np.ndarray,
    rounds: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Move a price up when too many want the person, down when too few; a step grows while its sign stays, and halves
    when it turns."""
    m = len(price)
    floor = np.where(costs[:, 0] < 0, -np.inf, np.minimum(costs[:, 0], 1e17)) if costs.shape[1] else np.zeros(m)
    price = np.maximum(price, np.where(np.isfinite(floor), floor, price))
    best, least, before = price.copy(), np.inf, np.zeros(m)
    for _ in range(rounds):
        net = values - (price if columns is None else price[columns])
        chosen, wanted = _best(net, units, need)
        wanted &= (np.take_along_axis(net, chosen, 1) >= 0) | (np.arange(chosen.shape[1]) < need[:, None])
        people = (chosen if columns is None else np.take_along_axis(columns, chosen, 1))[wanted]
        load = np.bincount(people, minlength=m)
        room_most = (costs <= price[:, None]).sum(axis=1) * share
        room_least = (costs < price[:, None]).sum(axis=1) * share
        over, under = np.maximum(load - room_most, 0), np.maximum(room_least - load, 0)
        wrong = float(over.sum() + under.sum())
        if wrong < least:
            best, least = price.copy(), wrong
        if not wrong:
            break
        sign = np.sign(over - under)
        turned = sign * before
        step = np.where(turned > 0, step * 1.3, np.where(turned < 0, step * 0.5, step))
        before = np.where(sign == 0, before, sign)
        price = np.maximum(price + sign * step, floor)
    # The last prices lead on from here, except where they are much worse.
    return (best if wrong > 3 * least else price), step


class _Network:
    """People as nodes, plus `lost` (needed units unplaced), `left` (spare units unplaced) and `sink` (all slots).

    An arc j -> k means: the cheapest task moves one unit from j to k. An arc j -> sink: j fills one more slot.
    """

    def __init__(
        self,
        work: np.ndarray,
        void: np.ndarray,
        need: np.ndarray,
        spare: np.ndarray,
        costs: np.ndarray,
        missing_cost: int,
        price: np.ndarray,
    ):
        self.work, self.void = work, void
        self.n, self.m = work.shape[0], work.shape[1] - 2
        self.lost, self.left, self.sink = self.m, self.m + 1, self.m + 2
        self.need, self.spare = need, spare
        self.costs = np.concatenate([costs, np.full((self.m, 1), CLOSED)], axis=1)
        self.missing_cost = missing_cost
        self.price = np.concatenate([price, [missing_cost, 0, 0]]).astype(np.int64)
        self.holds: list[dict[int, int]] = [{} for _ in range(self.m + 2)]  # node -> task -> value of the pair
        self.holders: list[list[int]] = [[] for _ in range(self.n)]  # task -> nodes
        self.unplaced = np.zeros((self.n, 2), np.int64)  # units of each task in lost, left
        self.arcs = np.full((self.m + 3, self.m + 3), CLOSED, np.int64)
        self.stale = np.ones(self.m + 3, bool)
        self.paths = self.searches = 0
        self._start()

    def _start(self) -> None:
        m, units = self.m, self.need + self.spare
        load = np.zeros(m + 3, np.int64)
        price = self.price[:m].astype(self.work.dtype)
        limit = int(self.void) // 2
        for begin in range(0, self.n, 512):
            part = slice(begin, begin + 512)
            pair = self.work[part, :m]
            net = np.where(pair > limit, pair.astype(np.int64) - price, -CLOSED)
            chosen, wanted = _best(net, units[part], self.need[part])
            worth = np.take_along_axis(net, chosen, 1)
            # A spare unit goes only where it is worth something; a needed one wherever it is allowed.
            placed = (
                wanted
                & (worth > -self.missing_cost)
                & ((worth >= 0) | (np.arange(chosen.shape[1]) < self.need[part, None]))
            )
            rows, places = np.nonzero(placed)
            people = chosen[rows, places]
            values = pair[rows, people].tolist()
            pair[rows, people] = self.void
            for i, j, v in zip((rows + begin).tolist(), people.tolist(), values, strict=True):
                self.holds[j][i] = v
                self.holders[i].append(j)
            load[:m] += np.bincount(people, minlength=m)
            open_units = units[part] - placed.sum(axis=1)
            self.unplaced[part, 1] = np.minimum(open_units, self.spare[part])
            self.unplaced[part, 0] = open_units - self.unplaced[part, 1]
        for node, kind, most in ((self.lost, 0, self.need), (self.left, 1, self.spare)):
            for i in np.flatnonzero(self.unplaced[:, kind]).tolist():
                self.holds[node][i] = 0
                self.holders[i].append(node)
            load[node] = self.unplaced[:, kind].sum()
            self.work[self.unplaced[:, kind] >= most, node] = self.void
        low = (self.costs < self.price[:m, None]).sum(axis=1)
        high = (self.costs <= self.price[:m, None]).sum(axis=1)
        self.filled = np.concatenate([np.clip(load[:m], low, high), load[m : m + 2]])
        self.excess = load
        self.excess[: m + 2] -= self.filled
        self.excess[self.sink] = self.filled.sum() - units.sum()
        for j in range(m + 2):
            self._slot_arcs(j)

    def _slot_arcs(self, j: int) -> None:
        filled = int(self.filled[j])
        if j < self.m:
            self.arcs[j, self.sink] = self.costs[j, filled]
            self.arcs[self.sink, j] = -self.costs[j, filled - 1] if filled else CLOSED
        else:
            cost = self.missing_cost if j == self.lost else 0
            self.arcs[j, self.sink] = cost
            self.arcs[self.sink, j] = -cost if filled else CLOSED

    def _refresh(self, j: int) -> None:
        """Cheapest move from person j to every other: min over its tasks of (value here - value there)."""
        self.stale[j] = False
        if j == self.sink:
            return
        held = self.holds[j]
        if not held:
            self.arcs[j, : self.sink] = CLOSED
            return
        loss = np.fromiter(held.values(), self.work.dtype, len(held))[:, None] - self.work[list(held)]
        row = loss.min(axis=0).astype(np.int64)
        row[row > -int(self.void) // 2] = CLOSED
        self.arcs[j, : self.sink] = row

    def balance(self) -> None:
        while surplus := (self.excess > 0).sum():
            # Each node at the far side gets a path of its own, so search towards the side with more nodes.
            for path in self._search(forward=bool((self.excess < 0).sum() >= surplus)):
                self._send(path)
        self.price -= self.price[self.sink]

    def _search(self, forward: bool) -> list[list[int]]:
        """Shortest paths (Dijkstra) from all nodes with surplus to each node that lacks units, or (not `forward`) back
        from all that lack to each with surplus. The prices move so that every arc on them costs 0. Nearest first."""
        size = self.m + 3
        for j in np.flatnonzero(self.stale).tolist():
            self._refresh(j)
        sign = 1 if forward else -1
        excess, price, arcs = (
            self.excess * sign,
            self.price * sign,
            self.arcs if forward else self.arcs.T,
        )
        dist = np.where(excess > 0, 0, CLOSED)
        key = dist.copy()  # as dist, but CLOSED for nodes that are done
        before = np.full(size, -1)
        open_ = np.ones(size, bool)
        done: list[int] = []
        ends: list[int] = []
        lacking = set(np.flatnonzero(excess < 0).tolist())
        far = 0
        while len(ends) < len(lacking):
            j = int(key.argmin())
            reached = int(key[j])
            if reached >= CLOSED // 2:
                break
            far = reached
            if j in lacking:
                ends.append(j)
            done.append(j)
            open_[j] = False
            key[j] = CLOSED
            reach = arcs[j] + (far - int(price[j]))
            reach += price
            nearer = reach < dist
            nearer &= open_
            np.copyto(dist, reach, where=nearer)
            np.copyto(key, reach, where=nearer)
            before[nearer] = j
        if not ends:
            raise ArithmeticError("no path to a free slot, though every unit may stay unplaced")
        self.price[done] += sign * (far - dist[done])
        self.searches += 1
        paths = []
        for end in ends:
            path = [end]
            while before[path[-1]] >= 0:
                path.append(int(before[path[-1]]))
            paths.append(path[::-1] if forward else path)
        return paths

    def _send(self, path: list[int]) -> None:
        """Send units along the path, until an earlier path of this search or this one has used up a part of it."""
        source, end = path[0], path[-1]
        while self.excess[source] > 0 and self.excess[end] < 0:
            for j, k in pairwise(path):
                if self.stale[j]:
                    self._refresh(j)
                if self.arcs[j, k] - self.price[j] + self.price[k]:
                    return
            self.paths += 1
            self.excess[source] -= 1
            self.excess[end] += 1
            for j, k in zip(path[-2::-1], path[:0:-1], strict=True):
                self._move(j, k)

    def _move(self, j: int, k: int) -> None:
        if k == self.sink:
            self.filled[j] += 1
            self._slot_arcs(j)
        elif j == self.sink:
            self.filled[k] -= 1
            self._slot_arcs(k)
        else:
            held = self.holds[j]
            tasks = list(held)
            loss = np.fromiter(held.values(), np.int64, len(held)) - self.work[tasks, k]
            self._take(tasks[int(loss.argmin())], j, k)

    def _take(self, task: int, j: int, k: int) -> None:
        for node in self.holders[task]:
            self.stale[node] = True
        self.stale[k] = True
        work = self.work[task]
        if j < self.m:
            work[j] = self.holds[j].pop(task)
            self.holders[task].remove(j)
        else:
            work[j] = 0
            self.unplaced[task, j - self.m] -= 1
            if not self.unplaced[task, j - self.m]:
                del self.holds[j][task]
                self.holders[task].remove(j)
        if k < self.m:
            self.holds[k][task] = int(work[k])
            self.holders[task].append(k)
            work[k] = self.void
        else:
            kind = k - self.m
            self.unplaced[task, kind] += 1
            if self.unplaced[task, kind] == 1:
                self.holds[k][task] = 0
                self.holders[task].append(k)
            if self.unplaced[task, kind] >= (self.need, self.spare)[kind][task]:
                work[k] = self.void

    def units(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        task = np.fromiter((i for j in range(self.m) for i in self.holds[j]), np.int64)
        person = np.repeat(np.arange(self.m), [len(self.holds[j]) for j in range(self.m)])
        order = np.lexsort((person, task))
        return task[order], person[order], self.unplaced[:, 0].copy()


def _settle_prices(
    network: _Network,
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
