"""The project that a selected plan becomes: everything from its frozen receipt."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify

from sanghyeop.programme.projects.models import Project, Stage
from sanghyeop.programme.selection.models import Line
from sanghyeop.programme.selection.recount import counted


def project_of(line: Line, receipt: Any) -> Project:
    """Make the project of a selected line. A continuing project keeps the key of the year before."""
    plan, content = line.plan, receipt.content
    figures = counted(plan, content)
    return Project.objects.create(
        round_id=plan.round_id,
        key=plan.continues.key if plan.continues else slugify(receipt.number),
        district=plan.district,
        organisation=plan.organisation,
        field=plan.field,
        kind=plan.kind,
        title=content["title"],
        summary=content["summary"],
        stage=Stage.INCUBATION,
        years=content["years"],
        jobs=figures.jobs,
        city_krw=figures.city_krw,
        district_krw=figures.district_krw,
        own_krw=figures.own_krw,
        example=plan.example,
    )
