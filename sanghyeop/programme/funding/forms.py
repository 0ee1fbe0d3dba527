"""The forms of grants: decided, edited, paid, changed; the round's rule; the call for an operator."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.amounts import KrwFormField
from sanghyeop.ground.files.papers import PapersField
from sanghyeop.ground.ledger.accounts import Account, Category, Purse
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.funding.changing import Added
from sanghyeop.programme.funding.models import BudgetLine, FundingRule, Grant, Paying
from sanghyeop.programme.rounds.models import LARGEST_KRW

#: Years around today that a date of a grant may lie in; what lies farther is a slip of the finger.
YEARS = 10
BLANK_CONDITIONS = 2
MOST_INSTALMENTS = 12
#: Blank lines below the budget in a change.
NEW_LINES = 2


class DayField(forms.DateField):
    """A day, picked or typed; one that is no day of the calendar, or far away, is told so."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("error_messages", {})
        options["error_messages"].setdefault("invalid", lazy("달력에 있는 날짜를 적어 주세요. 예: 2027-03-02"))
        super().__init__(**options)

    def clean(self, value: Any) -> datetime.date | None:
        found = super().clean(value)
        if found and abs(found.year - timezone.localdate().year) > YEARS:
            raise forms.ValidationError(_("연도를 다시 확인해 주세요."))
        return found


def won(label: Any, **options: Any) -> KrwFormField:
    return KrwFormField(label=label, max_value=LARGEST_KRW, **options)


def text(label: Any, most: int, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WhyForm(forms.Form):
    why = text(lazy("까닭"), 2000, 3, error_messages={"required": lazy("까닭을 적어 주세요.")})


class DecideForm(forms.Form):
    on = DayField(label=lazy("교부결정일"), initial=timezone.localdate)


class AskForm(forms.Form):
    paper = PapersField(label=lazy("교부 조건을 갖춘 것을 보이는 서류"), required=False)


class PayForm(forms.Form):
    paid_on = DayField(label=lazy("교부일"), initial=timezone.localdate)


class EditForm(forms.Form):
    starts_on = DayField(label=lazy("사업 시작일"))
    ends_on = DayField(label=lazy("사업 종료일"))
    paying = forms.ChoiceField(label=lazy("교부 방식"), choices=Paying.choices)

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        starts_on, ends_on = kept.get("starts_on"), kept.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("사업 종료일이 시작일보다 빠릅니다."))
        return kept


class ConditionForm(forms.Form):
    text = text(lazy("교부조건"), 1000, 3, required=False)
    law = forms.CharField(label=lazy("근거"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("law") and not kept.get("text"):
            self.add_error("text", _("교부조건을 적거나 근거를 지워 주세요."))
        return kept


def conditions_form(data: Any, grant: Grant) -> BaseFormSet:
    """All conditions of a grant with blank ones below; an emptied one is left out."""
    factory = formset_factory(ConditionForm, extra=BLANK_CONDITIONS, max_num=60, absolute_max=80)
    initial = [{"text": row.text, "law": row.law} for row in grant.conditions.all()]
    return factory(data, initial=initial, prefix="condition")


class OperatorForm(forms.Form):
    operator = forms.ModelChoiceField(
        label=lazy("수행기관"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=lazy("아직 정하지 않음"),
    )
    why = forms.CharField(label=lazy("까닭"), max_length=500, required=False)

    def __init__(self, data: Any, grant: Grant) -> None:
        super().__init__(data, initial={"operator": grant.operator_id})
        project = grant.project
        city = project.round.city_id if project.round else None
        private = ~Q(kind__in=[Organisation.Kind.CITY, Organisation.Kind.DISTRICT])
        office = Q(kind=Organisation.Kind.DISTRICT, district=project.district_id)
        operator: Any = self.fields["operator"]
        operator.queryset = Organisation.objects.filter(private | office, city=city)


class AgreementForm(forms.Form):
    text = text(lazy("협약 내용"), 20_000, 16)
    base = forms.CharField(widget=forms.HiddenInput, required=False)


class InstalmentForm(forms.Form):
    due_on = DayField(label=lazy("교부 예정일"), required=False)
    milestone = forms.CharField(
        label=lazy("교부 조건"), max_length=200, required=False, help_text=lazy("예: 참여자 채용을 마친 뒤")
    )
    city = won(Purse.CITY.label, required=False)
    district = won(Purse.DISTRICT.label, required=False)
    own = won(Purse.OWN.label, required=False, help_text=lazy("수행기관이 같은 날 사업 계좌에 넣는 돈입니다."))

    @property
    def shares(self) -> dict[str, int]:
        return {purse: self.cleaned_data.get(purse) or 0 for purse in Purse.values}


class ChangeForm(forms.Form):
    """The whole budget with new amounts, a new end, and why."""

    why = text(lazy("바꾸려는 까닭"), 2000, 4, error_messages={"required": lazy("바꾸려는 까닭을 적어 주세요.")})
    ends_on = DayField(label=lazy("사업 종료일"))
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any, grant: Grant, lines: Sequence[BudgetLine], budget: Mapping[int, Mapping[str, int]], base: str
    ) -> None:
        super().__init__(data, initial={"ends_on": grant.ends_on, "base": base})
        self.lines, self.budget = lines, budget
        for line in lines:
            for purse in Purse:
                self.fields[f"l{line.pk}-{purse}"] = won(purse.label, initial=budget[line.pk][purse], required=False)
        for place in range(NEW_LINES):
            self.fields[f"n{place}-category"] = forms.ChoiceField(
                label=_("비목"), choices=[("", _("고르기")), *Category.choices], required=False
            )
            self.fields[f"n{place}-item"] = forms.CharField(label=_("내역"), max_length=100, required=False)
            self.fields[f"n{place}-basis"] = forms.CharField(label=_("산출 근거"), max_length=500, required=False)
            for purse in Purse:
                self.fields[f"n{place}-{purse}"] = won(purse.label, required=False)

    def clean(self) -> dict[str, Any]:
        """A new line is whole, or left blank; and there is no line of that name yet."""
        kept = super().clean() or {}
        there = {(line.category, line.item) for line in self.lines}
        for place in range(NEW_LINES):
            if not any(kept.get(f"n{place}-{name}") for name in ("category", "item", "basis", *Purse.values)):
                continue
            if not kept.get(f"n{place}-category"):
                self.add_error(f"n{place}-category", _("비목을 골라 주세요."))
            if not kept.get(f"n{place}-item"):
                self.add_error(f"n{place}-item", _("새 내역의 이름을 적어 주세요."))
            elif (kept.get(f"n{place}-category"), kept[f"n{place}-item"]) in there:
                self.add_error(f"n{place}-item", _("이미 있는 예산 내역입니다. 위에서 그 내역의 금액을 바꿔 주세요."))
            there.add((kept.get(f"n{place}-category", ""), kept.get(f"n{place}-item", "")))
            typed = [f"n{place}-{purse}" for purse in Purse.values]
            if not any(name in self.errors or kept.get(name) for name in typed):
                self.add_error(typed[0], _("새 내역의 금액을 재원 가운데 하나에는 적어 주세요."))
        return kept

    @property
    def new_rows(self) -> list[dict[str, Any]]:
        """The blank lines: what it is, and its won by purse."""
        return [
            {
                "what": [self[f"n{place}-{name}"] for name in ("category", "item", "basis")],
                "won": [self[f"n{place}-{purse}"] for purse in Purse.values],
            }
            for place in range(NEW_LINES)
        ]

    @property
    def added(self) -> list[Added]:
        """The lines that are new."""
        kept = self.cleaned_data
        return [
            Added(
                kept[f"n{place}-category"],
                kept[f"n{place}-item"],
                {purse: kept[f"n{place}-{purse}"] or 0 for purse in Purse.values},
                kept[f"n{place}-basis"],
            )
            for place in range(NEW_LINES)
            if kept[f"n{place}-item"]
        ]

    def rows(self, spent: Mapping[int, Mapping[str, int]]) -> list[dict[str, Any]]:
        """The lines with their three fields and what has been spent."""
        return [
            {
                "line": line,
                "planned": sum(self.budget[line.pk].values()),
                "spent": sum(spent[line.pk].values()) if line.pk in spent else 0,
                "fields": [self[f"l{line.pk}-{purse}"] for purse in Purse.values],
            }
            for line in self.lines
        ]

    @property
    def deltas(self) -> dict[tuple[int, str], int]:
        """Won more or less by line and purse; an emptied field changes nothing."""
        return {
            (line.pk, purse): amount - self.budget[line.pk][purse]
            for line in self.lines
            for purse in Purse.values
            if (amount := self.cleaned_data[f"l{line.pk}-{purse}"]) is not None
        }


class RuleForm(forms.ModelForm):
    class Meta:
        model = FundingRule
        fields = ("paying", "free_change", "source")
        help_texts = {
            "free_change": lazy(
                "같은 비목 안에서, 내역마다 마지막으로 승인한 예산의 이 몫까지는 승인 없이 옮길 수 있습니다. "
                "0이면 언제나 승인을 받습니다."
            )
        }


class RuleInstalmentForm(forms.Form):
    share = forms.DecimalField(
        label=lazy("몫(%)"), min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2,
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
    )  # fmt: skip
    months = forms.IntegerField(
        label=lazy("사업 시작 뒤 몇 달"), min_value=0, max_value=60, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "number"}),
    )  # fmt: skip
    milestone = forms.CharField(label=lazy("교부 조건"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("share") and kept.get("months") is None and not kept.get("milestone"):
            self.add_error("months", _("몇 달 뒤인지, 아니면 교부 조건을 적어 주세요."))
        if not kept.get("share") and (kept.get("months") is not None or kept.get("milestone")):
            self.add_error("share", _("몫을 적거나 이 회차를 비워 주세요."))
        return kept


class RuleInstalments(BaseFormSet):
    """The instalments of a rule: their parts make the whole."""

    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("share")]

    def clean(self) -> None:
        if any(self.errors):
            return
        rows = self.filled()
        total = sum(row["share"] for row in rows)
        if rows and total != 100:
            raise forms.ValidationError(_("몫의 합이 100%%여야 합니다. 지금은 %(total)s%%입니다.") % {"total": total})


def rule_instalments(data: Any, start: Sequence[Mapping[str, Any]]) -> Any:
    factory = formset_factory(
        RuleInstalmentForm, formset=RuleInstalments, extra=2, max_num=MOST_INSTALMENTS, absolute_max=20
    )
    return factory(data, initial=list(start), prefix="instalment")


class CloseForm(forms.Form):
    """Closing cannot be undone: it takes a tick, not one click."""

    month = forms.ChoiceField(label=lazy("마감할 달"))
    sure = forms.BooleanField(
        label=lazy("마감하면 그달과 그 앞의 달에는 더 적을 수 없습니다. 확인했습니다."),
        error_messages={"required": lazy("마감하기 전에 확인란에 표시해 주세요.")},
    )

    def __init__(self, data: Any, months: Sequence[datetime.date]) -> None:
        super().__init__(data)
        month: Any = self.fields["month"]
        month.choices = [
            (f"{first:%Y-%m}", _("%(year)s년 %(month)s월") % {"year": first.year, "month": first.month})
            for first in months
        ]

    @property
    def first_day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.cleaned_data["month"] + "-01")


class GrantFilter(forms.Form):
    """What of the grants is listed; what makes no sense is left out."""

    district = forms.ModelChoiceField(
        label=lazy("자치구"), queryset=District.objects.none(), required=False, empty_label=lazy("모두")
    )
    state = forms.ChoiceField(label=lazy("상태"), choices=[("", lazy("모두")), *Grant.State.choices], required=False)
    pace = forms.ChoiceField(
        label=lazy("집행 속도"),
        choices=[("", lazy("모두")), ("ahead", lazy("빠름")), ("lag", lazy("더딤"))],
        required=False,
    )
    q = forms.CharField(label=lazy("사업 이름"), required=False, max_length=100)

    def __init__(self, data: Any, districts: Any) -> None:
        super().__init__(data)
        district: Any = self.fields["district"]
        district.queryset = districts

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class JournalFilter(forms.Form):
    """What of the journal is listed; what makes no sense is left out."""

    account = forms.ChoiceField(label=lazy("계정"), choices=[("", lazy("모두")), *Account.choices], required=False)
    purse = forms.ChoiceField(label=lazy("재원"), choices=[("", lazy("모두")), *Purse.choices], required=False)
    category = forms.ChoiceField(label=lazy("비목"), choices=[("", lazy("모두")), *Category.choices], required=False)
    line = forms.ChoiceField(label=lazy("예산 내역"), required=False)
    month = forms.ChoiceField(label=lazy("달"), required=False)

    def __init__(self, data: Any, lines: Sequence[BudgetLine], months: Sequence[datetime.date]) -> None:
        super().__init__(data)
        line: Any = self.fields["line"]
        line.choices = [("", _("모두")), *((str(row.pk), str(row)) for row in lines)]
        month: Any = self.fields["month"]
        month.choices = [("", _("모두")), *((f"{first:%Y-%m}", f"{first:%Y-%m}") for first in months)]

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
