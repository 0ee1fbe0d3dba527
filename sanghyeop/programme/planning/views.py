"""The list of plans, one plan as a whole, and what happens to it."""

from django.contrib import messages
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.planning import beginning, listing, moves, permissions, queries, writing
from sanghyeop.programme.planning.content import changes, hash_of
from sanghyeop.programme.planning.forms import FactsForm, WhyForm
from sanghyeop.programme.planning.models import Party, Plan
from sanghyeop.programme.rounds.models import Kind


def plan_of(request, pk):
    """A plan with its context that this person may read. One query beside the roles."""
    return get_object_or_404(queries.with_context(queries.visible_to(request.user)), pk=pk)


def show_list(request):
    rounds, districts, fields = listing.choices_for(request.user)
    wanted = listing.wanted_from(request.GET, rounds)
    page = listing.page_of_plans(request.user, wanted, request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "rounds": rounds,
        "districts": districts,
        "fields": list(dict.fromkeys((code, name) for key, code, name in fields if wanted.round in (None, key))),
        "kinds": Kind.choices,
        "states": Plan.State.choices,
        "sorts": listing.headings(wanted),
        "may_begin": permissions.begins(request.user),
        "may_word": permissions.city_officer(request.user),
    }
    return render(request, "planning/list.html", context)


def export(request):
    rounds, _districts, _fields = listing.choices_for(request.user)
    lines = listing.as_csv(request.user, listing.wanted_from(request.GET, rounds))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plans.csv"'
    return response


def begin(request):
    source = beginning.source_from(request)
    if source is None:
        return render(request, "planning/begin_choose.html", {"ways": beginning.ways(request)})
    finding = "find" in request.POST
    form = source.form(None if finding else request.POST or None, request.POST if finding else None)
    if request.method == "POST" and not finding and form.is_valid():
        try:
            return redirect(once.send(request, lambda: source.begin(request, form)))
        except Refused as reason:
            form.add_error(None, str(reason))
    context = {"form": form, "source": source}
    return render(request, "planning/begin.html", context, status=422 if form.errors else 200)


def templates(request, round_pk, kind):
    """The sections that plans of a round are made of, as the city officer words them."""
    page = beginning.TemplatesPage(request, round_pk, kind)
    if request.method == "POST" and page.save():
        messages.success(request, _("저장했습니다. 이미 시작한 계획서의 항목은 바뀌지 않습니다."))
        return redirect("planning:templates", round_pk, kind)
    return render(request, "planning/templates.html", {"page_": page}, status=422 if page.errors else 200)


def show(request, pk):
    now = queries.standing(plan_of(request, pk))
    context = {
        "now": now,
        "plan": now.plan,
        "parties": signing_of(now),
        "mine": permissions.parties_of(request.user, now.plan),
        "governs": permissions.governs(request.user, now.plan),
        "reasons": now.reasons() if now.plan.state == Plan.State.DRAFT else [],
    }
    return render(request, "planning/show.html", context)


def signing_of(now):
    """For each party: its label, its signature and whether that stands under the content as it is now."""
    return [
        {
            "party": party.value,
            "label": party.label,
            "signature": now.signatures.get(party),
            "signed": now.signed(party),
        }
        for party in Party
    ]


def read(request, pk):
    now = queries.standing(plan_of(request, pk), rules=False)
    return render(request, "planning/read.html", {"plan": now.plan, "content": now.content})


def facts(request, pk):
    plan = plan_of(request, pk)
    initial = {"base": writing.mark_of_facts(plan)}
    form = FactsForm(request.POST or None, instance=plan, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                writing.save_facts(request.user, plan, form.cleaned_data, form.cleaned_data["base"])
                messages.success(request, _("저장했습니다."))
                return redirect("planning:show", pk)
            except writing.Clash as clash:
                status = 409
                form.add_error(None, str(clash))
                form.data = form.data.copy()
                form.data["base"] = writing.mark_of_facts(clash.current)
                context = {"form": form, "plan": plan_of(request, pk), "theirs": clash.current}
                return render(request, "planning/facts.html", context, status=status)
            except Refused as reason:
                status = 409
                form.add_error(None, str(reason))
    return render(request, "planning/facts.html", {"form": form, "plan": plan_of(request, pk)}, status=status)


def sign(request, pk):
    """What has changed since one's own signature, what is being signed, and the button."""
    plan = plan_of(request, pk)
    refused = None
    if request.method == "POST":
        try:
            moves.sign(request.user, plan, request.POST.get("party", ""), request.POST.get("hash", ""))
            messages.success(request, _("서명했습니다."))
            return redirect("planning:show", pk)
        except moves.NotYours:
            raise
        except Refused as reason:
            refused = str(reason)
            plan = plan_of(request, pk)
    now = queries.standing(plan, rules=False)
    mine = permissions.parties_of(request.user, plan)
    before = queries.last_signed(plan, mine)
    context = {
        "now": now,
        "plan": plan,
        "mine": mine,
        "refused": refused,
        "before": before,
        "changes": list(changes(before.content, now.content)) if before else [],
        "may_sign": [party for party in mine if not now.signed(party)] if plan.state == Plan.State.DRAFT else [],
    }
    return render(request, "planning/sign.html", context, status=409 if refused else 200)


@require_POST
def submit(request, pk):
    plan = plan_of(request, pk)
    try:
        receipt = moves.submit(request.user, plan)
    except moves.NotYours:
        raise
    except Refused as reason:
        return render(request, "planning/not_submitted.html", {"plan": plan, "reason": str(reason)}, status=409)
    messages.success(request, _("제출했습니다. 접수 번호 %(number)s") % {"number": receipt.number})
    return redirect("planning:receipt", pk, receipt.number)


def withdraw(request, pk):
    return with_reason(request, pk, moves.withdraw, permissions.governs, _("제출 거두기"), "planning/withdraw.html")


def give_up(request, pk):
    return with_reason(request, pk, moves.give_up, permissions.writes, _("계획서 그만두기"), "planning/give_up.html")


def with_reason(request, pk, move, who, title, template):
    """A move that owes a written reason: the form, then the move."""
    plan = plan_of(request, pk)
    if not who(request.user, plan):
        raise moves.NotYours(_("이 일을 할 권한이 없습니다."))
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            move(request.user, plan, form.cleaned_data["why"])
            messages.success(request, _("처리했습니다."))
            return redirect("planning:show", pk)
        except moves.NotYours:
            raise
        except Refused as reason:
            form.add_error(None, str(reason))
    context = {"form": form, "plan": plan, "title": title}
    return render(request, template, context, status=422 if form.errors else 200)


def history(request, pk):
    plan = plan_of(request, pk)
    context = {
        "plan": plan,
        "page": page_of(request, trail_of(plan)),
        "receipts": plan.receipts.select_related("by", "withdrawn_by"),
        "actions": {move.action: move.label for move in moves.TABLE.moves} | moves.ACTS,
    }
    return render(request, "planning/history.html", context)


def receipt_of(request, pk, number):
    plan = plan_of(request, pk)
    found = plan.receipts.select_related("by", "withdrawn_by").filter(number=number).first()
    if found is None:
        raise Http404
    return plan, found


def receipt(request, pk, number):
    plan, found = receipt_of(request, pk, number)
    signed = queries.signatures_under(plan, found)
    return render(request, "planning/receipt.html", {"plan": plan, "receipt": found, "signatures": signed})


def check_receipt(request, pk, number):
    """Reckon the hash of the receipt's content anew, and compare it with the one that somebody holds."""
    plan, found = receipt_of(request, pk, number)
    held = request.GET.get("hash", "").strip().lower()
    context = {
        "plan": plan,
        "receipt": found,
        "reckoned": hash_of(found.content),
        "held": held,
        "same": hash_of(found.content) == found.content_hash,
    }
    return render(request, "planning/check_receipt.html", context)
