"""A table of any length, by columns and in pieces: CSV, XLSX or Parquet.

Long CSV files go through Arrow, which is quick and strict: UTF-8 only, no ragged or empty rows, and rows are not
counted. Whatever it does not take, and whatever turns out to be wrong in what it read, is read again ``carefully``: in
the ways of `reading`, with the numbers of rows that a spreadsheet shows.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sanghyeop.sheets.reading import LONGEST_CELL, MOST_COLUMNS, SheetError, read_table

LONG = 1024 * 1024
"""Bytes from which on a CSV is worth reading quickly."""
PIECE_BYTES = 32 * 1024 * 1024
PIECE_ROWS = 1_000_000


class NotQuickly(Exception):
    """The quick reader does not take this file; it may still be a table."""


@dataclass(frozen=True)
class Piece:
    """Some rows: their numbers in the file (unless read quickly: then from 0), and the columns that were asked for.

    A column holds texts without nulls; a column of a Parquet file may hold numbers or lists, as it was saved.
    """

    rows: np.ndarray
    columns: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(self.rows)


class Columns:
    """An open table. ``header``: names as they are written; ``careful``: whether rows have their true numbers."""

    def __init__(self, path: Path, careful: bool = False) -> None:
        """Raises ``SheetError``, ``OSError``, and ``NotQuickly`` unless ``careful``."""
        self.path = path
        with path.open("rb") as file:
            start = file.read(65_536)
            size = file.seek(0, io.SEEK_END)
        if not start.strip():
            raise SheetError("empty")
        self.careful = True
        self.lines: Iterator[tuple[int, list[str]]] = iter(())
        if start.startswith(b"PAR1"):
            self.kind = "parquet"
            try:
                self.parquet = pyarrow.parquet.ParquetFile(path)
            except (pa.ArrowException, OSError) as error:
                raise SheetError("not_parquet") from error
            self.header = tuple(clean(name) for name in self.parquet.schema_arrow.names)
        elif start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            self.kind = "xlsx"
            self.table = read_table(path.read_bytes())
            self.header = self.table.header
        elif careful or size < LONG:
            self.kind = "csv"
            self.lines = _lines(path)
            number, self.header = next(((k, tuple(cells)) for k, cells in self.lines), (0, ()))
            if not number:
                raise SheetError("empty")
        else:
            self.kind = "quick"
            self.careful = False
            self.header, self.delimiter = _quick_header(start)

    def pieces(self, places: dict[str, int]) -> Iterator[Piece]:
        """The columns at ``places`` under their names there. Raises as the constructor does."""
        if self.kind == "parquet":
            yield from self._saved(places)
        elif self.kind == "quick":
            yield from self._quick(places)
        else:
            if self.kind == "xlsx":
                lines: Iterator[tuple[int, Any]] = ((row.number, row.cells) for row in self.table.rows)
            else:
                lines = self.lines
            yield from _gathered(lines, places)

    def _saved(self, places: dict[str, int]) -> Iterator[Piece]:
        names = self.parquet.schema_arrow.names
        row = 1
        try:
            for batch in self.parquet.iter_batches(PIECE_ROWS, columns=[names[k] for k in places.values()]):
                columns = {name: _plain(batch.column(names[k])) for name, k in places.items()}
                yield Piece(np.arange(row, row + len(batch)), columns)
                row += len(batch)
        except (pa.ArrowException, OSError) as error:
            raise SheetError("not_parquet") from error

    def _quick(self, places: dict[str, int]) -> Iterator[Piece]:
        names = [str(k) for k in range(len(self.header))]
        wanted = {name: names[k] for name, k in places.items()}
        row = 0
        try:
            reader = pyarrow.csv.open_csv(
                self.path,
                pyarrow.csv.ReadOptions(block_size=PIECE_BYTES, skip_rows=1, column_names=names),
                pyarrow.csv.ParseOptions(delimiter=self.delimiter, ignore_empty_lines=False),
                pyarrow.csv.ConvertOptions(
                    column_types={name: pa.string() for name in names}, include_columns=list(wanted.values())
                ),
            )
            for batch in reader:
                yield Piece(np.arange(row, row + len(batch)), {n: batch.column(c) for n, c in wanted.items()})
                row += len(batch)
        except pa.ArrowException as error:
            raise NotQuickly from error


def clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _quick_header(start: bytes) -> tuple[tuple[str, ...], str]:
    try:
        line = codecs.getincrementaldecoder("utf-8-sig")().decode(start).split("\n", 1)[0]
    except UnicodeDecodeError as error:
        raise NotQuickly from error
    delimiter = max(",;\t", key=line.count)
    header = tuple(clean(cell) for cell in next(csv.reader([line], delimiter=delimiter), []))
    if line.count('"') % 2 or len(header) < 2 or not all(header) or len(header) > MOST_COLUMNS:
        raise NotQuickly
    return header, delimiter


def _plain(column: pa.Array) -> pa.Array:
    """Without dictionaries, nulls or kinds of text; a damaged file may hold anything."""
    try:
        column.validate(full=True)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        kind = column.type
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            return column.cast(pa.list_(pa.string()))
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return column
        return column.cast(pa.string()).fill_null("")
    except pa.ArrowException as error:
        raise SheetError("not_parquet") from error


def _gathered(lines: Iterator[tuple[int, Any]], places: dict[str, int]) -> Iterator[Piece]:
    numbers: list[int] = []
    cells: dict[str, list[str]] = {name: [] for name in places}
    for number, line in lines:
        numbers.append(number)
        for name, k in places.items():
            cells[name].append(line[k] if k < len(line) else "")
        if len(numbers) == PIECE_ROWS:
            yield Piece(np.array(numbers), {name: pa.array(texts, pa.string()) for name, texts in cells.items()})
            numbers, cells = [], {name: [] for name in places}
    if numbers:
        yield Piece(np.array(numbers), {name: pa.array(texts, pa.string()) for name, texts in cells.items()})


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV that hold anything, with their numbers; texts are NFC and stripped."""
    encoding = encoding_of(path)
    with path.open("r", encoding=encoding, newline="") as file:
        delimiter = max(",;\t", key=file.readline().count)
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, line in enumerate(reader, 1):
                if any(len(cell) > LONGEST_CELL for cell in line):
                    raise SheetError("cell_too_long", number)
                cells = [clean(cell) for cell in line]
                while cells and not cells[-1]:
                    cells.pop()
                if len(cells) > MOST_COLUMNS:
                    raise SheetError("too_many_columns", number)
                if cells:
                    yield number, cells
        except csv.Error as error:
            raise SheetError("not_csv", number + 1) from error


def encoding_of(path: Path) -> str:
    """As `reading.decode` tells it, without holding the file. Raises ``SheetError("not_text")`` with the row."""
    with path.open("rb") as file:
        start = file.read(3)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            candidates = ["utf-16"]
        elif start == b"\xef\xbb\xbf":
            candidates = ["utf-8-sig"]
        else:
            candidates = ["utf-8", "cp949"]
        furthest = 0
        for encoding in candidates:
            decoder = codecs.getincrementaldecoder(encoding)()
            file.seek(0)
            rows = 0
            try:
                while chunk := file.read(1 << 20):
                    text = decoder.decode(chunk)
                    if "\0" in text:
                        raise SheetError("not_text", rows + text[: text.index("\0")].count("\n") + 1)
                    rows += text.count("\n")
                decoder.decode(b"", final=True)
                return encoding
            except UnicodeDecodeError as error:
                furthest = max(furthest, rows + error.object[: error.start].count(b"\n") + 1)
        raise SheetError("not_text", furthest)
