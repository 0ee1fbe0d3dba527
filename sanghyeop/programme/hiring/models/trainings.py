"""Training before hiring: meetings, trainees, who was there."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.hiring.models.applications import Application
from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField, PercentField


class Training(models.Model):
    """Training before hiring (채용 전 교육): ``rate_needed`` per cent attended earns the allowance or the fee back."""

    class State(models.TextChoices):
        RUNNING = "running", _("교육 중")
        DECIDED = "decided", _("채용을 정함")

    project = models.ForeignKey(Project, models.PROTECT, related_name="trainings")
    title = models.CharField(_("교육 이름"), max_length=100)
    rate_needed = PercentField(_("수료에 필요한 출석률(%)"))
    basis = models.CharField(_("근거"), max_length=300, blank=True)
    allowance_krw = KrwField(_("수료하면 주는 훈련수당(원)"), default=0)
    fee_krw = KrwField(_("수료하면 돌려주는 교육비(원)"), default=0)
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING, editable=False)
    example = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One meeting of a training."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions")
    on = models.DateField(_("날짜"))
    hours = models.DecimalField(
        _("시간"), max_digits=4, decimal_places=1, validators=[MinValueValidator(Decimal("0.5"))]
    )
    subject = models.CharField(_("내용"), max_length=200, blank=True)

    class Meta:
        ordering = ("on", "id")


class Trainee(models.Model):
    """Someone who trains: not yet a job, counted apart."""

    class State(models.TextChoices):
        TRAINING = "training", _("교육 중")
        HIRED = "hired", _("채용")
        NOT_HIRED = "not_hired", _("채용하지 않음")
        LEFT = "left", _("그만둠")

    training = models.ForeignKey(Training, models.CASCADE, related_name="trainees")
    application = models.ForeignKey(Application, models.PROTECT, related_name="trainings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="trainings")
    state = models.CharField(max_length=20, choices=State, default=State.TRAINING, editable=False)
    decided_why = models.CharField(_("까닭"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="trains_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["hired", "not_hired"]) | ~Q(decided_why=""), name="hiring_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training} · {self.application}"


class Attendance(models.Model):
    """Whether a trainee was at a session; hours may be fewer than the session's."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendance")
    trainee = models.ForeignKey(Trainee, models.CASCADE, related_name="attendance")
    hours = models.DecimalField(max_digits=4, decimal_places=1, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "trainee"], name="one_mark_per_session")]
