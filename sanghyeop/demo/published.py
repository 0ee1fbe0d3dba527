"""The rounds that Seoul published from 2017 to 2023, and the rates of the rulebook. Run again, it adds nothing."""

from __future__ import annotations

from typing import Any

from sanghyeop.demo.seoul import read
from sanghyeop.ground.parties.models import Alias, City, District, Organisation
from sanghyeop.ground.rulebook.models import Rate, Source
from sanghyeop.programme.projects.models import Outcome, Project, Stage
from sanghyeop.programme.rounds.models import Kind, PublishedDate, PublishedTotal, Round, RoundField

CERTAINTIES = {
    "solid": Project.Certainty.SOLID,
    "plan_based": Project.Certainty.PLANNED,
    "unconfirmed": Project.Certainty.UNCONFIRMED,
    "circumstantial": Project.Certainty.CIRCUMSTANTIAL,
    "example": Project.Certainty.EXAMPLE,
}
GRADES = {"우수": Project.Grade.EXCELLENT, None: ""}
#: "spread" and "unknown" of the data are no kinds of the call: what was copied says so by ``copied_from``.
KINDS = {"new": Kind.NEW, "continuing": Kind.CONTINUING}


def load_published(city: City) -> None:
    """Every fact of ``seoul/published.yaml`` and ``seoul/rates.yaml``, each with its sources."""
    facts = read.published()
    sources = load_sources(facts["sources"])
    rounds = {row["year"]: load_round(city, row, facts) for row in facts["rounds"]}
    districts = {district.name: district for district in District.objects.filter(city=city)}
    for row in facts["rounds"]:
        for total in row["totals"]:
            load_total(rounds[row["year"]], total, sources, districts)
        for date in row["dates"]:
            PublishedDate.objects.update_or_create(
                round=rounds[row["year"]],
                on=date["day"],
                name=date["what"],
                defaults={"name_en": date["what_en"], "source": sources[date["sources"][0]]},
            )
    for period in facts["periods"]:
        first, last = rounds[period["from"].year], rounds[period["to"].year]
        load_total(last, period | {"until": period["to"]}, sources, districts, first_round=first)
    load_projects(city, facts["projects"], rounds, districts, sources)
    load_rates(read.rates())


def load_sources(rows: list[dict[str, Any]]) -> dict[str, Source]:
    """The sources by their code."""
    facts = ("title", "publisher", "published_on", "url")
    Source.objects.bulk_create(
        [Source(code=row["code"], **{fact: row[fact] for fact in facts}) for row in rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=facts,
    )
    return {source.code: source for source in Source.objects.filter(code__in=[row["code"] for row in rows])}


def load_round(city: City, row: dict[str, Any], facts: dict[str, Any]) -> Round:
    """A round as a record, with the fields that its projects stand in."""
    loaded, _ = Round.objects.update_or_create(
        city=city,
        year=row["year"],
        call=Round.Call.MAIN,
        defaults={
            "name": row["name"],
            "name_en": row["name_en"],
            "state": Round.State.CLOSED,
            "record": True,
            "max_years": facts["programme"]["max_support_years"],
        },
    )
    RoundField.objects.bulk_create(
        [
            RoundField(round=loaded, code=row["code"], name=row["name"], name_en=row["name_en"], order=order)
            for order, row in enumerate(facts["fields"])
        ],
        update_conflicts=True,
        unique_fields=["round", "code"],
        update_fields=["name", "name_en", "order"],
    )
    return loaded


def load_total(
    a_round: Round,
    row: dict[str, Any],
    sources: dict[str, Source],
    districts: dict[str, District],
    first_round: Round | None = None,
) -> None:
    """A figure exactly as published."""
    total, _ = PublishedTotal.objects.update_or_create(
        round=a_round,
        first_round=first_round,
        district=districts[row["district"]] if "district" in row else None,
        figure=row["key"],
        defaults={
            "name": row["label"],
            "name_en": row["label_en"],
            "value": row["value"],
            "unit": row["unit"],
            "approximate": row.get("approximate", False),
            "until": row.get("until"),
            "note": row.get("note", ""),
        },
    )
    total.sources.set(sources[code] for code in row["sources"])


def load_projects(
    city: City,
    rows: list[dict[str, Any]],
    rounds: dict[int, Round],
    districts: dict[str, District],
    sources: dict[str, Source],
) -> None:
    """One project per row, then what links them: the model that was copied, and the related one."""
    fields = {(field.round_id, field.code): field for field in RoundField.objects.filter(round__in=rounds.values())}
    first_of: dict[str, Project] = {}
    loaded: list[tuple[Project, dict[str, Any]]] = []
    for row in rows:
        a_round = rounds.get(row["year"])
        project, _ = Project.objects.update_or_create(
            round=a_round,
            district=districts.get(row["district"]),
            key=row["key"].replace("_", "-"),
            defaults={
                "title": row["title"],
                "title_en": row["title_en"],
                "summary": row["summary"],
                "summary_en": row["summary_en"],
                "field": fields[a_round.pk, row["field"]] if a_round else None,
                "field_published": row.get("published_field", ""),
                "kind": KINDS.get(row["kind"], ""),
                "stage": Stage[row["stage"]] if "stage" in row else "",
                "certainty": CERTAINTIES[row["certainty"]],
                "certainty_note": row.get("certainty_note", ""),
                "status_published": row["status"],
                "jobs": row.get("jobs"),
                "jobs_note": row.get("jobs_note", ""),
                "budget_krw": row.get("budget_krw"),
                "budget_note": row.get("budget_note", ""),
                "grade": GRADES[row.get("grade")],
            },
        )
        project.sources.set(sources[code] for code in row["sources"])
        for outcome in row.get("outcomes", ()):
            load_outcome(city, project, outcome, districts, sources)
        first_of.setdefault(row["key"], project)
        loaded.append((project, row))
    for project, row in loaded:
        project.copied_from = first_of.get(row.get("copied_from", ""))
        project.related_to = first_of.get(row.get("related", ""))
    Project.objects.bulk_update([project for project, _ in loaded], ["copied_from", "related_to"])


def load_outcome(
    city: City, project: Project, row: dict[str, Any], districts: dict[str, District], sources: dict[str, Source]
) -> None:
    """What became of a project; an organisation that came out of it is one row with all its published names."""
    organisation = None
    if "organisation" in row:
        organisation, _ = Organisation.objects.get_or_create(
            city=city,
            name=row["organisation"],
            defaults={"kind": Organisation.Kind.COOPERATIVE, "district": project.district},
        )
        for alias in row["organisation_aliases"]:
            Alias.objects.get_or_create(organisation=organisation, name=alias)
    outcome, _ = Outcome.objects.update_or_create(
        project=project,
        type=Outcome.Type[{"ADOPTED_PUBLIC_SERVICE": "ADOPTED"}.get(row["type"], row["type"])],
        defaults={
            "what": row["what"],
            "what_en": row["what_en"],
            "organisation": organisation,
            "count": row.get("count"),
            "districts_note": row.get("districts_note", ""),
        },
    )
    outcome.districts.set(districts[name] for name in row.get("districts", ()))
    outcome.sources.set(sources[code] for code in row["sources"])


def load_rates(facts: dict[str, Any]) -> None:
    """Rates with their sources. A value that no page confirms keeps the source without an address."""
    sources = load_sources(facts["sources"])
    Rate.objects.bulk_create(
        [
            Rate(
                **{name: row[name] for name in ("key", "scope", "value", "unit", "valid_from", "valid_to", "note")},
                source=sources[row["source"]],
            )
            for row in facts["rates"]
        ],
        update_conflicts=True,
        unique_fields=["key", "scope", "valid_from"],
        update_fields=["value", "unit", "valid_to", "note", "source"],
    )
