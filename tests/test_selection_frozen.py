"""What two officers have locked, the database itself keeps, whoever writes to it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from sanghyeop.programme.selection import moves
from sanghyeop.programme.selection.models import Decision, Line
from tests.selecting import a_decision, a_locked_decision, a_round, a_scored_plan, officer, second_officer

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def round_(demo):
    found = a_round()
    for name in ("강북구", "노원구"):
        a_scored_plan(found, 80, name)
    return found


def refused(act):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        act()


def a_copy(line):
    return Line(decision=line.decision, plan=line.plan, selected=line.selected)


@pytest.mark.parametrize("end", ["locked", "published", "cancelled"])
def test_no_line_of_a_locked_decision_is_changed_added_or_taken_away(round_, end):
    decision = a_decision(round_) if end == "cancelled" else a_locked_decision(round_)
    if end == "published":
        moves.publish(officer(), decision)
    elif end == "cancelled":
        moves.cancel(officer(), decision, "다시 정합니다.")
    line = decision.lines.first()
    others = Line.objects.filter(pk=line.pk)
    for change in ({"selected": not line.selected}, {"city_krw": 1}, {"score": 99}, {"reason": {"out": "points"}}):
        refused(lambda change=change: others.update(**change))
    refused(others.delete)
    refused(lambda: a_copy(line).save(force_insert=True))
    refused(lambda: Line.objects.filter(pk=line.pk).update(plan=decision.lines.last().plan_id))


def test_no_line_is_moved_into_a_locked_decision(round_):
    cancelled = moves.cancel(officer(), a_decision(round_), "다시 정합니다.")
    standing = a_decision(round_)
    refused(lambda: standing.lines.update(decision=cancelled))
    moves.confirm(second_officer(), standing)
    refused(lambda: cancelled.lines.update(decision=standing))


def test_a_locked_decision_does_not_become_a_proposal_again(round_):
    decision = a_locked_decision(round_)
    same = Decision.objects.filter(pk=decision.pk)
    refused(lambda: same.update(state="proposed"))
    refused(lambda: same.update(second_officer=officer(), first_officer=second_officer()))
    refused(lambda: same.update(note="다른 의견"))
    refused(decision.delete)


def test_a_letter_that_was_sent_is_not_written_anew(round_):
    decision = moves.publish(officer(), a_locked_decision(round_))
    for change in ({"letter": "다른 글"}, {"letter_en": ""}, {"project": None}):
        refused(lambda change=change: decision.lines.update(**change))
    assert decision.lines.exclude(letter="").count() == 2


def test_while_it_is_proposed_nothing_is_frozen(round_):
    decision = a_decision(round_)
    decision.lines.update(reason={})
    decision.lines.first().delete()
    decision.delete()
    assert not Line.objects.exists()
