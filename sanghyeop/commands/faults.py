"""What is wrong in the input, as data; `words` puts it into a language."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """``where``: a column or the path of a key; ``row``: the row in the spreadsheet, 0 if it is about no row."""

    code: str
    where: str = ""
    row: int = 0
    about: dict[str, str | int] = field(default_factory=dict)


class BadInput(Exception):
    """Every fault that was found in one file; of very many the first, and ``count`` tells how many there are."""

    def __init__(self, file: str, faults: list[Fault], count: int = 0) -> None:
        self.count = count or len(faults)
        super().__init__(f"{self.count} faults in {file}")
        self.file = file
        self.faults = faults


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like this one, or empty."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), "")
