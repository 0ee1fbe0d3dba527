"""The city officer's pages: panel, conflicts of interest, assignment, bonus points."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, FilteredRelation, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.ground.trail.sure import SureForm
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import assigning, bonuses, panel, queries
from sanghyeop.programme.review.conflicts import ORIGINS, find_conflicts, lift, review_plans
from sanghyeop.programme.review.forms import GrantForm, MemberForm, NameForm, ReportForm, WhyForm
from sanghyeop.programme.review.models import Affinity, Assignment, Conflict, PanelMember, Proposal
from sanghyeop.programme.review.permissions import city_officer
from sanghyeop.programme.rounds.models import Bonus


def _round(request, pk):
    return get_object_or_404(queries.rounds_of_officer(request.user), pk=pk)


def _member(request, pk):
    rounds = queries.rounds_of_officer(request.user)
    return get_object_or_404(PanelMember.objects.select_related("round", "user"), pk=pk, round__in=rounds)


def _plan(request, pk):
    rounds = queries.rounds_of_officer(request.user)
    found = Plan.objects.select_related("round", "district", "organisation", "field", "idea")
    return get_object_or_404(found, pk=pk, round__in=rounds)


def _number(text):
    """A key that a form sent; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@require_safe
def show_round(request, pk):
    """Where the review of a round stands. Who sits on its panel is led to the own page: the chair to the progress."""
    if not city_officer(request.user):
        seat = get_object_or_404(PanelMember, round=pk, round__record=False, user=request.user, left_at=None)
        return redirect("review:progress", pk) if seat.chair else redirect("review:desk")
    rounds = queries.rounds_with_progress(queries.rounds_of_officer(request.user))
    round_ = get_object_or_404(rounds, pk=pk)
    return render(request, "review/round.html", {"round": round_, "proposal": queries.open_proposal(round_)})


def show_panel(request, pk):
    """The panel, and the form that names a person: search by name, then name."""
    round_ = _round(request, pk)
    text = request.GET.get("q", "")
    bound = request.method == "POST"
    shown = list(queries.candidates(round_, text)[:50])
    form = NameForm(request.POST if bound else None, round_, queries.candidates(round_, ""), shown)
    if request.method == "POST" and form.is_valid():
        try:

            def write():
                panel.name_member(request.user, round_, form.person, **form.facts())
                return reverse("review:panel", args=[pk])

            words = _("%(name)s 님을 심사위원으로 위촉하고 알렸습니다.") % {"name": form.person.name}
            return redirect(once.send(request, write, words))
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"round": round_, "members": page_of(request, queries.panel_of(round_)), "form": form, "q": text}
    return render(request, "review/panel.html", context, status=422 if form.errors else 200)


def show_member(request, pk):
    """One member: change district, load, fields; take off the panel."""
    member = _member(request, pk)
    form = MemberForm(request.POST if request.method == "POST" else None, member.round, member)
    if request.method == "POST" and form.is_valid():
        try:
            panel.change_member(request.user, member, **form.facts())
            messages.success(request, _("저장했습니다."))
            return redirect("review:panel", pk=member.round_id)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"member": member, "round": member.round, "form": form, "why": WhyForm(prefix="remove")}
    return render(request, "review/member.html", context, status=422 if form.errors else 200)


@require_POST
def remove_member(request, pk):
    member = _member(request, pk)
    why = WhyForm(request.POST, prefix="remove")
    if why.is_valid():
        try:
            panel.remove_member(request.user, member, why.cleaned_data["why"])
            messages.success(request, _("심사위원에서 뺐습니다. 끝내지 않은 계획서는 다른 위원이 맡습니다."))
            return redirect("review:panel", pk=member.round_id)
        except Refused as refused:
            why.add_error(None, str(refused))
    context = {"member": member, "round": member.round, "form": MemberForm(None, member.round, member), "why": why}
    return render(request, "review/member.html", context, status=422)


def show_conflicts(request, pk):
    """Every conflict between panel and plans with its origin; the ones found after an assignment first."""
    round_ = _round(request, pk)
    members = list(round_.panel.filter(left_at=None).select_related("user").order_by("user__name", "id"))
    for member in members:
        member.round = round_
    plans = list(
        review_plans(round_).filter(state=Plan.State.SUBMITTED).select_related("idea", "district", "organisation")
    )
    pairs = list(Assignment.objects.filter(plan__round=round_).order_by("id"))
    ended = [(row.plan_id, row.member_id) for row in pairs if row.state == Assignment.State.RECUSED]
    found = find_conflicts(members, plans, ended)
    member_of, plan_of = {m.pk: m for m in members}, {p.pk: p for p in plans}
    held = {(row.plan_id, row.member_id) for row in pairs if row.state in Assignment.HELD}
    wanted_member, origin = request.GET.get("member", ""), request.GET.get("origin", "")
    rows = [
        {"plan": plan_of[plan], "member": member_of[member], "ground": ground, "held": (plan, member) in held}
        for (plan, member), grounds in found.items()
        for ground in grounds
        if (not wanted_member or str(member) == wanted_member) and (not origin or ground.origin == origin)
    ]
    rows.sort(key=lambda row: (not row["held"], row["member"].user.name, row["plan"].pk))
    form = ReportForm(request.POST if request.method == "POST" else None)
    form.fields["member"].queryset = round_.panel.filter(left_at=None).select_related("user")
    form.fields["member"].choices = [("", "---"), *((m.pk, m.user.name) for m in members)]
    districts = {plan.district_id: plan.district for plan in plans}
    form.fields["district"].queryset = District.objects.filter(city=round_.city_id)
    form.fields["district"].choices = [("", "---"), *((d.pk, str(d)) for d in districts.values())]
    if request.method == "POST" and form.is_valid():
        try:
            thing = _reported(form.cleaned_data, plan_of)

            def write():
                given = form.cleaned_data
                assigning.report_and_hand_on(request.user, given["member"], given["reason"], **thing)
                return reverse("review:conflicts", args=[pk])

            return redirect(once.send(request, write, _("이해충돌을 기록했습니다.")))
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "round": round_, "page": Paginator(rows, 50).get_page(request.GET.get("page")), "form": form,
        "members": members, "origins": ORIGINS.items(), "member": wanted_member, "origin": origin,
        "after": len({(row["plan"].pk, row["member"].pk) for row in rows if row["held"]}), "why": WhyForm(),
    }  # fmt: skip
    return render(request, "review/conflicts.html", context, status=422 if form.errors else 200)


def _reported(given, plan_of):
    if bool(given["plan"]) == bool(given["district"]):
        raise Refused(_("계획서 번호와 자치구 가운데 하나만 적어 주세요."))
    if given["district"]:
        return {"district": given["district"]}
    if given["plan"] not in plan_of:
        raise Refused(_("이 연차에 그런 번호의 계획서가 없습니다."))
    return {"plan": plan_of[given["plan"]]}


@require_POST
def lift_conflict(request, pk):
    rounds = queries.rounds_of_officer(request.user)
    conflict = get_object_or_404(Conflict.objects.select_related("member__round"), pk=pk, member__round__in=rounds)
    lift(request.user, conflict, request.POST.get("why", "")[:500])
    messages.success(request, _("신고를 해제했습니다. 기록은 남아 있습니다."))
    return redirect("review:conflicts", pk=conflict.member.round_id)


def show_assignments(request, pk):
    """Who reads which plan, paged."""
    round_ = _round(request, pk)
    page = page_of(request, queries.plans_under_review(round_, request.GET))
    held = queries.held_by_plan(page.object_list)
    context = {
        "round": round_,
        "proposal": queries.open_proposal(round_),
        "page": page,
        "rows": [(plan, held.get(plan.pk, [])) for plan in page],
        "districts": District.objects.filter(city=round_.city_id),
        "asked": request.GET,
    }
    return render(request, "review/assignments.html", context)


@require_POST
def propose(request, pk):
    round_ = _round(request, pk)
    if request.POST.get("act") == "settle":
        count = assigning.settle(request.user, round_)
        messages.success(request, _("이해충돌이 드러난 배정 %(count)d건을 거두었습니다.") % {"count": count})
        return redirect("review:assignments", pk=pk)

    try:
        # A second click makes a second proposal, which hurts nobody; once.send would hold the database meanwhile.
        return redirect("review:proposal", pk=assigning.propose(request.user, round_).pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("review:assignments", pk=pk)


def show_proposal(request, pk):
    """What the optimiser proposes: loads, affinity, plans that lack reviewers and why; then confirm."""
    rounds = queries.rounds_of_officer(request.user)
    proposal = get_object_or_404(Proposal.objects.select_related("round", "by"), pk=pk, round__in=rounds)
    error = ""
    sure = SureForm(request.POST if request.method == "POST" else None, follows=assigning.CONFIRMING)
    if request.method == "POST" and (proposal.confirmed_at or sure.is_valid()):
        try:
            assigning.confirm(request.user, proposal)
            messages.success(request, _("배정을 확정하고 심사위원에게 알렸습니다."))
            return redirect("review:assignments", pk=proposal.round_id)
        except Refused as refused:
            error = str(refused)
    answer = proposal.answer
    members = {m.pk: m for m in queries.panel_of(proposal.round)}
    short = {lack["plan"]: lack for lack in answer["shortages"]}
    narrow = answer["bottleneck"]
    pairs = Paginator(answer["added"], 50).get_page(request.GET.get("page"))
    asked = {*short, *(plan for plan, _m in pairs), *(plan for plan, _m in answer["dropped"][:50])}
    plans = Plan.objects.select_related("district", "field").in_bulk(asked)
    loads = [
        {"member": members[int(pk_)], "load": load, "most": members[int(pk_)].most}
        for pk_, load in answer["loads"].items() if int(pk_) in members
    ]  # fmt: skip
    context = {
        "proposal": proposal, "round": proposal.round, "answer": answer, "error": error, "page": pairs, "sure": sure,
        "loads": sorted(loads, key=lambda row: -row["load"]),
        "pairs": [(plans.get(p), members.get(m)) for p, m in pairs],
        "dropped": [(plans.get(p), members.get(m)) for p, m in answer["dropped"][:50]],
        "shortages": [(plans.get(p), lack) for p, lack in list(short.items())[:100]],
        "narrow": narrow and narrow | {"names": [members[m].user.name for m in narrow["members"] if m in members]},
        "levels": sorted(((int(k), n) for k, n in answer["levels"].items()), reverse=True),
    }  # fmt: skip
    status = 409 if error else 422 if sure.errors else 200
    return render(request, "review/proposal.html", context, status=status)


def show_plan(request, pk):
    """One plan under review: its reviewers, who else could read it and why not, its bonus points."""
    plan = _plan(request, pk)
    error, status = "", 200
    if request.method == "POST":
        try:
            member = get_object_or_404(PanelMember, pk=_number(request.POST.get("member", "")), round=plan.round_id)
            assigning.assign_by_hand(request.user, plan, member)
            messages.success(request, _("배정했습니다."))
            return redirect("review:plan", pk=pk)
        except Refused as refused:
            error, status = str(refused), 409
    return _plan_page(request, plan, error, status)


def _plan_page(request, plan, error="", status=200, grant=None, grant_for=None):
    level = Affinity.objects.filter(member=OuterRef("pk"), field=plan.field_id).values("level")
    members = list(
        queries.panel_of(plan.round)
        .filter(left_at=None)
        .annotate(level=Coalesce(Subquery(level[:1], output_field=IntegerField()), Value(0)))
        .order_by("-level", "load", "user__name")
    )
    for member in members:
        member.round = plan.round
    pairs = list(Assignment.objects.filter(plan=plan).select_related("member__user").order_by("member__user__name"))
    ended = [(plan.pk, row.member_id) for row in pairs if row.state == Assignment.State.RECUSED]
    grounds = find_conflicts(members, [plan], ended)
    held = {row.member_id for row in pairs if row.state in Assignment.HELD}
    given = (
        Bonus.objects.filter(round=plan.round_id)
        .annotate(given=FilteredRelation("grants", condition=Q(grants__plan=plan.pk)))
        .annotate(evidence=F("given__evidence"), given_at=F("given__at"), given_by=F("given__by__name"))
    )
    context = {
        "plan": plan, "round": plan.round, "error": error, "bonuses": given,
        "grant": grant or GrantForm(), "grant_for": grant_for, "why": WhyForm(),
        "pairs": [row for row in pairs if row.state in Assignment.HELD],
        "ended": [row for row in pairs if row.state not in Assignment.HELD],
        "others": [(m, grounds.get((plan.pk, m.pk), [])) for m in members if m.pk not in held],
        "clashes": [(m, grounds[plan.pk, m.pk]) for m in members if m.pk in held and (plan.pk, m.pk) in grounds],
    }  # fmt: skip
    return render(request, "review/plan.html", context, status=status)


@require_POST
def release(request, pk):
    """Take a plan away from a reviewer, by hand."""
    rounds = queries.rounds_of_officer(request.user)
    sheets = Assignment.objects.select_related("plan__round", "member__user")
    sheet = get_object_or_404(sheets, pk=pk, plan__round__in=rounds)
    try:
        assigning.release(request.user, sheet, request.POST.get("why", "")[:500])
        messages.success(request, _("배정을 해제했습니다."))
    except Refused as refused:
        return _plan_page(request, _plan(request, sheet.plan_id), str(refused), 409)
    return redirect("review:plan", pk=sheet.plan_id)


@require_POST
def grant(request, pk, bonus):
    plan = _plan(request, pk)
    kind = get_object_or_404(Bonus, pk=bonus, round=plan.round_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            bonuses.grant_bonus(request.user, plan, kind, form.cleaned_data["evidence"])
            messages.success(request, _("가점을 확인했습니다."))
            return redirect("review:plan", pk=pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _plan_page(request, plan, status=422, grant=form, grant_for=kind.pk)


@require_POST
def take_grant(request, pk, bonus):
    plan = _plan(request, pk)
    kind = get_object_or_404(Bonus, pk=bonus, round=plan.round_id)
    try:
        bonuses.take_back_bonus(request.user, plan, kind, request.POST.get("why", "")[:500])
        messages.success(request, _("가점을 거두었습니다."))
    except Refused as refused:
        return _plan_page(request, plan, str(refused), 409)
    return redirect("review:plan", pk=pk)
