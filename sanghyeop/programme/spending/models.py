"""Spending and settlement (집행·정산): payments with their receipts, what is disallowed, what goes back."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.parties.models import City, Organisation
from sanghyeop.programme.funding.models import BudgetLine, Grant
from sanghyeop.programme.rounds.models import KrwField, Round


class OfGrant(models.Model):
    """What belongs to a grant, and through it to a round (the trail asks)."""

    class Meta:
        abstract = True

    @property
    def round_id(self) -> int | None:
        return self.grant.project.round_id  # type: ignore[attr-defined]


class RelatedParty(models.Model):
    """Whom an operator may not buy from without saying so: its head's own firm, a relative's, a sister company."""

    operator = models.ForeignKey(Organisation, models.CASCADE, related_name="related_parties")
    name = models.CharField(_("이름"), max_length=120)
    business_number = models.CharField(_("사업자등록번호"), max_length=12, blank=True)
    relation = models.CharField(_("관계"), max_length=120)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Import(OfGrant):
    """A bank's or a card company's spreadsheet that was taken over whole; the same file is not taken twice."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["grant", "sha256"], name="same_spreadsheet_once")]

    def __str__(self) -> str:
        return self.name


class Expense(OfGrant):
    """One payment (집행). It holds its won on the budget line from the moment it is sent in; approval posts it.

    ``number`` counts the grant's payments; receipts are named by it.
    """

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
    number = models.PositiveIntegerField(_("번호"), editable=False)
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
    twice_why = models.CharField(_("같은 영수증이 아닌 까닭"), max_length=500, blank=True)
    returned_why = models.TextField(_("보완할 점"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=0, editable=False)  # counts edits: two tabs find each other out
    imported = models.ForeignKey(Import, models.PROTECT, null=True, blank=True, related_name="expenses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-paid_on", "-id")
        indexes = [models.Index(fields=["grant", "state", "-paid_on"]), models.Index(fields=["line", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(amount_krw__gt=0), name="expense_is_positive"),
            models.UniqueConstraint(fields=["grant", "number"], name="one_expense_per_number"),
            models.UniqueConstraint(
                fields=["grant", "evidence", "evidence_number"],
                condition=~Q(evidence_number="") & ~Q(state="cancelled"),
                name="same_receipt_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee} · {self.purpose}"

    @property
    def document(self) -> str:
        """Its name in the books."""
        return f"spending.expense:{self.pk}"


class Receipt(models.Model):
    """A picture or PDF of an expense's evidence."""

    expense = models.ForeignKey(Expense, models.PROTECT, related_name="receipts")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)


class Income(OfGrant):
    """Interest that the project's account bore, or revenue that the project made; posted when it is entered."""

    class Kind(models.TextChoices):
        INTEREST = "interest", _("이자")
        REVENUE = "revenue", _("사업 수입")

    class State(models.TextChoices):
        POSTED = "posted", _("기록")
        CANCELLED = "cancelled", _("취소")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="incomes")
    kind = models.CharField(_("종류"), max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.POSTED, editable=False)
    received_on = models.DateField(_("받은 날"))
    amount_krw = KrwField(_("금액(원)"), validators=[MinValueValidator(1)])
    source = models.CharField(_("내용"), max_length=200)
    paper = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-received_on", "-id")
        constraints = [models.CheckConstraint(condition=Q(amount_krw__gt=0), name="income_is_positive")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.source}"

    @property
    def document(self) -> str:
        return f"spending.income:{self.pk}"


class EvidenceRule(models.Model):
    """Evidence that a round takes for a category; ``paper``: whether a picture or PDF of it must be there."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="evidence_rules")
    category = models.CharField(_("비목"), max_length=20, choices=Category)
    evidence = models.CharField(_("증빙 종류"), max_length=20, choices=Expense.Evidence)
    paper = models.BooleanField(_("파일 필요"), default=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["round", "category", "evidence"], name="one_rule_per_evidence")]


class ExportColumn(models.Model):
    """A column of the table that goes into the state's system: its heading there, and what of ours stands in it."""

    class Field(models.TextChoices):
        YEAR = "year", _("사업연도")
        PROJECT = "project", _("사업명")
        OPERATOR = "operator", _("수행기관")
        NUMBER = "number", _("번호")
        PAID_ON = "paid_on", _("지급일")
        PURPOSE = "purpose", _("쓴 곳")
        EVIDENCE = "evidence", _("증빙 종류")
        EVIDENCE_NUMBER = "evidence_number", _("증빙 번호")
        FILES = "files", _("증빙 파일 이름")
        CATEGORY = "category", _("비목")
        ITEM = "item", _("예산 내역")
        AMOUNT = "amount", _("금액(원)")
        SUBSIDY = "subsidy", _("보조금(시비+구비)")
        CITY = "city", _("시비")
        DISTRICT = "district", _("구비")
        OWN = "own", _("자부담")
        PAYEE = "payee", _("받는 곳")
        PAYEE_NUMBER = "payee_number", _("받는 곳 사업자등록번호")
        ACCOUNT = "account", _("받는 계좌")

    city = models.ForeignKey(City, models.CASCADE, related_name="export_columns")
    order = models.PositiveSmallIntegerField(_("순서"))
    heading = models.CharField(_("제목"), max_length=60)
    field = models.CharField(_("들어갈 내용"), max_length=30, choices=Field)

    class Meta:
        ordering = ("order", "id")


class Settlement(OfGrant):
    """The settlement (정산) of a grant. Confirmed, it never changes, and neither does what it rests on: the database
    refuses (see the migration)."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("작성 중")
        SENT = "sent", _("자치구 검토 대기")
        CHECKED = "checked", _("시 검토 대기")
        RETURNED = "returned", _("보완 요청")
        CONFIRMED = "confirmed", _("확정")

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="settlement")
    state = models.CharField(max_length=20, choices=State, default=State.PREPARED, editable=False)
    results = models.TextField(_("실적"), max_length=5000, blank=True)
    no_interest = models.BooleanField(_("사업 계좌에 이자가 생기지 않았습니다"), default=False)
    verification = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    audit = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    returned_why = models.TextField(_("보완할 점"), blank=True, max_length=2000)
    statement = models.JSONField(null=True, blank=True)  # as it was confirmed: a record, not a total to add up
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, statement__isnull=False),
                name="confirmed_settlement_has_its_statement",
            )
        ]

    def __str__(self) -> str:
        return str(self.grant)


class Disallowance(models.Model):
    """So much of an approved expense that is not recognised (불인정액), with the reason."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="disallowances")
    expense = models.ForeignKey(Expense, models.PROTECT, related_name="disallowances")
    amount_krw = KrwField(_("불인정액(원)"), validators=[MinValueValidator(1)])
    why = models.TextField(_("까닭"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="disallowance_has_its_reason"),
            models.UniqueConstraint(
                fields=["expense"], condition=Q(taken_back_at__isnull=True), name="one_disallowance_per_expense"
            ),
        ]

    def __str__(self) -> str:
        return str(self.expense)

    @property
    def round_id(self) -> int | None:
        return self.settlement.round_id

    @property
    def document(self) -> str:
        return f"spending.disallowance:{self.pk}"


class Refund(models.Model):
    """What a funder got back after a settlement (반납), on a day, with its paper."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="refunds")
    purse = models.CharField(_("받은 곳"), max_length=20, choices=Purse)
    amount_krw = KrwField(_("금액(원)"), validators=[MinValueValidator(1)])
    paid_on = models.DateField(_("반납일"))
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["settlement", "purse"], name="one_refund_per_funder")]

    @property
    def document(self) -> str:
        return f"spending.refund:{self.pk}"
