"""Running the solver: from candidates and what is asked to a result that is kept.

A result is a record in JSON: ``status`` (optimal, feasible, infeasible), ``objective`` and ``bound`` (units of value),
``gap``, ``plans`` (every plan as it went in), ``selected`` (keys), ``clash`` (rules that cannot hold together) and
``top`` (funding from the top of the list: ``objective``, ``selected``, ``broken``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sanghyeop.engines.portfolio import (
    VALUE_SCALE,
    Problem,
    Proposal,
    Rule,
    Solution,
    clashing_rules,
    solve,
    top_of_list,
    value_of,
)
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.candidates import Candidate


def problem_of(candidates: Iterable[Candidate], asked: Asked, forces: Mapping[int, bool]) -> Problem:
    """The engine's problem: candidates that are not out before. ``forces``: plan → in (True) or out (False).

    Raises ``PortfolioError`` (too_large).
    """
    rows = [c for c in candidates if not c.out]
    proposals = [
        Proposal(
            id=str(c.id),
            district=c.district,
            field=str(c.field),
            value=value_of(Decimal(c.score or 0), c.jobs, asked.weight_score, asked.weight_jobs),
            city_krw=c.city_krw,
            district_krw=c.district_krw,
            group=asked.groups.get(c.id, ""),
            force={True: "in", False: "out"}.get(forces[c.id], "") if c.id in forces else "",
            value_sd=float(Decimal(c.sd) * asked.weight_score) * VALUE_SCALE,
        )
        for c in rows
    ]
    return Problem.of(proposals, asked.rules())


def run(candidates: list[Candidate], asked: Asked, forces: Mapping[int, bool]) -> dict[str, Any]:
    """Solve and describe. Raises ``PortfolioError`` and ``Unsolved``."""
    problem = problem_of(candidates, asked, forces)
    solution = solve(problem)
    result: dict[str, Any] = {
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "plans": [asdict(c) for c in candidates],
        "selected": [],
        "clash": [],
    }
    if solution.chosen is None:
        result["clash"] = [asdict(rule) for rule in clashing_rules(problem)]
        return result
    result["selected"] = keys(problem, solution)
    scores = [float(c.score or 0) for c in candidates if not c.out]
    top = top_of_list(problem, scores)
    result["top"] = {
        "objective": top.objective,
        "selected": [int(id) for id in problem.ids(top.chosen)],
        "broken": [asdict(rule) for rule in top.broken],
    }
    return result


def keys(problem: Problem, solution: Solution) -> list[int]:
    assert solution.chosen is not None
    return [int(id) for id in problem.ids(solution.chosen)]


def plans_in(result: Mapping[str, Any]) -> list[Candidate]:
    """The candidates as they went into a kept run."""
    return [Candidate(**row) for row in result["plans"]]


def solved_again(result: Mapping[str, Any], asked: Asked, forces: Mapping[int, bool]) -> tuple[Problem, Solution]:
    """The problem of a kept run with its solution, for what is computed afterwards. No solving."""
    problem = problem_of(plans_in(result), asked, forces)
    chosen = problem.mask(str(key) for key in result["selected"])
    return problem, Solution(result["status"], chosen, result["objective"], result["bound"])


def rule_from(kept: Mapping[str, Any]) -> Rule:
    return Rule(**kept)
