"""Scenarios side by side: what was asked, what came out, and who is in where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.programme.selection.asked import Names
from sanghyeop.programme.selection.models import Scenario
from sanghyeop.programme.selection.picture import Picture
from sanghyeop.programme.selection.words import won

#: Most scenarios in one table.
MOST = 4


@dataclass(frozen=True)
class Measure:
    label: str
    values: list[str]
    number: bool = True

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class PlanRow:
    """One plan: ``places`` says for each scenario ``in``, ``out`` or ``none`` (was not among its plans)."""

    plan: Any
    places: list[str]

    @property
    def differs(self) -> bool:
        return len(set(self.places)) > 1


@dataclass(frozen=True)
class Comparison:
    pictures: list[Picture]
    measures: list[Measure]
    plans: list[PlanRow]


def side_by_side(scenarios: list[Scenario], names: Names) -> Comparison:
    """Two to four scenarios of one round. No query if their forces are prefetched."""
    pictures = [Picture(scenario, names, {}) for scenario in scenarios]
    return Comparison(pictures, list(measures(pictures)), plan_rows(pictures))


def measures(pictures: list[Picture]):
    def row(label: str, value: Any, number: bool = True) -> Measure:
        return Measure(label, [value(p) for p in pictures], number)

    def count(number: int | None) -> str:
        return "–" if number is None else f"{number:,}"

    yield row(_("결과"), lambda p: p.status, False)
    yield row(_("시비 예산"), lambda p: won(p.asked.city_krw))
    yield row(_("구비 예산 합계"), lambda p: won(sum(p.asked.district_krw.values())))
    yield row(_("점수 가중치"), lambda p: f"{p.asked.weight_score.normalize():f}")
    yield row(_("일자리 가중치"), lambda p: f"{p.asked.weight_jobs.normalize():f}")
    yield row(_("선정 사업 수 한도"), lambda p: count(p.asked.projects_max))
    yield row(_("자치구당 선정 한도"), lambda p: count(p.asked.per_district_max))
    yield row(_("참여 자치구 하한"), lambda p: count(p.asked.districts_min))
    yield row(_("넣거나 뺀 계획서"), lambda p: count(len(p.forces)))
    yield row(_("선정 사업"), lambda p: count(p.figures["projects"]))
    yield row(_("참여 자치구"), lambda p: count(p.figures["districts"]))
    yield row(_("일자리"), lambda p: count(p.figures["jobs"]))
    yield row(_("시비"), lambda p: won(p.figures["city_krw"]))
    yield row(_("구비"), lambda p: won(p.figures["district_krw"]))
    yield row(_("점수 합계"), lambda p: f"{sum(float(plan.score or 0) for plan in p.selected):,.2f}")
    yield row(_("가치(가중치를 곱한 합계)"), lambda p: p.value)


def plan_rows(pictures: list[Picture]) -> list[PlanRow]:
    plans = {key: plan for picture in reversed(pictures) for key, plan in picture.plans.items()}
    chosen = [set(picture.result["selected"]) for picture in pictures]

    def place(key: int, k: int) -> str:
        if key in chosen[k]:
            return "in"
        return "out" if key in pictures[k].plans else "none"

    rows = [PlanRow(plan, [place(key, k) for k in range(len(pictures))]) for key, plan in plans.items()]
    return sorted(rows, key=lambda row: (row.plan.district, row.plan.id))
