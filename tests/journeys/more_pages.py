"""What the demo's data has none of yet, so that every page has something to show: run on the site's data."""

from __future__ import annotations

from django.urls import reverse

from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.discovery import voices
from sanghyeop.programme.hiring import applying
from sanghyeop.programme.hiring import moves as hiring_moves
from sanghyeop.programme.hiring.models import Intake
from sanghyeop.programme.review import assigning
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import analysis
from sanghyeop.programme.selection import moves as choosing
from tests import hiring, ideas, selecting
from tests.sample_world import beside


def prepare() -> None:
    """An idea at each step of the district's funnel, a proposal of assignments, a published and an open decision.

    Prints the addresses of the city officer's pages that a form leads to, not a link.
    """
    resident = ideas.person("resident")
    mine = ideas.an_idea(resident, title="골목 청소와 화분 가꾸기")
    ideas.an_idea(ideas.person("member"), title="골목 청소와 화분 가꾸는 일")
    ideas.in_committee(ideas.an_idea(resident, title="빈집을 고쳐 쓰기"))
    voices.comment(resident, mine, "함께해요.")
    voices.report(ideas.person("member"), mine, "다른 사람의 사진입니다.", mine.comments.get())
    officer = selecting.officer()
    reviewed = Round.objects.filter(state=Round.State.REVIEW, example=True).first()
    if reviewed:
        print(reverse("review:proposal", args=[assigning.propose(officer, reviewed).pk]))
    member = Organisation.objects.get(memberships__user__email="member@example.org")
    # Years before last year's, so that the round in which plans are written stays the newest.
    for years, published in ((-2, True), (-3, False)):
        round_ = beside(ideas.open_round(), years)
        rules = {"city_budget_krw": 300_000_000, "districts_min": None, "quorum": 2, "drop_extremes_from": None}
        Round.objects.filter(pk=round_.pk).update(state=Round.State.SELECTION, **rules)
        round_ = Round.objects.get(pk=round_.pk)
        for district in ("강북구", "노원구"):
            selecting.a_scored_plan(round_, 80, district, organisation=member)
        scenarios = [selecting.a_scenario(round_, name=name) for name in ("첫 시나리오", "다른 시나리오")]
        wanted = "&".join(f"s={scenario.pk}" for scenario in scenarios)
        print(f"{reverse('selection:compare', args=[round_.pk])}?{wanted}")
        for scenario in scenarios:
            for step in analysis.steps_of(scenario):
                analysis.work_out(scenario, step)
        if published:
            choosing.publish(selecting.second_officer(), selecting.a_locked_decision(round_, scenario))
    jobs()


def jobs() -> None:
    """The resident's application to the open intake, and a call that is still being written."""
    taking = Intake.objects.get(state=Intake.State.OPEN, example=True)
    call = taking.calls.get()
    applying.send(ideas.person("resident"), taking, hiring.personal(), [call.posts.first()])
    drafted = hiring.an_intake(taking.round, opened=False, name="다음 모집")
    words = {"title": "다음 공고", "text": "준비하고 있습니다.", "place": "수유동"}
    hiring_moves.begin_call(hiring.officer(), drafted, call.project, [], {}, **words)
