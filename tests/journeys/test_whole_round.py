"""A whole round as people live it, through the pages only: from a copied call to the published selection.

The stories build on each other in the order of the file. A round of the year after next is made and lived through to
its publication with one plan; choosing among many plans is told with the demo's supplementary call.
"""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.test_idea import picture

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime.datetime.now(SEOUL)
YEAR = NOW.year + 2
ROUND = f"{YEAR}년 시-구 상향적·협력적 일자리창출사업 (예시)"
CITY, SECOND_CITY, DISTRICT, MEMBER = (
    "city@example.org",
    "city2@example.org",
    "district@example.org",
    "member@example.org",
)
RESIDENT, EXPERT, REVIEWER, CHAIR = (
    "resident@example.org",
    "expert@example.org",
    "reviewer@example.org",
    "chair@example.org",
)
IDEA = "우이천 자전거 수리와 안내소"


def moment(days: int, hour: int = 18) -> str:
    """A day from today and an hour, as the calendar's boxes take them."""
    return f"{NOW + datetime.timedelta(days=days):%Y-%m-%d}T{hour:02}:00"


def main(page):
    return page.get_by_role("main")


def press(page, name: str):
    main(page).get_by_role("button", name=name, exact=True).click()


def follow(page, name: str):
    main(page).get_by_role("link", name=name).first.click()


def overview(page, round_name: str = ROUND) -> None:
    """To the officer's page of a round."""
    page.goto("/manage/rounds/")
    main(page).get_by_role("link", name=round_name, exact=True).click()


def test_a_city_officer_copies_a_round_sets_it_up_and_opens_it(visit):
    page = visit(CITY)
    page.goto("/manage/rounds/")
    main(page).get_by_role("button", name=f"{YEAR - 1}년 연차를 복사해").click()
    expect(page.get_by_role("heading", name=ROUND)).to_be_visible()
    expect(page.get_by_text("에서 복사함")).to_be_visible()

    follow(page, "일정")
    calendar = {
        "아이디어 접수": (0, 8),
        "계획서 접수": (0, 10),
        "심사": (11, 20),
        "선정": (21, 25),
        "사업 기간": (60, 425),
    }
    for step, (first, last) in calendar.items():
        page.get_by_label(f"{step} 시작").fill(moment(first, 0))
        page.get_by_label(f"{step} 마감").fill(moment(last))
    press(page, "저장")
    expect(page.get_by_text("저장했습니다")).to_be_visible()

    follow(page, "심사 규칙")
    page.get_by_label("계획서당 심사위원 수").fill("2")
    page.get_by_label("최소 심사표").fill("2")
    press(page, "저장")
    expect(page.get_by_text("저장했습니다")).to_be_visible()

    follow(page, "선정 규칙")
    page.get_by_label("참여 자치구").fill("1")
    press(page, "저장")
    expect(page.get_by_text("저장했습니다")).to_be_visible()

    follow(page, ROUND)
    assert page.get_by_text("채울 것").count() == 0
    page.get_by_label("공모를 열면").check()
    press(page, "공모 열기")
    expect(page.get_by_text("계획서를 받고 있습니다")).to_be_visible()


def test_a_resident_posts_an_idea_and_a_neighbour_supports_it(visit):
    page = visit(RESIDENT)
    page.goto("/ideas/new/")
    page.get_by_label("연차").select_option(label=ROUND)
    page.get_by_label("자치구").select_option(label="강북구")
    page.get_by_label("분야").select_option(label=f"{ROUND} · 기후·환경")
    page.get_by_label("제목").fill(IDEA)
    page.get_by_label("어떤 어려움이나").fill("우이천을 달리는 사람은 많은데 자전거를 고칠 곳이 없습니다")
    page.get_by_label("누구를 위한").fill("자전거를 타는 주민")
    page.get_by_label("어디에서").fill("우이천 수유교 아래")
    page.get_by_label("어떤 일자리").fill("수리 기사 두 명, 안내원 두 명")
    page.get_by_label("사진 1", exact=True).set_input_files(picture())
    page.get_by_label("사진 1 설명").fill("펑크 난 자전거")
    press(page, "올리기")
    expect(page.get_by_role("heading", name=IDEA)).to_be_visible()
    expect(page.get_by_alt_text("펑크 난 자전거")).to_be_visible()

    neighbour = visit(MEMBER)
    neighbour.goto(page.url)
    press(neighbour, "지지하기")
    neighbour.get_by_text("1명이 지지합니다").wait_for()
    neighbour.get_by_label("의견").fill("우리 단체에 수리를 가르칠 사람이 있습니다")
    press(neighbour, "의견 쓰기")
    page.reload()
    expect(page.get_by_text("우리 단체에 수리를 가르칠 사람이 있습니다")).to_be_visible()


def test_the_district_checks_it_puts_it_before_its_committee_and_adopts_it(visit):
    page = visit(DISTRICT)
    page.goto(f"/ideas/district/?q={IDEA[:3]}")
    follow(page, IDEA)
    follow(page, "부서 검토 적기")
    page.get_by_label("검토 부서").fill("교통행정과")
    page.get_by_label("할 수 있음").check()
    page.get_by_label("검토 의견").fill("다리 아래 빈터를 쓸 수 있습니다")
    press(page, "적기")
    press(page, "위원회에 올리기")
    follow(page, "위원회 회의 기록하기")
    page.get_by_label("회의 날짜").fill(f"{NOW:%Y-%m-%d}")
    page.get_by_label("참석 위원 수").fill("7")
    page.get_by_label("회의 내용").fill("여섯 분이 찬성했습니다")
    row = page.get_by_role("group", name=IDEA)
    row.get_by_label("결정").select_option(label="선정")
    row.get_by_label("까닭").fill("주민이 가장 많이 묻는 일입니다")
    press(page, "기록하기")
    follow(page, IDEA)
    follow(page, "답변하기")
    page.get_by_label("채택합니다").check()
    page.get_by_label("답변", exact=False).last.fill("내년에 함께 계획하겠습니다")
    press(page, "답변하기")
    expect(page.get_by_role("link", name="이 아이디어로 사업계획 세우기")).to_be_visible()

    resident = visit(RESIDENT)
    resident.goto("/notices/")
    expect(main(resident).get_by_text(IDEA).first).to_be_visible()


SECTIONS_BY = {0: MEMBER, 1: DISTRICT, 2: CITY}  # who writes a section: each of the three in turn
POSITIONS = (("자전거 수리 기사", "2", "10", "30", "13000"), ("안내원", "2", "10", "20", "13000"))
BUDGET = (
    ("인건비", "시비", "수리 기사와 안내원 임금", "50,000,000"),
    ("인건비", "구비", "수리 기사와 안내원 임금", "２５，０００，０００원"),
    ("운영비", "시비", "부품과 공구", "10000000"),
    ("운영비", "자부담", "홍보물", "3,000,000"),
)


def plan_page(page) -> None:
    """To the plan of this story, through the list."""
    page.goto("/plans/")
    page.get_by_label("연차").select_option(label=ROUND)
    press(page, "찾기")
    follow(page, IDEA)


def test_three_parties_write_one_plan(visit):
    member = visit(MEMBER)
    member.goto(f"/ideas/?q={IDEA[:3]}")
    follow(member, IDEA)
    follow(member, "이 아이디어로 사업계획 세우기")
    member.get_by_label("한 줄 소개").fill("우이천에서 자전거를 고치고 길을 알려 드립니다")
    press(member, "시작하기")
    expect(member.get_by_role("heading", name=IDEA)).to_be_visible()

    pages = {MEMBER: member, DISTRICT: visit(DISTRICT), CITY: visit(CITY)}
    for page in pages.values():
        plan_page(page)
    titles = [title.inner_text() for title in member.locator(".plan-section h3").all()]
    assert len(titles) > 2
    for number, title in enumerate(titles):
        page = pages[SECTIONS_BY[number % 3]]
        section = page.get_by_role("region", name=title, exact=True)
        section.get_by_role("link", name="고치기").click()
        section.get_by_label("내용").fill(f"{title}: 우이천 사업의 내용입니다.")
        section.get_by_role("button", name="저장").click()
        page.get_by_text("저장했습니다").wait_for()
    member.reload()
    assert member.get_by_text("아직 쓰지 않음").count() == 0


def test_two_people_change_the_same_section_and_lose_nothing(visit):
    first, second = visit(MEMBER), visit(DISTRICT)
    for page, words in ((first, "단체가 고친 글입니다."), (second, "구가 고친 글입니다.")):
        plan_page(page)
        section = page.locator(".plan-section").first
        section.get_by_role("link", name="고치기").click()
        section.get_by_label("내용").fill(words)
    second.get_by_text("최모아님이 지금 이 부분을 고치고 있습니다").wait_for()
    press(first, "저장")
    first.get_by_text("저장했습니다").wait_for()
    press(second, "저장")
    expect(second.get_by_role("heading", name="다른 사람도 고쳤습니다")).to_be_visible()
    proposed = second.get_by_label("내용")
    assert "단체가 고친 글입니다." in proposed.input_value()
    assert "구가 고친 글입니다." in proposed.input_value()
    proposed.fill("단체와 구가 함께 다듬은 글입니다.")
    press(second, "이 글로 저장")
    first.reload()
    expect(first.get_by_text("단체와 구가 함께 다듬은 글입니다.")).to_be_visible()


def test_they_reckon_jobs_money_and_months_with_the_rules_beside_them(visit):
    page = visit(MEMBER)
    plan_page(page)
    follow(page, "인력")
    for title, number, months, hours, wage in POSITIONS:
        page.get_by_label("직무").fill(title)
        page.get_by_label("인원").fill(number)
        page.get_by_label("개월").fill(months)
        page.get_by_label("주당 시간").fill(hours)
        page.get_by_label("시급").fill(wage)
        press(page, "더하기")
        page.get_by_role("rowheader", name=title).wait_for()
    assert page.get_by_role("row", name="1차 합계").get_by_role("cell").first.inner_text() == "4"

    follow(page, "예산")
    for number, (category, purse, item, amount) in enumerate(BUDGET, start=1):
        page.get_by_label("비목").select_option(label=category)
        page.get_by_label("재원").select_option(label=purse)
        page.get_by_label("내역").fill(item)
        if number == 1:
            page.get_by_label("금액").fill("300,000,000")
            page.get_by_text("아직 저장하지 않았습니다").wait_for()
            limit = page.get_by_role("table", name="공모 규칙 점검").get_by_role("row", name="사업당 시비 한도")
            limit.get_by_text("고쳐야 함").wait_for()
        page.get_by_label("금액").fill(amount)
        press(page, "더하기")
        lines = page.get_by_role("table", name="예산 줄").locator("tbody tr")
        expect(lines).to_have_count(number)
    expect(page.get_by_role("table", name="공모 규칙 점검").get_by_text("고쳐야 함")).to_have_count(1)

    district = visit(DISTRICT)
    plan_page(district)
    follow(district, "예산")
    district.get_by_role("link", name="고치기 수리 기사와 안내원 임금").last.click()
    district.get_by_role("heading", name="예산 줄 고치기").wait_for()
    district.get_by_label("금액").fill("30,000,000")
    press(district, "저장")
    district.get_by_text("저장했습니다").wait_for()
    expect(district.get_by_role("table", name="공모 규칙 점검").get_by_text("고쳐야 함")).to_have_count(0)

    follow(page, "수입·비용")
    page.get_by_text("표 계산 프로그램에서 붙여 넣기").click()
    rows = "\n".join(f"{month}\t{month * 100_000}\t500,000" for month in range(1, 13))
    page.get_by_label("붙여 넣을 줄").fill(rows)
    press(page, "위의 표에 채우기")
    assert page.get_by_label("12개월째 수입").input_value().replace(",", "") == "1200000"
    press(page, "저장")
    expect(page.get_by_text("저장했습니다")).to_be_visible()


def test_all_three_sign_the_same_content_and_submit_it(visit):
    pages = {who: visit(who) for who in (MEMBER, DISTRICT, CITY)}
    for page in pages.values():
        plan_page(page)
        follow(page, "읽고 서명하기")
        main(page).get_by_role("button", name="이 내용에 서명합니다").first.click()
        expect(page.get_by_text("서명했습니다.", exact=True)).to_be_visible()
    member = pages[MEMBER]
    plan_page(member)
    press(member, "제출하기")
    expect(member.get_by_role("heading", name="접수증")).to_be_visible()
    expect(member.get_by_text("자전거 수리 기사").first).to_be_visible()
    follow(member, "접수한 내용이 그대로인지 확인")
    expect(member.get_by_text("같습니다").first).to_be_visible()
    plan_page(member)
    expect(member.get_by_text("제출한 계획서는 고칠 수 없습니다")).to_be_visible()
    assert member.get_by_role("link", name="고치기").count() == 0


PANEL = ((CHAIR, "오위원", "전문"), (REVIEWER, "한심사", "전문"), (EXPERT, "정숙성", "조금"))


def name_member(page, name: str, level: str = "모름", district: str = "", chair: bool = False) -> None:
    page.get_by_label("이름으로 찾기").fill(name)
    press(page, "찾기")
    if district:
        page.get_by_label("사는 자치구").select_option(label=district)
    if chair:
        page.get_by_label("위원장").check()
    page.get_by_label("기후·환경").select_option(label=level)
    press(page, "위촉하고 알리기")
    expect(main(page).get_by_role("rowheader", name=name)).to_be_visible()


def test_the_city_officer_names_a_panel_and_assigns_it_around_conflicts(visit, site):
    page = visit(CITY)
    overview(page)
    assert page.get_by_role("button", name="심사 시작").count() == 0
    site.manage("set_calendar", str(YEAR), "plans", moment(-1))
    site.manage("set_calendar", str(YEAR), "review", moment(5), "--opens", moment(-1))
    page.reload()
    page.get_by_label("심사를 시작하면").check()
    press(page, "심사 시작")
    page.goto("/review/")
    follow(page, ROUND)
    follow(page, "심사위원")
    for email, name, level in PANEL:
        name_member(page, name, level, chair=email == CHAIR)
    name_member(page, "임보람", "전문", district="강북구")
    follow(page, "이해충돌")
    expect(page.get_by_role("row").filter(has_text="임보람").filter(has_text=IDEA)).to_be_visible()
    follow(page, "배정")
    press(page, "배정안 만들기")
    page.get_by_role("heading", name="배정안").wait_for()
    chosen = page.get_by_role("region", name="새 배정")
    expect(chosen.get_by_text("오위원")).to_be_visible()
    expect(chosen.get_by_text("한심사")).to_be_visible()
    page.get_by_label("확정하면").check()
    press(page, "이대로 확정하고 알리기")
    expect(page.get_by_text("배정을 확정하고")).to_be_visible()


def pledge(page) -> None:
    """Declare that there is nothing to declare, and begin."""
    page.goto("/review/")
    row = main(page).get_by_role("listitem").filter(has=page.get_by_role("heading", name=ROUND))
    row.get_by_role("link", name="이해관계 신고하고 서약하기").click()
    page.get_by_label("신고한 것 말고는").check()
    press(page, "서약하고 시작하기")


def fill_sheet(page, part: float) -> None:
    """Give every criterion this part of its points, with a reason of its own."""
    for row in page.locator(".sheet-row").all():
        most = int(re.search(r"(\d+)점 만점", row.inner_text())[1])
        title = row.locator("legend").inner_text().split("점 만점")[0]
        row.get_by_label("점수").fill(str(int(most * part)))
        row.get_by_label("까닭").fill(f"{title}을 이렇게 보았습니다")
    page.get_by_label("종합 의견").fill("동네에 꼭 필요한 일이고 실행할 수 있습니다")


def test_reviewers_declare_fill_in_and_one_steps_back(visit):
    reviewer = visit(REVIEWER)
    pledge(reviewer)
    reviewer.goto("/review/")
    follow(reviewer, IDEA)
    reviewer.get_by_text("이해충돌이 있거나 심사할 수 없습니까?").click()
    reviewer.locator("details").get_by_label("까닭").fill("신청한 단체에 강의를 한 적이 있습니다")
    press(reviewer, "이 계획서 심사를 그만두기(회피)")
    assert main(reviewer).get_by_role("link", name=IDEA).count() == 0

    for who, part in ((CHAIR, 0.9), (EXPERT, 0.8)):
        page = visit(who)
        pledge(page)
        page.goto("/review/")
        follow(page, IDEA)
        fill_sheet(page, part)
        page.get_by_text("에 저장했습니다").wait_for()
        page.get_by_label("심사표를 내면").check()
        press(page, "심사표 내기")
        page.get_by_text("심사표를 냈습니다").first.wait_for()


def test_the_officers_choose_lock_and_publish(visit):
    chair = visit(CHAIR)
    chair.goto("/review/")
    section = main(chair).get_by_role("listitem").filter(has=chair.get_by_role("heading", name=ROUND))
    section.get_by_role("link", name="심사 결과").click()
    chair.get_by_label("합산 점수").check()
    chair.get_by_label("까닭").fill("심사표가 둘뿐이라 보정하지 않습니다")
    press(chair, "정하고 기록하기")

    first = visit(CITY)
    overview(first)
    first.get_by_label("선정을 시작하면").check()
    press(first, "선정 시작")
    first.goto("/selection/")
    follow(first, ROUND)
    follow(first, "새 시나리오")
    press(first, "계산하기")
    expect(first.get_by_text("최적").first).to_be_visible()
    follow(first, "결정으로 올리기")
    press(first, "결정으로 올리기")
    expect(first.get_by_text("다른 시 담당자가 확정해야 합니다")).to_be_visible()
    assert first.get_by_role("button", name="확인하고 확정").count() == 0

    second = visit(SECOND_CITY)
    second.goto("/desk/")
    second.goto("/selection/")
    follow(second, ROUND)
    follow(second, "결정 보기")
    second.get_by_label("확정하면").check()
    press(second, "확인하고 확정")
    second.get_by_label("발표하면 되돌릴 수 없고").check()
    press(second, "결과 발표")
    expect(second.get_by_text("발표").first).to_be_visible()


def test_the_applicant_reads_its_letter(visit):
    page = visit(MEMBER)
    page.goto("/notices/")
    main(page).get_by_role("link", name=re.compile("선정|통지|결과")).first.click()
    expect(page.get_by_text(IDEA).first).to_be_visible()
    expect(page.get_by_text("선정").first).to_be_visible()


def test_a_visitor_sees_the_project_and_the_totals(visit):
    page = visit()
    page.goto("/rounds/")
    follow(page, f"{YEAR}년")
    expect(page.get_by_role("link", name=IDEA).first).to_be_visible()
    expect(page.get_by_role("row", name="시비 6,000만원")).to_be_visible()
    follow(page, IDEA)
    expect(page.get_by_role("heading", name=IDEA)).to_be_visible()


def test_the_trail_tells_every_step(visit):
    page = visit(CITY)
    overview(page)
    follow(page, "기록 보기")
    told = main(page).inner_text()
    while page.get_by_role("link", name="다음", exact=True).count():
        page.get_by_role("link", name="다음", exact=True).click()
        told += main(page).inner_text()
    for step in ("복사", "공모 열기", "심사 시작", "선정 시작", "결과 발표"):
        assert step in told


MANY = f"{NOW.year}년 추가 공모 시-구 상향적·협력적 일자리창출사업 (예시)"


def figure(page, label: str) -> str:
    """A figure of the page's row of figures, by what it counts."""
    return page.locator(".figures > div").filter(has_text=label).first.locator("dd").inner_text()


def wait_for_reasons(page) -> None:
    """Until the reasons, alternatives and uncertainty of a scenario are worked out."""
    page.get_by_text("단계가 남았습니다").wait_for(state="hidden", timeout=60_000)


def test_the_chair_looks_at_progress_and_chooses_the_score(visit):
    page = visit(CHAIR)
    page.goto("/desk/")
    main(page).get_by_role("link", name=re.compile("심사 진행을 살펴봐 주세요.*추가 공모")).click()
    assert page.get_by_role("region", name="심사표가 남은 계획서").get_by_role("row").count() > 2
    press(page, "고른 위원에게 알림 보내기")
    expect(main(page).get_by_text("알림").first).to_be_visible()
    follow(page, "심사 결과")
    expect(page.get_by_role("region", name="심사위원의 엄격함")).to_be_visible()
    expect(page.get_by_role("img", name="계획서별 점수 그림")).to_be_visible()
    page.get_by_role("region", name="심사 결과").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.go_back()
    page.get_by_label("보정 점수").check()
    page.get_by_label("까닭").fill("위원마다 엄격함이 크게 다릅니다")
    press(page, "정하고 기록하기")
    expect(page.get_by_text("위원마다 엄격함이 크게 다릅니다").first).to_be_visible()


def test_an_officer_compares_scenarios_and_forces_a_plan_in(visit):
    page = visit(CITY)
    overview(page, MANY)
    page.get_by_label("선정을 시작하면").check()
    press(page, "선정 시작")
    page.goto("/selection/")
    follow(page, MANY)
    follow(page, "새 시나리오")
    page.get_by_label("시나리오 이름").fill("규칙대로")
    press(page, "계산하기")
    expect(page.get_by_text("최적").first).to_be_visible()
    wait_for_reasons(page)

    follow(page, "이 조건에서 새로 시작")
    page.get_by_label("시나리오 이름").fill("일자리를 더 크게")
    page.get_by_label("일자리 가중치").fill("5")
    press(page, "계산하기")
    page.get_by_text("연차 규칙과 다른 값").wait_for()

    page.goto("/selection/")
    follow(page, MANY)
    page.get_by_label("규칙대로 고르기").check()
    page.get_by_label("일자리를 더 크게 고르기").check()
    press(page, "나란히 보기")
    expect(page.get_by_role("columnheader", name="규칙대로").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="일자리를 더 크게").first).to_be_visible()

    follow(page, "규칙대로")
    page.get_by_role("link", name=re.compile("^선정되지 않음")).click()
    left_out = page.get_by_role("row").filter(has=page.get_by_role("link", name="꼭 넣어 보기")).first
    title = left_out.get_by_role("rowheader").inner_text().split("\n")[0]
    left_out.get_by_role("link", name="꼭 넣어 보기").click()
    page.get_by_label("시나리오 이름").fill("하나를 꼭 넣음")
    press(page, "계산하기")
    expect(page.get_by_text("아래 칸을 확인해 주세요")).to_be_visible()
    page.get_by_role("group", name="넣거나 빼는 계획서 1").get_by_label("까닭").fill("시장과 협약한 사업입니다")
    press(page, "계산하기")
    page.get_by_role("heading", name="하나를 꼭 넣음").wait_for()
    forced = page.get_by_role("row").filter(has_text="꼭 넣기").first
    assert title in forced.inner_text()


def test_two_officers_lock_the_decision_and_everyone_hears(visit, site):
    first = visit(CITY)
    first.goto("/selection/")
    follow(first, MANY)
    follow(first, "하나를 꼭 넣음")
    wait_for_reasons(first)
    follow(first, "결정으로 올리기")
    press(first, "결정으로 올리기")
    assert first.get_by_role("button", name="확인하고 확정").count() == 0

    second = visit(SECOND_CITY)
    second.goto("/desk/")
    main(second).get_by_role("link", name=re.compile("확정.*추가 공모|추가 공모.*확정")).click()
    second.get_by_label("확정하면").check()
    press(second, "확인하고 확정")
    projects, jobs, city = (figure(second, label) for label in ("선정 사업", "일자리", "시비"))
    second.get_by_label("발표하면 되돌릴 수 없고").check()
    press(second, "결과 발표")
    second.get_by_text("통지서").first.wait_for()
    second.get_by_role("link", name=re.compile("^선정되지 않음")).click()
    second.get_by_role("link", name="통지서").first.click()
    expect(main(second).get_by_text("까닭").first).to_be_visible()

    visitor = visit()
    visitor.goto("/rounds/")
    main(visitor).get_by_role("link", name=re.compile("추가 공모")).first.click()
    words = main(visitor).inner_text()
    assert f"사업 {projects}개" in words
    assert jobs in words
    assert city in words
