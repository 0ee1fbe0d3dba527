"""To the first payslip, on a phone and in the office."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

MEMBER, WORKER = "member@example.org", "worker@example.org"


def test_a_participant_comes_goes_and_reads_the_payslip_on_a_phone(visit, barriers):
    page = visit(WORKER, PHONE)
    page.goto("/employment/")
    assert barriers(page) == []
    if page.get_by_role("button", name="출근하기").count():
        page.get_by_role("button", name="출근하기").click()
        page.get_by_role("button", name="퇴근하기").click()
    expect(page.get_by_text("까지 일했습니다")).to_be_visible()
    page.get_by_role("link", name="내 근무 기록").click()
    assert barriers(page) == []
    page.goto("/employment/")
    page.get_by_role("main").locator("a[href*='/payslips/']").first.click()
    expect(page.get_by_text("받는 돈").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="주휴수당")).to_be_visible()
    page.get_by_text("쓰인 값과 출처").click()
    assert barriers(page) == []
    paper = page.request.get(page.get_by_role("link", name="임금명세서 PDF").get_attribute("href"))
    assert paper.body()[:5] == b"%PDF-"


def test_the_operator_writes_a_contract_beside_the_borders(visit, barriers):
    page = visit(MEMBER)
    page.goto("/employment/projects/")
    assert barriers(page) == []
    page.get_by_role("row").filter(has_text="1").get_by_role("link").first.click()
    page.get_by_role("link", name="계약서 쓰기").first.click()
    expect(page.get_by_role("rowheader", name="한 주 15시간 이상")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("시급(원)").fill("5,000")
    page.get_by_label("하는 일").fill("현장 일을 돕습니다.")
    page.get_by_role("button", name="저장하기").click()
    page.get_by_role("button", name="서명하고 참여자에게 보내기").click()
    assert "보다 낮습니다" in page.get_by_role("alert").inner_text()
    assert barriers(page) == []


def test_no_page_of_work_and_pay_has_a_barrier_on_a_phone(visit, barriers):
    found = []
    page = visit(MEMBER, PHONE)
    page.goto("/employment/projects/")
    page.get_by_role("row").filter(has_text="현장").or_(page.get_by_role("row").nth(1)).get_by_role(
        "link"
    ).first.click()
    for name in ("근무 기록", "휴가", "임금", "간접 일자리"):
        page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
        found += barriers(page)
    for email, pages in {
        MEMBER: ["/employment/planner/?hours=14&wage=12,121&starts_on=2026-03-02&months=9&born_on=1961-06-01"],
        "city@example.org": ["/employment/jobs/", "/employment/jobs/?by=age", "/employment/jobs/vacancies/"],
    }.items():
        page = visit(email, PHONE)
        for address in pages:
            page.goto(address)
            found += barriers(page)
    assert found == []
