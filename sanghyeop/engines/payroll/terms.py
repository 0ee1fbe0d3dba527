"""What goes in: the terms of a contract and the days of work."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sanghyeop.engines.payroll.rates import REST_LONG, REST_SHORT, Table

DAY = datetime.timedelta(days=1)
MINUTES_A_DAY = 24 * 60
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60  # minutes of the day (Labor Standards Act, art. 56 para. 3)
SUNDAY = 6


@dataclass(frozen=True)
class Terms:
    """A contract as far as pay is concerned.

    ``wages``: (first day, won an hour), in order, the first from ``start`` on. ``pattern``: contracted minutes from
    Monday to Sunday, the same every week, so that the mean of four weeks is that of one. ``weekly_holiday``: weekday of
    the weekly holiday (0 Monday), the last day of the contract's week. ``hired_on``: since when the person has worked
    for this employer without a break, if before ``start``. ``five_or_more``: whether the workplace has at least five
    workers, without which premiums and paid public holidays are not owed (art. 11 and decree, table 1).
    ``living_wage``: whether the round asks for the city's living wage. ``meal_a_day_krw``: paid for each day attended.
    """

    start: datetime.date
    end: datetime.date
    birth: datetime.date
    wages: tuple[tuple[datetime.date, int], ...]
    pattern: tuple[int, ...]
    weekly_holiday: int = SUNDAY
    hired_on: datetime.date | None = None
    five_or_more: bool = True
    living_wage: bool = False
    meal_a_day_krw: int = 0

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a contract ends after its start")
        if len(self.pattern) != 7 or not all(0 <= minutes <= MINUTES_A_DAY for minutes in self.pattern):
            raise ValueError("the pattern has seven days of 0 to 1440 minutes")
        if not self.wages or self.wages[0][0] > self.start or any(wage < 0 for _day, wage in self.wages):
            raise ValueError("a wage, not negative, is agreed from the first day on")
        if list(self.wages) != sorted(self.wages) or len({day for day, _wage in self.wages}) < len(self.wages):
            raise ValueError("wages stand in the order of their days")
        if not 0 <= self.weekly_holiday <= 6 or self.meal_a_day_krw < 0:
            raise ValueError("weekday 0 to 6; meal money is not negative")
        if self.since > self.start:
            raise ValueError("hired at the latest on the first day of the contract")

    @property
    def since(self) -> datetime.date:
        return self.hired_on or self.start

    @property
    def week_minutes(self) -> int:
        return sum(self.pattern)

    @property
    def week_hours(self) -> Fraction:
        return Fraction(self.week_minutes, 60)

    def holds(self, day: datetime.date) -> bool:
        return self.start <= day <= self.end

    def planned(self, day: datetime.date) -> int:
        """Contracted minutes of a day."""
        return self.pattern[day.weekday()] if self.holds(day) else 0

    def wage(self, day: datetime.date) -> int:
        """The agreed won an hour on a day of the contract."""
        return [wage for since, wage in self.wages if since <= day][-1]


@dataclass(frozen=True)
class Day:
    """One day of attendance, in minutes: ``worked`` without rests, ``night`` of them between 22 and 6 o'clock,
    ``leave`` paid. A contracted day without work or leave, that is no paid holiday, is an absence."""

    on: datetime.date
    worked: int = 0
    night: int = 0
    leave: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.night <= self.worked <= MINUTES_A_DAY and 0 <= self.leave <= MINUTES_A_DAY):
            raise ValueError(f"no such minutes on {self.on}")


def age_on(birth: datetime.date, day: datetime.date) -> int:
    """Full years on a day; someone born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or the month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    for back in range(4):
        try:
            return datetime.date(day.year + year, month + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def rest_minutes(span: int, table: Table, on: datetime.date) -> int:
    """The rest that the law asks for in so many minutes between coming and going: 30 minutes in four hours of work, an
    hour in eight (Labor Standards Act, art. 54). Who stays longer has worked no less: the minutes after four (eight)
    hours of work are rest until there is enough of it."""
    short, long = int(table.on(REST_SHORT, on).value), int(table.on(REST_LONG, on).value)
    first = min(short, max(0, span - 4 * 60))
    return first + min(long - short, max(0, span - short - 8 * 60))


def shift(begin: datetime.datetime, end: datetime.datetime, rest: int = 0) -> tuple[int, int]:
    """(worked, night) minutes from coming to going, both in the place's own time, less ``rest`` minutes, which are
    taken from the day's hours first. A shift through midnight belongs to the day that it began on.

    Seconds are left off at both ends. Raises ``ValueError`` for a shift that ends before it begins or lasts more than
    a day.
    """
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    span = int((end - begin).total_seconds()) // 60
    if not 0 <= span <= MINUTES_A_DAY or rest < 0:
        raise ValueError("a shift lasts from none to 24 hours")
    first = begin.hour * 60 + begin.minute
    night = sum(
        max(0, min(first + span, day * MINUTES_A_DAY + to) - max(first, day * MINUTES_A_DAY + since))
        for day in (0, 1)
        for since, to in ((0, NIGHT_TO), (NIGHT_FROM, MINUTES_A_DAY))
    )
    worked = max(0, span - rest)
    return worked, min(night, worked)


def canonical(
    terms: Terms, year: int, month: int, days: Iterable[Day], holidays: Iterable[datetime.date], table: Table
) -> str:
    """Everything that a month's pay rests on, always written the same way: what a stored month is hashed from."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.date) else str(value)

    facts = {
        "terms": {name: getattr(terms, name) for name in terms.__dataclass_fields__},
        "month": [year, month],
        "days": [[day.on, day.worked, day.night, day.leave] for day in sorted(days, key=lambda day: day.on)],
        "holidays": sorted(set(holidays)),
        "rates": sorted([rate.as_json() for rate in table], key=lambda row: json.dumps(row, sort_keys=True)),
    }
    return json.dumps(facts, default=plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
