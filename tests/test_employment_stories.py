"""From an accepted post to the first payslip, in the words of those who live it."""

from __future__ import annotations

import datetime
from datetime import date

import pytest
from django.db import Error, transaction

from sanghyeop.ground.ledger import queries as ledger
from sanghyeop.ground.ledger.models import Entry, Line
from sanghyeop.ground.notices.models import Notice
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import NotYours, Refused
from sanghyeop.ground.trail.queries import trail_of
from sanghyeop.programme.employment import attendance, moves, paying
from sanghyeop.programme.employment.models import Contract, Leave, PayLine, PayRule, Shift, WageMonth
from sanghyeop.programme.funding.models import BudgetLine
from tests import builders
from tests.employing import DAY, JUNE, a_post, a_project, accepted, at, hired, terms, works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo"), pytest.mark.both_databases]


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def worker():
    return User.objects.get(email="resident@example.org")


@pytest.fixture
def employer():
    return User.objects.get(email="member@example.org")


def rules(month):
    found = {}
    for line in PayLine.objects.filter(payslip__month=month):
        found[line.side, line.rule] = found.get((line.side, line.rule), 0) + line.amount_krw
    return found


# ---------------------------------------------------------------- contracts


def test_a_contract_is_written_sent_and_signed(project, worker, employer):
    placement = accepted(a_post(project), worker)
    contract = moves.write_contract(employer, placement, terms())
    assert (contract.state, contract.born_on) == ("draft", date(1985, 5, 5))
    contract = moves.offer(employer, contract)
    assert contract.content["wage_an_hour_krw"] == 10_320
    assert Notice.objects.get(recipient=worker).subject == "근로계약서에 서명해 주세요"
    with pytest.raises(Refused, match="다시 읽고"):
        moves.sign(worker, contract, "0" * 64)
    contract = moves.sign(worker, contract, contract.content_hash)
    assert contract.state == "signed"
    assert [entry.action for entry in trail_of(contract)] == ["sign", "offer", "write_contract"]
    assert all(worker.name not in entry.subject_name for entry in trail_of(contract))


def test_nobody_else_writes_or_signs(project, worker, employer):
    placement = accepted(a_post(project), worker)
    stranger = builders.a_person("남", "member", builders.an_organisation("다른 단체", "은평구"))
    with pytest.raises(NotYours):
        moves.write_contract(stranger, placement, terms())
    contract = moves.offer(employer, moves.write_contract(employer, placement, terms()))
    for someone in (stranger, employer):
        with pytest.raises(NotYours):
            moves.sign(someone, contract, contract.content_hash)


def test_a_sent_contract_is_not_changed_but_cancelled_and_written_anew(project, worker, employer):
    placement = accepted(a_post(project), worker)
    contract = moves.write_contract(employer, placement, terms())
    with pytest.raises(Refused, match="이미 있습니다"):
        moves.write_contract(employer, placement, terms())
    contract = moves.change_contract(employer, contract, 0, terms(wage_an_hour_krw=11_000))
    with pytest.raises(Refused, match="다른 사람이"):
        moves.change_contract(employer, contract, 0, terms())
    contract = moves.offer(employer, contract)
    with pytest.raises(Refused, match="고칠 수 없습니다"):
        moves.change_contract(employer, contract, 1, terms())
    with pytest.raises(Refused, match="까닭"):
        moves.cancel(employer, contract, "")
    moves.cancel(employer, contract, "시급을 잘못 적음")
    assert moves.write_contract(employer, placement, terms()).state == "draft"


def test_two_contracts_of_a_person_do_not_overlap_and_the_message_says_which(project, worker, employer):
    hired(project, worker)
    other = a_project("골목 밥상")
    placement = accepted(a_post(other, title="조리"), worker)
    second = moves.write_contract(employer, placement, terms(starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 31)))
    with pytest.raises(Refused, match=r"‘세척 일꾼’ 계약.*2026년 12월 31일.*겹칩니다"):
        moves.offer(employer, second)
    with pytest.raises(Error, match="overlap"), transaction.atomic():
        Contract.objects.filter(pk=second.pk).update(state="offered", content_hash="x")


@pytest.mark.parametrize("wage", [10_319, 0])
def test_a_wage_under_the_minimum_wage_is_refused(project, worker, employer, wage):
    placement = accepted(a_post(project), worker)
    contract = moves.write_contract(employer, placement, terms(wage_an_hour_krw=wage))
    with pytest.raises(Refused, match=r"최저임금 10,320원"):
        moves.offer(employer, contract)


def test_where_the_round_pays_the_living_wage_less_is_refused(project, worker, employer):
    PayRule.objects.create(round=project.round, living_wage=True)
    placement = accepted(a_post(project), worker)
    contract = moves.write_contract(employer, placement, terms(wage_an_hour_krw=12_120))
    with pytest.raises(Refused, match=r"생활임금 12,121원"):
        moves.offer(employer, contract)


def test_a_year_without_rates_says_which_rate_is_missing(project, worker, employer):
    placement = accepted(a_post(project), worker)
    contract = moves.write_contract(employer, placement, terms(starts_on=date(2027, 3, 1), ends_on=date(2027, 9, 30)))
    with pytest.raises(Refused, match=r"2027년 3월 1일의 값이 없습니다: 최저임금"):
        moves.offer(employer, contract)


def test_a_wage_is_changed_and_a_contract_ended_with_a_reason(project, worker, employer):
    contract = hired(project, worker)
    with pytest.raises(Refused, match="최저임금"):
        moves.change_wage(employer, contract, date(2026, 6, 16), 10_000, "오류")
    moves.change_wage(employer, contract, date(2026, 6, 16), 12_000, "조장을 맡음")
    works(contract, JUNE, date(2026, 6, 19))
    with pytest.raises(Refused, match="2026년 6월 19일"):
        moves.end_contract(employer, contract, date(2026, 6, 18), "취업")
    assert moves.end_contract(employer, contract, date(2026, 6, 21), "취업").ends_on == date(2026, 6, 21)


# ---------------------------------------------------------------- coming and going


def test_somebody_comes_and_goes_once(project, worker):
    contract = hired(project, worker)
    monday = date(2026, 6, 8)
    attendance.clock_in(worker, contract, at(monday, 8, 57), "37.64,127.03")
    with pytest.raises(Refused, match=r"08:57에 이미 출근"):
        attendance.clock_in(worker, contract, at(monday, 8, 58))
    attendance.clock_out(worker, contract, at(monday, 12, 4))
    with pytest.raises(Refused, match=r"12:04에 이미 퇴근"):
        attendance.clock_out(worker, contract, at(monday, 12, 5))
    with pytest.raises(Refused, match="이미 출근"):
        attendance.clock_in(worker, contract, at(monday, 13))
    table = paying.table_of(project, monday, monday, attendance.COUNTING)
    [found] = attendance.days_of(contract, contract.shifts.all(), [], table)
    assert (found.worked, found.cut) == (180, 7)  # early minutes and late ones do not count by themselves


def test_going_without_having_come_and_days_outside_the_contract(project, worker):
    contract = hired(project, worker)
    with pytest.raises(Refused, match="출근 기록이 없습니다"):
        attendance.clock_out(worker, contract, at(date(2026, 6, 8), 12))
    with pytest.raises(Refused, match="계약 기간이 아닙니다"):
        attendance.clock_in(worker, contract, at(date(2026, 2, 27), 9))


def test_work_through_midnight_belongs_to_the_day_it_began(project, worker, employer):
    contract = hired(project, worker, pattern=[420, 0, 0, 0, 0, 0, 0], begins_at=datetime.time(18))
    monday = date(2026, 6, 8)
    attendance.clock_in(worker, contract, at(monday, 18))
    gone = attendance.clock_out(worker, contract, at(monday + DAY, 1, 30))
    assert gone.on == monday
    table = paying.table_of(project, monday, monday, attendance.COUNTING)
    [found] = attendance.days_of(contract, contract.shifts.all(), [], table)
    assert (found.worked, found.night) == (420, 210)


def test_a_forgotten_clock_out_does_not_stop_tomorrow_and_is_mended_by_the_supervisor(project, worker, employer):
    contract = hired(project, worker)
    monday, tuesday = date(2026, 6, 8), date(2026, 6, 9)
    attendance.clock_in(worker, contract, at(monday, 9))
    attendance.clock_in(worker, contract, at(tuesday, 9, 2))
    assert Shift.objects.filter(went_at=None).count() == 2
    with pytest.raises(NotYours):
        attendance.correct(worker, contract, monday, at(monday, 9), at(monday, 12), "제가 고칩니다")
    with pytest.raises(Refused, match="까닭"):
        attendance.correct(employer, contract, monday, at(monday, 9), at(monday, 12), " ")
    mended = attendance.correct(employer, contract, monday, at(monday, 9), at(monday, 12), "현장 일지로 확인")
    [entry] = [entry for entry in trail_of(mended) if entry.action == "correct_day"]
    assert entry.why == "현장 일지로 확인"
    assert entry.facts["before"]["went_at"] == "None"


def test_longer_work_counts_when_the_supervisor_recognises_it(project, worker, employer):
    contract = hired(project, worker)
    monday = date(2026, 6, 8)
    attendance.correct(employer, contract, monday, at(monday, 9), at(monday, 14, 30), "행사 지원", whole=True)
    works(contract, JUNE, date(2026, 6, 30), monday)
    month = paying.reckon(employer, project, JUNE)
    assert rules(month)["pay", "overtime_short"] == 10_320  # five hours less three, half as much again


# ---------------------------------------------------------------- leave


def test_leave_is_earned_by_the_month_asked_for_and_granted(project, worker, employer):
    contract = hired(project, worker)
    works(contract, date(2026, 3, 2), date(2026, 6, 1))
    balance = attendance.balance_of(contract, date(2026, 6, 2))
    assert balance.earned == 3 * 180  # three whole months, a day of three hours each
    asked = attendance.ask_leave(worker, contract, date(2026, 6, 9), "annual", "")
    with pytest.raises(Refused, match="이미 휴가를"):
        attendance.ask_leave(worker, contract, date(2026, 6, 9), "annual", "")
    with pytest.raises(NotYours):
        attendance.move_leave(worker, asked, "grant_leave")
    attendance.move_leave(employer, asked, "grant_leave")
    with pytest.raises(Refused, match="오늘은 휴가"):
        attendance.clock_in(worker, contract, at(date(2026, 6, 9), 9))
    works(contract, date(2026, 6, 2), date(2026, 6, 30), date(2026, 6, 9))
    month = paying.reckon(employer, project, JUNE)
    assert rules(month)["pay", "leave"] == 30_960
    assert rules(month)["pay", "weekly_holiday"] == 4 * 30_960


def test_leave_on_a_free_day_or_without_any_left_is_refused(project, worker, employer):
    contract = hired(project, worker)
    with pytest.raises(Refused, match="일하기로 한 날이 아닙니다"):
        attendance.ask_leave(worker, contract, date(2026, 6, 7), "annual", "")
    with pytest.raises(Refused, match="공휴일"):
        attendance.ask_leave(worker, contract, date(2026, 6, 3), "annual", "")
    with pytest.raises(Refused, match="모자랍니다"):
        attendance.ask_leave(worker, contract, date(2026, 6, 9), "annual", "")
    assert attendance.ask_leave(worker, contract, date(2026, 6, 9), "paid", "가족 장례").state == Leave.State.ASKED


# ---------------------------------------------------------------- pay


def test_the_first_month_is_reckoned_closed_and_posted_to_the_won(project, worker, employer):
    contract = hired(project, worker)
    works(contract, JUNE, date(2026, 6, 30))
    month = paying.reckon(employer, project, JUNE)
    assert paying.sums_of(month) == {
        "gross": 804_960, "deductions": 78_160, "net": 726_800, "employer_shares": 92_000, "cost": 896_960
    }  # fmt: skip
    line = paying.personnel_lines(project).get()
    month = paying.close(employer, month, line, date(2026, 7, 10))
    assert month.state == "closed"
    entry = Entry.objects.get(pk=month.entry)
    posted = {(row.account, row.purse): row.amount_krw for row in entry.lines.all()}
    assert posted == {
        ("cost", "city"): 538_176, ("cost", "district"): 358_784, ("payable", ""): -726_800,
        ("withheld", ""): -78_160, ("insurance_due", ""): -92_000,
    }  # fmt: skip
    assert Notice.objects.filter(recipient=worker, subject="임금명세서가 나왔습니다").count() == 1
    with pytest.raises(Refused, match="마지막 날부터 오늘까지"):
        paying.pay_out(employer, month, date(2026, 6, 29))
    paying.pay_out(employer, month, date(2026, 7, 10))
    with pytest.raises(Refused, match="이미 지급"):
        paying.pay_out(employer, month, date(2026, 7, 10))
    left = ledger.totals(ledger.lines([entry.book_id]), "account", "purse")
    assert left == {
        ("cost", "city"): 538_176, ("cost", "district"): 358_784, ("cash", "city"): -538_176,
        ("cash", "district"): -358_784, ("payable", ""): 0, ("withheld", ""): 0, ("insurance_due", ""): 0,
    }  # fmt: skip


def test_a_closed_month_stays_closed(project, worker, employer):
    contract = hired(project, worker)
    works(contract, JUNE, date(2026, 6, 30))
    month = paying.close(
        employer, paying.reckon(employer, project, JUNE), paying.personnel_lines(project).get(), date(2026, 7, 10)
    )
    for act in (
        lambda: paying.reckon(employer, project, JUNE),
        lambda: paying.close(employer, month, month.line, date(2026, 7, 10)),
        lambda: attendance.correct(
            employer, contract, date(2026, 6, 9), at(date(2026, 6, 9), 9), at(date(2026, 6, 9), 10), "다시"
        ),
        lambda: moves.change_wage(employer, contract, date(2026, 6, 20), 12_000, "다시"),
        lambda: moves.end_contract(employer, contract, date(2026, 6, 30), "다시"),
    ):
        with pytest.raises(Refused, match="마감"), transaction.atomic():
            act()
    slip = month.payslips.get()
    for touch in (
        lambda: slip.lines.filter(order=0).update(amount_krw=1),
        lambda: slip.lines.all().delete(),
        lambda: slip.delete(),
        lambda: PayLine.objects.create(payslip=slip, order=99, rule="base", side="pay", amount_krw=1, unit_krw=1),
        lambda: WageMonth.objects.filter(pk=month.pk).update(state="open"),
    ):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            touch()
    assert Entry.objects.count() == 1


def test_reckoned_again_it_is_the_same_and_a_correction_changes_only_that_payslip(project, worker, employer):
    first = hired(project, worker)
    second = hired(project, builders.a_person("둘째"))
    for contract in (first, second):
        works(contract, JUNE, date(2026, 6, 30))
    month = paying.reckon(employer, project, JUNE)
    before = {slip.contract_id: (slip.pk, slip.input_hash) for slip in month.payslips.all()}
    paying.reckon(employer, project, JUNE)
    assert {slip.contract_id: (slip.pk, slip.input_hash) for slip in month.payslips.all()} == before
    day = date(2026, 6, 9)
    attendance.correct(employer, first, day, at(day, 9), at(day, 11), "두 시간만 일함")
    paying.reckon(employer, project, JUNE)
    after = {slip.contract_id: (slip.pk, slip.input_hash) for slip in month.payslips.all()}
    assert after[second.pk] == before[second.pk]
    assert after[first.pk][1] != before[first.pk][1]


def test_a_month_with_loose_ends_is_not_closed(project, worker, employer):
    contract = hired(project, worker)
    works(contract, JUNE, date(2026, 6, 29))
    attendance.clock_in(worker, contract, at(date(2026, 6, 30), 9))
    month = paying.reckon(employer, project, JUNE)
    with pytest.raises(Refused, match="퇴근 기록이 없는 날이 1건"):
        paying.close(employer, month, paying.personnel_lines(project).get(), date(2026, 7, 10))


def test_wages_never_overdraw_the_budget_line(worker, employer):
    project = a_project(won=896_959)
    works(hired(project, worker), JUNE, date(2026, 6, 30))
    month = paying.reckon(employer, project, JUNE)
    line = BudgetLine.objects.get(grant__project=project)
    with pytest.raises(Refused, match=r"남은 돈이 896,959원이라 896,960원을"), transaction.atomic():
        paying.close(employer, month, line, date(2026, 7, 10))
    assert not Line.objects.exists()
    assert WageMonth.objects.get().state == "open"


def test_reckoning_takes_the_same_number_of_queries_for_many(project, employer, django_assert_max_num_queries):
    for number in range(6):
        works(hired(project, builders.a_person(f"참여자 {number}")), JUNE, date(2026, 6, 30))
    with django_assert_max_num_queries(8):
        rows = paying.reckoned(project, JUNE)
    assert {row.pay.gross for row in rows} == {804_960}
