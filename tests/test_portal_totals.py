"""Every total that the public pages show equals a recount over the projects."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.demo import people
from sanghyeop.ground.parties.models import District
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.projects.queries import counted, shown_projects, with_money
from sanghyeop.programme.rounds.models import Round, RoundField
from sanghyeop.public.portal import queries

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WON = st.none() | st.integers(0, 10**12)
PROJECTS = st.lists(
    st.fixed_dictionaries(
        {
            "district": st.none() | st.integers(0, 24),
            "field": st.none() | st.integers(0, 2),
            "certainty": st.sampled_from(Project.Certainty.values),
            "jobs": st.none() | st.integers(0, 500),
            "budget_krw": WON,
            "city_krw": WON,
            "district_krw": WON,
            "own_krw": WON,
        }
    ),
    max_size=12,
)


class Undo(Exception):
    """Takes back what one example wrote."""


@pytest.fixture
def a_round(db):
    return Round.objects.create(city=people.load_seoul(), year=2030, name="2030년", state=Round.State.PUBLISHED)


def written(a_round: Round, rows: list[dict]) -> list[Project]:
    districts = list(District.objects.all())
    fields = [RoundField.objects.create(round=a_round, code=f"f{n}", name=f"분야 {n}") for n in range(3)]
    found = []
    for number, row in enumerate(rows):
        district, field = row["district"], row["field"]
        facts = row | {
            "district": None if district is None else districts[district],
            "field": None if field is None else fields[field],
        }
        found.append(Project.objects.create(round=a_round, key=f"p{number}", title=f"사업 {number}", **facts))
    return found


def whole(project: Project) -> int | None:
    """A project's money, counted by hand: the published sum, otherwise the sum of what is known."""
    if project.budget_krw is not None:
        return project.budget_krw
    known = [won for won in (project.city_krw, project.district_krw, project.own_krw) if won is not None]
    return sum(known) if known else None


def recount(projects: list[Project]) -> dict:
    sure = [p for p in projects if p.certainty == "solid"]
    facts: dict = {"listed": len(projects), "projects": len(sure)}
    facts["districts"] = {p.district_id for p in sure if p.district_id is not None}
    for name, value_of in (
        ("jobs", lambda p: p.jobs), ("whole", whole), ("city", lambda p: p.city_krw),
        ("district", lambda p: p.district_krw), ("own", lambda p: p.own_krw),
    ):  # fmt: skip
        known = [value_of(p) for p in sure if value_of(p) is not None]
        facts[name] = (sum(known) if known else None, len(known))
    return facts


def shown(totals: queries.Totals) -> dict:
    facts: dict = {"listed": totals.listed, "projects": totals.projects, "districts": totals.districts}
    for measure in queries.MEASURES:
        amount = getattr(totals, measure)
        facts[measure] = (amount.value, amount.known)
    return facts


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=PROJECTS)
def test_every_total_equals_a_recount_over_the_projects(a_round, rows):
    try:
        with transaction.atomic():
            projects = written(a_round, rows)
            groups = queries.groups_of(shown_projects().filter(round=a_round))
            assert shown(queries.added_up(groups)) == recount(projects)
            for district_id, totals in queries.by_district(groups).items():
                assert shown(totals) == recount([p for p in projects if p.district_id == district_id])
            for field in queries.by_field(groups):
                alike = [p for p in projects if (p.field.code if p.field else "") == field.code]
                assert shown(field.totals) == recount(alike)
            assert sum(totals.listed for totals in queries.by_district(groups).values()) == len(projects)
            (year,) = queries.jobs_by_year(a_round.city, [])
            assert (year.projects, year.jobs, year.known) == (
                recount(projects)["projects"], *recount(projects)["jobs"],
            )  # fmt: skip
            assert counted(Project.objects.all()).count() == sum(project.counts for project in projects)
            assert {p.pk: p.whole_krw for p in with_money(Project.objects.all())} == {p.pk: whole(p) for p in projects}
            raise Undo
    except Undo:
        pass


def test_the_groups_take_one_query_however_many_projects(a_round, django_assert_num_queries):
    written(a_round, [{"district": n % 25, "field": n % 3, "certainty": "solid", "jobs": n} for n in range(200)])
    with django_assert_num_queries(1):
        totals = queries.added_up(queries.groups_of(shown_projects().filter(round=a_round)))
    assert (totals.projects, totals.jobs.value) == (200, sum(range(200)))
