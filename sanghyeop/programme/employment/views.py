"""A participant's pages: coming and going, days, leave, contracts, payslips."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.ledger.moves import last_day
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.papers import Unwritable
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.employment import attendance, moves, queries, writing
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.content import week_in_words
from sanghyeop.programme.employment.forms import EndForm, LeaveForm, WageForm, WhyForm
from sanghyeop.programme.employment.models import Contract, Leave, WageMonth
from sanghyeop.programme.employment.rates import table_of
from sanghyeop.programme.employment.words import note_in_words


def mine(request):
    """What a participant needs every day, the clock first."""
    today, now = timezone.localdate(), timezone.now()
    rows = queries.with_context(Contract.objects.filter(person=request.user, state__in=Contract.STANDING)).order_by(
        "-starts_on"
    )
    contracts = list(rows[:20])
    current = next(
        (row for row in contracts if row.state == Contract.State.SIGNED and row.starts_on <= today <= row.ends_on), None
    )
    context = {
        "today": today,
        "contracts": contracts,
        "current": current,
        "running": attendance.running_shift(current, now) if current else None,
        "done": current.shifts.filter(on=today).first() if current else None,
        "page": page_of(request, queries.payslips_of(request.user), 12),
    }
    return render(request, "employment/mine.html", context)


def own_contract(request, pk):
    return get_object_or_404(
        queries.with_context(Contract.objects.filter(person=request.user).exclude(state=Contract.State.DRAFT)), pk=pk
    )


@require_POST
def clock(request, pk):
    """Coming or going, now. The place is sent along where the person wants it."""
    row = own_contract(request, pk)
    act = attendance.clock_in if request.POST.get("act") == "in" else attendance.clock_out

    def write():
        shift = act(request.user, row, timezone.now(), request.POST.get("where", ""))
        moment = shift.came_at if request.POST.get("act") == "in" else shift.went_at
        words = _("%(time)s에 출근했습니다.") if request.POST.get("act") == "in" else _("%(time)s에 퇴근했습니다.")
        messages.success(request, words % {"time": attendance.clock(moment)})
        return reverse("employment:mine")

    try:
        return redirect(once.send(request, write))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("employment:mine")


def my_days(request, pk):
    """A month of the own days as they count."""
    row = own_contract(request, pk)
    month = queries.month_from(request.GET.get("month", ""), timezone.localdate())
    until = last_day(month)
    table = table_of(row.post.project, month, until, attendance.COUNTING)
    leaves = list(row.leaves.filter(on__range=(month, until)))
    shifts = {shift.on: shift for shift in row.shifts.filter(on__range=(month, until)).select_related("corrected_by")}
    counted = attendance.days_of(row, shifts.values(), leaves, table)
    context = {
        "contract": row,
        "month": month,
        "rows": [{"day": found, "shift": shifts.get(found.on)} for found in counted],
        "worked": sum(found.worked for found in counted),
    }
    return render(request, "employment/my_days.html", context)


def leave(request, pk):
    """Ask for leave, and see what came of it."""
    row = own_contract(request, pk)
    form = LeaveForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data

        def write():
            attendance.ask_leave(request.user, row, facts["on"], facts["kind"], facts["why"])
            return reverse("employment:leave", args=[pk])

        try:
            return redirect(once.send(request, write, _("휴가를 신청했습니다. 담당자가 답하면 알려 드립니다.")))
        except Refused as refused:
            error = str(refused)
    try:
        balance = attendance.balance_of(row, timezone.localdate())
    except Refused:
        balance = None
    context = {
        "contract": row,
        "form": form,
        "error": error,
        "balance": balance,
        "page": page_of(request, row.leaves.all()),
    }
    return render(request, "employment/leave.html", context, status=422 if error or form.errors else 200)


@require_POST
def leave_move(request, pk):
    """Withdraw the own leave, or answer somebody's."""
    rows = Leave.objects.select_related(
        "contract__person", "contract__post__project__grant", "contract__post__project__round"
    )
    seen = queries.contracts_seen_by(request.user).values("pk")
    row = get_object_or_404(rows.filter(contract__in=seen), pk=pk)
    action = request.POST.get("act", "")
    if action not in ("grant_leave", "refuse_leave", "withdraw_leave"):
        raise Refused(_("알 수 없는 요청입니다."))
    form = WhyForm(request.POST)
    if action == "refuse_leave" and not form.is_valid():
        messages.error(request, _("거절하는 까닭을 적어 주세요."))
    else:
        try:
            attendance.move_leave(request.user, row, action, request.POST.get("why", "")[:300])
            messages.success(request, _("처리했습니다."))
        except Refused as refused:
            messages.error(request, str(refused))
    if row.contract.person_id == request.user.pk:
        return redirect("employment:leave", pk=row.contract_id)
    return redirect("employment:leaves", pk=row.contract.post.project_id)


def contract(request, pk):
    """The contract as both sides read it, and what each may do with it."""
    row = get_object_or_404(queries.contracts_seen_by(request.user), pk=pk)
    return show_contract(request, row)


def show_contract(request, row, error="", forms=None):
    employer = who.employs_in(request.user, row)
    signed = row.state == Contract.State.SIGNED
    content = row.content or writing.draft_of(row)
    context = {
        "contract": row,
        "content": content,
        "week": week_in_words(content) if content else [],
        "employer": employer,
        "error": error,
        "moves": [move.action for move in moves.CONTRACTS.open_to(request.user, row)],
        "changes": list(row.wage_changes.all()),
        "why_form": WhyForm(prefix="cancel"),
        "wage_form": WageForm(prefix="wage") if employer and signed else None,
        "end_form": EndForm(prefix="end") if employer and signed else None,
        "trail": trail_of(row)[:20] if employer else [],
    } | (forms or {})
    return render(request, "employment/contract.html", context, status=422 if error or forms else 200)


def contract_file(request, pk):
    row = get_object_or_404(queries.contracts_seen_by(request.user).exclude(content=None), pk=pk)
    return as_pdf(writing.contract_pdf, row, f"contract-{row.pk}.pdf")


def as_pdf(write, thing, name):
    try:
        content = write(thing)
    except Unwritable as error:
        raise Refused(_("이 문서를 PDF로 만들지 못했습니다. 담당자에게 알려 주세요.")) from error
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def sign(request, pk):
    row = own_contract(request, pk)
    try:
        if request.POST.get("act") == "decline":
            moves.cancel(request.user, row, request.POST.get("cancel-why", ""))
            messages.success(request, _("서명하지 않겠다고 알렸습니다."))
            return redirect("employment:mine")
        if not request.POST.get("read"):
            raise Refused(_("계약서를 읽고 확인란에 표시해 주세요."))
        moves.sign(request.user, row, request.POST.get("content_hash", ""))
    except Refused as refused:
        return show_contract(request, own_contract(request, pk), str(refused))
    messages.success(request, _("서명했습니다. 계약서 한 부를 PDF로 받아 두세요."))
    return redirect("employment:contract", pk=pk)


def payslip(request, pk):
    """A payslip that explains itself line by line."""
    slip = get_object_or_404(slips(request.user), pk=pk)
    lines = list(slip.lines.all())
    context = {
        "slip": slip,
        "parts": writing.parts_of(lines),
        "notes": [note_in_words(note) for note in slip.notes],
        "rates": writing.rates_of(lines),
        "closed": slip.month.state == WageMonth.State.CLOSED,
        "mine": slip.contract.person_id == request.user.pk,
    }
    return render(request, "employment/payslip.html", context)


def slips(user):
    rows = queries.payslips_seen_by(user).values("pk")
    return queries.with_sums(queries.Payslip.objects.filter(pk__in=rows)).select_related(
        "month__project", "contract__person", "contract__post", "contract__operator"
    )


def payslip_file(request, pk):
    slip = get_object_or_404(slips(request.user), pk=pk)
    return as_pdf(writing.payslip_pdf, slip, f"payslip-{slip.month.month:%Y-%m}-{slip.pk}.pdf")
