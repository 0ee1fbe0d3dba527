"""Contracts and months for the tests of pay, with the rates that the demo ships."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sanghyeop.demo.seoul import read
from sanghyeop.engines.payroll import Day, Rate, Table, Terms

D = datetime.date
DAY = datetime.timedelta(days=1)
#: The public holidays of the months that the tests speak of.
HOLIDAYS = [
    D(2025, 12, 25),
    D(2026, 1, 1),
    D(2026, 6, 3),
    D(2026, 6, 6),
    D(2026, 8, 17),
    D(2026, 9, 24),
    D(2026, 9, 25),
]


@cache
def rates() -> Table:
    facts = read.rates()
    return Table(
        Rate(row["key"], Decimal(str(row["value"])), row["unit"], row["valid_from"], row["valid_to"], row["source"])
        for row in facts["rates"]
    )


def terms(hours: float = 3, wage: int = 10_320, days: int = 5, **more: Any) -> Terms:
    """A contract of so many hours on so many days a week from Monday on, March to December 2026."""
    start = more.pop("start", D(2026, 3, 2))
    facts = {
        "start": start,
        "end": D(2026, 12, 31),
        "birth": D(1985, 5, 5),
        "wages": ((start, wage),),
        "pattern": tuple(int(hours * 60) if day < days else 0 for day in range(7)),
    }
    return Terms(**(facts | more))


def worked(contract: Terms, since: datetime.date, until: datetime.date, **minutes: Any) -> list[Day]:
    """Every contracted day as contracted, but for public holidays and ``minutes`` by day (``d0602``: 0 is absent)."""
    found = []
    day = since
    while day <= until:
        planned = 0 if day in HOLIDAYS and contract.week_hours >= 15 else contract.planned(day)
        done = minutes.get(f"d{day:%m%d}", planned)
        if isinstance(done, Day):
            found.append(done)
        elif done:
            found.append(Day(day, done))
        day += DAY
    return found
