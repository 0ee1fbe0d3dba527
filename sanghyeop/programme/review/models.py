"""Review (심사): the panel, conflicts of interest, who reads what, score sheets."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.rounds.models import Bonus, Criterion, Round, RoundField


class PanelMember(models.Model):
    """A reviewer named to a round's panel, with the fields that he or she knows.

    ``pledged_at``: when the member confirmed to have no conflict of interest but those declared; before that no
    plan opens. ``left_at``: taken off the panel; finished sheets still count.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="panel")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="panels", verbose_name=_("심사위원")
    )
    chair = models.BooleanField(_("위원장"), default=False)
    home_district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("사는 자치구")
    )
    max_load = models.PositiveSmallIntegerField(  # empty: the round's
        _("최대 건수"), null=True, blank=True, validators=[MaxValueValidator(500)]
    )
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    pledged_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="once_on_a_panel"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(chair=True, left_at__isnull=True), name="one_chair_per_round"
            ),
        ]

    def __str__(self) -> str:
        return self.user.name


class Affinity(models.Model):
    """How well a member knows a field, 1 to 3; a field without a row counts 0."""

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="affinities")
    field = models.ForeignKey(RoundField, models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "field"], name="one_affinity_per_field"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="affinity_from_1_to_3"),
        ]


class Conflict(models.Model):
    """A declared conflict of interest (제척·기피·회피) with a plan, an organisation or a district.

    Conflicts that follow from facts (own district, own organisation, own idea) are computed, not stored: see
    ``conflicts.py``. A row lifted by the officer keeps its place in the record and no longer counts.
    """

    class Origin(models.TextChoices):
        DECLARED = "declared", _("본인 신고(회피)")
        REPORTED = "reported", _("다른 사람 신고(기피)")

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="conflicts")
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    district = models.ForeignKey(District, models.CASCADE, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=20, choices=Origin)
    reason = models.CharField(_("까닭"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(plan__isnull=False, organisation__isnull=True, district__isnull=True)
                | Q(plan__isnull=True, organisation__isnull=False, district__isnull=True)
                | Q(plan__isnull=True, organisation__isnull=True, district__isnull=False),
                name="conflict_with_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.plan or self.organisation or self.district)

    @property
    def round_id(self) -> int:
        return self.member.round_id


class Assignment(models.Model):
    """One member reads one plan: the row is the score sheet, too.

    ``version`` counts the savings and ``saved_from`` names the window of the last one, so that two windows find
    each other out while one window's own savings never clash.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", pgettext_lazy("state", "배정")
        STARTED = "started", _("작성 중")
        DONE = "done", _("제출")
        RECUSED = "recused", _("회피·제척")
        RELEASED = "released", _("배정 해제")

    #: States in which the plan is this member's to review.
    HELD = (State.ASSIGNED, State.STARTED, State.DONE)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="assignments")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=20, choices=State, default=State.ASSIGNED, editable=False)
    by_hand = models.BooleanField(default=False)  # set by an officer: a proposal keeps it
    overall = models.TextField(_("종합 의견"), max_length=3000, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_from = models.CharField(max_length=36, blank=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["member", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["plan", "member"], name="one_sheet_per_member"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False), name="finished_sheet_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.title} · {self.member.user.name}"

    @property
    def round_id(self) -> int:
        return self.plan.round_id


class Proposal(models.Model):
    """What the optimiser proposed, for an officer to look at and confirm. ``answer`` is the record of one run.

    ``basis`` is a hash of all that went in (panel, conflicts, plans, assignments): a proposal whose basis has changed
    is not confirmed any more.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="assignment_proposals")
    basis = models.CharField(max_length=64)
    answer = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)


class Score(models.Model):
    """Points for one criterion with the written reason."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("점수"), null=True, blank=True)
    reason = models.TextField(_("까닭"), max_length=2000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "criterion"], name="one_score_per_criterion")]


class BonusGrant(models.Model):
    """Bonus points that an officer confirmed for a plan, with the evidence."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="bonus_grants")
    bonus = models.ForeignKey(Bonus, models.PROTECT, related_name="grants")
    evidence = models.CharField(_("근거"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "bonus"], name="one_grant_per_bonus")]

    def __str__(self) -> str:
        return f"{self.plan.title} · {self.bonus}"

    @property
    def round_id(self) -> int:
        return self.plan.round_id


class ScoreChoice(models.Model):
    """Which score selection works with, chosen by the chair with a reason. The newest row holds."""

    class Which(models.TextChoices):
        RAW = "raw", _("합산 점수")
        CORRECTED = "corrected", _("보정 점수")

    round = models.ForeignKey(Round, models.PROTECT, related_name="score_choices")
    which = models.CharField(max_length=20, choices=Which)
    reason = models.TextField(_("까닭"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
