"""People who act at the same second, and power that goes: the line is never overdrawn, an import is whole or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.files.moves import keep
from sanghyeop.ground.ledger.models import Entry
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.funding import queries as funding
from sanghyeop.programme.spending import importing, moves
from sanghyeop.programme.spending.models import Expense, Import
from sanghyeop.programme.spending.queries import lines_of
from tests.funding import a_paid_grant, another_district_officer, district_officer, member
from tests.spending import entered, facts, line, sent

pytestmark = pytest.mark.both_databases
BASE = Path(__file__).resolve().parents[1]
SMALL = (("operating", "city", "재료비", 600_000), ("operating", "district", "재료비", 400_000))


def at_once(*acts):
    """Run all at the same moment; what each gave or raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_fifty_writers_on_one_line_never_overdraw_it(shared_demo):
    grant = a_paid_grant(budget=SMALL)
    writer, said = member(), facts(grant, 30_000)
    fifty = [said | {"payee": f"가게 {n}", "evidence": "other"} for n in range(50)]
    papers = [keep(writer, StoredFile.Purpose.RECEIPT, "r.pdf", f"{n}".encode(), "application/pdf") for n in range(50)]

    def spend(n):
        return lambda: moves.enter(writer, grant, fifty[n], [papers[n]], send_in=True)

    found = at_once(*(spend(n) for n in range(50)))
    assert {type(thing) for thing in found} == {Expense, moves.Faulty}
    assert sum(isinstance(thing, Expense) for thing in found) == 33
    assert lines_of(grant).get().left == 10_000
    assert sorted(Expense.objects.values_list("number", flat=True)) == list(range(1, 34))
    officers = [district_officer(), another_district_officer()]
    waiting = list(Expense.objects.all())
    done = at_once(*(lambda e=e, n=n: moves.approve(officers[n % 2], e) for n, e in enumerate(waiting)))
    assert all(isinstance(thing, Expense) for thing in done), done
    assert funding.spent(line(grant)) == {"city": 594_000, "district": 396_000, "own": 0}


def test_two_officers_approve_at_the_same_second(shared_demo):
    grant = a_paid_grant()
    expense = sent(grant)
    one, two = at_once(
        lambda: moves.approve(district_officer(), expense), lambda: moves.approve(another_district_officer(), expense)
    )
    assert sorted(isinstance(thing, Refused) for thing in (one, two)) == [False, True]
    assert Entry.objects.filter(document=expense.document).count() == 1


def test_the_same_receipt_entered_in_two_tabs(shared_demo):
    grant = a_paid_grant()
    said = facts(grant, evidence_number="12345678")
    found = at_once(*(lambda: moves.enter(member(), grant, said) for _ in range(2)))
    assert sorted(isinstance(thing, moves.Faulty) for thing in found) == [False, True]


KILLED = """
import sys, time
import django; django.setup()
from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import User
from sanghyeop.ground.trail.models import Entry
from sanghyeop.programme.funding.models import Grant
from sanghyeop.programme.spending import importing

def stop_here(*args, **options):
    print("in the middle", flush=True)
    time.sleep(600)

if sys.argv[1] == "stop":
    importing.TrailEntry.objects.bulk_create = stop_here
grant, stored = Grant.objects.get(), StoredFile.objects.get(purpose="spreadsheet")
line = grant.budget_lines.get(item="재료비")
importing.take_over(User.objects.get(email="member@example.org"), grant, stored, line, "card")
"""


def process(word: str, media: Path) -> subprocess.Popen:
    """Another process on the same database, which takes the file over."""
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{about['NAME']}"
    else:
        who = f"{about['USER']}:{about['PASSWORD']}"
        url = f"postgres://{who}@/{about['NAME']}?host={about['HOST'] or 'localhost'}"
        url = url.replace("@/", f"@:{about['PORT']}/") if about["PORT"] else url
    environment = os.environ | {
        "SANGHYEOP_DATABASE_URL": url,
        "SANGHYEOP_VAR": str(media),
        "SANGHYEOP_SECRET_KEY": "for the tests only",
        "DJANGO_SETTINGS_MODULE": "sanghyeop.web.settings",
        "PYTHONPATH": str(BASE),
    }
    return subprocess.Popen([sys.executable, "-c", KILLED, word], env=environment, stdout=subprocess.PIPE, text=True)


def test_killed_in_the_middle_of_an_import_nothing_of_it_is_there(shared_demo, settings, tmp_path):
    settings.STORAGES["default"]["OPTIONS"]["location"] = tmp_path / "media"
    grant = a_paid_grant()
    day = facts(grant)["paid_on"]
    rows = "".join(f"{day},가게 {n},{n + 1000}\n" for n in range(300))
    table = f"거래일자,가맹점명,이용금액\n{rows}".encode()
    keep(member(), StoredFile.Purpose.SPREADSHEET, "카드.csv", table, "text/csv")
    connection.close()
    killed = process("stop", tmp_path)
    assert killed.stdout.readline() == "in the middle\n"
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    wait_for_the_database()
    assert not Expense.objects.exists()
    assert not Import.objects.exists()
    again = process("go", tmp_path)
    assert again.wait() == 0
    assert Expense.objects.count() == Import.objects.get().rows == 300
    entered(grant, 5_000)
    with pytest.raises(Refused, match="이미 불러온"):
        importing.refuse_same_file(grant, StoredFile.objects.get(purpose="spreadsheet").sha256)


def wait_for_the_database() -> None:
    """PostgreSQL notices a dead client when it next speaks to it; its locks fall then."""
    for _ in range(100):
        try:
            Expense.objects.count()
            return
        except Exception:
            time.sleep(0.1)
