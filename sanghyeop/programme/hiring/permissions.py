"""Who may do what here: residents see their own applications, a project's operator and its district those of the
project's posts."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.parties.permissions import (
    AddressRule,
    anyone,
    city_officer,
    district_officer,
    member,
    signed_in,
)
from sanghyeop.programme.hiring.models import Application, Call, Intake, Placement, Trainee, Training
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round


def district_of(user: Any, project: Project) -> bool:
    """An officer of the project's district."""
    return signed_in(user) and user.roles.officer_of_district(project.district_id)


def operates(user: Any, project: Project) -> bool:
    """A member of the organisation that carries the project out."""
    return signed_in(user) and project.organisation_id in user.roles.member_organisations()


def runs(user: Any, project: Project) -> bool:
    """The project's district, or its operator."""
    return district_of(user, project) or operates(user, project)


def sets_rules(user: Any, round_: Round) -> bool:
    """The officer of the round's city."""
    return signed_in(user) and user.roles.officer_of_city(round_.city_id)


def runs_intake(user: Any, intake: Intake) -> bool:
    """An officer of the district that recruits."""
    return signed_in(user) and user.roles.officer_of_district(intake.district_id)


def runs_call(user: Any, call: Call) -> bool:
    return runs(user, call.project)


def publishes_call(user: Any, call: Call) -> bool:
    """What is published speaks for the district: its officer, or the operator in an intake that the district opened."""
    return district_of(user, call.project) or (operates(user, call.project) and call.intake.state == Intake.State.OPEN)


def applicant(user: Any, application: Application) -> bool:
    return signed_in(user) and application.applicant_id == user.pk


def decides(user: Any, application: Application) -> bool:
    """Whether somebody may take part is the district's to decide."""
    return runs_intake(user, application.intake)


def may_read_application(user: Any, application: Application) -> bool:
    """The district's officer, or a member of the operator of a post that is wished for. One query unless ``choices``
    are prefetched with their posts' projects."""
    return runs_intake(user, application.intake) or any(
        operates(user, choice.post.project) for choice in application.choices.all()
    )


def placed_person(user: Any, placement: Placement) -> bool:
    return signed_in(user) and placement.person_id == user.pk


def runs_placement(user: Any, placement: Placement) -> bool:
    return district_of(user, placement.post.project)


def runs_training(user: Any, training: Training) -> bool:
    return runs(user, training.project)


def runs_trainee(user: Any, trainee: Trainee) -> bool:
    return runs(user, trainee.training.project)


def staff(user: Any) -> bool:
    """Someone who may have a project to find people for."""
    return district_officer(user) or member(user)


ADDRESSES: dict[str, AddressRule] = {
    "hiring:jobs": anyone,
    "hiring:call": anyone,  # a draft only who writes it
    "hiring:result": anyone,
    "hiring:result_files": anyone,  # after the announcement
    "hiring:apply": signed_in,
    "hiring:mine": signed_in,
    "hiring:application": signed_in,  # one's own only, as all that follow for applicants
    "hiring:edit": signed_in,
    "hiring:withdraw": signed_in,
    "hiring:hand_in": signed_in,
    "hiring:paper": signed_in,  # one's own, or as a reader of the application
    "hiring:take_paper_back": signed_in,
    "hiring:answer": signed_in,
    "hiring:desk": staff,
    "hiring:new_intake": district_officer,
    "hiring:intake": staff,
    "hiring:act_intake": district_officer,
    "hiring:settle": district_officer,
    "hiring:applicants": staff,
    "hiring:placements": staff,
    "hiring:posts": staff,
    "hiring:new_call": staff,
    "hiring:edit_call": staff,
    "hiring:act_call": staff,
    "hiring:applicant": staff,
    "hiring:correct": district_officer,
    "hiring:suitability": staff,
    "hiring:cancel": district_officer,
    "hiring:rules": city_officer,
}
