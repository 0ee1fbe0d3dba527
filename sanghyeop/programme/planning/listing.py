"""The list of plans: what may be seen, filtered, sorted, paged, and the same as a spreadsheet.

A page takes three queries (choices of the filters, number of plans, rows), however many plans there are: the page's
plans are found first by their keys, and only these fifty get names and totals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanghyeop.ground.paging import PER_PAGE
from sanghyeop.ground.parties.models import District
from sanghyeop.ground.parties.permissions import Role
from sanghyeop.programme.planning.models import Party, Plan, Signature
from sanghyeop.programme.planning.queries import TOTALS, visible_to
from sanghyeop.programme.rounds.models import Kind, Round, RoundField

#: Name in the address → columns in the database. A column of totals is reckoned for sorting only when asked for.
SORTS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "district": ("district__code", "title"),
    "field": ("field__order", "title"),
    "jobs": ("jobs",),
    "city": ("city_krw",),
    "state": ("state_order", "title"),
}
FIRST_SORT = "district"
STATE_ORDER = Case(
    *(When(state=state, then=Value(number)) for number, state in enumerate(Plan.State.values)),
    output_field=IntegerField(),
)
#: What a row of the page shows, and what a row of the spreadsheet has beside it.
COLUMNS = (
    "pk", "title", "kind", "state", "example", "district__name", "district__name_en", "field__name", "field__name_en",
    "organisation__name", "organisation__name_en", "jobs", "city_krw", "signatures_now",
)  # fmt: skip
MORE_COLUMNS = ("round__year", "years", "district_krw", "own_krw")


@dataclass(frozen=True)
class Wanted:
    """What the address asks for, made sense of."""

    round: int | None
    district: int | None
    field: str
    kind: str
    state: str
    q: str
    sort: str
    down: bool


def choices_for(user: Any) -> tuple[list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, str, str]]]:
    """Rounds (newest first), districts, and fields as (round, code, name) of this person's city. One query.

    A round that is still prepared has no plan yet: only city officers, who word its sections, find it, as the last.
    """
    cities = {m.organisation.city_id for m in user.roles.memberships}
    rounds = Round.objects.filter(city__in=cities, record=False)
    if not user.roles.has(Role.CITY_OFFICER):
        rounds = rounds.exclude(state=Round.State.DRAFT)
    newest = Case(When(state=Round.State.DRAFT, then=Value(0)), default=F("year"), output_field=IntegerField())
    rows = (
        rounds.order_by()
        .values_list(Value("round"), "pk", newest, "name", "name_en", Value(""))
        .union(
            District.objects.filter(city__in=cities)
            .order_by()
            .values_list(Value("district"), "pk", Value(0), "name", "name_en", "code"),
            RoundField.objects.filter(round__in=rounds)
            .order_by()
            .values_list(Value("field"), "round_id", "order", "name", "name_en", "code"),
            all=True,
        )
    )
    english = get_language() == "en"
    found: dict[str, list[Any]] = {"round": [], "district": [], "field": []}
    for what, key, order, name, name_en, code in rows:
        found[what].append((order, key, name_en if english and name_en else name, code))
    return (
        [(key, name) for _order, key, name, _c in sorted(found["round"], reverse=True)],
        [(key, name) for _order, key, name, code in sorted(found["district"], key=lambda row: row[3])],
        [(key, code, name) for _order, key, name, code in sorted(found["field"])],
    )


def wanted_from(query: Any, rounds: list[tuple[int, str]]) -> Wanted:
    """The filters from the address. Without a round the newest is meant, ``round=all`` means every one."""

    def number(name: str) -> int | None:
        text = query.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None

    sort = query.get("sort", FIRST_SORT)
    round_ = number("round")
    if "round" not in query and rounds:
        round_ = rounds[0][0]
    return Wanted(
        round=round_,
        district=number("district"),
        field=query.get("field", "")[:40].replace("\x00", ""),
        kind=query.get("kind", "") if query.get("kind") in Kind.values else "",
        state=query.get("state", "") if query.get("state") in Plan.State.values else "",
        q=query.get("q", "")[:60].strip().replace("\x00", ""),
        sort=sort.removeprefix("-") if sort.removeprefix("-") in SORTS else FIRST_SORT,
        down=sort.startswith("-"),
    )


def filtered(user: Any, wanted: Wanted) -> QuerySet[Plan]:
    """The plans that this person may see and asks for, unordered."""
    plans = visible_to(user).order_by()
    for name, value in (
        ("round", wanted.round),
        ("district", wanted.district),
        ("field__code", wanted.field),
        ("kind", wanted.kind),
        ("state", wanted.state),
        ("title__icontains", wanted.q),
    ):
        if value:
            plans = plans.filter(**{name: value})
    return plans


def ordered(plans: QuerySet[Plan], wanted: Wanted) -> QuerySet[Plan]:
    """In the order asked for, ties by key."""
    names = SORTS[wanted.sort]
    first = names[0]
    if first in TOTALS:
        plans = plans.annotate(sorting=TOTALS[first])
        names = ("sorting",)
    if first == "state_order":
        plans = plans.annotate(state_order=STATE_ORDER)
    return plans.order_by(*(f"-{name}" if wanted.down and not i else name for i, name in enumerate(names)), "pk")


def page_of_plans(user: Any, wanted: Wanted, number: Any) -> Page:
    """One page of rows as dicts (``COLUMNS``, labels and ``url``). Two queries."""
    plans = ordered(filtered(user, wanted), wanted)
    page = Paginator(plans, PER_PAGE).get_page(number)
    first = (page.number - 1) * PER_PAGE
    page.object_list = rows_of(plans[first : first + PER_PAGE], wanted)  # type: ignore[assignment]
    return page


def rows_of(keys: QuerySet[Plan], wanted: Wanted, more: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Names and totals of the plans of one page. One query."""
    signed = Signature.objects.filter(plan=OuterRef("pk"), cleared_at=None).order_by().values("plan")
    rows = Plan.objects.filter(pk__in=keys.values("pk")).annotate(
        **{name: reckoned for name, reckoned in TOTALS.items() if name in COLUMNS + more},
        signatures_now=Coalesce(Subquery(signed.annotate(n=Count("pk")).values("n")), Value(0)),
    )
    english = get_language() == "en"
    states, kinds = ({code: str(label) for code, label in c.choices} for c in (Plan.State, Kind))
    address = reverse("planning:show", args=[0])
    found = []
    for row in ordered(rows, wanted).values(*COLUMNS, *more):
        row["url"] = address.replace("/0/", f"/{row['pk']}/")
        row["state_label"] = states[row["state"]]
        row["kind_label"] = kinds[row["kind"]]
        for what in ("district", "field", "organisation"):
            row[what] = row[f"{what}__name_en"] if english and row[f"{what}__name_en"] else row[f"{what}__name"]
        found.append(row)
    return found


# The spreadsheet


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else value


class Echo:
    def write(self, line: str) -> str:
        return line


def as_csv(user: Any, wanted: Wanted) -> Iterator[str]:
    """The whole list as CSV, line by line; the first begins with the mark by which Excel knows UTF-8."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(
        [
            _("번호"), _("연차"), _("사업 이름"), _("자치구"), _("분야"), _("사업 종류"), _("민간단체"), _("지원 연수"),
            _("일자리(명)"), _("시비(원)"), _("구비(원)"), _("자부담(원)"), _("서명"), _("상태"),
        ]
    )  # fmt: skip
    for row in rows_of(filtered(user, wanted), wanted, MORE_COLUMNS):
        yield writer.writerow(
            safe_cell(cell)
            for cell in (
                row["pk"], row["round__year"], row["title"], row["district"], row["field"], row["kind_label"],
                row["organisation"], row["years"], row["jobs"], row["city_krw"], row["district_krw"],
                row["own_krw"], f"{row['signatures_now']}/{len(Party)}", row["state_label"],
            )
        )  # fmt: skip


def headings(wanted: Wanted) -> list[dict[str, Any]]:
    """The column heads: label, the value of ``sort`` that a click asks for, and ``aria-sort`` where it is sorted."""
    found = []
    for name, label, is_number in (
        ("title", _("사업 이름"), False),
        ("district", _("자치구"), False),
        ("field", _("분야"), False),
        ("jobs", _("일자리"), True),
        ("city", _("시비"), True),
        ("state", _("상태"), False),
    ):
        here = wanted.sort == name
        # Numbers are asked for from the largest, words from the first.
        turned = not wanted.down if here else is_number
        found.append(
            {
                "label": label,
                "sort": f"-{name}" if turned else name,
                "number": is_number,
                "aria": ("descending" if wanted.down else "ascending") if here else "",
            }
        )
    return found
