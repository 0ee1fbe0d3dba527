"""Wages reach the books once, whichever way; and no settlement is sent while wages, taxes or premiums stand open."""

from __future__ import annotations

import datetime
from datetime import date

import pytest
from django.db import transaction

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.employment import paying
from sanghyeop.programme.funding.models import Allotment, BudgetLine, Grant
from sanghyeop.programme.spending import importing, moves, settling
from sanghyeop.programme.spending.models import Expense
from sanghyeop.programme.spending.queries import lines_of
from sanghyeop.programme.spending.statement import checklist, statement_of
from tests.employing import JUNE, a_project, hired, works
from tests.funding import district_officer, member
from tests.spending import a_paper, entered, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.both_databases]
END_OF_JUNE, PAY_DAY = date(2026, 6, 30), date(2026, 7, 10)


@pytest.fixture
def grant():
    """A project until the end of June 2026, with personnel and material in its budget."""
    found = Grant.objects.get(project=a_project())
    found.ends_on = END_OF_JUNE
    found.save()
    material = BudgetLine.objects.create(grant=found, category="operating", item="재료비")
    Allotment.objects.create(line=material, purse="city", amount_krw=1_000_000)
    return found


@pytest.fixture
def worker():
    return User.objects.get(email="resident@example.org")


def june(grant, worker):
    """A month of work, reckoned."""
    works(hired(grant.project, worker, starts_on=date(2026, 6, 1), ends_on=END_OF_JUNE), JUNE, END_OF_JUNE)
    return paying.reckon(member(), grant.project, JUNE)


def personnel(grant):
    return grant.budget_lines.get(category="personnel")


def wage(grant, **more):
    return entered(grant, 896_960, item="인건비", paid_on=date(2026, 6, 30), payee="참여자 임금", **more)


def test_without_contracts_wages_are_entered_as_payments(grant):
    assert wage(grant).evidence == Expense.Evidence.PAYROLL


def test_with_contracts_wages_come_by_the_payroll_only_and_the_form_says_where(client, grant, worker):
    june(grant, worker)
    with pytest.raises(moves.Faulty, match="급여 화면") as refused:
        wage(grant)
    assert [field for field, _message in refused.value.faults] == ["evidence"]
    with pytest.raises(moves.Faulty, match="참여자입니다") as refused:
        entered(grant, 5_000, item="인건비", paid_on=END_OF_JUNE, payee=f" {worker.name}", evidence="other")
    assert [field for field, _message in refused.value.faults] == ["payee"]
    # Somebody else's fee is personnel cost as well; and a participant's shop may be bought from.
    assert entered(grant, 5_000, item="인건비", paid_on=END_OF_JUNE, payee="강사 최초롱", evidence="other").pk
    assert entered(grant, 5_000, paid_on=END_OF_JUNE, payee=worker.name).pk
    client.force_login(member())
    form = client.get(f"/spending/{grant.pk}/expenses/new/").content.decode()
    assert f"/employment/projects/{grant.project_id}/wages/" in form


def test_a_banks_table_brings_no_wages_in_either(grant, worker):
    june(grant, worker)
    data = f"거래일자,받는분,출금액\n2026-06-30,{worker.name},896960\n".encode()
    sheet = importing.read_sheet(data, grant, personnel(grant), "other")
    assert "참여자입니다" in " ".join(sheet.rows[0].faults)


def test_a_month_is_not_closed_over_wages_that_were_entered_before_the_contract(grant, worker):
    before = wage(grant)
    month = june(grant, worker)
    with pytest.raises(Refused, match=f"집행 {before.number}번"), transaction.atomic():
        paying.close(member(), month, personnel(grant), PAY_DAY)
    moves.drop(member(), before, "급여 화면으로 옮깁니다.")
    assert paying.close(member(), month, personnel(grant), PAY_DAY).state == "closed"


def test_payments_that_wait_leave_wages_no_more_than_the_rest(grant, worker):
    """90,000,000 won for personnel: what a payment holds is not there for wages, nor what wages took for a payment."""
    month = june(grant, worker)
    fee = entered(grant, 89_200_000, item="인건비", paid_on=END_OF_JUNE, payee="강사", evidence="other")
    fee = moves.send(member(), fee)
    with pytest.raises(Refused, match="남은 돈이 800,000원이라 896,960원을"), transaction.atomic():
        paying.close(member(), month, personnel(grant), PAY_DAY)
    moves.take_back(member(), fee)
    paying.close(member(), month, personnel(grant), PAY_DAY)
    assert {line.item: line.left for line in lines_of(grant)} == {"인건비": 90_000_000 - 896_960, "재료비": 1_000_000}
    with pytest.raises(moves.Faulty, match="모자랍니다"):
        moves.send(member(), fee)


def missing(settlement):
    settlement.refresh_from_db()
    grant = settlement.grant
    items = checklist(settlement, statement_of(grant), [], datetime.date(2026, 8, 1))
    return {item.code: item.more for item in items if not item.done}


def test_a_settlement_waits_for_wages_taxes_and_premiums(client, grant, worker):
    month = june(grant, worker)
    settlement = written(settling.begin(member(), grant))
    assert missing(settlement)["wages"] == "마감하지 않은 달: 2026-06"
    with pytest.raises(Refused, match="임금을 모두 마감"):
        settling.send(member(), settlement)
    # The settlement has begun; the last month is still closed and paid, and a payment is still mended.
    paying.close(member(), month, personnel(grant), PAY_DAY)
    assert missing(settlement)["unpaid"] == "아직 내지 않은 돈 896,960원"
    with pytest.raises(Refused, match="보험료를 모두"):
        settling.send(member(), settlement)
    paying.pay_out(member(), month, PAY_DAY)
    assert not {"wages", "unpaid"} & set(missing(settlement))
    left = moves.send(member(), entered(grant, 5_000, paid_on=END_OF_JUNE, papers=[a_paper()]))
    left = moves.send_back(district_officer(), left, "품목을 적어 주세요.")
    assert missing(settlement)["payments"] == "1건 남음"
    client.force_login(member())
    page = client.get(f"/spending/{grant.pk}/settlement/").content.decode()
    assert "1건 남음" in page
    assert "정산 보내기" not in page
    moves.drop(member(), left, "쓰지 않았습니다.")
    assert "payments" not in missing(settlement)


def test_a_month_in_which_nobody_worked_does_not_hold_the_settlement_up(grant, worker):
    few = [120, 120, 120, 120, 120, 0, 0]  # under fifteen hours a week public holidays are not paid
    hired(grant.project, worker, starts_on=date(2026, 6, 1), ends_on=END_OF_JUNE, pattern=few)
    settlement = settling.begin(member(), grant)
    assert "wages" in missing(settlement)
    month = paying.reckon(member(), grant.project, JUNE)
    assert paying.sums_of(month)["cost"] == 0
    assert "wages" not in missing(settlement)


def test_after_the_settlement_was_sent_no_month_is_closed_any_more(grant, worker):
    settlement = written(settling.begin(member(), grant))
    # The operator says it is done, without a contract; a contract that is written afterwards has no way into the books.
    for instalment in grant.instalments.all():
        instalment.delete()
    settlement = settling.send(member(), settlement)
    month = june(grant, worker)
    with pytest.raises(Refused, match="정산을 보냈거나"), transaction.atomic():
        paying.close(member(), month, personnel(grant), PAY_DAY)
    with pytest.raises(Refused, match="임금을 모두 마감"):
        settling.check(district_officer(), settlement)
