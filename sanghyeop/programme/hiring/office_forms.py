"""Forms of the offices that find people for a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.parties.models import District
from sanghyeop.programme.discovery.forms import RowField, WhyForm, Words, worded
from sanghyeop.programme.hiring.models import Application, Call, Group, Intake, Post, Rule
from sanghyeop.programme.hiring.privacy import NoNumbers
from sanghyeop.programme.hiring.rules import BENEFITS, PLACES
from sanghyeop.programme.rounds.models import Round

__all__ = ["CallForm", "CheckForm", "IntakeForm", "PostForm", "RuleForm", "SuitabilityForm", "WhyForm"]


def moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class IntakeForm(forms.Form):
    """Calls that are decided together: when, how long an offer stands, how many posts one may choose."""

    def __init__(self, data: Any, rounds: Sequence[Round], districts: Sequence[District], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["round"] = RowField(rounds, label=_("연차"))
        self.fields["district"] = RowField(districts, label=_("자치구"))
        self.fields.update(worded(Intake, ("name",)))
        self.fields["opens_at"] = moment(_("접수 시작"))
        self.fields["closes_at"] = moment(_("접수 마감"))
        self.fields.update(forms.fields_for_model(Intake, fields=("answer_days", "most_choices")))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        opens, closes = facts.get("opens_at"), facts.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("마감은 시작보다 뒤여야 합니다."))
        elif closes and closes <= timezone.now():
            self.add_error("closes_at", _("이미 지난 때입니다."))
        return facts


class PostForm(forms.ModelForm):
    """A post of a project without a plan here."""

    class Meta:
        model = Post
        fields = ("title", "quota", "months", "hours_a_week", "wage_an_hour_krw", "starts_on", "ends_on", "place")
        field_classes = {"title": Words, "place": Words}
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}),
            "ends_on": forms.DateInput(attrs={"type": "date"}),
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        starts, ends = facts.get("starts_on"), facts.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("끝나는 날은 시작하는 날보다 뒤여야 합니다."))
        return facts


class CallForm(NoNumbers):
    """The call's words, the posts that it offers, the seats kept for groups."""

    WORDS = ("title", "text", "place", "papers", "contact")

    def __init__(
        self, data: Any, *, intakes: Sequence[Intake], posts: Sequence[Post], groups: Sequence[str], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.posts = posts
        self.groups = groups
        if intakes:
            self.fields["intake"] = RowField(intakes, label=_("모집 회차"))
        self.fields.update(
            worded(Call, self.WORDS, help_texts={"papers": _("주민등록번호가 없는 서류로 정해 주세요.")})
        )
        labels = dict(Group.choices)
        for post in posts:
            self.fields[f"post_{post.pk}"] = forms.BooleanField(label=_("이 자리를 모집합니다"), required=False)
            self.fields[f"starts_{post.pk}"] = forms.DateField(
                label=_("일하기 시작하는 날"), required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
            self.fields[f"ends_{post.pk}"] = forms.DateField(
                label=_("끝나는 날"), required=False, widget=forms.DateInput(attrs={"type": "date"})
            )
            self.fields[f"duties_{post.pk}"] = Words(
                label=_("하는 일"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
            )
            for group in groups:
                self.fields[f"seats_{post.pk}_{group}"] = forms.IntegerField(
                    label=_("우선 인원: %(group)s") % {"group": labels.get(group, group)},
                    required=False,
                    min_value=0,
                    max_value=post.quota,
                )

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name == "intake" or name in self.WORDS]

    def rows(self) -> list[tuple[Post, list[forms.BoundField]]]:
        return [(post, [self[name] for name in self.fields if f"_{post.pk}_" in f"{name}_"]) for post in self.posts]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if not any(facts.get(f"post_{post.pk}") for post in self.posts):
            self.add_error(None, _("모집할 자리를 하나 이상 고르세요."))
        for post in self.posts:
            starts, ends = facts.get(f"starts_{post.pk}"), facts.get(f"ends_{post.pk}")
            if starts and ends and ends < starts:
                self.add_error(f"ends_{post.pk}", _("끝나는 날은 시작하는 날보다 뒤여야 합니다."))
        return facts

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.WORDS}

    def offered(self) -> list[Post]:
        """The chosen posts with their dates and duties as typed."""
        found = []
        for post in self.posts:
            if self.cleaned_data.get(f"post_{post.pk}"):
                post.starts_on = self.cleaned_data[f"starts_{post.pk}"]
                post.ends_on = self.cleaned_data[f"ends_{post.pk}"]
                post.duties = self.cleaned_data[f"duties_{post.pk}"]
                found.append(post)
        return found

    def reserves(self) -> dict[int, list[tuple[str, int]]]:
        return {
            post.pk: [
                (group, self.cleaned_data[f"seats_{post.pk}_{group}"])
                for group in self.groups
                if self.cleaned_data.get(f"seats_{post.pk}_{group}")
            ]
            for post in self.posts
        }


class CheckForm(NoNumbers):
    """An officer's correction of what a rule said."""

    holds = forms.TypedChoiceField(
        label=gettext_lazy("판단"),
        choices=[("yes", gettext_lazy("맞음")), ("no", gettext_lazy("맞지 않음"))],
        coerce=lambda v: v == "yes",
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(
        label=gettext_lazy("점수"), required=False, min_value=-1000, max_value=1000, max_digits=6, decimal_places=2
    )
    why = Words(label=gettext_lazy("까닭"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class SuitabilityForm(NoNumbers):
    """Points for how somebody suits a post."""

    points = forms.DecimalField(label=gettext_lazy("점수"), min_value=0, max_digits=6, decimal_places=2)
    why = Words(label=gettext_lazy("까닭"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class RuleForm(forms.ModelForm):
    """One rule of participation."""

    code = forms.ChoiceField(
        label=gettext_lazy("대상"),
        required=False,
        choices=[
            ("", gettext_lazy("없음")),
            (gettext_lazy("우선 대상"), Group.choices),
            (gettext_lazy("급여"), list(BENEFITS.items())),
            (gettext_lazy("사는 곳"), list(PLACES.items())),
        ],
    )

    class Meta:
        model = Rule
        fields = (
            "kind", "code", "value", "value_to", "over_years", "points", "valid_from", "valid_to", "basis",
        )  # fmt: skip
        widgets = {
            "valid_from": forms.DateInput(attrs={"type": "date"}),
            "valid_to": forms.DateInput(attrs={"type": "date"}),
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        starts, ends = facts.get("valid_from"), facts.get("valid_to")
        if starts and ends and ends < starts:
            self.add_error("valid_to", _("적용 끝은 시작보다 뒤여야 합니다."))
        kind, code, value = facts.get("kind"), facts.get("code"), facts.get("value")
        kinds = Rule.Kind
        if kind in (kinds.AGE_MIN, kinds.AGE_MAX, kinds.INCOME_MAX, kinds.PROPERTY_MAX, kinds.REPEAT_MAX,
                    kinds.INCOME_POINTS, kinds.TRAINING_RATE) and value is None:  # fmt: skip
            self.add_error("value", _("값을 적어 주세요."))
        if kind in (kinds.RESIDENCE, kinds.EXCLUDED, kinds.GROUP_POINTS) and not code:
            self.add_error("code", _("대상을 골라 주세요."))
        return facts


class ApplicantFilter(forms.Form):
    """Which applicants to list."""

    state = forms.ChoiceField(
        label=gettext_lazy("상태"),
        required=False,
        choices=[("", gettext_lazy("모두")), *[c for c in Application.State.choices if c[0] != "withdrawn"]],
    )
    waits = forms.BooleanField(label=gettext_lazy("판단할 것이 남은 것만"), required=False)

    def __init__(self, data: Any, posts: Sequence[Post]) -> None:
        super().__init__(data)
        self.fields["post"] = RowField(
            posts, lambda p: f"{p.project} · {p}", label=_("자리"), required=False, empty=_("모두")
        )

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
