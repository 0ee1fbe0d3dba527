"""Who may open which address, in its simplest terms. Every other app composes these.

A rule of an address takes the user (or visitor) alone; what a person may do to one object stands in
that app's own predicates and in the querysets of what he or she may see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sanghyeop.ground.parties.models import Membership

AddressRule = Callable[[Any], bool]
Role = Membership.Role


def anyone(user: Any) -> bool:
    return True


def signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


def city_officer(user: Any) -> bool:
    return signed_in(user) and user.roles.has(Role.CITY_OFFICER)


def district_officer(user: Any) -> bool:
    return signed_in(user) and user.roles.has(Role.DISTRICT_OFFICER)


def officer(user: Any) -> bool:
    return city_officer(user) or district_officer(user)


def member(user: Any) -> bool:
    return signed_in(user) and user.roles.has(Role.MEMBER)


def expert(user: Any) -> bool:
    return signed_in(user) and user.roles.has(Role.EXPERT)


def reviewer(user: Any) -> bool:
    return signed_in(user) and user.roles.has(Role.REVIEWER)


def planner(user: Any) -> bool:
    """One of the three parties of a plan."""
    return officer(user) or member(user)


ADDRESSES: dict[str, AddressRule] = {
    "parties:login": anyone,
    "parties:logout": anyone,
    "parties:signup": anyone,
    "parties:language": anyone,
    "parties:account": signed_in,
    "parties:password": signed_in,
    "parties:password_reset": anyone,
    "parties:password_reset_sent": anyone,
    "parties:password_reset_confirm": anyone,
}
