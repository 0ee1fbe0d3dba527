"""What is to be decided: the proposals, the rules of the round, and the plain check of a portfolio.

Money is integer won. Value is an integer too (`value_of` makes it), so that two portfolios are compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

VALUE_SCALE = 10_000
"""Units of value in one weighted point: value is kept to a ten-thousandth of a point."""

LARGEST_SUM = 2**53
"""Sums above this are no longer exact in the solver's double precision (about 9,007조 won)."""


class PortfolioError(ValueError):
    """The problem cannot be stated: ``code`` says how, ``subject`` about what."""

    def __init__(self, code: str, subject: str = "") -> None:
        super().__init__(f"{code}: {subject}" if subject else code)
        self.code = code
        self.subject = subject


@dataclass(frozen=True)
class Proposal:
    """One project that asks for money. ``force`` is ``"in"``, ``"out"`` or empty; ``group`` empty: in none."""

    id: str
    district: str
    field: str
    value: int
    city_krw: int
    district_krw: int
    group: str = ""
    force: str = ""
    value_sd: float = 0.0


@dataclass(frozen=True)
class Rules:
    """The rules of the round. None, or absent from a mapping: no such rule."""

    city_krw: int | None = None
    district_krw: Mapping[str, int] = field(default_factory=dict)
    projects_max: int | None = None
    per_district_max: int | None = None
    districts_min: int = 0
    field_min: Mapping[str, int] = field(default_factory=dict)
    field_max: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """One rule as data, for callers to put into words.

    ``code``: city_budget, district_budget, projects_max, per_district_max, districts_min, field_min, field_max,
    group, forced_in, forced_out. ``subject``: the district, field, group or proposal it is about. ``limit``: its
    number (won or projects). ``found``: the number that stands against it: what was reached by the portfolio in
    question, or, in a clash, the most that all proposals together could give.
    """

    code: str
    subject: str = ""
    limit: int = 0
    found: int = 0


def value_of(
    score: Decimal | float, jobs: Decimal | float, score_weight: Decimal | float, jobs_weight: Decimal | float
) -> int:
    """score x weight + jobs x weight, in units of 1/``VALUE_SCALE`` point, halves to the even unit."""

    def exact(x: Decimal | float) -> Decimal:
        return x if isinstance(x, Decimal) else Decimal(str(x))

    points = exact(score) * exact(score_weight) + exact(jobs) * exact(jobs_weight)
    return int((points * VALUE_SCALE).quantize(Decimal(1), ROUND_HALF_EVEN))


@dataclass(frozen=True, eq=False)
class Problem:
    """Proposals and rules as arrays of length n. ``group`` is -1 where there is none; ``force`` is 1, -1 or 0."""

    proposals: tuple[Proposal, ...]
    rules: Rules
    districts: tuple[str, ...]
    fields: tuple[str, ...]
    groups: tuple[str, ...]
    value: Ints
    city_krw: Ints
    district_krw: Ints
    district: Ints
    field: Ints
    group: Ints
    force: Ints

    @classmethod
    def of(cls, proposals: Iterable[Proposal], rules: Rules) -> Problem:
        """Raises ``PortfolioError``: duplicate_id, negative_value, negative_amount, negative_rule, unknown_force,
        too_large."""
        rows = tuple(proposals)
        seen: set[str] = set()
        for p in rows:
            if p.id in seen:
                raise PortfolioError("duplicate_id", p.id)
            seen.add(p.id)
            if p.value < 0:
                raise PortfolioError("negative_value", p.id)
            if p.city_krw < 0 or p.district_krw < 0:
                raise PortfolioError("negative_amount", p.id)
            if p.force not in ("", "in", "out"):
                raise PortfolioError("unknown_force", p.id)
        _refuse_negative(rules)
        for what in ("city_krw", "district_krw", "value"):
            if sum(getattr(p, what) for p in rows) > LARGEST_SUM:
                raise PortfolioError("too_large", what)
        districts = _names([*(p.district for p in rows), *rules.district_krw])
        fields = _names([*(p.field for p in rows), *rules.field_min, *rules.field_max])
        groups = _names(p.group for p in rows if p.group)
        at = {"d": _index(districts), "f": _index(fields), "g": _index(groups)}

        def column(values: Iterable[int]) -> Ints:
            return np.fromiter(values, np.int64, len(rows))

        return cls(
            proposals=rows,
            rules=rules,
            districts=districts,
            fields=fields,
            groups=groups,
            value=column(p.value for p in rows),
            city_krw=column(p.city_krw for p in rows),
            district_krw=column(p.district_krw for p in rows),
            district=column(at["d"][p.district] for p in rows),
            field=column(at["f"][p.field] for p in rows),
            group=column(at["g"].get(p.group, -1) for p in rows),
            force=column({"in": 1, "out": -1, "": 0}[p.force] for p in rows),
        )

    def __len__(self) -> int:
        return len(self.proposals)

    def mask(self, ids: Iterable[str]) -> Mask:
        wanted = set(ids)
        return np.array([p.id in wanted for p in self.proposals], bool)

    def ids(self, mask: Mask) -> tuple[str, ...]:
        return tuple(self.proposals[j].id for j in np.flatnonzero(mask))

    def worth(self, mask: Mask) -> int:
        return int(self.value[mask].sum())

    def spent_city(self, mask: Mask) -> int:
        return int(self.city_krw[mask].sum())

    def spent_district(self, mask: Mask) -> dict[str, int]:
        """District money of the portfolio by district, for the districts that have a project in it."""
        sums = sums_by(self.district, self.district_krw, mask, len(self.districts))
        counts = counts_by(self.district, mask, len(self.districts))
        return {name: int(sums[k]) for k, name in enumerate(self.districts) if counts[k]}


def counts_by(which: Ints, mask: Mask, size: int) -> Ints:
    chosen = which[mask]
    return np.bincount(chosen[chosen >= 0], minlength=size).astype(np.int64)


def sums_by(which: Ints, amount: Ints, mask: Mask, size: int) -> Ints:
    # Not bincount with weights, which adds in floating point.
    sums = np.zeros(size, np.int64)
    np.add.at(sums, which[mask], amount[mask])
    return sums


def broken_rules(problem: Problem, mask: Mask) -> list[Rule]:
    """Every rule that the portfolio ``mask`` (n booleans) breaks, by plain integer sums, without any solver."""
    rules, size = problem.rules, len(problem.districts)
    sums = sums_by(problem.district, problem.district_krw, mask, size)
    counts = counts_by(problem.district, mask, size)
    by_field = counts_by(problem.field, mask, len(problem.fields))
    by_group = counts_by(problem.group, mask, len(problem.groups))
    limits = [
        ("city_budget", "", rules.city_krw, problem.spent_city(mask)),
        *(("district_budget", d, rules.district_krw.get(d), sums[k]) for k, d in enumerate(problem.districts)),
        ("projects_max", "", rules.projects_max, mask.sum()),
        *(("per_district_max", d, rules.per_district_max, counts[k]) for k, d in enumerate(problem.districts)),
        *(("field_max", f, rules.field_max.get(f), by_field[k]) for k, f in enumerate(problem.fields)),
        *(("group", g, 1, by_group[k]) for k, g in enumerate(problem.groups)),
    ]
    minima = [
        ("districts_min", "", rules.districts_min, (counts > 0).sum()),
        *(("field_min", f, rules.field_min.get(f, 0), by_field[k]) for k, f in enumerate(problem.fields)),
    ]
    forced_in, forced_out = (problem.force == 1) & ~mask, (problem.force == -1) & mask
    return [
        *(Rule(code, name, most, int(got)) for code, name, most, got in limits if most is not None and got > most),
        *(Rule(code, name, least, int(got)) for code, name, least, got in minima if got < least),
        *(Rule("forced_in", id) for id in problem.ids(forced_in)),
        *(Rule("forced_out", id) for id in problem.ids(forced_out)),
    ]


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _index(names: Sequence[str]) -> dict[str, int]:
    return {name: k for k, name in enumerate(names)}


def _refuse_negative(rules: Rules) -> None:
    for what in ("city_krw", "projects_max", "per_district_max", "districts_min"):
        number = getattr(rules, what)
        if number is not None and number < 0:
            raise PortfolioError("negative_rule", what)
    for what in ("district_krw", "field_min", "field_max"):
        for name, number in getattr(rules, what).items():
            if number < 0:
                raise PortfolioError("negative_rule", f"{what}.{name}")
