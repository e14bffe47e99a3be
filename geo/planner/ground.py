"""Where a study's demand and stations lie: on the streets of one set, or, without streets, on the earth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.reasons import FARTHEST
from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.model.demand import Demand
from geo.model.profiles import PROFILES
from geo.network.graph import Graph, Positions
from geo.planner.question import Ask
from geo.registry.nearest import Index
from geo.registry.selection import filter_mask
from geo.registry.streets import StreetSet

__all__ = ["Ground", "ground_of", "streets_for"]

# Whoever is told that no station serves a place is told the nearest one, if it is no farther than this.
_NEAREST_WITHIN_M = 60_000.0
# A degree of latitude is nowhere shorter.
_DEGREE_M = 110_500.0
_AROUND_THE_EARTH_M = 40_100_000.0


class Ground(NamedTuple):
    """The places of a study, on the streets if there are any.

    Attributes
    ----------
    rows : (p,) int32
        The question's stations, as rows of the snapshot, ascending.
    door_lon, door_lat : (p,) float64
        Their entrances, WGS-84 degrees.
    streets, graph
        None where ways are measured as the crow flies.
    demand, stations : Positions or None
        On the graph.
    outside : float
        The share of the weight that is off the network because the streets' bounds do not hold it.
    """

    rows: NDArray[np.int32]
    door_lon: NDArray[np.float64]
    door_lat: NDArray[np.float64]
    streets: StreetSet | None
    graph: Graph | None
    demand: Positions | None
    stations: Positions | None
    outside: float = 0.0


def streets_for(index: Index, demand: Demand, weight: NDArray[np.float64]) -> tuple[StreetSet, Graph] | None:
    """Return the street set that the most weight lies within, of several the smallest; None if none does."""
    ranked = []
    for item in index.snapshot.streets:
        within = float(weight[_within(item, demand)].sum())
        if within > 0:
            ranked.append((-within, (item.east - item.west) * (item.north - item.south), item.name, item))
    # Names differ, so no sets are compared. Opening a graph takes memory: the best is opened first.
    for *_, item in sorted(ranked):
        if (graph := graph_of(index, item)) is not None:
            return item, graph
    return None


def ground_of(index: Index, demand: Demand, weight: NDArray[np.float64], ask: Ask) -> Ground:
    """Return where a question's demand and stations lie.

    Parameters
    ----------
    weight : (d,) float64
        What decides between street sets.
    """
    rows = np.flatnonzero(filter_mask(index.snapshot, ask.filter)).astype(np.int32)
    rows = _near(index, demand, rows, max(_farthest_m(ask), _NEAREST_WITHIN_M))
    lon, lat = (column[rows] for column in index.snapshot.doors())
    chosen = None if ask.by == "line" else streets_for(index, demand, weight)
    if chosen is None:
        return Ground(rows, lon, lat, None, None, None, None)
    # Loads numba, which a question by line does without.
    from geo.network.snap import snap

    streets, graph = chosen
    positions = [
        snap(graph, ask.by, x, y, limit_m=SNAP_LIMIT_M) for x, y in ((demand.lon, demand.lat), (lon, lat))
    ]
    outside = ~_within(streets, demand) & (positions[0].edge < 0)
    whole = float(weight.sum())
    share = float(weight[outside].sum()) / whole if whole > 0 else 0.0
    return Ground(rows, lon, lat, streets, graph, *positions, share)


def _within(streets: StreetSet, demand: Demand) -> NDArray[np.bool_]:
    return (
        (demand.lon >= streets.west)
        & (demand.lon <= streets.east)
        & (demand.lat >= streets.south)
        & (demand.lat <= streets.north)
    )


def _farthest_m(ask: Ask) -> float:
    """Return how far, as the crow flies, a station may be that a study's figures or reasons depend on."""
    if ask.measure == "metres" or ask.by == "line":
        return FARTHEST * ask.line_limit_m
    # On fast streets one gets farther than at the usual pace.
    return FARTHEST * ask.limit * max(each.speed_m_s for each in PROFILES[ask.by].classes.values())


def _near(index: Index, demand: Demand, rows: NDArray[np.int32], margin_m: float) -> NDArray[np.int32]:
    """Return the stations no farther from the demand's bounds; if there are none, some that are nearest."""
    lon, lat = (column[rows] for column in index.snapshot.doors())
    if not len(demand) or not len(rows):
        return rows[:0]
    near = _around(demand, lon, lat, margin_m)
    while not near.any() and margin_m < _AROUND_THE_EARTH_M:
        margin_m *= 2
        near = _around(demand, lon, lat, margin_m)
    return rows[near]


def _around(
    demand: Demand, lon: NDArray[np.float64], lat: NDArray[np.float64], margin_m: float
) -> NDArray[np.bool_]:
    """Return which places lie within a margin of the demand's bounds."""
    south, north = demand.lat.min() - margin_m / _DEGREE_M, demand.lat.max() + margin_m / _DEGREE_M
    # Degrees of longitude are shortest at the end nearer to a pole.
    shortest_m = _DEGREE_M * max(np.cos(np.radians(min(max(-south, north), 90.0))), 1e-6)
    west, east = (demand.lon.min() - margin_m / shortest_m, demand.lon.max() + margin_m / shortest_m)
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
