"""A reviewer's pages: the desk, the pledge, the score sheet."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.ground.trail.once import new_key
from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.review import assigning, moves, queries
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.conflicts import conflict_between, review_plans, why_not_declared
from sanghyeop.programme.review.forms import DeclareForm, SheetForm, WhyForm
from sanghyeop.programme.review.models import Assignment, Conflict, PanelMember


def desk(request):
    """What a reviewer has to read, and the rounds of an officer."""
    rounds = []
    if who.city_officer(request.user):
        rounds = list(queries.rounds_with_progress(queries.rounds_of_officer(request.user))[:20])
    panels = list(queries.panels_of(request.user)[:20]) if who.reader(request.user) else []
    for seat in panels:
        seat.over = moves.is_over(seat.round)
    sheets = page_of(request, queries.sheets_of(request.user)) if panels else None
    return render(request, "review/desk.html", {"rounds": rounds, "panels": panels, "page": sheets})


def pledge(request, pk):
    """Declare conflicts of interest, then pledge; before that no plan opens."""
    member = get_object_or_404(
        PanelMember.objects.select_related("round", "user"), pk=pk, user=request.user, left_at=None
    )
    thing = _thing_of(member, request.GET)
    form = DeclareForm(request.POST if request.POST.get("act") == "declare" else None)
    districts = District.objects.filter(city=member.round.city_id)
    form.fields["district"].queryset = districts
    if thing:
        del form.fields["district"]
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "pledge":
                if not request.POST.get("true"):
                    raise Refused(_("서약 내용을 읽고 확인란에 표시해 주세요."))
                moves.pledge(request.user, member)
                messages.success(request, _("서약을 마쳤습니다. 배정된 계획서를 볼 수 있습니다."))
                return redirect("review:desk")
            if form.is_valid():
                named = thing or {"district": form.cleaned_data["district"]}
                reason = form.cleaned_data["reason"]

                def write():
                    assigning.declare_and_hand_on(request.user, member, reason, **named)
                    return reverse("review:pledge", args=[pk])

                words = _("이해충돌을 신고했습니다. 해당 계획서는 배정되지 않습니다.")
                return redirect(once.send(request, write, words))
        except Refused as refused:
            error = str(refused)
    plans = review_plans(member.round).select_related("district", "organisation").order_by("district__code", "id")
    text = request.GET.get("q", "").strip()
    if text:
        plans = plans.filter(title__icontains=text) | plans.filter(organisation__name__icontains=text)
    context = {
        "member": member,
        "thing": next(iter(thing.values()), None),
        "form": form,
        "error": error,
        "over": why_not_declared() if moves.is_over(member.round) else "",
        "page": page_of(request, plans, 20),
        "declared": Conflict.objects.filter(member=member, lifted_at=None, origin=Conflict.Origin.DECLARED)
        .select_related("plan", "organisation", "district"),
    }  # fmt: skip
    return render(request, "review/pledge.html", context, status=422 if error or form.errors else 200)


def _thing_of(member, asked):
    """What the reviewer pointed at in the list: a plan of the round, or its organisation."""
    for name in ("plan", "organisation"):
        if asked.get(name, "").isdecimal() and len(asked[name]) < 19:
            plans = Plan.objects.filter(round=member.round_id).select_related("organisation")
            plan = get_object_or_404(plans, pk=asked[name])
            return {"plan": plan} if name == "plan" else {"organisation": plan.organisation}
    return {}


def _own_sheet(user, pk):
    """A sheet that is this person's, whatever its state; the plan and its receipt with it."""
    receipt = Receipt.objects.filter(plan=OuterRef("plan"), withdrawn_at=None)
    sheets = Assignment.objects.select_related(
        "plan__round", "plan__district", "plan__organisation", "plan__field", "plan__idea", "member__user"
    ).annotate(content=Subquery(receipt.values("content")[:1]), receipt_number=Subquery(receipt.values("number")[:1]))
    sheet = get_object_or_404(sheets, pk=pk, member__user=user, member__left_at=None, state__in=Assignment.HELD)
    sheet.member.round = sheet.plan.round
    return sheet


def _barred(request, sheet):
    """The answer to someone who may not see this plan (now), or None."""
    if sheet.member.pledged_at is None:
        messages.warning(request, _("계획서를 보기 전에 이해관계를 확인하고 서약해 주세요."))
        return redirect("review:pledge", pk=sheet.member_id)
    if sheet.plan.state not in (Plan.State.SUBMITTED, Plan.State.SELECTED, Plan.State.REJECTED):
        raise Refused(_("이 계획서는 더 이상 심사 대상이 아닙니다."))
    grounds = conflict_between(sheet.member, sheet.plan)
    if grounds:
        context = {
            "sheet": sheet,
            "grounds": grounds,
            "step_back": WhyForm(prefix="back"),
            "over": moves.why_over(sheet),
        }
        return render(request, "review/in_conflict.html", context, status=403)
    return None


def sheet(request, pk):
    """The frozen plan beside its score sheet. Saved as it is filled in, and by the buttons below it."""
    row = _own_sheet(request.user, pk)
    barred = _barred(request, row)
    if barred:
        return barred
    criteria = moves.criteria_of(row.plan)
    if request.method == "POST":
        return _take_in(request, row, criteria)
    scores = moves.scores_of(row)
    form = SheetForm(None, criteria, initial=SheetForm.initial_of(row, scores) | {"window": new_key()})
    return _show_sheet(request, row, form, scores)


def _take_in(request, opened, criteria):
    row = opened
    form = SheetForm(request.POST, criteria)
    readable = form.is_valid()
    handing_in = request.POST.get("act") == "submit"
    stored, error, status = None, "", 422
    if "version" not in form.cleaned_data:
        error = _("심사표를 알아볼 수 없습니다. 적은 내용을 확인하고 다시 저장해 주세요.")
    else:
        try:
            version, window = form.cleaned_data["version"], form.cleaned_data.get("window", "")
            if not handing_in or not (readable and form.ask_for_all()):
                row = moves.save(request.user, row, form.answers(), version, window)
                form.stands_at(row.version)
                if readable and not handing_in:
                    messages.success(request, _("저장했습니다."))
                    return redirect("review:sheet", pk=row.pk)
                error = _("적으신 내용은 저장했습니다. 아래 표시한 칸을 마저 확인해 주세요.")
            elif form.copied_reasons() and not form.cleaned_data["same_reasons"]:
                row = moves.save(request.user, row, form.answers(), version, window)
                form.stands_at(row.version)
                form.add_error(
                    "same_reasons",
                    _("모든 항목의 까닭이 같습니다. 항목마다 다르게 적거나, 그대로 내려면 표시해 주세요."),
                )
            else:
                moves.submit(request.user, row, form.answers(), version, window)
                messages.success(request, _("심사표를 냈습니다: %(plan)s") % {"plan": row.plan.title})
                return redirect("review:desk")
        except moves.Clash as clash:
            row, stored, error, status = clash.sheet, clash.scores, str(clash), 409
            form.stands_at(row.version)
        except Refused as refused:
            error, status = str(refused), 409
    scores = moves.scores_of(row)
    return _show_sheet(request, opened, form, scores, row=row, error=error, stored=stored, status=status)


def _show_sheet(request, opened, form, scores, *, row=None, error="", stored=None, status=200, step_back=None):
    row = row or opened
    closed = moves.why_not_written(row) if row.state != Assignment.State.DONE else ""
    context = {
        "sheet": row,
        "plan": row.plan,
        "content": opened.content or {},
        "receipt_number": opened.receipt_number,
        "form": form,
        "rows": list(form.rows(stored)),
        "scores": [(criterion, scores.get(criterion.pk)) for criterion in form.criteria],
        "total": sum(score.points or 0 for score in scores.values()),
        "most": sum(criterion.points for criterion in form.criteria),
        "stored": stored,
        "error": error,
        "closed": closed,
        "writable": row.state != Assignment.State.DONE and (not closed or form.is_bound),
        "over": moves.why_over(row),
        "step_back": step_back or WhyForm(prefix="back"),
    }
    return render(request, "review/sheet.html", context, status=status)


@require_POST
def save(request, pk):
    """What the page sends while the sheet is being filled in. Without htmx it is the save button."""
    if not request.htmx:
        return sheet(request, pk)
    row = _own_sheet(request.user, pk)
    if _barred(request, row):
        raise Refused(_("이 계획서를 볼 수 없게 되었습니다. 화면을 새로 고쳐 주세요."))
    criteria = moves.criteria_of(row.plan)
    form = SheetForm(request.POST, criteria)
    form.is_valid()
    context = {"form": form, "sheet": row, "most": sum(criterion.points for criterion in criteria)}
    if "version" not in form.cleaned_data:
        return render(request, "review/parts/saved.html", context | {"refused": _("저장하지 못했습니다.")}, status=422)
    try:
        version, window = form.cleaned_data["version"], form.cleaned_data.get("window", "")
        context["sheet"] = moves.save(request.user, row, form.answers(), version, window)
    except moves.Clash as clash:
        form.stands_at(clash.sheet.version)
        context |= {"rows": list(form.rows(clash.scores)), "stored": clash.scores, "error": str(clash)}
        context |= {"sheet": clash.sheet, "total": form.total, "writable": True}
        response = render(request, "review/parts/sheet_form.html", context, status=409)
        response["HX-Retarget"], response["HX-Reswap"] = "#sheet", "outerHTML"
        return response
    except Refused as refused:
        return render(request, "review/parts/saved.html", context | {"refused": str(refused)}, status=409)
    return render(request, "review/parts/saved.html", context | {"rows": list(form.rows())}, status=200)


@require_POST
def step_back(request, pk) -> HttpResponse:
    """Leave a plan: access ends at once, another reviewer takes the place."""
    row = _own_sheet(request.user, pk)
    over = moves.why_over(row)
    if over:
        raise Refused(over)
    form = WhyForm(request.POST, prefix="back")
    if not form.is_valid():
        criteria, scores = moves.criteria_of(row.plan), moves.scores_of(row)
        if row.member.pledged_at is None or conflict_between(row.member, row.plan):
            context = {"sheet": row, "grounds": conflict_between(row.member, row.plan), "step_back": form}
            return render(request, "review/in_conflict.html", context, status=422)
        sheet_form = SheetForm(None, criteria, initial=SheetForm.initial_of(row, scores) | {"window": new_key()})
        return _show_sheet(request, row, sheet_form, scores, status=422, step_back=form)
    assigning.step_back(request.user, row, form.cleaned_data["why"])
    messages.success(request, _("이 계획서의 심사를 그만두었습니다. 다른 심사위원이 맡습니다."))
    return redirect("review:desk")
