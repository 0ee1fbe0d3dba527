"""Points as the market wants them: whole numbers, one for each choice."""

from __future__ import annotations

import numpy as np

from sanghyeop.engines.matching.compiled import Kernel
from sanghyeop.engines.matching.market import MOST_POINTS, BadMarket

NO_SUCH_CHOICE, AGAIN = -1, -2


def whole_points(points: np.ndarray) -> np.ndarray:
    """Numbers as whole points in the same order, equal where they are equal: (E,) int32 for `Market.points`.

    Decimals of up to six places that fit become multiples of their last place, whatever else becomes its place among
    the different values. Raises ``BadMarket`` where something is no finite number.
    """
    points = np.asarray(points)
    if points.dtype.kind == "b" or points.dtype.kind not in "iuf":
        raise BadMarket("points")
    if not len(points):
        return np.empty(0, np.int32)
    low, high = points.min(), points.max()
    if points.dtype.kind == "f" and not (np.isfinite(low) and np.isfinite(high)):
        raise BadMarket("points", int(np.argmax(~np.isfinite(points))))
    for scale in (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000):
        if max(abs(float(low)), abs(float(high))) * scale > MOST_POINTS:
            break
        if points.dtype.kind != "f":
            return points.astype(np.int32)
        some = points[:: max(1, len(points) // 1000)]
        if (np.rint(some * scale) / scale != some).any():
            continue
        whole = np.rint(points * scale)
        if (whole / scale == points).all():
            return whole.astype(np.int32)
    return np.unique(points, return_inverse=True)[1].astype(np.int32)


def find_choices(
    first: np.ndarray, choices: np.ndarray, position: np.ndarray, applicant: np.ndarray, seen: np.ndarray
) -> np.ndarray:
    """Where each pair (applicant, position) stands in ``choices``; ``NO_SUCH_CHOICE``, or ``AGAIN`` if it was asked for
    before: shape of ``applicant``, int32. ``seen`` (one uint8 for each choice) remembers that over several calls."""
    at = np.empty(len(position), np.int32)
    _find(max(len(choices), len(position)), first, choices, position, applicant, seen, at)
    return at


@Kernel
def _find(first, choices, position, applicant, seen, at):
    for i in range(len(position)):
        a = applicant[i]
        at[i] = -1
        for e in range(first[a], first[a + 1]):
            if choices[e] == position[i]:
                at[i] = -2 if seen[e] else e
                seen[e] = 1
                break
