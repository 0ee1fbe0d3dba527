"""Ids and their numbers.

Many texts are looked up in a table of our own (open addressing, FNV-1a) over Arrow's bytes, in which a list of choices
is taken apart on the way; few, and all where nothing can be compiled, by Arrow's functions. Both give the same.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanghyeop.engines.matching import compiled
from sanghyeop.engines.matching.compiled import Kernel, can_compile

SEPARATOR = ord(";")


class Names:
    """Distinct ids, numbered from 0 in their order."""

    def __init__(self, ids: pa.Array) -> None:
        self.ids = ids
        self.table: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, texts: pa.Array) -> np.ndarray:
        """The number of each text, -1 where it is none of the ids: int32."""
        if _many(len(texts)):
            data, ends = _bytes_of(texts)
            return self._find(data, ends[:-1], ends[1:])
        return pc.index_in(texts, value_set=self.ids).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)

    def find_in_lists(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
        """How many parts each text has between semicolons, and their numbers; None if that is not worth it."""
        data, ends = _bytes_of(texts)
        size = int(np.count_nonzero(data[ends[0] : ends[-1]] == SEPARATOR)) + len(texts)
        if not _many(size):
            return None
        starts, stops, length = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(len(texts), np.int32)
        _split(size, data, ends, SEPARATOR, starts, stops, length)
        return length, self._find(data, starts, stops)

    def _find(self, data: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
        own, ends = _bytes_of(self.ids)
        if self.table is None:
            self.table = np.full(1 << (2 * len(self) - 1).bit_length(), -1, np.int32)
            _enter(compiled.SMALL + 1, own, ends, self.table)
        found = np.empty(len(starts), np.int32)
        _look_up(compiled.SMALL + 1, data, starts, stops, own, ends, self.table, found)
        return found


def _many(texts: int) -> bool:
    return texts > compiled.SMALL and can_compile()


def _bytes_of(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of all texts, and where each begins and the last ends."""
    _, ends, data = texts.buffers()
    bytes_ = np.frombuffer(data if data else b"", np.uint8)
    offsets = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    for array in (bytes_, offsets):
        array.flags.writeable = False  # one kind of array means one compilation
    return bytes_, offsets


@Kernel
def _split(data, ends, separator, starts, stops, length):
    k = 0
    for i in range(len(length)):
        before = k
        starts[k] = ends[i]
        for at in range(ends[i], ends[i + 1]):
            if data[at] == separator:
                stops[k] = at
                k += 1
                starts[k] = at + 1
        stops[k] = ends[i + 1]
        k += 1
        length[i] = k - before


@Kernel
def _enter(own, ends, table):
    last = len(table) - 1
    for i in range(len(ends) - 1):
        code = 2166136261
        for at in range(ends[i], ends[i + 1]):
            code = ((code ^ own[at]) * 16777619) & 4294967295
        place = (code ^ (code >> 15)) & last
        while table[place] >= 0:
            place = (place + 1) & last
        table[place] = i


@Kernel
def _look_up(data, starts, stops, own, ends, table, found):
    last = len(table) - 1
    before = 0  # rows that belong together mostly stand together
    for i in range(len(found)):
        start, size = starts[i], stops[i] - starts[i]
        begin = ends[before]
        same = ends[before + 1] - begin == size
        at = 0
        while same and at < size:
            same = own[begin + at] == data[start + at]
            at += 1
        if same:
            found[i] = before
            continue
        code = 2166136261
        for at in range(start, start + size):
            code = ((code ^ data[at]) * 16777619) & 4294967295
        place = (code ^ (code >> 15)) & last
        found[i] = -1
        while table[place] >= 0:
            k = table[place]
            begin = ends[k]
            same = ends[k + 1] - begin == size
            at = 0
            while same and at < size:
                same = own[begin + at] == data[start + at]
                at += 1
            if same:
                found[i] = before = k
                break
            place = (place + 1) & last
