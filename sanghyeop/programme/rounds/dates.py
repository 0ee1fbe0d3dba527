"""The form of a round's calendar: dates that are typed or picked, told beside the box when they cannot be."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.rounds import periods
from sanghyeop.programme.rounds.models import Period, Round


class Moment(forms.DateTimeInput):
    """A day and a time, to be picked or typed; what a browser could not show as one stays as plain text."""

    template_name = "django/forms/widgets/input.html"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = context["widget"]["value"] or ""
        context["widget"]["type"] = "datetime-local" if re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)?", text) else "text"
        return context


class MomentField(forms.DateTimeField):
    widget = Moment
    default_error_messages = {"invalid": _("날짜와 시각을 2026-03-02 18:00처럼 적어 주세요.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y.%m.%d %H:%M", "%Y. %m. %d. %H:%M", "%Y/%m/%d %H:%M"],
            **options,
        )


class CalendarForm(forms.Form):
    """Opening and deadline of each step. A step left empty has no period yet."""

    def __init__(self, data: Any, round_: Round, now: datetime.datetime | None = None) -> None:
        self.round, self.now = round_, now or timezone.now()
        self.stored = periods.moments(round_.periods.all())
        super().__init__(
            data,
            initial={
                f"{step}_{end}": timezone.localtime(moment).replace(second=0, microsecond=0)
                for (step, end), moment in self.stored.items()
            },
        )
        for step in Period.Step:
            for end, label in ((periods.OPENS, _("시작")), (periods.CLOSES, _("마감"))):
                field = MomentField(label=label, required=False)
                field.disabled = not periods.may_set(round_, step, end, self.stored.get((step, end)), self.now)
                self.fields[f"{step}_{end}"] = field

    def steps(self) -> list[tuple[str, Any, Any]]:
        """Step, box of its opening, box of its deadline: the rows of the table."""
        return [(str(s.label), self[f"{s}_{periods.OPENS}"], self[f"{s}_{periods.CLOSES}"]) for s in Period.Step]

    def moments(self) -> dict[periods.End, datetime.datetime]:
        """What was typed and understood; an untouched box keeps its stored seconds."""
        found = {}
        for step in Period.Step:
            for end in (periods.OPENS, periods.CLOSES):
                typed, stored = self.cleaned_data.get(f"{step}_{end}"), self.stored.get((step, end))
                if typed is not None:
                    same = stored is not None and stored.replace(second=0, microsecond=0) == typed
                    found[(str(step), end)] = stored if same and stored else typed
        return found

    def clean(self) -> dict[str, Any]:
        typed = self.moments()
        first, last = self.round.year - periods.YEARS_BEFORE, self.round.year + periods.YEARS_AFTER
        for (step, end), moment in list(typed.items()):
            if not first <= moment.year <= last:
                self.add_error(
                    f"{step}_{end}",
                    _("%(year)s년 연차의 일정이 아닌 것 같습니다. %(first)s년부터 %(last)s년 사이로 적어 주세요.")
                    % {"year": self.round.year, "first": first, "last": last},
                )
                del typed[(step, end)]
        for step in Period.Step:
            boxes = [f"{step}_{periods.OPENS}", f"{step}_{periods.CLOSES}"]
            empty = [box for box in boxes if self.cleaned_data.get(box) is None and box not in self.errors]
            if len(empty) == 1 or (empty and step in {s for s, _end in self.stored} and self._announced()):
                self.add_error(empty[0], _("시작과 마감을 모두 적어 주세요."))
        for (step, end), message in periods.faults(typed):
            self.add_error(f"{step}_{end}", message)
        if self._announced():
            for (step, end), moment in typed.items():
                self._refuse_hurry(step, end, moment)
        return self.cleaned_data

    def _announced(self) -> bool:
        return self.round.state != Round.State.DRAFT

    def _refuse_hurry(self, step: str, end: str, moment: datetime.datetime) -> None:
        """What was announced can be put off, never brought forward, and not into the past."""
        stored = self.stored.get((step, end))
        if stored is None or moment == stored:
            return
        if end == periods.CLOSES and moment < stored:
            self.add_error(f"{step}_{end}", _("이미 알린 마감은 앞당길 수 없습니다."))
        elif moment <= self.now:
            self.add_error(f"{step}_{end}", _("지금보다 뒤로 적어 주세요."))

    def save(self) -> None:
        typed = self.moments()
        for step in Period.Step:
            opens, closes = typed.get((step, periods.OPENS)), typed.get((step, periods.CLOSES))
            if opens is None or closes is None:
                Period.objects.filter(round=self.round, step=step).delete()
            elif (opens, closes) != (self.stored.get((step, periods.OPENS)), self.stored.get((step, periods.CLOSES))):
                Period.objects.update_or_create(
                    round=self.round, step=step, defaults={"opens_at": opens, "closes_at": closes}
                )
