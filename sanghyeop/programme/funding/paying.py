"""Instalments of a grant: planned, asked for, paid out, taken back; won move in the same transaction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.shares import in_proportion
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger import moves as ledger
from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import agreement, people, postings, queries
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding.models import FundingRule, Grant, Instalment, InstalmentShare, Paying
from sanghyeop.programme.funding.tables import INSTALMENTS

State = Instalment.State


def plan_instalments(grant: Grant, rule: FundingRule | None) -> None:
    """The instalments that the round's rule foresees, each purse split to the won; without a rule one at the start."""
    rows = list(rule.instalments.all()) if rule else []
    whole = queries.allotted(grant)
    weights = [int(row.share * 100) for row in rows] or [1]
    if not sum(weights):
        weights = [1] * len(weights)
    parts = {purse: in_proportion(whole[purse], weights) for purse in Purse.values}
    for number in range(len(weights)):
        row = rows[number] if rows else None
        months = row.months if row else 0
        instalment = Instalment.objects.create(
            grant=grant,
            order=number + 1,
            due_on=months_later(grant.starts_on, months) if months is not None else None,
            milestone=row.milestone if row else "",
        )
        put_shares(instalment, {purse: parts[purse][number] for purse in Purse.values})


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the last of the month where that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = datetime.date(day.year + years, month + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), ledger.last_day(first))


def put_shares(instalment: Instalment, shares: Mapping[str, int]) -> None:
    instalment.shares.all().delete()
    InstalmentShare.objects.bulk_create(
        InstalmentShare(instalment=instalment, purse=purse, amount_krw=shares[purse])
        for purse in Purse.values
        if shares.get(purse)
    )


def locked(instalment: Instalment) -> Instalment:
    """The instalment as it is now, its grant locked before it."""
    grant = lock(instalment.grant)
    fresh = lock(instalment)
    fresh.grant = grant
    return fresh


@transaction.atomic
def set_instalment(
    actor: Any,
    grant: Grant,
    instalment: Instalment | None,
    *,
    due_on: datetime.date | None,
    milestone: str,
    shares: Mapping[str, int],
) -> Instalment:
    """Plan an instalment anew, or a further one. Until the agreement is made, that takes the signatures off.

    Raises ``NotYours``, or ``Refused`` for more than the budget has or for one that is under way already.
    """
    grant = lock(grant)
    if not who.governs(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if grant.state not in (Grant.State.PREPARED, Grant.State.DECIDED, Grant.State.AGREED):
        raise Refused(_("정산을 시작한 사업의 교부 회차는 바꿀 수 없습니다."))
    if instalment is not None:
        instalment = lock(instalment)
        if instalment.state != State.PLANNED:
            raise Refused(_("교부를 신청했거나 이미 교부한 회차는 바꿀 수 없습니다."))
    if due_on is None and not milestone.strip():
        raise Refused(_("교부 예정일이나 교부 조건 가운데 하나는 적어 주세요."))
    if not any(shares.values()):
        raise Refused(_("교부할 금액을 적어 주세요."))
    over_budget(grant, shares, instalment)
    if instalment is None:
        last = grant.instalments.aggregate(last=Max("order"))["last"] or 0
        instalment = Instalment(grant=grant, order=last + 1)
    was = queries.shares_of(instalment) if instalment.pk else None
    instalment.grant, instalment.due_on, instalment.milestone = grant, due_on, milestone.strip()
    instalment.save()
    put_shares(instalment, shares)
    record(
        actor, instalment, "set_instalment", instalment.state, instalment.state,
        was=was, now={purse: amount for purse, amount in shares.items() if amount},
    )  # fmt: skip
    if grant.state == Grant.State.DECIDED:
        agreement.clear_signatures(actor, grant, _("교부 회차가 바뀌었습니다."))
    return instalment


def over_budget(grant: Grant, shares: Mapping[str, int], but: Instalment | None) -> None:
    """Raise ``Refused`` where the instalments together would pay more of a purse than the budget has."""
    whole, planned = queries.allotted(grant), queries.planned_shares(grant, but)
    for purse in Purse.values:
        room = whole[purse] - planned[purse]
        if shares.get(purse, 0) > room:
            raise Refused(
                _("%(purse)s은(는) 앞으로 %(room)s원까지만 교부할 수 있습니다.")
                % {"purse": Purse(purse).label, "room": f"{max(room, 0):,}"}
            )


@transaction.atomic
def ask(actor: Any, instalment: Instalment, paper: StoredFile | None = None) -> Instalment:
    """The operator asks for an instalment (교부신청), with a paper that shows its milestone; an earlier one stays where
    there is no new one."""
    instalment = locked(instalment)
    INSTALMENTS.check(actor, instalment, "ask")
    if paper is not None:
        instalment.paper = paper
        instalment.save(update_fields=["paper"])
    INSTALMENTS.make(actor, instalment, "ask", won=queries.shares_of(instalment), paper=paper.name if paper else None)
    tell(
        people.district_officers(instalment.grant),
        instalment,
        "asked",
        _("교부를 신청했습니다: %(project)s %(order)d회차"),
        _("내용을 확인하고 교부하거나 돌려보내 주세요."),
    )
    return instalment


@transaction.atomic
def send_back(actor: Any, instalment: Instalment, why: str) -> Instalment:
    """What was asked for goes back to the operator with a reason."""
    instalment = locked(instalment)
    INSTALMENTS.make(actor, instalment, "send_back", why)
    tell(
        people.of_operator(instalment.grant),
        instalment,
        "returned",
        _("교부신청을 돌려보냈습니다: %(project)s %(order)d회차"),
        why,
    )
    return instalment


@transaction.atomic
def pay_out(actor: Any, instalment: Instalment, paid_on: datetime.date | None = None) -> Instalment:
    """Pay an instalment that was asked for; its entry is posted in the same transaction.

    Raises ``NotYours``, or ``Refused`` for a day that cannot be, for more than the budget has, and, paid afterwards,
    for more than has been spent. Of two officers at the same moment one pays, the other hears that it is paid.
    """
    instalment = locked(instalment)
    grant = instalment.grant
    INSTALMENTS.check(actor, instalment, "pay")
    today = timezone.localdate()
    paid_on = paid_on or today
    if paid_on > today:
        raise Refused(_("앞으로 올 날로 교부할 수 없습니다."))
    if grant.decided_on and paid_on < grant.decided_on:
        raise Refused(_("교부결정일보다 앞선 날로 교부할 수 없습니다."))
    shares = queries.shares_of(instalment)
    over_budget(grant, shares, instalment)
    if grant.paying == Paying.AFTER:
        more_than_held(grant, Account.ADVANCED, shares, _("쓴 돈이 아직 교부할 금액보다 적습니다."))
    instalment.paid_on = paid_on
    instalment.save(update_fields=["paid_on"])
    entry = ledger.post(
        grant.book,
        key=f"funding.instalment:{instalment.pk}",
        date=paid_on,
        event=postings.INSTALMENT_PAID,
        lines=postings.instalment_paid(grant.paying, shares),
        by=actor,
        source=_("%(order)d회차 교부") % {"order": instalment.order},
        document=f"funding.instalment:{instalment.pk}",
    )
    INSTALMENTS.make(actor, instalment, "pay", won=shares, on=paid_on.isoformat(), entry=str(entry.pk))
    tell(
        people.of_operator(grant),
        instalment,
        "paid",
        _("보조금을 교부했습니다: %(project)s %(order)d회차"),
        _("사업 계좌에 들어왔는지 확인해 주세요."),
    )
    return instalment


@transaction.atomic
def take_back(actor: Any, instalment: Instalment, why: str) -> Instalment:
    """Cancel a payment by an entry with all signs turned, on today's date. What has been spent stays."""
    instalment = locked(instalment)
    grant = instalment.grant
    INSTALMENTS.check(actor, instalment, "take_back", why)
    if grant.paying == Paying.ADVANCE:
        spent = _("이 돈의 일부를 이미 써서 교부를 취소할 수 없습니다. 먼저 집행을 취소해 주세요.")
        more_than_held(grant, Account.CASH, queries.shares_of(instalment), spent)
    paid = Entry.objects.get(book=grant.book_id, key=f"funding.instalment:{instalment.pk}")
    ledger.reverse(
        paid,
        key=f"funding.instalment:{instalment.pk}:reversed",
        date=timezone.localdate(),
        by=actor,
        source=_("%(order)d회차 교부 취소: %(why)s") % {"order": instalment.order, "why": why.strip()},
    )
    INSTALMENTS.make(actor, instalment, "take_back", why)
    tell(
        people.of_operator(grant),
        instalment,
        "taken-back",
        _("교부를 취소했습니다: %(project)s %(order)d회차"),
        why,
    )
    return instalment


@transaction.atomic
def drop(actor: Any, instalment: Instalment, why: str) -> Instalment:
    """Strike out an instalment that is only planned. Until the agreement is made, that takes the signatures off."""
    instalment = locked(instalment)
    INSTALMENTS.make(actor, instalment, "drop", why)
    if instalment.grant.state == Grant.State.DECIDED:
        agreement.clear_signatures(actor, instalment.grant, _("교부 회차가 바뀌었습니다."))
    return instalment


def more_than_held(grant: Grant, account: Account, shares: Mapping[str, int], reason: str) -> None:
    """Raise ``Refused`` where an account holds less of a purse than ``shares`` want."""
    held = queries.balances(grant)[account]
    for purse in Purse.values:
        if shares.get(purse, 0) > held[purse]:
            raise Refused(
                _("%(reason)s (%(purse)s: 남은 돈 %(held)s원, 필요한 돈 %(wanted)s원)")
                % {
                    "reason": reason,
                    "purse": Purse(purse).label,
                    "held": f"{held[purse]:,}",
                    "wanted": f"{shares[purse]:,}",
                }
            )


def tell(recipients: Any, instalment: Instalment, occasion: str, subject: str, body: str) -> None:
    """A notice about an instalment; ``subject`` names project and order."""
    notify(
        recipients,
        f"instalment-{occasion}-{instalment.pk}-{timezone.now():%Y%m%d%H%M%S}",
        subject % {"project": instalment.grant.project, "order": instalment.order},
        body,
        reverse("funding:show", args=[instalment.grant_id]),
        instalment.grant.round_id,
    )
