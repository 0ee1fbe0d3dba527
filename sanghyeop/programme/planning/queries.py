"""Reads that pages share."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position
from sanghyeop.programme.rounds.models import Purse

#: The year of support that a round's budgets pay for; later years are asked for again.
FIRST_YEAR = 1


def summed(rows: QuerySet, column: str) -> Coalesce:
    """A column's sum over a plan's rows of the first year, as a subquery; 0 where there is none."""
    per_plan = rows.filter(plan=OuterRef("pk"), year=FIRST_YEAR).order_by().values("plan").annotate(total=Sum(column))
    return Coalesce(Subquery(per_plan.values("total"), output_field=BigIntegerField()), Value(0))


def with_totals(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Plans with ``jobs`` (people), ``city_krw``, ``district_krw`` and ``own_krw`` of their first year.

    No query of its own; the sums are part of the one that reads the plans.
    """
    return plans.annotate(
        jobs=summed(Position.objects.all(), "number"),
        **{
            f"{purse}_krw": summed(BudgetLine.objects.filter(purse=purse), "amount_krw")
            for purse in (Purse.CITY.value, Purse.DISTRICT.value, Purse.OWN.value)
        },
    )


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here."""
    return []
