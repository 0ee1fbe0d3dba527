"""The sum behind one plan's result, as lines of text that a chair can follow with pencil and paper."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.engines.panel import Placing, Step, rounded
from sanghyeop.programme.review.results import Book, Result


def shown(number: Any) -> str:
    """Points for people: two decimals where there are any."""
    if number is None:
        return "–"
    text = str(rounded(number, 2))
    return text.rstrip("0").rstrip(".") if "." in text else text


def tie_names() -> dict[str, str]:
    return {
        "jobs": _("일자리 수가 많은 쪽"),
        "city_krw": _("시비가 적은 쪽"),
        "district_share": _("자치구 부담 비율이 높은 쪽"),
        "earlier": _("먼저 제출한 쪽"),
        "total": _("총점"),
    }


def lines_of(book: Book, result: Result, bonus_names: dict[int, str]) -> list[str]:
    """One line for each rule that was applied, in order."""
    judged = book.judged.get(result.plan_id)
    if judged is None:
        return [_("이 종류의 심사 항목이 없습니다.")]
    sheets = book.sheets.get(result.plan_id, [])
    criteria = {str(row.pk): str(row) for row in book.criteria[result.kind]}
    lines = [_line(step, criteria, bonus_names, sheets) for step in judged.steps]
    if result.which == "corrected":
        lines.append(
            _("선정에는 보정 점수를 씁니다: %(score)s + 가점 %(bonus)s = %(total)s")
            % {"score": shown(result.score), "bonus": shown(result.bonus), "total": shown(result.total)}
        )
        least = book.round.pass_points
        if least is not None and result.score is not None:
            met = result.score >= Fraction(least)
            values = {"score": shown(result.score), "least": shown(Fraction(least))}
            lines.append(
                _("보정 점수 %(score)s점: 최저 합격점 %(least)s점 이상입니다.") % values
                if met
                else _("보정 점수 %(score)s점: 최저 합격점 %(least)s점에 못 미칩니다.") % values
            )
    placing = book.placing(result.plan_id)
    if placing:
        lines.append(_place_line(placing, criteria))
    return lines


def _line(step: Step, criteria: dict[str, str], bonus_names: dict[int, str], sheets: list[Any]) -> str:
    code, numbers = step
    n = [shown(x) if isinstance(x, int | Fraction) else str(x) for x in numbers]
    if code == "reviewer":
        name = sheets[int(numbers[0]) - 1].name
        return _("%(name)s 위원의 합계 %(total)s") % {"name": name, "total": n[1]}
    if code == "no_quorum":
        return _("낸 심사표가 %(have)s건으로, 점수를 확정하려면 %(need)s건이 필요합니다.") % {
            "have": n[0],
            "need": n[1],
        }
    if code == "dropped":
        return _("최저 %(low)s와 최고 %(high)s를 뺍니다.") % {"low": n[0], "high": n[1]}
    if code == "not_dropped":
        return _("심사표가 %(count)s건이어서 최고·최저점을 빼지 않습니다(%(need)d건부터).") % {
            "count": n[0], "need": int(numbers[1]) + 2,
        }  # fmt: skip
    if code == "mean":
        return _("합계 %(sum)s ÷ %(count)s = 평균 %(value)s") % {"sum": n[0], "count": n[1], "value": n[2]}
    if code == "median":
        return _("가운데 값 %(middle)s → 중앙값 %(value)s") % {"middle": ", ".join(n[:-1]), "value": n[-1]}
    if code == "bonus":
        name = _("전년도 평가 등급") if n[0] == "grade" else bonus_names.get(int(n[0].removeprefix("bonus:")), n[0])
        return _("가점: %(name)s %(points)s점") % {"name": name, "points": n[1]}
    if code == "bonus_capped":
        return _("가점 합 %(sum)s점이 한도를 넘어 %(cap)s점만 인정합니다.") % {"sum": n[0], "cap": n[1]}
    if code == "bonus_sum":
        return _("인정한 가점 %(points)s점") % {"points": n[0]}
    if code == "total":
        return _("합산 점수 %(score)s + 가점 %(bonus)s = %(total)s") % {"score": n[0], "bonus": n[1], "total": n[2]}
    if code == "below_criterion":
        return _("%(name)s %(value)s점: 과락 기준 %(least)s점에 못 미칩니다.") % {
            "name": criteria.get(n[0], n[0]), "value": n[1], "least": n[2],
        }  # fmt: skip
    if code == "below_total":
        return _("%(value)s점: 최저 합격점 %(least)s점에 못 미칩니다.") % {"value": n[0], "least": n[1]}
    if code == "reaches_total":
        return _("%(value)s점: 최저 합격점 %(least)s점 이상입니다.") % {"value": n[0], "least": n[1]}
    return " ".join([code, *n])


def _place_line(placing: Placing, criteria: dict[str, str]) -> str:
    if placing.decided_by == "shared":
        return _("%(place)d위: 앞 계획서와 모든 순서가 같아 순위를 나눕니다.") % {"place": placing.place}
    if placing.decided_by:
        key = placing.decided_by
        name = criteria.get(key.removeprefix("criterion:")) or tie_names().get(key, key)
        return _("%(place)d위: 앞 계획서와 총점이 같아 ‘%(rule)s’ 순으로 갈렸습니다.") % {
            "place": placing.place, "rule": name,
        }  # fmt: skip
    return _("%(place)d위") % {"place": placing.place}
