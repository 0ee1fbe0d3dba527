"""Letters and notices to people: written in the same transaction as what they tell of, mailed afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Notice(models.Model):
    """A message to one person, shown on the site and sent by e-mail: ``mailed_at`` empty is still to send."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    round_id = models.BigIntegerField(null=True, db_index=True)
    key = models.CharField(max_length=120)  # the same message is never sent twice
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="notice_once")]
        indexes = [models.Index(fields=["next_attempt_at"], condition=models.Q(mailed_at=None), name="notice_outbox")]
