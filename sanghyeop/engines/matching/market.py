"""Who applies where, with which points, and what each position offers: as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sanghyeop.engines.matching.compiled import SMALL, can_compile

MOST_CHOICES = 2**31 - 2
MOST_POINTS = 2**31 - 2
"""Points are kept as whole numbers of 32 bits; the largest stands for 'nobody gets in here'."""


class BadMarket(ValueError):
    """Arrays that fit no market. ``code``: what is wrong; ``at``: the first place where it is."""

    def __init__(self, code: str, at: int = -1) -> None:
        super().__init__(code if at < 0 else f"{code} (at {at})")
        self.code = code
        self.at = at


@dataclass(frozen=True)
class Market:
    """n applicants with E choices in all, m positions with R reserves in all.

    - ``first`` (n + 1): applicant a's choices are ``choices[first[a]:first[a + 1]]``, the best first
    - ``choices`` (E): positions 0 to m - 1, each at most once for an applicant
    - ``points`` (E): whole points of the applicant at that position, the more the better (`whole_points` makes them)
    - ``draw`` (n): places in the lottery, each of 0 to n - 1 once; the smaller goes first among equal points
    - ``quotas`` (m): seats
    - ``group`` (n): the applicant's group from 0, or -1
    - ``reserve_first`` (m + 1), ``reserve_group`` (R), ``reserve_seats`` (R): position p keeps ``reserve_seats[k]`` of
      its seats for ``reserve_group[k]``, k from ``reserve_first[p]`` to ``reserve_first[p + 1]``, each group once
    """

    first: np.ndarray
    choices: np.ndarray
    points: np.ndarray
    draw: np.ndarray
    quotas: np.ndarray
    group: np.ndarray
    reserve_first: np.ndarray
    reserve_group: np.ndarray
    reserve_seats: np.ndarray

    @classmethod
    def of(
        cls,
        first: Any,
        choices: Any,
        points: Any,
        draw: Any,
        quotas: Any,
        group: Any = None,
        reserve_first: Any = None,
        reserve_group: Any = (),
        reserve_seats: Any = (),
    ) -> Market:
        """From arrays or lists of whole numbers; without groups nothing is reserved. Raises ``BadMarket``.

        That nobody names a position twice is the caller's to see to: it would only be refused there again.
        """
        n, m = max(0, len(first) - 1), len(quotas)
        if len(choices) > MOST_CHOICES:
            raise BadMarket("too_many_choices")
        seats, kept = _counts(quotas, "quotas"), _counts(reserve_seats, "reserve_seats")
        reserve_first = _whole(np.zeros(m + 1) if reserve_first is None else reserve_first, "reserve_first")
        _rising("reserve_first", reserve_first, len(kept), m)
        of = np.repeat(np.arange(m), np.diff(reserve_first))
        kept_in_all = np.zeros(m, np.int64)
        np.add.at(kept_in_all, of, kept)
        if (kept_in_all > seats).any():
            raise BadMarket("reserve_seats", int(np.argmax(kept_in_all > seats)))
        market = cls(
            first=_whole(first, "first"),
            choices=_whole(choices, "choices"),
            points=_whole(points, "points"),
            draw=_whole(draw, "draw"),
            quotas=_whole(np.minimum(seats, len(choices)), "quotas"),  # more cannot be filled
            group=_whole(np.full(n, -1) if group is None else group, "group"),
            reserve_first=reserve_first,
            reserve_group=_whole(reserve_group, "reserve_group"),
            reserve_seats=_whole(kept, "reserve_seats"),
        )
        pairs = of * (int(market.reserve_group.max(initial=0)) + 1) + market.reserve_group
        if market.reserve_group.min(initial=0) < 0 or len(np.unique(pairs)) < len(pairs):
            raise BadMarket("reserve_group")
        market._check(n, m)
        return market

    @property
    def applicants(self) -> int:
        return len(self.first) - 1

    @property
    def positions(self) -> int:
        return len(self.quotas)

    @property
    def large(self) -> bool:
        """Whether placing it is worth compiling."""
        return len(self.choices) > SMALL and can_compile()

    @property
    def reserves(self) -> int:
        return len(self.reserve_group)

    def _check(self, n: int, m: int) -> None:
        _rising("first", self.first, len(self.choices), n)
        if len(self.points) != len(self.choices):
            raise BadMarket("points")
        if len(self.choices):
            if self.choices.min() < 0 or self.choices.max() >= m:
                raise BadMarket("choices", int(np.argmax((self.choices < 0) | (self.choices >= m))))
            if self.points.max() > MOST_POINTS:
                raise BadMarket("points", int(np.argmax(self.points)))
        if len(self.draw) != n or len(self.group) != n:
            raise BadMarket("draw" if len(self.draw) != n else "group")
        drawn = np.zeros(n, bool)
        if n:
            if self.draw.min() < 0 or self.draw.max() >= n:
                raise BadMarket("draw")
            drawn[self.draw] = True
            if not drawn.all():
                raise BadMarket("draw")


def _whole(numbers: Any, name: str) -> np.ndarray:
    """As 32-bit numbers in one piece, writable (one kind of array means one compilation)."""
    given = np.asarray(numbers)
    if given.ndim != 1:
        raise BadMarket(name)
    if given.dtype == np.int32:
        return np.require(given, requirements=["C", "W"])
    if (
        given.size
        and given.dtype.kind not in "iu"
        and not (given.dtype.kind == "f" and (given == np.rint(given)).all())
    ):
        raise BadMarket(name)
    if given.size and (given.min() < -(2**31) or given.max() >= 2**31):
        raise BadMarket(name, int(np.argmax((given < -(2**31)) | (given >= 2**31))))
    return np.ascontiguousarray(given, np.int32)


def _counts(numbers: Any, name: str) -> np.ndarray:
    counts = np.asarray(numbers)
    if counts.ndim != 1 or (counts.size and counts.dtype.kind not in "iu"):
        raise BadMarket(name)
    if counts.size and counts.min() < 0:
        raise BadMarket(name, int(np.argmin(counts)))
    return np.minimum(counts, MOST_CHOICES).astype(np.int64)


def _rising(name: str, first: np.ndarray, end: int, parts: int) -> None:
    if len(first) != parts + 1 or first[0] != 0 or first[-1] != end or (np.diff(first) < 0).any():
        raise BadMarket(name)
