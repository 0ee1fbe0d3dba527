"""The rules of a round about who may take part, as the city's officer edits them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.trail import once
from sanghyeop.programme.hiring import moves, permissions, rules
from sanghyeop.programme.hiring.office import page
from sanghyeop.programme.hiring.office_forms import RuleForm
from sanghyeop.programme.rounds.models import Round


def round_rules(request, pk):
    """The rules of a round about who may take part; the city's officer adds and removes them."""
    round_ = get_object_or_404(Round, pk=pk)
    if not permissions.sets_rules(request.user, round_):
        raise Http404
    form = RuleForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    rows = list(round_.participant_rules.select_related("source"))

    def back():
        return reverse("hiring:rules", args=[pk])

    if request.method == "POST" and "remove" in request.POST:
        gone = [rule for rule in rows if str(rule.pk) == request.POST["remove"]]
        if gone:
            moves.change_rules(request.user, round_, [], gone, request.POST.get("why", ""))
            messages.success(request, _("규칙을 지웠습니다."))
        return redirect(back())

    def add():
        moves.change_rules(request.user, round_, [form.save(commit=False)])
        return back()

    done = once.send_form(request, form, add, _("규칙을 더했습니다."))
    context = {"round": round_, "rows": [(rules.said_of(rule), rule) for rule in rows]}
    return done or page(request, "hiring/rules.html", form, context)
