"""Every page that somebody can reach by links: axe, phone and desk width, scripts, keyboard.

Each person's pages are found as he or she finds them, by following links from the start page and the own desk. Pages
that are built alike (same address name, same kinds of elements) are looked at once. In the end every address that shows
a page has been reached by somebody, so a page that nobody can find fails, too.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.journeys.conftest import DESK, PHONE
from tests.test_who_gets_what import ROWS

#: In the order in which their pages are looked at: who sees most comes first.
PEOPLE = (
    "city@example.org",
    "district@example.org",
    "member@example.org",
    "chair@example.org",
    "worker@example.org",
    "reviewer@example.org",
    "expert@example.org",
    "resident@example.org",
    None,
)
#: Of each address so many are opened for each person, to find links and pages that are built otherwise.
EXAMPLES = 6
#: Addresses that show no page of their own, or that no link leads to.
NOT_PAGES = {
    "continue_after_login",  # takes a form
    "discovery:alike",  # a part of the form for ideas
    "discovery:picture",
    "health",
    "funding:bid_paper",  # these two are files
    "funding:paper",
    "employment:contract_file",
    "employment:edit",  # while a contract is not sent: test_employment.py goes there
    "employment:payslip_file",
    "hiring:paper",  # a file
    "hiring:result_files",
    "parties:password_reset_confirm",  # from a mail
    "parties:password_reset_sent",  # after a form
    "planning:comment",  # takes a form
    "planning:export",
    "portal:projects_csv",
    "portal:result",  # of a round decided here: test_portal_result.py opens it
    "portal:year",  # leads on to the round
    "review:result_file",
    "selection:decision_file",
    "selection:scenario_file",
    "spending:audit_file",
    "spending:check_import",  # after a form
    "spending:disallow",  # these three while a settlement is under way: test_spending.py goes there
    "spending:edit",  # these three where something is to be amended or graded: test_spending.py goes there
    "spending:export",
    "spending:grade",
    "spending:move",
    "spending:paper",
    "spending:settle",
    "spending:write",
}
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
KINDS = re.compile(r'<(\w+)(?:[^>]*?\bclass="([^"]*)")?')
#: Things to use that the keyboard does not get to, or gets to out of order.
UNREACHABLE = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.disabled
    && !e.closest('[inert], [aria-hidden=true]');
  const things = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [hx-get], [hx-post]'
  )].filter(shown).filter(e => e.tagName !== 'FORM' && !e.matches('[hx-trigger]:not(a, button)'));
  return things.filter(e => e.tabIndex !== 0).map(e => e.outerHTML.slice(0, 160));
}"""

looked_at: set[tuple[str, str]] = set()
reached: set[str] = set()


def name_of(path: str) -> str | None:
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def build_of(html: str) -> str:
    """How a page is built: the kinds of elements in it, however many of each there are."""
    return " ".join(sorted({f"{tag}.{kind}" for tag, kind in KINDS.findall(html)}))


def pages_of(page: Page, more: list[str]) -> list[tuple[str, str, str]]:
    """(address, name, build) of the pages that this person finds by links, and of ``more``."""
    host = urlsplit(page.url).netloc
    waiting = deque(["/", "/desk/", *more])
    known, opened = set(waiting), Counter[str]()
    found = []
    while waiting:
        path = waiting.popleft()
        name = name_of(urlsplit(path).path)
        if name is None or name in NOT_PAGES or opened[name] >= EXAMPLES:
            continue
        opened[name] += 1
        answer = page.context.request.get(path)
        assert answer.status < 400, f"a link leads to {path}, which answers {answer.status}"
        html = answer.text()
        # A page that leads on (a visitor's desk to the log-in) counts as the one that it leads to.
        end = urlsplit(answer.url)
        name = name_of(end.path) or name
        found.append((path, name, build_of(html)))
        for link in LINK.findall(html):
            parts = urlsplit(urljoin(answer.url, link.replace("&amp;", "&")))
            to = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == host and to not in known:
                known.add(to)
                waiting.append(to)
    return found


@pytest.fixture(scope="module")
def behind_forms(site) -> list[str]:
    """The demo with something to show on every page; the officer's addresses that forms lead to."""
    said = site.manage("shell", "-v0", "-c", "from tests.journeys.more_pages import prepare; prepare()")
    return [line for line in said.splitlines() if line.startswith("/")]


@pytest.mark.parametrize("email", PEOPLE)
def test_the_pages_of(behind_forms, visit, barriers, email):
    page = visit(email)
    if email is None:
        page.goto("/")
    faults: list[str] = []
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    found = pages_of(page, behind_forms if email == PEOPLE[0] else [])
    reached.update(name for _path, name, _build in found)
    for path, name, build in found:
        if (name, build) in looked_at:
            continue
        looked_at.add((name, build))
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            if size == DESK:
                page.goto(path)
            faults += barriers(page)
            faults += [f"{page.url}: not reached by keyboard: {thing}" for thing in page.evaluate(UNREACHABLE)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("email", ["city@example.org", "member@example.org", None])
def test_tab_goes_through_the_whole_page(visit, email):
    """The tabulator gets to the last link of the page and is caught nowhere."""
    page = visit(email)
    page.goto("/plans/" if email else "/")
    last = page.locator("footer a").last
    for _ in range(400):
        page.keyboard.press("Tab")
        if last.evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"the tabulator ends at {page.evaluate('document.activeElement.outerHTML')[:200]}")


def test_every_page_is_reached_by_somebody():
    if not looked_at:
        pytest.skip("the pages have not been looked at")
    pages = {name for method, name in ROWS if method == "GET"} - NOT_PAGES
    assert not pages - reached, "\n".join(sorted(pages - reached))
