"""Changing a round part by part: who changed what, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.rounds import facts, permissions, story
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.rounds.parts import PARTS, Freedom, freedom, phase_of


class ChangedMeanwhile(Refused):
    """Somebody saved the same part since the page was opened.

    ``entry`` is the latest such change, ``differences`` what is stored now (``old``) against what
    was typed (``new``), ``version`` the one to name for saving over it after all.
    """

    def __init__(self, entry: Entry, differences: list[dict[str, Any]], version: int):
        super().__init__(_("그사이 다른 사람이 이 부분을 고쳤습니다."))
        self.entry, self.version = entry, version
        self.differences = story.in_words(differences)


def change(
    actor: Any, round_: Round, key: str, version: int, save: Callable[[], None], why: str = ""
) -> list[dict[str, Any]]:
    """Save one part with ``save`` and leave old and new values in the trail; returns the differences.

    ``version`` is the one that the page showed. Raises ``NotYours``, ``Refused`` (frozen, no reason) and
    ``ChangedMeanwhile`` when the part was saved since. A save that changes nothing leaves no entry.
    """
    part = PARTS[key]
    with transaction.atomic():
        locked = lock(round_)
        if not permissions.may_change(actor, locked):
            raise NotYours(_("이 일을 할 권한이 없습니다."))
        phase = phase_of(locked)
        allowed = freedom(part, phase)
        if allowed == Freedom.FROZEN:
            raise Refused(
                _("‘%(part)s’은(는) 지금 단계(%(phase)s)에서 더 고칠 수 없습니다.")
                % {"part": part.title, "phase": phase.label}
            )
        if allowed == Freedom.REASON and not why.strip():
            raise Refused(_("까닭을 적어 주세요."))
        before = facts.of(locked, key)
        meanwhile = _saved_since(locked, key, version)
        if meanwhile:
            raise ChangedMeanwhile(meanwhile, facts.differences(before, _as_typed(locked, key, save)), locked.version)
        try:
            with transaction.atomic():
                save()
        except IntegrityError:
            raise Refused(_("적으신 값들이 서로 맞지 않아 저장하지 못했습니다. 값을 확인해 주세요.")) from None
        except models.ProtectedError:
            raise Refused(_("이미 다른 자료에서 쓰는 줄은 지울 수 없습니다. 지움 표시를 풀어 주세요.")) from None
        changed = facts.differences(before, facts.of(locked, key))
        if changed:
            locked.version += 1
            locked.save(update_fields=["version"])
            record(actor, locked, "edit", why=why, part=key, version=locked.version, changes=changed)
        return changed


def _saved_since(round_: Round, key: str, version: int) -> Entry | None:
    """The latest change of this part after the version that the page showed."""
    if version >= round_.version:
        return None
    return trail_of(round_).filter(action="edit", facts__part=key, facts__version__gt=version).first()


def _as_typed(round_: Round, key: str, save: Callable[[], None]) -> facts.Facts:
    """What the part would say if it were saved now; nothing is kept."""
    try:
        with transaction.atomic():
            save()
            typed = facts.of(round_, key)
            transaction.set_rollback(True)
    except (IntegrityError, models.ProtectedError):
        return {}
    return typed
