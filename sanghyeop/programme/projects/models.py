"""The selected project: what money, people, advice and services all refer to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sanghyeop.ground.parties.models import District, Organisation
from sanghyeop.ground.rulebook.models import Source
from sanghyeop.programme.rounds.models import Grade, Kind, KrwField, Round, RoundField


class Stage(models.TextChoices):
    """The four stages of a project's life."""

    DISCOVERY = "discovery", _("발굴")
    PLANNING = "planning", _("기획")
    INCUBATION = "incubation", _("숙성")
    MODELLING = "modelling", _("모델화")


class Project(models.Model):
    """One project of one round. Empty amounts are unknown, never zero.

    ``budget_krw`` is for what was published as one sum; where the parts are known they alone are kept
    (``projects.queries.with_money`` adds them up).
    """

    class Certainty(models.TextChoices):
        SOLID = "solid", _("확인")
        PLANNED = "planned", _("계획 기준")
        UNCONFIRMED = "unconfirmed", _("재원·구분 미확인")
        CIRCUMSTANTIAL = "circumstantial", _("정황")
        EXAMPLE = "example", _("예시")

    Grade = Grade

    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="projects")  # empty: unknown
    key = models.SlugField(max_length=60)  # the same project in several rounds has the same key
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="projects")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="projects")
    field = models.ForeignKey(RoundField, models.PROTECT, null=True, blank=True, related_name="projects")
    field_published = models.CharField(max_length=100, blank=True)  # the wording of the source
    kind = models.CharField(max_length=20, choices=Kind, blank=True)  # empty: not published
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.INCUBATION, blank=True)  # empty: unknown
    certainty = models.CharField(max_length=20, choices=Certainty, default=Certainty.SOLID)
    certainty_note = models.CharField(max_length=300, blank=True)
    status_published = models.CharField(max_length=100, blank=True)  # the wording of the source
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    jobs_note = models.CharField(max_length=300, blank=True)
    budget_krw = KrwField(null=True, blank=True)
    budget_note = models.CharField(max_length=300, blank=True)
    city_krw = KrwField(null=True, blank=True)
    district_krw = KrwField(null=True, blank=True)
    own_krw = KrwField(null=True, blank=True)
    grade = models.CharField(max_length=20, choices=Grade, blank=True)  # interim evaluation of this year
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    related_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    example = models.BooleanField(default=False)
    sources = models.ManyToManyField(Source, related_name="projects", blank=True)

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
    def shown_summary(self) -> str:
        return self.summary_en if self.summary_en and get_language() == "en" else self.summary

    @property
    def counts(self) -> bool:
        """Whether it counts as a selected project of its round: what no source confirms does not."""
        return self.certainty == self.Certainty.SOLID and self.round_id is not None


class Outcome(models.Model):
    """What became of a project: it stands on its own, a public service took it over, other districts copied it."""

    class Type(models.TextChoices):
        SELF_STANDING = "self_standing", _("법인 자립")
        ADOPTED = "adopted_public_service", _("공공서비스 전환")
        SPREAD = "spread", _("다른 자치구 확산")

    project = models.ForeignKey(Project, models.CASCADE, related_name="outcomes")
    type = models.CharField(max_length=30, choices=Type)
    what = models.CharField(max_length=300)
    what_en = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="outcomes")
    count = models.PositiveIntegerField(null=True, blank=True)  # as published, also where not all districts are named
    districts = models.ManyToManyField(District, related_name="+", blank=True)
    districts_note = models.CharField(max_length=300, blank=True)
    sources = models.ManyToManyField(Source, related_name="outcomes")

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["project", "type"], name="one_outcome_per_type")]

    def __str__(self) -> str:
        return self.what_en if self.what_en and get_language() == "en" else self.what
