"""The same function compiled for the large and as it stands for the small.

Compiled functions need numba (the extra ``fast``). Loading it takes longer than placing twenty thousand applicants, so
few are placed by the interpreter; so is everything where numba is missing, 30 to 50 times more slowly. What is compiled
once is kept on disk: beside the source, or in the user's cache folder where that cannot be written (a read-only
installation), or not at all where neither can.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

SMALL = 300_000
"""Up to this many choices in all the interpreter is quicker than loading the compiler."""


def can_compile() -> bool:
    return importlib.util.find_spec("numba") is not None


class Kernel:
    """A function of arrays that writes into some of them. It may use numbers, comparisons, indices and loops only."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __call__(self, size: int, *arguments: Any) -> Any:
        """``size``: about how many steps it takes, which decides whether it is worth compiling."""
        if size > SMALL and can_compile():
            return _compiled(self.function)(*arguments)
        # Numbers out of a memoryview are Python's own, and quick to get at.
        return self.function(*(a.data if isinstance(a, np.ndarray) else a for a in arguments))


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # no folder that can be written
        return numba.njit(function)
