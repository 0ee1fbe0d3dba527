"""The files beside this one, which the examples are put together from."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@cache
def read(name: str) -> dict[str, Any]:
    """One of the files ``ideas``, ``plans``, ``people``, ``reviews``; do not change what comes back."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
