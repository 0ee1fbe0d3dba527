"""A chart of the results as geometry for an inline SVG: each plan's raw mean, corrected score and its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sanghyeop.programme.review.results import Result

WIDTH, ROW, LEFT, TOP = 720, 22, 170, 26


@dataclass(frozen=True)
class Bar:
    """One plan's row. All in units of the drawing."""

    label: str
    title: str
    y: float
    low: float | None  # sheets: lowest and highest
    high: float | None
    raw: float | None
    corrected: float | None
    error_low: float | None
    error_high: float | None


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    bars: list[Bar]
    ticks: list[tuple[float, int]]


def short(title: str, most: int = 12) -> str:
    """A title that fits beside its row."""
    return title if len(title) <= most else title[: most - 1] + "…"


def draw(rows: Sequence[tuple[str, str, Result]], most: int) -> Chart:
    """Rows of (short label, title, result) on a scale from the lowest figure shown to ``most`` points."""
    figures = [float(x) for _label, _title, r in rows for x in (r.lowest, r.raw, r.corrected) if x is not None]
    floor = int(min(figures, default=0) // 10 * 10)
    floor = min(floor, max(most - 10, 0))

    def x(points: float | None) -> float | None:
        if points is None:
            return None
        inside = min(max(points, floor), most)
        return round(LEFT + (inside - floor) / max(most - floor, 1) * (WIDTH - LEFT - 20), 1)

    def of(number: object) -> float | None:
        return None if number is None else float(number)  # type: ignore[arg-type]

    bars = []
    for i, (label, title, result) in enumerate(rows):
        corrected, error = of(result.corrected), of(result.sd)
        ends = (corrected - error, corrected + error) if corrected is not None and error is not None else (None, None)
        bars.append(
            Bar(
                label, title, TOP + ROW * i + ROW / 2, x(of(result.lowest)), x(of(result.highest)), x(of(result.raw)),
                x(corrected), x(ends[0]), x(ends[1]),
            )
        )  # fmt: skip
    step = max(10, (most - floor) // 60 * 10)
    ticks = [(x(float(t)) or 0.0, t) for t in range(floor, most + 1, step)]
    return Chart(WIDTH, TOP + ROW * len(rows) + 10, bars, ticks)
