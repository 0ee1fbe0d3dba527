"""The employer's pages: projects, contracts, days of work, leave, indirect jobs."""

from __future__ import annotations

import datetime
from fractions import Fraction

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.ledger.moves import last_day
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.employment import attendance, indirect_jobs, moves, queries
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.forms import (
    ContractForm,
    DayForm,
    EndForm,
    IndirectForm,
    WageForm,
    WhyForm,
    hours_of,
)
from sanghyeop.programme.employment.models import Contract, Leave, PayRule, Shift
from sanghyeop.programme.employment.pay_views import borders
from sanghyeop.programme.employment.rates import table_of
from sanghyeop.programme.employment.views import show_contract
from sanghyeop.programme.hiring.models import Placement
from sanghyeop.programme.projects.models import Project


def own_project(user, pk):
    """A project of which this person is an employer."""
    rows = Project.objects.filter(pk__in=who.projects_of(user).values("pk"))
    return get_object_or_404(
        rows.select_related("round__city", "district__city", "organisation", "grant__operator"), pk=pk
    )


def own_contract(user, pk):
    rows = Contract.objects.filter(post__project__in=who.projects_of(user).values("pk"))
    return get_object_or_404(queries.with_context(rows), pk=pk)


def projects(request):
    """The projects whose people one employs, with what waits in each."""
    return render(
        request, "employment/projects.html", {"page": page_of(request, queries.projects_with_work(request.user))}
    )


def project(request, pk):
    """The people of one project: who is still to be hired, and every contract."""
    row = own_project(request.user, pk)
    waiting = queries.to_hire(row)
    contracts = queries.contracts_of_project(row)
    text = request.GET.get("q", "").strip()
    if text:
        contracts = contracts.filter(person__name__icontains=text)
    context = {
        "project": row,
        "waiting": waiting[:50],
        "waiting_count": waiting.count(),
        "page": page_of(request, contracts),
    }
    return render(request, "employment/project.html", context)


def new(request, pk):
    """Write a contract for who has accepted a post; the borders of hours stand beside the form."""
    rows = Placement.objects.filter(post__project__in=who.projects_of(request.user).values("pk"))
    placement = get_object_or_404(
        rows.select_related("post__project__round", "post__project__district__city", "person", "application"), pk=pk
    )
    post = placement.post
    rule = PayRule.objects.filter(round=post.project.round_id).first()
    form = ContractForm(request.POST or None, initial=initial_of(placement, rule))
    error = ""
    if request.method == "POST" and request.POST.get("act") != "look" and form.is_valid():

        def write():
            written = moves.write_contract(request.user, placement, form.cleaned_data)
            return reverse("employment:contract", args=[written.pk])

        try:
            words = _("계약서를 썼습니다. 내용을 확인하고 참여자에게 보내 주세요.")
            return redirect(once.send(request, write, words))
        except Refused as refused:
            error = str(refused)
    context = {
        "placement": placement,
        "form": form,
        "error": error,
        "borders": borders_of(
            form, placement.post.project, placement.application.born_on, bool(rule and rule.living_wage)
        ),
    }
    looked = request.POST.get("act") == "look" and form.is_valid()
    return render(
        request, "employment/write.html", context, status=422 if (error or form.errors) and not looked else 200
    )


def initial_of(placement, rule):
    """A draft's terms from the post: its hours spread over five days."""
    post = placement.post
    today = timezone.localdate()
    start = post.starts_on or today
    a_day = Fraction(post.hours_a_week) * 60 / 5
    whole = int(a_day - a_day % 15)  # quarters of an hour; what is left goes to the first day
    minutes = [whole + (int(Fraction(post.hours_a_week) * 60) - 5 * whole if day == 0 else 0) for day in range(5)]
    return {
        "starts_on": start,
        "ends_on": post.ends_on,
        "begins_at": datetime.time(9),
        "weekly_holiday": 6,
        "wage_an_hour_krw": post.wage_an_hour_krw,
        "meal_a_day_krw": rule.meal_a_day_krw if rule else 0,
        "pay_day": 10,
        "five_or_more": True,
        "place": post.place,
        "duties": post.duties or post.title,
        **{f"hours_{day}": hours_of(minutes[day]) if day < 5 else "0" for day in range(7)},
    }


def borders_of(form, project, born_on, living_wage):
    """What the borders do to the hours that stand in the form."""
    facts = form.cleaned_data if form.is_bound and form.is_valid() else None
    if facts is None and form.is_bound:
        return None
    if facts:
        hours, start, end = Fraction(sum(facts["pattern"]), 60), facts["starts_on"], facts["ends_on"]
        wage = facts["wage_an_hour_krw"]
    else:
        hours = sum((Fraction(form.initial[f"hours_{day}"] or 0) for day in range(7)), Fraction(0))
        start, end, wage = form.initial["starts_on"], form.initial["ends_on"], form.initial["wage_an_hour_krw"]
    months = max(1, round(((end - start).days + 1) * 12 / 365)) if end else 9
    return borders(project, hours, wage, start, months, born_on, living_wage)


def edit(request, pk):
    """Change a draft; the form names the version it began from."""
    row = own_contract(request.user, pk)
    form = ContractForm(request.POST or None, initial=ContractForm.initial_of(row))
    error = ""
    if request.method == "POST" and request.POST.get("act") != "look" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            moves.change_contract(request.user, row, -1 if version is None else version, form.cleaned_data)
            messages.success(request, _("계약서를 고쳤습니다."))
            return redirect("employment:contract", pk=pk)
        except Refused as refused:
            error = str(refused)
    context = {
        "contract": row,
        "form": form,
        "error": error,
        "borders": borders_of(form, row.post.project, row.born_on, row.living_wage),
    }
    return render(request, "employment/write.html", context, status=422 if error or form.errors else 200)


@require_POST
def contract_move(request, pk):
    """Send a contract, or cancel it with a reason."""
    row = own_contract(request.user, pk)
    try:
        if request.POST.get("act") == "cancel":
            form = WhyForm(request.POST, prefix="cancel")
            if not form.is_valid():
                return show_contract(request, row, forms={"why_form": form})
            moves.cancel(request.user, row, form.cleaned_data["why"])
            messages.success(request, _("계약을 취소했습니다."))
            return redirect("employment:project", pk=row.post.project_id)
        moves.offer(request.user, row)
    except Refused as refused:
        return show_contract(request, own_contract(request.user, pk), str(refused))
    messages.success(request, _("서명하고 참여자에게 보냈습니다."))
    return redirect("employment:contract", pk=pk)


@require_POST
def wage_change(request, pk):
    row = own_contract(request.user, pk)
    form = WageForm(request.POST, prefix="wage")
    if not form.is_valid():
        return show_contract(request, row, forms={"wage_form": form})
    facts = form.cleaned_data
    try:
        moves.change_wage(request.user, row, facts["since"], facts["wage_an_hour_krw"], facts["why"])
    except Refused as refused:
        return show_contract(request, own_contract(request.user, pk), str(refused), {"wage_form": form})
    messages.success(request, _("시급을 바꾸고 참여자에게 알렸습니다."))
    return redirect("employment:contract", pk=pk)


@require_POST
def end(request, pk):
    row = own_contract(request.user, pk)
    form = EndForm(request.POST, prefix="end")
    if not form.is_valid():
        return show_contract(request, row, forms={"end_form": form})
    try:
        moves.end_contract(request.user, row, form.cleaned_data["on"], form.cleaned_data["why"])
    except Refused as refused:
        return show_contract(request, own_contract(request.user, pk), str(refused), {"end_form": form})
    messages.success(request, _("계약을 일찍 끝냈습니다."))
    return redirect("employment:contract", pk=pk)


# ---------------------------------------------------------------- days of work


def days(request, pk):
    """The recorded days of a project in a month; those without a clock-out first if asked for."""
    row = own_project(request.user, pk)
    month = queries.month_from(request.GET.get("month", ""), timezone.localdate())
    until = last_day(month)
    rows = Shift.objects.filter(contract__post__project=row).select_related(
        "contract__person", "contract__post", "corrected_by"
    )
    only_open = request.GET.get("open") == "1"
    rows = (
        rows.filter(went_at=None, on__lt=timezone.localdate()) if only_open else rows.filter(on__range=(month, until))
    )
    page = page_of(request, rows.order_by("-on", "contract__person__name", "pk"))
    table = table_of(row, datetime.date(2017, 1, 1) if only_open else month, until, attendance.COUNTING)
    found = [{"shift": shift, "day": attendance.counted(shift.contract, shift, table)} for shift in page]
    contracts = queries.contracts_of_project(row).filter(
        state=Contract.State.SIGNED, starts_on__lte=until, ends_on__gte=month
    )
    context = {
        "project": row,
        "month": month,
        "page": page,
        "rows": found,
        "only_open": only_open,
        "contracts": contracts.order_by("person__name", "pk")[:200],
        "today": timezone.localdate(),
    }
    return render(request, "employment/days.html", context)


def day(request, pk, on):
    """One person's day: correct it, add it, or take it away; the reason is kept."""
    row = own_contract(request.user, pk)
    try:
        date = datetime.date.fromisoformat(request.GET.get("on") or on)
    except ValueError:
        raise Refused(_("날짜를 알아볼 수 없습니다.")) from None
    shift = row.shifts.filter(on=date).first()
    form = DayForm(request.POST or None, initial=day_initial(row, shift))
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "remove" and shift:
                attendance.remove(request.user, shift, request.POST.get("why", "")[:300])
                messages.success(request, _("기록을 지웠습니다."))
                return redirect("employment:days", pk=row.post.project_id)
            if form.is_valid():
                came, went = form.moments(date)
                facts = form.cleaned_data
                attendance.correct(
                    request.user, row, date, came, went, facts["why"], facts["rest_minutes"], facts["whole"]
                )
                messages.success(request, _("기록을 고치고 참여자에게 알렸습니다."))
                return redirect(f"{reverse('employment:days', args=[row.post.project_id])}?month={date:%Y-%m}")
        except Refused as refused:
            error = str(refused)
    context = {"contract": row, "date": date, "shift": shift, "form": form, "error": error}
    return render(request, "employment/day.html", context, status=422 if error or form.errors else 200)


def day_initial(contract, shift):
    if shift is None:
        return {"came": contract.begins_at}
    went = timezone.localtime(shift.went_at).time() if shift.went_at else None
    return {
        "came": timezone.localtime(shift.came_at).time(),
        "went": went,
        "rest_minutes": shift.rest_minutes,
        "whole": shift.whole,
    }


def leaves(request, pk):
    """Leave that people of the project asked for, what waits first."""
    row = own_project(request.user, pk)
    rows = Leave.objects.filter(contract__post__project=row).select_related("contract__person", "contract__post")
    if request.GET.get("all") != "1":
        rows = rows.filter(state=Leave.State.ASKED)
    return render(request, "employment/leaves.html", {"project": row, "page": page_of(request, rows)})


def indirect(request, pk):
    """Jobs that came about without a contract here: added with how they were confirmed, taken back, never erased."""
    row = own_project(request.user, pk)
    form = IndirectForm(request.POST if request.POST.get("act") == "add" else None)
    if request.method == "POST":
        if request.POST.get("act") == "back":
            indirect_jobs.take_back(request.user, get_object_or_404(row.indirect_jobs, pk=request.POST.get("row") or 0))
            messages.success(request, _("지웠습니다."))
            return redirect("employment:indirect", pk=pk)
        if form.is_valid():

            def write():
                indirect_jobs.note(request.user, row, **form.cleaned_data)
                return reverse("employment:indirect", args=[pk])

            return redirect(once.send(request, write, _("적었습니다.")))
    page = page_of(request, row.indirect_jobs.filter(taken_back_at=None).select_related("by"))
    return render(
        request, "employment/indirect.html", {"project": row, "form": form, "page": page},
        status=422 if form.errors else 200,
    )  # fmt: skip
