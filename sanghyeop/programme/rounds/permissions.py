"""Who may do what to a round."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sanghyeop.ground.parties.permissions import AddressRule, Role, anyone, city_officer, officer, signed_in
from sanghyeop.programme.rounds.models import Round

ADDRESSES: dict[str, AddressRule] = {
    "rounds:list": city_officer,
    "rounds:new": city_officer,
    "rounds:copy": city_officer,
    "rounds:supplement": city_officer,
    "rounds:overview": city_officer,
    "rounds:part": city_officer,
    "rounds:move": city_officer,
    "rounds:trail": officer,
    "rounds:call": anyone,
    "rounds:call_criteria": anyone,
}


def officer_of(user: Any, round_: Round) -> bool:
    """A city officer of the round's city."""
    return signed_in(user) and user.roles.officer_of_city(round_.city_id)


def may_change(user: Any, round_: Round) -> bool:
    """Rounds that were published before this software are records: nobody changes them."""
    return officer_of(user, round_) and not round_.record


def cities_of(user: Any) -> set[int]:
    """The cities whose officer this person is."""
    return {organisation.city_id for organisation in user.roles.organisations(Role.CITY_OFFICER)}


def rounds_of(user: Any) -> QuerySet[Round]:
    """The rounds that a city officer looks after."""
    return Round.objects.filter(city__in=cities_of(user))


def may_read_trail(user: Any, round_: Round) -> bool:
    """Officers of the city, and of its districts once the call is announced."""
    if officer_of(user, round_):
        return True
    if not signed_in(user) or round_.state == Round.State.DRAFT:
        return False
    return any(o.city_id == round_.city_id for o in user.roles.organisations(Role.DISTRICT_OFFICER))


def may_read_call(user: Any, round_: Round) -> bool:
    """Anyone, once the call is announced; its own officers before."""
    return round_.state != Round.State.DRAFT or officer_of(user, round_)
