"""What all parts of a study are made from: demand and stations on the ground, and the ways between them."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import Served, serve, widest
from geo.errors import InputError
from geo.model.demand import Demand
from geo.model.hours import OPEN
from geo.network.cover import Pairs
from geo.planner.areas import within_area
from geo.planner.ground import ground_of
from geo.planner.hours import moment_of, states_at
from geo.planner.measure import Ways, ways_within
from geo.planner.question import Ask
from geo.planner.run_areas import standing_in
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["Tell", "Work", "states_of", "work_of"]

Tell = Callable[[float, str], None]
"""Told which share, 0 to 1, of the work is done, and what comes next: a Chinese sentence."""


class Work(NamedTuple):
    """What all parts of a study are made from.

    Attributes
    ----------
    ask : Ask
        With the column of weights that is meant.
    demand, weight
        Those in the area asked.
    pairs : Pairs
        Up to the widest limit that is told.
    state : (p,) uint8
        Of the ground's stations at the hour asked.
    inside : (p,) bool
        Which of them stand in the area asked.
    """

    ask: Ask
    demand: Demand
    weight: NDArray[np.float64]
    ways: Ways
    pairs: Pairs
    state: NDArray[np.uint8]
    served: Served
    inside: NDArray[np.bool_]


def work_of(index: Index, areas: AreaIndex, demand: Demand, ask: Ask, *, today: date, tell: Tell) -> Work:
    """Return where demand and stations of a question lie, and the ways between them; see `study_of`."""
    demand = demand if ask.area is None else _part(demand, within_area(areas, ask.area, demand))
    weight = _column(demand, ask)
    ask = _named(ask, demand)
    tell(0.1, "正在把需求和站点对到街道上")
    ground = ground_of(index, demand, weight, ask)
    ways = Ways.of(demand, ground, ask)
    tell(0.3, "正在沿街道计算距离" if ground.graph is not None else "正在计算直线距离")
    state = states_of(index, ways, today)
    pairs = ways_within(ways, widest(1.0))
    return Work(ask, demand, weight, ways, pairs, state, serve(pairs, state), standing_in(areas, ask, ground))


def states_of(index: Index, ways: Ways, today: date) -> NDArray[np.uint8]:
    """Return the states of the ground's stations at the hour asked; all are open where none is."""
    rows, at = ways.ground.rows, ways.ask.at
    if not at:
        return np.full(len(rows), OPEN, np.uint8)
    return states_at(index.snapshot, rows, *moment_of(at, index.snapshot.calendar, today))


def _part(demand: Demand, inside: NDArray[np.bool_]) -> Demand:
    if not inside.any():
        raise InputError("这份需求没有一处在所选的区划里;请换一个区划,或检查需求的坐标系", parameter="area")
    weights = {name: column[inside] for name, column in demand.weights.items()}
    return Demand(lon=demand.lon[inside], lat=demand.lat[inside], weights=weights)


def _column(demand: Demand, ask: Ask) -> NDArray[np.float64]:
    """Return the weights asked for.

    Raises
    ------
    InputError
        The demand has no such column; those it has are named.
    """
    name = ask.weight or next(iter(demand.weights))
    if name not in demand.weights:
        raise InputError(
            "需求“%(demand)s”没有“%(value)s”这一列,有的是 %(known)s",
            parameter="weight",
            demand=ask.demand,
            value=name,
            known="、".join(demand.weights),
        )
    return demand.weights[name]


def _named(ask: Ask, demand: Demand) -> Ask:
    """Return the question with the column that is meant."""
    return Ask.from_asked(ask.asked() | {"weight": ask.weight or next(iter(demand.weights))})
