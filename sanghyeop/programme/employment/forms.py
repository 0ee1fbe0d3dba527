"""What people type about contracts, days, leave and pay. Nowhere may a resident registration number stand."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.amounts import KrwFormField
from sanghyeop.programme.employment.models import WEEKDAYS, Contract, Leave
from sanghyeop.programme.funding.models import BudgetLine
from sanghyeop.programme.hiring.privacy import NoNumbers

MONTH = _("예: 2026-06")


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def hours_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=12, max_digits=4, decimal_places=2, required=False, initial=0,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
    )  # fmt: skip


class ContractForm(NoNumbers):
    """A contract's terms; hours by weekday become minutes."""

    starts_on = DayField(label=_("일하기 시작하는 날"))
    ends_on = DayField(label=_("끝나는 날"))
    hired_on = DayField(
        label=_("끊김 없이 일하기 시작한 날"), required=False,
        help_text=_("앞선 계약에서 이어서 일할 때만 적어 주세요."),
    )  # fmt: skip
    begins_at = TimeField(label=_("하루 일을 시작하는 시각"))
    hours_0 = hours_field(_("월요일(시간)"))
    hours_1 = hours_field(_("화요일(시간)"))
    hours_2 = hours_field(_("수요일(시간)"))
    hours_3 = hours_field(_("목요일(시간)"))
    hours_4 = hours_field(_("금요일(시간)"))
    hours_5 = hours_field(_("토요일(시간)"))
    hours_6 = hours_field(_("일요일(시간)"))
    weekly_holiday = forms.TypedChoiceField(
        label=_("주휴일"), coerce=int, choices=list(enumerate(WEEKDAYS)), initial=6,
        help_text=_("한 주의 마지막 날로 셉니다."),
    )  # fmt: skip
    wage_an_hour_krw = KrwFormField(label=_("시급(원)"), max_value=1_000_000)
    meal_a_day_krw = KrwFormField(label=_("하루 식비(원)"), required=False, initial=0, max_value=100_000)
    pay_day = forms.IntegerField(label=_("임금 지급일(다음 달 며칠)"), min_value=1, max_value=28, initial=10)
    five_or_more = forms.BooleanField(label=_("상시 근로자가 5명 이상인 사업장입니다"), required=False, initial=True)
    place = forms.CharField(label=_("일하는 곳"), max_length=200)
    duties = forms.CharField(label=_("하는 일"), max_length=2000, widget=forms.Textarea)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        start, end, hired = (facts.get(name) for name in ("starts_on", "ends_on", "hired_on"))
        if start and end and end < start:
            self.add_error("ends_on", _("끝나는 날은 시작하는 날보다 늦어야 합니다."))
        if start and end and (end - start).days > 731:
            self.add_error("ends_on", _("계약 기간은 2년까지입니다."))
        if start and hired and hired > start:
            self.add_error("hired_on", _("계약을 시작하는 날보다 늦을 수 없습니다."))
        hours = [facts.get(f"hours_{day}") or Decimal(0) for day in range(7)]
        if not any(hours) and not any(f"hours_{day}" in self.errors for day in range(7)):
            self.add_error("hours_0", _("일하는 요일의 시간을 적어 주세요."))
        if sum(hours) > 52:
            self.add_error("hours_0", _("한 주에 52시간을 넘을 수 없습니다."))
        facts["pattern"] = [int(hour * 60) for hour in hours]
        facts["meal_a_day_krw"] = facts.get("meal_a_day_krw") or 0
        return facts

    @staticmethod
    def initial_of(contract: Contract) -> dict[str, Any]:
        names = (
            "starts_on", "ends_on", "hired_on", "begins_at", "weekly_holiday", "wage_an_hour_krw", "meal_a_day_krw",
            "pay_day", "five_or_more", "place", "duties", "version",
        )  # fmt: skip
        hours = {f"hours_{day}": hours_of(minutes) for day, minutes in enumerate(contract.pattern)}
        return {name: getattr(contract, name) for name in names} | hours


def hours_of(minutes: int) -> str:
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")


class WhyForm(NoNumbers):
    why = forms.CharField(label=_("까닭"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class WageForm(NoNumbers):
    since = DayField(label=_("바뀌는 날"))
    wage_an_hour_krw = KrwFormField(label=_("새 시급(원)"), max_value=1_000_000)
    why = forms.CharField(label=_("까닭"), max_length=300)


class EndForm(NoNumbers):
    on = DayField(label=_("마지막으로 일하는 날"))
    why = forms.CharField(label=_("까닭"), max_length=300)


class DayForm(NoNumbers):
    """One day's record, corrected. Going home before coming means the next day."""

    came = TimeField(label=_("출근"))
    went = TimeField(label=_("퇴근"), help_text=_("출근보다 이르면 다음 날로 봅니다."))
    rest_minutes = forms.IntegerField(
        label=_("쉰 시간(분)"), required=False, min_value=0, max_value=600,
        help_text=_("비워 두면 법에서 정한 휴게시간을 뺍니다."),
    )  # fmt: skip
    whole = forms.BooleanField(label=_("정한 시간 밖의 일도 인정합니다"), required=False)
    why = forms.CharField(label=_("고치는 까닭"), max_length=300)

    def moments(self, on: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
        came = timezone.make_aware(datetime.datetime.combine(on, self.cleaned_data["came"]))
        went = timezone.make_aware(datetime.datetime.combine(on, self.cleaned_data["went"]))
        return came, went if went >= came else went + datetime.timedelta(days=1)


class LeaveForm(NoNumbers):
    on = DayField(label=_("쉬려는 날"))
    kind = forms.ChoiceField(label=_("휴가 종류"), choices=Leave.Kind)
    why = forms.CharField(label=_("까닭"), max_length=300, required=False, help_text=_("특별휴가일 때 적어 주세요."))


class MonthForm(forms.Form):
    month = forms.CharField(
        label=_("달"), max_length=7, help_text=MONTH, widget=forms.TextInput(attrs={"type": "month"})
    )

    def clean_month(self) -> datetime.date:
        try:
            return datetime.datetime.strptime(self.cleaned_data["month"], "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError(_("달을 2026-06처럼 적어 주세요.")) from None


class CloseForm(forms.Form):
    line: Any = forms.ModelChoiceField(label=_("인건비 내역"), queryset=BudgetLine.objects.none())
    pays_on = DayField(label=_("임금 지급일"))
    sure = forms.BooleanField(label=_("마감하면 다시 열 수 없음을 알고 있습니다"))


class PaidForm(forms.Form):
    on = DayField(label=_("지급한 날"))


class IndirectForm(NoNumbers):
    on = DayField(label=_("확인한 날"))
    people = forms.IntegerField(label=_("인원(명)"), min_value=1, max_value=9999)
    what = forms.CharField(label=_("어떤 일자리인지"), max_length=200)
    evidence = forms.CharField(label=_("확인한 방법"), max_length=200)


class PlannerForm(forms.Form):
    """A planned pattern."""

    hours = forms.DecimalField(
        label=_("한 주에 일하는 시간"), min_value=Decimal("0.5"), max_value=52, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )  # fmt: skip
    wage = KrwFormField(label=_("시급(원)"), max_value=1_000_000)
    starts_on = DayField(label=_("일하기 시작하는 날"))
    months = forms.IntegerField(label=_("개월"), min_value=1, max_value=24)
    born_on = DayField(label=_("생년월일"), help_text=_("나이에 따라 달라지는 보험을 봅니다. 저장하지 않습니다."))
    living_wage = forms.BooleanField(label=_("생활임금 이상을 줍니다"), required=False)

    def clean_born_on(self) -> datetime.date:
        born = self.cleaned_data["born_on"]
        if not datetime.date(1900, 1, 1) <= born < timezone.localdate():
            raise forms.ValidationError(_("생년월일을 다시 확인해 주세요."))
        return born


class PayRuleForm(NoNumbers):
    living_wage = forms.BooleanField(label=_("생활임금 이상을 줍니다"), required=False)
    meal_a_day_krw = KrwFormField(label=_("하루 식비(원)"), max_value=100_000)
    source = forms.CharField(label=_("근거"), max_length=300, required=False)


class HolidayForm(NoNumbers):
    on = DayField(label=_("날짜"))
    name = forms.CharField(label=_("이름"), max_length=60)
