"""Selection (선정): scenarios of the portfolio, the decision of two officers, the published result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, Round


class Scenario(models.Model):
    """One run of the solver: what was asked (``asked``) and what came out (``result``), kept as they were.

    ``asked`` holds the budgets, limits and weights of the run, ``result`` the solver's answer with the
    reasons per plan; both are records of a run, not totals that a page adds up.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="scenarios")
    name = models.CharField(_("이름"), max_length=60)
    asked = models.JSONField()
    result = models.JSONField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)


class Force(models.Model):
    """A plan that an officer puts in or keeps out of a scenario, with the reason."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="forces")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    into = models.BooleanField()  # True: in, False: out
    reason = models.TextField(_("까닭"), max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "plan"], name="one_force_per_plan")]


class Decision(models.Model):
    """The decision of a round, made from one scenario and locked by two officers."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("1차 확인")
        LOCKED = "locked", _("확정")
        PUBLISHED = "published", _("발표")
        CANCELLED = "cancelled", _("거둠")

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED, editable=False)
    first_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=timezone.now)
    second_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=~Q(state="cancelled"), name="one_decision_per_round"),
            models.CheckConstraint(
                condition=Q(second_officer__isnull=True) | ~Q(second_officer=models.F("first_officer")),
                name="two_different_officers",
            ),
        ]


class Line(models.Model):
    """What the decision says about one plan."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="lines")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="decision_lines")
    selected = models.BooleanField()
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    city_krw = KrwField()
    district_krw = KrwField()
    reason = models.JSONField(default=dict)  # rule that kept it out and the change that would bring it in
    letter = models.TextField(blank=True)
    project = models.OneToOneField(Project, models.PROTECT, null=True, blank=True, related_name="decision_line")

    class Meta:
        ordering = ("-selected", "rank", "id")
        constraints = [models.UniqueConstraint(fields=["decision", "plan"], name="one_line_per_plan")]
