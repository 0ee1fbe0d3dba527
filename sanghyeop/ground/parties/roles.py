"""What a person may be today: the one place that reads memberships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from sanghyeop.ground.parties.models import Membership, Organisation, User

Role = Membership.Role


@dataclass(frozen=True)
class Roles:
    """The open memberships of one person."""

    memberships: tuple[Membership, ...] = ()

    def has(self, role: str) -> bool:
        return any(m.role == role for m in self.memberships)

    def organisations(self, role: str) -> list[Organisation]:
        return [m.organisation for m in self.memberships if m.role == role]

    def organisation_ids(self) -> set[int]:
        """Every organisation that the person belongs to, in whatever role."""
        return {m.organisation_id for m in self.memberships}

    def officer_of_city(self, city_id: int) -> bool:
        return any(m.role == Role.CITY_OFFICER and m.organisation.city_id == city_id for m in self.memberships)

    def officer_of_district(self, district_id: int | None) -> bool:
        return district_id is not None and district_id in self.officer_districts()

    def officer_districts(self) -> set[int]:
        return {
            m.organisation.district_id
            for m in self.memberships
            if m.role == Role.DISTRICT_OFFICER and m.organisation.district_id is not None
        }

    def member_organisations(self) -> set[int]:
        return {m.organisation_id for m in self.memberships if m.role == Role.MEMBER}


def open_today() -> QuerySet[Membership]:
    """The memberships that are open today, with their organisations, in order. One query when read."""
    today = timezone.localdate()
    return (
        Membership.objects.filter(Q(until__isnull=True) | Q(until__gte=today), since__lte=today)
        .select_related("organisation")
        .order_by("id")
    )


def roles_of(user: Any) -> Roles:
    """Roles of a person, none for a visitor. One query."""
    if not isinstance(user, User) or user.pk is None:
        return Roles()
    return Roles(tuple(open_today().filter(user=user)))


def with_roles(user_id: Any) -> User | None:
    """A person who knows their roles already, None where there is no such person. One query for who has a role, two
    for who has none."""
    memberships = tuple(open_today().filter(user=user_id).select_related("user"))
    user = memberships[0].user if memberships else User.objects.filter(pk=user_id).first()
    if user is not None:
        user.roles = Roles(memberships)
    return user
