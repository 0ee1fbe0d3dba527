"""Rows of an integer programme, and as HiGHS takes them: floats that stand for the integers exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanghyeop.engines.portfolio.model import Ints, Mask, Rule

Floats = NDArray[np.float64]

COEFFICIENT = 2.0**30
"""Rows with larger coefficients are scaled by a power of two, which is exact."""


@dataclass(frozen=True, eq=False)
class Row:
    """low <= sum of coefficient x column <= high, all integers; None: no such side."""

    rule: Rule | None
    columns: Ints
    coefficient: Ints
    low: int | None
    high: int | None

    def total(self, x: Mask) -> int:
        return int(self.coefficient[x[self.columns]].sum())

    def holds(self, x: Mask) -> bool:
        total = self.total(x)
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


@dataclass(frozen=True, eq=False)
class Matrix:
    """The rows by row, compressed: scaled coefficients and sides as floats that stand for them exactly."""

    start: Ints
    column: NDArray[np.int32]
    row: Ints
    coefficient: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Matrix:
        start, columns, values, low, high = [0], [], [], [], []
        for row in rows:
            unit = unit_of(row.coefficient)
            columns.append(row.columns)
            values.append(row.coefficient / unit)
            # Dividing the sides by the common divisor tightens them to the next whole multiple.
            whole = max(1, int(np.gcd.reduce(np.abs(row.coefficient)))) if len(row.coefficient) else 1
            low.append(-math.inf if row.low is None else -(-row.low // whole) * whole / unit)
            high.append(math.inf if row.high is None else row.high // whole * whole / unit)
            start.append(start[-1] + len(row.columns))
        starts = np.array(start, np.int64)
        return cls(
            start=starts,
            column=np.concatenate(columns).astype(np.int32) if columns else np.zeros(0, np.int32),
            row=np.repeat(np.arange(len(rows)), np.diff(starts)),
            coefficient=np.concatenate(values) if values else np.zeros(0),
            low=np.array(low, np.float64),
            high=np.array(high, np.float64),
        )

    def only(self, keep: Mask, at: Ints) -> Matrix:
        """The rows over the columns ``keep``, with the others fixed ``at`` 0 or 1."""
        fixed = np.where(keep, 0, at)
        spent = np.bincount(self.row, weights=self.coefficient * fixed[self.column], minlength=len(self.low))
        inside = keep[self.column]
        place = np.cumsum(keep) - 1
        counts = np.bincount(self.row[inside], minlength=len(self.low))
        return Matrix(
            start=np.concatenate([[0], np.cumsum(counts)]),
            column=place[self.column[inside]].astype(np.int32),
            row=self.row[inside],
            coefficient=self.coefficient[inside],
            low=self.low - spent,
            high=self.high - spent,
        )


def divisor(coefficient: Ints) -> int:
    return max(1, int(np.gcd.reduce(np.abs(coefficient)))) if len(coefficient) else 1


def unit_of(coefficient: Ints) -> float:
    """What a row is divided by: its common divisor, times a power of two if it is still too large."""
    whole = divisor(coefficient)
    largest = int(np.abs(coefficient).max(initial=0)) // whole
    return whole * max(1.0, 2.0 ** math.ceil(math.log2(max(1, largest) / COEFFICIENT)))
