"""What waits for a person, from every room that has something, and the ways that this person often goes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.notices.tasks import Task
from sanghyeop.ground.parties import permissions as who

#: Rooms whose ``queries.tasks_for(user)`` fill the desk, in the order of a round.
ROOMS = (
    ("rounds", _("연차")),
    ("discovery", _("발굴")),
    ("planning", _("기획")),
    ("review", _("심사")),
    ("selection", _("선정")),
    ("funding", _("교부")),
    ("spending", _("집행·정산")),
    ("hiring", _("모집·배치")),
    ("employment", _("고용·급여")),
)
#: Address, label, for whom.
WAYS = (
    ("discovery:new", _("아이디어 제안하기"), who.signed_in),
    ("discovery:list", _("주민 아이디어"), who.signed_in),
    ("planning:list", _("사업계획서"), who.planner),
    ("review:desk", _("심사"), who.reviewer),
    ("selection:list", _("선정"), who.city_officer),
    ("funding:list", _("교부"), who.planner),
    ("spending:list", _("집행·정산"), who.planner),
    ("hiring:mine", _("내 지원서"), who.signed_in),
    ("hiring:desk", _("참여자 모집"), lambda user: who.district_officer(user) or who.member(user)),
    ("rounds:list", _("연차 관리"), who.city_officer),
    ("employment:mine", _("내 일과 급여"), who.signed_in),
    ("employment:projects", _("고용·급여"), who.planner),
    ("employment:jobs", _("일자리 수"), who.officer),
    ("notices:list", _("알림"), who.signed_in),
    ("parties:account", _("내 정보"), who.signed_in),
)


@dataclass(frozen=True)
class Waiting:
    """A task with how near its deadline is."""

    task: Task
    late: bool
    soon: bool


@dataclass(frozen=True)
class Group:
    label: Any
    tasks: list[Waiting]


def groups_for(user: Any, now: datetime.datetime | None = None) -> list[Group]:
    """What waits for this person by room, nearest deadline first. At most two queries a room."""
    now = now or timezone.now()
    week = now + datetime.timedelta(days=7)
    last = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    found = []
    for room, label in ROOMS:
        tasks = import_module(f"sanghyeop.programme.{room}.queries").tasks_for(user)
        if tasks:
            tasks = sorted(tasks, key=lambda task: task.due or last)
            waiting = [
                Waiting(task, bool(task.due and task.due < now), bool(task.due and now <= task.due < week))
                for task in tasks
            ]
            found.append(Group(label, waiting))
    return found


def ways_for(user: Any) -> list[tuple[str, Any]]:
    """Address and label of what this person may open. No query beyond the person's roles."""
    found = []
    for name, label, rule in WAYS:
        if rule(user):
            try:
                found.append((reverse(name), label))
            except NoReverseMatch:  # the room does not have that page yet
                continue
    return found
