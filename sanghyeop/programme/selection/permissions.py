"""Who may do what here: the city's officers select; an applicant reads the own letter and nothing else."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from sanghyeop.ground.parties.permissions import AddressRule, Role, city_officer, planner, signed_in
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection.models import Decision, Line

ADDRESSES: dict[str, AddressRule] = {
    "selection:list": city_officer,
    "selection:desk": city_officer,
    "selection:candidates": city_officer,
    "selection:new": city_officer,
    "selection:scenario": city_officer,
    "selection:fresh": city_officer,
    "selection:analyse": city_officer,
    "selection:compare": city_officer,
    "selection:scenario_file": city_officer,
    "selection:propose": city_officer,
    "selection:decision": city_officer,
    "selection:move": city_officer,
    "selection:decision_file": city_officer,
    "selection:letter": planner,
}


def selects(user: Any, round_: Round) -> bool:
    """An officer of the round's city; rounds that were published before this software are records."""
    return signed_in(user) and user.roles.officer_of_city(round_.city_id) and not round_.record


def decides(user: Any, decision: Decision) -> bool:
    return selects(user, decision.round)


def confirms(user: Any, decision: Decision) -> bool:
    """The second officer: another person than the one who proposed."""
    return selects(user, decision.round) and user.pk != decision.first_officer_id


def rounds_of(user: Any) -> QuerySet[Round]:
    """The rounds in which this person selects. No query of its own."""
    cities = {organisation.city_id for organisation in user.roles.organisations(Role.CITY_OFFICER)}
    return Round.objects.filter(city__in=cities, record=False)


def letters_of(user: Any) -> QuerySet[Line]:
    """The letters that this person may read: all of an officer's rounds, and published ones about plans of the own
    organisation or district. No query of its own."""
    roles = user.roles
    cities = {organisation.city_id for organisation in roles.organisations(Role.CITY_OFFICER)}
    published = Q(decision__state=Decision.State.PUBLISHED)
    return Line.objects.filter(
        Q(decision__round__city__in=cities)
        | published & Q(plan__organisation__in=roles.member_organisations())
        | published & Q(plan__district__in=roles.officer_districts())
    )
