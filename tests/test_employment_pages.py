"""Contracts, work and pay through the pages: what people see and send, and how many queries a page takes."""

from __future__ import annotations

import datetime
from datetime import date

import pytest
from django.utils import timezone

from sanghyeop.ground.parties.models import User
from sanghyeop.programme.employment import attendance, counting, moves, paying
from sanghyeop.programme.employment.models import Contract, IndirectJobs, Payslip, Shift
from sanghyeop.programme.hiring.models import Trainee, Training
from tests import builders
from tests.employing import DAY, JUNE, a_post, a_project, accepted, at, hired, terms, works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def worker():
    return User.objects.get(email="resident@example.org")


@pytest.fixture
def employer():
    return User.objects.get(email="member@example.org")


def as_(client, person):
    client.force_login(person)
    return client


def typed(**more):
    facts = {
        "starts_on": "2026-03-02", "ends_on": "2026-12-31", "hired_on": "", "begins_at": "09:00",
        **{f"hours_{day}": "3" if day < 5 else "0" for day in range(7)}, "weekly_holiday": "6",
        "wage_an_hour_krw": "10,320", "meal_a_day_krw": "0", "pay_day": "10", "five_or_more": "on",
        "place": "번동 세척장", "duties": "컵 씻기",
    }  # fmt: skip
    return facts | more


def test_from_an_accepted_post_to_a_payslip(client, project, worker, employer):
    placement = accepted(a_post(project), worker)
    as_(client, employer)
    page = client.get(f"/employment/projects/{project.pk}/").content.decode()
    assert "계약할 사람 1명" in page
    page = client.get(f"/employment/placements/{placement.pk}/new/").content.decode()
    assert "한 주 15시간 미만" in page  # the borders stand beside the form
    response = client.post(f"/employment/placements/{placement.pk}/new/", typed())
    contract = Contract.objects.get()
    assert response["Location"] == f"/employment/contracts/{contract.pk}/"
    assert contract.pattern == [180] * 5 + [0, 0]
    client.post(f"/employment/contracts/{contract.pk}/move/", {"act": "offer"})
    as_(client, worker)
    assert "근로계약서에 서명하기" in client.get("/desk/").content.decode()
    page = client.get(f"/employment/contracts/{contract.pk}/").content.decode()
    assert "09:00 ~ 12:00" in page
    contract.refresh_from_db()
    unread = client.post(f"/employment/contracts/{contract.pk}/sign/", {"content_hash": contract.content_hash})
    assert unread.status_code == 422
    client.post(f"/employment/contracts/{contract.pk}/sign/", {"content_hash": contract.content_hash, "read": "1"})
    contract.refresh_from_db()
    assert contract.state == "signed"
    paper = client.get(f"/employment/contracts/{contract.pk}/contract.pdf")
    assert paper.content[:5] == b"%PDF-"
    works(contract, JUNE, date(2026, 6, 30))
    as_(client, employer)
    response = client.post(f"/employment/projects/{project.pk}/wages/reckon/", {"month": "2026-06"}, follow=True)
    assert "896,960원" in response.content.decode()
    slip = Payslip.objects.get()
    line = paying.personnel_lines(project).get()
    sent = {"line": line.pk, "pays_on": "2026-07-10", "sure": "on"}
    as_(client, worker)
    assert client.get(f"/employment/payslips/{slip.pk}/").status_code == 404  # not before the month is closed
    as_(client, employer)
    client.post(f"/employment/months/{slip.month_id}/close/", sent)
    again = client.post(f"/employment/months/{slip.month_id}/close/", sent)
    assert again.status_code == 422
    as_(client, worker)
    page = client.get(f"/employment/payslips/{slip.pk}/").content.decode()
    assert "726,800원" in page
    assert "63시간 × 10,320원" in page
    assert "근로기준법 제55조" in page
    assert "확인 필요" in page
    assert client.get(f"/employment/payslips/{slip.pk}/payslip.pdf").content[:5] == b"%PDF-"


def test_coming_and_going_by_phone(client, project, worker):
    today = timezone.localdate()
    contract = hired(project, worker, ends_on=max(today + 30 * DAY, date(2026, 12, 31)))
    as_(client, worker)
    assert "출근하기" in client.get("/employment/").content.decode()
    client.post(f"/employment/contracts/{contract.pk}/clock/", {"act": "in", "where": "37.6,127.0 ±20m"})
    page = client.post(f"/employment/contracts/{contract.pk}/clock/", {"act": "in"}, follow=True).content.decode()
    assert "이미 출근을 기록했습니다" in page
    assert "퇴근하기" in page
    page = client.post(f"/employment/contracts/{contract.pk}/clock/", {"act": "out"}, follow=True).content.decode()
    assert "퇴근했습니다" in page
    assert "출근하기" not in page
    assert Shift.objects.get().came_where == "37.6,127.0 ±20m"


def test_the_supervisor_mends_a_missing_clock_out(client, project, worker, employer):
    contract = hired(project, worker)
    day = date(2026, 6, 9)
    attendance.clock_in(worker, contract, at(day, 9))
    as_(client, employer)
    assert "퇴근 기록이 없는 날 고치기" in client.get("/desk/").content.decode()
    assert "퇴근 없음" in client.get(f"/employment/projects/{project.pk}/days/?open=1").content.decode()
    address = f"/employment/contracts/{contract.pk}/days/2026-06-09/"
    response = client.post(address, {"came": "09:00", "went": "12:00", "why": ""})
    assert response.status_code == 422
    assert 'value="12:00"' in response.content.decode()
    client.post(address, {"came": "09:00", "went": "12:00", "why": "일지로 확인"})
    assert timezone.localtime(Shift.objects.get().went_at).hour == 12
    client.post(address, {"act": "remove", "why": "다른 사람의 기록"})
    assert not Shift.objects.exists()
    assert client.get(f"/employment/contracts/{contract.pk}/days/pick/?on=2026-13-01").status_code == 409


def test_leave_is_asked_for_and_answered(client, project, worker, employer):
    contract = hired(project, worker, starts_on=date(2026, 1, 5))
    works(contract, date(2026, 1, 5), date(2026, 6, 30))
    as_(client, worker)
    address = f"/employment/contracts/{contract.pk}/leave/"
    refused = client.post(address, {"on": "2026-12-05", "kind": "annual"})  # a Saturday
    assert refused.status_code == 422
    client.post(address, {"on": "2026-12-01", "kind": "annual"})
    leave = contract.leaves.get()
    as_(client, employer)
    assert "승인하기" in client.get(f"/employment/projects/{project.pk}/leaves/").content.decode()
    client.post(f"/employment/leave/{leave.pk}/move/", {"act": "refuse_leave", "why": ""})
    leave.refresh_from_db()
    assert leave.state == "asked"
    client.post(f"/employment/leave/{leave.pk}/move/", {"act": "grant_leave"})
    leave.refresh_from_db()
    assert leave.state == "granted"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_on": "2026-03-01"}, "늦어야 합니다"),
        ({"starts_on": "2026-02-29"}, "올바른 날짜"),
        ({f"hours_{day}": "0" for day in range(7)}, "요일의 시간을"),
        ({f"hours_{day}": "12" for day in range(7)}, "52시간"),
        ({"wage_an_hour_krw": "많이"}, "금액을 읽지 못했습니다"),
        ({"duties": "담당자 850505-1234567"}, "주민등록번호는 받지 않습니다"),
        ({"place": "９００１０１－２******"}, "주민등록번호는 받지 않습니다"),
        ({"hired_on": "2026-04-01"}, "늦을 수 없습니다"),
    ],
)
def test_a_contract_with_a_slip_is_shown_again_with_everything_typed(client, project, worker, employer, wrong, said):
    placement = accepted(a_post(project), worker)
    as_(client, employer)
    response = client.post(f"/employment/placements/{placement.pk}/new/", typed(**wrong))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "번동 세척장" in page or "place" in wrong
    assert not Contract.objects.exists()


def test_the_same_form_twice_writes_one_contract(client, project, worker, employer):
    placement = accepted(a_post(project), worker)
    as_(client, employer)
    key = {"once": "3f0c1f0e-6e2f-4b4e-9a55-1f8d8f1a2b3c"}
    first = client.post(f"/employment/placements/{placement.pk}/new/", typed(**key))
    client.get("/desk/")  # the words about the first sending are read
    second = client.post(f"/employment/placements/{placement.pk}/new/", typed(**key), follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    said = second.content.decode()
    assert "이미 보내신 양식" in said and "계약서를 썼습니다" not in said
    assert Contract.objects.count() == 1


def test_the_planner_shows_the_borders(client, employer, project):
    as_(client, employer)
    asked = {"hours": "14", "wage": "10,320", "starts_on": "2026-03-02", "months": "9", "born_on": "1961-06-01"}
    page = client.get("/employment/planner/", asked).content.decode()
    assert "계약 기간 중 2026년 6월 1일에 만 65세가 됩니다" in page
    assert "만 64세라 국민연금을 내지 않습니다" in page
    missing = client.get("/employment/planner/", asked | {"starts_on": "2029-03-02"}).content.decode()
    assert "규칙집에 2029년 3월 2일의 값이 없습니다" in missing
    assert client.get("/employment/planner/", {"hours": "0"}).status_code == 422


def test_jobs_are_counted_apart(client, project, worker, employer):
    hired(project, worker, post=a_post(project, quota=3, starts_on=date(2026, 3, 2)))
    works(Contract.objects.get(), JUNE, date(2026, 6, 30))
    paying.reckon(employer, project, JUNE)
    Contract.objects.update(sex="female")
    IndirectJobs.objects.create(
        project=project, on=date(2026, 7, 1), people=4, what="협동조합 창업", evidence="등기", by=employer
    )
    training = Training.objects.create(project=project, title="세척 교육", rate_needed=80)
    application = accepted(project.posts.first(), builders.a_person("교육생"), born_on=date(2001, 1, 1)).application
    Trainee.objects.create(training=training, application=application, person=application.applicant)
    projects = type(project).objects.all()
    rows, whole = counting.count_jobs(projects, "district", date(2026, 6, 30))
    assert [(row.label, row.direct, row.indirect, row.training) for row in rows] == [("강북구", 1, 4, 1)]
    # 21 days of 3 h and a holiday of 3 h are 66 h; a full month has 40 x 365/84 h.
    assert whole.worked == pytest.approx(66 * 84 / (40 * 365))
    rows, _whole = counting.count_jobs(projects, "age", date(2026, 6, 30))
    assert [(str(row.label), row.direct, row.training) for row in rows] == [("29세까지", 0, 1), ("40~49세", 1, 0)]
    rows, _whole = counting.count_jobs(projects, "sex", date(2026, 6, 30))
    assert {str(row.label): row.direct for row in rows} == {"여성": 1, "밝히지 않음": 0}
    as_(client, User.objects.get(email="city@example.org"))
    page = client.get("/employment/jobs/?by=field").content.decode()
    assert "간접(명)" in page
    page = client.get("/employment/jobs/vacancies/").content.decode()
    assert "27" in page  # three people for nine months are planned


PAGES = {
    "resident@example.org": ("", "contracts/{contract}/days/?month=2026-06", "contracts/{contract}/leave/",
                             "contracts/{contract}/", "payslips/{slip}/"),
    "member@example.org": ("projects/", "projects/{project}/", "projects/{project}/days/?month=2026-06",
                           "projects/{project}/leaves/", "projects/{project}/wages/", "months/{month}/",
                           "contracts/{contract}/", "contracts/{contract}/edit/", "placements/{placement}/new/",
                           "projects/{project}/indirect/", "contracts/{contract}/days/2026-06-09/", "payslips/{slip}/"),
    "city@example.org": ("jobs/", "jobs/?by=age", "jobs/vacancies/", "rules/{round}/"),
}  # fmt: skip


def test_every_page_takes_at_most_ten_queries_with_many_rows(
    client, project, worker, employer, django_assert_max_num_queries
):
    contract = hired(project, worker)
    for number in range(5):
        other = a_post(project, title=f"직무 {number}")
        hired(project, builders.a_person(f"참여자 {number}"), post=other)
        accepted(other, builders.a_person(f"기다리는 이 {number}"))
    for row in Contract.objects.all():
        works(row, JUNE, date(2026, 6, 30))
    attendance.ask_leave(worker, contract, date(2026, 12, 1), "paid", "행사")
    month = paying.reckon(employer, project, JUNE)
    month = paying.close(employer, month, paying.personnel_lines(project).get(), date(2026, 7, 10))
    places = {
        "contract": contract.pk, "project": project.pk, "month": month.pk, "round": project.round_id,
        "slip": month.payslips.get(contract=contract).pk, "placement": accepted(a_post(project), employer).pk,
    }  # fmt: skip
    for email, pages in PAGES.items():
        as_(client, User.objects.get(email=email))
        for page in pages:
            # Session and person are two more than what the page itself asks.
            with django_assert_max_num_queries(10, info=page):
                assert client.get(f"/employment/{page.format(**places)}").status_code in (200, 409), page


def test_nobody_reads_anothers_contract_or_pay(client, project, worker, employer):
    contract = hired(project, worker)
    for person in (builders.a_person("이웃"), User.objects.get(email="expert@example.org")):
        as_(client, person)
        assert client.get(f"/employment/contracts/{contract.pk}/").status_code == 404
    draft = moves.write_contract(
        employer,
        accepted(a_post(a_project("다른 사업")), worker),
        terms(starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 1)),
    )
    as_(client, worker)
    assert client.get(f"/employment/contracts/{draft.pk}/").status_code == 404  # a draft is the employer's


def test_hours_as_they_are_typed_survive_a_change(client, project, worker, employer):
    placement = accepted(a_post(project, hours_a_week=14), worker)
    as_(client, employer)
    page = client.get(f"/employment/placements/{placement.pk}/new/")
    form = page.context["form"]
    assert sum(float(form.initial[f"hours_{day}"]) for day in range(7)) == 14
    client.post(f"/employment/placements/{placement.pk}/new/", typed(hours_0="2.25"))
    contract = Contract.objects.get()
    assert contract.pattern[0] == 135
    client.post(f"/employment/contracts/{contract.pk}/edit/", typed(hours_0="2.5", version="0"))
    contract.refresh_from_db()
    assert contract.pattern[0] == 150
    clash = client.post(f"/employment/contracts/{contract.pk}/edit/", typed(hours_0="4", version="0"))
    assert clash.status_code == 422
    assert "다른 사람이" in clash.content.decode()


def test_work_begun_before_midnight_is_ended_after_it(client, project, worker, employer):
    contract = hired(project, worker, begins_at=datetime.time(18), pattern=[420, 0, 0, 0, 0, 0, 0])
    address = f"/employment/contracts/{contract.pk}/days/2026-06-08/"
    as_(client, employer)
    client.post(address, {"came": "18:00", "went": "01:30", "why": "야간 행사"})
    shift = Shift.objects.get()
    assert timezone.localdate(shift.went_at) == date(2026, 6, 9)
