"""How alike are two Korean texts? Overlap of their character bigrams, rare ones counting more.

Korean words take particles (주방에서, 주방을), so words are compared by their two-syllable pieces and not
as wholes. A piece is worth the more the fewer texts have it (inverse document frequency, Spärck Jones
1972). No dictionary and no model: texts that say the same with other words are not found, so the result
is a ranked hint for people and never a verdict.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Pieces are kept as numbers below this; two pieces share one in about 1 of 260,000 cases.
BUCKETS = 1 << 18
#: A text with less than this many typical pieces says too little to be alike with certainty.
FEWEST_PIECES = 6

Marks = NDArray[np.uint32]


def words(text: str) -> list[str]:
    """Words of a text in one normal form (NFKC, lower case): runs of letters, digits and pictographs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        c if unicodedata.category(c)[0] in "LNM" or unicodedata.category(c) == "So" else " " for c in plain
    ).split()


def pieces(text: str) -> list[str]:
    """Two-character pieces of each word in their order; a word of one character is its own piece."""
    return [word[i : i + 2] for word in words(text) for i in range(max(1, len(word) - 1))]


def marks(text: str) -> Marks:
    """A text's different pieces as sorted numbers, the same in every process."""
    return np.unique(np.array([zlib.crc32(p.encode()) % BUCKETS for p in pieces(text)], dtype=np.uint32))


@dataclass(frozen=True)
class Corpus:
    """Texts to compare with: their marks one after the other, where each begins, and what a mark weighs."""

    marks: Marks
    starts: NDArray[np.intp]
    weights: NDArray[np.float64]
    totals: NDArray[np.float64]


def corpus(texts: Sequence[Marks]) -> Corpus:
    """Make the corpus of n texts. A mark that d of n texts have weighs log(1 + n / d); an unseen one as if d = 1."""
    sizes = np.array([len(t) for t in texts], dtype=np.intp)
    joined = np.concatenate([*texts, np.array([], dtype=np.uint32)]).astype(np.uint32)
    frequency = np.maximum(np.bincount(joined, minlength=BUCKETS), 1)
    weights = np.log1p(max(len(texts), 1) / frequency)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    return Corpus(joined, starts, weights, _sums(weights[joined], starts))


def _sums(values: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sum of each text's stretch of values; 0 for a text without marks."""
    running = np.concatenate([[0.0], np.cumsum(values)])
    return running[starts[1:]] - running[starts[:-1]]


def likeness(text: Marks, within: Corpus) -> NDArray[np.float64]:
    """How alike a text is to each text of the corpus, 0 (nothing shared) to 1 (one contains the other).

    The weight of the shared marks over that of the lighter text; a text of fewer than ``FEWEST_PIECES``
    pieces counts as heavy as that many, so two words in common do not make twins.
    """
    wanted = np.zeros(BUCKETS, dtype=bool)
    wanted[text] = True
    shared = _sums(np.where(wanted[within.marks], within.weights[within.marks], 0.0), within.starts)
    floor = FEWEST_PIECES * float(within.weights[within.marks].mean()) if len(within.marks) else 1.0
    lighter = np.maximum(np.minimum(within.totals, within.weights[text].sum()), floor)
    return np.clip(shared / lighter, 0.0, 1.0)


def in_turns(rankings: Sequence[NDArray[np.float64]], most: int, at_least: float) -> list[tuple[int, float]]:
    """The best of several rankings of the same texts: from each in turn the best that is not chosen yet.

    Each ranking keeps its ``most / len(rankings)`` best whatever the others say, so that what one part of a text
    has found is not pushed out as another part grows. Returns at most ``most`` positions with the highest of
    their scores, best first; scores under ``at_least`` count for nothing.
    """
    queues = [iter(np.argsort(-scores, kind="stable")[:most]) for scores in rankings]
    highest = np.max(rankings, axis=0) if len(rankings) else np.array([])
    chosen: dict[int, float] = {}
    for _turn in range(most):
        for queue, scores in zip(queues, rankings, strict=True):
            found = next((int(i) for i in queue if int(i) not in chosen), None)
            if found is not None and scores[found] >= at_least and len(chosen) < most:
                chosen[found] = float(highest[found])
    return sorted(chosen.items(), key=lambda item: -item[1])


def nearest(text: Marks, within: Corpus, most: int, at_least: float) -> list[tuple[int, float]]:
    """Positions in the corpus of the texts most alike, best first, with their likeness."""
    scores = likeness(text, within)
    order = np.argsort(-scores, kind="stable")[:most]
    return [(int(i), float(scores[i])) for i in order if scores[i] >= at_least]
