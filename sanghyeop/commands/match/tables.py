"""APPLICANTS, POSITIONS and PRIORITIES as arrays, with everything that is wrong in them at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanghyeop.commands.faults import BadInput, Fault
from sanghyeop.commands.header import places_of
from sanghyeop.commands.match.cells import Faults, ids_of, names_of, numbers_of, texts_of, unknown
from sanghyeop.commands.match.names import Names
from sanghyeop.engines.matching import AGAIN, NO_SUCH_CHOICE, find_choices
from sanghyeop.sheets import SheetError
from sanghyeop.sheets.columns import Columns, NotQuickly, Piece, clean

MOST_POINTS = 1_000_000_000
MOST_SEATS = 1_000_000_000

Read = TypeVar("Read")


@dataclass(frozen=True)
class Positions:
    """``reserve_*`` as the engine's ``Market`` has them; ``groups``: names of the reserves' groups by number."""

    names: Names
    quotas: np.ndarray
    reserve_first: np.ndarray
    reserve_group: np.ndarray
    reserve_seats: np.ndarray
    groups: dict[str, int]
    row_of_group: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Applicants:
    """``score``: NaN where the cell is empty. ``groups``: every group that an applicant has."""

    names: Names
    score: np.ndarray
    group: np.ndarray
    groups: frozenset[str]
    with_groups: bool
    first: np.ndarray
    choices: np.ndarray


def read_positions(path: Path, file: str) -> tuple[Positions, list[Fault]]:
    """The positions, and notes. Raises ``BadInput``."""
    return _read(path, file, ("position", "quota"), ("reserved",), _positions)


def read_applicants(
    path: Path, file: str, positions: Positions | None, score_needed: bool
) -> tuple[Applicants, list[Fault]]:
    """The applicants, and notes. Without ``positions`` (they could not be read) nothing is looked up in them."""
    needed = ("applicant", "score", "choices") if score_needed else ("applicant", "choices")
    optional = ("group",) if score_needed else ("score", "group")

    def read(columns: Columns, places: dict[str, int], faults: Faults) -> Applicants:
        return _applicants(columns, places, faults, positions, score_needed)

    return _read(path, file, needed, optional, read)


def read_priorities(
    path: Path, file: str, positions: Positions | None, applicants: Applicants | None, points: np.ndarray
) -> list[Fault]:
    """Writes the points of each pair to the applicant's choice in ``points``. Returns notes. Raises ``BadInput``."""

    def read(columns: Columns, places: dict[str, int], faults: Faults) -> int:
        return _priorities(columns, places, faults, positions, applicants, points)

    strangers, notes = _read(path, file, ("position", "applicant", "score"), (), read)
    return notes + ([Fault("not_chosen", about={"n": strangers})] if strangers else [])


def _read(
    path: Path,
    file: str,
    needed: tuple[str, ...],
    optional: tuple[str, ...],
    read: Callable[[Columns, dict[str, int], Faults], Read],
) -> tuple[Read, list[Fault]]:
    """Quickly if that goes, else carefully, which tells all faults with their rows."""
    for careful in (False, True):
        faults = Faults()
        try:
            columns = _open(path, file, careful)
            places, wrong, notes = places_of(columns.header, needed, optional)
            if wrong:
                raise BadInput(file, wrong)
            answer = read(columns, places, faults)
        except NotQuickly:
            continue
        except SheetError as error:
            raise BadInput(file, [Fault(error.code, row=error.row)]) from error
        if not faults.count:
            return answer, notes
        if columns.careful:
            raise BadInput(file, sorted(faults.kept, key=lambda fault: fault.row), faults.count)
    raise AssertionError("the careful reader takes every table")


def _open(path: Path, file: str, careful: bool) -> Columns:
    try:
        return Columns(path, careful)
    except IsADirectoryError as error:
        raise BadInput(file, [Fault("is_folder")]) from error
    except FileNotFoundError as error:
        raise BadInput(file, [Fault("no_such_file")]) from error
    except (NotQuickly, SheetError):
        raise
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        raise BadInput(file, [Fault("unreadable")]) from error


def _positions(columns: Columns, places: dict[str, int], faults: Faults) -> Positions:
    ids, quotas, rows, texts = [], [], [], []
    for piece in columns.pieces(places):
        ids.append(ids_of(piece, "position", faults))
        quotas.append(numbers_of(piece, "quota", faults, MOST_SEATS, whole=True))
        texts.append(texts_of(piece, "reserved", faults))
        rows.append(piece.rows)
    names = names_of(ids, np.concatenate(rows) if rows else np.empty(0, int), "position", faults)
    row = np.concatenate(rows)
    quota = np.concatenate(quotas)
    reserved = pa.chunked_array(texts, pa.string()).combine_chunks()
    of: list[int] = []
    groups: dict[str, int] = {}
    row_of_group: dict[str, int] = {}
    group, seats = [], []
    for k in np.flatnonzero(pc.not_equal(reserved, "").to_numpy(zero_copy_only=False)).tolist():
        kept = _reserved(reserved[k].as_py(), int(row[k]), faults)
        if sum(kept.values()) > quota[k]:  # never, where the quota itself is wrong
            faults.add("reserved_above_quota", "reserved", row[k], n=sum(kept.values()), most=int(quota[k]))
        for name, count in kept.items():
            row_of_group.setdefault(name, int(row[k]))
            of.append(k)
            group.append(groups.setdefault(name, len(groups)))
            seats.append(count)
    return Positions(
        names,
        np.nan_to_num(quota).astype(np.int64),
        np.searchsorted(of, np.arange(len(quota) + 1)),
        np.array(group, np.int32),
        np.array(seats, np.int64),
        groups,
        row_of_group,
    )


def _reserved(text: str, row: int, faults: Faults) -> dict[str, int]:
    """``senior:2;youth:1``"""
    kept: dict[str, int] = {}
    for part in unicodedata.normalize("NFKC", text).split(";"):
        name, _, count = (word.strip() for word in part.rpartition(":"))
        if not part.strip():
            continue
        if not name or not re.fullmatch(r"\d{1,9}", count):
            faults.add("bad_reserved", "reserved", row, text=part.strip()[:40])
        elif name in kept:
            faults.add("group_again", "reserved", row, text=name[:40])
        else:
            kept[name] = int(count)
    return kept


def _applicants(
    columns: Columns, places: dict[str, int], faults: Faults, positions: Positions | None, score_needed: bool
) -> Applicants:
    ids, scores, groups, lengths, choices, rows = [], [], [], [], [], []
    all_groups: set[str] = set()
    numbers = positions.groups if positions else {}
    for piece in columns.pieces(places):
        ids.append(ids_of(piece, "applicant", faults))
        scores.append(numbers_of(piece, "score", faults, MOST_POINTS, needed=score_needed, signed=True))
        texts = texts_of(piece, "group", faults).dictionary_encode()
        names = [clean(name) for name in texts.dictionary.to_pylist()]
        of = texts.indices.to_numpy()
        for k, name in enumerate(names):
            if ";" in name:
                faults.add_all("several_groups", "group", piece.rows[of == k], pa.array([name]))
        all_groups |= set(names) - {""}
        groups.append(np.array([numbers.get(name, -1) for name in names] or [-1], np.int32)[of])
        length, chosen = _choices(piece, positions, faults)
        lengths.append(length)
        choices.append(chosen)
        rows.append(piece.rows)
        if faults.count and not columns.careful:
            raise NotQuickly
    first = np.zeros(sum(map(len, lengths)) + 1, np.int32)
    if lengths:
        np.cumsum(np.concatenate(lengths), out=first[1:])
    every = names_of(ids, np.concatenate(rows) if rows else np.empty(0, int), "applicant", faults)
    return Applicants(
        every,
        np.concatenate(scores),
        np.concatenate(groups),
        frozenset(all_groups),
        "group" in places,
        first,
        np.concatenate(choices),
    )


def _choices(piece: Piece, positions: Positions | None, faults: Faults) -> tuple[np.ndarray, np.ndarray]:
    """How many positions each applicant names, and which; what is unknown or named twice is a fault."""
    column = piece.columns["choices"]
    in_lists = not pa.types.is_string(column.type)
    texts = column if in_lists else texts_of(piece, "choices", faults)
    if positions is None:
        return np.zeros(len(piece), np.int32), np.empty(0, np.int32)
    quick = None if in_lists else positions.names.find_in_lists(texts)
    if quick is not None and (quick[1] >= 0).all():
        length, found = quick
        flat = None
    else:
        lists = texts if in_lists else pc.split_pattern(texts, ";")
        flat = lists.flatten().fill_null("")
        length = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int32)
        found = positions.names.find(flat)
    owner = np.repeat(np.arange(len(length), dtype=np.int32), length)
    missing = np.flatnonzero(found < 0)
    if flat is not None and len(missing):
        named = [clean(text) for text in flat.take(pa.array(missing)).to_pylist()]
        found[missing] = positions.names.find(pa.array(named, pa.string()))
        for k, text in zip(missing.tolist(), named):
            if text and found[k] < 0:
                unknown("unknown_position", "choices", piece.rows[owner[k]], text, positions.names, faults)
        found, owner = found[found >= 0], owner[found >= 0]
        length = np.bincount(owner, minlength=len(length)).astype(np.int32)
    keys = np.sort(owner.astype(np.int64) * len(positions.names) + found)
    again = keys[1:][keys[1:] == keys[:-1]]
    if len(again):
        who, what = np.divmod(again, len(positions.names))
        faults.add_all("position_again", "choices", piece.rows[who], positions.names.ids.take(pa.array(what)))
    return length, found.astype(np.int32)


def _priorities(
    columns: Columns,
    places: dict[str, int],
    faults: Faults,
    positions: Positions | None,
    applicants: Applicants | None,
    points: np.ndarray,
) -> int:
    """How many rows are of pairs that nobody asked for."""
    seen = np.zeros(max(1, len(points)), np.uint8)
    strangers = 0
    for piece in columns.pieces(places):
        score = numbers_of(piece, "score", faults, MOST_POINTS, signed=True)
        ends = []
        for column, table, code in (
            ("position", positions, "unknown_position"),
            ("applicant", applicants, "unknown_applicant"),
        ):
            texts = texts_of(piece, column, faults)
            found = np.zeros(len(piece), np.int32) if table is None else table.names.find(texts)
            missing = np.flatnonzero(found < 0)
            if len(missing) and table is not None:
                again = [clean(text) for text in texts.take(pa.array(missing)).to_pylist()]
                found[missing] = table.names.find(pa.array(again, pa.string()))
                for k, text in zip(missing.tolist(), again):
                    if not text:
                        faults.add("empty_cell", column, piece.rows[k])
                    elif found[k] < 0:
                        unknown(code, column, piece.rows[k], text, table.names, faults)
            ends.append(found)
        if positions is not None and applicants is not None:
            known = (ends[0] >= 0) & (ends[1] >= 0)
            whole = bool(known.all())
            pair = [np.ascontiguousarray(end if whole else end[known], np.int32) for end in ends]
            at = find_choices(applicants.first, applicants.choices, pair[0], pair[1], seen)
            rows = piece.rows if whole else piece.rows[known]
            if (at == AGAIN).any():
                who = applicants.names.ids.take(pa.array(pair[1][at == AGAIN]))
                faults.add_all("pair_again", "applicant", rows[at == AGAIN], who)
            strangers += int((at == NO_SUCH_CHOICE).sum())
            points[at[at >= 0]] = (score if whole else score[known])[at >= 0]
        if faults.count and not columns.careful:
            raise NotQuickly
    return strangers
