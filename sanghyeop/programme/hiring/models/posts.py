"""The posts of a selected project, and the seats kept for groups."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sanghyeop.programme.projects.models import Project
from sanghyeop.programme.rounds.models import KrwField


class Group(models.TextChoices):
    """Groups that a rule may prefer (취업취약계층), as people declare them."""

    YOUTH = "youth", _("청년")
    MIDLIFE = "midlife", _("신중년")
    SENIOR = "senior", _("고령자")
    LOW_INCOME = "low_income", _("저소득층")
    DISABLED = "disabled", _("장애인")
    CAREER_BREAK = "career_break", _("경력보유여성")
    LONG_UNEMPLOYED = "long_unemployed", _("6개월 이상 실직자")
    SINGLE_PARENT = "single_parent", _("한부모가족")
    MULTICULTURAL = "multicultural", _("결혼이민자·다문화가족")
    VETERAN = "veteran", _("보훈대상자")
    DEFECTOR = "defector", _("북한이탈주민")


class Post(models.Model):
    """A job of a selected project (직무), made from a position of its plan. ``quota`` people for ``months`` months."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="posts")
    year = models.PositiveSmallIntegerField(_("차수"), default=1, validators=[MinValueValidator(1)])
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("직무"), max_length=60)
    quota = models.PositiveSmallIntegerField(_("인원(명)"), validators=[MinValueValidator(1), MaxValueValidator(1000)])
    months = models.PositiveSmallIntegerField(_("개월"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    hours_a_week = models.DecimalField(
        _("주당 시간"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(52))],
    )
    wage_an_hour_krw = KrwField(_("시급(원)"))
    starts_on = models.DateField(_("일하기 시작하는 날"), null=True, blank=True)
    ends_on = models.DateField(_("끝나는 날"), null=True, blank=True)
    place = models.CharField(_("일하는 곳"), max_length=200, blank=True)
    duties = models.TextField(_("하는 일"), max_length=2000, blank=True)
    call = models.ForeignKey("Call", models.PROTECT, null=True, blank=True, related_name="posts")

    class Meta:
        ordering = ("project", "year", "order", "id")
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "order"], name="one_post_per_place_in_the_plan"),
            models.CheckConstraint(
                condition=Q(quota__gte=1, months__gte=1, hours_a_week__gt=0, wage_an_hour_krw__gte=0),
                name="post_is_real",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reserve(models.Model):
    """Seats of a post that people of a group come first for."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reserves")
    group = models.CharField(_("우선 대상"), max_length=20, choices=Group)
    seats = models.PositiveSmallIntegerField(_("우선 인원(명)"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["post", "group"], name="one_reserve_per_group")]
