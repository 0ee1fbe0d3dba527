"""Handing in, from the first page to the receipt, as a browser does it; each returns how many requests it took."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from bench.load import Measured, Visitor, fields_of
from bench.sides import Side

#: A form's fields are read out of the page that shows it, as a browser does.
TOKEN = re.compile(r'name="?csrfmiddlewaretoken"? value="?(\w+)')
HASH = re.compile(r'name="hash" value="(\w+)"')


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None, "a page without a form"
    return found[1]


def hand_in_plan(visitor: Visitor, plan: int) -> int:
    """A member opens a written plan that city and district have signed, reads, signs, submits, sees the receipt."""
    before = visitor.requests
    visitor.get(f"/plans/{plan}/")
    page = visitor.get(f"/plans/{plan}/sign/")
    mark = HASH.search(page)
    assert mark is not None, "a plan that cannot be signed"
    signed = {"csrfmiddlewaretoken": token(page), "hash": mark[1], "party": "organisation"}
    _path, page = visitor.post(f"/plans/{plan}/sign/", signed)
    path, _page = visitor.post(f"/plans/{plan}/submit/", {"csrfmiddlewaretoken": token(page)})
    assert "/receipts/" in path, path
    return visitor.requests - before


def submit_talk(visitor: Visitor, number: int) -> int:
    """A speaker goes through pretalx's wizard: what, who, done."""
    before = visitor.requests
    _status, path, page = visitor.send("GET", "/jobs/submit/")
    for _ in range(6):
        form = fields_of(page) | {"action": "submit"}
        if "/info/" in path:
            form |= {
                "title": f"Reuse {number}",
                "abstract": "Text " * 60,
                "description": "Text " * 300,
                "content_locale": "en",
            }
        elif "/profile/" in path:
            form |= {"name": "Speaker", "biography": "Text " * 80}
        path, page = visitor.post(path, form)
        if "/submit/" not in path:
            return visitor.requests - before
    raise AssertionError(f"the wizard does not end: {path}")


def run_flows(
    side: Side, user: str, flow: Callable[[Visitor, int], int], numbers: list[int], seconds: float, clients: int
) -> tuple[Measured, list[int]]:
    """Flows one after the other by so many people at a time; takes its numbers (plans) from the list."""
    found, requests = Measured(), []
    faults: list[BaseException] = []
    started = time.perf_counter()

    def work() -> None:
        visitor = Visitor(side.port, side.cookies[user])
        try:
            while (now := time.perf_counter()) < started + seconds and numbers and not faults:
                requests.append(flow(visitor, numbers.pop()))
                found.seconds.append(time.perf_counter() - now)
        except (RuntimeError, AssertionError, OSError, IndexError) as fault:
            faults.append(fault)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    found.clock = time.perf_counter() - started
    return found, requests
