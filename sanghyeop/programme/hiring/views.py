"""Jobs for everyone, and an applicant's own applications."""

from __future__ import annotations

import io

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.files.serving import serve
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.rulebook.queries import rates
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.hiring import (
    applying,
    checking,
    lottery,
    moves,
    papers,
    permissions,
    placing,
    queries,
    rerun,
    rules,
)
from sanghyeop.programme.hiring.forms import ApplicationForm, JobFilter, PaperForm, initial_of
from sanghyeop.programme.hiring.models import Application, Call, Intake, Paper, Placement
from sanghyeop.programme.rounds.models import RoundField


def jobs(request):
    """The open calls."""
    fields = dict(
        RoundField.objects.filter(projects__calls__in=queries.open_calls()).order_by("code").values_list("code", "name")
    )
    form = JobFilter(request.GET, districts=list(District.objects.all()), fields=list(fields.items()))
    wanted = form.chosen()
    calls = queries.open_calls()
    if "district" in wanted:
        calls = calls.filter(project__district=wanted["district"])
    if "field" in wanted:
        calls = calls.filter(project__field__code=wanted["field"])
    if "q" in wanted:
        calls = queries.searched(calls, wanted["q"])
    page = page_of(request, calls.prefetch_related("posts"), 20)
    return render(request, "hiring/jobs.html", {"page": page, "filter": form, "searched": bool(wanted)})


def call_to_read(request, pk):
    """A call that this person may read, or ``Http404``."""
    call = get_object_or_404(
        Call.objects.select_related(
            "intake__district__city", "intake__round", "project__district", "project__organisation", "project__field"
        ),
        pk=pk,
    )
    public = call.state == Call.State.PUBLISHED and call.intake.state != Intake.State.DRAFT
    if not public and not permissions.runs_call(request.user, call):
        raise Http404
    return call, public


def show_call(request, pk):
    call, public = call_to_read(request, pk)
    posts = list(call.posts.prefetch_related("reserves"))
    mine = None
    if request.user.is_authenticated:
        mine = queries.own_applications(request.user).filter(intake=call.intake).exclude(state="withdrawn").first()
    context = {
        "call": call,
        "posts": posts,
        "rules": [(rules.said_of(rule), rule) for rule in checking.rules_of(call.intake)],
        "closed": moves.not_taking(call.intake),
        "mine": mine,
        "runs": permissions.runs_call(request.user, call),
        "public": public,
        "moves": list(moves.CALL.open_to(request.user, call)),
        "postings": queries.job_postings(call, posts, settings.SITE_URL + request.path) if public else "",
    }
    return render(request, "hiring/call.html", context)


def intake_to_read(pk):
    intake = get_object_or_404(
        Intake.objects.select_related("district__city", "round").exclude(state=Intake.State.DRAFT), pk=pk
    )
    return intake


def result(request, pk):
    """How lots are drawn, and after the announcement the whole result by number, for anyone to reckon again."""
    intake = intake_to_read(pk)
    draw = published_draw(intake)
    context = {
        "intake": intake,
        "commitment": lottery.commitment(intake.lottery_secret),
        "draw": draw,
        "command": rerun.command(draw) if draw and draw.entered else "",
        "page": page_of(request, queries.place_rows(intake)) if draw else None,
        "seat_states": dict(Placement.State.choices),
    }
    return render(request, "hiring/result.html", context)


def published_draw(intake):
    """The draw of an announced intake, otherwise None. One query."""
    if intake.state not in (Intake.State.ANNOUNCED, Intake.State.CLOSED):
        return None
    return intake.draws.filter(cancelled_at=None).select_related("intake").first()


def result_files(request, pk):
    """What went into the placement and what came out, with which anyone runs it again."""
    draw = published_draw(intake_to_read(pk))
    if draw is None or not draw.entered:
        raise Http404
    name = f"placement-{draw.intake_id}.zip"
    return FileResponse(io.BytesIO(rerun.as_zip(draw)), as_attachment=True, filename=name)


# Applying


def arranged(request, posts):
    """The chosen posts in the order that the buttons have given them, and whether a button was one of these."""
    by_key = {str(post.pk): post for post in posts}
    chosen = [key for key in dict.fromkeys(request.POST.getlist("choice")) if key in by_key]
    what, _colon, key = request.POST.get("arrange", "").partition(":")
    if what == "add":
        added = request.POST.get("add", "")
        chosen += [added] if added in by_key and added not in chosen else []
    elif key in chosen:
        at = chosen.index(key)
        chosen.remove(key)
        if what != "remove":
            chosen.insert(max(0, at - 1) if what == "up" else at + 1, key)
    return [by_key[key] for key in chosen], bool(what)


def application_form(request, intake, application=None, initial=None):
    rows = checking.rules_of(intake)
    return ApplicationForm(
        request.POST if request.method == "POST" else None,
        districts=list(District.objects.filter(city=intake.district.city_id)),
        needed=rules.needed(rows),
        bands=rules.bands(rows),
        year=timezone.localdate(intake.closes_at).year,
        initial=initial,
        consented=application is not None,
    )


def apply(request, pk):
    """Apply to an intake: who one is, what one declares, which posts in which order."""
    intake = intake_to_read(pk)
    if request.method == "POST":
        before = once.again(request)
        if before:
            return before
    mine = queries.own_applications(request.user)
    standing = mine.filter(intake=intake).exclude(state=Application.State.WITHDRAWN).first()
    if standing and request.method == "GET":
        return redirect("hiring:application", standing.pk)
    posts = queries.posts_to_choose(intake)
    if request.method == "GET":
        last = mine.first()
        initial = initial_of(last) if last else {"name": request.user.name, "district": str(intake.district_id)}
        form = application_form(request, intake, initial=initial)
        wanted = request.GET.getlist("post")
        chosen = [post for post in posts if str(post.pk) in wanted]
        return application_page(request, intake, form, posts, chosen)
    form = application_form(request, intake)
    chosen, arranging = arranged(request, posts)
    if arranging:
        return application_page(request, intake, form.untroubled(), posts, chosen)
    status = 422
    if form.is_valid():

        def send():
            sent = applying.send(request.user, intake, form.personal(), chosen)
            return reverse("hiring:application", args=[sent.pk])

        try:
            words = _("지원서를 받았습니다. 아래에서 언제든 확인하고 거둘 수 있습니다.")
            return redirect(once.send(request, send, words))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return application_page(request, intake, form, posts, chosen, status=status)


def application_page(request, intake, form, posts, chosen, application=None, status=200):
    keep = rates([papers.KEEP_DAYS], timezone.localdate(), [intake.district.city.code, intake.district.code])
    context = {
        "intake": intake,
        "form": form,
        "chosen": chosen,
        "others": [post for post in posts if post not in chosen],
        "application": application,
        "closed": moves.not_taking(intake),
        "keep": keep.get(papers.KEEP_DAYS),
    }
    return render(request, "hiring/apply.html", context, status=status)


def own_application(request, pk):
    """One of this person's applications, or ``Http404``."""
    return get_object_or_404(
        Application.objects.select_related("intake__district__city", "intake__round", "district"),
        pk=pk,
        applicant=request.user,
    )


def edit(request, pk):
    """Change what was sent, up to the deadline."""
    application = own_application(request, pk)
    moves.APPLICATION.check(request.user, application, "edit")
    intake = application.intake
    posts = queries.posts_to_choose(intake)
    form = application_form(request, intake, application, initial_of(application))
    form.version = application.version
    if request.method == "GET":
        wanted = [choice.post for choice in application.choices.select_related("post__project")]
        return application_page(request, intake, form, posts, wanted, application)
    form.version = request.POST.get("version", "")
    chosen, arranging = arranged(request, posts)
    if arranging:
        return application_page(request, intake, form.untroubled(), posts, chosen, application)
    status = 422
    if form.is_valid():
        version = int(form.version) if form.version.isdecimal() else -1
        try:
            applying.change(request.user, application, version, form.personal(), chosen)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            form.version = Application.objects.values_list("version", flat=True).get(pk=pk)
            status = 409
        else:
            messages.success(request, _("지원서를 고쳤습니다."))
            return redirect("hiring:application", pk)
    return application_page(request, intake, form, posts, chosen, application, status)


def mine(request):
    """All that this person has sent."""
    return render(request, "hiring/mine.html", {"page": page_of(request, queries.own_applications(request.user), 20)})


def show_application(request, pk):
    """One's own application: what was sent, what was decided and on which fact, offers, papers, who looked."""
    application = own_application(request, pk)
    announced = application.intake.state in (Intake.State.ANNOUNCED, Intake.State.CLOSED)
    shown = application.placements.exclude(state=Placement.State.PROPOSED) if announced else Placement.objects.none()
    offers = list(shown.select_related("post__project"))
    context = {
        "application": application,
        "intake": application.intake,
        "choices": application.choices.select_related("post__project", "post__call"),
        "checks": application.checks.all(),
        "papers": application.papers.select_related("file"),
        "offers": [(offer, list(moves.PLACEMENT.open_to(request.user, offer))) for offer in offers],
        "announced": announced,
        "decided": application.state in (Application.State.ELIGIBLE, Application.State.INELIGIBLE),
        "moves": {move.action for move in moves.APPLICATION.open_to(request.user, application)},
        "looks": page_of(request, application.looks.select_related("by"), 10),
    }
    return render(request, "hiring/application.html", context)


def withdraw(request, pk):
    application = own_application(request, pk)
    moves.APPLICATION.check(request.user, application, "withdraw")
    if request.method == "POST":
        applying.withdraw(request.user, application)
        messages.success(request, _("지원을 거두었습니다."))
        return redirect("hiring:mine")
    return render(request, "hiring/withdraw.html", {"application": application})


def hand_in(request, pk):
    """Attach a document."""
    application = own_application(request, pk)
    papers.refuse_if_over(application)
    form = PaperForm(request.POST, request.FILES) if request.method == "POST" else PaperForm()

    def keep():
        papers.hand_in(request.user, application, form.cleaned_data["kind"], form.cleaned_data["file"])
        return reverse("hiring:application", args=[pk])

    done = once.send_form(request, form, keep, _("서류를 받았습니다."))
    context = {"application": application, "form": form}
    return done or render(request, "hiring/hand_in.html", context, status=422 if form.errors else 200)


@require_POST
def take_paper_back(request, pk):
    paper = get_object_or_404(
        Paper.objects.select_related("application__intake", "file"),
        pk=pk,
        application__applicant=request.user,
        file__isnull=False,
    )
    papers.take_back(request.user, paper)
    messages.success(request, _("서류를 거두었습니다."))
    return redirect("hiring:application", paper.application_id)


def paper(request, pk):
    """A document's bytes, for its applicant and for who decides on the application."""
    found = get_object_or_404(Paper.objects.select_related("file", "application__intake"), pk=pk, file__isnull=False)
    application = found.application
    if not permissions.applicant(request.user, application):
        if not queries.seen_applications(request.user, application.intake).filter(pk=application.pk).exists():
            raise Http404
        queries.note_look(request, application, "paper")
    return serve(found.file, as_attachment=True)


@require_POST
def answer(request, pk):
    """Accept or decline an offer; pressed twice it counts once."""
    offer = get_object_or_404(
        Placement.objects.select_related("application__intake", "post"), pk=pk, person=request.user
    )
    accepts = request.POST.get("answer") == "accept"
    if not accepts and request.POST.get("answer") != "decline":
        raise Refused(_("수락할지 사양할지 골라 주세요."))
    if offer.state != (Placement.State.ACCEPTED if accepts else Placement.State.DECLINED):
        (placing.accept if accepts else placing.decline)(request.user, offer)
    messages.success(request, _("수락하셨습니다.") if accepts else _("사양하셨습니다."))
    return redirect("hiring:application", offer.application_id)
