"""What the public pages add up. No total is stored: each is computed from the projects when it is asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Concat, Replace
from django.utils.translation import get_language

from sanghyeop.ground.parties.models import City, District
from sanghyeop.ground.rulebook.models import Source
from sanghyeop.programme.discovery.models import Idea
from sanghyeop.programme.discovery.queries import public_ideas
from sanghyeop.programme.projects.models import Outcome, Project
from sanghyeop.programme.projects.queries import PUBLIC_STATES, shown_projects, with_money
from sanghyeop.programme.rounds.models import PublishedDate, PublishedTotal, Round

#: What is added up, by the column that it stands in.
MEASURES = {
    "jobs": "jobs",
    "whole": "whole_krw",
    "city": "city_krw",
    "district": "district_krw",
    "own": "own_krw",
}
#: The same as ``projects.queries.counted``, for use within a sum.
COUNTS = Q(certainty=Project.Certainty.SOLID, round__isnull=False)

#: Largest key that the databases hold.
LARGEST_ID = 2**63 - 1


@dataclass
class Amount:
    """A sum over the projects whose value is known, and how many those are. ``value`` is None where none is."""

    value: int | None = None
    known: int = 0

    def add(self, value: int | None, known: int) -> None:
        if known:
            self.value = (self.value or 0) + (value or 0)
            self.known += known


@dataclass
class Totals:
    """Sums over some projects. ``listed`` counts also those that no source confirms; all else only what counts."""

    listed: int = 0
    projects: int = 0
    districts: set[int] = field(default_factory=set)
    jobs: Amount = field(default_factory=Amount)
    whole: Amount = field(default_factory=Amount)
    city: Amount = field(default_factory=Amount)
    district: Amount = field(default_factory=Amount)
    own: Amount = field(default_factory=Amount)

    @property
    def unsure(self) -> int:
        """How many are listed but not counted."""
        return self.listed - self.projects

    def add(self, group: dict[str, Any]) -> None:
        """Add one row of ``groups_of``."""
        self.listed += group["listed"]
        self.projects += group["projects"]
        if group["projects"] and group["district_id"] is not None:
            self.districts.add(group["district_id"])
        for measure in MEASURES:
            getattr(self, measure).add(group[measure], group[f"{measure}_known"])


def groups_of(projects: QuerySet[Project]) -> list[dict[str, Any]]:
    """The sums of the projects per district and field. One query, at most districts × fields rows.

    A row has ``district_id`` and ``field__code`` (either may be None), the field's names, ``listed``,
    ``projects`` and, for each of ``MEASURES``, the sum and ``<measure>_known``.
    """
    sums: dict[str, Any] = {}
    for measure, column in MEASURES.items():
        sums[measure] = Sum(column, filter=COUNTS)
        sums[f"{measure}_known"] = Count(column, filter=COUNTS)
    # Named apart from the columns of the same name.
    named = {f"sum_{name}": expression for name, expression in sums.items()}
    rows = (
        with_money(projects)
        .order_by()
        .values("district_id", "field__code", "field__name", "field__name_en")
        .annotate(listed=Count("pk"), projects=Count("pk", filter=COUNTS), **named)
    )
    return [{name.removeprefix("sum_"): value for name, value in row.items()} for row in rows]


def added_up(groups: Iterable[dict[str, Any]]) -> Totals:
    """All groups together. No query."""
    totals = Totals()
    for group in groups:
        totals.add(group)
    return totals


def by_district(groups: list[dict[str, Any]]) -> dict[int | None, Totals]:
    """The groups by district; projects without one stand under None. No query."""
    found: dict[int | None, Totals] = {}
    for group in groups:
        found.setdefault(group["district_id"], Totals()).add(group)
    return found


@dataclass
class FieldTotals:
    """The sums of one field; ``code`` is empty for projects without a field."""

    code: str
    name: str
    name_en: str
    totals: Totals = field(default_factory=Totals)

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


def by_field(groups: list[dict[str, Any]]) -> list[FieldTotals]:
    """The groups by field, most projects first. No query."""
    found: dict[str, FieldTotals] = {}
    for group in groups:
        code = group["field__code"] or ""
        row = FieldTotals(code, group["field__name"] or "", group["field__name_en"] or "")
        found.setdefault(code, row).totals.add(group)
    return sorted(found.values(), key=lambda row: (-row.totals.projects, -row.totals.listed, row.code))


def districts_of(city: City) -> list[District]:
    """The city's districts with their outlines, in the order of their codes. One query."""
    return list(District.objects.filter(city=city))


def shown_rounds() -> QuerySet[Round]:
    """Rounds that anyone may see, newest first. One query when read."""
    return Round.objects.exclude(state=Round.State.DRAFT).select_related("city")


def published_totals(**which: Any) -> list[PublishedTotal]:
    """Published totals with ``shown_sources`` (list of ``Source``), in the order of loading. One query.

    ``which`` are conditions on ``PublishedTotal``.
    """
    links = (
        PublishedTotal.sources.through.objects.filter(**{f"publishedtotal__{name}": v for name, v in which.items()})
        .select_related(
            "publishedtotal__district", "publishedtotal__round", "publishedtotal__first_round", "source"
        )
        .order_by("publishedtotal__round__year", "publishedtotal_id", "pk")
    )  # fmt: skip
    found: dict[int, Any] = {}
    for link in links:
        total = found.setdefault(link.publishedtotal_id, link.publishedtotal)
        total.__dict__.setdefault("shown_sources", []).append(link.source)
    return list(found.values())


def by_sources(totals: list[PublishedTotal]) -> list[tuple[list[Source], list[PublishedTotal]]]:
    """Totals that the same sources give, together, so that a source is named once. No query."""
    found: dict[tuple[int, ...], tuple[list[Source], list[PublishedTotal]]] = {}
    for total in totals:
        sources = total.__dict__["shown_sources"]
        found.setdefault(tuple(source.pk for source in sources), (sources, []))[1].append(total)
    return list(found.values())


def published_dates(a_round: Round) -> list[PublishedDate]:
    """What was published about the round's calendar, with the source of each day. One query."""
    return list(PublishedDate.objects.filter(round=a_round).select_related("source"))


def listed_rounds() -> QuerySet[Round]:
    """Rounds that anyone may see with ``known_projects``: how many of their projects are public and count.

    One query when read.
    """
    public = Q(state__in=PUBLIC_STATES, projects__certainty=Project.Certainty.SOLID)
    # Grouping drops the order of the model.
    return shown_rounds().annotate(known_projects=Count("projects", filter=public)).order_by("-year", "call", "pk")


def with_project_counts(rounds: Iterable[Round]) -> list[Round]:
    """The rounds in their order with ``known_projects`` (see ``listed_rounds``). One query."""
    found = {row.pk: row for row in listed_rounds().filter(pk__in=[r.pk for r in rounds])}
    return [found[r.pk] for r in rounds]


@dataclass
class YearOfJobs:
    """The jobs of one round: as computed from its projects, and as published in whole for that year."""

    round: Round
    projects: int
    jobs: int | None
    known: int
    published: PublishedTotal | None = None


def jobs_by_year(city: City, totals: list[PublishedTotal]) -> list[YearOfJobs]:
    """The city's published rounds, oldest first, without the examples, each with its own of ``totals``. One query.

    Made jobs go before planned ones where both were published.
    """
    rounds = (
        Round.objects.filter(city=city, state__in=PUBLIC_STATES, example=False)
        .annotate(
            known_projects=Count("projects", filter=Q(projects__certainty=Project.Certainty.SOLID)),
            known_jobs=Count("projects__jobs", filter=Q(projects__certainty=Project.Certainty.SOLID)),
            sum_jobs=Sum("projects__jobs", filter=Q(projects__certainty=Project.Certainty.SOLID)),
        )
        .order_by("year", "call")
    )
    years = {row.pk: YearOfJobs(row, row.known_projects, row.sum_jobs, row.known_jobs) for row in rounds}
    for total in totals:
        year = years.get(total.round_id)
        if year is None or total.first_round_id or total.district_id or total.figure not in ("jobs", "jobs_target"):
            continue
        if year.published is None or total.figure == "jobs":
            year.published = total
    return list(years.values())


def text_of(columns: Iterable[Any]) -> Replace:
    """The columns one below the other, without spaces."""
    between = [part for column in columns for part in (column, Value("\n"))]
    return Replace(Concat(*between, output_field=CharField()), Value(" "), Value(""))


def searched(projects: QuerySet[Project], words: str) -> QuerySet[Project]:
    """Projects that hold every word in title, summary, field, district or organisation, in Korean or English, however
    spaced. No query of its own.

    Words are compared without their spaces, since 마을여행 and 마을 여행 are the same to people.
    """
    parts = unicodedata.normalize("NFC", words).replace("\x00", "").split()[:10]
    if not parts:
        return projects
    named = [f"{of}__{name}" for of in ("field", "district", "organisation") for name in ("name", "name_en")]
    # In two parts, since SQLite does not take one as long as both.
    projects = projects.annotate(
        own_text=text_of(["title", "title_en", "summary", "summary_en", "field_published"]),
        named_text=text_of(Coalesce(name, Value("")) for name in named),
    )
    for part in parts:
        projects = projects.filter(Q(own_text__icontains=part) | Q(named_text__icontains=part))
    return projects


def project_of(pk: int) -> Project | None:
    """A project that anyone may see, with what its page shows. Four queries: it, its sources, its outcomes (two)."""
    return (
        with_money(shown_projects())
        .select_related(
            "round__city", "district__city", "field", "organisation", "copied_from__district", "related_to__round",
            "decision_line__plan__idea",
        )
        .prefetch_related("sources")
        .filter(pk=pk)
        .first()
    )  # fmt: skip


def same_project(project: Project) -> list[Project]:
    """The project in all its years, and copies of it elsewhere, oldest first. One query."""
    same = Q(key=project.key, district=project.district)
    copies = Q(copied_from__key=project.key, copied_from__district=project.district)
    return list(
        shown_projects().filter(same | copies).select_related("round", "district").order_by("round__year", "pk")
    )


def outcomes_of(project: Project) -> list[Outcome]:
    """What became of it, with districts and sources. Three queries where there is any, one otherwise."""
    return list(project.outcomes.select_related("organisation").prefetch_related("districts", "sources"))


def cited_sources() -> QuerySet[Source]:
    """Sources that can be opened, with the number of projects and totals that rest on each. One query when read."""
    return (
        Source.objects.exclude(url="")
        .annotate(
            projects_count=Count("projects", distinct=True), totals_count=Count("published_totals", distinct=True)
        )
        .order_by(F("published_on").desc(nulls_last=True), "publisher", "code")
    )


def newest_ideas(a_round: Round | None = None) -> QuerySet[Idea]:
    """Ideas that anyone may read, newest first, of one round or of all. One query when read."""
    ideas = public_ideas() if a_round is None else public_ideas().filter(round=a_round)
    return ideas.select_related("district").order_by("-id")


def ideas_by_district(a_round: Round) -> dict[int, int]:
    """How many ideas of a round anyone may read, by district. One query."""
    rows = public_ideas().filter(round=a_round).order_by().values_list("district_id").annotate(Count("pk"))
    return dict(rows)


def newest_entry(round_id: int | None = None) -> int:
    """The number of the newest entry in the trail, of one round or of all; 0 where there is none. One query.

    Every visitor's page asks for it, so it goes past the query builder, which would take longer than the answer.
    """
    if round_id is not None and round_id > LARGEST_ID:
        return 0
    with connection.cursor() as cursor:
        if round_id is None:
            cursor.execute("SELECT id FROM trail_entry ORDER BY id DESC LIMIT 1")
        else:
            cursor.execute("SELECT id FROM trail_entry WHERE round_id = %s ORDER BY id DESC LIMIT 1", [round_id])
        row = cursor.fetchone()
    return row[0] if row else 0
