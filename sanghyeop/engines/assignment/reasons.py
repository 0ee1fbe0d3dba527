"""Why a task lacks people, why a person was passed over: what a page shows beside the result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sanghyeop.engines.assignment import transport
from sanghyeop.engines.assignment.figures import Pairs, mask_of, spread

if TYPE_CHECKING:
    from sanghyeop.engines.assignment.assigning import Assignment


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
class Candidate:
    """A person seen from one task. `rank`: place by affinity among those without conflict (1 is best; equals share it).
    `status`: "kept", "assigned", "conflict", "full" (limit reached with tasks worth more together) or "free"."""

    person: int
    affinity: float
    rank: int
    load: int
    status: str


def candidates(
    assignment: "Assignment",
    affinity: np.ndarray,
    task: int,
    load_most: int | np.ndarray,
    conflicts: Pairs | None = None,
    most: int = 10,
) -> list[Candidate]:
    """The people of a task and the best ones passed over, with the reason: those assigned first, then by affinity."""
    n, m = affinity.shape
    limit = spread(load_most, m, "load_most")
    mask = mask_of(conflicts, n, m, "conflicts")
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


def shortages_of(
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


def bottleneck_of(
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
