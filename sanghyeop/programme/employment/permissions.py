"""Who may do what here: participants see their own work and pay, the operator and its district those of the project,
the city's officers read and count."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from sanghyeop.ground.parties.models import Membership
from sanghyeop.ground.parties.permissions import AddressRule, city_officer, officer, planner, signed_in
from sanghyeop.programme.employment.models import Contract, Leave, WageMonth
from sanghyeop.programme.projects.models import Project

Role = Membership.Role


def operators_of(user: Any) -> set[int]:
    """The organisations for which this person may act as an employer."""
    return user.roles.member_organisations() if signed_in(user) else set()


def projects_of(user: Any) -> QuerySet[Project]:
    """The projects whose participants this person employs. No query of its own."""
    roles = user.roles
    mine = operators_of(user)
    return Project.objects.filter(
        Q(district__in=roles.officer_districts()) | Q(organisation__in=mine) | Q(grant__operator__in=mine)
    )


def readable_projects(user: Any) -> QuerySet[Project]:
    """The projects whose participants this person may count: an officer's city's, and those above."""
    cities = {organisation.city_id for organisation in user.roles.organisations(Role.CITY_OFFICER)}
    if cities:
        return Project.objects.filter(round__city__in=cities)
    return projects_of(user)


def employs(user: Any, project: Project) -> bool:
    """The project's district, or a member of the organisation that carries it out. At most one query."""
    if not signed_in(user):
        return False
    if user.roles.officer_of_district(project.district_id) or project.organisation_id in operators_of(user):
        return True
    grant = getattr(project, "grant", None)
    return grant is not None and grant.operator_id in operators_of(user)


def employs_in(user: Any, contract: Contract) -> bool:
    """The employer of a contract, never the employed person."""
    return user.pk != contract.person_id and employs(user, contract.post.project)


def is_employed(user: Any, contract: Contract) -> bool:
    return signed_in(user) and user.pk == contract.person_id


def decides_leave(user: Any, leave: Leave) -> bool:
    return employs_in(user, leave.contract)


def asked_leave(user: Any, leave: Leave) -> bool:
    return is_employed(user, leave.contract)


def pays(user: Any, month: WageMonth) -> bool:
    return employs(user, month.project)


ADDRESSES: dict[str, AddressRule] = {
    # the participant
    "employment:mine": signed_in,
    "employment:clock": signed_in,
    "employment:my_days": signed_in,
    "employment:leave": signed_in,
    "employment:leave_move": signed_in,
    "employment:contract": signed_in,
    "employment:contract_file": signed_in,
    "employment:sign": signed_in,
    "employment:payslip": signed_in,
    "employment:payslip_file": signed_in,
    # the operator and its district
    "employment:projects": planner,
    "employment:project": planner,
    "employment:new": planner,
    "employment:edit": planner,
    "employment:contract_move": planner,
    "employment:wage_change": planner,
    "employment:end": planner,
    "employment:days": planner,
    "employment:day": planner,
    "employment:leaves": planner,
    "employment:wages": planner,
    "employment:month": planner,
    "employment:reckon": planner,
    "employment:close": planner,
    "employment:pay_out": planner,
    "employment:indirect": planner,
    "employment:planner": planner,
    # officers
    "employment:jobs": officer,
    "employment:vacancies": officer,
    "employment:rules": city_officer,
}
