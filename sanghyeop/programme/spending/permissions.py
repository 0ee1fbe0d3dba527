"""Who may do what to a payment and to a settlement: the operator enters, the district approves, the city confirms."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.permissions import AddressRule, city_officer, planner
from sanghyeop.programme.funding import permissions as funding
from sanghyeop.programme.spending.models import Expense, Settlement


def enters(user: Any, thing: Any) -> bool:
    """Someone who acts for the operator of the grant that ``thing`` belongs to."""
    return funding.operates(user, thing.grant)


def approves(user: Any, expense: Expense) -> bool:
    """An officer of the district; not the person who entered it, where the district itself is the operator."""
    return funding.watches(user, expense.grant) and expense.by_id != user.pk


def of_district(user: Any, thing: Any) -> bool:
    return funding.watches(user, thing.grant)


def of_city(user: Any, thing: Any) -> bool:
    return funding.decides(user, thing.grant)


def disallows(user: Any, settlement: Settlement) -> bool:
    """Whoever has the settlement before them now: first the district, then the city."""
    if settlement.state == Settlement.State.SENT:
        return of_district(user, settlement)
    return settlement.state == Settlement.State.CHECKED and of_city(user, settlement)


def names_related(user: Any, grant: Any) -> bool:
    """May keep the list of related parties: the operator itself, and its district."""
    return funding.operates(user, grant) or funding.watches(user, grant)


ADDRESSES: dict[str, AddressRule] = {
    "spending:list": planner,
    "spending:grant": planner,
    "spending:expenses": planner,
    "spending:enter": planner,
    "spending:expense": planner,
    "spending:edit": planner,
    "spending:move": planner,
    "spending:many": planner,
    "spending:paper": planner,
    "spending:related": planner,
    "spending:unrelate": planner,
    "spending:incomes": planner,
    "spending:cancel_income": planner,
    "spending:import": planner,
    "spending:check_import": planner,
    "spending:export": planner,
    "spending:audit_file": planner,
    "spending:columns": city_officer,
    "spending:evidence": city_officer,
    "spending:settlement": planner,
    "spending:begin": planner,
    "spending:write": planner,
    "spending:settle": planner,
    "spending:disallow": planner,
    "spending:allow": planner,
    "spending:refund": planner,
    "spending:grade": city_officer,
    "spending:trail": planner,
}
