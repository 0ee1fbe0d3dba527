"""Whom the grant's news goes to."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from sanghyeop.ground.parties.models import Organisation, User
from sanghyeop.ground.parties.permissions import Role
from sanghyeop.programme.funding.models import Grant


def holding(**membership: object) -> QuerySet[User]:
    """Active people who hold such a membership today."""
    today = timezone.localdate()
    open_today = Q(memberships__until__isnull=True) | Q(memberships__until__gte=today)
    named = {f"memberships__{name}": value for name, value in membership.items()}
    return User.objects.filter(open_today, is_active=True, memberships__since__lte=today, **named).distinct()


def city_officers(grant: Grant) -> QuerySet[User]:
    city = grant.project.round.city_id if grant.project.round else None
    return holding(role=Role.CITY_OFFICER, organisation__city=city)


def district_officers(grant: Grant) -> QuerySet[User]:
    return holding(role=Role.DISTRICT_OFFICER, organisation__district=grant.project.district_id)


def of_operator(grant: Grant) -> QuerySet[User]:
    operator = grant.operator
    if operator is None:
        return User.objects.none()
    role = Role.DISTRICT_OFFICER if operator.kind == Organisation.Kind.DISTRICT else Role.MEMBER
    return holding(role=role, organisation=operator.pk)
