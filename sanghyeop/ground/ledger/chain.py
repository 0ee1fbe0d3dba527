"""The chain: what a record's hash stands for, and finding where it no longer does.

A hash is SHA-256 (hex) over the record as JSON with sorted keys, which names the hash before it. Whoever changes a
record behind the program's back would have to write all later ones anew, and the ends of the chains that were noted
outside (``sanghyeop verify --heads``) or that closed months keep would still tell.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from sanghyeop.ground.ledger.models import Book, Chained, Entry, Line, Measure, MonthClose

#: Records are read from the database in pieces of so many.
PIECE = 2000


@dataclass(frozen=True)
class Fault:
    """Where a book is not what was written: ``what`` names the kind, ``number`` the record (None: the chain's end)."""

    book: int
    chain: str  # entry, measure, close
    number: int | None
    what: str  # gap, link, hash, balance, end, head


@dataclass(frozen=True)
class Head:
    """The end of a chain: the last record's number and hash."""

    book: int
    chain: str
    number: int
    hash: str


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal("0.000001")), "f")
    return None if value is None else str(value)


def _fingerprint(said: dict[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _shared(record: Chained) -> dict[str, Any]:
    fields = ("id", "key", "event", "source", "document", "at", "previous_hash")
    said = {name: _plain(getattr(record, name)) for name in fields}
    return said | {"book": record.book_id, "number": record.number, "by": record.by_id}


def hash_of_entry(entry: Entry, lines: Iterable[Line]) -> str:
    """The hash of an entry with its lines, in their order."""
    said = _shared(entry) | {"date": entry.date.isoformat(), "reverses": _plain(entry.reverses_id)}
    said["lines"] = [
        [line.order, line.account, line.purse, line.category, line.budget_line, line.amount_krw] for line in lines
    ]
    return _fingerprint(said)


def hash_of_measure(measure: Measure) -> str:
    """The hash of a measure."""
    fields = ("indicator", "amount", "unit", "happened_at")
    return _fingerprint(_shared(measure) | {name: _plain(getattr(measure, name)) for name in fields})


def _in_order(records: QuerySet) -> Iterator[Any]:
    return records.order_by("number").iterator(chunk_size=PIECE)


def _followed(book: Book, chain: str, records: QuerySet, hash_of: Any) -> Iterator[Fault | Head]:
    """Faults of one chain, then its end."""
    number, previous = 0, ""
    for record in _in_order(records):
        if record.number != number + 1:
            yield Fault(book.pk, chain, number + 1, "gap")
        elif record.previous_hash != previous:
            yield Fault(book.pk, chain, record.number, "link")
        if hash_of(record) != record.hash:
            yield Fault(book.pk, chain, record.number, "hash")
        if chain == "entry" and sum(line.amount_krw for line in record.lines.all()):
            yield Fault(book.pk, chain, record.number, "balance")
        number, previous = record.number, record.hash
    yield Head(book.pk, chain, number, previous)


def _closes(book: Book) -> Iterator[Fault]:
    """Closed months whose end of the chain is no longer there."""
    hashes = dict(
        Entry.objects.filter(book=book, number__in=book.closes.values("last_number")).values_list("number", "hash")
    )
    for close in MonthClose.objects.filter(book=book).order_by("month"):
        if close.last_number and hashes.get(close.last_number) != close.last_hash:
            yield Fault(book.pk, "close", close.last_number, "end")


def followed(books: Iterable[Book]) -> Iterator[Fault | Head]:
    """Follow the chains of the books from their beginnings: every fault, and the end of every chain."""
    for book in books:
        entries = Entry.objects.filter(book=book).prefetch_related("lines")
        yield from _followed(book, "entry", entries, lambda entry: hash_of_entry(entry, entry.lines.all()))
        yield from _followed(book, "measure", Measure.objects.filter(book=book), hash_of_measure)
        yield from _closes(book)


def missing_heads(noted: Sequence[Head]) -> Iterator[Fault]:
    """Ends of chains, noted earlier outside the database, that the books no longer hold."""
    for head in noted:
        if not head.number:
            continue
        model = Entry if head.chain == "entry" else Measure
        if not model._default_manager.filter(book=head.book, number=head.number, hash=head.hash).exists():
            yield Fault(head.book, head.chain, head.number, "head")
