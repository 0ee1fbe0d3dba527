"""A scenario and a decision as XLSX, for those who go on working with the figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sanghyeop.programme.selection.asked import Asked, Names
from sanghyeop.programme.selection.models import Decision
from sanghyeop.programme.selection.picture import Picture
from sanghyeop.programme.selection.queries import forces_by_plan
from sanghyeop.programme.selection.totals import in_words
from sanghyeop.sheets.writing import workbook


def number(text: str | None) -> float | None:
    return None if text is None else float(text)


def of_scenario(picture: Picture) -> bytes:
    """Three sheets: what was asked, every plan, what is spent where."""
    stays = picture.stays[1]
    chosen = {plan.id for plan in picture.selected}
    rows = {row.plan.id: row for show in ("out", "before") for row in picture.rows(show)}

    def result(key: int, out: str) -> str:
        return pgettext("state", "선정") if key in chosen else _("선정 대상 아님") if out else _("선정되지 않음")

    plans = [
        [
            plan.number, plan.title, plan.in_district, plan.in_field, plan.by,
            result(plan.id, plan.out), number(plan.score), number(plan.sd), plan.rank, plan.jobs,
            plan.city_krw, plan.district_krw, picture.asked.groups.get(plan.id, ""),
            picture.forces[plan.id].reason if plan.id in picture.forces else "",
            round(stays[plan.id], 1) if plan.id in stays else None,
            rows[plan.id].why if plan.id in rows else "",
            " / ".join(rows[plan.id].changes) if plan.id in rows else "",
        ]
        for plan in picture.plans.values()
    ]  # fmt: skip
    header = [
        _("접수 번호"), _("사업 이름"), _("자치구"), _("분야"), _("민간단체"), _("결과"), _("점수"),
        _("점수의 불확실성"), _("순위"), _("일자리"), _("시비(원)"), _("구비(원)"), _("묶음"),
        _("넣거나 뺀 까닭"), _("선정 비율(%)"), _("선정되지 않은 까닭"), _("바뀌면 선정될 조건"),
    ]  # fmt: skip
    spent = [[row.name, row.spent, row.limit, row.projects] for row in (*picture.sources, *picture.districts)]
    return workbook(
        [
            (_("조건과 결과"), [_("항목"), _("값")], summary(picture)),
            (_("계획서"), header, plans),
            (_("예산"), [_("재원"), _("쓰는 금액(원)"), _("예산(원)"), _("사업 수")], spent),
        ]
    )


def summary(picture: Picture) -> list[list[Any]]:
    asked, figures = picture.asked, picture.figures
    return [
        [_("연차"), str(picture.scenario.round)],
        [_("시나리오"), picture.scenario.name],
        [_("결과"), picture.status],
        [_("시비 예산(원)"), asked.city_krw],
        [_("점수 가중치"), float(asked.weight_score)],
        [_("일자리 가중치"), float(asked.weight_jobs)],
        [_("선정 사업 수 한도"), asked.projects_max],
        [_("자치구당 선정 한도"), asked.per_district_max],
        [_("참여 자치구 하한"), asked.districts_min],
        [_("선정 사업"), figures["projects"]],
        [_("일자리"), figures["jobs"]],
        [_("시비(원)"), figures["city_krw"]],
        [_("구비(원)"), figures["district_krw"]],
        [_("점수를 흔들어 본 횟수"), picture.stays[0]],
        [_("난수 씨앗"), asked.seed],
        *([_("연차 규칙과 다른 값: %(name)s") % {"name": c.label}, f"{c.own} → {c.asked}"] for c in picture.changes),
    ]


def of_decision(decision: Decision, names: Names) -> bytes:
    """One sheet: every plan of the decision with its result and reason."""
    asked = Asked.from_json(decision.scenario.asked)
    forces = forces_by_plan(decision.scenario)
    rows = []
    for line in decision.lines.select_related("plan__district", "plan__field", "plan__organisation"):
        told = None if line.selected else in_words(line, names, asked, forces)
        rows.append(
            [
                line.plan.title, str(line.plan.district), str(line.plan.field), str(line.plan.organisation),
                pgettext("state", "선정") if line.selected else _("선정되지 않음"),
                None if line.score is None else float(line.score), line.rank, line.waiting, line.jobs,
                line.city_krw, line.district_krw,
                told.why if told else "",
                " / ".join(told.changes) if told else "",
            ]
        )  # fmt: skip
    header = [
        _("사업 이름"), _("자치구"), _("분야"), _("민간단체"), _("결과"), _("점수"), _("순위"), _("예비 순위"),
        _("일자리"), _("시비(원)"), _("구비(원)"), _("선정되지 않은 까닭"), _("바뀌면 선정될 조건"),
    ]  # fmt: skip
    return workbook([(_("선정 결정"), header, rows)])
