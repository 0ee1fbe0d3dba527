"""The trail in words: entries as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.words import action_label, state_label
from sanghyeop.programme.rounds import facts
from sanghyeop.programme.rounds.parts import PARTS


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """One entry in words; ``changes`` are old and new values where it kept any."""

    entry: Entry
    action: str
    part: str
    before: str
    after: str
    changes: list[Change]

    @property
    def moved(self) -> bool:
        return bool(self.before and self.after and self.before != self.after)


def shown(value: Any) -> str:
    """A kept value for reading: numbers with commas, a dash where nothing stood."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("예") if value else _("아니요")
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def in_words(changes: Iterable[dict[str, Any]]) -> list[Change]:
    """Differences as ``facts.differences`` gives them, for reading."""
    return [
        Change(" · ".join(_(word) for word in row["what"] if word), shown(row["old"]), shown(row["new"]))
        for row in changes
    ]


def as_read(found: facts.Facts) -> list[tuple[str, str]]:
    """A part of a round for reading: what, and what it says."""
    return [(" · ".join(word for word in fact.path if word), shown(fact.value)) for fact in found.values()]


def _part_title(entry: Entry) -> str:
    part = PARTS.get(entry.facts.get("part", "")) if entry.subject_kind == "rounds.round" else None
    return str(part.title) if part else ""


def told(entries: Iterable[Entry]) -> list[Told]:
    """Entries in words. No query besides those that read the entries."""
    return [
        Told(
            entry,
            str(action_label(entry)),
            _part_title(entry),
            str(state_label(entry, entry.from_state)) if entry.from_state else "",
            str(state_label(entry, entry.to_state)) if entry.to_state else "",
            in_words(entry.facts.get("changes", [])),
        )
        for entry in entries
    ]
