"""Settlement returns exactly what was not spent, to the won, whatever was paid in, out, back and disallowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanghyeop.engines.settlement import of_disallowed, settle
from sanghyeop.engines.shares import split

PURSES = ("city", "district", "own")
RETURNING = ("city", "district")
WON = st.integers(0, 10**11)
BY_PURSE = st.lists(WON, min_size=3, max_size=3)
#: What happens in a project: money comes for a purse, a payment is made (per mille of what the line has left),
#: a payment is reversed, part of a payment is disallowed (per mille of it).
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("instalment"), st.integers(0, 2), WON),
        st.tuples(st.just("payment"), st.integers(0, 3), st.integers(0, 1000)),
        st.tuples(st.just("reversal"), st.integers(0, 50), st.just(0)),
        st.tuples(st.just("disallowance"), st.integers(0, 50), st.integers(0, 1000)),
    ),
    max_size=25,
)


@given(st.lists(BY_PURSE, min_size=1, max_size=4), EVENTS, WON)
def test_what_was_not_spent_goes_back(lines, events, interest):
    received = [0, 0, 0]
    spent = [[0, 0, 0] for _line in lines]
    payments: dict[int, tuple[int, list[int]]] = {}
    struck: dict[int, dict[str, int]] = {}
    for number, (what, which, how_much) in enumerate(events):
        if what == "instalment":
            received[which] += how_much
        elif what == "payment":
            line = which % len(lines)
            left = sum(lines[line]) - sum(spent[line])
            parts = split(left * how_much // 1000, lines[line], spent[line])
            spent[line] = [s + p for s, p in zip(spent[line], parts, strict=True)]
            payments[number] = (line, parts)
        elif payments:
            key = sorted(payments)[which % len(payments)]
            line, parts = payments[key]
            if what == "reversal" and key not in struck:
                spent[line] = [s - p for s, p in zip(spent[line], parts, strict=True)]
                del payments[key]
            elif what == "disallowance" and key not in struck:
                struck[key] = of_disallowed(sum(parts) * how_much // 1000, dict(zip(PURSES, parts, strict=True)))
    out = {purse: sum(line[i] for line in spent) for i, purse in enumerate(PURSES)}
    not_recognised = {purse: sum(parts[purse] for parts in struck.values()) for purse in PURSES}
    came = dict(zip(PURSES, received, strict=True))
    if not sum(received):
        interest = 0
    shares = settle(PURSES, came, out, not_recognised, interest, RETURNING)
    assert sum(share.interest for share in shares) == interest
    for share in shares:
        assert 0 <= share.recognised <= share.spent
        assert share.received + share.owing + share.interest == share.borne + share.refund + share.kept
        assert share.borne == (share.recognised if share.returns else share.spent)
        assert min(share.refund, share.owing, share.kept) >= 0
        assert share.owing == 0 or share.refund == (share.interest if share.returns else 0)
    assert shares[2].refund == 0
    assert shares[0].kept == shares[1].kept == 0


@given(BY_PURSE, st.integers(0, 1000))
def test_a_disallowance_takes_from_no_purse_more_than_it_paid(parts, per_mille):
    amount = sum(parts) * per_mille // 1000
    taken = of_disallowed(amount, dict(zip(PURSES, parts, strict=True)))
    assert sum(taken.values()) == amount
    assert all(0 <= taken[purse] <= paid for purse, paid in zip(PURSES, parts, strict=True))


def test_an_example_worked_by_hand():
    """60 million of the city's and 40 of the district's came; 90,000,001 were spent, of which 1,000,001 are not
    recognised; the account bore 1,001 won of interest."""
    spent = dict(zip(PURSES, split(90_000_001, [60_000_000, 40_000_000, 0], [0, 0, 0]), strict=True))
    assert spent == {"city": 54_000_001, "district": 36_000_000, "own": 0}
    struck = of_disallowed(1_000_001, spent)
    assert struck == {"city": 600_001, "district": 400_000, "own": 0}
    city, district, own = settle(PURSES, {"city": 60_000_000, "district": 40_000_000}, spent, struck, 1_001, RETURNING)
    assert (city.over, city.interest, city.refund) == (6_600_000, 601, 6_600_601)
    assert (district.over, district.interest, district.refund) == (4_400_000, 400, 4_400_400)
    assert own.refund == own.kept == 0


def test_nobody_paid_in_and_too_much_is_disallowed():
    with pytest.raises(ValueError, match="split"):
        settle(PURSES, {}, {}, {}, 5, RETURNING)
    with pytest.raises(ValueError, match="disallow"):
        of_disallowed(6, {"city": 5})
