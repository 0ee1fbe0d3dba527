"""What happens to a payment: entered, sent in, approved into the books, returned, cancelled; and what comes in.

Every function checks, writes and leaves its entry in the trail in one transaction. Locks are taken in the order of
the rooms below: the grant, the payment, the book. So what a line has left, the split over the purses and the number of
a payment are looked at by one writer at a time.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sanghyeop.engines.shares import split
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger import moves as books
from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.notices.moves import notify
from sanghyeop.ground.trail.moves import NotYours, Refused, lock, record
from sanghyeop.programme.funding import queries as funding
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import checks, postings
from sanghyeop.programme.spending import permissions as who
from sanghyeop.programme.spending.models import Expense, Income, Receipt, RelatedParty
from sanghyeop.programme.spending.queries import lines_of
from sanghyeop.programme.spending.tables import EXPENSES, INCOMES, SETTLEMENTS, closed_to_payments

__all__ = ["EXPENSES", "INCOMES", "SETTLEMENTS", "closed_to_payments"]

#: Fields of a payment that a form fills.
FACTS = ("paid_on", "amount_krw", "line", "purpose", "payee", "payee_number", "account", "evidence", "evidence_number",
         "related_why", "twice_why")  # fmt: skip


class Faulty(Refused):
    """Facts that may not be saved; ``faults`` are (field, message)."""

    def __init__(self, faults: Sequence[checks.Fault]) -> None:
        super().__init__(" ".join(dict.fromkeys(message for _field, message in faults)))
        self.faults = list(faults)


class Changed(Refused):
    """Another tab saved first."""


#: What is done beside the moves, as the trail tells it.
ACTS = {
    "begin": lazy("시작"),
    "enter": lazy("집행 적기"),
    "income": lazy("이자·사업 수입 적기"),
    "import": lazy("표에서 불러오기"),
    "relate": lazy("이해관계자 적기"),
    "unrelate": lazy("이해관계자 지우기"),
    "disallow": lazy("불인정"),
    "allow": lazy("불인정 거두기"),
    "refund": lazy("반납 기록"),
    "grade": lazy("평가 등급"),
    "columns": lazy("내보내기 칸 정하기"),
    "evidence": lazy("증빙 규칙 정하기"),
}


def locked(expense: Expense) -> Expense:
    """The payment as it is now, with its grant locked before it and the book after it."""
    grant = locked_grant(expense.grant)
    expense = lock(expense)
    expense.grant = grant
    lock(grant.book)
    return expense


def locked_grant(grant: Grant) -> Grant:
    """The grant as it is now, locked; with what pages and rules ask of it."""
    lock(grant)
    with_all = Grant.objects.select_related("project__round", "project__district", "operator", "book", "settlement")
    return with_all.get(pk=grant.pk)


def enter(
    actor: Any, grant: Grant, facts: Mapping[str, Any], papers: Sequence[StoredFile] = (), send_in: bool = False
) -> Expense:
    """Enter a payment, and send it in where asked. Raises ``NotYours``, ``Faulty`` or ``Refused``."""
    with transaction.atomic():
        grant = locked_grant(grant)
        expense = Expense(grant=grant, by=actor, number=next_number(grant))
        if not who.enters(actor, expense):
            raise NotYours(_("집행은 수행기관만 적을 수 있습니다."))
        reason = closed_to_payments(grant)
        if reason:
            raise Refused(reason)
        _fill(expense, facts, papers)
        _save(expense, papers)
        record(actor, expense, "enter", "", expense.state, number=expense.number, amount_krw=expense.amount_krw)
        return send(actor, expense) if send_in else expense


def next_number(grant: Grant) -> int:
    """The next number of a grant's payments; the book is locked."""
    return (grant.expenses.aggregate(last=Max("number"))["last"] or 0) + 1


def _fill(
    expense: Expense, facts: Mapping[str, Any], papers: Sequence[StoredFile], kept: Collection[str] = ()
) -> dict[str, list[str]]:
    """Put checked facts into a payment; what has changed, as old and new. Raises ``Faulty``."""
    but = expense if expense.pk else None
    found = list(checks.faults(facts, checks.standing(expense.grant, but)))
    hashes = [paper.sha256 for paper in papers] + list(kept)
    found += checks.faults_of_twice(expense.grant, facts, hashes, but)
    if found:
        raise Faulty(found)
    changed = {}
    for name in FACTS:
        before, after = getattr(expense, name, None) if expense.pk else None, facts.get(name) or ""
        if before != after:
            changed[name] = [str(before if before is not None else ""), str(after)]
            setattr(expense, name, after)
    return changed


def _save(expense: Expense, papers: Sequence[StoredFile]) -> None:
    """Save a payment with its new receipts. Raises ``Faulty`` where the database has its evidence already."""
    try:
        with transaction.atomic():
            expense.save()
    except IntegrityError:
        raise Faulty([("evidence_number", _("같은 증빙 번호로 이미 적은 지출이 있습니다."))]) from None
    Receipt.objects.bulk_create(Receipt(expense=expense, file=paper) for paper in papers)


def edit(
    actor: Any,
    expense: Expense,
    facts: Mapping[str, Any],
    version: int,
    papers: Sequence[StoredFile] = (),
    without: Collection[int] = (),
    send_in: bool = False,
) -> Expense:
    """Change a payment that is not sent in, or was returned; ``without`` are receipts (keys) to take away.

    Raises ``Changed`` when another tab saved first, ``Faulty`` or ``Refused``.
    """
    with transaction.atomic():
        expense = locked(expense)
        EXPENSES.check(actor, expense, "edit")
        if expense.version != version:
            raise Changed(_("그사이 다른 화면에서 이 집행을 고쳤습니다. 새로 열어 확인해 주세요."))
        stay = expense.receipts.exclude(pk__in=list(without))
        changed = _fill(expense, facts, papers, list(stay.values_list("file__sha256", flat=True)))
        removed, _rows = expense.receipts.filter(pk__in=list(without)).delete()
        expense.version += 1
        _save(expense, papers)
        EXPENSES.make(actor, expense, "edit", changed=changed, papers_added=len(papers), papers_removed=removed)
        return send(actor, expense) if send_in else expense


def send(actor: Any, expense: Expense) -> Expense:
    """Send a payment in: from now on it holds its won on the line. Raises ``Faulty`` or ``Refused``."""
    with transaction.atomic():
        expense = locked(expense)
        EXPENSES.check(actor, expense, "send")
        facts = {name: getattr(expense, name) for name in FACTS}
        found = list(checks.faults(facts, checks.standing(expense.grant, expense)))
        if found:
            raise Faulty(found)
        return EXPENSES.make(actor, expense, "send")


def take_back(actor: Any, expense: Expense) -> Expense:
    """Take a payment back before it is approved."""
    with transaction.atomic():
        return EXPENSES.make(actor, locked(expense), "take_back")


def approve(actor: Any, expense: Expense) -> Expense:
    """Approve a payment: it is split over the purses of its line to the won and posted. Raises ``Refused``."""
    with transaction.atomic():
        expense = locked(expense)
        EXPENSES.check(actor, expense, "approve")
        line = expense.line
        for _field, message in checks.faults_of_room(
            expense.amount_krw, lines_of(expense.grant, expense).get(pk=line.pk)
        ):
            raise Refused(message)
        agreed, gone = funding.budget(line), funding.spent(line)
        try:
            parts = split(expense.amount_krw, list(agreed.values()), [gone[purse] for purse in agreed])
        except ValueError:
            raise Refused(_("이 예산 내역에 재원별로 남은 돈이 모자랍니다. 사업변경을 확인해 주세요.")) from None
        books.post(
            expense.grant.book,
            key=f"{expense.document}:approved",
            date=expense.paid_on,
            event=postings.APPROVED,
            lines=postings.approved(expense.grant.paying, line, dict(zip(agreed, parts, strict=True))),
            by=actor,
            source=f"{expense.number}. {expense}",
            document=expense.document,
        )
        return EXPENSES.make(actor, expense, "approve", parts=parts)


def send_back(actor: Any, expense: Expense, why: str) -> Expense:
    """Return a payment with what is to be mended, and tell who entered it."""
    with transaction.atomic():
        expense = EXPENSES.make(actor, locked(expense), "return", why)
        expense.returned_why = why.strip()
        expense.save(update_fields=["returned_why"])
        times = expense.version
        notify(
            [expense.by],
            f"expense-returned-{expense.pk}-{times}-{timezone.now():%Y%m%d%H%M%S}",
            _("집행을 보완해 주세요: %(expense)s") % {"expense": expense},
            why.strip(),
            link=reverse("spending:expense", args=[expense.grant_id, expense.number]),
            round_id=expense.round_id,
        )
        return expense


def drop(actor: Any, expense: Expense, why: str) -> Expense:
    """Cancel a payment that was never approved."""
    with transaction.atomic():
        return EXPENSES.make(actor, locked(expense), "drop", why)


def cancel(actor: Any, expense: Expense, why: str) -> Expense:
    """Cancel an approved payment: its entry is taken back by its opposite."""
    with transaction.atomic():
        expense = locked(expense)
        EXPENSES.check(actor, expense, "cancel", why)
        entry = Entry.objects.get(book=expense.grant.book_id, key=f"{expense.document}:approved")
        books.reverse(
            entry, key=f"{expense.document}:cancelled", date=open_day(expense.grant, entry.date), by=actor, source=why
        )
        return EXPENSES.make(actor, expense, "cancel", why)


def open_day(grant: Grant, day: datetime.date) -> datetime.date:
    """The day itself, or today where its month is closed."""
    until = books.closed_until(grant.book)
    return day if not until or day > until else timezone.localdate()


def many(
    actor: Any, grant: Grant, action: str, numbers: Collection[int]
) -> tuple[list[Expense], list[tuple[Expense, str]]]:
    """Send or approve several payments, each for itself: those done, and those refused with the reason."""
    act = {"send": send, "approve": approve}[action]
    done, refused = [], []
    for expense in grant.expenses.filter(number__in=list(numbers)).order_by("number"):
        try:
            done.append(act(actor, expense))
        except Refused as reason:
            refused.append((expense, str(reason)))
    return done, refused


def bring_in(
    actor: Any, grant: Grant, kind: str, received_on: datetime.date, amount_krw: int, source: str, paper: StoredFile
) -> Income:
    """Write down interest or revenue with its paper, into the books. Raises ``Faulty`` or ``Refused``."""
    with transaction.atomic():
        grant = locked_grant(grant)
        income = Income(
            grant=grant, kind=kind, received_on=received_on, amount_krw=amount_krw, source=source, paper=paper, by=actor
        )
        if not who.enters(actor, income):
            raise NotYours(_("수행기관만 적을 수 있습니다."))
        reason = closed_to_payments(grant)
        if reason:
            raise Refused(reason)
        found: list[checks.Fault] = []
        if received_on > timezone.localdate():
            found.append(("received_on", _("아직 오지 않은 날짜입니다. 연도를 다시 확인해 주세요.")))
        elif received_on < grant.starts_on:
            found.append(("received_on", _("사업을 시작하기 전의 날짜입니다.")))
        if amount_krw <= 0:
            found.append(("amount_krw", _("1원 이상이어야 합니다.")))
        if kind == Income.Kind.INTEREST and not sum(funding.balances(grant)[Account.GRANT].values()):
            found.append(("kind", _("아직 교부받은 돈이 없어 이자를 적을 수 없습니다.")))
        same = grant.incomes.filter(
            kind=kind, received_on=received_on, amount_krw=amount_krw, state=Income.State.POSTED
        )
        if same.exists():
            found.append(("amount_krw", _("같은 날 같은 금액을 이미 적었습니다.")))
        if found:
            raise Faulty(found)
        income.save()
        account, event = (
            (Account.INTEREST, postings.INTEREST)
            if kind == Income.Kind.INTEREST
            else (Account.REVENUE, postings.REVENUE)
        )
        try:
            books.post(
                grant.book,
                key=f"{income.document}:posted",
                date=received_on,
                event=event,
                lines=postings.came(account, amount_krw),
                by=actor,
                source=source,
                document=income.document,
            )
        except books.MonthClosed as closed:
            raise Faulty([("received_on", str(closed))]) from None
        record(actor, income, "income", "", income.state, amount_krw=amount_krw, kind=kind)
        return income


def cancel_income(actor: Any, income: Income, why: str) -> Income:
    """Take interest or revenue back by its opposite."""
    with transaction.atomic():
        grant = locked_grant(income.grant)
        income = lock(income)
        income.grant = grant
        INCOMES.check(actor, income, "cancel_income", why)
        entry = Entry.objects.get(book=income.grant.book_id, key=f"{income.document}:posted")
        day = open_day(income.grant, entry.date)
        books.reverse(entry, key=f"{income.document}:cancelled", date=day, by=actor, source=why)
        return INCOMES.make(actor, income, "cancel_income", why)


def relate(actor: Any, grant: Grant, name: str, business_number: str, relation: str) -> RelatedParty:
    """Write down somebody whom the operator may not buy from without saying so."""
    operator = grant.operator
    if operator is None or not who.names_related(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    with transaction.atomic():
        party = RelatedParty.objects.create(
            operator=operator, name=name, business_number=business_number, relation=relation
        )
        record(actor, grant, "relate", what=f"{name} ({relation})")
        return party


def unrelate(actor: Any, grant: Grant, party: RelatedParty) -> None:
    if not who.names_related(actor, grant):
        raise NotYours(_("이 일을 할 권한이 없습니다."))
    with transaction.atomic():
        record(actor, grant, "unrelate", what=f"{party.name} ({party.relation})")
        party.delete()
