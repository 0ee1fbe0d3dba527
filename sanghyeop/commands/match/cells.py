"""Cells of a column as arrays, and the faults that are found in them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanghyeop.commands.faults import Fault, nearest
from sanghyeop.commands.match.names import Names
from sanghyeop.sheets import NotANumber, SheetError, decimal_number
from sanghyeop.sheets.columns import Piece
from sanghyeop.sheets.reading import FORMULA_WITHOUT_VALUE

KEPT_FAULTS = 1_000
NEAREST_AMONG = 5_000
"""Among more names the nearest one is not looked for."""
PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)


class Faults:
    """Faults of one file: all are counted, the first are kept."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.count = 0

    def add(self, code: str, where: str = "", row: int = 0, **about: str | int) -> None:
        self.count += 1
        if len(self.kept) < KEPT_FAULTS:
            self.kept.append(Fault(code, where, int(row), about))

    def add_all(self, code: str, where: str, rows: np.ndarray, texts: pa.Array | None = None) -> None:
        """One fault for each row, with the cell's text beside it."""
        room = max(0, KEPT_FAULTS - len(self.kept))
        shown = [""] * room if texts is None else [str(text)[:40] for text in texts[:room].to_pylist()]
        self.kept += [Fault(code, where, int(row), {"text": text}) for row, text in zip(rows[:room], shown)]
        self.count += len(rows)


def ids_of(piece: Piece, column: str, faults: Faults) -> pa.Array:
    texts = texts_of(piece, column, faults)
    texts = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFC"))
    empty = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    if empty.any():
        faults.add_all("empty_cell", column, piece.rows[empty])
    return texts


def names_of(ids: list[pa.Array], rows: np.ndarray, column: str, faults: Faults) -> Names:
    """The ids, each once. Raises ``BadInput`` without a file where there are none."""
    if not len(rows):
        raise SheetError("no_rows")
    together = pa.chunked_array(ids, pa.string()).combine_chunks()
    numbers = together.dictionary_encode()
    if len(numbers.dictionary) < len(together):
        of = numbers.indices.to_numpy()
        first = np.full(len(numbers.dictionary), -1)
        first[of[::-1]] = np.arange(len(of))[::-1]
        for k in np.flatnonzero(first[of] != np.arange(len(of))).tolist():
            if together[k].as_py():  # an empty one was named before
                faults.add("id_again", column, rows[k], text=together[k].as_py()[:40], first=int(rows[first[of[k]]]))
    return Names(together)


def texts_of(piece: Piece, column: str, faults: Faults) -> pa.Array:
    if column not in piece.columns:
        return pa.repeat("", len(piece))
    texts = piece.columns[column]
    if not pa.types.is_string(texts.type):
        texts = texts.cast(pa.string()).fill_null("")
    formula = pc.equal(texts, FORMULA_WITHOUT_VALUE).to_numpy(zero_copy_only=False)
    if formula.any():
        faults.add_all("formula", column, piece.rows[formula])
    return texts


def numbers_of(
    piece: Piece,
    column: str,
    faults: Faults,
    most: int,
    needed: bool = True,
    whole: bool = False,
    signed: bool = False,
) -> np.ndarray:
    """As floats, NaN where a cell is empty or wrong (which is a fault)."""
    if column not in piece.columns:
        return np.full(len(piece), np.nan)
    cells = piece.columns[column]
    try:
        values = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
        doubtful = ~(np.abs(values) <= most) | ((values < 0) & (not signed))
        if whole:
            doubtful |= values != np.rint(values)
    except pa.ArrowInvalid:
        values = np.full(len(piece), np.nan)
        doubtful = np.ones(len(piece), bool)
    if not doubtful.any():
        return values
    values = values.copy()
    places = np.flatnonzero(doubtful)
    for k, text in zip(places.tolist(), cells.take(pa.array(places)).to_pylist()):
        values[k] = np.nan
        try:
            values[k] = _number("" if text is None else str(text), most, whole, signed)
        except NotANumber as error:
            if error.code != "empty" or needed:
                shown = "" if text == FORMULA_WITHOUT_VALUE else str(text)[:40]
                code = "empty_cell" if error.code == "empty" else error.code
                faults.add(code, column, piece.rows[k], text=shown, most=most)
    return values


def _number(text: str, most: int, whole: bool, signed: bool) -> float:
    if PLAIN.fullmatch(text) and abs(float(text)) <= most and (signed or float(text) >= 0):
        number = float(text)
    else:
        number = float(decimal_number(text, most, signed))
    if whole and not number.is_integer():
        raise NotANumber("not_whole")
    return number


def unknown(code: str, column: str, row: int, text: str, names: Names, faults: Faults) -> None:
    meant = ""
    if len(names) <= NEAREST_AMONG and faults.count < 20:
        meant = nearest(text, names.ids.to_pylist())
    faults.add(code, column, row, text=text[:40], **({"meant": meant} if meant else {}))
