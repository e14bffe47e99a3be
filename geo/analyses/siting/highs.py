"""HiGHS, told what to solve as rows and columns, and when to stop. It always minimises here."""

from collections.abc import Callable
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.problem import Watch
from geo.analyses.siting.program import Rows

__all__ = ["Answer", "Heard", "add_rows", "new_model", "solve_lp", "solve_mip"]

_Floats = NDArray[np.float64]
_STATUS = highspy.HighsModelStatus

Heard = Callable[[float, float, _Floats | None], bool]
"""Given the best value, the bound and, where it is new, the choice; returns whether that is enough."""


class Answer(NamedTuple):
    """What HiGHS found.

    Attributes
    ----------
    found : (n,) float64 or None
        The best choice known.
    value, bound : float
        Its value, inf without one; and what none can be below: inf where there is no choice.
    row, column : (m,), (n,) float64, or None
        Duals and reduced costs, of a linear program that was solved: how much the value rises with a row's
        side and with a column's.
    """

    found: _Floats | None
    value: float
    bound: float
    row: _Floats | None = None
    column: _Floats | None = None


def new_model(price: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, seed: int = 0) -> highspy.Highs:
    """Return a model that minimises the sum of prices, without rows as yet."""
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("parallel", "off"), ("random_seed", seed % 2**31)):
        model.setOptionValue(option, value)
    model.setOptionValue("mip_feasibility_tolerance", 1e-7)
    price = np.asarray(price, np.float64)
    count = len(price)
    model.addVars(count, np.asarray(lower, np.float64), np.asarray(upper, np.float64))
    model.changeColsCost(count, np.arange(count, dtype=np.int32), price)
    return model


def add_rows(model: highspy.Highs, rows: Rows) -> None:
    """Add rows below those that are there."""
    model.addRows(
        len(rows.low),
        rows.low,
        rows.high,
        len(rows.column),
        rows.start[:-1].astype(np.int32),
        rows.column.astype(np.int32),
        rows.coef,
    )


def solve_lp(model: highspy.Highs, watch: Watch, *, interior: bool = False) -> Answer:
    """Solve the linear program; unsolved in time, nothing is known.

    Parameters
    ----------
    model : highspy.Highs
    watch : Watch
    interior : bool
        By an interior point method, which is faster for large programs that were not solved before; numbers
        are a little less exact, and the choice found is in the middle of all that are best.
    """
    if interior:
        model.setOptionValue("solver", "ipm")
        model.setOptionValue("run_crossover", "off")
    # Its clock goes on from one linear program to the next.
    _run(model, watch, None, began=model.getRunTime())
    status = model.getModelStatus()
    if status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible):
        return Answer(None, np.inf, np.inf)
    if status != _STATUS.kOptimal:
        return Answer(None, np.inf, -np.inf)
    solution, value = model.getSolution(), model.getInfo().objective_function_value
    columns = (solution.col_value, solution.row_dual, solution.col_dual)
    found, row, column = (np.array(values) for values in columns)
    return Answer(found, value, value, row, column)


def solve_mip(
    model: highspy.Highs,
    watch: Watch,
    whole: int,
    start: _Floats | None = None,
    heard: Heard | None = None,
) -> Answer:
    """Solve with whole numbers.

    Parameters
    ----------
    whole : int
        How many columns, the first ones, are whole numbers.
    start : (k,) float64, optional
        A choice to begin with, of the first columns at least. HiGHS then does not search around choices
        itself: where rows are dense that takes minutes, in which it looks at no clock.
    heard : callable, optional
        Hears of values and bounds.
    """
    model.changeColsIntegrality(whole, np.arange(whole, dtype=np.int32), np.ones(whole, np.uint8))
    for option in ("mip_rel_gap", "mip_abs_gap"):
        model.setOptionValue(option, 1e-9)
    if start is not None:
        for search in ("rins", "rens", "root_reduced_cost"):
            model.setOptionValue(f"mip_heuristic_run_{search}", False)
        model.setSolution(len(start), np.arange(len(start), dtype=np.int32), np.asarray(start, np.float64))
    _run(model, watch, heard)
    status, info = model.getModelStatus(), model.getInfo()
    if status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible):
        return Answer(None, np.inf, np.inf)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer(None, np.inf, info.mip_dual_bound)
    found, value = np.array(model.getSolution().col_value), info.objective_function_value
    found[:whole] = np.rint(found[:whole])
    return Answer(found, value, value if status == _STATUS.kOptimal else info.mip_dual_bound)


def _run(model: highspy.Highs, watch: Watch, heard: Heard | None, *, began: float = 0.0) -> None:
    """Run until solved, out of time, or told that it is enough; raise what a listener raised."""
    raised: list[BaseException] = []
    # Its own clock is looked at where none of its callbacks is.
    model.setOptionValue("time_limit", began + max(watch.left(), 0.0))

    def go_on(event: highspy.HighsCallbackEvent) -> None:
        try:
            enough = bool(raised) or (heard is not None and _hear(event, heard))
        except BaseException as error:  # it must not pass through the solver
            raised.append(error)
            enough = True
        if enough or watch.left() <= 0:
            event.interrupt()

    model.clearCallbacks()
    for place in (
        model.cbMipImprovingSolution,
        model.cbMipInterrupt,
        model.cbSimplexInterrupt,
        model.cbIpmInterrupt,
    ):
        place.subscribe(go_on)
    model.run()
    if raised:
        raise raised[0]


def _hear(event: highspy.HighsCallbackEvent, heard: Heard) -> bool:
    """Pass on a choice, or else a bound.

    Where HiGHS reports a choice it may have no bound yet, and says nought or the value instead.
    """
    said, kinds = event.data_out, highspy.cb.HighsCallbackType
    if event.callback_type == kinds.kCallbackMipImprovingSolution:
        return heard(said.mip_primal_bound, -np.inf, np.array(said.mip_solution))
    if event.callback_type != kinds.kCallbackMipInterrupt:
        return False
    return heard(said.mip_primal_bound, said.mip_dual_bound, None)
