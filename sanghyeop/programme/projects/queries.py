"""Which projects anyone may see, which of them count, and what each is worth."""

from __future__ import annotations

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round

#: States of a round whose projects are public.
PUBLIC_STATES = (Round.State.PUBLISHED, Round.State.CLOSED)


def shown_projects() -> QuerySet[Project]:
    """Projects that anyone may see: those of published rounds, and those whose year is unknown. One query when read."""
    return Project.objects.filter(Q(round__isnull=True) | Q(round__state__in=PUBLIC_STATES))


def counted(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Those that count as selected projects of their round (``Project.counts``). No query of its own."""
    return projects.filter(certainty=Project.Certainty.SOLID, round__isnull=False)


def with_money(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Projects with ``whole_krw``: the sum of the known parts or what was published as one sum; None when unknown."""
    parts = Coalesce("city_krw", 0) + Coalesce("district_krw", 0) + Coalesce("own_krw", 0)
    no_part = Q(city_krw__isnull=True, district_krw__isnull=True, own_krw__isnull=True)
    return projects.annotate(
        whole_krw=Case(
            When(budget_krw__isnull=False, then=F("budget_krw")),
            When(no_part, then=Value(None)),
            default=parts,
            output_field=BigIntegerField(),
        )
    )
