"""Files that people hand in: stored once, by content, with who and for what."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One stored file. ``purpose`` says why it is kept; the app that refers to it decides who sees it."""

    class Purpose(models.TextChoices):
        IDEA_PICTURE = "idea_picture", _("아이디어 사진")
        PLAN_PAPER = "plan_paper", _("계획서 붙임")
        RECEIPT = "receipt", _("증빙")
        SPREADSHEET = "spreadsheet", _("불러온 표")
        SETTLEMENT_PAPER = "settlement_paper", _("정산 서류")
        APPLICATION_PAPER = "application_paper", _("지원 서류")
        GRANT_PAPER = "grant_paper", _("교부 서류")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=30, choices=Purpose)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to="%Y/%m")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
