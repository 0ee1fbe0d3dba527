"""The result sheet as a spreadsheet for the officer."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from sanghyeop.engines.panel import rounded
from sanghyeop.programme.review.results import Book


def plain(text: str) -> str:
    """Text that no spreadsheet program reads as a formula, without characters that its format forbids."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def number(value: Any, places: int = 2) -> Any:
    return None if value is None else rounded(value, places)


def result_file(book: Book) -> bytes:
    """One row a plan, passed ones first, by rank. Points rounded half up to two decimals, as on the page."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = _("심사 결과")
    heads = (
        _("순위"), _("번호"), pgettext("one", "계획서"), _("종류"), _("자치구"), _("민간단체"), _("분야"), _("심사표"),
        _("최저"),
        _("최고"), _("합산 점수"), _("보정 점수"), _("보정 오차"), _("선정에 쓰는 점수"), _("가점"), _("총점"),
        _("결과"),
    )  # fmt: skip
    sheet.append(heads)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "D2"
    for result in in_order(book):
        plan = book.plans[result.plan_id]
        sheet.append(
            (
                result.rank, plan.pk, plain(plan.title), str(plan.get_kind_display()), plain(str(plan.district)),
                plain(str(plan.organisation)), plain(str(plan.field)), result.sheets, number(result.lowest),
                number(result.highest), number(result.raw), number(result.corrected), number(result.sd),
                number(result.score), number(result.bonus), number(result.total), outcome(result),
            )
        )  # fmt: skip
    for column, width in zip("ABCDEFGHIJKLMNOPQ", (6, 8, 40, 8, 12, 24, 16, 8, 8, 8, 10, 10, 10, 14, 8, 8, 16)):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def in_order(book: Book) -> list[Any]:
    """Results by kind, then rank; those without one after, by total."""
    return sorted(
        book.results.values(),
        key=lambda r: (r.rank is None, r.kind != "new", r.rank or 0, -(r.total or 0), r.plan_id),
    )


def outcome(result: Any) -> str:
    """What the rules say of a plan, in words."""
    if not result.quorum_met:
        return _("심사표 부족")
    if result.failed_criteria:
        return _("과락")
    return _("합격") if result.passed else _("합격점 미달")
