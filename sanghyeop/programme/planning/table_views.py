"""The tables of a plan: positions, budget, revenue and cost per month. htmx asks for the working part alone."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.ground.trail.once import key_of, send_once
from sanghyeop.programme.planning import budget as sums
from sanghyeop.programme.planning import hints, queries, writing
from sanghyeop.programme.planning.chart import chart_of
from sanghyeop.programme.planning.forms import BudgetLineForm, ForecastForm, PositionForm, read_pasted
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position
from sanghyeop.programme.planning.views import plan_of

MONTHS_A_YEAR = 12


def positions(request, pk, row_pk=None):
    return table(
        request, pk, row_pk, PositionForm, Position, writing.mark_of_position, writing.save_position, "positions"
    )


def budget(request, pk, row_pk=None):
    return table(
        request, pk, row_pk, BudgetLineForm, BudgetLine, writing.mark_of_budget_line, writing.save_budget_line, "budget"
    )


def table(request, pk, row_pk, form_class, model, mark, save, name):
    """The table with a form below it: an empty one to add a row, or the one of the row that is being changed."""
    plan = plan_of(request, pk)
    row = model.objects.filter(pk=row_pk, plan=plan).first() if row_pk else None
    if request.method != "POST":
        if row_pk and row is None:
            raise Http404
        initial = {"base": mark(row)} if row else {}
        return work(request, plan, name, form_class(instance=row, initial=initial, plan=plan), row_pk)
    # Of a row that somebody else has removed meanwhile, the move says so and what was typed stays.
    form = form_class(request.POST, instance=row or model(pk=row_pk), plan=plan)
    if not form.is_valid():
        return work(request, plan, name, form, row_pk, 422)
    try:
        send_once(
            request.user,
            key_of(request),
            lambda: f"#{save(request.user, plan, form.save(commit=False), form.cleaned_data['base']).pk}",
        )
    except writing.Clash as clash:
        form.add_error(None, str(clash))
        form.data = form.data.copy()
        form.data["base"] = mark(clash.current)
        return work(request, plan, name, form, row_pk, 409, theirs=clash.current)
    except NotYours:
        raise
    except Refused as reason:
        form.add_error(None, str(reason))
        return work(request, plan, name, form, row_pk if row else None, 409)
    if request.htmx:
        return work(request, plan, name, form_class(plan=plan), saved=True)
    return redirect(reverse(f"planning:{name}", args=[pk]) + "?done=saved#row-form")


def work(request, plan, name, form, row_pk=None, status=200, **more):
    """The working part of a table page, alone for htmx."""
    now = queries.tables_of(plan)
    if more.get("saved"):
        # The button that was pressed is gone: the work goes on at the first field of the next row.
        form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    context = {
        "plan": plan,
        "now": now,
        "saved": request.GET.get("done") == "saved",
        "removed": request.GET.get("done") == "removed",
        "form": form,
        "row_pk": row_pk,
        "may_write": plan.state == Plan.State.DRAFT,
        **more,
    }
    if name == "positions":
        context |= hints.for_positions(plan, now.positions)
    else:
        context["tables"] = sums.table(sums.lines_of(now.budget_lines))
    template = f"planning/parts/{name}_work.html" if request.htmx else f"planning/{name}.html"
    return render(request, template, context, status=status)


@require_POST
def remove_position(request, pk, row_pk):
    return remove(request, pk, row_pk, writing.remove_position, "positions", PositionForm)


@require_POST
def remove_budget_line(request, pk, row_pk):
    return remove(request, pk, row_pk, writing.remove_budget_line, "budget", BudgetLineForm)


def remove(request, pk, row_pk, move, name, form_class):
    plan = plan_of(request, pk)
    try:
        move(request.user, plan, row_pk)
    except NotYours:
        raise
    except Refused as reason:
        return work(request, plan_of(request, pk), name, form_class(plan=plan), status=409, refused=str(reason))
    if request.htmx:
        return work(request, plan, name, form_class(plan=plan), removed=True)
    return redirect(reverse(f"planning:{name}", args=[pk]) + "?done=removed")


@require_POST
def budget_preview(request, pk):
    """Totals and rules as they would be with the line that is being typed. Writes nothing."""
    plan = plan_of(request, pk)
    now = queries.tables_of(plan)
    form = BudgetLineForm(request.POST, plan=plan)
    typed = form.is_valid()
    if typed:
        row = form.save(commit=False)
        replaced = request.POST.get("row", "")
        now.budget_lines = [line for line in now.budget_lines if str(line.pk) != replaced] + [row]
    context = {
        "plan": plan,
        "now": now,
        "tables": sums.table(sums.lines_of(now.budget_lines)),
        "typed": typed,
        "amount": form.cleaned_data.get("amount_krw"),
        "amount_faults": form.errors.get("amount_krw", []) if request.POST.get("amount_krw", "").strip() else [],
        "swap": True,
    }
    return render(request, "planning/parts/budget_totals.html", context)


def forecast(request, pk):
    plan = plan_of(request, pk)
    months = plan.years * MONTHS_A_YEAR
    rows = list(plan.forecasts.all())
    values = {"base": writing.mark_of_forecast(rows)}
    for row in rows:
        values |= {f"revenue-{row.month}": row.revenue_krw, f"cost-{row.month}": row.cost_krw}
    form = ForecastForm(request.POST or None, months=months, initial=values)
    status, pasted, faults, theirs = 200, "", [], None
    if request.method == "POST" and "fill" in request.POST:
        pasted = request.POST.get("pasted", "")
        filled, faults = read_pasted(pasted, months)
        data = request.POST.copy()
        for name, value in filled.items():
            data[name] = value
        form = ForecastForm(data, months=months)
        status = 422 if faults or not form.is_valid() else 200
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                writing.save_forecast(request.user, plan, form.amounts(), form.cleaned_data["base"])
                messages.success(request, _("저장했습니다."))
                return redirect("planning:forecast", pk)
            except writing.Clash as clash:
                form.add_error(None, str(clash))
                status, theirs = 409, clash.current
                form.data = form.data.copy()
                form.data["base"] = writing.mark_of_forecast(theirs)
            except NotYours:
                raise
            except Refused as reason:
                form.add_error(None, str(reason))
                status = 409
    context = {
        "plan": plan,
        "form": form,
        "rows": rows,
        "chart": chart_of(rows, months),
        "pasted": pasted,
        "faults": faults,
        "theirs": theirs,
        "may_write": plan.state == Plan.State.DRAFT,
    }
    return render(request, "planning/forecast.html", context, status=status)
