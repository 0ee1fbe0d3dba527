"""Beginning a plan: from which ideas and projects, with which organisations; and the sections that it is made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.trail.moves import record
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning import moves
from sanghyeop.programme.planning.forms import BeginForm, ContinueForm, TemplateForm
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.planning.queries import templates_of
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.closing import closed_last
from sanghyeop.programme.rounds.models import Kind, Period, Round
from sanghyeop.programme.rounds.queries import rounds_open_for


def districts_of(user: Any) -> set[int]:
    """Where this person may begin plans: the officer's districts, those of the member's organisations."""
    own = {m.organisation.district_id for m in user.roles.memberships if m.role == "member"}
    return user.roles.officer_districts() | {district for district in own if district is not None}


def partners(user: Any, round_: Round, districts: set[int]) -> Any:
    """Organisations that may be the partner: of a kind that the round allows, in the city; a member's own only."""
    kinds = [row.organisation_kind for row in round_.eligible_kinds.all()]
    found = Organisation.objects.filter(city=round_.city_id).exclude(kind__in=["city", "district"])
    if kinds:
        found = found.filter(kind__in=kinds)
    if not user.roles.officer_districts() & districts:
        found = found.filter(pk__in=user.roles.member_organisations())
    return found.order_by("name")


def adopted_ideas(user: Any) -> Any:
    """Adopted ideas of this person's districts that no live plan takes up. One query when read."""
    taken = Plan.objects.exclude(state=Plan.State.WITHDRAWN).filter(idea__isnull=False).values("idea")
    # A member takes part in every district of the city; the district is the idea's.
    scope = {"district__in": districts_of(user)}
    if user.roles.member_organisations():
        cities = {m.organisation.city_id for m in user.roles.memberships if m.role == "member"}
        scope = {"district__city__in": cities}
    return Idea.objects.filter(state=Idea.State.ADOPTED, **scope).exclude(pk__in=taken).select_related("district")


def continuable(user: Any, round_: Round) -> Any:
    """Last year's projects of this person's districts that are not taken up yet, whose grade lets them go on."""
    grades = list(round_.grade_rules.all())
    taken = Plan.objects.exclude(state=Plan.State.WITHDRAWN).filter(round=round_, continues__isnull=False)
    found = Project.objects.filter(
        round__city=round_.city_id, round__year=round_.year - 1, district__in=districts_of(user)
    ).exclude(pk__in=taken.values("continues"))
    if grades:
        found = found.filter(grade__in=[rule.grade for rule in grades if rule.may_continue])
    return found.select_related("district", "round")


def open_round(request: Any) -> Round | None:
    """The round that is meant: the one asked for, otherwise the newest that takes plans."""
    rounds = rounds_open_for(Period.Step.PLANS).filter(
        city__in={m.organisation.city_id for m in request.user.roles.memberships}
    )
    asked = request.POST.get("round") or request.GET.get("round") or ""
    if asked.isascii() and asked.isdecimal():
        return rounds.filter(pk=int(asked[:18])).first()
    return rounds.first()


def ways(request: Any) -> dict[str, Any]:
    """What a plan may be begun from: adopted ideas and projects that may go on. Five queries."""
    round_ = open_round(request)
    return {
        "round": round_,
        "closed": None if round_ else closed_last(Period.Step.PLANS),
        "ideas": list(adopted_ideas(request.user)[:100]),
        "projects": list(continuable(request.user, round_)[:100]) if round_ else [],
    }


def source_from(request: Any) -> Source | None:
    """What the address says the plan is begun from; None when it does not say. 404 for what is not there."""
    query = request.POST if request.method == "POST" else request.GET
    idea, project = query.get("idea", ""), query.get("continues", "")
    if not idea and not project:
        return None
    round_ = open_round(request)
    if idea:
        if not (idea.isascii() and idea.isdecimal()):
            raise Http404
        found = get_object_or_404(Idea.objects.select_related("district", "field"), pk=int(idea[:18]))
        return Source(request.user, round_, found)
    return Source(request.user, round_, None, project)


class Source:
    """An adopted idea, or a project of last year, with the form that begins a plan from it."""

    def __init__(self, user: Any, round_: Round | None, idea: Idea | None, project: str = "") -> None:
        self.user, self.round, self.idea, self.project = user, round_, idea, project

    def form(self, data: Any, typed: Any = None) -> Any:
        """The form with what was sent, or a fresh one; ``typed`` was sent to look for an organisation only."""
        if self.round is None:
            return NoRoundForm(data)
        districts = {self.idea.district_id} if self.idea else districts_of(self.user)
        organisations = partners(self.user, self.round, districts)
        initial: dict[str, Any] = {"years": 1}
        own = self.user.roles.member_organisations()
        if len(own) == 1:
            initial["organisation"] = next(iter(own))
        if self.idea:
            field = self.round.fields.filter(code=self.idea.field.code).first() if self.idea.field else None
            initial |= {"title": self.idea.title, "field": field}
            initial |= typed.dict() if typed else {}
            return BeginForm(data, round_=self.round, organisations=organisations, districts=districts, initial=initial)
        initial["continues"] = self.project
        projects = continuable(self.user, self.round)
        found = projects.filter(pk=self.project).first() if self.project.isdecimal() else None
        if found:
            initial |= {"title": found.title[:100], "organisation": found.organisation_id}
            districts = {found.district_id}
        initial |= typed.dict() if typed else {}
        return ContinueForm(
            data,
            round_=self.round,
            organisations=organisations,
            districts=districts,
            projects=projects,
            initial=initial,
        )

    def begin(self, request: Any, form: Any) -> str:
        """Begin the plan and give its address."""
        assert self.round is not None
        values = form.cleaned_data
        continues = values.get("continues")
        district = self.idea.district if self.idea else continues.district
        plan = moves.begin(
            request.user,
            round_=self.round,
            district=district,
            organisation=values["organisation"],
            field=values["field"],
            title=values["title"],
            summary=values["summary"],
            years=values["years"],
            idea=self.idea,
            continues=continues,
        )
        return reverse("planning:show", args=[plan.pk])


class NoRoundForm(forms.Form):
    """No round takes plans now: whatever is sent is refused with that reason."""

    def clean(self) -> None:
        words = [_("지금 계획서를 받는 공모가 없습니다."), closed_last(Period.Step.PLANS)]
        raise forms.ValidationError([reason for reason in words if reason])


class TemplatesPage:
    """The sections of a round for one kind of project, edited as one table; an empty title takes a section out."""

    def __init__(self, request: Any, round_pk: int, kind: str) -> None:
        self.user = request.user
        self.round = get_object_or_404(Round.objects.filter(record=False), pk=round_pk)
        if kind not in Kind.values or not request.user.roles.officer_of_city(self.round.city_id):
            raise Http404
        self.kind = Kind(kind)
        with transaction.atomic():
            rows = moves.ensure_templates(self.round, kind)
        data = request.POST if request.method == "POST" else None
        self.forms = [TemplateForm(data, prefix=f"s{row.pk}", instance=row) for row in rows]
        for form in self.forms:
            form.empty_permitted = False
            form.fields["title"].required = False
        self.new = TemplateForm(data, prefix="new", initial={"order": len(rows) + 1})
        self.new.fields["title"].required = self.new.fields["order"].required = False

    @property
    def errors(self) -> bool:
        return any(form.is_bound and form.errors for form in [*self.forms, self.new])

    def save(self) -> bool:
        faulty = [form for form in [*self.forms, self.new] if not form.is_valid()]
        if faulty:
            return False
        with transaction.atomic():
            for form in self.forms:
                if form.cleaned_data["title"]:
                    form.save()
                else:
                    form.instance.delete()
            if self.new.cleaned_data["title"]:
                row = self.new.save(commit=False)
                row.round, row.kind = self.round, self.kind
                row.order = row.order or len(self.forms) + 1
                row.key = free_key(self.round, self.kind)
                row.save()
            record(self.user, self.round, "plan_sections", kind=self.kind)
        return True


def free_key(round_: Round, kind: str) -> str:
    taken = set(templates_of(round_, kind).values_list("key", flat=True))
    return next(key for n in range(1, 1000) if (key := f"extra-{n}") not in taken)
