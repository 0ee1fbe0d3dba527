"""HiGHS, quiet and on one thread."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from sanghyeop.engines.portfolio.rows import Floats, Matrix


def loaded(matrix: Matrix, cost: Floats, lower: NDArray, upper: NDArray, *, integer: bool) -> highspy.Highs:
    solver = Quiet()
    solver.setOptionValue("output_flag", False)
    # One thread: on problems of this size a second one only waits (measured: half the speed at 100 proposals).
    solver.setOptionValue("threads", 1)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(matrix.low)
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = lower.astype(np.float64), upper.astype(np.float64)
    lp.row_lower_, lp.row_upper_ = matrix.low, matrix.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.start
    lp.a_matrix_.index_ = matrix.column
    lp.a_matrix_.value_ = matrix.coefficient
    if integer:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    solver.passModel(lp)
    return solver


class Quiet(highspy.Highs):
    """HiGHS without its banner, which would be printed among the answers when its callbacks are enabled."""

    def enableCallbacks(self) -> None:
        pass


def run(solver: highspy.Highs) -> None:
    if solver.run() == highspy.HighsStatus.kError:
        # HiGHS keeps the number of threads of its first call in a process, and refuses another until it is reset.
        highspy.Highs.resetGlobalScheduler(True)
        solver.run()
