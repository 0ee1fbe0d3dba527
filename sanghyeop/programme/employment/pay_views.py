"""Wages by month, and the planner of hours."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sanghyeop.engines.payroll import NoRate, around, months_after
from sanghyeop.engines.payroll.planner import turns
from sanghyeop.engines.payroll.rates import HOLIDAY_HOURS, INSURED_HOURS, JOBLESS, PENSION
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.employment import paying, queries
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.forms import CloseForm, MonthForm, PaidForm, PlannerForm
from sanghyeop.programme.employment.models import WageMonth, WagePayout
from sanghyeop.programme.employment.rates import refusal, scopes_of, table_for
from sanghyeop.programme.employment.words import note_in_words, plain
from sanghyeop.programme.projects.models import Project

SIDES = {
    "insurance_month": gettext_lazy("한 달 %(border)s시간"),
    "weekly_holiday": gettext_lazy("한 주 %(border)s시간"),
    "employment_age": gettext_lazy("새로 고용될 때 만 %(border)s세"),
}


def own_project(user, pk):
    rows = Project.objects.filter(pk__in=who.projects_of(user).values("pk"))
    return get_object_or_404(rows.select_related("round", "district__city", "organisation", "grant"), pk=pk)


def own_month(user, pk):
    rows = WageMonth.objects.filter(project__in=who.projects_of(user).values("pk"))
    return get_object_or_404(
        rows.select_related(
            "project__round", "project__district__city", "project__organisation", "project__grant", "line"
        ),
        pk=pk,
    )


def wages(request, pk):
    """A project's months of wages."""
    row = own_project(request.user, pk)
    return show_wages(request, row, MonthForm(initial={"month": f"{last_month():%Y-%m}"}))


def last_month() -> datetime.date:
    return (timezone.localdate().replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def show_wages(request, project, form, error=""):
    context = {
        "project": project,
        "form": form,
        "error": error,
        "page": page_of(request, queries.months_of(project), 24),
    }
    return render(request, "employment/wages.html", context, status=422 if error or form.errors else 200)


@require_POST
def reckon(request, pk):
    row = own_project(request.user, pk)
    form = MonthForm(request.POST)
    if not form.is_valid():
        return show_wages(request, row, form)
    try:
        found = paying.reckon(request.user, row, form.cleaned_data["month"])
    except Refused as refused:
        return show_wages(request, row, form, str(refused))
    messages.success(request, _("계산했습니다. 마감하기 전까지 다시 계산할 수 있습니다."))
    return redirect("employment:month", pk=found.pk)


def month(request, pk):
    """Everyone's pay of a month, and its closing."""
    return show_month(request, own_month(request.user, pk))


def show_month(request, row, error="", form=None, paid_form=None):
    slips = queries.with_sums(row.payslips.all()).select_related("contract__person", "contract__post")
    slips = slips.order_by("contract__person__name", "contract_id")
    closed = row.state == WageMonth.State.CLOSED
    if form is None and not closed:
        form = CloseForm(initial={"pays_on": months_after(row.month, 1).replace(day=10)})
    if form is not None:
        form.fields["line"].queryset = paying.personnel_lines(row.project)
        form.fields["line"].empty_label = None
    payout = WagePayout.objects.filter(month=row).first() if closed else None
    if closed and payout is None and paid_form is None:
        paid_form = PaidForm(initial={"on": row.pays_on})
    wrong = error or (form and form.errors) or (paid_form and paid_form.errors)
    context = {
        "month": row,
        "payout": payout,
        "paid_form": paid_form if payout is None else None,
        "project": row.project,
        "page": page_of(request, slips),
        "sums": paying.sums_of(row),
        "loose": None if closed else paying.loose_ends(row.project, row.month),
        "form": form,
        "error": error,
        "over": paying.last_day(row.month) < timezone.localdate(),
        "trail": trail_of(row)[:10],
    }
    return render(request, "employment/month.html", context, status=422 if wrong else 200)


@require_POST
def close(request, pk):
    row = own_month(request.user, pk)
    form = CloseForm(request.POST)
    form.fields["line"].queryset = paying.personnel_lines(row.project)
    if not form.is_valid():
        return show_month(request, row, form=form)
    try:
        paying.close(request.user, row, form.cleaned_data["line"], form.cleaned_data["pays_on"])
    except Refused as refused:
        return show_month(request, own_month(request.user, pk), str(refused), form)
    messages.success(request, _("마감하고 장부에 적었습니다. 참여자가 임금명세서를 볼 수 있습니다."))
    return redirect("employment:month", pk=pk)


@require_POST
def pay_out(request, pk):
    row = own_month(request.user, pk)
    form = PaidForm(request.POST)
    if not form.is_valid():
        return show_month(request, row, paid_form=form)
    try:
        paying.pay_out(request.user, row, form.cleaned_data["on"])
    except Refused as refused:
        return show_month(request, own_month(request.user, pk), str(refused), paid_form=form)
    messages.success(request, _("임금을 지급했다고 장부에 적었습니다."))
    return redirect("employment:month", pk=pk)


# ---------------------------------------------------------------- planning hours


def borders(project, hours, wage, start, months, born_on, living_wage):
    """What the planned hours cost in an average month, and both sides of each border. One query, none of objects."""
    scopes = scopes_of(project) if project else [""]
    return borders_in(scopes, hours, wage, start, months, born_on, living_wage)


def borders_in(scopes, hours, wage, start, months, born_on, living_wage):
    end = months_after(start, months) - datetime.timedelta(days=1)
    table = table_for(scopes, start, end)
    try:
        planned, rows = around(hours, wage, start, months, born_on, table, living_wage)
        ages = [int(table.on(f"{rule}.age_to", start).value) for rule in (PENSION, JOBLESS)]
        border = {
            "insurance_month": plain(str(table.on(INSURED_HOURS, start).value)),
            "weekly_holiday": plain(str(table.on(HOLIDAY_HOURS, start).value)),
            "employment_age": str(ages[1]),
        }
    except NoRate as missing:
        return {"missing": str(refusal(missing))}
    except ValueError:
        return None
    return {
        "planned": planned,
        "notes": [note_in_words(note.as_json()) for note in planned.pay.notes],
        "rows": [{"label": SIDES[row.side_of] % {"border": border[row.side_of]}, "row": row} for row in rows],
        "birthdays": [(age, on) for age in ages if (on := turns(born_on, start, end, age))],
    }


def planner(request):
    """Hours, wage and age before a contract is made."""
    asked = any(name in request.GET for name in ("hours", "wage"))
    initial = {"hours": "15", "wage": 10_320, "months": 9, "starts_on": timezone.localdate().replace(day=1)}
    form = PlannerForm(request.GET if asked else None, initial=initial)
    found = None
    if asked and form.is_valid():
        facts = form.cleaned_data
        district = District.objects.filter(pk__in=request.user.roles.officer_districts()).select_related("city").first()
        organisation = next((m.organisation for m in request.user.roles.memberships), None)
        if district is None and organisation is not None and organisation.district_id:
            district = District.objects.filter(pk=organisation.district_id).select_related("city").first()
        scopes = ["", *([district.city.code, district.code] if district else [])]
        found = borders_in(
            scopes, facts["hours"], facts["wage"], facts["starts_on"], facts["months"], facts["born_on"],
            facts["living_wage"],
        )  # fmt: skip
    return render(
        request, "employment/planner.html", {"form": form, "borders": found},
        status=422 if asked and form.errors else 200,
    )  # fmt: skip
