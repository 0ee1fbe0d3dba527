"""Reads that pages and later rooms share."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.hiring.models import Placement
from sanghyeop.programme.planning.models import Plan, Position
from sanghyeop.programme.projects.models import Project


def plan_of(project: Project) -> Plan | None:
    """The plan that was selected as this project; None for one published before this software. One query."""
    return Plan.objects.filter(decision_lines__project=project).first()


def positions_of(project: Project, year: int = 1) -> list[Position]:
    """The positions of the selected plan in a year of support, frozen by its receipt. One query."""
    found = Position.objects.filter(plan__decision_lines__project=project, year=year)
    return list(found.distinct().order_by("pk"))


def hired(project: Project) -> QuerySet[Placement]:
    """Accepted placements of a project's posts: those with whom contracts are made. One query when read."""
    return (
        Placement.objects.filter(post__project=project, state=Placement.State.ACCEPTED)
        .select_related("post", "application", "person")
        .order_by("post__year", "post__order", "pk")
    )


def tasks_for(user: Any) -> list[Task]:
    return []
