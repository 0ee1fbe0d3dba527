"""The books take whole, balanced entries, once each, and tell when somebody changed them behind the program's back."""

from __future__ import annotations

import datetime
import json
import threading
import uuid
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanghyeop.cli import main
from sanghyeop.ground.ledger import queries
from sanghyeop.ground.ledger.accounts import Account, Category, Purse, grown
from sanghyeop.ground.ledger.chain import Fault, followed
from sanghyeop.ground.ledger.models import Entry, Line, Measure, MonthClose
from sanghyeop.ground.ledger.moves import (
    KeyTaken,
    MonthClosed,
    Posting,
    close_month,
    measure,
    open_book,
    post,
    reverse,
)
from sanghyeop.ground.trail.moves import Refused

pytestmark = pytest.mark.both_databases
MARCH = datetime.date(2026, 3, 10)


def paid_out(amount: int = 60_000_000, purse: Purse = Purse.CITY) -> list[Posting]:
    return [Posting(Account.CASH, amount, purse), Posting(Account.GRANT, -amount, purse)]


def spent(amount: int, line: int = 7, purse: Purse = Purse.CITY) -> list[Posting]:
    return [
        Posting(Account.COST, amount, purse, Category.OPERATING, line),
        Posting(Account.CASH, -amount, purse),
    ]


def put(book, key: str, lines: list[Posting], date: datetime.date = MARCH) -> Entry:
    return post(book, key=key, date=date, event="test", lines=lines, by=None, source="시험")


def faults() -> list[str]:
    from sanghyeop.ground.ledger.models import Book

    return [item.what for item in followed(Book.objects.all()) if isinstance(item, Fault)]


@pytest.mark.django_db
def test_totals_are_what_the_lines_say():
    book, other = open_book("가"), open_book("나")
    put(book, "1", paid_out())
    put(book, "2", paid_out(40_000_000, Purse.DISTRICT))
    put(book, "3", spent(1_000_000))
    put(other, "1", paid_out(5))
    found = queries.totals(queries.lines([book.pk]), "account", "purse")
    assert found[("cash", "city")] == 59_000_000
    assert grown("grant", found[("grant", "district")]) == 40_000_000
    assert queries.spent(7) == {"city": 1_000_000}
    assert queries.by_month(queries.lines([book.pk], account="cost")) == {(datetime.date(2026, 3, 1),): 1_000_000}
    assert queries.total(queries.lines([book.pk, other.pk], account="cash", until=MARCH)) == 99_000_005
    assert queries.total(queries.lines([book.pk], account="cash", since=datetime.date(2026, 4, 1))) == 0


@pytest.mark.django_db
def test_an_event_told_twice_is_one_entry_and_a_key_stands_for_one_thing():
    book = open_book("가")
    first = put(book, "pay-1", paid_out())
    assert put(book, "pay-1", paid_out()).pk == first.pk
    with pytest.raises(KeyTaken):
        put(book, "pay-1", paid_out(1))
    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Posting(Account.CASH, 1)],
        [Posting(Account.CASH, 2), Posting(Account.GRANT, -1)],
        [Posting(Account.CASH, 0), Posting(Account.GRANT, 0)],
    ],
)
def test_what_does_not_balance_is_not_written(lines):
    with pytest.raises(ValueError, match="balanced"):
        put(open_book("가"), "1", lines)
    assert Line.objects.count() == 0


@pytest.mark.django_db
def test_an_entry_is_taken_back_once_by_its_opposite():
    book = open_book("가")
    entry = put(book, "1", spent(30_000))
    back = reverse(entry, key="1-back", date=MARCH, by=None, source="잘못 적음")
    assert queries.spent(7) == {"city": 0}
    assert back.reverses == entry
    assert reverse(entry, key="1-back", date=MARCH, by=None).pk == back.pk
    with pytest.raises(Refused, match="이미 취소"):
        reverse(entry, key="again", date=MARCH, by=None)


@pytest.mark.django_db
def test_a_closed_month_stays_closed():
    book = open_book("가")
    put(book, "1", paid_out())
    close_month(book, MARCH, None)
    with pytest.raises(MonthClosed, match="2026년 3월까지"):
        put(book, "2", paid_out(), datetime.date(2026, 3, 31))
    with pytest.raises(MonthClosed):
        put(book, "2", paid_out(), datetime.date(2026, 1, 31))
    put(book, "2", paid_out(), datetime.date(2026, 4, 1))
    with pytest.raises(Refused, match="이미"):
        close_month(book, datetime.date(2026, 2, 1), None)
    with pytest.raises(Refused, match="끝나지 않은"):
        close_month(book, datetime.date.today(), None)
    assert MonthClose.objects.get().last_number == 1


@pytest.mark.django_db
def test_measures_add_up_and_are_written_once():
    book = open_book("가")
    now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)

    def wash(key: str, amount: str) -> Measure:
        return measure(
            book, key=key, indicator="reuse", amount=Decimal(amount), unit="kg", happened_at=now, event="wash", by=None
        )

    assert wash("1", "12.5").pk == wash("1", "12.50").pk
    wash("2", "-2.5")
    assert queries.measured([book.pk], ["reuse"]) == {("reuse", "kg"): Decimal(10)}
    with pytest.raises(KeyTaken):
        wash("1", "13")


REFUSED = {
    "a changed line": "UPDATE ledger_line SET amount_krw = amount_krw + 1",
    "a changed entry": "UPDATE ledger_entry SET source = 'other'",
    "a deleted line": "DELETE FROM ledger_line",
    "a deleted entry": "DELETE FROM ledger_entry",
    "a changed measure": "UPDATE ledger_measure SET amount = 1",
    "a month opened again": "DELETE FROM ledger_monthclose",
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(statement):
    book = open_book("가")
    put(book, "1", paid_out())
    measure(
        book,
        key="1",
        indicator="reuse",
        amount=Decimal(1),
        unit="kg",
        happened_at=datetime.datetime.now(datetime.UTC),
        event="wash",
        by=None,
    )
    close_month(book, MARCH, None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def bare_entry(book, number: int = 1, previous: str = "") -> Entry:
    said = {"key": "k", "date": MARCH, "event": "x", "hash": "h"}
    return Entry(id=uuid.uuid4(), book=book, number=number, previous_hash=previous, **said)


@transaction.atomic
def write_bare(entry: Entry, *amounts: int) -> None:
    """Past the program's own checks: lines of these amounts, then the entry."""
    lines = [Line(entry=entry, order=n, account="cash", amount_krw=krw) for n, krw in enumerate(amounts)]
    Line.objects.bulk_create(lines)
    entry.save(force_insert=True)


@pytest.mark.django_db
def test_the_database_takes_no_entry_that_does_not_balance():
    """The power goes between two lines, or a program forgets one: nothing of the entry may exist."""
    entry = bare_entry(open_book("가"))
    for amounts in ((5,), (5, -4), ()):
        with pytest.raises(DatabaseError, match="balances"):
            write_bare(entry, *amounts)
    assert not Line.objects.exists()


@pytest.mark.django_db
def test_the_database_takes_no_line_after_its_entry_and_no_entry_out_of_the_chain():
    book = open_book("가")
    entry = put(book, "1", paid_out())
    with pytest.raises(DatabaseError, match="written already"), transaction.atomic():
        Line.objects.create(entry=entry, order=3, account="cash", amount_krw=5)
    for number, previous in ((3, entry.hash), (2, "other"), (1, "")):
        with pytest.raises(DatabaseError):
            write_bare(bare_entry(book, number, previous), 5, -5)


def test_lines_without_an_entry_do_not_outlive_the_transaction(shared):
    entry = bare_entry(open_book("가"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Line.objects.create(entry=entry, order=1, account="cash", amount_krw=5)
    assert not Line.objects.exists()


def without_triggers(*statements: str) -> None:
    """What somebody with the database's password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


TAMPERED = {
    "a larger amount on both sides": ("UPDATE ledger_line SET amount_krw = amount_krw * 2", {"hash"}),
    "one side changed": ("UPDATE ledger_line SET amount_krw = 6 WHERE amount_krw = 1000", {"hash", "balance"}),
    "another day": ("UPDATE ledger_entry SET date = '2026-03-11' WHERE number = 2", {"hash"}),
    "a new hash for a changed record": ("UPDATE ledger_entry SET hash = 'x' WHERE number = 1", {"hash", "link"}),
    "an entry taken out": (
        "DELETE FROM ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE number = 1);"
        "DELETE FROM ledger_entry WHERE number = 1",
        {"gap"},
    ),
    "the last entry taken out": (
        "DELETE FROM ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE number = 2);"
        "DELETE FROM ledger_entry WHERE number = 2",
        {"end"},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("statements", "told"), TAMPERED.values(), ids=TAMPERED)
def test_verify_finds_what_was_changed_behind_the_programs_back(statements, told, capsys):
    book = open_book("가")
    put(book, "1", paid_out())
    put(book, "2", spent(1000))
    close_month(book, MARCH, None)
    assert faults() == []
    without_triggers(*statements.split(";"))
    assert set(faults()) == told
    with pytest.raises(CommandError) as raised:
        call_command("verify_ledger")
    assert raised.value.returncode == 3


@pytest.mark.django_db
def test_a_whole_chain_written_anew_is_found_by_the_ends_noted_outside(tmp_path, capsys):
    """Somebody who can rewrite every hash cannot rewrite the file that the auditor keeps."""
    noted = tmp_path / "heads.json"
    book = open_book("가")
    put(book, "1", paid_out())
    assert main(["verify", "--heads", str(noted)]) == 0
    put(book, "2", spent(1000))
    assert main(["verify", "--heads", str(noted), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"books": 1, "records": 2, "faults": []}
    without_triggers(
        "DELETE FROM ledger_line WHERE entry_id IN (SELECT id FROM ledger_entry WHERE number = 2)",
        "DELETE FROM ledger_entry WHERE number = 2",
    )
    assert faults() == []  # the chain itself looks whole
    assert main(["verify", "--heads", str(noted)]) == 3
    assert "전에 적어 둔 마지막 기록(번호 2)" in capsys.readouterr().out
    noted.write_text("{}")
    assert main(["--lang", "en", "verify", "--heads", str(noted)]) == 2


def test_many_writers_of_one_book_wait_for_each_other(shared):
    book = open_book("가")
    start, failed = threading.Barrier(8), []

    def write(who: int) -> None:
        start.wait()
        try:
            for turn in range(4):
                put(book, f"{who}-{turn}", paid_out(1))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(Entry.objects.values_list("number", flat=True)) == list(range(1, 33))
    assert faults() == []


AMOUNTS = st.integers(1, 10**14)


class AnyEntries(TestCase):
    """Whatever is posted and taken back: every entry balances, the chain holds, the books add up to zero."""

    @settings(max_examples=30)
    @given(st.lists(st.tuples(st.lists(AMOUNTS, min_size=1, max_size=4), st.booleans()), max_size=8))
    def test_the_books_always_balance(self, entries):
        book = open_book("가")
        for number, (amounts, taken_back) in enumerate(entries):
            lines = [Posting(Account.COST, krw, Purse.CITY, Category.PERSONNEL, 1) for krw in amounts]
            entry = put(book, str(number), [*lines, Posting(Account.CASH, -sum(amounts), Purse.CITY)])
            if taken_back:
                reverse(entry, key=f"{number}-back", date=MARCH, by=None)
        kept = sum(sum(amounts) for amounts, taken_back in entries if not taken_back)
        assert queries.total(queries.lines([book.pk])) == 0
        assert queries.total(queries.lines([book.pk], account="cost")) == kept
        assert faults() == []
