"""Every page of a round takes at most ten queries, with few rows and with many."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from sanghyeop.ground.trail.moves import record
from sanghyeop.programme.rounds import copying
from sanghyeop.programme.rounds.models import Bonus, Criterion, Period, Round, RoundField
from sanghyeop.programme.rounds.parts import PARTS
from sanghyeop.programme.rounds.queries import tasks_for
from tests.test_rounds_story import address, draft, last, officer, person  # noqa: F401

pytestmark = pytest.mark.django_db


def many_rows(round_: Round) -> None:
    """Forty of each row, a hundred rounds, a hundred entries in the trail."""
    user = person("city2@example.org")
    for i in range(40):
        RoundField.objects.create(round=round_, code=f"more-{i}", name=f"분야 {i}")
        Criterion.objects.create(round=round_, kind="new", name=f"항목 {i}", points=1)
        Bonus.objects.create(round=round_, name=f"가점 {i}", points=1)
    start = timezone.now()
    for i in range(100):
        other = Round.objects.create(
            city=round_.city, year=round_.year, call="supplementary", name=f"추가 공모 {i}", copied_from=round_
        )
        Period.objects.create(round=other, step="plans", opens_at=start, closes_at=start + datetime.timedelta(days=1))
        record(user, round_, "edit", changes=[{"what": ["이름"], "old": i, "new": i + 1}])


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_pages_take_ten_queries_at_most(officer, draft, last, many, django_assert_max_num_queries):  # noqa: F811
    if many:
        many_rows(draft)
    paths = ["/manage/rounds/", "/manage/rounds/new/", address(draft), address(last), f"{address(draft)}trail/"]
    paths += [f"/calls/{draft.pk}/", f"/calls/{last.pk}/criteria/", f"/calls/{draft.pk}/criteria/"]
    paths += [address(draft, part) for part in PARTS] + [address(last, part) for part in PARTS]
    for path in paths:
        with django_assert_max_num_queries(10):
            assert officer.get(path).status_code == 200, path


def test_the_desk_asks_twice_at_most(demo, last, draft, django_assert_max_num_queries):  # noqa: F811
    many_rows(draft)
    user = person("city@example.org")
    user.roles  # noqa: B018
    with django_assert_max_num_queries(2):
        assert len(tasks_for(user)) > 100


def test_a_copy_costs_no_more_with_many_rows(demo, last, django_assert_max_num_queries):  # noqa: F811
    many_rows(last)
    with django_assert_max_num_queries(30):
        copying.next_year(person("city@example.org"), last)
