"""Two people at once: on one section, on one row, at one submission. Nothing is overwritten, nothing happens twice."""

from __future__ import annotations

import threading
from decimal import Decimal
from html import escape

import pytest
from django.db import DatabaseError, connection, connections, transaction

from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.planning import moves, queries, writing
from sanghyeop.programme.planning.models import BudgetLine, Plan, Receipt, SectionVersion
from tests.plans import a_plan, open_round, people, ready_plan, submitted, written

pytestmark = [pytest.mark.both_databases]


def at_once(*acts):
    """Run the acts in threads of their own, started together; what each gave or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        start.wait()
        try:
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@pytest.mark.django_db(transaction=True)
def test_two_people_save_one_section_at_once(shared_demo):
    who, plan = people(), a_plan()
    section = plan.sections.first()
    found = at_once(
        lambda: writing.save_section(who.district, section, "구의 글", 0),
        lambda: writing.save_section(who.organisation, section, "단체의 글", 0),
    )
    clash = [result for result in found if isinstance(result, writing.Clash)]
    assert len(clash) == 1, found
    section.refresh_from_db()
    assert section.version == SectionVersion.objects.filter(section=section).count() == 1
    assert clash[0].current.body == section.body in ("구의 글", "단체의 글")


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_give_one_receipt(shared_demo):
    who, plan = people(), ready_plan()
    found = at_once(lambda: moves.submit(who.district, plan), lambda: moves.submit(who.organisation, plan))
    assert Receipt.objects.count() == 1
    assert {result.number for result in found} == {Receipt.objects.get().number}


@pytest.mark.django_db(transaction=True)
def test_receipt_numbers_of_one_district_are_unique_and_without_a_gap(shared_demo):
    who, plans = people(), [ready_plan(f"사업 {n}") for n in range(4)]
    found = at_once(*(lambda plan=plan: moves.submit(who.district, plan) for plan in plans))
    assert sorted(result.number[-4:] for result in found) == ["0001", "0002", "0003", "0004"], found


@pytest.mark.django_db(transaction=True)
def test_the_last_place_of_a_district_is_given_once(shared_demo):
    round_ = open_round()
    round_.plans_per_district = 1
    round_.save()
    who, plans = people(), [ready_plan(f"사업 {n}") for n in range(3)]
    found = at_once(*(lambda plan=plan: moves.submit(who.district, plan) for plan in plans))
    assert sum(isinstance(result, Refused) for result in found) == 2, found
    assert Plan.objects.filter(state="submitted").count() == Receipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_submission_at_once_never_leave_a_plan_in_that_differs_from_its_receipt(shared_demo):
    who, plan = people(), ready_plan()
    section = plan.sections.first()
    at_once(
        lambda: moves.submit(who.district, plan),
        lambda: writing.save_section(who.organisation, section, "막판에 고침", section.version),
    )
    plan.refresh_from_db()
    if plan.state == "submitted":
        assert plan.receipt.content_hash == queries.standing(plan).content_hash
    else:
        assert not plan.receipts.exists() and not plan.signatures.filter(cleared_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE planning_section SET body = 'x' WHERE plan_id = {}",
        "DELETE FROM planning_budgetline WHERE plan_id = {}",
        "UPDATE planning_position SET number = 99 WHERE plan_id = {}",
        "INSERT INTO planning_monthforecast (plan_id, month, revenue_krw, cost_krw) VALUES ({}, 1, 1, 1)",
        "UPDATE planning_plan SET title = 'x' WHERE id = {}",
        "UPDATE planning_receipt SET content_hash = 'x' WHERE plan_id = {}",
    ],
)
def test_the_database_itself_keeps_a_submitted_plan_as_it_is(demo, statement):
    plan = submitted(ready_plan())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(plan.pk))


@pytest.mark.django_db
def test_two_tabs_on_one_section_show_mine_theirs_and_a_merge(client, demo):
    who, plan = people(), a_plan()
    path = f"/plans/{plan.pk}/section/need/edit/"
    client.force_login(who.organisation)
    client.post(path, {"body": "하나\n둘\n셋", "base": 0})
    client.force_login(who.district)
    client.post(path, {"body": "하나\n둘\n셋\n구가 더한 줄", "base": 1})
    # The member's tab still holds version 1.
    client.force_login(who.organisation)
    clash = client.post(path, {"body": "단체가 고친 하나\n둘\n셋", "base": 1})
    assert clash.status_code == 409
    proposal = clash.context["form"]["body"].value()
    assert proposal == "단체가 고친 하나\n둘\n셋\n구가 더한 줄"
    assert clash.context["clashes"] == 0
    assert plan.sections.get(key="need").body == "하나\n둘\n셋\n구가 더한 줄"
    assert client.post(path, {"body": proposal, "base": clash.context["form"]["base"].value()}).status_code == 302
    assert plan.sections.get(key="need").version == 3


@pytest.mark.django_db
def test_where_two_changed_the_same_line_both_stand_there_and_a_person_decides(client, demo):
    who, plan = people(), a_plan()
    path = f"/plans/{plan.pk}/section/need/edit/"
    client.force_login(who.district)
    client.post(path, {"body": "구의 글", "base": 0})
    client.force_login(who.organisation)
    clash = client.post(path, {"body": "단체의 글", "base": 0})
    proposal = clash.context["form"]["body"].value()
    assert "구의 글" in proposal and "단체의 글" in proposal and clash.context["clashes"] == 1
    # Saved as it is, with the parting line in it, it is sent back; nothing is lost.
    again = client.post(path, {"body": proposal, "base": 1})
    assert again.status_code == 422 and "단체의 글" in again.content.decode()
    assert client.post(path, {"body": "함께 다듬은 글", "base": 1}).status_code == 302


@pytest.mark.django_db
def test_somebody_who_has_a_section_open_is_named_to_the_others(client, demo):
    who, plan = people(), a_plan()
    client.force_login(who.district)
    client.post(f"/plans/{plan.pk}/section/need/editing/")
    client.force_login(who.organisation)
    page = client.get(f"/plans/{plan.pk}/section/need/edit/").content.decode()
    assert f"{who.district.name}님이 지금" in page
    client.force_login(who.district)
    client.post(f"/plans/{plan.pk}/section/need/edit/", {"body": "다 씀", "base": 0})
    client.force_login(who.organisation)
    assert "님이 지금" not in client.get(f"/plans/{plan.pk}/section/need/edit/").content.decode()


@pytest.mark.django_db
def test_two_people_change_one_row_of_the_budget(client, demo):
    who, plan = people(), written(a_plan())
    line = plan.budget_lines.first()
    base = writing.mark_of_budget_line(line)
    row = {"year": 1, "category": "personnel", "purse": "city", "item": "내역", "basis": "", "base": base}
    client.force_login(who.district)
    assert client.post(f"/plans/{plan.pk}/budget/{line.pk}/", row | {"amount_krw": "61,000,000"}).status_code == 302
    client.force_login(who.organisation)
    clash = client.post(f"/plans/{plan.pk}/budget/{line.pk}/", row | {"amount_krw": "62,000,000"})
    text = clash.content.decode()
    assert clash.status_code == 409 and "61,000,000원" in text and "62,000,000" in text
    # The form now knows the other's value: sent once more it is a decision.
    row["base"] = clash.context["form"]["base"].value()
    assert client.post(f"/plans/{plan.pk}/budget/{line.pk}/", row | {"amount_krw": "62,000,000"}).status_code == 302
    # A row that is gone is said to be gone, and what was typed can be added anew.
    client.post(f"/plans/{plan.pk}/budget/{line.pk}/remove/")
    gone = client.post(f"/plans/{plan.pk}/budget/{line.pk}/", row | {"amount_krw": "63,000,000"})
    assert gone.status_code == 409 and "63,000,000" in gone.content.decode()
    assert BudgetLine.objects.filter(plan=plan).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", "0"), ("number", "-3"), ("number", "10명"), ("months", "-1"), ("months", "13"),
        ("hours_a_week", "80"), ("hours_a_week", "스무 시간"), ("wage_an_hour_krw", "-100"),
        ("wage_an_hour_krw", "1" + "0" * 18),
        ("title", "가" * 61), ("year", "9"),
    ],
)  # fmt: skip
def test_a_slip_in_the_table_of_positions_is_said_beside_the_field_and_all_is_kept(client, demo, field, typed):
    plan = a_plan()
    client.force_login(people().organisation)
    row = {
        "year": "1",
        "title": "<b>수거원",
        "number": "3",
        "months": "10",
        "hours_a_week": "20",
        "wage_an_hour_krw": "12,345",
    }
    answer = client.post(f"/plans/{plan.pk}/positions/", row | {field: typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    text = answer.content.decode()
    for name, value in (row | {field: typed}).items():
        assert escape(value) in text, name
    assert not plan.positions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["1" + "0" * 18, "-5", "삼백만", "1.5", "100000000000001"])
def test_a_slip_in_the_budget_is_said_beside_the_field(client, demo, amount):
    plan = a_plan()
    client.force_login(people().organisation)
    row = {"year": 1, "category": "personnel", "purse": "city", "item": "내역", "amount_krw": amount}
    answer = client.post(f"/plans/{plan.pk}/budget/", row)
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {"amount_krw"}
    assert amount in answer.content.decode()
    preview = client.post(f"/plans/{plan.pk}/budget/preview/", row, headers={"HX-Request": "true"})
    assert preview.status_code == 200 and not preview.context["typed"]


@pytest.mark.django_db
def test_totals_are_reckoned_while_one_types(client, demo):
    plan = written(a_plan())
    client.force_login(people().organisation)
    row = {"year": 1, "category": "operating", "purse": "own", "item": "내역", "amount_krw": "7,000,000"}
    preview = client.post(f"/plans/{plan.pk}/budget/preview/", row, headers={"HX-Request": "true"})
    assert preview.context["tables"][0]["total"] == 107_000_000
    assert plan.budget_lines.count() == 3


@pytest.mark.django_db
def test_months_are_pasted_checked_and_saved(client, demo):
    plan = a_plan()
    client.force_login(people().organisation)
    path = f"/plans/{plan.pk}/forecast/"
    base = client.get(path).context["form"]["base"].value()
    filled = client.post(path, {"base": base, "fill": "1", "pasted": "1월\t1,000,000\t2,000,000\n2월\t열\t3\n붙임 5"})
    assert filled.status_code == 422 and filled.context["faults"] == ["붙임 5"]
    assert "1,000,000" in filled.content.decode() and "열" in filled.content.decode()
    sent = {"base": base, "revenue-1": "1,000,000", "cost-1": "2,000,000", "revenue-2": "", "cost-2": "3"}
    assert client.post(path, sent).status_code == 302
    assert list(plan.forecasts.values_list("month", "revenue_krw", "cost_krw")) == [
        (1, 1_000_000, 2_000_000),
        (2, 0, 3),
    ]
    assert b"<polyline" in client.get(path).content
    clash = client.post(path, sent | {"cost-2": "4"})
    assert clash.status_code == 409 and 'value="4"' in clash.content.decode()


@pytest.mark.django_db
def test_an_old_version_is_taken_again_as_a_new_one(client, demo):
    who, plan = people(), a_plan()
    section = plan.sections.get(key="work")
    for number, body in enumerate(("첫 글", "둘째 글")):
        writing.save_section(who.district, section, body, number)
    client.force_login(who.organisation)
    page = client.get(f"/plans/{plan.pk}/section/work/history/?from=1&to=2").content.decode()
    assert "첫" in page and "둘째" in page and "<del" in page and "빠짐" in page
    assert client.post(f"/plans/{plan.pk}/section/work/restore/", {"number": 1, "base": 2}).status_code == 302
    section.refresh_from_db()
    assert (section.body, section.version) == ("첫 글", 3)
    assert section.versions.get(number=3).restored_from == 1
    # From a page that is out of date nothing is restored over somebody's newer text.
    assert client.post(f"/plans/{plan.pk}/section/work/restore/", {"number": 2, "base": 2}).status_code == 409


def test_hours_are_kept_exactly():
    from sanghyeop.programme.planning.content import position
    from sanghyeop.programme.planning.models import Position

    row = Position(year=1, title="일", number=1, months=1, hours_a_week=Decimal("17.5"), wage_an_hour_krw=1)
    assert position(row)["hours_a_week"] == "17.5"


@pytest.mark.django_db
def test_what_the_page_asks_by_itself_never_covers_a_form_after_a_lost_login(client, demo):
    plan = a_plan()
    quiet = {"HX-Request": "true", "X-Quiet": "1"}
    for path in ("section/need/editing/", "budget/preview/"):
        assert client.post(f"/plans/{plan.pk}/{path}", headers=quiet).status_code == 204
    row = {"year": 1, "category": "operating", "purse": "own", "item": "쓰던 줄", "amount_krw": "7,000"}
    asked = client.post(f"/plans/{plan.pk}/budget/", row, headers={"HX-Request": "true"})
    assert asked.status_code == 401 and asked["HX-Retarget"] == "body" and "쓰던 줄" in asked.content.decode()


@pytest.mark.django_db
def test_a_row_is_added_changed_and_removed_in_place(client, demo):
    plan, htmx = a_plan(), {"HX-Request": "true"}
    client.force_login(people().organisation)
    row = {"year": 1, "title": "수거원", "number": 3, "months": 10, "hours_a_week": 14, "wage_an_hour_krw": "12,345"}
    answer = client.post(f"/plans/{plan.pk}/positions/", row, headers=htmx)
    assert answer.status_code == 200 and "<html" not in answer.content.decode() and "수거원" in answer.content.decode()
    position = plan.positions.get()
    form = client.get(f"/plans/{plan.pk}/positions/{position.pk}/", headers=htmx).context["form"]
    row |= {"number": 4, "base": form["base"].value()}
    assert client.post(f"/plans/{plan.pk}/positions/{position.pk}/", row, headers=htmx).status_code == 200
    assert plan.positions.get().number == 4
    # A row of somebody else's plan is not reached through one's own.
    other = a_plan("다른 사업")
    assert client.get(f"/plans/{other.pk}/positions/{position.pk}/").status_code == 404
    client.post(f"/plans/{other.pk}/positions/{position.pk}/remove/")
    assert plan.positions.count() == 1
    assert client.post(f"/plans/{plan.pk}/positions/{position.pk}/remove/", headers=htmx).status_code == 200
    assert not plan.positions.exists()
