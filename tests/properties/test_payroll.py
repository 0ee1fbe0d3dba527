"""A month's pay: worked by hand with the source of each rule, then for any month."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.engines.payroll import (
    EMPLOYEE,
    EMPLOYER,
    PAY,
    Day,
    NoRate,
    Rate,
    Table,
    around,
    canonical,
    month_pay,
    rest_minutes,
    shift,
)
from sanghyeop.engines.payroll.planner import turns
from tests.paying import DAY, HOLIDAYS, D, rates, terms, worked


def june(contract=None, **minutes):
    contract = contract or terms()
    return month_pay(contract, 2026, 6, worked(contract, D(2026, 6, 1), D(2026, 6, 30), **minutes), HOLIDAYS, rates())


def amounts(pay, side=PAY):
    found = {}
    for line in pay.lines:
        if line.side == side:
            found[line.rule] = found.get(line.rule, 0) + line.amount
    return found


def codes(pay):
    return [note.code for note in pay.notes]


# ---------------------------------------------------------------- worked by hand


def test_three_hours_on_five_days_at_the_minimum_wage():
    """June 2026 has 22 weekdays, one of them a public holiday (the local elections on the 3rd), and four whole weeks.

    Labor Standards Act art. 55: 21 days x 3 h, the holiday's 3 h, and a fifth of 15 h for each of four weeks, times
    10,320 (minimum wage 2026). Insurance of 2026: pension 4.75 % of 804,000 (cut to thousands), health 3.595 %, care
    13.14 % of it, jobless 0.9 %, each cut to ten won.
    """
    pay = june()
    assert amounts(pay) == {"base": 21 * 3 * 10_320, "weekly_holiday": 4 * 3 * 10_320, "public_holiday": 30_960}
    assert pay.gross == 804_960
    assert amounts(pay, EMPLOYEE) == {"pension": 38_190, "health": 28_930, "care": 3_800, "employment": 7_240}
    assert pay.net == 804_960 - 78_160
    assert amounts(pay, EMPLOYER) == {
        "pension": 38_190, "health": 28_930, "care": 3_800, "employment": 7_240, "employment_stability": 2_010,
        "accident": 11_830,
    }  # fmt: skip
    assert pay.employer_cost == 804_960 + 92_000


def test_a_week_with_an_absence_has_no_weekly_holiday_pay():
    """Decree of the Labor Standards Act art. 30: only who worked all contracted days of the week."""
    pay = june(d0609=0)
    assert amounts(pay)["weekly_holiday"] == 3 * 3 * 10_320
    note = next(note for note in pay.notes if note.code == "week_with_absence")
    assert dict(note.facts) == {"from": "2026-06-08", "to": "2026-06-14"}


def test_coming_late_is_no_absence_and_leave_is_none_either():
    late = june(d0609=30, d0616=Day(D(2026, 6, 16), leave=180))
    assert amounts(late)["weekly_holiday"] == 4 * 3 * 10_320
    assert amounts(late)["base"] == (19 * 180 + 30) * 10_320 // 60
    assert amounts(late)["leave"] == 30_960


def test_a_week_of_nothing_but_leave_has_no_weekly_holiday_pay():
    off = {f"d{day:%m%d}": Day(day, leave=180) for day in (D(2026, 6, 15) + n * DAY for n in range(5))}
    pay = june(**off)
    assert amounts(pay)["weekly_holiday"] == 3 * 3 * 10_320
    assert "week_without_work" in codes(pay)


def test_fourteen_hours_have_no_paid_holidays_but_are_insured():
    """Art. 18 para. 3 of the Labor Standards Act below 15 h; 14 h x 365/84 = 60.8 h a month pass the border of 60."""
    contract = terms(hours=2.8)
    pay = june(contract)
    assert set(amounts(pay)) == {"base"}
    assert amounts(pay)["base"] == 22 * 168 * 10_320 // 60
    assert "week_too_short" in codes(pay)
    assert {"pension", "health", "care"} <= set(amounts(pay, EMPLOYEE))


def test_below_sixty_hours_a_month_only_employment_and_accident_insurance_are_left():
    pay = june(terms(hours=2.7))
    assert amounts(pay, EMPLOYEE).keys() == {"employment"}  # hired for three months or more
    short = terms(hours=2.7, start=D(2026, 6, 1), end=D(2026, 7, 31))
    assert amounts(june(short), EMPLOYEE) == {}
    assert amounts(june(short), EMPLOYER).keys() == {"accident"}


def test_the_minimum_wage_rises_at_new_year_in_the_middle_of_a_week():
    """10,030 won agreed; from 1 January 2026 nobody is paid less than 10,320. The week from 29 December to 4 January is
    paid in January, with the wage of its Sunday; New Year's Day is a paid holiday."""
    contract = terms(hours=8, wage=10_030, start=D(2025, 11, 3))
    days = worked(contract, D(2025, 12, 1), D(2026, 1, 31))
    december = month_pay(contract, 2025, 12, days, HOLIDAYS, rates())
    january = month_pay(contract, 2026, 1, days, HOLIDAYS, rates())
    assert amounts(december) == {
        "base": 22 * 8 * 10_030, "weekly_holiday": 4 * 8 * 10_030, "public_holiday": 8 * 10_030
    }  # fmt: skip
    assert amounts(january) == {
        "base": 21 * 8 * 10_320, "weekly_holiday": 4 * 8 * 10_320, "public_holiday": 8 * 10_320
    }  # fmt: skip
    assert "raised_to_minimum_wage" in codes(january)
    assert "raised_to_minimum_wage" not in codes(december)


def test_a_wage_agreed_anew_in_the_middle_of_a_month():
    contract = terms(wages=((D(2026, 3, 2), 10_320), (D(2026, 6, 16), 12_000)))
    pay = june(contract)
    assert [(line.unit_krw, line.minutes) for line in pay.lines if line.rule == "base"] == [
        (10_320, 10 * 180), (12_000, 11 * 180)
    ]  # fmt: skip
    assert amounts(pay)["weekly_holiday"] == 2 * 3 * 10_320 + 2 * 3 * 12_000


def test_the_living_wage_where_the_round_asks_for_it():
    pay = june(terms(living_wage=True))
    assert {line.unit_krw for line in pay.lines if line.side == PAY} == {12_121}
    assert "raised_to_living_wage" in codes(pay)


def test_a_part_timers_longer_day_has_the_premium_of_the_part_time_act():
    """Act on fixed-term and part-time workers art. 6 para. 3: half as much again beyond the contracted hours."""
    pay = june(d0608=300)
    assert amounts(pay)["base"] == 21 * 3 * 10_320 + 2 * 10_320
    assert amounts(pay)["overtime_short"] == 10_320


def test_overtime_of_a_full_week_counts_each_hour_once():
    """Five days of 9 h: 5 h are over 8 h a day; a sixth day of 4 h is over 40 h a week."""
    contract = terms(hours=8)
    nine = {f"d{day:%m%d}": 540 for day in (D(2026, 6, 8) + n * DAY for n in range(5))}
    pay = june(contract, **nine, d0613=240)
    assert next(line.minutes for line in pay.lines if line.rule == "overtime") == 9 * 60
    assert amounts(pay)["overtime"] == 9 * 10_320 // 2


def test_ten_hours_on_a_public_holiday():
    """Art. 56 para. 2: half as much again for 8 h, as much again for the 2 h beyond; and the holiday itself is paid."""
    pay = june(terms(hours=8), d0603=600)
    assert amounts(pay)["public_holiday"] == 8 * 10_320
    assert amounts(pay)["holiday_work"] == 4 * 10_320
    assert amounts(pay)["holiday_work_long"] == 2 * 10_320
    assert "overtime" not in amounts(pay)


def test_a_workplace_of_four_owes_no_premiums_and_no_public_holidays_but_weekly_ones():
    """Art. 11 para. 2 of the Labor Standards Act and table 1 of its decree."""
    pay = june(terms(five_or_more=False), d0608=300, d0603=180)
    assert set(amounts(pay)) == {"base", "weekly_holiday"}


def test_work_through_midnight_belongs_to_the_day_it_began():
    at = datetime.datetime
    assert shift(at(2026, 6, 8, 18), at(2026, 6, 9, 2), 60) == (7 * 60, 4 * 60)
    assert shift(at(2026, 6, 8, 22, 0, 30), at(2026, 6, 9, 6, 0, 59), 0) == (480, 480)
    assert shift(at(2026, 6, 8, 4), at(2026, 6, 8, 9), 30) == (270, 120)
    contract = terms(hours=7)
    pay = june(contract, d0630=Day(D(2026, 6, 30), worked=420, night=240))
    assert amounts(pay)["night"] == 2 * 10_320
    with pytest.raises(ValueError):
        shift(at(2026, 6, 8, 18), at(2026, 6, 8, 17))


def test_rests_grow_with_the_stay_and_never_shorten_the_work():
    first = D(2026, 6, 1)
    assert [rest_minutes(span, rates(), first) for span in (180, 240, 255, 270, 510, 525, 540, 600)] == [
        0, 0, 15, 30, 30, 45, 60, 60
    ]  # fmt: skip
    left = [span - rest_minutes(span, rates(), first) for span in range(900)]
    assert left == sorted(left)


def test_who_joins_after_the_first_is_insured_from_the_next_month_on():
    contract = terms(start=D(2026, 6, 8))
    pay = june(contract)
    assert "joined_after_first" in codes(pay)
    assert amounts(pay, EMPLOYEE).keys() == {"employment"}
    again = terms(start=D(2026, 6, 8), hired_on=D(2026, 3, 2))  # a new contract without a break
    assert "pension" in amounts(june(again), EMPLOYEE)


def test_the_first_and_last_weeks_count_only_whole():
    """The employment must last the seven days, its end may be the weekly holiday (ministry's reading, 2021)."""
    assert amounts(june(terms(end=D(2026, 6, 14))))["weekly_holiday"] == 2 * 3 * 10_320
    assert amounts(june(terms(end=D(2026, 6, 13))))["weekly_holiday"] == 3 * 10_320
    assert amounts(june(terms(start=D(2026, 6, 9))))["weekly_holiday"] == 2 * 3 * 10_320


@pytest.mark.parametrize(("birth", "paid"), [(D(1966, 6, 1), True), (D(1966, 5, 31), False), (D(2008, 6, 15), False)])
def test_the_pension_ends_with_the_month_of_the_sixtieth_birthday(birth, paid):
    assert ("pension" in amounts(june(terms(birth=birth)), EMPLOYEE)) is paid


def test_who_is_hired_at_sixty_five_has_no_jobless_insurance_but_the_employers_part():
    """Employment Insurance Act art. 10 para. 2: it is the age on the day of being hired that counts."""
    old = june(terms(birth=D(1961, 3, 2)))
    assert "employment" not in amounts(old, EMPLOYEE) | amounts(old, EMPLOYER)
    assert "employment_stability" in amounts(old, EMPLOYER)
    assert "employment" in amounts(june(terms(birth=D(1961, 3, 3))), EMPLOYEE)


def test_meal_money_is_paid_by_the_day_and_not_insured_up_to_its_free_part():
    pay = june(terms(meal_a_day_krw=5_000))
    assert amounts(pay)["meal"] == 21 * 5_000
    assert amounts(pay, EMPLOYEE) == amounts(june(), EMPLOYEE)


def test_a_month_without_work_owes_nothing():
    pay = june(terms(start=D(2026, 7, 1)))
    assert (pay.gross, pay.net, pay.employer_cost) == (0, 0, 0)


def test_a_year_without_a_rate_is_refused_by_name():
    contract = terms(start=D(2028, 1, 3), end=D(2028, 12, 31))
    with pytest.raises(NoRate, match=r"wage\.minimum_hour on 2028-01-03"):
        month_pay(contract, 2028, 1, [Day(D(2028, 1, 3), 180)], [], rates())


def test_a_narrower_rate_wins():
    first = D(2026, 1, 1)
    own = Rate("insurance.accident", rates().on("insurance.accident", first).value * 2, "ratio", first)
    assert Table([*rates(), own]).on("insurance.accident", D(2026, 6, 1)) == own
    assert Table([*rates(), own]).on("insurance.accident", D(2025, 6, 1)) != own


def test_days_that_stand_twice_or_outside_the_contract_are_refused():
    twice = [Day(D(2026, 6, 1), 60), Day(D(2026, 6, 1), 60)]
    for days in (twice, [Day(D(2026, 2, 27), 60)]):
        with pytest.raises(ValueError):
            month_pay(terms(), 2026, 6, days, [], rates())


# ---------------------------------------------------------------- planning hours


def test_the_planner_shows_what_the_borders_do():
    birth, start = D(1985, 5, 5), D(2026, 3, 2)
    planned, rows = around(Fraction(15), 10_320, start, 9, birth, rates())
    by_side = {(row.side_of, row.above): row for row in rows}
    assert planned.weekly_holiday == -(-3 * 365 * 10_320 // 84)
    below, at = by_side["weekly_holiday", False], by_side["weekly_holiday", True]
    assert (below.hours_a_week, at.hours_a_week) == (Fraction(29, 2), 15)
    assert below.weekly_holiday == 0 < at.weekly_holiday
    below, at = by_side["insurance_month", False], by_side["insurance_month", True]
    assert (below.hours_a_week, at.hours_a_week) == (Fraction(27, 2), 14)
    assert not below.has("pension") and at.has("pension") and at.has("health")
    below, at = by_side["employment_age", False], by_side["employment_age", True]
    assert below.has("employment") and not at.has("employment")
    assert at.worker_share < below.worker_share


def test_the_planner_says_when_an_age_is_reached_within_the_contract():
    assert turns(D(1961, 7, 1), D(2026, 3, 2), D(2026, 12, 31), 65) == D(2026, 7, 1)
    assert turns(D(1960, 2, 29), D(2025, 1, 1), D(2025, 12, 31), 65) == D(2025, 3, 1)
    assert turns(D(1985, 5, 5), D(2026, 3, 2), D(2026, 12, 31), 65) is None


# ---------------------------------------------------------------- for any month

minutes = st.integers(0, 12 * 60)
months = st.integers(3, 12)


@st.composite
def cases(draw):
    pattern = tuple(draw(st.lists(st.sampled_from([0, 0, 120, 180, 240, 480, 540]), min_size=7, max_size=7)))
    start = D(2026, 3, 1) + draw(st.integers(0, 120)) * DAY
    contract = terms(
        start=start,
        end=start + draw(st.integers(0, 180)) * DAY,
        birth=D(draw(st.integers(1945, 2007)), 3, 2),
        wages=((start, draw(st.integers(9_000, 30_000))),),
        pattern=pattern,
        weekly_holiday=draw(st.integers(0, 6)),
        five_or_more=draw(st.booleans()),
        living_wage=draw(st.booleans()),
        meal_a_day_krw=draw(st.sampled_from([0, 5_000, 20_000])),
    )
    month = draw(months)
    days = []
    day = D(2026, month, 1) - 6 * DAY
    while day.month <= month and day.year == 2026:
        if contract.holds(day) and draw(st.booleans()):
            done = draw(minutes)
            days.append(Day(day, done, draw(st.integers(0, done)), draw(st.sampled_from([0, 0, 0, 180]))))
        day += DAY
    return contract, month, days


@given(cases(), st.randoms())
def test_the_same_facts_give_the_same_pay_in_whatever_order(case, random):
    contract, month, days = case
    shuffled = random.sample(days, len(days))
    holidays = random.sample(HOLIDAYS, len(HOLIDAYS))
    assert month_pay(contract, 2026, month, days, HOLIDAYS, rates()) == month_pay(
        contract, 2026, month, shuffled, holidays, rates()
    )
    assert canonical(contract, 2026, month, days, HOLIDAYS, rates()) == canonical(
        contract, 2026, month, shuffled, holidays, rates()
    )


@given(cases())
def test_sums_are_those_of_the_lines_and_lines_explain_themselves(case):
    contract, month, days = case
    pay = month_pay(contract, 2026, month, days, HOLIDAYS, rates())
    sides = {side: sum(line.amount for line in pay.lines if line.side == side) for side in (PAY, EMPLOYEE, EMPLOYER)}
    assert pay.net == sides[PAY] - sides[EMPLOYEE]
    assert pay.employer_cost == sides[PAY] + sides[EMPLOYER]
    for line in pay.lines:
        assert line.amount >= 0
        assert line.rule == "meal" or line.rates or line.ratio
        if line.minutes is not None:
            share = Fraction(line.ratio.value) if line.ratio else 1
            assert abs(Fraction(line.minutes * line.unit_krw, 60) * share - line.amount) <= line.unit_krw
        elif line.ratio is not None:
            exact = line.unit_krw * Fraction(line.ratio.value)
            assert 0 <= exact - line.amount < 10 and line.amount % 10 == 0


@given(cases())
def test_nobody_is_paid_less_than_the_minimum_wage_for_an_hour(case):
    contract, month, days = case
    pay = month_pay(contract, 2026, month, days, HOLIDAYS, rates())
    total = sum(day.worked for day in days if day.on.month == month)
    assert amounts(pay).get("base", 0) * 60 >= total * 10_320


@given(cases(), st.data())
def test_who_works_longer_is_never_paid_less(case, data):
    contract, month, days = case
    inside = [day for day in days if day.on.month == month and day.worked < 12 * 60]
    if not inside:
        return
    day = data.draw(st.sampled_from(inside))
    longer = [Day(d.on, d.worked + 30, d.night, d.leave) if d is day else d for d in days]
    before = month_pay(contract, 2026, month, days, HOLIDAYS, rates())
    after = month_pay(contract, 2026, month, longer, HOLIDAYS, rates())
    assert after.gross >= before.gross
    # Cutting to tens and thousands moves premiums by a little, the first won of pay brings the pension's lowest base.
    if before.gross:
        assert after.net >= before.net - 100
