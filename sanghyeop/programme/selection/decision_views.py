"""The decision: proposed, confirmed, published; its letters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail.moves import Move, NotYours, Refused
from sanghyeop.ground.trail.sure import SureForm
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import letters, moves, queries, sheet
from sanghyeop.programme.selection.asked import Asked, names_of
from sanghyeop.programme.selection.forms import ProposeForm, WhyForm
from sanghyeop.programme.selection.models import Decision
from sanghyeop.programme.selection.permissions import letters_of, rounds_of
from sanghyeop.programme.selection.picture import costs_of
from sanghyeop.programme.selection.totals import totals_of, worded
from sanghyeop.programme.selection.views import round_for, scenario_for, xlsx


def decision_for(request: HttpRequest, pk: int, decision_pk: int) -> Decision:
    decisions = Decision.objects.filter(round__in=rounds_of(request.user), round=pk)
    return get_object_or_404(
        decisions.select_related("round__city", "scenario", "first_officer", "second_officer"), pk=decision_pk
    )


def propose(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """The first officer looks once more, and makes a scenario the decision."""
    scenario = scenario_for(request, pk, scenario_pk)
    form = ProposeForm(request.POST if request.method == "POST" else None)
    against = []
    if request.method == "POST" and form.is_valid():
        try:
            moves.propose(request.user, scenario, **form.cleaned_data)
            messages.success(request, _("결정으로 올렸습니다. 다른 시 담당자가 확인하고 확정하면 발표할 수 있습니다."))
            return redirect("selection:decision", pk)
        except NotYours:
            raise
        except Refused as refused:
            against = [str(refused)]
    status = 200 if request.method != "POST" else 409 if form.is_valid() else 422
    context = {"round": scenario.round, "scenario": scenario, "form": form, "against": against}
    return render(request, "selection/propose.html", context, status=status)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The standing decision of a round, with the moves that are open to this person."""
    round_ = round_for(request, pk)
    decision = queries.decision_of(round_)
    if decision is None:
        return redirect("selection:desk", pk)
    return show_decision(request, round_, decision)


def show_decision(
    request: HttpRequest, round_: Round, decision: Decision, sure: SureForm | None = None, status: int = 200
) -> HttpResponse:
    decision.round = decision.scenario.round = round_
    wanted = request.GET.get("show", "in")
    wanted = wanted if wanted in ("out", "before") else "in"
    totals = totals_of(decision)
    count = totals["projects" if wanted == "in" else wanted]
    page = page_of(request, queries.lines_of(decision, wanted), count=count)
    asked = Asked.from_json(decision.scenario.asked)
    forces = queries.forces_by_plan(decision.scenario)
    context = {
        "round": round_,
        "decision": decision,
        "show": wanted,
        "page": page,
        "rows": worded(page, names_of(round_), asked, forces) if wanted != "in" else page,
        "totals": totals,
        "confirms": decision.state == Decision.State.PROPOSED and request.user.pk != decision.first_officer_id,
        "waits": decision.state == Decision.State.PROPOSED and request.user.pk == decision.first_officer_id,
        "form": WhyForm(),
        "sure": sure or _tick(decision),
        "forces": costs_of(decision.scenario, forces),
    }
    return render(request, "selection/decision.html", context, status=status)


def _next(decision: Decision) -> Move | None:
    """The move that takes a decision a step on: the one that asks for a tick."""
    return next((row for row in moves.TABLE.moves if row.follows and decision.state in row.from_states), None)


def _tick(decision: Decision, data: Any = None) -> SureForm | None:
    """The tick before the next step of a decision."""
    step = _next(decision)
    return SureForm(data, follows=step.follows) if step else None


@require_POST
def move(request: HttpRequest, pk: int, decision_pk: int) -> HttpResponse:
    """One move of the decision. Refusals become a page that says why; a missing reason comes back beside its field."""
    decision = decision_for(request, pk, decision_pk)
    act = moves.BUTTONS.get(request.POST.get("action", ""))
    if act is None:
        raise Refused(_("그런 일은 할 수 없습니다."))
    if request.POST["action"] == "cancel":
        form = WhyForm(request.POST)
        if not form.is_valid():
            context = {"round": decision.round, "decision": decision, "form": form}
            return render(request, "selection/cancel.html", context, status=422)
    step, sure = _next(decision), _tick(decision, request.POST)
    mine = step is not None and step.action == request.POST["action"] and step.who(request.user, decision)
    if sure and mine and not sure.is_valid():
        return show_decision(request, round_for(request, pk), decision, sure, status=422)
    act(request.user, decision, request.POST.get("why", ""))
    messages.success(
        request,
        {
            "lock": _("선정 결정을 확정했습니다. 이제 발표할 수 있습니다."),
            "cancel": _("선정 결정을 거두었습니다."),
            "publish": _("선정 결과를 발표하고 신청 기관마다 통지서를 보냈습니다."),
        }[request.POST["action"]],
    )
    return redirect("selection:desk" if request.POST["action"] == "cancel" else "selection:decision", pk)


@require_safe
def file(request: HttpRequest, pk: int, decision_pk: int) -> HttpResponse:
    """The decision as an XLSX file."""
    decision = decision_for(request, pk, decision_pk)
    return xlsx(
        sheet.of_decision(decision, names_of(decision.round)), f"decision-{decision.round.year}-{decision.pk}.xlsx"
    )


@require_safe
def letter(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """One letter, to print: for the plan's people after publication, for officers also before, as a preview."""
    lines = letters_of(request.user).filter(decision__round=pk)
    line = get_object_or_404(
        lines.select_related(
            "decision__round__city", "decision__scenario", "plan__organisation", "plan__district", "project"
        ),
        pk=line_pk,
    )
    published = line.decision.state == Decision.State.PUBLISHED
    context = {
        "line": line,
        "round": line.decision.round,
        "published": published,
        "text": letters.text_of(line) if published else letters.preview(line),
    }
    return render(request, "selection/letter.html", context)
