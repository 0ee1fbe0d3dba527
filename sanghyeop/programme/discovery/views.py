"""Ideas for everyone: read, write, support, comment, report."""

from __future__ import annotations

import functools
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanghyeop.ground.files.serving import serve
from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.trail import once
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.discovery import moves, permissions, queries, twins, voices
from sanghyeop.programme.discovery.forms import (
    ORDERS,
    TEXTS,
    CommentForm,
    IdeaFilter,
    IdeaForm,
    ReportForm,
    WhyForm,
)
from sanghyeop.programme.discovery.models import Comment, Idea, Picture
from sanghyeop.programme.rounds.closing import closed_last
from sanghyeop.programme.rounds.models import Period, RoundField
from sanghyeop.programme.rounds.queries import rounds_open_for, shown_rounds

#: What a visitor typed waits in the session until he or she has logged in.
DRAFT = "idea_draft"
KEPT = ("round", "district", "field", "organisation", *TEXTS)
COMMENTS_PER_PAGE = 20


def show_list(request):
    rounds = list(shown_rounds())
    fields = list(RoundField.objects.filter(round__in=rounds).order_by("-round", "order"))
    states = [(s.value, s.label) for s in Idea.State if s not in Idea.GONE]
    form = IdeaFilter(
        request.GET, rounds=rounds, districts=list(District.objects.all()), round_fields=fields, states=states
    )
    wanted = form.chosen()
    ideas = queries.with_supporters(queries.public_ideas()).select_related("round", "district", "field", "author")
    for name in ("round", "district", "state"):
        if name in wanted:
            ideas = ideas.filter(**{name: wanted[name]})
    if "state" not in wanted:
        ideas = ideas.exclude(state=Idea.State.MERGED)
    if "field" in wanted:
        ideas = ideas.filter(field__code=wanted["field"])
    if "q" in wanted:
        ideas = queries.containing(ideas, wanted["q"])
    page = page_of(request, ideas.order_by(*ORDERS[wanted.get("order", "new")]), 20)
    return render(request, "discovery/list.html", {"page": page, "filter": form, "searched": bool(wanted)})


def show_unanswered(request):
    ideas = queries.unanswered()
    counts = queries.by_district(ideas)
    chosen = next((row for row in counts if str(row["district"]) == request.GET.get("district")), None)
    if chosen:
        ideas = ideas.filter(district=chosen["district"])
    context = {"page": page_of(request, ideas), "counts": counts, "chosen": chosen}
    return render(request, "discovery/unanswered.html", context)


def idea_to_read(request, pk):
    """The idea that an address names, or ``Http404``."""
    idea = queries.idea_for_page(pk, request.user)
    if idea is None:
        raise Http404
    return idea


def show(request, pk, comment_form=None, status=200):
    idea = idea_to_read(request, pk)
    if not permissions.may_read(request.user, idea):
        return render(request, "discovery/gone.html", {"idea": idea}, status=410)
    officer = permissions.officer_of(request.user, idea)
    context = {
        "idea": idea,
        "page": page_of(request, queries.comments_of(idea), COMMENTS_PER_PAGE),
        "way": queries.way_of(idea, request.user),
        "open_moves": {move.action: move for move in moves.TABLE.open_to(request.user, idea)},
        "officer": officer,
        "steps": queries.stages(idea),
        "may_plan": permissions.may_plan(request.user, idea),
        "no_support": voices.no_support(request.user, idea),
        "no_comment": voices.no_comment(idea),
        "comment_form": comment_form or CommentForm(),
    }
    return render(request, "discovery/show.html", context, status=status)


def picture(request, key):
    """A picture's bytes, as long as its idea may be read."""
    shown = get_object_or_404(Picture.objects.select_related("idea", "file"), file__key=key)
    gone = shown.idea.state in Idea.GONE
    if gone and not permissions.may_read(request.user, shown.idea):
        raise Http404
    tag = f'"{shown.file.sha256}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = serve(shown.file)
    response["ETag"] = tag
    response["X-Content-Type-Options"] = "nosniff"
    # Not for long: a hidden idea's pictures must go from caches, too.
    response["Cache-Control"] = "no-store" if gone else "private, max-age=600"
    return response


def typed_text(request, form):
    """What was typed, as one text to copy."""
    lines = []
    for name in (*("counter_name", "counter_contact"), *TEXTS):
        value = request.POST.get(name, "").strip()
        if value:
            label = form.fields[name].label if name in form.fields else name
            lines.append(f"{label}\n{value}")
    return "\n\n".join(lines)


def idea_form(request, rounds, *args, counter=False, **options):
    """The form for an idea in one of these rounds, filled with the rows that may be chosen."""
    districts = District.objects.filter(city__in={r.city_id for r in rounds})
    if counter:
        districts = districts.filter(pk__in=request.user.roles.officer_districts())
    organisations = []
    if request.user.is_authenticated and not counter:
        organisations = request.user.roles.organisations("member")
    held = [value for name, value in request.POST.items() if name.startswith("held_")]
    return IdeaForm(
        *args,
        held=queries.held_pictures(request.user, held) if request.user.is_authenticated else None,
        rounds=rounds,
        districts=list(districts),
        round_fields=list(RoundField.objects.filter(round__in=rounds)) if rounds else [],
        organisations=organisations,
        counter=counter,
        **options,
    )


def too_late(request, form, reason=None):
    """The deadline passed while the form was open: say so, and give back what was typed."""
    context = {"text": typed_text(request, form), "reason": reason}
    return render(request, "discovery/closed.html", context, status=409)


def why_not_this(request):
    """Why the round for which the form was written takes no ideas any more. None where it names none."""
    asked = request.POST.get("round", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 19
    wanted = shown_rounds().filter(pk=int(asked)).first() if known else None
    return moves.closed(Idea(round=wanted)) if wanted else None


def new(request):
    return write(request, counter=False)


def counter(request):
    return write(request, counter=True)


def write(request, counter):
    """Post an idea, one's own or at the counter for someone without internet."""
    rounds = list(rounds_open_for(Period.Step.IDEAS))
    sent = request.method == "POST"
    if sent and not request.user.is_authenticated:
        return log_in_first(request)
    if sent:
        before = once.again(request)
        if before:
            return before
        if request.POST.get("round") not in {str(r.pk) for r in rounds}:
            return too_late(request, idea_form(request, [], counter=counter), why_not_this(request))
    if not rounds:
        return render(request, "discovery/closed.html", {"closed": closed_last(Period.Step.IDEAS)})
    draft = {} if counter else request.session.get(DRAFT, {})
    start = {"district": request.GET.get("district")} | draft
    data = (request.POST, request.FILES) if sent else ()
    form = idea_form(request, rounds, *data, counter=counter, initial=start)
    if sent and form.is_valid() and "preview" not in request.POST:
        extra = {"counter": form.counter()} if counter else {}

        def action():
            facts = form.facts()
            if same := queries.posted_before(request.user, facts | extra.get("counter", {})):
                once.say_sent_before(request)
                return reverse("discovery:show", args=[same.pk])
            idea = moves.post(request.user, facts, form.pictures(), **extra)
            messages.success(request, _("아이디어를 올렸습니다. 자치구가 살펴보고 답변합니다."))
            return reverse("discovery:show", args=[idea.pk])

        try:
            address = once.send(request, action)
        except Refused as refusal:
            return too_late(request, form, str(refusal))
        request.session.pop(DRAFT, None)
        return redirect(address)
    if sent:
        form.hold(functools.partial(moves.hold, request.user))
    typed = request.POST if sent else draft
    context = {
        "form": form,
        "alike": alike_to(typed, [r.pk for r in rounds]),
        "counter": counter,
        "preview": sent and not form.errors,
        "restored": bool(draft) and not sent,
    }
    return render(request, "discovery/write.html", context, status=422 if form.errors else 200)


def log_in_first(request):
    """Keep what a visitor typed, and lead to the log-in and back."""
    request.session[DRAFT] = {name: request.POST.get(name, "")[:5000] for name in KEPT}
    messages.info(request, _("로그인하거나 가입하면 적으신 내용을 이어서 올릴 수 있습니다."))
    if request.FILES:
        messages.info(request, _("사진은 돌아온 다음 다시 골라 주세요."))
    return redirect(f"{reverse('parties:login')}?{urlencode({'next': reverse('discovery:new')})}")


def alike(request):
    """Ideas like the one that is being typed; a part of the form's page."""
    rounds = rounds_open_for(Period.Step.IDEAS).values_list("pk", flat=True)
    return render(request, "discovery/alike.html", {"alike": alike_to(request.POST, rounds)})


def alike_to(typed, rounds):
    """Ideas like what was typed so far, those of the chosen district among them."""
    title, need, district = (typed.get(name, "")[:3000] for name in ("title", "need", "district"))
    known = int(district) if district.isascii() and district.isdigit() and len(district) < 10 else None
    return queries.alike_while_typing(rounds, title, need, known)


def edit(request, pk):
    """The author changes an idea that nobody has begun to check."""
    idea = idea_to_read(request, pk)
    if not permissions.author(request.user, idea):
        raise Http404
    start = {name: getattr(idea, name) for name in (*TEXTS, "counter_name", "counter_contact")}
    start |= {name: getattr(idea, f"{name}_id") for name in ("round", "district", "field", "organisation")}
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    pictures = list(idea.pictures.all())
    removed = {p.pk for p in pictures if str(p.pk) in request.POST.getlist("remove")}
    form = idea_form(
        request,
        [idea.round],
        *data,
        counter=idea.at_counter,
        initial=start,
        taken=len([p for p in pictures if p.pk not in removed]),
    )
    refusal, status, stands = None, 200, None
    try:
        moves.TABLE.check(request.user, idea, "edit")
        if request.method == "POST" and form.is_valid():
            version = request.POST.get("version", "")
            facts = form.facts() | (form.counter() if idea.at_counter else {})
            moves.edit(request.user, idea, facts, int(version) if version.isdecimal() else -1, form.pictures(), removed)
            messages.success(request, _("저장했습니다."))
            return redirect("discovery:show", pk)
        status = 422 if form.errors else 200
        if form.errors:
            form.hold(functools.partial(moves.hold, request.user))
    except moves.Changed as changed:
        refusal, status, stands = changed, 409, changed.idea
        form.hold(functools.partial(moves.hold, request.user))
    except Refused as reason:
        if request.method == "POST":
            return too_late(request, form, str(reason))
        raise
    context = {
        "form": form,
        "idea": idea,
        "version": (stands or idea).version if stands or request.method != "POST" else request.POST.get("version", ""),
        "pictures": pictures,
        "removed": removed,
        "stands": stands,
        "refusal": refusal,
    }
    return render(request, "discovery/write.html", context, status=status)


@require_POST
def support(request, pk):
    """Support an idea (``wanted=1``) or take it back; with htmx the answer is the button alone."""
    idea = get_object_or_404(Idea, pk=pk)
    refusal = None
    try:
        voices.support(request.user, idea, request.POST.get("wanted") == "1")
    except Refused as reason:
        if not request.htmx:
            raise
        refusal = str(reason)
    if not request.htmx:
        return redirect("discovery:show", pk)
    idea = idea_to_read(request, pk)
    context = {"idea": idea, "no_support": voices.no_support(request.user, idea), "refusal": refusal}
    return render(request, "discovery/support.html", context, status=409 if refusal else 200)


@require_POST
def comment(request, pk):
    idea = get_object_or_404(Idea, pk=pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return show(request, pk, form, 422)

    def action():
        voices.comment(request.user, idea, form.cleaned_data["body"])
        return reverse("discovery:show", args=[pk]) + "#comments"

    try:
        return redirect(once.send(request, action))
    except Refused as reason:
        form.add_error("body", str(reason))
        return show(request, pk, form, 409)


def report(request, pk):
    idea = idea_to_read(request, pk)
    return _report(request, idea, None)


def report_comment(request, pk):
    about = get_object_or_404(Comment.objects.select_related("idea", "author"), pk=pk)
    return _report(request, about.idea, about)


def _report(request, idea, about):
    if not permissions.may_read(request.user, idea) or (
        about and not permissions.may_read_comment(request.user, about)
    ):
        raise Http404
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        voices.report(request.user, idea, form.cleaned_data["reason"], about)
        messages.success(request, _("신고를 받았습니다. 자치구 담당자가 살펴봅니다."))
        return redirect("discovery:show", idea.pk)
    context = {"form": form, "idea": idea, "comment": about}
    return render(request, "discovery/report.html", context, status=422 if form.errors else 200)


#: Moves that need no more than a reason, or nothing.
ACTS = {
    "withdraw": moves.withdraw,
    "put_before": lambda who, idea, why: moves.put_before(who, idea),
    "send_back": moves.send_back,
    "reopen": moves.reopen,
    "hide": moves.hide,
    "show": moves.show,
    "unmerge": twins.undo_merge,
}


def act(request, pk, action):
    """Make a move that needs a reason or nothing; the table of moves says who may."""
    idea = idea_to_read(request, pk)
    if action not in ACTS:
        raise Http404
    if request.method == "POST":
        before = once.again(request)
        if before:
            return before
    move = moves.TABLE.check(request.user, idea, action, why="-")
    form = WhyForm(request.POST or None) if move.why else None
    if request.method == "POST" and (form is None or form.is_valid()):

        def make():
            ACTS[action](request.user, idea, form.cleaned_data["why"] if form else "")
            return reverse("discovery:show", args=[pk])

        return redirect(once.send(request, make, _("마쳤습니다: %(action)s") % {"action": move.label}))
    context = {"form": form, "idea": idea, "move": move}
    return render(request, "discovery/act.html", context, status=422 if form and form.errors else 200)
