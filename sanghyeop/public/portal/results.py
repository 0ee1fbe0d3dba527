"""The published result of a round for everyone: what was selected by which rules, and how many were not and why.

What concerns one applicant alone (scores, places, the own reasons) stands in that applicant's letter, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import words
from sanghyeop.programme.selection.asked import Asked
from sanghyeop.programme.selection.models import Decision, Line
from sanghyeop.programme.selection.queries import decision_of, lines_of


@dataclass
class Outcome:
    """How many plans were decided on and selected, their sums, and how many were not selected, by general reason."""

    plans: int = 0
    selected: int = 0
    jobs: int = 0
    city_krw: int = 0
    district_krw: int = 0
    rejected: list[tuple[str, int]] = field(default_factory=list)


def published_decision(a_round: Round) -> Decision | None:
    """The decision of a round once it is published. One query."""
    decision = decision_of(a_round)
    return decision if decision and decision.state == Decision.State.PUBLISHED else None


def outcome_of(decision: Decision) -> Outcome:
    """The sums over the decision's lines. One query."""
    rows = (
        decision.lines.order_by()
        .values("selected", out=KeyTextTransform("out", "reason"))
        .annotate(n=Count("pk"), sum_jobs=Sum("jobs"), sum_city=Sum("city_krw"), sum_district=Sum("district_krw"))
        .order_by("selected", "out")
    )
    found = Outcome()
    for row in rows:
        found.plans += row["n"]
        if row["selected"]:
            found.selected += row["n"]
            found.jobs += row["sum_jobs"]
            found.city_krw += row["sum_city"]
            found.district_krw += row["sum_district"]
        else:
            out = row["out"]
            why = words.out_before(out) if out else _("심사를 통과했으나 예산과 한도 안에서 선정되지 않았습니다.")
            found.rejected.append((why, row["n"]))
    return found


def selected_lines(decision: Decision) -> QuerySet[Line]:
    """The selected plans in the order of the districts. One query when read."""
    return lines_of(decision, "in")


def put_in(decision: Decision) -> dict[int, str]:
    """Plan → why the officers put it in by a decision of their own. One query."""
    return dict(decision.scenario.forces.filter(into=True).values_list("plan_id", "reason"))


def rules_of(decision: Decision, a_round: Round) -> list[tuple[str, str]]:
    """The rules by which the portfolio was chosen: name and limit in words. One query where fields have limits."""
    asked = Asked.from_json(decision.scenario.asked)
    found = [(_("시비 예산"), words.won(asked.city_krw))]
    if asked.district_krw:
        count = {"count": len(asked.district_krw), "sum": words.won(sum(asked.district_krw.values()))}
        found.append((_("구비 예산"), _("자치구 %(count)s곳이 저마다 정한 한도, 모두 %(sum)s") % count))
    for label, number in (
        (_("선정 사업 수 한도"), asked.projects_max),
        (_("자치구당 선정 한도"), asked.per_district_max),
        (_("참여 자치구 하한"), asked.districts_min),
    ):
        if number is not None:
            found.append((label, str(number)))
    if asked.field_min or asked.field_max:
        for of in a_round.fields.all():
            for label, numbers in (
                (_("%(field)s 선정 하한"), asked.field_min),
                (_("%(field)s 선정 상한"), asked.field_max),
            ):
                if of.pk in numbers:
                    found.append((label % {"field": of}, str(numbers[of.pk])))
    weights = {"score": f"{asked.weight_score.normalize():f}", "jobs": f"{asked.weight_jobs.normalize():f}"}
    told = (
        _("심사 점수의 합") if not asked.weight_jobs else _("심사 점수 × %(score)s + 일자리 × %(jobs)s의 합") % weights
    )
    found.append((_("가장 크게 한 값"), told))
    return found
