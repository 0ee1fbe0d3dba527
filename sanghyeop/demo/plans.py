"""Example plans: begun, signed and submitted by the moves that people use; what they say is written as rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.utils import timezone

from sanghyeop.demo.examples import make
from sanghyeop.demo.ideas import adopt_together, district_officers
from sanghyeop.demo.people import Cast
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import record
from sanghyeop.programme.discovery import moves as discovery
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning import moves
from sanghyeop.programme.planning.models import (
    BudgetLine,
    MonthForecast,
    Party,
    Plan,
    Position,
    Section,
    SectionComment,
    SectionVersion,
)
from sanghyeop.programme.planning.queries import standing
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Kind, Period, Round
from sanghyeop.programme.rounds.queries import period

#: The district and the organisation of the demo's log-ins: there, one plan waits for signatures and one to be begun.
HOME, HOME_ORGANISATION = "강북구", "gangbuk-3"
DAYS_OF_POSTING = 35  # the ideas behind the plans are posted within so many days after discovery opened
DRAFT_EVERY = 9  # every so many plans one is still being written


def load_plans(
    round_: Round, cast: Cast, plans: list[dict[str, Any]], ideas: dict[str, Idea], projects: dict[str, Project]
) -> None:
    """The plans of a round, most of them submitted, some still drafts."""
    ideas = ideas | ideas_behind(round_, cast, [p for p in plans if not p["idea"] and p["key"] not in projects])
    officers = district_officers(cast)
    at_home = [p for p in plans if p["district"] == HOME] if round_.call == Round.Call.MAIN else []
    to_sign = [p["key"] for p in at_home if p["organisation"] == HOME_ORGANISATION][:1]
    to_begin = [p["key"] for p in at_home if p["idea"] and p["key"] not in to_sign][:1]
    for number, facts in enumerate(plans):
        if facts["key"] in to_begin:
            continue
        people = writers(cast, officers, facts)
        plan = begin(round_, cast, facts, people, ideas, projects)
        unfinished = number % DRAFT_EVERY == DRAFT_EVERY - 1 and facts["key"] not in to_sign
        write(plan, facts, people, unfinished)
        if not unfinished and facts["key"] not in to_sign:
            submit(plan, people)


def writers(cast: Cast, officers: dict[str, User], facts: dict[str, Any]) -> dict[str, User]:
    """Who writes and signs for each party."""
    return {
        Party.CITY: cast.users["city@example.org"],
        Party.DISTRICT: officers[facts["district"]],
        Party.ORGANISATION: cast.users[f"{facts['organisation']}-a"],
    }


def ideas_behind(round_: Round, cast: Cast, plans: list[dict[str, Any]]) -> dict[str, Idea]:
    """An adopted idea for each plan that has none of its own, by the plan's key."""
    residents = defaultdict(list)
    for person in make.people()["residents"]:
        residents[person["district"]].append(person["key"])
    districts = {district.name: district for district in round_.city.districts.all()}
    fields = {field.code: field for field in round_.fields.all()}
    step = period(round_, Period.Step.IDEAS)
    made, by_district = {}, defaultdict(list)
    for number, facts in enumerate(plans):
        at_home = residents[facts["district"]]
        text = {section["code"]: section["draft"] for section in facts["sections"]}
        words = {
            "title": facts["title"],
            "need": text["need"],
            "for_whom": facts["target"],
            "place": facts["district"],
            "jobs": ", ".join(f"{p['title']} {p['number']}명" for p in facts["positions"] if p["year"] == 1),
            "round": round_,
            "district": districts[facts["district"]],
            "field": fields[facts["field"]],
            "example": True,
        }
        idea = discovery.post(cast.users[at_home[number % len(at_home)]], words)
        if step:
            at = step.opens_at + datetime.timedelta(days=number * 11 % DAYS_OF_POSTING, hours=number * 5 % 24)
            Idea.objects.filter(pk=idea.pk).update(created_at=at)
        made[facts["key"]] = idea
        by_district[facts["district"]].append(idea)
    adopt_together(round_, cast, by_district)
    return made


def begin(
    round_: Round,
    cast: Cast,
    facts: dict[str, Any],
    people: dict[str, User],
    ideas: dict[str, Idea],
    projects: dict[str, Project],
) -> Plan:
    project = projects.get(facts["key"])
    idea = None if project else ideas[facts["idea"] or facts["key"]]
    return moves.begin(
        people[Party.ORGANISATION],
        round_=round_,
        district=round_.city.districts.get(name=facts["district"]),
        organisation=cast.organisations[facts["organisation"]],
        field=round_.fields.get(code=facts["field"]),
        title=facts["title"],
        years=1 if project else facts["years"],
        summary=facts["summary"],
        idea=idea,
        continues=project,
    )


def write(plan: Plan, facts: dict[str, Any], people: dict[str, User], unfinished: bool) -> None:
    """What the plan says, each section in two versions, the second by the district; half of it when unfinished."""
    organisation, district = people[Party.ORGANISATION], people[Party.DISTRICT]
    now = timezone.now()
    sections = {section.key: section for section in plan.sections.all()}
    texts = facts["sections"][:3] if unfinished else facts["sections"]
    versions = []
    for text in texts:
        section = sections[text["code"]]
        section.body, section.version, section.edited_by, section.edited_at = text["text"], 2, district, now
        for number, body, by, party in (
            (1, text["draft"], organisation, Party.ORGANISATION),
            (2, text["text"], district, Party.DISTRICT),
        ):
            versions.append(SectionVersion(section=section, number=number, body=body, by=by, party=party))
    Section.objects.bulk_update(sections.values(), ["body", "version", "edited_by", "edited_at"])
    SectionVersion.objects.bulk_create(versions)
    SectionComment.objects.bulk_create(
        SectionComment(
            section=sections[asked["section"]], by=people[asked["party"]], party=asked["party"], body=asked["text"]
        )
        for asked in facts["questions"]
    )
    named = ("year", "title", "number", "months", "hours_a_week", "wage_an_hour_krw")
    Position.objects.bulk_create(
        Position(plan=plan, **{key: row[key] for key in named})
        for row in facts["positions"]
        if row["year"] <= plan.years
    )
    if not unfinished:
        BudgetLine.objects.bulk_create(
            BudgetLine(plan=plan, **row) for row in facts["budget"] if row["year"] <= plan.years
        )
        MonthForecast.objects.bulk_create(
            MonthForecast(plan=plan, **row) for row in facts["forecast"] if row["month"] <= plan.years * 12
        )
    plan.version = 1
    plan.save(update_fields=["version"])
    record(organisation, plan, "edit", plan.state, plan.state, what="예시 내용", version=plan.version)


def submit(plan: Plan, people: dict[str, User]) -> None:
    """All three sign the same content, and the organisation submits it."""
    seen = standing(plan).content_hash
    for party, person in people.items():
        moves.sign(person, plan, party, seen)
    moves.submit(people[Party.ORGANISATION], plan)


def load_projects_of_last_year(round_: Round, cast: Cast, plans: list[dict[str, Any]]) -> dict[str, Project]:
    """Last year's projects of which the continuing plans tell, by the plan's key; the money is their budget's."""
    projects = {}
    for number, facts in enumerate((p for p in plans if p["kind"] == Kind.CONTINUING), start=1):
        first = [row for row in facts["budget"] if row["year"] == 1]
        purses = {
            purse: sum(r["amount_krw"] for r in first if r["purse"] == purse) for purse in ("city", "district", "own")
        }
        projects[facts["key"]] = Project.objects.create(
            round=round_,
            key=f"example-{number}",
            district=round_.city.districts.get(name=facts["district"]),
            organisation=cast.organisations[facts["organisation"]],
            field=round_.fields.get(code=facts["field"]),
            kind=Kind.NEW,
            title=facts["title"],
            title_en=facts["title_en"],
            summary=facts["summary"],
            years=2,
            jobs=facts["jobs"],
            budget_krw=sum(purses.values()),
            **{f"{purse}_krw": amount for purse, amount in purses.items()},
            grade=facts["first_grade"],
            example=True,
        )
    return projects
