"""Files that a command writes: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sanghyeop.commands.faults import BadInput, Fault


def check_folder(out: Path) -> None:
    """What would make writing fail at the end is said before the work. Raises ``BadInput``."""
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK) or out.is_dir():
        raise BadInput(str(out), [Fault("out_not_writable", about={"text": str(out.parent)})])


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """What ``write`` puts into an open file, in the place of ``path`` when it is complete. Raises ``OSError``."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
