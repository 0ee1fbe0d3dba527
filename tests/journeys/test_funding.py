"""A grant in the browser, by role: decided, signed by three, asked for, paid; every won is followed to its entry."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

PROJECT, PAID = "미아 나눔 부엌", "수유 골목 장보기 도우미"


def open_grant(page, name: str = PROJECT):
    page.goto("/grants/")
    page.get_by_role("main").get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def sign(page):
    page.get_by_role("link", name="협약 확인하고 서명").click()
    page.get_by_role("button", name="서명").click()
    page.get_by_text("서명했습니다").or_(page.get_by_text("협약을 맺었습니다")).first.wait_for()


def test_from_the_decision_to_the_first_instalment(visit, barriers):
    city = visit("city@example.org")
    expect(city.get_by_text("교부를 결정하기")).to_be_visible()
    open_grant(city)
    assert barriers(city) == []
    city.get_by_role("button", name="교부결정", exact=True).click()
    city.get_by_text("마쳤습니다").wait_for()
    assert city.get_by_text("지방보조금법").first.is_visible()  # the duties with their law
    sign(city)
    assert barriers(city) == []

    district = visit("district@example.org")
    open_grant(district)
    # The district words the agreement anew: the city's signature falls, and the city hears of it.
    district.get_by_role("link", name="협약 확인하고 서명").click()
    district.get_by_text("협약 내용 고치기").click()
    district.get_by_label("협약 내용").fill("세 기관은 이 사업을 함께 합니다.")
    district.get_by_role("button", name="협약 내용 저장").click()
    district.get_by_text("협약 내용을 저장했습니다").wait_for()
    expect(district.get_by_text("아직 서명하지 않음").first).to_be_visible()
    open_grant(district)
    sign(district)
    open_grant(city)
    sign(city)

    member = visit("member@example.org", PHONE)
    open_grant(member)
    assert barriers(member) == []
    sign(member)
    expect(member.get_by_text("협약을 맺었습니다")).to_be_visible()
    assert barriers(member) == []
    open_grant(member)
    member.get_by_role("button", name="교부신청").first.click()
    member.get_by_text("마쳤습니다").wait_for()

    district.goto("/desk/")
    district.get_by_role("link", name="신청한 교부를 지급하기").click()
    district.get_by_role("main").get_by_role("link", name=PROJECT).click()
    district.get_by_role("button", name="교부", exact=True).click()
    district.get_by_text("마쳤습니다").wait_for()
    expect(district.get_by_text("교부 완료")).to_be_visible()
    # One click on the total leads to the lines behind it, one more to the entry with its hash.
    district.get_by_role("link", name="21,250,000원").first.click()
    expect(district.get_by_text("합계 21,250,000원")).to_be_visible()
    assert barriers(district) == []
    district.get_by_role("main").get_by_role("row").nth(1).get_by_role("link").click()
    expect(district.get_by_text("이 기록의 해시")).to_be_visible()
    assert barriers(district) == []


def test_a_change_is_asked_for_on_the_phone_and_approved(visit, barriers):
    member = visit("member@example.org", PHONE)
    open_grant(member, PAID)
    member.get_by_role("link", name="집행 속도", exact=True).click()
    expect(member.get_by_role("img", name="집행한 몫과 지난 기간")).to_be_visible()
    assert barriers(member) == []
    open_grant(member, PAID)
    member.get_by_role("link", name="사업변경 신청").click()
    assert barriers(member) == []
    lines = member.get_by_role("group", name="배송 가방과 안전용품")
    lines.get_by_label("시비").fill("9999억원")
    member.get_by_label("바꾸려는 까닭").fill("가방을 더 삽니다.")
    member.get_by_role("button", name="사업변경 신청").click()
    expect(member.get_by_text("교부결정보다 늘릴 수 없습니다")).to_be_visible()
    assert member.get_by_label("바꾸려는 까닭").input_value() == "가방을 더 삽니다."
    assert barriers(member) == []

    district = visit("district@example.org")
    open_grant(district, PAID)
    district.get_by_role("link", name="수레 값이 올라").click()
    assert barriers(district) == []
    district.get_by_role("button", name="변경 승인").click()
    district.get_by_text("마쳤습니다").wait_for()
    open_grant(district, PAID)
    district.get_by_role("link", name="장부", exact=True).click()
    district.get_by_role("link", name="월 마감").click()
    district.get_by_role("button", name="마감", exact=True).click()
    assert district.get_by_role("checkbox").is_visible()  # nothing is closed without the tick
    assert barriers(district) == []
