"""Lines, notes and rules of pay in words."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.moments import day

RULES = {
    "base": gettext_lazy("기본급"),
    "weekly_holiday": gettext_lazy("주휴수당"),
    "public_holiday": gettext_lazy("유급휴일수당"),
    "leave": gettext_lazy("휴가수당"),
    "overtime": gettext_lazy("연장근로 가산"),
    "overtime_short": gettext_lazy("초과근로 가산(단시간)"),
    "night": gettext_lazy("야간근로 가산"),
    "holiday_work": gettext_lazy("휴일근로 가산(8시간까지)"),
    "holiday_work_long": gettext_lazy("휴일근로 가산(8시간 초과)"),
    "meal": gettext_lazy("식비"),
    "pension": gettext_lazy("국민연금"),
    "health": gettext_lazy("건강보험"),
    "care": gettext_lazy("장기요양보험"),
    "employment": gettext_lazy("고용보험(실업급여)"),
    "employment_stability": gettext_lazy("고용보험(고용안정·직업능력개발)"),
    "accident": gettext_lazy("산재보험"),
}
RATES = {
    "wage.minimum_hour": gettext_lazy("최저임금"),
    "wage.living_hour": gettext_lazy("생활임금"),
    "hours.day": gettext_lazy("하루 법정근로시간"),
    "hours.week": gettext_lazy("한 주 법정근로시간"),
    "hours.weekly_holiday": gettext_lazy("주휴수당이 생기는 한 주 시간"),
    "hours.insurance_month": gettext_lazy("국민연금·건강보험에 드는 한 달 시간"),
    "rest.four_hours": gettext_lazy("4시간 근로의 휴게시간"),
    "rest.eight_hours": gettext_lazy("8시간 근로의 휴게시간"),
    "premium.overtime": gettext_lazy("연장근로 가산율"),
    "premium.night": gettext_lazy("야간근로 가산율"),
    "premium.holiday": gettext_lazy("휴일근로 가산율(8시간까지)"),
    "premium.holiday_long": gettext_lazy("휴일근로 가산율(8시간 초과)"),
    "insurance.pension.employee": gettext_lazy("국민연금 근로자 요율"),
    "insurance.pension.employer": gettext_lazy("국민연금 사업주 요율"),
    "insurance.pension.age_from": gettext_lazy("국민연금에 드는 나이"),
    "insurance.pension.age_to": gettext_lazy("국민연금을 마치는 나이"),
    "insurance.pension.base_min": gettext_lazy("국민연금 기준소득월액 하한"),
    "insurance.pension.base_max": gettext_lazy("국민연금 기준소득월액 상한"),
    "insurance.pension.base_unit": gettext_lazy("기준소득월액 버림 단위"),
    "insurance.health.employee": gettext_lazy("건강보험 근로자 요율"),
    "insurance.health.employer": gettext_lazy("건강보험 사업주 요율"),
    "insurance.care_of_health": gettext_lazy("장기요양보험 요율(건강보험료 대비)"),
    "insurance.employment.employee": gettext_lazy("고용보험 근로자 요율"),
    "insurance.employment.employer": gettext_lazy("고용보험 사업주 요율"),
    "insurance.employment.stability": gettext_lazy("고용안정·직업능력개발 요율"),
    "insurance.employment.age_to": gettext_lazy("새로 고용되면 실업급여에서 빠지는 나이"),
    "insurance.employment.short_months": gettext_lazy("단시간 근로자가 고용보험에 드는 계약 기간"),
    "insurance.accident": gettext_lazy("산재보험 요율"),
    "insurance.truncated": gettext_lazy("보험료 버림 단위"),
    "meal.free_month": gettext_lazy("보험료를 매기지 않는 식비"),
    "leave.first_year_month": gettext_lazy("첫해 한 달 개근의 연차"),
    "leave.year": gettext_lazy("한 해의 연차"),
    "attendance.open_hours": gettext_lazy("퇴근을 기다리는 시간"),
}
#: Note → words; facts of the note stand in them. ``from`` and ``to`` are days or numbers, as the note says.
NOTES = {
    "raised_to_minimum_wage": gettext_lazy(
        "%(from)s부터 시급 %(agreed)s원이 최저임금보다 낮아 %(floor)s원으로 올려 계산했습니다."
    ),
    "raised_to_living_wage": gettext_lazy(
        "%(from)s부터 시급 %(agreed)s원이 생활임금보다 낮아 %(floor)s원으로 올려 계산했습니다."
    ),
    "week_too_short": gettext_lazy("%(from)s ~ %(to)s: 주 소정근로시간이 짧아 주휴수당이 없습니다."),
    "week_not_whole": gettext_lazy("%(from)s ~ %(to)s: 한 주를 온전히 일한 계약이 아니어서 주휴수당이 없습니다."),
    "week_with_absence": gettext_lazy("%(from)s ~ %(to)s: 결근한 날이 있어 주휴수당이 없습니다."),
    "week_without_work": gettext_lazy("%(from)s ~ %(to)s: 한 주를 모두 쉬어 주휴수당이 없습니다."),
    "nothing_to_insure": gettext_lazy("보수가 없어 보험료가 없습니다."),
    "hours_too_few": gettext_lazy(
        "한 달 소정근로시간 %(hours)s시간이 %(border)s시간보다 짧아 국민연금과 건강보험에 들지 않습니다."
    ),
    "joined_after_first": gettext_lazy("%(since)s에 들어와 국민연금과 건강보험은 다음 달부터 냅니다."),
    "pension_age": gettext_lazy("만 %(age)s세라 국민연금을 내지 않습니다."),
    "employment_short": gettext_lazy("근로시간이 짧고 계약이 %(months)s개월보다 짧아 고용보험에 들지 않습니다."),
    "employment_age": gettext_lazy("만 %(age)s세에 새로 고용되어 고용보험의 실업급여 몫을 내지 않습니다."),
    "below_floor": gettext_lazy("시급 %(agreed)s원이 %(floor)s원보다 낮아 올려 계산했습니다."),
}


def rule_name(code: str) -> Any:
    return RULES.get(code, code)


def rate_name(key: str) -> Any:
    return RATES.get(key, key)


def plain(value: str) -> str:
    """A number without the noughts at its end."""
    number = Decimal(value).normalize()
    return f"{number:,f}"


def note_in_words(note: dict[str, Any]) -> str:
    facts = {name: shown(value) for name, value in note.items()}
    return NOTES[note["code"]] % facts if note["code"] in NOTES else note["code"]


def shown(value: Any) -> str:
    """A fact of a note as people read it."""
    if isinstance(value, int):
        return f"{value:,}"
    try:
        return day(datetime.date.fromisoformat(value))
    except ValueError:
        pass
    try:
        return plain(value)
    except ArithmeticError:
        return str(value)


def hours_and_minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return _("%(hours)d시간 %(minutes)d분") % {"hours": hours, "minutes": rest}
    return _("%(hours)d시간") % {"hours": hours} if hours or not rest else _("%(minutes)d분") % {"minutes": rest}


def reckoning(line: Any) -> str:
    """How a line was reckoned: 63시간 × 10,320원, or 804,000원 × 4.75%."""
    unit = _("%(amount)s원") % {"amount": f"{line.unit_krw:,}"}
    if line.minutes is not None:
        parts = [hours_and_minutes(line.minutes), unit]
    elif line.count is not None:
        parts = [_("%(count)d일") % {"count": line.count}, unit]
    else:
        parts = [unit]
    if line.ratio is not None:
        parts.append(f"{plain(str(line.ratio * 100))}%")
    return " × ".join(parts)
