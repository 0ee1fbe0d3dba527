"""Selection (선정): scenarios of the portfolio, the decision of two officers, the published result."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.planning.models import Plan
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, Round


class Scenario(models.Model):
    """One run of the solver: what was asked (``asked``, see ``asked.py``) and what came out (``result``, see
    ``running.py``), kept as they were.

    Both are records of a run, not totals that a page adds up. ``input_hash`` is that of the plans and scores that went
    in (``candidates.hash_of``): when today's differ, the scenario is stale and nothing is decided from it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="scenarios")
    name = models.CharField(_("이름"), max_length=60)
    asked = models.JSONField(encoder=DjangoJSONEncoder)
    result = models.JSONField(encoder=DjangoJSONEncoder)
    input_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class Force(models.Model):
    """A plan that an officer puts in or keeps out of a scenario, with the reason."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="forces")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    into = models.BooleanField()  # True: in, False: out
    reason = models.TextField(_("까닭"), max_length=2000)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["scenario", "plan"], name="one_force_per_plan"),
            models.CheckConstraint(condition=~Q(reason=""), name="force_has_its_reason"),
        ]


class Finding(models.Model):
    """What was computed about a scenario after it was solved, one row per step (see ``analysis.py``); never changed."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="findings")
    step = models.SlugField(max_length=40)  # forcing, alternatives, reasons, stability-0, stability-1, …
    answer = models.JSONField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["scenario", "step"], name="one_finding_per_step")]


class Decision(models.Model):
    """The decision of a round, made from one scenario and locked by two officers.

    ``letter_rank`` and ``letter_comments`` say whether the letters tell the place and what the panel wrote.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("1차 확인")
        LOCKED = "locked", _("확정")
        PUBLISHED = "published", _("발표")
        CANCELLED = "cancelled", _("거둠")

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED, editable=False)
    letter_rank = models.BooleanField(_("통지서에 순위를 알립니다"), default=False)
    letter_comments = models.BooleanField(_("통지서에 심사 의견을 이름 없이 싣습니다"), default=True)
    note = models.TextField(_("선정 의견"), blank=True, max_length=2000)
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
            models.CheckConstraint(
                condition=~Q(state__in=["locked", "published"]) | Q(second_officer__isnull=False),
                name="locked_by_a_second_officer",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_decision_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return self.scenario.name


class Line(models.Model):
    """What the decision says about one plan: the figures are those of the frozen receipt.

    ``reason``: of a rejected plan, what kept it out and what would bring it in (see ``analysis.py``), the forced plans
    that displaced it (``displaced_by``), or why it never came before the solver. ``waiting``: its
    place on the waiting list.
    """

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="lines")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="decision_lines")
    selected = models.BooleanField()
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    waiting = models.PositiveIntegerField(null=True)
    jobs = models.PositiveIntegerField(default=0)
    city_krw = KrwField()
    district_krw = KrwField()
    reason = models.JSONField(default=dict)
    letter = models.TextField(blank=True)  # as it was sent, in Korean
    letter_en = models.TextField(blank=True)
    project = models.OneToOneField(Project, models.PROTECT, null=True, blank=True, related_name="decision_line")

    class Meta:
        ordering = ("-selected", "rank", "id")
        constraints = [
            models.UniqueConstraint(fields=["decision", "plan"], name="one_line_per_plan"),
            models.CheckConstraint(condition=Q(project__isnull=True) | Q(selected=True), name="project_was_selected"),
            models.CheckConstraint(
                condition=Q(waiting__isnull=True) | Q(selected=False), name="only_the_rejected_wait"
            ),
        ]
