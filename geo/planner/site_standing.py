"""The stations that stand: which of them a plan counts, may close, or may open all day."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import OPEN
from geo.model.station import SERVING, Status
from geo.network.cover import Pairs
from geo.network.graph import Positions
from geo.planner.ground import Ground, ground_of
from geo.planner.measure import Ways, ways_within
from geo.planner.run_areas import standing_in
from geo.planner.run_work import Work, states_of
from geo.planner.site_question import SiteAsk
from geo.planner.site_slices import Day, at_once, day_of
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["Standing", "pairs_of", "standing_of"]

_TO_COME = (Status.PLANNED, Status.BUILDING)


class Standing(NamedTuple):
    """The stations of a question that a plan counts.

    Attributes
    ----------
    ways : Ways
        From the demand; the ground's stations are these.
    pairs : Pairs
        Within the question's limit.
    day : Day
    near : (p,) bool
        Those that stand in the area asked and have demand within the limit: such as a plan may change.
    """

    ways: Ways
    pairs: Pairs
    day: Day
    near: NDArray[np.bool_]


def standing_of(index: Index, areas: AreaIndex, work: Work, site: SiteAsk, today: date) -> Standing:
    """Return the stations that a plan counts; none where none are to be."""
    ways, state = work.ways, work.state
    if site.existing == "none":
        ways = ways._replace(ground=_part(ways.ground, np.zeros(len(ways.ground.rows), bool)))
        state = state[:0]
    elif site.planned:
        ask = replace(work.ask, statuses=[*(work.ask.statuses or SERVING), *map(str, _TO_COME)])
        ways = Ways.of(work.demand, ground_of(index, work.demand, work.weight, ask), ask)
        state = states_of(index, ways, today)
    rows = ways.ground.rows
    day = day_of(index.snapshot, work, rows, today) if site.hours else at_once(state == OPEN, work.weight)
    pairs = ways_within(ways, 1.0)
    near = standing_in(areas, work.ask, ways.ground)
    near &= np.bincount(pairs.station, minlength=len(rows)) > 0
    return Standing(ways, pairs, day, near)


def pairs_of(standing: Standing, which: NDArray[np.bool_], *, everywhere: bool) -> Pairs:
    """Return the pairs of some of the stations, numbered among themselves."""
    ways = standing.ways
    some = ways._replace(ground=_part(ways.ground, which))
    return ways_within(some, np.inf if everywhere else 1.0)


def _part(ground: Ground, which: NDArray[np.bool_]) -> Ground:
    stations = ground.stations
    return ground._replace(
        rows=ground.rows[which],
        door_lon=ground.door_lon[which],
        door_lat=ground.door_lat[which],
        stations=None if stations is None else Positions(*(column[which] for column in stations)),
    )
