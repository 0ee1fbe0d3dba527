"""The state tables of spending: a payment, what comes in, the settlement; and why a move is not possible now."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.trail.moves import Move, MoveTable
from sanghyeop.programme.funding.duties import duties_of
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import permissions as who
from sanghyeop.programme.spending import statement as statements
from sanghyeop.programme.spending.models import Expense, Income, Settlement
from sanghyeop.programme.spending.queries import evidence_rules, settlement_of

S = Expense.State
OPERATOR, DISTRICT, CITY = lazy("수행기관"), lazy("자치구"), lazy("시")


def closed_to_payments(grant: Grant) -> str | None:
    """Why payments of a grant can be neither entered nor changed now."""
    if grant.state not in (Grant.State.AGREED, Grant.State.SETTLING):
        return _("협약을 맺고 사업을 하는 동안에만 집행을 적을 수 있습니다.")
    settlement = settlement_of(grant)
    if settlement and settlement.state not in (Settlement.State.PREPARED, Settlement.State.RETURNED):
        return _("정산을 보냈거나 확정해서 집행을 바꿀 수 없습니다.")
    return None


def not_now(expense: Expense) -> str | None:
    return closed_to_payments(expense.grant)


def not_complete(expense: Expense) -> str | None:
    """Why a payment cannot be sent in: its paper is missing."""
    rules = evidence_rules(expense.grant.project.round_id)
    if rules.needs_paper(expense.line.category, expense.evidence) and not expense.receipts.exists():
        return _("증빙 사진이나 PDF를 붙여 주세요.")
    return not_now(expense)


def disallowed_already(expense: Expense) -> str | None:
    if expense.disallowances.filter(taken_back_at=None).exists():
        return _("불인정한 집행은 먼저 불인정을 거두어야 취소할 수 있습니다.")
    return not_now(expense)


OPEN = lazy("정산을 보내기 전이다")
EXPENSES = MoveTable(
    name=lazy("집행"),
    states=dict(S.choices),
    moves=(
        Move("edit", lazy("고치기"), (S.ENTERED,), S.ENTERED, who.enters, OPERATOR, not_now, OPEN),
        Move("edit", lazy("고치기"), (S.RETURNED,), S.RETURNED, who.enters, OPERATOR, not_now, OPEN),
        Move(
            "send", lazy("승인 요청"), (S.ENTERED, S.RETURNED), S.SENT, who.enters, OPERATOR, not_complete,
            lazy("증빙이 있고, 예산 내역에 돈이 남아 있다"),
        ),
        Move("take_back", lazy("요청 거두기"), (S.SENT,), S.ENTERED, who.enters, OPERATOR, not_now, OPEN),
        Move("approve", pgettext_lazy("move", "승인"), (S.SENT,), S.APPROVED, who.approves, DISTRICT, not_now, OPEN),
        Move("return", lazy("보완 요청"), (S.SENT,), S.RETURNED, who.of_district, DISTRICT, not_now, OPEN, why=True),
        Move(
            "drop", lazy("지우기"), (S.ENTERED, S.RETURNED), S.CANCELLED, who.enters, OPERATOR,
            not_now, OPEN, why=True,
        ),
        Move(
            "cancel", lazy("승인 취소"), (S.APPROVED,), S.CANCELLED, who.of_district, DISTRICT,
            disallowed_already, OPEN, why=True,
        ),
    ),
)  # fmt: skip
INCOMES = MoveTable(
    name=lazy("이자·사업 수입"),
    states=dict(Income.State.choices),
    moves=(
        Move(
            "cancel_income", lazy("기록 취소"), (Income.State.POSTED,), Income.State.CANCELLED,
            who.of_district, DISTRICT, lambda income: closed_to_payments(income.grant), OPEN, why=True,
        ),
    ),
)  # fmt: skip


def not_ready(settlement: Settlement) -> str | None:
    """Why a settlement can be neither sent nor confirmed: the first point of the checklist that is missing."""
    grant = settlement.grant
    now = statements.statement_of(grant)
    for item in statements.checklist(settlement, now, duties_of(grant), timezone.localdate()):
        if not item.done:
            said = f"{item.label} ({item.more})" if item.more else item.label
            return _("아직 갖추지 못했습니다: %(item)s") % {"item": said}
    return None


C = Settlement.State
READY = lazy("점검표의 항목을 모두 갖추었다")
SETTLEMENTS = MoveTable(
    name=lazy("정산"),
    states=dict(C.choices),
    moves=(
        Move("write_settlement", lazy("정산서 고치기"), (C.PREPARED,), C.PREPARED, who.enters, OPERATOR),
        Move("write_settlement", lazy("정산서 고치기"), (C.RETURNED,), C.RETURNED, who.enters, OPERATOR),
        Move(
            "send_settlement", lazy("정산 보내기"), (C.PREPARED, C.RETURNED), C.SENT, who.enters, OPERATOR,
            not_ready, READY,
        ),
        Move(
            "check_settlement", lazy("정산 확인"), (C.SENT,), C.CHECKED, who.of_district, DISTRICT, not_ready, READY
        ),
        Move("return_settlement", lazy("보완 요청"), (C.SENT,), C.RETURNED, who.of_district, DISTRICT, why=True),
        Move("return_settlement", lazy("보완 요청"), (C.CHECKED,), C.RETURNED, who.of_city, CITY, why=True),
        Move(
            "confirm_settlement", lazy("정산 확정"), (C.CHECKED,), C.CONFIRMED, who.of_city, CITY, not_ready, READY
        ),
    ),
)  # fmt: skip
