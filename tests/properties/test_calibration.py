"""How strict a reviewer is: a worked example, what simulation knows to be true, and what the data cannot carry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanghyeop.engines.calibration import NotComparable, calibrate, explain


def long(table):
    """A table of plans by reviewers (nan: no review) as (plan, reviewer, score)."""
    table = np.asarray(table, float)
    plan, reviewer = np.nonzero(~np.isnan(table))
    return plan, reviewer, table[plan, reviewer]


def simulated(plans, reviewers, each, plan_sd, reviewer_sd, rest_sd, seed):
    rng = np.random.default_rng(seed)
    quality, lean = rng.normal(75, plan_sd, plans), rng.normal(0, reviewer_sd, reviewers)
    reviewer = np.array([rng.choice(reviewers, each, replace=False) for _ in range(plans)]).ravel()
    plan = np.repeat(np.arange(plans), each)
    score = quality[plan] + lean[reviewer] + rng.normal(0, rest_sd, plans * each)
    return (plan, reviewer, score), quality, -lean


def test_a_full_table_agrees_with_the_sums_by_hand():
    # Everyone scores everything: REML is then the classic analysis of variance, which can be done by hand.
    table = np.array([[80.0, 74, 77], [90, 85, 83], [70, 66, 71], [85, 79, 76]])
    a, b = table.shape
    grand, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    rest = ((table - rows[:, None] - columns + grand) ** 2).sum() / ((a - 1) * (b - 1))
    between_plans = b * ((rows - grand) ** 2).sum() / (a - 1)
    between_reviewers = a * ((columns - grand) ** 2).sum() / (b - 1)
    found = calibrate(*long(table), a, b)
    assert found.rest_variance == pytest.approx(rest, rel=1e-3)
    assert found.plan_variance == pytest.approx((between_plans - rest) / b, rel=1e-3)
    assert found.reviewer_variance == pytest.approx((between_reviewers - rest) / a, rel=1e-3)
    # Shrinkage of a mean of b (or a) scores towards the grand mean.
    assert found.corrected == pytest.approx(grand + (1 - rest / between_plans) * (rows - grand), abs=1e-2)
    assert found.strictness == pytest.approx((1 - rest / between_reviewers) * (grand - columns), abs=1e-2)
    assert found.levelled == pytest.approx(rows, abs=1e-9)  # everyone met the same reviewers: nothing to level


def test_the_equations_absorbed_equal_the_equations_in_full():
    (plan, reviewer, score), _, _ = simulated(12, 5, 3, 5, 5, 3, 9)
    keep = np.arange(len(plan)) % 7 > 0  # unequal numbers of reviews
    plan, reviewer, score = plan[keep], reviewer[keep], score[keep]
    found = calibrate(plan, reviewer, score, 12, 5)
    assert not found.refused and found.components == 1
    x, z, w = np.ones((len(plan), 1)), np.eye(12)[plan], np.eye(5)[reviewer]
    design = np.hstack([x, z, w])
    ridge = np.diag(
        np.r_[0, [found.rest_variance / found.plan_variance] * 12, [found.rest_variance / found.reviewer_variance] * 5]
    )
    inverse = np.linalg.inv(design.T @ design + ridge)
    solution = inverse @ design.T @ score
    of_plan = np.hstack([np.ones((12, 1)), np.eye(12), np.zeros((12, 5))])
    assert found.corrected == pytest.approx(of_plan @ solution)
    errors = found.rest_variance * of_plan @ inverse @ of_plan.T
    assert found.corrected_se == pytest.approx(np.sqrt(np.diag(errors)))
    assert found.strictness == pytest.approx(-solution[13:])
    assert found.strictness_se == pytest.approx(np.sqrt(found.rest_variance * np.diag(inverse)[13:]))
    difference, error = found.difference(2, 7)
    assert difference == pytest.approx(found.corrected[2] - found.corrected[7])
    assert error == pytest.approx(np.sqrt(errors[2, 2] + errors[7, 7] - 2 * errors[2, 7]))


def test_strictness_is_found_again_and_the_ranking_gets_better():
    reviews, quality, strict = simulated(400, 40, 3, 5, 5, 3, 1)
    found = calibrate(*reviews, 400, 40)
    assert np.corrcoef(found.strictness, strict)[0, 1] > 0.95
    assert np.corrcoef(found.corrected, quality)[0, 1] > np.corrcoef(found.raw, quality)[0, 1] + 0.05
    assert found.plan_variance == pytest.approx(25, rel=0.25)
    assert found.reviewer_variance == pytest.approx(25, rel=0.5)
    assert found.rest_variance == pytest.approx(9, rel=0.2)


def test_the_intervals_cover_what_they_promise():
    plans, reviewers, differences = [], [], []
    for seed in range(150):
        reviews, quality, strict = simulated(60, 12, 3, 6, 4, 5, 100 + seed)
        found = calibrate(*reviews, 60, 12)
        plans.append(np.mean(np.abs(found.corrected - quality) < 1.96 * found.corrected_se))
        reviewers.append(np.mean(np.abs(found.strictness - strict) < 1.96 * found.strictness_se))
        difference, error = found.difference(0, 1)
        differences.append(abs(difference - (quality[0] - quality[1])) < 1.96 * error)
    assert 0.93 < np.mean(plans) < 0.97
    assert 0.91 < np.mean(reviewers) < 0.97
    assert 0.88 < np.mean(differences) < 0.99


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(-50, 50), st.sampled_from([0.5, 2.0, 10.0]))
def test_the_scale_of_points_does_not_matter(seed, shift, factor):
    (plan, reviewer, score), _, _ = simulated(20, 6, 3, 4, 3, 3, seed)
    one = calibrate(plan, reviewer, score, 20, 6)
    other = calibrate(plan, reviewer, score * factor + shift, 20, 6)
    assert other.corrected == pytest.approx(one.corrected * factor + shift, abs=2e-2 * factor)
    assert other.strictness == pytest.approx(one.strictness * factor, abs=2e-2 * factor)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_reviews_does_not_matter(seed):
    (plan, reviewer, score), _, _ = simulated(15, 5, 3, 4, 3, 3, seed)
    order = np.random.default_rng(seed).permutation(len(plan))
    one, other = calibrate(plan, reviewer, score, 15, 5), calibrate(plan[order], reviewer[order], score[order], 15, 5)
    assert other.corrected == pytest.approx(one.corrected, abs=1e-2)


def test_two_panels_without_a_shared_reviewer_are_not_compared():
    rng = np.random.default_rng(5)
    table = np.full((12, 8), np.nan)
    table[:6, :4] = rng.normal(70, 8, (6, 4))
    table[6:, 4:] = rng.normal(85, 8, (6, 4))
    found = calibrate(*long(table), 12, 8)
    assert "disconnected" in found.notes and found.components == 2
    assert found.plan_component.tolist() == [0] * 6 + [1] * 6
    assert found.reviewer_component.tolist() == [0] * 4 + [1] * 4
    assert found.means == pytest.approx([table[:6, :4].mean(), table[6:, 4:].mean()], abs=1)
    found.difference(0, 5)
    with pytest.raises(NotComparable):
        found.difference(0, 6)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (np.full((2, 2), np.nan), "no_scores"),
        ([[80.0], [70.0]], "one_reviewer"),
        ([[80.0, np.nan], [np.nan, 70.0]], "one_review_each"),
        ([[80.0, 70.0, np.nan], [np.nan, 60.0, 65.0]], "too_few_reviews"),
        (np.full((4, 4), 70.0), "no_variation"),
    ],
)
def test_data_that_carry_no_correction_are_refused_with_the_reason(table, why):
    table = np.asarray(table)
    found = calibrate(*long(table), *table.shape)
    assert found.refused == why
    assert np.isnan(found.corrected).all() and np.isnan(found.strictness).all()
    seen = ~np.isnan(table).all(axis=1)
    assert found.raw[seen] == pytest.approx(np.nanmean(table[seen], axis=1))
    with pytest.raises(NotComparable):
        found.difference(0, 1)


def test_reviewers_who_agree_on_average_are_left_alone():
    # Every reviewer's mean is the same, so no strictness can be seen.
    table = [[80.0, 84, 82], [70, 66, 68], [60, 62, 61], [90, 88, 89]]
    found = calibrate(*long(table), 4, 3)
    assert "no_reviewer_variance" in found.notes
    assert (found.strictness == 0).all()
    assert found.levelled == pytest.approx(found.raw)


def test_plans_that_do_not_differ_all_get_the_mean():
    table = [[80.0, 70, 60], [60, 80, 70], [70, 60, 80]]
    found = calibrate(*long(table), 3, 3)
    assert {"no_plan_variance", "no_reviewer_variance"} <= set(found.notes)
    assert found.corrected == pytest.approx([70, 70, 70])


def test_scores_that_add_up_without_rest_are_taken_apart_exactly():
    quality, lean = np.array([60.0, 70, 80, 75, 66]), np.array([-5.0, 0, 5, 2])
    found = calibrate(*long(quality[:, None] + lean), 5, 4)
    assert np.diff(found.corrected) == pytest.approx(np.diff(quality), abs=0.01)
    assert np.diff(found.strictness) == pytest.approx(-np.diff(lean), abs=0.01)


def test_an_unreviewed_plan_and_an_idle_reviewer_stay_without_figures():
    table = np.full((5, 5), np.nan)
    table[:4, :4] = np.random.default_rng(2).normal(70, 8, (4, 4))
    found = calibrate(*long(table), 5, 5)
    assert np.isnan(found.raw[4]) and np.isnan(found.corrected[4]) and np.isnan(found.strictness[4])
    assert found.plan_component[4] == found.reviewer_component[4] == -1
    assert np.isfinite(found.corrected[:4]).all()
    assert "few_reviewers" in found.notes and "few_spare_reviews" in found.notes


def test_the_worked_numbers_lead_to_the_result():
    reviews, _, _ = simulated(30, 8, 3, 5, 4, 4, 6)
    found = calibrate(*reviews, 30, 8)
    steps = explain(found, *reviews, 3)
    levelled = np.mean([numbers[3] for label, numbers in steps if label == "review"])
    named = {label: numbers for label, numbers in steps if label != "review"}
    assert named["levelled"][0] == pytest.approx(levelled)
    mean, share = named["mean"][0], named["reliability"][0]
    assert named["corrected"][0] == pytest.approx(mean + share * (levelled - mean))


@pytest.mark.parametrize(
    ("plan", "reviewer", "score", "message"),
    [
        ([0, 0], [1, 1], [5.0, 6.0], "twice"),
        ([0], [1], [np.nan], "finite"),
        ([0], [1, 2], [5.0], "length"),
    ],
)
def test_reviews_that_cannot_be_are_refused(plan, reviewer, score, message):
    with pytest.raises(ValueError, match=message):
        calibrate(plan, reviewer, score, 3, 3)
