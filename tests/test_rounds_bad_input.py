"""Whatever is typed into a round's forms: a message by the box, nothing lost, nothing stored, never a 500."""

from __future__ import annotations

import html
import re

import pytest

from sanghyeop.ground.trail.models import Entry
from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.rounds.rows import MOST
from tests.test_rounds_story import address, draft, last, officer, person, typed  # noqa: F401

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert('상협')</script>"

#: Part, what is typed, the message beside it.
BAD = [
    ("budgets", {"city_budget_krw": "1000000000000000000"}, "너무 큽니다"),
    ("budgets", {"city_budget_krw": "900000000000000"}, "100000000000000"),
    ("budgets", {"city_budget_krw": "-1"}, "0원 이상"),
    ("budgets", {"city_budget_krw": "3억 5천쯤"}, "금액을 읽지 못했습니다"),
    ("basics", {"year": "1900"}, "2017"),
    ("basics", {"year": "이천이십칠"}, "정수"),
    ("basics", {"name": ""}, "필수"),
    ("basics", {"name": "가" * 121}, "120"),
    ("basics", {"purpose": "가" * 5001}, "5000"),
    ("criteria", {"new-0-points": "0"}, "1 이상"),
    ("criteria", {"new-0-points": "-10"}, "0 이상"),
    ("criteria", {"new-0-points": "열 점"}, "정수"),
    ("criteria", {"new-0-pass_points": "99"}, "배점보다 클 수 없습니다"),
    ("criteria", {"new-1-name": "사업목적 적합성", "new-0-name": "사업목적 적합성"}, "같은 이름"),
    ("fields", {"fields-0-projects_min": "5", "fields-0-projects_max": "3"}, "상한보다 클 수 없습니다"),
    ("fields", {"fields-0-projects_min": "99999999999999999999"}, "9999"),
    ("fields", {"fields-0-name": " "}, "필수"),
    ("bonuses", {"bonuses-0-points": "0"}, "0.01"),
    ("bonuses", {"bonuses-0-points": "NaN"}, "숫자"),
    ("rules", {"max_years": "-3"}, "0 이상"),
    ("rules", {"max_years": "0"}, "1 이상"),
    ("rules", {"max_years": "3개월"}, "정수"),
    ("rules", {"project_max_krw": "1000000000000000000"}, "너무 큽니다"),
    ("rules", {"district_share_min": "101"}, "100"),
    ("rules", {"personnel_min": "60", "personnel_max": "", "operating_min": "50", "operating_max": ""}, "110%입니다"),
    ("rules", {"operating_min": "30", "operating_max": "20"}, "상한보다 클 수 없습니다"),
    ("rules", {"personnel_min": "", "personnel_max": "10", "operating_max": "10", "infrastructure_max": "10"}, "30%"),
    ("rules", {"eligible": "city"}, "선택"),
    ("grades", {"good_bonus": "-1"}, "0 이상"),
    ("panel", {"quorum": "4", "reviews_per_plan": "3"}, "많을 수 없습니다"),
    ("panel", {"drop_extremes_from": "2"}, "3 이상"),
    ("panel", {"tie_0": "criterion:999999"}, "올바르게 선택"),
    ("panel", {"combine": "sum"}, "올바르게 선택"),
    ("portfolio", {"weight_score": "0", "weight_jobs": "0.000"}, "모두 0"),
    ("portfolio", {"weight_score": "-1"}, "0 이상"),
    ("portfolio", {"districts_min": "25", "projects_max": "3"}, "클 수 없습니다"),
    ("calendar", {"plans_closes_at": "1900-01-01T09:00"}, "일정이 아닌 것 같습니다"),
    ("calendar", {"plans_closes_at": "다음 주 금요일"}, "2026-03-02 18:00처럼"),
    ("calendar", {"plans_closes_at": ""}, "시작과 마감을 모두"),
    ("calendar", {"plans_opens_at": "0001-01-01T00:00"}, "일정이 아닌 것 같습니다"),
    ("calendar", {"plans_opens_at": "9999-12-31T23:59"}, "일정이 아닌 것 같습니다"),
]


@pytest.mark.parametrize(("part", "bad", "message"), BAD, ids=[f"{p}-{i}" for i, (p, _b, _m) in enumerate(BAD)])
def test_a_message_stands_by_the_box_and_nothing_typed_is_lost(officer, draft, part, bad, message):  # noqa: F811
    url = address(draft, part)
    response = officer.post(url, typed(officer, url, **bad))
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    errors = " ".join(re.findall(r'<ul class="form-hint-invalid".*?</ul>', page, re.S))
    assert message in errors
    for name, value in bad.items():
        if name not in ("eligible", "tie_0", "combine") and value.strip():
            assert re.search(rf'name="{name}"[^>]*value="{re.escape(value)}"', page) or f"{value}</textarea>" in page
    assert not Entry.objects.filter(subject_id=draft.pk, action="edit").exists()


def test_steps_out_of_order_are_told_by_the_box(officer, draft):  # noqa: F811
    url = address(draft, "calendar")
    data = typed(officer, url)
    (review_opens,) = data["review_opens_at"]
    data["plans_closes_at"] = str(int(review_opens[:4]) + 1) + review_opens[4:]
    page = officer.post(url, data).content.decode()
    assert "심사는 계획서 접수가 끝난 뒤에 시작해야 합니다" in page


@pytest.mark.parametrize(
    ("part", "box"),
    [
        ("basics", "name"),
        ("basics", "purpose"),
        ("fields", "fields-0-name"),
        ("criteria", "new-0-name"),
        ("criteria", "new-0-guidance"),
        ("bonuses", "bonuses-0-name"),
    ],
)
def test_script_in_a_text_is_only_text(officer, draft, part, box):  # noqa: F811
    url = address(draft, part)
    assert officer.post(url, typed(officer, url, **{box: SCRIPT})).status_code == 302
    pages = [url, address(draft), f"{address(draft)}trail/", f"/calls/{draft.pk}/", f"/calls/{draft.pk}/criteria/"]
    for page in [officer.get(path).content.decode() for path in [*pages, "/manage/rounds/"]]:
        assert "<script>alert" not in page
    assert "&lt;script&gt;" in officer.get(url).content.decode()


def test_a_form_that_no_page_sent_is_refused_gently(officer, draft):  # noqa: F811
    for part in ("fields", "criteria", "bonuses"):
        assert officer.post(address(draft, part), {}).status_code == 422
        flood = {f"{part}-TOTAL_FORMS": "100000", f"{part}-INITIAL_FORMS": "x", "more": part, "version": "x" * 50}
        assert officer.post(address(draft, part), flood).status_code == 200
    for nonsense in ({"action": "explode"}, {}, {"action": "publish"}):
        assert officer.post(f"{address(draft)}move/", nonsense).status_code == 404
    assert officer.get(f"{address(draft)}edit/nothing/").status_code == 404
    assert officer.get(f"{address(draft)}copy/").status_code == 405


def test_too_many_rows_are_told(officer, draft):  # noqa: F811
    url = address(draft, "bonuses")
    rows = {"bonuses-TOTAL_FORMS": str(MOST + 1), "bonuses-INITIAL_FORMS": "0", "version": "0"}
    for i in range(MOST + 1):
        rows |= {f"bonuses-{i}-name": f"가점 {i}", f"bonuses-{i}-points": "1"}
    assert officer.post(url, rows).status_code == 422


@pytest.mark.parametrize("year", ["1900", "-1", "99999", "내년", ""])
def test_a_new_round_in_a_year_that_cannot_be(officer, year):  # noqa: F811
    data = {"year": year, "call": "main", "name": SCRIPT, "name_en": "", "based_on": "77777"}
    response = officer.post("/manage/rounds/new/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("form-hint-invalid") >= 2
    assert "&lt;script&gt;" in page
    assert not Round.objects.filter(name=SCRIPT).exists()


def test_nobody_else_gets_in(client, draft, last):  # noqa: F811
    paths = [address(draft), address(draft, "basics"), f"{address(draft)}trail/", "/manage/rounds/new/"]
    for email in ("district@example.org", "member@example.org", "reviewer@example.org", "resident@example.org"):
        client.force_login(person(email))
        assert {client.get(path).status_code for path in paths} <= {403, 404}
        assert client.post(f"{address(draft)}move/", {"action": "open_call", "sure": "on"}).status_code == 403
        assert client.get(f"/calls/{draft.pk}/").status_code == 404
        assert client.get(f"/calls/{last.pk}/").status_code == 200
    client.force_login(person("district@example.org"))
    assert client.get(f"{address(last)}trail/").status_code == 200


def test_a_published_record_is_only_shown(officer, last):  # noqa: F811
    record = Round.objects.create(city=last.city, year=2021, name="2021년", record=True, state="closed")
    assert "단계 옮기기" not in officer.get(address(record)).content.decode()
    url = address(record, "basics")
    assert "고칠 수 없습니다" in officer.get(url).content.decode()
    response = officer.post(url, {"version": "0", "name": "다른 이름", "year": str(record.year), "why": "그냥"})
    assert response.status_code == 403
    assert officer.get(f"/calls/{record.pk}/").status_code == 404
