"""PROPOSALS: the rows of a spreadsheet as proposals, with everything that is wrong in them at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sanghyeop.commands.faults import BadInput, Fault
from sanghyeop.commands.header import places_of
from sanghyeop.sheets import NotANumber, SheetError, decimal_number, read_table, whole_number
from sanghyeop.sheets.reading import FORMULA_WITHOUT_VALUE

NEEDED = ("id", "title", "district", "field", "score", "jobs", "city_krw", "district_krw")
OPTIONAL = ("score_sd", "group", "force")
MOST_KRW = 10**15
"""천조 won: more than any public budget, and far below where sums stop being exact."""
MOST_POINTS = 1_000_000

Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True)
class Asked:
    """One row of PROPOSALS."""

    row: int
    id: str
    title: str
    district: str
    field: str
    score: Decimal
    jobs: Decimal
    city_krw: int
    district_krw: int
    score_sd: Decimal
    group: str
    force: str


def read_proposals(data: bytes, file: str) -> tuple[list[Asked], list[Fault]]:
    """The proposals, and warnings. Raises ``BadInput``."""
    try:
        table = read_table(data)
    except SheetError as error:
        raise BadInput(file, [Fault(error.code, row=error.row)]) from error
    places, faults, warnings = places_of(table.header, NEEDED, OPTIONAL)
    if faults:
        raise BadInput(file, faults)
    if not table.rows:
        raise BadInput(file, [Fault("no_rows")])
    asked, seen = [], dict[str, int]()
    for row in table.rows:
        cells = {name: row.cells[k] for name, k in places.items()}
        reader = _Row(row.number, cells, faults)
        one = Asked(
            row=row.number,
            id=reader.text("id", needed=True),
            title=reader.text("title"),
            district=reader.text("district", needed=True),
            field=reader.text("field", needed=True),
            score=reader.number("score", decimal_number, MOST_POINTS, Decimal(0)),
            jobs=reader.number("jobs", decimal_number, MOST_POINTS, Decimal(0)),
            city_krw=reader.number("city_krw", whole_number, MOST_KRW, 0),
            district_krw=reader.number("district_krw", whole_number, MOST_KRW, 0),
            score_sd=reader.number("score_sd", decimal_number, MOST_POINTS, Decimal(0), needed=False),
            group=reader.text("group"),
            force=reader.text("force").lower(),
        )
        if one.force not in ("", "in", "out"):
            faults.append(Fault("unknown_force", "force", row.number, {"text": one.force[:40]}))
        if one.id and one.id in seen:
            faults.append(Fault("duplicate_id", "id", row.number, {"text": one.id[:40], "first": seen[one.id]}))
        seen.setdefault(one.id, row.number)
        asked.append(one)
    if faults:
        raise BadInput(file, faults)
    return asked, warnings


@dataclass
class _Row:
    number_of_row: int
    cells: dict[str, str]
    faults: list[Fault]

    def text(self, column: str, needed: bool = False) -> str:
        text = self.cells.get(column, "")
        if text == FORMULA_WITHOUT_VALUE:
            self.faults.append(Fault("formula", column, self.number_of_row))
            return ""
        if needed and not text:
            self.faults.append(Fault("empty_cell", column, self.number_of_row))
        return text

    def number(
        self, column: str, read: Callable[[str, int], Number], most: int, otherwise: Number, needed: bool = True
    ) -> Number:
        text = self.cells.get(column, "")
        if not text and not needed:
            return otherwise
        try:
            return read(text, most)
        except NotANumber as error:
            code = "empty_cell" if error.code == "empty" else error.code
            shown = "" if text == FORMULA_WITHOUT_VALUE else text[:40]
            self.faults.append(Fault(code, column, self.number_of_row, {"text": shown, "most": most}))
            return otherwise
