"""Who may take part, and how many points: a round's rules read against what one person declared.

Pure functions: no database, no clock. A rule is a row of ``models.Rule``; what its ``code``, ``value``, ``value_to``
and ``over_years`` mean stands beside its kind below. Each decision carries the rule in words, the fact that it rests
on and the rule's source, so that both can be shown to the person it concerns.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.programme.hiring.models import Group, Rule

K = Rule.Kind

#: Public benefits that a rule may exclude.
BENEFITS = {
    "unemployment": gettext_lazy("실업급여(구직급여)"),
    "livelihood": gettext_lazy("생계급여"),
    "job_support": gettext_lazy("국민취업지원 구직촉진수당"),
}
#: Where somebody has to live.
PLACES = {"district": gettext_lazy("모집하는 자치구"), "city": gettext_lazy("같은 시")}


@dataclass(frozen=True)
class Person:
    """What is known of an applicant. None: not declared.

    ``income`` per cent of the standard median income, ``property`` won, ``earlier`` years of earlier participation
    (declared and counted here), ``lives`` codes of district and city.
    """

    born_on: datetime.date
    district: str
    city: str
    income: int | None = None
    property: int | None = None
    unemployed: bool | None = None
    benefits: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    head: bool = False
    dependants: int = 0
    earlier: frozenset[int] = frozenset()
    other_job: bool | None = None


@dataclass(frozen=True)
class Place:
    """Where and when: codes of the calling district and its city, the day that counts."""

    district: str
    city: str
    on: datetime.date


@dataclass(frozen=True)
class Decision:
    """What one rule says. ``holds`` None: the fact is missing, somebody has to decide."""

    rule: Any
    kind: str
    said: str
    fact: str
    holds: bool | None
    points: Decimal = Decimal(0)
    basis: str = ""


@dataclass(frozen=True)
class Needed:
    """Which facts a set of rules asks for: a form asks nothing else."""

    income: bool = False
    property: bool = False
    unemployed: bool = False
    benefits: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    head: bool = False
    dependants: bool = False
    earlier_years: int = 0
    other_job: bool = False


def age_on(born_on: datetime.date, day: datetime.date) -> int:
    """Full years (만 나이)."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def in_force(rules: Iterable[Any], day: datetime.date) -> list[Any]:
    """The rules that are in force on a day."""
    return [
        rule
        for rule in rules
        if (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)
    ]


def needed(rules: Iterable[Any]) -> Needed:
    """The facts that these rules ask for."""
    rules = list(rules)
    kinds = {rule.kind for rule in rules}
    years = [rule.over_years or 1 for rule in rules if rule.kind in (K.REPEAT_MAX, K.REPEAT_POINTS)]
    return Needed(
        income=bool(kinds & {K.INCOME_MAX, K.INCOME_POINTS}),
        property=K.PROPERTY_MAX in kinds,
        unemployed=K.UNEMPLOYED in kinds,
        benefits=tuple(dict.fromkeys(rule.code for rule in rules if rule.kind == K.EXCLUDED)),
        groups=tuple(dict.fromkeys(rule.code for rule in rules if rule.kind == K.GROUP_POINTS and not _by_age(rule))),
        head=K.HEAD_POINTS in kinds,
        dependants=K.DEPENDANT_POINTS in kinds,
        earlier_years=max(years, default=0),
        other_job=K.SIMULTANEOUS in kinds,
    )


def groups_of(rules: Iterable[Any], person: Person, day: datetime.date) -> set[str]:
    """The preferred groups that a person belongs to: by age where the rule says so, as declared otherwise."""
    return {rule.code for rule in rules if rule.kind == K.GROUP_POINTS and _in_group(rule, person, day)}


def decide(rules: Sequence[Any], person: Person, place: Place) -> list[Decision]:
    """What every rule in force says of this person, eligibility first.

    Of several income bands the best one that fits counts.
    """
    standing = in_force(rules, place.on)
    bands = [r for r in standing if r.kind == K.INCOME_POINTS]
    fitting = [r for r in bands if person.income is not None and r.value is not None and person.income <= r.value]
    best = max(fitting, key=lambda r: r.points, default=None)
    found = []
    for rule in standing:
        if rule.kind == K.INCOME_POINTS and rule is not best:
            continue
        judge = JUDGES.get(rule.kind)
        if judge:
            found.append(judge(rule, person, place))
    return sorted(found, key=lambda d: d.kind not in BARRIERS)


def _decision(rule: Any, said: str, fact: str, holds: bool | None, points: Any = None) -> Decision:
    """``points`` are those of the rule where it holds, unless told."""
    basis = rule.basis or (rule.source.title if rule.source_id and rule.source else "")
    given = rule.points if points is None else points
    return Decision(rule, rule.kind, said, fact, holds, Decimal(given) if holds else Decimal(0), basis)


def _number(value: Any) -> str:
    number = Decimal(value or 0)
    return f"{int(number):,}" if number == int(number) else f"{number.normalize():,f}"


def _by_age(rule: Any) -> bool:
    return rule.value is not None or rule.value_to is not None


def _in_group(rule: Any, person: Person, day: datetime.date) -> bool:
    if not _by_age(rule):
        return rule.code in person.groups
    age = age_on(person.born_on, day)
    return (rule.value is None or age >= rule.value) and (rule.value_to is None or age <= rule.value_to)


def _age_fact(person: Person, place: Place) -> str:
    return _("만 %(age)d세") % {"age": age_on(person.born_on, place.on)}


def _age_min(rule: Any, person: Person, place: Place) -> Decision:
    said = _("만 %(age)s세 이상") % {"age": _number(rule.value)}
    return _decision(rule, said, _age_fact(person, place), age_on(person.born_on, place.on) >= (rule.value or 0))


def _age_max(rule: Any, person: Person, place: Place) -> Decision:
    said = _("만 %(age)s세 이하") % {"age": _number(rule.value)}
    return _decision(rule, said, _age_fact(person, place), age_on(person.born_on, place.on) <= (rule.value or 0))


def _residence(rule: Any, person: Person, place: Place) -> Decision:
    near = person.district == place.district
    same_city = person.city == place.city
    said = _("%(place)s에 사는 사람") % {"place": PLACES.get(rule.code, rule.code)}
    fact = _("모집하는 자치구에 삶") if near else _("같은 시의 다른 자치구에 삶") if same_city else _("다른 시에 삶")
    return _decision(rule, said, fact, near if rule.code == "district" else same_city)


def _income_fact(person: Person) -> str:
    if person.income is None:
        return _("적지 않음")
    if person.income >= OVER:
        return _("가장 높은 구간보다 많음")
    return _("기준중위소득의 %(percent)d%% 이하라고 적음") % {"percent": person.income}


def _income_max(rule: Any, person: Person, place: Place) -> Decision:
    said = _("가구 소득이 기준중위소득의 %(percent)s%% 이하") % {"percent": _number(rule.value)}
    holds = None if person.income is None else person.income <= (rule.value or 0)
    return _decision(rule, said, _income_fact(person), holds)


def _income_points(rule: Any, person: Person, place: Place) -> Decision:
    said = _("가구 소득이 기준중위소득의 %(percent)s%% 이하면 %(points)s점") % {
        "percent": _number(rule.value),
        "points": _number(rule.points),
    }
    return _decision(rule, said, _income_fact(person), True)


def _property_max(rule: Any, person: Person, place: Place) -> Decision:
    said = _("재산이 %(amount)s원 이하") % {"amount": _number(rule.value)}
    if person.property is None:
        return _decision(rule, said, _("적지 않음"), None)
    fact = _("%(amount)s원이라고 적음") % {"amount": _number(person.property)}
    return _decision(rule, said, fact, person.property <= (rule.value or 0))


def _unemployed(rule: Any, person: Person, place: Place) -> Decision:
    facts = {None: _("적지 않음"), True: _("일자리가 없다고 적음"), False: _("일자리가 있다고 적음")}
    return _decision(rule, _("지금 일자리가 없는 사람"), facts[person.unemployed], person.unemployed)


def _excluded(rule: Any, person: Person, place: Place) -> Decision:
    said = _("%(benefit)s을(를) 받고 있지 않은 사람") % {"benefit": BENEFITS.get(rule.code, rule.code)}
    receives = rule.code in person.benefits
    return _decision(rule, said, _("받고 있다고 적음") if receives else _("받고 있지 않다고 적음"), not receives)


def _earlier(rule: Any, person: Person, place: Place) -> list[int]:
    """Years of earlier participation that this rule looks at, oldest first."""
    first = place.on.year - (rule.over_years or 1)
    return sorted(year for year in person.earlier if first <= year < place.on.year)


def _earlier_fact(years: list[int]) -> str:
    if not years:
        return _("참여한 적 없음")
    return _("%(n)d회 참여: %(years)s년") % {"n": len(years), "years": ", ".join(map(str, years))}


def _repeat_max(rule: Any, person: Person, place: Place) -> Decision:
    said = _("최근 %(years)d년 동안 참여한 것이 %(most)s회 이하") % {
        "years": rule.over_years or 1,
        "most": _number(rule.value),
    }
    years = _earlier(rule, person, place)
    return _decision(rule, said, _earlier_fact(years), len(years) <= (rule.value or 0))


def _repeat_points(rule: Any, person: Person, place: Place) -> Decision:
    years = _earlier(rule, person, place)
    said = _("최근 %(years)d년 동안 참여한 것 1회마다 %(points)s점") % {
        "years": rule.over_years or 1,
        "points": _number(rule.points),
    }
    return _decision(rule, said, _earlier_fact(years), bool(years), rule.points * len(years))


def _simultaneous(rule: Any, person: Person, place: Place) -> Decision:
    facts = {None: _("적지 않음"), True: _("참여하고 있음"), False: _("참여하고 있지 않다고 적음")}
    holds = None if person.other_job is None else not person.other_job
    return _decision(rule, _("다른 공공일자리에 함께 참여하지 않음"), facts[person.other_job], holds)


def _base_points(rule: Any, person: Person, place: Place) -> Decision:
    return _decision(rule, _("기본 점수 %(points)s점") % {"points": _number(rule.points)}, _("모두"), True)


def _group_points(rule: Any, person: Person, place: Place) -> Decision:
    label = dict(Group.choices).get(rule.code, rule.code)
    said = _("%(group)s이면 %(points)s점") % {"group": label, "points": _number(rule.points)}
    holds = _in_group(rule, person, place.on)
    if _by_age(rule):
        return _decision(rule, said, _age_fact(person, place), holds)
    return _decision(rule, said, _("그렇다고 적음") if holds else _("적지 않음"), holds)


def _head_points(rule: Any, person: Person, place: Place) -> Decision:
    said = _("세대주이면 %(points)s점") % {"points": _number(rule.points)}
    return _decision(rule, said, _("세대주라고 적음") if person.head else _("적지 않음"), person.head)


def _dependant_points(rule: Any, person: Person, place: Place) -> Decision:
    said = _("부양가족 1명마다 %(points)s점") % {"points": _number(rule.points)}
    counted = min(person.dependants, int(rule.value)) if rule.value is not None else person.dependants
    fact = _("%(n)d명이라고 적음") % {"n": person.dependants}
    return _decision(rule, said, fact, counted > 0, rule.points * counted)


#: Declared as more than the highest band of income.
OVER = 999
#: Kinds that keep somebody out where they do not hold; all others give points.
BARRIERS = {
    K.AGE_MIN, K.AGE_MAX, K.RESIDENCE, K.INCOME_MAX, K.PROPERTY_MAX, K.UNEMPLOYED, K.EXCLUDED, K.REPEAT_MAX,
    K.SIMULTANEOUS,
}  # fmt: skip
JUDGES: dict[str, Callable[[Any, Person, Place], Decision]] = {
    K.AGE_MIN: _age_min,
    K.AGE_MAX: _age_max,
    K.RESIDENCE: _residence,
    K.INCOME_MAX: _income_max,
    K.PROPERTY_MAX: _property_max,
    K.UNEMPLOYED: _unemployed,
    K.EXCLUDED: _excluded,
    K.REPEAT_MAX: _repeat_max,
    K.SIMULTANEOUS: _simultaneous,
    K.BASE_POINTS: _base_points,
    K.GROUP_POINTS: _group_points,
    K.INCOME_POINTS: _income_points,
    K.HEAD_POINTS: _head_points,
    K.DEPENDANT_POINTS: _dependant_points,
    K.REPEAT_POINTS: _repeat_points,
}


def said_of(rule: Any) -> str:
    """A rule in words, for the call: what it says of nobody in particular."""
    if rule.kind == K.SUITABILITY:
        return _("직무 적합도(면접 등) %(points)s점까지") % {"points": _number(rule.points)}
    if rule.kind == K.TRAINING_RATE:
        return _("채용 전 교육은 출석률 %(rate)s%% 이상이면 수료") % {"rate": _number(rule.value)}
    nobody = Person(datetime.date(1980, 1, 1), "", "", income=0)
    words = JUDGES[rule.kind](rule, nobody, Place("", "", datetime.date(2020, 1, 1))).said
    if rule.kind == K.GROUP_POINTS and _by_age(rule):
        ages = "~".join("" if value is None else _number(value) for value in (rule.value, rule.value_to))
        words = _("%(words)s (만 %(ages)s세)") % {"words": words, "ages": ages}
    return words


def bands(rules: Iterable[Any]) -> list[int]:
    """The upper bounds of the income bands that these rules tell apart, in per cent, rising."""
    kinds = (K.INCOME_MAX, K.INCOME_POINTS)
    return sorted({int(rule.value) for rule in rules if rule.kind in kinds and rule.value is not None})
