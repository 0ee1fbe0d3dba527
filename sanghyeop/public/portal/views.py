"""The public face: rounds, projects, stages, sources; and the desk of whoever is logged in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import City, District
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.projects.models import Project, Stage
from sanghyeop.programme.projects.queries import PUBLIC_STATES, shown_projects, with_money
from sanghyeop.programme.rounds.models import Round, RoundField
from sanghyeop.public.portal import desks, drawing, queries, results, sheets, stages
from sanghyeop.public.portal.forms import ProjectFilter, RoundFilter
from sanghyeop.public.portal.kept import for_visitors

PER_PAGE = 20
#: What the map may be shaded by.
SHADED_BY = ("projects", "jobs", "money")


def anything_new(**_address: Any) -> int:
    return queries.newest_entry()


def anything_new_in_round(pk: int) -> int:
    return queries.newest_entry(pk)


@for_visitors(anything_new)
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the open call, the map of the newest round with projects, published figures, newest ideas."""
    rounds = list(queries.shown_rounds().prefetch_related("periods")[:20])
    opened = next((r for r in rounds if r.state == Round.State.OPEN), None)
    last = next((r for r in rounds if r.state in PUBLIC_STATES), None)
    newest = opened or last
    city = newest.city if newest else City.objects.first()
    # A year's main round and its supplementary calls belong together.
    calls = [
        r for r in rounds if last and r.state in PUBLIC_STATES and (r.city_id, r.year) == (last.city_id, last.year)
    ]
    groups = queries.groups_of(shown_projects().filter(round__in=calls)) if last else []
    context = {
        "opened": opened,
        "calendar": calendar_of(opened),
        "last": last,
        "calls": queries.with_project_counts(calls) if len(calls) > 1 else calls,
        "totals": queries.added_up(groups),
        "city": city,
        "map": drawing.places(
            queries.districts_of(city) if city else [], queries.by_district(groups), lambda row: row.projects
        ),
        "headlines": queries.by_sources(headlines(queries.published_totals(round__city=city, district=None))),
        "ideas": queries.newest_ideas()[:4],
    }
    return render(request, "portal/home.html", context)


def headlines(totals: list[Any]) -> list[Any]:
    """The sums over several rounds, then the figures of the newest round whose size was published in whole."""
    sized = [total.round_id for total in totals if total.figure == "projects"]
    return [t for t in totals if t.first_round_id] + [t for t in totals if sized and t.round_id == sized[-1]]


def calendar_of(a_round: Round | None) -> list[dict[str, Any]]:
    """The steps of a round with where today stands. No query where ``periods`` is prefetched, one otherwise."""
    now = timezone.now()
    return [
        {"period": period, "now": period.opens_at <= now < period.closes_at, "over": now >= period.closes_at}
        for period in (a_round.periods.all() if a_round else [])
    ]


@for_visitors(anything_new)
def show_rounds(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.listed_rounds(), PER_PAGE)
    city = page[0].city if page else None
    totals = queries.published_totals(round__city=city, district=None) if city else []
    years = queries.jobs_by_year(city, totals) if city else []
    columns = drawing.columns([(str(y.round.year), y.published.value if y.published else None, y.jobs) for y in years])
    context = {
        "page": page,
        "years": list(zip(years, columns, strict=True)),
        "width": len(columns) * drawing.COLUMN_STEP,
        "spans": [span_of(total, totals) for total in totals if total.first_round_id],
    }
    return render(request, "portal/rounds.html", context)


def span_of(total: Any, totals: list[Any]) -> dict[str, Any]:
    """A total over several rounds with the published parts that it is made of."""
    first, last = total.first_round.year, total.round.year
    parts = [
        part
        for part in totals
        if part.figure == total.figure and not part.first_round_id and first <= part.round.year <= last
    ]
    return {"total": total, "parts": parts, "sum": sum(part.value for part in parts)}


def show_year(request: HttpRequest, year: int) -> HttpResponse:
    """The main round of a year, under its lasting address."""
    found = queries.shown_rounds().filter(year=year).order_by("call", "pk").first()
    if found is None:
        raise Http404
    return redirect("portal:round", found.pk)


@for_visitors(anything_new_in_round)
def show_round(request: HttpRequest, pk: int) -> HttpResponse:
    a_round = get_object_or_404(queries.shown_rounds(), pk=pk)
    if a_round.state in PUBLIC_STATES:
        return show_published_round(request, a_round)
    return show_running_round(request, a_round)


def show_published_round(request: HttpRequest, a_round: Round) -> HttpResponse:
    """Map, totals, charts and list of a round's projects."""
    projects = shown_projects().filter(round=a_round)
    groups = queries.groups_of(projects)
    totals, fields = queries.added_up(groups), queries.by_field(groups)
    districts = queries.districts_of(a_round.city)
    narrow = RoundFilter(request.GET, districts, [(row.code, str(row)) for row in fields if row.code])
    rows = narrow.narrow(with_money(projects)).select_related("district", "field").order_by("district__code", "pk")
    by = request.GET.get("by", "")
    by = by if by in SHADED_BY else SHADED_BY[0]
    counted = queries.by_district(groups)
    most = max((row.totals.projects for row in fields), default=0)
    sources = [("city", totals.city), ("district", totals.district), ("own", totals.own)]
    purse = max((amount.value or 0 for _, amount in sources), default=0)
    published = queries.published_totals(round=a_round)
    context = {
        "round": a_round,
        "city": a_round.city,
        "by": by,
        "map": drawing.places(districts, counted, lambda row: shaded(row, by)),
        "totals": totals,
        "fields": [(row, drawing.share(row.totals.projects, most)) for row in fields],
        "purses": [(name, amount, drawing.share(amount.value, purse)) for name, amount in sources],
        "published": queries.by_sources(published),
        "stated": {t.figure: t for t in published if not t.first_round_id and not t.district_id},
        "dates": queries.published_dates(a_round) if a_round.record else [],
        "has_result": not a_round.record and results.published_decision(a_round) is not None,
        "filter": narrow,
        "page": page_of(request, rows, PER_PAGE),
        "in_one_round": True,
    }
    return render(request, "portal/round.html", context)


@for_visitors(anything_new_in_round)
def show_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided in a published round, by which rules."""
    a_round = get_object_or_404(queries.shown_rounds().filter(state__in=PUBLIC_STATES), pk=pk)
    decision = results.published_decision(a_round)
    if decision is None:
        raise Http404
    page = page_of(request, results.selected_lines(decision), PER_PAGE)
    why = results.put_in(decision)
    context = {
        "round": a_round,
        "decision": decision,
        "outcome": results.outcome_of(decision),
        "rules": results.rules_of(decision, a_round),
        "page": page,
        "rows": [(line, why.get(line.plan_id)) for line in page],
    }
    return render(request, "portal/result.html", context)


def shaded(row: queries.Totals, by: str) -> int | None:
    return {"projects": row.projects, "jobs": row.jobs.value, "money": row.whole.value}[by]


def show_running_round(request: HttpRequest, a_round: Round) -> HttpResponse:
    """Calendar, what happens next, ideas so far. Plans are nobody's business before publication."""
    counted = queries.ideas_by_district(a_round)
    context = {
        "round": a_round,
        "city": a_round.city,
        "calendar": calendar_of(a_round),
        "ideas_count": sum(counted.values()),
        "ideas": queries.newest_ideas(a_round)[:6],
        "map": drawing.places(queries.districts_of(a_round.city), counted, lambda number: number),
    }
    return render(request, "portal/running_round.html", context)


def wanted_projects(request: HttpRequest) -> tuple[ProjectFilter, Any]:
    """The filter of all projects and what it leaves. Three queries for its choices."""
    named = RoundField.objects.filter(round__state__in=PUBLIC_STATES).order_by("-order", "round__year")
    fields = {field.code: str(field) for field in named.only("code", "name", "name_en")}
    years = Round.objects.filter(state__in=PUBLIC_STATES).order_by("-year").values_list("year", flat=True).distinct()
    narrow = ProjectFilter(request.GET, District.objects.all(), sorted(fields.items()), years)
    rows = narrow.narrow(with_money(shown_projects())).select_related("district", "field", "round", "organisation")
    return narrow, rows


@for_visitors(anything_new)
def show_projects(request: HttpRequest) -> HttpResponse:
    narrow, rows = wanted_projects(request)
    context = {"filter": narrow, "page": page_of(request, rows, PER_PAGE)}
    return render(request, "portal/projects.html", context)


def download_projects(request: HttpRequest) -> Any:
    """The same list as a file."""
    return sheets.projects_sheet(wanted_projects(request)[1])


@for_visitors(anything_new)
def show_project(request: HttpRequest, pk: int) -> HttpResponse:
    project = queries.project_of(pk)
    if project is None:
        raise Http404
    city = project.round.city if project.round else project.district and project.district.city
    kin = queries.same_project(project)
    context = {
        "project": project,
        "stages": stages_of(project.stage),
        "public_idea": idea_behind(project),
        "outcomes": queries.outcomes_of(project),
        "same": [other for other in kin if other.key == project.key and other.district_id == project.district_id],
        "copies": [other for other in kin if other.key != project.key or other.district_id != project.district_id],
        "city": city,
        "map": drawing.places(
            queries.districts_of(city) if city and project.district else [],
            {project.district_id: project},
            lambda _project: 1,
        ),
    }
    return render(request, "portal/project.html", context)


def idea_behind(project: Project) -> Idea | None:
    """The resident's idea that the project grew from, where it is open to all. No query."""
    line = getattr(project, "decision_line", None)
    idea = line.plan.idea if line else None
    return idea if idea and idea.state not in Idea.GONE else None


def stages_of(reached: str) -> list[dict[str, Any]]:
    """The four stages with where a project stands; nothing is marked where no source says."""
    order = list(Stage.values)
    at = order.index(reached) if reached in order else -1
    return [{"label": Stage(code).label, "done": i < at, "now": i == at} for i, code in enumerate(order)]


def nothing_new() -> int:
    """The table of moves is as old as the program that runs."""
    return 0


@for_visitors(nothing_new)
def show_stages(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/stages.html", {"rows": stages.rows()})


@for_visitors(anything_new)
def show_about(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.cited_sources())
    return render(request, "portal/about.html", {"page": page, "cities": City.objects.exclude(map_source="")})


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person, from every room that has something."""
    context = {"groups": desks.groups_for(request.user), "ways": desks.ways_for(request.user)}
    return render(request, "portal/desk.html", context)
