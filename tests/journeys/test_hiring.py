"""A resident finds a job on a phone, ranks posts, sends, hands in a paper; the district looks at who applied."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE


def test_a_resident_applies_on_a_phone(visit, barriers):
    page = visit("resident@example.org", PHONE)
    page.goto("/jobs/")
    assert barriers(page) == []
    page.get_by_role("link", name="번동 이웃 저녁밥터 참여자 모집").click()
    assert barriers(page) == []
    page.get_by_role("link", name="이 자리에 지원하기 : 배달과 안부").click()
    page.get_by_label("자리 더하기").select_option(label="조리")
    page.get_by_role("button", name="더하기").click()
    page.get_by_role("button", name="위로 : 조리").click()
    expect(page.locator("#wishes ~ ol strong")).to_have_text(["1. 조리", "2. 배달과 안부"])
    page.get_by_label("생년월일").fill("900101-1234567")
    page.get_by_label("휴대전화").fill("010-2222-3333")
    page.get_by_role("group", name="지금 일자리가 없습니까?").get_by_label("예", exact=True).check()
    page.get_by_role("group", name="지금 다른 공공일자리").get_by_label("아니요").check()
    page.get_by_label("위 내용을 읽었고").check()
    page.get_by_role("button", name="지원서 보내기").click()
    expect(page.locator("#id_born_on_error")).to_be_visible()
    assert page.get_by_label("휴대전화").input_value() == "010-2222-3333"
    assert barriers(page) == []
    page.get_by_label("생년월일").fill("19900101")
    page.get_by_label("휴대전화").press("Enter")  # sends the form, moves no post
    page.get_by_text("지원서를 받았습니다").wait_for()
    assert barriers(page) == []
    page.get_by_role("link", name="서류 내기").click()
    page.get_by_label("서류 이름").fill("납부확인서")
    page.get_by_label("파일").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    assert barriers(page) == []
    page.get_by_role("button", name="내기", exact=True).click()
    page.get_by_role("link", name="내려받기 : 납부확인서").wait_for()
    page.get_by_role("link", name="고치기").first.click()
    page.get_by_role("button", name="빼기 : 조리").click()
    page.get_by_role("button", name="고쳐서 보내기").click()
    page.get_by_text("지원서를 고쳤습니다").wait_for()


def test_a_resident_answers_an_offer_on_a_phone(visit, barriers):
    page = visit("resident@example.org", PHONE)
    page.get_by_role("link", name="합격에 답하기").click()
    assert barriers(page) == []
    page.get_by_role("button", name="수락하기").click()
    page.get_by_text("수락하셨습니다").first.wait_for()


def test_the_district_opens_an_application_and_corrects_a_decision(visit, barriers):
    page = visit("district@example.org", DESK)
    page.goto("/jobs/office/")
    page.get_by_role("link", name="가을 참여자 모집 (예시)").first.click()
    page.get_by_role("link", name="지원자", exact=True).click()
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name="고치기 : 가구 소득이").first.click()
    page.get_by_role("group", name="판단").get_by_label("맞음", exact=True).check()
    page.get_by_label("까닭").fill("건강보험료로 확인했습니다")
    page.get_by_role("button", name="고치기").click()
    page.get_by_text("판단을 고쳤습니다").wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_of_hiring_has_a_barrier(visit, barriers, size):
    found = []
    for email, pages in {
        None: ["/jobs/", "/jobs/?q=조리", "/jobs/1/", "/jobs/2/", "/jobs/intakes/1/", "/jobs/intakes/2/"],
        "district@example.org": ["/jobs/office/", "/jobs/office/intakes/new/", "/jobs/office/intakes/1/",
                                 "/jobs/office/intakes/2/", "/jobs/office/intakes/2/applicants/",
                                 "/jobs/office/intakes/1/placements/", "/jobs/office/applicants/1/"],
        "city@example.org": ["/jobs/office/rounds/2/rules/"],
    }.items():  # fmt: skip
        page = visit(email, size)
        for address in pages:
            page.goto(address)
            found += barriers(page)
    assert found == []
