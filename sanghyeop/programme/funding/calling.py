"""The district's own call for an operator (수행기관 공모): opened, bid for, decided by its committee."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding.models import Bid, BidPaper, Grant, OperatorCall
from sanghyeop.programme.funding.moves import put_operator
from sanghyeop.programme.funding.tables import CALLS

State = OperatorCall.State


@transaction.atomic
def open_call(actor: Any, grant: Grant, terms: str, closes_at: datetime.datetime) -> OperatorCall:
    """Open a call; until it ends the grant has no operator. Raises ``NotYours`` and ``Refused``."""
    grant = lock(grant)
    if not who.governs(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if grant.state not in (Grant.State.PREPARED, Grant.State.DECIDED):
        raise Refused(_("협약을 맺은 사업은 수행기관을 다시 모집할 수 없습니다."))
    if closes_at <= timezone.now():
        raise Refused(_("접수 마감은 지금보다 뒤여야 합니다."))
    if grant.operator_calls.filter(state=State.OPEN).exists():
        raise Refused(_("이 사업은 이미 수행기관을 모집하고 있습니다."))
    put_operator(actor, grant, None, _("수행기관을 공모합니다."))
    call = OperatorCall.objects.create(grant=grant, terms=terms.strip(), closes_at=closes_at)
    record(actor, call, "open_call", to_state=call.state)
    return call


def locked(call: OperatorCall) -> OperatorCall:
    grant = lock(call.grant)
    fresh = lock(call)
    fresh.grant = grant
    return fresh


@transaction.atomic
def bid(
    actor: Any,
    call: OperatorCall,
    organisation: Organisation,
    proposal: str,
    papers: Sequence[StoredFile] = (),
    without: Collection[int] = (),
) -> Bid:
    """An organisation's bid; sent again before the deadline it replaces the earlier one. ``papers`` are added,
    ``without`` are numbers of papers to take away."""
    call = locked(call)
    if not who.represents(actor, organisation) or not organisation.is_private:
        raise NotYours(_("이 단체를 대신해 신청할 권한이 없습니다."))
    if call.state != State.OPEN or timezone.now() >= call.closes_at:
        raise Refused(_("접수가 끝났습니다. 적으신 내용은 이 화면에 남아 있습니다."))
    round_ = call.grant.project.round
    if round_ is None or organisation.city_id != round_.city_id:
        raise Refused(_("이 도시의 단체만 신청할 수 있습니다."))
    try:
        with transaction.atomic():
            made, new = Bid.objects.update_or_create(
                call=call,
                organisation=organisation,
                defaults={"proposal": proposal.strip(), "by": actor, "at": timezone.now()},
            )
    except IntegrityError:
        raise Refused(_("이 단체는 이미 신청했습니다. 화면을 새로 고쳐 확인해 주세요.")) from None
    made.papers.filter(pk__in=without).delete()
    attached = made.papers.count() + len(papers)
    if attached > settings.PAPERS["most"]:
        raise Refused(_("서류는 %(most)d개까지 붙일 수 있습니다.") % {"most": settings.PAPERS["most"]})
    BidPaper.objects.bulk_create(BidPaper(bid=made, file=paper) for paper in papers)
    record(
        actor, call, "bid", call.state, call.state,
        organisation=organisation.pk, again=not new, papers=attached,
    )  # fmt: skip
    return made


@transaction.atomic
def conclude(
    actor: Any,
    call: OperatorCall,
    *,
    met_on: datetime.date,
    committee: str,
    reason: str,
    winner: Bid | None,
    points: Mapping[int, Decimal | None] | None = None,
) -> OperatorCall:
    """Write down what the committee decided: a winner, who becomes the operator, or none; always with the reason.

    ``points`` are by the bid's number. Raises ``NotYours`` and ``Refused``.
    """
    call = locked(call)
    action = "choose" if winner else "choose_none"
    CALLS.check(actor, call, action)
    if not committee.strip() or not reason.strip():
        raise Refused(_("심의 위원과 결정한 까닭을 적어 주세요."))
    if met_on > timezone.localdate():
        raise Refused(_("심의한 날이 오늘보다 뒤입니다."))
    if winner is not None and winner.call_id != call.pk:
        raise Refused(_("이 모집에 신청한 단체가 아닙니다."))
    call.met_on, call.committee, call.reason = met_on, committee.strip(), reason.strip()
    call.save(update_fields=["met_on", "committee", "reason"])
    for made in call.bids.all():
        made.points = (points or {}).get(made.pk)
        made.won = winner is not None and made.pk == winner.pk
        made.save(update_fields=["points", "won"])
    CALLS.make(actor, call, action, reason, winner=winner.organisation_id if winner else None)
    if winner is not None:
        put_operator(actor, call.grant, winner.organisation, _("공모로 선정했습니다."))
    return call


@transaction.atomic
def cancel(actor: Any, call: OperatorCall, why: str) -> OperatorCall:
    """End a call without a decision."""
    return CALLS.make(actor, locked(call), "cancel", why)
