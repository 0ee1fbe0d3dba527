"""Plain rules about payments: business numbers, names, days as people write them."""

from __future__ import annotations

import datetime

import pytest

from sanghyeop.programme.spending.rules import is_business_number, same_name
from sanghyeop.sheets.days import NotADay, day_of


@pytest.mark.parametrize("number", ["220-81-62517", "2208162517", "２２０-８１-６２５１７", " 124 81 00998 "])
def test_a_business_number_carries_its_check_digit(number):
    assert is_business_number(number)


@pytest.mark.parametrize("number", ["220-81-62518", "220-81-6251", "", "abc", "22081625170", "-2208162517x"])
def test_a_wrong_business_number_is_found(number):
    assert not is_business_number(number)


def test_one_digit_wrong_is_always_found_but_where_the_rule_is_blind():
    """Every wrong single digit changes the sum, since all weights but 5 are coprime to ten."""
    right = "2208162517"
    wrong = [right[:i] + str(d) + right[i + 1 :] for i in range(8) for d in range(10) if str(d) != right[i]]
    assert not any(is_business_number(number) for number in wrong)


def test_names_are_compared_without_legal_form_and_blanks():
    assert same_name("주식회사 모아 상회") == same_name("(주)모아상회") == same_name("모아상회")
    assert same_name("모아상회") != same_name("모아상사")


WRITTEN = """
2027-03-05
2027.3.5.
2027/03/05
20270305
2027년 3월 5일
２０２７-03-05
2027-03-05 13:22:11
20270305132211
 2027. 3. 5
""".strip("\n").split("\n")
NO_DAYS = {
    "2027-02-29": "no_such_day",
    "2027.04.31": "no_such_day",
    "2027-13-01": "no_such_day",
    "": "empty",
    "어제": "not_a_day",
    "3/5": "not_a_day",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_days_as_people_write_them(text):
    assert day_of(text) == datetime.date(2027, 3, 5)


@pytest.mark.parametrize(("text", "code"), NO_DAYS.items())
def test_days_that_are_none(text, code):
    with pytest.raises(NotADay) as raised:
        day_of(text)
    assert raised.value.code == code


def test_a_leap_day_is_one():
    assert day_of("2028-02-29") == datetime.date(2028, 2, 29)
