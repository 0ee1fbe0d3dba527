"""The example review: a panel that has declared its conflicts, and most of its score sheets."""

from __future__ import annotations

from typing import Any

from sanghyeop.demo.examples import make
from sanghyeop.demo.people import Cast
from sanghyeop.programme.review import assigning, bonuses, moves
from sanghyeop.programme.review.models import Assignment
from sanghyeop.programme.review.panel import name_member
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.rounds.moves import begin_review

SEED = 2026
REVIEWERS = 14  # besides the log-ins
LOGINS = {"reviewer@example.org": False, "chair@example.org": True}
UNFINISHED_EVERY = 12  # every so many sheets one still waits


def load_reviews(round_: Round, cast: Cast, plans: list[dict[str, Any]]) -> None:
    """Begin the review of a round whose plans are in, name the panel, assign, and fill in most sheets."""
    officer = cast.users["city@example.org"]
    round_ = begin_review(officer, Round.objects.get(pk=round_.pk))
    members = name_panel(officer, round_, cast)
    assigning.confirm(officer, assigning.propose(officer, round_))
    by_title = {facts["title"]: facts for facts in plans}
    sheets = Assignment.objects.filter(plan__round=round_).select_related("plan__round", "member__user").order_by("id")
    for number, sheet in enumerate(sheets):
        if sheet.member.user.email in LOGINS or number % UNFINISHED_EVERY == 0:
            continue
        fill_in(sheet, by_title[sheet.plan.title], members[sheet.member_id])
    bonus = round_.bonuses.first()
    for plan in round_.plans.filter(state="submitted").order_by("id")[::7]:
        if bonus:
            bonuses.grant_bonus(officer, plan, bonus, "채용 계획표에서 확인 (예시)")


def name_panel(officer: Any, round_: Round, cast: Cast) -> dict[int, dict[str, Any]]:
    """The panel with the facts of ``people.yaml`` by the member's id; everyone has pledged but the first log-in."""
    fields = {field.code: field.pk for field in round_.fields.all()}
    districts = {district.name: district for district in round_.city.districts.all()}
    everyone = make.people()["reviewers"]
    facts_of = {}
    for facts in everyone[:REVIEWERS]:
        levels = {fields[code]: 3 - place for place, code in enumerate(facts["fields"][:2])}
        user = cast.users[facts["key"]]
        member = name_member(officer, round_, user, home_district=districts[facts["lives_in"]], levels=levels)
        moves.pledge(user, member)
        facts_of[member.pk] = facts
    for (email, chair), facts in zip(LOGINS.items(), everyone[REVIEWERS:], strict=False):
        levels = {fields[code]: 2 for code in facts["fields"]}
        member = name_member(officer, round_, cast.users[email], chair=chair, levels=levels)
        if chair:
            moves.pledge(cast.users[email], member)
        facts_of[member.pk] = facts
    return facts_of


def fill_in(sheet: Assignment, plan: dict[str, Any], reviewer: dict[str, Any]) -> None:
    """One finished score sheet, as the seeded generator writes it."""
    criteria = moves.criteria_of(sheet.plan)
    written = make.example_reviews(plan, reviewer, SEED)
    answers = moves.Answers(
        points={c.pk: score["points"] for c, score in zip(criteria, written["scores"], strict=True)},
        reasons={c.pk: score["reason"] for c, score in zip(criteria, written["scores"], strict=True)},
        overall=written["overall"],
    )
    moves.submit(sheet.member.user, sheet, answers, sheet.version)
