"""What waits for a person: the rows of the desk. Each app's ``queries.tasks_for(user)`` gives its own."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Task:
    """One thing to do. ``count`` is how many of them wait behind ``url``."""

    title: Any
    url: str
    due: datetime.datetime | None = None
    count: int = 1
