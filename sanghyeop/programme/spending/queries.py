"""Reads that pages share. Every won is a sum over the books, over allotments, or over payments that wait."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.models import Line
from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.funding.models import Allotment, BudgetLine, Grant, Instalment
from sanghyeop.programme.funding.permissions import grants_of
from sanghyeop.programme.spending.models import EvidenceRule, Expense, Income, Receipt, RelatedParty, Settlement
from sanghyeop.programme.spending.rules import FIRST_EVIDENCE

S = Expense.State


@dataclass(frozen=True)
class Payroll:
    """What the room of employment says about a grant's wages: where they are reckoned, whether there are contracts,
    and the months of work that are not closed yet."""

    address: str
    used: bool
    open_months: tuple[datetime.date, ...]


#: Wages are reckoned in a room above, which adds its own in its ``AppConfig.ready``: a query of the names whose wages
#: it reckons (nobody: wages are entered here), and where a grant's wages stand.
ON_PAYROLL: list[Callable[[Grant], QuerySet]] = []
PAYROLLS: list[Callable[[Grant], Payroll]] = []


def _summed(rows: QuerySet, key: str, outer: str = "pk") -> Coalesce:
    grouped = rows.filter(**{key: OuterRef(outer)}).order_by().values(key).annotate(total=Sum("amount_krw"))
    return Coalesce(Subquery(grouped.values("total"), output_field=BigIntegerField()), Value(0))


def visible_to(user: Any) -> QuerySet[Grant]:
    """The grants under way that a person may read. One query when read."""
    return (
        grants_of(user)
        .filter(state__in=Grant.UNDER_WAY)
        .select_related("project__round__city", "project__district", "operator", "book", "settlement")
    )


def settlement_of(grant: Grant) -> Settlement | None:
    """The settlement of a grant, if it has begun. No query where the grant was read with it."""
    try:
        return grant.settlement  # type: ignore[attr-defined]
    except Settlement.DoesNotExist:
        return None


def with_money(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """Grants with ``allotted``, ``spent`` (by the books) in won and ``waiting`` (payments sent in). No query itself."""
    waiting = Expense.objects.filter(grant=OuterRef("pk"), state=S.SENT).order_by().values("grant")
    return grants.annotate(
        allotted=_summed(Allotment.objects.all(), "line__grant"),
        spent=_summed(Line.objects.filter(account=Account.COST), "entry__book", "book"),
        waiting=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), Value(0)),
    )


def held_by_line(grant: Grant) -> dict[int, int]:
    """Won that payments which wait for approval hold: line → won. One query."""
    rows = grant.expenses.filter(state=S.SENT).order_by().values_list("line")
    return dict(rows.annotate(total=Sum("amount_krw")))


def waiting_until(grant: Grant, day: datetime.date) -> str | None:
    """Why the books stay open up to a day: payments in it wait for approval. One query."""
    waiting = grant.expenses.filter(state=S.SENT, paid_on__lte=day).count()
    return _("그 달까지 승인을 기다리는 집행이 %(count)s건 있습니다.") % {"count": waiting} if waiting else None


def lines_of(grant: Grant, but: Expense | None = None) -> QuerySet[BudgetLine]:
    """The grant's budget lines with ``allotted``, ``spent``, ``held`` and ``left`` in won; what the payment ``but``
    holds is not counted. One query when read."""
    held = Expense.objects.filter(state=S.SENT)
    if but is not None:
        held = held.exclude(pk=but.pk)
    books = Line.objects.filter(account=Account.COST, entry__book=grant.book_id)
    return (
        BudgetLine.objects.filter(grant=grant)
        .annotate(
            allotted=_summed(Allotment.objects.all(), "line"),
            spent=_summed(books, "budget_line"),
            held=_summed(held, "line"),
        )
        .annotate(left=F("allotted") - F("spent") - F("held"))
    )


def expenses_of(grant: Grant) -> QuerySet[Expense]:
    """A grant's payments with their line, who entered them, and whether a receipt is there. One query when read."""
    receipts = Receipt.objects.filter(expense=OuterRef("pk"))
    return grant.expenses.select_related("line", "by").annotate(has_receipt=Exists(receipts))


@dataclass(frozen=True)
class EvidenceRules:
    """What evidence a round takes: (category, evidence) → whether a picture or PDF is owed."""

    rows: dict[tuple[str, str], bool]

    def takes(self, category: str, evidence: str) -> bool:
        return (category, evidence) in self.rows

    def needs_paper(self, category: str, evidence: str) -> bool:
        return self.rows.get((category, evidence), True)


def evidence_rules(round_: Any) -> EvidenceRules:
    """The rules of a round, or those to begin with where it has none. One query."""
    rows = EvidenceRule.objects.filter(round=round_).values_list("category", "evidence", "paper")
    found = {(category, evidence): paper for category, evidence, paper in rows}
    return EvidenceRules(found or {(category.value, evidence): paper for category, evidence, paper in FIRST_EVIDENCE})


def related_of(grant: Grant) -> QuerySet[RelatedParty]:
    return RelatedParty.objects.filter(operator=grant.operator_id)


def without_paper(grant: Grant) -> QuerySet[Expense]:
    """Approved payments that lack a paper which the round asks for. One query when read."""
    free = EvidenceRule.objects.filter(
        round=grant.project.round_id, category=OuterRef("line__category"), evidence=OuterRef("evidence"), paper=False
    )
    bare = ~Exists(Receipt.objects.filter(expense=OuterRef("pk")))
    return expenses_of(grant).filter(~Exists(free), bare, state=S.APPROVED)


def unfinished(grant: Grant) -> dict[str, int]:
    """What stands between a grant and its settlement: open ``payments``, ``papers`` that lack, ``interest`` entries,
    ``instalments`` that are still to come. One query."""
    open_payments = grant.expenses.filter(state__in=[S.ENTERED, S.SENT, S.RETURNED])
    interest = Income.objects.filter(grant=grant, kind=Income.Kind.INTEREST, state=Income.State.POSTED)
    waiting = grant.instalments.filter(state__in=[Instalment.State.PLANNED, Instalment.State.ASKED])
    found: Any = Grant.objects.filter(pk=grant.pk).values_list(
        _counted(open_payments), _counted(without_paper(grant)), _counted(interest), _counted(waiting)
    )
    return dict(zip(("payments", "papers", "interest", "instalments"), found.get(), strict=True))


def _counted(rows: QuerySet) -> Coalesce:
    grouped = rows.order_by().values("grant").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped), Value(0))


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here: payments to approve or to mend, settlements to look at. Two queries."""
    roles = user.roles
    if not roles.memberships:
        return []
    mine = grants_of(user).values("pk")
    districts, organisations = roles.officer_districts(), roles.member_organisations()
    cities = {o.city_id for o in roles.organisations("city_officer")}
    offices = {o.pk for o in roles.organisations("district_officer")}
    operator = Q(grant__operator__in=organisations | offices)
    district = Q(grant__project__district__in=districts)
    found = Expense.objects.filter(grant__in=mine, state__in=[S.SENT, S.RETURNED]).aggregate(
        approve=Count("pk", filter=Q(district, state=S.SENT) & ~Q(by=user)),
        mend=Count("pk", filter=Q(operator, state=S.RETURNED)),
    )
    state = Settlement.State
    settling = Settlement.objects.filter(grant__in=mine).aggregate(
        check=Count("pk", filter=Q(district, state=state.SENT)),
        confirm=Count("pk", filter=Q(grant__project__round__city__in=cities, state=state.CHECKED)),
        mend=Count("pk", filter=Q(operator, state=state.RETURNED)),
    )
    address = reverse("spending:list")
    rows = (
        (_("집행 승인하기"), found["approve"], "waiting"),
        (_("보완 요청을 받은 집행 고치기"), found["mend"], "returned"),
        (_("정산 검토하기"), settling["check"], "settling"),
        (_("정산 확정하기"), settling["confirm"], "settling"),
        (_("보완 요청을 받은 정산 고치기"), settling["mend"], "settling"),
    )
    return [Task(title, f"{address}?show={show}", count=count) for title, count, show in rows if count]
