"""Who gets which post: applicant-proposing deferred acceptance with seats kept for groups. Pure functions.

Gale and Shapley, College Admissions and the Stability of Marriage (1962). A post's choice rule keeps its reserved seats
first for the best of each group, in the order of the reserves, and gives all other seats to the best of those left:
minority reserves after Hafalir, Yenmez and Yildirim, Effective affirmative action in school choice (2013). A reserved
seat that nobody of its group wants goes to anyone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Key = Any  # of an applicant or a post: anything that can be hashed


@dataclass(frozen=True)
class Seats:
    """A post's seats: how many in all, and how many of them are kept for which group."""

    quota: int
    reserved: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Placed:
    post: Key
    rank: int  # among the applicant's choices, 1 is first
    reserved_for: str = ""


def choose(
    seats: Seats, order: Mapping[Key, int], groups: Mapping[Key, frozenset[str] | set[str]], applied: Sequence[Key]
) -> dict[Key, str]:
    """Who of those who applied is kept, each with the group of the seat ("" for an open one)."""
    waiting = sorted(applied, key=order.__getitem__)
    kept: dict[Key, str] = {}
    for group, number in seats.reserved:
        members = [who for who in waiting if who not in kept and group in groups.get(who, ())]
        kept |= dict.fromkeys(members[: max(0, min(number, seats.quota - len(kept)))], group)
    for who in waiting:
        if len(kept) >= seats.quota:
            break
        kept.setdefault(who, "")
    return kept


def place(
    choices: Mapping[Key, Sequence[Key]],
    seats: Mapping[Key, Seats],
    order: Mapping[Key, Mapping[Key, int]],
    groups: Mapping[Key, set[str]],
) -> dict[Key, Placed]:
    """The stable placement that every applicant likes best.

    ``choices``: applicant → posts in order; ``order``: post → applicant → place (1 first, no two alike); ``groups``:
    applicant → groups that he or she belongs to.
    """
    held: dict[Key, dict[Key, str]] = {post: {} for post in seats}
    following = dict.fromkeys(choices, 0)
    free = list(choices)
    while free:
        who = free.pop()
        if following[who] == len(choices[who]):
            continue
        post = choices[who][following[who]]
        following[who] += 1
        kept = choose(seats[post], order[post], groups, [*held[post], who])
        free += [other for other in (*held[post], who) if other not in kept]
        held[post] = kept
    return {
        who: Placed(post, choices[who].index(post) + 1, group)
        for post, kept in held.items()
        for who, group in kept.items()
    }


def blocking_pairs(
    placed: Mapping[Key, Placed],
    choices: Mapping[Key, Sequence[Key]],
    seats: Mapping[Key, Seats],
    order: Mapping[Key, Mapping[Key, int]],
    groups: Mapping[Key, set[str]],
) -> list[tuple[Key, Key]]:
    """Pairs of an applicant and a post that would rather have each other: none, if the placement is stable."""
    held: dict[Key, list[Key]] = {post: [] for post in seats}
    for who, seat in placed.items():
        held[seat.post].append(who)
    return [
        (who, post)
        for who, wanted in choices.items()
        for post in (wanted[: placed[who].rank - 1] if who in placed else wanted)
        if who in choose(seats[post], order[post], groups, [*held[post], who])
    ]
