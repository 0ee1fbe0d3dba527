"""The lottery among equal points, which anyone can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np


def lottery(ids: Sequence[str], seed: int) -> np.ndarray:
    """Each applicant's place in the draw, 0 first: shape (n,), int32.

    The rule, exactly: an applicant's ticket is the SHA-256 of the text ``SEED:ID`` in UTF-8 (the seed in decimal
    digits), and the tickets are sorted as 256-bit numbers, the smallest first. ``printf '7:A12' | sha256sum`` shows
    A12's ticket under seed 7. A ticket depends on nothing else, not on the order of the rows and not on who else
    applies. The ids must be distinct.
    """
    if not len(ids):
        return np.empty(0, np.int32)
    draw = hashlib.sha256
    tickets = b"".join([draw(f"{seed}:{id}".encode()).digest() for id in ids])
    words = np.frombuffer(tickets, ">u8").reshape(-1, 4).astype(np.uint64)
    order = np.argsort(words[:, 0], kind="stable")
    first = words[order, 0]
    if (first[1:] == first[:-1]).any():  # once in 10^7 draws of a million
        order = np.lexsort(words.T[::-1])
    places = np.empty(len(ids), np.int32)
    places[order] = np.arange(len(ids), dtype=np.int32)
    return places
