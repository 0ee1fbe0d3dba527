"""The four social insurances of one person in one month.

Written rules:
- The base is what was paid for the month (less meal money up to its free part); the yearly settlement of the
  insurers stays outside. The pension's base keeps to its lowest and highest, cut to whole thousands.
- The rate is that of the month's first day.
- Pension and health are owed for a month on whose first day the person was employed here: who joins later is
  insured from the next month on, who leaves in a month is insured to its end (National Pension Act art. 11, 12;
  National Health Insurance Act art. 69 para. 2).
- Hours are the contracted ones: those of an average month, 365/84 weeks.
- Each share is cut down to ten won (National Health Insurance Act art. 107), the employer's like the worker's.
- The person pays into the pension for the last time for the month of the 60th birthday.
- Not covered: incomes from which short-hour workers are insured all the same, employment insurance by choice, the
  lowest and highest health premium.
"""

from __future__ import annotations

import datetime
from fractions import Fraction

from sanghyeop.engines.payroll.lines import EMPLOYEE, EMPLOYER, Line, Note, cut
from sanghyeop.engines.payroll.rates import (
    ACCIDENT,
    CARE,
    HEALTH,
    HOLIDAY_HOURS,
    INSURED_HOURS,
    JOBLESS,
    PENSION,
    PENSION_UNIT,
    TRUNCATED,
    Rate,
    Table,
)
from sanghyeop.engines.payroll.terms import DAY, Terms, age_on, months_after

#: Weeks of an average month (365 days / 7 / 12): a calendar fact, not a rule.
WEEKS_A_MONTH = Fraction(365, 84)


def shares(base: int, terms: Terms, first: datetime.date, table: Table) -> tuple[list[Line], list[Note]]:
    """The shares of worker and employer on ``base`` won of the month that begins on ``first``.

    A contract with one of the two borders of hours passed, or which lasts long enough, is insured; what is not gets
    a note with the reason. Raises ``NoRate``.
    """
    if base <= 0:
        return [], [Note("nothing_to_insure")]
    notes: list[Note] = []
    unit = int(table.on(TRUNCATED, first).value)
    border = table.on(INSURED_HOURS, first)
    month_hours = terms.week_hours * WEEKS_A_MONTH
    enough = month_hours >= Fraction(border.value)
    lines: list[Line] = []
    if not enough:
        notes.append(Note("hours_too_few", (("hours", f"{float(month_hours):.1f}"), ("border", str(border.value)))))
    elif terms.since > first:
        notes.append(Note("joined_after_first", (("since", terms.since.isoformat()),)))
    else:
        lines += pension(base, terms, first, table, unit, border, notes)
        lines += health(base, first, table, unit, border)
    lines += employment(base, terms, first, table, unit, enough, notes)
    lines.append(share("accident", EMPLOYER, base, table.on(ACCIDENT, first), unit))
    return lines, notes


def share(rule: str, side: str, base: int, rate: Rate, unit: int, *more: Rate) -> Line:
    return Line(rule, side, cut(base * Fraction(rate.value), unit), base, ratio=rate, rates=more)


def pension(
    base: int, terms: Terms, first: datetime.date, table: Table, unit: int, border: Rate, notes: list[Note]
) -> list[Line]:
    since, until = table.on(f"{PENSION}.age_from", first), table.on(f"{PENSION}.age_to", first)
    age = age_on(terms.birth, first - DAY)
    if not since.value <= age < until.value:
        notes.append(Note("pension_age", (("age", age), ("from", str(since.value)), ("to", str(until.value)))))
        return []
    lowest, highest = table.on(f"{PENSION}.base_min", first), table.on(f"{PENSION}.base_max", first)
    kept = max(int(lowest.value), min(int(highest.value), base))
    kept = cut(Fraction(kept), int(table.on(PENSION_UNIT, first).value))
    return [
        share("pension", side, kept, table.on(f"{PENSION}.{side}", first), unit, border, until)
        for side in (EMPLOYEE, EMPLOYER)
    ]


def health(base: int, first: datetime.date, table: Table, unit: int, border: Rate) -> list[Line]:
    """Health insurance, and long-term care as a part of its premium."""
    lines = []
    for side in (EMPLOYEE, EMPLOYER):
        premium = share("health", side, base, table.on(f"{HEALTH}.{side}", first), unit, border)
        lines += [premium, share("care", side, premium.amount, table.on(CARE, first), unit)]
    return lines


def employment(
    base: int, terms: Terms, first: datetime.date, table: Table, unit: int, enough: bool, notes: list[Note]
) -> list[Line]:
    """Employment insurance: short hours are insured from three months of contract on; who is hired at 65 or later has
    no part for jobless benefits, only the employer's for keeping jobs."""
    short, weekly = table.on(f"{JOBLESS}.short_months", first), table.on(HOLIDAY_HOURS, first)
    long_enough = months_after(terms.since, int(short.value)) <= terms.end + DAY
    if not ((enough and terms.week_hours >= Fraction(weekly.value)) or long_enough):
        notes.append(Note("employment_short", (("months", str(short.value)),)))
        return []
    until = table.on(f"{JOBLESS}.age_to", first)
    lines = [share("employment_stability", EMPLOYER, base, table.on(f"{JOBLESS}.stability", first), unit)]
    age = age_on(terms.birth, terms.since)
    if age >= until.value:
        notes.append(Note("employment_age", (("age", age), ("to", str(until.value)))))
        return lines
    return [
        share("employment", side, base, table.on(f"{JOBLESS}.{side}", first), unit, until)
        for side in (EMPLOYEE, EMPLOYER)
    ] + lines
