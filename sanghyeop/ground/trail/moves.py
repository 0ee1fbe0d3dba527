"""State changes as a table: what each app's ``moves.py`` is made of.

A ``Move`` is one row: from which states, by whom, under which condition, to which state. ``MoveTable``
reads the rows: it draws the buttons, refuses what is not in the table, writes the new state and its
entry in the trail. No state field is assigned anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction

from sanghyeop.ground.trail.models import Entry

Subject = TypeVar("Subject", bound=models.Model)


class Refused(Exception):
    """A move that the rules do not allow; ``str()`` is the reason in the user's language."""


class NotYours(Refused):
    """The actor may not make this move."""


@dataclass(frozen=True)
class Move:
    """One row of a table of allowed moves.

    ``who(user, subject)`` is a predicate of the app's permissions. ``guard(subject)`` gives the
    reason why the move is not possible now, or None. ``why`` tells whether a written reason is owed;
    ``follows`` what a tick has to confirm before, where the move cannot simply be taken back.
    """

    action: str
    label: Any
    from_states: tuple[str, ...]
    to_state: str
    who: Callable[[Any, Any], bool]
    who_label: Any
    guard: Callable[[Any], Any] | None = None
    guard_label: Any = ""
    why: bool = False
    follows: Any = ""


@dataclass(frozen=True)
class MoveTable:
    """The allowed moves of one kind of subject, whose state lives in ``state_field``."""

    name: Any
    states: dict[str, Any]  # code → label
    moves: tuple[Move, ...]
    state_field: str = "state"
    _by_action: dict[str, list[Move]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for move in self.moves:
            self._by_action.setdefault(move.action, []).append(move)

    def state_of(self, subject: models.Model) -> str:
        return getattr(subject, self.state_field)

    def find(self, action: str, subject: models.Model) -> Move | None:
        """The row for this action now. Rows that share action and state are told apart by their guards."""
        rows = [m for m in self._by_action[action] if self.state_of(subject) in m.from_states]
        if len(rows) < 2:
            return rows[0] if rows else None
        return next((m for m in rows if not (m.guard and m.guard(subject))), rows[0] if rows else None)

    def open_to(self, actor: Any, subject: models.Model) -> Iterator[Move]:
        """The moves that this person may make now: the buttons of the page."""
        state = self.state_of(subject)
        for move in self.moves:
            if state in move.from_states and move.who(actor, subject) and not (move.guard and move.guard(subject)):
                yield move

    def check(self, actor: Any, subject: models.Model, action: str, why: str = "") -> Move:
        """The row that allows this move; raises ``NotYours`` or ``Refused`` with the reason."""
        from django.utils.translation import gettext as _

        state = self.state_of(subject)
        move = self.find(action, subject)
        if move is None:
            raise Refused(
                _("지금 상태(%(state)s)에서는 ‘%(action)s’을(를) 할 수 없습니다. 화면을 새로 고쳐 확인해 주세요.")
                % {"state": self.states.get(state, state), "action": self._by_action[action][0].label}
            )
        if actor is not None and not move.who(actor, subject):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        reason = move.guard(subject) if move.guard else None
        if reason:
            raise Refused(str(reason))
        if move.why and not why.strip():
            raise Refused(_("까닭을 적어 주세요."))
        if "\x00" in why:
            raise Refused(_("쓸 수 없는 글자가 들어 있습니다."))
        return move

    def make(self, actor: Any, subject: Subject, action: str, why: str = "", **facts: Any) -> Subject:
        """Check a move, write the new state and its entry in the trail. Call inside a transaction
        on a locked row; ``actor`` None is the program itself."""
        move = self.check(actor, subject, action, why)
        before = self.state_of(subject)
        setattr(subject, self.state_field, move.to_state)
        subject.save(update_fields=[self.state_field])
        record(actor, subject, action, before, move.to_state, why, **facts)
        return subject


def record(
    actor: Any,
    subject: models.Model,
    action: str,
    from_state: str = "",
    to_state: str = "",
    why: str = "",
    **facts: Any,
) -> Entry:
    """Write one entry in the trail. ``facts`` are JSON values (amounts, ids, old and new)."""
    written = entry_of(actor, subject, action, from_state, to_state, why, **facts)
    written.save(force_insert=True)
    return written


def entry_of(
    actor: Any,
    subject: models.Model,
    action: str,
    from_state: str = "",
    to_state: str = "",
    why: str = "",
    **facts: Any,
) -> Entry:
    """An entry that is not written yet, for acts on many rows at once (``Entry.objects.bulk_create``)."""
    round_id = subject.pk if subject._meta.label_lower == "rounds.round" else getattr(subject, "round_id", None)
    return Entry(
        actor=actor if actor is not None and actor.pk else None,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=str(subject)[:200],
        round_id=round_id,
        action=action,
        from_state=from_state,
        to_state=to_state,
        why=why.replace("\x00", "").strip(),  # PostgreSQL keeps that letter nowhere
        facts=facts,
    )


def lock(subject: Subject) -> Subject:
    """The row as it is now, locked to the end of the transaction (on SQLite the transaction itself
    holds the only write lock)."""
    assert transaction.get_connection().in_atomic_block
    return type(subject)._default_manager.select_for_update().get(pk=subject.pk)
