"""Reads that pages and later rooms share."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.programme.hiring.models import Application, Call, Check, Choice, Intake, Look, Placement, Post, Trainee
from sanghyeop.programme.planning.models import Plan, Position
from sanghyeop.programme.projects.models import Project

A, P = Application.State, Placement.State


def plan_of(project: Project) -> Plan | None:
    """The plan that was selected as this project; None for one published before this software. One query."""
    return Plan.objects.filter(decision_lines__project=project).first()


def positions_of(project: Project, year: int = 1) -> list[Position]:
    """The positions of the selected plan in a year of support, frozen by its receipt. One query."""
    found = Position.objects.filter(plan__decision_lines__project=project, year=year)
    return list(found.distinct().order_by("pk"))


def hired(project: Project) -> QuerySet[Placement]:
    """Accepted placements of a project's posts: those with whom contracts are made. Who is still in training before
    hiring is not yet among them. One query when read."""
    learning = Trainee.objects.filter(
        person=OuterRef("person"), training__project=project, state=Trainee.State.TRAINING
    )
    return (
        Placement.objects.filter(post__project=project, state=P.ACCEPTED)
        .exclude(Exists(learning))
        .select_related("post", "application", "person")
        .order_by("post__year", "post__order", "pk")
    )


def shown_calls() -> QuerySet[Call]:
    """Calls that anyone may read: published ones of intakes that are no draft. One query when read."""
    return Call.objects.filter(state=Call.State.PUBLISHED).exclude(intake__state=Intake.State.DRAFT)


def open_calls() -> QuerySet[Call]:
    """Calls that take applications now or will before their deadline, the nearest deadline first, with ``seats``. One
    query when read."""
    seats = Post.objects.filter(call=OuterRef("pk")).order_by().values("call").annotate(n=Sum("quota")).values("n")
    return (
        shown_calls()
        .filter(intake__state=Intake.State.OPEN, intake__closes_at__gt=timezone.now())
        .select_related("intake", "project__district", "project__field", "project__organisation")
        .annotate(seats=Coalesce(Subquery(seats), 0))
        .order_by("intake__closes_at", "pk")
    )


def searched(calls: QuerySet[Call], text: str) -> QuerySet[Call]:
    """Calls with every word of the text in their title, place, text, project or posts. No query of its own."""
    for word in text.split()[:10]:
        named = Exists(Post.objects.filter(call=OuterRef("pk"), title__icontains=word))
        calls = calls.filter(
            Q(title__icontains=word)
            | Q(text__icontains=word)
            | Q(place__icontains=word)
            | Q(project__title__icontains=word)
            | named
        )
    return calls


def posts_to_choose(intake: Intake) -> list[Post]:
    """The posts of an intake's published calls, by project. One query."""
    return list(
        Post.objects.filter(call__intake=intake, call__state=Call.State.PUBLISHED)
        .select_related("project", "call")
        .order_by("project__title", "project", "order", "pk")
    )


def job_postings(call: Call, posts: list[Post], address: str) -> SafeString:
    """The call's posts as schema.org JobPosting, JSON-LD that can stand in a script element."""
    project = call.project
    organisation = project.organisation or call.intake.district
    rows = []
    for post in posts:
        row: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "JobPosting",
            "title": post.title,
            "description": "\n".join(filter(None, [post.duties, call.text])),
            "identifier": {"@type": "PropertyValue", "name": "sanghyeop", "value": str(post.pk)},
            "datePosted": timezone.localdate(call.published_at or call.created_at).isoformat(),
            "validThrough": timezone.localtime(call.intake.closes_at).isoformat(),
            "employmentType": ["TEMPORARY", "PART_TIME" if post.hours_a_week < 35 else "FULL_TIME"],
            "hiringOrganization": {"@type": "Organization", "name": str(organisation)},
            "jobLocation": {
                "@type": "Place",
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": post.place or call.place,
                    "addressLocality": call.intake.district.name,
                    "addressRegion": call.intake.district.city.name,
                    "addressCountry": "KR",
                },
            },
            "baseSalary": {
                "@type": "MonetaryAmount",
                "currency": "KRW",
                "value": {"@type": "QuantitativeValue", "value": post.wage_an_hour_krw, "unitText": "HOUR"},
            },
            "workHours": _("주 %(hours)s시간") % {"hours": post.hours_a_week.normalize()},
            "totalJobOpenings": post.quota,
            "directApply": True,
            "url": address,
        }
        if post.starts_on:
            row["jobStartDate"] = post.starts_on.isoformat()
        rows.append(row)
    text = json.dumps(rows, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)  # JSON in which nothing can end the element


def own_applications(user: Any) -> QuerySet[Application]:
    """A person's own applications, newest first, with ``standing`` (state of the seat held). One query when read."""
    seat = Placement.objects.filter(application=OuterRef("pk"), state__in=[P.OFFERED, P.ACCEPTED])
    return (
        Application.objects.filter(applicant=user.pk)
        .select_related("intake__district", "intake__round")
        .annotate(standing=Subquery(seat.values("state")[:1]))
        .order_by("-pk")
    )


def offices_projects(user: Any) -> QuerySet[Project]:
    """Projects of published rounds that a person finds people for. One query when read."""
    roles = user.roles
    return (
        Project.objects.filter(
            Q(district__in=roles.officer_districts()) | Q(organisation__in=roles.member_organisations()),
            round__record=False,
            round__state="published",
        )
        .select_related("district", "organisation", "round")
        .annotate(quota=Coalesce(Sum("posts__quota"), 0), posts_n=Count("posts"))
        .order_by("-round__year", "title", "pk")
    )


def offices_calls(user: Any) -> QuerySet[Call]:
    """Calls that a person runs, newest first. One query when read."""
    roles = user.roles
    return (
        Call.objects.filter(
            Q(project__district__in=roles.officer_districts())
            | Q(project__organisation__in=roles.member_organisations())
        )
        .select_related("intake", "project__district", "project__organisation")
        .order_by("-pk")
    )


def seen_applications(user: Any, intake: Intake) -> QuerySet[Application]:
    """The applications of an intake that a person may read: the district's officer all of them, an operator's member
    those that wish for a post of the own project. With ``points``, ``open_checks``, ``wishes``. One query when read."""
    rows = intake.applications.exclude(state=A.WITHDRAWN)
    if not user.roles.officer_of_district(intake.district_id):
        own = Choice.objects.filter(
            application=OuterRef("pk"), post__project__organisation__in=user.roles.member_organisations()
        )
        rows = rows.filter(Exists(own))
    checks = Check.objects.filter(application=OuterRef("pk")).order_by().values("application")
    return rows.select_related("district", "applicant").annotate(
        points=Subquery(checks.filter(holds=True).annotate(n=Sum("points")).values("n")),
        open_checks=Coalesce(Subquery(checks.filter(holds=None).annotate(n=Count("pk")).values("n")), 0),
        wishes=Count("choices"),
    )


def post_rows(intake: Intake) -> list[Any]:
    """The posts of an intake's calls with ``wished`` (how many chose it), ``first`` (as first choice), ``filled`` and
    ``taken`` (seats offered or taken). One query."""
    of_post: dict[str, Any] = {"post": OuterRef("pk")}
    living = Choice.objects.filter(**of_post).exclude(application__state=A.WITHDRAWN).order_by().values("post")
    held = Placement.objects.filter(state__in=Placement.STANDING, **of_post).order_by().values("post")

    def number(rows: Any) -> Any:
        return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)

    return list(
        Post.objects.filter(call__intake=intake)
        .select_related("project", "call")
        .annotate(
            wished=number(living),
            first=number(living.filter(rank=1)),
            taken=number(held),
            accepted=number(held.filter(state=P.ACCEPTED)),
        )
        .order_by("project__title", "order", "pk")
    )


def place_rows(intake: Intake) -> QuerySet[Choice]:
    """The result as everyone may see it, post by post in its order: numbers, points and lots, no names. One query."""
    seat = Placement.objects.filter(application=OuterRef("application"), post=OuterRef("post"))
    return (
        Choice.objects.filter(application__intake=intake, place__isnull=False)
        .select_related("application", "post__project")
        .annotate(seat=Subquery(seat.order_by("-pk").values("state")[:1]))
        .order_by("post__project__title", "post", "place")
    )


def note_look(request: Any, application: Application, what: str) -> None:
    """Keep that somebody looked at another person's data (접속기록). One query."""
    if request.user.pk == application.applicant_id:
        return
    Look.objects.create(
        by=request.user,
        whose_id=application.applicant_id,
        application=application,
        what=what,
        from_address=request.META.get("REMOTE_ADDR") or None,
    )


def tasks_for(user: Any) -> list[Task]:
    """Offers to answer; for a district's officer intakes that wait for the next step. Two queries at most."""
    tasks = []
    offers = Placement.objects.filter(person=user.pk, state=P.OFFERED).select_related("post").order_by("answer_by")
    for offer in offers[:20]:
        title = _("‘%(post)s’ 합격에 답하기") % {"post": offer.post}
        tasks.append(Task(title, reverse("hiring:application", args=[offer.application_id]), offer.answer_by))
    districts = user.roles.officer_districts()
    if districts:
        waiting = (
            Intake.objects.filter(district__in=districts)
            .filter(Q(state=Intake.State.OPEN, closes_at__lte=timezone.now()) | Q(state=Intake.State.PLACED))
            .annotate(sent=Count("applications", filter=Q(applications__state=A.SENT)))
            .order_by("closes_at")
        )
        for intake in waiting[:20]:
            if intake.state == Intake.State.PLACED:
                title = _("배치 결과 발표: %(intake)s") % {"intake": intake}
            elif intake.sent:
                title = ngettext("자격 확인 %(n)d건: %(intake)s", "자격 확인 %(n)d건: %(intake)s", intake.sent) % {
                    "n": intake.sent,
                    "intake": intake,
                }
            else:
                title = _("추첨과 배치: %(intake)s") % {"intake": intake}
            tasks.append(Task(title, reverse("hiring:intake", args=[intake.pk])))
    return tasks
