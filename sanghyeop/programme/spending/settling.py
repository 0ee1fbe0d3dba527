"""What happens to a settlement: begun, written, sent, looked at by the district, confirmed by the city, refunded.

Locks as in ``moves.py``: the grant, the settlement, the book. (The table of moves stands in ``moves.py`` too, where the
page of stages and the trail look for it.)
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.settlement import of_disallowed
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger import moves as books
from sanghyeop.ground.ledger import queries as ledger
from sanghyeop.ground.ledger.accounts import Account, Purse
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import moves as granting
from sanghyeop.programme.funding import people
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import permissions as who
from sanghyeop.programme.spending import postings
from sanghyeop.programme.spending.models import Disallowance, Expense, Refund, Settlement
from sanghyeop.programme.spending.moves import locked_grant, open_day
from sanghyeop.programme.spending.statement import statement_for, statement_of
from sanghyeop.programme.spending.tables import SETTLEMENTS

S = Settlement.State


def locked(settlement: Settlement) -> Settlement:
    """The settlement as it is now, with its grant locked before it and the book after it."""
    grant = locked_grant(settlement.grant)
    settlement = lock(settlement)
    settlement.grant = grant
    lock(grant.book)
    return settlement


def begin(actor: Any, grant: Grant) -> Settlement:
    """Begin the settlement of a grant; the one that is there comes back."""
    with transaction.atomic():
        grant = locked_grant(grant)
        there = Settlement.objects.filter(grant=grant).first()
        if there is not None:
            return there
        granting.begin_settling(actor, grant)
        settlement = Settlement.objects.create(grant=grant)
        record(actor, settlement, "begin", "", settlement.state)
        return settlement


def write(actor: Any, settlement: Settlement, facts: Mapping[str, Any], papers: Mapping[str, StoredFile]) -> Settlement:
    """Write the results and attach the papers (``verification``, ``audit``)."""
    with transaction.atomic():
        settlement = locked(settlement)
        SETTLEMENTS.check(actor, settlement, "write_settlement")
        for name in ("results", "no_interest"):
            setattr(settlement, name, facts[name])
        for name, paper in papers.items():
            setattr(settlement, name, paper)
        settlement.save()
        return SETTLEMENTS.make(actor, settlement, "write_settlement", papers=sorted(papers))


def send(actor: Any, settlement: Settlement) -> Settlement:
    """Send the settlement to the district. Refused while anything of the checklist is missing."""
    with transaction.atomic():
        settlement = SETTLEMENTS.make(actor, locked(settlement), "send_settlement")
        tell(settlement, people.district_officers(settlement.grant), "sent", _("정산서를 보냈습니다: %(project)s"))
        return settlement


def check(actor: Any, settlement: Settlement) -> Settlement:
    """The district has looked at it and hands it on to the city."""
    with transaction.atomic():
        settlement = SETTLEMENTS.make(actor, locked(settlement), "check_settlement")
        tell(
            settlement,
            people.city_officers(settlement.grant),
            "checked",
            _("자치구가 정산서를 확인했습니다: %(project)s"),
        )
        return settlement


def send_back(actor: Any, settlement: Settlement, why: str) -> Settlement:
    """Back to the operator with what is to be mended; payments can be corrected again."""
    with transaction.atomic():
        settlement = SETTLEMENTS.make(actor, locked(settlement), "return_settlement", why)
        settlement.returned_why = why.strip()
        settlement.save(update_fields=["returned_why"])
        tell(settlement, people.of_operator(settlement.grant), "returned", _("정산을 보완해 주세요: %(project)s"), why)
        return settlement


def confirm(actor: Any, settlement: Settlement) -> Settlement:
    """Confirm: what is due to each funder is posted, the statement is kept, and nothing in the grant moves any more."""
    with transaction.atomic():
        settlement = locked(settlement)
        SETTLEMENTS.check(actor, settlement, "confirm_settlement")
        grant = settlement.grant
        statement = statement_of(grant)
        lines = postings.settled(grant.paying, statement.shares)
        if lines:
            books.post(
                grant.book,
                key=f"spending.settlement:{settlement.pk}:settled",
                date=timezone.localdate(),
                event=postings.SETTLED,
                lines=lines,
                by=actor,
                source=_("정산 확정"),
                document=f"spending.settlement:{settlement.pk}",
            )
        granting.settle(actor, grant)
        settlement.statement = statement.as_record()
        settlement.confirmed_at = timezone.now()
        settlement.save(update_fields=["statement", "confirmed_at"])
        refunds = {share.purse: share.refund for share in statement.shares if share.refund}
        settlement = SETTLEMENTS.make(actor, settlement, "confirm_settlement", refunds=refunds)
        tell(settlement, people.of_operator(grant), "confirmed", _("정산을 확정했습니다: %(project)s"))
        return settlement


def tell(settlement: Settlement, whom: Any, occasion: str, subject: str, body: str = "") -> None:
    notify(
        whom,
        f"settlement-{occasion}-{settlement.pk}-{timezone.now():%Y%m%d%H%M%S}",
        subject % {"project": settlement.grant},
        body or _("정산 화면에서 내용을 확인해 주세요."),
        reverse("spending:settlement", args=[settlement.grant_id]),
        settlement.round_id,
    )


def disallow(actor: Any, settlement: Settlement, expense: Expense, amount_krw: int, why: str) -> Disallowance:
    """Do not recognise so much of an approved payment: the cost goes back, and the operator owes it.

    Raises ``Refused`` for more than the payment, or where some of it is disallowed already.
    """
    with transaction.atomic():
        settlement = locked(settlement)
        if not who.disallows(actor, settlement):
            raise NotYours(_("지금 정산을 검토하는 담당자만 불인정할 수 있습니다."))
        expense = lock(expense)
        if expense.grant_id != settlement.grant_id or expense.state != Expense.State.APPROVED:
            raise Refused(_("승인한 집행만 불인정할 수 있습니다."))
        if not why.strip():
            raise Refused(_("까닭을 적어 주세요."))
        if not 0 < amount_krw <= expense.amount_krw:
            raise Refused(_("1원부터 집행 금액 %(amount)s원까지 적어 주세요.") % {"amount": f"{expense.amount_krw:,}"})
        if expense.disallowances.filter(taken_back_at=None).exists():
            raise Refused(_("이미 불인정한 집행입니다. 먼저 거둔 뒤에 다시 적어 주세요."))
        grant = settlement.grant
        written = Disallowance.objects.create(
            settlement=settlement, expense=expense, amount_krw=amount_krw, why=why.strip(), by=actor
        )
        paid = ledger.lines([grant.book_id], account=Account.COST, entry__key=f"{expense.document}:approved")
        parts = {purse: amount for (purse,), amount in ledger.totals(paid, "purse").items()}
        books.post(
            grant.book,
            key=f"{written.document}:posted",
            date=open_day(grant, min(grant.ends_on, timezone.localdate())),
            event=postings.DISALLOWED,
            lines=postings.disallowed(expense.line, of_disallowed(amount_krw, parts)),
            by=actor,
            source=f"{expense.number}. {why.strip()}",
            document=written.document,
        )
        record(actor, settlement, "disallow", settlement.state, settlement.state, why,
               expense=expense.number, amount_krw=amount_krw)  # fmt: skip
        return written


def allow(actor: Any, disallowance: Disallowance, why: str = "") -> Disallowance:
    """Take a disallowance back by its opposite."""
    with transaction.atomic():
        settlement = locked(disallowance.settlement)
        if not who.disallows(actor, settlement):
            raise NotYours(_("지금 정산을 검토하는 담당자만 불인정을 거둘 수 있습니다."))
        disallowance = lock(disallowance)
        if disallowance.taken_back_at:
            raise Refused(_("이미 거둔 불인정입니다."))
        grant = settlement.grant
        entry = Entry.objects.get(book=grant.book_id, key=f"{disallowance.document}:posted")
        books.reverse(
            entry, key=f"{disallowance.document}:taken-back", date=open_day(grant, entry.date), by=actor, source=why
        )
        disallowance.taken_back_at = timezone.now()
        disallowance.save(update_fields=["taken_back_at"])
        record(actor, settlement, "allow", settlement.state, settlement.state, why,
               expense=disallowance.expense.number, amount_krw=disallowance.amount_krw)  # fmt: skip
        return disallowance


def records_refund(user: Any, settlement: Settlement, purse: str) -> bool:
    """The funder's own officer: of the city, or of the district."""
    rule = {Purse.CITY.value: who.of_city, Purse.DISTRICT.value: who.of_district}.get(purse)
    return rule is not None and rule(user, settlement)


def refund(
    actor: Any, settlement: Settlement, purse: str, paid_on: datetime.date, paper: StoredFile | None = None
) -> Refund:
    """Write down that a funder got back what it was due, whole. Recorded by the funder's own officer."""
    with transaction.atomic():
        settlement = locked(settlement)
        if not records_refund(actor, settlement, purse):
            raise NotYours(_("반납은 돈을 받은 시나 자치구의 담당자가 적습니다."))
        if settlement.state != S.CONFIRMED or settlement.confirmed_at is None:
            raise Refused(_("정산을 확정한 뒤에 반납을 적을 수 있습니다."))
        if settlement.refunds.filter(purse=purse).exists():
            raise Refused(_("이미 적은 반납입니다."))
        if paid_on > timezone.localdate():
            raise Refused(_("아직 오지 않은 날짜입니다. 연도를 다시 확인해 주세요."))
        if paid_on < timezone.localdate(settlement.confirmed_at):
            raise Refused(_("정산을 확정하기 전의 날짜입니다."))
        share = statement_for(settlement).share(purse)
        if not share.refund:
            raise Refused(_("돌려받을 돈이 없습니다."))
        written = Refund.objects.create(
            settlement=settlement, purse=purse, amount_krw=share.refund, paid_on=paid_on, paper=paper, by=actor
        )
        books.post(
            settlement.grant.book,
            key=f"{written.document}:paid",
            date=paid_on,
            event=postings.REFUNDED,
            lines=postings.refunded(share, settlement.grant.paying),
            by=actor,
            source=_("정산 반납"),
            document=written.document,
        )
        record(actor, settlement, "refund", settlement.state, settlement.state, purse=purse, amount_krw=share.refund)
        return written


def note_grade(actor: Any, grant: Grant, grade: str, why: str) -> None:
    """Note the evaluation of the year, on which the second year rests."""
    if not who.of_city(actor, Expense(grant=grant)):
        raise NotYours(_("평가 등급은 시 담당자가 적습니다."))
    with transaction.atomic():
        project = lock(grant.project)
        was, project.grade = project.grade, grade
        project.save(update_fields=["grade"])
        record(actor, grant, "grade", was, grade, why)
