"""The peers of the placement, each as its own users would call it; runs in their environment, where Sanghyeop is not.

python -m bench.match_peers matching|algmatch APPLICANTS SEED     prints one JSON object
"""

from __future__ import annotations

import json
import sys
import threading
import time
import warnings
from dataclasses import dataclass

import numpy as np

CHOICES, SEATS = 10, 5


@dataclass(frozen=True)
class Case:
    """n applicants with ten choices each, n / 5 positions of five seats; points drawn for each pair, a strict draw."""

    choices: np.ndarray
    points: np.ndarray
    draw: np.ndarray
    positions: int


def a_case(n: int, seed: int, popular: bool = False, own_score: bool = False) -> Case:
    """``popular``: some positions are wanted by most; ``own_score``: the same points at every position."""
    random, m = np.random.default_rng(seed), max(n // SEATS, 2 * CHOICES)

    def some(rows: int) -> np.ndarray:
        if popular:
            return (random.random((rows, CHOICES)) ** 2 * m).astype(np.int32)
        return random.integers(0, m, (rows, CHOICES), dtype=np.int32)

    choices = some(n)
    while True:
        in_order = np.sort(choices, 1)
        twice = np.flatnonzero((in_order[:, 1:] == in_order[:, :-1]).any(1))
        if not len(twice):
            break
        choices[twice] = some(len(twice))
    points = random.integers(0, 1_000_001, (n, CHOICES), dtype=np.int32)
    if own_score:
        points[:] = points[:, :1] // 10_000
    return Case(choices, points, random.permutation(n).astype(np.int32), m)


def rankings(case: Case) -> list[list[int]]:
    """Each position's applicants, the first first."""
    n = len(case.choices)
    order = np.lexsort((np.repeat(case.draw, CHOICES), -case.points.ravel(), case.choices.ravel()))
    who = np.repeat(np.arange(n), CHOICES)[order]
    ends = np.cumsum(np.bincount(case.choices.ravel(), minlength=case.positions))
    return [part.tolist() for part in np.split(who, ends[:-1])]


def by_matching(case: Case) -> tuple[float, list[int]]:
    from matching.games import HospitalResident

    wanted = {f"r{a}": [f"h{p}" for p in row] for a, row in enumerate(case.choices.tolist())}
    ranked = {f"h{p}": [f"r{a}" for a in row] for p, row in enumerate(rankings(case)) if row}
    seats = dict.fromkeys(ranked, SEATS)
    started = time.process_time()
    solved = HospitalResident.create_from_dictionaries(wanted, ranked, seats).solve(optimal="resident")
    taken = time.process_time() - started
    got = [-1] * len(wanted)
    for hospital, residents in solved.items():
        for resident in residents:
            got[int(str(resident)[1:])] = int(str(hospital)[1:])
    return taken, got


def by_algmatch(case: Case) -> tuple[float, list[int]]:
    from algmatch import HospitalResidentsProblem

    wanted = {a + 1: [p + 1 for p in row] for a, row in enumerate(case.choices.tolist())}
    ranked = {
        p + 1: {"capacity": SEATS, "preferences": [a + 1 for a in row]} for p, row in enumerate(rankings(case)) if row
    }
    started = time.process_time()
    problem = HospitalResidentsProblem(
        dictionary={"residents": wanted, "hospitals": ranked}, optimised_side="residents"
    )
    solved = problem.get_stable_matching()
    taken = time.process_time() - started
    got = [-1] * len(wanted)
    for resident, hospital in solved["resident_sided"].items():
        if hospital:
            got[int(str(resident).lstrip("r")) - 1] = int(str(hospital).lstrip("h")) - 1
    return taken, got


def main() -> None:
    name, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10**7)
    threading.stack_size(1 << 29)  # `matching` calls itself deeply
    answer: dict[str, object] = {}

    def work() -> None:
        taken, got = {"matching": by_matching, "algmatch": by_algmatch}[name](a_case(n, seed))
        answer.update(cpu=taken, got=got)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
