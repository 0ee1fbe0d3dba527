"""Forms of spending. What was typed is always shown again."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.amounts import KrwFormField, read_krw
from sanghyeop.ground.files.papers import PapersField
from sanghyeop.ground.ledger.accounts import Category
from sanghyeop.programme.funding.models import BudgetLine
from sanghyeop.programme.rounds.models import LARGEST_KRW, Grade
from sanghyeop.programme.spending.models import Expense, ExportColumn, Income, RelatedParty
from sanghyeop.programme.spending.rules import digits_of, is_business_number
from sanghyeop.sheets.days import NotADay, day_of
from sanghyeop.sheets.numbers import NotANumber, whole_number

WHY_NOT_WON = {
    "not_a_number": lazy("금액을 숫자로 적어 주세요. 예: 12,000"),
    "with_unit": lazy("금액을 숫자로 적어 주세요. 예: 12,000"),
    "not_whole": lazy("소수 없이 원 단위로 적어 주세요."),
    "negative": lazy("마이너스 금액은 적을 수 없습니다. 잘못 적은 집행은 취소해 주세요."),
    "too_large": lazy("금액이 너무 큽니다. 숫자를 다시 확인해 주세요."),
    "formula": lazy("수식이 아니라 금액을 적어 주세요."),
    "empty": lazy("금액을 적어 주세요."),
}
WHY_NOT_A_DAY = {
    "not_a_day": lazy("날짜를 2027-03-05처럼 적어 주세요."),
    "no_such_day": lazy("달력에 없는 날짜입니다."),
    "empty": lazy("날짜를 적어 주세요."),
}


def won_of(text: str) -> int:
    """Won from a text. Raises ``ValidationError`` that says what is wrong with it."""
    try:
        amount = read_krw(text)
        code = "negative" if amount < 0 else "too_large" if amount > LARGEST_KRW else ""
    except ValueError:
        amount, code = 0, "not_a_number"
        try:
            whole_number(text, LARGEST_KRW)
        except NotANumber as problem:
            code = problem.code
    if code:
        raise forms.ValidationError(WHY_NOT_WON[code], code=code)
    return amount


def day_from(text: str) -> datetime.date:
    """A day from a text. Raises ``ValidationError`` that says what is wrong with it."""
    try:
        return day_of(text)
    except NotADay as problem:
        raise forms.ValidationError(WHY_NOT_A_DAY[problem.code], code=problem.code) from None


class WonField(KrwFormField):
    """Won, one or more, with a message for each way of getting it wrong."""

    def to_python(self, value: Any) -> int | None:
        return None if value in self.empty_values else won_of(str(value))


class DayInput(forms.DateInput):
    """The browser's calendar; a text that is no day stays as it was typed, which the calendar would drop."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        try:
            readable = not shown or day_of(shown).isoformat() == shown
        except NotADay:
            readable = False
        context["widget"]["type"] = "date" if readable else "text"
        return context


class DayField(forms.DateField):
    """A day, typed or picked."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        options["widget"] = DayInput(format="%Y-%m-%d")
        super().__init__(**options)

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values or isinstance(value, datetime.date):
            return value or None
        return day_from(str(value))


class Plain(forms.Form):
    """A form whose texts hold no letter that the database keeps nowhere."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and "\x00" in value:
                self.add_error(name, _("쓸 수 없는 글자가 들어 있습니다."))
        return self.cleaned_data


class WhyForm(Plain):
    why = forms.CharField(label=lazy("까닭"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class LineChoice(forms.ModelChoiceField):
    """Budget lines with what each has left."""

    def label_from_instance(self, line: Any) -> str:
        return _("%(category)s · %(item)s (남은 돈 %(left)s원)") % {
            "category": line.get_category_display(),
            "item": line.item,
            "left": f"{line.left:,}",
        }


class ExpenseForm(Plain):
    """One payment with its evidence."""

    amount_krw = WonField(label=lazy("금액(원)"), min_value=1)
    paid_on = DayField(label=lazy("지급일"))
    line = LineChoice(BudgetLine.objects.none(), label=lazy("예산 내역"))
    payee = forms.CharField(label=lazy("받는 곳"), max_length=120)
    purpose = forms.CharField(
        label=lazy("쓴 곳"), max_length=200, help_text=lazy("무엇을 왜 샀는지 한 줄로 적어 주세요.")
    )
    evidence = forms.ChoiceField(label=lazy("증빙 종류"), choices=Expense.Evidence, initial=Expense.Evidence.CARD)
    papers = PapersField(
        label=lazy("증빙 사진이나 PDF"),
        several=True,
        required=False,
        help_text=lazy("휴대전화로 찍은 사진도 됩니다. 여러 장을 함께 고를 수 있습니다."),
    )
    evidence_number = forms.CharField(
        label=lazy("증빙 번호"), max_length=60, required=False, help_text=lazy("승인번호, 계산서 번호")
    )
    payee_number = forms.CharField(label=lazy("받는 곳 사업자등록번호"), max_length=20, required=False)
    account = forms.CharField(label=lazy("받는 계좌"), max_length=60, required=False)
    related_why = forms.CharField(
        label=lazy("이해관계가 있는데도 사는 까닭"),
        max_length=500,
        required=False,
        help_text=lazy("받는 곳이 수행기관이나 그 구성원과 관계가 있을 때만 적습니다."),
    )
    twice_why = forms.CharField(
        label=lazy("같은 영수증이 아닌 까닭"),
        max_length=500,
        required=False,
        help_text=lazy("비슷한 집행이 이미 있다고 알려 드릴 때만 적습니다."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]

    def clean_payee_number(self) -> str:
        return digits_of(self.cleaned_data["payee_number"])[:12]


class IncomeForm(Plain):
    """Interest or revenue with its paper."""

    kind = forms.ChoiceField(label=lazy("종류"), choices=Income.Kind)
    received_on = DayField(label=lazy("받은 날"))
    amount_krw = WonField(label=lazy("금액(원)"), min_value=1)
    source = forms.CharField(label=lazy("내용"), max_length=200)
    paper = PapersField(label=lazy("증빙 사진이나 PDF"), required=False)


class RelatedForm(forms.ModelForm):
    class Meta:
        model = RelatedParty
        fields = ["name", "business_number", "relation"]

    def clean_business_number(self) -> str:
        number = digits_of(self.cleaned_data["business_number"])
        if number and not is_business_number(number):
            raise forms.ValidationError(_("사업자등록번호가 맞지 않습니다. 열 자리 숫자를 다시 확인해 주세요."))
        return number


class SheetForm(forms.Form):
    """A bank's or a card company's table, and what its rows are where it does not say so itself."""

    sheet = forms.FileField(label=lazy("표 파일(XLSX, CSV)"))
    line = LineChoice(BudgetLine.objects.none(), label=lazy("예산 내역이 적혀 있지 않은 줄의 예산 내역"))
    evidence = forms.ChoiceField(label=lazy("증빙 종류"), choices=Expense.Evidence, initial=Expense.Evidence.CARD)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]


class ColumnForm(forms.ModelForm):
    class Meta:
        model = ExportColumn
        fields = ["order", "heading", "field"]


ColumnForms = forms.modelformset_factory(ExportColumn, ColumnForm, extra=2, can_delete=True)


class EvidenceForm(forms.Form):
    """What evidence a round takes: for each category the kinds, and the kinds that need no picture."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in Category:
            self.fields[f"takes_{category.value}"] = forms.MultipleChoiceField(
                label=_("%(category)s에 쓸 수 있는 증빙") % {"category": category.label},
                choices=Expense.Evidence,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.fields["without_paper"] = forms.MultipleChoiceField(
            label=_("파일이 없어도 되는 증빙"),
            choices=Expense.Evidence,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


class SettlementForm(Plain):
    results = forms.CharField(
        label=lazy("실적"), widget=forms.Textarea(attrs={"rows": 8}), max_length=5000, required=False
    )
    no_interest = forms.BooleanField(label=lazy("사업 계좌에 이자가 생기지 않았습니다"), required=False)
    verification = PapersField(label=lazy("외부 검증 보고서"), required=False)
    audit = PapersField(label=lazy("회계감사 보고서"), required=False)


class DisallowForm(Plain):
    amount_krw = WonField(label=lazy("불인정액(원)"), min_value=1)
    why = forms.CharField(label=lazy("까닭"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000)


class RefundForm(Plain):
    paid_on = DayField(label=lazy("반납일"))
    paper = PapersField(label=lazy("입금 확인 서류"), required=False)


class GradeForm(Plain):
    grade = forms.ChoiceField(label=lazy("평가 등급"), choices=Grade)
    why = forms.CharField(label=lazy("평가 의견"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
