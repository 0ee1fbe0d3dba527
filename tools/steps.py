"""Set-up steps that tell what they do and are skipped when nothing they were made from has changed.

Runs on the machine's own python3 before anything is installed: standard library only.
"""

import contextlib
import fcntl
import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"


class SetupError(Exception):
    """Something the person at the keyboard has to know; the message is shown without a traceback."""


class Progress:
    """Numbers the steps of one command: '[2/8] Python packages ... 5.1 s'."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0

    def step(self, title: str, made_from: str, stamp: Path, action: Callable[[], None]) -> bool:
        """Run `action` unless the stamp says it was done from the same things; True when it ran."""
        self.done += 1
        print(f"[{self.done}/{self.total}] {title} ... ", end="", flush=True)
        if stamp.exists() and stamp.read_text() == made_from:
            print("up to date", flush=True)
            return False
        started = time.monotonic()
        stamp.unlink(missing_ok=True)
        try:
            action()
        except BaseException:
            print("failed", flush=True)
            raise
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(made_from)
        print(f"{time.monotonic() - started:.1f} s", flush=True)
        return True


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over the names and contents of the files and over the words."""
    sum_ = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        sum_.update(str(path.relative_to(BASE)).encode() + b"\0")
        sum_.update(hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()


def run(*command: str | Path, fail: str, env: dict[str, str] | None = None, cwd: Path = BASE) -> str:
    """Run a command quietly and return what it printed; when it fails, show that under `fail`."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=cwd, env=env, text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise SetupError(f"{fail}\n  {words[0]}: {error.strerror}") from error
    if done.returncode:
        said = "\n".join("  " + line for line in (done.stdout + done.stderr).strip().splitlines()[-25:])
        raise SetupError(f"{fail}\n  $ {' '.join(words)}\n{said}")
    return done.stdout


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two set-ups in one folder wait for each other instead of mixing their files."""
    with (BASE / "tools" / "steps.py").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this folder; waiting for it.", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def exit_with(error: SetupError) -> None:
    """End with the message alone."""
    print(f"\n{error}", file=sys.stderr)
    sys.exit(1)
