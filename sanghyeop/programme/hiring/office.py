"""Finding people for a project: the desk of a district's officer and of a project's operator."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.hiring import checking, lottery, moves, permissions, placing, queries, rules
from sanghyeop.programme.hiring.models import Application, Call, Check, Choice, Intake, Placement, Post, Rule
from sanghyeop.programme.hiring.office_forms import (
    ApplicantFilter,
    CallForm,
    CheckForm,
    IntakeForm,
    PostForm,
    RuleForm,
    SuitabilityForm,
    WhyForm,
)
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.projects.queries import PUBLIC_STATES
from sanghyeop.programme.rounds.models import Round


def send(request, form, action, words):
    """Do a move once and go where it leads; what the rules refuse is shown on the form. None: show the form."""
    key = once.key_of(request)
    before = once.sent_before(request.user, key)
    if before:
        return redirect(before)
    if not form.is_valid():
        return None
    try:
        address = once.send_once(request.user, key, action)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, words)
    return redirect(address)


def page(request, template, form, context):
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, context | {"form": form}, status=status)


def desk(request):
    """The projects, calls and intakes of this person's office."""
    districts = request.user.roles.officer_districts()
    context = {
        "projects": page_of(request, queries.offices_projects(request.user), 20),
        "calls": queries.offices_calls(request.user)[:20],
        "intakes": Intake.objects.filter(district__in=districts).select_related("district", "round")[:20],
        "officer": bool(districts),
    }
    return render(request, "hiring/desk.html", context)


def own_project(request, pk):
    """A project that this person finds people for, or ``Http404``."""
    project = get_object_or_404(Project.objects.select_related("district__city", "organisation", "round"), pk=pk)
    if not permissions.runs(request.user, project) or project.round is None:
        raise Http404
    return project


def posts(request, pk):
    """A project's posts: taken from its plan, or written down where it has none here."""
    project = own_project(request, pk)
    planned = queries.positions_of(project)
    standing = list(project.posts.select_related("call").prefetch_related("reserves"))
    form = None
    if planned:
        if request.method == "POST":
            moves.make_posts(request.user, project)
            messages.success(request, _("계획서의 직무로 자리를 만들었습니다."))
            return redirect("hiring:posts", pk)
    else:
        form = PostForm(request.POST or None)
        if request.method == "POST":

            def add():
                moves.add_post(request.user, project, **form.cleaned_data)
                return reverse("hiring:posts", args=[pk])

            done = send(request, form, add, _("자리를 적었습니다."))
            if done:
                return done
    context = {"project": project, "posts": standing, "planned": planned}
    return page(request, "hiring/posts.html", form, context)


def new_intake(request):
    """Begin an intake of the own district."""
    districts = list(District.objects.filter(pk__in=request.user.roles.officer_districts()))
    rounds = list(Round.objects.filter(city__in={d.city_id for d in districts}, state__in=PUBLIC_STATES, record=False))
    form = IntakeForm(
        request.POST or None,
        rounds,
        districts,
        initial={"answer_days": 3, "most_choices": 5, "district": str(districts[0].pk) if districts else ""},
    )

    def begin():
        facts = dict(form.cleaned_data)
        intake = moves.begin_intake(request.user, facts.pop("round"), **facts)
        return reverse("hiring:intake", args=[intake.pk])

    done = send(request, form, begin, _("모집 회차를 만들었습니다.")) if request.method == "POST" else None
    return done or page(request, "hiring/form.html", form, {"title": _("모집 회차 만들기"), "back": "hiring:desk"})


def seen_intake(request, pk):
    """An intake of the own district, or with a call of the own project; or ``Http404``."""
    intake = get_object_or_404(Intake.objects.select_related("district__city", "round"), pk=pk)
    if permissions.runs_intake(request.user, intake):
        return intake
    if not queries.offices_calls(request.user).filter(intake=intake).exists():
        raise Http404
    return intake


def intake(request, pk):
    """One intake: its calls and posts, what waits, and the result with the proof's counts."""
    found = seen_intake(request, pk)
    states = dict(found.applications.order_by().values_list("state").annotate(n=Count("pk")))
    context = {
        "intake": found,
        "rows": queries.post_rows(found),
        "calls": found.calls.select_related("project"),
        "states": [(label, states.get(state, 0)) for state, label in Application.State.choices],
        "moves": list(moves.INTAKE.open_to(request.user, found)),
        "runs": permissions.runs_intake(request.user, found),
        "commitment": lottery.commitment(found.lottery_secret),
        "draw": found.draws.filter(cancelled_at=None).first(),
        "waits": moves.not_ready_to_place(found) if found.state == Intake.State.OPEN else None,
    }
    return render(request, "hiring/intake.html", context)


def placements(request, pk):
    """Who has which post, and what they answered."""
    found = seen_intake(request, pk)
    rows = (
        Placement.objects.filter(application__in=queries.seen_applications(request.user, found).values("pk"))
        .select_related("post__project", "application")
        .order_by("post__project__title", "post", "pk")
    )
    shown = page_of(request, rows)
    context = {
        "intake": found,
        "page": shown,
        "rows": [(p, permissions.runs_placement(request.user, p) and p.state in Placement.STANDING) for p in shown],
    }
    return render(request, "hiring/placements.html", context)


#: Moves of an intake by name.
INTAKE_ACTS = {
    "open": lambda who, found, why: moves.change_intake(who, found, "open"),
    "take_back": lambda who, found, why: moves.change_intake(who, found, "take_back", why),
    "place": lambda who, found, why: placing.draw(who, found),
    "undo": placing.undo,
    "announce": lambda who, found, why: placing.announce(who, found),
    "close": lambda who, found, why: moves.change_intake(who, found, "close"),
}
CALL_ACTS = {
    "publish": lambda who, found, why: moves.publish_call(who, found),
    "withdraw": moves.withdraw_call,
}


def act(request, table, subject, action, does, address):
    """Confirm a move, with its reason where one is owed, and make it once."""
    if request.method == "POST":
        before = once.sent_before(request.user, once.key_of(request))
        if before:
            return redirect(before)
    move = table.check(request.user, subject, action, why="-")
    form = WhyForm(request.POST or None) if move.why else None
    if request.method == "POST" and (form is None or form.is_valid()):

        def make():
            does(request.user, subject, form.cleaned_data["why"] if form else "")
            return address

        to = once.send_once(request.user, once.key_of(request), make)
        messages.success(request, _("마쳤습니다: %(action)s") % {"action": move.label})
        return redirect(to)
    return page(request, "hiring/act.html", form, {"subject": subject, "move": move, "address": address})


def act_intake(request, pk, action):
    found = seen_intake(request, pk)
    if action not in INTAKE_ACTS:
        raise Http404
    return act(request, moves.INTAKE, found, action, INTAKE_ACTS[action], reverse("hiring:intake", args=[pk]))


def settle(request, pk):
    """Settle all applications on which nothing is left to decide."""
    found = seen_intake(request, pk)
    if request.method == "POST":
        settled, left = checking.settle_all(request.user, found)
        messages.success(
            request,
            _("%(settled)d건의 자격을 확인했습니다. 판단할 것이 남은 지원서 %(left)d건.")
            % {"settled": settled, "left": left},
        )
        return redirect("hiring:applicants", pk)
    moves.must(permissions.runs_intake(request.user, found))
    return render(request, "hiring/settle.html", {"intake": found})


def new_call(request, pk):
    """Write the call of a project."""
    project = own_project(request, pk)
    intakes = list(
        Intake.objects.filter(
            district=project.district_id, round=project.round_id, state__in=[Intake.State.DRAFT, Intake.State.OPEN]
        )
    )
    free = list(project.posts.filter(call=None))
    groups = group_codes(project.round)
    form = CallForm(
        request.POST or None,
        intakes=intakes,
        posts=free,
        groups=groups,
        initial={"title": _("%(project)s 참여자 모집") % {"project": project}}
        | {f"post_{p.pk}": True for p in free}
        | ({"intake": str(intakes[0].pk)} if intakes else {}),
    )

    def begin():
        call = moves.begin_call(
            request.user, form.cleaned_data["intake"], project, form.offered(), form.reserves(), **form.words()
        )
        return reverse("hiring:call", args=[call.pk])

    done = None
    if request.method == "POST" and intakes:
        done = send(request, form, begin, _("공고를 적었습니다. 확인하고 공고해 주세요."))
    context = {"project": project, "intakes": intakes, "posts": free}
    return done or page(request, "hiring/write_call.html", form, context)


def group_codes(round_):
    """The preferred groups that a round's rules name, in their order. One query."""
    named = round_.participant_rules.filter(kind=Rule.Kind.GROUP_POINTS).values_list("code", flat=True)
    return list(dict.fromkeys(named))


def own_call(request, pk):
    call = get_object_or_404(
        Call.objects.select_related("intake__district", "project__district", "project__round"), pk=pk
    )
    if not permissions.runs_call(request.user, call):
        raise Http404
    return call


def edit_call(request, pk):
    call = own_call(request, pk)
    moves.CALL.check(request.user, call, "edit")
    offered = list(call.project.posts.filter(Q(call=None) | Q(call=call)).prefetch_related("reserves"))
    groups = group_codes(call.project.round)
    initial = {name: getattr(call, name) for name in CallForm.WORDS}
    for post in offered:
        initial |= {
            f"post_{post.pk}": post.call_id == call.pk,
            f"starts_{post.pk}": post.starts_on,
            f"ends_{post.pk}": post.ends_on,
            f"duties_{post.pk}": post.duties,
        }
        initial |= {f"seats_{post.pk}_{r.group}": r.seats for r in post.reserves.all()}
    form = CallForm(request.POST or None, intakes=[], posts=offered, groups=groups, initial=initial)

    def change():
        moves.edit_call(request.user, call, form.offered(), form.reserves(), **form.words())
        return reverse("hiring:call", args=[pk])

    done = (
        send(request, form, change, _("공고를 고쳤습니다. 다시 공고해 주세요.")) if request.method == "POST" else None
    )
    context = {"project": call.project, "call": call, "posts": offered}
    return done or page(request, "hiring/write_call.html", form, context)


def act_call(request, pk, action):
    call = own_call(request, pk)
    if action not in CALL_ACTS:
        raise Http404
    return act(request, moves.CALL, call, action, CALL_ACTS[action], reverse("hiring:call", args=[pk]))


# Applicants


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

    done = send(request, form, change, _("판단을 고쳤습니다.")) if request.method == "POST" else None
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

    done = send(request, form, give, _("직무 적합도를 적었습니다.")) if request.method == "POST" else None
    context = {"choice": choice, "application": choice.application, "most": most}
    return done or page(request, "hiring/suitability.html", form, context)


def cancel(request, pk):
    """Take a placement back, with a reason."""
    placement = get_object_or_404(Placement.objects.select_related("post__project", "application__intake"), pk=pk)
    if not permissions.runs_placement(request.user, placement):
        raise Http404
    address = reverse("hiring:placements", args=[placement.application.intake_id])
    return act(request, moves.PLACEMENT, placement, "cancel", placing.cancel, address)


# The round's rules


def round_rules(request, pk):
    """The rules of a round about who may take part; the city's officer adds and removes them."""
    round_ = get_object_or_404(Round, pk=pk)
    if not permissions.sets_rules(request.user, round_):
        raise Http404
    form = RuleForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    rows = list(round_.participant_rules.select_related("source"))

    def back():
        return reverse("hiring:rules", args=[pk])

    if request.method == "POST" and "remove" in request.POST:
        gone = [rule for rule in rows if str(rule.pk) == request.POST["remove"]]
        if gone:
            moves.change_rules(request.user, round_, [], gone, request.POST.get("why", ""))
            messages.success(request, _("규칙을 지웠습니다."))
        return redirect(back())

    def add():
        moves.change_rules(request.user, round_, [form.save(commit=False)])
        return back()

    done = send(request, form, add, _("규칙을 더했습니다.")) if request.method == "POST" else None
    context = {"round": round_, "rows": [(rules.said_of(rule), rule) for rule in rows]}
    return done or page(request, "hiring/rules.html", form, context)
