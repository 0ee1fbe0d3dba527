"""Slips, accidents and mischief in a real browser: a clear message beside the field, and nothing typed is lost.

What needs no browser is tried beside each app (``tests/test_*_limits.py``, ``test_rounds_bad_input.py``, …).
"""

from __future__ import annotations

import datetime
import time
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.test_idea import picture

NOW = datetime.datetime.now(ZoneInfo("Asia/Seoul"))
OPEN_YEAR = NOW.year + 1
OPEN = f"{OPEN_YEAR}년 시-구 상향적·협력적 일자리창출사업 (예시)"
SCRIPT = "<script>document.title='뚫림'</script><img src=x onerror=\"document.title='뚫림'\"><b>굵게</b>"
HUGE = 200_000_000
CITY, MEMBER, RESIDENT = "city@example.org", "member@example.org", "resident@example.org"
IDEA = {
    "제목": "우이천 자전거 수리소",
    "어떤 어려움이나": "자전거를 고칠 곳이 없습니다\n\n두 번째 문단입니다",
    "누구를 위한": "자전거를 타는 주민",
    "어디에서": "우이천 수유교 아래",
    "어떤 일자리": "수리 기사 두 명",
}


def main(page):
    return page.get_by_role("main")


def press(page, name: str) -> None:
    main(page).get_by_role("button", name=name, exact=True).click()


def follow(page, name: str) -> None:
    main(page).get_by_role("link", name=name).first.click()


def begin_idea(page, **other: str) -> None:
    page.goto("/ideas/new/")
    page.get_by_label("자치구").select_option(label="강북구")
    for label, words in (IDEA | other).items():
        page.get_by_label(label).fill(words)


def idea_is_still_there(page) -> None:
    for label, words in IDEA.items():
        assert page.get_by_label(label).input_value() == words
    assert page.get_by_label("자치구").locator("option:checked").inner_text() == "강북구"


def fault(page, label: str) -> str:
    """What stands beside a field, as a screen reader finds it."""
    field = page.get_by_label(label)
    assert field.get_attribute("aria-invalid") == "true"
    words = [page.locator(f"[id='{name}']").inner_text() for name in field.get_attribute("aria-describedby").split()]
    return " ".join(words)


def section_text(page):
    return page.get_by_role("textbox", name="내용")


def own_plan(page) -> None:
    """To the one draft of the member's organisation."""
    page.goto("/desk/")
    follow(page, "계획서 이어 쓰기")
    main(page).locator("tbody a").first.click()


def test_a_picture_of_200_megabytes_is_answered_quickly_and_the_text_stays(visit, tmp_path):
    file = tmp_path / "큰사진.jpg"
    with file.open("wb") as empty:
        empty.truncate(HUGE)
    page = visit(RESIDENT)
    begin_idea(page)
    page.get_by_label("사진 1", exact=True).set_input_files(file)
    page.get_by_label("사진 1 설명").fill("너무 큰 사진")
    begun = time.monotonic()
    press(page, "올리기")
    page.get_by_role("alert").wait_for(timeout=60_000)
    assert time.monotonic() - begun < 30
    assert "MB" in page.locator("#id_picture_1_error").inner_text()
    idea_is_still_there(page)


def test_a_picture_that_is_no_picture(visit):
    page = visit(RESIDENT)
    begin_idea(page)
    letter = {"name": "사진.jpg", "mimeType": "image/jpeg", "buffer": "사진이 아닙니다".encode()}
    page.get_by_label("사진 1", exact=True).set_input_files(letter)
    page.get_by_label("사진 1 설명").fill("사진이 아닌 사진")
    press(page, "올리기")
    assert "읽을 수 없는" in page.locator("#id_picture_1_error").inner_text()
    idea_is_still_there(page)


def test_the_same_idea_sent_twice_stands_once(visit):
    page = visit(RESIDENT)
    title = "두 번 보낸 아이디어"
    begin_idea(page, 제목=title)
    page.get_by_label("사진 1", exact=True).set_input_files(picture())
    page.get_by_label("사진 1 설명").fill("불 꺼진 골목")
    main(page).get_by_role("button", name="올리기", exact=True).dblclick()
    page.get_by_role("heading", name=title).wait_for()
    page.goto(f"/ideas/?q={title}")
    assert main(page).get_by_role("link", name=title).count() == 1


def test_a_login_lost_in_the_middle_of_a_section_loses_no_word(visit):
    page = visit(MEMBER)
    own_plan(page)
    section = page.locator(".plan-section").nth(1)
    title = section.locator("h3").inner_text()
    section.get_by_role("link", name="고치기").click()
    words = f'첫 문단\n\n둘째 문단: 5 < 7 & "따옴표" {SCRIPT}'
    section_text(page).fill(words)
    page.context.clear_cookies()
    press(page, "저장")
    expect(page.get_by_role("heading", name="다시 로그인해 주세요")).to_be_visible()
    page.get_by_label("전자우편").fill(MEMBER)
    page.get_by_label("비밀번호").fill("틀린 비밀번호")
    press(page, "로그인하고 이어서 하기")
    page.get_by_label("비밀번호").fill("sanghyeop-demo")
    press(page, "로그인하고 이어서 하기")
    press(page, "이어서 보내기")
    page.get_by_text("저장했습니다").wait_for()
    written = page.get_by_role("region", name=title).locator(".words")
    assert written.inner_text() == words
    assert page.title() != "뚫림"


def test_script_in_any_text_is_shown_as_text(visit):
    page = visit(RESIDENT)
    begin_idea(page, **{label: f"{words} {SCRIPT}" for label, words in IDEA.items() if label != "제목"})
    page.get_by_label("제목").fill("스크립트 <b>굵게</b>")
    press(page, "미리보기")
    shown = [main(page).inner_html()]
    press(page, "올리기")
    page.get_by_label("의견").fill(SCRIPT)
    press(page, "의견 쓰기")
    assert page.get_by_text(SCRIPT).count() > 1
    idea = page.url.split("#")[0]
    shown.append(main(page).inner_html())
    page.goto("/ideas/?q=스크립트")
    shown.append(main(page).inner_html())

    district = visit("district@example.org")
    district.goto(idea)
    follow(district, "답변하기")
    district.get_by_label("채택하지 않습니다").check()
    district.get_by_label("답변", exact=False).last.fill(SCRIPT)
    press(district, "답변하기")
    shown.append(main(district).inner_html())

    member = visit(MEMBER)
    own_plan(member)
    follow(member, "의견")
    member.get_by_label("의견").fill(SCRIPT)
    press(member, "의견 남기기")
    expect(member.get_by_text(SCRIPT).first).to_be_visible()
    shown.append(main(member).inner_html())
    for markup in shown:
        assert "<script>" not in markup
        assert '<img src="x"' not in markup
        assert "<b>" not in markup
    assert all(seen.title() != "뚫림" for seen in (page, district, member))


@pytest.mark.parametrize(
    ("tab", "label", "typed"),
    [("예산", "금액", "1000000000000000000"), ("예산", "금액", "-5,000"), ("예산", "금액", "3억쯤"),
     ("인력", "개월", "-3"), ("인력", "개월", "13"), ("인력", "주당 시간", "200")],
)  # fmt: skip
def test_numbers_that_cannot_be_are_told_by_the_field(visit, tab, label, typed):
    page = visit(MEMBER)
    own_plan(page)
    page.get_by_role("navigation", name="계획서 안").get_by_role("link", name=tab, exact=True).click()
    filled = {
        "예산": {"내역": "공구", "금액": "1,000"},
        "인력": {"직무": "안내원", "인원": "1", "개월": "3", "주당 시간": "20", "시급": "13000"},
    }
    if tab == "예산":
        page.get_by_label("비목").select_option(label="운영비")
        page.get_by_label("재원").select_option(label="시비")
    for box, words in (filled[tab] | {label: typed}).items():
        page.get_by_label(box).fill(words)
    press(page, "더하기")
    if not (told := page.get_by_label(label).evaluate("box => box.validationMessage")):
        page.locator(".is-error").first.wait_for()
        told = fault(page, label)
    assert told
    for box, words in (filled[tab] | {label: typed}).items():
        assert page.get_by_label(box).input_value() == words
    if tab == "예산":
        assert page.get_by_label("비목").locator("option:checked").inner_text() == "운영비"


def test_a_round_whose_rules_do_not_add_up_cannot_open(visit):
    page = visit(CITY)
    page.goto("/manage/rounds/")
    main(page).get_by_role("button", name="복사해 다음 해 연차 만들기").click()
    overview = page.url
    follow(page, "심사 항목")
    points = page.get_by_role("textbox", name="배점").first
    points.fill("0")
    press(page, "저장")
    assert page.locator(".is-error").count() > 0
    assert points.input_value() == "0"
    points.fill("24")
    press(page, "저장")
    page.goto(overview)
    expect(page.locator("#checks + ul").get_by_text("100점이 되어야 합니다")).to_be_visible()
    assert page.get_by_role("button", name="공모 열기").count() == 0
    follow(page, "선정 규칙")
    page.get_by_label("점수 가중치").fill("0")
    page.get_by_label("일자리 가중치").fill("0")
    press(page, "저장")
    if page.locator(".is-error").count() == 0:
        page.goto(overview)
        expect(page.get_by_text("가중치가 모두 0입니다")).to_be_visible()


def test_two_tabs_on_one_rule_never_overwrite_each_other(visit):
    page = visit(CITY)
    page.goto("/manage/rounds/")
    follow(page, OPEN)
    follow(page, "기본 사항")
    other = page.context.new_page()
    other.goto(page.url)
    for tab, words in ((page, "먼저 고친 목적"), (other, "나중에 고친 목적")):
        tab.get_by_label("공모 목적", exact=False).first.fill(words)
        tab.get_by_label("고치는 까닭").fill(f"{words}: 까닭")
        press(tab, "저장")
    expect(page.get_by_text("저장했습니다")).to_be_visible()
    expect(other.get_by_text("먼저 고친 목적").first).to_be_visible()
    assert other.get_by_label("공모 목적", exact=False).first.input_value() == "나중에 고친 목적"
    assert other.get_by_label("고치는 까닭").input_value() == "나중에 고친 목적: 까닭"
    press(other, "저장")
    expect(other.get_by_text("저장했습니다")).to_be_visible()


def test_a_solver_that_finds_no_portfolio_names_the_rules_that_clash(visit):
    page = visit(CITY)
    page.goto("/selection/")
    main(page).get_by_role("link", name="추가 공모").click()
    follow(page, "새 시나리오")
    page.get_by_label("참여 자치구 하한").fill("25")
    page.get_by_label("선정 사업 수").fill("3")
    press(page, "계산하기")
    clash = page.get_by_role("table", name="서로 부딪치는 규칙")
    expect(clash.get_by_text("참여 자치구 하한").first).to_be_visible()
    follow(page, "이 조건에서 새로 시작")
    assert page.get_by_label("참여 자치구 하한").input_value() == "25"
    page.get_by_label("점수 가중치").fill("0")
    page.get_by_label("일자리 가중치").fill("0")
    press(page, "계산하기")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.get_by_label("참여 자치구 하한").input_value() == "25"


def test_the_deadline_passes_while_the_form_is_open(visit, site):
    page = visit(RESIDENT)
    begin_idea(page)
    parties = [visit(who) for who in (MEMBER, "district@example.org", CITY)]
    member = parties[0]
    own_plan(member)
    for party in parties:
        party.goto(member.url)
        follow(party, "읽고 서명하기")
        main(party).get_by_role("button", name="이 내용에 서명합니다").first.click()
    member.goto(parties[1].url)
    hour_ago = f"{NOW - datetime.timedelta(hours=1):%Y-%m-%dT%H:%M}"
    site.manage("set_calendar", str(OPEN_YEAR), "ideas", hour_ago)
    site.manage("set_calendar", str(OPEN_YEAR), "plans", hour_ago)
    press(page, "올리기")
    expect(page.get_by_role("alert")).to_be_visible()
    kept = page.get_by_label("적으신 내용").input_value()
    assert all(words in kept for words in IDEA.values())
    press(member, "제출하기")
    expect(member.get_by_role("heading", name="제출하지 못했습니다")).to_be_visible()
    expect(member.get_by_text("에 마감되었습니다").first).to_be_visible()
    member.goto(parties[1].url)
    expect(member.get_by_text("계획서는 초안으로 남아 있습니다").first).to_be_visible()
