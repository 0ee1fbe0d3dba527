"""The public pages: open to all, fast, the same for every visitor, and never a word of what is not published."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.ground.trail.moves import record
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round, RoundField
from sanghyeop.programme.selection.models import Decision, Line, Scenario
from sanghyeop.public.portal import stages

WEIRD = (
    "q=" + "가" * 10_000, "q=%25", "q=%27%22%3Cscript%3E", "q=%00", "q=%F0%9F%98%80", "q=%ED%A0%80", "q=_", "q=%5C",
    "page=-1", "page=999999999999999999999", "page=abc", "district=nowhere", "field=%00", "kind=other", "year=abc",
    "year=99999999999999999999", "sort=drop", "outcome=%F0%9F%98%80", "by=%F0%9F%98%80", "q=&q=&q=x", "=&&&=",
    "district=11440&district=11000",
)  # fmt: skip


def a_published_round(projects: int = 0, **facts) -> Round:
    city = District.objects.first().city
    made = Round.objects.create(
        city=city, **{"year": 2031, "name": "2031년 예시 연차", "state": "published", "example": True} | facts
    )
    field = RoundField.objects.create(round=made, code="care", name="돌봄")
    districts = list(District.objects.all())
    Project.objects.bulk_create(
        Project(
            round=made, key=f"p{n}", title=f"사업 {n}", district=districts[n % 25], field=field, kind="new", jobs=n,
            city_krw=n * 1000, district_krw=1, own_krw=0, example=True,
        )
        for n in range(projects)
    )  # fmt: skip
    return made


@pytest.mark.parametrize("query", WEIRD)
def test_a_strange_address_is_no_error(client, published, query):
    newest = Round.objects.get(year=2021)
    for path in ("/", "/rounds/", f"/rounds/{newest.pk}/", "/projects/", "/projects.csv", "/about/", "/stages/"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 200, path
        if response.streaming:
            response.getvalue()


@pytest.mark.parametrize("path", ["/rounds/{}/", "/projects/{}/", "/years/{}/"])
@pytest.mark.parametrize("number", [0, 987_654, 2**31, 2**63, 2**63 - 1, 10**30])
def test_what_is_not_there_is_not_found(client, published, path, number):
    assert client.get(path.format(number)).status_code == 404


def test_nothing_of_a_round_in_preparation_leaks(client, published):
    draft = a_published_round(3, name="비밀 연차", state="draft")
    resident = User.objects.get(email="resident@example.org")
    Idea.objects.create(round=draft, district=District.objects.first(), author=resident, title="비밀 아이디어")
    project = draft.projects.first()
    for path in ("/", "/rounds/", "/projects/", "/projects/?q=사업", "/about/", "/stages/", "/projects.csv"):
        response = client.get(path)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert "비밀" not in text and f">{project.title}<" not in text, path
    for path in (f"/rounds/{draft.pk}/", f"/projects/{project.pk}/", f"/years/{draft.year}/"):
        assert client.get(path, follow=True).status_code == 404


@pytest.mark.parametrize("state", ["open", "review", "selection"])
def test_projects_of_a_running_round_are_nobodys_business_yet(client, published, state):
    running = a_published_round(3, state=state)
    project = running.projects.first()
    page = client.get(f"/rounds/{running.pk}/").content.decode()
    assert project.title not in page
    assert client.get(f"/projects/{project.pk}/").status_code == 404
    assert project.title not in client.get("/projects/?q=사업").content.decode()
    if state == "review":
        assert "지금 심사하고 있습니다" in page


def test_hidden_and_withdrawn_ideas_are_not_shown(client, published):
    opened = Round.objects.get(state="open")
    resident = User.objects.get(email="resident@example.org")
    for state, facts in (("posted", {}), ("hidden", {"hidden_from": "posted"}), ("withdrawn", {})):
        Idea.objects.create(
            round=opened,
            district=District.objects.first(),
            author=resident,
            title=f"생각-{state}",
            state=state,
            **facts,
        )
    for path in ("/", f"/rounds/{opened.pk}/"):
        page = client.get(path).content.decode()
        assert "생각-posted" in page
        assert "생각-hidden" not in page and "생각-withdrawn" not in page


@pytest.mark.parametrize("who", ["visitor", "officer"])
def test_pages_take_the_same_few_queries_with_10_and_with_500_projects(
    client, published, who, django_assert_max_num_queries
):
    if who == "officer":
        client.force_login(User.objects.get(email="city@example.org"))
    counts = []
    for number, year in ((10, 2031), (500, 2032)):
        made = a_published_round(number, year=year)
        project = made.projects.last()
        counts.append([])
        cache.clear()
        for path in (
            "/", "/rounds/", f"/rounds/{made.pk}/", f"/rounds/{made.pk}/?q=사업&by=money", f"/projects/?year={year}",
            f"/projects/{project.pk}/", "/about/", "/stages/",
        ):  # fmt: skip
            with django_assert_max_num_queries(10) as queries:
                assert client.get(path).status_code == 200
            counts[-1].append((path.split("?")[0].strip("/0123456789"), len(queries)))
    assert counts[0] == counts[1]


def test_a_list_is_found_by_parts_of_words_however_spaced(client, published):
    for words in ("마을여행", "마을 여행", "골목여행 마포", "MANBO", "마을여행"):  # the last one typed in pieces
        page = client.get("/projects/", {"q": words}).content.decode()
        assert "마포만보" in page, words
    assert "찾는 사업이 없습니다" in client.get("/projects/", {"q": "없는낱말🙂"}).content.decode()


def test_a_percent_sign_is_a_letter_like_any_other(client, published):
    every = client.get("/projects/").context["page"].paginator.count
    found = client.get("/projects/", {"q": "%"}).context["page"].paginator.count
    assert 0 < found < every


def test_a_search_that_is_too_long_keeps_what_was_typed_and_says_so(client, published):
    page = client.get("/projects/", {"q": "가" * 150}).content.decode()
    assert "가" * 150 in page
    assert "form-hint-invalid" in page


def test_filters_narrow_the_list(client, published):
    def found(**query) -> set[str]:
        return {str(project) for project in client.get("/projects/", query).context["page"]}

    assert found(year=2021, district="11590") == {"아이스팩 재활용 사업", "동작 큐베이터 서비스"}
    assert found(year=2021, field="climate") == {"일회용기 대체 재사용 용기 유통사업", "아이스팩 재활용 사업"}
    assert "디디엠 메이커 성장지원" in found(outcome="self_standing")
    assert next(iter(client.get("/projects/", {"sort": "jobs"}).context["page"])).jobs == 53


def test_the_list_comes_as_a_file_for_spreadsheets_that_runs_no_formula(client, published):
    Project.objects.filter(key="mapo-manbo", round__year=2017).update(title="=1+1")
    body = client.get("/projects.csv", {"district": "11440"}).getvalue().decode()
    assert body.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    assert {len(row) for row in rows} == {15}
    assert len(rows) == 3  # the head and two years of one project
    assert "'=1+1" in {row[2] for row in rows}


def test_the_map_has_a_link_and_a_row_of_the_table_for_each_district(client, published):
    page = client.get(f"/rounds/{Round.objects.get(year=2021).pk}/").content.decode()
    drawing = re.search(r"<svg class=\"map.*?</svg>", page, re.S)[0]
    assert len(re.findall(r"<a [^>]*href=", drawing)) == len(re.findall("<title>", drawing)) == 25
    assert 'aria-label="동작구: 사업 2개"' in drawing
    table = page.split("지도를 표로 보기")[1].split("</table>")[0]
    assert len(re.findall('<th scope="row">', table)) == 26


def test_titles_with_html_are_shown_as_typed(client, published):
    made = a_published_round(1)
    made.projects.update(title="<script>alert(1)</script>", summary="<b>굵게</b>")
    for path in (f"/rounds/{made.pk}/", f"/projects/{made.projects.first().pk}/", "/projects/?year=2031"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page and "<b>굵게" not in page
        assert "&lt;script&gt;alert" in page


def test_a_project_born_here_names_the_idea_that_it_grew_from_unless_that_was_withdrawn(client, published):
    made = a_published_round(1)
    project, district = made.projects.get(), District.objects.first()
    officers = list(User.objects.filter(email__in=("city@example.org", "city2@example.org")))
    resident = User.objects.get(email="resident@example.org")
    idea = Idea.objects.create(round=made, district=district, author=resident, title="골목 도시락", state="posted")
    plan = Plan.objects.create(
        round=made, district=district, organisation=Organisation.objects.filter(kind="association").first(), idea=idea,
        field=made.fields.first(), title="도시락", state="selected", created_by=officers[0],
        submitted_at=timezone.now(),
    )  # fmt: skip
    scenario = Scenario.objects.create(round=made, name="가", asked={}, result={}, by=officers[0])
    decision = Decision.objects.create(
        round=made,
        scenario=scenario,
        first_officer=officers[0],
        second_officer=officers[1],
        second_at=timezone.now(),
    )
    Line.objects.create(decision=decision, plan=plan, selected=True, city_krw=1, district_krw=1, project=project)
    Decision.objects.filter(pk=decision.pk).update(state="published", published_at=timezone.now())
    page = client.get(f"/projects/{project.pk}/").content.decode()
    assert "골목 도시락" in page and f"/ideas/{idea.pk}/" in page
    Idea.objects.filter(pk=idea.pk).update(state="withdrawn")
    cache.clear()
    assert "골목 도시락" not in client.get(f"/projects/{project.pk}/").content.decode()


# Pages that are kept for visitors


def token_of(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def test_two_visitors_get_the_kept_page_with_a_form_token_of_their_own(published):
    tokens = []
    for _ in range(2):
        visitor = Client(enforce_csrf_checks=True)
        page = visitor.get("/projects/").content.decode()
        tokens.append(token_of(page))
        assert "the-visitors-own" not in page
        sent = visitor.post("/language/", {"language": "en", "next": "/projects/", "csrfmiddlewaretoken": tokens[-1]})
        assert sent.status_code == 302
        assert 'lang="en"' in visitor.get("/projects/").content.decode()
    assert tokens[0] != tokens[1]


def test_a_page_of_someone_who_is_logged_in_is_never_kept(client, published):
    visitor = Client()
    client.force_login(User.objects.get(email="city@example.org"))
    assert "김시원" in client.get("/").content.decode()
    page = visitor.get("/").content.decode()
    assert "김시원" not in page
    assert "김시원" in client.get("/").content.decode()
    assert "김시원" not in visitor.get("/").content.decode()


def test_a_visitors_page_opens_no_session_and_asks_once_when_it_is_kept(client, published, django_assert_num_queries):
    path = f"/rounds/{Round.objects.get(year=2021).pk}/"
    client.get(path)
    with django_assert_num_queries(1):
        response = client.get(path)
    assert "sessionid" not in response.cookies
    assert response["Cache-Control"] == "private, no-cache"


def test_a_move_shows_at_once_on_a_kept_page(client, published):
    made = a_published_round(2)
    path = f"/rounds/{made.pk}/"
    client.get(path)
    Project.objects.filter(round=made).update(title="바뀐 이름")
    assert "바뀐 이름" not in client.get(path).content.decode()
    record(None, made, "correct")
    assert "바뀐 이름" in client.get(path).content.decode()


def test_a_browser_that_holds_the_page_is_told_so_until_it_changes(client, published):
    made = a_published_round(2)
    path = f"/rounds/{made.pk}/"
    client.get(path)  # brings the token's cookie
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 200  # another token's cookie
    Project.objects.filter(round=made).update(title="바뀐 이름")
    record(None, made, "correct")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


# The table of moves and the desk


def test_the_page_of_stages_holds_every_move_of_every_room(client, published):
    page = client.get("/stages/").content.decode()
    for word in ("발굴", "기획", "숙성", "모델화"):
        assert word in page
    body = page.split("<tbody>")[1]
    assert body.count("<tr>") == len(stages.rows())
    assert sum(len(row.after) for row in stages.rows()) == sum(len(table.moves) for _, table in stages.tables())
    for _, table in stages.tables():
        for move in table.moves:
            row = next(
                row
                for row in stages.rows()
                if row.subject == table.name
                and row.move.action == move.action
                and row.move.from_states == move.from_states
                and table.states[move.to_state] in row.after
            )
            assert row.move.why == move.why
            assert str(move.label) in body


@pytest.mark.parametrize("email", ["city", "district", "member", "expert", "reviewer", "resident"])
def test_the_desk_opens_for_every_role(client, published, email):
    client.force_login(User.objects.get(email=f"{email}@example.org"))
    page = client.get("/desk/").content.decode()
    assert "바로 가기" in page
    assert ("연차 관리" in page) == (email == "city")


def test_the_home_page_leads_to_the_open_call_and_names_its_deadline(client, published):
    opened = Round.objects.get(state="open")
    page = client.get("/").content.decode()
    deadline = timezone.localtime(opened.periods.get(step="ideas").closes_at)
    assert "아이디어 제안하기" in page
    assert f"{deadline:%Y}년 {deadline.month}월 {deadline.day}일" in page


def test_the_home_page_adds_up_the_supplementary_call_of_the_same_year(
    client, published, django_assert_max_num_queries
):
    main, supplement = a_published_round(30), a_published_round(7, call="supplementary", name="2031년 추가 공모")
    with django_assert_max_num_queries(10):
        page = client.get("/").content.decode()
    assert "37개" in page
    for call, count in ((main, 30), (supplement, 7)):
        assert f'<a href="/rounds/{call.pk}/">{call.get_call_display()}</a>: 사업 {count}개' in page
    assert 'href="/projects/?year=2031"' in page and "/projects/?year=2031&amp;district=" in page
    assert client.get("/projects/?year=2031").context["page"].paginator.count == 37


def test_projects_are_found_by_the_names_of_their_field_district_and_organisation(client, published):
    made = a_published_round(3)
    owner = Organisation.objects.filter(district__isnull=False).exclude(kind="district").first()
    project = made.projects.first()
    project.organisation = owner
    project.save()

    def found(words: str) -> set[int]:
        return {row.pk for row in client.get("/projects/", {"q": words}).context["page"] if row.round_id == made.pk}

    assert found("돌봄") == set(made.projects.values_list("pk", flat=True))
    assert found(f"돌봄 {project.district.name}") == found(project.district.name_en) == {project.pk}
    assert found(owner.name.split()[0]) == {project.pk}
    assert found("돌봄 우주여행") == set()


def test_the_mark_of_an_example_stands_once_beside_a_name(client, published):
    marked, plain = a_published_round(1, name="2031년 공모 (예시)"), a_published_round(1, year=2032, name="2032년 공모")
    mark = '<span class="example">예시</span>'
    heading = client.get(f"/rounds/{marked.pk}/").content.decode().split("<h1>")[1].split("<section")[0]
    assert "(예시)" in heading and mark not in heading
    assert mark in client.get(f"/rounds/{plain.pk}/").content.decode().split("<h1>")[1].split("<section")[0]


def test_an_empty_house_still_has_a_front_door(client, db):
    for path in ("/", "/rounds/", "/projects/", "/stages/", "/about/", "/projects.csv"):
        assert client.get(path).status_code == 200
