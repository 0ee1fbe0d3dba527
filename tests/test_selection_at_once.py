"""Two officers at the same moment: one decision, locked once, published once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.selection import moves
from sanghyeop.programme.selection.models import Decision
from tests.selecting import a_decision, a_locked_decision, a_round, a_scenario, a_scored_plan, officer, second_officer

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

State = Decision.State


@pytest.fixture
def round_(shared_demo):
    found = a_round()
    for name, points in (("강북구", 90), ("노원구", 80), ("은평구", 70)):
        a_scored_plan(found, points, name, city_krw=140_000_000, district_krw=10_000_000)
    return found


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


def fresh(decision):
    return Decision.objects.select_related("round", "scenario").get(pk=decision.pk)


def kinds(ends):
    return sorted(type(end).__name__ for end in ends)


def test_two_officers_propose_at_once_and_one_decision_stands(round_):
    one, other = a_scenario(round_, name="하나"), a_scenario(round_, name="둘")
    first, second = officer(), second_officer()
    ends = both_at_once(lambda: moves.propose(first, one), lambda: moves.propose(second, other))
    assert kinds(ends) == ["Decision", "Refused"]
    decision = Decision.objects.get()
    assert decision.lines.count() == 3
    assert Entry.objects.filter(action="propose").count() == 1


def test_one_officer_confirms_while_the_other_takes_back(round_):
    decision = a_decision(round_)
    first, second = officer(), second_officer()
    ends = both_at_once(
        lambda: moves.confirm(second, fresh(decision)), lambda: moves.cancel(first, fresh(decision), "다시 봅니다")
    )
    decision.refresh_from_db()
    # Either the lock came first and was then taken back, or the taking back came first and the lock was refused.
    assert decision.state == State.CANCELLED
    assert kinds(ends) in (["Decision", "Decision"], ["Decision", "Refused"])
    assert (decision.second_officer_id is None) == any(isinstance(end, Refused) for end in ends)


def test_two_officers_publish_at_once_and_it_happens_once(round_):
    decision = a_locked_decision(round_)
    first, second = officer(), second_officer()
    ends = both_at_once(lambda: moves.publish(first, fresh(decision)), lambda: moves.publish(second, fresh(decision)))
    assert kinds(ends) == ["Decision", "Refused"]
    assert Project.objects.filter(round=round_).count() == 2
    assert Entry.objects.filter(subject_kind="selection.decision", action="publish").count() == 1
    assert Entry.objects.filter(subject_kind="rounds.round", action="publish").count() == 1
    keys = Notice.objects.filter(key__startswith="letter-").values_list("recipient", "key")
    assert len(keys) == len(set(keys))
