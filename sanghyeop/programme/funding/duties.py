"""Duties that amounts and dates bring by themselves, each with its rule, the law's source and the day it holds from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from sanghyeop.ground.moments import day
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.ground.rulebook.queries import rates
from sanghyeop.programme.funding.burn import AHEAD, LAG
from sanghyeop.programme.funding.models import Allotment, Grant
from sanghyeop.programme.funding.paying import months_later

VERIFICATION, AUDIT, SETTLEMENT = (
    "subsidy.verification_from", "subsidy.audit_from", "subsidy.settlement_months",
)  # fmt: skip
KEYS = (VERIFICATION, AUDIT, SETTLEMENT, AHEAD, LAG)
PUBLIC_PURSES = ("city", "district")


@dataclass(frozen=True)
class Duty:
    """One duty: what is owed, why, from which rule. ``holds`` False: the amount does not reach it.

    ``due`` is the last day, where the rule gives one.
    """

    kind: str  # verification, audit, settlement
    label: str
    because: str
    holds: bool
    rate: Rate
    due: datetime.date | None = None


def rules_for(grant: Grant, on: datetime.date) -> dict[str, Rate]:
    """The rules in force for a grant on a day: those that there are. One query."""
    project = grant.project
    scopes = [project.round.city.code] if project.round else []
    if project.district:
        scopes.append(project.district.code)
    return rates(KEYS, on, scopes)


def subsidy_of_grantee(grant: Grant) -> int:
    """Public won of all grants of the same operator in the same year (of this one where it has none). One query."""
    rows = Allotment.objects.filter(purse__in=PUBLIC_PURSES)
    if grant.operator_id and grant.project.round:
        year = grant.project.round.year
        rows = rows.filter(line__grant__operator=grant.operator_id, line__grant__project__round__year=year)
    else:
        rows = rows.filter(line__grant=grant)
    return rows.aggregate(total=Sum("amount_krw"))["total"] or 0


def duties_of(grant: Grant, rules: Mapping[str, Rate] | None = None, subsidy: int | None = None) -> list[Duty]:
    """What a grant's operator owes by its amount and its end. Two queries, one less for each that is given."""
    rules = rules if rules is not None else rules_for(grant, grant.ends_on)
    subsidy = subsidy if subsidy is not None else subsidy_of_grantee(grant)
    found = []
    for key, kind, label in (
        (VERIFICATION, "verification", _("정산보고서의 외부 검증")),
        (AUDIT, "audit", _("감사인의 감사보고서")),
    ):
        rate = rules.get(key)
        if rate is not None:
            found.append(Duty(kind, label, because(subsidy, int(rate.value)), subsidy >= rate.value, rate))
    rate = rules.get(SETTLEMENT)
    if rate is not None:
        due = months_later(grant.ends_on, int(rate.value))
        why = _("사업이 끝나는 %(end)s부터 %(months)s개월 안에 내야 합니다.") % {
            "end": day(grant.ends_on),
            "months": int(rate.value),
        }
        found.append(Duty("settlement", _("실적보고와 정산"), why, True, rate, due))
    return found


def because(subsidy: int, limit: int) -> str:
    """Why an amount brings a duty, or does not."""
    words: dict[str, Any] = {"subsidy": f"{subsidy:,}", "limit": f"{limit:,}"}
    if subsidy >= limit:
        return _("이 수행기관이 한 해에 받는 지방보조금 %(subsidy)s원이 기준 %(limit)s원 이상입니다.") % words
    return _("이 수행기관이 한 해에 받는 지방보조금 %(subsidy)s원이 기준 %(limit)s원에 이르지 않습니다.") % words


def owes(grant: Grant, kind: str) -> bool:
    """Whether a grant's operator owes this kind of duty. Two queries."""
    return any(duty.kind == kind and duty.holds for duty in duties_of(grant))
