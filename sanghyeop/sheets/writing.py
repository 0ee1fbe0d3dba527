"""XLSX to give away: widths that fit, and texts that stay texts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from sanghyeop.sheets.width import width

Value = str | int | float | None

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ACTS = ("=", "+", "-", "@", "\t", "\r")


def workbook(sheets: Iterable[tuple[str, Sequence[str], Sequence[Sequence[Value]]]]) -> bytes:
    """An XLSX file of (title, header, rows). Whole numbers get separators of thousands."""
    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet: Any = book.create_sheet(title[:31])  # its type does not know the widths of columns
        for k, name in enumerate(header):
            longest = max([width(name), *(width(_shown(row[k])) for row in rows[:500])])
            sheet.column_dimensions[_letter(k)].width = min(60, longest + 3)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, name, bold=True) for name in header])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Value, bold: bool = False) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        text = _CONTROL.sub("", value)[:32_767]
        cell = WriteOnlyCell(sheet, text)
        if text.startswith(_ACTS):
            # Said to be text twice: to who opens the file, and to who copies the cell elsewhere.
            cell.data_type = "s"
            cell.quotePrefix = True
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "#,##0" if isinstance(value, int) else "#,##0.00##"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _shown(value: Value) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _letter(k: int) -> str:
    return chr(ord("A") + k)
