"""Anyone reads what was decided in a published round and by which rules, but nobody's letter."""

from __future__ import annotations

import pytest

from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.selection import moves
from tests.builders import an_organisation
from tests.selecting import a_locked_decision, a_round, a_scenario, a_scored_plan, ceiling, many, officer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("demo")]


def test_a_visitor_reads_the_result_of_a_published_round(client):
    round_ = a_round()
    ceiling(round_, "강북구", 100_000_000)
    a_scored_plan(round_, 90, title="뽑힌 사업", city_krw=50_000_000, district_krw=60_000_000)
    out = a_scored_plan(
        round_, 70, title="아쉬운 사업", city_krw=50_000_000, district_krw=50_000_000,
        organisation=an_organisation("햇살모임"),
    )  # fmt: skip
    a_scored_plan(round_, 40, "노원구", title="못 미친 사업")
    address = f"/rounds/{round_.pk}/result/"
    decision = a_locked_decision(round_)
    assert client.get(address).status_code == 404  # locked, but not published
    moves.publish(officer(), decision)
    assert address in client.get(f"/rounds/{round_.pk}/").content.decode()
    page = client.get(address).content.decode()
    project = decision.lines.get(selected=True).project
    assert f'<a href="/projects/{project.pk}/">뽑힌 사업</a>' in page
    assert "300,000,000원" in page and "3건" in page
    assert "최저 합격점에 미치지 못했습니다. 1건" in page
    assert "예산과 한도 안에서 선정되지 않았습니다. 1건" in page
    # Nothing of those who were not selected, and nobody's letter or score.
    assert all(words not in page for words in ("아쉬운 사업", "햇살모임", "못 미친 사업", "귀하"))
    assert str(decision.lines.get(plan=out).score) not in page


def test_a_project_that_officers_put_in_shows_their_reason(client):
    round_ = a_round(projects_max=1)
    weak = a_scored_plan(round_, 65, "노원구", title="넣은 사업")
    a_scored_plan(round_, 95, title="센 사업")
    scenario = a_scenario(round_, forces={weak: (True, "노원구에는 이런 일이 하나도 없습니다.")})
    moves.publish(officer(), a_locked_decision(round_, scenario))
    page = client.get(f"/rounds/{round_.pk}/result/").content.decode()
    assert "넣은 사업" in page and "센 사업" not in page
    assert "시 담당자가 넣기로 정했습니다. 까닭: 노원구에는 이런 일이 하나도 없습니다." in page


def test_a_round_of_before_has_no_such_page(client):
    kept = Round.objects.create(city=a_round().city, year=2019, name="지난 기록", state="published", record=True)
    assert client.get(f"/rounds/{kept.pk}/result/").status_code == 404
    assert "/result/" not in client.get(f"/rounds/{kept.pk}/").content.decode()


def test_the_result_takes_as_few_queries_with_60_plans_and_comes_in_pages(client, django_assert_max_num_queries):
    round_ = a_round(city_budget_krw=5_000_000_000, projects_per_district=None)
    many(round_, 60)
    moves.publish(officer(), a_locked_decision(round_))
    client.force_login(officer())
    for path in ("", "?page=2"):
        with django_assert_max_num_queries(10):
            response = client.get(f"/rounds/{round_.pk}/result/{path}")
    assert response.context["page"].number == 2 and len(response.context["rows"]) <= 20
