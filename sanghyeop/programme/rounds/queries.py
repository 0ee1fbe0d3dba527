"""Reads that pages share."""

from __future__ import annotations

from typing import Any

from sanghyeop.ground.notices.tasks import Task


def tasks_for(user: Any) -> list[Task]:
    """What waits for this person here."""
    return []
