"""Forms of a plan. What was typed is always shown again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.amounts import UNDERSTOOD, KrwFormField
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position, SectionComment, SectionTemplate
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import LARGEST_KRW, Round, RoundField

#: Up to so many organisations are listed whole; a search lists so many at most.
FEW_ORGANISATIONS, MOST_FOUND = 12, 50
#: Longest text of a section.
LONGEST_SECTION = 20_000
#: Begins each line that parts two texts which clash; a text that still has one is not saved.
CLASH_RULE = "────────"


def clash_marks() -> tuple[str, str, str]:
    """The lines before mine, between mine and theirs, and after theirs, in the editor's language."""
    words = (
        _("같은 곳을 서로 다르게 고쳤습니다. 여기부터 내 글"),
        _("여기부터 먼저 저장된 글"),
        _("여기까지. 하나로 다듬고 이 줄들을 지워 주세요"),
    )
    before, between, after = (f"{CLASH_RULE} {line} {CLASH_RULE}" for line in words)
    return before, between, after


class BeginForm(forms.Form):
    """Begin a plan: what it is called, with whom, in which field. ``found``: the organisations searched for, if any."""

    found: list[Organisation] | None = None

    title = forms.CharField(label=lazy("사업 이름"), max_length=100)
    summary = forms.CharField(label=lazy("한 줄 소개"), max_length=300, required=False)
    search = forms.CharField(
        label=lazy("다른 단체 찾기"),
        max_length=60,
        required=False,
        help_text=lazy("찾는 단체가 아래에 없으면 이름에 든 말을 적고 ‘단체 찾기’를 눌러 주세요."),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=lazy("함께할 민간단체"),
        help_text=lazy("이 공모에 신청할 수 있는 종류의 단체만 보입니다."),
    )
    field = forms.ModelChoiceField(RoundField.objects.none(), label=lazy("분야"))
    years = forms.TypedChoiceField(label=lazy("지원 연수"), coerce=int)

    def __init__(
        self, *args: Any, round_: Round, organisations: Any, districts: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(organisations, districts)
        self.fields["field"].queryset = round_.fields.all()  # type: ignore[attr-defined]
        self.fields["years"].choices = year_choices(round_.max_years)  # type: ignore[attr-defined]

    def offer(self, organisations: Any, districts: Collection[int]) -> None:
        """Let any of the organisations be chosen, and list those that work in the districts and those searched for.

        A short list is shown whole. At most three queries.
        """
        field = self.fields["organisation"]
        field.queryset = organisations  # type: ignore[attr-defined]
        every = list(organisations[: FEW_ORGANISATIONS + 1])
        if len(every) <= FEW_ORGANISATIONS:
            del self.fields["search"]
            return
        wanted = str(self["search"].value() or "")[:60]
        here = Q(district__in=districts)
        for work in (Plan, Project):
            here |= Q(pk__in=work.objects.filter(district__in=districts).values("organisation"))
        chosen = str(self["organisation"].value() or "")
        near = list(organisations.filter(here | Q(pk=chosen[:18] if chosen.isdecimal() else None)))
        groups = [(_("이 자치구에서 일하는 단체"), options_of(near))]
        if wanted.strip():
            self.found = organisations_named(organisations, wanted)
            groups.insert(0, (_("찾은 단체"), options_of(self.found)))
        field.widget.choices = [("", field.empty_label), *groups]  # type: ignore[attr-defined]


def options_of(organisations: list[Organisation]) -> list[tuple[int, str]]:
    return [(organisation.pk, str(organisation)) for organisation in organisations]


def organisations_named(organisations: Any, words: str) -> list[Organisation]:
    """Organisations whose name holds every one of the words. One query."""
    for word in words.replace("\x00", "").split()[:10]:
        organisations = organisations.filter(Q(name__icontains=word) | Q(name_en__icontains=word))
    return list(organisations[:MOST_FOUND])


class ContinueForm(BeginForm):
    """Begin a plan for a project of last year that goes on."""

    continues = forms.ModelChoiceField(Project.objects.none(), label=lazy("이어 가는 사업"))
    field_order = ["continues"]

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["continues"].queryset = projects  # type: ignore[attr-defined]


def year_choices(most: int) -> list[tuple[int, str]]:
    return [(year, _("%(years)s년") % {"years": year}) for year in range(1, most + 1)]


class FactsForm(forms.ModelForm):
    """The plan's own facts; ``base`` is the mark of what the form began from."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Plan
        fields = ["title", "summary", "field", "years"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = self.instance.round.fields.all()  # type: ignore[attr-defined]
        self.fields["years"] = forms.TypedChoiceField(
            label=_("지원 연수"), coerce=int, choices=year_choices(self.instance.round.max_years)
        )


class SectionForm(forms.Form):
    """The text of a section; ``base`` is the number of the version that the editor began from."""

    body = forms.CharField(
        label=lazy("내용"),
        widget=forms.Textarea(attrs={"rows": 14}),
        max_length=LONGEST_SECTION,
        required=False,
        strip=False,
    )
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_body(self) -> str:
        body = self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()
        if any(line.startswith(CLASH_RULE) for line in body.splitlines()):
            raise forms.ValidationError(_("두 글을 나누는 줄이 남아 있습니다. 하나로 다듬고 그 줄을 지워 주세요."))
        return body


class CommentForm(forms.ModelForm):
    class Meta:
        model = SectionComment
        fields = ["body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 3})}


class RowForm(forms.ModelForm):
    """A row of a table of the plan; the years offered are those of the plan."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = max(plan.years, self.instance.year or 1)
        self.fields["year"] = forms.TypedChoiceField(
            label=_("차수"), coerce=int, choices=[(y, _("%(year)s차") % {"year": y}) for y in range(1, years + 1)]
        )
        if plan.years == 1 and years == 1:
            self.fields["year"].widget = forms.HiddenInput()
            self.initial["year"] = 1


class PositionForm(RowForm):
    class Meta:
        model = Position
        fields = ["year", "title", "number", "months", "hours_a_week", "wage_an_hour_krw"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("number", "months"):  # Django itself would say ‘0 or more’
            self.fields[name] = Position._meta.get_field(name).formfield(min_value=1)  # type: ignore[union-attr, assignment]


class BudgetLineForm(RowForm):
    class Meta:
        model = BudgetLine
        fields = ["year", "category", "purse", "item", "basis", "amount_krw"]
        help_texts = {"amount_krw": UNDERSTOOD}


class ForecastForm(forms.Form):
    """Revenue and cost of each month of the plan's years."""

    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, months: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = months
        for month in range(1, months + 1):
            for name, label in (("revenue", _("%(month)s개월째 수입")), ("cost", _("%(month)s개월째 비용"))):
                self.fields[f"{name}-{month}"] = KrwFormField(
                    label=label % {"month": month}, required=False, max_value=LARGEST_KRW
                )

    def rows(self) -> list[tuple[int, Any, Any]]:
        """Month, its field of revenue, its field of cost."""
        return [(m, self[f"revenue-{m}"], self[f"cost-{m}"]) for m in range(1, self.months + 1)]

    def amounts(self) -> dict[int, tuple[int, int]]:
        return {
            m: (self.cleaned_data.get(f"revenue-{m}") or 0, self.cleaned_data.get(f"cost-{m}") or 0)
            for m in range(1, self.months + 1)
        }


def read_pasted(text: str, months: int) -> tuple[dict[str, str], list[str]]:
    """Values for ``ForecastForm`` from rows copied out of a spreadsheet, and the lines that could not be read.

    A row is 'month, revenue, cost' or 'revenue, cost' (then the n-th row is the n-th month); columns are parted by
    tabs, semicolons or two blanks. A row of words (a heading) is passed over. Amounts are checked by the form.
    """
    import re

    values: dict[str, str] = {}
    faults: list[str] = []
    month = 0
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"\t|;|\s{2,}", line.strip()) if cell.strip()]
        if not cells or not any(ch.isdigit() for ch in line):
            continue
        if len(cells) == 3 and (found := re.fullmatch(r"(\d{1,2})\s*(개월째|개월|월)?", cells[0])):  # as data
            month, cells = int(found[1]), cells[1:]
        else:
            month += 1
        if len(cells) != 2 or not 1 <= month <= months:
            faults.append(line.strip())
            continue
        values[f"revenue-{month}"], values[f"cost-{month}"] = cells
    return values, faults


class WhyForm(forms.Form):
    why = forms.CharField(label=lazy("까닭"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class FilterForm(forms.Form):
    """The filters of the list; a value that makes no sense is as good as none."""

    q = forms.CharField(label=lazy("제목에 든 말"), max_length=60, required=False)
    round = forms.TypedChoiceField(label=lazy("연차"), coerce=int, required=False, empty_value=None)
    district = forms.TypedChoiceField(label=lazy("자치구"), coerce=int, required=False, empty_value=None)
    field = forms.ChoiceField(label=lazy("분야"), required=False)
    kind = forms.ChoiceField(label=lazy("사업 종류"), required=False)
    state = forms.ChoiceField(label=lazy("상태"), required=False)


class TemplateForm(forms.ModelForm):
    class Meta:
        model = SectionTemplate
        fields = ["order", "title", "guidance"]
        widgets = {"guidance": forms.Textarea(attrs={"rows": 3})}
