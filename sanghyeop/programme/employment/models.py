"""Employment (고용·급여): contracts, days of work, leave, and each month's pay line by line.

A contract begins with an accepted placement. No resident registration number is kept anywhere: who files insurance
keeps it elsewhere. No total is stored; a month's pay is the sum of its lines, which nothing changes once the month is
closed (see the migration).
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.parties.models import Organisation
from sanghyeop.ground.rulebook.models import Source
from sanghyeop.programme.funding.models import BudgetLine
from sanghyeop.programme.hiring.models import Application, Placement, Post
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, Round

WEEKDAYS = (_("월"), _("화"), _("수"), _("목"), _("금"), _("토"), _("일"))


class PayRule(models.Model):
    """How a round pays its participants: a row that the city's officer edits. Rates are rows of the rulebook."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="pay_rule")
    living_wage = models.BooleanField(_("생활임금 이상을 줍니다"), default=False)
    meal_a_day_krw = KrwField(_("하루 식비(원)"), default=0)
    source = models.CharField(_("근거"), max_length=300, blank=True)


class Holiday(models.Model):
    """A public holiday that is paid."""

    on = models.DateField(_("날짜"), unique=True)
    name = models.CharField(_("이름"), max_length=60)
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("on",)

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A contract of employment (근로계약). ``pattern``: contracted minutes from Monday to Sunday.

    What the parties sign is ``content`` (see ``content.py``), kept with its hash from the operator's signature on.
    ``born_on`` and ``sex`` come from the application; the latter is empty unless it was told for the count of jobs.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("작성 중")
        OFFERED = "offered", _("참여자 서명 대기")
        SIGNED = "signed", _("체결")
        CANCELLED = "cancelled", pgettext_lazy("contract", "취소")

    #: States in which the contract takes up its days.
    STANDING = (State.OFFERED, State.SIGNED)

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="contracts")
    post = models.ForeignKey(Post, models.PROTECT, related_name="contracts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contracts")
    operator = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts", verbose_name=_("수행기관"))
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    starts_on = models.DateField(_("일하기 시작하는 날"))
    ends_on = models.DateField(_("끝나는 날"))
    hired_on = models.DateField(_("끊김 없이 일하기 시작한 날"), null=True, blank=True)
    pattern = models.JSONField(_("요일별 근로시간"), default=list)
    begins_at = models.TimeField(_("하루 일을 시작하는 시각"), default=datetime.time(9))
    weekly_holiday = models.PositiveSmallIntegerField(
        _("주휴일"), choices=list(enumerate(WEEKDAYS)), default=6, validators=[MaxValueValidator(6)]
    )
    wage_an_hour_krw = KrwField(_("시급(원)"))
    meal_a_day_krw = KrwField(_("하루 식비(원)"), default=0)
    pay_day = models.PositiveSmallIntegerField(
        _("임금 지급일(다음 달 며칠)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    five_or_more = models.BooleanField(_("상시 근로자가 5명 이상인 사업장입니다"), default=True)
    living_wage = models.BooleanField(default=False, editable=False)  # as the round's rule was when it was written
    place = models.CharField(_("일하는 곳"), max_length=200)
    duties = models.TextField(_("하는 일"), max_length=2000)
    born_on = models.DateField(editable=False)
    sex = models.CharField(max_length=10, choices=Application.Sex, blank=True, editable=False)
    content = models.JSONField(null=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0, editable=False)  # counts edits: two tabs find each other out
    example = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-starts_on", "-id")
        indexes = [models.Index(fields=["person", "starts_on"]), models.Index(fields=["post", "state"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="contract_ends_after_start"),
            models.CheckConstraint(
                condition=Q(hired_on__isnull=True) | Q(hired_on__lte=F("starts_on")), name="hired_before_the_start"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_at__isnull=False, offered_at__isnull=False),
                name="signed_contract_has_both_signatures",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | ~Q(content_hash=""), name="offered_contract_has_content"
            ),
            models.UniqueConstraint(
                fields=["placement", "starts_on"], condition=~Q(state="cancelled"), name="one_contract_per_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} · {self.starts_on:%Y-%m-%d}"  # never a name: it stands in the trail

    @property
    def round_id(self) -> int | None:
        return self.post.project.round_id

    @property
    def week_minutes(self) -> int:
        return sum(self.pattern)

    @property
    def hours_a_week(self) -> Decimal:
        return (Decimal(self.week_minutes) / 60).quantize(Decimal("0.1"))


class IndirectJobs(models.Model):
    """Jobs that came about through a project without a contract here (간접 일자리): start-ups, jobs elsewhere."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="indirect_jobs")
    on = models.DateField(_("확인한 날"))
    people = models.PositiveSmallIntegerField(_("인원(명)"), validators=[MinValueValidator(1), MaxValueValidator(9999)])
    what = models.CharField(_("어떤 일자리인지"), max_length=200)
    evidence = models.CharField(_("확인한 방법"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.what

    @property
    def round_id(self) -> int | None:
        return self.project.round_id


class WageChange(models.Model):
    """A wage agreed anew from a day on."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="wage_changes")
    since = models.DateField(_("바뀌는 날"))
    wage_an_hour_krw = KrwField(_("시급(원)"))
    why = models.CharField(_("까닭"), max_length=300)

    class Meta:
        ordering = ("since",)
        constraints = [models.UniqueConstraint(fields=["contract", "since"], name="one_wage_per_day")]


class Shift(models.Model):
    """One day's work, from coming to going; work through midnight belongs to the day it began.

    Minutes before the contracted beginning and after the contracted end count only where a supervisor says so
    (``whole``). ``rest_minutes`` empty: the rest that the law asks for.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="shifts")
    on = models.DateField(_("날짜"))
    came_at = models.DateTimeField(_("출근"))
    went_at = models.DateTimeField(_("퇴근"), null=True, blank=True)
    came_where = models.CharField(max_length=60, blank=True)  # "37.6396,127.0257 ±30m", if the browser told
    went_where = models.CharField(max_length=60, blank=True)
    rest_minutes = models.PositiveSmallIntegerField(
        _("쉰 시간(분)"), null=True, blank=True, validators=[MaxValueValidator(600)]
    )
    whole = models.BooleanField(_("정한 시간 밖의 일도 인정합니다"), default=False)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-on", "-id")
        indexes = [models.Index(fields=["contract", "on"])]
        constraints = [
            models.UniqueConstraint(fields=["contract", "on"], name="one_shift_per_day"),
            models.CheckConstraint(
                condition=Q(went_at__isnull=True) | Q(went_at__gte=F("came_at")), name="shift_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.on:%Y-%m-%d}"

    @property
    def round_id(self) -> int | None:
        return self.contract.round_id


class Leave(models.Model):
    """A day, or part of one, that somebody asks to be off with pay."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("연차휴가")
        PAID = "paid", _("유급 특별휴가")

    class State(models.TextChoices):
        ASKED = "asked", _("신청")
        GRANTED = "granted", pgettext_lazy("leave", "승인")
        REFUSED = "refused", pgettext_lazy("leave", "거절")
        WITHDRAWN = "withdrawn", _("거둠")

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="leaves")
    on = models.DateField(_("쉬려는 날"))
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(1440)])
    kind = models.CharField(_("휴가 종류"), max_length=20, choices=Kind, default=Kind.ANNUAL)
    why = models.CharField(_("까닭"), max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-on", "-id")
        indexes = [models.Index(fields=["contract", "on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "on"], condition=Q(state__in=["asked", "granted"]), name="one_leave_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.on:%Y-%m-%d}"

    @property
    def round_id(self) -> int | None:
        return self.contract.round_id


class WageMonth(models.Model):
    """A project's wages of one month; reckoned as often as wanted until closed, which it stays."""

    class State(models.TextChoices):
        OPEN = "open", _("계산 중")
        CLOSED = "closed", _("마감")

    project = models.ForeignKey(Project, models.PROTECT, related_name="wage_months")
    month = models.DateField(_("달"))  # its first day
    state = models.CharField(max_length=20, choices=State, default=State.OPEN, editable=False)
    line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="wage_months")
    pays_on = models.DateField(_("임금 지급일"), null=True, blank=True)
    reckoned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    entry = models.UUIDField(null=True)  # of the ledger

    class Meta:
        ordering = ("-month", "id")
        constraints = [
            models.UniqueConstraint(fields=["project", "month"], name="one_wage_month_per_project"),
            models.CheckConstraint(condition=Q(month__day=1), name="wage_month_is_its_first_day"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, entry__isnull=False),
                name="closed_wage_month_is_posted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.month:%Y-%m}"

    @property
    def round_id(self) -> int | None:
        return self.project.round_id


class WagePayout(models.Model):
    """That a closed month's wages and premiums left the project's account."""

    month = models.OneToOneField(WageMonth, models.PROTECT, related_name="payout")
    on = models.DateField(_("지급한 날"))
    entry = models.UUIDField()  # of the ledger
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class Payslip(models.Model):
    """One contract's pay of a month: what went in (``inputs``, hashed) and its lines."""

    month = models.ForeignKey(WageMonth, models.CASCADE, related_name="payslips")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="payslips")
    input_hash = models.CharField(max_length=64)
    inputs = models.TextField()  # as ``engines.payroll.canonical`` writes it
    notes = models.JSONField(default=list)

    class Meta:
        ordering = ("contract__person__name", "contract_id")
        constraints = [models.UniqueConstraint(fields=["month", "contract"], name="one_payslip_per_contract")]


class PayLine(models.Model):
    """One line of a payslip, as the engine made it (``engines.payroll.Line``)."""

    payslip = models.ForeignKey(Payslip, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=30)
    side = models.CharField(max_length=10)
    amount_krw = models.BigIntegerField()
    unit_krw = models.BigIntegerField()
    minutes = models.PositiveIntegerField(null=True)
    count = models.PositiveSmallIntegerField(null=True)
    ratio = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    rates = models.JSONField(default=list)

    class Meta:
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["payslip", "order"], name="one_pay_line_per_order")]


def reference(thing: Any) -> str:
    """How the ledger names an object here."""
    return f"{thing._meta.label_lower}:{thing.pk}"
