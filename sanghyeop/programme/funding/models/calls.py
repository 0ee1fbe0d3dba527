"""The district's call for an operator, who bids, and with which papers."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.funding.models.grants import Grant


class OperatorCall(models.Model):
    """The district's own call for the operator of a grant (수행기관 공모), and what its committee decided.

    A call may end without a winner. The record of the committee says who sat in it and why it decided so.
    """

    class State(models.TextChoices):
        OPEN = "open", _("모집 중")
        CHOSEN = "chosen", _("수행기관 선정")
        NO_WINNER = "no_winner", _("적격자 없음")
        CANCELLED = "cancelled", _("취소")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="operator_calls")
    state = models.CharField(max_length=20, choices=State, default=State.OPEN, editable=False)
    terms = models.TextField(_("모집 내용과 자격"), max_length=5000)
    closes_at = models.DateTimeField(_("접수 마감"))
    met_on = models.DateField(_("심의한 날"), null=True, blank=True)
    committee = models.TextField(_("심의 위원"), max_length=1000, blank=True)
    reason = models.TextField(_("결정한 까닭"), max_length=2000, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["grant"], condition=Q(state="open"), name="one_open_call_per_grant"),
            models.CheckConstraint(
                condition=~Q(state__in=["chosen", "no_winner"])
                | (~Q(reason="") & ~Q(committee="") & Q(met_on__isnull=False)),
                name="committee_has_its_record",
            ),
        ]

    def __str__(self) -> str:
        return str(self.grant)

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id


class Bid(models.Model):
    """An organisation that wants to carry a project out."""

    call = models.ForeignKey(OperatorCall, models.PROTECT, related_name="bids")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="bids", verbose_name=_("단체"))
    proposal = models.TextField(_("수행 계획"), max_length=5000)
    points = models.DecimalField(
        _("점수"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    won = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["call", "organisation"], name="one_bid_per_organisation"),
            models.UniqueConstraint(fields=["call"], condition=Q(won=True), name="one_winner_per_call"),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class BidPaper(models.Model):
    """A picture or PDF that came with a bid."""

    bid = models.ForeignKey(Bid, models.CASCADE, related_name="papers")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
