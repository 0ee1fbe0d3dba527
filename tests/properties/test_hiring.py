"""What must hold of every placement, lottery, rule and text, whatever comes in."""

from __future__ import annotations

import datetime
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from sanghyeop.programme.hiring import lottery, rules
from sanghyeop.programme.hiring.models import Rule
from sanghyeop.programme.hiring.privacy import looks_like_registration_number
from sanghyeop.programme.hiring.seats import Applicant, Seats, placement_of

POSTS = (1, 2, 3)
DAYS = st.dates(datetime.date(1930, 1, 1), datetime.date(2010, 12, 31))


@st.composite
def cases(draw):
    """Up to five applicants for three posts, some of whose seats are kept for a group."""
    seats = {}
    for post in POSTS:
        quota = draw(st.integers(1, 2))
        seats[post] = Seats(quota, (("g", draw(st.integers(0, quota))),) if draw(st.booleans()) else ())
    count = draw(st.integers(1, 5))
    lots = draw(st.permutations(range(1, count + 1)))
    people = [
        Applicant(
            key,
            lots[key],
            [(post, draw(st.integers(0, 2))) for post in draw(st.permutations(POSTS))[: draw(st.integers(1, 3))]],
            draw(st.sampled_from(["", "g"])),
        )
        for key in range(count)
    ]
    return people, seats


def chosen(seats: Seats, post: int, people: list[Applicant]) -> set[int]:
    """Whom a post takes out of these: the kept seats first for the best of the group, all others for the best left."""
    order = sorted(people, key=lambda a: (-dict(a.choices)[post], a.lot))
    taken = []
    for group, number in seats.reserved:
        taken += [a for a in order if a.group == group][:number]
    return {a.key for a in (taken + [a for a in order if a not in taken])[: max(seats.quota, len(taken))]}


def is_stable(given_, people, seats) -> bool:
    """``given_``: applicant → post or None. Nobody and no post would rather have each other."""
    held = {post: [a for a in people if given_[a.key] == post] for post in seats}
    if any(chosen(seats[post], post, held[post]) != {a.key for a in held[post]} for post in seats):
        return False
    for a in people:
        wanted = [post for post, _points in a.choices]
        for post in wanted[: wanted.index(given_[a.key]) if given_[a.key] else len(wanted)]:
            if a.key in chosen(seats[post], post, [*held[post], a]):
                return False
    return True


@given(cases())
def test_the_placement_is_stable_and_best_for_every_applicant_among_all_stable_ones(case):
    people, seats = case
    placed, proof = placement_of(people, seats)
    assert proof.blocking_pairs == proof.over_quota == 0
    got = {a.key: placed[a.key].post if a.key in placed else None for a in people}
    assert is_stable(got, people, seats)
    ranks = [{None: 99} | {post: n for n, (post, _p) in enumerate(a.choices)} for a in people]
    for other in product(*([None, *(post for post, _p in a.choices)] for a in people)):
        if is_stable(dict(enumerate(other)), people, seats):
            assert all(rank[got[a.key]] <= rank[other[a.key]] for a, rank in zip(people, ranks, strict=True))


@given(st.text(min_size=1), st.sets(st.from_regex(r"\A[0-9]{4}-[0-9]{1,3}-[0-9]{4}\Z"), min_size=1))
def test_the_lottery_gives_each_its_own_lot_whatever_the_order_of_the_rows(secret, numbers):
    assume(not any(0xD800 <= ord(letter) <= 0xDFFF for letter in secret))
    seed = lottery.seed_of(secret, numbers)
    assert 0 <= seed < 2**63 and seed == lottery.seed_of(secret, sorted(numbers, reverse=True))
    lots = lottery.lots(seed, numbers)
    assert sorted(lots.values()) == list(range(1, len(numbers) + 1))


@given(DAYS, st.integers(1, 8), st.integers(0, 999_999), st.sampled_from(["", "-", " ", " - ", "–"]))
def test_no_registration_number_passes_and_no_ordinary_number_is_taken_for_one(born, sex, rest, between):
    number = f"{born:%y%m%d}{between}{sex}{rest:06}"
    assert looks_like_registration_number(f"제 번호는 {number}입니다")
    for text in (f"{born:%Y-%m-%d}", f"010-{rest % 10_000:04}-{rest % 10_000:04}", f"{born:%y%m%d}"):
        assert not looks_like_registration_number(text)


@given(DAYS, st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)), st.integers(0, 100))
def test_a_lower_and_an_upper_limit_of_age_leave_nobody_between_them(born, day, limit):
    person, place = rules.Person(born, "a", "b"), rules.Place("a", "b", day)
    kinds = Rule.Kind
    lower, upper = (
        Rule(kind=kind, value=value) for kind, value in ((kinds.AGE_MIN, limit + 1), (kinds.AGE_MAX, limit))
    )
    held = [decision.holds for decision in rules.decide([lower, upper], person, place)]
    assert sorted(held) == [False, True]
