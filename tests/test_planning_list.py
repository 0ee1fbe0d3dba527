"""The officer's list: who sees what, filters, order, spreadsheet, and the number of queries with few and many plans."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.programme.planning.models import BudgetLine, Plan, Position
from sanghyeop.programme.rounds.copying import next_year
from tests.plans import a_plan, open_round, people, ready_plan, submitted, written

pytestmark = pytest.mark.django_db


def many_plans(count: int) -> None:
    """Plans with a position and three lines each, over all districts and fields."""
    round_, districts, officer = open_round(), list(District.objects.all()), people().district
    fields = list(round_.fields.all())
    organisation = Organisation.objects.get(memberships__user=people().organisation)
    plans = Plan.objects.bulk_create(
        Plan(
            round=round_, district=districts[n % len(districts)], organisation=organisation,
            field=fields[n % len(fields)], title=f"사업 {n:04d}", years=1, state="submitted" if n % 2 else "draft",
            submitted_at=timezone.now(), created_by=officer,
        )
        for n in range(count)
    )  # fmt: skip
    Position.objects.bulk_create(
        Position(plan=p, title="일", number=1 + n % 9, months=10, hours_a_week=20, wage_an_hour_krw=12_000)
        for n, p in enumerate(plans)
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(plan=p, category="personnel", purse=purse, item="내역", amount_krw=1_000_000 * (1 + n % 97))
        for n, p in enumerate(plans)
        for purse in ("city", "district", "own")
    )


@pytest.mark.parametrize("sort", ["", "title", "-district", "field", "-jobs", "city", "state"])
def test_the_list_takes_five_queries_with_50_plans_and_with_2000(client, demo, django_assert_num_queries, sort):
    client.force_login(people().city)
    for count in (50, 1950):
        many_plans(count)
        with django_assert_num_queries(5):
            page = client.get(f"/plans/?sort={sort}").context["page"]
        assert len(page.object_list) == 50


def test_each_sees_only_the_plans_of_his_or_her_party(client, demo):
    mine = a_plan()
    many_plans(50)
    who = people()
    for user, seen in ((who.city, 51), (who.district, 3), (who.organisation, 51)):
        client.force_login(user)
        page = client.get("/plans/").context["page"]
        assert page.paginator.count == seen
        assert mine.title in [row["title"] for row in page.object_list] or seen == 51
    Plan.objects.exclude(pk=mine.pk).update(organisation=Organisation.objects.exclude(pk=mine.organisation_id).first())
    assert client.get("/plans/").context["page"].paginator.count == 1
    client.force_login(User.objects.get(email="reviewer@example.org"))
    assert client.get("/plans/").status_code == 403


def test_filters_and_order(client, demo):
    client.force_login(people().city)
    many_plans(60)
    district = District.objects.get(name="종로구")
    for query, want in (
        (f"district={district.pk}", lambda p: p["district"] == "종로구"),
        ("field=care", lambda p: p["field"] == "돌봄·보육"),
        ("state=submitted", lambda p: p["state"] == "submitted"),
        ("kind=new", lambda p: p["kind"] == "new"),
        ("q=사업 001", lambda p: p["title"].startswith("사업 001")),
    ):
        rows = client.get(f"/plans/?{query}").context["page"].object_list
        assert rows and all(want(row) for row in rows)
    for sort, key in (("-jobs", "jobs"), ("-city", "city_krw")):
        shown = [row[key] for row in client.get(f"/plans/?sort={sort}").context["page"].object_list]
        assert shown == sorted(shown, reverse=True)
    titles = [row["title"] for row in client.get("/plans/?sort=title").context["page"].object_list]
    assert titles == sorted(titles)


@pytest.mark.parametrize("query", ["round=x", "district=999999999999999999999", "sort=';--", "page=-3", "q=%25"])
def test_filters_that_make_no_sense_are_no_fault(client, demo, query):
    client.force_login(people().city)
    a_plan()
    assert client.get(f"/plans/?{query}").status_code == 200


def test_the_spreadsheet_has_the_filters_of_the_list_and_no_formulas(client, demo):
    client.force_login(people().city)
    written(a_plan('=HYPERLINK("x")'))
    answer = client.get("/plans/export.csv?q=HYPER")
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert row[2] == '\'=HYPERLINK("x")'
    assert (row[8], row[9], row[10]) == ("4", "60000000", "40000000")
    assert len(head) == len(row)


def test_every_page_of_a_plan_takes_at_most_ten_queries(client, demo, django_assert_max_num_queries):
    plan = submitted(ready_plan())
    draft = written(a_plan("다른 사업"))
    for n in range(60):
        Position.objects.create(
            plan=draft, title=f"일 {n}", number=1, months=1, hours_a_week=10, wage_an_hour_krw=15_000
        )
        BudgetLine.objects.create(plan=draft, category="operating", purse="own", item=f"{n}", amount_krw=1)
    client.force_login(people().district)
    key = plan.receipt.number
    for pk in (plan.pk, draft.pk):
        for path in (
            "", "read/", "facts/", "sign/", "history/", "positions/", "budget/", "forecast/", "withdraw/", "give-up/",
            "section/need/", "section/need/edit/", "section/need/history/",
        ):  # fmt: skip
            with django_assert_max_num_queries(10):
                answer = client.get(f"/plans/{pk}/{path}")
            frozen = pk == plan.pk and path.endswith("edit/")
            assert answer.status_code == (302 if frozen else 200), path
    for path in (f"receipts/{key}/", f"receipts/{key}/check/"):
        with django_assert_max_num_queries(10):
            assert client.get(f"/plans/{plan.pk}/{path}").status_code == 200
    with django_assert_max_num_queries(10):
        client.get("/plans/begin/")


def test_a_round_that_is_still_prepared_hides_nobodys_plans(client, demo):
    """Given an officer who copies a round, others neither hear of it nor lose the plans of the open one from sight."""
    officer, member = people().city, people().organisation
    plan = a_plan()
    draft = next_year(officer, plan.round)
    for person, hears in ((officer, True), (member, False)):
        client.force_login(person)
        page = client.get("/plans/").content.decode()
        assert plan.title in page
        assert (draft.name in page) is hears
