"""Builders for the stories of hiring: a project in a published round, posts, an open intake with its call."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.utils import timezone

from sanghyeop.ground.parties.models import District, Organisation, User
from sanghyeop.programme.hiring import applying, checking, moves, placing
from sanghyeop.programme.hiring.models import Application, Call, Draw, Intake, Post, Rule
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Round
from tests.builders import a_person

_numbers = itertools.count(1)
DAY = datetime.timedelta(days=1)


def officer() -> User:
    return User.objects.get(email="district@example.org")


def a_published_round() -> Round:
    city = District.objects.first().city
    round_, _new = Round.objects.get_or_create(
        city=city, year=2025, defaults={"name": "2025년 사업", "state": Round.State.PUBLISHED}
    )
    return round_


def a_project(
    title: str = "골목 빨래방", organisation: Organisation | None = None, district: str = "강북구"
) -> Project:
    return Project.objects.create(
        round=a_published_round(),
        key=f"hiring-{next(_numbers)}",
        district=District.objects.get(name=district),
        organisation=organisation or Organisation.objects.get(memberships__user__email="member@example.org"),
        title=title,
    )


def a_post(project: Project, title: str = "빨래방 지기", quota: int = 1, **more: Any) -> Post:
    facts = {"months": 10, "hours_a_week": 20, "wage_an_hour_krw": 12_121} | more
    return moves.add_post(officer(), project, title=title, quota=quota, **facts)


def a_rule(round_: Round, kind: str, **more: Any) -> Rule:
    return Rule.objects.create(round=round_, kind=kind, **more)


def an_intake(round_: Round, district: str = "강북구", opened: bool = True, **more: Any) -> Intake:
    now = timezone.now()
    place = District.objects.get(name=district)
    facts = {"name": "봄 모집", "opens_at": now - DAY, "closes_at": now + 7 * DAY, "district": place} | more
    actor = (
        officer()
        if district == "강북구"
        else User.objects.get(memberships__role="district_officer", memberships__organisation__district=place)
    )
    intake = moves.begin_intake(actor, round_, **facts)
    return moves.change_intake(actor, intake, "open") if opened else intake


def a_call(intake: Intake, project: Project, posts: list[Post], reserves: Any = None, **more: Any) -> Call:
    facts = {"title": f"{project} 참여자 모집", "text": "함께 일할 분을 찾습니다.", "place": "수유동"} | more
    call = moves.begin_call(officer(), intake, project, posts, reserves or {}, **facts)
    return moves.publish_call(officer(), call)


def personal(**changes: Any) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "name": f"주민{number}",
        "born_on": datetime.date(1985, 3, 1) + datetime.timedelta(days=number),
        "phone": f"010-1234-{number:04}",
        "district": District.objects.get(name="강북구"),
        "sex": "",
        "words": "",
        "facts": {},
    } | changes


def applies(intake: Intake, *posts: Post, who: User | None = None, **changes: Any) -> Application:
    return applying.send(who or a_person(), intake, personal(**changes), posts)


def past_deadline(intake: Intake) -> Intake:
    Intake.objects.filter(pk=intake.pk).update(closes_at=timezone.now() - datetime.timedelta(seconds=1))
    return Intake.objects.get(pk=intake.pk)


def placed(intake: Intake) -> Draw:
    """The deadline passes, everybody is checked, the lots are drawn."""
    intake = past_deadline(intake)
    checking.settle_all(officer(), intake)
    return placing.draw(officer(), intake)


def announced(intake: Intake) -> Intake:
    placed(intake)
    return placing.announce(officer(), Intake.objects.get(pk=intake.pk))
