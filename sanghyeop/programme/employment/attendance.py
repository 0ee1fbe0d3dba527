"""Coming and going, corrections, leave: what counts as worked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import Day, months_after, rest_minutes, shift
from sanghyeop.engines.payroll.rates import (
    DAY_HOURS,
    HOLIDAY_HOURS,
    LEAVE_MONTH,
    LEAVE_YEAR,
    REST_LONG,
    REST_SHORT,
    WEEK_HOURS,
    NoRate,
    Table,
)
from sanghyeop.ground.moments import day
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.content import span
from sanghyeop.programme.employment.models import Contract, Leave, Shift
from sanghyeop.programme.employment.moves import LEAVES, in_closed_month, is_signed
from sanghyeop.programme.employment.rates import OPEN_HOURS, holidays_between, refusal, table_of

ONE_DAY = datetime.timedelta(days=1)
#: The rules that tell how many minutes count.
COUNTING = (REST_SHORT, REST_LONG, OPEN_HOURS)
LEAVING = (HOLIDAY_HOURS, WEEK_HOURS, DAY_HOURS, LEAVE_MONTH, LEAVE_YEAR)


def clock(moment: datetime.datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


@transaction.atomic
def clock_in(actor: Any, contract: Contract, now: datetime.datetime, where: str = "") -> Shift:
    """Coming to work. Raises ``Refused`` for a day outside the contract, or on which somebody has come already."""
    contract = lock(contract)
    if not who.is_employed(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    is_signed(contract)
    today = timezone.localdate(now)
    if not contract.starts_on <= today <= contract.ends_on:
        raise Refused(_("오늘은 계약 기간이 아닙니다."))
    running = running_shift(contract, now)
    if running:
        raise Refused(
            _("%(day)s %(time)s에 이미 출근을 기록했습니다. 퇴근을 먼저 기록해 주세요.")
            % {"day": day(running.on), "time": clock(running.came_at)}
        )
    before = Shift.objects.filter(contract=contract, on=today).first()
    if before:
        raise Refused(
            _("오늘은 %(time)s에 이미 출근을 기록했습니다. 다르면 담당자에게 알려 주세요.")
            % {"time": clock(before.came_at)}
        )
    if Leave.objects.filter(contract=contract, on=today, state=Leave.State.GRANTED).exists():
        raise Refused(_("오늘은 휴가입니다. 일하게 되었다면 휴가를 먼저 거두어 주세요."))
    in_closed_month(contract, today)
    try:
        with transaction.atomic():
            came = Shift.objects.create(contract=contract, on=today, came_at=now, came_where=where[:60])
    except IntegrityError as error:  # the same tap twice
        raise Refused(_("오늘은 이미 출근을 기록했습니다.")) from error
    record(actor, came, "clock_in", at=now.isoformat())
    return came


def running_shift(contract: Contract, now: datetime.datetime) -> Shift | None:
    """The shift that somebody is on: begun no longer ago than the rulebook says, and not ended. Two queries."""
    hours = table_of(contract.post.project, timezone.localdate(now), timezone.localdate(now), (OPEN_HOURS,))
    try:
        longest = datetime.timedelta(hours=float(hours.on(OPEN_HOURS, timezone.localdate(now)).value))
    except NoRate as missing:
        raise refusal(missing) from missing
    return (
        Shift.objects.filter(contract=contract, went_at=None, came_at__gte=now - longest, came_at__lte=now)
        .order_by("-came_at")
        .first()
    )


@transaction.atomic
def clock_out(actor: Any, contract: Contract, now: datetime.datetime, where: str = "") -> Shift:
    """Going home, also after midnight. Raises ``Refused`` for who has not come."""
    contract = lock(contract)
    if not who.is_employed(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    running = running_shift(contract, now)
    if running is None:
        last = Shift.objects.filter(contract=contract, on=timezone.localdate(now)).first()
        if last and last.went_at:
            raise Refused(_("%(time)s에 이미 퇴근을 기록했습니다.") % {"time": clock(last.went_at)})
        raise Refused(_("출근 기록이 없습니다. 담당자에게 알려 주시면 고쳐 드립니다."))
    in_closed_month(contract, running.on)
    running.went_at, running.went_where = now, where[:60]
    running.save(update_fields=["went_at", "went_where"])
    record(actor, running, "clock_out", at=now.isoformat())
    return running


@transaction.atomic
def correct(
    actor: Any,
    contract: Contract,
    on: datetime.date,
    came_at: datetime.datetime,
    went_at: datetime.datetime,
    why: str,
    rest: int | None = None,
    whole: bool = False,
) -> Shift:
    """A supervisor's correction of one day, or a day that was not recorded. What stood there is kept in the trail."""
    contract = lock(contract)
    if not who.employs_in(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    is_signed(contract)
    if not why.strip():
        raise Refused(_("고치는 까닭을 적어 주세요."))
    if not contract.starts_on <= on <= contract.ends_on:
        raise Refused(_("계약 기간이 아닌 날입니다."))
    if timezone.localdate(came_at) != on or not came_at <= went_at <= came_at + ONE_DAY:
        raise Refused(_("퇴근은 출근한 뒤 하루 안이어야 합니다."))
    if went_at > timezone.now():
        raise Refused(_("아직 오지 않은 시각입니다."))
    in_closed_month(contract, on)
    before = Shift.objects.filter(contract=contract, on=on).first()
    facts = {"came_at": came_at, "went_at": went_at, "rest_minutes": rest, "whole": whole}
    old = {name: str(getattr(before, name)) for name in facts} if before else None
    corrected, _new = Shift.objects.update_or_create(
        contract=contract, on=on, defaults=facts | {"corrected_by": actor, "corrected_at": timezone.now()}
    )
    new = {name: str(value) for name, value in facts.items()}
    record(actor, corrected, "correct_day", why=why, before=old, after=new)
    notify(
        [contract.person],
        f"employment.day.{corrected.pk}.{corrected.corrected_at}",
        _("근무 기록이 고쳐졌습니다"),
        _("%(day)s 기록이 %(came)s ~ %(went)s(으)로 고쳐졌습니다. 까닭: %(why)s")
        % {"day": day(on), "came": clock(came_at), "went": clock(went_at), "why": why},
        link=reverse("employment:my_days", args=[contract.pk]),
        round_id=contract.round_id,
    )
    return corrected


@transaction.atomic
def remove(actor: Any, recorded: Shift, why: str) -> None:
    """Take a day's record away that should not be there."""
    contract = lock(recorded.contract)
    if not who.employs_in(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if not why.strip():
        raise Refused(_("지우는 까닭을 적어 주세요."))
    in_closed_month(contract, recorded.on)
    record(actor, recorded, "remove_day", why=why, came_at=str(recorded.came_at), went_at=str(recorded.went_at))
    recorded.delete()


# ---------------------------------------------------------------- what counts


@dataclass(frozen=True)
class Counted:
    """One day as it counts. ``open``: nobody has gone home yet, so nothing counts."""

    on: datetime.date
    worked: int = 0
    night: int = 0
    leave: int = 0
    open: bool = False
    cut: int = 0  # minutes outside the contracted ones that do not count

    def as_day(self) -> Day:
        return Day(self.on, self.worked, self.night, self.leave)


def planned_minutes(contract: Contract, on: datetime.date) -> int:
    return contract.pattern[on.weekday()] if contract.starts_on <= on <= contract.ends_on else 0


def counted(contract: Contract, recorded: Shift, table: Table) -> Counted:
    """A day's minutes: rests taken off, and what lies outside the contracted hours unless it is recognised."""
    if recorded.went_at is None:
        return Counted(recorded.on, open=True)
    came, went = timezone.localtime(recorded.came_at), timezone.localtime(recorded.went_at)
    all_of_it = shift(came, went)[0]
    if not recorded.whole:
        planned = planned_minutes(contract, recorded.on)
        begin = timezone.make_aware(datetime.datetime.combine(recorded.on, contract.begins_at))
        came = max(came, begin)
        went = min(went, begin + datetime.timedelta(minutes=span(planned, table, contract)))
        if went < came or not planned:
            return Counted(recorded.on, cut=all_of_it)
    kept = shift(came, went)[0]
    rest = recorded.rest_minutes if recorded.rest_minutes is not None else rest_minutes(kept, table, recorded.on)
    worked, night = shift(came, went, rest)
    return Counted(recorded.on, worked, night, cut=all_of_it - kept)


def days_of(contract: Contract, shifts: Iterable[Shift], leaves: Iterable[Leave], table: Table) -> list[Counted]:
    """The days of a contract as they count, in order. No query."""
    found = {recorded.on: counted(contract, recorded, table) for recorded in shifts}
    for leave in leaves:
        if leave.state == Leave.State.GRANTED:
            there = found.get(leave.on, Counted(leave.on))
            found[leave.on] = Counted(leave.on, there.worked, there.night, leave.minutes, there.open, there.cut)
    return [found[on] for on in sorted(found)]


# ---------------------------------------------------------------- leave


@dataclass(frozen=True)
class Balance:
    """Minutes of annual leave: earned so far, and taken or asked for."""

    earned: int
    taken: int

    @property
    def left(self) -> int:
        return self.earned - self.taken


def earned_minutes(
    contract: Contract, today: datetime.date, days: Sequence[Counted], holidays: set, table: Table
) -> int:
    """Annual leave earned by ``today`` (Labor Standards Act art. 60): in the first year a day for each full month
    without an absence, after a year the year's days; part-timers in proportion of their hours. None below the border
    of hours, nor in a workplace of fewer than five."""
    week = Fraction(contract.week_minutes, 60)
    since = contract.hired_on or contract.starts_on
    if not contract.five_or_more or week < Fraction(table.on(HOLIDAY_HOURS, today).value):
        return 0
    full_week, full_day = Fraction(table.on(WEEK_HOURS, today).value), Fraction(table.on(DAY_HOURS, today).value)
    a_day = min(full_day, week / full_week * full_day) * 60
    if months_after(since, 12) <= today:
        return int(a_day * Fraction(table.on(LEAVE_YEAR, today).value))
    there = {found.on for found in days if found.worked or found.leave}
    months, begin = 0, since
    for number in range(1, 12):
        end = months_after(since, number)
        if end > today:
            break
        wanted = (begin + n * ONE_DAY for n in range((end - begin).days))
        months += all(on in there or on in holidays for on in wanted if planned_minutes(contract, on))
        begin = end
    return int(a_day * months * Fraction(table.on(LEAVE_MONTH, today).value))


def balance_of(contract: Contract, today: datetime.date) -> Balance:
    """Annual leave of a contract. Four queries."""
    since = contract.hired_on or contract.starts_on
    table = table_of(contract.post.project, since, max(today, contract.ends_on), (*COUNTING, *LEAVING))
    leaves = list(contract.leaves.filter(state__in=[Leave.State.ASKED, Leave.State.GRANTED]))
    days = days_of(contract, contract.shifts.all(), leaves, table)
    holidays = set(holidays_between(since, today))
    try:
        earned = earned_minutes(contract, today, days, holidays, table)
    except NoRate as missing:
        raise refusal(missing) from missing
    taken = sum(leave.minutes for leave in leaves if leave.kind == Leave.Kind.ANNUAL)
    return Balance(earned, taken)


@transaction.atomic
def ask_leave(actor: Any, contract: Contract, on: datetime.date, kind: str, why: str) -> Leave:
    """Ask for a contracted day off. Raises ``Refused`` for a day without work, and for more than was earned."""
    contract = lock(contract)
    if not who.is_employed(actor, contract):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    is_signed(contract)
    minutes = planned_minutes(contract, on)
    if not minutes:
        raise Refused(_("일하기로 한 날이 아닙니다. 다른 날을 골라 주세요."))
    if holidays_between(on, on):
        raise Refused(_("공휴일입니다. 휴가를 쓰지 않아도 쉽니다."))
    if contract.leaves.filter(on=on, state__in=[Leave.State.ASKED, Leave.State.GRANTED]).exists():
        raise Refused(_("그날은 이미 휴가를 신청했습니다."))
    if contract.shifts.filter(on=on).exists():
        raise Refused(_("그날은 일한 기록이 있습니다."))
    in_closed_month(contract, on)
    if kind == Leave.Kind.ANNUAL:
        balance = balance_of(contract, timezone.localdate())
        if balance.left < minutes:
            raise Refused(
                _("쓸 수 있는 연차가 모자랍니다. 남은 연차는 %(hours)s시간입니다.")
                % {"hours": f"{Decimal(balance.left) / 60:.1f}"}
            )
    elif not why.strip():
        raise Refused(_("특별휴가는 까닭을 적어 주세요."))
    asked = Leave.objects.create(contract=contract, on=on, minutes=minutes, kind=kind, why=why.strip())
    record(actor, asked, "ask_leave", to_state=Leave.State.ASKED, on=on.isoformat())
    return asked


@transaction.atomic
def move_leave(actor: Any, leave: Leave, action: str, why: str = "") -> Leave:
    """Grant, refuse or withdraw. A day that was worked, or lies in a closed month, is left as it is."""
    contract = lock(leave.contract)
    leave = lock(leave)
    LEAVES.check(actor, leave, action, why)
    in_closed_month(contract, leave.on)
    if action == "grant_leave" and contract.shifts.filter(on=leave.on).exists():
        raise Refused(_("그날은 일한 기록이 있습니다."))
    moved = LEAVES.make(actor, leave, action, why)
    if action != "withdraw_leave":
        notify(
            [contract.person],
            f"employment.leave.{leave.pk}.{leave.state}",
            _("휴가 신청에 답이 왔습니다"),
            _("%(day)s 휴가: %(state)s. %(why)s")
            % {"day": day(leave.on), "state": leave.get_state_display(), "why": why},
            link=reverse("employment:leave", args=[contract.pk]),
            round_id=contract.round_id,
        )
    return moved
