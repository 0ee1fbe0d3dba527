"""The planner of hours: what an average month of a planned contract costs, and what changes at the borders.

An average month has 365/84 weeks without absence or holiday. The borders are the rates' own: hours a week from which
holidays are paid, hours a month from which pension and health insurance come, and the age from which somebody who is
hired has no jobless insurance.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sanghyeop.engines.payroll.insurance import WEEKS_A_MONTH, shares
from sanghyeop.engines.payroll.lines import EMPLOYEE, EMPLOYER, PAY, Line, Note, Pay, rounded_up
from sanghyeop.engines.payroll.rates import (
    DAY_HOURS,
    HOLIDAY_HOURS,
    INSURED_HOURS,
    JOBLESS,
    LIVING_WAGE,
    MINIMUM_WAGE,
    WEEK_HOURS,
    Table,
)
from sanghyeop.engines.payroll.terms import DAY, Terms, age_on, months_after

STEP = Fraction(1, 2)  # h/week between the two sides of a border


@dataclass(frozen=True)
class Outlook:
    """An average month of so many hours a week."""

    hours_a_week: Fraction
    pay: Pay
    side_of: str = ""  # "", or the border that this row stands at: weekly_holiday, insurance_month, employment_age
    above: bool = False

    @property
    def hours_a_month(self) -> Fraction:
        return self.hours_a_week * WEEKS_A_MONTH

    @property
    def weekly_holiday(self) -> int:
        return sum(line.amount for line in self.pay.lines if line.rule == "weekly_holiday")

    def has(self, rule: str, side: str = EMPLOYER) -> bool:
        return any(line.rule == rule and line.side == side for line in self.pay.lines)

    @property
    def pay_hours(self) -> str:
        """Hours a week as people write them."""
        return f"{float(self.hours_a_week):g}"

    @property
    def insured(self) -> bool:
        """Whether pension or health insurance is owed."""
        return self.has("health")

    @property
    def jobless(self) -> bool:
        return self.has("employment")

    @property
    def worker_share(self) -> int:
        return self.pay.sum_of(EMPLOYEE)

    @property
    def employer_share(self) -> int:
        return self.pay.sum_of(EMPLOYER)


def terms_of(
    hours_a_week: Fraction,
    wage: int,
    start: datetime.date,
    months: int,
    birth: datetime.date,
    living_wage: bool = False,
) -> Terms:
    """A contract of so many hours, spread over five days as evenly as whole minutes allow."""
    minutes = round(hours_a_week * 60)
    a_day, rest = divmod(minutes, 5)
    pattern = tuple(a_day + (1 if day < rest else 0) for day in range(5)) + (0, 0)
    end = months_after(start, months) - DAY
    return Terms(start, end, birth, ((start, wage),), pattern, living_wage=living_wage)


def outlook(terms: Terms, table: Table, side_of: str = "", above: bool = False) -> Outlook:
    """An average month at the rates of the contract's first whole month. Raises ``NoRate``."""
    first = terms.start.replace(day=1)
    if terms.start > first:
        first = months_after(first, 1)
    hours = terms.week_hours
    wage = Fraction(terms.wage(terms.start))
    floors = [MINIMUM_WAGE, LIVING_WAGE] if terms.living_wage else [MINIMUM_WAGE]
    floor = max((table.on(key, terms.start) for key in floors), key=lambda rate: rate.value)
    notes = []
    if wage < floor.value:
        notes.append(Note("below_floor", (("agreed", int(wage)), ("floor", int(floor.value)))))
        wage = Fraction(floor.value)
    lines = []
    worked = hours * WEEKS_A_MONTH
    if worked:
        lines.append(Line("base", PAY, rounded_up(worked * wage), int(wage), round(worked * 60), rates=(floor,)))
    border = table.on(HOLIDAY_HOURS, terms.start)
    if hours >= Fraction(border.value):
        day, week = (Fraction(table.on(key, terms.start).value) for key in (DAY_HOURS, WEEK_HOURS))
        rest = min(day, hours * day / week) * WEEKS_A_MONTH
        lines.append(Line("weekly_holiday", PAY, rounded_up(rest * wage), int(wage), round(rest * 60), rates=(border,)))
    insured, more = shares(sum(line.amount for line in lines), terms, first, table)
    return Outlook(hours, Pay((*lines, *insured), (*notes, *more)), side_of, above)


def around(
    hours_a_week: Decimal | Fraction,
    wage: int,
    start: datetime.date,
    months: int,
    birth: datetime.date,
    table: Table,
    living_wage: bool = False,
) -> tuple[Outlook, list[Outlook]]:
    """The planned hours, and the two sides of each border: half an hour a week below it and at it; for the age, the
    same hours for somebody hired on the day before and on the birthday. Raises ``NoRate``."""

    def at(hours: Fraction, born: datetime.date = birth, side_of: str = "", above: bool = False) -> Outlook:
        return outlook(terms_of(hours, wage, start, months, born, living_wage), table, side_of, above)

    planned = Fraction(hours_a_week)
    weekly = Fraction(table.on(HOLIDAY_HOURS, start).value)
    monthly = Fraction(table.on(INSURED_HOURS, start).value) / WEEKS_A_MONTH
    monthly = Fraction(rounded_up(monthly / STEP)) * STEP  # the first half hour that reaches it
    age = int(table.on(f"{JOBLESS}.age_to", start).value)
    of_age = start.replace(year=start.year - age) if (start.month, start.day) != (2, 29) else None
    of_age = of_age or datetime.date(start.year - age, 3, 1)
    rows = []
    for name, border in (("insurance_month", monthly), ("weekly_holiday", weekly)):
        rows += [at(border - STEP, side_of=name), at(border, side_of=name, above=True)]
    rows += [
        at(planned, of_age + DAY, "employment_age"),
        at(planned, of_age, "employment_age", above=True),
    ]
    return at(planned), rows


def turns(birth: datetime.date, start: datetime.date, end: datetime.date, age: int) -> datetime.date | None:
    """The day within a contract on which somebody reaches an age, if there is one."""
    before, after = age_on(birth, start), age_on(birth, end)
    if not before < age <= after:
        return None
    day = months_after(birth, 12 * age)
    return day if age_on(birth, day) >= age else day + DAY
