"""Amounts of won as people write them are read as what they mean, and nothing else is read."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.ground.amounts import KrwFormField, read_krw
from sanghyeop.web.templatetags.show import krw_short

WON = st.integers(0, 10**15 - 1)
EOK, MAN = 10**8, 10**4


@given(WON, st.sampled_from(["{}", "{:,}", "{:,}원", " {:,} 원 ", "₩{:,}"]))
def test_won_are_read_with_and_without_commas(won, style):
    assert read_krw(style.format(won)) == won


@given(WON)
def test_won_in_full_width_digits_are_read(won):
    assert read_krw("".join(chr(ord(digit) + 0xFEE0) for digit in str(won))) == won


@given(WON, st.booleans(), st.booleans())
def test_won_in_units_are_read_however_they_are_spaced(won, commas, blanks):
    groups = (won // 10**12, "조"), (won // EOK % 10**4, "억"), (won // MAN % 10**4, "만"), (won % MAN, "")
    parts = [(f"{number:,}" if commas else str(number)) + unit for number, unit in groups if number]
    assert read_krw((" " if blanks else "").join(parts or ["0"]) + "원") == won


@given(st.integers(1, 99_999_999).map(lambda number: number * MAN))
def test_an_amount_as_the_house_shows_it_is_read_back(won):
    assert read_krw(krw_short(won)) == won


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_whole_number_or_a_refusal(text):
    with contextlib.suppress(ValueError):
        assert isinstance(read_krw(text), int)


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("200만원", 2_000_000),
        ("2억", 200_000_000),
        ("1억 5,000만원", 150_000_000),
        ("1억5천만원", 150_000_000),
        ("3천만원", 30_000_000),
        ("3천5백만 원", 35_000_000),
        ("2천5백", 2_500),
        ("1.5억", 150_000_000),
        ("0.5만원", 5_000),
        ("백만원", 1_000_000),
        ("만 원", 10_000),
        ("１억 ２,０００만원", 120_000_000),
        ("1조", 10**12),
        ("1억 2원", 100_000_002),
        ("-200만원", -2_000_000),
        ("−5", -5),
    ],
)
def test_amounts_that_are_understood(text, won):
    assert read_krw(text) == won


@pytest.mark.parametrize(
    "text",
    ["", "원", "-", "삼백만원", "1.5", "1,5", "1,5억", "0.00001만", "5만 3억", "3만 5만", "1억 20,000만", "3천 5천",
     "1e9", "만원어치", "2억쯤", "1억억", "--5", "1..5억", "1_000", "9" * 5000],
)  # fmt: skip
def test_amounts_that_are_refused(text):
    with pytest.raises(ValueError):
        read_krw(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("만원쯤", "invalid"), ("-200만원", "min_value"), ("1000조", "too_large"), ("9" * 40, "too_large")],
)
def test_the_form_says_what_is_wrong_with_an_amount(text, code):
    field = KrwFormField()
    with pytest.raises(Exception) as refused:
        field.clean(text)
    assert refused.value.error_list[0].code == code
