"""The two sides: how each is set up, filled, looked into and served. Both get a database of the same server, the same
gunicorn with two plain workers, and 127.0.0.1."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tools.steps import Progress, digest, run

BASE = Path(__file__).resolve().parents[1]
SCRATCH = BASE / "var" / "bench"
PEER = SCRATCH / "pretalx"
LOCK = BASE / "bench" / "requirements-pretalx.txt"
WORKERS = 2
PATIENCE = 90  # seconds for a server to answer


@dataclass(frozen=True)
class Page:
    """What is compared: its name, its path, who looks at it ("" = a visitor)."""

    name: str
    path: str
    user: str = ""


@dataclass
class Side:
    """One site: its program, its environment, its pages."""

    name: str
    python: Path
    wsgi: str
    env: dict[str, str]
    port: int
    pages: list[Page] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)  # what the seeding said
    cookies: dict[str, str] = field(default_factory=dict)
    queries: dict[str, list[int]] = field(default_factory=dict)

    def run(self, *words: str | Path, fail: str) -> str:
        return run(self.python, *words, fail=fail, env=self.env)

    def look(self, users: list[str]) -> None:
        """Log-ins and the number of queries of each page, from inside the site."""
        asked = {
            "host": f"127.0.0.1:{self.port}",
            "users": users,
            "pages": [[page.name, page.path, page.user] for page in self.pages],
        }
        done = subprocess.run(
            [self.python, "-m", "bench.look"],
            cwd=BASE,
            env=self.env,
            input=json.dumps(asked),
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{self.name} cannot be looked into:\n{done.stderr[-3000:]}")
        found = json.loads(done.stdout.splitlines()[-1])
        self.cookies, self.queries = found["cookies"], found["queries"]

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """The site behind gunicorn, stopped at the end."""
        log = SCRATCH / f"{self.name}.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [self.python, "-m", "gunicorn", self.wsgi, "--workers", str(WORKERS), "--timeout", "90"]
                + ["--bind", f"127.0.0.1:{self.port}"],
                cwd=BASE,
                env=self.env,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C ends the measuring first, and that ends the server
            )
        try:
            self.wait_until_it_answers(server, log)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def wait_until_it_answers(self, server: subprocess.Popen, log: Path) -> None:
        from bench.load import ask

        request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode()
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and server.poll() is None:
            with contextlib.suppress(OSError):
                if ask(self.port, request) < 500:
                    return
            time.sleep(0.1)
        sys.exit(f"{self.name} did not start:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_database(host: str, name: str) -> None:
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]


def settle(host: str, name: str) -> None:
    """Fresh statistics, so that the planner knows both databases alike."""
    with psycopg.connect(host=host, user="postgres", dbname=name, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def clean_environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PRETALX_", "SANGHYEOP_", "DJANGO_", "PG"))}
    return kept | {"PYTHONPATH": str(BASE)}


# Ours


def ours(host: str, count: int, few: int, drafts: int) -> Side:
    """Sanghyeop with ``count`` plans in one round, ``few`` in another, and drafts to hand in."""
    var = SCRATCH / "ours"
    port = free_port()
    side = Side(
        "ours",
        Path(sys.executable),
        "sanghyeop.web.wsgi:application",
        clean_environment()
        | {
            "DJANGO_SETTINGS_MODULE": "sanghyeop.web.settings",
            "SANGHYEOP_VAR": str(var),
            "SANGHYEOP_DATABASE_URL": f"postgres://postgres@/sanghyeop?host={host}",
            "SANGHYEOP_SECRET_KEY": "for the benchmark only",
        },
        port,
    )

    make_database(host, "sanghyeop")
    side.run("manage.py", "collectstatic", "--noinput", "-v0", fail="The static files could not be collected.")
    said = side.run("-m", "bench.seed_plans", str(count), str(few), str(drafts), fail="The plans could not be made.")
    side.facts = json.loads(said.splitlines()[-1])
    settle(host, "sanghyeop")
    officer = "city@example.org"
    list_of = "/plans/?round={}"
    side.pages = [
        Page("list", list_of.format(side.facts["round"]), officer),
        Page("one", f"/plans/{side.facts['plan']}/", officer),
        Page("public", f"/rounds/{side.facts['round']}/"),
        Page("public, logged in", f"/rounds/{side.facts['round']}/", officer),
        Page("list of few", list_of.format(side.facts["small_round"]), officer),
    ]
    side.look([officer, "member@example.org"])
    return side


# pretalx


def peer_environment(host: str, port: int) -> dict[str, str]:
    data = SCRATCH / "pretalx-data"
    return clean_environment() | {
        "DJANGO_SETTINGS_MODULE": "pretalx.settings",
        "PRETALX_DB_TYPE": "postgresql",
        "PRETALX_DB_NAME": "pretalx",
        "PRETALX_DB_USER": "postgres",
        "PRETALX_DB_HOST": host,
        "PRETALX_FILESYSTEM_DATA": str(data),
        "PRETALX_FILESYSTEM_STATIC": str(data / "static"),
        "PRETALX_SITE_URL": f"http://127.0.0.1:{port}",
        "PRETALX_DEBUG": "False",
        "PRETALX_LOG_LEVEL": "ERROR",
    }


def install_peer() -> None:
    """An environment of its own for pretalx, from its lock, by uv where there is one, else by pip."""
    run(sys.executable, "-m", "venv", "--clear", PEER, fail="No environment for pretalx could be made.")
    python = PEER / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    installer = [uv, "pip", "install", "--system-certs", "--python", python]
    if not uv.exists():
        installer = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    run(*installer, "--quiet", "--require-hashes", "-r", LOCK, fail="pretalx could not be installed.")


def pretalx(host: str, count: int, programs: Path, progress: Progress) -> Side:
    """pretalx with ``count`` submissions. What was filled once is kept as a dump, since filling it takes a minute."""
    port = free_port()
    side = Side("pretalx", PEER / "bin" / "python", "pretalx.wsgi", peer_environment(host, port), port)
    progress.step("pretalx", digest([LOCK]), SCRATCH / "pretalx-made-from", install_peer)
    (SCRATCH / "pretalx-data" / "static").mkdir(parents=True, exist_ok=True)
    dump = SCRATCH / f"pretalx-{count}.dump"
    made_from = digest([LOCK, BASE / "bench" / "seed_pretalx.py", BASE / "bench" / "words.py"])
    make_database(host, "pretalx")
    address = ("--host", host, "--username", "postgres")

    def fill() -> None:
        side.run("-m", "pretalx", "migrate", "-v0", fail="pretalx could not make its tables.")
        side.run("-m", "pretalx", "collectstatic", "--noinput", "-v0", fail="pretalx's static files are missing.")
        side.run("-m", "bench.seed_pretalx", str(count), fail="pretalx could not be filled.")
        run(programs / "pg_dump", *address, "--format=custom", f"--file={dump}", "pretalx", fail="No dump was made.")

    filled = progress.step(
        f"pretalx with {count:,} submissions", made_from, SCRATCH / f"pretalx-{count}-made-from", fill
    )
    if not filled:
        run(programs / "pg_restore", *address, "--dbname=pretalx", dump, fail="The dump could not be read.")
    settle(host, "pretalx")
    with psycopg.connect(host=host, user="postgres", dbname="pretalx") as connection:
        row = connection.execute(
            "SELECT code FROM submission_submission ORDER BY id OFFSET %s", [count // 2]
        ).fetchone()
    assert row is not None
    boss = "organiser@example.org"
    side.pages = [
        Page("list", "/orga/event/jobs/submissions/", boss),
        Page("one", f"/orga/event/jobs/submissions/{row[0]}/", boss),
        Page("public", "/jobs/cfp"),
    ]
    side.look([boss])
    return side
