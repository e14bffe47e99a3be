"""Where a study's demand and stations lie: on the streets of one set, or, without streets, on the earth."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.model.demand import Demand
from geo.network.graph import Graph, Positions
from geo.planner.question import Ask
from geo.registry.nearest import Index
from geo.registry.selection import filter_mask
from geo.registry.streets import StreetSet

__all__ = ["Ground", "ground_of", "streets_for"]

# Stations farther from all demand than this serve none of it, by any measure a question may have.
_MARGIN_DEG = 0.3


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
    """

    rows: NDArray[np.int32]
    door_lon: NDArray[np.float64]
    door_lat: NDArray[np.float64]
    streets: StreetSet | None
    graph: Graph | None
    demand: Positions | None
    stations: Positions | None


def streets_for(index: Index, demand: Demand, weight: NDArray[np.float64]) -> tuple[StreetSet, Graph] | None:
    """Return the street set that the most weight lies within, of several the smallest; None if none does."""
    best: tuple[float, float, str] | None = None
    found: tuple[StreetSet, Graph] | None = None
    for item in index.snapshot.streets:
        graph = graph_of(index, item)
        within = float(weight[_within(item, demand)].sum())
        rank = (-within, (item.east - item.west) * (item.north - item.south), item.name)
        if graph is not None and within > 0 and (best is None or rank < best):
            best, found = rank, (item, graph)
    return found


def ground_of(index: Index, demand: Demand, weight: NDArray[np.float64], ask: Ask) -> Ground:
    """Return where a question's demand and stations lie.

    Parameters
    ----------
    weight : (d,) float64
        What decides between street sets.
    """
    rows = _near(index, demand, np.flatnonzero(filter_mask(index.snapshot, ask.filter)).astype(np.int32))
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
    return Ground(rows, lon, lat, streets, graph, *positions)


def _within(streets: StreetSet, demand: Demand) -> NDArray[np.bool_]:
    return (
        (demand.lon >= streets.west)
        & (demand.lon <= streets.east)
        & (demand.lat >= streets.south)
        & (demand.lat <= streets.north)
    )


def _near(index: Index, demand: Demand, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    lon, lat = (column[rows] for column in index.snapshot.doors())
    if not len(demand):
        return rows[:0]
    near = (lon >= demand.lon.min() - _MARGIN_DEG) & (lon <= demand.lon.max() + _MARGIN_DEG)
    near &= (lat >= demand.lat.min() - _MARGIN_DEG) & (lat <= demand.lat.max() + _MARGIN_DEG)
    return rows[near]
