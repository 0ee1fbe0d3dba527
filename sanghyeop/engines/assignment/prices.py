"""Prices to start from: near the best ones, found softly on a sample of tasks, then by steps on each one's best people.

Soft: a task spreads its units over all people, more on those worth more, by a temperature (entropic transport: Sinkhorn
1967, American Mathematical Monthly 74, 402-405; Cuturi 2013). Among equals it shares evenly, so people whom many tasks
value alike get prices that are a whole step of value apart, which steps on whole wishes hardly ever find."""

import numpy as np

_SAMPLE = 1000  # tasks in the first, soft search for prices
_TEMPERATURES = (0.3, 0.1)  # of the grain of the values there, then of the grain of the noise on the near people
_SOFT_ROUNDS = (30, 40)  # soft rounds at each temperature on the sample, and on the near people
_NEAR_ROUNDS = (40, 40)  # sign steps; the people in view are looked up anew before each
_WIDTH = 32  # people of a task in view there


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


def _wishes(net: np.ndarray, columns: np.ndarray, units: np.ndarray, need: np.ndarray, m: int) -> np.ndarray:
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
    return np.bincount(columns[wishes], minlength=m)


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


def guess_prices(
    work: np.ndarray, need: np.ndarray, spare: np.ndarray, costs: np.ndarray, unit: int, noise: int
) -> np.ndarray:
    """Prices at which the tasks' best choices nearly fit the slots: a start, whose quality decides the time alone.

    work: (n, m), very low where a pair may not be. unit: the least step of value in it. noise: what parts ties,
    or 0.
    """
    n, m = work.shape
    units = need + spare
    price = np.zeros(m)
    if not m or not units.sum():
        return price
    few = work[:: max(1, n // 64)]
    allowed = few[few > -(1 << 29) if work.dtype == np.int32 else few > -(1 << 57)]
    spread = max(float(np.std(allowed)) if allowed.size else 1.0, 1.0)
    stepped = bool(noise) and unit >= spread / 16  # few levels of value: the best prices are whole units
    chosen = np.arange(0, n, max(n / _SAMPLE, 1)).astype(int)
    grain = float(unit) if stepped else spread
    for temperature in _TEMPERATURES:
        sample = work[chosen].astype(float)
        price = _soft_steps(
            sample, None, units[chosen], costs, len(chosen) / n, price, temperature * grain, _SOFT_ROUNDS[0]
        )
    if stepped:
        price, grain = _whole_steps(price / unit) * unit, float(noise)
    width = int(min(m, max(_WIDTH, 3 * units.max())))
    far = 1 << (29 if work.dtype == np.int32 else 57)
    step = np.full(m, _TEMPERATURES[-1] * grain / 4)
    for turn, rounds in enumerate((_SOFT_ROUNDS[1], *_NEAR_ROUNDS)):
        columns = _nearest(work, price.clip(-far, far).astype(work.dtype), width)
        near = np.take_along_axis(work, columns, 1).astype(float)
        if turn == 0:
            price = _soft_steps(near, columns, units, costs, 1.0, price, _TEMPERATURES[-1] * grain, rounds)
        else:
            price, step = _sign_steps(near, columns, units, need, costs, price, step, rounds)
    return price


def _whole_steps(price: np.ndarray) -> np.ndarray:
    """Whole numbers near prices that lie about whole numbers apart: rounded where the fewest of them are cut."""
    bins = 40
    count = np.bincount((price % 1 * bins).astype(int) % bins, minlength=bins)
    cut = (int(np.argmin(count + np.roll(count, 1) + np.roll(count, -1))) + 0.5) / bins
    return np.ceil(price - cut)


def _soft_steps(
    values: np.ndarray,
    columns: np.ndarray | None,
    units: np.ndarray,
    costs: np.ndarray,
    share: float,
    price: np.ndarray,
    temperature: float,
    rounds: int,
) -> np.ndarray:
    """Move each price to where the soft demand meets the person's slots, all at once, again and again.

    values: (k, m), or (k, width) of the `columns`. share: part of all tasks that these are.
    """
    m = len(price)
    opens = np.where(costs < 1 << 60, costs, np.inf).astype(float)
    opens = np.concatenate([opens, np.full((m, 1), np.inf)], axis=1)  # price from which slot t takes a unit
    with np.errstate(divide="ignore"):
        filled = np.log(np.arange(opens.shape[1]) * share)
    net = (values - (price if columns is None else price[columns])) / temperature
    net -= net.max(axis=1, keepdims=True)
    pull = np.exp(net).astype(np.float32)
    lower = np.zeros(m)  # how far the price has fallen, in temperatures; within what float32 carries
    for _ in range(rounds):
        weight = np.exp(lower).astype(np.float32)
        if columns is None:
            per_unit = (units / np.maximum(pull @ weight, 1e-20)).astype(np.float32)
            demand = weight * (per_unit @ pull)
        else:
            parts = pull * weight[columns]
            parts *= (units / np.maximum(parts.sum(axis=1), 1e-20)).astype(np.float32)[:, None]
            np.minimum(parts, 1, out=parts)
            demand = np.bincount(columns.ravel(), parts.ravel(), minlength=m)
        now = price - lower * temperature
        # The price at which the demand falls to t units, against the price from which unit t + 1 is taken.
        falls = now[:, None] + temperature * (np.log(np.maximum(demand, 1e-9))[:, None] - filled)
        meets = np.minimum(opens, falls).max(axis=1)
        meets = meets.clip(now - 3 * temperature, now + 3 * temperature)
        lower = ((price - meets) / temperature).clip(-30, 30)
    return price - lower * temperature


def _sign_steps(
    values: np.ndarray,
    columns: np.ndarray,
    units: np.ndarray,
    need: np.ndarray,
    costs: np.ndarray,
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
        net = values - price[columns]
        load = _wishes(net, columns, units, need, m)
        room_most = (costs <= price[:, None]).sum(axis=1)
        room_least = (costs < price[:, None]).sum(axis=1)
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
