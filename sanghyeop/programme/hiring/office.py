"""Finding people for a project: the desk of a district's officer and of a project's operator."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.programme.hiring import checking, lottery, moves, permissions, placing, queries
from sanghyeop.programme.hiring.models import Application, Call, Intake, Placement, Rule
from sanghyeop.programme.hiring.office_forms import (
    CallForm,
    IntakeForm,
    PostForm,
    WhyForm,
)
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.projects.queries import PUBLIC_STATES
from sanghyeop.programme.rounds.models import Round


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

            done = once.send_form(request, form, add, _("자리를 적었습니다."))
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

    done = once.send_form(request, form, begin, _("모집 회차를 만들었습니다."))
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
        before = once.again(request)
        if before:
            return before
    move = table.check(request.user, subject, action, why="-")
    form = WhyForm(request.POST or None) if move.why else None
    if request.method == "POST" and (form is None or form.is_valid()):

        def make():
            does(request.user, subject, form.cleaned_data["why"] if form else "")
            return address

        return redirect(once.send(request, make, _("마쳤습니다: %(action)s") % {"action": move.label}))
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
        done = once.send_form(request, form, begin, _("공고를 적었습니다. 확인하고 공고해 주세요."))
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

    done = once.send_form(request, form, change, _("공고를 고쳤습니다. 다시 공고해 주세요."))
    context = {"project": call.project, "call": call, "posts": offered}
    return done or page(request, "hiring/write_call.html", form, context)


def act_call(request, pk, action):
    call = own_call(request, pk)
    if action not in CALL_ACTS:
        raise Http404
    return act(request, moves.CALL, call, action, CALL_ACTS[action], reverse("hiring:call", args=[pk]))
