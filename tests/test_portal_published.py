"""What was published about 2017 to 2023 is shown with its source, and apart from what is computed."""

from __future__ import annotations

import re

import pytest

from sanghyeop.demo.published import load_published
from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import City
from sanghyeop.ground.rulebook.models import Rate
from sanghyeop.programme.projects.models import Outcome, Project
from sanghyeop.programme.rounds.models import PublishedTotal, Round
from sanghyeop.public.portal import queries


def words(response) -> str:
    """The page's text without its marks, one space between words."""
    text = re.sub(r"<(script|style|title).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def page_of(client, year: int) -> str:
    return words(client.get(f"/years/{year}/", follow=True))


def test_the_demo_loads_every_published_fact_with_its_sources_and_again_adds_nothing(published):
    def count():
        return [model.objects.count() for model in (Project, PublishedTotal, Outcome, Rate, Round)]

    before = count()
    load_published(City.objects.get())
    assert count() == before
    facts = read.published()
    assert Project.objects.filter(example=False).count() == len(facts["projects"]) == 50
    assert not Project.objects.filter(example=False, sources__isnull=True).exists()
    assert not PublishedTotal.objects.filter(sources__isnull=True).exists()
    totals = len(facts["periods"]) + sum(len(row["totals"]) for row in facts["rounds"])
    assert PublishedTotal.objects.count() == totals


def test_the_round_of_2021_shows_what_was_published_and_what_is_known_apart(client, published):
    page = page_of(client, 2021)
    stated, computed = page.split("확인한 사업을 더한 값")[:2]
    for figure in (
        "선정 사업 30개",
        "참여 자치구 20곳",
        "총사업비 60억원",
        "시비 35억원",
        "구비 25억원",
        "일자리 목표 400개",
    ):
        assert figure in stated
    assert "서울특별시 경제정책실" in stated
    assert "2020년 10월 26일" in stated
    assert "선정된 30개 사업 가운데 11개를 확인했습니다" in computed
    assert "사업 11개" not in stated


def test_the_published_parts_of_2021_and_of_2018_to_2020_add_up(published):
    city = Round.objects.get(year=2021).city
    totals = queries.published_totals(round__city=city, district=None)
    of_2021 = {t.figure: t.value for t in totals if t.round.year == 2021}
    assert of_2021["budget"] == of_2021["budget_city"] + of_2021["budget_district"] == 6_000_000_000
    assert (of_2021["projects"], of_2021["districts"], of_2021["jobs_target"]) == (30, 20, 400)
    (span,) = [t for t in totals if t.first_round_id and t.figure == "jobs"]
    assert (span.first_round.year, span.round.year, span.value) == (2018, 2020, 3_415)
    assert sum(t.value for t in totals if t.figure == "jobs" and not t.first_round_id) == 3_415


def test_the_list_of_rounds_shows_the_sum_of_three_years(client, published):
    assert "3,415개 = 1,908 + 1,107 + 400" in words(client.get("/rounds/"))


def test_published_totals_are_never_spread_over_projects(published):
    assert Project.objects.filter(round__year=2021, example=False).count() == 12
    totals = queries.added_up(queries.groups_of(Project.objects.filter(round__year=2021)))
    assert totals.jobs.value is None  # no source gives the jobs of a single project of 2021
    assert (totals.whole.value, totals.whole.known) == (88_000_000, 1)


@pytest.mark.parametrize("certainty", ["circumstantial", "example", "unconfirmed", "planned"])
def test_what_is_not_certain_is_marked_and_not_counted(client, published, certainty):
    project = Project.objects.filter(certainty=certainty, round__isnull=False).first()
    page = words(client.get(f"/projects/{project.pk}/"))
    assert project.get_certainty_display() in page
    assert "합계에 넣지 않습니다" in page
    counted = queries.added_up(queries.groups_of(Project.objects.filter(pk=project.pk)))
    assert (counted.listed, counted.projects, counted.jobs.value) == (1, 0, None)


def test_a_project_page_follows_it_over_the_years_to_its_outcome_and_its_copies(client, published):
    project = Project.objects.get(key="kids-clean-plus", round__year=2020)
    page = words(client.get(f"/projects/{project.pk}/"))
    for year in (2017, 2018, 2019, 2020):
        assert f"{year} 키즈클린플러스" in page
    assert "공공서비스 전환" in page and "5개 자치구로 확산" in page
    for copy in ("영등포구", "송파구", "광진구", "양천구"):
        assert copy in page
    assert "출처" in page


def test_a_project_of_unknown_year_is_found_and_says_so(client, published):
    project = Project.objects.get(round__isnull=True)
    assert "연도 미상" in words(client.get("/projects/?q=양천구 키즈클린"))
    assert "알려지지 않음" in words(client.get(f"/projects/{project.pk}/"))


def test_every_source_of_a_shown_fact_stands_on_the_page_of_sources(client, published):
    pages = "".join(words(client.get(f"/about/?page={number}")) for number in (1, 2))
    for source in read.published()["sources"]:
        assert " ".join(source["title"].split()) in pages.replace("&#x27;", "'").replace("&quot;", '"')
    assert "국토지리정보원" in pages
