"""The officers' pages: the count of jobs, vacancies, a round's rule of pay and the paid holidays."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import page_of
from sanghyeop.ground.parties.permissions import city_officer
from sanghyeop.programme.employment import counting, indirect_jobs
from sanghyeop.programme.employment import permissions as who
from sanghyeop.programme.employment.forms import HolidayForm, PayRuleForm
from sanghyeop.programme.employment.models import Holiday, PayRule
from sanghyeop.programme.employment.rates import table_for
from sanghyeop.programme.hiring.models import Post
from sanghyeop.programme.rounds.models import PublishedTotal, Round


def asked_round(request):
    """The round that the address asks for among those with projects that this person reads, and all of them."""
    rounds = list(
        Round.objects.filter(record=False, projects__in=who.readable_projects(request.user))
        .distinct()
        .order_by("-year", "call")
    )
    chosen = next((row for row in rounds if str(row.pk) == request.GET.get("round")), None)
    return chosen, rounds


def jobs(request):
    """How many jobs, for whom, where."""
    chosen, rounds = asked_round(request)
    by = request.GET.get("by", "")
    by = by if by in counting.BY else "district"
    projects = who.readable_projects(request.user).filter(round__record=False)
    if chosen:
        projects = projects.filter(round=chosen)
    rows, whole = counting.count_jobs(projects, by, timezone.localdate())
    published = PublishedTotal.objects.filter(figure="jobs", district=None).select_related("round", "first_round")
    context = {
        "rounds": rounds,
        "chosen": chosen,
        "by": by,
        "ways": list(counting.BY.items()),
        "by_label": counting.BY[by],
        "rows": rows,
        "whole": whole,
        "with_indirect": by in ("round", "district", "field"),
        "published": published.order_by("round__year", "pk")[:20],
        "city": city_officer(request.user),
    }
    return render(request, "employment/jobs.html", context)


def vacancies(request):
    """Posts with their job-months, and what the empty ones leave."""
    chosen, rounds = asked_round(request)
    posts = Post.objects.filter(
        project__in=who.readable_projects(request.user).values("pk"), project__round__record=False
    )
    if chosen:
        posts = posts.filter(project__round=chosen)
    posts = posts.select_related("project__round__city", "project__district").order_by(
        "project__district__code", "project__title", "order", "pk"
    )
    page = page_of(request, posts)
    today = timezone.localdate()
    city = next((post.project.round.city.code for post in page), "")
    starts = [post.starts_on or today.replace(day=1) for post in page] or [today]
    table = table_for(["", city], min(starts), max(starts) + datetime.timedelta(days=62))
    context = {"page": page, "rows": counting.vacancies(page, table, today), "rounds": rounds, "chosen": chosen}
    return render(request, "employment/vacancies.html", context)


def rules(request, pk):
    """How a round pays, and the holidays that are paid."""
    cities = {organisation.city_id for organisation in request.user.roles.organisations(who.Role.CITY_OFFICER)}
    round_ = get_object_or_404(Round.objects.filter(city__in=cities, record=False), pk=pk)
    rule = PayRule.objects.filter(round=round_).first() or PayRule(round=round_)
    act = request.POST.get("act")
    initial = {"living_wage": rule.living_wage, "meal_a_day_krw": rule.meal_a_day_krw, "source": rule.source}
    form = PayRuleForm(request.POST if act == "rule" else None, initial=initial)
    holiday = HolidayForm(request.POST if act == "holiday" else None)
    if act == "rule" and form.is_valid():
        indirect_jobs.change_rule(request.user, round_, **form.cleaned_data)
        messages.success(request, _("임금 규칙을 고쳤습니다."))
        return redirect("employment:rules", pk=pk)
    if act == "holiday" and holiday.is_valid():
        on, name = holiday.cleaned_data["on"], holiday.cleaned_data["name"]
        Holiday.objects.get_or_create(on=on, defaults={"name": name})
        messages.success(request, _("유급휴일을 적었습니다."))
        return redirect("employment:rules", pk=pk)
    context = {
        "round": round_,
        "form": form,
        "holiday": holiday,
        "page": page_of(request, Holiday.objects.order_by("-on").select_related("source"), 30),
    }
    return render(request, "employment/rules.html", context, status=422 if form.errors or holiday.errors else 200)
