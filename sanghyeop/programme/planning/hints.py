"""What the table of positions says beside its rows: pay, wages in force, the borders of 15 and 60 hours.

Wages and borders are rows of the rulebook, each shown with its source; without a row nothing is claimed.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.ground.rulebook.queries import rates
from sanghyeop.programme.planning.budget import Post, posts_of
from sanghyeop.programme.planning.models import Plan, Position

MINIMUM, LIVING = "wage.minimum_hour", "wage.living_hour"
HOLIDAY, INSURANCE = "hours.weekly_holiday", "hours.insurance_month"


def for_positions(plan: Plan, rows: list[Position]) -> dict[str, Any]:
    """``rows`` of {row, post, hints}, ``sums`` by year, ``wages`` in force and ``missing`` ones. One query."""
    found = rates(
        (MINIMUM, LIVING, HOLIDAY, INSURANCE),
        datetime.date(plan.round.year, 1, 1),
        (plan.round.city.code, plan.district.code),
    )
    posts = posts_of(rows)
    return {
        "rows": [
            {"row": row, "post": post, "hints": list(hints_of(post, found))}
            for row, post in zip(rows, posts, strict=True)
        ],
        "sums": [
            {
                "year": year,
                "number": sum(post.number for post in posts if post.year == year),
                "months": sum(post.number * post.months for post in posts if post.year == year),
                "year_krw": sum(post.year_krw for post in posts if post.year == year),
            }
            for year in sorted({post.year for post in posts})
        ],
        "wages": [
            (label, found[key]) for key, label in ((MINIMUM, _("최저임금")), (LIVING, _("생활임금"))) if key in found
        ],
        "missing": [label for key, label in ((MINIMUM, _("최저임금")), (LIVING, _("생활임금"))) if key not in found],
        "borders": [
            (label % {"border": f"{found[key].value.normalize():f}"}, found[key])
            for key, label in (
                (HOLIDAY, _("주 %(border)s시간부터 주휴수당")),
                (INSURANCE, _("한 달 %(border)s시간부터 국민연금과 직장 건강보험")),
            )
            if key in found
        ],
    }


def hints_of(post: Post, found: dict[str, Rate]):
    """What a person should know of one row: (kind of notice, words)."""
    if MINIMUM in found and post.wage_an_hour_krw < found[MINIMUM].value:
        yield "error", _("시급이 최저임금(%(wage)s원)보다 낮습니다.") % {"wage": f"{found[MINIMUM].value:,.0f}"}
    elif LIVING in found and post.wage_an_hour_krw < found[LIVING].value:
        yield "info", _("시급이 생활임금(%(wage)s원)보다 낮습니다.") % {"wage": f"{found[LIVING].value:,.0f}"}
    if HOLIDAY in found:
        border = found[HOLIDAY].value
        if post.hours_a_week >= border:
            yield (
                "info",
                _("주 %(border)s시간 이상이라 주휴수당이 생깁니다. 한 사람에 한 달 약 %(amount)s원을 더 잡아 주세요.")
                % {"border": f"{border.normalize():f}", "amount": f"{post.holiday_month_krw:,}"},
            )
        else:
            yield (
                "info",
                _("주 %(border)s시간보다 짧아 주휴수당이 생기지 않습니다.") % {"border": f"{border.normalize():f}"},
            )
    if INSURANCE in found and post.hours_a_month < found[INSURANCE].value:
        yield (
            "info",
            _("한 달 %(border)s시간보다 짧아 국민연금과 직장 건강보험에 들지 않는 것이 보통입니다.")
            % {"border": f"{found[INSURANCE].value.normalize():f}"},
        )
