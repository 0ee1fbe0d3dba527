"""Example jobs: two projects of the log-ins' district, one intake whose result is out, one that is open today."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sanghyeop.demo.examples import make
from sanghyeop.demo.people import Cast
from sanghyeop.demo.plans import HOME, HOME_ORGANISATION
from sanghyeop.ground.parties.models import District, User
from sanghyeop.programme.hiring import applying, checking, moves, placing
from sanghyeop.programme.hiring.models import Application, Intake, Placement, Post, Rule
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Kind, Round

#: Key, organisation, field, title, English title, summary, posts (title, people, months, hours, duties).
PROJECTS: tuple[tuple[str, str, str, str, str, str, tuple[tuple[str, int, int, int, str], ...]], ...] = (
    (
        "example-cups", HOME_ORGANISATION, "climate", "수유시장 다회용기 순환", "Reusable containers for Suyu market",
        "시장 가게와 잔치에서 쓰는 그릇을 걷어 씻고 다시 나릅니다.",
        (
            ("그릇 걷기와 나르기", 6, 9, 20, "시장과 행사장에서 그릇을 걷고 씻은 그릇을 나릅니다."),
            ("그릇 씻기", 6, 9, 20, "걷은 그릇을 여섯 단계로 씻고 살핍니다."),
        ),
    ),
    (
        "example-table", "gangbuk-1", "food", "번동 이웃 저녁밥터", "Evening table for neighbours in Beon-dong",
        "저녁을 혼자 먹는 아이와 어르신에게 함께 먹는 저녁을 차립니다.",
        (
            ("조리", 4, 9, 20, "저녁 식단을 준비하고 조리합니다."),
            ("배달과 안부", 3, 9, 15, "거동이 불편한 이웃에게 저녁을 나르고 안부를 묻습니다."),
            ("살림 관리", 1, 9, 25, "재료를 사고 장부를 적습니다."),
        ),
    ),
)  # fmt: skip
#: Rules of the example round: kind and the rest. They are made up, in the manner of public calls.
RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    (Rule.Kind.AGE_MIN, {"value": 18}),
    (Rule.Kind.RESIDENCE, {"code": "city"}),
    (Rule.Kind.INCOME_MAX, {"value": 80}),
    (Rule.Kind.UNEMPLOYED, {}),
    (Rule.Kind.EXCLUDED, {"code": "unemployment"}),
    (Rule.Kind.REPEAT_MAX, {"value": 1, "over_years": 3}),
    (Rule.Kind.SIMULTANEOUS, {}),
    (Rule.Kind.INCOME_POINTS, {"value": 60, "points": 30}),
    (Rule.Kind.INCOME_POINTS, {"value": 70, "points": 20}),
    (Rule.Kind.INCOME_POINTS, {"value": 80, "points": 10}),
    (Rule.Kind.GROUP_POINTS, {"code": "senior", "value": 65, "points": 5}),
    (Rule.Kind.GROUP_POINTS, {"code": "midlife", "value": 50, "value_to": 64, "points": 5}),
    (Rule.Kind.GROUP_POINTS, {"code": "disabled", "points": 10}),
    (Rule.Kind.GROUP_POINTS, {"code": "career_break", "points": 10}),
    (Rule.Kind.GROUP_POINTS, {"code": "single_parent", "points": 10}),
    (Rule.Kind.HEAD_POINTS, {"points": 5}),
    (Rule.Kind.DEPENDANT_POINTS, {"value": 4, "points": 2}),
    (Rule.Kind.REPEAT_POINTS, {"over_years": 3, "points": -5}),
    (Rule.Kind.SUITABILITY, {"points": 20}),
)
BASIS = "예시 규칙"
LIVING_WAGE = 12_121
PLACED, APPLIED = 15, 22  # applicants of the intake whose result is out, and of the open one
BANDS = (60, 70, 80, 60, 80, 999)
GROUPS = ((), ("career_break",), (), ("disabled",), (), ("single_parent",), ())
DAY = datetime.timedelta(days=1)


def load_hiring(round_: Round, cast: Cast) -> None:
    """Projects, rules, calls and applicants in last year's published round, by the moves that people use."""
    district = round_.city.districts.get(name=HOME)
    officer = cast.users["district@example.org"]
    Rule.objects.bulk_create(Rule(round=round_, kind=kind, basis=BASIS, **rest) for kind, rest in RULES)
    first, second = (load_project(round_, district, cast, officer, facts) for facts in PROJECTS)
    residents = [cast.users[r["key"]] for r in make.people()["residents"] if r["district"] == HOME] + [
        cast.users[r["key"]] for r in make.people()["residents"] if r["district"] != HOME
    ]
    earlier = load_intake(round_, district, officer, "봄 참여자 모집 (예시)", [first])
    for number, person in enumerate([cast.users["resident@example.org"], *residents[: PLACED - 1]]):
        load_application(earlier, district, person, number)
    announce(officer, earlier)
    still_open = load_intake(round_, district, officer, "가을 참여자 모집 (예시)", [second])
    for number, person in enumerate(residents[PLACED : PLACED + APPLIED]):
        load_application(still_open, district, person, number + PLACED)


def load_project(round_: Round, district: District, cast: Cast, officer: User, facts: Any) -> Project:
    key, organisation, field, title, title_en, summary, posts = facts
    project = Project.objects.create(
        round=round_,
        key=key,
        district=district,
        organisation=cast.organisations[organisation],
        field=round_.fields.get(code=field),
        kind=Kind.NEW,
        title=title,
        title_en=title_en,
        summary=summary,
        years=1,
        jobs=sum(post[1] for post in posts),
        city_krw=90_000_000,
        district_krw=60_000_000,
        own_krw=0,
        example=True,
    )
    today = timezone.localdate()
    for name, quota, months, hours, duties in posts:
        moves.add_post(
            officer, project, title=name, quota=quota, months=months, hours_a_week=Decimal(hours), duties=duties,
            wage_an_hour_krw=LIVING_WAGE, place=HOME,
            starts_on=today + 20 * DAY, ends_on=today + (20 + 30 * months) * DAY,
        )  # fmt: skip
    return project


def load_intake(round_: Round, district: District, officer: User, name: str, projects: list[Project]) -> Intake:
    """An intake that is open today with a published call of each project."""
    now = timezone.now()
    intake = moves.begin_intake(
        officer, round_, district=district, name=name, opens_at=now - DAY, closes_at=now + 14 * DAY, example=True
    )
    intake = moves.change_intake(officer, intake, "open")
    for project in projects:
        posts = list(project.posts.all())
        call = moves.begin_call(
            officer,
            intake,
            project,
            posts,
            {posts[0].pk: [("midlife", 1)]},
            title=f"{project.title} 참여자 모집 (예시)",
            text=f"{project.summary} 함께 일할 이웃을 찾습니다. 처음 하시는 분도 교육을 받고 시작합니다.",
            place=HOME,
            papers="건강보험료 납부확인서 (해당하는 분은 증명서)",
            example=True,
        )
        moves.publish_call(officer, call)
    return intake


def load_application(intake: Intake, district: District, person: User, number: int) -> Application:
    posts = list(Post.objects.filter(call__intake=intake).order_by("pk"))
    turned = posts[number % len(posts) :] + posts[: number % len(posts)]
    born = datetime.date(1955 + number * 7 % 48, 1 + number % 12, 1 + number % 28)
    facts = {
        "income": BANDS[number % len(BANDS)],
        "unemployed": True,
        "other_job": False,
        "benefits": [],
        "groups": list(GROUPS[number % len(GROUPS)]),
        "head": number % 2 == 0,
        "dependants": number % 3,
        "earlier": [],
    }
    personal = {
        "name": person.name, "born_on": born, "phone": f"0100000{number:04}", "district": district,
        "sex": ("female", "male")[number % 2], "words": "", "facts": facts,
    }  # fmt: skip
    return applying.send(person, intake, personal, turned[: 1 + number % len(posts)])


def announce(officer: User, intake: Intake) -> None:
    """The deadline passes, the lots are drawn, most accept, one declines and the next one moves up."""
    now = timezone.now()
    Intake.objects.filter(pk=intake.pk).update(opens_at=now - 30 * DAY, closes_at=now - 10 * DAY)
    intake.refresh_from_db()
    checking.settle_all(officer, intake)
    placing.draw(officer, intake)
    placing.announce(officer, Intake.objects.get(pk=intake.pk))
    offers = list(Placement.objects.filter(application__intake=intake).select_related("person"))
    others = [offer for offer in offers if offer.person.email != "resident@example.org"]
    placing.decline(others[0].person, others[0])
    for offer in others[1:]:
        placing.accept(offer.person, offer)
