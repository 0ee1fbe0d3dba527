"""The pages on which a round is made and changed, one form per part."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.amounts import KrwFormField
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.rounds.copying import refuse_second_main
from sanghyeop.programme.rounds.dates import CalendarForm
from sanghyeop.programme.rounds.facts import ROUND_FIELDS
from sanghyeop.programme.rounds.models import (
    LARGEST_KRW,
    Category,
    CategoryShare,
    DistrictBudget,
    EligibleKind,
    Grade,
    GradeRule,
    Round,
)
from sanghyeop.programme.rounds.queries import tie_break_choices
from sanghyeop.programme.rounds.rows import BonusesForm, CriteriaForm, FieldsForm, number_input

#: Places in the order of tie-breaks that the form offers.
TIE_PLACES = 5


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("고치는 까닭"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("기록에 옛 값, 새 값과 함께 남습니다."),
        error_messages={"required": _("까닭을 적어 주세요.")},
    )


class NewRoundForm(forms.Form):
    year = forms.IntegerField(
        label=_("연도"),
        min_value=2017,
        max_value=2100,
        widget=number_input(),
        help_text=_("사업을 운영하는 해입니다. 예: 2027"),
    )
    call = forms.ChoiceField(label=_("공모 종류"), choices=Round.Call.choices)
    name = forms.CharField(label=_("이름"), max_length=120)
    name_en = forms.CharField(label=_("영문 이름"), max_length=120, required=False)
    based_on = forms.ModelChoiceField(
        label=_("규칙을 복사할 연차"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=_("복사하지 않고 빈 연차로 시작"),
        help_text=_("복사하면 분야, 심사 항목, 한도와 같은 모든 규칙을 가져오고 일정은 연도 차이만큼 옮깁니다."),
    )

    def __init__(self, data: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        based_on: Any = self.fields["based_on"]
        based_on.queryset = rounds.filter(record=False)


class RoundForm(forms.ModelForm):
    """Fields of the round itself. Works on a copy, so that the page's heading keeps what is stored."""

    def __init__(self, data: Any, round_: Round, **_options: Any) -> None:
        self.round = round_
        super().__init__(data, instance=copy.copy(round_))
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField | forms.DecimalField) and not isinstance(field, KrwFormField):
                field.widget = number_input()

    def clean(self) -> dict[str, Any]:
        # Limits between boxes are told beside the box; the database's own checks stand behind.
        return self.cleaned_data

    def save(self, commit: bool = True) -> Round:
        self.instance.save(update_fields=[name for name in self._meta.fields or () if name in self.fields])
        return self.instance


class BasicsForm(RoundForm):
    class Meta:
        model = Round
        fields = ROUND_FIELDS["basics"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 6}), "purpose_en": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "year": _("사업을 운영하는 해입니다. 공모를 연 뒤에는 바꿀 수 없습니다."),
            "purpose": _("신청하려는 사람이 가장 먼저 읽는 글입니다. 쉬운 말로 적어 주세요."),
        }

    def __init__(self, data: Any, round_: Round, **options: Any) -> None:
        super().__init__(data, round_, **options)
        if round_.state != Round.State.DRAFT:
            self.fields["year"].disabled = True

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        try:
            refuse_second_main(Round(pk=self.round.pk, city_id=self.round.city_id, year=year, call=self.round.call))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return year


class BudgetsForm(RoundForm):
    class Meta:
        model = Round
        fields = ROUND_FIELDS["budgets"]

    def __init__(self, data: Any, round_: Round, **options: Any) -> None:
        super().__init__(data, round_, **options)
        self.stored = {b.district_id: b.amount_krw for b in round_.district_budgets.all()}
        self.districts = list(District.objects.filter(city_id=round_.city_id).defer("outline"))
        for district in self.districts:
            self.fields[f"district_{district.pk}"] = KrwFormField(
                label=str(district), required=False, max_value=LARGEST_KRW, initial=self.stored.get(district.pk)
            )

    def district_boxes(self) -> list[tuple[District, Any]]:
        return [(district, self[f"district_{district.pk}"]) for district in self.districts]

    def district_sum(self) -> int:
        """What is stored for the districts together."""
        return sum(self.stored.values())

    def save(self, commit: bool = True) -> Round:
        for district in self.districts:
            amount = self.cleaned_data[f"district_{district.pk}"]
            if amount is None:
                DistrictBudget.objects.filter(round=self.round, district=district).delete()
            elif amount != self.stored.get(district.pk):
                DistrictBudget.objects.update_or_create(
                    round=self.round, district=district, defaults={"amount_krw": amount}
                )
        return super().save()


def percent_box(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=number_input()
    )


class RulesForm(RoundForm):
    eligible = forms.MultipleChoiceField(
        label=_("신청할 수 있는 단체"),
        choices=[(k.value, k.label) for k in Organisation.Kind if k not in ("city", "district")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("자치구와 함께 계획서를 낼 수 있는 단체의 종류입니다. 하나 이상 골라야 공모를 열 수 있습니다."),
    )

    class Meta:
        model = Round
        fields = ROUND_FIELDS["rules"]
        help_texts = {
            "max_years": _("한 사업을 이어서 지원하는 가장 긴 햇수입니다."),
            "project_max_krw": _("한 사업이 한 해에 받을 수 있는 시비의 한도입니다."),
            "plans_per_district": _("한 자치구가 낼 수 있는 계획서의 수입니다."),
            "district_share_min": _("시비와 구비를 더한 금액 가운데 자치구가 내야 하는 가장 낮은 비율입니다."),
        }

    field_order = ("eligible", *ROUND_FIELDS["rules"])

    def __init__(self, data: Any, round_: Round, **options: Any) -> None:
        super().__init__(data, round_, **options)
        self.initial["eligible"] = [e.organisation_kind for e in round_.eligible_kinds.all()]
        stored = {s.category: s for s in round_.category_shares.all()}
        for category in Category:
            share = stored.get(category)
            for end, label in (("min", _("하한(%)")), ("max", _("상한(%)"))):
                self.fields[f"{category}_{end}"] = percent_box(label)
                self.initial[f"{category}_{end}"] = getattr(share, f"share_{end}") if share else None

    def plain_boxes(self) -> list[Any]:
        return [self[name] for name in self.field_order]

    def share_boxes(self) -> list[tuple[str, Any, Any]]:
        return [(str(c.label), self[f"{c}_min"], self[f"{c}_max"]) for c in Category]

    def clean(self) -> dict[str, Any]:
        typed = {c: (self.cleaned_data.get(f"{c}_min"), self.cleaned_data.get(f"{c}_max")) for c in Category}
        for category, (least, most) in typed.items():
            if least is not None and most is not None and least > most:
                self.add_error(f"{category}_min", _("하한은 상한보다 클 수 없습니다."))
        together = sum((least or Decimal(0) for least, _most in typed.values()), Decimal(0))
        if together > 100:
            last = [c for c, (least, _most) in typed.items() if least is not None][-1]
            self.add_error(
                f"{last}_min", _("하한을 모두 더하면 %(sum)s%%입니다. 100%%를 넘을 수 없습니다.") % {"sum": together}
            )
        if all(most is not None for _least, most in typed.values()):
            room = sum((most or Decimal(0) for _least, most in typed.values()), Decimal(0))
            if room < 100:
                self.add_error(
                    f"{list(Category)[-1]}_max",
                    _("상한을 모두 더하면 %(sum)s%%입니다. 100%%가 되지 않아 아무도 맞출 수 없습니다.") % {"sum": room},
                )
        return self.cleaned_data

    def save(self, commit: bool = True) -> Round:
        chosen = self.cleaned_data["eligible"]
        EligibleKind.objects.filter(round=self.round).exclude(organisation_kind__in=chosen).delete()
        for kind in chosen:
            EligibleKind.objects.get_or_create(round=self.round, organisation_kind=kind)
        for category in Category:
            least, most = self.cleaned_data[f"{category}_min"], self.cleaned_data[f"{category}_max"]
            if least is None and most is None:
                CategoryShare.objects.filter(round=self.round, category=category).delete()
            else:
                CategoryShare.objects.update_or_create(
                    round=self.round, category=category, defaults={"share_min": least, "share_max": most}
                )
        return super().save()


class GradesForm(forms.Form):
    """What each first-year grade means for a continuing plan."""

    def __init__(self, data: Any, round_: Round, **_options: Any) -> None:
        self.round = round_
        super().__init__(data)
        stored = {rule.grade: rule for rule in round_.grade_rules.all()}
        for grade in Grade:
            rule = stored.get(grade) or GradeRule(grade=grade)
            self.fields[f"{grade}_may"] = forms.BooleanField(
                label=_("계속 신청 가능"), required=False, initial=rule.may_continue
            )
            self.fields[f"{grade}_bonus"] = forms.DecimalField(
                label=_("가점"),
                max_digits=5,
                decimal_places=2,
                initial=rule.bonus_points,
                widget=number_input(),
                validators=[MinValueValidator(0), MaxValueValidator(100)],
            )

    def grades(self) -> list[tuple[str, Any, Any]]:
        return [(str(g.label), self[f"{g}_may"], self[f"{g}_bonus"]) for g in Grade]

    def save(self) -> None:
        for grade in Grade:
            GradeRule.objects.update_or_create(
                round=self.round,
                grade=grade,
                defaults={
                    "may_continue": self.cleaned_data[f"{grade}_may"],
                    "bonus_points": self.cleaned_data[f"{grade}_bonus"],
                },
            )


class PanelForm(RoundForm):
    class Meta:
        model = Round
        fields = ROUND_FIELDS["panel"]
        help_texts = {
            "reviews_per_plan": _("계획서 하나를 몇 사람이 심사하는지입니다."),
            "reviewer_load": _("심사위원 한 사람이 맡는 계획서의 한도입니다."),
            "quorum": _("심사표가 이만큼 모여야 점수가 확정됩니다. 심사위원 수보다 많을 수 없습니다."),
            "drop_extremes_from": _(
                "심사표가 이 수 이상일 때 최고점과 최저점을 하나씩 뺍니다. 비워 두면 빼지 않습니다."
            ),
            "combine": _("남은 점수를 어떻게 하나로 합칠지입니다."),
            "pass_points": _("이 점수보다 낮으면 선정하지 않습니다. 비워 두면 기준이 없습니다."),
            "bonus_cap": _("가점을 모두 더해도 이 점수를 넘지 않습니다."),
        }

    def __init__(self, data: Any, round_: Round, **options: Any) -> None:
        super().__init__(data, round_, **options)
        choices = [("", _("없음")), *tie_break_choices(round_).items()]
        for place in range(TIE_PLACES):
            field = forms.ChoiceField(
                label=_("동점 처리 %(place)s순위") % {"place": place + 1}, choices=choices, required=False
            )
            field.initial = round_.tie_breaks[place] if place < len(round_.tie_breaks) else ""
            self.fields[f"tie_{place}"] = field

    def rule_boxes(self) -> list[Any]:
        return [self[name] for name in ROUND_FIELDS["panel"]]

    def tie_boxes(self) -> list[Any]:
        return [self[f"tie_{place}"] for place in range(TIE_PLACES)]

    def clean(self) -> dict[str, Any]:
        quorum, reviews = self.cleaned_data.get("quorum"), self.cleaned_data.get("reviews_per_plan")
        if quorum is not None and reviews is not None and quorum > reviews:
            self.add_error(
                "quorum", _("계획서당 심사위원 수(%(number)s명)보다 많을 수 없습니다.") % {"number": reviews}
            )
        seen: set[str] = set()
        for place in range(TIE_PLACES):
            key = self.cleaned_data.get(f"tie_{place}")
            if key and key in seen:
                self.add_error(f"tie_{place}", _("위에서 이미 고른 순서입니다. 다른 것을 골라 주세요."))
            seen.add(key or "")
        return self.cleaned_data

    def save(self, commit: bool = True) -> Round:
        self.instance.tie_breaks = [key for place in range(TIE_PLACES) if (key := self.cleaned_data[f"tie_{place}"])]
        super().save()
        self.instance.save(update_fields=["tie_breaks"])
        return self.instance


class PortfolioForm(RoundForm):
    class Meta:
        model = Round
        fields = ROUND_FIELDS["portfolio"]
        help_texts = {
            "projects_max": _("모두 몇 개까지 선정하는지입니다. 비워 두면 제한이 없습니다."),
            "districts_min": _("적어도 몇 자치구의 사업이 뽑혀야 하는지입니다. 비워 두면 제한이 없습니다."),
            "projects_per_district": _("한 자치구에서 몇 개까지 선정하는지입니다. 비워 두면 제한이 없습니다."),
            "weight_score": _("심사 점수를 얼마나 중요하게 볼지입니다."),
            "weight_jobs": _("일자리 수를 얼마나 중요하게 볼지입니다. 두 가중치가 모두 0일 수는 없습니다."),
        }

    def clean(self) -> dict[str, Any]:
        score, jobs = self.cleaned_data.get("weight_score"), self.cleaned_data.get("weight_jobs")
        if score is not None and jobs is not None and not score and not jobs:
            self.add_error(
                "weight_score", _("두 가중치가 모두 0이면 사업을 견줄 수 없습니다. 하나는 0보다 커야 합니다.")
            )
        least, most = self.cleaned_data.get("districts_min"), self.cleaned_data.get("projects_max")
        if least is not None and most is not None and least > most:
            self.add_error("districts_min", _("선정 사업 수 한도(%(most)s개)보다 클 수 없습니다.") % {"most": most})
        return self.cleaned_data


#: The form of each part; its template is ``rounds/parts/<key>.html``.
FORMS: dict[str, Any] = {
    "basics": BasicsForm,
    "calendar": CalendarForm,
    "fields": FieldsForm,
    "criteria": CriteriaForm,
    "bonuses": BonusesForm,
    "budgets": BudgetsForm,
    "rules": RulesForm,
    "grades": GradesForm,
    "panel": PanelForm,
    "portfolio": PortfolioForm,
}
