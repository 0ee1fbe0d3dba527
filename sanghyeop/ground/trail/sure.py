"""The tick before an act that cannot simply be taken back: it names what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SureForm(forms.Form):
    """One tick, which the act asks for. ``follows``: what will happen, in a sentence or two."""

    sure = forms.BooleanField(error_messages={"required": _("확인란에 표시해야 이 일을 할 수 있습니다.")})

    def __init__(self, data: Any = None, *, follows: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["sure"].label = _("%(follows)s 확인했습니다.") % {"follows": follows}
