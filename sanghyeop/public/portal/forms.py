"""The filters above a list of projects. What is not known is passed over; what is too long is said."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.projects.models import Outcome, Project
from sanghyeop.programme.rounds.models import Kind
from sanghyeop.public.portal.queries import searched

SORTS: dict[str, tuple[Any, ...]] = {
    "year": ("-round__year", "district__code", "pk"),
    "district": ("district__code", "-round__year", "pk"),
    "jobs": (F("jobs").desc(nulls_last=True), "-round__year", "pk"),
    "money": (F("whole_krw").desc(nulls_last=True), "-round__year", "pk"),
    "title": ("title", "-round__year", "pk"),
}


def with_all(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("전체")), *choices]


class RoundFilter(forms.Form):
    """Within one round: words, district, field, kind."""

    q = forms.CharField(label=_("낱말"), max_length=100, required=False)
    district = forms.ChoiceField(label=_("자치구"), required=False)
    field = forms.ChoiceField(label=_("분야"), required=False)
    kind = forms.ChoiceField(label=_("사업 종류"), required=False, choices=with_all(Kind.choices))

    def __init__(self, data, districts, fields):
        super().__init__(data, auto_id="filter_%s")
        self.fields["district"].choices = with_all((district.code, str(district)) for district in districts)
        self.fields["field"].choices = with_all(fields)

    def wanted(self, name: str) -> str:
        """A value that was chosen and exists; otherwise empty."""
        self.is_valid()
        return self.cleaned_data.get(name, "")

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.wanted(name) for name in self.fields if name != "sort")

    @property
    def narrowed(self) -> bool:
        """Whether anything but words was chosen, or chosen wrongly."""
        return any(self.wanted(name) or self[name].errors for name in self.fields if name != "q")

    def narrow(self, projects: QuerySet[Project]) -> QuerySet[Project]:
        """The projects that were asked for. No query of its own."""
        for name, column in (("district", "district__code"), ("field", "field__code"), ("kind", "kind")):
            if self.wanted(name):
                projects = projects.filter(**{column: self.wanted(name)})
        return searched(projects, self.wanted("q"))


class ProjectFilter(RoundFilter):
    """Over all rounds: also year, outcome and order."""

    year = forms.ChoiceField(label=_("연차"), required=False)
    outcome = forms.ChoiceField(label=_("성과"), required=False, choices=with_all(Outcome.Type.choices))
    sort = forms.ChoiceField(
        label=_("차례"),
        required=False,
        choices=[
            ("year", _("최근 연차부터")),
            ("district", _("자치구 차례")),
            ("jobs", _("일자리 많은 차례")),
            ("money", _("사업비 많은 차례")),
            ("title", _("이름 차례")),
        ],
    )
    field_order = ("q", "year", "district", "field", "kind", "outcome", "sort")

    def __init__(self, data, districts, fields, years):
        super().__init__(data, districts, fields)
        self.fields["year"].choices = with_all((str(year), str(year)) for year in years)

    def narrow(self, projects: QuerySet[Project]) -> QuerySet[Project]:
        projects = super().narrow(projects)
        if self.wanted("year"):
            projects = projects.filter(round__year=int(self.wanted("year")))
        if self.wanted("outcome"):
            projects = projects.filter(outcomes__type=self.wanted("outcome"))
        return projects.order_by(*SORTS[self.wanted("sort") or "year"])
