"""What is worked out about a solved scenario afterwards, step by step, each step kept as a ``Finding``.

Steps: ``forcing`` (what the forced choices cost), ``alternatives`` (three different good portfolios), ``reasons`` (why
each plan is out and the smallest change that would bring it in), ``stability-0`` … (how often each plan stays when
scores vary; the draws are done in parts, so that a page can show how far they are).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from sanghyeop.engines.portfolio import (
    Explanation,
    Problem,
    Solution,
    alternatives,
    explain,
    smallest_changes,
    solve,
    stability,
)
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.models import Finding, Scenario
from sanghyeop.programme.selection.running import keys, solved_again

#: Draws in one part of the stability analysis: about half a second of work with a hundred plans.
PART = 50
#: Up to this many plans every reason comes with the smallest changes, exactly; above, with changes that surely do.
EXACT_REASONS = 150


def forces_of(scenario: Scenario) -> dict[int, bool]:
    """Plan → in (True) or out (False). One query unless prefetched."""
    return {force.plan_id: force.into for force in scenario.forces.all()}


def steps_of(scenario: Scenario) -> list[str]:
    """The steps of a scenario in order; none for one without a portfolio."""
    if scenario.result["status"] == "infeasible":
        return []
    parts = -(-Asked.from_json(scenario.asked).draws // PART)
    return ["forcing", "alternatives", "reasons", *(f"stability-{part}" for part in range(parts))]


def missing_steps(scenario: Scenario, findings: Iterable[Finding]) -> list[str]:
    done = {finding.step for finding in findings}
    return [step for step in steps_of(scenario) if step not in done]


def work_out(scenario: Scenario, step: str) -> Finding:
    """Do one step and keep it. The same step at the same time in two windows gives the same answer, kept once.

    Raises ``KeyError`` for a step that the scenario does not have.
    """
    if step not in steps_of(scenario):
        raise KeyError(step)
    asked = Asked.from_json(scenario.asked)
    problem, solution = solved_again(scenario.result, asked, forces_of(scenario))
    jobs = {row["id"]: row["jobs"] for row in scenario.result["plans"]}
    answer = answer_of(step, problem, solution, asked, jobs)
    Finding.objects.bulk_create([Finding(scenario=scenario, step=step, answer=answer)], ignore_conflicts=True)
    return Finding.objects.get(scenario=scenario, step=step)


def answer_of(step: str, problem: Problem, solution: Solution, asked: Asked, jobs: Mapping[int, int]) -> dict[str, Any]:
    if step == "forcing":
        return forcing(problem, solution, jobs)
    if step == "alternatives":
        return {"found": [other(problem, found) for found in alternatives(problem, solution)]}
    if step == "reasons":
        return {id: asdict(explanation) for id, explanation in reasons(problem, solution).items()}
    return drawn(problem, asked, int(step.removeprefix("stability-")))


def forcing(problem: Problem, solution: Solution, jobs: Mapping[int, int]) -> dict[str, Any]:
    """What the portfolio would be worth, in units of value and in jobs, without all forced choices (``free``) and
    without each of them while the others stay (``each``: plan → objective and jobs)."""

    def best(force: Any) -> dict[str, int]:
        found = solve(replace(problem, force=force))
        return {"objective": found.objective, "jobs": sum(jobs[key] for key in keys(problem, found))}

    forced = np.flatnonzero(problem.force)
    if not len(forced):
        return {"free": None, "each": {}}
    each = {}
    for j in forced:
        force = problem.force.copy()
        force[j] = 0
        each[problem.proposals[j].id] = best(force)
    return {"free": best(np.zeros_like(problem.force)), "each": each}


def other(problem: Problem, solution: Solution) -> dict[str, Any]:
    return {"objective": solution.objective, "selected": keys(problem, solution)}


def reasons(problem: Problem, solution: Solution) -> dict[str, Explanation]:
    """For every rejected plan, exactly where that is quick."""
    assert solution.chosen is not None
    if len(problem) > EXACT_REASONS or solution.status != "optimal":
        return explain(problem, solution)
    rejected = [problem.proposals[j].id for j in np.flatnonzero(~solution.chosen)]
    return {id: smallest_changes(problem, solution, id) for id in rejected}


def drawn(problem: Problem, asked: Asked, part: int) -> dict[str, Any]:
    """``times`` that each plan was in the best portfolio, of ``draws``. Each part has a seed of its own that follows
    from the scenario's."""
    draws = min(PART, asked.draws - part * PART)
    share = stability(problem, draws, seed=asked.seed * 1_000 + part)
    times = np.rint(share * draws).astype(int)
    return {"draws": draws, "times": {p.id: int(n) for p, n in zip(problem.proposals, times, strict=True)}}


def how_often(findings: Mapping[str, Finding]) -> tuple[int, dict[int, float]]:
    """Draws done so far, and plan → share of them in which it was selected."""
    parts = [finding.answer for step, finding in findings.items() if step.startswith("stability-")]
    draws = sum(part["draws"] for part in parts)
    times: dict[int, int] = {}
    for part in parts:
        for id, number in part["times"].items():
            times[int(id)] = times.get(int(id), 0) + number
    return draws, {id: number / draws for id, number in times.items()}
