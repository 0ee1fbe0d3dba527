"""The officer's workbench: scenarios run, looked at, compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.engines.portfolio import PortfolioError, Unsolved
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.review.queries import with_missing_sheets
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import analysis, deciding, moves, queries, sheet
from sanghyeop.programme.selection.asked import Asked, names_of, rules_of
from sanghyeop.programme.selection.candidates import candidates_of, pickable
from sanghyeop.programme.selection.comparing import MOST, side_by_side
from sanghyeop.programme.selection.forms import ScenarioForm, rows_of
from sanghyeop.programme.selection.models import Force, Scenario
from sanghyeop.programme.selection.permissions import rounds_of
from sanghyeop.programme.selection.picture import Picture

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def round_for(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(with_missing_sheets(rounds_of(request.user)).select_related("city"), pk=pk)


def scenario_for(request: HttpRequest, pk: int, scenario_pk: int) -> Scenario:
    scenarios = Scenario.objects.filter(round__in=rounds_of(request.user), round=pk)
    return get_object_or_404(
        scenarios.select_related("round__city", "by").prefetch_related(
            Prefetch("forces", Force.objects.select_related("plan"))
        ),
        pk=scenario_pk,
    )


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """The rounds in which this officer selects."""
    return render(request, "selection/list.html", {"page": page_of(request, queries.rounds_to_select(request.user))})


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """A round's workbench: its scenarios and its decision."""
    round_ = round_for(request, pk)
    context = {
        "round": round_,
        "page": page_of(request, queries.scenarios_of(round_)),
        "decision": queries.decision_of(round_),
        "selecting": round_.state == Round.State.SELECTION,
        "running": round_.state in moves.RUNNING,
        "most": MOST,
    }
    return render(request, "selection/desk.html", context)


@require_safe
def show_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """The plans that compete, and those that are out before the solver with the reason."""
    round_ = round_for(request, pk)
    rows = candidates_of(round_)
    out = [c for c in rows if c.out]
    show = "out" if request.GET.get("show") == "out" else "in"
    rows_shown = out if show == "out" else sorted((c for c in rows if not c.out), key=lambda c: -float(c.score or 0))
    context = {
        "round": round_,
        "page": page_of(request, rows_shown),
        "show": show,
        "competing": len(rows) - len(out),
        "out": len(out),
    }
    return render(request, "selection/candidates.html", context)


def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new scenario: the form on GET, the run on POST. ``?from=`` begins with another scenario's values, ``?in=`` and
    ``?out=`` add a row for a plan."""
    round_ = round_for(request, pk)
    names = names_of(round_)
    own = rules_of(round_, names)
    running = request.method == "POST" and "more" not in request.POST
    if running:
        found = candidates_of(round_)
    else:
        found = pickable(round_)
    if request.method == "POST":
        return run(request, round_, ScenarioForm(request.POST, own=own, names=names), found)
    before = round_.scenarios.filter(pk=whole(request.GET.get("from")) or 0).prefetch_related("forces").first()
    start = Asked.from_json(before.asked) if before else None
    groups = start.groups if start else {c.id: c.group for c in found if c.group}
    labels = {c.id: c.label for c in found}
    forced = [
        {"plan": labels[force.plan_id], "into": "in" if force.into else "out", "reason": force.reason}
        for force in (before.forces.all() if before else ())
        if force.plan_id in labels
    ]
    forced += [
        {"plan": labels[key], "into": into, "reason": ""}
        for into in ("in", "out")
        if (key := whole(request.GET.get(into))) in labels
    ]
    grouped = [{"plan": labels[key], "group": name} for key, name in groups.items() if key in labels]
    context = {
        "round": round_,
        "form": ScenarioForm(own=own, names=names, start=start, initial={"name": next_name(round_, before)}),
        "forces": rows_of("force", None, found, forced),
        "groups": rows_of("group", None, found, grouped),
        "candidates": found,
    }
    return render(request, "selection/new.html", context)


def next_name(round_: Round, before: Scenario | None) -> str:
    """A name to begin with. One query for a scenario that begins with the round's rules."""
    if before:
        return _("%(name)s에서 바꿈") % {"name": before.name[:50]}
    return _("시나리오 %(number)s") % {"number": round_.scenarios.count() + 1}


def whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


def run(request: HttpRequest, round_: Round, form: ScenarioForm, found: list[Any]) -> HttpResponse:
    """Run what was asked and lead to what came out; the form again, with everything typed, where that cannot be."""
    if "more" in request.POST:
        data = request.POST.copy()
        for kind in ("force", "group"):
            rows = whole(data.get(f"{kind}-TOTAL_FORMS")) or 0
            data[f"{kind}-TOTAL_FORMS"] = str(min(rows + 2, 200))
        forces, groups = (rows_of(kind, data, found, []) for kind in ("force", "group"))
        context = {"round": round_, "form": form, "forces": forces, "groups": groups, "candidates": found, "more": True}
        return render(request, "selection/new.html", context)
    forces, groups = (rows_of(kind, request.POST, found, []) for kind in ("force", "group"))
    status = 422
    if form.is_valid() & forces.is_valid() & groups.is_valid():
        try:

            def keep() -> str:
                name, asked = form.cleaned_data["name"], form.asked(groups.groups())
                kept = moves.keep_scenario(request.user, round_, name, found, asked, forces.forces())
                return reverse("selection:scenario", args=[round_.pk, kept.pk])

            return redirect(once.send(request, keep))
        except PortfolioError:
            form.add_error(None, _("금액이나 가중치가 너무 커서 정확히 계산할 수 없습니다. 가중치를 줄여 주세요."))
        except Unsolved:
            form.add_error(None, _("정해진 계산 안에서 답을 찾지 못했습니다. 제한을 줄이고 다시 계산해 주세요."))
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
    context = {"round": round_, "form": form, "forces": forces, "groups": groups, "candidates": found}
    return render(request, "selection/new.html", context, status=status)


@require_safe
def show_scenario(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """What came out of a scenario."""
    scenario = scenario_for(request, pk, scenario_pk)
    findings = {finding.step: finding for finding in scenario.findings.all()}
    picture = Picture(scenario, names_of(scenario.round), findings)
    show = request.GET.get("show", "in")
    context = {
        "round": scenario.round,
        "scenario": scenario,
        "picture": picture,
        "show": show if show in ("out", "before") else "in",
        "page": page_of(request, picture.rows(show)),
        "missing": analysis.missing_steps(scenario, findings.values()),
        "steps": len(analysis.steps_of(scenario)),
        "decision": queries.decision_of(scenario.round),
        "selecting": scenario.round.state == Round.State.SELECTION,
        "running": scenario.round.state in moves.RUNNING,
    }
    return render(request, "selection/scenario.html", context)


@require_safe
def fresh(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """Whether scores or plans have changed since the scenario was run; part of its page, or a page by itself."""
    scenario = scenario_for(request, pk, scenario_pk)
    template = "selection/fresh.html" if request.htmx else "selection/fresh_page.html"  # type: ignore[attr-defined]
    running = scenario.round.state in moves.RUNNING
    stale = running and deciding.is_stale(scenario)
    context = {"round": scenario.round, "scenario": scenario, "stale": stale, "running": running}
    return render(request, template, context)


@require_POST
def analyse(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """Do the next step of the analysis. htmx asks until nothing is missing; a form does all steps at once."""
    scenario = scenario_for(request, pk, scenario_pk)
    missing = analysis.missing_steps(scenario, scenario.findings.all())
    if not request.htmx:  # type: ignore[attr-defined]
        for step in missing:
            analysis.work_out(scenario, step)
        return redirect("selection:scenario", pk, scenario_pk)
    if missing:
        analysis.work_out(scenario, missing[0])
    if len(missing) <= 1:
        return HttpResponse(headers={"HX-Refresh": "true"})
    steps = len(analysis.steps_of(scenario))
    context = {"round": scenario.round, "scenario": scenario, "missing": missing[1:], "steps": steps}
    return render(request, "selection/analysing.html", context)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two to four scenarios side by side."""
    round_ = round_for(request, pk)
    wanted = [key for text in request.GET.getlist("s") if (key := whole(text)) is not None]
    found = {s.pk: s for s in round_.scenarios.filter(pk__in=wanted[: MOST + 1]).prefetch_related("forces")}
    chosen = [found[key] for key in dict.fromkeys(wanted) if key in found]
    if not 2 <= len(chosen) <= MOST:
        messages.error(request, _("나란히 볼 시나리오를 둘에서 넷까지 골라 주세요."))
        return redirect("selection:desk", pk)
    comparison = side_by_side(chosen, names_of(round_))
    rows = comparison.plans if request.GET.get("all") else [row for row in comparison.plans if row.differs]
    context = {"round": round_, "comparison": comparison, "page": page_of(request, rows), "all": request.GET.get("all")}
    return render(request, "selection/compare.html", context)


@require_safe
def scenario_file(request: HttpRequest, pk: int, scenario_pk: int) -> HttpResponse:
    """The scenario as an XLSX file."""
    scenario = scenario_for(request, pk, scenario_pk)
    findings = {finding.step: finding for finding in scenario.findings.all()}
    picture = Picture(scenario, names_of(scenario.round), findings)
    return xlsx(sheet.of_scenario(picture), f"scenario-{scenario.pk}.xlsx")


def xlsx(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
