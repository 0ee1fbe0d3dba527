"""A project's wages of one month: reckoned from contracts, days of work and rates, closed into the ledger."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import EMPLOYEE, EMPLOYER, PAY, NoRate, Pay, Table, Terms, canonical, month_pay
from sanghyeop.ground.ledger.accounts import Account, Category
from sanghyeop.ground.ledger.models import Line
from sanghyeop.ground.ledger.moves import last_day, post
from sanghyeop.ground.ledger.queries import spent
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment import postings
from sanghyeop.programme.employment.attendance import COUNTING, Counted, days_of
from sanghyeop.programme.employment.models import (
    Contract,
    Holiday,
    Leave,
    PayLine,
    Payslip,
    Shift,
    WageMonth,
    WagePayout,
    reference,
)
from sanghyeop.programme.employment.moves import MONTHS
from sanghyeop.programme.employment.rates import KEYS, refusal, table_of
from sanghyeop.programme.funding.models import BudgetLine, Grant
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.spending.models import Expense
from sanghyeop.programme.spending.moves import locked_grant
from sanghyeop.programme.spending.tables import closed_to_payments

WEEK = datetime.timedelta(days=7)


def terms_of(contract: Contract) -> Terms:
    """A contract as the engine takes it; its wage changes have to be at hand."""
    changes = [(change.since, change.wage_an_hour_krw) for change in contract.wage_changes.all()]
    return Terms(
        start=contract.starts_on,
        end=contract.ends_on,
        birth=contract.born_on,
        wages=((contract.starts_on, contract.wage_an_hour_krw), *sorted(changes)),
        pattern=tuple(contract.pattern),
        weekly_holiday=contract.weekly_holiday,
        hired_on=contract.hired_on,
        five_or_more=contract.five_or_more,
        living_wage=contract.living_wage,
        meal_a_day_krw=contract.meal_a_day_krw,
    )


@dataclass(frozen=True)
class Reckoned:
    """One contract's month before it is written."""

    contract: Contract
    inputs: str
    pay: Pay
    open_days: tuple[datetime.date, ...]  # without a clock-out: nothing of them counts

    @property
    def input_hash(self) -> str:
        return hashlib.sha256(self.inputs.encode()).hexdigest()


@dataclass(frozen=True)
class Loose:
    """What has to be put in order before a month is closed."""

    open_days: int
    asked_leaves: int

    def __bool__(self) -> bool:
        return bool(self.open_days or self.asked_leaves)


def contracts_in(project: Project, month: datetime.date) -> Any:
    """The signed contracts of a project that have days in a month, in order. One query, and one for wage changes."""
    return (
        Contract.objects.filter(
            post__project=project, state=Contract.State.SIGNED, starts_on__lte=last_day(month), ends_on__gte=month
        )
        .select_related("person", "post")
        .prefetch_related("wage_changes")
        .order_by("pk")
    )


def reckoned(project: Project, month: datetime.date) -> list[Reckoned]:
    """Every contract's month, from the facts of now. Six queries however many there are. Raises ``Refused``."""
    since, until = month - WEEK, last_day(month)
    contracts = list(contracts_in(project, month))
    keys = {contract.pk for contract in contracts}
    table = table_of(project, since, until, (*KEYS, *COUNTING))
    holidays = list(Holiday.objects.filter(on__range=(since, until)).values_list("on", flat=True))
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for shift in Shift.objects.filter(contract__in=keys, on__range=(since, until)):
        shifts[shift.contract_id].append(shift)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(contract__in=keys, on__range=(since, until), state=Leave.State.GRANTED):
        leaves[leave.contract_id].append(leave)
    try:
        return [
            reckon_one(
                contract, month, days_of(contract, shifts[contract.pk], leaves[contract.pk], table), holidays, table
            )
            for contract in contracts
        ]
    except NoRate as missing:
        raise refusal(missing) from missing


def reckon_one(
    contract: Contract, month: datetime.date, counted: list[Counted], holidays: list[datetime.date], table: Table
) -> Reckoned:
    terms = terms_of(contract)
    days = [found.as_day() for found in counted if contract.starts_on <= found.on <= contract.ends_on]
    inputs = canonical(terms, month.year, month.month, days, holidays, table)
    pay = month_pay(terms, month.year, month.month, days, holidays, table)
    return Reckoned(contract, inputs, pay, tuple(found.on for found in counted if found.open and found.on >= month))


@transaction.atomic
def reckon(actor: Any, project: Project, month: datetime.date) -> WageMonth:
    """Reckon a month anew and keep the lines. Where nothing has changed, nothing is written.

    Raises ``NotYours``, ``Refused`` for a closed month, one that has not begun, or a rule without a value.
    """
    project = lock(project)
    if not who.employs(actor, project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    month = month.replace(day=1)
    if month > timezone.localdate():
        raise Refused(_("아직 오지 않은 달입니다."))
    found, _new = WageMonth.objects.get_or_create(project=project, month=month)
    if found.state == WageMonth.State.CLOSED:
        raise Refused(_("마감한 달은 다시 계산할 수 없습니다."))
    changed = keep(found, reckoned(project, month))
    found.reckoned_at = timezone.now()
    found.save(update_fields=["reckoned_at"])
    if changed:
        record(actor, found, "reckon_month", changed=changed)
    return found


def keep(month: WageMonth, rows: Iterable[Reckoned]) -> int:
    """Write what was reckoned; the number of payslips that are new or changed."""
    there = {slip.contract_id: slip for slip in month.payslips.all()}
    rows = list(rows)
    kept = {
        row.contract.pk for row in rows if (slip := there.get(row.contract.pk)) and slip.input_hash == row.input_hash
    }
    gone = month.payslips.exclude(contract__in=kept)
    dropped = gone.count()
    gone.delete()
    new = [row for row in rows if row.contract.pk not in kept]
    slips = Payslip.objects.bulk_create(
        [
            Payslip(
                month=month,
                contract=row.contract,
                input_hash=row.input_hash,
                inputs=row.inputs,
                notes=[note.as_json() for note in row.pay.notes],
            )
            for row in new
        ]
    )
    PayLine.objects.bulk_create(
        [
            PayLine(
                payslip=slip,
                order=order,
                rule=line.rule,
                side=line.side,
                amount_krw=line.amount,
                unit_krw=line.unit_krw,
                minutes=line.minutes,
                count=line.count,
                ratio=line.ratio.value if line.ratio else None,
                rates=[rate.as_json() for rate in (*([line.ratio] if line.ratio else []), *line.rates)],
            )
            for slip, row in zip(slips, new, strict=True)
            for order, line in enumerate(row.pay.lines)
        ]
    )
    return max(len(new), dropped)


def loose_ends(project: Project, month: datetime.date) -> Loose:
    """Days without a clock-out and leave without an answer. Two queries."""
    span = (month, last_day(month))
    signed = Q(contract__post__project=project, contract__state=Contract.State.SIGNED, on__range=span)
    return Loose(
        Shift.objects.filter(signed, went_at=None).count(),
        Leave.objects.filter(signed, state=Leave.State.ASKED).count(),
    )


def sums_of(month: WageMonth) -> dict[str, int]:
    """gross, deductions, net, employer_shares and cost of a month, from its lines. One query."""
    rows = PayLine.objects.filter(payslip__month=month).order_by().values_list("side").annotate(won=Sum("amount_krw"))
    sides = dict(rows)
    gross, deductions, shares = (sides.get(side, 0) for side in (PAY, EMPLOYEE, EMPLOYER))
    return {
        "gross": gross,
        "deductions": deductions,
        "net": gross - deductions,
        "employer_shares": shares,
        "cost": gross + shares,
    }


def personnel_lines(project: Project) -> Any:
    """The budget lines that wages may count against. One query when read."""
    return BudgetLine.objects.filter(grant__project=project, category=Category.PERSONNEL)


@transaction.atomic
def close(actor: Any, month: WageMonth, line: BudgetLine, pays_on: datetime.date) -> WageMonth:
    """Reckon a month for the last time, post it to the project's book and lock it for good.

    Raises ``Refused`` for a month that is not over or has loose ends, for pay that the deductions eat up, a budget line
    with too little left, and a closed book.
    """
    project = lock(month.project)
    month = lock(month)
    MONTHS.check(actor, month, "close_month")
    if last_day(month.month) >= timezone.localdate():
        raise Refused(_("아직 끝나지 않은 달은 마감할 수 없습니다."))
    if pays_on <= last_day(month.month):
        raise Refused(_("임금 지급일은 그달이 끝난 뒤여야 합니다."))
    loose = loose_ends(project, month.month)
    if loose:
        raise Refused(
            _("퇴근 기록이 없는 날이 %(days)d건, 답하지 않은 휴가가 %(leaves)d건 있습니다. 먼저 정리해 주세요.")
            % {"days": loose.open_days, "leaves": loose.asked_leaves}
        )
    rows = reckoned(project, month.month)
    negative = [row.contract for row in rows if row.pay.net < 0]
    if negative:
        raise Refused(
            _("공제액이 임금보다 큰 사람이 있습니다: %(names)s. 보험 신고를 먼저 확인해 주세요.")
            % {"names": ", ".join(contract.person.name for contract in negative)}
        )
    keep(month, rows)
    sums = sums_of(month)
    if not sums["cost"]:
        raise Refused(_("이달에는 적을 임금이 없습니다."))
    entry = post_wages(actor, project, month, line, sums, pays_on)
    month.line, month.pays_on, month.entry = line, pays_on, entry.pk
    month.reckoned_at = month.closed_at = timezone.now()
    month.save()
    moved = MONTHS.make(actor, month, "close_month", entry=str(entry.pk), cost_krw=sums["cost"])
    tell_payslips(moved)
    return moved


def refuse_entered_wages(grant: Grant, month: WageMonth, pays_on: datetime.date) -> None:
    """Raise ``Refused`` where wages of the month stand among the payments already: they would be counted twice."""
    entered = grant.expenses.exclude(state=Expense.State.CANCELLED).filter(
        evidence=Expense.Evidence.PAYROLL, paid_on__range=(month.month, pays_on)
    )
    numbers = list(entered.order_by("number").values_list("number", flat=True)[:5])
    if numbers:
        raise Refused(
            _(
                "이달의 임금을 집행에도 적었습니다(집행 %(numbers)s번). 두 번 세지 않도록 그 집행을 먼저 취소해 "
                "주세요. 임금이 아니라면 증빙 종류를 바꿔 다시 적어 주세요."
            )
            % {"numbers": ", ".join(map(str, numbers))}
        )


def post_wages(
    actor: Any, project: Project, month: WageMonth, line: BudgetLine, sums: dict[str, int], pays_on: datetime.date
) -> Any:
    grant = Grant.objects.filter(project=project).first()
    if grant is None or line.grant_id != grant.pk or line.category != Category.PERSONNEL:
        raise Refused(_("이 사업의 인건비 내역을 골라 주세요."))
    grant = locked_grant(grant)  # so that no settlement is sent, and no payment takes the line's won, meanwhile
    reason = closed_to_payments(grant)
    if reason:
        raise Refused(reason)
    refuse_entered_wages(grant, month, pays_on)
    lock(grant.book)
    rows = line.allotments.order_by().values_list("purse").annotate(won=Sum("amount_krw"))
    agreed, used = dict(rows), spent(line.pk)
    # Payments that wait for approval hold their won on the line.
    held = line.expenses.filter(state=Expense.State.SENT).aggregate(won=Sum("amount_krw"))["won"] or 0
    left = sum(agreed.values()) - sum(used.values()) - held
    try:
        if sums["cost"] > left:
            raise ValueError(left)
        lines = postings.wages(sums, line.pk, agreed, used)
    except ValueError as error:
        raise Refused(
            _("인건비 내역에 남은 돈이 %(left)s원이라 %(cost)s원을 적을 수 없습니다. 사업변경을 먼저 해 주세요.")
            % {"left": f"{left:,}", "cost": f"{sums['cost']:,}"}
        ) from error
    return post(
        grant.book,
        key=f"{postings.WAGES}:{month.pk}",
        date=last_day(month.month),
        event=postings.WAGES,
        lines=lines,
        by=actor,
        source=_("%(year)s년 %(month)s월 임금") % {"year": month.month.year, "month": month.month.month},
        document=reference(month),
    )


@transaction.atomic
def pay_out(actor: Any, month: WageMonth, on: datetime.date) -> WagePayout:
    """Write down that a closed month's wages and premiums left the account on a day, once."""
    project = lock(month.project)
    month = lock(month)
    if not who.employs(actor, project):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    if month.state != WageMonth.State.CLOSED:
        raise Refused(_("마감한 달만 지급을 적을 수 있습니다."))
    if WagePayout.objects.filter(month=month).exists():
        raise Refused(_("이미 지급을 적었습니다."))
    if not last_day(month.month) <= on <= timezone.localdate():
        raise Refused(_("지급한 날은 그달의 마지막 날부터 오늘까지여야 합니다."))
    grant = Grant.objects.select_related("book").get(project=project)
    cost = Line.objects.filter(entry=month.entry, account=Account.COST)
    entry = post(
        grant.book,
        key=f"{postings.PAID}:{month.pk}",
        date=on,
        event=postings.PAID,
        lines=postings.paid(sums_of(month), {line.purse: line.amount_krw for line in cost}, grant.paying),
        by=actor,
        source=_("%(year)s년 %(month)s월 임금 지급") % {"year": month.month.year, "month": month.month.month},
        document=reference(month),
    )
    payout = WagePayout.objects.create(month=month, on=on, entry=entry.pk, by=actor)
    record(actor, month, "pay_out", on=on.isoformat(), entry=str(entry.pk))
    return payout


def tell_payslips(month: WageMonth) -> None:
    """Everyone who is paid is told where the payslip is (Labor Standards Act art. 48 para. 2)."""
    for slip in month.payslips.select_related("contract__person"):
        notify(
            [slip.contract.person],
            f"employment.payslip.{slip.pk}",
            _("임금명세서가 나왔습니다"),
            _("%(year)s년 %(month)s월 임금명세서를 볼 수 있습니다.")
            % {"year": month.month.year, "month": month.month.month},
            link=reverse("employment:payslip", args=[slip.pk]),
            round_id=month.round_id,
        )
