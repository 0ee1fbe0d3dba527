"""The trail cannot be edited, not even behind the program's back; a form sent twice works once."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.ground.trail.moves import record
from sanghyeop.ground.trail.once import send_once

pytestmark = pytest.mark.both_databases


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE trail_entry SET why = 'other'", "DELETE FROM trail_entry"])
def test_the_database_refuses_to_change_the_trail(statement):
    person = User.objects.create_user("a@example.org", "가")
    record(person, person, "named", why="first")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().why == "first"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_the_same_form_do_its_work_once():
    person = User.objects.create_user("a@example.org", "가")
    key = str(uuid.uuid4())
    ran, addresses, start = [], [], threading.Barrier(4)

    def work():
        ran.append(1)
        return f"/made/{len(ran)}/"

    def send():
        start.wait()
        try:
            addresses.append(send_once(person, key, work))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(addresses) == 4
    assert len(set(addresses)) == 1
    assert sum(ran) == 1


@pytest.mark.django_db
def test_a_form_without_a_usable_key_still_works():
    person = User.objects.create_user("a@example.org", "가")
    assert send_once(person, "no key", lambda: "/a/") == "/a/"
    assert send_once(person, "", lambda: "/b/") == "/b/"


@pytest.mark.django_db
def test_a_reason_with_a_letter_that_no_database_keeps_breaks_nothing():
    person = User.objects.create_user("a@example.org", "가")
    record(person, person, "named", why="까닭\x00")
    assert Entry.objects.get().why == "까닭"
