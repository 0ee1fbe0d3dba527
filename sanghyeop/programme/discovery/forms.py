"""Forms of ideas, and of the district's funnel."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.pictures import PictureField
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.discovery.models import Check, Comment, Committee, Idea, Report
from sanghyeop.programme.discovery.moves import NewPicture
from sanghyeop.programme.rounds.models import Round, RoundField


class Words(forms.CharField):
    """Words in one Unicode form (a Mac sends Hangul in pieces); a line break counts as one character."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "").replace("\r\n", "\n")


class RowField(forms.TypedChoiceField):
    """A choice among rows that are already loaded; its value is the row. No query of its own."""

    def __init__(self, rows: Sequence[Any] = (), label_of: Callable[[Any], str] = str, **options: Any) -> None:
        self.rows = {str(row.pk): row for row in rows}
        empty = options.pop("empty", gettext_lazy("고르세요"))
        choices = [(key, label_of(row)) for key, row in self.rows.items()]
        super().__init__(choices=[("", empty), *choices], coerce=self.rows.__getitem__, empty_value=None, **options)


def worded(model: Any, names: Sequence[str], **options: Any) -> dict[str, forms.Field]:
    """Form fields for a model's words."""
    return forms.fields_for_model(model, fields=names, field_classes=dict.fromkeys(names, Words), **options)


TEXTS = ("title", "need", "for_whom", "place", "jobs")
HINTS = {
    "title": gettext_lazy("한눈에 알 수 있게 짧게 적어 주세요."),
    "need": gettext_lazy("동네에서 느낀 어려움이나 필요를 그대로 적어 주세요. 잘 다듬지 않아도 됩니다."),
    "for_whom": gettext_lazy("예: 맞벌이 부모, 혼자 사는 어르신"),
    "place": gettext_lazy("예: 수유시장과 그 둘레. 살고 계신 집 주소는 적지 마세요."),
    "jobs": gettext_lazy("어떤 일을, 몇 사람쯤, 하루 몇 시간쯤 하면 좋을지 아는 만큼만 적어 주세요."),
}


class IdeaForm(forms.Form):
    """An idea with up to so many pictures as the settings say; ``taken`` pictures are there already."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        rounds: Sequence[Round],
        districts: Sequence[District],
        round_fields: Sequence[RoundField],
        organisations: Sequence[Organisation] = (),
        counter: bool = False,
        taken: int = 0,
        held: Mapping[str, StoredFile] | None = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        several = len(rounds) > 1
        names = {r.pk: str(r) for r in rounds}
        if counter:
            self.fields.update(worded(Idea, ("counter_name", "counter_contact")))
            self.fields["counter_name"].required = True
            self.fields["counter_name"].help_text = _("이름과 연락처는 담당자만 볼 수 있습니다.")
        self.fields["round"] = RowField(rounds, label=_("연차"))
        if not several:
            self.fields["round"].widget = forms.HiddenInput()
            self.fields["round"].initial = str(rounds[0].pk) if rounds else ""
        self.fields["district"] = RowField(districts, label=_("자치구"))
        self.fields["field"] = RowField(
            round_fields,
            lambda row: f"{names[row.round_id]} · {row}" if several else str(row),
            label=_("분야"),
            required=False,
            empty=_("잘 모르겠습니다"),
        )
        if organisations:
            self.fields["organisation"] = RowField(
                organisations, label=_("제안하는 단체"), required=False, empty=_("개인으로 제안합니다")
            )
        widgets = {"need": forms.Textarea(attrs={"rows": 6}), "jobs": forms.Textarea(attrs={"rows": 4})}
        self.fields.update(worded(Idea, TEXTS, widgets=widgets, help_texts=HINTS))
        for name in ("title", "need"):  # ideas like it are shown while it is typed
            self.fields[name].widget.attrs |= {
                "hx-post": reverse("discovery:alike"),
                "hx-trigger": "input changed delay:600ms",
                "hx-include": "[name=title],[name=need],[name=district]",
                "hx-params": "title,need,district",
                "hx-target": "#alike",
            }
        self.held_rows = held or {}
        self.slots = range(1, settings.PICTURES["most"] - taken + 1)
        for n in self.slots:
            self.fields[f"picture_{n}"] = PictureField(label=_("사진 %(n)d") % {"n": n}, required=False)
            self.fields[f"alt_{n}"] = Words(
                label=_("사진 %(n)d 설명") % {"n": n},
                required=False,
                max_length=200,
                help_text=_("사진을 보지 못하는 분을 위해 무엇이 찍혔는지 적어 주세요.") if n == 1 else "",
            )

    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(("picture_", "alt_"))]

    def picture_fields(self) -> list[tuple[int, forms.BoundField, forms.BoundField, StoredFile | None]]:
        """Number, file, description and held picture of each place."""
        return [(n, self[f"picture_{n}"], self[f"alt_{n}"], self.held(n)) for n in self.slots]

    def held(self, n: int) -> StoredFile | None:
        """The picture of this place that an earlier sending of the form brought."""
        return self.held_rows.get(str(self.data.get(f"held_{n}", "")))

    def hold(self, hold: Callable[[Any], StoredFile]) -> None:
        """Keep the good pictures of a form that will be shown again."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # what was sent is a QueryDict
        self.data = data
        for n in self.slots:
            picture = self.cleaned_data.get(f"picture_{n}")
            if picture:
                stored = hold(picture)
                data[f"held_{n}"] = str(stored.key)
                self.held_rows = {**self.held_rows, str(stored.key): stored}

    def more_pictures_sent(self) -> bool:
        """Whether a picture after the first, or its description, was sent."""
        return any(
            self.files.get(f"picture_{n}") or self.held(n) or self.data.get(f"alt_{n}") or f"alt_{n}" in self.errors
            for n in list(self.slots)[1:]
        )

    def written(self) -> list[tuple[Any, Any]]:
        """Label and value of what was filled in, for the preview."""
        names = [name for name in self.fields if not name.startswith(("picture_", "alt_", "round"))]
        return [(self.fields[n].label, self.cleaned_data[n]) for n in names if self.cleaned_data.get(n)]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        chosen, field = facts.get("round"), facts.get("field")
        if chosen and field and field.round_id != chosen.pk:
            self.add_error("field", _("고른 연차의 분야가 아닙니다."))
        for n in self.slots:
            if (facts.get(f"picture_{n}") or self.held(n)) and not facts.get(f"alt_{n}"):
                if f"alt_{n}" not in self.errors:
                    self.add_error(f"alt_{n}", _("사진 설명을 적어 주세요."))
        return facts

    def facts(self) -> dict[str, Any]:
        """The idea's own fields, for ``moves.post`` and ``moves.edit``."""
        names = ("round", "district", "field", "organisation", *TEXTS)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def counter(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("counter_name", "counter_contact")}

    def pictures(self) -> list[NewPicture]:
        found = [(self.cleaned_data.get(f"picture_{n}") or self.held(n), n) for n in self.slots]
        return [NewPicture(picture, self.cleaned_data[f"alt_{n}"]) for picture, n in found if picture]


class CommentForm(forms.Form):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields.update(worded(Comment, ("body",), widgets={"body": forms.Textarea(attrs={"rows": 3})}))


class ReportForm(forms.Form):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields.update(worded(Report, ("reason",)))


class WhyForm(forms.Form):
    """A written reason."""

    why = Words(
        label=gettext_lazy("까닭"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("까닭을 적어 주세요.")},
    )


class MergeForm(forms.Form):
    """Words to the authors of merged ideas."""

    why = Words(label=gettext_lazy("알림에 덧붙일 말"), max_length=500, required=False)


class AnswerForm(forms.Form):
    """The district's answer."""

    decision = forms.ChoiceField(
        label=gettext_lazy("결정"),
        choices=[("adopt", gettext_lazy("채택합니다")), ("decline", gettext_lazy("채택하지 않습니다"))],
        widget=forms.RadioSelect,
    )
    words = Words(
        label=gettext_lazy("답변"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("모두가 볼 수 있습니다. 제안한 분이 알아듣기 쉽게 까닭을 적어 주세요."),
    )


class CheckForm(forms.Form):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["department"] = worded(Check, ("department",))["department"]
        self.fields["feasible"] = forms.TypedChoiceField(
            label=_("할 수 있습니까?"),
            choices=[("yes", _("할 수 있음")), ("no", _("하기 어려움"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
        )
        self.fields["opinion"] = worded(Check, ("opinion",))["opinion"]
        self.fields["opinion"].help_text = _("검토 의견은 아이디어 화면에서 모두가 볼 수 있습니다.")


class MeetingForm(forms.Form):
    """A committee's meeting, with a judgement on each idea before it."""

    DECISIONS = [
        ("", gettext_lazy("다루지 않음")),
        ("yes", pgettext_lazy("state", "선정")),
        ("no", gettext_lazy("선정하지 않음")),
    ]

    def __init__(self, data: Any = None, *, ideas: Sequence[Idea]) -> None:
        super().__init__(data)
        self.ideas = ideas
        self.fields.update(forms.fields_for_model(Committee, fields=("held_on",)))
        self.fields["attendees"] = forms.IntegerField(label=_("참석 위원 수(명)"), min_value=1, max_value=1000)
        self.fields["held_on"].widget = forms.DateInput(attrs={"type": "date"})
        self.fields.update(worded(Committee, ("minutes",)))
        self.fields["no_winner"] = forms.BooleanField(
            label=_("이번 회의에서는 고른 아이디어가 없습니다"), required=False
        )
        for idea in ideas:
            self.fields[f"decision_{idea.pk}"] = forms.ChoiceField(
                label=_("결정"), choices=self.DECISIONS, required=False
            )
            self.fields[f"reason_{idea.pk}"] = Words(label=_("까닭"), max_length=500, required=False)

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("held_on", "attendees", "minutes", "no_winner")]

    def rows(self) -> list[tuple[Idea, forms.BoundField, forms.BoundField]]:
        return [(idea, self[f"decision_{idea.pk}"], self[f"reason_{idea.pk}"]) for idea in self.ideas]

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError(_("아직 오지 않은 날짜입니다. 회의를 마친 뒤에 기록해 주세요."))
        return held_on

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        for idea in self.ideas:
            if facts.get(f"decision_{idea.pk}") and not facts.get(f"reason_{idea.pk}"):
                if f"reason_{idea.pk}" not in self.errors:
                    self.add_error(f"reason_{idea.pk}", _("까닭을 적어 주세요."))
        chosen = any(facts.get(f"decision_{idea.pk}") == "yes" for idea in self.ideas)
        if facts.get("no_winner") and chosen:
            self.add_error("no_winner", _("고른 아이디어가 있으면 ‘없음’을 표시할 수 없습니다."))
        elif not facts.get("no_winner") and not chosen:
            self.add_error("no_winner", _("고른 아이디어를 아래에서 표시하거나, 없으면 여기에 표시해 주세요."))
        return facts

    def judgements(self) -> dict[int, tuple[bool, str]]:
        facts = self.cleaned_data
        return {
            idea.pk: (facts[f"decision_{idea.pk}"] == "yes", facts[f"reason_{idea.pk}"])
            for idea in self.ideas
            if facts[f"decision_{idea.pk}"]
        }


ORDERS = {"new": ("-created_at", "-id"), "support": ("-supporters", "-id")}


class IdeaFilter(forms.Form):
    """Which ideas to list, in which order. What is not understood is said by the field and left out."""

    def __init__(
        self,
        data: Any,
        *,
        rounds: Sequence[Round],
        districts: Sequence[District],
        round_fields: Sequence[RoundField] = (),
        states: Sequence[tuple[str, Any]] = (),
    ) -> None:
        super().__init__(data)
        everything: dict[str, Any] = {"required": False, "empty": _("모두")}
        self.fields["q"] = forms.CharField(
            label=_("낱말"), required=False, widget=forms.TextInput(attrs={"type": "search", "maxlength": 100})
        )
        self.fields["round"] = RowField(rounds, label=_("연차"), **everything)
        self.fields["district"] = RowField(districts, label=_("자치구"), **everything)
        if round_fields:
            by_code = {field.code: str(field) for field in round_fields}
            self.fields["field"] = forms.ChoiceField(
                label=_("분야"), required=False, choices=[("", _("모두")), *by_code.items()]
            )
        self.fields["state"] = forms.ChoiceField(label=_("상태"), required=False, choices=[("", _("모두")), *states])
        self.fields["order"] = forms.ChoiceField(
            label=_("차례"),
            required=False,
            choices=[("new", _("새로 올라온 것부터")), ("support", _("지지가 많은 것부터"))],
        )

    def chosen(self) -> dict[str, Any]:
        """The values that are understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
