"""The page of a round's rule of paying and changing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import permissions, queries, rules
from sanghyeop.programme.funding.forms import RuleForm, rule_instalments
from sanghyeop.programme.funding.models import FundingRule
from sanghyeop.programme.rounds.permissions import rounds_of


def edit(request: HttpRequest, round_pk: int) -> HttpResponse:
    """How a round pays, and what may be changed without asking; a copied round begins with the earlier one's."""
    round_ = get_object_or_404(rounds_of(request.user), pk=round_pk, record=False)
    rule = queries.rule_of(round_)
    inherited = rule is not None and rule.round_id != round_.pk
    data = request.POST if request.method == "POST" else None
    shown = rule or FundingRule(round=round_)
    start = rules.facts_of(rule).get("instalments", [])
    form, instalments = RuleForm(data, instance=shown), rule_instalments(data, start)
    status = 200
    if data is not None:
        status = 422
        if all([form.is_valid(), instalments.is_valid()]):
            try:
                rules.save_rule(request.user, round_, form.cleaned_data, instalments.filled())
                messages.success(request, _("저장했습니다. 앞으로 준비하는 교부와 앞으로 요청하는 변경에 쓰입니다."))
                return redirect("funding:rule", round_pk)
            except NotYours:
                raise
            except Refused as refused:
                form.add_error(None, str(refused))
                status = 409
    context = {
        "round": round_,
        "form": form,
        "instalments": instalments,
        "inherited": inherited,
        "missing": rule is None,
        "may": permissions.changes_rule(request.user, round_),
    }
    return render(request, "funding/rule.html", context, status=status)
