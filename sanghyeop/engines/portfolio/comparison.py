"""Other portfolios beside the best: different ones nearly as good, the panel's way, and without what was forced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sanghyeop.engines.portfolio.model import Ints, Mask, Problem, Rule, broken_rules
from sanghyeop.engines.portfolio.programme import maximise, programme
from sanghyeop.engines.portfolio.rows import Row
from sanghyeop.engines.portfolio.solving import Solution, gap_for, proven, solve


def alternatives(
    problem: Problem, first: Solution, differ: int = 4, count: int = 3, gap: float | None = None
) -> tuple[Solution, ...]:
    """The best portfolio that decides otherwise on at least ``differ`` projects, the next best that does so from
    both, and so on: up to ``count`` besides ``first``, fewer if no more exist.

    A project in the one and not in the other counts as one, so that an exchange of two projects counts as two.
    """
    if first.chosen is None:
        return ()
    what, found, known = programme(problem), [], [first.chosen]
    for _ in range(count):
        what = what.with_rows(_differs(known[-1], differ))
        outcome = maximise(what, problem.value, gap_for(problem) if gap is None else gap)
        if outcome.chosen is None:
            break
        found.append(proven(problem, outcome))
        known.append(outcome.chosen)
    return tuple(found)


def _differs(chosen: Mask, by: int) -> Row:
    # sum over chosen of (1 - x) + sum over the others of x >= by
    sign = np.where(chosen, -1, 1).astype(np.int64)
    return Row(None, np.arange(len(chosen)), sign, by - int(chosen.sum()), None)


@dataclass(frozen=True, eq=False)
class TopOfList:
    """What funding from the top of the list gives. ``broken``: rules that this way fails (minima, mostly)."""

    chosen: Mask
    objective: int
    broken: tuple[Rule, ...]

    def share_of(self, best: Solution) -> float:
        return self.objective / max(best.objective, 1)


def top_of_list(problem: Problem, points: Sequence[float] | Ints | None = None) -> TopOfList:
    """As panels do: forced projects, then each field's minimum, then down the list, skipping what does not fit.

    ``points`` orders the list (default: the value); equal points keep the order of the proposals.
    """
    key = np.asarray(problem.value if points is None else points, np.float64)
    order = np.argsort(-key, kind="stable")
    rules, n = problem.rules, len(problem)
    chosen = np.zeros(n, bool)
    left = {name: rules.district_krw.get(name) for name in problem.districts}
    city, projects = rules.city_krw, rules.projects_max
    in_district, in_field, in_group = dict[str, int](), dict[str, int](), dict[str, int]()

    def take(j: int, forced: bool = False) -> None:
        nonlocal city, projects
        p = problem.proposals[j]
        remains = left[p.district]
        fits = (
            (city is None or p.city_krw <= city)
            and (remains is None or p.district_krw <= remains)
            and (projects is None or projects > 0)
            and (rules.per_district_max is None or in_district.get(p.district, 0) < rules.per_district_max)
            and in_field.get(p.field, 0) < rules.field_max.get(p.field, n)
            and (not p.group or not in_group.get(p.group))
        )
        if chosen[j] or problem.force[j] == -1 or not (fits or forced):
            return
        chosen[j] = True
        city = None if city is None else city - p.city_krw
        projects = None if projects is None else projects - 1
        left[p.district] = None if remains is None else remains - p.district_krw
        for counts, name in ((in_district, p.district), (in_field, p.field), (in_group, p.group)):
            counts[name] = counts.get(name, 0) + 1

    for j in np.flatnonzero(problem.force == 1):
        take(int(j), forced=True)
    for name, least in rules.field_min.items():
        for j in order:
            if in_field.get(name, 0) >= least:
                break
            if problem.proposals[j].field == name:
                take(int(j))
    for j in order:
        take(int(j))
    return TopOfList(chosen, problem.worth(chosen), tuple(broken_rules(problem, chosen)))


@dataclass(frozen=True)
class CostOfForcing:
    """Value given up by forcing. ``each``: id -> what this one costs while the others stay forced."""

    without: int
    with_all: int
    each: dict[str, int]

    @property
    def total(self) -> int:
        return self.without - self.with_all


def cost_of_forcing(problem: Problem, first: Solution, gap: float | None = None) -> CostOfForcing:
    """The objective with and without the forced projects; one solve for all and one for each of them.

    ``first`` is the solution of the problem with them, and feasible. With a gap the costs carry it too.
    """
    forced = np.flatnonzero(problem.force)
    free = replace(problem, force=np.zeros(len(problem), np.int64))
    each = {}
    for j in forced:
        force = problem.force.copy()
        force[j] = 0
        each[problem.proposals[j].id] = solve(replace(problem, force=force), gap).objective - first.objective
    return CostOfForcing(solve(free, gap).objective if len(forced) else first.objective, first.objective, each)
