"""Who may do what to a grant: the city that gives it, the district between, the operator that carries it out."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.parties.permissions import AddressRule, Role, planner, signed_in
from sanghyeop.programme.funding.models import Grant, Signature
from sanghyeop.programme.projects.models import Project

Party = Signature.Party

ADDRESSES: dict[str, AddressRule] = {
    "funding:list": planner,
    "funding:show": planner,
    "funding:agreement": planner,
}


def of_city(user: Any, project: Project) -> bool:
    """An officer of the city whose round the project belongs to."""
    return signed_in(user) and project.round is not None and user.roles.officer_of_city(project.round.city_id)


def of_district(user: Any, project: Project) -> bool:
    return signed_in(user) and user.roles.officer_of_district(project.district_id)


def governs_project(user: Any, project: Project) -> bool:
    """May prepare a project's grant: its district's officers, and the city's."""
    return of_district(user, project) or of_city(user, project)


def governs(user: Any, grant: Grant) -> bool:
    """The city's or the district's officers."""
    return governs_project(user, grant.project)


def decides(user: Any, grant: Grant) -> bool:
    """The city's officers: the grant decision is theirs."""
    return of_city(user, grant.project)


def watches(user: Any, grant: Grant) -> bool:
    """The district's officers: payments and months are theirs."""
    return of_district(user, grant.project)


def represents(user: Any, organisation: Organisation | None) -> bool:
    """Someone who acts for an operator: a member, or an officer where the district itself carries the project out."""
    if organisation is None or not signed_in(user):
        return False
    if organisation.kind == Organisation.Kind.DISTRICT:
        return user.roles.officer_of_district(organisation.district_id)
    return organisation.pk in user.roles.member_organisations()


def operates(user: Any, grant: Grant) -> bool:
    """Someone who acts for the grant's operator."""
    return represents(user, grant.operator)


def takes_part(user: Any, grant: Grant) -> bool:
    return governs(user, grant) or operates(user, grant)


def parties_of(user: Any, grant: Grant) -> list[Party]:
    """For whom this person may sign the agreement."""
    return [
        party
        for party, holds in (
            (Party.CITY, of_city(user, grant.project)),
            (Party.DISTRICT, of_district(user, grant.project)),
            (Party.OPERATOR, operates(user, grant)),
        )
        if holds
    ]


def grants_of(user: Any) -> QuerySet[Grant]:
    """The grants that this person may read: of the own city, district or organisation. No query of its own."""
    roles = user.roles
    cities = {organisation.city_id for organisation in roles.organisations(Role.CITY_OFFICER)}
    return Grant.objects.filter(
        Q(project__round__city__in=cities)
        | Q(project__district__in=roles.officer_districts())
        | Q(operator__in=roles.member_organisations())
    )
