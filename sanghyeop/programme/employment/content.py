"""What the parties of a contract sign: one document, always written the same way, and hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.engines.payroll import rest_minutes
from sanghyeop.engines.payroll.rates import Table
from sanghyeop.programme.employment.models import WEEKDAYS, Contract

FORM = 1  # counts changes of the document's shape


def content_of(contract: Contract, table: Table) -> dict[str, Any]:
    """The terms as the Labor Standards Act (art. 17) and the Act on Fixed-term and Part-time Workers (art. 17) ask for
    them, with the names of both parties."""
    project = contract.post.project
    rest = [rest_minutes(span(minutes, table, contract), table, contract.starts_on) for minutes in contract.pattern]
    return {
        "form": FORM,
        "project": {"id": project.pk, "title": project.title},
        "operator": {"id": contract.operator_id, "name": contract.operator.name},
        "person": {"id": contract.person_id, "name": contract.person.name, "born_on": contract.born_on.isoformat()},
        "post": contract.post.title,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "hired_on": contract.hired_on.isoformat() if contract.hired_on else None,
        "pattern": list(contract.pattern),
        "rest": rest,
        "begins_at": f"{contract.begins_at:%H:%M}",
        "weekly_holiday": contract.weekly_holiday,
        "wage_an_hour_krw": contract.wage_an_hour_krw,
        "meal_a_day_krw": contract.meal_a_day_krw,
        "pay_day": contract.pay_day,
        "five_or_more": contract.five_or_more,
        "living_wage": contract.living_wage,
        "place": contract.place,
        "duties": contract.duties,
    }


def span(minutes: int, table: Table, contract: Contract) -> int:
    """Minutes between coming and going for so many minutes of work, with the rest that the law asks for."""
    found = minutes
    while found - rest_minutes(found, table, contract.starts_on) < minutes:
        found += 1
    # The rest after a full four or eight hours belongs to the stay.
    while minutes and found + 1 - rest_minutes(found + 1, table, contract.starts_on) == minutes:
        found += 1
    return found


def hash_of(content: dict[str, Any]) -> str:
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def week_in_words(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(day, from–to and hours) of the contracted days."""
    hour, minute = map(int, content["begins_at"].split(":"))
    begin = hour * 60 + minute
    rows = []
    for name, minutes, rest in zip(WEEKDAYS, content["pattern"], content["rest"], strict=True):
        if minutes:
            end = (begin + minutes + rest) % (24 * 60)
            words = _("%(begin)s ~ %(end)s, 쉬는 시간 %(rest)d분, 일하는 시간 %(hours)s시간") % {
                "begin": content["begins_at"],
                "end": f"{end // 60:02d}:{end % 60:02d}",
                "rest": rest,
                "hours": f"{minutes / 60:g}",
            }
            rows.append((str(name), words))
    return rows
