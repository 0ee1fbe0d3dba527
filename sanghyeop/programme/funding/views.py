"""The pages of grants: the list, one grant, its decision, operator and agreement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import hold
from sanghyeop.ground.files.serving import serve
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.ground.trail.words import action_label
from sanghyeop.programme.funding import agreement, burn, duties, listing, moves, paying, permissions, queries
from sanghyeop.programme.funding.forms import (
    AgreementForm,
    AskForm,
    DecideForm,
    EditForm,
    GrantFilter,
    OperatorForm,
    PayForm,
    WhyForm,
    conditions_form,
)
from sanghyeop.programme.funding.models import Grant, Instalment
from sanghyeop.programme.funding.permissions import grants_of
from sanghyeop.programme.funding.tables import GRANTS, INSTALMENTS


def grant_for(request: HttpRequest, pk: int) -> Grant:
    """The grant, if this person may read it. One query."""
    grants = grants_of(request.user).select_related("project__round__city", "project__district", "operator", "book")
    grants = grants.defer("project__district__outline", "agreed_content")
    return get_object_or_404(listing.with_grantee(grants), pk=pk)


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """The grants of this person's city, district or organisation, with their money and their pace."""
    today = timezone.localdate()
    visible = grants_of(request.user)
    districts = District.objects.filter(projects__grant__in=visible).defer("outline").distinct()
    form = GrantFilter(request.GET, districts)
    asked = form.asked
    grants = listing.with_money(visible).select_related("project__round__city", "project__district", "operator")
    grants = grants.defer("project__district__outline", "agreed_content", "agreement").order_by(
        "-project__round__year", "pk"
    )
    if "district" in asked:
        grants = grants.filter(project__district=asked["district"])
    if "state" in asked:
        grants = grants.filter(state=asked["state"])
    if "q" in asked:
        grants = grants.filter(project__title__icontains=asked["q"].replace("\x00", ""))
    waits = listing.waiting(request.user).get(request.GET.get("wait", ""))
    if waits:
        grants = grants.filter(waits[1])
    rules = listing.PaceRules(today)
    if "pace" in asked:
        # How fast a project spends rests on days and on rules of its place: told apart here, on narrow rows.
        wanted = [grant.pk for grant in grants if rules.pace(grant, today) == asked["pace"]]
        grants = grants.filter(pk__in=wanted)
    page = page_of(request, grants)
    context = {
        "page": page,
        "rows": [(grant, rules.pace(grant, today)) for grant in page],
        "form": form,
        "waits": waits[0] if waits else None,
        "officer": permissions.prepares(request.user),
        "city": permissions.words_rule(request.user),
    }
    return render(request, "funding/list.html", context)


def to_prepare(request: HttpRequest) -> HttpResponse:
    """Published projects without a grant; each is prepared by one press, or the whole page at once."""
    projects = listing.to_prepare(request.user).select_related("round__city", "district", "organisation")
    page = page_of(request, projects.defer("district__outline").order_by("district__code", "id"))
    if request.method == "POST":
        wanted = set(request.POST.getlist("project"))
        chosen = [project for project in projects if str(project.pk) in wanted]
        made = [moves.prepare(request.user, project) for project in chosen]
        if len(made) == 1:
            messages.success(request, _("교부를 준비했습니다. 내용을 확인해 주세요."))
            return redirect("funding:show", made[0].pk)
        messages.success(request, _("%(count)s개 사업의 교부를 준비했습니다.") % {"count": len(made)})
        return redirect("funding:list")
    return render(request, "funding/to_prepare.html", {"page": page})


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return show_grant(request, grant_for(request, pk))


def show_grant(request: HttpRequest, grant: Grant, status: int = 200, **more: Any) -> HttpResponse:
    """One grant: where it stands, its money by line and purse, instalments, changes and duties. Eight queries beyond
    the person's, and what rooms above hold."""
    today = timezone.localdate()
    lines, budget = queries.lines_with_budget(grant)
    money = queries.money_of(grant)
    begun = grant.state in (Grant.State.PREPARED, Grant.State.DECIDED)  # nothing is spent yet
    held = {} if begun else queries.held_of(grant)
    rules = duties.rules_for(grant, today)
    passed = burn.elapsed(grant.starts_on, grant.ends_on, today)
    burns = burn.rows_by(lines, budget, money.spent, passed, rules)
    public = sum(budget[line.pk][purse] for line in lines for purse in duties.PUBLIC_PURSES)
    subsidy = grant.grantee_krw if grant.operator_id else public  # type: ignore[attr-defined]
    instalments = list(queries.instalments_of(grant))
    user = request.user
    for row in instalments:
        row.grant = grant
    context = {
        "grant": grant,
        "states": steps_of(grant),
        "lines": [
            {"line": line, "budget": budget[line.pk], "burn": of, "held": held.get(line.pk, 0)}
            for line, of in zip(lines, burns["line"], strict=True)
        ],
        "whole": burns["all"][0],
        "purses": burns["purse"],
        "money": money,
        "cash": money.of("cash"),
        "advanced": money.of("advanced"),
        "received": money.of("grant"),
        "runs": grant.state in (Grant.State.AGREED, Grant.State.SETTLING),
        "instalments": [(row, [move.action for move in INSTALMENTS.open_to(user, row)]) for row in instalments],
        "changes": list(grant.changes.all()[:5]),
        "duties": duties.duties_of(grant, rules, subsidy),
        "actions": [move.action for move in GRANTS.open_to(user, grant)] if begun else [],
        "governs": permissions.governs(user, grant),
        "watches": permissions.watches(user, grant),
        "may_change": grant.state == Grant.State.AGREED
        and (permissions.operates(user, grant) or permissions.watches(user, grant)),
        "may_name": grant.state in (Grant.State.PREPARED, Grant.State.DECIDED) and permissions.governs(user, grant),
        "decide_form": DecideForm(),
        "pay_form": PayForm(),
        "why_form": WhyForm(),
    }
    return render(request, "funding/show.html", context | more, status=status)


def steps_of(grant: Grant) -> list[dict[str, Any]]:
    order = Grant.State.values
    at = order.index(grant.state)
    return [
        {"label": label, "here": code == grant.state, "done": order.index(code) < at}
        for code, label in Grant.State.choices
    ]


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The city's decision."""
    grant = grant_for(request, pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return show_grant(request, grant, 422, decide_form=form)
    return done(request, grant, lambda: moves.decide(request.user, grant, form.cleaned_data["on"]), decide_form=form)


@require_POST
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the decision back, with a reason."""
    grant = grant_for(request, pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return show_grant(request, grant, 422, why_form=form)
    return done(request, grant, lambda: moves.retract(request.user, grant, form.cleaned_data["why"]), why_form=form)


def done(request: HttpRequest, grant: Grant, act: Any, **forms: Any) -> HttpResponse:
    """Do it once; what is refused comes back on the grant's page, beside what was typed."""
    page = reverse("funding:show", args=[grant.pk])

    def acting() -> str:
        act()
        return page

    try:
        return redirect(once.send(request, acting, _("마쳤습니다.")))
    except NotYours:
        raise
    except Refused as refused:
        return show_grant(request, grant_for(request, grant.pk), 409, refusal=str(refused), **forms)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Dates, way of paying and conditions, before the decision."""
    grant = grant_for(request, pk)
    if not permissions.governs(request.user, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    data = request.POST if request.method == "POST" else None
    start = {"starts_on": grant.starts_on, "ends_on": grant.ends_on, "paying": grant.paying}
    form, conditions = EditForm(data, initial=start), conditions_form(data, grant)
    status = 200
    if data is not None:
        status = 422
        if all([form.is_valid(), conditions.is_valid()]):
            try:
                grant = moves.edit(request.user, grant, **form.cleaned_data)
                rows = [row for row in (made.cleaned_data for made in conditions) if row.get("text")]
                moves.set_conditions(request.user, grant, rows)
                messages.success(request, _("저장했습니다."))
                return redirect("funding:show", pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    return render(request, "funding/edit.html", {"grant": grant, "form": form, "conditions": conditions}, status=status)


def name_operator(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the operator, or say that it is still to be found."""
    grant = grant_for(request, pk)
    if not permissions.governs(request.user, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = OperatorForm(request.POST if request.method == "POST" else None, grant)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                moves.name_operator(request.user, grant, form.cleaned_data["operator"], form.cleaned_data["why"])
                messages.success(request, _("저장했습니다."))
                return redirect("funding:show", pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    calls = grant.operator_calls.all()[:5]
    return render(request, "funding/operator.html", {"grant": grant, "form": form, "calls": calls}, status=status)


def show_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement: text, conditions, signatures; worded by any party until the last one has signed."""
    grant = grant_for(request, pk)
    content = agreed_content(grant)
    seen = agreement.hash_of(content)
    data = request.POST if request.method == "POST" else None
    form = AgreementForm(data, initial={"text": grant.agreement, "base": seen})
    refusal, status = None, 200
    if data is not None:
        status = 422
        try:
            if data.get("action") == "sign":
                status = 409
                after = moves.sign(request.user, grant, data.get("party", ""), data.get("hash", ""))
                said = _("협약을 맺었습니다.") if after.state == Grant.State.AGREED else _("서명했습니다.")
                messages.success(request, said)
                return redirect("funding:agreement", pk)
            if form.is_valid():
                status = 409
                moves.word(request.user, grant, form.cleaned_data["text"], form.cleaned_data["base"])
                messages.success(request, _("협약 내용을 저장했습니다. 세 기관이 이 내용에 서명해 주세요."))
                return redirect("funding:agreement", pk)
        except NotYours:
            raise
        except Refused as refused:
            refusal = str(refused)
            if data.get("action") == "sign":
                form = AgreementForm(None, initial={"text": grant.agreement, "base": seen})
            else:  # what was typed stays, and is saved over what stands now when it is sent again
                form.data = request.POST.copy()
                form.data["base"] = seen  # type: ignore[index]
    signatures = {row.party: row for row in grant.signatures.select_related("by")}
    context = {
        "grant": grant,
        "content": content,
        "hash": seen,
        "form": form,
        "refusal": refusal,
        "parties": [
            {"party": party.value, "label": party.label, "signature": signatures.get(party.value)}
            for party in agreement.Signature.Party
        ],
        "mine": permissions.parties_of(request.user, grant),
        "words": grant.state == Grant.State.DECIDED,
    }
    return render(request, "funding/agreement.html", context, status=status)


def agreed_content(grant: Grant) -> dict[str, Any]:
    """What was signed, once it was; else what would be signed now."""
    if grant.state in (Grant.State.PREPARED, Grant.State.DECIDED):
        return agreement.content_of(grant)
    return grant.agreed_content or {}


@require_safe
def show_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to a grant."""
    grant = grant_for(request, pk)
    page = page_of(request, trail_of(grant))
    rows = [(entry, action_label(entry)) for entry in page]
    return render(request, "funding/trail.html", {"grant": grant, "page": page, "rows": rows})


def instalment_for(grant: Grant, number: int) -> Instalment:
    found = get_object_or_404(grant.instalments, pk=number)
    found.grant = grant
    return found


def set_instalment(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Plan an instalment, or a further one."""
    from sanghyeop.programme.funding.forms import InstalmentForm

    grant = grant_for(request, pk)
    if not permissions.governs(request.user, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    row = instalment_for(grant, number) if number else None
    start = {"due_on": row.due_on, "milestone": row.milestone, **queries.shares_of(row)} if row else {}
    form = InstalmentForm(request.POST if request.method == "POST" else None, initial=start)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            kept = form.cleaned_data
            try:
                moves.set_instalment(
                    request.user, grant, row, due_on=kept["due_on"], milestone=kept["milestone"], shares=form.shares
                )
                messages.success(request, _("저장했습니다."))
                return redirect("funding:show", pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    room = {
        purse: amount - queries.planned_shares(grant, row)[purse] for purse, amount in queries.allotted(grant).items()
    }
    context = {"grant": grant, "form": form, "row": row, "room": room}
    return render(request, "funding/instalment.html", context, status=status)


@require_safe
def paper(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """The paper that an instalment was asked for with, for those who may read the grant."""
    row = instalment_for(grant_for(request, pk), number)
    if row.paper is None:
        raise Http404
    return serve(row.paper)


@require_POST
def act_on_instalment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One move of an instalment."""
    grant = grant_for(request, pk)
    row = instalment_for(grant, number)
    user, action = request.user, request.POST.get("action", "")
    if action == "ask":
        asking = AskForm(request.POST, request.FILES)
        if not asking.is_valid():
            return show_grant(request, grant, 422, ask_form=asking, typed=row.pk, typed_action=action)
        papers, purpose = asking.cleaned_data["paper"], StoredFile.Purpose.GRANT_PAPER
        return done(request, grant, lambda: paying.ask(user, row, *[hold(user, paper, purpose) for paper in papers]))
    if action == "pay":
        form = PayForm(request.POST)
        if not form.is_valid():
            return show_grant(request, grant, 422, pay_form=form, typed=row.pk, typed_action=action)
        return done(
            request, grant, lambda: paying.pay_out(user, row, form.cleaned_data["paid_on"]),
            pay_form=form, typed=row.pk, typed_action=action,
        )  # fmt: skip
    with_reason = {"send_back": paying.send_back, "take_back": paying.take_back, "drop": paying.drop}
    if action not in with_reason:
        raise Refused(_("그런 일은 할 수 없습니다."))
    why = WhyForm(request.POST)
    if not why.is_valid():
        return show_grant(request, grant, 422, why_form=why, typed=row.pk, typed_action=action)
    return done(
        request, grant, lambda: with_reason[action](user, row, why.cleaned_data["why"]),
        why_form=why, typed=row.pk, typed_action=action,
    )  # fmt: skip
