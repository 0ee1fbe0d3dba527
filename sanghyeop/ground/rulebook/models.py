"""Dated rules and rates, each with its source: wages, ratios, limits, factors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where a fact was published."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("제목"), max_length=300)
    publisher = models.CharField(_("펴낸 곳"), max_length=120, blank=True)
    published_on = models.DateField(_("펴낸 날"), null=True, blank=True)
    url = models.URLField(_("주소"), max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.title


class Rate(models.Model):
    """One value of a rule in force from one day to another, for the whole country or one city or district.

    ``key`` names the rule (``wage.minimum_hour``), ``value`` is exact, ``unit`` says what it counts
    (``KRW/h``, ``weeks``, ``ratio``).
    """

    key = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, blank=True)  # "", or a city's or district's code
    value = models.DecimalField(max_digits=20, decimal_places=6)
    unit = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(Source, models.PROTECT)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("key", "scope", "valid_from")
        constraints = [
            models.UniqueConstraint(fields=["key", "scope", "valid_from"], name="one_rate_per_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rate_ends_after_start"
            ),
        ]
