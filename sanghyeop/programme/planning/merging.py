"""Two people changed the same text: put their changes together where these do not touch. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Passage:
    """Lines between two places that all three texts share.

    ``kind``: ``same`` (nobody changed it), ``mine`` or ``theirs`` (one did), ``both`` (the same change twice)
    or ``clash`` (two different changes).
    """

    kind: str
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def passages(base: str, mine: str, theirs: str) -> list[Passage]:
    """The three texts cut, line by line, into passages; put end to end they give each text again."""
    lines = [text.split("\n") for text in (base, mine, theirs)]
    found = []
    at: tuple[int, ...] = (0, 0, 0)
    for place in [*shared(*lines), (*map(len, lines), 0)]:
        *starts, length = place
        cut = tuple(tuple(text[start:stop]) for text, start, stop in zip(lines, at, starts, strict=True))
        if any(cut):
            found.append(Passage(kind_of(*cut), *cut))
        if length:
            run = tuple(lines[0][starts[0] : starts[0] + length])
            found.append(Passage("same", run, run, run))
        at = tuple(start + length for start in starts)
    return found


def kind_of(base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    if mine == theirs:
        return "same" if mine == base else "both"
    if theirs == base:
        return "mine"
    return "theirs" if mine == base else "clash"


def shared(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that all three have, in order: where each begins and how long it is."""
    to_mine = SequenceMatcher(None, base, mine, autojunk=False).get_matching_blocks()
    to_theirs = SequenceMatcher(None, base, theirs, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(to_mine) and j < len(to_theirs):
        a, b = to_mine[i], to_theirs[j]
        start, stop = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < stop:
            yield start, a.b + start - a.a, b.b + start - b.a, stop - start
        if a.a + a.size < b.a + b.size:
            i += 1
        else:
            j += 1


def merged(found: list[Passage], marks: tuple[str, str, str]) -> str:
    """One text with everybody's changes. Where they clash, both stand between three ``marks`` on lines of their own
    (before mine, before theirs, at the end): nothing is dropped, and a person decides."""
    lines: list[str] = []
    for passage in found:
        if passage.kind == "clash":
            lines += [marks[0], *passage.mine, marks[1], *passage.theirs, marks[2]]
        else:
            lines += passage.theirs if passage.kind == "theirs" else passage.mine
    return "\n".join(lines)


def clashes(found: list[Passage]) -> int:
    return sum(passage.kind == "clash" for passage in found)
