"""The results of a round's review, computed from its rows: raw by the panel's rules, corrected by the mixed model.

Everything is an exact ``Fraction``; nothing is rounded before it is shown (``engines.panel.rounded``, half up). The two
figures of the model are floats by nature: they are rounded half up to ``MODEL_PLACES`` decimals once, here, and are
exact from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from django.db.models import OuterRef, Subquery

from sanghyeop.engines.calibration import Calibration, calibrate
from sanghyeop.engines.panel import (
    Criterion,
    PanelResult,
    PanelRules,
    Placing,
    Sensitivity,
    TieKey,
    judge,
    place,
    rounded,
    with_plain_mean,
)
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.planning.queries import with_totals
from sanghyeop.programme.review.conflicts import review_plans
from sanghyeop.programme.review.models import Assignment, BonusGrant, Score, ScoreChoice
from sanghyeop.programme.rounds.models import Criterion as CriterionRow
from sanghyeop.programme.rounds.models import GradeRule, Round

MODEL_PLACES = 4
RAW, CORRECTED = ScoreChoice.Which.RAW.value, ScoreChoice.Which.CORRECTED.value

#: Tie-break keys of a round → whether the higher value wins.
HIGHER_WINS = {"jobs": True, "city_krw": False, "district_share": True, "earlier": False}


@dataclass(frozen=True)
class Result:
    """One plan's result. Points are of the criteria's sum (usually 100).

    ``raw``: combined by the panel's rules, None without quorum. ``corrected``: for strictness, None where the model
    refuses. ``sd``: how uncertain the score is, in points: the model's standard error, or else that of the plain mean
    of at least two sheets, or else None. ``score``: the one that the chair chose (``which``; raw where there is no
    corrected one). ``total``: score and bonus, what ``rank`` and selection go by. ``passed``: quorum met, no criterion
    below its pass mark, score at or above the round's. ``rank``: among the passed of the same kind, from 1; plans that
    no rule parts share it.
    """

    plan_id: int
    kind: str
    raw: Fraction | None
    corrected: Fraction | None
    sd: Fraction | None
    which: str
    score: Fraction | None
    bonus: Fraction
    total: Fraction | None
    passed: bool
    quorum_met: bool
    failed_criteria: tuple[int, ...]
    rank: int | None
    sheets: int
    lowest: Fraction | None
    highest: Fraction | None
    spread: Fraction | None  # sample standard deviation of the sheets' totals

    @property
    def gap(self) -> Fraction | None:
        """Highest less lowest sheet."""
        return None if self.highest is None or self.lowest is None else self.highest - self.lowest


@dataclass(frozen=True)
class Sheet:
    assignment_id: int
    member_id: int
    name: str  # of the member
    points: Mapping[str, int]  # by criterion id as text


def points_of_model(value: float) -> Fraction | None:
    """A figure of the model, rounded once; None for nan."""
    return None if np.isnan(value) else Fraction(rounded(str(Decimal(repr(float(value)))), MODEL_PLACES))


class Book:
    """All that a round's results rest on, read once, and what follows from it. Four queries."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        choice = ScoreChoice.objects.filter(round=OuterRef("round")).order_by("-id").values("which")[:1]
        grade = GradeRule.objects.filter(round=OuterRef("round"), grade=OuterRef("continues__grade"))
        self.plans: dict[int, Plan] = {
            plan.pk: plan
            for plan in with_totals(review_plans(round_))
            .annotate(chosen=Subquery(choice), grade_bonus=Subquery(grade.values("bonus_points")[:1]))
            .select_related("district", "organisation", "field")
            .order_by("id")
        }
        self.chosen = next((plan.chosen or RAW for plan in self.plans.values()), RAW)  # type: ignore[attr-defined]
        self.criteria: dict[str, list[CriterionRow]] = defaultdict(list)
        for row in CriterionRow.objects.filter(round=round_).order_by("order", "id"):
            self.criteria[row.kind].append(row)
        self.sheets = self._read_sheets()
        self.bonuses = self._read_bonuses()

    def _read_sheets(self) -> dict[int, list[Sheet]]:
        """Finished sheets by plan, in the order of their assignment. One that lacks a criterion of today, or gives
        more than its points, is left out: it can only come from a round whose criteria were changed afterwards."""
        found: dict[tuple[int, int, int, str], dict[str, int]] = defaultdict(dict)
        for plan, sheet, member, name, criterion, points in (
            Score.objects.filter(
                assignment__plan__round=self.round,
                assignment__state=Assignment.State.DONE,
                criterion__round=self.round,
                points__isnull=False,
            )
            .order_by("assignment_id")
            .values_list(
                "assignment__plan_id",
                "assignment_id",
                "assignment__member_id",
                "assignment__member__user__name",
                "criterion_id",
                "points",
            )
        ):
            found[plan, sheet, member, name][str(criterion)] = points or 0
        sheets: dict[int, list[Sheet]] = defaultdict(list)
        most = {kind: {str(c.pk): c.points for c in rows} for kind, rows in self.criteria.items()}
        for (plan, sheet, member, name), given in found.items():
            if plan in self.plans:
                wanted = most.get(self.plans[plan].kind, {})
                if given.keys() == wanted.keys() and all(points <= wanted[c] for c, points in given.items()):
                    sheets[plan].append(Sheet(sheet, member, name, given))
        return sheets

    def _read_bonuses(self) -> dict[int, dict[str, Decimal]]:
        given: dict[int, dict[str, Decimal]] = defaultdict(dict)
        for plan in self.plans.values():
            if plan.grade_bonus:  # type: ignore[attr-defined]
                given[plan.pk]["grade"] = plan.grade_bonus  # type: ignore[attr-defined]
        for plan_id, bonus, points in BonusGrant.objects.filter(plan__round=self.round).values_list(
            "plan_id", "bonus_id", "bonus__points"
        ):
            given[plan_id][f"bonus:{bonus}"] = points
        return given

    def rules(self, kind: str) -> PanelRules | None:
        """The round's panel rules for new or for continuing plans; None for a kind without criteria."""
        rows = self.criteria.get(kind)
        if not rows:
            return None
        codes = {str(row.pk) for row in rows}
        ties = [key for key in self.round.tie_breaks if key.removeprefix("criterion:") in codes or key in HIGHER_WINS]
        from_ = self.round.drop_extremes_from
        return PanelRules(
            criteria=tuple(Criterion(str(row.pk), row.points, row.pass_points) for row in rows),
            combine=self.round.combine,
            drop_extremes=from_ is not None,
            drop_keeps=max((from_ or 3) - 2, 1),
            least_total=self.round.pass_points,
            bonus_most=self.round.bonus_cap,
            quorum=self.round.quorum,
            ties=tuple(TieKey(key, HIGHER_WINS.get(key, True)) for key in ties),
        )

    def most(self, kind: str) -> int:
        """The points that a kind's criteria add up to."""
        return sum(row.points for row in self.criteria.get(kind, ()))

    def facts(self, plan: Plan) -> dict[str, int | Fraction]:
        """What tie-breaks ask of a plan."""
        city, district = plan.city_krw, plan.district_krw  # type: ignore[attr-defined]
        at = plan.submitted_at
        return {
            "jobs": plan.jobs,  # type: ignore[attr-defined]
            "city_krw": city,
            "district_share": Fraction(district, city + district) if city + district else Fraction(0),
            "earlier": int(at.timestamp() * 1_000_000) if at else 0,
        }

    @cached_property
    def judged(self) -> dict[int, PanelResult]:
        """By the panel's rules, on raw points."""
        found = {}
        for pk, plan in self.plans.items():
            rules = self.rules(plan.kind)
            if rules:
                found[pk] = judge([sheet.points for sheet in self.sheets.get(pk, ())], rules, self.bonuses.get(pk))
        return found

    @cached_property
    def members(self) -> list[int]:
        return sorted({sheet.member_id for sheets in self.sheets.values() for sheet in sheets})

    @cached_property
    def scored(self) -> list[int]:
        """Plans with a finished sheet."""
        return [pk for pk in self.plans if self.sheets.get(pk)]

    @cached_property
    def model(self) -> Calibration:
        """The mixed model on totals in per cent of the kind's points; rows ``scored``, columns ``members``."""
        row = {pk: i for i, pk in enumerate(self.scored)}
        column = {pk: j for j, pk in enumerate(self.members)}
        cells = [
            (row[pk], column[sheet.member_id], 100 * sum(sheet.points.values()) / self.most(self.plans[pk].kind))
            for pk in self.scored
            for sheet in self.sheets[pk]
        ]
        plan, reviewer, score = zip(*cells, strict=True) if cells else ((), (), ())
        return calibrate(np.array(plan, np.int64), np.array(reviewer, np.int64), np.array(score), len(row), len(column))

    @cached_property
    def results(self) -> dict[int, Result]:
        row = {pk: i for i, pk in enumerate(self.scored)}
        found: dict[int, Result] = {}
        chosen: dict[int, PanelResult] = {}
        for pk, plan in self.plans.items():
            judged = self.judged.get(pk) or PanelResult("no_quorum", (), None, Fraction(0), None, {}, (), ())
            totals = judged.totals
            corrected = sd = None
            if pk in row and not self.model.refused:
                scale = Fraction(self.most(plan.kind), 100)
                corrected = points_of_model(float(self.model.corrected[row[pk]] * float(scale)))
                sd = points_of_model(float(self.model.corrected_se[row[pk]] * float(scale)))
            spread = _deviation(totals)
            if sd is None and spread is not None:
                sd = points_of_model(float(spread) / len(totals) ** 0.5)
            met = judged.combined is not None
            which = CORRECTED if self.chosen == CORRECTED and corrected is not None else RAW
            score = (corrected if which == CORRECTED else judged.combined) if met else None
            least = self.round.pass_points
            passed = score is not None and not judged.failed_criteria and (least is None or score >= Fraction(least))
            total = None if score is None else score + judged.bonus
            chosen[pk] = replace(judged, combined=score, total=total, outcome="passed" if passed else "failed")
            found[pk] = Result(
                pk, plan.kind, judged.combined, corrected, sd, which, score, judged.bonus, total, passed, met,
                tuple(int(code) for code in judged.failed_criteria), None, len(totals),
                min(totals, default=None), max(totals, default=None), spread,
            )  # fmt: skip
        for placing in self._places(chosen):
            found[placing.plan] = replace(found[placing.plan], rank=placing.place)  # type: ignore[index]
        return found

    def _places(self, results: Mapping[int, PanelResult]) -> list[Placing]:
        places: list[Placing] = []
        for kind in self.criteria:
            rules = self.rules(kind)
            if rules:
                mine = {pk: result for pk, result in results.items() if self.plans[pk].kind == kind}
                places += place(mine, rules, {pk: self.facts(self.plans[pk]) for pk in mine})
        self.placings = {placing.plan: placing for placing in places}
        return places

    def placing(self, pk: int) -> Placing | None:
        """Where a plan stands and what put it behind the one before."""
        return self.placings.get(pk) if self.results else None

    def sensitivity(self) -> dict[str, Sensitivity]:
        """By kind: what the plain mean of all sheets would change among as many plans as the round may select."""
        found = {}
        for kind in self.criteria:
            rules = self.rules(kind)
            mine = {
                pk: [sheet.points for sheet in self.sheets[pk]] for pk in self.scored if self.plans[pk].kind == kind
            }
            if rules and mine:
                facts = {pk: self.facts(self.plans[pk]) for pk in mine}
                selected = self.round.projects_max or len(mine)
                found[kind] = with_plain_mean(mine, rules, selected, self.bonuses, facts)
        return found


def _deviation(totals: tuple[Fraction, ...]) -> Fraction | None:
    """Sample standard deviation, rounded once to ``MODEL_PLACES``; None below two."""
    if len(totals) < 2:
        return None
    mean = sum(totals, Fraction(0)) / len(totals)
    variance = sum(((t - mean) ** 2 for t in totals), Fraction(0)) / (len(totals) - 1)
    return points_of_model(float(variance) ** 0.5)


def results_of(round_: Round) -> dict[int, Result]:
    """Every plan of the round that is or was under review → its result. Four queries.

    Plans without a quorum of finished sheets stand in it with ``score`` None and ``passed`` False.
    """
    return Book(round_).results
