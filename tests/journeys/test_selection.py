"""The selection in the browser: a scenario run and read, a decision by two officers, a letter read by its people."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

ROUND = "추가 공모"


def open_desk(page):
    page.goto("/selection/")
    page.get_by_role("main").get_by_role("link", name=ROUND).click()


def run_scenario(page, name: str):
    page.get_by_role("link", name="새 시나리오").click()
    page.get_by_label("시나리오 이름").fill(name)
    page.get_by_role("button", name="계산하기").click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def test_a_round_is_selected_decided_by_two_and_published(visit, barriers):
    city = visit("city@example.org")
    open_desk(city)
    desk = city.url
    run_scenario(city, "연차 규칙 그대로")
    # The analysis goes on by itself, step by step, and the page shows it when it is done.
    city.get_by_role("heading", name="비슷하게 좋은 다른 선정안").wait_for(timeout=60_000)
    city.get_by_text("점수와 계획서가 바뀌지 않았습니다").wait_for()
    expect(city.get_by_text("최적임이 증명된 선정안").first).to_be_visible()
    assert barriers(city) == []
    city.get_by_role("link", name="선정되지 않음").click()
    expect(city.get_by_text("선정되려면").first).to_be_visible()
    assert barriers(city) == []

    # A plan is put in: without a reason nothing happens, and nothing typed is lost.
    city.get_by_role("link", name="꼭 넣어 보기").first.click()
    city.get_by_label("시나리오 이름").fill("꼭 넣은 안")
    city.get_by_role("button", name="계산하기").click()
    expect(city.get_by_text("까닭을 적어 주세요").first).to_be_visible()
    assert city.get_by_label("시나리오 이름").input_value() == "꼭 넣은 안"
    assert barriers(city) == []
    city.get_by_label("까닭").first.fill("시급한 사업입니다.")
    city.get_by_role("button", name="계산하기").click()
    city.get_by_role("heading", name="넣거나 뺀 결정의 대가").wait_for(timeout=60_000)
    city.goto(desk)
    for box in city.get_by_role("checkbox").all():
        box.check()
    city.get_by_role("button", name="나란히 보기").click()
    expect(city.get_by_role("heading", name="시나리오 나란히 보기")).to_be_visible()
    assert barriers(city) == []

    # To the stage of the selection, on the round's page.
    city.goto(desk.replace("/selection/", "/manage/rounds/"))
    city.get_by_label("선정을 시작하면").check()
    city.get_by_role("button", name="선정 시작").click()
    city.goto(desk)
    city.get_by_role("link", name="연차 규칙 그대로").click()
    city.get_by_role("link", name="결정으로 올리기").click()
    city.get_by_label("선정 의견").fill("예산 안에서 가치가 가장 큰 안입니다.")
    city.get_by_role("button", name="결정으로 올리기").click()
    expect(city.get_by_text("다른 시 담당자가 확정해야 합니다")).to_be_visible()
    expect(city.get_by_role("button", name="확인하고 확정")).to_be_hidden()

    other = visit("city2@example.org", size=PHONE)
    other.get_by_role("link", name="선정 결정의 확정을 기다립니다").first.click()
    assert barriers(other) == []
    other.get_by_label("확정하면").check()
    other.get_by_role("button", name="확인하고 확정").click()
    other.get_by_label("발표하면 되돌릴 수 없고").check()
    other.get_by_role("button", name="결과 발표").click()
    other.get_by_text("통지서를 보냈습니다").wait_for()
    other.get_by_role("link", name="통지서: ").first.click()
    expect(other.get_by_text("선정되었습니다")).to_be_visible()
    assert barriers(other) == []
    visitor = visit()
    visitor.goto("/rounds/")
    visitor.get_by_role("main").get_by_role("link", name=ROUND).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
