"""Random walks over the table of an idea's moves: what the table allows happens, all else is refused."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.discovery import moves, twins
from sanghyeop.programme.discovery.models import Idea
from tests.ideas import an_idea, here, officer_elsewhere, open_round, person, words

DAY = datetime.date(2026, 1, 20)


def judge(who, idea):
    facts = (open_round(), here(), DAY, 9, "회의")
    return moves.record_meeting(who, *facts, {idea.pk: (True, "좋음")})


ACTS = {
    "edit": lambda who, idea, other: moves.edit(who, idea, words(), idea.version),
    "withdraw": lambda who, idea, other: moves.withdraw(who, idea, "까닭"),
    "check": lambda who, idea, other: moves.check(who, idea, "부서", True, "의견"),
    "put_before": lambda who, idea, other: moves.put_before(who, idea),
    "send_back": lambda who, idea, other: moves.send_back(who, idea, "까닭"),
    "judge": lambda who, idea, other: judge(who, idea),
    "adopt": lambda who, idea, other: moves.answer(who, idea, True, "답"),
    "decline": lambda who, idea, other: moves.answer(who, idea, False, "답"),
    "reopen": lambda who, idea, other: moves.reopen(who, idea, "까닭"),
    "merge": lambda who, idea, other: twins.merge(who, other, idea),
    "unmerge": lambda who, idea, other: twins.undo_merge(who, idea, "까닭"),
    "hide": lambda who, idea, other: moves.hide(who, idea, "까닭"),
    "show": lambda who, idea, other: moves.show(who, idea, "까닭"),
}


def test_every_action_of_the_table_is_walked():
    assert {move.action for move in moves.TABLE.moves} | {"judge"} == set(ACTS)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from("aos")), max_size=14))
def test_a_random_walk_keeps_to_the_table(walk):
    with transaction.atomic():
        people = {"a": person("resident"), "o": person("district"), "s": officer_elsewhere()}
        idea, other = an_idea(), an_idea(person("member"))
        for action, who in walk:
            idea = Idea.objects.get(pk=idea.pk)
            before, actor, entries = idea.state, people[who], Entry.objects.count()
            allowed = {m.action: m.to_state for m in moves.TABLE.open_to(actor, idea)}
            try:
                with transaction.atomic():
                    ACTS[action](actor, idea, other)
            except Refused:
                assert action not in allowed or action == "judge"
                assert Entry.objects.count() == entries
                assert Idea.objects.get(pk=idea.pk).state == before
                continue
            now = Idea.objects.get(pk=idea.pk)
            if action == "judge":
                assert (who, now.state) == ("o", "committee")
            else:
                assert now.state == allowed[action]
            assert Entry.objects.filter(subject_id=idea.pk, subject_kind="discovery.idea", pk__gt=0).count() > 0
            assert Entry.objects.count() > entries
            assert (now.state in ("adopted", "declined")) <= bool(now.answer)
            assert (now.state == "merged") <= (now.merged_into_id == other.pk)
        transaction.set_rollback(True)
