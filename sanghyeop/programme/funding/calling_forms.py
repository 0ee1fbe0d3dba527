"""Forms of the district's call for an operator, and of an organisation's other names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.ground.files.papers import PapersField
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.funding.forms import DayField, text
from sanghyeop.programme.funding.models import Bid, OperatorCall


class CallForm(forms.ModelForm):
    class Meta:
        model = OperatorCall
        fields = ("terms", "closes_at")
        widgets = {
            "terms": forms.Textarea(attrs={"rows": 8}),
            "closes_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }


class BidForm(forms.Form):
    organisation = forms.ModelChoiceField(label=lazy("단체"), queryset=Organisation.objects.none(), empty_label=None)
    proposal = text(lazy("수행 계획"), 5000, 10, help_text=lazy("맡을 사람, 해 본 일, 자부담을 적어 주세요."))
    papers = PapersField(
        label=lazy("붙일 서류(사진이나 PDF)"), several=True, required=False,
        help_text=lazy("등록증, 실적 증명처럼 모집에서 내라고 한 서류를 함께 고를 수 있습니다."),
    )  # fmt: skip

    def __init__(self, data: Any, organisations: Any, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = organisations


class CommitteeForm(forms.Form):
    """What the committee decided: points by bid, a winner or none, who sat in it, and why."""

    met_on = DayField(label=lazy("심의한 날"), initial=timezone.localdate)
    committee = text(lazy("심의 위원"), 1000, 3, help_text=lazy("이름과 소속을 한 줄에 한 사람씩 적어 주세요."))
    winner = forms.ChoiceField(label=lazy("선정한 단체"), widget=forms.RadioSelect)
    reason = text(lazy("결정한 까닭"), 2000, 4)

    def __init__(self, data: Any, bids: Sequence[Bid]) -> None:
        super().__init__(data)
        self.bids = {str(made.pk): made for made in bids}
        winner: Any = self.fields["winner"]
        winner.choices = [
            *((key, str(made.organisation)) for key, made in self.bids.items()), ("none", _("적격자 없음")),
        ]  # fmt: skip
        for key, made in self.bids.items():
            self.fields[f"points_{key}"] = forms.DecimalField(
                label=_("%(organisation)s 점수(100점 만점)") % {"organisation": made.organisation},
                min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "number"}),
            )  # fmt: skip

    @property
    def decided(self) -> dict[str, Any]:
        kept = self.cleaned_data
        return {
            "met_on": kept["met_on"],
            "committee": kept["committee"],
            "reason": kept["reason"],
            "winner": self.bids.get(kept["winner"]),
            "points": {made.pk: kept[f"points_{key}"] for key, made in self.bids.items()},
        }


class AliasForm(forms.Form):
    name = forms.CharField(label=lazy("다른 이름"), max_length=120)
