"""A kept scenario as its page, its file and a comparison show it: every figure counted from the selected plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.engines.portfolio import VALUE_SCALE
from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.analysis import how_often, reasons_in
from sanghyeop.programme.selection.asked import Asked, Names, changes, rules_of
from sanghyeop.programme.selection.candidates import Candidate
from sanghyeop.programme.selection.models import Finding, Scenario
from sanghyeop.programme.selection.running import plans_in


@dataclass(frozen=True)
class Spent:
    """Won spent against a ceiling (None: none), with the number of projects. ``width``: of the bar, 0 to 100."""

    name: str
    spent: int
    limit: int | None
    projects: int

    @property
    def share(self) -> float | None:
        return None if self.limit is None else 100 * self.spent / self.limit if self.limit else 100.0

    @property
    def width(self) -> float:
        return round(min(self.share or 0.0, 100.0), 2)


@dataclass(frozen=True)
class InField:
    name: str
    projects: int
    jobs: int
    city_krw: int
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Row:
    """One plan on the page: why it is out, what would bring it in, how often it stays (per cent of the draws)."""

    plan: Candidate
    why: str = ""
    changes: list[str] = field(default_factory=list)
    displaces: list[str] = field(default_factory=list)
    stays: float | None = None
    force: Any = None


@dataclass(frozen=True)
class Swap:
    """Another portfolio beside the best: its worth in per cent of it, and what it exchanges."""

    share: float
    projects: int
    jobs: int
    city_krw: int
    leave: list[Candidate]
    join: list[Candidate]
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ForceCost:
    """What one forced choice gives up: per cent of the value without it, points of value, jobs."""

    force: Any
    share: float
    points: str
    jobs: int


def points(units: int) -> str:
    """Units of value as points."""
    return f"{units / VALUE_SCALE:,.2f}"


class Picture:
    """Everything about one scenario. ``findings`` by step; what is not worked out yet is empty."""

    def __init__(self, scenario: Scenario, names: Names, findings: Mapping[str, Finding]) -> None:
        self.scenario, self.names, self.findings = scenario, names, findings
        self.result = scenario.result
        self.asked = Asked.from_json(scenario.asked)
        self.plans = {plan.id: plan for plan in plans_in(self.result)}
        self.selected = [self.plans[key] for key in self.result["selected"]]
        self.forces = {force.plan_id: force for force in scenario.forces.all()}
        self.titles = {key: plan.title for key, plan in self.plans.items()}

    def answer(self, step: str) -> dict[str, Any]:
        found = self.findings.get(step)
        return found.answer if found else {}

    @property
    def infeasible(self) -> bool:
        return self.result["status"] == "infeasible"

    @property
    def status(self) -> str:
        """The proof in words: optimal, or the gap."""
        if self.infeasible:
            return _("모든 규칙을 지키는 선정안이 없습니다")
        if self.result["status"] == "optimal":
            return _("최적임이 증명된 선정안")
        return _("최적값과의 차이가 %(gap)s%% 이내임이 증명된 선정안") % {"gap": f"{100 * self.result['gap']:.3f}"}

    @cached_property
    def changes(self) -> list[Any]:
        return list(changes(rules_of(self.scenario.round, self.names), self.asked, self.names))

    @cached_property
    def figures(self) -> dict[str, int]:
        return figures(self.selected)

    @property
    def value(self) -> str:
        return points(self.result["objective"])

    @property
    def before(self) -> int:
        return sum(1 for plan in self.plans.values() if plan.out)

    @property
    def rejected(self) -> int:
        return len(self.plans) - self.before - len(self.selected)

    @cached_property
    def sources(self) -> list[Spent]:
        city = Spent(_("시비"), self.figures["city_krw"], self.asked.city_krw, len(self.selected))
        limits = self.asked.district_krw
        everywhere = sum(limits.values()) if limits and len(limits) == len(self.names.districts) else None
        return [city, Spent(_("구비 합계"), self.figures["district_krw"], everywhere, len(self.selected))]

    @cached_property
    def districts(self) -> list[Spent]:
        money, number = Counter[str](), Counter(plan.district for plan in self.selected)
        for plan in self.selected:
            money[plan.district] += plan.district_krw
        return [
            Spent(self.names.district(code), money[code], self.asked.district_krw.get(code), number[code])
            for code in self.names.districts
            if number[code] or code in self.asked.district_krw
        ]

    @cached_property
    def fields(self) -> list[InField]:
        found = []
        for key in self.names.fields:
            here = [plan for plan in self.selected if plan.field == key]
            found.append(
                InField(
                    self.names.field(key),
                    len(here),
                    sum(plan.jobs for plan in here),
                    sum(plan.city_krw for plan in here),
                    self.asked.field_min.get(key),
                    self.asked.field_max.get(key),
                )
            )
        return found

    @cached_property
    def stays(self) -> tuple[int, dict[int, float]]:
        """Draws done, and plan → per cent of them in which it is selected."""
        draws, share = how_often(self.findings)
        return draws, {key: 100 * part for key, part in share.items()}

    def rows(self, show: str) -> list[Row]:
        """The rows of one list: ``in``, ``out`` (rejected, best score first) or ``before``."""
        stays, chosen = self.stays[1], {plan.id for plan in self.selected}
        if show == "before":
            return [Row(plan, words.out_before(plan.out)) for plan in self.plans.values() if plan.out]
        if show == "out":
            rejected = [plan for plan in self.plans.values() if not plan.out and plan.id not in chosen]
            return [self.rejection(plan, stays) for plan in sorted(rejected, key=lambda plan: -float(plan.score or 0))]
        selected = sorted(self.selected, key=lambda plan: (plan.district, plan.id))
        return [Row(plan, stays=stays.get(plan.id), force=self.forces.get(plan.id)) for plan in selected]

    @cached_property
    def reasons(self) -> dict[str, Any]:
        return reasons_in(self.findings)

    def rejection(self, plan: Candidate, stays: Mapping[int, float]) -> Row:
        force = self.forces.get(plan.id)
        reason = self.reasons.get(str(plan.id))
        if reason is None:
            return Row(plan, stays=stays.get(plan.id), force=force)
        score = Decimal(plan.score) if plan.score else None
        changes = words.changes(reason, self.names, self.asked.weight_score, self.asked.weight_jobs, score)
        why = words.kept_out(reason, self.names)
        return Row(
            plan,
            why if changes else f"{why} {words.nothing_alone()}",
            changes,
            [self.titles[int(key)] for key in reason["displaces"]],
            stays.get(plan.id),
            force,
        )

    @cached_property
    def alternatives(self) -> list[Swap]:
        return [self.swap(row) for row in self.answer("alternatives").get("found", [])]

    @cached_property
    def top(self) -> Swap | None:
        """Funding from the top of the list, beside the best."""
        return self.swap(self.result["top"]) if "top" in self.result else None

    def swap(self, row: Mapping[str, Any]) -> Swap:
        mine, theirs = {plan.id for plan in self.selected}, set(row["selected"])
        chosen = [self.plans[key] for key in row["selected"]]
        return Swap(
            100 * row["objective"] / max(self.result["objective"], 1),
            len(chosen),
            sum(plan.jobs for plan in chosen),
            sum(plan.city_krw for plan in chosen),
            [self.plans[key] for key in sorted(mine - theirs)],
            [self.plans[key] for key in sorted(theirs - mine)],
            [words.broken_now(kept, self.names) for kept in row.get("broken", ())],
        )

    @cached_property
    def forcing(self) -> list[ForceCost]:
        """What each forced choice costs while the others stay."""
        each = self.answer("forcing").get("each", {})
        return [
            cost_of(self.forces[int(key)], found, self.result["objective"], self.figures["jobs"])
            for key, found in each.items()
            if int(key) in self.forces
        ]

    @cached_property
    def forcing_all(self) -> ForceCost | None:
        """What all forced choices cost together."""
        free = self.answer("forcing").get("free")
        return cost_of(None, free, self.result["objective"], self.figures["jobs"]) if free else None

    @cached_property
    def clash(self) -> list[tuple[str, str]]:
        """Rules that cannot hold together, each with what to do about it."""
        return [
            (words.clashing(kept, self.names, self.titles), words.loosen(kept, self.names, self.titles))
            for kept in self.result["clash"]
        ]


def costs_of(scenario: Scenario, forces: Mapping[int, Any]) -> list[tuple[Any, ForceCost | None]]:
    """Every forced choice (from ``queries.forces_by_plan``) with what it costs, None where that is not worked out."""
    result = scenario.result
    jobs, found = figures(plan for plan in plans_in(result) if plan.id in set(result["selected"]))["jobs"], []
    for plan, force in forces.items():
        without = (force.costs or {}).get("each", {}).get(str(plan))
        found.append((force, cost_of(force, without, result["objective"], jobs) if without else None))
    return found


def cost_of(force: Any, without: Mapping[str, Any], objective: int, jobs: int) -> ForceCost:
    """What a portfolio of this worth and these jobs gives up against the one ``without`` a forced choice."""
    lost = without["objective"] - objective
    return ForceCost(force, 100 * lost / max(without["objective"], 1), points(lost), without["jobs"] - jobs)


def figures(plans: Iterable[Candidate]) -> dict[str, int]:
    """Sums over some plans."""
    plans = list(plans)
    return {
        "projects": len(plans),
        "jobs": sum(plan.jobs for plan in plans),
        "city_krw": sum(plan.city_krw for plan in plans),
        "district_krw": sum(plan.district_krw for plan in plans),
        "districts": len({plan.district for plan in plans}),
        "fields": len({plan.field for plan in plans}),
    }
