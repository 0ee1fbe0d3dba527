"""The panel's arithmetic: from points on score sheets to places, exactly, with every step as data.

All numbers are fractions, so nothing is rounded before it is shown; `rounded` is for display (half up). Points come as
int, Decimal, Fraction or text such as "7.5"; floats are refused, since 0.1 is none of them. Every result carries
`steps`, a list of (label code, numbers), from which a page can show the sum worked out.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

Number = int | Decimal | Fraction | str
Step = tuple[str, tuple[Fraction | int | str, ...]]


@dataclass(frozen=True)
class Criterion:
    """`most`: points it gives at best. `least`: the combined points below which a plan fails, or None."""

    code: str
    most: Number
    least: Number | None = None


@dataclass(frozen=True)
class TieKey:
    """What parts equal totals: `name` is "criterion:<code>", "combined" (without bonus) or a fact of the plan ("jobs",
    "city_krw", ...); the higher value wins unless `higher_wins` is False."""

    name: str
    higher_wins: bool = True


@dataclass(frozen=True)
class PanelRules:
    """A round's panel rules.

    combine: "mean" or "median" of the reviewers' totals. drop_extremes: leave out one highest and one lowest total, if
    at least `drop_keeps` remain. least_total: minimum to pass, on the combined total (`least_counts_bonus`: on the
    total with bonus). bonus_most: cap on the sum of bonus points, None for no cap; deductions (negative points) count
    in full. quorum: fewest complete sheets. ties: in order. compare_places: totals are compared after rounding to this
    many decimals, None compares exactly.
    """

    criteria: tuple[Criterion, ...]
    combine: str = "mean"
    drop_extremes: bool = False
    drop_keeps: int = 1
    least_total: Number | None = None
    least_counts_bonus: bool = False
    bonus_most: Number | None = None
    quorum: int = 1
    ties: tuple[TieKey, ...] = ()
    compare_places: int | None = None

    def __post_init__(self) -> None:
        if self.combine not in ("mean", "median"):
            raise ValueError("combine must be mean or median")
        if self.drop_keeps < 1 or self.quorum < 1:
            raise ValueError("drop_keeps and quorum must be at least 1")
        codes = [c.code for c in self.criteria]
        if not codes or len(set(codes)) < len(codes):
            raise ValueError("criteria need codes of their own, at least one")
        for c in self.criteria:
            if exact(c.most) <= 0 or (c.least is not None and not 0 <= exact(c.least) <= exact(c.most)):
                raise ValueError(f"criterion {c.code}: points must be above 0, and the minimum within them")
        if self.bonus_most is not None and exact(self.bonus_most) < 0:
            raise ValueError("bonus_most must not be negative")
        for key in self.ties:
            if key.name.startswith("criterion:") and key.name[10:] not in codes:
                raise ValueError(f"tie-break by a criterion that does not exist: {key.name}")


@dataclass(frozen=True)
class Combined:
    """`value`: None without totals. `kept`, `dropped`: positions in the totals."""

    value: Fraction | None
    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PanelResult:
    """`outcome`: "passed", "no_quorum", "below_total" or "below_criterion". `totals`: per reviewer. `combined`: by the
    rules; `total`: with bonus. `criteria`: combined points per criterion, over the reviewers that were kept."""

    outcome: str
    totals: tuple[Fraction, ...]
    combined: Fraction | None
    bonus: Fraction
    total: Fraction | None
    criteria: Mapping[str, Fraction]
    failed_criteria: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Placing:
    """`place`: from 1; plans that no rule parts share it. `decided_by`: the name of the tie key that put this plan
    behind the one before it ("" when the totals differ or for the first, "shared" when nothing parts them)."""

    plan: Hashable
    place: int
    total: Fraction
    decided_by: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Sensitivity:
    """With the plain mean of all totals instead: of `plans` placed either way, `moved` change place (a plan that only
    one way passes has moved); of `selected` at the top, `left` would leave and `entered` would enter."""

    plans: int
    moved: tuple[Hashable, ...]
    selected: int
    left: tuple[Hashable, ...]
    entered: tuple[Hashable, ...]
    steps: tuple[Step, ...] = field(default=())


def exact(number: Number) -> Fraction:
    """The number as a fraction. Raises TypeError for floats, ValueError for what is no number."""
    if isinstance(number, bool | float):
        raise TypeError("points must be exact: int, Decimal, Fraction or text")
    try:
        return Fraction(number)
    except (OverflowError, ZeroDivisionError) as error:
        raise ValueError(f"not a number: {number}") from error


def rounded(number: Number, places: int = 2) -> Decimal:
    """For display: to `places` decimals, a half away from zero (0.125 -> 0.13, -0.125 -> -0.13)."""
    value = exact(number)
    units = int(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(units if value >= 0 else -units).scaleb(-places)


def reviewer_total(points: Mapping[str, Number], criteria: Sequence[Criterion]) -> tuple[Fraction, tuple[Step, ...]]:
    """Sum of a complete sheet. Raises ValueError when a criterion is missing, unknown, or out of its points."""
    unknown = sorted(set(points) - {c.code for c in criteria})
    if unknown:
        raise ValueError(f"unknown criterion: {', '.join(unknown)}")
    total, steps = Fraction(0), list[Step]()
    for c in criteria:
        if c.code not in points:
            raise ValueError(f"no points for criterion {c.code}")
        given, most = exact(points[c.code]), exact(c.most)
        if not 0 <= given <= most:
            raise ValueError(f"criterion {c.code}: {given} is not within 0 and {most}")
        total += given
        steps.append(("criterion", (c.code, given, most)))
    steps.append(("sum", (total,)))
    return total, tuple(steps)


def drop_extremes(totals: Sequence[Fraction], keeps: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Leave out one lowest and one highest, if at least `keeps` remain: (kept, dropped) positions. Of equal ones only
    the first goes; when all are equal, the first two go, which changes nothing."""
    if len(totals) - 2 < max(keeps, 1):
        return tuple(range(len(totals))), ()
    low = min(range(len(totals)), key=lambda i: (totals[i], i))
    high = min((i for i in range(len(totals)) if i != low), key=lambda i: (-totals[i], i))
    dropped = tuple(sorted((low, high)))
    return tuple(i for i in range(len(totals)) if i not in dropped), dropped


def combine(totals: Sequence[Number], rules: PanelRules) -> Combined:
    """The reviewers' totals as one figure: steps ("dropped", (lowest, highest)) or ("not_dropped", (count, keeps)),
    then ("mean", (sum, count, value)) or ("median", (middle ones..., value))."""
    given = [exact(t) for t in totals]
    if not given:
        return Combined(None, (), (), ())
    kept: tuple[int, ...] = tuple(range(len(given)))
    dropped: tuple[int, ...] = ()
    steps: list[Step] = []
    if rules.drop_extremes:
        kept, dropped = drop_extremes(given, rules.drop_keeps)
        if dropped:
            low, high = sorted(given[i] for i in dropped)
            steps.append(("dropped", (low, high)))
        else:
            steps.append(("not_dropped", (len(given), rules.drop_keeps)))
    value, step = _middle([given[i] for i in kept], rules.combine)
    return Combined(value, kept, dropped, (*steps, step))


def bonus_points(bonuses: Mapping[str, Number], most: Number | None) -> tuple[Fraction, tuple[Step, ...]]:
    """Bonus points up to the cap, less deductions: steps ("bonus", (code, points)) each, ("bonus_capped", (sum, cap))
    when the cap bites, ("bonus_sum", (result,))."""
    given = {code: exact(points) for code, points in bonuses.items()}
    steps: list[Step] = [("bonus", (code, points)) for code, points in given.items()]
    gained = sum((p for p in given.values() if p > 0), Fraction(0))
    lost = sum((p for p in given.values() if p < 0), Fraction(0))
    if most is not None and gained > exact(most):
        steps.append(("bonus_capped", (gained, exact(most))))
        gained = exact(most)
    if given:
        steps.append(("bonus_sum", (gained + lost,)))
    return gained + lost, tuple(steps)


def judge(
    sheets: Sequence[Mapping[str, Number]], rules: PanelRules, bonuses: Mapping[str, Number] | None = None
) -> PanelResult:
    """One plan by the rules, from its complete sheets and its bonus points."""
    totals = tuple(reviewer_total(sheet, rules.criteria)[0] for sheet in sheets)
    bonus, bonus_steps = bonus_points(bonuses or {}, rules.bonus_most)
    steps: list[Step] = [("reviewer", (i + 1, total)) for i, total in enumerate(totals)]
    if len(totals) < rules.quorum:
        steps.append(("no_quorum", (len(totals), rules.quorum)))
        return PanelResult("no_quorum", totals, None, bonus, None, {}, (), tuple(steps))
    combined = combine(totals, rules)
    assert combined.value is not None
    total = combined.value + bonus
    steps += [*combined.steps, *bonus_steps, ("total", (combined.value, bonus, total))]
    criteria: dict[str, Fraction] = {}
    failed = []
    for c in rules.criteria:
        value, _ = _middle([exact(sheets[i][c.code]) for i in combined.kept], rules.combine)
        criteria[c.code] = value
        if c.least is not None and value < exact(c.least):
            failed.append(c.code)
            steps.append(("below_criterion", (c.code, value, exact(c.least))))
    outcome = "below_criterion" if failed else "passed"
    if rules.least_total is not None:
        measured = total if rules.least_counts_bonus else combined.value
        below = measured < exact(rules.least_total)
        steps.append(("below_total" if below else "reaches_total", (measured, exact(rules.least_total))))
        outcome = "below_total" if below else outcome
    return PanelResult(outcome, totals, combined.value, bonus, total, criteria, tuple(failed), tuple(steps))


def place(
    results: Mapping[Any, PanelResult],
    rules: PanelRules,
    facts: Mapping[Any, Mapping[str, Number]] | None = None,
) -> list[Placing]:
    """The places of the plans that passed, best first. `facts`: per plan what the tie keys ask for beyond its scores.
    Plans that nothing parts keep the order in which they came, and share the place. Raises KeyError for a missing
    fact."""
    passed = [plan for plan, result in results.items() if result.outcome == "passed"]
    keys = {plan: _tie_values(plan, results[plan], rules, facts or {}) for plan in passed}
    order = sorted(passed, key=lambda plan: [-value for value in keys[plan]])
    names = ["total", *[key.name for key in rules.ties]]
    placings: list[Placing] = []
    for position, plan in enumerate(order):
        total = results[plan].total
        assert total is not None
        here = keys[plan]
        if not position:
            placings.append(Placing(plan, 1, total, "", (("total", (here[0],)),)))
            continue
        before = keys[order[position - 1]]
        first = next((i for i, (a, b) in enumerate(zip(before, here, strict=True)) if a != b), None)
        if first is None:
            steps: tuple[Step, ...] = (("shared", (here[0],)),)
            placings.append(Placing(plan, placings[-1].place, total, "shared", steps))
            continue
        sign = 1 if first == 0 or rules.ties[first - 1].higher_wins else -1
        steps = ((names[first] if first else "total", (sign * before[first], sign * here[first])),)
        placings.append(Placing(plan, position + 1, total, names[first] if first else "", steps))
    return placings


def with_plain_mean(
    sheets: Mapping[Any, Sequence[Mapping[str, Number]]],
    rules: PanelRules,
    selected: int,
    bonuses: Mapping[Any, Mapping[str, Number]] | None = None,
    facts: Mapping[Any, Mapping[str, Number]] | None = None,
) -> Sensitivity:
    """What would change if all totals were simply averaged: how much the outcome hangs on the rule. `selected`: how
    many from the top are funded; plans that share the last such place count as selected by the order in which they
    came."""
    plain = replace(rules, combine="mean", drop_extremes=False)
    ways = []
    for way in (rules, plain):
        results = {plan: judge(given, way, (bonuses or {}).get(plan)) for plan, given in sheets.items()}
        ways.append(place(results, way, facts))
    here, there = ({p.plan: p.place for p in way} for way in ways)
    plans = [plan for plan in sheets if plan in here or plan in there]
    moved = tuple(plan for plan in plans if here.get(plan) != there.get(plan))
    top, top_there = ([p.plan for p in way[:selected]] for way in ways)
    left = tuple(plan for plan in top if plan not in top_there)
    entered = tuple(plan for plan in top_there if plan not in top)
    steps: tuple[Step, ...] = (
        ("plain_mean_moved", (len(moved), len(plans))),
        ("plain_mean_selected", (len(entered), min(selected, len(plans)))),
    )
    return Sensitivity(len(plans), moved, selected, left, entered, steps)


def _middle(values: Sequence[Fraction], how: str) -> tuple[Fraction, Step]:
    if how == "median":
        middle = Fraction(median(values))
        ordered, half = sorted(values), (len(values) - 1) // 2
        return middle, ("median", (*ordered[half : len(values) - half], middle))
    total = sum(values, Fraction(0))
    return total / len(values), ("mean", (total, len(values), total / len(values)))


def _tie_values(
    plan: Hashable, result: PanelResult, rules: PanelRules, facts: Mapping[Any, Mapping[str, Number]]
) -> list[Fraction]:
    """What the plan is ordered by, each so that higher is better: the total, then the tie keys."""
    assert result.total is not None and result.combined is not None
    places = rules.compare_places
    values = [_compared(result.total, places)]
    for key in rules.ties:
        if key.name.startswith("criterion:"):
            value = _compared(result.criteria[key.name[10:]], places)
        elif key.name == "combined":
            value = _compared(result.combined, places)
        else:
            value = exact(facts[plan][key.name])
        values.append(value if key.higher_wins else -value)
    return values


def _compared(value: Fraction, places: int | None) -> Fraction:
    return value if places is None else Fraction(rounded(value, places))
