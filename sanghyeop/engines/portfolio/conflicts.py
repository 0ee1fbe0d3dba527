"""Why there is no portfolio: rules that clash, none of which can be left out of the clash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sanghyeop.engines.portfolio.model import Problem, Rule, counts_by
from sanghyeop.engines.portfolio.programme import maximise, programme

NODES = 2_000


def clashing_rules(problem: Problem) -> tuple[Rule, ...]:
    """A set of rules that cannot hold together although they could without any one of them; empty if all can.

    ``limit`` is the rule's number, ``found`` the most (or for a minimum, all) that the proposals offer. Rules are
    dropped one after the other as long as the rest still clashes: first prohibitions, last what forces projects in.
    """
    rules = _all_rules(problem)
    if not _clash(problem, rules, frozenset()):
        return ()
    left: set[Rule] = set()
    # Halves first: most rules have no part in the clash, and go in one solve.
    size = max(1, len(rules) // 2)
    standing = list(rules)
    while True:
        position = 0
        while position < len(standing):
            part = standing[position : position + size]
            if _clash(problem, rules, frozenset(left.union(part))):
                left.update(part)
                del standing[position : position + size]
            else:
                position += size
        if size == 1:
            return tuple(_with_numbers(problem, rule) for rule in standing)
        size = max(1, min(size // 2, len(standing) // 2))


def _all_rules(problem: Problem) -> list[Rule]:
    forced_out = [Rule("forced_out", problem.proposals[j].id) for j in np.flatnonzero(problem.force == -1)]
    forced_in = [Rule("forced_in", problem.proposals[j].id) for j in np.flatnonzero(problem.force == 1)]
    rows = dict.fromkeys(row.rule for row in programme(problem).rows if row.rule is not None)
    last = ("group", "field_min", "districts_min")
    first = [rule for rule in rows if rule.code not in last]
    return [*forced_out, *first, *(rule for rule in rows if rule.code in last), *forced_in]


def _clash(problem: Problem, rules: list[Rule], without: frozenset[Rule]) -> bool:
    if not any(rule.code in ("field_min", "districts_min", "forced_in") and rule not in without for rule in rules):
        return False  # nothing asks for a project, so the empty portfolio will do
    nothing = np.zeros(len(problem), np.int64)
    return maximise(programme(problem, without), nothing, nodes=NODES).status == "infeasible"


def _with_numbers(problem: Problem, rule: Rule) -> Rule:
    rules, may = problem.rules, problem.force >= 0
    if rule.code == "city_budget":
        return replace(rule, limit=rules.city_krw or 0, found=problem.spent_city(may))
    if rule.code == "district_budget":
        return replace(
            rule, limit=rules.district_krw[rule.subject], found=problem.spent_district(may).get(rule.subject, 0)
        )
    if rule.code == "projects_max":
        return replace(rule, limit=rules.projects_max or 0, found=int(may.sum()))
    if rule.code == "per_district_max":
        counts = counts_by(problem.district, may, len(problem.districts))
        return replace(
            rule, limit=rules.per_district_max or 0, found=int(counts[problem.districts.index(rule.subject)])
        )
    if rule.code == "districts_min":
        return replace(rule, limit=rules.districts_min, found=len(np.unique(problem.district[may])))
    if rule.code in ("field_min", "field_max"):
        limit = (rules.field_min if rule.code == "field_min" else rules.field_max)[rule.subject]
        counts = counts_by(problem.field, may, len(problem.fields))
        return replace(rule, limit=limit, found=int(counts[problem.fields.index(rule.subject)]))
    if rule.code == "group":
        return replace(rule, limit=1, found=int(((problem.group == problem.groups.index(rule.subject)) & may).sum()))
    return rule
