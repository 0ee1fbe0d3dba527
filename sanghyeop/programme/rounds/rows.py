"""Rows that a person adds, changes, orders and takes out in one form: fields, criteria, bonuses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.rounds.models import Bonus, Criterion, Kind, Round, RoundField

#: Empty rows that a table offers, and the most that it takes.
SPARE, MOST = 3, 60


def number_input() -> forms.TextInput:
    """A box for a number that keeps whatever was typed, unlike a browser's own number box."""
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "number"})


class RowForm(forms.ModelForm):
    """One row: ``row`` is the key of a stored one, ``place`` its position."""

    row = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.IntegerField(label=_("순서"), required=False, min_value=1, max_value=999, widget=number_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField | forms.DecimalField):
                field.widget = number_input()

    def clean(self) -> dict[str, Any]:
        # Limits between boxes are told beside the box; the database's own checks stand behind.
        return self.cleaned_data


class Rows(forms.BaseFormSet):
    """A table of ``RowForm``. Rows that somebody else took out meanwhile come back as new ones."""

    def __init__(self, data: Any, rows: Iterable[models.Model], prefix: str) -> None:
        self.by_key = {str(row.pk): row for row in rows}
        initial = [{"row": key, "place": i} for i, key in enumerate(self.by_key, 1)]
        super().__init__(data, prefix=prefix, initial=initial if data is None else None)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        if index is None:
            return kwargs
        if self.is_bound:
            key = self.data.get(f"{self.add_prefix(index)}-row", "")
        else:
            key = list(self.by_key)[index] if index < len(self.by_key) else ""
        return kwargs | {"instance": self.by_key.get(key)}

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept():
            name = form.cleaned_data.get("name")
            if name and name in seen:
                form.add_error("name", _("같은 이름이 위에 있습니다. 이름을 다르게 적어 주세요."))
            seen.add(name)

    def kept(self) -> list[Any]:
        """The filled rows that stay, in the order that was asked for."""
        rows = [
            (form.cleaned_data.get("place") or MOST * 100, i, form)
            for i, form in enumerate(self.forms)
            if form.is_valid() and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.instance.pk)
        ]
        return [form for _place, _i, form in sorted(rows, key=lambda r: r[:2])]

    def save(self, **fixed: Any) -> None:
        """Write the rows in their order and take out the marked ones."""
        for form in self.deleted_forms:
            if form.instance.pk:
                type(form.instance)._default_manager.filter(pk=form.instance.pk).delete()
        for order, form in enumerate(self.kept()):
            row = form.instance
            for name, value in fixed.items():
                setattr(row, name, value)
            row.order = order
            row.save()


def rows_of(form: type[RowForm], spare: int = SPARE) -> Any:
    return forms.formset_factory(
        form, formset=Rows, extra=spare, can_delete=True, max_num=MOST, absolute_max=2 * MOST, validate_max=True
    )


class FieldRow(RowForm):
    class Meta:
        model = RoundField
        fields = ("name", "name_en", "projects_min", "projects_max")

    def clean(self) -> dict[str, Any]:
        least, most = self.cleaned_data.get("projects_min"), self.cleaned_data.get("projects_max")
        if least is not None and most is not None and least > most:
            self.add_error("projects_min", _("하한은 상한보다 클 수 없습니다."))
        return self.cleaned_data


class CriterionRow(RowForm):
    class Meta:
        model = Criterion
        fields = ("name", "name_en", "points", "pass_points", "guidance", "guidance_en")
        widgets = {
            "guidance": forms.Textarea(attrs={"rows": 3}),
            "guidance_en": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        points, pass_mark = self.cleaned_data.get("points"), self.cleaned_data.get("pass_points")
        if points is not None and pass_mark is not None and pass_mark > points:
            self.add_error("pass_points", _("과락 기준은 배점보다 클 수 없습니다."))
        return self.cleaned_data


class BonusRow(RowForm):
    class Meta:
        model = Bonus
        fields = ("name", "name_en", "points")


class RowsPart:
    """A part of a round that is made of one or more tables of rows."""

    def __init__(self, data: Any, round_: Round, **_options: Any) -> None:
        self.round = round_
        self.tables = self.make_tables(data)

    def make_tables(self, data: Any) -> list[Rows]:
        raise NotImplementedError

    def is_valid(self) -> bool:
        return all(table.is_valid() for table in self.tables)

    @property
    def errors(self) -> bool:
        return any(table.is_bound and not table.is_valid() for table in self.tables)


class FieldsForm(RowsPart):
    def make_tables(self, data: Any) -> list[Rows]:
        return [rows_of(FieldRow)(data, self.round.fields.all(), "fields")]

    def save(self) -> None:
        (table,) = self.tables
        codes = {field.code for field in self.round.fields.all()}
        for form in table.kept():
            if not form.instance.code:
                form.instance.code = _new_code(form.instance.name_en, codes)
                codes.add(form.instance.code)
        table.save(round=self.round)


class CriteriaForm(RowsPart):
    """One table per kind of project."""

    def make_tables(self, data: Any) -> list[Rows]:
        tables = []
        for kind in Kind:
            stored = [c for c in self.round.criteria.all() if c.kind == kind]
            table = rows_of(CriterionRow, spare=1)(data, stored, kind)
            table.label, table.stored_sum = kind.label, sum(c.points for c in stored)
            tables.append(table)
        return tables

    def save(self) -> None:
        for table in self.tables:
            table.save(round=self.round, kind=table.prefix)
        # A tie cannot be broken by a criterion that is gone.
        stored = Round.objects.get(pk=self.round.pk)
        there = {f"criterion:{pk}" for pk in Criterion.objects.filter(round=stored).values_list("pk", flat=True)}
        stored.tie_breaks = [key for key in stored.tie_breaks if not key.startswith("criterion:") or key in there]
        stored.save(update_fields=["tie_breaks"])


class BonusesForm(RowsPart):
    def make_tables(self, data: Any) -> list[Rows]:
        return [rows_of(BonusRow)(data, self.round.bonuses.all(), "bonuses")]

    def save(self) -> None:
        self.tables[0].save(round=self.round)


def _new_code(name: str, taken: set[str]) -> str:
    """A code for a new field that no other field of the round has."""
    stem = slugify(name)[:30] or "field"
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code
