"""How sure a place in the portfolio is, when scores vary within their uncertainty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sanghyeop.engines.portfolio.model import Problem
from sanghyeop.engines.portfolio.programme import maximise, programme
from sanghyeop.engines.portfolio.solving import Unsolved

SMALL = 150
COARSE_GAP = 1e-3


def stability(problem: Problem, draws: int = 200, seed: int = 0, gap: float | None = None) -> NDArray[np.float64]:
    """Share of ``draws`` (n numbers in 0..1) in which each proposal is in the best portfolio.

    In each draw every value is moved by a normal error with its own standard deviation (`Proposal.value_sd`, in
    units of value), independent of the others, and not below 0. ``gap`` per draw: 0 up to SMALL proposals, else
    COARSE_GAP. The same seed gives the same shares. Raises ``Unsolved`` if there is no portfolio.
    """
    n = len(problem)
    if draws < 1:
        raise ValueError("draws must be at least 1")
    spread = np.array([p.value_sd for p in problem.proposals], np.float64)
    if n and (not np.isfinite(spread).all() or (spread < 0).any()):
        raise ValueError("value_sd must be 0 or more")
    random = np.random.default_rng(seed)
    what, times = programme(problem), np.zeros(n, np.int64)
    asked = (0.0 if n <= SMALL else COARSE_GAP) if gap is None else gap
    if not spread.any():
        draws = 1
    for _ in range(draws):
        drawn = np.rint(problem.value + spread * random.standard_normal(n)).astype(np.int64)
        outcome = maximise(what, np.maximum(drawn, 0), asked)
        if outcome.chosen is None:
            raise Unsolved
        times += outcome.chosen
    return times / draws


def with_spread(problem: Problem, value_sd: NDArray[np.float64]) -> Problem:
    """The same problem with these standard deviations (n numbers, units of value)."""
    rows = tuple(replace(p, value_sd=float(s)) for p, s in zip(problem.proposals, value_sd, strict=True))
    return replace(problem, proposals=rows)
