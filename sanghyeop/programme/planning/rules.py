"""Whether a plan keeps the rules of its round: plain data in, one row per rule out. Pure.

A rule that *must* hold stops the submission; the others are for information. Shares are compared by
multiplying out, so that 30 % of an odd sum is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.programme.planning.budget import Line, Post, share, total


@dataclass(frozen=True)
class Limits:
    """The rules of a round, as far as a plan is measured by them. None: no such limit.

    ``shares`` gives (lowest, highest) per cent by category; wages are won an hour; the ceiling is the district's
    whole budget for the round.
    """

    max_years: int
    project_max_krw: int | None = None
    district_share_min: Decimal | None = None
    shares: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    district_ceiling_krw: int | None = None
    minimum_wage_krw: Decimal | None = None
    wage_year: int | None = None


@dataclass(frozen=True)
class Facts:
    """A plan as the rules see it. ``unwritten`` are the titles of the sections that are still empty."""

    years: int
    posts: Sequence[Post] = ()
    lines: Sequence[Line] = ()
    unwritten: Sequence[str] = ()


@dataclass(frozen=True)
class Check:
    """One rule and how a plan stands to it.

    ``ok`` None: it cannot be said (a figure is missing). ``unit`` says what ``least``, ``most`` and ``actual`` are:
    ``krw``, ``percent``, ``years``, ``count`` or ``krw_hour``.
    """

    rule: str
    label: str
    ok: bool | None
    must: bool
    unit: str
    actual: Any = None
    least: Any = None
    most: Any = None
    advice: str = ""

    @property
    def stops(self) -> bool:
        return self.must and self.ok is False


def check(facts: Facts, limits: Limits) -> list[Check]:
    """Every rule of the round against a plan, in the order in which a person reads them."""
    return [
        *written(facts),
        *duration(facts, limits),
        *city_money(facts, limits),
        *district_money(facts, limits),
        *categories(facts, limits),
        *pay(facts, limits),
    ]


def written(facts: Facts) -> Iterator[Check]:
    yield Check(
        "sections",
        _("비어 있는 항목"),
        not facts.unwritten,
        True,
        "count",
        actual=len(facts.unwritten),
        most=0,
        advice=_("아직 비어 있는 항목: %(names)s") % {"names": ", ".join(facts.unwritten)} if facts.unwritten else "",
    )
    jobs = sum(post.number for post in facts.posts if post.year == 1)  # the second year keeps the same people
    yield Check(
        "jobs",
        _("일자리"),
        jobs >= 1,
        True,
        "count",
        actual=jobs,
        least=1,
        advice="" if jobs else _("인력 표에 직무를 하나 이상 적어 주세요."),
    )


def duration(facts: Facts, limits: Limits) -> Iterator[Check]:
    fits = 1 <= facts.years <= limits.max_years
    yield Check(
        "years",
        _("지원 연수"),
        fits,
        True,
        "years",
        actual=facts.years,
        most=limits.max_years,
        advice="" if fits else _("기본 사항에서 지원 연수를 줄여 주세요."),
    )
    beyond = max([*(post.year for post in facts.posts), *(line.year for line in facts.lines)], default=0)
    if beyond > facts.years:
        yield Check(
            "rows_in_years",
            _("표에 적은 차수"),
            False,
            True,
            "years",
            actual=beyond,
            most=facts.years,
            advice=_("지원 연수보다 뒤의 차수에 적은 인력이나 예산이 있습니다. 지우거나 차수를 고쳐 주세요."),
        )


def years_of(facts: Facts) -> range:
    return range(1, min(facts.years, 20) + 1)


def city_money(facts: Facts, limits: Limits) -> Iterator[Check]:
    for year in years_of(facts):
        whole = total(facts.lines, year=year)
        if whole == 0:
            yield Check(
                f"budget:{year}",
                _("%(year)s차 예산") % {"year": year},
                False,
                True,
                "krw",
                actual=0,
                least=1,
                advice=_("이 차수의 예산을 적어 주세요."),
            )
        city = total(facts.lines, year=year, purse=Purse.CITY)
        if limits.project_max_krw is not None:
            over = city - limits.project_max_krw
            yield Check(
                f"project_max:{year}",
                _("%(year)s차 사업당 시비 한도") % {"year": year},
                over <= 0,
                True,
                "krw",
                actual=city,
                most=limits.project_max_krw,
                advice=_("시비를 %(amount)s원 줄이거나 다른 재원으로 옮겨 주세요.") % {"amount": f"{over:,}"}
                if over > 0
                else "",
            )


def district_money(facts: Facts, limits: Limits) -> Iterator[Check]:
    for year in years_of(facts):
        city = total(facts.lines, year=year, purse=Purse.CITY)
        district = total(facts.lines, year=year, purse=Purse.DISTRICT)
        least = limits.district_share_min
        if least is not None and city + district > 0:
            ok = district * 100 >= least * (city + district)
            yield Check(
                f"district_share:{year}",
                _("%(year)s차 자치구 부담(시비와 구비의 합 가운데)") % {"year": year},
                ok,
                True,
                "percent",
                actual=share(district, city + district),
                least=least,
                advice="" if ok else _("구비를 늘리거나 시비를 줄여 주세요."),
            )
        if year == 1 and limits.district_ceiling_krw is not None:
            fits = district <= limits.district_ceiling_krw
            yield Check(
                "district_ceiling",
                _("자치구의 올해 구비 예산 전체"),
                fits,
                False,
                "krw",
                actual=district,
                most=limits.district_ceiling_krw,
                advice="" if fits else _("이 사업만으로 자치구의 예산을 넘어 선정되기 어렵습니다."),
            )


def categories(facts: Facts, limits: Limits) -> Iterator[Check]:
    whole = total(facts.lines)
    if whole == 0:
        return
    for category in Category:
        least, most = limits.shares.get(category.value, (None, None))
        if least is None and most is None:
            continue
        part = total(facts.lines, category=category.value)
        low = least is not None and part * 100 < least * whole
        high = most is not None and part * 100 > most * whole
        advice = {
            (True, False): _("%(category)s를 늘려 주세요.") % {"category": category.label},
            (False, True): _("%(category)s를 줄여 주세요.") % {"category": category.label},
        }.get((low, high), "")
        yield Check(
            f"category_share:{category.value}",
            _("%(category)s 비중(전체 예산 가운데)") % {"category": category.label},
            not (low or high),
            True,
            "percent",
            actual=share(part, whole),
            least=least,
            most=most,
            advice=advice,
        )


def pay(facts: Facts, limits: Limits) -> Iterator[Check]:
    for year in years_of(facts):
        budgeted = total(facts.lines, year=year, category=Category.PERSONNEL)
        needed = sum(post.year_krw for post in facts.posts if post.year == year)
        if needed or budgeted:
            ok = budgeted >= needed
            yield Check(
                f"personnel:{year}",
                _("%(year)s차 인건비와 인력 표의 임금") % {"year": year},
                ok,
                False,
                "krw",
                actual=budgeted,
                least=needed,
                advice=""
                if ok
                else _("인력 표대로 임금을 주기에 인건비가 모자랍니다. 주휴수당과 보험료는 아직 넣지 않은 금액입니다."),
            )
    if not facts.posts:
        return
    lowest = min(post.wage_an_hour_krw for post in facts.posts)
    minimum = limits.minimum_wage_krw
    if minimum is None:
        advice = _("%(year)s년 최저임금이 아직 등록되지 않아 견줄 수 없습니다. 고시된 뒤 다시 확인해 주세요.") % {
            "year": limits.wage_year or ""
        }
        yield Check("minimum_wage", _("최저임금"), None, False, "krw_hour", actual=lowest, advice=advice)
        return
    names = [post.title for post in facts.posts if post.wage_an_hour_krw < minimum]
    yield Check(
        "minimum_wage",
        _("최저임금"),
        not names,
        True,
        "krw_hour",
        actual=lowest,
        least=minimum,
        advice=_("시급이 최저임금보다 낮은 직무: %(names)s") % {"names": ", ".join(names)} if names else "",
    )
