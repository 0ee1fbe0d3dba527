"""The pages of changes (사업변경): asked for with the whole budget in sight, approved or refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import changing, permissions, queries
from sanghyeop.programme.funding.forms import ChangeForm, WhyForm
from sanghyeop.programme.funding.models import Change
from sanghyeop.programme.funding.tables import CHANGES
from sanghyeop.programme.funding.views import grant_for
from sanghyeop.programme.planning.content import fingerprint


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a change: new amounts beside the old ones and what is spent."""
    grant = grant_for(request, pk)
    if not (permissions.operates(request.user, grant) or permissions.watches(request.user, grant)):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    lines, budget = queries.lines_with_budget(grant)
    base = fingerprint([grant.ends_on.isoformat(), sorted((key, sorted(row.items())) for key, row in budget.items())])
    form = ChangeForm(request.POST if request.method == "POST" else None, grant, lines, budget, base)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 409
            if form.cleaned_data["base"] != base:
                form.add_error(None, _("적으시는 사이에 예산이 바뀌었습니다. 지금 예산을 확인하고 다시 보내 주세요."))
                form.data = request.POST.copy()
                form.data["base"] = base  # type: ignore[index]
            else:
                try:
                    change = changing.ask(
                        request.user,
                        grant,
                        form.cleaned_data["why"],
                        form.deltas,
                        form.cleaned_data["ends_on"],
                        form.added,
                    )
                    if change.state == Change.State.FREE:
                        messages.success(request, _("규칙이 허용한 범위여서 바로 반영했습니다."))
                    else:
                        messages.success(request, _("변경을 요청했습니다. 승인하면 알려 드립니다."))
                    return redirect("funding:change", pk, change.pk)
                except NotYours:
                    raise
                except Refused as refused:
                    form.add_error(None, str(refused))
    context = {
        "grant": grant,
        "form": form,
        "rows": form.rows(queries.spent_of(grant)),
        "share": changing.rule_share(grant),
    }
    return render(request, "funding/change_ask.html", context, status=status)


@require_safe
def show_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All changes of a grant."""
    grant = grant_for(request, pk)
    page = page_of(request, grant.changes.select_related("by"))
    return render(request, "funding/changes.html", {"grant": grant, "page": page})


@require_safe
def show(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return show_change(request, pk, number)


def show_change(request: HttpRequest, pk: int, number: int, status: int = 200, **more: Any) -> HttpResponse:
    grant = grant_for(request, pk)
    change = get_object_or_404(
        grant.changes.select_related("by").prefetch_related("lines__line", "lines__new"), pk=number
    )
    change.grant = grant
    context = {
        "grant": grant,
        "change": change,
        "lines": [
            (row.line or row.new, row.get_purse_display(), row.amount_krw, row.new) for row in change.lines.all()
        ],
        "actions": [move.action for move in CHANGES.open_to(request.user, change)],
        "why_form": WhyForm(),
    }
    return render(request, "funding/change.html", context | more, status=status)


@require_POST
def act(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Approve, refuse or take back a change."""
    grant = grant_for(request, pk)
    change = get_object_or_404(grant.changes, pk=number)
    change.grant = grant
    action = request.POST.get("action", "")
    form = WhyForm(request.POST)
    try:
        if action == "approve":
            changing.approve(request.user, change)
        elif action == "withdraw":
            changing.withdraw(request.user, change)
        elif action == "refuse":
            if not form.is_valid():
                return show_change(request, pk, number, 422, why_form=form)
            changing.refuse(request.user, change, form.cleaned_data["why"])
        else:
            raise Refused(_("그런 일은 할 수 없습니다."))
    except NotYours:
        raise
    except Refused as refused:
        return show_change(request, pk, number, 409, refusal=str(refused))
    messages.success(request, _("마쳤습니다."))
    return redirect("funding:change", pk, number)
