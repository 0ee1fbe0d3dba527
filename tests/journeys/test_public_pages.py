"""A visitor looks at the public pages, with the mouse, with the keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE

PAGES = ("/", "/rounds/", "/years/2021/", "/years/2027/", "/projects/", "/projects/?q=키즈클린", "/stages/", "/about/")
#: The open round's year, printed.
OPEN_YEAR = "from sanghyeop.programme.rounds.models import Round; print(Round.objects.get(state='open').year)"
TABLET = {"width": 768, "height": 1000}


@pytest.mark.parametrize("size", [PHONE, TABLET, DESK], ids=["phone", "tablet", "desk"])
def test_no_barrier_stands_on_a_public_page(visit, barriers, site, size):
    page = visit(size=size)
    year = site.manage("shell", "-v0", "-c", OPEN_YEAR).strip()
    for path in PAGES:
        assert page.goto(path.replace("2027", year)).status == 200
        assert barriers(page) == []


def test_a_visitor_goes_from_the_map_to_a_project_and_its_source(visit, barriers):
    page = visit()
    page.goto("/years/2021/")
    page.get_by_role("link", name="동작구: 사업 2개").click()
    assert "district=11590" in page.url
    page.get_by_role("status").filter(has_text="사업 2개").wait_for()
    page.get_by_role("link", name="아이스팩 재활용 사업").click()
    assert page.get_by_role("heading", level=1).inner_text() == "아이스팩 재활용 사업"
    expect(page.get_by_role("link", name="동작구 아이스팩 재활용 보도(2021)")).to_be_visible()
    assert barriers(page) == []


def test_the_map_is_reached_by_keyboard_and_switched_to_jobs(visit):
    page = visit()
    page.goto("/years/2019/")
    page.get_by_role("link", name="일자리", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**by=jobs**")
    district = page.get_by_role("link", name="송파구: 사업 1개, 일자리 50개")
    district.focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("송파구")
    page.keyboard.press("Enter")
    page.wait_for_url("**district=11710**")
    assert "by=jobs" in page.url
    page.get_by_role("status").filter(has_text="사업 1개").wait_for()


def test_the_map_can_be_read_as_a_table(visit):
    page = visit(size=PHONE)
    page.goto("/years/2019/")
    page.get_by_text("지도를 표로 보기").click()
    table = page.get_by_role("table", name="자치구별 합계")
    assert table.get_by_role("row").filter(has_text="서대문구").get_by_role("cell").nth(1).inner_text() == "50"


def test_a_search_keeps_its_words_and_can_be_taken_back(visit):
    page = visit(size=PHONE)
    page.goto("/projects/")
    all_of_them = page.get_by_role("status").filter(has_text="개").inner_text()
    page.get_by_label("낱말").fill("마을 여행")
    page.get_by_role("button", name="찾기").click()
    assert page.get_by_label("낱말").input_value() == "마을 여행"
    assert page.get_by_role("link", name="주민주도형 마을여행 플랫폼 '마포만보'").count() == 2
    page.get_by_role("link", name="모두 보기").click()
    page.get_by_role("status").filter(has_text=all_of_them).wait_for()
