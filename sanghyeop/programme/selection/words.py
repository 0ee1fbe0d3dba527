"""The solver's rules and reasons in words, for the officer's pages and the applicants' letters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from sanghyeop.engines.portfolio import VALUE_SCALE

Kept = Mapping[str, Any]

#: Changes that lie in the applicants' own hands, the only ones that a letter speaks of.
OWN_CHANGES = ("value", "city_ask", "district_ask")


class Names(Protocol):
    """What turns codes and keys into words."""

    def district(self, code: str) -> str: ...
    def field(self, key: int | str) -> str: ...
    @property
    def highest(self) -> Decimal | None: ...


def won(amount: int) -> str:
    return _("%(amount)s원") % {"amount": f"{amount:,}"}


def rule(kept: Kept, names: Names) -> str:
    """One rule with its limit, as a noun."""
    code, subject, limit = kept["code"], kept["subject"], kept["limit"]
    if code == "city_budget":
        return _("시비 예산 %(limit)s") % {"limit": won(limit)}
    if code == "district_budget":
        return _("%(district)s 구비 예산 %(limit)s") % {"district": names.district(subject), "limit": won(limit)}
    if code == "projects_max":
        return _("선정 사업 수 한도 %(limit)s개") % {"limit": limit}
    if code == "per_district_max":
        return _("%(district)s 선정 한도 %(limit)s개") % {"district": names.district(subject), "limit": limit}
    if code == "districts_min":
        return _("참여 자치구 하한 %(limit)s곳") % {"limit": limit}
    if code == "field_min":
        return _("%(field)s 분야 선정 하한 %(limit)s개") % {"field": names.field(subject), "limit": limit}
    if code == "field_max":
        return _("%(field)s 분야 선정 상한 %(limit)s개") % {"field": names.field(subject), "limit": limit}
    if code == "group":
        return _("‘%(group)s’ 묶음에서 하나만 선정") % {"group": subject}
    if code == "forced_in":
        return _("담당자가 넣기로 정한 계획서")
    return _("담당자가 빼기로 정한 계획서")


def broken(kept: Kept, names: Names) -> str:
    """A rule that a portfolio breaks, with the number that it reaches."""
    code, found = kept["code"], kept["found"]
    if code in ("city_budget", "district_budget"):
        return _("%(rule)s(선정하면 %(found)s)") % {"rule": rule(kept, names), "found": won(found)}
    if code in ("group", "forced_in", "forced_out"):
        return rule(kept, names)
    return _("%(rule)s(선정하면 %(found)s)") % {"rule": rule(kept, names), "found": found}


def kept_out(reason: Kept, names: Names) -> str:
    """Why a plan is out, in one sentence. ``reason`` is an explanation of the engine as JSON."""
    rules = reason["kept_out_by"] or reason["impossible"]
    forced = [kept for kept in rules if kept["code"] == "forced_out"]
    if forced:
        return _("담당자가 까닭을 적어 이 시나리오에서 뺐습니다.")
    if not rules:
        return _("더할 자리는 있으나 점수와 일자리로 보아 전체의 가치를 높이지 않습니다.")
    return _("이 계획서까지 선정하면 지킬 수 없는 규칙: %(rules)s.") % {
        "rules": ", ".join(broken(kept, names) for kept in rules)
    }


def forced(forces: Iterable[Any]) -> list[str]:
    """Each forced choice (rows of ``Force``) with the officer's reason."""
    return [
        (_("넣은 계획서 ‘%(plan)s’: %(why)s") if force.into else _("뺀 계획서 ‘%(plan)s’: %(why)s"))
        % {"plan": force.plan.title, "why": force.reason}
        for force in forces
    ]


def displaced(forces: Iterable[Any], public: bool = False) -> list[str]:
    """Which forced choices (rows of ``Force``) a plan had to give way to. ``public``: for a letter, which says nothing
    of another applicant's plan that was kept out."""
    found = []
    for force in forces:
        if force.into:
            told = _("‘%(plan)s’을(를) 넣기로 한 시의 결정에 밀려 선정되지 않았습니다. 그렇게 정한 까닭: %(why)s")
        elif public:
            told = _("다른 계획서 하나를 빼기로 한 시의 결정에 따라 선정되는 사업의 짜임이 바뀌었습니다.")
        else:
            told = _("‘%(plan)s’을(를) 빼기로 한 시의 결정에 밀려 선정되지 않았습니다. 그렇게 정한 까닭: %(why)s")
        found.append(told % {"plan": force.plan.title, "why": force.reason})
    return list(dict.fromkeys(found))


def out_before(code: str) -> str:
    """Why a plan never came before the solver."""
    return {
        "no_quorum": _("점수를 확정할 만큼 심사표가 모이지 않았습니다."),
        "criterion": _("심사 항목 가운데 과락 기준에 미치지 못한 항목이 있습니다."),
        "points": _("최저 합격점에 미치지 못했습니다."),
    }[code]


def points_for(amount: int, weight: Decimal) -> str:
    """Units of value as points of the score, rounded up to a hundredth so that they are enough."""
    points = Decimal(amount) / (weight * VALUE_SCALE)
    return f"{points.quantize(Decimal('0.01'), ROUND_CEILING):,}"


def value(amount: int, weight_score: Decimal, weight_jobs: Decimal) -> str:
    """How much more a plan has to be worth, in points of its score, or in jobs where scores have no weight."""
    if weight_score > 0:
        return _("심사 점수가 %(points)s점 더 높은 것") % {"points": points_for(amount, weight_score)}
    jobs = math.ceil(Decimal(amount) / (weight_jobs * VALUE_SCALE))
    return _("일자리가 %(jobs)s개 더 많은 것") % {"jobs": jobs}


def change(kept: Kept, names: Names, weight_score: Decimal, weight_jobs: Decimal) -> str:
    """One change that alone brings a plan in, as a noun."""
    code, amount = kept["code"], kept["amount"]
    if code == "value":
        words = value(amount, weight_score, weight_jobs)
    elif code == "city_ask":
        words = _("신청한 시비를 %(amount)s 줄이는 것") % {"amount": won(amount)}
    elif code == "district_ask":
        words = _("신청한 구비를 %(amount)s 줄이는 것") % {"amount": won(amount)}
    elif code == "city_budget":
        words = _("시비 예산이 %(amount)s 느는 것") % {"amount": won(amount)}
    elif code == "district_budget":
        words = _("%(district)s 구비 예산이 %(amount)s 느는 것") % {
            "district": names.district(kept["subject"]),
            "amount": won(amount),
        }
    else:
        words = _("빼기로 한 것을 거두는 것")
    if kept["and_value"]:
        more = value(kept["and_value"], weight_score, weight_jobs)
        words = _("%(one)s과 %(two)s") % {"one": words, "two": more}
    return words


def within_scale(kept: Kept, score: Decimal | None, highest: Decimal | None, weight_score: Decimal) -> bool:
    """Whether a plan can gain what a change asks for: nobody scores more than the criteria and bonuses give."""
    more = kept["amount"] if kept["code"] == "value" else kept["and_value"]
    if not more or score is None or highest is None or weight_score <= 0:
        return True
    return score + Decimal(more) / (weight_score * VALUE_SCALE) <= highest


def changes(
    reason: Kept,
    names: Names,
    weight_score: Decimal,
    weight_jobs: Decimal,
    score: Decimal | None,
    only: Iterable[str] | None = None,
) -> list[str]:
    """Every change that alone brings a plan with this score in; with ``only``, those of these codes."""
    return [
        change(kept, names, weight_score, weight_jobs)
        for kept in reason["changes"]
        if (only is None or kept["code"] in only)
        and (kept["amount"] or kept["code"] == "lift_force")
        and within_scale(kept, score, names.highest, weight_score)
    ]


def nothing_alone() -> str:
    """What is said where no change of a plan brings it in."""
    return _("이 계획서만 바꾸어서 선정될 수 있는 길은 없습니다. 예산과 다른 계획서에 달려 있습니다.")


def loosen(kept: Kept, names: Names, titles: Mapping[int, str]) -> str:
    """What to do about one rule of a clash."""
    code, subject, found = kept["code"], kept["subject"], kept["found"]
    if code in ("city_budget", "district_budget"):
        return _("예산을 늘립니다.")
    if code in ("projects_max", "per_district_max", "field_max"):
        return _("한도를 높입니다.")
    if code in ("districts_min", "field_min"):
        return _("하한을 낮춥니다(대상 계획서로 채울 수 있는 것은 많아야 %(found)s).") % {"found": found}
    if code == "group":
        return _("묶음을 풉니다.")
    title = titles.get(int(subject), subject)
    if code == "forced_in":
        return _("‘%(plan)s’을(를) 꼭 넣지 않습니다.") % {"plan": title}
    return _("‘%(plan)s’을(를) 빼지 않습니다.") % {"plan": title}


def broken_now(kept: Kept, names: Names) -> str:
    """A rule that a finished portfolio breaks, with the number that it reaches."""
    code, found = kept["code"], kept["found"]
    if code in ("group", "forced_in", "forced_out"):
        return rule(kept, names)
    reached = won(found) if code in ("city_budget", "district_budget") else found
    return _("%(rule)s(실제 %(found)s)") % {"rule": rule(kept, names), "found": reached}


def clashing(kept: Kept, names: Names, titles: Mapping[int, str]) -> str:
    """A rule of a clash, with the plan where it is about one."""
    if kept["code"] in ("forced_in", "forced_out"):
        title = titles.get(int(kept["subject"]), kept["subject"])
        return _("%(rule)s ‘%(plan)s’") % {"rule": rule(kept, names), "plan": title}
    return rule(kept, names)
