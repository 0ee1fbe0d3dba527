"""Prices to start from: near the best ones, found by steps on a sample of tasks, then on each task's best people."""

import numpy as np

_SAMPLE = 700  # tasks in the first search for prices
_SAMPLE_ROUNDS = 24  # sign steps there
_NEAR_ROUNDS = (60, 60, 60)  # the people in view are looked up anew before each
_WIDTH = 32  # people of a task in the later ones


def best_people(net: np.ndarray, units: np.ndarray, need: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the columns of its `units[row]` largest entries: (columns (rows, width), wanted (rows, width)).
    They fall along a row where that matters: where a row wants fewer than the width, or need not take all."""
    width = int(min(net.shape[1], units.max(initial=0)))
    if not width:
        return np.zeros((len(net), 0), np.int64), np.zeros((len(net), 0), bool)
    columns = np.argpartition(net, net.shape[1] - width, axis=1)[:, net.shape[1] - width :]
    if (need == width).all():
        return columns, np.ones(columns.shape, bool)
    order = np.argsort(-np.take_along_axis(net, columns, 1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, 1), np.arange(width) < units[:, None]


def _wishes(net: np.ndarray, columns: np.ndarray | None, units: np.ndarray, need: np.ndarray, m: int) -> np.ndarray:
    """How many rows want each person among their best `units`, spare ones only where net is not below 0. Equals count
    twice."""
    width = net.shape[1]
    figures = np.unique(np.concatenate([units, need]).clip(0, width))
    ordered = np.partition(net, (width - figures).clip(0, width - 1), axis=1)
    rows = np.arange(len(net))

    def least(wanted: np.ndarray) -> np.ndarray:
        wanted = wanted.clip(0, width)
        return np.where(wanted > 0, ordered[rows, (width - wanted).clip(0, width - 1)], np.inf)

    floor = least(need)
    if (units > need).any():
        floor = np.minimum(floor, np.maximum(least(units), 0))
    wishes = net >= floor[:, None]
    return wishes.sum(axis=0) if columns is None else np.bincount(columns[wishes], minlength=m)


def _nearest(work: np.ndarray, price: np.ndarray, width: int) -> np.ndarray:
    """The columns of the `width` largest entries of work - price in each row (rows, width), in no order."""
    n, m = work.shape
    columns = np.empty((n, width), np.int32)
    for start in range(0, n, 512):
        net = work[start : start + 512] - price
        row, column = np.nonzero(net >= np.partition(net, m - width, axis=1)[:, m - width, None])
        first = np.searchsorted(row, np.arange(len(net)))
        columns[start : start + 512] = column[first[:, None] + np.arange(width)]
    return columns


def guess_prices(work: np.ndarray, need: np.ndarray, spare: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Prices at which the tasks' best choices nearly fit the slots: a start, whose quality decides the time alone."""
    n, m = work.shape
    units = need + spare
    price = np.zeros(m)
    if not m or not units.sum():
        return price
    step = np.full(m, max(float(np.std(work[:: max(1, n // 64)].clip(-(1 << 29)))), 1.0) / 8)
    if n > 2 * _SAMPLE:
        chosen = np.arange(0, n, n / _SAMPLE).astype(int)
        price, step = _sign_steps(
            work[chosen].astype(np.float32),
            None,
            units[chosen],
            need[chosen],
            costs,
            len(chosen) / n,
            price,
            step,
            24,
        )
        step = np.full(m, max(float(np.median(step)), 1.0) * 4)
    width = int(min(m, max(_WIDTH, 3 * units.max())))
    for rounds in _NEAR_ROUNDS:
        columns = _nearest(work, price.clip(-(1 << 29), 1 << 29).astype(work.dtype), width)
        near = np.take_along_axis(work, columns, 1).astype(float)
        price, step = _sign_steps(near, columns, units, need, costs, 1.0, price, step, rounds)
    return price


def _sign_steps(
    values: np.ndarray,
    columns: np.ndarray | None,
    units: np.ndarray,
    need: np.ndarray,
    costs: np.ndarray,
    share: float,
    price: np.ndarray,
    step: np.ndarray,
    rounds: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Move a price up when too many want the person, down when too few; a step grows while its sign stays, and halves
    when it turns."""
    m = len(price)
    floor = np.where(costs[:, 0] < 0, -np.inf, np.minimum(costs[:, 0], 1e17)) if costs.shape[1] else np.zeros(m)
    price = np.maximum(price, np.where(np.isfinite(floor), floor, price))
    best, least, before = price.copy(), np.inf, np.zeros(m)
    for _ in range(rounds):
        net = values - (price if columns is None else price[columns])
        load = _wishes(net, columns, units, need, m)
        room_most = (costs <= price[:, None]).sum(axis=1) * share
        room_least = (costs < price[:, None]).sum(axis=1) * share
        over, under = np.maximum(load - room_most, 0), np.maximum(room_least - load, 0)
        wrong = float(over.sum() + under.sum())
        if wrong < least:
            best, least = price.copy(), wrong
        if not wrong:
            break
        sign = np.sign(over - under)
        turned = sign * before
        step = np.where(turned > 0, step * 1.3, np.where(turned < 0, step * 0.5, step))
        before = np.where(sign == 0, before, sign)
        price = np.maximum(price + sign * step, floor)
    # The last prices lead on from here, except where they are much worse.
    return (best if wrong > 3 * least else price), step
