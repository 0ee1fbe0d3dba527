"""Won as people write them: 12,000,000원, １２００００００, 1,200만원, 3천만원, 1억 5,000만원, 1.5억."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: More digits than this are a slip of the finger, and too long for the database's integers.
MOST_DIGITS = 15
#: What the units are worth: the large ones part a number into groups, the small ones stand within a group.
LARGE = {"조": 10**12, "억": 10**8, "만": 10**4}  # as data
SMALL = {"천": 1000, "백": 100, "십": 10}  # as data
#: 1200 or 1,200, maybe with decimals. Commas stand only where they part thousands: 1,5 is a slip, not fifteen.
NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", re.ASCII)
UNDERSTOOD = _("12,000,000처럼 원으로 적거나 1,200만원, 1억 5,000만원처럼 적어도 됩니다.")


def read_krw(text: str) -> int:
    """Won from what a person typed. Raises ``ValueError`` for anything but a whole number of won.

    Full-width digits, commas, blanks, ₩ before, 원 behind and the units 십, 백, 천, 만, 억, 조 are understood, before a
    unit also decimals (1.5억); a minus stays a minus.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("원")  # as data
    sign, plain = (-1, plain[1:]) if plain[:1] in ("-", "−") else (1, plain)
    amount = in_units(plain.removeprefix("₩"), LARGE, lambda group: in_units(group, SMALL, number_of))
    if amount.denominator != 1:
        raise ValueError(text)
    return sign * int(amount)


def in_units(text: str, units: dict[str, int], read: Callable[[str], Fraction]) -> Fraction:
    """The sum of what stands before each unit, the units falling; a unit alone counts once, as in 백만."""
    total, rest, least = Fraction(0), text, None
    for unit, worth in units.items():
        before, found, after = rest.partition(unit)
        if found:
            part = (read(before) if before else Fraction(1)) * worth
            total, rest, least = total + below(part, least), after, worth
    return total + below(read(rest), least) if rest or least is None else total


def below(part: Fraction, least: int | None) -> Fraction:
    """The part, if it fits below the unit before it: after 억 there is no room for 20,000만. Raises ``ValueError``."""
    if least is not None and part >= least:
        raise ValueError(part)
    return part


def number_of(text: str) -> Fraction:
    """A number without units. Raises ``ValueError``."""
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    return Fraction(text.replace(",", ""))


class KrwFormField(forms.IntegerField):
    """A form field for won; shows the amount with commas."""

    default_error_messages = {
        "invalid": _("금액을 읽지 못했습니다. 12,000,000이나 1,200만원처럼 적어 주세요."),
        "too_large": _("금액이 너무 큽니다. 숫자를 다시 확인해 주세요."),
        "min_value": _("0원 이상이어야 합니다."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        # No numeric keyboard: it has no letters for the units.
        options["widget"] = forms.TextInput(attrs={"class": "krw", "autocomplete": "off"})
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            amount = read_krw(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if abs(amount) >= 10**MOST_DIGITS:
            raise ValidationError(self.error_messages["too_large"], code="too_large")
        return amount
