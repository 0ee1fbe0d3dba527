"""Funding (교부): the grant of a project, its budget by line and purse, instalments and changes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.ledger.models import Book
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, PercentField, Round


class Paying(models.TextChoices):
    """When the grant's money comes."""

    ADVANCE = "advance", _("나누어 먼저 교부")
    AFTER = "after", _("선집행 후지급")


class FundingRule(models.Model):
    """How a round pays, and what may be changed without asking: rows that the city's officer edits."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="funding_rule")
    paying = models.CharField(_("교부 방식"), max_length=20, choices=Paying, default=Paying.ADVANCE)
    free_change = PercentField(_("승인 없이 옮길 수 있는 몫(%)"))  # of the smaller of the two lines, within a category
    source = models.CharField(_("근거"), max_length=300, blank=True)


class Grant(models.Model):
    """The grant decision (교부결정) of one selected project, and all that follows from it until it is settled.

    ``operator`` (수행기관) carries the project out: the district itself, its company, a centre, a co-operative.
    ``agreement`` is the text that the parties sign, frozen with the first signature.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("교부결정 준비")
        DECIDED = "decided", _("교부결정")
        AGREED = "agreed", _("협약 체결·집행 중")
        SETTLING = "settling", _("정산 중")
        SETTLED = "settled", _("정산 확정")

    project = models.OneToOneField(Project, models.PROTECT, related_name="grant")
    book = models.OneToOneField(Book, models.PROTECT, related_name="grant")
    operator = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="grants", verbose_name=_("수행기관")
    )  # empty: still to be found by the district's own call
    state = models.CharField(max_length=20, choices=State, default=State.PREPARED, editable=False)
    number = models.CharField(_("교부결정 번호"), max_length=40, blank=True)
    decided_on = models.DateField(_("교부결정일"), null=True, blank=True)
    starts_on = models.DateField(_("사업 시작일"))
    ends_on = models.DateField(_("사업 종료일"))
    paying = models.CharField(_("교부 방식"), max_length=20, choices=Paying)
    agreement = models.TextField(_("협약 내용"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="grant_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="prepared") | (Q(decided_on__isnull=False) & ~Q(number="")),
                name="decided_grant_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "decided"]) | Q(operator__isnull=False),
                name="agreed_grant_has_its_operator",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_grant_per_number"),
        ]

    def __str__(self) -> str:
        return self.project.title

    @property
    def round_id(self) -> int | None:
        return self.project.round_id


class Condition(models.Model):
    """A condition of the grant (교부조건), with the rule it comes from."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="conditions")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(_("교부조건"), max_length=1000)
    law = models.CharField(_("근거"), max_length=200, blank=True)

    class Meta:
        ordering = ("order", "id")


class Signature(models.Model):
    """One party's signature under the agreement (협약)."""

    class Party(models.TextChoices):
        CITY = "city", _("시")
        DISTRICT = "district", _("자치구")
        OPERATOR = "operator", _("수행기관")

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="signatures")
    party = models.CharField(max_length=20, choices=Party)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["grant", "party"], name="one_funding_signature_per_party"),
            models.UniqueConstraint(fields=["grant", "by"], name="one_funding_signature_per_person"),
        ]


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


class ChangeLine(models.Model):
    """So many won more (or less) for a line's purse, as a change asks for."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="lines")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="+")
    purse = models.CharField(max_length=20, choices=Purse)
    amount_krw = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["change", "line", "purse"], name="one_change_per_purse"),
            models.CheckConstraint(condition=~Q(amount_krw=0), name="change_is_not_nothing"),
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


class Instalment(models.Model):
    """One payment of the grant (교부), on a day or when a milestone is reached."""

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
