"""Set up and serve the demo: python3 tools/demo.py [--reset]

Makes the environment, migrates a SQLite file under var/, loads the example data once and serves on
127.0.0.1:8000 (PORT changes it) with the production server. The second run keeps the data.
"""

import os
import shutil
import socket
import subprocess
import sys

import prepare
from steps import BASE, PYTHON, Progress, SetupError, digest, exit_with, one_at_a_time, run

VAR = BASE / "var"
STEPS = prepare.STEPS + 3
SEEDS = [path for folder in ("demo", "programme", "ground") for path in (BASE / "sanghyeop" / folder).rglob("*")]


def free_port() -> int:
    """The port to serve on; refuses one that is taken before anything is set up."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SetupError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise SetupError(f"Port {text} is in use. Try another: make demo PORT=8001") from error
    return int(text)


def manage(*words: str, fail: str) -> None:
    run(PYTHON, "manage.py", *words, fail=fail)


def load_examples() -> None:
    """The example data, with the command's own progress on the screen."""
    done = subprocess.run([str(PYTHON), "manage.py", "load_demo"], cwd=BASE, check=False)
    if done.returncode:
        raise SetupError("The example data could not be loaded. make reset starts afresh.")


def set_up() -> None:
    """All steps up to a loaded database and collected static files."""
    progress = Progress(STEPS)
    prepare.prepare(progress, dev=(prepare.VENV / f"installed-{prepare.DEV_LOCK.stem}").exists())
    VAR.mkdir(exist_ok=True)
    migrations = [path for path in SEEDS if path.parent.name == "migrations" and path.suffix == ".py"]
    database = VAR / "sanghyeop.sqlite3"
    if not database.exists():
        for stamp in ("migrated", "loaded"):
            (VAR / stamp).unlink(missing_ok=True)
    progress.step(
        "Database",
        digest(migrations),
        VAR / "migrated",
        lambda: manage("migrate", "--verbosity=0", fail="The database could not be brought up to date."),
    )
    progress.step(
        "Example data",
        "loaded once",
        VAR / "loaded",
        load_examples,
    )
    static = [path for path in (BASE / "sanghyeop" / "web" / "static").rglob("*") if path.is_file()]
    progress.step(
        "Static files",
        digest([path for path in static if "vendor" not in path.parts], (prepare.VENDOR / ".made-from").read_text()),
        VAR / "static-made-from",
        lambda: manage(
            "collectstatic", "--noinput", "--clear", "--verbosity=0", fail="Static files were not collected."
        ),
    )


def serve(port: int) -> int:
    """Run the production server until it is stopped."""
    print(f"\nSanghyeop is at http://127.0.0.1:{port}/   (Ctrl-C stops it, make reset starts afresh)", flush=True)
    print(run(PYTHON, "manage.py", "show_logins", fail="The log-ins could not be read."), flush=True)
    command = [str(PYTHON), "-m", "gunicorn", "sanghyeop.web.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    os.chdir(BASE)
    os.execv(command[0], [*command, "--workers", "2", "--threads", "4", "--log-level", "warning"])


def main() -> int:
    if "--reset" in sys.argv[1:]:
        shutil.rmtree(VAR, ignore_errors=True)
        print("var/ is empty: the next make demo starts afresh.")
        return 0
    port = free_port()
    with one_at_a_time():
        set_up()
    return serve(port)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        exit_with(error)
