"""What people send about themselves: documents, and never a resident registration number (주민등록번호).

They may not be processed even with consent unless a law names it (Personal Information Protection Act, article 24-2): a
text that looks like one is refused in every field.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from sanghyeop.ground.files.pictures import BadPicture, read_picture
from sanghyeop.ground.files.uploads import OversizedFile

#: Six digits of a birth date and seven more, of which the last six may be masked.
NUMBER = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})\s*[-–—.]?\s*([1-8])[\d*xX●○]{6}(?!\d)")


def looks_like_registration_number(text: str) -> bool:
    """Whether a resident registration number, whole or masked in its last digits, stands in the text."""
    flat = unicodedata.normalize("NFKC", text)
    return any(_is_day(*found.groups()[:3]) for found in NUMBER.finditer(flat))


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        datetime.date(2000 + int(year), int(month), int(day))
    except ValueError:
        return (month, day) == ("02", "29")
    return True


class NoNumbers(forms.Form):
    """A form in no field of which a resident registration number may stand."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        for name, value in list(facts.items()):
            written = value if isinstance(value, str) else getattr(value, "name", "")
            if isinstance(written, str) and looks_like_registration_number(written):
                self.add_error(name, _("주민등록번호는 받지 않습니다. 번호를 지우고 다시 보내 주세요."))
        return facts


@dataclass(frozen=True)
class Sent:
    """A document as it will be kept."""

    name: str
    content: bytes
    content_type: str


class PaperField(forms.FileField):
    """One document, a PDF or a picture; its value is ``Sent``. A picture is written anew without the place where it was
    taken."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp", "class": "file"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        if isinstance(data, OversizedFile) or (data and data.size > settings.PICTURES["bytes"]):
            limit = settings.PICTURES["bytes"] // 1_000_000
            raise forms.ValidationError(_("파일이 너무 큽니다. %(limit)dMB까지 낼 수 있습니다.") % {"limit": limit})
        data = super().clean(data, initial)
        if not data:
            return None
        if data.read(5) == b"%PDF-":
            data.seek(0)
            return Sent(str(data.name)[:200], data.read(), "application/pdf")
        data.seek(0)
        try:
            picture = read_picture(data)
        except BadPicture:
            raise forms.ValidationError(_("PDF나 사진(JPEG, PNG, WebP)만 낼 수 있습니다.")) from None
        return Sent(picture.name, picture.content, picture.content_type)
