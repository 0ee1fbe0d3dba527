"""Who gets which post, by the engine of matching (its choice rule for reserved seats stands there). No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sanghyeop.engines.matching import Market, Proof, audit, place


@dataclass(frozen=True)
class Seats:
    """A post's seats: how many in all, and how many of them are kept for which group."""

    quota: int
    reserved: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Applicant:
    """``choices``: (post, whole points there), the best first. ``lot``: 1 comes first. One group, or none."""

    key: int
    lot: int
    choices: Sequence[tuple[int, int]]
    group: str = ""


@dataclass(frozen=True)
class Seat:
    post: int
    rank: int  # among the applicant's choices, 1 is first
    reserved_for: str = ""


def the_group(groups: Sequence[str], kept: Sequence[str]) -> str:
    """The one group that somebody of several counts for: the first of those that seats are kept for."""
    return next((group for group in kept if group in groups), "")


def placement_of(applicants: Sequence[Applicant], seats: Mapping[int, Seats]) -> tuple[dict[int, Seat], Proof]:
    """The stable placement that every applicant likes best, by applicant, and the proof that it is stable."""
    posts = {post: number for number, post in enumerate(seats)}
    kept = list(dict.fromkeys(group for one in seats.values() for group, _seats in one.reserved))
    by_post = [one.reserved for one in seats.values()]
    market = Market.of(
        first=np.cumsum([0, *(len(a.choices) for a in applicants)]),
        choices=[posts[post] for a in applicants for post, _points in a.choices],
        points=[points for a in applicants for _post, points in a.choices],
        draw=[a.lot - 1 for a in applicants],
        quotas=[one.quota for one in seats.values()],
        group=[kept.index(a.group) if a.group in kept else -1 for a in applicants],
        reserve_first=np.cumsum([0, *map(len, by_post)]),
        reserve_group=np.array([kept.index(group) for rows in by_post for group, _seats in rows], np.int64),
        reserve_seats=np.array([number for rows in by_post for _group, number in rows], np.int64),
    )
    found = place(market)
    placed = {
        a.key: Seat(a.choices[rank - 1][0], int(rank))
        for a, rank in zip(applicants, found.rank.tolist(), strict=True)
        if rank
    }
    return _with_reserves(placed, applicants, seats), audit(found)


def _with_reserves(
    placed: dict[int, Seat], applicants: Sequence[Applicant], seats: Mapping[int, Seats]
) -> dict[int, Seat]:
    """Say of each seat whether it is one that is kept for the holder's group: the first members sit on those."""
    left = {(post, group): number for post, one in seats.items() for group, number in one.reserved}
    points = {(a.key, post): points for a in applicants for post, points in a.choices}
    in_order = [a for a in applicants if a.key in placed]
    in_order.sort(key=lambda a: (-points[a.key, placed[a.key].post], a.lot))
    for a in in_order:
        seat = placed[a.key]
        if left.get((seat.post, a.group), 0):
            left[seat.post, a.group] -= 1
            placed[a.key] = Seat(seat.post, seat.rank, a.group)
    return placed
