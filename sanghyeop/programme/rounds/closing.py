"""Why a step of a round takes nothing now, with the moment at which it closed or will open."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.moments import when
from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.rounds.queries import period


def why_closed(round_: Round, step: str) -> str | None:
    """Why the step takes nothing now, or None while it is open. One query, none where ``periods`` is prefetched."""
    found = period(round_, step)
    return why_closed_between(round_, step, *((found.opens_at, found.closes_at) if found else (None, None)))


def why_closed_between(
    round_: Round, step: str, opens_at: datetime.datetime | None, closes_at: datetime.datetime | None
) -> str | None:
    """The same where the step's moments are known already (both None: the round has no such step). No query."""
    now, name = timezone.now(), {"step": Period.Step(step).label}
    if opens_at is None or closes_at is None:
        return _("이 공모에는 %(step)s 기간이 없습니다.") % name
    if now >= closes_at:
        return _("%(step)s 기간은 %(at)s에 마감되었습니다.") % (name | {"at": when(closes_at)})
    if round_.state != Round.State.OPEN:
        return _("지금은 ‘%(state)s’ 단계라 %(step)s 기간이 아닙니다.") % (name | {"state": round_.get_state_display()})
    if now < opens_at:
        return _("%(step)s 기간은 %(at)s에 시작합니다.") % (name | {"at": when(opens_at)})
    return None


def closed_last(step: str) -> str | None:
    """When the step closed that was the last of its kind to close, where no round takes anything now. One query."""
    over = Period.objects.filter(step=step, closes_at__lte=timezone.now(), round__record=False)
    last = over.exclude(round__state=Round.State.DRAFT).select_related("round").order_by("-closes_at").first()
    return why_closed_between(last.round, step, last.opens_at, last.closes_at) if last else None
