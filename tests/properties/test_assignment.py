"""Who reviews what: the optimiser against brute force, its rules, its repair, and its proof of what cannot be done."""

import itertools

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanghyeop.engines.assignment import assign, candidates, repair, transport


@st.composite
def small_cases(draw, floats=False):
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    points = st.floats(-3, 3, allow_nan=False, width=16) if floats else st.integers(-6, 6)
    affinity = np.array(draw(st.lists(st.lists(points, min_size=m, max_size=m), min_size=n, max_size=n)))
    conflict = np.array(
        draw(
            st.lists(
                st.lists(st.sampled_from([False, False, False, True]), min_size=m, max_size=m),
                min_size=n,
                max_size=n,
            )
        )
    )
    needed = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    more = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    load_most = np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)))
    load_least = np.minimum(load_most, np.array(draw(st.lists(st.integers(0, 1), min_size=m, max_size=m))))
    return affinity, conflict, needed, needed + more, load_most, load_least


def all_assignments(conflict, needed, needed_most, load_most):
    """Every choice of people per task within the limits, as masks."""
    n, m = conflict.shape
    rows = []
    for i in range(n):
        free = np.flatnonzero(~conflict[i])
        rows.append([set(c) for k in range(needed_most[i] + 1) for c in itertools.combinations(free.tolist(), k)])
    for choice in itertools.product(*rows):
        mask = np.zeros((n, m), bool)
        for i, people in enumerate(choice):
            mask[i, list(people)] = True
        if (mask.sum(axis=0) <= load_most).all():
            yield mask


def as_mask(result, shape):
    mask = np.zeros(shape, bool)
    mask[result.task, result.person] = True
    assert mask.sum() == len(result.task), "a pair stands twice"
    return mask


def rank(mask, affinity, needed, load_least, today=None):
    missing = int(np.maximum(needed - mask.sum(axis=1), 0).sum())
    below = int(np.maximum(load_least - mask.sum(axis=0), 0).sum())
    stayed = 0 if today is None else int((mask & today).sum())
    return (
        -missing,
        -below,
        stayed,
        float(affinity[mask].sum()),
        -int((mask.sum(axis=0) ** 2).sum()),
    )


@settings(max_examples=120, deadline=None)
@given(small_cases())
def test_no_other_assignment_is_better(case):
    affinity, conflict, needed, needed_most, load_most, load_least = case
    result = assign(
        affinity,
        needed=needed,
        needed_most=needed_most,
        load_most=load_most,
        load_least=load_least,
        conflicts=conflict,
        even_loads=True,
    )
    mask = as_mask(result, affinity.shape)
    best = max(
        rank(other, affinity, needed, load_least) for other in all_assignments(conflict, needed, needed_most, load_most)
    )
    assert rank(mask, affinity, needed, load_least) == best
    assert result.proven
    assert result.objective == affinity[mask].sum()


@settings(max_examples=100, deadline=None)
@given(small_cases(floats=True))
def test_floats_are_as_good_as_their_rounding_allows(case):
    affinity, conflict, needed, needed_most, load_most, load_least = case
    result = assign(
        affinity,
        needed=needed,
        needed_most=needed_most,
        load_most=load_most,
        load_least=load_least,
        conflicts=conflict,
    )
    best = max(
        rank(other, affinity, needed, load_least)[:4]
        for other in all_assignments(conflict, needed, needed_most, load_most)
    )
    assert rank(as_mask(result, affinity.shape), affinity, needed, load_least)[:2] == best[:2]
    assert abs(result.objective - best[3]) < 1e-6
    assert result.bound >= best[3] - 1e-9
    assert result.proven


@settings(max_examples=80, deadline=None)
@given(small_cases(), st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_the_cost_of_load_is_weighed_against_affinity(case, steps):
    affinity, conflict, needed, needed_most, load_most, _ = case
    cost = np.cumsum(steps)
    result = assign(
        affinity,
        needed=needed,
        needed_most=needed_most,
        load_most=load_most,
        conflicts=conflict,
        load_cost=cost,
    )

    def worth(mask):
        return int(affinity[mask].sum()) - sum(int(cost[:k].sum()) for k in mask.sum(axis=0))

    least_missing = max(
        rank(other, affinity, needed, 0)[0] for other in all_assignments(conflict, needed, needed_most, load_most)
    )
    best = max(
        worth(o)
        for o in all_assignments(conflict, needed, needed_most, load_most)
        if rank(o, affinity, needed, 0)[0] == least_missing
    )
    assert result.objective == best == worth(as_mask(result, affinity.shape))
    assert result.proven


@settings(max_examples=100, deadline=None)
@given(small_cases(), st.data())
def test_a_repair_changes_as_few_other_pairs_as_possible(case, data):
    affinity, conflict, needed, _, load_most, _ = case
    before = as_mask(
        assign(affinity, needed=needed, load_most=load_most, conflicts=conflict),
        affinity.shape,
    )
    pairs = [(int(i), int(j)) for i, j in zip(*np.nonzero(before), strict=True)]
    if not pairs:
        return
    gone = data.draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=2, unique=True))
    result = repair(
        affinity,
        before,
        stepped_back=gone,
        needed=needed,
        load_most=load_most,
        conflicts=conflict,
    )
    mask = as_mask(result, affinity.shape)
    barred, today = conflict.copy(), before.copy()
    for i, j in gone:
        barred[i, j] = True
        today[i, j] = False
    best = max(
        rank(other, affinity, needed, 0, today)[:4] for other in all_assignments(barred, needed, needed, load_most)
    )
    assert rank(mask, affinity, needed, 0, today)[:4] == best
    assert set(result.dropped) == {(i, j) for i, j in pairs if (i, j) not in gone and not mask[i, j]}


@settings(max_examples=100, deadline=None)
@given(small_cases(), st.data())
def test_fixed_pairs_stay_and_conflicts_and_limits_hold(case, data):
    affinity, conflict, needed, needed_most, load_most, _ = case
    free = [(int(i), int(j)) for i, j in zip(*np.nonzero(~conflict), strict=True)]
    fixed = data.draw(st.lists(st.sampled_from(free), max_size=3, unique=True)) if free else []
    result = assign(
        affinity,
        needed=needed,
        needed_most=needed_most,
        load_most=load_most,
        conflicts=conflict,
        fixed=fixed,
    )
    mask = as_mask(result, affinity.shape)
    kept = np.zeros_like(mask)
    for i, j in fixed:
        kept[i, j] = True
    assert (mask & kept).sum() == len(fixed)
    assert not (mask & conflict).any()
    assert (mask.sum(axis=0) <= np.maximum(load_most, kept.sum(axis=0))).all()
    assert (mask.sum(axis=1) <= np.maximum(needed_most, kept.sum(axis=1))).all()
    assert result.above_most == tuple(np.flatnonzero(kept.sum(axis=0) > load_most).tolist())
    assert result.kept.sum() == len(fixed)


@settings(max_examples=120, deadline=None)
@given(small_cases())
def test_a_shortage_comes_with_a_proof(case):
    affinity, conflict, needed, needed_most, load_most, _ = case
    result = assign(
        affinity,
        needed=needed,
        needed_most=needed_most,
        load_most=load_most,
        conflicts=conflict,
    )
    missing = sum(s.missing for s in result.shortages)
    assert missing == -max(
        rank(o, affinity, needed, 0)[0] for o in all_assignments(conflict, needed, needed_most, load_most)
    )
    if not missing:
        assert result.bottleneck is None
        return
    neck = result.bottleneck
    assert neck.needed == needed[neck.tasks].sum()
    assert neck.room == np.minimum(load_most, len(needed))[neck.people].sum()
    others = np.setdiff1d(np.arange(affinity.shape[1]), neck.people)
    assert neck.outside == (~conflict[np.ix_(neck.tasks, others)]).sum()
    assert neck.needed - neck.room - neck.outside == missing
    for shortage in result.shortages:
        assert shortage.conflicted + shortage.assigned + shortage.full == affinity.shape[1]
        assert (shortage.reason == "conflicts") == ((~conflict[shortage.task]).sum() < shortage.needed)


def test_a_round_of_real_size_is_proven_and_evenly_filled():
    rng = np.random.default_rng(3)
    n, m = 400, 70
    fields = rng.integers(0, 8, n)
    knows = rng.random((m, 8)) < 0.3
    affinity = np.where(knows[:, fields].T, 10, 1)
    conflicts = rng.random((n, m)) < 0.05
    plain = assign(affinity, needed=3, load_most=20, conflicts=conflicts)
    even = assign(affinity, needed=3, load_most=20, conflicts=conflicts, even_loads=True)
    assert plain.proven and even.proven
    assert plain.objective == even.objective
    assert (even.load**2).sum() <= (plain.load**2).sum()
    assert np.bincount(even.task).tolist() == [3] * n


@pytest.mark.parametrize("least", [0, 9])
@pytest.mark.parametrize("step", [1, 20])
def test_plans_that_are_all_alike_but_for_their_field_start_from_prices_that_nearly_fit(monkeypatch, least, step):
    rng = np.random.default_rng(5)
    n, m = 1500, 240
    levels = np.where(rng.random((9, m)) < 0.25, rng.integers(1, 4, (9, m)), 0) * step
    affinity = levels[rng.integers(0, 9, n)]
    conflicts = rng.integers(0, 25, n)[:, None] == rng.integers(0, 25, m)
    paths = []
    place = transport.place
    monkeypatch.setattr(
        transport, "place", lambda *given: paths.append(place(*given)) or paths[-1]
    )  # the real one, looked over the shoulder
    result = assign(affinity, needed=3, load_most=20, load_least=least, conflicts=conflicts)
    assert result.proven and not result.shortages and result.load.min() >= least
    assert not conflicts[result.task, result.person].any()
    assert paths[0].paths < 3 * n / 10, "so many units lay wrong at the start that large rounds would take long"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(0, 2), st.booleans())
def test_ties_by_field_come_to_the_optimum_of_the_linear_programme(seed, m, least, spare):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 60))
    affinity = rng.integers(0, 4, (3, m))[rng.integers(0, 3, n)]
    conflicts = rng.integers(0, 6, n)[:, None] == rng.integers(0, 6, m)
    needed = np.minimum(2, (~conflicts).sum(axis=1))
    load_most = np.full(m, int(needed.sum()) // m + (3 if spare else 1))
    result = assign(affinity, needed=needed, load_most=load_most, load_least=least, conflicts=conflicts)
    missing = sum(lack.missing for lack in result.shortages)
    below = int(np.maximum(least - result.load, 0).sum())
    assert result.proven
    best = by_linear_programme(affinity, conflicts, needed, load_most, least)
    assert int(result.affinity.sum()) - 100 * below - 10_000 * missing == best


def by_linear_programme(affinity, conflicts, needed, load_most, least):
    """The same by HiGHS: a missing unit costs 10,000, one below the least load 100 (the matrix is totally
    unimodular, so the linear optimum is whole)."""
    n, m = affinity.shape
    model = highspy.Highs()
    model.silent()
    pair = {(i, j): model.addVariable(0, 1) for i in range(n) for j in range(m) if not conflicts[i, j]}
    missing = [model.addVariable(0) for _ in range(n)]
    below = [model.addVariable(0) for _ in range(m)]
    for i in range(n):
        model.addConstr(sum((pair[i, j] for j in range(m) if (i, j) in pair), missing[i]) == int(needed[i]))
    for j in range(m):
        load = [pair[i, j] for i in range(n) if (i, j) in pair]
        if load:
            model.addConstr(sum(load[1:], load[0] * 1.0) <= int(load_most[j]))
        model.addConstr(sum(load, below[j] * 1.0) >= least)
    gain = sum((int(affinity[at]) * x for at, x in pair.items()), sum(missing) * -10_000)
    model.maximize(gain - 100 * sum(below))
    return round(model.getObjectiveValue())


@pytest.mark.parametrize("largest", [1, 100, 10**6, 10**9])
def test_many_plans_of_unequal_needs_are_proven_with_no_slot_to_spare(largest):
    rng = np.random.default_rng(largest)
    n, m = 1600, 40
    affinity = rng.integers(-largest, largest + 1, (n, m))
    needed = rng.integers(0, 4, n)
    load_most = np.full(m, needed.sum() // m)
    load_most[: needed.sum() % m] += 1
    conflicts = rng.random((n, m)) < 0.1
    result = assign(affinity, needed=needed, load_most=load_most, conflicts=conflicts)
    assert result.proven and result.objective == result.bound
    assert result.load.tolist() == load_most.tolist()
    assert np.bincount(result.task, minlength=n).tolist() == needed.tolist()
    assert not conflicts[result.task, result.person].any()
    optional = assign(affinity, needed=0, needed_most=needed, load_most=load_most, conflicts=conflicts)
    assert optional.proven and optional.objective >= result.objective
    assert (optional.affinity >= 0).all()


def test_a_reviewer_who_steps_back_costs_one_new_pair_each_while_others_have_room():
    rng = np.random.default_rng(4)
    affinity = rng.integers(0, 100, (60, 12))
    before = assign(affinity, needed=3, load_most=20)
    pairs = [(int(i), 5) for i in before.tasks_of(5)]
    after = repair(
        affinity,
        list(zip(before.task, before.person, strict=True)),
        stepped_back=pairs,
        needed=3,
        load_most=20,
    )
    assert len(after.added) == len(pairs)
    assert after.dropped == ()
    assert 5 not in {j for _, j in after.added}


def test_the_page_can_show_why_a_person_was_passed_over():
    affinity = np.array([[9, 8, 7, 1], [9, 0, 0, 0]])
    result = assign(affinity, needed=1, load_most=1, conflicts=[(0, 1)])
    shown = candidates(result, affinity, 0, 1, conflicts=[(0, 1)])
    assert [(c.person, c.status, c.rank) for c in shown] == [
        (2, "assigned", 2),
        (0, "full", 1),
        (1, "conflict", 2),
        (3, "free", 3),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fixed": [(0, 0)], "conflicts": [(0, 0)]}, "in conflict"),
        ({"load_cost": np.array([2, 1])}, "must not fall"),
        ({"needed": -1}, "needed must be whole"),
        ({"conflicts": [(0, 9)]}, "does not exist"),
        ({"load_least": 3}, "above load_most"),
        ({"needed": 2, "needed_most": 1}, "below needed"),
        ({"affinity": np.array([[np.nan]])}, "finite"),
    ],
)
def test_input_that_contradicts_itself_is_refused(change, message):
    given_ = {"affinity": np.ones((2, 2), int), "needed": 1, "load_most": 2} | change
    with pytest.raises(ValueError, match=message):
        assign(given_.pop("affinity"), **given_)


def test_no_limit_is_a_large_limit():
    result = assign(np.array([[5, 4], [5, 4], [5, 4]]), needed=1, load_most=10**12)
    assert result.load.tolist() == [3, 0]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_to_assign_is_no_error(shape):
    result = assign(np.zeros(shape, int), needed=1, load_most=2)
    assert len(result.task) == 0
    assert sum(s.missing for s in result.shortages) == shape[0]
