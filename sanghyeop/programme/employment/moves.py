"""What happens to contracts and leave: tables of allowed moves, one function per action."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sanghyeop.engines.payroll.rates import LIVING_WAGE, MINIMUM_WAGE, NoRate
from sanghyeop.ground.moments import day
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import Move, MoveTable, NotYours, Refused, lock, record
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.content import content_of, hash_of
from sanghyeop.programme.employment.models import Contract, Leave, PayRule, Shift, WageChange, WageMonth
from sanghyeop.programme.employment.rates import refusal, table_of
from sanghyeop.programme.hiring.models import Placement

State = Contract.State
EMPLOYER = gettext_lazy("수행기관이나 자치구 담당자")
PARTICIPANT = gettext_lazy("참여자 본인")


def not_accepted(contract: Contract) -> str | None:
    accepted = contract.placement.state == Placement.State.ACCEPTED
    return None if accepted else _("수락한 배치가 아니어서 계약할 수 없습니다.")


CONTRACTS = MoveTable(
    name=gettext_lazy("근로계약"),
    states=dict(State.choices),
    moves=(
        Move(
            "offer",
            gettext_lazy("서명하고 참여자에게 보내기"),
            (State.DRAFT,),
            State.OFFERED,
            who.employs_in,
            EMPLOYER,
            guard=not_accepted,
            guard_label=gettext_lazy("배치를 수락했고, 기간이 겹치는 계약이 없을 때"),
        ),
        Move("sign", gettext_lazy("서명하기"), (State.OFFERED,), State.SIGNED, who.is_employed, PARTICIPANT),
        Move(
            "cancel",
            gettext_lazy("계약 취소"),
            (State.DRAFT, State.OFFERED),
            State.CANCELLED,
            who.employs_in,
            EMPLOYER,
            why=True,
        ),
        Move(
            "decline",
            gettext_lazy("서명하지 않기"),
            (State.OFFERED,),
            State.CANCELLED,
            who.is_employed,
            PARTICIPANT,
            why=True,
        ),
    ),
)

LeaveState = Leave.State
LEAVES = MoveTable(
    name=gettext_lazy("휴가"),
    states=dict(LeaveState.choices),
    moves=(
        Move(
            "grant_leave",
            gettext_lazy("휴가 승인"),
            (LeaveState.ASKED,),
            LeaveState.GRANTED,
            who.decides_leave,
            EMPLOYER,
        ),
        Move(
            "refuse_leave",
            gettext_lazy("휴가 거절"),
            (LeaveState.ASKED,),
            LeaveState.REFUSED,
            who.decides_leave,
            EMPLOYER,
            why=True,
        ),
        Move(
            "withdraw_leave",
            gettext_lazy("휴가 거두기"),
            (LeaveState.ASKED, LeaveState.GRANTED),
            LeaveState.WITHDRAWN,
            who.asked_leave,
            PARTICIPANT,
        ),
    ),
)

MONTHS = MoveTable(
    name=gettext_lazy("임금의 달"),
    states=dict(WageMonth.State.choices),
    moves=(
        Move(
            "close_month",
            gettext_lazy("마감하고 장부에 적기"),
            (WageMonth.State.OPEN,),
            WageMonth.State.CLOSED,
            who.pays,
            EMPLOYER,
            guard_label=gettext_lazy("달이 끝났고, 퇴근 기록과 휴가 신청이 모두 정리되었을 때"),
        ),
    ),
)

#: Acts that change no state, in words for the trail.
ACTS = {
    "write_contract": gettext_lazy("계약서 쓰기"),
    "change_contract": gettext_lazy("계약서 고치기"),
    "change_wage": gettext_lazy("시급 바꾸기"),
    "end_contract": gettext_lazy("계약 일찍 끝내기"),
    "clock_in": gettext_lazy("출근"),
    "clock_out": gettext_lazy("퇴근"),
    "correct_day": gettext_lazy("근무 기록 고치기"),
    "remove_day": gettext_lazy("근무 기록 지우기"),
    "ask_leave": gettext_lazy("휴가 신청"),
    "reckon_month": gettext_lazy("임금 계산"),
    "pay_out": gettext_lazy("임금 지급 적기"),
    "note_indirect": gettext_lazy("간접 일자리 적기"),
    "take_indirect_back": gettext_lazy("간접 일자리 지우기"),
    "change_pay_rule": gettext_lazy("임금 규칙 고치기"),
}
TERMS = (
    "starts_on", "ends_on", "hired_on", "pattern", "begins_at", "weekly_holiday", "wage_an_hour_krw", "meal_a_day_krw",
    "pay_day", "five_or_more", "place", "duties",
)  # fmt: skip


def in_trail(facts: dict[str, Any]) -> dict[str, Any]:
    """Terms as values of the trail."""
    return {name: value if isinstance(value, int | str | list | None) else str(value) for name, value in facts.items()}


@transaction.atomic
def write_contract(actor: Any, placement: Placement, facts: dict[str, Any]) -> Contract:
    """A draft for who has accepted a post. ``facts`` by ``TERMS``. Raises ``NotYours``, ``Refused``."""
    placement = Placement.objects.select_related(
        "post__project__grant__operator", "post__project__organisation", "application"
    ).get(pk=placement.pk)
    project = placement.post.project
    if not who.employs(actor, project) or actor.pk == placement.person_id:
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if placement.state != Placement.State.ACCEPTED:
        raise Refused(_("수락한 배치가 아니어서 계약할 수 없습니다."))
    grant = getattr(project, "grant", None)
    operator = (grant.operator if grant else None) or project.organisation
    if operator is None:
        raise Refused(_("이 사업의 수행기관이 아직 정해지지 않았습니다."))
    rule = PayRule.objects.filter(round=project.round_id).first()
    standing = placement.contracts.exclude(state=State.CANCELLED).filter(starts_on=facts["starts_on"]).first()
    if standing:
        raise Refused(_("이 사람에게는 %(day)s에 시작하는 계약서가 이미 있습니다.") % {"day": day(standing.starts_on)})
    contract = Contract.objects.create(
        placement=placement,
        post=placement.post,
        person=placement.person,
        operator=operator,
        born_on=placement.application.born_on,
        sex=placement.application.sex,
        living_wage=bool(rule and rule.living_wage),
        example=project.example,
        created_by=actor,
        **{name: facts[name] for name in TERMS},
    )
    record(actor, contract, "write_contract", to_state=State.DRAFT, **in_trail(facts))
    return contract


@transaction.atomic
def change_contract(actor: Any, contract: Contract, version: int, facts: dict[str, Any]) -> Contract:
    """Other terms for a draft that nobody has changed since ``version``."""
    contract = lock(contract)
    if not who.employs_in(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if contract.state != State.DRAFT:
        raise Refused(_("보낸 계약서는 고칠 수 없습니다. 취소하고 새로 써 주세요."))
    if contract.version != version:
        raise Refused(_("그 사이 다른 사람이 이 계약서를 고쳤습니다. 바뀐 내용을 확인하고 다시 적어 주세요."))
    for name in TERMS:
        setattr(contract, name, facts[name])
    contract.version += 1
    contract.save()
    record(actor, contract, "change_contract", **in_trail(facts))
    return contract


def standing_beside(contract: Contract) -> Contract | None:
    """A contract of the same person that takes up days of this one. One query."""
    return (
        Contract.objects.filter(
            person=contract.person_id, state__in=Contract.STANDING,
            starts_on__lte=contract.ends_on, ends_on__gte=contract.starts_on,
        )
        .exclude(pk=contract.pk)
        .select_related("post__project", "operator")
        .first()
    )  # fmt: skip


def overlap(other: Contract) -> Refused:
    return Refused(
        _("이 사람은 %(operator)s의 ‘%(post)s’ 계약(%(from)s ~ %(to)s)과 기간이 겹칩니다.")
        % {
            "operator": other.operator,
            "post": other.post,
            "from": day(other.starts_on),
            "to": day(other.ends_on),
        }
    )


def too_low(contract: Contract, wage: int, on: datetime.date) -> Refused | None:
    """Why a wage cannot be agreed: it is under the minimum wage of the day, or the living wage of the round."""
    table = table_of(contract.post.project, on, on, (MINIMUM_WAGE, LIVING_WAGE))
    keys = [MINIMUM_WAGE, LIVING_WAGE] if contract.living_wage else [MINIMUM_WAGE]
    for key, name in zip(keys, (_("최저임금"), _("생활임금")), strict=False):
        floor = table.on(key, on)
        if wage < floor.value:
            return Refused(
                _("시급이 %(day)s의 %(name)s %(floor)s원보다 낮습니다.")
                % {"day": day(on), "name": name, "floor": f"{floor.value:,.0f}"}
            )
    return None


@transaction.atomic
def offer(actor: Any, contract: Contract) -> Contract:
    """The employer signs; the terms are frozen, and the participant is asked to sign.

    Raises ``Refused`` for hours of none, a wage under the minimum, and days that another contract takes up.
    """
    person = User.objects.select_for_update().get(pk=contract.person_id)  # two employers at once: one waits here
    contract = lock(contract)
    CONTRACTS.check(actor, contract, "offer")
    if not contract.week_minutes:
        raise Refused(_("일하는 요일과 시간을 적어 주세요."))
    other = standing_beside(contract)
    if other:
        raise overlap(other)
    try:
        refused = too_low(contract, contract.wage_an_hour_krw, contract.starts_on)
        table = table_of(contract.post.project, contract.starts_on, contract.ends_on)
        contract.content = content_of(contract, table)
    except NoRate as missing:
        raise refusal(missing) from missing
    if refused:
        raise refused
    contract.content_hash = hash_of(contract.content)
    contract.offered_by, contract.offered_at = actor, timezone.now()
    contract.save()
    try:
        with transaction.atomic():
            CONTRACTS.make(actor, contract, "offer", content_hash=contract.content_hash)
    except Error as error:  # the database found what a request at the same moment has written
        other = standing_beside(contract)
        if other:
            raise overlap(other) from error
        raise
    tell(person, contract, _("근로계약서에 서명해 주세요"), _("%(post)s 계약서가 왔습니다. 내용을 읽고 서명해 주세요."))
    return contract


def tell(person: User, contract: Contract, subject: str, words: str) -> None:
    """Write to one side of a contract about it."""
    notify(
        [person],
        f"employment.{contract.pk}.{contract.state}",
        subject,
        words % {"post": contract.post},
        link=reverse("employment:contract", args=[contract.pk]),
        round_id=contract.round_id,
    )


@transaction.atomic
def sign(actor: Any, contract: Contract, content_hash: str) -> Contract:
    """The participant signs what he or she has read. Raises ``Refused`` if that is not what stands there now."""
    contract = lock(contract)
    CONTRACTS.check(actor, contract, "sign")
    if contract.content_hash != content_hash:
        raise Refused(_("읽으신 뒤에 계약서가 바뀌었습니다. 다시 읽고 서명해 주세요."))
    contract.signed_at = timezone.now()
    contract.save(update_fields=["signed_at"])
    CONTRACTS.make(actor, contract, "sign", content_hash=content_hash)
    if contract.offered_by:
        with override(contract.offered_by.language):
            tell(
                contract.offered_by, contract, _("근로계약을 맺었습니다"), _("참여자가 %(post)s 계약서에 서명했습니다.")
            )
    return contract


@transaction.atomic
def cancel(actor: Any, contract: Contract, why: str) -> Contract:
    """The employer takes a contract back before it is signed, or the participant does not sign it."""
    contract = lock(contract)
    action = "decline" if who.is_employed(actor, contract) else "cancel"
    return CONTRACTS.make(actor, contract, action, why)


def closed_after(contract: Contract, since: datetime.date) -> WageMonth | None:
    """A closed month of the contract's project that has days from ``since`` on. One query."""
    return WageMonth.objects.filter(
        project=contract.post.project_id, state=WageMonth.State.CLOSED, month__gte=since.replace(day=1)
    ).first()


def in_closed_month(contract: Contract, since: datetime.date) -> None:
    """Refuse what would change the pay of a closed month."""
    closed = closed_after(contract, since)
    if closed:
        raise Refused(
            _("%(year)s년 %(month)s월 임금을 마감해 그달까지의 내용은 고칠 수 없습니다.")
            % {"year": closed.month.year, "month": closed.month.month}
        )


def is_signed(contract: Contract) -> None:
    if contract.state != State.SIGNED:
        raise Refused(_("체결한 계약이 아닙니다."))


@transaction.atomic
def change_wage(actor: Any, contract: Contract, since: datetime.date, wage: int, why: str) -> WageChange:
    """Another wage from a day on. The participant is told."""
    contract = lock(contract)
    if not who.employs_in(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    is_signed(contract)
    if not contract.starts_on < since <= contract.ends_on:
        raise Refused(_("바뀌는 날은 계약이 시작한 다음 날부터 끝나는 날 사이여야 합니다."))
    in_closed_month(contract, since)
    try:
        refused = too_low(contract, wage, since)
    except NoRate as missing:
        raise refusal(missing) from missing
    if refused:
        raise refused
    if contract.wage_changes.filter(since=since).exists():
        raise Refused(_("그날부터 바뀌는 시급이 이미 있습니다."))
    change = WageChange.objects.create(contract=contract, since=since, wage_an_hour_krw=wage, why=why)
    record(actor, contract, "change_wage", why=why, since=since.isoformat(), wage_an_hour_krw=wage)
    notify(
        [contract.person],
        f"employment.wage.{change.pk}",
        _("시급이 바뀝니다"),
        _("%(day)s부터 시급이 %(wage)s원으로 바뀝니다. 까닭: %(why)s")
        % {"day": day(since), "wage": f"{wage:,}", "why": why},
        link=reverse("employment:contract", args=[contract.pk]),
        round_id=contract.round_id,
    )
    return change


@transaction.atomic
def end_contract(actor: Any, contract: Contract, on: datetime.date, why: str) -> Contract:
    """End a contract before its time; ``on`` is its last day."""
    contract = lock(contract)
    if not who.employs_in(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    is_signed(contract)
    if not contract.starts_on <= on < contract.ends_on:
        raise Refused(_("마지막 날은 계약이 시작한 날부터 정한 끝나는 날의 전날 사이여야 합니다."))
    in_closed_month(contract, on)
    later = Shift.objects.filter(contract=contract, on__gt=on).order_by("-on").first()
    if later:
        raise Refused(_("%(day)s에 일한 기록이 있어 그 전에 끝낼 수 없습니다.") % {"day": day(later.on)})
    before = contract.ends_on
    contract.ends_on = on
    contract.save(update_fields=["ends_on"])
    contract.wage_changes.filter(since__gt=on).delete()
    record(actor, contract, "end_contract", why=why, before=before.isoformat(), after=on.isoformat())
    return contract
