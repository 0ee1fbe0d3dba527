"""A real server process on a copy of the demo's data, and a real browser in front of it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from sanghyeop.demo.people import PASSWORD

BASE = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # a busy machine is no fault of the page
PATIENCE = 90  # seconds for the server to answer
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)
    if not CHROMIUM:
        item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def environment(var: Path) -> dict[str, str]:
    return os.environ | {
        "SANGHYEOP_VAR": str(var),
        "SANGHYEOP_DATABASE_URL": f"sqlite:///{var}/sanghyeop.sqlite3",
        "SANGHYEOP_SECRET_KEY": "for the tests only",
    }


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's database and static files, made once for all workers."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    var = shared / "loaded"
    with (shared / "loaded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        var.mkdir(exist_ok=True)
        if not (var / "ready").exists():
            for words in (["migrate"], ["load_demo"], ["collectstatic", "--noinput"]):
                subprocess.run([sys.executable, "manage.py", *words, "-v0"], cwd=BASE, env=environment(var), check=True)
            (var / "ready").touch()
    return var


@dataclass
class Site:
    """The running site: its address and the folder of its data."""

    address: str
    var: Path

    def manage(self, *words: str) -> str:
        """A command on the site's data, as its administrator would give it."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=BASE, env=environment(self.var), check=True, capture_output=True, text=True)
        return done.stdout


@pytest.fixture(scope="module")
def site(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The production server on its own copy of the data."""
    var = tmp_path_factory.mktemp("var")
    shutil.copytree(loaded, var, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (var / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "sanghyeop.web.wsgi:application", "--bind", f"127.0.0.1:{port}"]
        + ["--workers", "1", "--threads", "4"],
        cwd=BASE,
        env=environment(var),
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(server, f"{address}/health/", var / "server.log")
        yield Site(address, var)
    finally:
        server.terminate()
        server.wait(10)
        log.close()


def wait_until_it_answers(server: subprocess.Popen, url: str, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def refused(said: ConsoleMessage) -> bool:
    """Whether the browser tells that the content security policy refused something."""
    return said.type == "error" and "Content Security Policy" in said.text


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """``visit()`` opens the site as a visitor, ``visit("city@example.org")`` as that person.

    A failed script, a style or script that the policy refuses, or a page that answers 500 fails the test at its end.
    """
    faults: list[str] = []
    contexts = []

    def open_page(email: str | None = None, size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(base_url=site.address, viewport=size, locale="ko-KR", timezone_id="Asia/Seoul")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)  # a busy machine is no fault of the page
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if refused(said) else None)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("response", lambda got: faults.append(f"{got.url}: {got.status}") if got.status >= 500 else None)
        if email:
            page.goto("/login/")
            page.get_by_label("전자우편").fill(email)
            page.get_by_label("비밀번호").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="로그인").click()
            page.wait_for_url("**/desk/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """What axe finds on a page, and whether the page scrolls sideways."""

    def look(page: Page) -> list[dict[str, Any]]:
        page.wait_for_load_state()
        try:
            return Axe().run(page).response["violations"]
        except PlaywrightError:  # the click before had not led to its page yet, and now it has
            page.wait_for_load_state()
            return Axe().run(page).response["violations"]

    def find(page: Page) -> list[str]:
        found = [f"{page.url}: {fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in look(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{page.url}: scrolls sideways at {page.viewport_size}")
        return found

    return find
