"""What all tests share: a database with Seoul in it, and people who are logged in."""

from __future__ import annotations

import os

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from sanghyeop.demo.published import load_published
from sanghyeop.ground.parties.models import City

# A busy machine is no fault of the code; and what CI tries is the same each time.
hypothesis.settings.register_profile(
    "sanghyeop",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("sanghyeop")


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests were skipped: install Chromium to run the browser tests.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """CI must not pass by skipping."""
    if os.environ.get("SANGHYEOP_NO_SKIPS") and not hasattr(session.config, "workerinput"):
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter and reporter.stats.get("skipped"):
            session.exitstatus = 1


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """On SQLite a file, as in use: a database in memory locks otherwise than a file does."""
    database = connections["default"]
    if database.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    """Uploads and mail of a test go into its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # pages kept for visitors of an earlier test's house


@pytest.fixture
def demo(db):
    """Seoul, the log-ins and an empty open round."""
    call_command("load_demo", "--bare")


@pytest.fixture
def published(demo):
    """The demo's start with the published rounds of 2017 to 2023."""
    load_published(City.objects.get())


@pytest.fixture(scope="session")
def database_triggers(django_db_setup, django_db_blocker):
    """The triggers of the SQLite database, as (name, statement). After a test with threads the database is emptied,
    which the triggers would refuse: they are taken off then, and put back for whoever comes next."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        if connection.vendor != "sqlite":
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return cursor.fetchall()


#: Whether this process has taken the triggers off: whichever test comes next has to put them on again.
TAKEN_OFF: list[bool] = []


def put_on(triggers):
    with connections["default"].cursor() as cursor:
        for name, statement in triggers:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(statement)


@pytest.fixture
def shared(transactional_db, database_triggers):
    """A database that several threads share: for stories of people who act at once."""
    put_on(database_triggers)
    yield
    TAKEN_OFF.append(True)
    with connections["default"].cursor() as cursor:
        for name, _statement in database_triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')


@pytest.fixture(autouse=True)
def _triggers_are_on(request):
    """A test that comes after one with threads has its triggers too (what it does is rolled back, they as well)."""
    asks = request.node.get_closest_marker("django_db")
    if TAKEN_OFF and (asks or "db" in request.fixturenames) and "shared" not in request.fixturenames:
        request.getfixturevalue("db")
        put_on(request.getfixturevalue("database_triggers"))


@pytest.fixture
def shared_demo(shared):
    """The demo's start in a database that several threads share."""
    call_command("load_demo", "--bare")
