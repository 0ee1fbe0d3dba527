"""What actions and states are called, for whoever reads the trail.

The words stand where the moves stand: the tables of every app's ``moves.py`` and, for acts that change no
state, its dictionary ``ACTS`` (action → label).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import MoveTable


@cache
def _words() -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], Any]]:
    """Labels of actions and of states by app and code."""
    actions: dict[tuple[str, str], Any] = {}
    states: dict[tuple[str, str], Any] = {}
    for app in apps.get_app_configs():
        if not (app.name.startswith("sanghyeop.") and app.module and module_has_submodule(app.module, "moves")):
            continue
        module = import_module(f"{app.name}.moves")
        for thing in vars(module).values():
            if isinstance(thing, MoveTable):
                actions |= {(app.label, move.action): move.label for move in thing.moves}
                states |= {(app.label, code): label for code, label in thing.states.items()}
        for action, label in getattr(module, "ACTS", {}).items():
            actions[app.label, action] = label
            # An act may be on a lower app's thing: the review gives a plan its bonus points.
            actions.setdefault(("", action), label)
    return actions, states


def action_label(entry: Entry) -> Any:
    """What was done, in words; the code where no app knows it any more."""
    named = _words()[0]
    app = entry.subject_kind.partition(".")[0]
    return named.get((app, entry.action)) or named.get(("", entry.action), entry.action)


def state_label(entry: Entry, code: str) -> Any:
    """What a state of the entry's subject is called."""
    return _words()[1].get((entry.subject_kind.partition(".")[0], code), code)
