"""From the end of a project to its settlement: what is missing, what is disallowed, what goes back; then stillness."""

from __future__ import annotations

import random

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.ground.ledger.chain import Fault, followed
from sanghyeop.ground.ledger.models import Book
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.programme.funding import moves as granting
from sanghyeop.programme.funding import queries as funding
from sanghyeop.programme.funding.models import Grant, Instalment
from sanghyeop.programme.spending import moves, settling
from sanghyeop.programme.spending.models import Expense, Settlement
from sanghyeop.programme.spending.statement import statement_of
from tests.funding import DAY, an_agreed_grant, city_officer, district_officer, member, paid
from tests.spending import (
    a_paper,
    an_ended_grant,
    approved,
    confirmed,
    entered,
    interest,
    sent,
    settlement_sent,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.both_databases]
TODAY = timezone.localdate()
S = Settlement.State


def test_from_the_last_payment_to_the_refund():
    grant = an_ended_grant()
    approved(grant, 12_000_000, item="재료비")
    bad = approved(grant, 3_000_001, item="재료비")
    approved(grant, 60_000_000, item="인건비")
    interest(grant, 17_000)
    settlement = settling.begin(member(), grant)
    settlement = settling.write(member(), settlement, {"results": "다섯 명이 일했습니다.", "no_interest": False}, {})
    settlement = settling.send(member(), settlement)
    settling.disallow(district_officer(), settlement, bad, 1_000_001, "사업과 관계없는 물품입니다.")
    settlement = settling.check(district_officer(), settlement)
    settlement = settling.confirm(city_officer(), settlement)
    assert settlement.state == S.CONFIRMED
    # The budget was 100 + 60 + 10 million; spent were 75,000,001, of which 1,000,001 are not recognised.
    city, district, own = statement_of(grant).shares
    assert (city.received, city.spent, city.disallowed, city.interest) == (100_000_000, 50_000_001, 666_667, 10_000)
    assert (district.spent, district.disallowed, district.interest) == (25_000_000, 333_334, 6_000)
    assert (city.refund, district.refund) == (50_676_666, 35_339_334)
    assert (own.refund, own.kept, own.interest) == (0, 10_001_000, 1_000)
    assert settlement.statement["rows"][0]["item"] == "인건비"
    balances = funding.balances(grant)
    assert balances["refund_due"]["city"] == 50_676_666
    assert balances["owed_by_operator"]["city"] == 666_667
    with pytest.raises(NotYours):
        settling.refund(district_officer(), settlement, "city", TODAY)
    settling.refund(city_officer(), settlement, "city", TODAY, a_paper())
    settling.refund(district_officer(), settlement, "district", TODAY)
    balances = funding.balances(grant)
    assert balances["refund_due"]["city"] == balances["owed_by_operator"]["district"] == 0
    # What is left in the account is the operator's own money with its interest.
    assert sum(balances["cash"].values()) == 10_001_000
    assert Grant.objects.get(pk=grant.pk).state == "settled"
    assert [f for f in followed(Book.objects.all()) if isinstance(f, Fault)] == []


def test_what_is_missing_is_said_and_stops_the_sending():
    """From 300 million won of subsidy in a year on, the verification from outside is among it."""
    big = (("operating", "city", "재료비", 200_000_000), ("operating", "district", "재료비", 100_000_000))
    grant = an_ended_grant(budget=big)
    waiting = sent(grant)
    settlement = settling.begin(member(), grant)
    with pytest.raises(Refused, match="모든 집행이"):
        settling.send(member(), settlement)
    moves.approve(district_officer(), waiting)
    with pytest.raises(Refused, match="이자"):
        settling.send(member(), settlement)
    settlement = written(settlement)
    with pytest.raises(Refused, match="외부 검증"):
        settling.send(member(), settlement)
    settlement = written(settlement, verification=a_paper("settlement_paper"))
    assert settling.send(member(), settlement).state == S.SENT


def test_returned_mended_and_sent_again():
    grant = an_ended_grant()
    expense = approved(grant)
    settlement = settlement_sent(grant)
    with pytest.raises(Refused, match="정산을 보냈거나"):
        moves.cancel(district_officer(), expense, "잘못")
    settlement = settling.send_back(district_officer(), settlement, "3월 영수증이 빠졌습니다.")
    moves.cancel(district_officer(), expense, "잘못 적음")
    again = approved(grant, 20_000, evidence_number="777")
    settlement = settling.check(district_officer(), settling.send(member(), settlement))
    settlement = settling.send_back(city_officer(), settlement, "실적을 더 적어 주세요.")
    assert settlement.returned_why == "실적을 더 적어 주세요."
    settlement = settling.check(district_officer(), settling.send(member(), settlement))
    assert settling.confirm(city_officer(), settlement).state == S.CONFIRMED
    assert again.pk


def test_a_disallowance_is_taken_back_and_holds_to_its_payment():
    grant = an_ended_grant()
    expense = approved(grant, 50_000)
    settlement = settlement_sent(grant)
    for amount in (0, 50_001):
        with pytest.raises(Refused, match="50,000원까지"):
            settling.disallow(district_officer(), settlement, expense, amount, "까닭")
    with pytest.raises(NotYours):
        settling.disallow(city_officer(), settlement, expense, 5, "아직 자치구가 봅니다")
    written_ = settling.disallow(district_officer(), settlement, expense, 50_000, "까닭")
    assert not any(funding.spent(expense.line).values())
    with pytest.raises(Refused, match="이미 불인정"):
        settling.disallow(district_officer(), settlement, expense, 5, "한 번 더")
    settling.allow(district_officer(), written_)
    assert sum(funding.spent(expense.line).values()) == 50_000
    assert settling.disallow(district_officer(), settlement, expense, 5, "조금만").amount_krw == 5


STILL = {
    "a payment changed": "UPDATE spending_expense SET amount_krw = 1",
    "a payment deleted": "DELETE FROM spending_expense",
    "the statement changed": "UPDATE spending_settlement SET results = 'x'",
    "the settlement opened": "UPDATE spending_settlement SET state = 'sent'",
    "the budget changed": "UPDATE funding_allotment SET amount_krw = 1",
    "a disallowance taken away": "DELETE FROM spending_disallowance",
    "the grant opened": "UPDATE funding_grant SET state = 'agreed'",
    "an instalment changed": "UPDATE funding_instalment SET state = 'planned', paid_on = NULL",
    "a receipt taken away": "DELETE FROM spending_receipt",
}


@pytest.mark.parametrize("statement", STILL.values(), ids=STILL)
def test_after_confirmation_the_database_lets_nothing_move(statement):
    grant = an_ended_grant()
    expense = approved(grant)
    settlement = settlement_sent(grant)
    settling.disallow(district_officer(), settlement, expense, 5, "까닭")
    settling.confirm(city_officer(), settling.check(district_officer(), settlement))
    with pytest.raises(DatabaseError, match="confirmed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_books_of_a_settled_grant_take_only_refunds():
    from sanghyeop.ground.ledger.accounts import Account
    from sanghyeop.ground.ledger.moves import Posting, post

    grant = an_ended_grant()
    settlement = confirmed(grant)
    lines = [Posting(Account.CASH, 5, "city"), Posting(Account.GRANT, -5, "city")]
    with pytest.raises(DatabaseError, match="confirmed"), transaction.atomic():
        post(grant.book, key="x", date=TODAY, event="later", lines=lines, by=None)
    with pytest.raises(Refused):
        entered(grant)
    settling.refund(city_officer(), settlement, "city", TODAY)
    with pytest.raises(Refused, match="이미 적은"):
        settling.refund(city_officer(), settlement, "city", TODAY)


def test_paid_afterwards_nothing_is_owed_and_little_goes_back():
    today = timezone.localdate()
    grant = an_agreed_grant(paying="after", starts_on=today - 200 * DAY, ends_on=today - 2 * DAY)
    approved(grant, 9_000_001)
    granting.drop(district_officer(), grant.instalments.get(), "쓴 만큼만 교부합니다.")
    shares = {"city": 6_000_001, "district": 3_000_000}
    made = granting.set_instalment(district_officer(), grant, None, due_on=today, milestone="", shares=shares)
    paid(made, 0)
    settlement = settlement_sent(grant)
    [row] = [row for row in statement_of(grant).rows if row.spent_all]
    assert row.spent["city"] == 6_000_001
    settling.disallow(district_officer(), settlement, Expense.objects.get(), 30, "까닭")
    settlement = settling.confirm(city_officer(), settling.check(district_officer(), settlement))
    settling.refund(city_officer(), settlement, "city", today)
    assert settlement.refunds.get().amount_krw == 20


@pytest.mark.parametrize("seed", range(4))
def test_for_any_sequence_what_was_not_spent_goes_back_to_the_won(seed):
    """Instalments, payments, reversals and disallowances at random, on the real database."""
    dice = random.Random(seed)
    items = ["재료비", "홍보비", "장비", "인건비"]
    budget = [
        (category, purse, item, dice.randint(1, 10**7))
        for item, category in zip(items, ("operating", "operating", "infrastructure", "personnel"), strict=True)
        for purse in dice.sample(("city", "district", "own"), dice.randint(1, 3))
    ]
    today = timezone.localdate()
    grant = an_agreed_grant(budget=budget, starts_on=today - 300 * DAY, ends_on=today - 2 * DAY)
    whole = funding.allotted(grant)
    [only] = grant.instalments.all()
    granting.drop(district_officer(), only, "나누어 교부합니다.")
    first = {purse: amount // 3 for purse, amount in whole.items()}
    second = {purse: whole[purse] - first[purse] for purse in whole}
    for shares in (first, second):
        if any(shares.values()):
            paid(granting.set_instalment(district_officer(), grant, None, due_on=today, milestone="", shares=shares))
    kept, spent_all = [], 0
    for _ in range(dice.randint(3, 7)):
        item = dice.choice(items)
        room = sum(funding.left(grant.budget_lines.get(item=item)).values())
        amount = dice.randint(1, max(room // 2, 1))
        if amount > room:
            continue
        expense = approved(grant, amount, item=item, days_ago=dice.randint(5, 200))
        if dice.random() < 0.3:
            moves.cancel(district_officer(), expense, "취소")
        else:
            kept.append(expense)
            spent_all += amount
    borne = dice.randint(1, 10_000)
    interest(grant, borne)
    settlement = settlement_sent(grant)
    struck = 0
    for expense in dice.sample(kept, len(kept) // 2):
        amount = dice.randint(1, expense.amount_krw)
        settling.disallow(district_officer(), settlement, expense, amount, "까닭")
        struck += amount
    settlement = settling.confirm(city_officer(), settling.check(district_officer(), settlement))
    shares = statement_of(grant).shares
    assert sum(share.received for share in shares) == sum(whole.values())
    assert sum(share.recognised for share in shares) == spent_all - struck
    lost = shares[2].disallowed  # of the operator's own money
    assert sum(share.refund + share.kept for share in shares) == sum(whole.values()) - spent_all + struck - lost + borne
    for purse, officer in (("city", city_officer()), ("district", district_officer())):
        if statement_of(grant).share(purse).refund:
            settling.refund(officer, settlement, purse, today)
    balances = funding.balances(grant)
    assert not any(balances["refund_due"].values())
    assert not any(balances["owed_by_operator"][purse] for purse in Purse.values)
    assert sum(balances["cash"].values()) == shares[2].kept
    assert Instalment.objects.filter(grant=grant, state="paid").exists()


def test_in_the_browser_step_by_step(client, django_assert_max_num_queries):
    grant = an_ended_grant()
    expense = approved(grant)
    client.force_login(member())
    base = f"/spending/{grant.pk}/settlement/"
    assert client.post(base + "begin/").status_code == 302
    with django_assert_max_num_queries(10):
        page = client.get(base).content.decode()
    assert "정산서 쓰기" in page
    assert "정산 보내기" not in page
    assert client.post(base + "write/", {"results": "일했습니다.", "no_interest": "on"}).status_code == 302
    assert "정산 보내기" in client.get(base).content.decode()
    assert client.post(base + "send/").status_code == 302
    client.force_login(district_officer())
    disallow = f"{base}disallow/{expense.number}/"
    assert client.post(disallow, {"amount_krw": "5", "why": ""}).status_code == 422
    assert client.post(disallow, {"amount_krw": "5", "why": "영수증이 흐립니다."}).status_code == 302
    assert client.post(base + "check/").status_code == 302
    client.force_login(city_officer())
    assert client.get(base + "confirm/").status_code == 200
    assert client.post(base + "confirm/").status_code == 302
    assert client.post(base + "refund/city/", {"paid_on": "2031-01-01"}).status_code == 422
    assert client.post(base + "refund/city/", {"paid_on": TODAY.isoformat()}).status_code == 302
    assert client.post(base + "grade/", {"grade": "good", "why": "잘했습니다."}).status_code == 302
    page = client.get(base).content.decode()
    assert "양호" in page
    assert "에 받음" in page
