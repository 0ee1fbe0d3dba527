"""Whatever is changed, paid, spent and taken back: budgets keep to what was decided, and the books to the budgets."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanghyeop.ground.ledger.chain import Fault, followed
from sanghyeop.ground.ledger.models import Book
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.funding import burn, changing, moves, paying, queries
from sanghyeop.programme.funding.models import Allotment, Change, FundingRule, Instalment
from sanghyeop.programme.funding.paying import months_later
from tests.builders import the_round
from tests.funding import DAY, an_agreed_grant, another_district_officer, district_officer, member, spend

PURSES = ("city", "district", "own")
#: The lines of ``tests.funding.BUDGET``: two of operating stand beside each other, so that won can move freely.
ITEMS = ("인건비", "재료비", "홍보비", "장비")
moved = st.tuples(
    st.just("change"), st.sampled_from(ITEMS), st.sampled_from(ITEMS), st.sampled_from(PURSES),
    st.integers(-12_000_000, 12_000_000), st.booleans(),
)  # fmt: skip
spent = st.tuples(st.just("spend"), st.sampled_from(ITEMS), st.integers(1, 20_000_000))
steps = st.lists(st.one_of(moved, moved, spent, st.just(("pay",)), st.just(("back",))), max_size=9)


class Budgets(TestCase):
    @classmethod
    def setUpTestData(cls):
        call_command("load_demo", "--bare")
        FundingRule.objects.create(round=the_round(), paying="advance", free_change=Decimal(20))

    @settings(max_examples=12)
    @given(steps)
    def test_budgets_and_books_agree_after_any_sequence(self, told):
        grant = an_agreed_grant()
        lines = {str(line): line for line in grant.budget_lines.all()}
        decided = queries.allotted(grant)
        for step in told:
            before = Allotment.objects.count()
            try:
                self.do(grant, lines, step)
            except (Refused, ValueError):
                assert Allotment.objects.count() == before
            self.holds(grant, lines, decided)

    def do(self, grant, lines, step):
        if step[0] == "change":
            _kind, one, other, purse, amount, approved = step
            deltas = {(lines[one].pk, purse): -amount}
            deltas[lines[other].pk, purse] = deltas.get((lines[other].pk, purse), 0) + amount
            change = changing.ask(member(), grant, "바꿉니다", deltas)
            if change.state == Change.State.ASKED and approved:
                changing.approve(district_officer(), change)
        elif step[0] == "spend":
            cash = queries.balances(grant)["cash"]
            if any(cash[purse] < amount for purse, amount in queries.left(lines[step[1]]).items()):
                return  # not all of it is in the account yet
            spend(grant, step[1], step[2])
        elif step[0] == "pay":
            instalment = grant.instalments.exclude(state="cancelled").exclude(state="paid").first()
            if instalment is None:
                room = {p: queries.allotted(grant)[p] - queries.planned_shares(grant)[p] for p in PURSES}
                instalment = paying.set_instalment(
                    district_officer(), grant, None, due_on=timezone.localdate(), milestone="", shares=room
                )
            paying.pay_out(district_officer(), moves.ask(member(), instalment), timezone.localdate() - 90 * DAY)
        else:
            instalment = grant.instalments.filter(state="paid").first()
            if instalment is not None:
                paying.take_back(another_district_officer(), instalment, "취소합니다")

    def holds(self, grant, lines, decided):
        budget, gone, whole = queries.budget_of(grant), queries.spent_of(grant), queries.allotted(grant)
        for line in lines.values():
            for purse in PURSES:
                assert budget[line.pk][purse] >= gone[line.pk][purse] >= 0
        assert whole == decided  # won moves between lines of one purse only: the decision stands
        paid = queries.no_won()
        for instalment in grant.instalments.filter(state=Instalment.State.PAID):
            for purse, amount in queries.shares_of(instalment).items():
                paid[purse] += amount
        held = queries.balances(grant)
        for purse in PURSES:
            assert held["grant"][purse] == paid[purse] <= whole[purse]
            assert held["cash"][purse] == paid[purse] - sum(row[purse] for row in gone.values()) >= 0
        assert not [f for f in followed(Book.objects.filter(pk=grant.book_id)) if isinstance(f, Fault)]

    @settings(max_examples=15)
    @given(st.lists(st.integers(-3_000_000, 3_000_000).filter(bool), min_size=1, max_size=8))
    def test_many_small_free_moves_get_no_farther_than_one_large(self, amounts):
        grant = an_agreed_grant()
        to, of = grant.budget_lines.get(item="홍보비"), grant.budget_lines.get(item="재료비")
        first = {line.pk: sum(queries.budget(line).values()) for line in (to, of)}
        # 재료비 has no own money: what moves there and back is 홍보비's.
        for amount in amounts:
            try:
                changing.ask(member(), grant, "조금", {(to.pk, "own"): -amount, (of.pk, "own"): amount})
            except Refused:
                continue
        for line in (to, of):
            free = abs(sum(queries.budget(line).values()) - first[line.pk])
            assert free * 100 <= 20 * first[line.pk]


day = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))


@given(day, st.integers(0, 60))
def test_months_later_is_that_month_and_no_later_day(start, months):
    later = months_later(start, months)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later.day < start.day and (later + DAY).day == 1)


@given(day, st.integers(0, 400), day)
def test_the_time_passed_is_a_share_of_the_whole(start, days, today):
    passed = burn.elapsed(start, start + days * DAY, today)
    assert 0 <= passed <= 100
    assert burn.elapsed(start, start + days * DAY, start + days * DAY) == 100
    assert burn.pace(0, 0, passed, {}) == ""
    assert burn.Burn("", "", 0, 0, passed).share is None
    assert Fraction(burn.Burn("", "", 100, 50, passed).share or 0) == 50
