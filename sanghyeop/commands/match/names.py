"""Ids and their numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class Names:
    """Distinct ids, numbered from 0 in their order."""

    def __init__(self, ids: pa.Array) -> None:
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, texts: pa.Array) -> np.ndarray:
        """The number of each text, -1 where it is none of the ids: int32."""
        if len(texts) > 1:
            # Rows that belong together mostly stand together: each run is looked up once.
            new = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
            if new.mean() < 0.5:
                starts = np.concatenate([[0], np.flatnonzero(new) + 1])
                found = self._find(texts.take(pa.array(starts)))
                return np.repeat(found, np.diff(np.append(starts, len(texts))))
        return self._find(texts)

    def _find(self, texts: pa.Array) -> np.ndarray:
        found = pc.index_in(texts, value_set=self.ids)
        return found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
