"""Writing in the books. Everything here runs in the caller's transaction, with the book's row locked."""

from __future__ import annotations

import calendar
import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Account
from sanghyeop.ground.ledger.chain import hash_of_entry, hash_of_measure
from sanghyeop.ground.ledger.models import Book, Chained, Entry, Line, Measure, MonthClose
from sanghyeop.ground.trail.moves import Refused, lock


class MonthClosed(Refused):
    """The date lies in a month that takes no entry any more."""


class KeyTaken(ValueError):
    """The idempotency key already stands for something else: a fault of the calling program."""


@dataclass(frozen=True)
class Posting:
    """A line to be written: debit positive, credit negative, whole won, never zero."""

    account: Account
    amount_krw: int
    purse: str = ""
    category: str = ""
    budget_line: int | None = None

    def negated(self) -> Posting:
        return Posting(self.account, -self.amount_krw, self.purse, self.category, self.budget_line)


def posting_of(line: Line) -> Posting:
    """A written line as a posting."""
    return Posting(Account(line.account), line.amount_krw, line.purse, line.category, line.budget_line)


def open_book(name: str) -> Book:
    """A new, empty book."""
    return Book.objects.create(name=name[:200])


def closed_until(book: Book) -> datetime.date | None:
    """The last day that takes no entry any more, or None. One query."""
    month = book.closes.values_list("month", flat=True).first()
    return last_day(month) if month else None


def last_day(month: datetime.date) -> datetime.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first days of the months from one day to another, the oldest first."""
    month, found = first.replace(day=1), []
    while month <= last:
        found.append(month)
        month = last_day(month) + datetime.timedelta(days=1)
    return found


def last_of(chain: type[Chained], book: Book) -> Any:
    """The last record of a book's chain, None in an empty one. One query."""
    return chain._default_manager.filter(book=book).order_by("-number").first()


def next_in(chain: type[Chained], book: Book, *, by: Any, source: str, **said: str) -> dict[str, Any]:
    """What the next record of a chain has whatever it is about: its place behind the last one, who, when, from what.
    The book is locked."""
    last = last_of(chain, book)
    return said | {
        "id": uuid.uuid4(),
        "book": book,
        "number": last.number + 1 if last else 1,
        "previous_hash": last.hash if last else "",
        "source": source[:300],
        "by": by if by is not None and by.pk else None,
        "at": timezone.now(),
    }


@transaction.atomic
def post(
    book: Book,
    *,
    key: str,
    date: datetime.date,
    event: str,
    lines: Sequence[Posting],
    by: Any,
    source: str = "",
    document: str = "",
    reverses: Entry | None = None,
) -> Entry:
    """Write one balanced entry; told again with the same key it returns the first one.

    Raises ``MonthClosed`` for a date in a closed month, ``ValueError`` for lines that do not balance and ``KeyTaken``
    for a key that stands for other lines, which are faults of the calling program.
    """
    amounts = [line.amount_krw for line in lines]
    if len(amounts) < 2 or sum(amounts) != 0 or 0 in amounts:
        raise ValueError(f"not a balanced entry: {lines}")
    lock(book)
    before = Entry.objects.filter(book=book, key=key).prefetch_related("lines").first()
    if before:
        if [posting_of(line) for line in before.lines.all()] != list(lines) or before.date != date:
            raise KeyTaken(key)
        return before
    until = closed_until(book)
    if until and date <= until:
        raise MonthClosed(
            _("%(year)s년 %(month)s월까지 마감한 장부입니다. 그 뒤의 날짜로 적어 주세요.")
            % {"year": until.year, "month": until.month}
        )
    shared = next_in(Entry, book, by=by, key=key, event=event, source=source, document=document)
    entry = Entry(date=date, reverses=reverses, **shared)
    rows = [
        Line(
            entry=entry,
            order=order,
            account=line.account,
            purse=line.purse,
            category=line.category,
            budget_line=line.budget_line,
            amount_krw=line.amount_krw,
        )
        for order, line in enumerate(lines, start=1)
    ]
    entry.hash = hash_of_entry(entry, rows)
    # Lines before their entry: the database weighs them when the entry comes, and takes no line after it.
    Line.objects.bulk_create(rows)
    entry.save(force_insert=True)
    return entry


def reverse(entry: Entry, *, key: str, date: datetime.date, by: Any, source: str = "", document: str = "") -> Entry:
    """Take an entry back by one with all signs turned. Raises ``Refused`` for one that was taken back already."""
    with transaction.atomic():
        lock(entry.book)
        before = Entry.objects.filter(reverses=entry).first()
        if before and before.key != key:
            raise Refused(_("이미 취소한 기록입니다."))
        return post(
            entry.book,
            key=key,
            date=date,
            event=f"{entry.event}.reversed",
            lines=[posting_of(line).negated() for line in entry.lines.all()],
            by=by,
            source=source,
            document=document or entry.document,
            reverses=entry,
        )


@transaction.atomic
def measure(
    book: Book,
    *,
    key: str,
    indicator: str,
    amount: Decimal,
    unit: str,
    happened_at: datetime.datetime,
    event: str,
    by: Any,
    source: str = "",
    document: str = "",
) -> Measure:
    """Write down so much of something; told again with the same key it returns the first one. Raises ``KeyTaken``."""
    amount = Decimal(amount).quantize(Decimal("0.000001"))
    lock(book)
    before = Measure.objects.filter(book=book, key=key).first()
    if before:
        if (before.indicator, before.amount, before.unit) != (indicator, amount, unit):
            raise KeyTaken(key)
        return before
    shared = next_in(Measure, book, by=by, key=key, event=event, source=source, document=document)
    written = Measure(indicator=indicator, amount=amount, unit=unit, happened_at=happened_at, **shared)
    written.hash = hash_of_measure(written)
    written.save(force_insert=True)
    return written


@transaction.atomic
def close_month(book: Book, month: datetime.date, by: Any) -> MonthClose:
    """Close a month and all before it. Raises ``Refused`` for one that is not over or is closed already."""
    month = month.replace(day=1)
    lock(book)
    if last_day(month) >= timezone.localdate():
        raise Refused(_("아직 끝나지 않은 달은 마감할 수 없습니다."))
    until = closed_until(book)
    if until and last_day(month) <= until:
        raise Refused(_("이미 마감한 달입니다."))
    last = last_of(Entry, book)
    return MonthClose.objects.create(
        book=book,
        month=month,
        by=by if by is not None and by.pk else None,
        last_number=last.number if last else 0,
        last_hash=last.hash if last else "",
    )
