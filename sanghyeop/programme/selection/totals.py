"""What a decision adds up to, and its rejected lines in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.asked import Asked, Names
from sanghyeop.programme.selection.models import Decision, Force, Line


@dataclass(frozen=True)
class Worded:
    """A rejected line with its reason in words."""

    line: Line
    why: str
    changes: list[str]


def totals_of(decision: Decision) -> dict[str, Any]:
    """Sums over the selected lines, and how many lines each list has. One query."""
    chosen = Q(selected=True)
    before = Q(selected=False, reason__has_key="out")
    return decision.lines.aggregate(
        projects=Count("pk", filter=chosen),
        out=Count("pk", filter=Q(selected=False) & ~Q(reason__has_key="out")),
        before=Count("pk", filter=before),
        districts=Count("plan__district", filter=chosen, distinct=True),
        jobs=Sum("jobs", filter=chosen, default=0),
        city_krw=Sum("city_krw", filter=chosen, default=0),
        district_krw=Sum("district_krw", filter=chosen, default=0),
    )


def worded(lines: Iterable[Line], names: Names, asked: Asked, forces: Mapping[int, Force]) -> list[Worded]:
    return [in_words(line, names, asked, forces) for line in lines]


def in_words(line: Line, names: Names, asked: Asked, forces: Mapping[int, Force]) -> Worded:
    """``forces``: plan → the forced choice about it."""
    found = changes(line, names, asked)
    return Worded(line, why(line, names, forces, found), found)


def why(line: Line, names: Names, forces: Mapping[int, Force], found: list[str]) -> str:
    """``forces``: plan → the forced choice about it; ``found``: the line's ``changes``."""
    if line.reason.get("out"):
        return words.out_before(line.reason["out"])
    rules = [words.kept_out(line.reason, names)] if "kept_out_by" in line.reason else []
    told = [*rules, *words.displaced(displacing(line, forces))]
    return " ".join([*told, words.nothing_alone()] if rules and not found else told)


def displacing(line: Line, forces: Mapping[int, Force]) -> list[Force]:
    """The forced choices that displaced a plan."""
    return [forces[plan] for plan in line.reason.get("displaced_by", ()) if plan in forces]


def changes(line: Line, names: Names, asked: Asked) -> list[str]:
    if not line.reason.get("changes"):
        return []
    return words.changes(line.reason, names, asked.weight_score, asked.weight_jobs, line.score)
