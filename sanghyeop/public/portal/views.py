"""The public face: rounds, projects, stages, sources; and the desk of whoever is logged in."""

from importlib import import_module

from django.shortcuts import get_object_or_404, render

from sanghyeop.ground.paging import page_of
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round

#: Apps whose ``queries.tasks_for(user)`` fill the desk, in the order of a round.
DESK_APPS = ("rounds", "discovery", "planning", "review", "selection")


def home(request):
    return render(request, "portal/home.html", {"rounds": Round.objects.exclude(state=Round.State.DRAFT)[:6]})


def show_rounds(request):
    return render(request, "portal/rounds.html", {"page": page_of(request, Round.objects.exclude(state="draft"))})


def show_round(request, pk):
    shown = get_object_or_404(Round.objects.exclude(state=Round.State.DRAFT), pk=pk)
    projects = page_of(request, Project.objects.filter(round=shown).select_related("district"))
    return render(request, "portal/round.html", {"round": shown, "page": projects})


def show_projects(request):
    rows = Project.objects.select_related("district", "round")
    return render(request, "portal/projects.html", {"page": page_of(request, rows)})


def show_project(request, pk):
    project = get_object_or_404(Project.objects.select_related("district", "round"), pk=pk)
    return render(request, "portal/project.html", {"project": project})


def show_stages(request):
    return render(request, "portal/stages.html")


def show_about(request):
    return render(request, "portal/about.html")


def desk(request):
    """What waits for this person, from every app that has something."""
    tasks = []
    for name in DESK_APPS:
        queries = import_module(f"sanghyeop.programme.{name}.queries")
        tasks += queries.tasks_for(request.user)
    return render(request, "portal/desk.html", {"tasks": tasks})
