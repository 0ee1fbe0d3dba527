"""Numbers as people type them in Korean spreadsheets: 1,234,567 · 1234567원 · ₩1,234,567 · １２３."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from sanghyeop.sheets.reading import FORMULA_WITHOUT_VALUE

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_UNIT = re.compile(r"(천|백만|만|억|조)\s*원?$")


class NotANumber(ValueError):
    """``code``: empty, not_a_number, with_unit (만원, 억), formula, not_whole, negative, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decimal_number(text: str, most: Decimal | int, signed: bool = False) -> Decimal:
    """A number from 0 (or, ``signed``, from ``-most``) to ``most``. Raises ``NotANumber``."""
    if text == FORMULA_WITHOUT_VALUE:
        raise NotANumber("formula")
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if not plain:
        raise NotANumber("empty")
    bare = plain.removeprefix("₩").removesuffix("원").strip()
    if not _NUMBER.fullmatch(bare):
        raise NotANumber("with_unit" if _UNIT.search(plain) else "not_a_number")
    digits = bare.replace(",", "")
    if len(digits) > 60:
        raise NotANumber("too_large" if "." not in digits else "not_a_number")
    number = Decimal(digits)
    if number < 0 and not signed:
        raise NotANumber("negative")
    if abs(number) > most:
        raise NotANumber("too_large")
    return number + 0  # no minus before a zero


def whole_number(text: str, most: int) -> int:
    """A whole number from 0 to ``most``; 12.0 is one. Raises ``NotANumber``."""
    number = decimal_number(text, most)
    if number != number.to_integral_value():
        raise NotANumber("not_whole")
    return int(number)
