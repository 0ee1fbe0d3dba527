"""Why a project is out, and the smallest change that would bring it in.

Two ways, by the number of proposals:

- Up to EXACT (150) and with a proven optimum: one exact solve per rejected project with it forced in. The worth of
  that portfolio says to the unit how much value the project lacks. `smallest_changes` adds, for one project, the
  smallest cut of its own asks and the smallest rise of the budgets, exactly too, at some five solves.
- Above: the projects it would displace are found by exchange (put it in, take out the cheapest that makes room,
  refill), and the bound of the linear relaxation says how much less could do. The change is enough for sure; that
  nothing smaller is, is only known where ``at_least`` equals ``amount``.

"Brings it in" means: after the change it is in every best portfolio, not only in one of several equally good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from sanghyeop.engines.portfolio.conflicts import clashing_rules
from sanghyeop.engines.portfolio.exchange import Standing, kept_out_by, put_in
from sanghyeop.engines.portfolio.model import Ints, Mask, Problem, Rule
from sanghyeop.engines.portfolio.programme import Programme, maximise, programme, relaxation
from sanghyeop.engines.portfolio.rows import Row
from sanghyeop.engines.portfolio.solving import Solution, best_with

EXACT = 150
ROUNDS = 6
"""Steps after which the search for a budget that brings a project in is given up."""


@dataclass(frozen=True)
class Change:
    """One change that alone brings the project in.

    ``code``: value (raise its value by ``amount`` units), city_ask, district_ask (cut its own ask by won),
    city_budget, district_budget (raise the budget of ``subject`` by won), lift_force (no longer force it out).
    ``at_least``: proven that less than this does not do. ``and_value``: the value to be raised by as well, where
    an ask has to be cut before the project fits at all.
    """

    code: str
    amount: int = 0
    at_least: int = 0
    subject: str = ""
    and_value: int = 0

    @property
    def smallest(self) -> bool:
        return self.amount == self.at_least


@dataclass(frozen=True)
class Explanation:
    """``kept_out_by``: the rules that break if the project is simply added to the portfolio, with the number that
    would be reached as ``found``; empty if it only adds no value. ``displaces``: the projects that leave if it comes
    in at the least loss; ``joins``: others that come in with it. ``impossible``: rules that no change of value
    overcomes. For a project that is forced out the changes hold once the force is lifted.
    """

    id: str
    kept_out_by: tuple[Rule, ...]
    changes: tuple[Change, ...] = ()
    displaces: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    impossible: tuple[Rule, ...] = ()


def explain(
    problem: Problem, solution: Solution, only: Iterable[str] | None = None, exact: bool | None = None
) -> dict[str, Explanation]:
    """An explanation for every rejected project (or for those of ``only``), by id in the order of the proposals.

    ``exact`` chooses the way; None: by the number of proposals. Exact takes 5 to 25 ms for each rejected project of
    a hundred, the exchange under 1 ms. Only an optimal solution can be explained exactly.
    """
    if solution.chosen is None:
        return {}
    wanted = ~solution.chosen & (problem.mask(only) if only is not None else True)
    columns = [int(j) for j in np.flatnonzero(wanted)]
    standing = Standing(problem, solution.chosen)
    if solution.status == "optimal" and (len(problem) <= EXACT if exact is None else exact):
        what = programme(problem)
        found = [_exact(problem, what, solution, standing, j) for j in columns]
    else:
        ceilings = _ceilings(problem, solution)
        members = np.flatnonzero(solution.chosen & (problem.force != 1))
        found = [_by_exchange(problem, solution, standing, members, int(ceilings[j]), j) for j in columns]
    return {e.id: e for e in found}


def smallest_changes(problem: Problem, solution: Solution, id: str) -> Explanation:
    """The explanation of one rejected project with the smallest changes of asks and budgets as well.

    For up to some hundreds of proposals: every step is an exact solve. ``solution`` must be optimal.
    """
    assert solution.chosen is not None and solution.status == "optimal"
    j = int(np.flatnonzero(problem.mask([id]))[0])
    explanation = _exact(problem, programme(problem), solution, Standing(problem, solution.chosen), j)
    if any(change.code == "lift_force" for change in explanation.changes):
        return explanation
    free = _unforced(problem, j)
    changes = [change for change in explanation.changes if change.code == "value" or change.and_value]
    stopped = {(rule.code, rule.subject) for rule in (*explanation.kept_out_by, *explanation.impossible)}
    p = problem.proposals[j]
    if ("city_budget", "") in stopped:
        changes += _money_changes(free, solution.objective, j, Rule("city_budget"), p.city_krw, "city_ask")
    if ("district_budget", p.district) in stopped:
        rule = Rule("district_budget", p.district)
        changes += _money_changes(free, solution.objective, j, rule, p.district_krw, "district_ask")
    return replace(explanation, changes=tuple(changes))


def _exact(problem: Problem, what: Programme, solution: Solution, standing: Standing, j: int) -> Explanation:
    p, chosen, why = problem.proposals[j], standing.chosen, kept_out_by(standing, j)
    if problem.force[j] == -1:
        problem = _unforced(problem, j)
        what = programme(problem)
    too_large = _too_large_alone(problem, j)
    if too_large:
        return Explanation(p.id, why, _cut_to_fit(problem, solution, chosen, j), impossible=too_large)
    outcome = best_with(problem, what, j)
    if outcome.chosen is None:
        forced = problem.force.copy()
        forced[j] = 1
        clash = clashing_rules(replace(problem, force=forced))
        impossible = tuple(rule for rule in clash if (rule.code, rule.subject) != ("forced_in", p.id))
        return Explanation(p.id, why, impossible=impossible)
    lacks = solution.objective - outcome.worth + 1
    out, new = _exchange(problem, chosen, outcome.chosen, j)
    if lacks <= 0:  # only the force kept it out
        return Explanation(p.id, why, (Change("lift_force"),), out, new)
    sure = outcome.status == "optimal"
    value = Change("value", lacks, lacks if sure else max(1, solution.objective - outcome.bound + 1))
    return Explanation(p.id, why, (value, *_enough_cut(problem, solution, why, j)), out, new)


def _too_large_alone(problem: Problem, j: int) -> tuple[Rule, ...]:
    p, rules = problem.proposals[j], problem.rules
    budgets = (
        ("city_budget", "", rules.city_krw, p.city_krw),
        ("district_budget", p.district, rules.district_krw.get(p.district), p.district_krw),
    )
    return tuple(
        Rule(code, subject, most, ask) for code, subject, most, ask in budgets if most is not None and ask > most
    )


def _cut_to_fit(problem: Problem, solution: Solution, chosen: Mask, j: int) -> tuple[Change, ...]:
    """For a project that is larger than a budget by itself: down to the budget, and what its value lacks then.

    Found by exchange, so that the value is enough but perhaps not the least.
    """
    over = _too_large_alone(problem, j)
    if len(over) != 1:
        return ()
    cut = over[0].found - over[0].limit
    code, column = ("city_ask", "city_krw") if over[0].code == "city_budget" else ("district_ask", "district_krw")
    asks = getattr(problem, column).copy()
    asks[j] -= cut
    smaller = replace(problem, **{column: asks})
    with_it = put_in(Standing(smaller, chosen), np.flatnonzero(chosen & (problem.force != 1)), j)
    if with_it is None:
        return ()
    return (Change(code, cut, cut, and_value=max(0, solution.bound - problem.worth(with_it) + 1)),)


def _by_exchange(
    problem: Problem, solution: Solution, standing: Standing, members: Ints, ceiling: int, j: int
) -> Explanation:
    p, chosen, why = problem.proposals[j], standing.chosen, kept_out_by(standing, j)
    too_large = _too_large_alone(problem, j)
    if too_large:
        return Explanation(p.id, why, _cut_to_fit(problem, solution, chosen, j), impossible=too_large)
    with_it = put_in(standing, members, j)
    cut = _enough_cut(problem, solution, why, j)
    if with_it is None:
        return Explanation(p.id, why, cut)
    lacks = solution.bound - problem.worth(with_it) + 1
    at_least = max(1, solution.objective - ceiling + 1)
    if problem.force[j] == -1 and lacks <= 0:
        return Explanation(p.id, why, (Change("lift_force"),), *_exchange(problem, chosen, with_it, j))
    value = Change("value", max(lacks, 1), min(at_least, max(lacks, 1)))
    return Explanation(p.id, why, (value, *cut), *_exchange(problem, chosen, with_it, j))


def _enough_cut(problem: Problem, solution: Solution, why: tuple[Rule, ...], j: int) -> tuple[Change, ...]:
    """A cut of its own asks that lets it in beside all the others, if only one budget stands in its way."""
    p = problem.proposals[j]
    broken = [rule for rule in why if rule.code != "forced_out"]
    if len(broken) != 1 or solution.objective + p.value <= solution.bound:
        return ()
    over, code = broken[0].found - broken[0].limit, broken[0].code
    if code == "city_budget" and over <= p.city_krw:
        return (Change("city_ask", over, 1),)
    if code == "district_budget" and over <= p.district_krw:
        return (Change("district_ask", over, 1),)
    return ()


def _ceilings(problem: Problem, solution: Solution) -> Ints:
    """For every project a proven ceiling of the worth of any portfolio that has it in."""
    what = programme(problem)
    cost = np.concatenate([problem.value, np.zeros(len(what.lower) - what.n, np.int64)])
    relaxed = relaxation(what, cost)
    if relaxed is None:
        return np.full(len(problem), solution.bound, np.int64)
    price, ceiling, _ = relaxed
    most = np.floor(ceiling + np.minimum(price[: len(problem)], 0) + abs(ceiling) * 1e-12 + 1e-6)
    # A project that is forced out has no bound through its column, which is fixed.
    return np.where(problem.force == -1, solution.bound, most).astype(np.int64)


def _money_changes(problem: Problem, best: int, j: int, rule: Rule, ask: int, ask_code: str) -> list[Change]:
    """The smallest cut of j's own ask, and the smallest rise of the budget ``rule``, that bring j in; exact.

    Least spending first: among portfolios with j that are worth more than the best, the one that spends least in
    this row says how much is missing. A larger budget also serves the others, so for the rise the best portfolio
    without j under the raised budget sets the next target, until j's portfolio is worth more.
    """
    what = programme(problem)
    row = next((r for r in what.rows if r.rule == rule), None)
    if row is None or row.high is None:
        return []
    others = replace(what, rows=tuple(r for r in what.rows if r is not row))
    spending = np.zeros(len(problem), np.int64)
    spending[row.columns] = -row.coefficient
    n, changes, extra, target = len(problem), [], 0, best + 1
    for step in range(ROUNDS):
        worth = Row(None, np.arange(n), problem.value, target, None)
        cheapest = maximise(others.with_rows(worth).with_fixed(j, 1), spending)
        if cheapest.status != "optimal":
            break
        missing = max(0, -cheapest.worth - row.high)
        if step == 0 and missing <= ask:
            changes.append(Change(ask_code, missing, missing))
        if missing <= extra and step:
            changes.append(Change(rule.code, extra, extra, rule.subject))
            break
        extra = missing
        raised = others.with_rows(replace(row, high=row.high + extra))
        without = maximise(raised.with_fixed(j, 0), problem.value)
        if without.status != "optimal":
            break
        target = without.worth + 1
    return changes


def _unforced(problem: Problem, j: int) -> Problem:
    force = problem.force.copy()
    force[j] = 0
    return replace(problem, force=force)


def _exchange(problem: Problem, before: Mask, after: Mask, j: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    joins = after & ~before
    joins[j] = False
    return problem.ids(before & ~after), problem.ids(joins)
