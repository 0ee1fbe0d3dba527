"""The portfolio engine against trying every portfolio, on small rounds with every kind of rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.engines.portfolio import (
    PortfolioError,
    Problem,
    Proposal,
    Rule,
    Rules,
    alternatives,
    broken_rules,
    clashing_rules,
    cost_of_forcing,
    explain,
    smallest_changes,
    solve,
    stability,
    top_of_list,
    value_of,
    with_spread,
)
from sanghyeop.engines.portfolio import blocks as blocks_module
from sanghyeop.engines.portfolio import explanations as explanations_module
from sanghyeop.engines.portfolio import programme as programme_module
from sanghyeop.engines.portfolio.conflicts import _all_rules
from sanghyeop.engines.portfolio.programme import programme

DISTRICTS, FIELDS, GROUPS = ("강북구", "노원구", "중구"), ("돌봄", "환경"), ("", "", "", "가", "나")
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def rounds(draw, most=9, forced=True, unit=(1, 1_000, 7_777_777)):
    n = draw(st.integers(1, most))
    won = draw(st.sampled_from(unit))
    force = st.sampled_from(["", "", "", "", "", "in", "out"]) if forced else st.just("")
    proposals = [
        Proposal(
            id=f"P{j}",
            district=draw(st.sampled_from(DISTRICTS)),
            field=draw(st.sampled_from(FIELDS)),
            value=draw(st.integers(0, 30)),
            city_krw=draw(st.integers(0, 12)) * won,
            district_krw=draw(st.integers(0, 12)) * won,
            group=draw(st.sampled_from(GROUPS)),
            force=draw(force),
        )
        for j in range(n)
    ]
    maybe = lambda low, high: st.none() | st.integers(low, high)  # noqa: E731
    city = draw(maybe(5, 40))
    rules = Rules(
        city_krw=None if city is None else city * won,
        district_krw={d: b * won for d in DISTRICTS if (b := draw(maybe(5, 25))) is not None},
        projects_max=draw(maybe(1, 6)),
        per_district_max=draw(maybe(1, 3)),
        districts_min=draw(st.sampled_from([0, 0, 1, 2, 3])),
        field_min={f: m for f in FIELDS if (m := draw(st.sampled_from([0, 0, 1, 2])))},
        field_max={f: m for f in FIELDS if (m := draw(maybe(1, 4))) is not None},
    )
    return Problem.of(proposals, rules)


def every_portfolio(problem: Problem) -> list[tuple[int, np.ndarray]]:
    """(value, choice) of every portfolio that keeps all rules, by trying them one by one."""
    found = []
    for choice in product([False, True], repeat=len(problem)):
        mask = np.array(choice, bool)
        if not plainly_broken(problem, mask):
            found.append((sum(p.value for p, x in zip(problem.proposals, choice, strict=True) if x), mask))
    return found


def plainly_broken(problem: Problem, mask, without: tuple[Rule, ...] = ()) -> bool:
    """The rules once more, in the words of the call, apart from the engine's own check."""
    rules, left_out = problem.rules, {(r.code, r.subject) for r in without}
    chosen = [p for p, x in zip(problem.proposals, mask, strict=True) if x]
    names = [p.district for p in chosen]
    says = {
        ("city_budget", ""): rules.city_krw is None or sum(p.city_krw for p in chosen) <= rules.city_krw,
        ("projects_max", ""): rules.projects_max is None or len(chosen) <= rules.projects_max,
        ("districts_min", ""): len(set(names)) >= rules.districts_min,
    }
    for d, ceiling in rules.district_krw.items():
        says["district_budget", d] = sum(p.district_krw for p in chosen if p.district == d) <= ceiling
    for d in DISTRICTS:
        says["per_district_max", d] = rules.per_district_max is None or names.count(d) <= rules.per_district_max
    for f in FIELDS:
        count = sum(p.field == f for p in chosen)
        says["field_min", f] = count >= rules.field_min.get(f, 0)
        says["field_max", f] = count <= rules.field_max.get(f, len(mask))
    for g in set(GROUPS) - {""}:
        says["group", g] = sum(p.group == g for p in chosen) <= 1
    for j, p in enumerate(problem.proposals):
        if problem.force[j] == 1:
            says["forced_in", p.id] = bool(mask[j])
        if problem.force[j] == -1:
            says["forced_out", p.id] = not mask[j]
    return not all(kept for rule, kept in says.items() if rule not in left_out)


@some
@given(rounds())
def test_no_portfolio_under_the_rules_is_worth_more(problem):
    possible = every_portfolio(problem)
    solution = solve(problem)
    if not possible:
        assert solution.status == "infeasible"
        return
    assert solution.status == "optimal" and solution.gap == 0
    assert solution.objective == max(value for value, _ in possible) == problem.worth(solution.chosen)
    assert not plainly_broken(problem, solution.chosen)


@pytest.mark.parametrize("way", ["branch and bound", "core"])
@some
@given(rounds(), st.sampled_from([0.0, 0.05]))
def test_larger_rounds_are_solved_as_small_ones(way, problem, gap):
    """The ways of larger rounds, forced upon small ones."""
    possible = every_portfolio(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "MOST_FREE", -1)
        if way == "core":
            patch.setattr(programme_module, "WHOLE", 0)
            patch.setattr(programme_module, "CORE", 1)
        solution = solve(problem, gap=gap)
    if not possible:
        assert solution.status == "infeasible"
        return
    best = max(value for value, _ in possible)
    assert solution.objective <= best <= solution.bound
    assert solution.objective >= best * (1 - gap) - 1e-9
    assert gap or solution.status == "optimal"
    assert not plainly_broken(problem, solution.chosen)


@some
@given(rounds())
def test_the_check_agrees_with_the_words_of_the_call(problem):
    for bits in product([False, True], repeat=min(len(problem), 6)):
        mask = np.zeros(len(problem), bool)
        mask[: len(bits)] = bits
        assert bool(broken_rules(problem, mask)) == plainly_broken(problem, mask)


@some
@given(rounds(most=7))
def test_clashing_rules_clash_and_none_of_them_is_superfluous(problem):
    clash = clashing_rules(problem)
    if every_portfolio(problem):
        assert clash == ()
        return
    masks = [np.array(choice, bool) for choice in product([False, True], repeat=len(problem))]
    everything = tuple(_all_rules(problem))
    named = {(rule.code, rule.subject) for rule in clash}
    others = tuple(rule for rule in everything if (rule.code, rule.subject) not in named)
    assert clash
    assert all(plainly_broken(problem, mask, without=others) for mask in masks)
    for rule in clash:
        assert not all(plainly_broken(problem, mask, without=(*others, rule)) for mask in masks)


def changed(problem: Problem, id: str, change) -> Problem:
    """The problem after the change that an explanation proposes."""
    rows, rules = list(problem.proposals), problem.rules
    j = next(k for k, p in enumerate(rows) if p.id == id)
    p = replace(rows[j], force="")
    if change.code == "value":
        p = replace(p, value=p.value + change.amount)
    if change.code == "city_ask":
        p = replace(p, city_krw=p.city_krw - change.amount, value=p.value + change.and_value)
    if change.code == "district_ask":
        p = replace(p, district_krw=p.district_krw - change.amount, value=p.value + change.and_value)
    if change.code == "city_budget":
        rules = replace(rules, city_krw=rules.city_krw + change.amount)
    if change.code == "district_budget":
        ceilings = dict(rules.district_krw)
        ceilings[change.subject] += change.amount
        rules = replace(rules, district_krw=ceilings)
    rows[j] = p
    return Problem.of(rows, rules)


def is_in_every_best_portfolio(problem: Problem, id: str) -> bool:
    j = next(k for k, p in enumerate(problem.proposals) if p.id == id)
    possible = every_portfolio(problem)
    best = max(value for value, _ in possible)
    return all(mask[j] for value, mask in possible if value == best)


@some
@given(rounds(most=7, unit=(1, 1_000)))
def test_every_change_that_is_named_brings_the_project_in(problem):
    solution = solve(problem)
    explained = explain(problem, solution)
    if solution.chosen is None:
        assert explained == {}
        return
    assert list(explained) == list(problem.ids(~solution.chosen))
    for id, explanation in explained.items():
        for change in explanation.changes:
            assert is_in_every_best_portfolio(changed(problem, id, change), id), (id, change)
            if change.code == "value" and change.amount > 1:
                assert change.smallest
                less = replace(change, amount=change.amount - 1)
                assert not is_in_every_best_portfolio(changed(problem, id, less), id)
        p = problem.proposals[int(np.flatnonzero(problem.mask([id]))[0])]
        assert explanation.kept_out_by or p.value == 0
        if not explanation.impossible:
            assert explanation.changes


@some
@given(rounds(most=6, unit=(1,)), st.data())
def test_the_smallest_change_of_money_is_the_smallest(problem, data):
    solution = solve(problem)
    if solution.chosen is None or solution.chosen.all():
        return
    id = data.draw(st.sampled_from(problem.ids(~solution.chosen)))
    for change in smallest_changes(problem, solution, id).changes:
        assert is_in_every_best_portfolio(changed(problem, id, change), id), change
        if change.code in ("city_ask", "district_ask", "city_budget", "district_budget") and not change.and_value:
            for won in range(change.amount):
                less = changed(problem, id, replace(change, amount=won))
                assert not is_in_every_best_portfolio(less, id), (change, won)


@some
@given(rounds(most=8))
def test_changes_found_by_exchange_are_true_too(problem):
    solution = solve(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explanations_module, "EXACT", -1)
        explained = explain(problem, solution)
    for id, explanation in explained.items():
        assert explanation.kept_out_by or problem.proposals[int(np.flatnonzero(problem.mask([id]))[0])].value == 0
        for change in explanation.changes:
            assert is_in_every_best_portfolio(changed(problem, id, change), id), (id, change)
            if change.code == "value" and change.at_least > 1:
                less = replace(change, amount=change.at_least - 1)
                assert not is_in_every_best_portfolio(changed(problem, id, less), id)


@some
@given(rounds(most=8), st.integers(1, 4))
def test_alternatives_are_the_best_that_differ_enough(problem, differ):
    solution = solve(problem)
    found = alternatives(problem, solution, differ=differ)
    if solution.chosen is None:
        assert found == ()
        return
    known, possible = [solution.chosen], every_portfolio(problem)
    for alternative in found:
        far = [value for value, mask in possible if all((mask ^ k).sum() >= differ for k in known)]
        assert all((alternative.chosen ^ k).sum() >= differ for k in known)
        assert alternative.objective == max(far)
        known.append(alternative.chosen)
    if len(found) < 3:
        assert not [mask for _, mask in possible if all((mask ^ k).sum() >= differ for k in known)]


@some
@given(rounds(most=7))
def test_forcing_never_adds_value_and_its_cost_is_true(problem):
    solution = solve(problem)
    if solution.chosen is None:
        return
    cost = cost_of_forcing(problem, solution)
    free = replace(problem, force=np.zeros_like(problem.force))
    assert cost.without == max(value for value, _ in every_portfolio(free))
    assert cost.total >= 0
    assert set(cost.each) == {p.id for p in problem.proposals if p.force}
    assert all(0 <= each <= cost.total for each in cost.each.values())


@some
@given(rounds())
def test_the_top_of_the_list_keeps_every_limit_it_does_not_name(problem):
    top = top_of_list(problem)
    assert plainly_broken(problem, top.chosen) == bool(top.broken)
    if not top.broken:
        assert top.objective <= solve(problem).objective


@settings(max_examples=15, deadline=None)
@given(rounds(most=8), st.integers(0, 1_000))
def test_stability_is_a_share_and_the_same_for_the_same_seed(problem, seed):
    if solve(problem).chosen is None:
        return
    moved = with_spread(problem, np.full(len(problem), 5.0))
    share = stability(moved, draws=12, seed=seed)
    assert ((share >= 0) & (share <= 1)).all()
    assert (share == stability(moved, draws=12, seed=seed)).all()
    assert (share[problem.force == 1] == 1).all() and (share[problem.force == -1] == 0).all()
    certain = stability(problem, draws=12, seed=seed)
    assert set(certain) <= {0.0, 1.0}


def test_two_forced_projects_of_one_group_are_both_named():
    one = Proposal("A-1", "중구", "돌봄", 10, 1, 1, group="택일", force="in")
    clash = clashing_rules(
        Problem.of([one, replace(one, id="A-2"), replace(one, id="A-3", force="")], Rules(city_krw=100))
    )
    assert {(rule.code, rule.subject) for rule in clash} == {
        ("group", "택일"),
        ("forced_in", "A-1"),
        ("forced_in", "A-2"),
    }


def test_a_field_without_enough_proposals_is_named_with_both_numbers():
    one = Proposal("A", "중구", "돌봄", 10, 1, 1)
    clash = clashing_rules(Problem.of([one], Rules(field_min={"돌봄": 1, "환경": 2})))
    assert clash == (Rule("field_min", "환경", 2, 0),)


@pytest.mark.parametrize("won", [1, 10**8 + 7, 10**12 + 39, 10**15 - 11])
@pytest.mark.parametrize("way", ["sets", "branch and bound"])
def test_one_won_too_much_is_too_much_at_any_size(won, way, monkeypatch):
    """Amounts whose last won decides, far finer than a solver's tolerance."""
    if way == "branch and bound":
        monkeypatch.setattr(blocks_module, "MOST_FREE", -1)
    pair = [Proposal(id, "중구", "돌봄", 10, won + k, 0) for k, id in enumerate("ABC")]
    for short, value in ((0, 20), (1, 10)):
        solution = solve(Problem.of(pair, Rules(city_krw=2 * won + 1 - short)))
        assert (solution.status, solution.objective) == ("optimal", value)


def test_a_budget_above_all_asks_does_no_harm():
    solution = solve(Problem.of([Proposal("A", "중구", "돌봄", 1, 10**15, 10**15)], Rules(city_krw=10**18)))
    assert solution.objective == 1


@pytest.mark.parametrize(
    ("code", "proposals", "rules"),
    [
        ("duplicate_id", [Proposal("A", "", "", 1, 1, 1)] * 2, Rules()),
        ("negative_value", [Proposal("A", "", "", -1, 1, 1)], Rules()),
        ("negative_amount", [Proposal("A", "", "", 1, -1, 1)], Rules()),
        ("unknown_force", [Proposal("A", "", "", 1, 1, 1, force="maybe")], Rules()),
        ("too_large", [Proposal("A", "", "", 1, 10**18, 1)], Rules()),
        ("negative_rule", [], Rules(field_min={"환경": -1})),
    ],
)
def test_what_cannot_be_stated_is_refused(code, proposals, rules):
    with pytest.raises(PortfolioError) as refused:
        Problem.of(proposals, rules)
    assert refused.value.code == code


def test_no_proposals_give_the_empty_portfolio_or_a_clash():
    assert solve(Problem.of([], Rules(city_krw=5))).status == "optimal"
    asked = Problem.of([], Rules(districts_min=2))
    assert solve(asked).status == "infeasible"
    assert [rule.code for rule in clashing_rules(asked)] == ["districts_min"]


def test_value_is_exact_to_a_ten_thousandth_of_a_point():
    assert value_of(87.35, 12, 0.7, 0.3) == 647_450
    assert value_of(0.1, 0, 3, 0) == 3_000


def test_a_programme_has_no_row_for_a_rule_that_cannot_bind():
    one = Proposal("A", "중구", "돌봄", 1, 5, 5)
    assert programme(Problem.of([one], Rules(city_krw=5, projects_max=1, district_krw={"중구": 9}))).rows == ()
