"""What comes out: a month's pay as lines, each with its rule, so that a payslip explains itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sanghyeop.engines.payroll.rates import Rate

PAY, EMPLOYEE, EMPLOYER = "pay", "employee", "employer"

#: Rule → where it stands. Articles are pointers for the reader; amounts and borders come from the rates alone.
LAWS = {
    "base": "근로기준법 제43조",  # as data
    "weekly_holiday": "근로기준법 제55조 제1항, 시행령 제30조 제1항·별표 2",  # as data
    "public_holiday": "근로기준법 제55조 제2항, 시행령 제30조 제2항",  # as data
    "leave": "근로기준법 제60조",  # as data
    "overtime": "근로기준법 제56조 제1항",  # as data
    "overtime_short": "기간제 및 단시간근로자 보호 등에 관한 법률 제6조 제3항",  # as data
    "night": "근로기준법 제56조 제3항",  # as data
    "holiday_work": "근로기준법 제56조 제2항 제1호",  # as data
    "holiday_work_long": "근로기준법 제56조 제2항 제2호",  # as data
    "meal": "",
    "minimum_wage": "최저임금법 제6조",  # as data
    "living_wage": "서울특별시 생활임금 조례",  # as data
    "pension": "국민연금법 제88조, 시행령 제2조·제5조",  # as data
    "health": "국민건강보험법 제69조·제107조, 시행령 제9조",  # as data
    "care": "노인장기요양보험법 제9조",  # as data
    "employment": "고용보험법 제10조, 시행령 제3조·제12조",  # as data
    "employment_stability": "고용보험 및 산업재해보상보험의 보험료징수 등에 관한 법률 제13조",  # as data
    "accident": "고용보험 및 산업재해보상보험의 보험료징수 등에 관한 법률 제13조",  # as data
}


@dataclass(frozen=True)
class Line:
    """One amount: ``minutes`` at ``unit_krw`` an hour, or a share of ``unit_krw``; times ``ratio`` if there is one.

    ``count`` is of weeks or days, where the rule counts them. ``rates`` are the rows that were used.
    """

    rule: str
    side: str
    amount: int
    unit_krw: int
    minutes: int | None = None
    ratio: Rate | None = None
    count: int | None = None
    rates: tuple[Rate, ...] = ()

    @property
    def law(self) -> str:
        return LAWS[self.rule]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "side": self.side,
            "amount": self.amount,
            "unit_krw": self.unit_krw,
            "minutes": self.minutes,
            "count": self.count,
            "ratio": self.ratio.as_json() if self.ratio else None,
            "rates": [rate.as_json() for rate in self.rates],
            "law": self.law,
        }


@dataclass(frozen=True)
class Note:
    """Why something was or was not paid: a code and its facts (days as ISO text, numbers)."""

    code: str
    facts: tuple[tuple[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, **dict(self.facts)}


@dataclass(frozen=True)
class Pay:
    """A month's pay. No total is stored: each is the sum of its lines."""

    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()

    def sum_of(self, side: str) -> int:
        return sum(line.amount for line in self.lines if line.side == side)

    @property
    def gross(self) -> int:
        return self.sum_of(PAY)

    @property
    def deductions(self) -> int:
        return self.sum_of(EMPLOYEE)

    @property
    def net(self) -> int:
        return self.gross - self.deductions

    @property
    def employer_cost(self) -> int:
        """Pay and the employer's shares: what the project spends on this person."""
        return self.gross + self.sum_of(EMPLOYER)

    def as_json(self) -> dict[str, Any]:
        return {"lines": [line.as_json() for line in self.lines], "notes": [note.as_json() for note in self.notes]}


def rounded_up(amount: Fraction) -> int:
    """Wages are owed in full: a part of a won becomes a won."""
    return -(-amount.numerator // amount.denominator)


def cut(amount: Fraction, unit: int) -> int:
    """Premiums are cut down to a whole multiple of ``unit`` won."""
    return int(amount // unit) * unit


def each_once(rates: Iterable[Rate]) -> tuple[Rate, ...]:
    return tuple(dict.fromkeys(rates))
