"""Who may do what to a grant: the city that gives it, the district between, the operator that carries it out."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.parties.permissions import AddressRule, Role, city_officer, officer, planner, signed_in
from sanghyeop.programme.funding.models import Change, Grant, OperatorCall, Signature
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round

Party = Signature.Party

ADDRESSES: dict[str, AddressRule] = {
    "funding:list": planner,
    "funding:to_prepare": officer,
    "funding:calls": planner,
    "funding:call": planner,
    "funding:organisation": planner,
    "funding:add_alias": officer,
    "funding:rule": city_officer,
    "funding:show": planner,
    "funding:edit": officer,
    "funding:decide": city_officer,
    "funding:retract": city_officer,
    "funding:operator": officer,
    "funding:open_call": officer,
    "funding:agreement": planner,
    "funding:trail": planner,
    "funding:new_instalment": officer,
    "funding:instalment": officer,
    "funding:move_instalment": planner,
    "funding:paper": planner,
    "funding:bid_paper": planner,
    "funding:changes": planner,
    "funding:ask_change": planner,
    "funding:change": planner,
    "funding:move_change": planner,
    "funding:journal": planner,
    "funding:entry": planner,
    "funding:months": planner,
    "funding:measures": planner,
    "funding:pace": planner,
}

#: Who sees the ways to prepare grants and to word a round's rule.
prepares, words_rule = officer, city_officer


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


def approves(user: Any, change: Change) -> bool:
    """The district's officers; the city's where public money or the period changes. Never the one who asked."""
    if not signed_in(user) or user.pk == change.by_id:
        return False
    return decides(user, change.grant) if change.needs_city else governs(user, change.grant)


def asked(user: Any, change: Change) -> bool:
    """The side that asked for a change: the person, or the operator."""
    return signed_in(user) and (user.pk == change.by_id or operates(user, change.grant))


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


def cities_of(user: Any) -> set[int]:
    """The cities in which this person has a role."""
    return {membership.organisation.city_id for membership in user.roles.memberships}


def calls_of(user: Any) -> QuerySet[OperatorCall]:
    """Calls for operators of the cities in which this person has a role: they are open to all organisations there."""
    return OperatorCall.objects.filter(grant__project__round__city__in=cities_of(user))


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """Organisations whose grants this person may read: officers those of the city, members the own."""
    roles = user.roles
    governed = {o.city_id for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER) for o in roles.organisations(role)}
    return Organisation.objects.filter(Q(city__in=governed) | Q(pk__in=roles.member_organisations()))


def names(user: Any, organisation: Organisation) -> bool:
    """May write down another name: the city's officers, and those of the organisation's district."""
    return signed_in(user) and (
        user.roles.officer_of_city(organisation.city_id) or user.roles.officer_of_district(organisation.district_id)
    )


def changes_rule(user: Any, round_: Round) -> bool:
    """The city's officers word the rule of their rounds; rounds that were published before are records."""
    return signed_in(user) and user.roles.officer_of_city(round_.city_id) and not round_.record
