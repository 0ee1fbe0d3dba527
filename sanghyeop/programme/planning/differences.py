"""What has changed between two texts, in words that a lay person reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

#: A word, a run of blanks or one sign: Korean is compared by the words between blanks.
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: Beyond this many comparisons a passage is shown as taken out and put in whole, so that no page hangs.
MOST_COMPARISONS = 4_000_000


@dataclass(frozen=True)
class Piece:
    """A run of text that is ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The pieces from ``old`` to ``new``, in reading order.

    Same and removed pieces together are ``old``, same and added ones are ``new``. Lines are compared first,
    then the words within lines that differ.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, is_now = "".join(before[i:j]), "".join(after[k:m])
        pieces += [Piece("same", was)] if tag == "equal" else words(was, is_now)
    return list(joined(pieces))


def words(old: str, new: str) -> list[Piece]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if len(before) * len(after) > MOST_COMPARISONS or not (before and after):
        return [Piece("removed", old), Piece("added", new)]
    pieces = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
        else:
            pieces += [Piece("removed", "".join(before[i:j])), Piece("added", "".join(after[k:m]))]
    return pieces


def joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Empty pieces left out, neighbours of one kind made one."""
    run: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if run and run.kind == piece.kind:
            run = Piece(run.kind, run.text + piece.text)
        else:
            if run:
                yield run
            run = piece
    if run:
        yield run
