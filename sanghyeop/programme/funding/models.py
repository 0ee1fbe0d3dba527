"""Funding (교부): the grant of a project, its budget by line and purse, instalments and changes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.files.models import StoredFile
from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.ground.ledger.models import Book
from sanghyeop.ground.parties.models import City, Organisation
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
    free_change = PercentField(_("승인 없이 옮길 수 있는 몫(%)"))  # of each line that is touched, within a category
    source = models.CharField(_("근거"), max_length=300, blank=True)

    def __str__(self) -> str:
        return str(self.round)


class RuleInstalment(models.Model):
    """One instalment that a round's grants are paid in: its part of the whole, so many months after the start."""

    rule = models.ForeignKey(FundingRule, models.CASCADE, related_name="instalments")
    order = models.PositiveSmallIntegerField(_("회차"))
    share = PercentField(_("몫(%)"))
    months = models.PositiveSmallIntegerField(
        _("사업 시작 뒤 몇 달"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    milestone = models.CharField(_("교부 조건"), max_length=200, blank=True)

    class Meta:
        ordering = ("order", "id")
        constraints = [models.UniqueConstraint(fields=["rule", "order"], name="one_rule_instalment_per_order")]


class StandardCondition(models.Model):
    """A condition that every grant of a city begins with while it is in force, with the law that it comes from."""

    city = models.ForeignKey(City, models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(_("교부조건"), max_length=1000)
    law = models.CharField(_("근거"), max_length=200)
    valid_from = models.DateField(_("시행일"))
    valid_to = models.DateField(_("끝난 날"), null=True, blank=True)

    class Meta:
        ordering = ("order", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="condition_ends_after_start",
            )
        ]


class NumberSeries(models.Model):
    """The last number of a city's grant decisions in a year; its row is locked while one is given out."""

    city = models.ForeignKey(City, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "year"], name="one_grant_series_per_year")]


class Grant(models.Model):
    """The grant decision (교부결정) of one selected project, and all that follows from it until it is settled.

    ``operator`` (수행기관) carries the project out: the district itself, its company, a centre, a co-operative.
    ``agreement`` is the text that the parties sign; a change before the last signature takes the others off.
    ``agreed_content`` is everything that they signed, as it stood (see ``agreement.py``).
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("교부결정 준비")
        DECIDED = "decided", _("교부결정")
        AGREED = "agreed", _("협약 체결·집행 중")
        SETTLING = "settling", _("정산 중")
        SETTLED = "settled", _("정산 확정")

    #: From the agreement on there is money to be spent, or that was.
    UNDER_WAY = (State.AGREED, State.SETTLING, State.SETTLED)

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
    agreement = models.TextField(_("협약 내용"), blank=True, max_length=20_000)
    agreed_on = models.DateField(_("협약일"), null=True, blank=True)
    agreed_content = models.JSONField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "decided"])
                | (Q(agreed_on__isnull=False) & Q(agreed_content__isnull=False)),
                name="agreed_grant_keeps_what_was_signed",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_grant_per_number"),
        ]

    def __str__(self) -> str:
        return str(self.project)

    @property
    def under_way(self) -> bool:
        return self.state in self.UNDER_WAY

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
