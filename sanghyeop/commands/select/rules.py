"""RULES: the budgets, limits and weights of a round in a TOML file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sanghyeop.commands.faults import BadInput, Fault, nearest
from sanghyeop.commands.select.proposals import MOST_KRW, Asked
from sanghyeop.sheets import SheetError, decode

KEYS = {
    "budget": ("city_krw", "district_krw"),
    "limits": ("projects_max", "per_district_max", "districts_min", "field_min", "field_max"),
    "objective": ("score", "jobs"),
}
BARE_KEY = re.compile(r"""\s*([^\s"'=#\[\]]*[^\x00-\x7f][^"'=#\[\]]*?)\s*=""")
MOST_PROJECTS = 1_000_000
MOST_WEIGHT = 1_000
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class RoundRules:
    """The rules as they are written; ``score`` and ``jobs`` are the weights of the objective."""

    city_krw: int
    district_krw: dict[str, int]
    projects_max: int | None
    per_district_max: int | None
    districts_min: int
    field_min: dict[str, int]
    field_max: dict[str, int]
    score: Decimal
    jobs: Decimal


def read_rules(data: bytes, file: str) -> RoundRules:
    """Raises ``BadInput`` with every fault."""
    if len(data) > MOST_BYTES:
        raise BadInput(file, [Fault("too_large")])
    if not data.strip():
        raise BadInput(file, [Fault("empty")])
    try:
        text = unicodedata.normalize("NFC", decode(data))
        # Numbers with a point stay as they are written.
        content = tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except SheetError as error:
        raise BadInput(file, [Fault(error.code, row=error.row)]) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        # The commonest slip: a Korean name as a key, which TOML wants in quotes.
        bare = BARE_KEY.match(text.split("\n")[number - 1])
        fault = Fault("toml_quotes", row=number, about={"text": bare[1][:40]}) if bare else None
        raise BadInput(file, [fault or Fault("toml", row=number, about={"text": str(error)[:200]})]) from error
    reader = _Reader(content, [])
    reader.check_keys()
    rules = RoundRules(
        city_krw=reader.whole("budget", "city_krw", MOST_KRW, needed=True) or 0,
        district_krw=reader.by_name("budget", "district_krw", MOST_KRW),
        projects_max=reader.whole("limits", "projects_max", MOST_PROJECTS),
        per_district_max=reader.whole("limits", "per_district_max", MOST_PROJECTS),
        districts_min=reader.whole("limits", "districts_min", MOST_PROJECTS) or 0,
        field_min=reader.by_name("limits", "field_min", MOST_PROJECTS),
        field_max=reader.by_name("limits", "field_max", MOST_PROJECTS),
        score=reader.weight("score", Decimal(0 if reader.part("objective") else 1)),
        jobs=reader.weight("jobs", Decimal(0)),
    )
    for name, least in rules.field_min.items():
        if least > rules.field_max.get(name, least):
            reader.faults.append(Fault("min_above_max", f"limits.field_min.{name}", 0, {"min": least}))
    if not reader.faults and not rules.score and not rules.jobs:
        reader.faults.append(Fault("no_weights", "objective"))
    if reader.faults:
        raise BadInput(file, reader.faults)
    return rules


def strangers(rules: RoundRules, asked: list[Asked]) -> list[Fault]:
    """Warnings: names in the rules that no proposal has, and districts left without a ceiling by a likely slip."""
    districts, fields = {p.district for p in asked}, {p.field for p in asked}
    unused = [name for name in rules.district_krw if name not in districts]
    open_ended = sorted(districts - set(rules.district_krw)) if rules.district_krw else []
    strange_fields = [
        (f"limits.{part}.{name}", name)
        for part, names in (("field_min", rules.field_min), ("field_max", rules.field_max))
        for name in names
        if name not in fields
    ]
    return [
        *(Fault("unused_district", f"budget.district_krw.{d}", 0, {"meant": nearest(d, districts)}) for d in unused),
        *(Fault("no_ceiling", d, 0, {"meant": nearest(d, unused)}) for d in open_ended),
        *(Fault("unused_field", where, 0, {"meant": nearest(name, fields)}) for where, name in strange_fields),
    ]


@dataclass
class _Reader:
    content: dict[str, Any]
    faults: list[Fault]

    def fault(self, code: str, where: str, **about: str | int) -> None:
        self.faults.append(Fault(code, where, 0, about))

    def part(self, name: str) -> dict[str, Any]:
        part = self.content.get(name, {})
        return part if isinstance(part, dict) else {}

    def check_keys(self) -> None:
        for name, part in self.content.items():
            if name not in KEYS:
                every = (*KEYS, *(f"{key}.{inner}" for key, inners in KEYS.items() for inner in inners))
                inside = next((key for key in every if key.endswith(f".{name}")), "")
                self.fault("unknown_key", name, meant=inside or nearest(name, KEYS))
            elif not isinstance(part, dict):
                self.fault("not_a_table", name)
            else:
                for key in part:
                    if key not in KEYS[name]:
                        self.fault("unknown_key", f"{name}.{key}", meant=nearest(key, KEYS[name]))

    def whole(self, part: str, key: str, most: int, needed: bool = False) -> int | None:
        if key not in self.part(part):
            if needed:
                self.fault("missing_key", f"{part}.{key}")
            return None
        return self._whole(self.part(part)[key], f"{part}.{key}", most)

    def by_name(self, part: str, key: str, most: int) -> dict[str, int]:
        names = self.part(part).get(key, {})
        if not isinstance(names, dict):
            self.fault("not_a_table", f"{part}.{key}")
            return {}
        return {name.strip(): self._whole(number, f"{part}.{key}.{name}", most) for name, number in names.items()}

    def weight(self, key: str, otherwise: Decimal) -> Decimal:
        weight = self.part("objective").get(key, otherwise)
        if isinstance(weight, bool) or not isinstance(weight, int | Decimal):
            self.fault("not_a_number", f"objective.{key}", text=str(weight)[:40])
            return otherwise
        weight = Decimal(weight)
        if not weight.is_finite():
            self.fault("not_a_number", f"objective.{key}", text=str(weight)[:40])
        elif weight < 0:
            self.fault("negative", f"objective.{key}", text=str(weight)[:40])
        elif weight > MOST_WEIGHT:
            self.fault("too_large", f"objective.{key}", text=str(weight)[:40], most=MOST_WEIGHT)
        elif weight != round(weight, 4):
            self.fault("too_fine", f"objective.{key}", text=str(weight)[:40])
        else:
            return weight
        return otherwise

    def _whole(self, number: Any, where: str, most: int) -> int:
        if isinstance(number, bool) or not isinstance(number, int):
            code = "not_whole" if isinstance(number, Decimal) and number.is_finite() else "not_a_whole_number"
            self.fault(code, where, text=str(number)[:40])
        elif number < 0:
            self.fault("negative", where, text=str(number)[:40])
        elif number > most:
            self.fault("too_large", where, text=str(number)[:40], most=most)
        else:
            return number
        return 0
