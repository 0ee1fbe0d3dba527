"""Who may do what to a plan: the city of its round, its district, and its organisation."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.permissions import AddressRule, city_officer, district_officer, member, planner, signed_in
from sanghyeop.programme.planning.models import Party, Plan


def parties_of(user: Any, plan: Plan) -> list[Party]:
    """For whom this person writes and signs here; empty for one who has no part in the plan."""
    if not signed_in(user):
        return []
    roles = user.roles
    return [
        party
        for party, holds in (
            (Party.CITY, roles.officer_of_city(plan.round.city_id)),
            (Party.DISTRICT, roles.officer_of_district(plan.district_id)),
            (Party.ORGANISATION, plan.organisation_id in roles.member_organisations()),
        )
        if holds
    ]


def writes(user: Any, plan: Plan) -> bool:
    """May read, edit, comment and sign: one of the three parties."""
    return bool(parties_of(user, plan))


def governs(user: Any, plan: Plan) -> bool:
    """The city or the district: may take a submitted plan back."""
    return any(party in (Party.CITY, Party.DISTRICT) for party in parties_of(user, plan))


def decides(user: Any, plan: Plan) -> bool:
    """The city: its decision selects or rejects."""
    return Party.CITY in parties_of(user, plan)


def begins(user: Any) -> bool:
    """May begin a plan at all; where, the move looks at."""
    return district_officer(user) or member(user)


ADDRESSES: dict[str, AddressRule] = {
    "planning:list": planner,
    "planning:export": planner,
    "planning:begin": begins,
    "planning:show": planner,
    "planning:read": planner,
    "planning:facts": planner,
    "planning:section": planner,
    "planning:edit_section": planner,
    "planning:editing": planner,
    "planning:section_history": planner,
    "planning:restore_section": planner,
    "planning:comment": planner,
    "planning:resolve_comment": planner,
    "planning:positions": planner,
    "planning:position": planner,
    "planning:remove_position": planner,
    "planning:budget": planner,
    "planning:budget_line": planner,
    "planning:remove_budget_line": planner,
    "planning:budget_preview": planner,
    "planning:forecast": planner,
    "planning:sign": planner,
    "planning:submit": planner,
    "planning:withdraw": planner,
    "planning:give_up": planner,
    "planning:history": planner,
    "planning:receipt": planner,
    "planning:check_receipt": planner,
    "planning:templates": city_officer,
}
