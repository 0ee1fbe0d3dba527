"""Won as people write them: '1,200만원' no, '12,000,000원', '１２００００００' and '12000000' yes."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: More digits than this are a slip of the finger, and too long for the database's integers.
MOST_DIGITS = 15


def read_krw(text: str) -> int:
    """Won from what a person typed. Raises ``ValueError`` for anything but a whole number of won.

    Full-width digits, commas, spaces and a final 원 are understood; a minus stays a minus.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("원").replace(",", "").replace(" ", "")  # as data
    sign, digits = (-1, plain[1:]) if plain[:1] in ("-", "−") else (1, plain)
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(text)
    return sign * int(digits)


class KrwFormField(forms.IntegerField):
    """A form field for won; shows the amount with commas."""

    default_error_messages = {
        "invalid": _("금액을 숫자로 적어 주세요. 예: 12,000,000"),
        "too_large": _("금액이 너무 큽니다. 숫자를 다시 확인해 주세요."),
        "min_value": _("0원 이상이어야 합니다."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        options["widget"] = forms.TextInput(attrs={"inputmode": "numeric", "class": "krw", "autocomplete": "off"})
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
