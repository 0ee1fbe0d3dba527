"""Example work: people of the log-ins' own project with contracts, a closed month of pay and a month that runs."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from sanghyeop.demo.examples import make
from sanghyeop.demo.people import Cast
from sanghyeop.demo.plans import HOME
from sanghyeop.demo.published import load_sources
from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.employment import attendance, moves, paying
from sanghyeop.programme.employment.models import Contract, Holiday, IndirectJobs, PayRule, Shift
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.hiring.models import Application, Intake, Placement, Post
from sanghyeop.programme.rounds.models import Round

DAY = datetime.timedelta(days=1)
WORKER = "worker@example.org"
WAGE = 12_121
#: Minutes a day and birth of each example worker; the first is the log-in.
WORKERS = ((180, 1979), (180, 1958), (240, 1991), (168, 1966), (240, 1984))


def load_holidays() -> None:
    """The paid public holidays that are known. Can be run again."""
    facts = read.holidays()
    sources = load_sources(facts["sources"])
    for row in facts["holidays"]:
        rest = {"name": row["name"], "note": row.get("note", ""), "source": sources[row["source"]]}
        Holiday.objects.update_or_create(on=row["day"], defaults=rest)


def load_employment(round_: Round, cast: Cast) -> None:
    """Contracts by the moves that people use; days of work are written as if they had been clocked."""
    grant = Grant.objects.filter(
        project__round=round_,
        project__district__name=HOME,
        state=Grant.State.AGREED,
        budget_lines__category="personnel",
    ).first()
    if grant is None or grant.project.district is None:
        return
    employer = cast.users["member@example.org"]
    PayRule.objects.get_or_create(round=round_, defaults={"living_wage": True, "source": "예시 공모 지침"})
    today = timezone.localdate()
    this_month = today.replace(day=1)
    last_month = (this_month - DAY).replace(day=1)
    start = (last_month - DAY).replace(day=1)
    people = [cast.users[WORKER], *(cast.users[r["key"]] for r in make.people()["residents"][-len(WORKERS) + 1 :])]
    post = Post.objects.create(
        project=grant.project, order=90, title="현장 일꾼", quota=len(WORKERS) + 1, months=4, hours_a_week=20,
        wage_an_hour_krw=WAGE, starts_on=start, ends_on=start + 120 * DAY, place=f"{HOME} 작업장",
        duties="사업 현장에서 함께 일합니다.",
    )  # fmt: skip
    intake = Intake.objects.create(
        round=round_, district=grant.project.district, name="현장 일꾼 모집 (예시)", state=Intake.State.CLOSED,
        example=True, opens_at=timezone.now() - 120 * DAY, closes_at=timezone.now() - 100 * DAY, created_by=employer,
    )  # fmt: skip
    try:
        for number, (person, (minutes, year)) in enumerate(zip(people, WORKERS, strict=True)):
            placement = place(intake, post, person, number, year)
            contract = hire(employer, placement, minutes, start)
            work(contract, start, today - DAY)
        month = paying.reckon(employer, grant.project, last_month)
        line = paying.personnel_lines(grant.project).first()
        if line is not None:
            month = paying.close(employer, month, line, this_month + 9 * DAY)
            if this_month + 9 * DAY <= today:
                paying.pay_out(employer, month, this_month + 9 * DAY)
    except Refused:
        return  # a year whose rates are not known yet: the example stays without pay
    waiting = cast.users[make.people()["residents"][-len(WORKERS)]["key"]]
    place(intake, post, waiting, len(WORKERS), 1970)
    loose_ends(people[1], grant, employer)


def place(intake: Intake, post: Post, person: User, number: int, year: int) -> Placement:
    application = Application.objects.create(
        intake=intake, applicant=person, number=f"E-{intake.pk}-{number:03}", name=person.name,
        born_on=datetime.date(year, 1 + number, 10), phone=f"0100001{number:04}", district=intake.district,
        sex=("female", "male", "")[number % 3], state=Application.State.ELIGIBLE, consented_at=intake.opens_at,
        example=True,
    )  # fmt: skip
    return Placement.objects.create(
        post=post, application=application, person=person, state=Placement.State.ACCEPTED, answered_at=intake.closes_at
    )


def hire(employer: User, placement: Placement, minutes: int, start: datetime.date) -> Contract:
    facts: dict[str, Any] = {
        "starts_on": start, "ends_on": start + 120 * DAY, "hired_on": None,
        "pattern": [minutes] * 5 + [0, 0], "begins_at": datetime.time(9), "weekly_holiday": 6,
        "wage_an_hour_krw": WAGE, "meal_a_day_krw": 0, "pay_day": 10, "five_or_more": True,
        "place": placement.post.place, "duties": placement.post.duties,
    }  # fmt: skip
    contract = moves.offer(employer, moves.write_contract(employer, placement, facts))
    return moves.sign(placement.person, contract, contract.content_hash)


def work(contract: Contract, since: datetime.date, until: datetime.date) -> None:
    """Every contracted day but holidays; the first of a month one comes a little late."""
    holidays = set(Holiday.objects.filter(on__range=(since, until)).values_list("on", flat=True))
    days = (since + number * DAY for number in range((until - since).days + 1))
    rows = []
    for on in days:
        minutes = attendance.planned_minutes(contract, on)
        if minutes and on not in holidays:
            came = timezone.make_aware(datetime.datetime.combine(on, datetime.time(9, 10 if on.day == 1 else 0)))
            rest = 30 if minutes >= 240 else 0
            went = timezone.make_aware(datetime.datetime.combine(on, datetime.time(9)))
            rows.append(
                Shift(contract=contract, on=on, came_at=came, went_at=went + datetime.timedelta(minutes=minutes + rest))
            )
    Shift.objects.bulk_create(rows)


def loose_ends(person: User, grant: Grant, employer: User) -> None:
    """A day without a clock-out, a wish for leave, and indirect jobs."""
    contract = Contract.objects.get(person=person, post__project=grant.project)
    last = contract.shifts.filter(on__gte=timezone.localdate().replace(day=1)).first()
    if last:
        Shift.objects.filter(pk=last.pk).update(went_at=None)
    day = timezone.localdate() + 7 * DAY
    while not attendance.planned_minutes(contract, day) and day <= contract.ends_on:
        day += DAY
    if day <= contract.ends_on and not Holiday.objects.filter(on=day).exists():
        attendance.ask_leave(person, contract, day, "paid", "가족 행사 (예시)")
    IndirectJobs.objects.create(
        project=grant.project, on=timezone.localdate(), people=3, what="협동조합 창업 (예시)", evidence="설립신고증",
        by=employer,
    )  # fmt: skip
