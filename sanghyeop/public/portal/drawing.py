"""Where things stand in the pictures: shades of the map, lengths of bars, columns of years. Numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Shades of the map besides "nothing".
SHADES = 4


def shade(value: int | None, largest: int) -> int:
    """0 for nothing, 1 to ``SHADES`` by the share of the largest."""
    if not value or largest <= 0:
        return 0
    return max(1, -(-SHADES * value // largest))


def share(value: int | None, largest: int) -> float:
    """The length of a bar in per cent of the longest, to a tenth; what is there at all stays visible."""
    if not value or largest <= 0:
        return 0.0
    return max(0.5, round(100 * value / largest, 1))


@dataclass(frozen=True)
class Place:
    """One district on the map: its outline, what is counted there, how dark it is."""

    district: Any
    counted: Any
    value: int
    shade: int
    share: float  # of the largest, in per cent

    @property
    def short_name(self) -> str:
        """The name without its kind, since a map on a phone is small: 마포 for 마포구, but 중구."""
        name = str(self.district)
        if name.endswith("-gu"):
            return name.removesuffix("-gu")
        return name.removesuffix("구") if len(name) > 2 else name  # as data


def places(districts: Iterable[Any], counted: Mapping[Any, Any], value_of: Callable[[Any], int | None]) -> list[Place]:
    """The map's districts, each with its ``counted`` (by the district's id; None where nothing is), in their order."""
    values = {key: value_of(row) or 0 for key, row in counted.items() if key is not None}
    largest = max(values.values(), default=0)
    return [
        Place(
            district, counted.get(district.pk), values.get(district.pk, 0), shade(values.get(district.pk), largest),
            share(values.get(district.pk), largest),
        )
        for district in districts
    ]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One year in the picture of years; two columns side by side, in units of the picture."""

    label: str
    x: float
    published: int | None
    published_height: float
    computed: int | None
    computed_height: float


COLUMN_STEP, COLUMN_HEIGHT = 100, 200


def columns(years: Sequence[tuple[str, int | None, int | None]]) -> list[Column]:
    """Columns from (label, published, computed); the highest is ``COLUMN_HEIGHT`` high."""
    largest = max((max(published or 0, computed or 0) for _, published, computed in years), default=0)
    scale = COLUMN_HEIGHT / largest if largest else 0
    return [
        Column(
            label, number * COLUMN_STEP, published, round((published or 0) * scale, 1), computed,
            round((computed or 0) * scale, 1),
        )
        for number, (label, published, computed) in enumerate(years)
    ]  # fmt: skip
