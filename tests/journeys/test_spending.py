"""From a receipt in the street to the settlement: entered on a phone, approved at a desk, settled by three."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.spending import photo

#: The log-ins' own project that spends: the selected one of their district, or one made for them.
RUNNING, ENDED = re.compile("골목 공동부엌|수유 골목 장보기"), "골목 벼룩시장"
#: A project of the log-ins' that is over and not settled yet.
OVER = f"""
import tests.funding as builders
from sanghyeop.programme.rounds.models import Round
from tests.spending import approved, interest
builders.the_round = lambda: Round.objects.filter(state="published", example=True).first()
small = [("operating", "city", "재료비", 3_000_000), ("operating", "district", "재료비", 2_000_000)]
today = builders.timezone.localdate()
dates = {{"starts_on": today - 300 * builders.DAY, "ends_on": today - 2 * builders.DAY}}
grant = builders.an_agreed_grant(project=builders.a_project("{ENDED}"), budget=small, **dates)
for instalment in grant.instalments.all():
    builders.paid(instalment)
approved(grant, 1_234_567)
interest(grant, 321)
print(grant.pk)
"""


@pytest.fixture(scope="module")
def over(site) -> int:
    return int(site.manage("shell", "-v0", "-c", OVER).split()[-1])


def open_grant(page: Page, name: str | re.Pattern[str]) -> None:
    page.goto("/spending/")
    page.get_by_role("link", name=name).first.click()


def test_a_receipt_is_photographed_mended_and_approved(site, visit, barriers):
    member = visit("member@example.org", PHONE)
    open_grant(member, RUNNING)
    assert barriers(member) == []
    member.get_by_role("link", name="집행 적기").first.click()
    member.get_by_label("금액(원)").fill("12,34원")
    member.get_by_label("지급일").fill("2031-03-01")
    line = member.get_by_label("예산 내역").locator("option", has_text="운영비").first.get_attribute("value")
    member.get_by_label("예산 내역").select_option(line)
    member.get_by_label("받는 곳", exact=False).first.fill("새벽시장")
    member.get_by_label("쓴 곳").fill("나물과 두부")
    member.get_by_label("증빙 종류").select_option("card")
    files = {"name": "영수증.jpg", "mimeType": "image/jpeg", "buffer": io.BytesIO(photo(7)).getvalue()}
    member.get_by_label("증빙 사진이나 PDF").set_input_files(files)
    member.get_by_role("button", name="저장하고 승인 요청하기").click()
    # The slips are said by their fields, and the photo is kept.
    expect(member.get_by_text("아직 오지 않은 날짜입니다", exact=False)).to_be_visible()
    expect(member.get_by_text("올리신 증빙은 그대로 있습니다", exact=False)).to_be_visible()
    assert barriers(member) == []
    expect(member.get_by_label("받는 곳", exact=False).first).to_have_value("새벽시장")
    member.get_by_label("금액(원)").fill("12,340원")
    newest = site.manage("shell", "-v0", "-c", "from django.utils import timezone; print(timezone.localdate())").strip()
    member.get_by_label("지급일").fill(newest)
    member.get_by_role("button", name="저장하고 승인 요청하기").click()
    expect(member.get_by_text("승인을 요청했습니다.")).to_be_visible()
    number = re.search(r"/expenses/(\d+)/", member.url)
    assert number

    officer = visit("district@example.org")
    officer.goto(member.url)
    assert barriers(officer) == []
    officer.get_by_role("link", name="보완 요청").click()
    officer.get_by_label("까닭").fill("품목이 보이지 않습니다.")
    officer.get_by_role("button", name="보완 요청").click()

    member.goto("/desk/")
    member.get_by_role("link", name="보완 요청을 받은 집행 고치기", exact=False).click()
    member.goto(officer.url)
    expect(member.get_by_text("품목이 보이지 않습니다.").first).to_be_visible()
    member.get_by_role("link", name="고치기").click()
    member.get_by_label("쓴 곳").fill("나물 3kg과 두부 10모")
    member.get_by_role("button", name="저장하고 승인 요청하기").click()
    expect(member.get_by_text("승인을 요청했습니다.")).to_be_visible()

    officer.goto(officer.url.split("/expenses/")[0] + "/expenses/?state=sent")
    assert barriers(officer) == []
    officer.get_by_label(f"{number[1]}번 새벽시장 고르기").check()
    officer.get_by_role("button", name="고른 집행 승인하기").click()
    expect(officer.get_by_text("1건을 처리했습니다", exact=False)).to_be_visible()


def test_from_the_end_to_the_settlement(over, visit, barriers):
    member, officer, city = visit("member@example.org", PHONE), visit("district@example.org"), visit("city@example.org")
    address = f"/spending/{over}/settlement/"
    member.goto(address)
    member.get_by_role("button", name="정산 시작하기").click()
    assert barriers(member) == []
    expect(member.get_by_role("link", name="정산 보내기")).to_have_count(0)
    member.get_by_role("link", name="정산서 쓰기").click()
    member.get_by_label("실적").fill("벼룩시장을 열두 번 열었습니다.")
    member.get_by_role("button", name="저장하기").click()
    member.get_by_role("link", name="정산 보내기").click()
    member.get_by_role("button", name="정산 보내기").click()

    officer.goto(address)
    officer.goto(f"/spending/{over}/expenses/1/")
    officer.get_by_role("link", name="불인정하기").click()
    officer.get_by_label("불인정액(원)").fill("1,000")
    officer.get_by_label("까닭").fill("사업과 관계없는 물품")
    officer.get_by_role("button", name="저장하기").click()
    assert barriers(officer) == []
    officer.get_by_role("link", name="정산 확인").click()
    officer.get_by_role("button", name="정산 확인").click()

    city.goto(address)
    city.get_by_role("link", name="정산 확정").click()
    city.get_by_role("button", name="정산 확정").click()
    expect(city.get_by_text("이제 아무것도 바뀌지 않습니다.", exact=False)).to_be_visible()
    city.get_by_role("link", name="받은 것으로 적기").click()
    city.get_by_label("반납일").fill(city.evaluate("new Date().toLocaleDateString('sv-SE')"))
    city.get_by_role("button", name="저장하기").click()
    expect(city.get_by_text("에 받음", exact=False)).to_be_visible()
    assert barriers(city) == []
    member.goto(address)
    assert barriers(member) == []
    expect(member.get_by_role("link", name="정산서 쓰기")).to_have_count(0)
