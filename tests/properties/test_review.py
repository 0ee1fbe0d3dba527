"""What holds in every review: no conflict is ever held, loads are kept, results equal a plain recount."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.ground.parties.models import District, Membership, User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.planning.queries import with_totals
from sanghyeop.programme.review import assigning, bonuses, moves, panel
from sanghyeop.programme.review.conflicts import find_conflicts, review_plans
from sanghyeop.programme.review.models import Assignment, PanelMember
from sanghyeop.programme.review.results import results_of
from tests.builders import a_person, a_plan, an_organisation, in_review, the_round, with_criteria

State = Assignment.State
PLACES = ("강북구", "노원구", "도봉구", "중구")


class World:
    """A small round and everybody in it, from one seed."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.round = in_review(
            with_criteria(the_round(), 40, 30, 30),
            reviews_per_plan=random.randint(1, 3),
            reviewer_load=random.randint(2, 6),
            quorum=1,
            drop_extremes_from=random.choice([None, 3, 4]),
            combine=random.choice(["mean", "median"]),
            pass_points=random.choice([None, 40]),
            bonus_cap=random.choice([0, 2, 5]),
            tie_breaks=random.sample(["jobs", "city_krw", "earlier"], 2),
        )
        self.officer = User.objects.get(email="city@example.org")
        self.bodies = [an_organisation(district=place) for place in PLACES]
        fields = [field.code for field in self.round.fields.all()]
        self.plans = []
        for _ in range(random.randint(2, 5)):
            body = random.choice(self.bodies)
            self.plans.append(
                a_plan(
                    self.round, body.district.name, organisation=body, field=random.choice(fields),
                    jobs=random.randint(1, 3), city_krw=random.choice([50, 60]) * 1_000_000,
                )
            )  # fmt: skip
        self.members = []
        for _ in range(random.randint(3, 6)):
            self.name_someone()

    def name_someone(self) -> None:
        random = self.random
        person = a_person(role="reviewer")
        if random.random() < 0.3:
            Membership.objects.create(user=person, organisation=random.choice(self.bodies), role="member")
        member = panel.name_member(
            self.officer,
            self.round,
            person,
            home_district=District.objects.get(name=random.choice(PLACES)) if random.random() < 0.3 else None,
            max_load=random.choice([None, 1, 3]),
            chair=not self.members,
            levels={field.pk: random.randint(0, 3) for field in self.round.fields.all()[:4]},
        )
        moves.pledge(person, member)
        self.members.append(member)

    def a_sheet(self, *states: str) -> Assignment | None:
        rows = Assignment.objects.filter(state__in=states, member__left_at=None).select_related(
            "plan__round", "member__user"
        )
        found = list(rows)
        return self.random.choice(found) if found else None

    def fill_in(self, hand_in: bool) -> None:
        sheet = self.a_sheet(State.ASSIGNED, State.STARTED)
        if sheet:
            criteria = moves.criteria_of(sheet.plan)
            answers = moves.Answers(
                {c.pk: self.random.randint(0, c.points) for c in criteria},
                {c.pk: f"까닭 {c.pk}" for c in criteria},
                "의견",
            )
            (moves.submit if hand_in else moves.save)(sheet.member.user, sheet, answers, sheet.version)

    def act(self) -> None:
        """One thing that someone may do; what the rules refuse is refused."""
        random, officer = self.random, self.officer
        member = PanelMember.objects.select_related("user", "round").get(pk=random.choice(self.members).pk)
        plan = random.choice(self.plans)
        act = random.choice(
            ["propose", "hand", "save", "submit", "submit", "submit", "back", "release", "declare", "report", "remove",
             "reopen", "name", "bonus", "settle"]
        )  # fmt: skip
        if act == "propose":
            assigning.confirm(officer, assigning.propose(officer, self.round))
        elif act == "hand":
            assigning.assign_by_hand(officer, plan, member)
        elif act in ("save", "submit"):
            self.fill_in(act == "submit")
        elif act == "back" and (sheet := self.a_sheet(*Assignment.HELD)):
            assigning.step_back(sheet.member.user, sheet, "사정이 있습니다")
        elif act == "release" and (sheet := self.a_sheet(State.ASSIGNED, State.STARTED)):
            assigning.release(officer, sheet, "다시 나눔")
        elif act == "declare":
            assigning.declare_and_hand_on(member.user, member, "자문", plan=plan)
        elif act == "report":
            assigning.report_and_hand_on(officer, member, "제보", district=plan.district)
        elif act == "remove" and PanelMember.objects.filter(left_at=None).count() > 2:
            panel.remove_member(officer, member, "사임")
        elif act == "reopen" and (sheet := self.a_sheet(State.DONE)):
            chair = self.round.panel.filter(chair=True, left_at=None).first()
            if chair:
                moves.reopen(chair.user, sheet, "다시 봐 주세요")
        elif act == "name":
            self.name_someone()
        elif act == "bonus":
            bonuses.grant_bonus(officer, plan, random.choice(list(self.round.bonuses.all())), "서류")
        elif act == "settle":
            assigning.settle(officer, self.round)

    def check(self) -> None:
        members = list(self.round.panel.filter(left_at=None).select_related("user", "round"))
        conflicts = find_conflicts(members, list(review_plans(self.round).select_related("idea")))
        held = list(Assignment.objects.filter(state__in=Assignment.HELD))
        assert not [row for row in held if (row.plan_id, row.member_id) in conflicts], "held in conflict"
        for member in members:
            most = self.round.reviewer_load if member.max_load is None else member.max_load
            assert sum(row.member_id == member.pk for row in held) <= most
        active = {member.pk for member in members}
        assert all(row.state == State.DONE for row in held if row.member_id not in active)
        for row in Assignment.objects.all():
            last = Entry.objects.filter(
                subject_kind="review.assignment", subject_id=row.pk
            ).exclude(to_state="").order_by("-id").first()  # fmt: skip
            assert last
            assert last.to_state == row.state, "the trail tells every move"
        self.check_results()

    def check_results(self) -> None:
        """The results again, in the plainest way."""
        round_, results, ranks = self.round, results_of(self.round), []
        for plan in with_totals(review_plans(round_)):
            totals = sorted(
                sum(score.points for score in row.scores.all())
                for row in Assignment.objects.filter(plan=plan, state=State.DONE)
            )
            result = results[plan.pk]
            assert result.sheets == len(totals)
            if not totals:
                assert result.score is None
                assert not result.quorum_met
                continue
            if round_.drop_extremes_from and len(totals) >= round_.drop_extremes_from:
                totals = totals[1:-1]
            half = len(totals) // 2
            if round_.combine == "mean":
                raw = Fraction(sum(totals), len(totals))
            else:
                raw = Fraction(totals[half]) if len(totals) % 2 else Fraction(totals[half - 1] + totals[half], 2)
            bonus = min(sum(Fraction(g.bonus.points) for g in plan.bonus_grants.all()), Fraction(round_.bonus_cap))
            assert (result.raw, result.bonus, result.total) == (raw, bonus, raw + bonus)
            assert result.passed == (round_.pass_points is None or raw >= round_.pass_points)
            if result.passed:
                keys = {"jobs": -plan.jobs, "city_krw": plan.city_krw, "earlier": plan.submitted_at}
                ranks.append(((-result.total, *(keys[key] for key in round_.tie_breaks)), plan.pk))
        order = sorted(key for key, _pk in ranks)
        assert {pk: order.index(key) + 1 for key, pk in ranks} == {
            pk: result.rank for pk, result in results.items() if result.rank
        }


@pytest.mark.both_databases
@given(st.integers(0, 2**32))
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_people_do_no_rule_of_the_review_breaks(demo, seed):
    with transaction.atomic():
        world = World(Random(seed))
        for _ in range(25):
            try:
                with transaction.atomic():
                    world.act()
            except Refused:
                pass
            world.check()
        transaction.set_rollback(True)
