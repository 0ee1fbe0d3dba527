"""The panel's sums: worked by hand, then for any scores."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.engines.panel import (
    Criterion,
    PanelRules,
    TieKey,
    bonus_points,
    combine,
    drop_extremes,
    exact,
    judge,
    place,
    reviewer_total,
    rounded,
    with_plain_mean,
)

NEED, PLAN = Criterion("need", 60), Criterion("plan", 40)


def rules(**change):
    return PanelRules(**({"criteria": (NEED, PLAN)} | change))


def sheets(*pairs):
    return [{"need": need, "plan": plan} for need, plan in pairs]


points = st.integers(0, 200).map(lambda n: Fraction(n, 2))
many_totals = st.lists(points, min_size=1, max_size=9)


def test_five_reviewers_without_the_highest_and_lowest():
    result = judge(sheets((50, 30), (55, 38), (40, 20), (48, 31), (51, 33)), rules(drop_extremes=True, drop_keeps=3))
    assert result.totals == (80, 93, 60, 79, 84)
    assert result.combined == 81
    assert result.criteria == {"need": Fraction(149, 3), "plan": Fraction(94, 3)}
    assert [step for step in result.steps if step[0] in ("dropped", "mean", "total")] == [
        ("dropped", (60, 93)),
        ("mean", (243, 3, 81)),
        ("total", (81, 0, 81)),
    ]


def test_four_reviewers_are_too_few_to_drop_two_when_three_must_remain():
    combined = combine([80, 93, 60, 79], rules(drop_extremes=True, drop_keeps=3))
    assert combined.value == 78
    assert combined.steps[0] == ("not_dropped", (4, 3))


def test_of_equal_extremes_only_one_goes():
    assert drop_extremes([Fraction(x) for x in (60, 60, 70, 90, 90)], 1) == ((1, 2, 4), (0, 3))


def test_the_median_of_an_even_number_lies_between():
    combined = combine([70, 81, 90, 84], rules(combine="median"))
    assert combined.value == Fraction(165, 2)
    assert combined.steps == (("median", (81, 84, Fraction(165, 2))),)


def test_bonus_points_stop_at_the_cap_and_deductions_count_in_full():
    assert bonus_points({"women": 3, "young": "2.5", "late": -1}, 5)[0] == 4
    assert ("bonus_capped", (Fraction(11, 2), 5)) in bonus_points({"women": 3, "young": "2.5"}, 5)[1]
    assert bonus_points({"women": 3, "young": 4}, None)[0] == 7
    assert bonus_points({}, 5) == (0, ())


@pytest.mark.parametrize(
    ("change", "given_sheets", "outcome"),
    [
        ({"least_total": 70}, [(40, 30), (40, 30)], "passed"),
        ({"least_total": "70.01"}, [(40, 30), (40, 30)], "below_total"),
        ({"least_total": 71, "least_counts_bonus": True}, [(40, 30), (40, 30)], "passed"),
        ({"criteria": (NEED, Criterion("plan", 40, 20))}, [(60, 19), (60, 20)], "below_criterion"),
        ({"quorum": 3}, [(60, 40), (60, 40)], "no_quorum"),
    ],
)
def test_what_a_plan_must_reach(change, given_sheets, outcome):
    result = judge(sheets(*given_sheets), rules(**change), {"women": 2})
    assert result.outcome == outcome
    if outcome != "passed":
        assert any(label == outcome for label, _ in result.steps)


def test_equal_totals_are_parted_by_the_keys_in_their_order():
    results = {
        "A": judge(sheets((50, 30)), rules()),
        "B": judge(sheets((52, 28)), rules()),
        "C": judge(sheets((50, 30)), rules()),
        "D": judge(sheets((50, 30)), rules()),
        "E": judge(sheets((60, 40)), rules()),
        "F": judge(sheets((50, 30)), rules()),
    }
    facts = {
        "A": {"jobs": 10, "city_krw": 200},
        "B": {"jobs": 1, "city_krw": 900},
        "C": {"jobs": 12, "city_krw": 300},
        "D": {"jobs": 10, "city_krw": 100},
        "E": {"jobs": 0, "city_krw": 0},
        "F": {"jobs": 10, "city_krw": 200},
    }
    ties = (TieKey("criterion:need"), TieKey("jobs"), TieKey("city_krw", higher_wins=False))
    placed = place(results, rules(ties=ties), facts)
    assert [(p.plan, p.place, p.decided_by) for p in placed] == [
        ("E", 1, ""),
        ("B", 2, ""),
        ("C", 3, "criterion:need"),
        ("D", 4, "jobs"),
        ("A", 5, "city_krw"),
        ("F", 5, "shared"),
    ]
    assert placed[4].steps == (("city_krw", (100, 200)),)


def test_a_plan_that_failed_has_no_place():
    both = rules(least_total=70)
    results = {"A": judge(sheets((40, 29)), both), "B": judge(sheets((40, 30)), both)}
    assert [p.plan for p in place(results, both)] == ["B"]


def test_totals_can_be_compared_as_they_are_shown():
    close = {"A": judge(sheets((50, 30), (50, 30), (50, "30.01")), rules()), "B": judge(sheets((50, 30)), rules())}
    assert [p.place for p in place(close, rules())] == [1, 2]
    assert [p.place for p in place(close, rules(compare_places=2))] == [1, 1]


def test_the_plain_mean_would_fund_another_plan():
    given_sheets = {
        "steady": sheets((50, 30), (50, 30), (50, 30), (50, 30)),
        "split": sheets((49, 30), (49, 30), (60, 40), (45, 34)),
        "weak": sheets((30, 20), (30, 20), (30, 20), (30, 20)),
    }
    found = with_plain_mean(given_sheets, rules(drop_extremes=True), selected=1)
    assert found.moved == ("steady", "split")
    assert found.left == ("steady",)
    assert found.entered == ("split",)
    assert found.steps == (("plain_mean_moved", (2, 3)), ("plain_mean_selected", (1, 1)))


@pytest.mark.parametrize(
    ("number", "shown"),
    [("0.125", "0.13"), ("0.124999", "0.12"), ("-0.125", "-0.13"), (Fraction(200, 3), "66.67"), (80, "80.00")],
)
def test_a_half_is_rounded_up_for_display(number, shown):
    assert str(rounded(number)) == shown


@pytest.mark.parametrize(
    ("sheet", "message"),
    [({"need": 1}, "no points"), ({"need": 1, "plan": 41}, "not within"), ({"need": 1, "plan": -1}, "not within")],
)
def test_a_sheet_that_is_not_whole_is_refused(sheet, message):
    with pytest.raises(ValueError, match=message):
        reviewer_total(sheet, (NEED, PLAN))
    with pytest.raises(ValueError, match="unknown"):
        reviewer_total({"need": 1, "plan": 1, "x": 1}, (NEED, PLAN))


@pytest.mark.parametrize(
    "change",
    [
        {"combine": "mode"},
        {"criteria": ()},
        {"criteria": (NEED, NEED)},
        {"criteria": (Criterion("x", 0),)},
        {"criteria": (Criterion("x", 5, 6),)},
        {"quorum": 0},
        {"bonus_most": -1},
        {"ties": (TieKey("criterion:nothing"),)},
    ],
)
def test_rules_that_make_no_sense_are_refused(change):
    with pytest.raises(ValueError):
        rules(**change)


def test_floats_and_no_numbers_are_refused():
    with pytest.raises(TypeError):
        exact(0.1)
    for wrong in ("eight", "1/0", Decimal("Infinity"), Decimal("NaN")):
        with pytest.raises(ValueError):
            exact(wrong)


@given(many_totals, st.sampled_from(["mean", "median"]), st.booleans(), st.integers(1, 5))
def test_the_combined_total_lies_between_and_knows_no_order(totals, how, drop, keeps):
    chosen = rules(combine=how, drop_extremes=drop, drop_keeps=keeps)
    one = combine(totals, chosen)
    assert min(totals) <= one.value <= max(totals)
    assert combine(totals[::-1], chosen).value == one.value
    assert len(one.dropped) == (2 if drop and len(totals) - 2 >= keeps else 0)
    assert sorted(one.kept + one.dropped) == list(range(len(totals)))


@given(many_totals, st.data())
def test_a_better_total_never_makes_the_result_worse(totals, data):
    chosen = rules(
        combine=data.draw(st.sampled_from(["mean", "median"])), drop_extremes=data.draw(st.booleans()), drop_keeps=1
    )
    i = data.draw(st.integers(0, len(totals) - 1))
    better = [*totals[:i], totals[i] + data.draw(points), *totals[i + 1 :]]
    assert combine(better, chosen).value >= combine(totals, chosen).value


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(0, 3)), min_size=1, max_size=8))
def test_places_follow_the_totals_and_then_the_keys(given_plans):
    chosen = rules(ties=(TieKey("jobs"),))
    results = {i: judge(sheets((need, plan)), chosen) for i, (need, plan, _) in enumerate(given_plans)}
    facts = {i: {"jobs": jobs} for i, (_, _, jobs) in enumerate(given_plans)}
    for placing in place(results, chosen, facts):
        mine = (results[placing.plan].total, facts[placing.plan]["jobs"])
        better = sum((results[i].total, facts[i]["jobs"]) > mine for i in results)
        assert placing.place == better + 1


@given(st.fractions(-1000, 1000))
def test_what_is_shown_is_within_half_a_cent(number):
    assert abs(Fraction(rounded(number)) - number) <= Fraction(1, 200)
