"""Putting one project into a portfolio and taking out what makes room, without a solver.

All work is on the portfolio's members and on what it uses of each limit, so that thousands of rejected projects
are tried in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sanghyeop.engines.portfolio.model import Ints, Mask, Problem, Rule, counts_by, sums_by


class Standing:
    """A portfolio and what it uses of every limit."""

    def __init__(self, problem: Problem, chosen: Mask) -> None:
        self.problem, self.chosen = problem, chosen.copy()
        self.city, self.count = problem.spent_city(chosen), int(chosen.sum())
        size = len(problem.districts)
        self.district_krw = sums_by(problem.district, problem.district_krw, chosen, size)
        self.in_district = counts_by(problem.district, chosen, size)
        self.in_field = counts_by(problem.field, chosen, len(problem.fields))
        self.in_group = counts_by(problem.group, chosen, len(problem.groups))

    def copy(self) -> Standing:
        other = object.__new__(Standing)
        other.__dict__ = {key: v.copy() if isinstance(v, np.ndarray) else v for key, v in self.__dict__.items()}
        return other

    def put(self, j: int, times: int = 1) -> None:
        """Add the proposal j, or take it out with ``times`` -1."""
        problem = self.problem
        self.chosen[j] = times > 0
        self.city += times * int(problem.city_krw[j])
        self.count += times
        self.district_krw[problem.district[j]] += times * problem.district_krw[j]
        self.in_district[problem.district[j]] += times
        self.in_field[problem.field[j]] += times
        if problem.group[j] >= 0:
            self.in_group[problem.group[j]] += times

    def over(self, j: int) -> Iterator[Rule]:
        """The upper limits that concern j and are exceeded now; ``found`` is what is used."""
        problem, rules, p = self.problem, self.problem.rules, self.problem.proposals[j]
        d, f, g = problem.district[j], problem.field[j], problem.group[j]
        for code, subject, limit, used in (
            ("city_budget", "", rules.city_krw, self.city),
            ("district_budget", p.district, rules.district_krw.get(p.district), self.district_krw[d]),
            ("projects_max", "", rules.projects_max, self.count),
            ("per_district_max", p.district, rules.per_district_max, self.in_district[d]),
            ("field_max", p.field, rules.field_max.get(p.field), self.in_field[f]),
            ("group", p.group, 1, self.in_group[g] if g >= 0 else 0),
        ):
            if limit is not None and used > limit:
                yield Rule(code, subject, limit, int(used))

    def keeps_minima(self) -> bool:
        rules = self.problem.rules
        return int((self.in_district > 0).sum()) >= rules.districts_min and all(
            self.in_field[k] >= rules.field_min.get(name, 0) for k, name in enumerate(self.problem.fields)
        )


def kept_out_by(standing: Standing, j: int) -> tuple[Rule, ...]:
    """The rules that break if j is simply added."""
    added = standing.copy()
    added.put(j)
    forced_out = (Rule("forced_out", standing.problem.proposals[j].id),) if standing.problem.force[j] == -1 else ()
    return (*added.over(j), *forced_out)


def put_in(standing: Standing, members: Ints, j: int) -> Mask | None:
    """A portfolio with j in it, near the one given: out goes what makes room at the least value, then what still
    fits comes back. None if that way breaks a minimum or finds no room. ``members``: those that may leave.
    """
    problem, now = standing.problem, standing.copy()
    now.put(j)
    gone: list[int] = []
    while over := list(now.over(j)):
        relief = np.zeros(len(members))
        for rule in over:
            excess = rule.found - rule.limit
            relief += np.minimum(_share(problem, rule, members, j), excess) / excess
        relief[~now.chosen[members]] = 0
        if not relief.any():
            return None
        # The least value per limit mended; one that mends all at once goes before two that do.
        price = np.where(relief > 0, (problem.value[members] + 1) / np.where(relief > 0, relief, 1), np.inf)
        out = int(members[np.argmin(price)])
        now.put(out, -1)
        gone.append(out)
    for i in sorted(gone, key=lambda i: -problem.value[i]):
        now.put(i)
        if any(now.over(i)) or any(now.over(j)):
            now.put(i, -1)
    return now.chosen if now.keeps_minima() else None


def _share(problem: Problem, rule: Rule, members: Ints, j: int) -> Ints:
    """How much of the limit each member uses."""
    if rule.code == "city_budget":
        return problem.city_krw[members]
    if rule.code == "projects_max":
        return np.ones(len(members), np.int64)
    if rule.code == "district_budget":
        return np.where(problem.district[members] == problem.district[j], problem.district_krw[members], 0)
    column = {"per_district_max": problem.district, "field_max": problem.field, "group": problem.group}[rule.code]
    return (column[members] == column[j]).astype(np.int64)
