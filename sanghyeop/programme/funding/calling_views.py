"""The pages of calls for operators, and of organisations with their names and grants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import hold
from sanghyeop.ground.files.serving import held, removed, serve
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.rulebook.queries import NoRate, rate
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import calling, listing, permissions, rules
from sanghyeop.programme.funding.calling_forms import AliasForm, BidForm, CallForm, CommitteeForm
from sanghyeop.programme.funding.forms import WhyForm
from sanghyeop.programme.funding.models import BidPaper, OperatorCall
from sanghyeop.programme.funding.views import grant_for


def open_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the district's own call for an operator."""
    grant = grant_for(request, pk)
    if not permissions.governs(request.user, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = CallForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call = calling.open_call(request.user, grant, **form.cleaned_data)
                messages.success(request, _("수행기관 모집을 시작했습니다."))
                return redirect("funding:call", call.pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    return render(request, "funding/call_open.html", {"grant": grant, "form": form}, status=status)


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """Calls for operators, open ones first: organisations bid for them."""
    calls = permissions.calls_of(request.user).select_related("grant__project__district")
    page = page_of(request, calls.defer("grant__project__district__outline").order_by("state", "-closes_at"))
    return render(request, "funding/calls.html", {"page": page, "now": timezone.now()})


def call_for(request: HttpRequest, number: int) -> OperatorCall:
    calls = permissions.calls_of(request.user)
    return get_object_or_404(
        calls.select_related("grant__project__round__city", "grant__project__district", "grant__operator"), pk=number
    )


def show(request: HttpRequest, number: int) -> HttpResponse:
    """One call: what is asked, the own bid; for the district the bids and the committee's record."""
    call = call_for(request, number)
    user: Any = request.user
    governs = permissions.governs(user, call.grant)
    over = timezone.now() >= call.closes_at
    bids = list(call.bids.select_related("organisation", "by").prefetch_related("papers__file"))
    mine = [made for made in bids if permissions.represents(user, made.organisation)]
    bidders = Organisation.objects.filter(pk__in=user.roles.member_organisations()).exclude(
        kind__in=[Organisation.Kind.CITY, Organisation.Kind.DISTRICT]
    )
    data = request.POST if request.method == "POST" else None
    action = request.POST.get("action", "")
    start = {"organisation": mine[0].organisation_id, "proposal": mine[0].proposal} if mine else {}
    files = request.FILES if action == "bid" else None
    bid_form = BidForm(data if action == "bid" else None, bidders, files, initial=start)
    committee = CommitteeForm(data if action == "conclude" else None, bids)
    why_form = WhyForm(data if action == "cancel" else None)
    papers: list[StoredFile] = []
    without = removed(request)
    refusal, status = None, 200
    if data is not None:
        status = 422
        if action == "bid":
            valid = bid_form.is_valid()
            purpose = StoredFile.Purpose.GRANT_PAPER
            papers = list(held(request, purpose).exclude(pk__in=BidPaper.objects.values("file")))
            papers += [hold(user, sent, purpose) for sent in bid_form.cleaned_data.get("papers") or []]
        try:
            if action == "bid" and valid:
                kept = bid_form.cleaned_data
                calling.bid(user, call, kept["organisation"], kept["proposal"], papers, without)
                messages.success(request, _("신청을 받았습니다. 마감 전까지 고칠 수 있습니다."))
                return redirect("funding:call", number)
            if action == "conclude" and committee.is_valid():
                calling.conclude(user, call, **committee.decided)
                messages.success(request, _("위원회의 결정을 적었습니다."))
                return redirect("funding:call", number)
            if action == "cancel" and why_form.is_valid():
                calling.cancel(user, call, why_form.cleaned_data["why"])
                messages.success(request, _("모집을 취소했습니다."))
                return redirect("funding:call", number)
        except NotYours:
            raise
        except Refused as refused:
            refusal, status = str(refused), 409
    context = {
        "call": call,
        "grant": call.grant,
        "governs": governs,
        "bids": bids if governs else mine,
        "is_open": call.state == OperatorCall.State.OPEN,
        "over": over,
        "bids_here": call.state == OperatorCall.State.OPEN and not over and bool(user.roles.member_organisations()),
        "bid_form": bid_form,
        "held": papers,
        "attached": [paper for made in mine for paper in made.papers.all()],
        "remove": without,
        "committee": committee,
        "why_form": why_form,
        "refusal": refusal,
    }
    return render(request, "funding/call.html", context, status=status)


@require_safe
def paper(request: HttpRequest, number: int, paper: int) -> FileResponse:
    """A paper of a bid: for the officers who decide, and for whoever bids."""
    call = call_for(request, number)
    found = get_object_or_404(BidPaper.objects.select_related("bid__organisation", "file"), bid__call=call, pk=paper)
    user = request.user
    if not (permissions.governs(user, call.grant) or permissions.represents(user, found.bid.organisation)):
        raise Http404
    return serve(found.file)


def organisation_for(request: HttpRequest, number: int) -> Organisation:
    return get_object_or_404(permissions.organisations_of(request.user).select_related("district", "city"), pk=number)


def years_of_history() -> Any:
    """How many years of grants are kept in sight, by the rulebook; None where it says nothing."""
    try:
        return rate(rules.HISTORY, timezone.localdate())
    except NoRate:
        return None


@require_safe
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    return show_organisation(request, organisation_for(request, number), AliasForm())


def show_organisation(request: HttpRequest, shown: Organisation, form: AliasForm, status: int = 200) -> HttpResponse:
    """An organisation: its names, and its grants of the years that the law wants kept."""
    years = years_of_history()
    since = timezone.localdate().year - (int(years.value) if years else 5)
    page = page_of(request, listing.history_of(shown, since))
    context = {
        "shown": shown,
        "aliases": list(shown.aliases.order_by("id")),
        "page": page,
        "years": years,
        "since": since,
        "may_name": permissions.names(request.user, shown),
        "form": form,
    }
    return render(request, "funding/organisation.html", context, status=status)


@require_POST
def add_alias(request: HttpRequest, number: int) -> HttpResponse:
    """Write down another name of an organisation."""
    shown = organisation_for(request, number)
    if not permissions.names(request.user, shown):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = AliasForm(request.POST)
    if not form.is_valid():
        return show_organisation(request, shown, form, 422)
    try:
        rules.add_alias(request.user, shown, form.cleaned_data["name"])
    except NotYours:
        raise
    except Refused as refused:
        form.add_error("name", str(refused))
        return show_organisation(request, shown, form, 409)
    messages.success(request, _("저장했습니다."))
    return redirect("funding:organisation", number)
