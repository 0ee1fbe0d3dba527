"""Reading the rulebook."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q

from sanghyeop.ground.rulebook.models import Rate


class NoRate(LookupError):
    """The rulebook has no value for that rule on that day."""


def rate(key: str, on: datetime.date, scopes: Iterable[str] = ()) -> Rate:
    """The value of ``key`` in force ``on`` a day; the narrowest of ``scopes`` wins. One query.

    ``scopes`` are codes from wide to narrow (city, district). Raises ``NoRate``.
    """
    order = ["", *scopes]
    found = (
        Rate.objects.filter(key=key, scope__in=order, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("source")
    )
    best = max(found, key=lambda r: (order.index(r.scope), r.valid_from), default=None)
    if best is None:
        raise NoRate(key)
    return best


def rates(keys: Iterable[str], on: datetime.date, scopes: Iterable[str] = ()) -> dict[str, Rate]:
    """The values of several rules in force ``on`` a day, those that there are, as ``rate`` finds each. One query."""
    order = ["", *scopes]
    found: dict[str, Rate] = {}
    rows = (
        Rate.objects.filter(key__in=list(keys), scope__in=order, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("source")
    )
    for row in sorted(rows, key=lambda r: (order.index(r.scope), r.valid_from)):
        found[row.key] = row
    return found
