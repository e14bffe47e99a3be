"""How far stations are from the next one: the 山东 rule wants at most 1 km, where it is dense 0.5 km."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.model.hours import Reason
from geo.model.ledger import Line, Sheet
from geo.model.station import Kind
from geo.network.graph import Graph, Positions
from geo.registry.nearest import Index
from geo.registry.snapshot import ecef
from geo.registry.streets import StreetSet

__all__ = ["FARTHEST_M", "Spacing", "Streets", "spacing_of", "spacing_sheet", "streets_at"]

Streets = Sequence[tuple[StreetSet, Graph]]
"""Sets with their graphs, where this machine has them."""

FARTHEST_M = 16_000.0
"""Beyond this there is no next station worth a number."""

_GEOD = Geod(ellps="WGS84")
# Rounding in chords and geodesics, together, stays far below this.
_SLACK_M = 1e-5
# Tells for some stations, and a limit in metres, the pairs within it: which of these, which other, metres.
_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
_Pairs = Callable[[NDArray[np.int64], float], _Columns]
_LIMITS_M = (1_000.0, 4_000.0, FARTHEST_M)
_WITHIN_M = {500: Reason("500 米以内"), 1000: Reason("1 公里以内")}
_STEPS_M = {
    250: Reason("不到 250 米"),
    500: Reason("250 到 500 米"),
    1000: Reason("500 米到 1 公里"),
    2000: Reason("1 到 2 公里"),
    np.inf: Reason("超过 2 公里"),
}


class Spacing(NamedTuple):
    """For each station the way to the next one.

    Attributes
    ----------
    metres : (p,) float64
        inf where there is none within `FARTHEST_M`.
    next : (p,) int32
        Which station that is, of several at the same distance the first; -1 for none.
    along : (p,) bool
        Measured along streets, from entrance to entrance; else as the crow flies.
    """

    metres: NDArray[np.float64]
    next: NDArray[np.int32]
    along: NDArray[np.bool_]


def streets_at(index: Index) -> Streets:
    """Return all street sets of a registry whose graphs this machine has."""
    graphs = ((item, graph_of(index, item)) for item in index.snapshot.streets)
    return [(item, graph) for item, graph in graphs if graph is not None]


def spacing_of(lon: NDArray[np.float64], lat: NDArray[np.float64], streets: Streets) -> Spacing:
    """Return how far each station is from the next one.

    Parameters
    ----------
    lon, lat : (p,) float64
        Their entrances, WGS-84 degrees.
    streets : sequence of (StreetSet, Graph)
        A station is measured on the smallest set around it whose streets are near enough to it, by foot, to
        all stations on that set; one on no set by line to all stations.
    """
    found = Spacing(np.full(len(lon), np.inf), np.full(len(lon), -1, np.int32), np.zeros(len(lon), bool))
    for graph, here, positions in _on_streets(lon, lat, streets):
        mine = here & ~found.along
        _fill(found, np.flatnonzero(mine), np.flatnonzero(here), _walker(graph, positions, mine[here]))
        found.along[mine] = True
    left = np.flatnonzero(~found.along)
    _fill(found, left, np.arange(len(lon)), _flier(lon, lat, left))
    return found


def _on_streets(
    lon: NDArray[np.float64], lat: NDArray[np.float64], streets: Streets
) -> Iterator[tuple[Graph, NDArray[np.bool_], Positions]]:
    """Yield each graph, the smallest first, which stations are on it, and where."""
    if not len(lon) or not streets:
        return
    # Loads numba, which a registry without streets does without.
    from geo.network.snap import snap

    for item, graph in sorted(streets, key=_size):
        here = (lon >= item.west) & (lon <= item.east) & (lat >= item.south) & (lat <= item.north)
        positions = snap(graph, "walk", lon[here], lat[here], limit_m=SNAP_LIMIT_M)
        near = positions.edge >= 0
        here[here] = near
        yield graph, here, Positions(*(column[near] for column in positions))


def _size(one: tuple[StreetSet, Graph]) -> tuple[float, str]:
    item = one[0]
    return (item.east - item.west) * (item.north - item.south), item.name


def _walker(graph: Graph, positions: Positions, mine: NDArray[np.bool_]) -> _Pairs:
    """Return what tells the pairs of some of the stations on a graph with all of them within a limit."""
    from geo.network.cover import pairs_within

    chosen = np.flatnonzero(mine)

    def pairs(which: NDArray[np.int64], limit_m: float) -> _Columns:
        some = Positions(*(column[chosen[which]] for column in positions))
        found = pairs_within(graph, "walk", some, positions, limit=limit_m, measure="metres")
        return np.repeat(np.arange(len(which)), np.diff(found.start)), found.station, found.cost

    return pairs


def _flier(lon: NDArray[np.float64], lat: NDArray[np.float64], left: NDArray[np.int64]) -> _Pairs:
    """Return what tells the pairs of some stations with all of them by line, without loading numba."""
    at = ecef(lon, lat)
    tree = cKDTree(at)

    def pairs(which: NDArray[np.int64], limit_m: float) -> _Columns:
        mine = left[which]
        # A geodesic is never shorter than its chord.
        near = cKDTree(at[mine]).sparse_distance_matrix(tree, limit_m + _SLACK_M, output_type="ndarray")
        row, other = near["i"], near["j"]
        metres = _GEOD.inv(lon[mine[row]], lat[mine[row]], lon[other], lat[other])[2]
        within = metres <= limit_m
        return row[within], other[within], metres[within]

    return pairs


def _fill(found: Spacing, mine: NDArray[np.int64], others: NDArray[np.int64], pairs_of: _Pairs) -> None:
    """Find the next stations of some: near ones first, as most are, then farther for those that are left."""
    left = np.arange(len(mine))
    for limit_m in _LIMITS_M:
        if not len(left):
            return
        place, station, metres = pairs_of(left, limit_m)
        row, other = left[place], others[station]
        order = np.lexsort((other, metres, row))
        order = order[mine[row[order]] != other[order]]
        # By row, then by metres, so that the first of each row is its nearest.
        rows, first = np.unique(row[order], return_index=True)
        found.metres[mine[rows]] = metres[order][first]
        found.next[mine[rows]] = other[order][first]
        left = np.setdiff1d(left, rows)


def spacing_sheet(serving: Sequence[Mapping[str, Any]], streets: Streets) -> Sheet:
    """Return the sheet of how far care stations are from the next one."""
    rows = [row for row in serving if row["kind"] == Kind.CARE_STATION]
    lon, lat = (np.array([_door(row)[axis] for row in rows]) for axis in (0, 1))
    found = spacing_of(lon, lat, streets)
    codes = np.array([row["code"] for row in rows], object)
    counted = [
        *((f"within.{limit}", name, found.metres <= limit) for limit, name in _WITHIN_M.items()),
        ("farther", Reason("超过 1 公里"), found.metres > max(_WITHIN_M)),
        *_steps(found.metres),
    ]
    columns = np.ones(len(rows), bool), found.along, ~found.along
    of = tuple(int(column.sum()) for column in columns)
    lines = [
        Line(f"spacing.{key}", name, tuple(tuple(sorted(codes[chosen & one])) for one in columns), of)
        for key, name, chosen in counted
    ]
    rule = Reason(
        "每个爱心驿站到最近的另一个的距离,只数开放和试运行的;有街道数据的地方沿街道步行,"
        "没有的地方是直线。山东 2022:城区 1 公里以内,人员密集处 0.5 公里以内"
    )
    titles = Reason("全部"), Reason("沿街道"), Reason("直线")
    return Sheet("spacing", "间距", Reason("站点间距"), rule, titles, lines)


def _steps(metres: NDArray[np.float64]) -> Iterator[tuple[str, Reason, NDArray[np.bool_]]]:
    before = -1.0
    for limit, name in _STEPS_M.items():
        yield f"step.{limit}", name, (metres > before) & (metres <= limit)
        before = limit


def _door(row: Mapping[str, Any]) -> tuple[float, float]:
    if row["entrance_lon"] is None:
        return row["lon"], row["lat"]
    return row["entrance_lon"], row["entrance_lat"]
