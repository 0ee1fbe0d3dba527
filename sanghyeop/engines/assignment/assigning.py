"""The assignment itself: the rules in their order, as one problem of whole numbers, and its result with the proof."""

from dataclasses import dataclass

import numpy as np

from sanghyeop.engines.assignment import transport
from sanghyeop.engines.assignment.figures import Pairs, load_costs, mask_of, pairs_of, slots_of, spread, whole_units
from sanghyeop.engines.assignment.reasons import Bottleneck, Shortage, bottleneck_of, shortages_of

_LARGEST = 1 << 40


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
    needs = spread(needed, n, "needed")
    needs_most = needs if needed_most is None else spread(needed_most, n, "needed_most")
    most, least = (
        spread(load_most, m, "load_most"),
        spread(load_least, m, "load_least"),
    )
    if (needs_most < needs).any():
        raise ValueError("needed_most is below needed")
    if (least > most).any():
        raise ValueError("load_least is above load_most")
    conflict = mask_of(conflicts, n, m, "conflicts")
    kept = mask_of(fixed, n, m, "fixed")
    if conflict is not None and kept is not None and (conflict & kept).any():
        raise ValueError(f"fixed pairs are in conflict: {pairs_of(conflict & kept)[:10]}")
    today = mask_of(current, n, m, "current")

    kept_load = np.zeros(m, np.int64) if kept is None else kept.sum(axis=0)
    kept_units = np.zeros(n, np.int64) if kept is None else kept.sum(axis=1)
    need = np.maximum(needs - kept_units, 0)
    spare = np.maximum(needs_most - kept_units, 0) - need
    room = np.clip(most - kept_load, 0, n)  # nobody takes a task twice, so a limit above n is none
    slot_count = int(room.max(initial=0))
    costs = load_costs(load_cost, m, int((kept_load + room).max(initial=0)))

    # Whole units, each rule outweighing the ones after it on any cycle of changes (a cycle visits a person once).
    even = 2 * (slot_count + int(kept_load.max(initial=0))) + 3 if even_loads else 1
    stay = 2 * (m + 4) if today is not None else 1
    whole, unit = whole_units(
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
    slots = slots_of(paid * even, even_loads, kept_load, room, slot_count)
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
    # Where most pairs are to stay, every task starts from them, so no prices need to be looked for.
    stays = today is not None and 2 * int(today.sum()) > int(needs.sum())
    placement = transport.place(value, blocked, need, spare, slots, np.zeros(m, np.int64) if stays else None)
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
        shortages=shortages_of(placement, task, person, conflict, needs, m),
        bottleneck=bottleneck_of(placement, blocked, need, room),
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
        mask_of(current, n, m, "current"),
        mask_of(stepped_back, n, m, "stepped_back"),
    )
    assert today is not None and gone is not None
    conflict = mask_of(conflicts, n, m, "conflicts")
    forbidden = gone if conflict is None else gone | conflict
    stays = today & ~forbidden
    needs = np.maximum(spread(needed, n, "needed"), 0)
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


def _changes(
    task: np.ndarray, person: np.ndarray, today: np.ndarray | None
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    if today is None:
        return (), ()
    now = np.zeros(today.shape, bool)
    now[task, person] = True
    return tuple(pairs_of(now & ~today)), tuple(pairs_of(today & ~now))
