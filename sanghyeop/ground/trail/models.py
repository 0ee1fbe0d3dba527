"""The trail: who did what, when, from which state to which, and why. Nobody edits it.

The database refuses UPDATE and DELETE on it by triggers (see the migration).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One act. ``subject_kind`` is the model's label (``discovery.idea``), ``subject_id`` its key."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # empty: the program itself
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=200)
    round_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    why = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-id"])]


class Once(models.Model):
    """A form that was sent: the same form sent again leads to the first one's result."""

    key = models.UUIDField(primary_key=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    result = models.CharField(max_length=300)  # the address that the first sending led to
    at = models.DateTimeField(default=timezone.now)
