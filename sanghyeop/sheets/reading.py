"""A table in a file, as rows of texts."""

from __future__ import annotations

import csv
import datetime
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
"""An XLSX is a ZIP: what it unpacks to is looked at before it is unpacked."""
LONGEST_CELL = 32_767
"""As in a spreadsheet."""

FORMULA_WITHOUT_VALUE = "\0formula"
"""Stands in a cell whose formula was saved without its result; no cell of a file can hold it."""


class SheetError(ValueError):
    """The file is no table. ``code``: empty, too_large, not_text, not_xlsx, not_csv, old_xls, too_many_rows,
    too_many_columns, cell_too_long. ``row`` where known."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(f"{code} (row {row})" if row else code)
        self.code = code
        self.row = row


@dataclass(frozen=True)
class TableRow:
    """``number`` is the row's number in the spreadsheet, counted from 1 with the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The header's texts and the rows that hold anything. Rows are as long as the longest; texts are NFC, stripped."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(data: bytes) -> Table:
    """The table in a CSV or XLSX file (its first sheet), told apart by its content. Raises ``SheetError``."""
    if not data.strip():
        raise SheetError("empty")
    if len(data) > MOST_BYTES:
        raise SheetError("too_large")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError("old_xls")  # also an XLSX with a password
    return _table(_xlsx(data) if data.startswith(b"PK") else _csv(data))


def decode(data: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark, UTF-16 with one, or CP949 (which holds EUC-KR).

    Raises ``SheetError("not_text")`` with the row of the first byte that is neither.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "cp949"]
    furthest = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
        else:
            if "\0" in text:
                raise SheetError("not_text", text[: text.index("\0")].count("\n") + 1)
            return text
    raise SheetError("not_text", data[:furthest].count(b"\n") + 1)


def _csv(data: bytes) -> Iterator[list[str]]:
    text = decode(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, 1):  # noqa: B007
            yield cells
    except csv.Error as error:
        raise SheetError("not_csv", row + 1) from error


def _xlsx(data: bytes) -> Iterator[list[str]]:
    # Imported here: it takes a quarter of a second, which a CSV need not wait for.
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise SheetError("too_large")
        # Twice: once for the results that the spreadsheet saved, once to see which of them are formulas.
        results = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheets = (results.worksheets[0], formulas.worksheets[0])
        for sheet in sheets:
            sheet.reset_dimensions()  # what the file says of its own size is often wrong
        for values, written in zip(*(sheet.iter_rows(values_only=True) for sheet in sheets), strict=False):
            yield [_cell_text(value, formula) for value, formula in zip(values, written, strict=False)]
    except SheetError:
        raise
    except Exception as error:  # a broken file fails in many ways inside the library
        raise SheetError("not_xlsx") from error


def _cell_text(value: Any, written: Any) -> str:
    if value is None:
        is_formula = (isinstance(written, str) and written.startswith("=")) or not isinstance(written, str | None)
        return FORMULA_WITHOUT_VALUE if is_formula else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e300:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _table(lines: Iterable[list[str]]) -> Table:
    header: tuple[str, ...] | None = None
    rows = []
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS + 1:
            raise SheetError("too_many_rows", number)
        cells = [unicodedata.normalize("NFC", cell).strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise SheetError("too_many_columns", number)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise SheetError("cell_too_long", number)
        if header is None:
            header = tuple(cells)
        else:
            rows.append(TableRow(number, tuple(cells)))
    if header is None:
        raise SheetError("empty")
    width = max([len(header), *(len(row.cells) for row in rows)])
    return Table(header, tuple(TableRow(row.number, row.cells + ("",) * (width - len(row.cells))) for row in rows))
