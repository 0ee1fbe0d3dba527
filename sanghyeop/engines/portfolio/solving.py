"""The portfolio with the most value under the rules, with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sanghyeop.engines.portfolio.model import Mask, Problem, broken_rules
from sanghyeop.engines.portfolio.programme import NODES, Outcome, Programme, maximise, programme

EXACT = 2_000
"""Up to this many proposals the optimum itself is sought; above, a portfolio within LARGE_GAP of the bound."""
LARGE_GAP = 1e-4


@dataclass(frozen=True, eq=False)
class Solution:
    """``chosen``: n booleans, None if there is no portfolio. ``objective`` and ``bound`` in units of value.

    ``gap``: share of the objective by which a better portfolio could still exceed it; 0 when optimal.
    """

    status: Literal["optimal", "feasible", "infeasible"]
    chosen: Mask | None
    objective: int
    bound: int

    @property
    def gap(self) -> float:
        return (self.bound - self.objective) / max(self.objective, 1)


class Unsolved(RuntimeError):
    """No portfolio was found and none was proven impossible within the nodes allowed."""


def gap_for(problem: Problem) -> float:
    return 0.0 if len(problem) <= EXACT else LARGE_GAP


def solve(problem: Problem, gap: float | None = None, nodes: int = NODES) -> Solution:
    """The best portfolio. ``gap`` (a share of the bound) is 0 up to ``EXACT`` proposals, else ``LARGE_GAP``.

    The portfolio is checked against the rules by plain integer sums (`broken_rules`). Raises ``Unsolved``.
    """
    if not len(problem):
        return _nothing(problem)
    outcome = maximise(programme(problem), problem.value, gap_for(problem) if gap is None else gap, nodes)
    return proven(problem, outcome)


def proven(problem: Problem, outcome: Outcome) -> Solution:
    """The outcome of a programme as a solution of the problem, after the check in integers."""
    if outcome.status == "infeasible":
        return Solution("infeasible", None, 0, 0)
    if outcome.status == "unknown" or outcome.chosen is None:
        raise Unsolved
    broken = broken_rules(problem, outcome.chosen)
    if broken:
        raise AssertionError(f"the solver broke {broken}")
    worth = problem.worth(outcome.chosen)
    return Solution(
        "optimal" if outcome.bound <= worth else "feasible", outcome.chosen, worth, max(outcome.bound, worth)
    )


def best_with(problem: Problem, what: Programme, column: int, nodes: int = NODES) -> Outcome:
    """The best portfolio that has the proposal ``column`` in it."""
    return maximise(what.with_fixed(column, 1), problem.value, nodes=nodes)


def _nothing(problem: Problem) -> Solution:
    chosen = np.zeros(0, bool)
    if broken_rules(problem, chosen):
        return Solution("infeasible", None, 0, 0)
    return Solution("optimal", chosen, 0, 0)
