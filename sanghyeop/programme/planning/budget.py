"""Sums over the positions and the budget of a plan. Pure: rows in, won out, nothing rounded twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sanghyeop.ground.ledger.accounts import Category, Purse

#: Weeks of an average month (365 days / 7 / 12): a calendar fact, not a rule.
WEEKS_A_MONTH = Fraction(365, 84)


@dataclass(frozen=True)
class Post:
    """A row of the table of positions. Hours a week, wage in won an hour."""

    year: int
    title: str
    number: int
    months: int
    hours_a_week: Decimal
    wage_an_hour_krw: int

    @property
    def hours_a_month(self) -> Fraction:
        return Fraction(self.hours_a_week) * WEEKS_A_MONTH

    @property
    def month_krw(self) -> int:
        """Pay of one person a month for the hours worked, rounded to the won."""
        return round_half_up(self.hours_a_month * self.wage_an_hour_krw)

    @property
    def year_krw(self) -> int:
        """Pay of all persons of this row in the year of support."""
        return self.month_krw * self.months * self.number

    @property
    def holiday_month_krw(self) -> int:
        """One person's weekly-holiday pay a month, a fifth of the hours worked and at most eight hours a week."""
        hours = min(Fraction(self.hours_a_week) / 5, Fraction(8))
        return round_half_up(hours * WEEKS_A_MONTH * self.wage_an_hour_krw)


@dataclass(frozen=True)
class Line:
    """A line of the budget."""

    year: int
    category: str
    purse: str
    amount_krw: int


def round_half_up(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def posts_of(rows: Iterable[Any]) -> list[Post]:
    """Posts from rows of the table or from a receipt's content."""
    return [
        Post(
            year=int(take(row, "year")),
            title=take(row, "title"),
            number=int(take(row, "number")),
            months=int(take(row, "months")),
            hours_a_week=Decimal(str(take(row, "hours_a_week"))),
            wage_an_hour_krw=int(take(row, "wage_an_hour_krw")),
        )
        for row in rows
    ]


def lines_of(rows: Iterable[Any]) -> list[Line]:
    """Lines from rows of the table or from a receipt's content."""
    return [
        Line(int(take(row, "year")), take(row, "category"), take(row, "purse"), int(take(row, "amount_krw")))
        for row in rows
    ]


def take(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def total(lines: Iterable[Line], **only: Any) -> int:
    """Sum of the lines whose ``year``, ``category`` or ``purse`` are those asked for."""
    return sum(line.amount_krw for line in lines if all(getattr(line, name) == want for name, want in only.items()))


def share(part: int, whole: int) -> Decimal | None:
    """Per cent, exact to a hundredth for showing (rules compare without it); None of nothing."""
    return None if whole == 0 else (Decimal(part) * 100 / whole).quantize(Decimal("0.01"))


def table(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Totals by category × source for each year that has lines.

    Each: ``year``, ``rows`` of {``label``, ``amounts`` (city, district, own), ``total``, ``share``}, ``sums`` (the
    same for the whole year) and ``total``.
    """
    tables = []
    for year in sorted({line.year for line in lines}):
        whole = total(lines, year=year)
        rows = [
            {
                "label": category.label,
                "amounts": [total(lines, year=year, category=category.value, purse=purse.value) for purse in Purse],
                "total": (sum_ := total(lines, year=year, category=category.value)),
                "share": share(sum_, whole),
            }
            for category in Category
        ]
        sums = [total(lines, year=year, purse=purse.value) for purse in Purse]
        tables.append(
            {"year": year, "rows": rows, "sums": sums, "shares": [share(s, whole) for s in sums], "total": whole}
        )
    return tables
