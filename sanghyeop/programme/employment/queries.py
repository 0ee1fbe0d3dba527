"""Reads that pages share."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import EMPLOYEE, EMPLOYER, PAY
from sanghyeop.ground.ledger.moves import months_between
from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.parties.permissions import planner, signed_in
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.models import Contract, Leave, PayLine, Payslip, Shift, WageMonth
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.hiring.models import Placement
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.spending.queries import Payroll


def counted_by(rows: QuerySet, by: str) -> Coalesce:
    """How many rows belong to the outer row, as a subquery; 0 where there is none."""
    counts = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))


def projects_with_work(user: Any) -> QuerySet[Any]:
    """An employer's projects with ``to_hire``, ``contracts_signed``, ``days_open`` and ``leaves_asked``. No query."""
    accepted = Placement.objects.filter(state=Placement.State.ACCEPTED)
    without = accepted.exclude(contracts__state__in=["draft", "offered", "signed"])
    yesterday = timezone.localdate()
    return (
        Project.objects.filter(pk__in=who.projects_of(user).values("pk"), round__isnull=False, round__record=False)
        .select_related("round", "district", "organisation")
        .annotate(
            to_hire=counted_by(without, "post__project"),
            contracts_signed=counted_by(Contract.objects.filter(state=Contract.State.SIGNED), "post__project"),
            days_open=counted_by(Shift.objects.filter(went_at=None, on__lt=yesterday), "contract__post__project"),
            leaves_asked=counted_by(Leave.objects.filter(state=Leave.State.ASKED), "contract__post__project"),
        )
        .order_by("-round__year", "district__code", "title", "id")
    )


def to_hire(project: Project) -> QuerySet[Placement]:
    """Accepted placements without a contract. One query when read."""
    return (
        Placement.objects.filter(post__project=project, state=Placement.State.ACCEPTED)
        .exclude(contracts__state__in=["draft", "offered", "signed"])
        .select_related("post", "person", "application")
        .order_by("post__order", "pk")
    )


def contracts_of_project(project: Project) -> QuerySet[Contract]:
    return (
        Contract.objects.filter(post__project=project)
        .exclude(state=Contract.State.CANCELLED)
        .select_related("post", "person", "operator")
        .order_by("-starts_on", "person__name", "pk")
    )


def with_context(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """Contracts with all that the rules about who may do what ask for. No query of its own."""
    return rows.select_related(
        "person", "operator", "placement", "offered_by", "post__project__round", "post__project__grant",
        "post__project__district__city", "post__project__organisation",
    )  # fmt: skip


def contracts_seen_by(user: Any) -> QuerySet[Contract]:
    """The contracts that a person may read: the own ones once they are sent, and those of an employer's projects."""
    mine = Q(person=user) & ~Q(state=Contract.State.DRAFT)
    rows = Contract.objects.filter(mine | Q(post__project__in=who.projects_of(user).values("pk")))
    return with_context(rows).distinct()


def side_sum(side: str) -> Coalesce:
    return Coalesce(Sum("lines__amount_krw", filter=Q(lines__side=side)), Value(0))


def with_sums(slips: QuerySet[Payslip]) -> QuerySet[Any]:
    """Payslips with ``gross``, ``deductions``, ``net``, ``shares`` and ``cost``, from their lines. No query."""
    return slips.annotate(gross=side_sum(PAY), deductions=side_sum(EMPLOYEE), shares=side_sum(EMPLOYER)).annotate(
        net=side_sum(PAY) - side_sum(EMPLOYEE), cost=side_sum(PAY) + side_sum(EMPLOYER)
    )


def payslips_seen_by(user: Any) -> QuerySet[Payslip]:
    """A participant's own of closed months, an employer's of all."""
    return Payslip.objects.filter(
        Q(contract__person=user, month__state=WageMonth.State.CLOSED)
        | Q(month__project__in=who.projects_of(user).values("pk"))
    ).distinct()


def payslips_of(user: Any) -> QuerySet[Any]:
    """A participant's payslips of closed months, newest first, with their sums. One query when read."""
    slips = Payslip.objects.filter(contract__person=user, month__state=WageMonth.State.CLOSED)
    return with_sums(slips).select_related("month__project", "contract__post").order_by("-month__month", "-pk")


def months_of(project: Project) -> QuerySet[Any]:
    """A project's wage months, newest first, with ``people`` and ``cost``. One query when read."""
    cost = (
        PayLine.objects.filter(payslip__month=OuterRef("pk"), side__in=[PAY, EMPLOYER])
        .order_by()
        .values("payslip__month")
        .annotate(won=Sum("amount_krw"))
        .values("won")
    )
    return WageMonth.objects.filter(project=project).annotate(
        people=counted_by(Payslip.objects.all(), "month"), cost=Coalesce(Subquery(cost), Value(0))
    )


def tasks_for(user: Any) -> list[Task]:
    """Contracts to sign; for employers people to hire, open days and leave without an answer. Two queries."""
    found = []
    if signed_in(user):
        offered = Contract.objects.filter(person=user, state=Contract.State.OFFERED).count()
        if offered:
            found.append(Task(_("근로계약서에 서명하기"), reverse("employment:mine"), count=offered))
    if planner(user):
        rows = projects_with_work(user).values_list("to_hire", "days_open", "leaves_asked")
        sums = [sum(column) for column in zip(*rows, strict=True)] or [0, 0, 0]
        titles = (_("근로계약서 쓰기"), _("퇴근 기록이 없는 날 고치기"), _("휴가 신청에 답하기"))
        found += [
            Task(title, reverse("employment:projects"), count=count)
            for title, count in zip(titles, sums, strict=True)
            if count
        ]
    return found


def month_from(text: str, default: datetime.date) -> datetime.date:
    """The first day of a month written ``2026-06``; ``default``'s month for anything else."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return default.replace(day=1)


def on_payroll(grant: Grant) -> QuerySet:
    """The names of a grant's people whose wages are reckoned here. No query of its own."""
    signed = Contract.objects.filter(post__project=grant.project_id, state=Contract.State.SIGNED)
    return signed.order_by().values_list("person__name")


def payroll_of(grant: Grant) -> Payroll:
    """Where a grant's wages stand: the months with contracts whose wages are not in the books. A month that was
    reckoned and has no won in it is finished without closing. One query."""
    won = PayLine.objects.filter(payslip__month=OuterRef("post__project__wage_months")).exclude(amount_krw=0)
    found = (
        Contract.objects.filter(post__project=grant.project_id, state=Contract.State.SIGNED)
        .order_by()
        .values_list("starts_on", "ends_on", "post__project__wage_months__month")
        .annotate(
            finished=Case(
                When(post__project__wage_months__state=WageMonth.State.CLOSED, then=True),
                When(post__project__wage_months__reckoned_at__isnull=False, then=~Exists(won)),
                default=False,
            )
        )
        .distinct()
    )
    rows: list[Any] = list(found)
    done = {month for _start, _end, month, finished in rows if finished}
    months = {
        month
        for starts_on, ends_on in {row[:2] for row in rows}
        for month in months_between(starts_on, min(ends_on, grant.ends_on))
    }
    address = reverse("employment:wages", args=[grant.project_id])
    return Payroll(address, bool(rows), tuple(sorted(months - done)))
