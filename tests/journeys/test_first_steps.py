"""What a newcomer does first."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE


def test_a_resident_logs_in_reads_and_logs_out(visit):
    page = visit("resident@example.org")
    expect(page.get_by_role("heading", name="내 할 일")).to_be_visible()
    page.get_by_role("banner").get_by_role("link", name="알림").click()
    expect(page.get_by_role("heading", name="알림")).to_be_visible()
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("link", name="로그인")).to_be_visible()


def test_a_visitor_switches_to_english_and_back(visit):
    page = visit()
    page.goto("/stages/")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/stages/")
    page.get_by_role("button", name="한국어").click()
    assert page.locator("html").get_attribute("lang") == "ko"


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit(size=PHONE)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "본문 바로가기"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_stranger_signs_up(visit):
    page = visit()
    page.goto("/signup/")
    page.get_by_role("textbox", name="이름").fill("새주민")
    page.get_by_role("textbox", name="전자우편").fill("new@example.org")
    page.get_by_label("비밀번호").fill("password1")
    page.get_by_label("이름과 전자우편을").check()
    page.get_by_role("main").get_by_role("button", name="가입").click()
    assert page.get_by_role("textbox", name="이름").input_value() == "새주민"
    page.get_by_label("비밀번호").fill("긴 비밀번호 하나")
    page.get_by_label("이름과 전자우편을").check()
    page.get_by_role("main").get_by_role("button", name="가입").click()
    expect(page.get_by_role("heading", name="내 할 일")).to_be_visible()


def test_a_wrong_password_keeps_the_address(visit):
    page = visit()
    page.goto("/login/")
    page.get_by_label("전자우편").fill("city@example.org")
    page.get_by_label("비밀번호").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="로그인").click()
    expect(page.get_by_text("맞지 않습니다")).to_be_visible()
    assert page.get_by_label("전자우편").input_value() == "city@example.org"
