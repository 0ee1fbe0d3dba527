"""The allowed moves of a grant, its instalments, its changes and the call for its operator."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.trail.moves import Move, MoveTable
from sanghyeop.programme.funding import permissions as who
from sanghyeop.programme.funding.models import Change, Grant, Instalment, OperatorCall

State = Grant.State
CITY, DISTRICT, OFFICERS = lazy("시 담당자"), lazy("자치구 담당자"), lazy("시·자치구 담당자")
OPERATOR, ALL_THREE = lazy("수행기관"), lazy("시, 자치구, 수행기관")


def no_budget(grant: Grant) -> str | None:
    return None if grant.budget_lines.exists() else _("예산 내역이 하나도 없습니다.")


def not_agreed(grant: Grant) -> str | None:
    return None if grant.state == State.AGREED else _("협약을 맺고 집행 중인 사업에서만 할 수 있습니다.")


def unpaid_asked(grant: Grant) -> str | None:
    """An instalment that was asked for waits still: it is paid or returned before the settlement begins."""
    waits = grant.instalments.filter(state=Instalment.State.ASKED).exists()
    return _("교부를 신청하고 기다리는 회차가 있습니다. 먼저 교부하거나 돌려보내 주세요.") if waits else None


def grant_not_agreed(row: Any) -> str | None:
    return not_agreed(row.grant)


GRANTS = MoveTable(
    name=lazy("교부"),
    states=dict(State.choices),
    moves=(
        Move("edit", lazy("고치기"), (State.PREPARED,), State.PREPARED, who.governs, OFFICERS),
        Move(
            "decide", pgettext_lazy("move", "교부결정"), (State.PREPARED,), State.DECIDED, who.decides, CITY,
            no_budget, lazy("예산 내역이 있다"),
        ),
        Move("retract", lazy("교부결정 거두기"), (State.DECIDED,), State.PREPARED, who.decides, CITY, why=True),
        Move("word", lazy("협약 내용 고치기"), (State.DECIDED,), State.DECIDED, who.takes_part, ALL_THREE),
        Move("sign", lazy("협약 서명"), (State.DECIDED,), State.DECIDED, who.takes_part, ALL_THREE),
        Move(
            "agree", lazy("협약 체결"), (State.DECIDED,), State.AGREED, who.takes_part, ALL_THREE,
            guard_label=lazy("세 기관이 같은 내용에 서명했다"),
        ),
        Move(
            "begin_settling", lazy("정산 시작"), (State.AGREED,), State.SETTLING, who.takes_part, ALL_THREE,
            unpaid_asked, lazy("교부를 신청하고 기다리는 회차가 없다"),
        ),
        Move("reopen", lazy("집행으로 되돌리기"), (State.SETTLING,), State.AGREED, who.governs, OFFICERS, why=True),
        Move("settle", lazy("정산 확정"), (State.SETTLING,), State.SETTLED, who.governs, OFFICERS),
    ),
)  # fmt: skip

INSTALMENTS = MoveTable(
    name=lazy("교부 회차"),
    states=dict(Instalment.State.choices),
    moves=(
        Move(
            "ask", lazy("교부신청"), (Instalment.State.PLANNED,), Instalment.State.ASKED,
            lambda user, row: who.operates(user, row.grant), OPERATOR,
            grant_not_agreed, lazy("협약을 맺고 집행 중이다"),
        ),
        Move(
            "send_back", lazy("돌려보내기"), (Instalment.State.ASKED,), Instalment.State.PLANNED,
            lambda user, row: who.governs(user, row.grant), OFFICERS, why=True,
        ),
        Move(
            "pay", pgettext_lazy("move", "교부"), (Instalment.State.ASKED,), Instalment.State.PAID,
            lambda user, row: who.governs(user, row.grant), OFFICERS,
            grant_not_agreed, lazy("예산을 넘지 않고, 후지급이면 이미 쓴 돈을 넘지 않는다"),
        ),
        Move(
            "take_back", lazy("교부 취소"), (Instalment.State.PAID,), Instalment.State.CANCELLED,
            lambda user, row: who.governs(user, row.grant), OFFICERS,
            grant_not_agreed, lazy("그 돈을 아직 쓰지 않았다"), why=True,
        ),
        Move(
            "drop", lazy("회차 없애기"), (Instalment.State.PLANNED,), Instalment.State.CANCELLED,
            lambda user, row: who.governs(user, row.grant), OFFICERS, why=True,
        ),
    ),
)  # fmt: skip

CHANGES = MoveTable(
    name=lazy("사업변경"),
    states=dict(Change.State.choices),
    moves=(
        Move(
            "approve", lazy("변경 승인"), (Change.State.ASKED,), Change.State.APPROVED, who.approves,
            lazy("자치구 담당자, 보조금 총액이나 기간이 바뀌면 시 담당자"),
            grant_not_agreed, lazy("이미 쓴 돈과 교부할 돈 아래로 줄지 않는다"),
        ),
        Move(
            "refuse", lazy("변경 거절"), (Change.State.ASKED,), Change.State.REFUSED, who.approves,
            lazy("자치구 담당자, 보조금 총액이나 기간이 바뀌면 시 담당자"), why=True,
        ),
        Move(
            "withdraw", lazy("변경 요청 거두기"), (Change.State.ASKED,), Change.State.WITHDRAWN, who.asked,
            lazy("요청한 쪽"),
        ),
    ),
)  # fmt: skip


def still_open(call: OperatorCall) -> str | None:
    return None if timezone.now() >= call.closes_at else _("접수 마감이 지난 뒤에 결정할 수 있습니다.")


CALLS = MoveTable(
    name=lazy("수행기관 모집"),
    states=dict(OperatorCall.State.choices),
    moves=(
        Move(
            "choose", lazy("수행기관 선정"), (OperatorCall.State.OPEN,), OperatorCall.State.CHOSEN,
            lambda user, call: who.governs(user, call.grant), OFFICERS,
            still_open, lazy("접수가 끝났고 위원회의 기록이 있다"),
        ),
        Move(
            "choose_none", lazy("적격자 없음"), (OperatorCall.State.OPEN,), OperatorCall.State.NO_WINNER,
            lambda user, call: who.governs(user, call.grant), OFFICERS,
            still_open, lazy("접수가 끝났고 위원회의 기록이 있다"),
        ),
        Move(
            "cancel", lazy("모집 취소"), (OperatorCall.State.OPEN,), OperatorCall.State.CANCELLED,
            lambda user, call: who.governs(user, call.grant), OFFICERS, why=True,
        ),
    ),
)  # fmt: skip
