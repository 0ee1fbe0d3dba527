"""The life of a round: which moves there are, who makes them, what each asks for."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.parties.permissions import Role
from sanghyeop.ground.trail.moves import Move, MoveTable, lock
from sanghyeop.programme.rounds.models import Period, Round
from sanghyeop.programme.rounds.permissions import may_change
from sanghyeop.programme.rounds.queries import period
from sanghyeop.programme.rounds.readiness import not_ready

State = Round.State
CITY_OFFICER = gettext_lazy("시 담당자")


def intake_begun(round_: Round) -> str | None:
    """A call is taken back only while nobody can have sent anything."""
    if any(p.opens_at <= timezone.now() for p in round_.periods.all() if p.step in Period.Step.values[:2]):
        return _("접수를 시작한 뒤에는 준비로 되돌릴 수 없습니다.")
    return None


def intake_running(round_: Round) -> str | None:
    """Review begins when no plan can come in any more."""
    plans = period(round_, Period.Step.PLANS)
    if plans is not None and plans.closes_at > timezone.now():
        return _("계획서 접수 기간이 아직 끝나지 않았습니다. 마감이 지난 뒤에 심사를 시작할 수 있습니다.")
    return None


def still_running(round_: Round) -> str | None:
    """A round closes when its projects' time is over."""
    start = period(round_, Period.Step.START)
    if start is not None and start.closes_at > timezone.now():
        return _("사업 기간이 아직 끝나지 않았습니다.")
    return None


ROUND = MoveTable(
    name=gettext_lazy("연차"),
    states=dict(State.choices),
    moves=(
        Move(
            "open_call",
            gettext_lazy("공모 열기"),
            (State.DRAFT,),
            State.OPEN,
            may_change,
            CITY_OFFICER,
            guard=not_ready,
            guard_label=gettext_lazy("점검표의 모든 항목이 갖추어졌을 때"),
            follows=gettext_lazy(
                "공모를 열면 자치구 담당자 모두에게 알림이 가고, 접수가 시작되면 준비로 되돌릴 수 없습니다."
            ),
        ),
        Move(
            "take_back",
            gettext_lazy("준비로 되돌리기"),
            (State.OPEN,),
            State.DRAFT,
            may_change,
            CITY_OFFICER,
            guard=intake_begun,
            guard_label=gettext_lazy("아직 아무 접수도 시작하지 않았을 때"),
            why=True,
        ),
        Move(
            "begin_review",
            gettext_lazy("심사 시작"),
            (State.OPEN,),
            State.REVIEW,
            may_change,
            CITY_OFFICER,
            guard=intake_running,
            guard_label=gettext_lazy("계획서 접수 마감이 지났을 때"),
            follows=gettext_lazy("심사를 시작하면 계획서를 더 받지 않으며, 심사 규칙을 더 바꿀 수 없습니다."),
        ),
        Move(
            "reopen_call",
            gettext_lazy("공모로 되돌리기"),
            (State.REVIEW,),
            State.OPEN,
            may_change,
            CITY_OFFICER,
            why=True,
        ),
        Move(
            "begin_selection",
            gettext_lazy("선정 시작"),
            (State.REVIEW,),
            State.SELECTION,
            may_change,
            CITY_OFFICER,
            follows=gettext_lazy("선정을 시작하면 심사표를 더 내거나 고칠 수 없고, 선정 규칙을 더 바꿀 수 없습니다."),
        ),
        Move(
            "return_to_review",
            gettext_lazy("심사로 되돌리기"),
            (State.SELECTION,),
            State.REVIEW,
            may_change,
            CITY_OFFICER,
            why=True,
        ),
        Move(
            "publish",
            gettext_lazy("결과 발표"),
            (State.SELECTION,),
            State.PUBLISHED,
            may_change,
            CITY_OFFICER,
            guard_label=gettext_lazy("두 담당자가 선정 결과를 확정했을 때"),
        ),
        Move(
            "close",
            gettext_lazy("연차 닫기"),
            (State.PUBLISHED,),
            State.CLOSED,
            may_change,
            CITY_OFFICER,
            guard=still_running,
            guard_label=gettext_lazy("사업 기간이 끝났을 때"),
            follows=gettext_lazy("연차를 닫으면 일정도 더 고칠 수 없습니다."),
        ),
        Move(
            "reopen",
            gettext_lazy("닫은 연차 다시 열기"),
            (State.CLOSED,),
            State.PUBLISHED,
            may_change,
            CITY_OFFICER,
            why=True,
        ),
    ),
)

#: Acts that change no state, in words for the trail.
ACTS = {
    "create": gettext_lazy("연차 만들기"),
    "copy": gettext_lazy("지난 연차에서 복사"),
    "edit": gettext_lazy("내용 고침"),
}


@transaction.atomic
def open_call(actor: Any, round_: Round) -> Round:
    """Open the call and tell the districts' officers. Raises ``Refused`` with all that is missing."""
    opened = ROUND.make(actor, lock(round_), "open_call")
    tell_districts(
        opened,
        "open",
        _("%(round)s 공모를 열었습니다") % {"round": opened},
        _("공모의 목적과 일정, 신청 자격과 심사 기준을 확인해 주세요."),
    )
    return opened


@transaction.atomic
def take_back(actor: Any, round_: Round, why: str) -> Round:
    """Back to the draft before anything could be sent in."""
    return ROUND.make(actor, lock(round_), "take_back", why)


@transaction.atomic
def begin_review(actor: Any, round_: Round) -> Round:
    """From the call to the review, after the plans' deadline."""
    return ROUND.make(actor, lock(round_), "begin_review")


@transaction.atomic
def reopen_call(actor: Any, round_: Round, why: str) -> Round:
    """Back from the review to the call, so that the plans' deadline can be put off."""
    return ROUND.make(actor, lock(round_), "reopen_call", why)


@transaction.atomic
def begin_selection(actor: Any, round_: Round) -> Round:
    """From the review to the selection."""
    return ROUND.make(actor, lock(round_), "begin_selection")


@transaction.atomic
def return_to_review(actor: Any, round_: Round, why: str) -> Round:
    """Back from the selection to the review."""
    return ROUND.make(actor, lock(round_), "return_to_review", why)


@transaction.atomic
def publish(actor: Any, round_: Round) -> Round:
    """The result is public. Called by the selection, whose decision two officers have locked."""
    published = ROUND.make(actor, lock(round_), "publish")
    published.published_at = timezone.now()
    published.save(update_fields=["published_at"])
    return published


@transaction.atomic
def close(actor: Any, round_: Round) -> Round:
    """The year is over."""
    return ROUND.make(actor, lock(round_), "close")


@transaction.atomic
def reopen(actor: Any, round_: Round, why: str) -> Round:
    """A closed round is open to work again."""
    return ROUND.make(actor, lock(round_), "reopen", why)


#: The moves that an officer makes on the round's own page; ``publish`` belongs to the selection.
BUTTONS = {
    "open_call": lambda actor, round_, why: open_call(actor, round_),
    "take_back": take_back,
    "begin_review": lambda actor, round_, why: begin_review(actor, round_),
    "reopen_call": reopen_call,
    "begin_selection": lambda actor, round_, why: begin_selection(actor, round_),
    "return_to_review": return_to_review,
    "close": lambda actor, round_, why: close(actor, round_),
    "reopen": reopen,
}


def tell_districts(round_: Round, occasion: str, subject: str, body: str) -> None:
    """A notice to every officer of the city's districts. Two queries."""
    officers = User.objects.filter(
        memberships__role=Role.DISTRICT_OFFICER,
        memberships__organisation__city_id=round_.city_id,
        memberships__until__isnull=True,
        is_active=True,
    ).distinct()
    notify(
        officers, f"round-{round_.pk}-{occasion}", subject, body, reverse("rounds:call", args=[round_.pk]), round_.pk
    )


def tell_new_dates(round_: Round, why: str) -> None:
    """Tell the districts' officers that dates of the call have changed."""
    version = Round.objects.values_list("version", flat=True).get(pk=round_.pk)
    subject = _("%(round)s의 일정이 바뀌었습니다") % {"round": round_}
    tell_districts(round_, f"dates-{version}", subject, why)
