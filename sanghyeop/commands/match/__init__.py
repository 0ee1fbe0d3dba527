"""``sanghyeop match APPLICANTS POSITIONS``: who gets which position, by everyone's own ranking, with its proof."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

SUMMARY = {
    "ko": "신청자를 지망 순서와 점수, 우선 배정 자리에 따라 직무에 배치하고 증명합니다",
    "en": "place applicants in positions by their rankings, points and reserved seats, with a proof",
}
HELP = {
    "ko": {
        "applicants": "신청자: applicant,score,choices[,group] (CSV, XLSX, Parquet)",
        "positions": "직무: position,quota[,reserved] (CSV, XLSX, Parquet)",
        "out": "결과 applicant,position,rank를 씁니다(.csv, .xlsx, .parquet)",
        "json": "JSON 한 개로 출력합니다",
        "seed": "점수가 같을 때 쓰는 공개 추첨의 씨앗값(기본 0)",
        "priorities": "직무마다 점수가 다를 때: position,applicant,score",
    },
    "en": {
        "applicants": "applicant,score,choices[,group] (CSV, XLSX, Parquet)",
        "positions": "position,quota[,reserved] (CSV, XLSX, Parquet)",
        "out": "write the result applicant,position,rank (.csv, .xlsx, .parquet)",
        "json": "print one JSON object",
        "seed": "published seed of the lottery among equal points (0 if absent)",
        "priorities": "position,applicant,score, where points differ by position",
    },
}
ENDINGS = (".csv", ".xlsx", ".parquet")
DONE, NOT_PROVEN, BAD_INPUT = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    words = HELP[lang]
    parser.add_argument("applicants", metavar="APPLICANTS", type=Path, help=words["applicants"])
    parser.add_argument("positions", metavar="POSITIONS", type=Path, help=words["positions"])
    parser.add_argument("--out", metavar="FILE", type=Path, help=words["out"])
    parser.add_argument("--json", action="store_true", help=words["json"])
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=words["seed"])
    parser.add_argument("--priorities", metavar="FILE", type=Path, help=words["priorities"])


def run(arguments: argparse.Namespace, lang: str) -> int:
    """Returns 0, or 2 for bad input (1 if the proof failed). Answers go to stdout, faults to stderr."""
    # Imported here, so that `sanghyeop --help` need not wait for it.
    from sanghyeop.commands.faults import BadInput, Fault
    from sanghyeop.commands.files import write_whole
    from sanghyeop.commands.match.case import Clock, read_tables, work_out
    from sanghyeop.commands.match.report import MOST_ROWS_XLSX, as_json, as_text, write_result
    from sanghyeop.commands.match.words import Speaker

    say, clock = Speaker(lang), Clock()
    out: Path | None = arguments.out
    problems: list[BadInput] = []
    try:
        _check_options(arguments)
    except BadInput as bad:
        problems.append(bad)
    with clock.phase("read"):
        tables = read_tables(arguments.applicants, arguments.positions, arguments.priorities, problems)
    if problems or tables is None:
        return _refuse(problems, say)
    for file, note in tables.notes:
        print(f"{say('warning')}: {file}: {say.fault(note)}", file=sys.stderr)
    case = work_out(tables, arguments.seed, clock)
    if out is not None:
        with clock.phase("write"):
            result = case.result()
            try:
                if out.suffix.lower() == ".xlsx" and len(result) > MOST_ROWS_XLSX:
                    long = Fault("too_long_for_xlsx", about={"most": MOST_ROWS_XLSX})
                    return _refuse([BadInput(str(out), [long])], say)
                write_whole(out, lambda file: write_result(result, out, file))
            except OSError as error:
                print(f"{out}: {say('out_not_writable', text=error.strerror)}", file=sys.stderr)
                return BAD_INPUT
    if arguments.json:
        print(json.dumps(as_json(case, clock.seconds), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print("\n".join(as_text(case, say, out is None)))
    if out is not None:
        print(say("written", file=out), file=sys.stderr)
    return DONE if case.proof.holds else NOT_PROVEN


def _refuse(problems: list, say: Any) -> int:
    from sanghyeop.commands.words import listed

    for bad in problems:
        print("\n".join(listed(say, bad)), file=sys.stderr)
    return BAD_INPUT


def _check_options(arguments: argparse.Namespace) -> None:
    """What would make writing fail at the end is said before the work."""
    from sanghyeop.commands.faults import BadInput, Fault
    from sanghyeop.commands.files import check_folder

    if arguments.seed < 0:
        raise BadInput("--seed", [Fault("bad_seed")])
    out: Path | None = arguments.out
    if out is None:
        return
    if out.suffix.lower() not in ENDINGS:
        raise BadInput(str(out), [Fault("out_ending")])
    inputs = (arguments.applicants, arguments.positions, arguments.priorities)
    if out.resolve() in [path.resolve() for path in inputs if path is not None]:
        raise BadInput(str(out), [Fault("out_is_input")])
    check_folder(out)
