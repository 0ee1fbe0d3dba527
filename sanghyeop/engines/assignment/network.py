"""People as a network, in which surplus units move along the cheapest paths."""

from itertools import pairwise

import numpy as np

from sanghyeop.engines.assignment.prices import best_people

CLOSED = 1 << 60  # the cost of a slot or move that there is not


class Network:
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
            chosen, wanted = best_people(net, units[part], self.need[part])
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
        for j in np.flatnonzero(self.stale).tolist():
            self._refresh(j)
        sign = 1 if forward else -1
        excess, arcs = self.excess * sign, self.arcs if forward else self.arcs.T.copy()
        price = self.price * sign
        prices = price.tolist()
        open_price = price.copy()  # beyond reach for nodes that are done
        distance = np.where(excess > 0, 0, CLOSED)  # and CLOSED for nodes that are done
        before = np.full(self.m + 3, -1)
        reach, nearer = np.empty_like(distance), np.empty(len(distance), bool)
        lacking = set(np.flatnonzero(excess < 0).tolist())
        done: list[int] = []
        lengths: list[int] = []
        ends: list[int] = []
        while len(ends) < len(lacking):
            j = int(distance.argmin())
            length = int(distance[j])
            if length >= CLOSED // 2:
                break
            done.append(j)
            lengths.append(length)
            if j in lacking:
                ends.append(j)
            distance[j] = CLOSED
            open_price[j] = 2 * CLOSED
            np.add(arcs[j], length - prices[j], out=reach)
            np.add(reach, open_price, out=reach)
            np.less(reach, distance, out=nearer)
            np.copyto(distance, reach, where=nearer)
            np.copyto(before, j, where=nearer)
        if not ends:
            raise ArithmeticError("no path to a free slot, though every unit may stay unplaced")
        self.price[done] += sign * (lengths[-1] - np.array(lengths))
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
