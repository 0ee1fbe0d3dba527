"""The table of a round's moves, walked at random: no state without its guards, one trail entry per move."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.rounds import copying, moves, readiness
from sanghyeop.programme.rounds.models import Round

DAY = datetime.timedelta(days=1)
ACTS = {**moves.BUTTONS, "publish": lambda actor, round_, why: moves.publish(actor, round_)}

#: What happens to a round besides its moves: time passes, rows come and go.
HAPPENINGS = {
    "time passes": lambda r: _shift(r, -120),
    "time goes back": lambda r: _shift(r, 120),
    "a criterion grows": lambda r: (
        r.criteria.filter(kind="new")
        .first()
        .__class__.objects.filter(pk=r.criteria.filter(kind="new").first().pk)
        .update(points=77)
    ),
    "points add up again": lambda r: r.criteria.exclude(points=77).exists() and _full(r),
    "the budget goes": lambda r: Round.objects.filter(pk=r.pk).update(city_budget_krw=0),
    "the budget comes": lambda r: Round.objects.filter(pk=r.pk).update(city_budget_krw=10**9),
}


def _shift(round_: Round, days: int) -> None:
    for period in round_.periods.all():
        period.opens_at += days * DAY
        period.closes_at += days * DAY
        period.save()


def _full(round_: Round) -> None:
    first, *others = round_.criteria.filter(kind="new")
    first.points = 100 - sum(c.points for c in others)
    first.save()


class ARoundAtRandom(TestCase):
    databases = {"default"}

    @classmethod
    def setUpTestData(cls):
        call_command("load_demo", "--bare")
        cls.officer = User.objects.get(email="city@example.org")
        cls.district = User.objects.get(email="district@example.org")
        cls.start = copying.next_year(cls.officer, Round.objects.get(example=True))

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(["", " ", "까닭"]), st.booleans()),
                st.sampled_from(sorted(HAPPENINGS)),
            ),
            max_size=25,
        )
    )
    def test_no_state_is_reached_without_its_guards(self, walk):
        for step in walk:
            round_ = Round.objects.get(pk=self.start.pk)
            if isinstance(step, str):
                HAPPENINGS[step](round_)
                continue
            action, why, as_officer = step
            before, entries = round_.state, Entry.objects.count()
            row = moves.ROUND.find(action, round_)
            blocked = row is None or (row.guard and row.guard(Round.objects.get(pk=round_.pk)))
            allowed = as_officer and not blocked and not (row.why and not why.strip())
            try:
                ACTS[action](self.officer if as_officer else self.district, round_, why)
            except Refused:
                assert not allowed
                assert Round.objects.get(pk=round_.pk).state == before
                assert Entry.objects.count() == entries
                continue
            assert allowed
            after = Round.objects.get(pk=round_.pk)
            assert after.state == row.to_state
            assert (after.published_at is not None) or after.state not in ("published", "closed")
            if action == "open_call":
                assert not [check for check in readiness.checklist(after) if not check.done]
            assert Entry.objects.count() == entries + 1
            entry = Entry.objects.first()
            assert (entry.action, entry.from_state, entry.to_state) == (action, before, after.state)
            assert entry.why == (why.strip() if row.why else "")


def test_every_move_is_a_button_or_made_by_the_selection():
    assert {move.action for move in moves.ROUND.moves} == set(moves.BUTTONS) | {"publish"}
    assert {move.to_state for move in moves.ROUND.moves} == set(Round.State.values)


@pytest.mark.django_db
def test_a_way_back_always_asks_for_a_reason():
    order = list(Round.State.values)
    for move in moves.ROUND.moves:
        back = any(order.index(move.to_state) < order.index(state) for state in move.from_states)
        assert move.why == back, move.action


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_round_goes_its_whole_way(demo):
    officer = User.objects.get(email="city@example.org")
    round_ = copying.next_year(officer, Round.objects.get(example=True))
    moves.open_call(officer, round_)
    _shift(round_, -1200)
    for step in (moves.begin_review, moves.begin_selection, moves.publish, moves.close):
        step(officer, round_)
    states = list(Entry.objects.filter(subject_id=round_.pk, round_id=round_.pk).values_list("to_state", flat=True))
    assert states == ["closed", "published", "selection", "review", "open", "draft"]
    assert Round.objects.get(pk=round_.pk).published_at <= timezone.now()
