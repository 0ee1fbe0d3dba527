"""Forms of the review. What was typed comes back with every error."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import District, User
from sanghyeop.programme.review.models import Assignment, PanelMember, Score, ScoreChoice
from sanghyeop.programme.review.moves import Answers
from sanghyeop.programme.rounds.models import Criterion, Round

LEVELS = ((0, _("모름")), (1, _("조금")), (2, _("잘 앎")), (3, _("전문")))


class PointsField(forms.Field):
    """Whole points from 0 to the criterion's most. Full-width digits are understood."""

    def __init__(self, most: int, **options: Any) -> None:
        self.most = most
        options["widget"] = forms.TextInput(
            attrs={"inputmode": "numeric", "class": "points", "autocomplete": "off", "maxlength": 20}
        )
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> int | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip().removesuffix("점").strip()  # as data
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > self.most:
            raise ValidationError(
                _("0점부터 %(most)d점까지의 정수로 적어 주세요.") % {"most": self.most}, code="points"
            )
        return int(text)


class SheetForm(forms.Form):
    """A score sheet: for each criterion points and a reason, then the overall opinion.

    Nothing is required while saving; ``handed_in`` asks for all of it.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    window = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, data: Any, criteria: list[Criterion], **options: Any) -> None:
        super().__init__(data, **options)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"points_{criterion.pk}"] = PointsField(
                criterion.points, label=_("점수(0~%(most)d점)") % {"most": criterion.points}
            )
            self.fields[f"reason_{criterion.pk}"] = forms.CharField(
                label=_("까닭"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
            )
        self.fields["overall"] = forms.CharField(
            label=_("종합 의견"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5})
        )
        self.fields["same_reasons"] = forms.BooleanField(
            label=_("같은 까닭을 그대로 냅니다"), required=False, widget=forms.CheckboxInput
        )

        self.fields["sure"] = forms.BooleanField(
            label=_("심사표를 내면 스스로 고칠 수 없고, 위원장만 다시 열 수 있습니다. 확인했습니다."), required=False
        )

    @staticmethod
    def initial_of(sheet: Assignment, scores: Mapping[int, Score]) -> dict[str, Any]:
        initial: dict[str, Any] = {"version": sheet.version, "overall": sheet.overall}
        for pk, score in scores.items():
            initial[f"points_{pk}"] = score.points
            initial[f"reason_{pk}"] = score.reason
        return initial

    def answers(self) -> Answers:
        """What could be read; a box with an error keeps what is stored."""
        read = self.cleaned_data
        return Answers(
            {c.pk: read[f"points_{c.pk}"] for c in self.criteria if f"points_{c.pk}" in read},
            {c.pk: read[f"reason_{c.pk}"] for c in self.criteria if f"reason_{c.pk}" in read},
            read.get("overall"),
        )

    def ask_for_all(self) -> bool:
        """Add an error to every box that a finished sheet needs; whether there is none."""
        read = self.cleaned_data
        for criterion in self.criteria:
            if f"points_{criterion.pk}" in read and read[f"points_{criterion.pk}"] is None:
                self.add_error(f"points_{criterion.pk}", _("점수를 적어 주세요. 0점도 줄 수 있습니다."))
            if f"reason_{criterion.pk}" in read and not read[f"reason_{criterion.pk}"]:
                self.add_error(f"reason_{criterion.pk}", _("이 점수를 준 까닭을 적어 주세요."))
        if "overall" in read and not read["overall"]:
            self.add_error("overall", _("종합 의견을 적어 주세요."))
        if not read.get("sure"):
            self.add_error("sure", _("심사표를 내기 전에 확인란에 표시해 주세요."))
        return not self.errors

    def copied_reasons(self) -> bool:
        """The same words stand as the reason of every criterion."""
        reasons = {" ".join(self.cleaned_data.get(f"reason_{c.pk}", "").split()).casefold() for c in self.criteria}
        return len(self.criteria) > 1 and len(reasons) == 1

    def stands_at(self, version: int) -> None:
        """Show the form again as typed, to be saved over this version."""
        data: Any = self.data
        self.data = data.copy()
        self.data["version"] = str(version)  # type: ignore[index]

    @property
    def total(self) -> int:
        values = (self.cleaned_data.get(f"points_{c.pk}") for c in self.criteria)
        return sum(value for value in values if value is not None)

    def rows(self, stored: Mapping[int, Score] | None = None) -> Iterable[dict[str, Any]]:
        """For the page: each criterion with its boxes, and what is stored where it differs from what was typed."""
        for criterion in self.criteria:
            score = stored.get(criterion.pk) if stored is not None else None
            points, reason = self[f"points_{criterion.pk}"], self[f"reason_{criterion.pk}"]
            differs = stored is not None and (
                str(points.value() or "").strip()
                != ("" if score is None or score.points is None else str(score.points))
                or (reason.value() or "").strip() != (score.reason if score else "")
            )
            yield {
                "criterion": criterion,
                "points": points,
                "reason": reason,
                "boxes": (points, reason),
                "stored": score,
                "differs": differs,
            }


class WhyForm(forms.Form):
    """A written reason."""

    why = forms.CharField(label=_("까닭"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(forms.Form):
    """A panel member: district, load, chair, and how well each field is known."""

    home_district = forms.ModelChoiceField(
        District.objects.none(), label=_("사는 자치구"), required=False, empty_label=_("없음(시 밖)"),
        help_text=_("이 자치구의 계획서는 배정되지 않습니다."),
    )  # fmt: skip
    max_load = forms.IntegerField(label=_("최대 건수"), required=False, min_value=0, max_value=500)
    chair = forms.BooleanField(label=_("위원장"), required=False)

    def __init__(self, data: Any, round_: Round, member: PanelMember | None = None, **options: Any) -> None:
        initial: dict[str, Any] = {}
        if member is not None:
            initial = {"home_district": member.home_district_id, "max_load": member.max_load, "chair": member.chair}
            initial |= {f"level_{row.field_id}": row.level for row in member.affinities.all()}
        super().__init__(data, initial=initial, **options)
        self.round = round_
        self.fields["home_district"].queryset = District.objects.filter(city=round_.city_id)  # type: ignore[attr-defined]
        self.fields["max_load"].help_text = _("비우면 연차의 기준(%(load)d건)을 따릅니다.") % {
            "load": round_.reviewer_load
        }
        self.fields["chair"].help_text = _("위원장은 한 사람입니다. 다른 사람이 위원장이면 그 사람과 바뀝니다.")
        for field in round_.fields.all():
            self.fields[f"level_{field.pk}"] = forms.TypedChoiceField(
                label=str(field), choices=LEVELS, coerce=int, initial=0, required=False, empty_value="0"
            )

    def facts_asked(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("level_")]

    def levels_asked(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("level_")]

    def facts(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {
            "home_district": read["home_district"],
            "max_load": read["max_load"],
            "chair": read["chair"],
            "levels": {
                int(name.removeprefix("level_")): int(level)
                for name, level in read.items()
                if name.startswith("level_") and int(level)
            },
        }


class NameForm(MemberForm):
    """Name a person to the panel: one of those shown, who were searched for by name."""

    def __init__(self, data: Any, round_: Round, people: Any, shown: list[User], **options: Any) -> None:
        super().__init__(data, round_, **options)
        self.shown = shown
        self.fields["user"] = forms.ModelChoiceField(people, label=_("위촉할 사람"), empty_label=None)
        self.fields["user"].choices = [(person.pk, self.label(person)) for person in shown]  # type: ignore[attr-defined]
        self.order_fields(["user"])

    @staticmethod
    def label(person: User) -> str:
        """By name and organisations: two may share a name."""
        places = ", ".join(dict.fromkeys(str(m.organisation) for m in person.memberships.all()))
        return f"{person.name} ({places})" if places else person.name

    @property
    def person(self) -> User:
        return self.cleaned_data["user"]


class ReportForm(forms.Form):
    """A conflict that somebody reported: which member, with which plan or district."""

    member = forms.ModelChoiceField(PanelMember.objects.none(), label=_("심사위원"))
    plan = forms.IntegerField(
        label=_("계획서 번호"), required=False, min_value=1, max_value=2**62, help_text=_("계획서 목록에 있는 번호")
    )
    district = forms.ModelChoiceField(District.objects.none(), label=_("또는 자치구"), required=False)
    reason = forms.CharField(label=_("까닭"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DeclareForm(forms.Form):
    """A reviewer's own conflict: the plan or organisation stands in the address, a district is chosen here."""

    district = forms.ModelChoiceField(District.objects.none(), label=_("자치구"))
    reason = forms.CharField(label=_("까닭"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class GrantForm(forms.Form):
    """Bonus points with their evidence."""

    evidence = forms.CharField(label=_("근거"), max_length=300, help_text=_("확인한 서류나 사실을 적어 주세요."))


class ChoiceForm(forms.Form):
    which = forms.ChoiceField(label=_("선정에 쓸 점수"), choices=ScoreChoice.Which.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("까닭"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
