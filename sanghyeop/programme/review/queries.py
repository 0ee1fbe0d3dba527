"""Reads that pages share."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.parties.models import Membership, User
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.review import permissions as who
from sanghyeop.programme.review.conflicts import review_plans
from sanghyeop.programme.review.models import Assignment, PanelMember, Proposal
from sanghyeop.programme.rounds.models import Period, Round

State = Assignment.State
TODO = (State.ASSIGNED, State.STARTED)
RUNNING = (Round.State.OPEN, Round.State.REVIEW)


def _counted(rows: QuerySet, by: str) -> Coalesce:
    """How many rows belong to the outer row, as a subquery; 0 where there is none."""
    counts = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))


def _review_closes(round_path: str) -> Subquery:
    return Subquery(Period.objects.filter(round=OuterRef(round_path), step=Period.Step.REVIEW).values("closes_at")[:1])


def rounds_of_officer(user: Any) -> QuerySet[Round]:
    """The rounds of an officer's cities that are or were reviewed here. One query when read."""
    cities = {m.organisation.city_id for m in user.roles.memberships if m.role == Membership.Role.CITY_OFFICER}
    return Round.objects.filter(city__in=cities, record=False)


def rounds_with_progress(rounds: QuerySet[Round]) -> QuerySet[Any]:
    """Rounds with ``members``, ``plan_count``, ``short`` (plans with too few reviewers), ``sheets``, ``sheets_done``,
    ``has_chair`` (0 or 1). No query of its own."""
    held = Assignment.objects.filter(state__in=Assignment.HELD, plan__state=Plan.State.SUBMITTED)
    plans = Plan.objects.filter(state=Plan.State.SUBMITTED)
    enough = plans.annotate(held=_counted(Assignment.objects.filter(state__in=Assignment.HELD), "plan")).filter(
        held__lt=F("round__reviews_per_plan")
    )
    return rounds.annotate(
        members=_counted(PanelMember.objects.filter(left_at=None), "round"),
        has_chair=_counted(PanelMember.objects.filter(left_at=None, chair=True), "round"),
        unpledged=_counted(PanelMember.objects.filter(left_at=None, pledged_at=None), "round"),
        plan_count=_counted(plans, "round"),
        short=_counted(enough, "round"),
        sheets=_counted(held, "plan__round"),
        sheets_done=_counted(held.filter(state=State.DONE), "plan__round"),
        review_closes=_review_closes("pk"),
    )


def with_missing_sheets(rounds: QuerySet[Round]) -> QuerySet[Any]:
    """Rounds with ``missing_sheets``, the number that is not handed in. No query of its own."""
    missing = Assignment.objects.filter(plan__state=Plan.State.SUBMITTED, state__in=TODO)
    return rounds.annotate(missing_sheets=_counted(missing, "plan__round"))


def panels_of(user: Any) -> QuerySet[Any]:
    """The panels that a person sits on, with ``todo``, ``done`` and ``review_closes``. One query when read."""
    mine = Assignment.objects.filter(plan__state=Plan.State.SUBMITTED)
    judged = (Plan.State.SUBMITTED, Plan.State.SELECTED, Plan.State.REJECTED)
    return (
        PanelMember.objects.filter(user=user, left_at=None)
        .exclude(round__state=Round.State.DRAFT)
        .select_related("round", "user")
        .annotate(
            todo=_counted(mine.filter(state__in=TODO), "member"),
            done=_counted(Assignment.objects.filter(state=State.DONE, plan__state__in=judged), "member"),
            review_closes=_review_closes("round"),
        )
        .order_by("-round__year", "-id")
    )


def sheets_of(user: Any) -> QuerySet[Assignment]:
    """The sheets that a person may open: held, on a plan under review, after the pledge. One query when read."""
    return (
        Assignment.objects.filter(
            member__user=user,
            member__left_at=None,
            member__pledged_at__isnull=False,
            state__in=Assignment.HELD,
            plan__state__in=(Plan.State.SUBMITTED, Plan.State.SELECTED, Plan.State.REJECTED),
        )
        .select_related(
            "plan__round", "plan__district", "plan__organisation", "plan__field", "plan__idea", "member__user"
        )
        .annotate(filled=Count("scores", filter=Q(scores__points__isnull=False) & ~Q(scores__reason=""), distinct=True))
        .order_by("-plan__round__year", Coalesce(Q(state=State.DONE), Value(False)), "plan_id")
    )


def panel_of(round_: Round) -> QuerySet[PanelMember]:
    """The members of a round's panel, those who left last, with ``load``, ``done``, ``most``. One query when read."""
    held = Assignment.objects.filter(state__in=Assignment.HELD, plan__state=Plan.State.SUBMITTED)
    return (
        round_.panel.select_related("user", "home_district")
        .annotate(
            load=_counted(held, "member"),
            done=_counted(held.filter(state=State.DONE), "member"),
            started=_counted(held.filter(state=State.STARTED), "member"),
            most=Coalesce("max_load", Value(round_.reviewer_load)),
        )
        .order_by("-chair", F("left_at").asc(nulls_first=True), "user__name", "id")
    )


def candidates(round_: Round, name: str) -> QuerySet[User]:
    """People who may be named: an open panel role, not on this panel, the name contains the text. Two queries."""
    found = User.objects.filter(is_active=True, memberships__role__in=who.PANEL_ROLES, memberships__until=None).exclude(
        panels__in=PanelMember.objects.filter(round=round_, left_at=None)
    )
    if name.strip():
        found = found.filter(name__icontains=name.strip())
    return (
        found.distinct()
        .order_by("name", "id")
        .prefetch_related(Prefetch("memberships", Membership.objects.filter(until=None).select_related("organisation")))
    )


def plans_under_review(round_: Round, wanted: dict[str, str] | None = None) -> QuerySet[Plan]:
    """The round's submitted plans with ``held`` and ``done`` sheets; ``wanted``: ``q``, ``district`` (code),
    ``show`` (short, unfinished). One query when read."""
    wanted = wanted or {}
    rows = Assignment.objects.filter(state__in=Assignment.HELD)
    plans = (
        review_plans(round_)
        .select_related("district", "organisation", "field")
        .annotate(held=_counted(rows, "plan"), done=_counted(rows.filter(state=State.DONE), "plan"))
        .order_by("id")
    )
    text = wanted.get("q", "").strip()
    if text:
        plans = plans.filter(Q(title__icontains=text) | Q(organisation__name__icontains=text))
    if wanted.get("district"):
        plans = plans.filter(district__code=wanted["district"])
    if wanted.get("show") == "short":
        plans = plans.filter(held__lt=round_.reviews_per_plan)
    if wanted.get("show") == "unfinished":
        plans = plans.filter(done__lt=F("held"))
    return plans


def held_by_plan(plans: Any) -> dict[int, list[Assignment]]:
    """The held assignments of these plans, with member and user. One query."""
    found: dict[int, list[Assignment]] = {}
    for row in (
        Assignment.objects.filter(plan__in=[plan.pk for plan in plans], state__in=Assignment.HELD)
        .select_related("member__user")
        .order_by("member__user__name", "id")
    ):
        found.setdefault(row.plan_id, []).append(row)
    return found


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here. One query for a panel member, one for a city officer,
    who also sees how each review goes."""
    tasks: list[Task] = []
    if who.reader(user):
        for seat in panels_of(user).filter(round__state__in=RUNNING).annotate(unfinished=_counted_round_sheets()):
            if seat.pledged_at is None:
                title = _("이해관계를 신고하고 서약해 주세요: %(round)s") % {"round": seat.round}
                tasks.append(Task(title, reverse("review:pledge", args=[seat.pk]), seat.review_closes))
            elif seat.todo:
                title = _("심사표를 작성해 주세요: %(round)s") % {"round": seat.round}
                tasks.append(Task(title, reverse("review:desk"), seat.review_closes, seat.todo))
            if seat.chair and seat.unfinished:
                title = _("심사 진행을 살펴봐 주세요: %(round)s") % {"round": seat.round}
                url = reverse("review:progress", args=[seat.round_id])
                tasks.append(Task(title, url, seat.review_closes, seat.unfinished))
    if who.city_officer(user):
        for round_ in rounds_with_progress(rounds_of_officer(user).filter(state__in=RUNNING)):
            if not round_.members or not round_.has_chair:
                title = _("심사위원과 위원장을 위촉해 주세요: %(round)s") % {"round": round_}
                tasks.append(Task(title, reverse("review:panel", args=[round_.pk]), round_.review_closes))
            elif round_.short:
                title = _("심사위원이 모자란 계획서가 있습니다: %(round)s") % {"round": round_}
                url = reverse("review:assignments", args=[round_.pk])
                tasks.append(Task(title, url, round_.review_closes, round_.short))
            if round_.state == Round.State.REVIEW:
                tasks.append(Task(progress_of(round_), reverse("review:round", args=[round_.pk]), round_.review_closes))
    return tasks


def progress_of(round_: Any) -> str:
    """How far the review of a round (of ``rounds_with_progress``) is, in a sentence. No query."""
    told = {"round": round_, "done": round_.sheets_done, "all": round_.sheets}
    told["left"] = round_.sheets - round_.sheets_done
    if told["left"]:
        return _("심사 중: %(round)s – 심사표 %(all)s건 가운데 %(done)s건을 냈고 %(left)s건이 남았습니다") % told
    if round_.sheets:
        return _("심사 중: %(round)s – 심사표 %(all)s건이 모두 들어왔습니다") % told
    return _("심사 중: %(round)s – 아직 배정한 심사표가 없습니다") % told


def open_proposal(round_: Round) -> Proposal | None:
    """The latest proposal of assignments, while it waits to be confirmed. One query, none once nothing is assigned."""
    if round_.state not in RUNNING:
        return None
    last = round_.assignment_proposals.defer("answer").order_by("-id").first()
    return None if last is None or last.confirmed_at else last


def _counted_round_sheets() -> Coalesce:
    """Unfinished sheets of the whole round of an outer panel member."""
    rows = Assignment.objects.filter(
        plan__round=OuterRef("round"), state__in=TODO, plan__state=Plan.State.SUBMITTED, member__left_at=None
    )
    counts = rows.order_by().values("plan__round").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))
