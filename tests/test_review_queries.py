"""Every page of the review reads the database at most ten times, with few rows and with many."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse
from django.utils import timezone

from sanghyeop.ground.parties.models import Alias, District, Membership, User
from sanghyeop.programme.planning.models import Plan, Receipt
from sanghyeop.programme.review import assigning
from sanghyeop.programme.review.models import Affinity, Assignment, Conflict, PanelMember, Score, ScoreChoice
from sanghyeop.programme.review.results import Book, results_of
from tests.builders import a_person, a_plan, an_organisation, in_review, the_round, with_criteria

State = Assignment.State


def filled_round(plans: int, reviewers: int):
    """A round in review with so many plans and reviewers, three sheets a plan, two of them finished."""
    round_ = in_review(with_criteria(the_round(), 30, 30, 20, 20), reviews_per_plan=3, reviewer_load=200)
    officer = User.objects.get(email="city@example.org")
    places = list(District.objects.order_by("code"))
    organisations = [an_organisation(district=place.name) for place in places]
    for organisation in organisations:
        Alias.objects.create(organisation=organisation, name=f"{organisation.name} 옛 이름")
    sample = a_plan(round_, places[0].name, organisation=organisations[0])
    now = timezone.now()
    fields = list(round_.fields.all())
    made = Plan.objects.bulk_create(
        Plan(
            round=round_, district=places[i % 25], organisation=organisations[i % 25], field=fields[i % len(fields)],
            title=f"계획 {i}", state="submitted", submitted_at=now, created_by=officer,
        )
        for i in range(1, plans)
    )  # fmt: skip
    Receipt.objects.bulk_create(
        Receipt(
            plan=plan, number=f"B-{plan.pk}", content_hash="0" * 64, by=officer, content=sample.receipts.get().content
        )
        for plan in made
    )
    chair = User.objects.get(email="chair@example.org")
    people = [
        User.objects.get(email="reviewer@example.org"),
        *(a_person(role="reviewer") for _ in range(reviewers - 1)),
    ]
    members = PanelMember.objects.bulk_create(
        PanelMember(round=round_, user=person, named_by=officer, pledged_at=now, home_district=places[j % 25])
        for j, person in enumerate(people)
    )
    PanelMember.objects.create(round=round_, user=chair, chair=True, named_by=officer, pledged_at=now, max_load=0)
    Affinity.objects.bulk_create(Affinity(member=m, field=fields[m.pk % len(fields)], level=3) for m in members)
    Conflict.objects.create(member=members[1], plan=sample, origin="declared", reason="자문", by=people[1])
    assigning.confirm(officer, assigning.propose(officer, round_))
    criteria = list(round_.criteria.filter(kind="new"))
    for _plan, group in itertools.groupby(Assignment.objects.order_by("plan_id", "id"), lambda row: row.plan_id):
        for row in list(group)[:2]:
            Assignment.objects.filter(pk=row.pk).update(state=State.DONE, done_at=now, overall="의견")
            Score.objects.bulk_create(
                Score(assignment=row, criterion=c, points=(row.pk * 7 + row.member_id * 3 + c.pk) % 21, reason="까닭")
                for c in criteria
            )
    ScoreChoice.objects.create(round=round_, which="raw", reason="규칙대로", by=chair)
    return round_


@pytest.mark.parametrize(("plans", "reviewers"), [(3, 4), (100, 30)])
def test_at_most_ten_queries_a_page(client, demo, django_assert_max_num_queries, plans, reviewers):
    round_ = filled_round(plans, reviewers)
    officer, chair, reviewer = (User.objects.get(email=f"{name}@example.org") for name in ("city", "chair", "reviewer"))
    proposal = assigning.propose(officer, round_)
    plan = round_.plans.first()
    done = Assignment.objects.filter(state=State.DONE).first()
    mine = Assignment.objects.filter(member__user=reviewer, state__in=Assignment.HELD).first()
    member = PanelMember.objects.get(user=reviewer)
    everyone = [
        ("round", round_.pk),
        ("panel", round_.pk),
        ("conflicts", round_.pk),
        ("assignments", round_.pk),
        ("proposal", proposal.pk),
        ("plan", plan.pk),
        ("member", member.pk),
        ("result_file", round_.pk),
    ]
    both = [("progress", round_.pk), ("results", round_.pk), ("worked", plan.pk), ("read", done.pk)]
    visits = [(officer, [*everyone, *both]), (chair, both), (reviewer, [("pledge", member.pk), ("sheet", mine.pk)])]
    for user, pages in visits:
        client.force_login(user)
        for name, pk in pages:
            with django_assert_max_num_queries(10, info=f"{name} for {user.email}"):
                assert client.get(reverse(f"review:{name}", args=[pk])).status_code == 200
        with django_assert_max_num_queries(10, info=f"desk for {user.email}"):
            client.get(reverse("review:desk"))
    with django_assert_max_num_queries(4):
        assert len(results_of(round_)) == plans
    with django_assert_max_num_queries(4):
        book = Book(round_)
        book.results, book.sensitivity(), book.model


def test_conflicts_cost_four_queries_however_many(demo, django_assert_num_queries):
    from sanghyeop.programme.review.conflicts import find_conflicts, review_plans

    round_ = filled_round(30, 8)
    members = list(round_.panel.select_related("round", "user"))
    plans = list(review_plans(round_).select_related("idea"))
    with django_assert_num_queries(4):
        found = find_conflicts(members, plans)
    Membership.objects.filter(user=members[0].user).update(organisation=plans[0].organisation)
    assert (plans[0].pk, members[0].pk) in find_conflicts(members, plans)
    assert all(member_id in {m.pk for m in members} for _plan, member_id in found)
