"""Spending and settlement (집행·정산): payments with their receipts, what is disallowed, what goes back."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.parties.models import Organisation
from sanghyeop.programme.funding.models import BudgetLine, Grant
from sanghyeop.programme.rounds.models import KrwField


class RelatedParty(models.Model):
    """Whom an operator may not buy from without saying so: its head's own firm, a relative's, a sister company."""

    operator = models.ForeignKey(Organisation, models.CASCADE, related_name="related_parties")
    name = models.CharField(_("이름"), max_length=120)
    business_number = models.CharField(_("사업자등록번호"), max_length=12, blank=True)
    relation = models.CharField(_("관계"), max_length=120)

    class Meta:
        ordering = ("id",)


class Import(models.Model):
    """A bank's or a card company's spreadsheet that was taken over whole; the same file is not taken twice."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["grant", "sha256"], name="same_spreadsheet_once")]


class Expense(models.Model):
    """One payment (집행). It holds its won on the budget line from the moment it is sent in; approval posts it."""

    class State(models.TextChoices):
        ENTERED = "entered", _("작성 중")
        SENT = "sent", _("승인 대기")
        APPROVED = "approved", _("승인")
        RETURNED = "returned", _("보완 요청")
        CANCELLED = "cancelled", _("취소")

    class Evidence(models.TextChoices):
        TAX_INVOICE = "tax_invoice", _("전자세금계산서")
        CARD = "card", _("카드 매출전표")
        CASH_RECEIPT = "cash_receipt", _("현금영수증")
        PAYROLL = "payroll", _("급여 지급")
        OTHER = "other", _("기타 증빙")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="expenses")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="expenses", verbose_name=_("예산 내역"))
    state = models.CharField(max_length=20, choices=State, default=State.ENTERED, editable=False)
    paid_on = models.DateField(_("지급일"))
    amount_krw = KrwField(_("금액(원)"), validators=[MinValueValidator(1)])
    purpose = models.CharField(_("쓴 곳"), max_length=200)
    payee = models.CharField(_("받는 곳"), max_length=120)
    payee_number = models.CharField(_("받는 곳 사업자등록번호"), max_length=12, blank=True)
    account = models.CharField(_("받는 계좌"), max_length=60, blank=True)
    evidence = models.CharField(_("증빙 종류"), max_length=20, choices=Evidence)
    evidence_number = models.CharField(_("증빙 번호"), max_length=60, blank=True)
    related_why = models.CharField(_("이해관계가 있는데도 사는 까닭"), max_length=500, blank=True)
    imported = models.ForeignKey(Import, models.PROTECT, null=True, blank=True, related_name="expenses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-paid_on", "-id")
        indexes = [models.Index(fields=["grant", "state", "-paid_on"]), models.Index(fields=["line", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_krw__gt=0), name="expense_is_positive"),
            models.UniqueConstraint(
                fields=["grant", "evidence", "evidence_number"],
                condition=~Q(evidence_number="") & ~Q(state="cancelled"),
                name="same_receipt_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee} · {self.purpose}"

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id


class Receipt(models.Model):
    """A picture or PDF of an expense's evidence."""

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="receipts")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)


class Settlement(models.Model):
    """The settlement (정산) of a grant."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("작성 중")
        SENT = "sent", _("검토 대기")
        RETURNED = "returned", _("보완 요청")
        CONFIRMED = "confirmed", _("확정")

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="settlement")
    state = models.CharField(max_length=20, choices=State, default=State.PREPARED, editable=False)
    results = models.TextField(_("실적"), max_length=5000, blank=True)
    verification = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    audit = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    statement = models.JSONField(null=True, blank=True)  # as it was confirmed: a record, not a total to add up
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.grant)

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id


class Disallowance(models.Model):
    """So much of an approved expense that is not recognised (불인정액), with the reason."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="disallowances")
    expense = models.OneToOneField(Expense, models.PROTECT, related_name="disallowance")
    amount_krw = KrwField(_("불인정액(원)"), validators=[MinValueValidator(1)])
    why = models.TextField(_("까닭"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="disallowance_has_its_reason")]
