"""``sanghyeop select PROPOSALS RULES``: the portfolio of a spreadsheet that an officer already has."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

SUMMARY = {
    "ko": "예산과 규칙 아래에서 가치가 가장 큰 사업 묶음을 고릅니다",
    "en": "choose the portfolio with the most value under the budgets and rules",
}
HELP = {
    "ko": {
        "proposals": "제안 목록(CSV 또는 XLSX)",
        "rules": "예산·한도·가중치(TOML)",
        "out": "결과를 엑셀 파일로도 씁니다",
        "json": "JSON 한 개로 출력합니다",
        "draws": "안정성을 재는 추출 횟수(score_sd 열이 있을 때; 0이면 재지 않습니다)",
        "seed": "추출의 씨앗값",
    },
    "en": {
        "proposals": "the proposals (CSV or XLSX)",
        "rules": "budgets, limits and weights (TOML)",
        "out": "write the result as a workbook too",
        "json": "print one JSON object",
        "draws": "draws for stability, where there is a column score_sd (0: none)",
        "seed": "seed of the draws",
    },
}
MOST_DRAWS = 10_000
DONE, BAD_INPUT, INFEASIBLE = 0, 2, 3


def draws(text: str) -> int:
    """How many draws: a whole number from 0 to ``MOST_DRAWS``."""
    if not (text.isascii() and text.isdecimal() and int(text) <= MOST_DRAWS):
        raise argparse.ArgumentTypeError(f"0 … {MOST_DRAWS}: {text}")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    words = HELP[lang]
    parser.add_argument("proposals", metavar="PROPOSALS", type=Path, help=words["proposals"])
    parser.add_argument("rules", metavar="RULES", type=Path, help=words["rules"])
    parser.add_argument("--out", metavar="FILE.xlsx", type=Path, help=words["out"])
    parser.add_argument("--json", action="store_true", help=words["json"])
    parser.add_argument("--draws", type=draws, metavar="N", help=words["draws"])
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=words["seed"])


def run(arguments: argparse.Namespace, lang: str) -> int:
    """Returns 0, 2 for bad input, 3 when no selection keeps the rules. Answers go to stdout, faults to stderr."""
    # Imported here, so that `sanghyeop --help` need not wait for the solver.
    from sanghyeop.commands.faults import BadInput, Fault
    from sanghyeop.commands.select.case import work_out
    from sanghyeop.commands.select.proposals import Asked, read_proposals
    from sanghyeop.commands.select.report import as_json, as_text
    from sanghyeop.commands.select.rules import RoundRules, read_rules, strangers
    from sanghyeop.commands.select.words import Speaker
    from sanghyeop.engines.portfolio import Unsolved

    say = Speaker(lang)
    problems: list[BadInput] = []
    asked: list[Asked] = []
    notes: list[Fault] = []
    rules: RoundRules | None = None
    try:
        _check_out(arguments)
    except BadInput as bad:
        problems.append(bad)
    try:
        asked, notes = read_proposals(_content(arguments.proposals), str(arguments.proposals))
    except BadInput as bad:
        problems.append(bad)
    try:
        rules = read_rules(_content(arguments.rules), str(arguments.rules))
    except BadInput as bad:
        problems.append(bad)
    try:
        if problems or rules is None:
            return _refuse(problems, arguments.rules, lang)
        for note in (*notes, *strangers(rules, asked)):
            print(f"{say('warning')}: {say.fault(note)}", file=sys.stderr)
        case = work_out(asked, rules, str(arguments.proposals), arguments.draws, abs(arguments.seed))
    except BadInput as bad:
        return _refuse([bad], arguments.rules, lang)
    except Unsolved:
        print(say("unsolved"), file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(as_json(case, say), ensure_ascii=False, indent=1, allow_nan=False))
    if case.solution.chosen is None:
        print(say("infeasible"), file=sys.stderr)
        for rule in case.clash:
            print(f"  - {say.clash(rule)}", file=sys.stderr)
        return INFEASIBLE
    if not arguments.json:
        print("\n".join(as_text(case, say)))
    if arguments.out is not None:
        from sanghyeop.commands.files import write_whole
        from sanghyeop.commands.select.report import as_sheets
        from sanghyeop.sheets.writing import workbook

        try:
            write_whole(arguments.out, lambda file: file.write(workbook(as_sheets(case, say))))
        except OSError as error:
            print(f"{arguments.out}: {say('out_not_writable', text=error.strerror)}", file=sys.stderr)
            return BAD_INPUT
        print(say("written", file=arguments.out), file=sys.stderr)
    return DONE


def _refuse(problems: list, rules: Path, lang: str) -> int:
    from sanghyeop.commands.select.words import Speaker
    from sanghyeop.commands.words import listed

    say = Speaker(lang)
    for bad in problems:
        row_word = "line" if bad.file == str(rules) else "row"
        print("\n".join(listed(say, bad, row_word)), file=sys.stderr)
    return BAD_INPUT


def _content(path: Path) -> bytes:
    from sanghyeop.commands.faults import BadInput, Fault

    try:
        if path.is_dir():
            raise BadInput(str(path), [Fault("is_folder")])
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(str(path), [Fault("no_such_file")]) from error
    except (OSError, ValueError) as error:
        raise BadInput(str(path), [Fault("unreadable")]) from error


def _check_out(arguments: argparse.Namespace) -> None:
    """What would make writing fail at the end is said before the work."""
    from sanghyeop.commands.faults import BadInput, Fault
    from sanghyeop.commands.files import check_folder

    out: Path | None = arguments.out
    if out is None:
        return
    if out.suffix.lower() != ".xlsx":
        raise BadInput(str(out), [Fault("out_not_xlsx")])
    if out.resolve() in (arguments.proposals.resolve(), arguments.rules.resolve()):
        raise BadInput(str(out), [Fault("out_is_input")])
    check_folder(out)
