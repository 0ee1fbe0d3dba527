"""The district officer's desk: the funnel of ideas, the committee, reports, twins."""

from __future__ import annotations

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.programme.discovery import moves, permissions, queries, voices
from sanghyeop.programme.discovery import twins as twins_of
from sanghyeop.programme.discovery.forms import (
    ORDERS,
    AnswerForm,
    CheckForm,
    IdeaFilter,
    MeetingForm,
    MergeForm,
    WhyForm,
)
from sanghyeop.programme.discovery.models import Committee, Idea, Report
from sanghyeop.programme.rounds.queries import shown_rounds


def own_idea(request, pk):
    """An idea of the officer's own district, or ``Http404``."""
    idea = queries.idea_for_page(pk, request.user)
    if idea is None or not permissions.officer_of(request.user, idea):
        raise Http404
    return idea


def page_with_form(request, template, form, context):
    return render(request, template, context | {"form": form}, status=422 if form.is_bound and form.errors else 200)


def funnel(request):
    """All ideas of the officer's district, with what waits at each."""
    rounds = list(shown_rounds())
    districts = [m.organisation.district_id for m in request.user.roles.memberships if m.organisation.district_id]
    form = IdeaFilter(
        request.GET,
        rounds=rounds,
        districts=list(District.objects.filter(pk__in=districts)),
        states=Idea.State.choices,
    )
    wanted = form.chosen()
    ideas = queries.districts_ideas(request.user)
    counted = Idea.objects.filter(district__in=request.user.roles.officer_districts(), round__in=rounds)
    if "round" in wanted:
        ideas, counted = ideas.filter(round=wanted["round"]), counted.filter(round=wanted["round"])
    counts = dict(counted.order_by().values_list("state").annotate(n=Count("pk")))
    if "district" in wanted:
        ideas = ideas.filter(district=wanted["district"])
    if "state" in wanted:
        ideas = ideas.filter(state=wanted["state"])
    if "q" in wanted:
        ideas = queries.containing(ideas, wanted["q"])
    waits = request.GET.get("waits")
    if waits in ("answer", "late"):
        ideas = ideas.filter(state__in=Idea.UNANSWERED)
    if waits == "late":
        ideas = ideas.filter(late=True)
    page = page_of(request, ideas.order_by(*ORDERS[wanted.get("order", "new")]))
    likely = queries.best_twins(request.user, page.object_list)
    context = {
        "page": page,
        "rows": [(idea, queries.waits_for(idea), likely.get(idea.pk)) for idea in page],
        "filter": form,
        "waits": waits,
        "counts": [(state, state.label, counts.get(state.value, 0)) for state in Idea.State],
    }
    return render(request, "discovery/funnel.html", context)


def check(request, pk):
    idea = own_idea(request, pk)
    moves.TABLE.check(request.user, idea, "check")
    form = CheckForm(request.POST or None)

    def action():
        facts = form.cleaned_data
        moves.check(request.user, idea, facts["department"], facts["feasible"], facts["opinion"])
        return reverse("discovery:show", args=[pk])

    done = once.send_form(request, form, action, _("부서 검토를 적었습니다."))
    return done or page_with_form(request, "discovery/check.html", form, {"idea": idea, "checks": idea.checks.all()})


def answer(request, pk):
    """Adopt an idea, or answer why not."""
    idea = own_idea(request, pk)
    form = AnswerForm(request.POST or None, initial={"decision": request.GET.get("decision")})

    def action():
        facts = form.cleaned_data
        moves.answer(request.user, idea, facts["decision"] == "adopt", facts["words"])
        return reverse("discovery:show", args=[pk])

    done = once.send_form(request, form, action, _("답변했습니다. 제안한 분과 지지한 분들께 알렸습니다."))
    if done is None:
        moves.TABLE.check(request.user, idea, "decline", why="-")
    context = {"idea": idea, "judgements": idea.judgements.select_related("meeting"), "unchosen": moves.unchosen(idea)}
    return done or page_with_form(request, "discovery/answer.html", form, context)


def meetings(request):
    held = Committee.objects.filter(district__in=request.user.roles.officer_districts())
    page = page_of(
        request,
        held.select_related("round", "district").annotate(judged=Count("judgements")).order_by("-held_on", "-pk"),
    )
    return render(request, "discovery/meetings.html", {"page": page})


def meeting(request, pk):
    held = get_object_or_404(
        Committee.objects.filter(district__in=request.user.roles.officer_districts()).select_related(
            "round", "district", "by"
        ),
        pk=pk,
    )
    page = page_of(request, held.judgements.select_related("idea"))
    return render(request, "discovery/meeting.html", {"meeting": held, "page": page})


def new_meeting(request):
    """Record a meeting: what it chose among the ideas before it, or that it named no winner."""
    rounds = list(shown_rounds())
    districts = list(District.objects.filter(pk__in=request.user.roles.officer_districts()))
    round_ = next((r for r in rounds if str(r.pk) == request.GET.get("round")), rounds[0] if rounds else None)
    district = next((d for d in districts if str(d.pk) == request.GET.get("district")), None) or next(
        iter(districts), None
    )
    if round_ is None or district is None:
        raise Http404
    form = MeetingForm(request.POST or None, ideas=list(queries.before_committee(round_, district.pk)))

    def action():
        facts = form.cleaned_data
        held = moves.record_meeting(
            request.user,
            round_,
            district,
            facts["held_on"],
            facts["attendees"],
            facts["minutes"],
            form.judgements(),
            facts["no_winner"],
        )
        return reverse("discovery:meeting", args=[held.pk])

    done = once.send_form(request, form, action, _("회의를 기록했습니다."))
    context = {"round": round_, "district": district, "rounds": rounds, "districts": districts}
    return done or page_with_form(request, "discovery/new_meeting.html", form, context)


def reports(request):
    return render(request, "discovery/reports.html", {"page": page_of(request, queries.reports_for(request.user))})


def handle_report(request, pk):
    """Hide what was reported or dismiss the report, with a reason; or show a hidden comment again."""
    found = get_object_or_404(queries.reports_for(request.user), pk=pk)
    form = WhyForm(request.POST or None)
    decision = request.POST.get("decision", "")

    def action():
        why = form.cleaned_data["why"]
        if decision == "show_comment" and found.comment is not None:
            voices.hide_comment(request.user, found.comment, why, hidden=False)
        else:
            voices.handle(request.user, found, decision == "hide", why)
        return reverse("discovery:reports")

    done = None
    if request.method == "POST":
        if decision not in ("hide", "dismiss", "show_comment"):
            form.add_error(None, _("가릴지, 문제가 없는지 골라 주세요."))
        done = once.send_form(request, form, action, _("신고를 처리했습니다."))
    return done or page_with_form(
        request, "discovery/handle_report.html", form, {"report": found, "State": Report.State}
    )


def twins(request, pk):
    """Ideas of the district that may say the same."""
    idea = own_idea(request, pk)
    query = request.GET.get("q", "")
    found = queries.twin_candidates(idea)
    others = Idea.objects.filter(round=idea.round, district=idea.district, state__in=Idea.UNANSWERED).exclude(pk=pk)
    searched = queries.with_supporters(queries.containing(others, query))[:20] if query else []
    return render(request, "discovery/twins.html", {"idea": idea, "alike": found, "q": query, "searched": searched})


def merge(request, pk, twin):
    """Compare two ideas side by side and let the second live on in the first."""
    if pk == twin:
        raise Http404
    kept, other = own_idea(request, pk), own_idea(request, twin)
    form = MergeForm(request.POST or None)

    def action():
        twins_of.merge(request.user, kept, other, form.cleaned_data["why"])
        return reverse("discovery:show", args=[pk])

    words = _("두 아이디어를 합쳤습니다. 지지한 분은 한 번씩만 셉니다.")
    done = once.send_form(request, form, action, words)
    return done or page_with_form(request, "discovery/merge.html", form, {"kept": kept, "twin": other})
