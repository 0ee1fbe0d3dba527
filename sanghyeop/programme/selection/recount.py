"""The second look at a selection, without the solver: everything counted again from the frozen receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.programme.planning.queries import FIRST_YEAR
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.words import Names, won


@dataclass(frozen=True)
class Counted:
    """One plan as its receipt says it: people and won of the first year."""

    plan: int
    title: str
    district: str
    field: int
    group: str
    jobs: int
    city_krw: int
    district_krw: int
    own_krw: int


def counted(plan: Any, content: dict[str, Any]) -> Counted:
    """A plan's figures, added up from the content of its receipt."""

    def money(purse: str) -> int:
        return sum(
            row["amount_krw"] for row in content["budget"] if row["year"] == FIRST_YEAR and row["purse"] == purse
        )

    return Counted(
        plan=plan.pk,
        title=content["title"],
        district=plan.district.code,
        field=plan.field_id,
        group=plan.group,
        jobs=sum(row["number"] for row in content["positions"] if row["year"] == FIRST_YEAR),
        city_krw=money(Purse.CITY),
        district_krw=money(Purse.DISTRICT),
        own_krw=money(Purse.OWN),
    )


def faults(selected: list[Counted], asked: Asked, names: Names) -> Iterator[str]:
    """Every rule that a selection breaks, in words; plain sums of whole numbers."""
    city = sum(row.city_krw for row in selected)
    if city > asked.city_krw:
        yield _("시비 %(spent)s이 예산 %(limit)s보다 많습니다.") % {"spent": won(city), "limit": won(asked.city_krw)}
    money, projects = Counter[str](), Counter(row.district for row in selected)
    for row in selected:
        money[row.district] += row.district_krw
    for code, limit in asked.district_krw.items():
        if money[code] > limit:
            yield _("%(district)s의 구비 %(spent)s이 예산 %(limit)s보다 많습니다.") % {
                "district": names.district(code),
                "spent": won(money[code]),
                "limit": won(limit),
            }
    if asked.projects_max is not None and len(selected) > asked.projects_max:
        yield _("선정 사업 %(number)s개가 한도 %(limit)s개보다 많습니다.") % {
            "number": len(selected),
            "limit": asked.projects_max,
        }
    for code, number in projects.items():
        if asked.per_district_max is not None and number > asked.per_district_max:
            yield _("%(district)s의 선정 사업 %(number)s개가 자치구당 한도 %(limit)s개보다 많습니다.") % {
                "district": names.district(code),
                "number": number,
                "limit": asked.per_district_max,
            }
    if asked.districts_min is not None and len(projects) < asked.districts_min:
        yield _("참여 자치구 %(number)s곳이 하한 %(limit)s곳보다 적습니다.") % {
            "number": len(projects),
            "limit": asked.districts_min,
        }
    fields = Counter(row.field for row in selected)
    for key, limit in asked.field_max.items():
        if fields[key] > limit:
            yield _("‘%(field)s’ 분야의 선정 사업 %(number)s개가 상한 %(limit)s개보다 많습니다.") % {
                "field": names.field(key),
                "number": fields[key],
                "limit": limit,
            }
    for key, limit in asked.field_min.items():
        if fields[key] < limit:
            yield _("‘%(field)s’ 분야의 선정 사업 %(number)s개가 하한 %(limit)s개보다 적습니다.") % {
                "field": names.field(key),
                "number": fields[key],
                "limit": limit,
            }
    groups = Counter(name for row in selected if (name := asked.groups.get(row.plan, "")))
    for name, number in groups.items():
        if number > 1:
            yield _("‘%(group)s’ 묶음에서 %(number)s개가 선정되었습니다. 하나만 선정할 수 있습니다.") % {
                "group": name,
                "number": number,
            }
