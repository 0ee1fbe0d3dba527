"""What is worked out about a solved scenario afterwards, step by step, each step kept as a ``Finding``.

Steps: ``forcing`` (what the forced choices cost), ``alternatives`` (three different good portfolios), ``reasons`` (why
each plan is out and the smallest change that would bring it in; in parts, ``reasons-0`` …), ``stability-0`` … (how
often each plan stays when scores vary). Parts take a second or two each, so that a page can show how far they are.
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
    Unsolved,
    alternatives,
    explain,
    smallest_changes,
    solve,
    stability,
)
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.models import Finding, Scenario
from sanghyeop.programme.selection.running import keys, solved_again

#: Draws, and rejected plans, in one part, for rounds of ordinary size and for larger ones.
DRAWS_PART, LARGE_DRAWS_PART = 50, 10
REASONS_PART, LARGE_REASONS_PART = 15, 200
#: Up to this many plans every reason comes with the smallest changes, exactly; above, with changes that surely do.
EXACT_REASONS = 150


def forces_of(scenario: Scenario) -> dict[int, bool]:
    """Plan → in (True) or out (False). One query unless prefetched."""
    return {force.plan_id: force.into for force in scenario.forces.all()}


def rejected_in(result: Mapping[str, Any]) -> list[int]:
    """The plans that the solver left out, in the order of the candidates."""
    selected = set(result["selected"])
    return [row["id"] for row in result["plans"] if not row["out"] and row["id"] not in selected]


def parts(prefix: str, number: int, size: int) -> list[str]:
    return [f"{prefix}-{part}" for part in range(-(-number // size))]


def steps_of(scenario: Scenario) -> list[str]:
    """The steps of a scenario in order; none for one without a portfolio."""
    result = scenario.result
    if result["status"] == "infeasible":
        return []
    small = len(result["plans"]) <= EXACT_REASONS
    return [
        "forcing",
        "alternatives",
        *parts("reasons", len(rejected_in(result)), REASONS_PART if small else LARGE_REASONS_PART),
        *parts("stability", scenario.asked["draws"], DRAWS_PART if small else LARGE_DRAWS_PART),
    ]


def missing_steps(scenario: Scenario, findings: Iterable[Finding]) -> list[str]:
    done = {finding.step for finding in findings}
    return [step for step in steps_of(scenario) if step not in done]


def work_out(scenario: Scenario, step: str) -> Finding:
    """Do one step and keep it. The same step at the same time in two windows gives the same answer, kept once.

    Raises ``KeyError`` for a step that the scenario does not have.
    """
    if step not in steps_of(scenario):
        raise KeyError(step)
    answer = answer_of(step, scenario)
    Finding.objects.bulk_create([Finding(scenario=scenario, step=step, answer=answer)], ignore_conflicts=True)
    return Finding.objects.get(scenario=scenario, step=step)


def answer_of(step: str, scenario: Scenario) -> dict[str, Any]:
    """One step's answer; an empty one where the solver did not get through in the nodes that it may take."""
    result, asked = scenario.result, Asked.from_json(scenario.asked)
    problem, solution = solved_again(result, asked, forces_of(scenario))
    kind, _dash, part = step.partition("-")
    small = len(result["plans"]) <= EXACT_REASONS
    try:
        if kind == "forcing":
            return forcing(problem, solution, {row["id"]: row["jobs"] for row in result["plans"]})
        if kind == "alternatives":
            return {"found": [other(problem, found) for found in alternatives(problem, solution)]}
        if kind == "reasons":
            size = REASONS_PART if small else LARGE_REASONS_PART
            wanted = rejected_in(result)[int(part) * size :][:size]
            return {id: asdict(found) for id, found in reasons(problem, solution, wanted).items()}
        size = DRAWS_PART if small else LARGE_DRAWS_PART
        return drawn(problem, min(size, asked.draws - int(part) * size), asked.seed * 1_000 + int(part))
    except Unsolved:
        return {}


def forcing(problem: Problem, solution: Solution, jobs: Mapping[int, int]) -> dict[str, Any]:
    """What the portfolio would be worth, in units of value and in jobs, without all forced choices (``free``) and
    without each of them while the others stay (``each``: plan → objective, jobs and the plans ``selected``)."""

    def best(force: Any) -> dict[str, Any]:
        found = solve(replace(problem, force=force))
        selected = keys(problem, found)
        return {"objective": found.objective, "jobs": sum(jobs[key] for key in selected), "selected": selected}

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


def reasons(problem: Problem, solution: Solution, wanted: list[int]) -> dict[str, Explanation]:
    """For each of these rejected plans, exactly where that is quick."""
    ids = [str(key) for key in wanted]
    if len(problem) > EXACT_REASONS or solution.status != "optimal":
        return explain(problem, solution, ids)
    return {id: smallest_changes(problem, solution, id) for id in ids}


def drawn(problem: Problem, draws: int, seed: int) -> dict[str, Any]:
    """``times`` that each plan was in the best portfolio, of ``draws``. Each part has a seed of its own, which follows
    from the scenario's."""
    share = stability(problem, draws, seed=seed)
    times = np.rint(share * draws).astype(int)
    return {"draws": draws, "times": {p.id: int(n) for p, n in zip(problem.proposals, times, strict=True)}}


def displaced_in(answer: Mapping[str, Any], selected: Iterable[int]) -> dict[int, list[int]]:
    """Plan → the forced plans that displaced it, from the answer of ``forcing``: without any of these choices it would
    be selected. Where only all choices together keep a plan out, all of them are named."""
    without, chosen = dict(answer.get("each", {})), set(selected)
    found: dict[int, list[int]] = {}
    for force, best in without.items():
        for plan in set(best.get("selected", ())) - chosen - {int(force)}:
            found.setdefault(plan, []).append(int(force))
    for plan in set((answer.get("free") or {}).get("selected", ())) - chosen:
        if str(plan) not in without:
            found.setdefault(plan, [int(force) for force in without])
    return {plan: sorted(forces) for plan, forces in found.items()}


def reasons_in(findings: Mapping[str, Finding]) -> dict[str, Any]:
    """Plan (as text) → why it is out, from the parts done so far."""
    found: dict[str, Any] = {}
    for step, finding in findings.items():
        if step.startswith("reasons-"):
            found |= finding.answer
    return found


def how_often(findings: Mapping[str, Finding]) -> tuple[int, dict[int, float]]:
    """Draws done so far, and plan → share of them in which it was selected."""
    done = [finding.answer for step, finding in findings.items() if step.startswith("stability-") and finding.answer]
    draws = sum(part["draws"] for part in done)
    times: dict[int, int] = {}
    for part in done:
        for id, number in part["times"].items():
            times[int(id)] = times.get(int(id), 0) + number
    return draws, {id: number / draws for id, number in times.items()}
