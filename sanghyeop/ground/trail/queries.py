"""Reading the trail."""

from __future__ import annotations

from django.db import models

from sanghyeop.ground.trail.models import Entry


def trail_of(subject: models.Model) -> models.QuerySet[Entry]:
    """Entries about one subject, newest first. One query when read."""
    return Entry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk).select_related("actor")


def trail_of_round(round_id: int) -> models.QuerySet[Entry]:
    """Entries about all that belongs to a round, newest first. One query when read."""
    return Entry.objects.filter(round_id=round_id).select_related("actor")
