"""The selected project: what money, people, advice and services all refer to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.ground.rulebook.models import Source
from sanghyeop.programme.rounds.models import Kind, KrwField, Round, RoundField


class Stage(models.TextChoices):
    """The four stages of a project's life."""

    DISCOVERY = "discovery", _("발굴")
    PLANNING = "planning", _("기획")
    INCUBATION = "incubation", _("숙성")
    MODELLING = "modelling", _("모델화")


class Project(models.Model):
    """One project of one round. Empty amounts are unknown, never zero."""

    class Certainty(models.TextChoices):
        SOLID = "solid", _("확인")
        PLANNED = "planned", _("계획 기준")
        CIRCUMSTANTIAL = "circumstantial", _("정황")
        EXAMPLE = "example", _("예시")

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("우수")
        GOOD = "good", _("양호")
        FAIR = "fair", _("보통")
        POOR = "poor", _("미흡")

    class Outcome(models.TextChoices):
        SELF_STANDING = "self_standing", _("법인 자립")
        ADOPTED = "adopted_public_service", _("공공서비스 전환")
        SPREAD = "spread", _("다른 자치구 확산")
        ENDED = "ended", _("종료")

    round = models.ForeignKey(Round, models.PROTECT, related_name="projects")
    key = models.SlugField(max_length=60)  # the same project in several rounds has the same key
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="projects")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="projects")
    field = models.ForeignKey(RoundField, models.PROTECT, null=True, blank=True, related_name="projects")
    kind = models.CharField(max_length=20, choices=Kind, blank=True)  # empty: not published
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.INCUBATION)
    certainty = models.CharField(max_length=20, choices=Certainty, default=Certainty.SOLID)
    status_published = models.CharField(max_length=100, blank=True)  # the wording of the source
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    budget_krw = KrwField(null=True, blank=True)  # city + district + own, first year
    city_krw = KrwField(null=True, blank=True)
    district_krw = KrwField(null=True, blank=True)
    own_krw = KrwField(null=True, blank=True)
    grade = models.CharField(max_length=20, choices=Grade, blank=True)  # interim evaluation of this year
    outcome = models.CharField(max_length=30, choices=Outcome, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    example = models.BooleanField(default=False)
    sources = models.ManyToManyField(Source, related_name="+", blank=True)

    class Meta:
        ordering = ("district__code", "id")
        constraints = [
            models.UniqueConstraint(fields=["round", "district", "key"], name="one_project_per_key"),
            models.CheckConstraint(
                condition=Q(city_krw__isnull=True) | Q(city_krw__gte=0), name="project_money_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    @property
    def counts(self) -> bool:
        """Whether it counts as a selected project: what was only named as an example does not."""
        return self.certainty in (self.Certainty.SOLID, self.Certainty.PLANNED)
