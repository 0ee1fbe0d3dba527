"""An operator spends its grant: entered with a receipt, looked at, approved into the books, corrected, cancelled."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.funding import moves as granting
from sanghyeop.programme.funding import queries as funding
from sanghyeop.programme.spending import moves
from sanghyeop.programme.spending.models import Expense
from sanghyeop.programme.spending.queries import lines_of
from tests.funding import DAY, a_paid_grant, another_district_officer, city_officer, district_officer, member
from tests.spending import a_paper, approved, entered, facts, interest, line, pdf, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_a_payment_is_entered_sent_and_approved_into_the_books_split_to_the_won():
    grant = a_paid_grant()
    expense = sent(grant, 100_001)
    assert lines_of(grant).get(item="재료비").held == 100_001
    assert funding.held_of(grant)[expense.line_id] == 100_001
    expense = moves.approve(district_officer(), expense)
    assert expense.state == "approved"
    # 재료비 was agreed with 20 million of the city's and 10 of the district's.
    assert funding.spent(expense.line) == {"city": 66_667, "district": 33_334, "own": 0}
    assert funding.balances(grant)["cash"]["city"] == 100_000_000 - 66_667
    assert [entry.action for entry in trail_of(expense)] == ["approve", "send", "enter"]


def test_it_goes_back_and_forth_without_a_phone_call():
    grant = a_paid_grant()
    expense = sent(grant)
    with pytest.raises(Refused, match="까닭"):
        moves.send_back(district_officer(), expense, " ")
    expense = moves.send_back(district_officer(), expense, "영수증의 날짜가 보이지 않습니다.")
    assert (expense.state, expense.returned_why) == ("returned", "영수증의 날짜가 보이지 않습니다.")
    assert member().notices.filter(subject__contains="보완").exists()
    assert lines_of(grant).get(item="재료비").held == 0
    said = facts(grant, 40_000)
    expense = moves.edit(member(), expense, said, expense.version, [a_paper()], send_in=True)
    assert (expense.state, expense.receipts.count()) == ("sent", 2)
    moves.approve(another_district_officer(), expense)
    trail = list(trail_of(expense))
    assert [entry.action for entry in trail] == ["approve", "send", "edit", "return", "send", "enter"]
    assert trail[2].facts["changed"]["amount_krw"] == ["30000", "40000"]


def test_an_approved_payment_is_cancelled_by_reversal_with_a_reason():
    grant = a_paid_grant()
    expense = approved(grant)
    with pytest.raises(NotYours):
        moves.cancel(member(), expense, "잘못 적음")
    expense = moves.cancel(district_officer(), expense, "반품했습니다.")
    assert expense.state == "cancelled"
    assert not any(funding.spent(expense.line).values())
    assert Entry.objects.filter(document=expense.document, reverses__isnull=False).count() == 1
    with pytest.raises(Refused):
        moves.cancel(district_officer(), expense, "한 번 더")


def test_who_may_do_what():
    grant = a_paid_grant()
    with pytest.raises(NotYours):
        moves.enter(district_officer(), grant, facts(grant), [a_paper()])
    expense = sent(grant)
    for person in (member(), city_officer()):
        with pytest.raises(NotYours):
            moves.approve(person, expense)


def test_without_its_paper_it_can_be_kept_but_not_sent():
    grant = a_paid_grant()
    expense = entered(grant, papers=[])
    with pytest.raises(Refused, match="증빙 사진"):
        moves.send(member(), expense)


TODAY = timezone.localdate()
WRONG = {
    "more than the line has left": ({"amount_krw": 30_000_001}, "amount_krw", "1원이 모자랍니다"),
    "a minus": ({"amount_krw": -5}, "amount_krw", "1원 이상"),
    "nothing": ({"amount_krw": 0}, "amount_krw", "1원 이상"),
    "a receipt of 2031": ({"paid_on": datetime.date(2031, 3, 1)}, "paid_on", "오지 않은"),
    "before the project": ({"paid_on": TODAY - 101 * DAY}, "paid_on", "사업 기간"),
    "a wrong business number": ({"payee_number": "123-45-67890"}, "payee_number", "맞지 않습니다"),
    "an invoice without one": ({"evidence": "tax_invoice"}, "payee_number", "있어야"),
    "wages by card": ({"item": "인건비", "evidence": "card"}, "evidence", "쓸 수 없는 증빙"),
    "from oneself": ({"payee": "최모아"}, "related_why", "구성원"),
}


@pytest.mark.parametrize(("said", "field", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_by_the_field(said, field, message):
    grant = a_paid_grant()
    with pytest.raises(moves.Faulty) as raised:
        moves.enter(member(), grant, facts(grant, **said) | {k: v for k, v in said.items() if k != "item"}, [a_paper()])
    [(where, what)] = raised.value.faults
    assert where == field
    assert message in what
    assert not Expense.objects.exists()


def test_a_closed_month_takes_no_payment_and_is_not_closed_over_a_waiting_one():
    grant = a_paid_grant()
    month = (TODAY.replace(day=1) - DAY).replace(day=1)
    day = (TODAY - month).days - 3
    waiting = sent(grant, days_ago=day)
    with pytest.raises(Refused, match="기다리는 집행이 1건"):
        granting.close_month(district_officer(), grant, month)
    expense = moves.approve(district_officer(), waiting)
    granting.close_month(district_officer(), grant, month)
    with pytest.raises(moves.Faulty, match="마감했습니다"):
        entered(grant, days_ago=day)
    # What was approved in it is taken back today.
    moves.cancel(district_officer(), expense, "반품")
    assert Entry.objects.get(reverses__isnull=False, book=grant.book).date == TODAY


def test_the_same_receipt_twice():
    grant = a_paid_grant()
    entered(grant, payee="모아상회", evidence_number="30012345")
    with pytest.raises(moves.Faulty, match="같은 증빙 번호"):
        entered(grant, evidence_number="30012345")
    with pytest.raises(moves.Faulty) as raised:
        entered(grant, payee="(주)모아 상회")
    assert raised.value.faults[0][0] == "twice_why"
    assert entered(grant, payee="(주)모아 상회", twice_why="오전과 오후에 두 번 샀습니다.").pk
    same = pdf("같은 영수증")
    entered(grant, papers=[a_paper(content=same)])
    with pytest.raises(moves.Faulty, match="같은 파일이 3번"):
        entered(grant, papers=[a_paper(content=same)])
    other = a_paid_grant()
    with pytest.raises(moves.Faulty, match="다른 사업"):
        entered(other, papers=[a_paper(content=same)])


def test_a_related_party_needs_a_reason_also_under_another_name():
    grant = a_paid_grant()
    moves.relate(district_officer(), grant, "모아 식자재", "220-81-62517", "대표의 가족 회사")
    for said in ({"payee": "주식회사 모아식자재"}, {"payee": "다른 이름", "payee_number": "2208162517"}):
        with pytest.raises(moves.Faulty, match="대표의 가족 회사"):
            entered(grant, **said)
    assert entered(grant, payee="모아식자재", related_why="세 곳의 견적 중 가장 쌌습니다.").related_why


def test_many_are_approved_at_once_and_those_that_are_not_say_why():
    grant = a_paid_grant()
    expenses = [sent(grant) for _ in range(3)]
    moves.take_back(member(), expenses[1])
    done, refused = moves.many(district_officer(), grant, "approve", [e.number for e in expenses])
    assert [e.number for e in done] == [1, 3]
    assert "작성 중" in refused[0][1]


def test_interest_and_revenue_come_into_the_books():
    grant = a_paid_grant()
    income = interest(grant, 1_234)
    assert funding.balances(grant)["interest"][""] == 1_234
    with pytest.raises(moves.Faulty, match="이미 적었습니다"):
        interest(grant, 1_234)
    moves.cancel_income(district_officer(), income, "다른 계좌의 이자")
    assert funding.balances(grant)["interest"][""] == 0


def test_paid_afterwards_the_operator_advances():
    from tests.funding import an_agreed_grant, paid

    grant = an_agreed_grant(paying="after")
    approved(grant, 30_000)
    assert funding.balances(grant)["advanced"]["city"] == 20_000
    assert line(grant).grant_id == grant.pk
    assert paid is not None


def form_of(grant, **more):
    """What a phone sends."""
    said = facts(grant) | {"line": line(grant).pk, "then": "send", "amount_krw": "12,000원"}
    return (
        said
        | {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
        | more
    )


def test_a_member_enters_a_receipt_with_the_form_and_an_officer_approves_it(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.spending import photo

    grant = a_paid_grant()
    client.force_login(member())
    page = f"/spending/{grant.pk}/expenses/new/"
    assert client.get(page).status_code == 200
    # A slip in the amount: everything typed stays, and the photo need not be taken again.
    wrong = form_of(grant, amount_krw="12,00o원", papers=SimpleUploadedFile("r.jpg", photo(), "image/jpeg"))
    answer = client.post(page, wrong)
    assert answer.status_code == 422
    assert "숫자로 적어" in answer.content.decode()
    [held] = answer.context["held"]
    answer = client.post(page, form_of(grant, amount_krw="１２，０００", held=str(held.key)))
    assert answer.status_code == 302, answer.context["form"].errors
    expense = Expense.objects.get()
    assert (expense.state, expense.amount_krw, expense.receipts.count()) == ("sent", 12_000, 1)
    shown = client.get(answer["Location"]).content.decode()
    assert "승인 대기" in shown
    assert client.get(f"/spending/{grant.pk}/papers/{held.key}/").status_code == 200
    client.force_login(district_officer())
    answer = client.post(f"/spending/{grant.pk}/expenses/many/", {"action": "approve", "number": ["1"]}, follow=True)
    assert "1건을 처리했습니다" in answer.content.decode()
    client.force_login(city_officer())
    assert client.get(f"/spending/{grant.pk}/expenses/1/").status_code == 200


SLIPS = {
    "2031-03-01": "오지 않은",
    "2027-02-29": "달력에 없는",
    "어제": "2027-03-05처럼",
}


@pytest.mark.parametrize(("typed", "said"), SLIPS.items())
def test_days_that_cannot_be_stay_as_typed(client, typed, said):
    grant = a_paid_grant()
    client.force_login(member())
    answer = client.post(f"/spending/{grant.pk}/expenses/new/", form_of(grant, paid_on=typed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize("typed", ["-5", "1.5", "0", "열 원", "9" * 30])
def test_amounts_that_cannot_be(client, typed):
    grant = a_paid_grant()
    client.force_login(member())
    answer = client.post(f"/spending/{grant.pk}/expenses/new/", form_of(grant, amount_krw=typed))
    assert answer.status_code == 422
    assert "amount_krw" in answer.context["form"].errors


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ program", b"%PDF-1.4 cut", b"GIF89a", pdf().replace(b"trailer<<", b"trailer<</Encrypt 3 0 R ")],
)
def test_what_is_no_receipt_is_refused_by_its_content(client, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    grant = a_paid_grant()
    client.force_login(member())
    sent_form = form_of(grant, papers=SimpleUploadedFile("receipt.pdf", content, "application/pdf"))
    answer = client.post(f"/spending/{grant.pk}/expenses/new/", sent_form)
    assert answer.status_code == 422
    assert "papers" in answer.context["form"].errors


@pytest.mark.parametrize("rows", [1, 60])
def test_every_page_asks_the_database_at_most_ten_times(client, rows, django_assert_max_num_queries):
    grant = a_paid_grant()
    for number in range(rows):
        entered(grant, 1_000, twice_why="시험", papers=[a_paper()] if number == 0 else [])
    moves.approve(district_officer(), moves.send(member(), Expense.objects.get(number=1)))
    interest(grant, 10)
    client.force_login(member())
    base = f"/spending/{grant.pk}/"
    pages = ["/spending/", base, base + "expenses/", base + "expenses/new/", base + "expenses/1/", base + "trail/"]
    pages += [
        base + f"expenses/{rows}/edit/",
        base + "related/",
        base + "incomes/",
        base + "import/",
        base + "settlement/",
    ]
    pages += [base + "export/?as=csv", base + "export/?as=xlsx"]
    for page in pages if rows > 1 else [p for p in pages if "edit" not in p]:
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200, page
