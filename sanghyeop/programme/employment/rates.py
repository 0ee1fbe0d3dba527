"""The rulebook's rows as the engine takes them, and the paid holidays."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q

from sanghyeop.engines.payroll.rates import KEYS, NoRate, Rate, Table
from sanghyeop.ground.rulebook.models import Rate as Row
from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.employment.models import Holiday
from sanghyeop.programme.employment.words import rate_name
from sanghyeop.programme.projects.models import Project

#: Hours after which a shift without a clock-out is no longer taken for one that still runs.
OPEN_HOURS = "attendance.open_hours"
#: What the note of a rate says that nobody has read in its source.
DOUBT = "확인 필요"  # as data


def scopes_of(project: Project) -> list[str]:
    """Codes from wide to narrow. The project's city and district have to be at hand."""
    city = [project.district.city.code] if project.district else []
    return ["", *city, *([project.district.code] if project.district else [])]


def table_of(project: Project, since: datetime.date, until: datetime.date, keys: Iterable[str] = KEYS) -> Table:
    """Every row of the rules of pay that holds on some day of a period; the district's own win over the city's and the
    country's. One query."""
    return table_for(scopes_of(project), since, until, keys)


def table_for(order: list[str], since: datetime.date, until: datetime.date, keys: Iterable[str] = KEYS) -> Table:
    """The same for scopes from wide to narrow. One query."""
    rows = (
        Row.objects.filter(key__in=list(keys), scope__in=order, valid_from__lte=until)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
        .select_related("source")
    )
    return Table(
        Rate(row.key, row.value, row.unit, row.valid_from, row.valid_to, row.source.title, is_read(row))
        for row in sorted(rows, key=lambda row: (order.index(row.scope), row.key, row.valid_from))
    )


def is_read(row: Row) -> bool:
    """Whether somebody has read the source: it has an address, and the note does not ask to look again."""
    return bool(row.source.url) and DOUBT not in row.note


def holidays_between(since: datetime.date, until: datetime.date) -> list[datetime.date]:
    """The paid public holidays of a period. One query."""
    return list(Holiday.objects.filter(on__range=(since, until)).values_list("on", flat=True))


def refusal(missing: NoRate) -> Refused:
    """A rule without a value as a message."""
    from django.utils.translation import gettext as _

    return Refused(
        _("규칙집에 %(year)s년 %(month)s월 %(day)s일의 값이 없습니다: %(name)s. 시 담당자에게 알려 주세요.")
        % {"year": missing.on.year, "month": missing.on.month, "day": missing.on.day, "name": rate_name(missing.key)}
    )
