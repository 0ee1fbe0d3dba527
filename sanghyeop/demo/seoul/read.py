"""The published facts about Seoul's programme, as plain data: no database, no clock.

Every reader returns what stands in the file beside it (the head of the file explains its keys) and raises ``Faulty``
with every fault at once, so that a slip in the data is found before anything is loaded.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CERTAINTIES = ("solid", "plan_based", "unconfirmed", "circumstantial", "example")
KINDS = ("new", "continuing", "spread", "unknown")
STAGES = ("DISCOVERY", "PLANNING", "INCUBATION", "MODELLING")
OUTCOMES = ("SELF_STANDING", "ADOPTED_PUBLIC_SERVICE", "SPREAD")
# What may stand in a row. A comma in an unquoted text of the file would make a key of what comes after it.
KEYS = {
    "source": {"code", "title", "publisher", "published_on", "url"},
    "field": {"code", "name", "name_en", "published"},
    "round": {"year", "name", "name_en", "dates", "totals"},
    "date": {"day", "what", "what_en", "sources"},
    "total": {"key", "value", "unit", "label", "label_en", "sources", "district", "approximate", "until", "note"},
    "period": {"key", "from", "to", "value", "unit", "label", "label_en", "parts", "sources"},
    "outcome": {
        *("type", "what", "what_en", "sources", "count", "districts", "districts_note"),
        *("organisation", "organisation_aliases"),
    },
    "project": {
        *("year", "district", "key", "title", "title_en", "field", "published_field", "summary", "summary_en"),
        *("jobs", "jobs_note", "budget_krw", "budget_note", "kind", "supplementary", "spread", "grade", "status"),
        *("certainty", "certainty_note", "counted", "stage", "outcomes", "copied_from", "related", "sources"),
    },
    "rate": {"key", "scope", "value", "unit", "valid_from", "valid_to", "source", "verified", "note"},
}


class Faulty(ValueError):
    """A data file contradicts itself; the message has one fault a line."""


@cache
def drawing() -> dict[str, Any]:
    """The map as SVG: ``view_box`` [x, y, width, height], ``attribution`` {ko, en, via} and ``districts``.

    A district has ``code``, ``name``, ``name_en``, ``label`` [longitude, latitude], ``label_xy`` and ``path``
    (both in the view box), and comes in the order of its code.
    """
    return json.loads((HERE / "districts.json").read_text(encoding="utf-8"))


@cache
def geojson() -> dict[str, Any]:
    """The map as a GeoJSON FeatureCollection in WGS84 with the member ``attribution``."""
    return json.loads((HERE / "districts.geojson").read_text(encoding="utf-8"))


@cache
def published() -> dict[str, Any]:
    """``city``, ``programme``, ``fields``, ``rounds``, ``periods``, ``projects`` and ``sources`` as published.

    Every project gets ``counted``: whether it may be counted as a selected project of its round.
    """
    found = read("published.yaml")
    for project in found["projects"]:
        project["counted"] = project["certainty"] == "solid" and project["year"] is not None
    refuse(faults_of_published(found))
    return found


@cache
def rates() -> dict[str, Any]:
    """``rates`` and their ``sources``; a rate that no page confirms has ``verified`` false."""
    return rates_of("rates.yaml")


@cache
def funding() -> dict[str, Any]:
    """The ``rates`` of subsidies with their ``sources``, and the ``conditions`` that a grant begins with."""
    return rates_of("funding.yaml")


def rates_of(name: str) -> dict[str, Any]:
    found = read(name)
    for rate in found["rates"]:
        rate.setdefault("verified", True)
        rate.setdefault("note", "")
    refuse(faults_of_rates(found))
    return found


@cache
def holidays() -> dict[str, Any]:
    """``holidays`` (day, name, source, perhaps note) and their ``sources``."""
    return read("holidays.yaml")


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def refuse(faults: Iterable[str]) -> None:
    found = list(faults)
    if found:
        raise Faulty("\n".join(found))


def faults_of_published(data: dict[str, Any]) -> Iterator[str]:
    """What contradicts itself or lacks a source, one line each."""
    yield from repeated("source", (source["code"] for source in data["sources"]))
    yield from repeated("round", (a_round["year"] for a_round in data["rounds"]))
    yield from repeated("project", ((project["key"], project["year"]) for project in data["projects"]))
    names = {district["name"] for district in drawing()["districts"]}
    fields = {field["code"] for field in data["fields"]}
    years = {a_round["year"] for a_round in data["rounds"]}
    keys = {project["key"] for project in data["projects"]}
    sources = {source["code"] for source in data["sources"]}
    used = set()

    dated = [date for a_round in data["rounds"] for date in a_round["dates"]]
    totals = [total for a_round in data["rounds"] for total in a_round["totals"]] + data["periods"]
    outcomes = [outcome for project in data["projects"] for outcome in project.get("outcomes", ())]
    for kind, rows in (
        ("source", data["sources"]),
        ("field", data["fields"]),
        ("round", data["rounds"]),
        ("date", dated),
        ("total", [total for a_round in data["rounds"] for total in a_round["totals"]]),
        ("period", data["periods"]),
        ("project", data["projects"]),
        ("outcome", outcomes),
    ):
        yield from unknown_keys(kind, rows)
    for item in [data["programme"], *dated, *totals, *data["projects"], *outcomes]:
        used.update(item["sources"])
        if not item["sources"] or not sources.issuperset(item["sources"]):
            yield f"no such source: {item}"
    yield from (f"source that nothing refers to: {code}" for code in sorted(sources - used))

    for total in totals:
        if type(total["value"]) is not int or total["value"] < 0:
            yield f"total is no whole number: {total}"
        if "district" in total and total["district"] not in names:
            yield f"no such district: {total}"
        if "parts" in total and sum(total["parts"].values()) != total["value"]:
            yield f"parts do not add up: {total}"
    for project in data["projects"]:
        allowed: tuple[tuple[Any, Any], ...] = (
            (project["district"], names | {None}),
            (project["year"], years | {None}),
            (project["field"], fields),
            (project["kind"], KINDS),
            (project["certainty"], CERTAINTIES),
            (project.get("stage", STAGES[0]), STAGES),
            (project.get("copied_from", project["key"]), keys),
            (project.get("related", project["key"]), keys),
        )
        yield from (f"{project['key']} {project['year']}: {value!r}" for value, among in allowed if value not in among)
        if project["district"] is None and project["certainty"] != "example":
            yield f"{project['key']} {project['year']}: no district"
        for outcome in project.get("outcomes", ()):
            if outcome["type"] not in OUTCOMES or not names.issuperset(outcome.get("districts", ())):
                yield f"{project['key']} {project['year']}: {outcome}"


def faults_of_rates(data: dict[str, Any]) -> Iterator[str]:
    """Overlapping days, values that are no whole won, and missing sources, one line each."""
    yield from repeated("source", (source["code"] for source in data["sources"]))
    yield from unknown_keys("source", data["sources"])
    yield from unknown_keys("rate", data["rates"])
    sources = {source["code"]: source for source in data["sources"]}
    last: dict[tuple[str, str], Any] = {}
    for rate in sorted(data["rates"], key=lambda rate: rate["valid_from"]):
        rule = rate["key"], rate["scope"]
        if rule in last and rate["valid_from"] <= last[rule]:
            yield f"two values on one day: {rate}"
        last[rule] = rate["valid_to"] or datetime.date.max
        if last[rule] < rate["valid_from"] or rate["value"] <= 0:
            yield f"no such value: {rate}"
        if rate["source"] not in sources or (rate["verified"] and not sources[rate["source"]]["url"]):
            yield f"no source: {rate}"


def repeated(what: str, codes: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what} stands twice: {code}" for code, times in Counter(codes).items() if times > 1)


def unknown_keys(kind: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield from (f"{kind} has unknown keys {row.keys() - KEYS[kind]}" for row in rows if row.keys() - KEYS[kind])
