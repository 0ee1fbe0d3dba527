"""What a grant's money is for: its lines by purse, and the changes that are asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.programme.funding.models.grants import Grant


class BudgetLine(models.Model):
    """One line of the agreed budget (보조세목): what for. Its won by purse are the sums of its ``Allotment`` rows."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="budget_lines")
    category = models.CharField(_("비목"), max_length=20, choices=Category)
    item = models.CharField(_("내역"), max_length=100)
    basis = models.CharField(_("산출 근거"), max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["grant", "category", "item"], name="one_line_per_item")]

    def __str__(self) -> str:
        return self.item


class Change(models.Model):
    """A change of plan or budget that is asked for (사업변경). What the round allows takes effect at once."""

    class State(models.TextChoices):
        ASKED = "asked", _("승인 요청")
        FREE = "free", _("승인 없이 반영")
        APPROVED = "approved", _("승인")
        REFUSED = "refused", _("거절")
        WITHDRAWN = "withdrawn", _("거둠")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="changes")
    state = models.CharField(max_length=20, choices=State, default=State.ASKED, editable=False)
    why = models.TextField(_("바꾸려는 까닭"), max_length=2000)
    ends_on = models.DateField(_("새 사업 종료일"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.why[:60]

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id

    @property
    def needs_city(self) -> bool:
        """Whether the city approves it: the period, or what a purse pays in all, changes. One query, none where
        ``lines`` is prefetched."""
        sums: dict[str, int] = {}
        for line in self.lines.all():
            sums[line.purse] = sums.get(line.purse, 0) + line.amount_krw
        return self.ends_on is not None or any(sums.values())


class NewLine(models.Model):
    """A budget line that a change asks for; ``made`` once it has taken effect."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="new_lines")
    category = models.CharField(_("비목"), max_length=20, choices=Category)
    item = models.CharField(_("내역"), max_length=100)
    basis = models.CharField(_("산출 근거"), max_length=500, blank=True)
    made = models.OneToOneField(BudgetLine, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["change", "category", "item"], name="one_new_line_per_item")]

    def __str__(self) -> str:
        return self.item


class ChangeLine(models.Model):
    """So many won more (or less) for the purse of a line, or of one that is new, as a change asks for."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="lines")
    line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="+")
    new = models.ForeignKey(NewLine, models.CASCADE, null=True, related_name="lines")
    purse = models.CharField(max_length=20, choices=Purse)
    amount_krw = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["change", "line", "purse"], name="one_change_per_purse"),
            models.UniqueConstraint(fields=["new", "purse"], name="one_change_per_purse_of_a_new_line"),
            models.CheckConstraint(condition=~Q(amount_krw=0), name="change_is_not_nothing"),
            models.CheckConstraint(
                condition=Q(line__isnull=False, new__isnull=True)
                | Q(line__isnull=True, new__isnull=False, amount_krw__gt=0),
                name="change_is_of_a_line_or_of_a_new_one",
            ),
        ]


class Allotment(models.Model):
    """So many won of a purse for a line: by the plan (``change`` empty) or by a change. Only ever added."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="allotments")
    purse = models.CharField(_("재원"), max_length=20, choices=Purse)
    amount_krw = models.BigIntegerField()
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="allotments")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["line", "purse", "change"], name="one_allotment_per_change"),
            models.UniqueConstraint(
                fields=["line", "purse"], condition=Q(change__isnull=True), name="one_allotment_by_the_plan"
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=False) | Q(amount_krw__gte=0), name="planned_allotment_not_negative"
            ),
        ]
