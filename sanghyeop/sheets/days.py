"""Days as people write them: 2027-03-05 · 2027.3.5. · 2027/03/05 · 20270305 · 2027년 3월 5일, or with a time behind."""

from __future__ import annotations

import datetime
import re
import unicodedata

_DAY = re.compile(
    r"(?P<year>\d{4})(?:\s*[-./]\s*|\s*년\s*)(?P<month>\d{1,2})(?:\s*[-./]\s*|\s*월\s*)"
    r"(?P<day>\d{1,2})\s*(?:일|\.)?(?:[T\s].*)?"
)
_EIGHT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T\s].*|\d{6})?")


class NotADay(ValueError):
    """``code``: empty, not_a_day (unreadable), no_such_day (29 February of another year, 31 April)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def day_of(text: str) -> datetime.date:
    """The day that a text names, year first. Raises ``NotADay``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise NotADay("empty")
    found = _DAY.fullmatch(plain) or _EIGHT.fullmatch(plain)
    if not found:
        raise NotADay("not_a_day")
    try:
        return datetime.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise NotADay("no_such_day") from None
