"""What a part of a round says, as plain values: the trail keeps old and new of what changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sanghyeop.programme.rounds.models import Round
from sanghyeop.programme.rounds.queries import tie_break_labels

#: Fields of the round itself, by part.
ROUND_FIELDS: dict[str, tuple[str, ...]] = {
    "basics": ("year", "name", "name_en", "purpose", "purpose_en"),
    "budgets": ("city_budget_krw",),
    "rules": ("max_years", "project_max_krw", "plans_per_district", "district_share_min"),
    "panel": (
        "reviews_per_plan", "reviewer_load", "quorum", "drop_extremes_from", "combine", "pass_points", "bonus_cap",
    ),
    "portfolio": ("projects_max", "districts_min", "projects_per_district", "weight_score", "weight_jobs"),
}  # fmt: skip
#: Parts whose rows have an order of their own.
ORDERED = ("fields", "criteria", "bonuses")


@dataclass(frozen=True)
class Fact:
    """One value with its place in words, outermost first. Words of the program are Korean: the trail's
    reader has them translated."""

    path: tuple[str, ...]
    value: str | int | bool | None


Facts = dict[str, Fact]


def plain(value: Any) -> str | int | bool | None:
    """A value as JSON keeps it: exact numbers and moments in Seoul as text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(value)


def of(round_: Round, key: str) -> Facts:
    """What part ``key`` of the stored round says, as the trail keeps it. At most four queries."""
    with translation.override("ko"):
        return read(round_, key)


def read(round_: Round, key: str) -> Facts:
    """The same in the language that is active."""
    stored = Round.objects.get(pk=round_.pk)
    found = _fields("round", stored, ROUND_FIELDS.get(key, ()), ())
    for id_, path, row, names in _rows(stored, key):
        found |= _fields(id_, row, names, path)
    if key in ORDERED:
        names_in_order = " → ".join(str(row) for row in getattr(stored, key).all())
        found["order"] = Fact((str(_("순서")),), names_in_order or None)
    if key == "panel":
        label = str(Round._meta.get_field("tie_breaks").verbose_name)
        found["tie_breaks"] = Fact((label,), " → ".join(tie_break_labels(stored)) or None)
    return found


def differences(before: Facts, after: Facts) -> list[dict[str, Any]]:
    """What is not the same: ``what`` (words from outer to inner), ``old``, ``new``."""
    rows = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if (old and old.value) != (new and new.value):
            there = new or old
            assert there
            rows.append(
                {"what": list(there.path), "old": old.value if old else None, "new": new.value if new else None}
            )
    return rows


def _fields(id_: str, row: models.Model, names: Iterable[str], path: tuple[str, ...]) -> Facts:
    found = {}
    for name in names:
        field: Any = row._meta.get_field(name)
        value = getattr(row, f"get_{name}_display")() if getattr(field, "choices", None) else getattr(row, name)
        found[f"{id_}.{name}"] = Fact((*path, str(field.verbose_name)), plain(None if value == "" else value))
    return found


def _rows(round_: Round, key: str) -> Iterable[tuple[str, tuple[str, ...], models.Model, tuple[str, ...]]]:
    """The rows of a part: identity, place in words, row, names of its fields."""
    if key == "calendar":
        for p in round_.periods.all():
            yield p.step, (str(p.get_step_display()),), p, ("opens_at", "closes_at")
    elif key == "fields":
        for f in round_.fields.all():
            yield f"field{f.pk}", (str(f),), f, ("name", "name_en", "projects_min", "projects_max")
    elif key == "criteria":
        for c in round_.criteria.all():
            names = ("name", "name_en", "points", "pass_points", "guidance", "guidance_en")
            yield f"criterion{c.pk}", (str(c.get_kind_display()), str(c)), c, names
    elif key == "bonuses":
        for b in round_.bonuses.all():
            yield f"bonus{b.pk}", (str(b),), b, ("name", "name_en", "points")
    elif key == "budgets":
        for d in round_.district_budgets.select_related("district"):
            yield f"district{d.district_id}", (str(d.district),), d, ("amount_krw",)
    elif key == "rules":
        for s in round_.category_shares.all():
            yield f"share-{s.category}", (str(s.get_category_display()),), s, ("share_min", "share_max")
        for e in round_.eligible_kinds.all():
            yield f"kind-{e.organisation_kind}", (), e, ("organisation_kind",)
    elif key == "grades":
        for g in round_.grade_rules.all():
            yield f"grade-{g.grade}", (str(g.get_grade_display()),), g, ("may_continue", "bonus_points")
