"""How hours, clocks, months and acts are shown."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import months_after
from sanghyeop.ground.trail.words import action_label
from sanghyeop.programme.employment.words import hours_and_minutes

register = template.Library()


@register.filter
def hours(minutes: int) -> str:
    """3시간 30분 from minutes."""
    return hours_and_minutes(int(minutes))


@register.filter
def clock(moment: datetime.datetime) -> str:
    """09:00 in Seoul."""
    return f"{timezone.localtime(moment):%H:%M}"


@register.filter
def year_month(month: datetime.date) -> str:
    return _("%(year)s년 %(month)s월") % {"year": month.year, "month": month.month}


@register.filter
def month_before(month: datetime.date) -> str:
    return f"{months_after(month, -1):%Y-%m}"


@register.filter
def month_after(month: datetime.date) -> str:
    return f"{months_after(month, 1):%Y-%m}"


@register.filter
def action(entry: Any) -> Any:
    """What an entry of the trail says was done."""
    return action_label(entry)
