"""The pages of a settlement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import hold
from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding.duties import duties_of
from sanghyeop.programme.funding.listing import with_grantee
from sanghyeop.programme.rounds.models import GradeRule
from sanghyeop.programme.spending import moves, permissions, queries, settling
from sanghyeop.programme.spending import statement as statements
from sanghyeop.programme.spending.forms import DisallowForm, GradeForm, RefundForm, SettlementForm, WhyForm
from sanghyeop.programme.spending.models import Disallowance, Expense, Settlement
from sanghyeop.programme.spending.views import grant_of, standing_of

S = Settlement.State
ACTS: dict[str, Callable[..., Any]] = {
    "send": settling.send,
    "check": settling.check,
    "return": settling.send_back,
    "confirm": settling.confirm,
}


def settlement_of(request: HttpRequest, pk: int) -> Settlement:
    """The settlement of a grant that this person may read."""
    grant = grant_of(request, pk)
    found = queries.settlement_of(grant)
    if found is None:
        raise Http404
    found.grant = grant
    return found


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist, the statement, and what goes back. Seven queries beside the person's, however much was spent."""
    grant = get_object_or_404(with_grantee(queries.visible_to(request.user)), pk=pk)
    context = standing_of(request, grant)
    settlement = context["settlement"]
    owed = duties_of(grant, subsidy=grant.grantee_krw)  # type: ignore[attr-defined]
    statement = statements.statement_for(settlement) if settlement else statements.statement_of(grant)
    settled = settlement is not None and settlement.state == S.CONFIRMED
    refunds = {refund.purse: refund for refund in settlement.refunds.all()} if settled else {}
    may_record = {Purse.CITY.value: context["decides"], Purse.DISTRICT.value: context["watches"]}
    context |= {
        "duty": next((duty for duty in owed if duty.kind == "settlement"), None),
        "statement": statement,
        "share_rows": [
            (share, Purse(share.purse).label, refunds.get(share.purse), may_record.get(share.purse, False))
            for share in statement.shares
        ],
    }
    if settlement is not None:
        settlement.grant = grant
        items = [] if settled else statements.checklist(settlement, statement, owed, timezone.localdate())
        struck = settlement.disallowances.filter(taken_back_at=None).select_related("expense", "by")
        context |= {
            "items": items,
            "ready": all(item.done for item in items),
            "disallowances": struck if any(share.disallowed for share in statement.shares) else [],
            "may_disallow": permissions.disallows(request.user, settlement),
            "actions": actions(request.user, settlement),
            "next_rule": next_rule(grant) if settled and grant.project.grade else None,
        }
    return render(request, "spending/settlement.html", context)


def actions(user: Any, settlement: Settlement) -> list[tuple[str, Any]]:
    """The moves of this person, but for those that the checklist refuses (their guard is the checklist itself)."""
    return [
        (move.action.removesuffix("_settlement"), move)
        for move in moves.SETTLEMENTS.moves
        if settlement.state in move.from_states and move.action != "write_settlement" and move.who(user, settlement)
    ]


def next_rule(grant: Any) -> GradeRule | None:
    """What the next year's round says about this project's grade. One query."""
    round_ = grant.project.round
    rules = GradeRule.objects.filter(grade=grant.project.grade, round__city=round_.city_id, round__year=round_.year + 1)
    return rules.select_related("round").first()


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    settling.begin(request.user, grant_of(request, pk))
    messages.success(request, _("정산을 시작했습니다. 점검표를 보고 하나씩 갖추어 주세요."))
    return redirect("spending:settlement", pk)


def write(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_of(request, pk)
    moves.SETTLEMENTS.check(request.user, settlement, "write_settlement")
    initial = {"results": settlement.results, "no_interest": settlement.no_interest}
    form = SettlementForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        papers = {
            name: hold(request.user, form.cleaned_data[name][0], StoredFile.Purpose.SETTLEMENT_PAPER)
            for name in ("verification", "audit")
            if form.cleaned_data[name]
        }
        try:
            settling.write(request.user, settlement, form.cleaned_data, papers)
            messages.success(request, _("저장했습니다."))
            return redirect("spending:settlement", pk)
        except NotYours:
            raise
        except Refused as reason:
            form.add_error(None, str(reason))
    context = standing_of(request, settlement.grant) | {"form": form, "settlement": settlement}
    return render(
        request, "spending/form.html", context | {"title": _("정산서 쓰기")}, status=422 if form.errors else 200
    )


def settle(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A move of the settlement; one that owes a reason shows its form first."""
    if action not in ACTS:
        raise Http404
    settlement = settlement_of(request, pk)
    rows = [
        m for m in moves.SETTLEMENTS.moves if m.action == f"{action}_settlement" and m.who(request.user, settlement)
    ]
    if not rows:
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    form = WhyForm(request.POST or None) if rows[0].why else None
    refused = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            ACTS[action](request.user, settlement, *([form.cleaned_data["why"]] if form else []))
            messages.success(request, _("처리했습니다: %(action)s") % {"action": rows[0].label})
            return redirect("spending:settlement", pk)
        except NotYours:
            raise
        except Refused as reason:
            refused = str(reason)
    context = {
        "grant": settlement.grant,
        "form": form,
        "move": rows[0],
        "refused": refused,
        "confirming": action == "confirm",
    }
    status = 409 if refused else 422 if form and form.errors else 200
    return render(request, "spending/move.html", context, status=status)


def disallow(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    settlement = settlement_of(request, pk)
    if not permissions.disallows(request.user, settlement):
        raise NotYours(_("지금 정산을 검토하는 담당자만 불인정할 수 있습니다."))
    expense = get_object_or_404(Expense.objects.select_related("line"), grant=settlement.grant, number=number)
    form = DisallowForm(request.POST or None, initial={"amount_krw": expense.amount_krw})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            settling.disallow(
                request.user, settlement, expense, form.cleaned_data["amount_krw"], form.cleaned_data["why"]
            )
            messages.success(request, _("불인정을 적었습니다."))
            return reverse("spending:settlement", args=[pk])

        try:
            return redirect(once.send(request, act))
        except NotYours:
            raise
        except Refused as reason:
            form.add_error("amount_krw", str(reason))
    context = standing_of(request, settlement.grant) | {"form": form, "expense": expense, "title": _("불인정하기")}
    return render(request, "spending/form.html", context, status=422 if form.errors else 200)


@require_POST
def allow(request: HttpRequest, pk: int, disallowance: int) -> HttpResponse:
    settlement = settlement_of(request, pk)
    found = get_object_or_404(Disallowance.objects.select_related("expense"), settlement=settlement, pk=disallowance)
    found.settlement = settlement
    settling.allow(request.user, found)
    messages.success(request, _("불인정을 거두었습니다."))
    return redirect("spending:settlement", pk)


def refund(request: HttpRequest, pk: int, purse: str) -> HttpResponse:
    if purse not in statements.FUNDERS:
        raise Http404
    settlement = settlement_of(request, pk)
    if not settling.records_refund(request.user, settlement, purse):
        raise NotYours(_("반납은 돈을 받은 시나 자치구의 담당자가 적습니다."))
    form = RefundForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        papers = form.cleaned_data["paper"]
        paper = hold(request.user, papers[0], StoredFile.Purpose.SETTLEMENT_PAPER) if papers else None
        try:
            settling.refund(request.user, settlement, purse, form.cleaned_data["paid_on"], paper)
            messages.success(request, _("반납을 적었습니다."))
            return redirect("spending:settlement", pk)
        except NotYours:
            raise
        except Refused as reason:
            form.add_error("paid_on", str(reason))
    title = _("반납 적기: %(purse)s") % {"purse": Purse(purse).label}
    context = standing_of(request, settlement.grant) | {"form": form, "title": title}
    return render(request, "spending/form.html", context, status=422 if form.errors else 200)


def grade(request: HttpRequest, pk: int) -> HttpResponse:
    grant = grant_of(request, pk)
    form = GradeForm(request.POST or None, initial={"grade": grant.project.grade})
    if request.method == "POST" and form.is_valid():
        settling.note_grade(request.user, grant, form.cleaned_data["grade"], form.cleaned_data["why"])
        messages.success(request, _("저장했습니다."))
        return redirect("spending:settlement", pk)
    context = standing_of(request, grant) | {"form": form, "title": _("평가 등급 적기")}
    return render(request, "spending/form.html", context, status=422 if form.errors else 200)
