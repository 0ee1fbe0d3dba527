"""Dated rates as the engine is handed them: one value of one rule from one day to another, with where it was read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MINIMUM_WAGE, LIVING_WAGE = "wage.minimum_hour", "wage.living_hour"  # KRW/h
DAY_HOURS, WEEK_HOURS = "hours.day", "hours.week"  # h, from which work is overtime
HOLIDAY_HOURS = "hours.weekly_holiday"  # h/week, from which there are paid holidays
INSURED_HOURS = "hours.insurance_month"  # h/month
REST_SHORT, REST_LONG = "rest.four_hours", "rest.eight_hours"  # minutes of rest in 4 and in 8 hours
OVERTIME, NIGHT = "premium.overtime", "premium.night"  # ratio of the hourly wage
HOLIDAY_WORK, HOLIDAY_LONG = "premium.holiday", "premium.holiday_long"
PENSION = "insurance.pension"  # + .employee, .employer (ratio), .age_from, .age_to (years), .base_min, .base_max (KRW)
HEALTH = "insurance.health"  # + .employee, .employer (ratio)
CARE = "insurance.care_of_health"  # ratio of the health premium
JOBLESS = "insurance.employment"  # + .employee, .employer, .stability (ratio), .age_to (years), .short_months (months)
ACCIDENT = "insurance.accident"  # ratio, the employer's alone
TRUNCATED = "insurance.truncated"  # KRW: premiums are cut to whole multiples
PENSION_UNIT = "insurance.pension.base_unit"  # KRW: the pension's base is cut to whole multiples
FREE_MEAL = "meal.free_month"  # KRW/month of meal money that no premium is taken of
LEAVE_MONTH, LEAVE_YEAR = "leave.first_year_month", "leave.year"  # days of annual leave

#: Every rule that a month's pay may ask for.
KEYS = (
    MINIMUM_WAGE, LIVING_WAGE, DAY_HOURS, WEEK_HOURS, HOLIDAY_HOURS, INSURED_HOURS, REST_SHORT, REST_LONG, OVERTIME,
    NIGHT, HOLIDAY_WORK, HOLIDAY_LONG, f"{PENSION}.employee", f"{PENSION}.employer", f"{PENSION}.age_from",
    f"{PENSION}.age_to", f"{PENSION}.base_min", f"{PENSION}.base_max", PENSION_UNIT, f"{HEALTH}.employee",
    f"{HEALTH}.employer", CARE, f"{JOBLESS}.employee", f"{JOBLESS}.employer", f"{JOBLESS}.stability",
    f"{JOBLESS}.age_to", f"{JOBLESS}.short_months", ACCIDENT, TRUNCATED, FREE_MEAL, LEAVE_MONTH, LEAVE_YEAR,
)  # fmt: skip


class NoRate(LookupError):
    """The table has no value of a rule on a day. ``key``, ``on``."""

    def __init__(self, key: str, on: datetime.date):
        super().__init__(f"{key} on {on}")
        self.key, self.on = key, on


@dataclass(frozen=True)
class Rate:
    """``value`` is exact, ``unit`` says what it counts; ``verified`` is False where nobody has read the source yet."""

    key: str
    value: Decimal
    unit: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    source: str = ""
    verified: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "value": f"{self.value.normalize():f}",
            "unit": self.unit,
            "valid_from": self.valid_from.isoformat(),
            "source": self.source,
            "verified": self.verified,
        }


class Table:
    """The rates of the day. Where two rows of a rule hold on one day, the later row of ``rows`` wins: rows are handed
    in from wide (country) to narrow (city, district)."""

    def __init__(self, rows: Iterable[Rate]):
        self._rows: dict[str, list[Rate]] = {}
        for row in rows:
            self._rows.setdefault(row.key, []).append(row)

    def __iter__(self) -> Iterator[Rate]:
        for rows in self._rows.values():
            yield from rows

    def find(self, key: str, on: datetime.date) -> Rate | None:
        for row in reversed(self._rows.get(key, [])):
            if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to):
                return row
        return None

    def on(self, key: str, day: datetime.date) -> Rate:
        """The value of a rule in force on a day. Raises ``NoRate``."""
        found = self.find(key, day)
        if found is None:
            raise NoRate(key, day)
        return found
