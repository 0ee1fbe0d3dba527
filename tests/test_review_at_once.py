"""Two people, or two windows, at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.review import assigning, moves, panel
from sanghyeop.programme.review.models import Assignment, Score
from tests.builders import a_person, a_plan, in_review, the_round, with_criteria

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_(shared_demo):
    return in_review(with_criteria(the_round(), 30, 70), reviews_per_plan=2, reviewer_load=5, quorum=2)


def both_at_once(*acts):
    """Run each in a thread of its own, all from the same moment; what each gave or raised."""
    start, ends = threading.Barrier(len(acts)), [None] * len(acts)

    def run(i, act):
        try:
            start.wait()
            ends[i] = act()
        except Exception as error:
            ends[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def sheets():
    return Assignment.objects.select_related("plan__round", "member__user")


def test_two_windows_save_one_sheet_at_once_and_one_of_them_is_told(round_):
    officer = User.objects.get(email="city@example.org")
    reviewer = User.objects.get(email="reviewer@example.org")
    member = panel.name_member(officer, round_, reviewer)
    moves.pledge(reviewer, member)
    pk = assigning.assign_by_hand(officer, a_plan(round_, "노원구"), member).pk
    criteria = list(round_.criteria.filter(kind="new"))

    def save(points, window):
        answers = moves.Answers({c.pk: points for c in criteria}, {c.pk: window for c in criteria}, window)
        return moves.save(reviewer, sheets().get(pk=pk), answers, 0, window)

    ends = both_at_once(lambda: save(10, "first"), lambda: save(20, "second"))
    assert sum(isinstance(end, moves.Clash) for end in ends) == 1
    assert sum(isinstance(end, Assignment) for end in ends) == 1
    row = Assignment.objects.get(pk=pk)
    kept = {(score.points, score.reason) for score in Score.objects.filter(assignment=pk)}
    assert kept == {(10 if row.overall == "first" else 20, row.overall)}, "one window's sheet, whole"
    assert row.version == 1


def test_two_reviewers_step_back_at_once_and_both_places_are_filled(round_):
    officer = User.objects.get(email="city@example.org")
    plan = a_plan(round_, "노원구")
    people = [a_person(role="reviewer") for _ in range(4)]
    for person in people:
        moves.pledge(person, panel.name_member(officer, round_, person))
    assigning.confirm(officer, assigning.propose(officer, round_))
    first, second = sheets().filter(plan=plan)
    ends = both_at_once(
        lambda: assigning.step_back(first.member.user, first, "하나"),
        lambda: assigning.step_back(second.member.user, second, "둘"),
    )
    assert all(isinstance(end, Assignment) for end in ends), ends
    held = set(Assignment.objects.filter(plan=plan, state__in=Assignment.HELD).values_list("member_id", flat=True))
    assert len(held) == 2
    assert not held & {first.member_id, second.member_id}


def test_two_officers_confirm_one_proposal_at_once(round_):
    first, second = (User.objects.get(email=f"{name}@example.org") for name in ("city", "city2"))
    for _ in range(3):
        panel.name_member(first, round_, a_person(role="reviewer"))
    a_plan(round_, "노원구")
    proposal = assigning.propose(first, round_)
    ends = both_at_once(lambda: assigning.confirm(first, proposal), lambda: assigning.confirm(second, proposal))
    assert sum(isinstance(end, Refused) for end in ends) == 1
    assert Assignment.objects.count() == 2
