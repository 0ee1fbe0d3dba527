"""The tables of allowed moves of all rooms, as one table to read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.trail.moves import Move, MoveTable
from sanghyeop.programme.projects.models import Stage

#: Rooms in the order of a round, with the stage of a project's life that their moves belong to.
ROOMS = (
    ("rounds", _("연차")),
    ("discovery", Stage.DISCOVERY.label),
    ("planning", Stage.PLANNING.label),
    ("review", _("심사")),
    ("selection", _("선정")),
    ("funding", _("교부")),
    ("spending", _("집행·정산")),
    ("hiring", _("모집·배치")),
    ("employment", _("고용·급여")),
)


@dataclass(frozen=True)
class Row:
    """One allowed move in words; moves that differ only in where they lead stand in one row."""

    stage: Any
    subject: Any
    before: list[Any]
    move: Move
    after: list[Any]


def tables() -> Iterator[tuple[Any, MoveTable]]:
    """The move tables that the rooms have today, with their stage."""
    for room, stage in ROOMS:
        name = f"sanghyeop.programme.{room}.moves"
        if find_spec(name) is None:
            continue
        seen: list[MoveTable] = []
        for value in vars(import_module(name)).values():
            if isinstance(value, MoveTable) and value not in seen:
                seen.append(value)
        yield from ((stage, table) for table in seen)


def rows() -> list[Row]:
    """Every allowed move of every room, in the order of a round. No query."""
    found: list[Row] = []
    for stage, table in tables():
        last = None
        for move in table.moves:
            words = (move.action, move.label, move.from_states, move.who_label, move.guard_label, move.why)
            after = table.states.get(move.to_state, move.to_state)
            if words == last:
                found[-1].after.append(after)
            else:
                before = [table.states.get(state, state) for state in move.from_states]
                found.append(Row(stage, table.name, before, move, [after]))
            last = words
    return found
