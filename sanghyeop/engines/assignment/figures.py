"""What is asked for, checked and turned into the whole numbers that the optimiser works in."""

from collections.abc import Sequence

import numpy as np

from sanghyeop.engines.assignment import transport

Pairs = np.ndarray | Sequence[tuple[int, int]]


def spread(figure: int | np.ndarray, size: int, name: str) -> np.ndarray:
    figures = np.asarray(figure)
    if figures.dtype.kind not in "iu" or (figures < 0).any():
        raise ValueError(f"{name} must be whole numbers from 0 up")
    if figures.ndim and figures.shape != (size,):
        raise ValueError(f"{name} must be one number or {size} numbers")
    return np.broadcast_to(figures, size).astype(np.int64)


def mask_of(pairs: Pairs | None, n: int, m: int, name: str) -> np.ndarray | None:
    if pairs is None:
        return None
    given = np.asarray(pairs)
    if given.dtype == bool and given.shape == (n, m):
        return given
    given = given.reshape(-1, 2).astype(np.int64)
    if len(given) and ((given < 0).any() or (given[:, 0] >= n).any() or (given[:, 1] >= m).any()):
        raise ValueError(f"{name} names a task or person that does not exist")
    mask = np.zeros((n, m), bool)
    mask[given[:, 0], given[:, 1]] = True
    return mask


def pairs_of(mask: np.ndarray) -> list[tuple[int, int]]:
    return [(i, j) for i, j in zip(*(x.tolist() for x in np.nonzero(mask)), strict=True)]


def load_costs(load_cost: np.ndarray | None, m: int, width: int) -> np.ndarray:
    if load_cost is None:
        return np.zeros((m, width), np.int64)
    costs = np.atleast_2d(np.asarray(load_cost))
    costs = np.broadcast_to(costs, (m, costs.shape[1]))
    if costs.shape[1] < width:
        raise ValueError(f"load_cost must have an entry for each of {width} units")
    if not np.isfinite(costs).all() or (np.diff(costs, axis=1) < 0).any():
        raise ValueError("load_cost must not fall from one unit to the next")
    return costs[:, :width]


def whole_units(affinity: np.ndarray, costs: np.ndarray, largest: int, levels: int) -> tuple[np.ndarray, float]:
    """Affinities as whole multiples of a unit: (matrix, unit)."""
    largest, levels = max(largest, 1), max(levels, 1)
    if affinity.dtype.kind in "iub":
        top = max(int(affinity.max(initial=0)), -int(affinity.min(initial=0)))
        if costs.dtype.kind in "iub" or not costs.size or (costs == np.rint(costs)).all():
            if top > largest:
                raise ValueError(f"affinities are too large: {top} where at most {largest} can be compared exactly")
            return (affinity.astype(np.int32) if top < 1 << 31 else affinity.astype(np.int64)), 1.0
    if not np.isfinite(affinity).all():
        raise ValueError("affinity must be finite; use conflicts for pairs that may not be")
    top_float = max(
        float(np.abs(affinity).max(initial=0)),
        float(np.abs(costs).max(initial=0)),
        1e-300,
    )
    unit = 2.0 ** np.ceil(np.log2(top_float / min(levels, largest)))
    return np.rint(affinity / unit).astype(np.int32), float(unit)


def slots_of(
    paid: np.ndarray,
    even_loads: bool,
    kept_load: np.ndarray,
    room: np.ndarray,
    slot_count: int,
) -> np.ndarray:
    """Cost of each person's next units after the kept ones; CLOSED beyond the limit."""
    m = len(room)
    t = np.arange(slot_count)
    which = kept_load[:, None] + t
    costs = (
        np.take_along_axis(paid, np.minimum(which, max(paid.shape[1] - 1, 0)), 1)
        if paid.shape[1]
        else np.zeros((m, slot_count), np.int64)
    )
    if even_loads:
        costs = costs + 2 * which + 1  # the square of the load grows by this
    return np.where(t < room[:, None], costs, transport.CLOSED).astype(np.int64)
