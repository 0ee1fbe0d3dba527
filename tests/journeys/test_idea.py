"""An idea in the browser: written by a visitor, supported by a neighbour, answered by the district."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE

TITLE = "빈집을 고쳐 아이들 저녁밥터로"


def picture() -> dict:
    written = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(written, "JPEG")
    return {"name": "골목.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def test_a_visitor_writes_first_logs_in_then_and_posts(visit, barriers):
    page = visit(size=PHONE)
    page.goto("/ideas/")
    page.get_by_role("link", name="아이디어 올리기").click()
    page.get_by_label("자치구").select_option(label="강북구")
    page.get_by_label("제목").fill(TITLE)
    page.get_by_label("어떤 어려움이나").fill("저녁을 혼자 먹는 아이가 많습니다")
    page.get_by_label("누구를 위한").fill("초등학생")
    page.get_by_label("어디에서").fill("번동 골목")
    page.get_by_label("어떤 일자리").fill("조리와 돌봄 여섯 명")
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    page.get_by_label("전자우편").fill("resident@example.org")
    page.get_by_label("비밀번호").fill("sanghyeop-demo")
    page.get_by_role("main").get_by_role("button", name="로그인").click()
    assert page.get_by_label("제목").input_value() == TITLE
    assert page.get_by_label("자치구").locator("option:checked").inner_text() == "강북구"
    page.get_by_label("사진 1", exact=True).set_input_files(picture())
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    expect(page.locator("#id_alt_1_error")).to_be_visible()
    assert page.get_by_label("어떤 일자리").input_value() == "조리와 돌봄 여섯 명"
    assert barriers(page) == []
    page.get_by_label("사진 1", exact=True).set_input_files(picture())
    page.get_by_label("사진 1 설명").fill("불 꺼진 빈집")
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    image = page.get_by_alt_text("불 꺼진 빈집")
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.pictures img').naturalWidth > 0")
    assert barriers(page) == []


def test_going_back_and_sending_the_same_leads_to_the_first_idea_and_new_words_are_a_new_one(visit):
    page = visit("resident@example.org")
    page.goto("/ideas/new/")
    page.get_by_label("자치구").select_option(label="강북구")
    page.get_by_label("제목").fill("골목 우편함 고치기")
    page.get_by_label("어떤 어려움이나").fill("우편함이 낡아 편지를 잃어버립니다")
    page.get_by_label("누구를 위한").fill("골목 주민")
    page.get_by_label("어디에서").fill("번동 골목")
    page.get_by_label("어떤 일자리").fill("목공 두 명")
    key = page.locator("form[enctype] input[name=once]").input_value()
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    page.get_by_role("status").get_by_text("아이디어를 올렸습니다").wait_for()
    first = page.url
    page.go_back()
    assert page.get_by_label("제목").input_value() == "골목 우편함 고치기"
    assert page.locator("form[enctype] input[name=once]").input_value() == key
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    page.get_by_text("이미 보내신 양식").wait_for()
    assert page.url == first

    page.go_back()
    page.get_by_label("제목").fill("골목 의자 고치기")
    page.get_by_role("main").get_by_role("button", name="올리기").click()
    page.get_by_role("heading", name="골목 의자 고치기").wait_for()
    assert page.url != first


def test_ideas_like_it_are_shown_while_someone_types(visit):
    page = visit("member@example.org")
    page.goto("/ideas/new/")
    page.get_by_label("제목").press_sequentially("빈집 저녁밥터 아이들")
    found = page.locator("#alike").get_by_role("link", name=TITLE)
    found.wait_for()


def test_a_neighbour_supports_with_the_keyboard_and_takes_it_back(visit):
    page = visit("member@example.org")
    page.goto(f"/ideas/?q={TITLE[:4]}")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="지지하기").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="지지 거두기").wait_for()
    expect(page.get_by_text("1명이 지지합니다")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "support-button"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="지지하기").wait_for()


def test_the_district_takes_it_through_to_an_answer(visit, barriers):
    page = visit("district@example.org")
    page.goto(f"/ideas/district/?q={TITLE[:4]}")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="부서 검토 적기").click()
    page.get_by_label("검토 부서").fill("일자리경제과")
    page.get_by_label("할 수 있음").check()
    page.get_by_label("검토 의견").fill("빈집 사업과 함께 할 수 있습니다")
    page.get_by_role("button", name="적기").click()
    page.get_by_role("button", name="위원회에 올리기").click()
    page.get_by_role("link", name="위원회 회의 기록하기").click()
    page.get_by_label("회의 날짜").fill("2026-01-20")
    page.get_by_label("참석 위원 수").fill("9")
    page.get_by_label("회의 내용").fill("모두 찬성했습니다")
    row = page.get_by_role("group", name=TITLE)
    row.get_by_label("결정").select_option(label="선정")
    row.get_by_label("까닭").fill("아이들에게 꼭 필요합니다")
    assert barriers(page) == []
    page.get_by_role("button", name="기록하기").click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="답변하기").click()
    page.get_by_label("채택합니다").check()
    page.get_by_label("답변", exact=False).last.fill("내년에 함께 계획하겠습니다")
    page.get_by_role("button", name="답변하기").click()
    expect(page.get_by_role("link", name="이 아이디어로 사업계획 세우기")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_of_ideas_has_a_barrier(visit, barriers, size):
    found = []
    for email, pages in {
        None: ["/ideas/", "/ideas/?q=돌봄", "/ideas/unanswered/", "/ideas/new/", "/ideas/1/"],
        "district@example.org": ["/ideas/district/", "/ideas/district/counter/", "/ideas/district/meetings/",
                                 "/ideas/district/meetings/new/", "/ideas/district/reports/"],
    }.items():  # fmt: skip
        page = visit(email, size)
        for address in pages:
            page.goto(address)
            found += barriers(page)
    assert found == []
