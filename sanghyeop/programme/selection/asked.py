"""What a scenario asks of the solver: budgets, limits, weights and either/or groups, and where they leave the round's
own rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from sanghyeop.engines.portfolio import Rules
from sanghyeop.ground.parties.models import District
from sanghyeop.programme.rounds.models import Bonus, Criterion, DistrictBudget, Round, RoundField
from sanghyeop.programme.selection.words import won

#: Draws with which a new scenario form begins; the officer may ask for more or fewer.
DRAWS = 200


@dataclass(frozen=True)
class Names:
    """A round's districts (by code) and fields (by key) in words."""

    districts: Mapping[str, District]
    fields: Mapping[int, RoundField]

    @property
    def highest(self) -> Decimal | None:
        """The highest score that the round's criteria and bonuses allow, None where they are not read."""
        return next((getattr(district, "highest", None) for district in self.districts.values()), None)

    def district(self, code: str) -> str:
        return str(self.districts.get(code, code))

    def field(self, key: int | str) -> str:
        return str(self.fields.get(int(key), key))


@dataclass(frozen=True)
class Asked:
    """The rules of one run. None, or absent from a mapping: no such rule. Districts by code, fields by key.

    ``groups``: plan → name of its either/or group. ``draws`` and ``seed`` are of the analysis of uncertainty.
    """

    city_krw: int
    district_krw: Mapping[str, int]
    projects_max: int | None
    per_district_max: int | None
    districts_min: int | None
    field_min: Mapping[int, int]
    field_max: Mapping[int, int]
    weight_score: Decimal
    weight_jobs: Decimal
    groups: Mapping[int, str] = field(default_factory=dict)
    draws: int = DRAWS
    seed: int = 1

    def as_json(self) -> dict[str, Any]:
        return {
            "city_krw": self.city_krw,
            "district_krw": dict(self.district_krw),
            "projects_max": self.projects_max,
            "per_district_max": self.per_district_max,
            "districts_min": self.districts_min,
            "field_min": {str(key): number for key, number in self.field_min.items()},
            "field_max": {str(key): number for key, number in self.field_max.items()},
            "weight_score": str(self.weight_score),
            "weight_jobs": str(self.weight_jobs),
            "groups": {str(key): name for key, name in self.groups.items()},
            "draws": self.draws,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Asked:
        return cls(
            **{
                **kept,
                "field_min": {int(key): number for key, number in kept["field_min"].items()},
                "field_max": {int(key): number for key, number in kept["field_max"].items()},
                "weight_score": Decimal(kept["weight_score"]),
                "weight_jobs": Decimal(kept["weight_jobs"]),
                "groups": {int(key): name for key, name in kept["groups"].items()},
            }
        )

    def rules(self) -> Rules:
        """As the solver takes them."""
        return Rules(
            city_krw=self.city_krw,
            district_krw=dict(self.district_krw),
            projects_max=self.projects_max,
            per_district_max=self.per_district_max,
            districts_min=self.districts_min or 0,
            field_min={str(key): number for key, number in self.field_min.items()},
            field_max={str(key): number for key, number in self.field_max.items()},
        )


def names_of(round_: Round) -> Names:
    """Districts of the round's city, each with its ``budget_krw`` in the round (None: no ceiling) and the ``highest``
    score that the round allows, and fields. Two queries."""
    criteria = Criterion.objects.filter(round=round_).order_by().values("kind").annotate(whole=Sum("points"))
    bonuses = Bonus.objects.filter(round=round_).order_by().values("round").annotate(whole=Sum("points"))
    highest = Coalesce(Subquery(criteria.order_by("-whole").values("whole")[:1]), 0, output_field=DecimalField()) + (
        Coalesce(Subquery(bonuses.values("whole")), 0, output_field=DecimalField())
    )
    budget = DistrictBudget.objects.filter(round=round_, district=OuterRef("pk")).values("amount_krw")
    districts = (
        District.objects.filter(city=round_.city_id)
        .defer("outline")
        .annotate(budget_krw=Subquery(budget), highest=highest)
    )
    return Names({d.code: d for d in districts}, {f.pk: f for f in round_.fields.all()})


def rules_of(round_: Round, names: Names) -> Asked:
    """The round's own rules, as a scenario that changes nothing asks them. No query."""
    return Asked(
        city_krw=round_.city_budget_krw,
        district_krw={
            code: budget
            for code, district in names.districts.items()
            if (budget := getattr(district, "budget_krw", None)) is not None
        },
        projects_max=round_.projects_max,
        per_district_max=round_.projects_per_district,
        districts_min=round_.districts_min,
        field_min={key: f.projects_min for key, f in names.fields.items() if f.projects_min is not None},
        field_max={key: f.projects_max for key, f in names.fields.items() if f.projects_max is not None},
        weight_score=round_.weight_score,
        weight_jobs=round_.weight_jobs,
        seed=round_.year,
    )


@dataclass(frozen=True)
class Changed:
    """One value of a scenario that is not the round's."""

    label: str
    own: str
    asked: str


def changes(own: Asked, asked: Asked, names: Names) -> Iterator[Changed]:
    """Where a scenario leaves the round's rules, in words."""

    def ceiling(number: int | None) -> str:
        return _("한도 없음") if number is None else won(number)

    def count(number: int | None) -> str:
        return _("제한 없음") if number is None else str(number)

    if own.city_krw != asked.city_krw:
        yield Changed(_("시비 예산"), won(own.city_krw), won(asked.city_krw))
    for code in names.districts:
        before, after = own.district_krw.get(code), asked.district_krw.get(code)
        if before != after:
            yield Changed(
                _("%(district)s 구비 예산") % {"district": names.district(code)}, ceiling(before), ceiling(after)
            )
    for label, before, after in (
        (_("선정 사업 수 한도"), own.projects_max, asked.projects_max),
        (_("자치구당 선정 한도"), own.per_district_max, asked.per_district_max),
        (_("참여 자치구 하한"), own.districts_min, asked.districts_min),
    ):
        if before != after:
            yield Changed(label, count(before), count(after))
    for label, olds, news in (
        (_("%(field)s 선정 하한"), own.field_min, asked.field_min),
        (_("%(field)s 선정 상한"), own.field_max, asked.field_max),
    ):
        for key in names.fields:
            if olds.get(key) != news.get(key):
                yield Changed(label % {"field": names.field(key)}, count(olds.get(key)), count(news.get(key)))
    for label, was, now in (
        (_("점수 가중치"), own.weight_score, asked.weight_score),
        (_("일자리 가중치"), own.weight_jobs, asked.weight_jobs),
    ):
        if was != now:
            yield Changed(label, f"{was.normalize():f}", f"{now.normalize():f}")
