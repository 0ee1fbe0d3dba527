"""The tables and sections of a plan in the browser: nothing typed is lost, and what was done is said where one is."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE


def own_draft(page):
    """A draft that this person writes in, from the list of plans."""
    page.goto("/plans/?state=draft&district=")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    return page.url


def add_line(page, item, amount):
    page.get_by_label("비목").select_option(label="운영비")
    page.get_by_label("재원").select_option(label="자부담")
    page.get_by_label("내역").fill(item)
    page.get_by_label("금액").fill(amount)


def test_words_typed_for_the_next_line_stay_while_another_line_is_removed(visit):
    page = visit("district@example.org")
    plan = own_draft(page)
    page.goto(f"{plan}budget/")
    add_line(page, "없앨 줄", "1만원")
    page.get_by_role("button", name="더하기").click()
    page.get_by_role("status").get_by_text("저장했습니다").wait_for()
    assert page.evaluate("document.activeElement.name") == "category"
    add_line(page, "쓰던 줄", "2억 5,000만원")
    page.get_by_role("button", name="지우기 없앨 줄").click()
    page.get_by_role("status").get_by_text("지웠습니다").wait_for()
    assert page.get_by_label("내역").input_value() == "쓰던 줄"
    assert page.get_by_label("금액").input_value() == "2억 5,000만원"
    assert not page.get_by_role("cell", name="없앨 줄").count()


def test_the_preview_says_beside_the_field_how_the_amount_is_read(visit):
    page = visit("district@example.org")
    page.goto(f"{own_draft(page)}budget/")
    add_line(page, "임차료", "1억 5,000만원")
    page.get_by_role("status").get_by_text("150,000,000원으로 읽었습니다").wait_for()
    page.get_by_label("금액").fill("삼백쯤")
    page.get_by_role("status").get_by_text("금액을 읽지 못했습니다").wait_for()


def test_negative_months_and_people_get_the_servers_words_beside_the_field(visit):
    page = visit("district@example.org")
    page.goto(f"{own_draft(page)}positions/")
    page.get_by_label("직무").fill("돌봄 매니저")
    page.get_by_label("인원").fill("-3")
    page.get_by_label("개월").fill("-1")
    page.get_by_label("주당 시간").fill("20")
    page.get_by_label("시급").fill("1만 2천원")
    page.get_by_role("button", name="더하기").click()
    page.locator("#id_months_error").wait_for()
    assert "1 이상" in page.locator("#id_number_error").inner_text()
    assert page.get_by_label("개월").input_value() == "-1" and page.get_by_label("시급").input_value() == "1만 2천원"


def test_a_saved_section_says_so_where_the_person_is(visit):
    page = visit("district@example.org")
    page.goto(own_draft(page))
    last = page.locator(".plan-section").last
    title = last.locator("h3").inner_text()
    last.get_by_role("link", name="고치기").click()
    page.get_by_role("textbox", name="내용").fill("맨 아래 항목에 쓴 글")
    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**saved=**")
    said = page.locator(".plan-section", has_text=title).get_by_role("status")
    assert said.inner_text() == "저장했습니다."
    assert page.evaluate("document.activeElement.innerText") == "저장했습니다."
    expect(said).to_be_in_viewport()


def test_on_a_phone_the_budget_keeps_its_width_in_its_own_region(visit, barriers):
    page = visit("district@example.org", PHONE)
    page.goto(f"{own_draft(page)}budget/")
    add_line(page, "마을 공방 임차료와 관리비", "120만원")
    page.get_by_role("button", name="더하기").click()
    region = page.get_by_role("region", name="예산 줄")
    region.wait_for()
    assert region.evaluate("e => e.scrollWidth > e.clientWidth && e.tabIndex === 0")
    item = page.get_by_role("rowheader", name="마을 공방 임차료와 관리비").first
    assert item.bounding_box()["width"] >= 110
    assert barriers(page) == []
