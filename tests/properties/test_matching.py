"""Placement: stable, the best stable one for everybody, proven by an audit that knows nothing of how it was found."""

from __future__ import annotations

import hashlib
import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanghyeop.engines import matching
from sanghyeop.engines.matching import BadMarket, Market, Placement, audit, compiled, lottery, place, whole_points

Wish = list[tuple[int, int]]  # (position, points there), the most wanted first


class Town:
    """A small market in the words of the rule, without arrays."""

    def __init__(
        self, wishes: list[Wish], quotas: list[int], groups: list[int], reserves: list[dict[int, int]]
    ) -> None:
        self.wishes, self.quotas, self.groups, self.reserves = wishes, quotas, groups, reserves
        self.draw = list(range(len(wishes)))
        random.Random(len(wishes)).shuffle(self.draw)

    def __repr__(self) -> str:
        return f"Town({self.wishes}, {self.quotas}, {self.groups}, {self.reserves})"

    def market(self) -> Market:
        kept = [(p, g, r) for p, of in enumerate(self.reserves) for g, r in of.items()]
        return Market.of(
            np.cumsum([0, *map(len, self.wishes)]),
            np.array([p for wish in self.wishes for p, _ in wish], int),
            np.array([points for wish in self.wishes for _, points in wish], int),
            np.array(self.draw, int),
            np.array(self.quotas, int),
            np.array(self.groups, int),
            np.searchsorted([p for p, _, _ in kept], range(len(self.quotas) + 1)),
            np.array([g for _, g, _ in kept], int),
            np.array([r for _, _, r in kept], int),
        )

    def standing(self, a: int, p: int) -> tuple[int, int]:
        return dict(self.wishes[a])[p], -self.draw[a]

    def chosen(self, p: int, people: set[int]) -> set[int]:
        """The choice rule, word by word."""
        best_first = sorted(people, key=lambda a: self.standing(a, p), reverse=True)
        seated: set[int] = set()
        for group, seats in self.reserves[p].items():
            seated |= set([a for a in best_first if self.groups[a] == group][:seats])
        for a in best_first:
            if len(seated) < self.quotas[p]:
                seated.add(a)
        return seated

    def holders(self, of: list[int]) -> list[set[int]]:
        return [{a for a, got in enumerate(of) if got == p} for p in range(len(self.quotas))]

    def preferred(self, a: int, got: int) -> list[int]:
        liked = [p for p, _ in self.wishes[a]]
        return liked if got < 0 else liked[: liked.index(got)]

    def blocking(self, of: list[int]) -> int:
        holders = self.holders(of)
        return sum(a in self.chosen(p, holders[p] | {a}) for a, got in enumerate(of) for p in self.preferred(a, got))

    def stable(self) -> list[list[int]]:
        """Every stable placement, by trying all."""
        options = [[-1, *(p for p, _ in wish)] for wish in self.wishes]
        return [
            list(of)
            for of in itertools.product(*options)
            if all(len(held) <= q for held, q in zip(self.holders(of), self.quotas)) and not self.blocking(list(of))
        ]


@st.composite
def towns(draw, most_people=5, most_positions=3, most_quota=3, groups=2):
    m = draw(st.integers(1, most_positions))
    quotas = draw(st.lists(st.integers(0, most_quota), min_size=m, max_size=m))
    reserves = []
    for quota in quotas:
        left, kept = quota, {}
        for group in range(groups):
            kept[group] = draw(st.integers(0, left))
            left -= kept[group]
        reserves.append({g: r for g, r in kept.items() if r or draw(st.booleans())})
    people = draw(st.integers(0, most_people))
    wish = st.lists(st.tuples(st.integers(0, m - 1), st.integers(-2, 3)), max_size=m, unique_by=lambda one: one[0])
    return Town(
        draw(st.lists(wish, min_size=people, max_size=people)),
        quotas,
        draw(st.lists(st.integers(-1, groups - 1), min_size=people, max_size=people)),
        reserves,
    )


def as_placement(town: Town, of: list[int]) -> Placement:
    market = town.market()
    choice = [
        -1 if got < 0 else int(market.first[a]) + [p for p, _ in town.wishes[a]].index(got) for a, got in enumerate(of)
    ]
    return Placement(market, np.array(choice, np.int32))


@settings(max_examples=150)
@given(towns())
def test_the_placement_is_stable_and_the_best_of_all_stable_ones_for_everybody(town):
    placement = place(town.market())
    of = placement.position.tolist()
    every = town.stable()
    assert of in every
    for other in every:
        for a, got in enumerate(of):
            liked = [p for p, _ in town.wishes[a]] + [-1]
            assert liked.index(got) <= liked.index(other[a])
    proof = audit(placement)
    assert proof.holds and proof.blocking_pairs == 0
    assert proof.pairs == sum(len(town.preferred(a, got)) for a, got in enumerate(of))


@settings(max_examples=150)
@given(towns(groups=0))
def test_without_reserves_nobody_left_out_prefers_a_position_that_took_someone_with_fewer_points(town):
    of = place(town.market()).position.tolist()
    for a, got in enumerate(of):
        for p in town.preferred(a, got):
            held = town.holders(of)[p]
            assert len(held) == town.quotas[p]
            assert all(town.standing(b, p) > town.standing(a, p) for b in held)


@settings(max_examples=150)
@given(towns(most_people=8, most_positions=4), st.randoms(use_true_random=False))
def test_the_audit_counts_exactly_the_pairs_that_the_rule_says_block(town, chance):
    """On any placement within the quotas, however bad."""
    room, of = list(town.quotas), []
    for wish in town.wishes:
        open_to = [-1, *(p for p, _ in wish if room[p])]
        of.append(chance.choice(open_to))
        if of[-1] >= 0:
            room[of[-1]] -= 1
    proof = audit(as_placement(town, of))
    assert proof.blocking_pairs == town.blocking(of)
    assert proof.over_quota == 0
    members = [
        min(r, sum(town.groups[a] == g for a in town.holders(of)[p]))
        for p, kept in enumerate(town.reserves)
        for g, r in kept.items()
    ]
    assert (proof.reserved, proof.reserved_taken) == (sum(sum(k.values()) for k in town.reserves), sum(members))


@settings(max_examples=80)
@given(towns(most_people=8, most_positions=4), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(town, chance):
    order = list(range(len(town.wishes)))
    chance.shuffle(order)
    turned = Town([town.wishes[a] for a in order], town.quotas, [town.groups[a] for a in order], town.reserves)
    turned.draw = [town.draw[a] for a in order]
    of, other = place(town.market()).position, place(turned.market()).position
    assert other.tolist() == of[order].tolist()


def test_the_audit_finds_what_was_tampered_with():
    """Two want the one seat; the one with fewer points is given it, or nobody, or both."""
    town = Town([[(0, 90)], [(0, 50)]], [1], [-1, -1], [{}])
    assert place(town.market()).position.tolist() == [0, -1]
    wrong = audit(as_placement(town, [-1, 0]))
    assert (wrong.blocking_pairs, wrong.fewer_points, wrong.empty_seat) == (1, 1, 0)
    nobody = audit(as_placement(town, [-1, -1]))
    assert (nobody.blocking_pairs, nobody.empty_seat) == (2, 2)
    both = audit(as_placement(town, [0, 0]))
    assert both.over_quota == 1 and not both.holds
    with pytest.raises(ValueError):
        audit(Placement(town.market(), np.array([1, -1], np.int32)))  # the other's choice


def test_a_member_takes_the_reserved_seat_first_and_leaves_the_open_one_to_points():
    """Two seats, one kept for group 0. The member with 90 takes it, so the open one goes by points: to 80, not to the
    member with 70."""
    town = Town([[(0, 90)], [(0, 80)], [(0, 70)]], [2], [0, -1, 0], [{0: 1}])
    assert place(town.market()).position.tolist() == [0, 0, -1]
    # One member only, with the fewest points: the reserve's right, of which the audit takes note.
    town = Town([[(0, 90)], [(0, 80)], [(0, 10)]], [2], [-1, -1, 0], [{0: 1}])
    placement = place(town.market())
    assert placement.position.tolist() == [0, -1, 0]
    assert (audit(placement).blocking_pairs, audit(placement).by_reserve) == (0, 1)
    # No member at all: the seat does not stay empty.
    town = Town([[(0, 90)], [(0, 80)], [(0, 10)]], [2], [-1, -1, 1], [{0: 1}])
    assert place(town.market()).position.tolist() == [0, 0, -1]


def a_large_town(chance: np.random.Generator, n: int, reserved: bool) -> Market:
    m = 30
    quotas = chance.integers(0, 60, m)
    kept = [chance.integers(0, quotas // 3 + 1) for _ in range(2)]
    lengths = chance.integers(0, 8, n)
    choices = np.concatenate([chance.permutation(m)[:k] for k in lengths] or [[]]).astype(int)
    return Market.of(
        np.concatenate([[0], np.cumsum(lengths)]),
        choices,
        chance.integers(-5, 20, len(choices)),  # many are equal
        chance.permutation(n),
        quotas,
        chance.integers(-1, 3, n) if reserved else None,
        np.arange(0, 2 * m + 1, 2) if reserved else None,
        np.tile([0, 2], m) if reserved else (),
        np.stack(kept, 1).reshape(-1) if reserved else (),
    )


@pytest.mark.parametrize("reserved", [False, True])
def test_compiled_and_interpreted_give_the_same(monkeypatch, reserved):
    if not compiled.can_compile():
        pytest.skip("numba is not installed")
    chance = np.random.default_rng(3)
    for n in (1, 700, 2500):
        market = a_large_town(chance, n, reserved)
        monkeypatch.setattr(compiled, "SMALL", 10**9)
        plain = place(market)
        assert audit(plain).holds
        monkeypatch.setattr(compiled, "SMALL", -1)
        assert place(market).choice.tolist() == plain.choice.tolist()
        tampered = plain.choice.copy()
        tampered[::3] = -1
        by_both = [audit(Placement(market, tampered))]
        monkeypatch.setattr(compiled, "SMALL", 10**9)
        by_both.append(audit(Placement(market, tampered)))
        assert by_both[0] == by_both[1] and by_both[0].blocking_pairs > 0


def test_a_quota_of_billions_takes_no_memory():
    town = Town([[(0, 1)], [(0, 2)]], [10**12], [0, -1], [{0: 10**11}])
    assert place(town.market()).position.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"first": [0, 1, 1]}, "first"),
        ({"choices": [0, 5]}, "choices"),
        ({"choices": [0, -1]}, "choices"),
        ({"points": [1]}, "points"),
        ({"points": [1, 2**31 - 1]}, "points"),
        ({"points": [1.5, 2]}, "points"),
        ({"points": [float("nan"), 2]}, "points"),
        ({"draw": [0, 0]}, "draw"),
        ({"quotas": [-1]}, "quotas"),
        ({"group": [0]}, "group"),
        ({"reserve_first": [0, 1], "reserve_group": [0], "reserve_seats": [2]}, "reserve_seats"),
        ({"reserve_first": [0, 1], "reserve_group": [0], "reserve_seats": [-1]}, "reserve_seats"),
        ({"reserve_first": [0, 2], "reserve_group": [0, 0], "reserve_seats": [0, 1]}, "reserve_group"),
        ({"reserve_first": [0, 1], "reserve_group": [-1], "reserve_seats": [1]}, "reserve_group"),
    ],
)
def test_arrays_that_fit_no_market_are_refused(change, code):
    good = {"first": [0, 1, 2], "choices": [0, 0], "points": [5, 7], "draw": [0, 1], "quotas": [1]}
    assert place(Market.of(**good)).position.tolist() == [-1, 0]
    with pytest.raises(BadMarket) as refused:
        Market.of(**(good | change))
    assert refused.value.code == code


@given(st.lists(st.floats(-1e300, 1e300) | st.decimals(-999, 999, places=4).map(float)))
def test_whole_points_keep_the_order_and_what_is_equal(numbers):
    given_ = np.array(numbers, float)
    whole = whole_points(given_)
    assert (np.sign(np.subtract.outer(given_, given_)) == np.sign(np.subtract.outer(whole.astype(int), whole))).all()


@given(st.lists(st.text(max_size=8).filter(lambda id: id.isprintable()), unique=True, max_size=30), st.integers(0, 99))
def test_the_lottery_is_the_order_of_the_published_tickets(ids, seed):
    tickets = {id: hashlib.sha256(f"{seed}:{id}".encode()).hexdigest() for id in ids}
    drawn = lottery(ids, seed)
    assert [id for _, id in sorted(zip(drawn.tolist(), ids))] == sorted(ids, key=tickets.__getitem__)


def test_the_lottery_is_the_same_everywhere_and_for_ever():
    assert lottery(["A1", "A2", "가영", "A3"], 2026).tolist() == [1, 3, 2, 0]
    assert matching.lottery([], 1).tolist() == []
