"""Every total is a sum of lines or measures, made here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.models import Line, Measure

#: What lines can be told apart by, beside the entry's book and date.
DIMENSIONS = ("account", "purse", "category", "budget_line")


def lines(books: Iterable[int], **only: Any) -> QuerySet[Line]:
    """The lines of books, narrowed by dimensions (``account="cost"``), ``since`` and ``until`` (days). No query yet."""
    since, until = only.pop("since", None), only.pop("until", None)
    found = Line.objects.filter(entry__book__in=list(books), **only)
    if since:
        found = found.filter(entry__date__gte=since)
    if until:
        found = found.filter(entry__date__lte=until)
    return found


def total(found: QuerySet[Line]) -> int:
    """The signed sum of lines in won. One query."""
    return found.aggregate(total=Sum("amount_krw"))["total"] or 0


def totals(found: QuerySet[Line], *by: str) -> dict[tuple, int]:
    """Signed sums in won by dimensions (also ``entry__book`` and ``entry__event``). One query."""
    rows = found.order_by().values_list(*by).annotate(total=Sum("amount_krw"))
    return {tuple(row[:-1]): row[-1] for row in rows}


def by_month(found: QuerySet[Line], *by: str) -> dict[tuple, int]:
    """Signed sums in won by the first day of the month and dimensions. One query."""
    rows = found.order_by().annotate(month=TruncMonth("entry__date")).values_list("month", *by)
    return {tuple(row[:-1]): row[-1] for row in rows.annotate(total=Sum("amount_krw"))}


def spent(budget_line: int) -> dict[str, int]:
    """What counts against a budget line, by purse, in won. One query."""
    found = Line.objects.filter(budget_line=budget_line, account=Account.COST)
    return {purse: amount for (purse,), amount in totals(found, "purse").items()}


def measured(books: Iterable[int], indicators: Iterable[str] = ()) -> dict[tuple[str, str], Any]:
    """Sums of measures by indicator and unit. One query."""
    wanted = Q(indicator__in=list(indicators)) if indicators else Q()
    rows = Measure.objects.filter(wanted, book__in=list(books)).order_by().values_list("indicator", "unit")
    return {(row[0], row[1]): row[2] for row in rows.annotate(total=Sum("amount"))}
