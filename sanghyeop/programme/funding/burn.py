"""How fast a project spends: by line, category and purse against the time that has passed, with a picture."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.rulebook.models import Rate

#: Rules of the spending pace, in percentage points.
AHEAD, LAG = "funding.ahead_points", "funding.lag_points"


@dataclass(frozen=True)
class Burn:
    """One row: planned and spent won, and how its share stands to the time that has passed (in per cent)."""

    label: Any
    query: str  # the filter of the journal that shows the lines behind ``spent``
    planned_krw: int
    spent_krw: int
    elapsed: Fraction  # per cent of the days of the project
    pace: str = ""  # "ahead", "lag" or nothing

    @property
    def share(self) -> Fraction | None:
        """Spent of planned in per cent."""
        return Fraction(100 * self.spent_krw, self.planned_krw) if self.planned_krw else None

    @property
    def left_krw(self) -> int:
        return self.planned_krw - self.spent_krw

    @property
    def due_krw(self) -> int:
        """What would be spent by now if every day took the same."""
        return int(self.planned_krw * self.elapsed / 100)


def elapsed(starts_on: datetime.date, ends_on: datetime.date, today: datetime.date) -> Fraction:
    """The days of a project that have passed, today with them, in per cent of all."""
    days = (ends_on - starts_on).days + 1
    return Fraction(100 * min(max((today - starts_on).days + 1, 0), days), days)


def pace(planned: int, spent: int, passed: Fraction, rules: Mapping[str, Rate]) -> str:
    """``ahead`` or ``lag`` where spending differs from the time by more than the rules' percentage points."""
    if not planned:
        return ""
    gap = Fraction(100 * spent, planned) - passed
    ahead, lag = rules.get(AHEAD), rules.get(LAG)
    if ahead is not None and gap > Fraction(ahead.value):
        return "ahead"
    if lag is not None and -gap > Fraction(lag.value):
        return "lag"
    return ""


def row(label: Any, query: str, planned: int, spent: int, passed: Fraction, rules: Mapping[str, Rate]) -> Burn:
    return Burn(label, query, planned, spent, passed, pace(planned, spent, passed, rules))


def rows_by(
    lines: Sequence[Any],
    budget: Mapping[int, Mapping[str, int]],
    spent: Mapping[int, Mapping[str, int]],
    passed: Fraction,
    rules: Mapping[str, Rate],
) -> dict[str, list[Burn]]:
    """``all``, ``line``, ``category`` and ``purse`` → rows. ``budget`` and ``spent`` are line → purse → won."""

    def added(what: Mapping[int, Mapping[str, int]], of: Any, purses: Any) -> int:
        return sum(what[line.pk].get(purse, 0) for line in of for purse in purses if line.pk in what)

    def burn(label: Any, query: str, of: Any = lines, purses: Any = tuple(Purse.values)) -> Burn:
        return row(label, query, added(budget, of, purses), added(spent, of, purses), passed, rules)

    categories = [c for c in Category if any(line.category == c for line in lines)]
    found = {
        "all": [burn("", "account=cost")],
        "category": [
            burn(c.label, f"account=cost&category={c.value}", [n for n in lines if n.category == c]) for c in categories
        ],
        "purse": [burn(p.label, f"account=cost&purse={p.value}", lines, (p.value,)) for p in Purse],
        "line": [burn(line.item, f"account=cost&line={line.pk}", [line]) for line in lines],
    }
    found["purse"] = [b for b in found["purse"] if b.planned_krw or b.spent_krw]
    return found


WIDTH, LEFT, RIGHT, ROW, TOP = 460, 92, 52, 34, 34


@dataclass(frozen=True)
class Bar:
    """One bar of the picture, in its units."""

    label: str
    y: int
    width: float
    share: Fraction | None
    pace: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    left: int
    full: int  # the length of 100 %
    now: float  # where the time stands
    bars: list[Bar]


def picture(rows: Sequence[Burn]) -> Picture:
    """Bars of what is spent, and a line where the time stands. What exceeds the whole ends at the edge."""
    full = WIDTH - LEFT - RIGHT
    bars = []
    for number, burn in enumerate(rows):
        label = str(burn.label)
        length = min(max(burn.share or Fraction(0), Fraction(0)), Fraction(100)) * full / 100
        bars.append(Bar(label, TOP + number * ROW, round(float(length), 1), burn.share, burn.pace))
    passed = rows[0].elapsed if rows else Fraction(0)
    return Picture(WIDTH, TOP + ROW * len(rows) + 4, LEFT, full, round(LEFT + float(passed) * full / 100, 1), bars)
