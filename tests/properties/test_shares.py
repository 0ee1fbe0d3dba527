"""Won are split to the won: nothing is lost, no purse is overdrawn, roundings do not pile up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.engines.shares import in_proportion, split

KRW = st.integers(0, 10**12)
PURSES = st.lists(KRW, min_size=1, max_size=4).filter(lambda weights: sum(weights) > 0)


@given(KRW, PURSES)
def test_parts_add_up_and_lie_within_a_won_of_their_share(amount, weights):
    parts = in_proportion(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1


@given(PURSES, st.data())
def test_any_run_of_payments_and_cancellations_ends_in_the_agreed_parts(agreed, data):
    """However a line is spent, each purse is spent to its end when the line is."""
    spent, paid = [0] * len(agreed), []
    for _ in range(data.draw(st.integers(0, 12))):
        if paid and data.draw(st.booleans()):
            taken_back = paid.pop(data.draw(st.integers(0, len(paid) - 1)))
            spent = [s - p for s, p in zip(spent, taken_back, strict=True)]
            continue
        parts = split(data.draw(st.integers(0, sum(agreed) - sum(spent))), agreed, spent)
        assert min(parts) >= 0
        spent = [s + p for s, p in zip(spent, parts, strict=True)]
        paid.append(parts)
        assert all(s <= a for s, a in zip(spent, agreed, strict=True))
    rest = split(sum(agreed) - sum(spent), agreed, spent)
    assert [s + p for s, p in zip(spent, rest, strict=True)] == agreed


@given(PURSES, st.lists(st.integers(1, 1000), max_size=30))
def test_payments_alone_keep_the_proportion_within_a_won_each_way(agreed, amounts):
    spent = [0] * len(agreed)
    for amount in amounts:
        if sum(spent) + amount > sum(agreed):
            break
        spent = [s + p for s, p in zip(spent, split(amount, agreed, spent), strict=True)]
        for s, a in zip(spent, agreed, strict=True):
            assert abs(s - Fraction(sum(spent) * a, sum(agreed))) < 2


def test_three_payments_of_a_third_by_hand():
    agreed, spent, seen = [700, 300], [0, 0], []
    for amount in (333, 333, 334):
        parts = split(amount, agreed, spent)
        spent = [s + p for s, p in zip(spent, parts, strict=True)]
        seen.append(parts)
    assert seen == [[233, 100], [233, 100], [234, 100]]
    assert spent == agreed


@pytest.mark.parametrize(("amount", "agreed", "spent"), [(-1, [5], [0]), (6, [5], [0]), (1, [5], [5]), (1, [5], [6])])
def test_what_a_line_does_not_have_is_refused(amount, agreed, spent):
    with pytest.raises(ValueError, match="cannot"):
        split(amount, agreed, spent)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], []])
def test_no_proportion_is_refused(weights):
    with pytest.raises(ValueError, match="cannot split"):
        in_proportion(5, weights)
