"""Twins: two ideas that say the same. One lives on with the supporters and comments of both."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import Refused, record
from sanghyeop.programme.discovery.letters import supporters_of, tell
from sanghyeop.programme.discovery.models import Comment, Idea, Support
from sanghyeop.programme.discovery.moves import TABLE


def _lock_both(first: int, second: int) -> tuple[Idea, Idea]:
    """Two ideas as they are now, locked always in the same order, so that two officers never wait for
    each other."""
    rows = {idea.pk: idea for idea in Idea.objects.select_for_update().filter(pk__in=[first, second]).order_by("pk")}
    return rows[first], rows[second]


def merge(officer: Any, kept: Idea, twin: Idea, why: str = "") -> Idea:
    """Let ``twin`` live on in ``kept``. Both must be waiting for an answer, of one district and round.

    Supports and comments of the twin (also of ideas merged into it before) count and are read there from
    now on. Raises ``Refused``; a circle cannot come about, since only ideas that are not merged take part.
    """
    with transaction.atomic():
        kept, twin = _lock_both(kept.pk, twin.pk)
        if kept.pk == twin.pk or (kept.round_id, kept.district_id) != (twin.round_id, twin.district_id):
            raise Refused(_("같은 연차, 같은 자치구의 서로 다른 두 아이디어만 합칠 수 있습니다."))
        TABLE.check(officer, kept, "merge")
        TABLE.check(officer, twin, "merge")
        concerned = [kept.author, twin.author]
        theirs = [p for p in supporters_of(twin) if p not in concerned]
        twin.merged_into, twin.merged_from = kept, twin.state
        twin.save(update_fields=["merged_into", "merged_from"])
        TABLE.make(officer, twin, "merge", why, kept=kept.pk, kept_title=kept.title)
        for rows in (Support, Comment):
            rows._default_manager.filter(idea=twin).update(given_to=Coalesce("given_to", "idea"), idea=kept)
        record(officer, kept, "absorb", kept.state, kept.state, why, twin=twin.pk, twin_title=twin.title)
        tell(kept, "absorb", why, other=twin.title, people=[kept.author])
        tell(twin, "merge", why, other=kept.title, people=[twin.author, *theirs])
        return kept


def family(idea: Idea) -> list[int]:
    """Keys of an idea and of all that live on in it, also through others. One query per generation."""
    found, generation = [idea.pk], [idea.pk]
    while generation:
        generation = list(Idea.objects.filter(merged_into__in=generation).values_list("pk", flat=True))
        found += generation
    return found


def undo_merge(officer: Any, twin: Idea, why: str) -> Idea:
    """Let the twin live on its own again, in its former state, with exactly the supports and comments that
    were given to it (a support that its person took back meanwhile stays taken back).

    Raises ``Refused`` once the idea that lives on has its answer or was merged itself.
    """
    with transaction.atomic():
        kept_id = Idea.objects.values_list("merged_into", flat=True).get(pk=twin.pk)
        if kept_id is None:
            raise Refused(_("합쳐진 아이디어가 아닙니다."))
        kept, twin = _lock_both(kept_id, twin.pk)
        if twin.merged_into_id != kept.pk:
            raise Refused(_("그 사이에 상태가 바뀌었습니다. 화면을 새로 고쳐 확인해 주세요."))
        TABLE.make(officer, twin, "unmerge", why, kept=kept.pk, kept_title=kept.title)
        members = family(twin)
        for rows in (Support, Comment):
            back = rows._default_manager.filter(idea=kept, given_to__in=members)
            back.update(idea=twin)
            rows._default_manager.filter(idea=twin, given_to=F("idea")).update(given_to=None)
        twin.merged_into, twin.merged_from = None, ""
        twin.save(update_fields=["merged_into", "merged_from"])
        record(officer, kept, "split", kept.state, kept.state, why, twin=twin.pk, twin_title=twin.title)
        tell(kept, "unmerge", why, other=twin.title, people=[kept.author])
        tell(twin, "unmerge", why, other=kept.title)
        return twin
