"""A project with an operator, money and people who have accepted a post: for the stories of contracts and pay."""

from __future__ import annotations

import datetime
from datetime import date
from typing import Any

from django.utils import timezone

from sanghyeop.demo.published import load_rates
from sanghyeop.demo.seoul import read
from sanghyeop.ground.ledger.moves import open_book
from sanghyeop.ground.parties.models import District, User
from sanghyeop.programme.employment import moves
from sanghyeop.programme.employment.models import Contract, Holiday, Shift
from sanghyeop.programme.funding.models import Allotment, BudgetLine, Grant, Paying
from sanghyeop.programme.hiring.models import Application, Intake, Placement, Post
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round
from tests import builders, paying

DAY = datetime.timedelta(days=1)
JUNE = date(2026, 6, 1)


def at(on: date, hour: int, minute: int = 0) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(on.year, on.month, on.day, hour, minute))


def a_project(title: str = "다시쓰는 컵", won: int = 90_000_000, round_: Round | None = None, **more: Any) -> Project:
    """A project of 강북구 that is being carried out, with one budget line for personnel from two purses."""
    load_rates(read.rates())
    for on in paying.HOLIDAYS:
        Holiday.objects.get_or_create(on=on, defaults={"name": "쉬는 날"})
    round_ = round_ or builders.the_round()
    member = User.objects.get(email="member@example.org")
    operator = member.memberships.get().organisation
    district = District.objects.get(name="강북구")
    project = Project.objects.create(
        round=round_, key=f"p-{Project.objects.count()}", district=district, organisation=operator, title=title,
        field=round_.fields.first(), **more,
    )  # fmt: skip
    grant = Grant.objects.create(
        project=project,
        book=open_book(title),
        operator=operator,
        state=Grant.State.AGREED,
        number=f"교부-{project.pk}",
        decided_on=date(2026, 2, 1),
        agreed_on=date(2026, 2, 10),
        agreed_content={"text": "협약"},
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        paying=Paying.ADVANCE,
    )
    line = BudgetLine.objects.create(grant=grant, category="personnel", item="인건비")
    for purse, part in (("city", won * 6 // 10), ("district", won - won * 6 // 10)):
        Allotment.objects.create(line=line, purse=purse, amount_krw=part)
    return project


def a_post(project: Project, **more: Any) -> Post:
    facts = {"title": "세척 일꾼", "quota": 5, "months": 9, "hours_a_week": 15, "wage_an_hour_krw": 10_320}
    return Post.objects.create(project=project, order=project.posts.count(), **(facts | more))


def accepted(post: Post, person: User, **more: Any) -> Placement:
    """Somebody who has accepted a post."""
    now = timezone.now()
    officer = User.objects.get(email="district@example.org")
    intake, _new = Intake.objects.get_or_create(
        round=post.project.round, district=post.project.district, name=f"{post.project} 모집",
        defaults={"opens_at": now - 9 * DAY, "closes_at": now - 5 * DAY, "created_by": officer},
    )  # fmt: skip
    number = f"A-{Application.objects.count() + 1:04d}"
    facts = {"born_on": date(1985, 5, 5), "phone": "010-0000-0000", "name": person.name}
    application = Application.objects.create(
        intake=intake, applicant=person, number=number, district=post.project.district, state="eligible",
        consented_at=now, **(facts | more),
    )  # fmt: skip
    return Placement.objects.create(
        post=post, application=application, person=person, state=Placement.State.ACCEPTED, answered_at=now
    )


def terms(**more: Any) -> dict[str, Any]:
    """Three hours from nine on five days, March to December 2026."""
    facts = {
        "starts_on": date(2026, 3, 2), "ends_on": date(2026, 12, 31), "hired_on": None,
        "pattern": [180, 180, 180, 180, 180, 0, 0], "begins_at": datetime.time(9), "weekly_holiday": 6,
        "wage_an_hour_krw": 10_320, "meal_a_day_krw": 0, "pay_day": 10, "five_or_more": True, "place": "번동 세척장",
        "duties": "다회용 컵을 씻고 옮깁니다.",
    }  # fmt: skip
    return facts | more


def hired(project: Project, person: User, post: Post | None = None, **more: Any) -> Contract:
    """A signed contract."""
    placement = accepted(post or project.posts.first() or a_post(project), person)
    employer = User.objects.get(email="member@example.org")
    contract = moves.write_contract(employer, placement, terms(**more))
    contract = moves.offer(employer, contract)
    return moves.sign(person, contract, contract.content_hash)


def works(contract: Contract, since: date, until: date, *absent: date) -> None:
    """Every contracted day from beginning to end, but for holidays and the days named."""
    rows = []
    day = since
    while day <= until:
        minutes = contract.pattern[day.weekday()] if contract.starts_on <= day <= contract.ends_on else 0
        if minutes and day not in paying.HOLIDAYS and day not in absent:
            begin = at(day, contract.begins_at.hour)
            rest = 60 if minutes >= 480 else 30 if minutes >= 240 else 0
            went = begin + datetime.timedelta(minutes=minutes + rest)
            rows.append(Shift(contract=contract, on=day, came_at=begin, went_at=went))
        day += DAY
    Shift.objects.bulk_create(rows)
