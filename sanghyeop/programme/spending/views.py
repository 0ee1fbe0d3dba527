"""The pages of spending: the grants, one grant's money, its payments one by one, what comes in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import hold
from sanghyeop.ground.files.pictures import Rewritten
from sanghyeop.ground.files.serving import held, removed, serve
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.ledger.moves import closed_until
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.models import Entry as TrailEntry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.ground.trail.words import action_label
from sanghyeop.programme.funding import permissions as funding
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import checks, moves, permissions, queries
from sanghyeop.programme.spending.forms import ExpenseForm, IncomeForm, RelatedForm, WhyForm
from sanghyeop.programme.spending.models import Expense, Income, Receipt, Refund, Settlement

S = Expense.State
#: Address of a move → its function; those with a reason show a form first.
ACTS: dict[str, Callable[..., Any]] = {
    "send": moves.send,
    "take_back": moves.take_back,
    "approve": moves.approve,
    "return": moves.send_back,
    "drop": moves.drop,
    "cancel": moves.cancel,
}
BY_ACTION = {move.action: move for move in moves.EXPENSES.moves}


def grant_of(request: HttpRequest, pk: int) -> Grant:
    """A grant under way that this person may read. One query beside the roles."""
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def standing_of(request: HttpRequest, grant: Grant) -> dict[str, Any]:
    """What every page of a grant knows: the grant, and who this person is to it."""
    return {
        "grant": grant,
        "settlement": queries.settlement_of(grant),
        "enters": funding.operates(request.user, grant),
        "watches": funding.watches(request.user, grant),
        "decides": funding.decides(request.user, grant),
        "closed": moves.closed_to_payments(grant),
    }


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    grants = queries.with_money(queries.visible_to(request.user))
    shown = request.GET.get("show", "")
    if shown in ("waiting", "returned"):
        state = S.SENT if shown == "waiting" else S.RETURNED
        grants = grants.filter(Exists(Expense.objects.filter(grant=OuterRef("pk"), state=state)))
    elif shown == "settling":
        grants = grants.filter(settlement__isnull=False)
    context = {
        "page": page_of(request, grants.order_by("-id")),
        "shown": shown,
        "city": permissions.city_officer(request.user),
    }
    return render(request, "spending/list.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    lines = list(queries.lines_of(grant))
    totals = {name: sum(getattr(line, name) for line in lines) for name in ("allotted", "spent", "held", "left")}
    context = standing_of(request, grant) | {
        "lines": lines,
        "totals": totals,
        "until": closed_until(grant.book),
        "imports": grant.imports.select_related("by")[:5],  # type: ignore[attr-defined]
    }
    return render(request, "spending/grant.html", context)


def subjects_of(grant: Grant) -> Q:
    """What the trail says about a grant's money: the grant, its payments, what came in, and the settlement."""
    found = Q(subject_kind="funding.grant", subject_id=grant.pk)
    for model in (Expense, Income, Settlement):
        ids = model._default_manager.filter(grant=grant).values("pk")
        found |= Q(subject_kind=model._meta.label_lower, subject_id__in=ids)
    return found


@require_safe
def trail(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    page = page_of(request, TrailEntry.objects.filter(subjects_of(grant)).select_related("actor"))
    context = standing_of(request, grant) | {"page": page, "rows": [(row, action_label(row)) for row in page]}
    return render(request, "spending/trail.html", context)


@require_safe
def expenses(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    wanted = {name: request.GET.get(name, "").strip()[:60] for name in ("state", "line", "q")}
    rows = queries.without_paper(grant) if wanted["state"] == "paperless" else queries.expenses_of(grant)
    if wanted["state"] == "open":
        rows = rows.filter(state__in=[S.ENTERED, S.SENT, S.RETURNED])
    elif wanted["state"] in S.values:
        rows = rows.filter(state=wanted["state"])
    if wanted["line"].isdecimal():
        rows = rows.filter(line=int(wanted["line"][:15]))
    if wanted["q"]:
        rows = rows.filter(Q(payee__icontains=wanted["q"]) | Q(purpose__icontains=wanted["q"]))
    context = standing_of(request, grant)
    context |= {
        "page": page_of(request, rows),
        "wanted": wanted,
        "states": [*S.choices, ("open", _("끝나지 않은 것")), ("paperless", _("증빙이 없는 것"))],
        "lines": grant.budget_lines.all(),
        "many": "approve" if context["watches"] else "send" if context["enters"] else "",
    }
    return render(request, "spending/expenses.html", context)


@require_POST
def many(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    action = request.POST.get("action", "")
    numbers = [int(text) for text in request.POST.getlist("number")[:500] if text.isdecimal() and len(text) < 10]
    if action not in ("send", "approve") or not numbers:
        messages.warning(request, _("먼저 집행을 골라 주세요."))
        return redirect("spending:expenses", pk)
    done, refused = moves.many(request.user, grant, action, numbers)
    if done:
        messages.success(
            request,
            _("%(count)d건을 처리했습니다: %(action)s") % {"count": len(done), "action": BY_ACTION[action].label},
        )
    for expense, reason in refused[:20]:
        messages.warning(request, f"{expense.number}. {expense}: {reason}")
    return redirect("spending:expenses", pk)


def expense_of(request: HttpRequest, pk: int, number: int) -> Expense:
    """A payment with its grant, that this person may read. One query beside the roles."""
    grant = "grant__project__round", "grant__project__district", "grant__operator", "grant__book", "grant__settlement"
    found = Expense.objects.filter(grant__in=queries.visible_to(request.user).order_by().values("pk"))
    return get_object_or_404(found.select_related("line", "by", *grant), grant=pk, number=number)


@require_safe
def expense(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One payment: its facts, its papers, its place in the books, what happened to it. Nine queries."""
    found = expense_of(request, pk, number)
    context = standing_of(request, found.grant) | {
        "expense": found,
        "papers": found.receipts.select_related("file"),
        "entries": Entry.objects.filter(document=found.document).prefetch_related("lines").order_by("number"),
        "trail": [(row, action_label(row)) for row in trail_of(found)[:100]],
        "disallowance": found.disallowances.filter(taken_back_at=None).first(),
    }
    if not context["closed"]:
        allowed = [m for m in moves.EXPENSES.moves if found.state in m.from_states and m.who(request.user, found)]
        context["moves"] = [move for move in allowed if move.action != "edit"]
        context["may_edit"] = len(allowed) > len(context["moves"])
    may_disallow = context["settlement"] and permissions.disallows(request.user, context["settlement"])
    context["may_disallow"] = may_disallow and found.state == S.APPROVED and not context["disallowance"]
    return render(request, "spending/expense.html", context)


def move(request: HttpRequest, pk: int, number: int, action: str) -> HttpResponse:
    """Make a move; one that owes a reason shows its form first."""
    if action not in ACTS:
        raise Http404
    found, row = expense_of(request, pk, number), BY_ACTION[action]
    if not row.who(request.user, found):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = WhyForm(request.POST or None) if row.why else None
    refused = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            ACTS[action](request.user, found, *([form.cleaned_data["why"]] if form else []))
            messages.success(request, _("처리했습니다: %(action)s") % {"action": row.label})
            return redirect("spending:expense", pk, number)
        except NotYours:
            raise
        except Refused as reason:
            refused = str(reason)
    context = {"grant": found.grant, "expense": found, "form": form, "move": row, "refused": refused}
    status = 409 if refused else 422 if form and form.errors else 200
    return render(request, "spending/move.html", context, status=status)


def enter(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    if not funding.operates(request.user, grant):
        raise NotYours(_("집행은 수행기관만 적을 수 있습니다."))
    return write(request, grant, None)


def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = expense_of(request, pk, number)
    if not permissions.enters(request.user, found):
        raise NotYours(_("집행은 수행기관만 고칠 수 있습니다."))
    if found.state not in BY_ACTION["edit"].from_states + (S.ENTERED,):
        moves.EXPENSES.check(request.user, found, "edit")
    return write(request, found.grant, found)


def held_papers(request: HttpRequest, sent: list[Rewritten] | None) -> list[StoredFile]:
    """Good papers of earlier sendings of this form, which no payment has yet, and those of this one."""
    purpose = StoredFile.Purpose.RECEIPT
    earlier = held(request, purpose).exclude(pk__in=Receipt.objects.values("file"))
    return list(earlier) + [hold(request.user, paper, purpose) for paper in sent or []]


def write(request: HttpRequest, grant: Grant, found: Expense | None) -> HttpResponse:
    """The form of a payment, new or to be changed. What was typed and the papers that were sent stay."""
    lines = queries.lines_of(grant, found)
    initial = {name: getattr(found, name) for name in (*moves.FACTS, "version")} if found else {}
    form = ExpenseForm(request.POST or None, request.FILES or None, lines=lines, initial=initial)
    papers: list[StoredFile] = []
    receipts = list(found.receipts.select_related("file")) if found else []
    remove = removed(request)
    if request.method == "POST":
        valid = form.is_valid()
        papers = held_papers(request, form.cleaned_data.get("papers"))
        staying = [receipt for receipt in receipts if receipt.pk not in remove]
        if len(papers) + len(staying) > settings.PAPERS["most"]:
            form.add_error(
                "papers", _("증빙 파일은 %(most)d개까지 붙일 수 있습니다.") % {"most": settings.PAPERS["most"]}
            )
            papers = papers[: settings.PAPERS["most"]]
        if valid and form.is_valid():
            try:
                return redirect(
                    once.send(
                        request,
                        lambda: saved(request, grant, found, form, papers, remove),
                    )
                )
            except moves.Faulty as problem:
                for field, message in problem.faults:
                    form.add_error(field if field in form.fields else None, message)
            except NotYours:
                raise
            except Refused as reason:
                form.add_error(None, str(reason))
        say_the_rest(form, grant, found)
    context = standing_of(request, grant) | {
        "expense": found,
        "payroll": next((wages for payroll in queries.PAYROLLS if (wages := payroll(grant)).used), None),
        "form": form,
        "held": papers,
        "receipts": receipts,
        "remove": remove,
    }
    return render(request, "spending/write.html", context, status=422 if form.errors else 200)


def say_the_rest(form: ExpenseForm, grant: Grant, found: Expense | None) -> None:
    """Where a form cannot be read whole, say what is wrong with the rest of it too, so that it is mended in one go."""
    if not form.errors:
        return
    for field, message in list(checks.faults(form.cleaned_data, checks.standing(grant, found))):
        if field in form.fields and field not in form.errors:
            form.add_error(field, message)


def saved(
    request: HttpRequest, grant: Grant, found: Expense | None, form: ExpenseForm, papers: Any, remove: Any
) -> str:
    """Save the payment of a good form; the address of its page."""
    send_in = request.POST.get("then") == "send"
    facts = form.cleaned_data
    if found:
        version = facts["version"] if facts["version"] is not None else -1
        done = moves.edit(request.user, found, facts, version, papers, remove, send_in)
    else:
        done = moves.enter(request.user, grant, facts, papers, send_in)
    messages.success(request, _("승인을 요청했습니다.") if send_in else _("저장했습니다. 아직 보내지 않았습니다."))
    return reverse("spending:expense", args=[grant.pk, done.number])


@require_safe
def paper(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse | FileResponse:
    """A paper's bytes, for those who may read the grant that it belongs to."""
    grant = grant_of(request, pk)
    stored = get_object_or_404(StoredFile, key=key)
    settlements = Settlement.objects.filter(Q(verification=stored) | Q(audit=stored), grant=grant)
    belongs = (
        Receipt.objects.filter(file=stored, expense__grant=grant).exists()
        or Income.objects.filter(paper=stored, grant=grant).exists()
        or settlements.exists()
        or Refund.objects.filter(paper=stored, settlement__grant=grant).exists()
        or (stored.uploaded_by_id == request.user.pk and stored.purpose == StoredFile.Purpose.RECEIPT)
    )
    if not belongs:
        raise Http404
    return serve(stored)


def related(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    may = permissions.names_related(request.user, grant)
    form = RelatedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        moves.relate(request.user, grant, **form.cleaned_data)
        messages.success(request, _("저장했습니다."))
        return redirect("spending:related", pk)
    context = standing_of(request, grant) | {"form": form, "may": may, "parties": queries.related_of(grant)}
    return render(request, "spending/related.html", context, status=422 if form.errors else 200)


@require_POST
def unrelate(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    grant = grant_of(request, pk)
    moves.unrelate(request.user, grant, get_object_or_404(queries.related_of(grant), pk=party))
    messages.success(request, _("지웠습니다."))
    return redirect("spending:related", pk)


def incomes(request: HttpRequest, pk: int) -> HttpResponse:
    """What came in beside the grant, and the form for more."""
    grant = grant_of(request, pk)
    form = IncomeForm(request.POST or None, request.FILES or None)
    papers: list[StoredFile] = []
    if request.method == "POST":
        valid = form.is_valid()
        papers = held_papers(request, form.cleaned_data.get("paper"))
        if not papers:
            form.add_error("paper", _("증빙 사진이나 PDF를 붙여 주세요."))
        if valid and form.is_valid():
            facts = {name: form.cleaned_data[name] for name in ("kind", "received_on", "amount_krw", "source")}

            def act() -> str:
                moves.bring_in(request.user, grant, paper=papers[-1], **facts)
                messages.success(request, _("저장했습니다."))
                return reverse("spending:incomes", args=[pk])

            try:
                return redirect(once.send(request, act))
            except moves.Faulty as problem:
                for field, message in problem.faults:
                    form.add_error(field, message)
            except NotYours:
                raise
            except Refused as reason:
                form.add_error(None, str(reason))
    page = page_of(request, grant.incomes.select_related("paper", "by"))  # type: ignore[attr-defined]
    context = standing_of(request, grant) | {"form": form, "page": page, "held": papers}
    return render(request, "spending/incomes.html", context, status=422 if form.errors else 200)


def cancel_income(request: HttpRequest, pk: int, income: int) -> HttpResponse:
    grant = grant_of(request, pk)
    found = get_object_or_404(Income.objects.select_related("grant"), grant=grant, pk=income)
    found.grant = grant
    if not permissions.of_district(request.user, found):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        moves.cancel_income(request.user, found, form.cleaned_data["why"])
        messages.success(request, _("취소했습니다."))
        return redirect("spending:incomes", pk)
    context = {"grant": grant, "income": found, "form": form, "move": moves.INCOMES.moves[0]}
    return render(request, "spending/move.html", context, status=422 if form.errors else 200)
