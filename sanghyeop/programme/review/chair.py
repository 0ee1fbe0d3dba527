"""The chair's pages, open to the officer, too: progress, spread, raw and corrected results, the sum behind a plan."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import moves, queries
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.chart import draw, short
from sanghyeop.programme.review.conflicts import conflict_between
from sanghyeop.programme.review.forms import ChoiceForm, WhyForm
from sanghyeop.programme.review.models import Assignment, PanelMember, Score, ScoreChoice
from sanghyeop.programme.review.result_file import in_order, outcome, result_file
from sanghyeop.programme.review.results import Book
from sanghyeop.programme.review.worked import lines_of
from sanghyeop.programme.rounds.models import Bonus, Round


def _round(request, pk):
    """The round, for its officer or its chair; 404 for anyone else. ``chairs``: is this the chair? One query."""
    seat = PanelMember.objects.filter(round=OuterRef("pk"), user=request.user, chair=True, left_at=None)
    round_ = get_object_or_404(Round.objects.annotate(chairs=Exists(seat)), pk=pk, record=False)
    if not (round_.chairs or who.runs_review(request.user, round_)):
        raise Http404
    return round_


def show_progress(request, pk):
    """Who owes which sheets; the reminder."""
    round_ = _round(request, pk)
    members = page_of(request, queries.panel_of(round_).filter(left_at=None))
    plans = queries.plans_under_review(round_, {"show": "unfinished"} | request.GET.dict())
    plan_page = Paginator(plans, 50).get_page(request.GET.get("plans"))
    held = queries.held_by_plan(plan_page.object_list)
    context = {
        "round": round_,
        "members": members,
        "plans": plan_page,
        "rows": [(plan, held.get(plan.pk, [])) for plan in plan_page],
        "officer": who.runs_review(request.user, round_),
        "closed": moves.why_closed(round_),
    }
    return render(request, "review/progress.html", context)


@require_POST
def remind(request, pk):
    round_ = _round(request, pk)
    chosen = [int(value) for value in request.POST.getlist("member") if value.isdecimal() and len(value) < 19]
    members = list(round_.panel.filter(pk__in=chosen, left_at=None).select_related("user"))
    try:
        count = moves.remind(request.user, round_, members)
        messages.success(request, _("%(count)d명에게 알림을 보냈습니다.") % {"count": count})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("review:progress", pk=pk)


def _hidden_plans(user, round_):
    """Plans whose results this person does not see yet: his or her own sheet is unfinished. One query."""
    return set(
        Assignment.objects.filter(member__user=user, plan__round=round_, state__in=queries.TODO).values_list(
            "plan_id", flat=True
        )
    )


def show_results(request, pk, form=None, status=200):
    """Raw by the rules beside corrected; the largest differences between sheets first, or by rank."""
    round_ = _round(request, pk)
    book = Book(round_)
    hidden = _hidden_plans(request.user, round_)
    sort = request.GET.get("sort", "rank")
    ordered = [r for r in in_order(book) if r.plan_id not in hidden]
    if sort == "gap":
        ordered.sort(key=lambda r: (r.gap is None, -(r.gap or 0), r.plan_id))
    elif sort == "shift":
        ordered.sort(key=lambda r: -abs(r.corrected - r.raw) if r.corrected is not None and r.raw is not None else 1)
    page = Paginator(ordered, 50).get_page(request.GET.get("page"))
    rows = [{"result": r, "plan": book.plans[r.plan_id], "outcome": outcome(r)} for r in page]
    model = book.model
    names = {sheet.member_id: sheet.name for sheets in book.sheets.values() for sheet in sheets}
    counts = Counter(sheet.member_id for sheets in book.sheets.values() for sheet in sheets)
    strictness = [
        {
            "name": names[member],
            "sheets": counts[member],
            "strict": f"{model.strictness[j]:+.1f}",
            "error": f"{model.strictness_se[j]:.1f}",
        }
        for j, member in enumerate(book.members)
    ]
    chart_rows = [(short(row["plan"].title), row["plan"].title, row["result"]) for row in rows[:30]]
    changes = book.sensitivity()
    context = {
        "round": round_,
        "page": page,
        "rows": rows,
        "sort": sort,
        "hidden": len(hidden),
        "refused": _refusals().get(model.refused, model.refused),
        "notes": [_notes()[note] for note in model.notes if note in _notes()],
        "strictness": [] if model.refused else strictness,
        "chart": draw(chart_rows, max((book.most(kind) for kind in book.criteria), default=100)),
        "plain": {
            "moved": sum(len(change.moved) for change in changes.values()),
            "plans": sum(change.plans for change in changes.values()),
            "entered": sum(len(change.entered) for change in changes.values()),
        },
        "choice": ScoreChoice.objects.filter(round=round_).select_related("by").first(),
        "chosen": book.chosen,
        "form": form or ChoiceForm(initial={"which": book.chosen}),
        "officer": who.runs_review(request.user, round_),
        "chair": round_.chairs,
    }
    return render(request, "review/results.html", context, status=status)


def _refusals():
    return {
        "no_scores": _("아직 낸 심사표가 없어 보정 점수를 셈할 수 없습니다."),
        "one_reviewer": _("심사위원이 한 명뿐이어서 보정 점수를 셈할 수 없습니다."),
        "one_review_each": _("계획서마다 심사표가 하나뿐이어서 보정 점수를 셈할 수 없습니다."),
        "too_few_reviews": _("심사표가 너무 적어 보정 점수를 셈할 수 없습니다."),
        "no_variation": _("점수가 모두 같아 보정할 것이 없습니다."),
    }


def _notes():
    return {
        "disconnected": _(
            "서로 이어지지 않는 심사위원 무리가 있습니다. 무리가 다른 계획서의 보정 점수는 견줄 수 없습니다."
        ),
        "few_reviewers": _("심사위원이 적어 엄격함의 추정이 거칩니다."),
        "few_spare_reviews": _("겹치는 심사표가 적어 엄격함의 추정이 거칩니다."),
        "no_plan_variance": _("계획서 사이의 차이가 우연과 구별되지 않습니다."),
        "no_reviewer_variance": _("심사위원 사이의 엄격함 차이가 보이지 않습니다. 보정이 거의 없습니다."),
    }


@require_POST
def choose(request, pk):
    """The chair chooses which score selection works with."""
    round_ = _round(request, pk)
    form = ChoiceForm(request.POST)
    if form.is_valid():
        try:
            if form.cleaned_data["which"] == ScoreChoice.Which.CORRECTED and Book(round_).model.refused:
                raise Refused(_("보정 점수를 셈할 수 없어 고를 수 없습니다."))
            moves.choose_score(request.user, round_, form.cleaned_data["which"], form.cleaned_data["reason"])
            messages.success(request, _("선정에 쓸 점수를 정했습니다."))
            return redirect("review:results", pk=pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return show_results(request, pk, form, 422)


def show_worked(request, pk):
    """The sum behind one plan, rule by rule, and its sheets."""
    seat = PanelMember.objects.filter(round=OuterRef("round"), user=request.user, chair=True, left_at=None)
    plan = get_object_or_404(Plan.objects.select_related("round").annotate(chairs=Exists(seat)), pk=pk)
    round_ = plan.round
    if round_.record or not (plan.chairs or who.runs_review(request.user, round_)):
        raise Http404
    if pk in _hidden_plans(request.user, round_):
        raise Refused(_("본인의 심사표를 낸 뒤에 볼 수 있습니다."))
    book = Book(round_)
    if pk not in book.plans:
        raise Http404
    result = book.results[pk]
    bonus_names = {bonus.pk: str(bonus) for bonus in Bonus.objects.filter(round=round_)}
    criteria = book.criteria[plan.kind]
    context = {
        "round": round_,
        "plan": book.plans[pk],
        "result": result,
        "outcome": outcome(result),
        "lines": lines_of(book, result, bonus_names),
        "criteria": criteria,
        "sheets": [
            {
                "pk": sheet.assignment_id,
                "name": sheet.name,
                "points": [sheet.points[str(criterion.pk)] for criterion in criteria],
                "total": sum(sheet.points.values()),
            }
            for sheet in book.sheets.get(pk, [])
        ],
        "officer": who.runs_review(request.user, round_),
    }
    return render(request, "review/worked.html", context)


def _read_sheet(request, pk):
    """A finished sheet, and whether this person chairs. The chair reads none of a plan that he or she has still to
    score, or has a conflict with."""
    own = Assignment.objects.filter(plan=OuterRef("plan"), member__user=request.user, state__in=queries.TODO)
    sheets = (
        Assignment.objects.filter(state=Assignment.State.DONE)
        .select_related("plan__round", "plan__district", "plan__idea", "member__user")
        .annotate(own_unfinished=Exists(own))
    )
    sheet = get_object_or_404(sheets, pk=pk)
    round_ = sheet.plan.round
    seat = PanelMember.objects.filter(round=round_, user=request.user, chair=True, left_at=None).first()
    if seat is None and not who.runs_review(request.user, round_):
        raise Http404
    if not who.runs_review(request.user, round_):
        seat.round = round_
        if sheet.own_unfinished:
            raise Refused(_("본인의 심사표를 낸 뒤에 볼 수 있습니다."))
        if conflict_between(seat, sheet.plan):
            raise Refused(_("이해충돌이 있는 계획서의 심사표는 볼 수 없습니다."))
    return sheet, seat is not None


def read(request, pk, why=None, status=200):
    """One reviewer's finished sheet, for the chair and the officer."""
    sheet, chairs = _read_sheet(request, pk)
    scores = list(
        Score.objects.filter(assignment=sheet).select_related("criterion").order_by("criterion__order", "criterion_id")
    )
    context = {
        "sheet": sheet,
        "plan": sheet.plan,
        "scores": [(score.criterion, score) for score in scores],
        "total": sum(score.points or 0 for score in scores),
        "most": sum(score.criterion.points for score in scores),
        "why": why or WhyForm(),
        "may_reopen": chairs and not moves.why_not_reopened(sheet),
    }
    return render(request, "review/read.html", context, status=status)


@require_POST
def reopen(request, pk):
    sheet, _chairs = _read_sheet(request, pk)
    why = WhyForm(request.POST)
    if why.is_valid():
        try:
            moves.reopen(request.user, sheet, why.cleaned_data["why"])
            messages.success(request, _("심사표를 다시 열고 심사위원에게 알렸습니다."))
            return redirect("review:progress", pk=sheet.plan.round_id)
        except Refused as refused:
            why.add_error(None, str(refused))
    return read(request, pk, why, 422)


def send_result_file(request, pk):
    """The result sheet as XLSX, for the officer."""
    round_ = get_object_or_404(queries.rounds_of_officer(request.user), pk=pk)
    answer = HttpResponse(
        result_file(Book(round_)), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="review-{round_.year}-{round_.pk}.xlsx"'
    return answer
