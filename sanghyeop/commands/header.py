"""The first row of a table: where each column that a command knows stands."""

from __future__ import annotations

from collections.abc import Sequence

from sanghyeop.commands.faults import Fault, nearest


def places_of(
    header: Sequence[str], needed: Sequence[str], optional: Sequence[str]
) -> tuple[dict[str, int], list[Fault], list[Fault]]:
    """Places by name, faults, notes. A strange column is a fault only if it looks like one that is missing."""
    known = (*needed, *optional)
    names = [name.lower() for name in header]
    faults, notes = [], []
    absent = [name for name in known if name not in names]
    meant = set()
    for k, name in enumerate(names):
        if name in known:
            if names.index(name) != k:
                faults.append(Fault("duplicate_column", name))
            continue
        like = nearest(name, absent) if name else ""
        if like:
            meant.add(like)
            faults.append(Fault("misspelt_column", header[k][:40], 0, {"meant": like}))
        elif name:
            notes.append(Fault("ignored_column", header[k][:40]))
    faults += [Fault("missing_column", name) for name in needed if name in absent and name not in meant]
    return {name: names.index(name) for name in names if name in known}, faults, notes
