"""When a grant's money is paid out, and from which purse."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger.accounts import Purse
from sanghyeop.programme.funding.models.grants import Grant
from sanghyeop.programme.rounds.models import KrwField


class Instalment(models.Model):
    """One payment of the grant (교부), on a day or when a milestone is reached. ``paper`` came with the asking: what
    shows that the milestone is reached."""

    class State(models.TextChoices):
        PLANNED = "planned", _("예정")
        ASKED = "asked", _("교부신청")
        PAID = "paid", _("교부 완료")
        CANCELLED = "cancelled", _("취소")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="instalments")
    order = models.PositiveSmallIntegerField(_("회차"))
    state = models.CharField(max_length=20, choices=State, default=State.PLANNED, editable=False)
    due_on = models.DateField(_("교부 예정일"), null=True, blank=True)
    milestone = models.CharField(_("교부 조건"), max_length=200, blank=True)
    paid_on = models.DateField(_("교부일"), null=True, blank=True)
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(fields=["grant", "order"], name="one_instalment_per_order"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False), name="paid_instalment_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return _("%(order)d회차") % {"order": self.order}

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id


class InstalmentShare(models.Model):
    """What a purse pays of an instalment."""

    instalment = models.ForeignKey(Instalment, models.CASCADE, related_name="shares")
    purse = models.CharField(_("재원"), max_length=20, choices=Purse)
    amount_krw = KrwField(_("금액(원)"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["instalment", "purse"], name="one_share_per_purse")]
