"""The rules as rows of an integer programme, and its exact solution by HiGHS.

How it is solved (figures in docs/decisions/0003-portfolio-solver.md):

- Few proposals in each district: see `blocks`.
- Otherwise, few columns: HiGHS on the whole.
- Many: the linear relaxation first. Its duals give a bound by weak duality, computed here and valid whatever
  the duals are, and a price for every project. Projects that the bound shows cannot be in (or out of) a better
  portfolio are fixed; HiGHS solves a core of the doubtful ones, which gives a portfolio near the bound, and, if
  the asked gap is not proven yet, all that is left.

Costs are exact: rows are divided by the common divisor of their coefficients, HiGHS proposes, and every answer is
checked in integers. HiGHS works with tolerances, so it may once propose a set a few won over a budget; such a set
is cut off by name (a cover) and HiGHS asked again. Limits are numbers of nodes, never seconds: the same input
gives the same answer on any machine.
"""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from sanghyeop.engines.portfolio.blocks import Sets, best_choice
from sanghyeop.engines.portfolio.highs import loaded, run
from sanghyeop.engines.portfolio.model import Ints, Mask, Problem, Rule
from sanghyeop.engines.portfolio.rows import Floats, Matrix, Row, divisor, unit_of

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

WHOLE = 300
"""Up to this many columns HiGHS gets the whole at once."""
CORE = 250
"""Columns of the core that gives the first portfolio of a large problem."""
NODES = 20_000
"""Nodes of branch and bound after which the answer is returned with its gap."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """``chosen``: the first n columns, or None. ``bound``: no portfolio is worth more. unknown: nothing found."""

    status: Status
    chosen: Mask | None
    worth: int
    bound: int


@dataclass(frozen=True, eq=False)
class Programme:
    """Columns 0..n-1 are the proposals; after them one per district where ``districts_min`` counts districts.
    ``block``: the district of each column.
    """

    n: int
    rows: tuple[Row, ...]
    block: Ints
    lower: NDArray[np.int8]
    upper: NDArray[np.int8]

    def with_rows(self, *rows: Row) -> Programme:
        return replace(self, rows=(*self.rows, *rows))

    def with_fixed(self, column: int, at: int) -> Programme:
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[column] = upper[column] = at
        return replace(self, lower=lower, upper=upper)

    @cached_property
    def matrix(self) -> Matrix:
        return Matrix.of(self.rows)

    @cached_property
    def sets(self) -> Sets | None:
        return Sets.of(self.rows, self.block, self.lower.astype(np.int64), self.upper.astype(np.int64), self.n)


def programme(problem: Problem, without: Container[Rule] = ()) -> Programme:
    """The rows of the problem's rules; rules in ``without`` (compared by code and subject) are left out."""
    rules, n = problem.rules, len(problem)
    every, ones = np.arange(n), np.ones(n, np.int64)
    rows: list[Row] = []

    def add(rule: Rule, columns: Ints, coefficient: Ints, low: int | None = None, high: int | None = None) -> None:
        if high is not None and int(coefficient.sum()) <= high:
            high = None
        if low is not None and low <= 0:
            low = None
        if (low is not None or high is not None) and rule not in without:
            rows.append(Row(rule, columns, coefficient, low, high))

    add(Rule("city_budget"), every, problem.city_krw, high=rules.city_krw)
    add(Rule("projects_max"), every, ones, high=rules.projects_max)
    for k, name in enumerate(problem.districts):
        here = np.flatnonzero(problem.district == k)
        add(Rule("district_budget", name), here, problem.district_krw[here], high=rules.district_krw.get(name))
        add(Rule("per_district_max", name), here, ones[here], high=rules.per_district_max)
    for k, name in enumerate(problem.fields):
        here = np.flatnonzero(problem.field == k)
        add(Rule("field_min", name), here, ones[here], low=rules.field_min.get(name))
        add(Rule("field_max", name), here, ones[here], high=rules.field_max.get(name))
    for k, name in enumerate(problem.groups):
        here = np.flatnonzero(problem.group == k)
        add(Rule("group", name), here, ones[here], high=1)
    total = n
    rule = Rule("districts_min")
    if rules.districts_min > 0 and rule not in without:
        # One column per district: 1 only if the district gets a project.
        total = n + len(problem.districts)
        for k in range(len(problem.districts)):
            here = np.flatnonzero(problem.district == k)
            rows.append(Row(rule, np.append(here, n + k), np.append(ones[here], -1), 0, None))
        reach = np.arange(n, total)
        rows.append(Row(rule, reach, np.ones(len(reach), np.int64), rules.districts_min, None))
    lower, upper = np.zeros(total, np.int8), np.ones(total, np.int8)
    for j in np.flatnonzero(problem.force):
        name = problem.proposals[j].id
        if problem.force[j] == 1 and Rule("forced_in", name) not in without:
            lower[j] = 1
        if problem.force[j] == -1 and Rule("forced_out", name) not in without:
            upper[j] = 0
    block = np.concatenate([problem.district, np.arange(total - n)])
    return Programme(n, tuple(rows), block, lower, upper)


def maximise(what: Programme, cost: Ints, gap: float = 0.0, nodes: int = NODES) -> Outcome:
    """The choice of columns with the largest sum of ``cost`` (n integers), within ``gap`` (a share) of the bound.

    The bound is exact where it comes from the duals; where HiGHS proves it, it holds to HiGHS's tolerances
    (1e-9 of the objective).
    """
    full = np.concatenate([cost, np.zeros(len(what.lower) - what.n, np.int64)])
    if 0 < what.n <= WHOLE and what.sets is not None:
        choice = best_choice(what.sets, full)
        if choice is not None:
            chosen, worth = choice
            if chosen is None:
                return Outcome("infeasible", None, 0, 0)
            return Outcome("optimal", chosen[: what.n], worth, worth)
    covers: list[Row] = []
    while True:
        asked = what.with_rows(*covers) if covers else what
        free = asked.lower < asked.upper
        outcome = _whole(asked, full, gap, nodes) if free.sum() <= WHOLE else _by_core(asked, full, gap, nodes)
        if outcome.chosen is None:
            return outcome
        broken = [row for row in asked.rows if not row.holds(outcome.chosen)]
        if not broken:
            return replace(outcome, chosen=outcome.chosen[: what.n], worth=int(full[outcome.chosen].sum()))
        covers += [_cover(row, outcome.chosen) for row in broken]


def _cover(row: Row, x: Mask) -> Row:
    """A row that x breaks only by a tolerance, said again as a count of projects."""
    chosen = x[row.columns]
    if row.high is not None and row.total(x) > row.high:
        columns = row.columns[chosen]
        return Row(None, columns, np.ones(len(columns), np.int64), None, len(columns) - 1)
    columns = row.columns[~chosen]
    return Row(None, columns, np.ones(len(columns), np.int64), 1, None)


def _whole(what: Programme, cost: Ints, gap: float, nodes: int) -> Outcome:
    free = what.lower < what.upper
    status, x, bound = _branch(what.matrix, cost, free, what.lower.astype(np.int64), gap=gap, nodes=nodes)
    if x is None:
        return Outcome(status, None, 0, bound)
    worth = int(cost[x].sum())
    return Outcome(status, x, worth, worth if status == "optimal" else max(bound, worth))


def _by_core(what: Programme, cost: Ints, gap: float, nodes: int) -> Outcome:
    relaxed = relaxation(what, cost)
    if relaxed is None:
        return Outcome("infeasible", None, 0, 0)
    price, ceiling, at = relaxed
    unit = divisor(cost)
    bound = math.floor((ceiling + abs(ceiling) * 1e-12 + 1e-6) / unit) * unit
    free = what.lower < what.upper
    doubtful = free & (at > 1e-6) & (at < 1 - 1e-6)
    order = np.argsort(np.where(free, np.abs(price), np.inf), kind="stable")
    core = doubtful.copy()
    core[order[: min(CORE, int(free.sum()))]] = True
    core[what.n :] |= free[what.n :]
    rest = (at > 0.5).astype(np.int64)
    enough = bound - math.floor(abs(bound) * gap)
    start: Mask | None = None
    worth = 0
    if gap > 0 or free.sum() > 4 * CORE:
        _, start, _ = _branch(what.matrix, cost, core, rest, gap=max(gap, 1e-4) / 4, nodes=50, target=enough)
        worth = int(cost[start].sum()) if start is not None else 0
        if start is not None and worth >= enough:
            return Outcome("optimal" if worth == bound else "feasible", start, worth, bound)
    left = free
    if start is not None:
        # A portfolio that beats `worth` cannot flip a column whose price eats up the whole difference.
        left = free & ((np.abs(price) <= ceiling - (worth + unit) + 1e-6 + abs(ceiling) * 1e-12) | doubtful)
        left[what.n :] |= free[what.n :]
    status, x, proven = _branch(what.matrix, cost, left, rest, gap=gap, nodes=nodes)
    if x is not None and int(cost[x].sum()) >= worth:
        start, worth = x, int(cost[x].sum())
    if start is None:
        return Outcome(status, None, 0, min(bound, proven))
    if status in ("optimal", "infeasible"):
        bound = worth if gap == 0 else min(bound, max(proven, worth))
    else:
        bound = min(bound, max(proven, worth))
    return Outcome("optimal" if bound == worth else "feasible", start, worth, bound)


def relaxation(what: Programme, cost: Ints) -> tuple[Floats, float, Floats] | None:
    """Price of each column at the optimum of the linear relaxation, the bound these prove, and the optimum.

    The bound is that of weak duality, so it stands even if HiGHS's duals are a little off. A column with
    price p < 0 cannot be 1 in a portfolio worth more than bound + p; one with p > 0 cannot be 0 in one worth
    more than bound - p. None: the relaxation is infeasible. ``cost`` has an entry for every column.
    """
    matrix, unit = what.matrix, unit_of(cost)
    solver = loaded(matrix, -(cost / unit), what.lower, what.upper, integer=False)
    run(solver)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    solution = solver.getSolution()
    at = np.array(solution.col_value, np.float64)
    dual = -np.array(solution.row_dual) * unit
    dual[(dual > 0) & np.isinf(matrix.high)] = 0
    dual[(dual < 0) & np.isinf(matrix.low)] = 0
    sides = np.where(dual > 0, matrix.high, np.where(dual < 0, matrix.low, 0.0))
    spent = np.bincount(matrix.column, weights=matrix.coefficient * dual[matrix.row], minlength=len(cost))
    price = cost.astype(np.float64) - spent
    ceiling = float(dual @ sides + np.where(price > 0, price * what.upper, price * what.lower).sum())
    return price, ceiling, at


def _branch(
    matrix: Matrix, cost: Ints, keep: Mask, at: Ints, *, gap: float, nodes: int, target: int | None = None
) -> tuple[Status, Mask | None, int]:
    """HiGHS's branch and bound over the columns ``keep``, the others fixed ``at``; its bound counts them too."""
    fixed = int(cost[~keep & (at > 0)].sum())
    inner = cost[keep]
    unit = unit_of(inner)
    small = matrix.only(keep, at)
    size = int(keep.sum())
    if size == 0:
        holds = bool((small.low <= 0).all() and (small.high >= 0).all())
        return ("optimal", at > 0, fixed) if holds else ("infeasible", None, 0)
    solver = loaded(small, -(inner / unit), np.zeros(size), np.ones(size), integer=True)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.999 * divisor(inner) / unit)
    solver.setOptionValue("mip_max_nodes", nodes)
    # Its first guess costs a fifth of the time here and is soon beaten by what comes after it.
    solver.setOptionValue("mip_heuristic_run_feasibility_jump", False)
    if target is not None:
        solver.setOptionValue("objective_target", -(target - fixed) / unit)
    run(solver)
    state, info = solver.getModelStatus(), solver.getInfo()
    if state == highspy.HighsModelStatus.kInfeasible:
        return "infeasible", None, 0
    reached = -info.mip_dual_bound * unit
    top = fixed + int(inner[inner > 0].sum())
    bound = min(top, fixed + math.floor(reached + abs(reached) * 1e-9 + 1e-3)) if math.isfinite(reached) else top
    if info.primal_solution_status != 2:  # kSolutionStatusFeasible
        return "unknown", None, bound
    x = at > 0
    x[keep] = np.array(solver.getSolution().col_value) > 0.5
    done = state == highspy.HighsModelStatus.kOptimal and gap == 0
    return ("optimal" if done else "feasible"), x, bound
