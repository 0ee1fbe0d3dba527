"""The applicants of an intake: what each sent, what the rules say of it, and the placement."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.programme.hiring import checking, moves, permissions, placing, queries
from sanghyeop.programme.hiring.models import Application, Check, Choice, Intake, Placement, Post
from sanghyeop.programme.hiring.office import act, page, seen_intake
from sanghyeop.programme.hiring.office_forms import ApplicantFilter, CheckForm, SuitabilityForm


def applicants(request, pk):
    """The applications that this person may read."""
    found = seen_intake(request, pk)
    offered = list(Post.objects.filter(call__intake=found).select_related("project"))
    form = ApplicantFilter(request.GET, offered)
    wanted = form.chosen()
    rows = queries.seen_applications(request.user, found)
    if "state" in wanted:
        rows = rows.filter(state=wanted["state"])
    if "waits" in wanted:
        rows = rows.filter(open_checks__gt=0)
    if "post" in wanted:
        rows = rows.filter(choices__post=wanted["post"])
    context = {
        "intake": found,
        "page": page_of(request, rows.order_by("pk")),
        "filter": form,
        "runs": permissions.runs_intake(request.user, found),
    }
    return render(request, "hiring/applicants.html", context)


def seen_application(request, pk):
    """An application that this person may read, with its choices; or ``Http404``. Two queries."""
    application = get_object_or_404(
        Application.objects.exclude(state=Application.State.WITHDRAWN)
        .select_related("intake__district__city", "intake__round", "district", "applicant")
        .prefetch_related(Prefetch("choices", Choice.objects.select_related("post__project", "suitability_by"))),
        pk=pk,
    )
    if not permissions.may_read_application(request.user, application):
        raise Http404
    return application


def applicant(request, pk):
    """One application with each rule, the fact that it rests on, and what was decided."""
    application = seen_application(request, pk)
    queries.note_look(request, application, "application")
    most = checking.most_suitability(checking.rules_of(application.intake))
    checks = list(application.checks.all())
    context = {
        "application": application,
        "intake": application.intake,
        "checks": checks,
        "choices": [
            (c, most is not None and permissions.runs(request.user, c.post.project)) for c in application.choices.all()
        ],
        "papers": application.papers.all(),
        "placements": application.placements.select_related("post"),
        "decides": permissions.decides(request.user, application)
        and application.intake.state in (Intake.State.DRAFT, Intake.State.OPEN),
        "points": sum(row.points for row in checks if row.holds),
        "sex": application.get_sex_display(),
    }
    return render(request, "hiring/applicant.html", context)


def correct(request, pk):
    """Correct what a rule said of somebody, with a reason."""
    row = get_object_or_404(Check.objects.select_related("rule"), pk=pk)
    row.application = seen_application(request, row.application_id)
    moves.must(permissions.decides(request.user, row.application))
    initial = {"holds": {True: "yes", False: "no", None: ""}[row.holds], "points": row.points}
    form = CheckForm(request.POST or None, initial=initial)

    def change():
        told = form.cleaned_data
        checking.correct(request.user, row, told["holds"], told["points"] or 0, told["why"])
        return reverse("hiring:applicant", args=[row.application_id])

    done = once.send_form(request, form, change, _("판단을 고쳤습니다."))
    return done or page(request, "hiring/correct.html", form, {"row": row, "application": row.application})


def suitability(request, pk):
    """Points for how somebody suits a post of the own project."""
    choice = get_object_or_404(Choice.objects.select_related("post__project"), pk=pk)
    choice.application = seen_application(request, choice.application_id)
    moves.must(permissions.runs(request.user, choice.post.project))
    most = checking.most_suitability(checking.rules_of(choice.application.intake))
    form = SuitabilityForm(request.POST or None, initial={"points": choice.suitability, "why": choice.suitability_why})

    def give():
        told = form.cleaned_data
        checking.judge_suitability(request.user, choice, told["points"], told["why"])
        return reverse("hiring:applicant", args=[choice.application_id])

    done = once.send_form(request, form, give, _("직무 적합도를 적었습니다."))
    context = {"choice": choice, "application": choice.application, "most": most}
    return done or page(request, "hiring/suitability.html", form, context)


def cancel(request, pk):
    """Take a placement back, with a reason."""
    placement = get_object_or_404(Placement.objects.select_related("post__project", "application__intake"), pk=pk)
    if not permissions.runs_placement(request.user, placement):
        raise Http404
    address = reverse("hiring:placements", args=[placement.application.intake_id])
    return act(request, moves.PLACEMENT, placement, "cancel", placing.cancel, address)
