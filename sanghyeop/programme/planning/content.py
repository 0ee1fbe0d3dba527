"""What the three parties sign: everything that a plan says, in one form that is always written the same way.

A content is a dict of JSON values; its hash is the SHA-256 of its canonical writing. Names are in Korean whatever
language the signer reads. Rows keep the order of the tables; numbers with fractions are strings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sanghyeop.ground.ledger.accounts import Category, Purse
from sanghyeop.programme.planning.differences import Piece, difference
from sanghyeop.programme.planning.models import Plan

#: Number of this form: a receipt says by which one it was written.
FORM = 1
Content = dict[str, Any]


def content_of(plan: Plan, parts: Any = None) -> Content:
    """The content of a plan as it stands.

    ``parts`` has the rows already read (``sections``, ``positions``, ``budget_lines``, ``forecasts``); without it
    they are read, one query each.
    """
    rows = parts if parts is not None else plan
    return {
        "form": FORM,
        "round": {"year": plan.round.year, "call": plan.round.call, "name": plan.round.name},
        "district": {"code": plan.district.code, "name": plan.district.name},
        "organisation": {"id": plan.organisation_id, "name": plan.organisation.name},
        "idea": {"id": plan.idea_id, "title": plan.idea.title} if plan.idea else None,
        "kind": plan.kind,
        "continues": {"key": plan.continues.key, "title": plan.continues.title, "grade": plan.continues.grade}
        if plan.continues
        else None,
        "field": {"code": plan.field.code, "name": plan.field.name},
        "title": plan.title,
        "summary": plan.summary,
        "years": plan.years,
        "sections": [{"key": s.key, "title": s.title, "body": s.body} for s in all_of(rows.sections)],
        "positions": [position(row) for row in all_of(rows.positions)],
        "budget": [budget_line(row) for row in all_of(rows.budget_lines)],
        "forecast": [
            {"month": f.month, "revenue_krw": f.revenue_krw, "cost_krw": f.cost_krw} for f in all_of(rows.forecasts)
        ],
    }


def all_of(rows: Any) -> Iterable[Any]:
    return rows if isinstance(rows, list) else rows.all()


def position(row: Any) -> dict[str, Any]:
    return {
        "year": row.year,
        "title": row.title,
        "number": row.number,
        "months": row.months,
        "hours_a_week": f"{row.hours_a_week:.1f}",
        "wage_an_hour_krw": row.wage_an_hour_krw,
    }


def budget_line(row: Any) -> dict[str, Any]:
    return {
        "year": row.year,
        "category": row.category,
        "purse": row.purse,
        "item": row.item,
        "basis": row.basis,
        "amount_krw": row.amount_krw,
    }


def canonical(content: Any) -> bytes:
    """The one writing of a content: keys in order, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(content: Content) -> str:
    """SHA-256 of the canonical writing, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def fingerprint(facts: Any) -> str:
    """A short mark of what a form began from, to find out that somebody else has changed it meanwhile."""
    return hashlib.sha256(canonical(facts)).hexdigest()[:16]


@dataclass(frozen=True)
class Change:
    """One difference between two contents, for people: where, and the pieces of the text."""

    where: str
    pieces: list[Piece]


def changes(old: Content, new: Content) -> Iterator[Change]:
    """What has changed from one content to another, in the order of the plan."""
    for name, label in (
        ("title", _("사업 이름")),
        ("summary", _("한 줄 소개")),
        ("years", _("지원 연수")),
        ("organisation", _("민간단체")),
        ("field", _("분야")),
        ("continues", _("이어 가는 사업")),
        ("round", _("연차")),
        ("district", _("자치구")),
        ("idea", _("아이디어")),
        ("kind", _("사업 종류")),
    ):
        if old[name] != new[name]:
            yield Change(str(label), difference(spoken(old[name]), spoken(new[name])))
    before = {section["key"]: section for section in old["sections"]}
    after = {section["key"]: section for section in new["sections"]}
    for key in dict.fromkeys([*before, *after]):
        was, is_now = before.get(key, {}), after.get(key, {})
        if was != is_now:
            yield Change((is_now or was)["title"], difference(was.get("body", ""), is_now.get("body", "")))
    for name, label in (("positions", _("인력")), ("budget", _("예산")), ("forecast", _("수입·비용"))):
        if old[name] != new[name]:
            yield Change(str(label), difference(written_rows(old[name]), written_rows(new[name])))


def spoken(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("title") or "")
    return "" if value is None else str(value)


def written_rows(rows: list[dict[str, Any]]) -> str:
    """A table as lines of text, so that its differences read like those of a text."""
    return "".join(
        " · ".join(written_value(name, value) for name, value in row.items() if value != "") + "\n" for row in rows
    )


def written_value(name: str, value: Any) -> str:
    if name.endswith("_krw"):
        return _("%(amount)s원") % {"amount": f"{value:,}"}
    if name == "year":
        return _("%(year)s차") % {"year": value}
    if name in ("category", "purse"):
        return str((Category if name == "category" else Purse)(value).label)
    for key, label in (("number", _("%(value)s명")), ("months", _("%(value)s개월")), ("month", _("%(value)s개월째"))):
        if name == key:
            return label % {"value": value}
    return _("주 %(value)s시간") % {"value": value} if name == "hours_a_week" else str(value)
