"""From a scenario to a decision: is it still true, does it keep the rules, what does it say of each plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.selection import analysis
from sanghyeop.programme.selection.asked import Asked, names_of, rules_of
from sanghyeop.programme.selection.candidates import Candidate, candidates_of, hash_of, receipts_of
from sanghyeop.programme.selection.models import Decision, Line, Scenario
from sanghyeop.programme.selection.recount import Counted, counted, faults
from sanghyeop.programme.selection.running import plans_in


def is_stale(scenario: Scenario) -> bool:
    """Whether plans, scores or who passed have changed since the scenario was run."""
    return hash_of(candidates_of(scenario.round)) != scenario.input_hash


def faults_of(scenario: Scenario) -> Iterator[str]:
    """Why nothing can be decided from this scenario: each reason in words. Its numbers are counted anew from the
    receipts and held against the round's rules of today as well as those of the scenario."""
    if scenario.result["status"] == "infeasible":
        yield _("이 시나리오에는 규칙을 모두 지키는 선정안이 없습니다.")
        return
    found = {c.id: c for c in candidates_of(scenario.round)}
    if hash_of(found.values()) != scenario.input_hash:
        yield _("시나리오를 계산한 뒤에 계획서나 점수가 바뀌었습니다. 같은 조건으로 다시 계산해 주세요.")
        return
    names = names_of(scenario.round)
    receipts = receipts_of(scenario.result["selected"])
    chosen = [found[key] for key in scenario.result["selected"]]
    yield from faults_of_receipts(chosen, receipts)
    rows = [counted(receipt.plan, receipt.content) for receipt in receipts.values()]
    asked = Asked.from_json(scenario.asked)
    own = replace(rules_of(scenario.round, names), groups={c.id: c.group for c in found.values() if c.group})
    for fault in dict.fromkeys([*faults(rows, own, names), *faults(rows, asked, names)]):
        told = _("지키지 않은 규칙: %(fault)s 연차의 규칙을 먼저 고치거나 시나리오를 다시 계산해 주세요.")
        yield told % {"fault": fault}
    yield from faults_of_forces(scenario, {row.plan for row in rows})


def faults_of_receipts(chosen: list[Candidate], receipts: Mapping[int, Receipt]) -> Iterator[str]:
    for c in chosen:
        receipt = receipts.get(c.id)
        if receipt is None:
            yield _("‘%(plan)s’의 접수증이 없습니다.") % {"plan": c.title}
        elif receipt.plan.state != Plan.State.SUBMITTED:
            yield _("‘%(plan)s’은(는) 지금 제출된 계획서가 아닙니다.") % {"plan": c.title}
        else:
            row = counted(receipt.plan, receipt.content)
            if (row.jobs, row.city_krw, row.district_krw) != (c.jobs, c.city_krw, c.district_krw):
                yield _("‘%(plan)s’의 금액이나 일자리가 접수증과 다릅니다.") % {"plan": c.title}


def faults_of_forces(scenario: Scenario, selected: set[int]) -> Iterator[str]:
    for force in scenario.forces.all():
        if force.into != (force.plan_id in selected):
            yield _("‘%(plan)s’에 대해 정한 것을 지키지 않은 선정안입니다.") % {"plan": force.plan}


def reasons_of(scenario: Scenario) -> dict[str, Any]:
    """Plan (as text) → why it is out; what nobody has looked at yet is worked out now."""
    findings = {finding.step: finding for finding in scenario.findings.all()}
    for step in analysis.missing_steps(scenario, findings.values()):
        if step.startswith("reasons-"):
            findings[step] = analysis.work_out(scenario, step)
    return analysis.reasons_in(findings)


def displaced_of(scenario: Scenario) -> dict[int, list[int]]:
    """Plan → the forced plans that displaced it; worked out now where nobody has looked at it yet."""
    if scenario.result["status"] == "infeasible" or not scenario.forces.exists():
        return {}
    kept = scenario.findings.filter(step="forcing").first() or analysis.work_out(scenario, "forcing")
    answer = kept.answer
    if answer.get("free") and "selected" not in answer["free"]:  # kept before it told the plans
        answer = analysis.answer_of("forcing", scenario)
    return analysis.displaced_in(answer, scenario.result["selected"])


def lines_of(decision: Decision, reasons: dict[str, Any], displaced: Mapping[int, list[int]]) -> list[Line]:
    """What the decision says of every plan of its scenario; money and jobs as on the receipts. One query and
    that of the forces."""
    scenario = decision.scenario
    rows = plans_in(scenario.result)
    selected = set(scenario.result["selected"])
    receipts = {
        key: counted(receipt.plan, receipt.content) for key, receipt in receipts_of([c.id for c in rows]).items()
    }
    forced_out = {plan for plan, into in analysis.forces_of(scenario).items() if not into}
    waits = waiting_list([c for c in rows if not c.out and c.id not in selected and c.id not in forced_out])
    found = {c.id: reasons.get(str(c.id)) or {} for c in rows}
    for plan, forces in displaced.items():
        if plan not in forced_out:
            found[plan] = found[plan] | {"displaced_by": forces}
    return [line(decision, c, c.id in selected, waits.get(c.id), found[c.id], receipts.get(c.id)) for c in rows]


def line(
    decision: Decision, c: Candidate, selected: bool, waiting: int | None, reason: Any, receipt: Counted | None
) -> Line:
    if c.out:
        reason = {"out": c.out}
    return Line(
        decision=decision,
        plan_id=c.id,
        selected=selected,
        score=Decimal(c.score) if c.score is not None else None,
        rank=c.rank,
        waiting=waiting,
        jobs=receipt.jobs if receipt else c.jobs,
        city_krw=receipt.city_krw if receipt else c.city_krw,
        district_krw=receipt.district_krw if receipt else c.district_krw,
        reason=reason or {},
    )


def waiting_list(rows: list[Candidate]) -> dict[int, int]:
    """Plan → place among those that passed and were not selected: by score, equal scores by the panel's rank."""
    order = sorted(rows, key=lambda c: (-Decimal(c.score or 0), c.rank or 0, c.id))
    return {c.id: place for place, c in enumerate(order, 1)}
