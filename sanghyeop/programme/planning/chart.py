"""Revenue and cost per month as a drawing: numbers in, lines of an SVG out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, LEFT, FOOT = 720, 240, 8, 24


@dataclass(frozen=True)
class Chart:
    """``revenue`` and ``cost`` are the points of polylines in a drawing of WIDTH × HEIGHT; ``top`` is its highest sum;
    ``ticks`` are (x, month)."""

    revenue: str
    cost: str
    top: int
    ticks: list[tuple[float, int]]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = HEIGHT - FOOT


def chart_of(rows: list[Any], months: int) -> Chart | None:
    """The drawing of rows with ``month``, ``revenue_krw`` and ``cost_krw``; None where there is nothing to draw."""
    by_month = {row.month: row for row in rows}
    top = max((max(row.revenue_krw, row.cost_krw) for row in rows), default=0)
    if top == 0:
        return None
    step = (WIDTH - 2 * LEFT) / max(months - 1, 1)
    tall = HEIGHT - FOOT - LEFT

    def across(month: int) -> float:
        return round(LEFT + (month - 1) * step, 1)

    def down(amount: int) -> float:
        return round(LEFT + tall * (1 - amount / top), 1)

    def points(name: str) -> str:
        return " ".join(
            f"{across(month)},{down(getattr(by_month.get(month), name, 0))}" for month in range(1, months + 1)
        )

    ticks = [(across(month), month) for month in range(1, months + 1) if month % 3 == 0 or month == 1]
    return Chart(points("revenue_krw"), points("cost_krw"), top, ticks)
