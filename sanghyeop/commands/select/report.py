"""The answer as a JSON object, as a table for people, and as sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sanghyeop.commands.select.case import Case, Points
from sanghyeop.commands.select.proposals import Asked
from sanghyeop.commands.select.words import Speaker, plain
from sanghyeop.engines.portfolio import VALUE_SCALE, Change, Explanation, Rule
from sanghyeop.sheets.width import width

SHOWN = 50
"""Rejected proposals listed on the screen."""

Cells = Sequence[str | int | float | None]


def as_json(case: Case, say: Speaker) -> dict[str, Any]:
    """The object that ``--json`` prints; its keys are described in docs/select.md."""
    solution = case.solution
    found = solution.chosen is not None
    answer: dict[str, Any] = {
        "status": solution.status,
        "objective": solution.objective / VALUE_SCALE if found else None,
        "gap": solution.gap if found else None,
        "selected": [p.id for p in case.selected],
        "spent": {
            "city_krw": sum(p.city_krw for p in case.selected),
            "district_krw": _district_sums(case),
        },
        "rejected": {p.id: _rejected(p, case, say) for p in case.left_out} if found else {},
    }
    if case.top is not None:
        answer["top_of_list"] = {
            "objective": case.top.objective / VALUE_SCALE,
            "share": case.top.share_of(solution),
            "selected": list(case.problem.ids(case.top.chosen)),
            "breaks": [_rule(rule, say.clash(rule)) for rule in case.top.broken],
        }
    if case.stays is not None:
        answer["stays"] = case.stays
    if case.forcing is not None:
        answer["cost_of_forcing"] = {
            "total": case.forcing.total / VALUE_SCALE,
            "each": {id: cost / VALUE_SCALE for id, cost in case.forcing.each.items()},
        }
    if not found:
        answer["clash"] = [_rule(rule, say.clash(rule)) for rule in case.clash]
    return answer


def _rejected(p: Asked, case: Case, say: Speaker) -> dict[str, Any]:
    explanation, points = case.rejected[p.id], case.points(p)
    return {
        "rule": say.why(explanation),
        "change": say.what_if(explanation, points),
        "rules": [_rule(rule) for rule in explanation.kept_out_by],
        "changes": [_change(change, points) for change in explanation.changes if points.possible(change)],
        "displaces": list(explanation.displaces),
    }


def _rule(rule: Rule, text: str = "") -> dict[str, Any]:
    said = {"code": rule.code, "subject": rule.subject, "limit": rule.limit, "found": rule.found}
    return said | {"text": text} if text else said


def _change(change: Change, points: Points) -> dict[str, Any]:
    if change.code == "value":
        return {
            "code": points.of,
            "amount": points(change.amount) / VALUE_SCALE if points.sure(change) else None,
            "at_least": points(change.at_least) / VALUE_SCALE,
        }
    said: dict[str, Any] = {"code": change.code, "amount": change.amount, "at_least": change.at_least}
    if change.subject:
        said["subject"] = change.subject
    if change.and_value:
        said["and"] = {"code": points.of, "amount": points(change.and_value) / VALUE_SCALE}
    return said


def _district_sums(case: Case) -> dict[str, int]:
    sums: dict[str, int] = {}
    for p in case.selected:
        sums[p.district] = sums.get(p.district, 0) + p.district_krw
    return sums


def as_text(case: Case, say: Speaker) -> Iterator[str]:
    """The lines for people."""
    yield headline(case, say)
    sheets = _sheets(case, say)
    for code, (header, rows) in sheets.items():
        if code in ("rules", "comparison"):
            continue
        yield ""
        yield f"[{say(code)}]"
        shown = rows[:SHOWN] if code == "rejected" else rows
        yield from aligned([header, *shown])
        if len(rows) > len(shown):
            yield say("and_rejected", n=len(rows) - len(shown))
    yield ""
    if case.forcing is not None:
        each = ", ".join(f"{id} {plain(cost)}" for id, cost in case.forcing.each.items())
        yield say("cost_of_forcing", total=plain(case.forcing.total), each=each)
    if case.top is not None:
        yield say(
            "top_of_list",
            k=int(case.top.chosen.sum()),
            objective=plain(case.top.objective),
            share=f"{case.top.share_of(case.solution):.1%}",
        )
        if case.top.broken:
            yield say("top_breaks", rules=", ".join(say.clash(rule) for rule in case.top.broken))


def headline(case: Case, say: Speaker) -> str:
    return say(
        f"title_{case.solution.status}",
        n=len(case.asked),
        k=len(case.selected),
        objective=plain(case.solution.objective),
        gap=f"{case.solution.gap:.4%}",
    )


def as_sheets(case: Case, say: Speaker) -> list[tuple[str, Sequence[str], Sequence[Cells]]]:
    """Title, header and rows of every sheet of the workbook."""
    return [(say(code), header, rows) for code, (header, rows) in _sheets(case, say).items()]


def _sheets(case: Case, say: Speaker) -> dict[str, tuple[Sequence[str], Sequence[Cells]]]:
    stays = (say("stays"),) if case.stays is not None else ()
    force = (say("force"),) if any(p.force == "in" for p in case.selected) else ()
    base = [say(code) for code in ("id", "name", "district", "field", "score", "jobs", "city_krw", "district_krw")]
    return {
        "selected": ((*base, *stays, *force), [_asked(p, case, say, bool(force)) for p in case.selected]),
        "rejected": (
            (*(base[k] for k in (0, 1, 2, 3, 4)), *stays, say("why"), say("what_if")),
            [_left_out(p, case, say) for p in case.left_out],
        ),
        "by_district": (
            [say(code) for code in ("district", "projects", "budget", "spent", "left")],
            [*_district_rows(case), _city_row(case, say)],
        ),
        "rules": ([say("rule"), say("limit")], list(_rule_rows(case, say))),
        "comparison": (
            [say(code) for code in ("way", "projects", "value", "share")],
            list(_comparison(case, say)),
        ),
    }


def _asked(p: Asked, case: Case, say: Speaker, with_force: bool) -> Cells:
    cells = (p.id, p.title, p.district, p.field, _number(p.score), _number(p.jobs), p.city_krw, p.district_krw)
    force = (say("forced_in") if p.force == "in" else "",) if with_force else ()
    return (*cells, *_stays(p, case), *force)


def _left_out(p: Asked, case: Case, say: Speaker) -> Cells:
    explanation: Explanation = case.rejected[p.id]
    reasons = (say.why(explanation), say.what_if(explanation, case.points(p)))
    return (p.id, p.title, p.district, p.field, _number(p.score), *_stays(p, case), *reasons)


def _stays(p: Asked, case: Case) -> Cells:
    return (f"{case.stays[p.id]:.0%}",) if case.stays is not None else ()


def _district_rows(case: Case) -> Iterator[Cells]:
    sums = _district_sums(case)
    for name in case.problem.districts:
        budget, spent = case.rules.district_krw.get(name), sums.get(name, 0)
        count = sum(p.district == name for p in case.selected)
        if budget is not None or count:
            yield (name, count, budget, spent, None if budget is None else budget - spent)


def _city_row(case: Case, say: Speaker) -> Cells:
    spent = sum(p.city_krw for p in case.selected)
    return (say("city"), len(case.selected), case.rules.city_krw, spent, case.rules.city_krw - spent)


def _rule_rows(case: Case, say: Speaker) -> Iterator[Cells]:
    rules = case.rules
    yield ("budget.city_krw", rules.city_krw)
    for name, ceiling in rules.district_krw.items():
        yield (f"budget.district_krw.{name}", ceiling)
    for key in ("projects_max", "per_district_max", "districts_min"):
        number = getattr(rules, key)
        if number:
            yield (f"limits.{key}", number)
    for key in ("field_min", "field_max"):
        for name, number in getattr(rules, key).items():
            yield (f"limits.{key}.{name}", number)
    yield ("objective.score", _number(rules.score))
    yield ("objective.jobs", _number(rules.jobs))


def _comparison(case: Case, say: Speaker) -> Iterator[Cells]:
    best = case.solution.objective
    yield (say("this_selection"), len(case.selected), best / VALUE_SCALE, "100.0%")
    if case.top is not None:
        share = f"{case.top.share_of(case.solution):.1%}"
        yield (say("list_way"), int(case.top.chosen.sum()), case.top.objective / VALUE_SCALE, share)


def aligned(rows: Sequence[Cells], most: int = 40) -> Iterator[str]:
    """Rows as columns of a terminal, numbers to the right; the first four (names) are cut to ``most``."""
    texts = [[_cut(_shown(cell), most) if k < 4 else _shown(cell) for k, cell in enumerate(row)] for row in rows]
    last = len(texts[0]) - 1
    widths = [max(width(row[k]) for row in texts) for k in range(last + 1)]
    right = [len(rows) > 1 and all(not isinstance(row[k], str) for row in rows[1:]) for k in range(last + 1)]
    for row in texts:
        cells = []
        for k, cell in enumerate(row):
            gap = " " * (widths[k] - width(cell))
            cells.append(gap + cell if right[k] else cell + gap)
        yield "  ".join(cells).rstrip()


def _cut(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return text + "…"


def _shown(cell: str | int | float | None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return " ".join(cell.split())
    return f"{cell:,}"


def _number(number: object) -> int | float:
    as_float = float(str(number))
    return int(as_float) if as_float.is_integer() else as_float
