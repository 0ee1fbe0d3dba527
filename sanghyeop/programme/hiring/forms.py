"""What applicants fill in: as little as the round's rules ask for, never a resident registration number."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.parties.models import District
from sanghyeop.programme.discovery.forms import RowField, Words
from sanghyeop.programme.hiring.models import Application, Group
from sanghyeop.programme.hiring.privacy import NoNumbers, PaperField
from sanghyeop.programme.hiring.rules import BENEFITS, OVER, Needed
from sanghyeop.programme.rounds.models import LARGEST_KRW, KrwFormField

YES_NO = [("yes", gettext_lazy("예")), ("no", gettext_lazy("아니요"))]


class DayField(forms.CharField):
    """A day as people type it: 1990-03-15, 19900315, 1990. 3. 15. Its value is a date."""

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "").strip()
        if not text:
            return None
        found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text) or re.fullmatch(
            r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?", text
        )
        try:
            day = datetime.date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None or day.year < 1900 or day > timezone.localdate():
            raise forms.ValidationError(_("날짜를 1990-03-15처럼 적어 주세요."), code="day")
        return day

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.date) else value


class PhoneField(forms.CharField):
    """A Korean telephone number; its value is digits only."""

    def to_python(self, value: Any) -> str:
        text = re.sub(r"\D", "", unicodedata.normalize("NFKC", super().to_python(value) or ""))
        if text and not re.fullmatch(r"0\d{8,10}", text):
            raise forms.ValidationError(_("전화번호를 010-1234-5678처럼 적어 주세요."), code="phone")
        return text


def yes_no(label: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, coerce=lambda v: v == "yes", empty_value=None, widget=forms.RadioSelect, **options
    )


class ApplicationForm(NoNumbers):
    """Who applies and what he or she declares. Only the facts that the round's rules need are asked for."""

    def __init__(
        self,
        data: Any = None,
        *,
        districts: Sequence[District],
        needed: Needed,
        bands: Sequence[int],
        year: int,
        initial: Any = None,
        consented: bool = False,
    ) -> None:
        super().__init__(data, initial=initial)
        add = self.fields
        auto = {"autocomplete": "name"}
        add["name"] = Words(label=_("이름"), max_length=60, widget=forms.TextInput(attrs=auto))
        add["born_on"] = DayField(
            label=_("생년월일"),
            widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric", "maxlength": 20}),
            help_text=_("예: 19900315. 주민등록번호는 적지 마세요."),
        )
        add["phone"] = PhoneField(
            label=_("휴대전화"),
            max_length=20,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        )
        add["district"] = RowField(districts, label=_("사는 자치구"))
        if needed.income:
            labels = [(str(b), _("기준중위소득의 %(percent)d%% 이하") % {"percent": b}) for b in bands]
            add["income"] = forms.TypedChoiceField(
                label=_("가구 소득"),
                choices=[("", _("잘 모르겠습니다")), *labels, (str(OVER), _("그보다 많음"))],
                coerce=int,
                empty_value=None,
                required=False,
                help_text=_("모르시면 비워 두세요. 담당자가 함께 확인합니다."),
            )
        if needed.property:
            add["property"] = KrwFormField(label=_("가구 재산(원)"), required=False, min_value=0, max_value=LARGEST_KRW)
        if needed.unemployed:
            add["unemployed"] = yes_no(_("지금 일자리가 없습니까?"))
        if needed.other_job:
            add["other_job"] = yes_no(_("지금 다른 공공일자리에 참여하고 있습니까?"))
        if needed.benefits:
            add["benefits"] = self._several(
                _("지금 받고 있는 것"), [(code, BENEFITS.get(code, code)) for code in needed.benefits]
            )
        if needed.groups:
            named = dict(Group.choices)
            add["groups"] = self._several(
                _("나에게 해당하는 것"), [(code, named.get(code, code)) for code in needed.groups]
            )
        if needed.earlier_years:
            years = range(year - needed.earlier_years, year)
            add["earlier"] = self._several(_("공공일자리에 참여한 해"), [(str(y), str(y)) for y in years])
        if needed.head:
            add["head"] = forms.BooleanField(label=_("세대주입니다"), required=False)
        if needed.dependants:
            add["dependants"] = forms.IntegerField(
                label=_("부양가족 수(명)"), required=False, min_value=0, max_value=20
            )
        add["sex"] = forms.ChoiceField(
            label=_("성별"),
            required=False,
            choices=[("", _("적지 않음")), *Application.Sex.choices],
            help_text=_("통계에만 씁니다. 적지 않아도 됩니다."),
        )
        add["words"] = Words(
            label=_("하고 싶은 말"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
        )
        if not consented:
            add["agree"] = forms.BooleanField(
                label=_("위 내용을 읽었고, 적은 내용을 참여자 선발에 쓰는 데 동의합니다."),
                error_messages={"required": _("동의해야 지원할 수 있습니다.")},
            )

    def _several(self, label: Any, choices: Any) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )

    def untroubled(self) -> ApplicationForm:
        """The form with what was typed and no errors yet: the person is still arranging posts."""
        self._errors = ErrorDict()
        return self

    def personal(self) -> dict[str, Any]:
        """The application's own fields, for ``applying.send`` and ``applying.change``."""
        told = self.cleaned_data
        names = ("name", "born_on", "phone", "district", "sex", "words")
        facts: dict[str, Any] = {
            key: told[key]
            for key in ("income", "property", "unemployed", "benefits", "groups", "head", "dependants", "other_job")
            if key in told and told[key] is not None
        }
        if "earlier" in told:
            facts["earlier"] = [int(year) for year in told["earlier"]]
        return {name: told[name] for name in names} | {"facts": facts}


def initial_of(application: Application) -> dict[str, Any]:
    """What an earlier application said, for the form."""
    facts = dict(application.facts)
    for key in ("unemployed", "other_job"):
        if facts.get(key) is not None:
            facts[key] = "yes" if facts[key] else "no"
    facts["earlier"] = [str(year) for year in facts.get("earlier", [])]
    names = ("name", "born_on", "phone", "sex", "words")
    return {name: getattr(application, name) for name in names} | {"district": str(application.district_id)} | facts


class PaperForm(NoNumbers):
    kind = Words(label=gettext_lazy("서류 이름"), max_length=60, help_text=gettext_lazy("예: 건강보험료 납부확인서"))
    file = PaperField(
        label=gettext_lazy("파일"),
        help_text=gettext_lazy("PDF나 사진. 주민등록번호 뒷자리는 가리고 내 주세요."),
    )


class JobFilter(forms.Form):
    """Which open jobs to list."""

    def __init__(self, data: Any, *, districts: Sequence[District], fields: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["q"] = forms.CharField(
            label=_("낱말"), required=False, widget=forms.TextInput(attrs={"type": "search", "maxlength": 100})
        )
        self.fields["district"] = RowField(districts, label=_("자치구"), required=False, empty=_("모두"))
        self.fields["field"] = forms.ChoiceField(label=_("분야"), required=False, choices=[("", _("모두")), *fields])

    def chosen(self) -> dict[str, Any]:
        """The values that are understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
