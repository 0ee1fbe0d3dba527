"""One person's pay of one month, from the contract, the days of work, the holidays and the rates of the day.

Written rules:
- A week is the seven days that end with the contract's weekly holiday. Its weekly holiday pay belongs to the month
  in which the weekly holiday falls, at the wage of that day; overtime belongs to the day on which it was worked.
- Weekly holiday pay is owed for a week if the contract has at least the border of hours (mean of four weeks), the
  person was employed on all seven days, worked or was on leave on every contracted day that was no paid holiday, and
  worked on at least one day. Its hours are a fifth of the contracted ones, at most a full day.
- A public holiday on a contracted day is paid with the contracted hours of that day.
- Hours below the border of weekly holiday pay bring no paid holidays at all (Labor Standards Act art. 18 para. 3).
- Overtime is what goes over eight hours a day or forty a week; of a part-time contract what goes over the hours
  contracted for that day. Work on a paid holiday has the premium of holidays instead, and that of nights besides.
- The wage of a day is the agreed one, but never less than the minimum wage of that day, nor the living wage where
  the round asks for it (Minimum Wage Act art. 6 para. 3).
- Each line is reckoned exactly over the month and rounded up to the won once.
- Income tax is not reckoned here: the tax office's table is applied by the payroll office.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from sanghyeop.engines.payroll.insurance import shares
from sanghyeop.engines.payroll.lines import PAY, Line, Note, Pay, each_once, rounded_up
from sanghyeop.engines.payroll.rates import (
    DAY_HOURS,
    FREE_MEAL,
    HOLIDAY_HOURS,
    HOLIDAY_LONG,
    HOLIDAY_WORK,
    LIVING_WAGE,
    MINIMUM_WAGE,
    NIGHT,
    OVERTIME,
    WEEK_HOURS,
    Rate,
    Table,
)
from sanghyeop.engines.payroll.terms import DAY, Day, Terms

#: Order of the lines on a payslip.
ORDER = (
    "base", "weekly_holiday", "public_holiday", "leave", "overtime", "overtime_short", "night", "holiday_work",
    "holiday_work_long", "meal",
)  # fmt: skip


@dataclass
class Bucket:
    """Minutes of one rule at one wage."""

    minutes: Fraction = Fraction(0)
    count: int = 0
    rates: list[Rate] = field(default_factory=list)


def month_pay(
    terms: Terms, year: int, month: int, days: Iterable[Day], holidays: Iterable[datetime.date], table: Table
) -> Pay:
    """What is owed for a month. ``days`` reach back to the start of the week in which the month begins; days of other
    months are read for the weeks only. ``holidays`` are the paid public ones.

    Raises ``NoRate`` for a rule without a value, ``ValueError`` for a day that stands twice or outside the contract.
    """
    by_day: dict[datetime.date, Day] = {}
    for day in days:
        if day.on in by_day:
            raise ValueError(f"{day.on} stands twice")
        if (day.worked or day.leave) and not terms.holds(day.on):
            raise ValueError(f"{day.on} is outside the contract")
        by_day[day.on] = day
    counting = Month(terms, year, month, by_day, frozenset(holidays), table)
    counting.add_days()
    counting.add_weekly_holidays()
    lines = counting.lines()
    base = counting.insured(lines)
    insured, notes = shares(base, terms, counting.first, table) if lines else ([], [])
    return Pay((*lines, *insured), (*counting.notes, *notes))


class Month:
    """The counting of one month: minutes by rule and wage, and the notes that go with them."""

    def __init__(
        self,
        terms: Terms,
        year: int,
        month: int,
        days: dict[datetime.date, Day],
        holidays: frozenset[datetime.date],
        table: Table,
    ):
        self.terms, self.days, self.holidays, self.table = terms, days, holidays, table
        self.first = datetime.date(year, month, 1)
        self.last = datetime.date(year, month, calendar.monthrange(year, month)[1])
        self.buckets: dict[tuple[str, int, Rate | None], Bucket] = {}
        self.notes: list[Note] = []
        self.raised: set[str] = set()
        self.meals = 0

    def has_holidays(self, day: datetime.date) -> bool:
        """Whether the contract's hours bring paid holidays."""
        return self.terms.week_hours >= Fraction(self.table.on(HOLIDAY_HOURS, day).value)

    def is_paid_holiday(self, day: datetime.date) -> bool:
        return day in self.holidays and self.terms.five_or_more and self.has_holidays(day)

    def wage(self, day: datetime.date) -> tuple[int, list[Rate]]:
        """Won an hour on a day, and the floor that lifted it or that it was held against."""
        agreed = self.terms.wage(day)
        floors = [("minimum_wage", self.table.on(MINIMUM_WAGE, day))]
        if self.terms.living_wage:
            floors.append(("living_wage", self.table.on(LIVING_WAGE, day)))
        name, floor = max(floors, key=lambda pair: pair[1].value)
        if agreed < floor.value:
            if name not in self.raised:
                self.raised.add(name)
                facts = (("agreed", agreed), ("floor", int(floor.value)), ("from", day.isoformat()))
                self.notes.append(Note(f"raised_to_{name}", facts))
            return rounded_up(Fraction(floor.value)), [floor]
        return agreed, [floor]

    def add(self, rule: str, day: datetime.date, minutes: int, ratio: Rate | None = None, count: int = 0) -> None:
        if minutes <= 0:
            return
        wage, rates = self.wage(day)
        bucket = self.buckets.setdefault((rule, wage, ratio), Bucket())
        bucket.minutes += minutes
        bucket.count += count
        bucket.rates += rates

    def add_days(self) -> None:
        """What was worked, holidays that fell on contracted days, leave and premiums, day by day."""
        for begin in self.week_starts():
            counted = 0  # minutes of the week that were no overtime
            for day in (begin + number * DAY for number in range(7)):
                found = self.days.get(day, Day(day))
                mine = self.first <= day <= self.last and self.terms.holds(day)
                off = self.is_paid_holiday(day) or (
                    day.weekday() == self.terms.weekly_holiday and self.has_holidays(day)
                )
                regular = found.worked if off else min(found.worked, self.day_limit(day), self.week_limit(day, counted))
                counted += 0 if off else regular
                if mine:
                    self.add_day(day, found, off, found.worked - regular)

    def week_starts(self) -> Iterable[datetime.date]:
        """The first days of the weeks that touch the month."""
        day = self.first - ((self.first.weekday() - self.terms.weekly_holiday - 1) % 7) * DAY
        while day <= self.last:
            yield day
            day += 7 * DAY

    @property
    def part_time(self) -> bool:
        return self.terms.week_hours < Fraction(self.table.on(WEEK_HOURS, self.first).value)

    def day_limit(self, day: datetime.date) -> int:
        limit = int(self.table.on(DAY_HOURS, day).value * 60)
        return min(limit, self.terms.planned(day)) if self.part_time else limit

    def week_limit(self, day: datetime.date, counted: int) -> int:
        return max(0, int(self.table.on(WEEK_HOURS, day).value * 60) - counted)

    def add_day(self, day: datetime.date, found: Day, off: bool, overtime: int) -> None:
        self.add("base", day, found.worked, count=1)
        self.add("leave", day, found.leave, count=1)
        if self.is_paid_holiday(day):
            self.add("public_holiday", day, self.terms.planned(day), count=1)
        if found.worked:
            self.meals += 1
        if not self.terms.five_or_more:
            return
        if found.night:
            self.add("night", day, found.night, self.table.on(NIGHT, day))
        if off and found.worked:
            limit = int(self.table.on(DAY_HOURS, day).value * 60)
            self.add("holiday_work", day, min(found.worked, limit), self.table.on(HOLIDAY_WORK, day))
            self.add("holiday_work_long", day, found.worked - limit, self.table.on(HOLIDAY_LONG, day))
        elif overtime:
            rule = "overtime_short" if self.part_time else "overtime"
            self.add(rule, day, overtime, self.table.on(OVERTIME, day))

    def add_weekly_holidays(self) -> None:
        """Weekly holiday pay of every week whose weekly holiday falls in the month."""
        for begin in self.week_starts():
            end = begin + 6 * DAY
            if end > self.last or end < self.first or end < self.terms.since or begin > self.terms.end:
                continue
            reason = self.why_no_weekly_holiday(begin, end)
            if reason:
                facts = (("from", begin.isoformat()), ("to", end.isoformat()))
                self.notes.append(Note(reason, facts))
                continue
            full = Fraction(self.table.on(DAY_HOURS, end).value)
            week = Fraction(self.table.on(WEEK_HOURS, end).value)
            minutes = min(full * 60, self.terms.week_minutes * full / week)
            wage, rates = self.wage(end)
            bucket = self.buckets.setdefault(("weekly_holiday", wage, None), Bucket())
            bucket.minutes += minutes
            bucket.count += 1
            bucket.rates += [*rates, self.table.on(HOLIDAY_HOURS, end)]

    def why_no_weekly_holiday(self, begin: datetime.date, end: datetime.date) -> str:
        if not self.has_holidays(end):
            return "week_too_short"
        if begin < self.terms.since or end > self.terms.end:
            return "week_not_whole"
        contracted = [
            day
            for day in (begin + number * DAY for number in range(7))
            if self.terms.planned(day) and not self.is_paid_holiday(day)
        ]
        found = [self.days.get(day, Day(day)) for day in contracted]
        if not all(day.worked or day.leave for day in found):
            return "week_with_absence"
        worked = any(self.days.get(begin + number * DAY, Day(begin)).worked for number in range(7))
        return "" if worked else "week_without_work"

    def lines(self) -> list[Line]:
        found = []
        for (rule, wage, ratio), bucket in self.buckets.items():
            amount = bucket.minutes * wage / 60 * (Fraction(ratio.value) if ratio else 1)
            found.append(
                Line(
                    rule, PAY, rounded_up(amount), wage, rounded_up(bucket.minutes), ratio,
                    bucket.count or None, each_once(bucket.rates),
                )
            )  # fmt: skip
        if self.meals and self.terms.meal_a_day_krw:
            a_day = self.terms.meal_a_day_krw
            found.append(Line("meal", PAY, self.meals * a_day, a_day, count=self.meals))
        return sorted(found, key=lambda line: ORDER.index(line.rule))

    def insured(self, lines: list[Line]) -> int:
        """What premiums are taken of: pay less the free part of meal money."""
        meal = sum(line.amount for line in lines if line.rule == "meal")
        free = int(self.table.on(FREE_MEAL, self.first).value) if meal else 0
        return sum(line.amount for line in lines) - min(meal, free)
