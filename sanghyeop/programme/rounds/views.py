"""The city officer's pages of a round, and the call as applicants read it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Move, NotYours, Refused
from sanghyeop.ground.trail.queries import trail_of, trail_of_round
from sanghyeop.ground.trail.sure import SureForm
from sanghyeop.programme.rounds import changes, copying, facts, moves, permissions, queries, readiness
from sanghyeop.programme.rounds.forms import FORMS, NewRoundForm, WhyForm
from sanghyeop.programme.rounds.models import DistrictBudget, Kind, Round
from sanghyeop.programme.rounds.parts import PARTS, Freedom, freedom, phase_of
from sanghyeop.programme.rounds.story import as_read, told

#: Entries of the trail that an overview shows.
LATEST = 5


def own_round(request: HttpRequest, pk: int, *prefetch: Any) -> Round:
    """A round of this officer's city, or 404."""
    rows = permissions.rounds_of(request.user).select_related("city", "copied_from").prefetch_related(*prefetch)
    return get_object_or_404(rows, pk=pk)


def show_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, permissions.rounds_of(request.user).prefetch_related("periods"))
    rows = [{"round": round_, "next": queries.next_step(round_)} for round_ in page]
    last = queries.to_copy(permissions.rounds_of(request.user))
    return render(request, "rounds/list.html", {"page": page, "rows": rows, "last": last})


def make_new(request: HttpRequest) -> HttpResponse:
    rounds = permissions.rounds_of(request.user)
    form = NewRoundForm(request.POST if request.method == "POST" else None, rounds)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once.send(request, lambda: _address(copying.create(request.user, **form.cleaned_data))))
        except NotYours:
            raise
        except Refused as refusal:
            form.add_error("year", str(refusal))
    return render(request, "rounds/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def copy_to_next_year(request: HttpRequest, pk: int) -> HttpResponse:
    last = own_round(request, pk)
    words = _("지난 연차의 규칙을 모두 복사했습니다. 일정의 요일을 확인해 주세요.")
    return redirect(once.send(request, lambda: _address(copying.next_year(request.user, last)), words))


@require_POST
def make_supplement(request: HttpRequest, pk: int) -> HttpResponse:
    main = own_round(request, pk)
    words = _("추가 공모를 만들었습니다. 일정과 예산을 적어 주세요.")
    return redirect(once.send(request, lambda: _address(copying.supplement(request.user, main)), words))


def show_overview(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "rounds/overview.html", _overview(request, pk))


@require_POST
def make_move(request: HttpRequest, pk: int) -> HttpResponse:
    round_ = own_round(request, pk)
    action, why = request.POST.get("action", ""), request.POST.get("why", "")
    if action not in moves.BUTTONS:
        raise Http404
    follows = _move(action).follows
    sure = SureForm(request.POST, follows=follows, auto_id=f"{action}-%s") if follows else None
    if sure and not sure.is_valid() and moves.ROUND.find(action, round_):
        context = _overview(request, pk) | {"unsure": sure, "typed_action": action}
        return render(request, "rounds/overview.html", context, status=422)
    address = reverse("rounds:overview", args=[pk])

    def act() -> str:
        moves.BUTTONS[action](request.user, round_, why)
        return address

    try:
        return redirect(once.send(request, act, _("마쳤습니다: %(action)s") % {"action": _move(action).label}))
    except NotYours:
        raise
    except Refused as refusal:
        context = _overview(request, pk) | {"refusal": str(refusal), "typed_action": action, "typed_why": why}
        return render(request, "rounds/overview.html", context, status=409)


def edit_part(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One part of the round's rules; saving is refused over somebody else's change."""
    if key not in PARTS:
        raise Http404
    round_, part = own_round(request, pk, "periods"), PARTS[key]
    phase = phase_of(round_)
    allowed = freedom(part, phase) if permissions.may_change(request.user, round_) else Freedom.FROZEN
    data = request.POST if request.method == "POST" else None
    more = data is not None and "more" in data
    if data is not None and more:
        data = _with_more_rows(data)
    form = FORMS[key](data, round_)
    why = WhyForm(None if more else data) if allowed == Freedom.REASON else None
    context: dict[str, Any] = {
        "round": round_,
        "part": part,
        "parts": PARTS.values(),
        "phase": phase,
        "freedom": allowed.value,
        "form": form,
        "why": why,
        "version": round_.version,
        "template": f"rounds/parts/{key}.html",
        "typed": data is not None,
        "stands": as_read(facts.read(round_, key)) if allowed == Freedom.FROZEN else [],
    }
    status = 200
    if data is not None and not more:
        context["version"] = version = _number(data.get("version", ""))
        valid = form.is_valid()
        if (why is None or why.is_valid()) and valid:
            try:
                reason = why.cleaned_data["why"] if why else ""
                return redirect(_save(request, round_, key, version, form, reason))
            except changes.ChangedMeanwhile as conflict:
                context |= {"conflict": conflict, "theirs": told([conflict.entry])[0], "version": conflict.version}
                status = 409
            except NotYours:
                raise
            except Refused as refusal:
                context["refusal"] = str(refusal)
                status = 409
        else:
            status = 422
    return render(request, "rounds/part.html", context, status=status)


def show_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """All that happened in a round; district officers see what happened to the round itself."""
    round_ = get_object_or_404(Round, pk=pk)
    if not permissions.may_read_trail(request.user, round_):
        raise Http404
    whole = permissions.officer_of(request.user, round_)
    page = page_of(request, trail_of_round(round_.pk) if whole else trail_of(round_))
    return render(request, "rounds/trail.html", {"round": round_, "page": page, "rows": told(page), "whole": whole})


def show_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Purpose, calendar, who may apply, limits, money: what applicants read first."""
    budgets = Prefetch("district_budgets", DistrictBudget.objects.select_related("district").defer("district__outline"))
    round_ = _call(request, pk, "periods", "fields", "eligible_kinds", "category_shares", budgets)
    context = {"round": round_, "district_sum": sum(b.amount_krw for b in round_.district_budgets.all())}
    return render(request, "rounds/call.html", context)


def show_call_criteria(request: HttpRequest, pk: int) -> HttpResponse:
    """How plans are judged and chosen."""
    round_ = _call(request, pk, "criteria", "bonuses", "grade_rules", "fields")
    kinds = [
        {
            "label": Kind(kind).label,
            "points": points,
            "criteria": [c for c in round_.criteria.all() if c.kind == kind],
        }
        for kind, points in queries.points_by_kind(round_).items()
    ]
    context = {"round": round_, "kinds": kinds, "tie_breaks": queries.tie_break_labels(round_)}
    return render(request, "rounds/call_criteria.html", context)


def _call(request: HttpRequest, pk: int, *prefetch: Any) -> Round:
    round_ = get_object_or_404(Round.objects.filter(record=False).prefetch_related(*prefetch), pk=pk)
    if not permissions.may_read_call(request.user, round_):
        raise Http404
    return round_


def _overview(request: HttpRequest, pk: int) -> dict[str, Any]:
    round_ = own_round(request, pk, "periods", "fields", "criteria", "eligible_kinds")
    now, phase = timezone.now(), phase_of(round_)
    may_change = permissions.may_change(request.user, round_)
    order = Round.State.values
    return {
        "round": round_,
        "states": [
            {"label": label, "here": code == round_.state, "done": order.index(code) < order.index(round_.state)}
            for code, label in Round.State.choices
        ],
        "next": queries.next_step(round_, now),
        "now": now,
        "may_change": may_change,
        "checks": readiness.checklist(round_, now) if may_change and round_.state == Round.State.DRAFT else [],
        "moves": [
            {
                "move": move,
                "blocked": move.guard(round_) if move.guard else None,
                "here": move.action in moves.BUTTONS,
                "sure": SureForm(follows=move.follows, auto_id=f"{move.action}-%s") if move.follows else None,
            }
            for move in moves.ROUND.moves
            if round_.state in move.from_states and move.who(request.user, round_)
        ],
        "parts": [{"part": part, "freedom": freedom(part, phase)} for part in PARTS.values()],
        "phase": phase,
        "points": {str(Kind(kind).label): points for kind, points in queries.points_by_kind(round_).items()},
        "district_sum": round_.district_budgets.aggregate(all=Sum("amount_krw"))["all"],
        "latest": told(trail_of(round_)[:LATEST]),
    }


def _save(request: HttpRequest, round_: Round, key: str, version: int, form: Any, why: str) -> str:
    """Save a part once and say so; the address to go on to."""

    def act() -> str:
        changed = changes.change(request.user, round_, key, version, form.save, why)
        messages.success(request, _("저장했습니다.") if changed else _("바뀐 것이 없습니다."))
        if changed and key == "calendar" and round_.state != Round.State.DRAFT:
            moves.tell_new_dates(round_, why)
        return reverse("rounds:part", args=[round_.pk, key])

    return once.send(request, act)


def _address(round_: Round) -> str:
    return reverse("rounds:overview", args=[round_.pk])


def _move(action: str) -> Move:
    return next(move for move in moves.ROUND.moves if move.action == action)


def _number(text: str) -> int:
    """The version that a form names; nothing understandable counts as the oldest."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _with_more_rows(data: Any) -> Any:
    """The posted table with more empty rows; works without a script."""
    data = data.copy()
    name = f"{data['more']}-TOTAL_FORMS"
    data[name] = str(min(_number(data.get(name, "")) + 3, 120))
    return data
