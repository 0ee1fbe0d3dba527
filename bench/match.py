"""How fast applicants are placed: ours, two packages from PyPI, plain Python, and a bare pass over the same arrays.

    python -m bench.match                 everything, up to a million applicants, and the whole command with its files
    python -m bench.match --quick         up to 100,000 applicants, no files
    python -m bench.match --skip-peers    without the packages (they go into an environment of their own, var/bench)
    python -m bench.match --command       the whole command alone

Ten choices each, a fifth as many positions of five seats, points that differ by position, equal points by a draw. Ours
is `place` and `audit` with the market's arrays given; what is compiled once has been compiled. All answers must be
the same. The sides take turns; times are medians of the processor's seconds, since other work may share the machine.
The peers are given their own dictionaries, and the time to make these does not count.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

from bench.match_peers import CHOICES, SEATS, Case, a_case
from sanghyeop.engines.matching import Market, audit, load, place
from tools.steps import Progress, digest, run

BASE = Path(__file__).resolve().parents[1]
SCRATCH = BASE / "var" / "bench"
PEERS = SCRATCH / "matching"
LOCK = BASE / "bench" / "requirements-matching.txt"
MOST_FOR_PEERS = 5_000  # at 20,000 each takes more than a minute
Timed = tuple[float, list[int]]


def market_of(case: Case) -> Market:
    n = len(case.choices)
    return Market.of(
        np.arange(0, CHOICES * n + 1, CHOICES),
        case.choices.ravel(),
        case.points.ravel(),
        case.draw,
        np.full(case.positions, SEATS),
    )


def with_reserves(case: Case) -> Market:
    """Every position keeps two seats for one group and one for another; a third of the applicants is in each."""
    plain, m = market_of(case), case.positions
    return Market.of(
        plain.first,
        plain.choices,
        plain.points,
        plain.draw,
        plain.quotas,
        plain.draw % 3 - 1,
        np.arange(0, 2 * m + 1, 2),
        np.tile([0, 1], m),
        np.tile([2, 1], m),
    )


def timed(work: Callable[..., Any], *on: object) -> tuple[float, Any]:
    started = time.process_time()
    answer = work(*on)
    return time.process_time() - started, answer


def by_plain_python(case: Case) -> Timed:
    """What a careful developer writes: lists, and a heap for each position."""
    wanted, points, draw = case.choices.tolist(), case.points.tolist(), case.draw.tolist()
    started = time.process_time()
    heaps: list[list[tuple[int, int, int]]] = [[] for _ in range(case.positions)]
    following = [0] * len(wanted)
    for newcomer in range(len(wanted)):
        a = newcomer
        while a >= 0 and following[a] < CHOICES:
            k = following[a]
            following[a] += 1
            heap, standing = heaps[wanted[a][k]], (points[a][k], -draw[a], a)
            if len(heap) < SEATS:
                heapq.heappush(heap, standing)
                a = -1
            elif standing > heap[0]:
                a = heapq.heapreplace(heap, standing)[2]
    taken = time.process_time() - started
    got = [-1] * len(wanted)
    for p, heap in enumerate(heaps):
        for _, _, a in heap:
            got[a] = p
    return taken, got


def by_peer(name: str, n: int, seed: int) -> Timed:
    done = subprocess.run(
        [PEERS / "bin" / "python", "-m", "bench.match_peers", name, str(n), str(seed)],
        cwd=BASE,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": str(BASE)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["cpu"], answer["got"]


@numba.njit
def one_pass(choices: np.ndarray, points: np.ndarray) -> int:
    total = 0
    for k in range(len(choices)):
        total += choices[k] + points[k]
    return total


@numba.njit
def gather(choices: np.ndarray, points: np.ndarray, bar: np.ndarray) -> int:
    """Looks up something of its position for every choice."""
    total = 0
    for k in range(len(choices)):
        total += points[k] >= bar[choices[k]]
    return total


def install_peers() -> None:
    run(sys.executable, "-m", "venv", "--clear", PEERS, fail="No environment for the peers could be made.")
    python, uv = PEERS / "bin" / "python", Path(sys.executable).with_name("uv")
    installer = [uv, "pip", "install", "--system-certs", "--python", python]
    if not uv.exists():
        installer = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    run(*installer, "--quiet", "--require-hashes", "-r", LOCK, fail="The peers could not be installed.")


def side_by_side(n: int, rounds: int, peers: bool) -> dict[str, float]:
    """Medians of the processor's seconds by side, for ``n`` applicants."""
    seconds: dict[str, list[float]] = {}
    for seed in range(1, rounds + 1):
        case = a_case(n, seed)
        market = market_of(case)
        answers = []
        for _ in range(3):  # interleaved, so that a slow phase of the machine hits all
            taken, placement = timed(place, market)
            seconds.setdefault("place", []).append(taken)
            taken, proof = timed(audit, placement)
            seconds.setdefault("audit", []).append(taken)
            assert proof.holds
            seconds.setdefault("pass", []).append(timed(one_pass, market.choices, market.points)[0])
            bar = np.zeros(case.positions, np.int32)
            seconds.setdefault("gather", []).append(timed(gather, market.choices, market.points, bar)[0])
        answers.append(placement.position.tolist())
        taken, got = by_plain_python(case)
        seconds.setdefault("python", []).append(taken)
        answers.append(got)
        if peers and n <= MOST_FOR_PEERS:
            for name in ("matching", "algmatch"):
                taken, got = by_peer(name, n, seed)
                seconds.setdefault(name, []).append(taken)
                answers.append(got)
        assert all(answer == answers[0] for answer in answers), "the sides disagree"
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def others(n: int) -> None:
    """Markets of other kinds, ours alone."""
    kinds = {
        "popular positions": market_of(a_case(n, 1, popular=True)),
        "own score only, many equal": market_of(a_case(n, 1, own_score=True)),
        "two reserves at every position": with_reserves(a_case(n, 1)),
    }
    for kind, market in kinds.items():
        places, audits = [], []
        for _ in range(5):
            taken, placement = timed(place, market)
            places.append(taken)
            taken, proof = timed(audit, placement)
            audits.append(taken)
            assert proof.holds
        print(f"  {kind:32} place {statistics.median(places):.3f}  audit {statistics.median(audits):.3f}", flush=True)


def write_files(n: int, folder: Path) -> None:
    """APPLICANTS, POSITIONS and PRIORITIES as CSV and as Parquet."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    case = a_case(n, 1)
    flat = pa.array(case.choices.ravel())
    people = pc.binary_join_element_wise("A", pc.utf8_lpad(pa.array(np.arange(n)).cast("string"), 7, "0"), "")
    positions = pc.binary_join_element_wise(
        "P", pc.utf8_lpad(pa.array(np.arange(case.positions)).cast("string"), 6, "0"), ""
    )
    named = positions.take(flat)
    lists = pa.ListArray.from_arrays(pa.array(np.arange(0, CHOICES * n + 1, CHOICES), "int32"), named)
    tables = {
        "applicants": {"applicant": people, "score": np.full(n, 50.5), "choices": pc.binary_join(lists, ";")},
        "positions": {"position": positions, "quota": np.full(case.positions, SEATS)},
        "priorities": {
            "position": named,
            "applicant": people.take(pa.array(np.repeat(np.arange(n), CHOICES))),
            "score": case.points.ravel() / 10_000,
        },
    }
    for name, columns in tables.items():
        table = pa.table(columns)
        pa.parquet.write_table(table, folder / f"{name}.parquet")
        pa.csv.write_csv(table, folder / f"{name}.csv", pa.csv.WriteOptions(quoting_style="none"))


def whole_command(n: int, rounds: int) -> None:
    folder = SCRATCH / f"match-{n}"
    if not (folder / "priorities.csv").exists():
        writing = "from bench.match import *; write_files(int(sys.argv[1]), Path(sys.argv[2]))"
        subprocess.run([sys.executable, "-c", writing, str(n), str(folder)], cwd=BASE, check=True)
    code = "import sys; from sanghyeop.cli import main; sys.exit(main())"
    for ending in ("parquet", "csv"):
        size = sum(path.stat().st_size for path in folder.glob(f"*s.{ending}")) / 1e6
        told = []
        for _ in range(rounds):
            words = [str(folder / f"{name}.{ending}") for name in ("applicants", "positions", "priorities")]
            words = ["match", *words[:2], "--priorities", words[2], "--json", "--out", str(folder / f"out.{ending}")]
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-c", code, *words], cwd=BASE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert process.stdout is not None
            answer = json.loads(process.stdout.read())
            _, status, used = os.wait4(process.pid, 0)
            assert status == 0 and answer["blocking_pairs"] == 0
            told.append((time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, answer))
        clock, cpu, memory, answer = sorted(told, key=lambda one: one[1])[len(told) // 2]
        phases = ", ".join(f"{name} {taken:.2f}" for name, taken in answer["seconds"].items())
        print(
            f"  {ending:8} {size:4.0f} MB: clock {clock:.1f} s, cpu {cpu:.1f} s, {memory:,.0f} MB ({phases})",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="up to 100,000 applicants, no files")
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--command", action="store_true", help="the whole command alone")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    if arguments.command:
        whole_command(1_000_000, arguments.rounds)
        return
    if not arguments.skip_peers:
        Progress(1).step("matching and algmatch", digest([LOCK]), SCRATCH / "matching-made-from", install_peers)
    started = time.process_time()
    load(reserves=False)
    load(reserves=True)
    small = market_of(a_case(50, 0))
    one_pass(small.choices, small.points)
    gather(small.choices, small.points, np.zeros(50, np.int32))
    print(f"compiler and what it kept, or compiling: {time.process_time() - started:.2f} s\n")
    sides = ("place", "audit", "pass", "gather", "python", "matching", "algmatch")
    print(" applicants" + "".join(f"{side:>11}" for side in sides) + "   (processor's seconds, medians)")
    sizes = (1_000, 5_000, 20_000, 100_000) + (() if arguments.quick else (1_000_000,))
    for n in sizes:
        medians = side_by_side(n, arguments.rounds, not arguments.skip_peers)
        cells = "".join(f"{medians[side]:>11.5f}" if side in medians else f"{'–':>11}" for side in sides)
        print(f"{n:>11,}{cells}", flush=True)
    n = sizes[-1]
    print(f"\nOurs, {n:,} applicants in other markets:")
    others(n)
    if not arguments.quick:
        print(f"\nThe whole command, {n:,} applicants and {CHOICES * n:,} rows of priorities:", flush=True)
        # From a process of its own, as a child is charged with the memory of who starts it.
        subprocess.run([sys.executable, "-m", "bench.match", "--command", f"--rounds={arguments.rounds}"], check=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nLoad at the end {os.getloadavg()[0]:.1f}; peak of this process {memory:,.0f} MB")


if __name__ == "__main__":
    main()
