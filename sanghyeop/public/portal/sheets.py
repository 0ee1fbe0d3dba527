"""The list of projects as a CSV file that spreadsheets open."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _


class Line:
    """What a csv writer writes to; gives each line back."""

    def write(self, line: str) -> str:
        return line


def safe(value: Any) -> Any:
    """A cell that a spreadsheet does not run as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def projects_sheet(projects: QuerySet[Any]) -> StreamingHttpResponse:
    """One row per project, in UTF-8 with a mark that spreadsheets need. Two queries per 500 rows."""
    response = StreamingHttpResponse(lines_of(projects), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="projects.csv"'
    return response


def lines_of(projects: QuerySet[Any]) -> Iterator[str]:
    writer = csv.writer(Line())
    heads = (
        _("연차"), _("자치구"), _("사업"), _("분야"), _("사업 종류"), _("확실성"), _("합계에 포함"), _("일자리"),
        _("사업비(원)"), _("시비(원)"), _("구비(원)"), _("자부담(원)"), _("발표된 표현"), _("예시 자료"), _("출처"),
    )  # fmt: skip
    yield "\ufeff" + str(writer.writerow(heads))
    for project in projects.prefetch_related("sources").iterator(chunk_size=500):
        cells = (
            project.round.year if project.round else "", str(project.district or ""), str(project),
            str(project.field or ""), project.get_kind_display(), project.get_certainty_display(),
            _("예") if project.counts else _("아니요"), project.jobs, project.whole_krw, project.city_krw,
            project.district_krw, project.own_krw, project.status_published, _("예시") if project.example else "",
            " ".join(source.url for source in project.sources.all()),
        )  # fmt: skip
        yield str(writer.writerow([safe(cell) for cell in cells]))
