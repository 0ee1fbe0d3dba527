"""The spreadsheet and the rules as a problem of the portfolio engine, solved, with all that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sanghyeop.commands.faults import BadInput, Fault
from sanghyeop.commands.select.proposals import Asked
from sanghyeop.commands.select.rules import RoundRules
from sanghyeop.engines import portfolio
from sanghyeop.engines.portfolio import (
    VALUE_SCALE,
    Change,
    CostOfForcing,
    Explanation,
    Problem,
    Rule,
    Solution,
    TopOfList,
    value_of,
)

FULL_SCORE = Decimal(100)
"""Where the scale of the scores is taken to end, unless a proposal has more."""
SMALL = 40
"""Up to this many proposals the smallest changes of money are sought for each rejected one too."""
CERTAIN = 150
"""Up to this many proposals stability is drawn with exact optima, 100 times, and the cost of forcing is
worked out; above, 30 times within 0.1 %."""


@dataclass(frozen=True)
class Case:
    """Everything the command knows of one selection. ``clash`` is empty unless there is no portfolio."""

    asked: list[Asked]
    rules: RoundRules
    problem: Problem
    solution: Solution
    clash: tuple[Rule, ...]
    rejected: dict[str, Explanation]
    top: TopOfList | None
    stays: dict[str, float] | None
    forcing: CostOfForcing | None

    @property
    def selected(self) -> list[Asked]:
        return [p for p, x in zip(self.asked, self._chosen, strict=True) if x]

    @property
    def left_out(self) -> list[Asked]:
        return [p for p, x in zip(self.asked, self._chosen, strict=True) if not x]

    def points(self, p: Asked) -> Points:
        """The scale of the scores is not in the files: it is taken to end at 100, or at the highest score given."""
        return Points(p, self.rules, max(FULL_SCORE, *(other.score for other in self.asked)))

    @property
    def _chosen(self) -> np.ndarray:
        chosen = self.solution.chosen
        return np.zeros(len(self.asked), bool) if chosen is None else chosen


def work_out(asked: list[Asked], rules: RoundRules, file: str, draws: int | None, seed: int) -> Case:
    """Raises ``BadInput`` if the amounts are too large together, ``Unsolved`` from the engine."""
    try:
        problem = Problem.of((_proposal(p, rules) for p in asked), _rules(rules))
    except portfolio.PortfolioError as error:
        # All else was refused row by row before.
        raise BadInput(file, [Fault("sum_too_large", error.subject)]) from error
    solution = portfolio.solve(problem)
    if solution.chosen is None:
        return Case(asked, rules, problem, solution, portfolio.clashing_rules(problem), {}, None, None, None)
    rejected = portfolio.explain(problem, solution)
    if len(problem) <= SMALL and solution.status == "optimal":
        rejected = {id: portfolio.smallest_changes(problem, solution, id) for id in rejected}
    top = portfolio.top_of_list(problem, [float(p.score) for p in asked])
    stays = None
    if any(p.score_sd for p in asked) and draws != 0:
        times = draws or (100 if len(problem) <= CERTAIN else 30)
        shares = portfolio.stability(problem, times, seed)
        stays = {p.id: float(share) for p, share in zip(asked, shares, strict=True)}
    forcing = None
    if any(p.force for p in asked) and len(problem) <= CERTAIN:
        forcing = portfolio.cost_of_forcing(problem, solution)
    return Case(asked, rules, problem, solution, (), rejected, top, stays, forcing)


def _proposal(p: Asked, rules: RoundRules) -> portfolio.Proposal:
    return portfolio.Proposal(
        id=p.id,
        district=p.district,
        field=p.field,
        value=value_of(p.score, p.jobs, rules.score, rules.jobs),
        city_krw=p.city_krw,
        district_krw=p.district_krw,
        group=p.group,
        force=p.force,
        value_sd=float(p.score_sd * rules.score * VALUE_SCALE),
    )


def _rules(rules: RoundRules) -> portfolio.Rules:
    return portfolio.Rules(
        city_krw=rules.city_krw,
        district_krw=rules.district_krw,
        projects_max=rules.projects_max,
        per_district_max=rules.per_district_max,
        districts_min=rules.districts_min,
        field_min=rules.field_min,
        field_max=rules.field_max,
    )


class Points:
    """Units of value as points of one proposal's score, or as its jobs where only these count.

    ``scale``: the highest score there can be; jobs have none.
    """

    def __init__(self, asked: Asked, rules: RoundRules, scale: Decimal) -> None:
        self.asked, self.rules, self.scale = asked, rules, scale
        self.of = "score" if rules.score else "jobs"

    def reaches(self, units: int) -> bool:
        """Whether the proposal can gain so much value without leaving the scale."""
        return self.of == "jobs" or self.asked.score + Decimal(self(units)) / VALUE_SCALE <= self.scale

    def possible(self, change: Change) -> bool:
        """Whether a change may do inside the scale; ``sure`` says that it does."""
        return self.reaches(change.at_least if change.code == "value" else change.and_value)

    def sure(self, change: Change) -> bool:
        return self.reaches(change.amount if change.code == "value" else change.and_value)

    def __call__(self, units: int) -> int:
        """The least rise, in ten-thousandths, that adds ``units`` of value at least."""
        weight = int((self.rules.score or self.rules.jobs) * VALUE_SCALE)
        rise = max(0, (units - 1) * VALUE_SCALE // weight)
        while self._added(rise) < units:
            rise += 1
        return rise

    def rounded(self, units: int) -> int:
        """As many, rounded up to a hundredth of a point, as people say it."""
        return -(-self(units) // 100) * 100

    def _added(self, rise: int) -> int:
        p, rules, more = self.asked, self.rules, Decimal(rise) / VALUE_SCALE
        score, jobs = (p.score + more, p.jobs) if self.of == "score" else (p.score, p.jobs + more)
        before = value_of(p.score, p.jobs, rules.score, rules.jobs)
        return value_of(score, jobs, rules.score, rules.jobs) - before
