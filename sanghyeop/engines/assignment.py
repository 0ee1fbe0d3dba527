"""Who reviews, advises or serves what: an exact assignment of people to tasks, with its proof and its reasons.

Tasks are rows (plans to review, projects to advise), people are columns (reviewers, experts). One unit is one pair: a
review, or one equal block of an expert's monthly hours. A person takes a task at most once.

Wanted, each rule before the next:
1. every task gets the people it needs (where that cannot be: as many as possible, and the result says which and why);
2. every person reaches the least load asked for;
3. in a repair, as many of the present pairs stay as possible;
4. the total affinity, less the cost of load, is as large as possible;
5. with `even_loads`, the loads are as even as possible (least sum of squares) among all assignments of the same total.

Affinities are counted in whole units: integers as they are, floats as multiples of a power of two (2**27 steps over
their range, or what the rules above leave room for). The proof is a dual bound over all pairs:
`transport.dual_bound`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanghyeop.engines import transport

_LARGEST = 1 << 40


@dataclass(frozen=True)
class Shortage:
    """Why a task lacks people: `missing` of `needed`. `conflicted`: who may not take it. `assigned`: who has it.
    `full`: people who might take it, but whose limit is used up by other tasks.
    `reason`: "conflicts" when too few people are without conflict, otherwise "load"."""

    task: int
    needed: int
    missing: int
    conflicted: int
    assigned: int
    full: int

    @property
    def reason(self) -> str:
        return "conflicts" if self.assigned + self.full < self.needed else "load"


@dataclass(frozen=True)
class Bottleneck:
    """Proof that the missing units cannot be found (Hall 1935, Gale 1957): `tasks` together need `needed` more units,
    but all that they may have are `people` with `room` units, and `outside` pairs with others. needed > room + outside.
    Pairs kept from the start count neither as needed nor as room."""

    tasks: np.ndarray
    people: np.ndarray
    needed: int
    room: int
    outside: int


@dataclass(frozen=True)
class Assignment:
    """`task`, `person`, `affinity`, `kept`: one entry a pair, by task (k). `kept`: the pair was given as fixed.
    `load`: units per person, kept ones too (m). `objective`: sum of affinities less the cost of load.
    `bound`: no assignment that fills as many units and least loads (and, in a repair, keeps as many pairs) is worth
    more; it equals the objective for integers, and lies above it by rounding alone for floats.
    `proven`: the dual bound meets the assignment exactly, in whole units of `unit`.
    `added`, `dropped`: pairs (task, person) that came or went against `current`.
    `below_least`: people under their least load. `above_most`: people whose kept pairs alone exceed their limit."""

    task: np.ndarray
    person: np.ndarray
    affinity: np.ndarray
    kept: np.ndarray
    load: np.ndarray
    objective: float
    bound: float
    proven: bool
    unit: float
    shortages: tuple[Shortage, ...]
    bottleneck: Bottleneck | None
    added: tuple[tuple[int, int], ...]
    dropped: tuple[tuple[int, int], ...]
    below_least: tuple[int, ...]
    above_most: tuple[int, ...]

    def people_of(self, task: int) -> np.ndarray:
        return self.person[self.task == task]

    def tasks_of(self, person: int) -> np.ndarray:
        return self.task[self.person == person]


Pairs = np.ndarray | Sequence[tuple[int, int]]


def assign(
    affinity: np.ndarray,
    *,
    needed: int | np.ndarray,
    load_most: int | np.ndarray,
    needed_most: int | np.ndarray | None = None,
    load_least: int | np.ndarray = 0,
    conflicts: Pairs | None = None,
    fixed: Pairs | None = None,
    current: Pairs | None = None,
    load_cost: np.ndarray | None = None,
    even_loads: bool = False,
) -> Assignment:
    """Assign people to tasks with the largest total affinity, proven.

    affinity: (n, m), integers or floats, higher is better. needed: people per task, one figure or (n,).
    needed_most: people a task may have beyond that, taken where the affinity is worth it (default: exactly `needed`).
    load_most, load_least: units per person, one figure or (m,).
    conflicts: forbidden pairs, as (c, 2) pairs of (task, person) or an (n, m) mask. fixed: pairs that stay; they count
    for the task and for the person, even above the limit. current: pairs of today, of which as many as possible stay.
    load_cost: (s,) or (m, s): what a person's first, second, ... unit costs in affinity; must not fall.

    Raises ValueError when the input contradicts itself (a fixed pair is in conflict, a cost falls, sizes differ).
    """
    affinity = np.asarray(affinity)
    if affinity.ndim != 2:
        raise ValueError("affinity must be a matrix of tasks by people")
    n, m = affinity.shape
    needs = _spread(needed, n, "needed")
    needs_most = needs if needed_most is None else _spread(needed_most, n, "needed_most")
    most, least = (
        _spread(load_most, m, "load_most"),
        _spread(load_least, m, "load_least"),
    )
    if (needs_most < needs).any():
        raise ValueError("needed_most is below needed")
    if (least > most).any():
        raise ValueError("load_least is above load_most")
    conflict = _mask(conflicts, n, m, "conflicts")
    kept = _mask(fixed, n, m, "fixed")
    if conflict is not None and kept is not None and (conflict & kept).any():
        raise ValueError(f"fixed pairs are in conflict: {_pairs(conflict & kept)[:10]}")
    today = _mask(current, n, m, "current")

    kept_load = np.zeros(m, np.int64) if kept is None else kept.sum(axis=0)
    kept_units = np.zeros(n, np.int64) if kept is None else kept.sum(axis=1)
    need = np.maximum(needs - kept_units, 0)
    spare = np.maximum(needs_most - kept_units, 0) - need
    room = np.maximum(most - kept_load, 0)
    slot_count = int(room.max(initial=0))
    costs = _load_costs(load_cost, m, int((kept_load + room).max(initial=0)))

    # Whole units, each rule outweighing the ones after it on any cycle of changes (a cycle visits a person once).
    even = 2 * (slot_count + int(kept_load.max(initial=0))) + 3 if even_loads else 1
    stay = 2 * (m + 4) if today is not None else 1
    whole, unit = _whole(
        affinity,
        costs,
        _LARGEST // 4 // (even * stay),
        min(1 << 27, max((1 << 27) // even, 1 << 16)),
    )
    paid = np.rint(costs / unit).astype(np.int64)
    value = whole if even == 1 else whole.astype(np.int64) * even
    top = int(np.abs(value).max(initial=0)) + int(np.abs(paid).max(initial=0)) * even + even
    bonus = 2 * top * (m + 4)
    if today is not None:
        value = value.astype(np.int64) + bonus * today
    slots = _slots(paid * even, even_loads, kept_load, room, slot_count)
    urgent = (
        2 * (int(np.abs(value).max(initial=0)) * (m + 4) + int(np.abs(slots[slots < transport.CLOSED]).max(initial=0)))
        + 1
    )
    wanting = np.maximum(least - kept_load, 0)
    slots = np.where(
        (np.arange(slot_count) < wanting[:, None]) & (slots < transport.CLOSED),
        slots - urgent,
        slots,
    )

    blocked = conflict if kept is None else kept if conflict is None else conflict | kept
    placement = transport.place(value, blocked, need, spare, slots)
    bound = transport.dual_bound(value, blocked, need, spare, slots, placement.price, placement.missing_cost)
    reached = int(value[placement.task, placement.person].sum()) - int(placement.missing.sum()) * placement.missing_cost
    reached -= int(np.where(np.arange(slot_count) < placement.load[:, None], slots, 0).sum())

    task, person = placement.task, placement.person
    held = np.zeros(len(task), bool)
    if kept is not None:
        kept_task, kept_person = np.nonzero(kept)
        task, person = (
            np.concatenate([task, kept_task]),
            np.concatenate([person, kept_person]),
        )
        held = np.concatenate([held, np.ones(len(kept_task), bool)])
        order = np.lexsort((person, task))
        task, person, held = task[order], person[order], held[order]
    load = placement.load + kept_load
    gained = affinity[task, person]
    objective = gained.sum() - np.where(np.arange(costs.shape[1]) < load[:, None], costs, 0).sum()
    rounding = 0.0 if affinity.dtype.kind in "iub" and unit == 1 else float(unit) * (len(task) + load.sum())
    added, dropped = _changes(task, person, today)
    return Assignment(
        task=task,
        person=person,
        affinity=gained,
        kept=held,
        load=load,
        objective=float(objective),
        bound=float(objective) + (bound - reached) * float(unit) + rounding,
        proven=bound == reached,
        unit=float(unit),
        shortages=_shortages(placement, task, person, conflict, needs, m),
        bottleneck=_bottleneck(placement, blocked, need, room),
        added=added,
        dropped=dropped,
        below_least=tuple(np.flatnonzero(load < least).tolist()),
        above_most=tuple(np.flatnonzero(load > most).tolist()),
    )


def repair(
    affinity: np.ndarray,
    current: Pairs,
    *,
    stepped_back: Pairs,
    needed: int | np.ndarray,
    load_most: int | np.ndarray,
    conflicts: Pairs | None = None,
    fixed: Pairs | None = None,
    load_least: int | np.ndarray = 0,
    load_cost: np.ndarray | None = None,
) -> Assignment:
    """Fill the places of people who stepped back from tasks, changing as few other pairs as possible; then by affinity.

    current: all pairs of today. stepped_back: the pairs that end and may not come again. Others as in `assign`.
    A task that has more people than it needs keeps them.
    """
    n, m = np.asarray(affinity).shape
    today, gone = (
        _mask(current, n, m, "current"),
        _mask(stepped_back, n, m, "stepped_back"),
    )
    assert today is not None and gone is not None
    conflict = _mask(conflicts, n, m, "conflicts")
    forbidden = gone if conflict is None else gone | conflict
    stays = today & ~forbidden
    needs = np.maximum(_spread(needed, n, "needed"), 0)
    result = assign(
        affinity,
        needed=needs,
        needed_most=np.maximum(needs, stays.sum(axis=1)),
        load_most=load_most,
        load_least=load_least,
        conflicts=forbidden,
        fixed=fixed,
        current=stays,
        load_cost=load_cost,
    )
    return result


@dataclass(frozen=True)
class Candidate:
    """A person seen from one task. `rank`: place by affinity among those without conflict (1 is best; equals share it).
    `status`: "kept", "assigned", "conflict", "full" (limit reached with tasks worth more together) or "free"."""

    person: int
    affinity: float
    rank: int
    load: int
    status: str


def candidates(
    assignment: Assignment,
    affinity: np.ndarray,
    task: int,
    load_most: int | np.ndarray,
    conflicts: Pairs | None = None,
    most: int = 10,
) -> list[Candidate]:
    """The people of a task and the best ones passed over, with the reason: those assigned first, then by affinity."""
    n, m = affinity.shape
    limit = _spread(load_most, m, "load_most")
    mask = _mask(conflicts, n, m, "conflicts")
    barred = np.zeros(m, bool) if mask is None else mask[task]
    here = assignment.task == task
    mine = dict(
        zip(
            assignment.person[here].tolist(),
            assignment.kept[here].tolist(),
            strict=True,
        )
    )
    row = affinity[task]
    order = sorted(range(m), key=lambda j: (j not in mine, -row[j], j))
    free = np.sort(row[~barred])
    found = []
    for j in order[: len(mine) + most]:
        if j in mine:
            status = "kept" if mine[j] else "assigned"
        elif barred[j]:
            status = "conflict"
        else:
            status = "full" if assignment.load[j] >= limit[j] else "free"
        rank = len(free) - int(np.searchsorted(free, row[j], side="right")) + 1
        found.append(Candidate(j, row[j].item(), rank, int(assignment.load[j]), status))
    return found


def _spread(figure: int | np.ndarray, size: int, name: str) -> np.ndarray:
    figures = np.asarray(figure)
    if figures.dtype.kind not in "iu" or (figures < 0).any():
        raise ValueError(f"{name} must be whole numbers from 0 up")
    if figures.ndim and figures.shape != (size,):
        raise ValueError(f"{name} must be one number or {size} numbers")
    return np.broadcast_to(figures, size).astype(np.int64)


def _mask(pairs: Pairs | None, n: int, m: int, name: str) -> np.ndarray | None:
    if pairs is None:
        return None
    given = np.asarray(pairs)
    if given.dtype == bool and given.shape == (n, m):
        return given
    given = given.reshape(-1, 2).astype(np.int64)
    if len(given) and ((given < 0).any() or (given[:, 0] >= n).any() or (given[:, 1] >= m).any()):
        raise ValueError(f"{name} names a task or person that does not exist")
    mask = np.zeros((n, m), bool)
    mask[given[:, 0], given[:, 1]] = True
    return mask


def _pairs(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(i, j) for i, j in zip(*(x.tolist() for x in np.nonzero(mask)), strict=True)]


def _load_costs(load_cost: np.ndarray | None, m: int, width: int) -> np.ndarray:
    if load_cost is None:
        return np.zeros((m, width), np.int64)
    costs = np.atleast_2d(np.asarray(load_cost))
    costs = np.broadcast_to(costs, (m, costs.shape[1]))
    if costs.shape[1] < width:
        raise ValueError(f"load_cost must have an entry for each of {width} units")
    if not np.isfinite(costs).all() or (np.diff(costs, axis=1) < 0).any():
        raise ValueError("load_cost must not fall from one unit to the next")
    return costs[:, :width]


def _whole(affinity: np.ndarray, costs: np.ndarray, largest: int, levels: int) -> tuple[np.ndarray, float]:
    """Affinities as whole multiples of a unit: (matrix, unit)."""
    largest, levels = max(largest, 1), max(levels, 1)
    if affinity.dtype.kind in "iub":
        top = max(int(affinity.max(initial=0)), -int(affinity.min(initial=0)))
        if costs.dtype.kind in "iub" or not costs.size or (costs == np.rint(costs)).all():
            if top > largest:
                raise ValueError(f"affinities are too large: {top} where at most {largest} can be compared exactly")
            return (affinity.astype(np.int32) if top < 1 << 31 else affinity.astype(np.int64)), 1.0
    if not np.isfinite(affinity).all():
        raise ValueError("affinity must be finite; use conflicts for pairs that may not be")
    top_float = max(
        float(np.abs(affinity).max(initial=0)),
        float(np.abs(costs).max(initial=0)),
        1e-300,
    )
    unit = 2.0 ** np.ceil(np.log2(top_float / min(levels, largest)))
    return np.rint(affinity / unit).astype(np.int32), float(unit)


def _slots(
    paid: np.ndarray,
    even_loads: bool,
    kept_load: np.ndarray,
    room: np.ndarray,
    slot_count: int,
) -> np.ndarray:
    """Cost of each person's next units after the kept ones; CLOSED beyond the limit."""
    m = len(room)
    t = np.arange(slot_count)
    which = kept_load[:, None] + t
    costs = (
        np.take_along_axis(paid, np.minimum(which, max(paid.shape[1] - 1, 0)), 1)
        if paid.shape[1]
        else np.zeros((m, slot_count), np.int64)
    )
    if even_loads:
        costs = costs + 2 * which + 1  # the square of the load grows by this
    return np.where(t < room[:, None], costs, transport.CLOSED).astype(np.int64)


def _changes(
    task: np.ndarray, person: np.ndarray, today: np.ndarray | None
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    if today is None:
        return (), ()
    now = np.zeros(today.shape, bool)
    now[task, person] = True
    return tuple(_pairs(now & ~today)), tuple(_pairs(today & ~now))


def _shortages(
    placement: transport.Placement,
    task: np.ndarray,
    person: np.ndarray,
    conflict: np.ndarray | None,
    needs: np.ndarray,
    m: int,
) -> tuple[Shortage, ...]:
    found = []
    for i in np.flatnonzero(placement.missing).tolist():
        assigned = int((task == i).sum())
        conflicted = 0 if conflict is None else int(conflict[i].sum())
        found.append(
            Shortage(
                i,
                int(needs[i]),
                int(placement.missing[i]),
                conflicted,
                assigned,
                m - conflicted - assigned,
            )
        )
    return tuple(found)


def _bottleneck(
    placement: transport.Placement,
    blocked: np.ndarray | None,
    need: np.ndarray,
    room: np.ndarray,
) -> Bottleneck | None:
    """Follow from the tasks that lack people: all they may still have are full; add them, their tasks, and so on."""
    tasks = set(np.flatnonzero(placement.missing).tolist())
    if not tasks:
        return None
    m = len(room)
    taken: dict[int, list[int]] = {}
    holders: dict[int, list[int]] = {}
    for i, j in zip(placement.task.tolist(), placement.person.tolist(), strict=True):
        taken.setdefault(i, []).append(j)
        holders.setdefault(j, []).append(i)
    allowed = {}
    people: set[int] = set()
    waiting = list(tasks)
    while waiting:
        i = waiting.pop()
        row = np.ones(m, bool) if blocked is None else ~blocked[i]
        allowed[i] = set(np.flatnonzero(row).tolist())
        for j in allowed[i] - set(taken.get(i, [])) - people:
            people.add(j)
            for other in holders.get(j, []):
                if other not in tasks:
                    tasks.add(other)
                    waiting.append(other)
    outside = sum(len(allowed[i] - people) for i in tasks)
    chosen, group = np.array(sorted(tasks)), np.array(sorted(people), dtype=int)
    return Bottleneck(
        chosen,
        group,
        int(need[chosen].sum()),
        int(room[group].sum()) if len(group) else 0,
        outside,
    )
