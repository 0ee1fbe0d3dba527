"""Reading notices."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sanghyeop.ground.notices.models import Notice


def notices_of(user: Any) -> QuerySet[Notice]:
    """A person's notices, newest first. One query when read."""
    return Notice.objects.filter(recipient=user)
