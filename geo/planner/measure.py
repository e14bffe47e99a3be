"""How far a study's demand is from its stations: along streets, or as the crow flies."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.gaps import Within, line_within, street_within
from geo.finder.question import line_speed_m_s
from geo.model.demand import Demand
from geo.network.cover import MOST_PAIRS, Nearest, Pairs, check_room, in_parts, nearest_stations, pairs_within
from geo.network.cover_line import line_nearest, line_pairs
from geo.network.graph import Positions
from geo.planner.ground import Ground
from geo.planner.question import Ask

__all__ = ["Ways", "gap_reach", "line_ways", "nearest_of", "off_network", "ways_within"]


class Ways(NamedTuple):
    """Demand, or a part of it, with all that is needed to measure from it.

    Attributes
    ----------
    lon, lat : (d,) float64
        WGS-84 degrees.
    at : Positions or None
        On the graph.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at: Positions | None
    ground: Ground
    ask: Ask

    @classmethod
    def of(cls, demand: Demand, ground: Ground, ask: Ask) -> "Ways":
        """Return the ways from all of a demand."""
        return cls(demand.lon, demand.lat, ground.demand, ground, ask)

    def part(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> "Ways":
        """Return the ways from a part of the demand."""
        at = None if self.at is None else Positions(*(column[which] for column in self.at))
        return self._replace(lon=self.lon[which], lat=self.lat[which], at=at)


def off_network(ways: Ways) -> NDArray[np.bool_]:
    """Return which demand no street is near enough to; by line there is none."""
    return np.zeros(len(ways.lon), bool) if ways.at is None else ways.at.edge < 0


def ways_within(ways: Ways, times: float) -> Pairs:
    """Return the pairs of demand and stations within so many times the question's limit.

    Raises
    ------
    InputError
        They are more than memory has room for.
    """
    ground, ask = ways.ground, ways.ask
    if ground.graph is None or ways.at is None or ground.stations is None:
        return line_ways(ways, times)
    limit = ask.limit * times
    return pairs_within(ground.graph, ask.by, ways.at, ground.stations, limit=limit, measure=ask.measure)


def line_ways(ways: Ways, times: float) -> Pairs:
    """Return the pairs within so many times the limit as the crow flies, costs in the question's unit.

    Raises
    ------
    InputError
        They are more than memory has room for.
    """
    ground, ask = ways.ground, ways.ask
    limit_m, speed_m_s = ask.line_limit_m * times, _line_speed(ask)

    def find(part: slice) -> tuple[Pairs, int]:
        here, there = (ways.lon[part], ways.lat[part]), (ground.door_lon, ground.door_lat)
        pairs = line_pairs(*here, *there, limit_m=limit_m, speed_m_s=speed_m_s)
        return pairs, len(pairs.station)

    parts, count = [Pairs(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0))], 0
    for pairs in in_parts(len(ways.lon), len(ground.rows), find):
        parts.append(pairs._replace(start=pairs.start[1:] + count))
        count += len(pairs.station)
        check_room(count, MOST_PAIRS)
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def nearest_of(ways: Ways, stations: NDArray[np.bool_]) -> Nearest:
    """Return the nearest of some stations, however far; station numbers are those of the ground."""
    ground, ask = ways.ground, ways.ask
    number = np.append(np.flatnonzero(stations), -1).astype(np.int32)
    if ground.graph is None or ways.at is None or ground.stations is None:
        lon, lat = ground.door_lon[stations], ground.door_lat[stations]
        found = line_nearest(ways.lon, ways.lat, lon, lat, speed_m_s=_line_speed(ask))
    else:
        some = Positions(*(column[stations] for column in ground.stations))
        found = nearest_stations(ground.graph, ask.by, ways.at, some, measure=ask.measure)
    return found._replace(station=number[found.station])


def gap_reach(ways: Ways) -> Within:
    """Return how to find which of this demand is within the limit of a place among it."""
    ground, ask = ways.ground, ways.ask
    if ground.graph is None or ways.at is None:
        return line_within(ways.lon, ways.lat, limit_m=ask.line_limit_m)
    return street_within(
        ground.graph,
        ask.by,
        ways.at,
        ways.lon,
        ways.lat,
        limit=ask.limit,
        measure=ask.measure,
        limit_m=ask.line_limit_m,
    )


def _line_speed(ask: Ask) -> float | None:
    return line_speed_m_s(ask.by) if ask.measure == "seconds" else None
