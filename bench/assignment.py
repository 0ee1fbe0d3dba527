"""Who reviews what: time, memory and value of the exact assignment against a greedy list.

    python -m bench.assignment           # 500 x 100, 5,000 x 800 and 5,000 x 750, each case in a process of its own
    python -m bench.assignment --quick   # 500 x 100 only

Cases: 3 reviews a plan, load at most 20, 5 % of the pairs in conflict. `random`: affinity 0 to 1,000 for each pair;
`fields`: 100 in a reviewer's fields, 20 elsewhere; `mixed`: fields plus 0 to 29 for each pair; `popular`: products of
eight traits, so that all plans want the same few reviewers; `floats`: real numbers; `levels`: as the review app asks:
nothing but a level from 0 to 3 for each of 9 fields, the reviewers' home districts and own organisations in conflict
instead of the 5 %, and three quarters of the fair share as the least load.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from sanghyeop.engines.assignment import assign, repair

KINDS = ("random", "fields", "mixed", "popular", "floats", "levels")
SIZES = ((500, 100), (5000, 800), (5000, 750))  # the last has no slot to spare
NEEDED, LOAD_MOST, CONFLICTS = 3, 20, 0.05


def an_affinity(kind: str, plans: int, reviewers: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "random":
        return rng.integers(0, 1001, (plans, reviewers), dtype=np.int32)
    if kind == "floats":
        return rng.random((plans, reviewers))
    if kind == "popular":
        return (rng.random((plans, 8)) @ rng.random((8, reviewers)) * 1000).astype(np.int32)
    if kind == "levels":
        levels = np.where(rng.random((9, reviewers)) < 2 / 9, rng.integers(1, 4, (9, reviewers)), 0)
        return levels[rng.integers(0, 9, plans)].astype(np.int32)
    field = rng.integers(0, 10, plans)
    knows = rng.random((reviewers, 10)) < 0.25
    affinity = np.where(knows[:, field].T, 100, 20).astype(np.int32)
    if kind == "mixed":
        affinity += rng.integers(0, 30, affinity.shape, dtype=np.int32)
    return affinity


def conflicts_of(kind: str, plans: int, reviewers: int, rng: np.random.Generator) -> np.ndarray:
    if kind != "levels":
        return rng.random((plans, reviewers)) < CONFLICTS
    organisation, own = rng.integers(0, 1500, plans), rng.integers(0, 1500, reviewers)
    district, home = rng.integers(0, 25, 1500)[organisation], rng.integers(0, 25, reviewers)
    return (district[:, None] == home) | (organisation[:, None] == own)


def greedy(affinity: np.ndarray, conflict: np.ndarray) -> tuple[float, int]:
    """The best pair that is still allowed, again and again: (total, reviews that find no reviewer)."""
    n, m = affinity.shape
    open_, room, total = [NEEDED] * n, [LOAD_MOST] * m, 0.0
    order = np.argsort(-np.where(conflict, -np.inf, affinity), axis=None, kind="stable")
    value = affinity.ravel()
    allowed = order[: affinity.size - int(conflict.sum())]
    left = min(n * NEEDED, m * LOAD_MOST)
    for start in range(0, len(allowed), 100_000):
        for at in allowed[start : start + 100_000].tolist():
            i, j = divmod(at, m)
            if open_[i] and room[j]:
                open_[i] -= 1
                room[j] -= 1
                total += value[at]
                left -= 1
        if not left:
            break
    return float(total), sum(open_)


def fresh_peak() -> float:
    """Start the peak of resident memory anew where the system can (Linux), and give it, in MB."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")
    return peak()


def peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(kind: str, plans: int, reviewers: int, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    affinity = an_affinity(kind, plans, reviewers, rng)
    conflict = conflicts_of(kind, plans, reviewers, rng)
    least = plans * NEEDED * 3 // (4 * reviewers) if kind == "levels" else 0
    assign(affinity[:40, :20], needed=1, load_most=4)  # imports and first calls are not the subject
    before = fresh_peak()
    start, start_cpu = time.perf_counter(), time.process_time()
    result = assign(affinity, needed=NEEDED, load_most=LOAD_MOST, load_least=least, conflicts=conflict)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    memory = peak() - before
    gone = [(int(i), 7) for i in result.tasks_of(7)]
    start = time.process_time()
    repaired = repair(
        affinity,
        np.column_stack([result.task, result.person]),
        stepped_back=gone,
        needed=NEEDED,
        load_most=LOAD_MOST,
        conflicts=conflict,
    )
    repair_seconds = time.process_time() - start
    start = time.perf_counter()
    by_list, unplaced = greedy(affinity, conflict)
    return {
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory,
        "objective": result.objective,
        "gap": (result.bound - result.objective) / result.objective,
        "proven": float(result.proven and repaired.proven),
        "repair": repair_seconds,
        "gone": len(gone),
        "changed": len(repaired.dropped),
        "greedy": by_list / result.objective,
        "unplaced": unplaced,
        "greedy_seconds": time.perf_counter() - start,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each case; the table shows their medians")
    parser.add_argument("--case", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        kind, plans, reviewers, seed = options.case
        print(json.dumps(one(kind, int(plans), int(reviewers), int(seed))))
        return
    heads = (
        "size",
        "affinity",
        "exact s (cpu s)",
        "memory MB",
        "proven, gap",
        "greedy, left over",
        "repair cpu s: gone, moved",
    )
    print("| " + " | ".join(heads) + " |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for plans, reviewers in SIZES[:1] if options.quick else SIZES:
        for kind in KINDS:
            command = [sys.executable, "-m", "bench.assignment", "--case", kind, str(plans), str(reviewers)]
            runs = [
                json.loads(subprocess.run([*command, str(seed)], check=True, capture_output=True, text=True).stdout)
                for seed in range(1, options.seeds + 1)
            ]
            middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            print(
                f"| {plans:,} x {reviewers} | {kind} | {middle['seconds']:.2f} ({middle['cpu']:.2f})"
                f" | {max(run['memory'] for run in runs):.0f}"
                f" | {'yes' if min(run['proven'] for run in runs) else 'NO'}, {max(run['gap'] for run in runs):.0e}"
                f" | {middle['greedy']:.1%}, {middle['unplaced']:.0f}"
                f" | {middle['repair']:.2f}: {middle['gone']:.0f}, {middle['changed']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
