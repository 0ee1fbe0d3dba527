"""Who may do what here: residents see their own applications, a project's operator and its district those of the
project's posts."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.permissions import AddressRule, signed_in
from sanghyeop.programme.hiring.models import Placement
from sanghyeop.programme.projects.models import Project


def district_of(user: Any, project: Project) -> bool:
    """An officer of the project's district."""
    return signed_in(user) and user.roles.officer_of_district(project.district_id)


def runs(user: Any, project: Project) -> bool:
    """The project's district, or a member of the organisation that carries it out."""
    return district_of(user, project) or (
        signed_in(user) and project.organisation_id in user.roles.member_organisations()
    )


def placed_person(user: Any, placement: Placement) -> bool:
    return signed_in(user) and placement.person_id == user.pk


ADDRESSES: dict[str, AddressRule] = {}
