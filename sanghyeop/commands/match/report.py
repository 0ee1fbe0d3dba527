"""The answer as a JSON object, as lines for people, and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from sanghyeop.commands.match.case import Case
from sanghyeop.commands.match.words import Speaker
from sanghyeop.sheets.width import width

SHOWN = 30
"""Placed applicants listed on the screen."""
MOST_ROWS_XLSX = 1_048_575


def as_json(case: Case, seconds: dict[str, float]) -> dict[str, Any]:
    """The object that ``--json`` prints; its keys are described in docs/match.md."""
    proof = case.proof
    return {
        "placed": case.placed,
        "unplaced": case.unplaced,
        "blocking_pairs": proof.blocking_pairs,
        "first_choice": case.first_choice,
        "mean_rank": case.mean_rank,
        "seed": case.seed,
        "proof": {
            "pairs": proof.pairs,
            "empty_seat": proof.empty_seat,
            "fewer_points": proof.fewer_points,
            "reserved_seat": proof.reserved_seat,
            "over_quota": proof.over_quota,
            "by_reserve": proof.by_reserve,
        },
        "reserved": proof.reserved,
        "reserved_taken": proof.reserved_taken,
        "seconds": {name: round(taken, 4) for name, taken in seconds.items()},
    }


def as_text(case: Case, say: Speaker, listed: bool) -> Iterator[str]:
    """The lines for people: what came out, and the proof's counts; ``listed``: the first who are placed too."""
    proof, applicants = case.proof, len(case.rank)
    yield say("title", n=applicants, m=case.placement.market.positions, placed=case.placed, unplaced=case.unplaced)
    if case.placed:
        share = f"{case.first_choice / case.placed:.1%}"
        yield say("ranks", first=case.first_choice, share=share, mean=f"{case.mean_rank:.2f}")
    if proof.reserved:
        yield say("reserved_seats", taken=proof.reserved_taken, reserved=proof.reserved)
    yield say("seed", seed=case.seed)
    yield ""
    yield f"[{say('proof')}]"
    counts = [("pairs", proof.pairs), ("empty_seat", proof.empty_seat), ("fewer_points", proof.fewer_points)]
    if proof.reserved:
        counts += [("reserved_seat", proof.reserved_seat), ("by_reserve", proof.by_reserve)]
    counts.append(("over_quota", proof.over_quota))
    words = [say(f"count_{code}") for code, _ in counts]
    widest, digits = max(map(width, words)), max(len(f"{count:,}") for _, count in counts)
    for word, (_, count) in zip(words, counts):
        yield word + " " * (widest - width(word)) + f"  {count:>{digits},}"
    yield say("holds" if proof.holds else "fails")
    if listed and case.placed:
        rows = case.result().slice(0, SHOWN)
        yield ""
        yield f"[{say('placed')}]"
        cells = [[say("applicant"), say("position"), say("rank")]]
        cells += [[str(cell) for cell in row.values()] for row in rows.to_pylist()]
        widths = [max(width(row[k]) for row in cells) for k in range(3)]
        for row in cells:
            yield "  ".join(cell + " " * (widths[k] - width(cell)) for k, cell in enumerate(row)).rstrip()
        if case.placed > SHOWN:
            yield say("and_placed", n=case.placed - SHOWN)


def write_result(result: pa.Table, path: Path, file: IO[bytes]) -> None:
    """CSV, XLSX or Parquet, by the name's ending."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        pyarrow.parquet.write_table(result, file)
    elif ending == ".xlsx":
        from sanghyeop.sheets.writing import workbook

        rows = [tuple(row.values()) for row in result.to_pylist()]
        file.write(workbook([("placed", result.column_names, rows)]))
    else:
        special = any(
            pc.any(pc.match_substring_regex(result[name], '[,"\r\n]')).as_py() for name in ("applicant", "position")
        )
        file.write(b"applicant,position,rank\n")
        options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed" if special else "none")
        pyarrow.csv.write_csv(result, file, options)
