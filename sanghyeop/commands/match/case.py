"""The tables as a market of the engine, placed and audited, with the time that each phase took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from sanghyeop.commands.faults import BadInput, Fault, nearest
from sanghyeop.commands.match.cells import KEPT_FAULTS
from sanghyeop.commands.match.tables import (
    Applicants,
    Positions,
    read_applicants,
    read_positions,
    read_priorities,
)
from sanghyeop.engines.matching import Market, Placement, Proof, audit, load, lottery, place, whole_points


class Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


@dataclass(frozen=True)
class Tables:
    positions: Positions
    applicants: Applicants
    points: np.ndarray
    notes: list[tuple[str, Fault]]


@dataclass(frozen=True)
class Case:
    """All that the command knows of one placement. ``rank``: 0 for who got no position."""

    tables: Tables
    placement: Placement
    proof: Proof
    rank: np.ndarray
    seed: int

    @property
    def placed(self) -> int:
        return int((self.rank > 0).sum())

    @property
    def unplaced(self) -> int:
        return len(self.rank) - self.placed

    @property
    def first_choice(self) -> int:
        return int((self.rank == 1).sum())

    @property
    def mean_rank(self) -> float | None:
        """Of those who are placed."""
        return float(self.rank.sum() / self.placed) if self.placed else None

    def result(self) -> pa.Table:
        """``applicant``, ``position``, ``rank`` of all who are placed, in the order of APPLICANTS."""
        who = np.flatnonzero(self.rank > 0)
        return pa.table(
            {
                "applicant": self.tables.applicants.names.ids.take(pa.array(who)),
                "position": self.tables.positions.names.ids.take(pa.array(self.placement.position[who])),
                "rank": pa.array(self.rank[who], pa.int32()),
            }
        )


def read_tables(applicants: Path, positions: Path, priorities: Path | None, problems: list[BadInput]) -> Tables | None:
    """All files, or None with all their faults in ``problems``."""
    offered: Positions | None = None
    asked: Applicants | None = None
    points = np.empty(0)
    notes: list[tuple[str, Fault]] = []
    try:
        offered, said = read_positions(positions, str(positions))
        notes += [(str(positions), note) for note in said]
    except BadInput as bad:
        problems.append(bad)
    try:
        asked, said = read_applicants(applicants, str(applicants), offered, priorities is None)
        notes += [(str(applicants), note) for note in said]
        points = np.repeat(asked.score, np.diff(asked.first))
    except BadInput as bad:
        problems.append(bad)
    if offered is not None and asked is not None:
        wrong = [*_strange_groups(offered, asked)]
        if wrong:
            problems.append(BadInput(str(positions), wrong))
    if priorities is not None:
        try:
            said = read_priorities(priorities, str(priorities), offered, asked, points)
            notes += [(str(priorities), note) for note in said]
        except BadInput as bad:
            problems.append(bad)
    if problems or offered is None or asked is None:
        return None
    try:
        _all_have_points(offered, asked, points, str(applicants))
    except BadInput as bad:
        problems.append(bad)
        return None
    others = sorted(asked.groups - set(offered.groups))
    if others and offered.groups:
        notes.append((str(applicants), Fault("group_without_seats", "group", 0, {"text": ", ".join(others)[:80]})))
    idle = int((np.diff(asked.first) == 0).sum())
    if idle:
        notes.append((str(applicants), Fault("no_choices", "choices", 0, {"n": idle})))
    return Tables(offered, asked, points, notes)


def _strange_groups(offered: Positions, asked: Applicants) -> Iterator[Fault]:
    """Reserved seats of a group that no applicant is of: a slip of the pen would take them from their group."""
    for name in offered.groups:
        if name not in asked.groups:
            code = "unknown_group" if asked.with_groups else "no_group_column"
            meant = nearest(name, asked.groups)
            about: dict[str, str | int] = {"text": name[:40]}
            if meant:
                about["meant"] = meant
            yield Fault(code, "reserved", offered.row_of_group[name], about)


def _all_have_points(offered: Positions, asked: Applicants, points: np.ndarray, file: str) -> None:
    without = np.flatnonzero(np.isnan(points))
    if len(without):
        some = without[:KEPT_FAULTS]
        who = np.searchsorted(asked.first, some, "right") - 1
        faults = [
            Fault("no_points", "score", 0, {"applicant": one, "position": other})
            for one, other in zip(
                asked.names.ids.take(pa.array(who)).to_pylist(),
                offered.names.ids.take(pa.array(asked.choices[some])).to_pylist(),
            )
        ]
        raise BadInput(file, faults, len(without))


def work_out(tables: Tables, seed: int, clock: Clock) -> Case:
    offered, asked = tables.positions, tables.applicants
    with clock.phase("draw"):
        draw = lottery(asked.names.ids.to_pylist(), seed)
    with clock.phase("prepare"):
        market = Market.of(
            asked.first,
            asked.choices,
            whole_points(tables.points),
            draw,
            offered.quotas,
            asked.group,
            offered.reserve_first,
            offered.reserve_group,
            offered.reserve_seats,
        )
        if market.large:
            load(market.reserves > 0)
    with clock.phase("place"):
        placement = place(market)
    with clock.phase("audit"):
        proof = audit(placement)
    return Case(tables, placement, proof, placement.rank, seed)
