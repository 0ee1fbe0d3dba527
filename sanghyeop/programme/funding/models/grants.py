"""The grant of a project, its conditions and signatures, and the rules by which a round pays."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.ledger.models import Book
from sanghyeop.ground.parties.models import City, Organisation
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import PercentField, Round


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
