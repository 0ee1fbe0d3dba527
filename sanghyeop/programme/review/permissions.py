"""Who may do what here. An address lets in a role; what a person may do to one round or sheet stands below."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.models import Membership
from sanghyeop.ground.parties.permissions import AddressRule, city_officer, expert, reviewer
from sanghyeop.programme.review.models import Assignment, PanelMember
from sanghyeop.programme.rounds.models import Round

#: Roles that may be named to a panel.
PANEL_ROLES = (Membership.Role.REVIEWER, Membership.Role.EXPERT)


def reader(user: Any) -> bool:
    """Someone who may sit on a panel."""
    return reviewer(user) or expert(user)


def has_review_desk(user: Any) -> bool:
    return reader(user) or city_officer(user)


def runs_review(user: Any, round_: Round) -> bool:
    """The officer of the round's city."""
    return city_officer(user) and user.roles.officer_of_city(round_.city_id)


def on_panel(user: Any, member: PanelMember) -> bool:
    return user.pk == member.user_id and member.left_at is None


def is_chair(user: Any, round_: Round) -> bool:
    """One query."""
    return round_.panel.filter(user_id=user.pk, chair=True, left_at=None).exists()


def sees_results(user: Any, round_: Round) -> bool:
    """Officer or chair. One query for a chair, none for an officer."""
    return runs_review(user, round_) or is_chair(user, round_)


def own_sheet(user: Any, sheet: Assignment) -> bool:
    return on_panel(user, sheet.member)


def chairs_sheet(user: Any, sheet: Assignment) -> bool:
    """The chair, but for plans in which he or she is not free: see ``queries.closed_to_chair``."""
    return is_chair(user, sheet.plan.round)


def runs_sheet(user: Any, sheet: Assignment) -> bool:
    return runs_review(user, sheet.plan.round)


ADDRESSES: dict[str, AddressRule] = {
    "review:desk": has_review_desk,
    # reviewers
    "review:pledge": reader,
    "review:sheet": reader,
    "review:save": reader,
    "review:step_back": reader,
    # the chair, and the officer with him
    "review:round": has_review_desk,
    "review:progress": has_review_desk,
    "review:remind": has_review_desk,
    "review:results": has_review_desk,
    "review:worked": has_review_desk,
    "review:read": has_review_desk,
    "review:reopen": has_review_desk,
    "review:choose": has_review_desk,
    # the city officer
    "review:panel": city_officer,
    "review:member": city_officer,
    "review:remove_member": city_officer,
    "review:conflicts": city_officer,
    "review:lift": city_officer,
    "review:assignments": city_officer,
    "review:propose": city_officer,
    "review:proposal": city_officer,
    "review:plan": city_officer,
    "review:release": city_officer,
    "review:grant": city_officer,
    "review:take_grant": city_officer,
    "review:result_file": city_officer,
}
