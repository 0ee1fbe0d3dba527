"""Reads that pages share."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.parties.permissions import city_officer
from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.selection.candidates import COMPETED
from sanghyeop.programme.selection.models import Decision, Finding, Force, Line, Scenario
from sanghyeop.programme.selection.permissions import rounds_of

State = Decision.State


class HowMany(Func):
    """Number of entries of a list in JSON."""

    function = "JSON_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **more)


def decision_of(round_: Round) -> Decision | None:
    """The decision that stands in a round. One query."""
    return (
        round_.decisions.exclude(state=State.CANCELLED)
        .select_related("scenario", "first_officer", "second_officer")
        .first()
    )


def scenarios_of(round_: Round) -> QuerySet[Scenario]:
    """A round's scenarios, newest first, without the long records: with ``status``, ``selected`` and ``forced``
    (numbers) and ``decided``. One query when read."""
    forces = Force.objects.filter(scenario=OuterRef("pk")).order_by().values("scenario").annotate(n=Count("pk"))
    standing = Decision.objects.filter(scenario=OuterRef("pk")).exclude(state=State.CANCELLED)
    return (
        round_.scenarios.select_related("by")
        .defer("asked", "result")
        .annotate(
            status=KeyTextTransform("status", "result"),
            selected=HowMany(KeyTransform("selected", "result")),
            forced=Coalesce(Subquery(forces.values("n"), output_field=IntegerField()), Value(0)),
            decided=Exists(standing),
        )
        .order_by("-id")
    )


def forces_by_plan(scenario: Scenario) -> dict[int, Force]:
    """Plan → the forced choice about it, with ``costs`` (the answer of ``forcing``, or None). One query."""
    worked_out = Finding.objects.filter(scenario=OuterRef("scenario"), step="forcing").values("answer")[:1]
    return {
        force.plan_id: force for force in scenario.forces.select_related("plan").annotate(costs=Subquery(worked_out))
    }


def rounds_to_select(user: Any) -> QuerySet[Round]:
    """An officer's rounds with ``competing`` (plans), ``runs`` (scenarios). One query when read."""
    return (
        rounds_of(user)
        .exclude(state=Round.State.DRAFT)
        .annotate(
            competing=Count("plans", filter=Q(plans__state__in=COMPETED), distinct=True),
            runs=Count("scenarios", distinct=True),
        )
        .order_by("-year", "call")
    )


def lines_of(decision: Decision, show: str) -> QuerySet[Line]:
    """A decision's lines: ``in`` (selected), ``out`` (rejected by the solver, in waiting order), ``before`` (out
    before it). One query when read."""
    lines = decision.lines.select_related("plan__district", "plan__field", "plan__organisation", "project")
    if show == "in":
        return lines.filter(selected=True).order_by("plan__district__code", "id")
    before = Q(reason__has_key="out")
    rejected = lines.filter(selected=False)
    return (
        rejected.filter(before).order_by("id")
        if show == "before"
        else rejected.exclude(before).order_by("waiting", "id")
    )


def tasks_for(user: Any) -> list[Task]:
    """What waits for a city officer: a decision to confirm, one to publish, a round in selection without one.
    Two queries, none for anyone else."""
    if not city_officer(user):
        return []
    rounds = list(rounds_of(user).filter(state=Round.State.SELECTION).prefetch_related("periods")[:50])
    if not rounds:
        return []
    standing = {d.round_id: d for d in Decision.objects.filter(round__in=rounds).exclude(state=State.CANCELLED)}
    tasks = []
    for round_ in rounds:
        due = next((p.closes_at for p in round_.periods.all() if p.step == Period.Step.SELECTION), None)
        decision = standing.get(round_.pk)
        if decision is None:
            title, page = _("선정안을 만들어 결정을 올려 주세요: %(round)s"), "selection:desk"
        elif decision.state == State.LOCKED:
            title, page = _("확정한 선정 결과를 발표해 주세요: %(round)s"), "selection:decision"
        elif decision.first_officer_id != user.pk:
            title, page = _("선정 결정의 확정을 기다립니다: %(round)s"), "selection:decision"
        else:
            continue
        tasks.append(Task(title % {"round": round_}, reverse(page, args=[round_.pk]), due))
    return tasks
