"""Who may do what here."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.permissions import AddressRule, anyone, district_officer, member, signed_in
from sanghyeop.programme.discovery.models import Comment, Idea


def author(user: Any, idea: Idea) -> bool:
    return signed_in(user) and idea.author_id == user.pk


def officer_of(user: Any, idea: Idea) -> bool:
    """An officer of the idea's own district: nobody else runs its funnel."""
    return signed_in(user) and user.roles.officer_of_district(idea.district_id)


def may_read(user: Any, idea: Idea) -> bool:
    """Everyone reads ideas; one that is hidden or withdrawn only its author and its district."""
    return idea.state not in Idea.GONE or author(user, idea) or officer_of(user, idea)


def may_read_comment(user: Any, comment: Comment) -> bool:
    return not comment.hidden or officer_of(user, comment.idea)


def someone_else(user: Any, idea: Idea) -> bool:
    """Anyone with an account but the author: one's own support would say nothing."""
    return signed_in(user) and not author(user, idea)


def may_plan(user: Any, idea: Idea) -> bool:
    """Who may begin a plan from an adopted idea: its district, or an organisation."""
    return idea.state == Idea.State.ADOPTED and (officer_of(user, idea) or member(user))


def may_name_organisation(user: Any, organisation_id: int) -> bool:
    return signed_in(user) and organisation_id in user.roles.member_organisations()


ADDRESSES: dict[str, AddressRule] = {
    "discovery:list": anyone,
    "discovery:unanswered": anyone,
    "discovery:show": anyone,
    "discovery:new": anyone,  # a visitor may begin to write; the log-in is asked for when sending
    "discovery:alike": anyone,
    "discovery:picture": anyone,  # of an idea that he or she may read
    "discovery:edit": signed_in,
    "discovery:support": signed_in,
    "discovery:comment": signed_in,
    "discovery:report": signed_in,
    "discovery:report_comment": signed_in,
    "discovery:act": signed_in,  # the table of moves says who
    "discovery:counter": district_officer,
    "discovery:funnel": district_officer,
    "discovery:check": district_officer,
    "discovery:answer": district_officer,
    "discovery:meetings": district_officer,
    "discovery:meeting": district_officer,
    "discovery:new_meeting": district_officer,
    "discovery:reports": district_officer,
    "discovery:handle_report": district_officer,
    "discovery:twins": district_officer,
    "discovery:merge": district_officer,
}
