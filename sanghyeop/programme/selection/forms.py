"""The form of a scenario: budgets, limits and weights, prefilled from the round; forced plans; either/or groups."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sanghyeop.ground.amounts import KrwFormField
from sanghyeop.programme.rounds.models import LARGEST_KRW
from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.asked import Asked, Names
from sanghyeop.programme.selection.candidates import Candidate
from sanghyeop.programme.selection.models import Decision

MOST_PERCENT = Decimal(1000)
MOST_COUNT = 9999
MOST_DRAWS = 2000
MOST_SEED = 999_999
#: Blank rows that a form begins with: a group needs two plans.
BLANK_ROWS = {"force": 1, "group": 2}


def read_percent(text: str) -> Decimal | None:
    """The share that '110%', '+10%' or '-5%' stand for (1.10, 1.10, 0.95); None for what is no percentage.

    Raises ``ValueError`` for a percentage that cannot be read.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace(" ", "")
    if not plain.endswith("%"):
        return None
    try:
        number = Decimal(plain[:-1])
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite() or abs(number) > MOST_PERCENT:
        raise ValueError(text)
    share = number + 100 if plain[0] in "+-" else number
    if share < 0:
        raise ValueError(text)
    return share / 100


def share_of(amount: int, share: Decimal) -> int:
    """Whole won, rounded down."""
    return int((amount * share).to_integral_value(ROUND_FLOOR))


class BudgetField(KrwFormField):
    """Won, or a percentage of the round's own amount."""

    default_error_messages = {
        "percent": gettext_lazy("비율은 110%, +10%, -5%처럼 적어 주세요."),
        "nothing": gettext_lazy("연차에 정한 금액이 없어 비율로 적을 수 없습니다. 금액을 적어 주세요."),
        "max_value": gettext_lazy("금액이 너무 큽니다. 숫자를 다시 확인해 주세요."),
    }

    def __init__(self, *, of: int | None, **options: Any) -> None:
        super().__init__(max_value=LARGEST_KRW, **options)
        self.of = of
        self.widget.attrs["inputmode"] = "text"
        self.validators = [v for v in self.validators if not isinstance(v, MaxValueValidator)]
        self.validators.append(MaxValueValidator(LARGEST_KRW, self.error_messages["max_value"]))

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        try:
            share = read_percent(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["percent"], code="percent") from None
        if share is None:
            return super().to_python(value)
        if self.of is None:
            raise ValidationError(self.error_messages["nothing"], code="nothing")
        return share_of(self.of, share)


class PercentField(forms.CharField):
    """A percentage by which several amounts change; gives the share (1.1 for +10%)."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            share = read_percent(text if text.rstrip().endswith(("%", "％")) else f"{text}%")
        except ValueError:
            share = None
        if share is None:
            raise ValidationError(_("비율은 110%, +10%, -5%처럼 적어 주세요."), code="percent")
        return share


def count_field(label: str, least: int = 1, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=MOST_COUNT,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "number"}),
        **options,
    )


def weight_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=6,
        decimal_places=3,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
    )


class ScenarioForm(forms.Form):
    """What is asked, one field per value. ``differs`` has the names of the fields that are not the round's."""

    name = forms.CharField(
        label=gettext_lazy("시나리오 이름"), max_length=60, help_text=gettext_lazy("예: 시비를 늘린 안")
    )

    def __init__(self, *args: Any, own: Asked, names: Names, start: Asked | None = None, **kwargs: Any) -> None:
        self.own, self.names = own, names
        kwargs["initial"] = self.values(start or own) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["city_krw"] = BudgetField(
            of=own.city_krw,
            label=_("시비 예산(원)"),
            help_text=_("금액이나 비율(예: +10%%, 90%%)로 적습니다. 연차 규칙: %(own)s")
            % {"own": words.won(own.city_krw)},
        )
        self.fields["districts_by"] = PercentField(
            label=_("자치구 예산을 한꺼번에"),
            required=False,
            help_text=_("예: +10%. 아래에서 연차 규칙과 다르게 적은 자치구는 그대로 둡니다."),
            max_length=20,
        )
        for code in names.districts:
            amount = own.district_krw.get(code)
            self.fields[f"d_{code}"] = BudgetField(of=amount, label=names.district(code), required=False)
        self.fields["projects_max"] = count_field(_("선정 사업 수 한도(개)"))
        self.fields["per_district_max"] = count_field(_("자치구당 선정 한도(개)"))
        self.fields["districts_min"] = count_field(_("참여 자치구 하한(곳)"))
        for key in names.fields:
            self.fields[f"fmin_{key}"] = count_field(_("%(field)s 하한") % {"field": names.field(key)})
            self.fields[f"fmax_{key}"] = count_field(_("%(field)s 상한") % {"field": names.field(key)}, least=0)
        self.fields["weight_score"] = weight_field(_("점수 가중치"))
        self.fields["weight_jobs"] = weight_field(_("일자리 가중치"))
        self.fields["draws"] = forms.IntegerField(label=_("점수를 흔들어 보는 횟수"), min_value=1, max_value=MOST_DRAWS)
        self.fields["seed"] = forms.IntegerField(
            label=_("난수 씨앗"),
            min_value=0,
            max_value=MOST_SEED,
            help_text=_("씨앗이 같으면 언제 계산해도 결과가 같습니다."),
        )
        self.differs = self.differing(self.initial)

    @staticmethod
    def values(asked: Asked) -> dict[str, Any]:
        """A scenario as the form's values."""
        return {
            "city_krw": asked.city_krw,
            **{f"d_{code}": amount for code, amount in asked.district_krw.items()},
            "projects_max": asked.projects_max,
            "per_district_max": asked.per_district_max,
            "districts_min": asked.districts_min,
            **{f"fmin_{key}": number for key, number in asked.field_min.items()},
            **{f"fmax_{key}": number for key, number in asked.field_max.items()},
            "weight_score": f"{asked.weight_score.normalize():f}",
            "weight_jobs": f"{asked.weight_jobs.normalize():f}",
            "draws": asked.draws,
            "seed": asked.seed,
        }

    def differing(self, values: Mapping[str, Any]) -> set[str]:
        own = self.values(self.own)
        skip = ("name", "draws", "seed", "districts_by")
        return {name for name in self.fields if name not in skip and values.get(name) != own.get(name)}

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if not self.errors and not kept["weight_score"] and not kept["weight_jobs"]:
            self.add_error("weight_score", _("점수와 일자리의 가중치가 모두 0이면 고를 기준이 없습니다."))
        for key in self.names.fields:
            least, most = kept.get(f"fmin_{key}"), kept.get(f"fmax_{key}")
            if least is not None and most is not None and least > most:
                self.add_error(f"fmin_{key}", _("하한이 상한보다 큽니다."))
        share = kept.get("districts_by")
        if share is not None:
            for code, amount in self.own.district_krw.items():
                if kept.get(f"d_{code}") == amount:
                    kept[f"d_{code}"] = share_of(amount, share)
        return kept

    def asked(self, groups: Mapping[int, str]) -> Asked:
        """What the cleaned form asks."""
        kept = self.cleaned_data

        def by(prefix: str, keys: Any) -> dict[Any, int]:
            return {key: kept[f"{prefix}_{key}"] for key in keys if kept[f"{prefix}_{key}"] is not None}

        return Asked(
            city_krw=kept["city_krw"],
            district_krw=by("d", self.names.districts),
            projects_max=kept["projects_max"],
            per_district_max=kept["per_district_max"],
            districts_min=kept["districts_min"],
            field_min=by("fmin", self.names.fields),
            field_max=by("fmax", self.names.fields),
            weight_score=kept["weight_score"],
            weight_jobs=kept["weight_jobs"],
            groups=groups,
            draws=kept["draws"],
            seed=kept["seed"],
        )

    # Parts of the form, for the page.
    def open(self, *prefixes: str) -> bool:
        """Whether a folded part has something to see: a fault or a changed value."""
        return any(name.startswith(prefixes) for name in (*self.errors, *self.differs))

    @property
    def districts_open(self) -> bool:
        return self.open("d_", "districts_by")

    @property
    def fields_open(self) -> bool:
        return self.open("fmin_", "fmax_")

    @property
    def draws_open(self) -> bool:
        return self.open("draws", "seed")

    def district_fields(self) -> list[forms.BoundField]:
        return [self[f"d_{code}"] for code in self.names.districts]

    def field_rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(self.names.field(key), self[f"fmin_{key}"], self[f"fmax_{key}"]) for key in self.names.fields]


class PlanField(forms.CharField):
    """A plan by its number, as the list beside the field offers it; gives the candidate."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=pgettext_lazy("one", "계획서"), required=False, max_length=400, **options)
        self.widget.attrs |= {"list": "plans", "autocomplete": "off"}
        self.by_number: dict[str, Candidate] = {}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.by_number.get(text.split(maxsplit=1)[0]) if text.split() else None
        if found is None:
            raise ValidationError(_("이 연차에 그런 계획서가 없습니다. 접수 번호로 골라 주세요."), code="unknown")
        if found.out:
            raise ValidationError(
                _("선정 대상이 아닌 계획서입니다: %(why)s") % {"why": words.out_before(found.out)}, code="out"
            )
        return found


class PlanRow(forms.Form):
    """A row about one plan; blank rows do not count."""

    plan = PlanField()
    says: str

    def __init__(self, *args: Any, by_number: Mapping[str, Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].by_number = by_number  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if "plan" in self.errors:
            return kept
        said = (kept.get(self.says) or "").strip()
        if kept.get("plan") and not said:
            self.add_error(self.says, self.unsaid)
        if said and not kept.get("plan"):
            self.add_error("plan", _("계획서를 골라 주세요."))
        return kept

    @property
    def unsaid(self) -> str:
        return _("이 칸을 채워 주세요.")


class ForceRow(PlanRow):
    says = "reason"
    into = forms.ChoiceField(
        label=gettext_lazy("결정"),
        choices=(("in", gettext_lazy("꼭 넣기")), ("out", gettext_lazy("빼기"))),
        initial="in",
    )
    reason = forms.CharField(
        label=gettext_lazy("까닭"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("plan", "into", "reason")

    @property
    def unsaid(self) -> str:
        return _("계획서를 넣거나 빼는 까닭을 적어 주세요.")


class GroupRow(PlanRow):
    says = "group"
    group = forms.CharField(label=gettext_lazy("묶음 이름"), required=False, max_length=40)

    @property
    def unsaid(self) -> str:
        return _("묶음 이름을 적어 주세요.")


class PlanRows(BaseFormSet):
    """Rows about different plans."""

    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("plan")]

    def clean(self) -> None:
        seen: set[int] = set()
        for form in self.forms:
            plan = getattr(form, "cleaned_data", {}).get("plan")
            if plan is None:
                continue
            if plan.id in seen:
                form.add_error("plan", _("같은 계획서를 두 번 적었습니다."))
            seen.add(plan.id)


class ForceRows(PlanRows):
    def forces(self) -> dict[int, tuple[bool, str]]:
        return {row["plan"].id: (row["into"] == "in", row["reason"].strip()) for row in self.filled()}


class GroupRows(PlanRows):
    def clean(self) -> None:
        super().clean()
        counts: dict[str, list[forms.Form]] = {}
        for form in self.forms:
            name = (getattr(form, "cleaned_data", {}).get("group") or "").strip()
            if name:
                counts.setdefault(name, []).append(form)
        for rows in counts.values():
            if len(rows) == 1 and not rows[0].errors:
                rows[0].add_error("group", _("한 묶음에는 계획서가 둘 이상 있어야 합니다."))

    def groups(self) -> dict[int, str]:
        return {row["plan"].id: row["group"].strip() for row in self.filled()}


def rows_of(kind: str, data: Any, candidates: Sequence[Candidate], start: list[dict[str, Any]]) -> Any:
    """The formset of forced plans (``force``) or groups (``group``), bound or with ``start`` and blank rows."""
    row, rows = (ForceRow, ForceRows) if kind == "force" else (GroupRow, GroupRows)
    factory = formset_factory(row, formset=rows, extra=BLANK_ROWS[kind], max_num=200, absolute_max=400)
    options: dict[str, Any] = {"prefix": kind, "form_kwargs": {"by_number": {c.number: c for c in candidates}}}
    if data is None:
        return factory(initial=start, **options)
    return factory(data, **options)


class ProposeForm(forms.ModelForm):
    class Meta:
        model = Decision
        fields = ("note", "letter_rank", "letter_comments")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("까닭"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("까닭을 적어 주세요.")},
    )
