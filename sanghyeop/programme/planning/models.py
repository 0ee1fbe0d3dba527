"""Planning (기획): a plan that city, district and organisation write, sign and submit together."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import Kind, KrwField, Round, RoundField


class Party(models.TextChoices):
    """The three who write and sign."""

    CITY = "city", _("시")
    DISTRICT = "district", _("자치구")
    ORGANISATION = "organisation", _("민간단체")


class Plan(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        SUBMITTED = "submitted", _("제출")
        WITHDRAWN = "withdrawn", _("거둠")
        SELECTED = "selected", pgettext_lazy("state", "선정")
        REJECTED = "rejected", _("선정되지 않음")

    round = models.ForeignKey(Round, models.PROTECT, related_name="plans")
    district = models.ForeignKey(District, models.PROTECT, related_name="plans")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="plans", verbose_name=_("민간단체"))
    idea = models.ForeignKey(Idea, models.PROTECT, null=True, blank=True, related_name="plans")
    kind = models.CharField(_("사업 종류"), max_length=20, choices=Kind, default=Kind.NEW)
    continues = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continuing_plans",
        verbose_name=_("이어 가는 사업"),
    )
    field = models.ForeignKey(RoundField, models.PROTECT, related_name="plans", verbose_name=_("분야"))
    title = models.CharField(_("사업 이름"), max_length=100)
    summary = models.CharField(_("한 줄 소개"), max_length=300, blank=True)
    years = models.PositiveSmallIntegerField(_("지원 연수"), default=1, validators=[MinValueValidator(1)])
    group = models.CharField(_("둘 중 하나 묶음"), max_length=40, blank=True)  # at most one of a group is selected
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # counts every change of the content
    example = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["round", "state", "district"]), models.Index(fields=["round", "title"])]
        constraints = [
            models.UniqueConstraint(
                fields=["idea"], condition=Q(idea__isnull=False) & ~Q(state="withdrawn"), name="one_plan_per_idea"
            ),
            models.UniqueConstraint(
                fields=["round", "continues"],
                condition=Q(continues__isnull=False) & ~Q(state="withdrawn"),
                name="one_plan_per_continued_project",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="submitted_plan_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def receipt(self) -> Receipt | None:
        """The receipt in force, None for a plan that is not submitted. One query, none where ``receipts`` is
        prefetched."""
        return next((r for r in self.receipts.all() if r.withdrawn_at is None), None)


class SectionTemplate(models.Model):
    """A section that every plan of a kind in a round is made of, with what is to be written there."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="section_templates")
    kind = models.CharField(_("사업 종류"), max_length=20, choices=Kind)
    key = models.SlugField(max_length=40)  # need, work, system, jobs, revenue, effect, …
    order = models.PositiveSmallIntegerField(_("순서"), validators=[MaxValueValidator(99)])
    title = models.CharField(_("제목"), max_length=100)
    guidance = models.TextField(_("작성 안내"), max_length=1000, blank=True)

    class Meta:
        ordering = ("kind", "order", "id")
        constraints = [models.UniqueConstraint(fields=["round", "kind", "key"], name="one_template_per_key")]


class Section(models.Model):
    """One section of a plan as it stands; ``version`` is what an editor must name to save over it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sections")
    key = models.SlugField(max_length=40)  # of its template
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    guidance = models.TextField(blank=True)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="one_section_per_key")]


class SectionVersion(models.Model):
    """What a section said after its n-th edit."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    party = models.CharField(max_length=20, choices=Party)
    at = models.DateTimeField(default=timezone.now)
    restored_from = models.PositiveIntegerField(null=True)  # the older version that was taken again

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="one_version_per_number")]


class Editing(models.Model):
    """Somebody has a section open for writing: a hint to the others, never a lock."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="editing")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()  # the hint goes by itself when the page is no longer open

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "user"], name="one_hint_per_editor")]


class SectionComment(models.Model):
    section = models.ForeignKey(Section, models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    party = models.CharField(max_length=20, choices=Party)
    body = models.TextField(pgettext_lazy("one", "의견"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("id",)


class Position(models.Model):
    """People to be hired: 직무, number, months, hours a week, wage an hour."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="positions")
    year = models.PositiveSmallIntegerField(_("차수"), default=1, validators=[MinValueValidator(1)])
    title = models.CharField(_("직무"), max_length=60)
    number = models.PositiveSmallIntegerField(_("인원(명)"), validators=[MinValueValidator(1), MaxValueValidator(1000)])
    months = models.PositiveSmallIntegerField(_("개월"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    hours_a_week = models.DecimalField(
        _("주당 시간"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(52))],
    )
    wage_an_hour_krw = KrwField(_("시급(원)"))

    class Meta:
        ordering = ("year", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, months__gte=1, hours_a_week__gt=0, wage_an_hour_krw__gte=0),
                name="position_is_real",
            )
        ]


class BudgetLine(models.Model):
    """One line of the budget: year of support, category, source, what for, how reckoned, won."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="budget_lines")
    year = models.PositiveSmallIntegerField(_("차수"), default=1, validators=[MinValueValidator(1)])
    category = models.CharField(_("비목"), max_length=20, choices=Category)
    purse = models.CharField(_("재원"), max_length=20, choices=Purse)
    item = models.CharField(_("내역"), max_length=100)
    basis = models.CharField(_("산출 근거"), max_length=200, blank=True)
    amount_krw = KrwField(_("금액(원)"))

    class Meta:
        ordering = ("year", "id")
        constraints = [models.CheckConstraint(condition=Q(amount_krw__gte=0), name="budget_line_not_negative")]


class MonthForecast(models.Model):
    """Expected own revenue and cost of a month, counted from the project's start."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="forecasts")
    month = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(60)])
    revenue_krw = KrwField(_("예상 수입(원)"), default=0)
    cost_krw = KrwField(_("예상 비용(원)"), default=0)

    class Meta:
        ordering = ("month",)
        constraints = [models.UniqueConstraint(fields=["plan", "month"], name="one_forecast_per_month")]


class SignedContent(models.Model):
    """What a plan said when somebody signed it, so that a signer sees what has changed since."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="signed_contents")
    content_hash = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "content_hash"], name="one_content_per_hash")]


class Signature(models.Model):
    """One party's signature under a content. ``cleared_at`` says when a later edit took it away, and why."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="signatures")
    party = models.CharField(max_length=20, choices=Party)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "party"], condition=Q(cleared_at__isnull=True), name="one_signature_per_party"
            ),
            # Three parties are three people: nobody signs for two of them.
            models.UniqueConstraint(
                fields=["plan", "by"], condition=Q(cleared_at__isnull=True), name="one_signature_per_person"
            ),
        ]


class ReceiptSeries(models.Model):
    """The last receipt number of a district in a year; its row is locked while one is given out."""

    year = models.PositiveSmallIntegerField()
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "district"], name="one_series_per_district")]


class Receipt(models.Model):
    """What was submitted, frozen: the content itself, its hash, the time and a number (2027-11305-0007).

    While a receipt is in force the database refuses changes of the plan's content (see the migration).
    A withdrawn receipt stays as it was.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="receipts")
    number = models.CharField(max_length=30, unique=True)
    content_hash = models.CharField(max_length=64)
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(withdrawn_at__isnull=True), name="one_receipt_in_force"
            )
        ]
