"""Review (심사): the panel, conflicts of interest, who reads what, score sheets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.rounds.models import Bonus, Criterion, Round, RoundField


class PanelMember(models.Model):
    """A reviewer named to a round's panel, with the fields that he or she knows."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="panel")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="panels")
    chair = models.BooleanField(_("위원장"), default=False)
    home_district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="+")
    max_load = models.PositiveSmallIntegerField(_("최대 건수"), null=True, blank=True)  # empty: the round's
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="once_on_a_panel"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(chair=True, left_at__isnull=True), name="one_chair_per_round"
            ),
        ]


class Affinity(models.Model):
    """How well a member knows a field, 1 to 3; a field without a row counts 0."""

    member = models.ForeignKey(PanelMember, models.CASCADE, related_name="affinities")
    field = models.ForeignKey(RoundField, models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "field"], name="one_affinity_per_field")]


class Conflict(models.Model):
    """A declared conflict of interest (제척·기피·회피) with a plan, an organisation or a district.

    Conflicts that follow from facts (own district, own organisation) are computed, not stored.
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


class Assignment(models.Model):
    """One member reads one plan."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("배정")
        STARTED = "started", _("작성 중")
        DONE = "done", _("제출")
        RECUSED = "recused", _("회피")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="assignments")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=20, choices=State, default=State.ASSIGNED, editable=False)
    by_hand = models.BooleanField(default=False)
    affinity = models.PositiveSmallIntegerField(default=0)
    overall = models.TextField(_("종합 의견"), max_length=3000, blank=True)
    version = models.PositiveIntegerField(default=0)
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["plan", "member"], name="one_sheet_per_member")]


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
    bonus = models.ForeignKey(Bonus, models.PROTECT, related_name="+")
    evidence = models.CharField(_("근거"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "bonus"], name="one_grant_per_bonus")]


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
