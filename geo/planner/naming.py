"""What people would call a place: the landmark it is near, or the streets it lies on."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.network.graph import Graph, Position
from geo.registry.areas import AreaIndex
from geo.registry.snapshot import Snapshot, ecef

__all__ = ["name_places", "station_name"]

# As far as one would say "at" a landmark.
_NEAR_M = 400.0
_STREET_NEAR_M = 300.0


def name_places(
    snapshot: Snapshot,
    areas: AreaIndex,
    graph: Graph | None,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    positions: Sequence[Position | None],
) -> list[tuple[str, str | None]]:
    """Return for each place a name people recognise, each once, and the code of its area.

    Parameters
    ----------
    lon, lat : (q,) float64
        WGS-84 degrees.
    positions : (q,) sequence
        On the graph; None or without an edge where a place is not on it.

    Notes
    -----
    A landmark within 400 m gives the name, else the street (and the one it crosses next), else the area
    alone. Places of the same name are told apart by numbers.
    """
    codes = areas.locate(list(lon), list(lat))
    marks = _landmarks(snapshot, lon, lat)
    names = []
    for mark, code, position in zip(marks, codes, positions, strict=True):
        where = mark or (_streets(graph, position) if graph is not None and position is not None else "")
        area = areas.names[code] if code else ""
        names.append(" ".join(part for part in (area, where) if part) or "无名地带")
    return list(zip(_told_apart(names), codes, strict=True))


def _landmarks(snapshot: Snapshot, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
    if not snapshot.landmarks or not len(lon):
        return [""] * len(lon)
    from scipy.spatial import cKDTree

    tree = cKDTree(ecef([one.lon for one in snapshot.landmarks], [one.lat for one in snapshot.landmarks]))
    far, number = tree.query(ecef(lon, lat), distance_upper_bound=_NEAR_M)
    near = np.isfinite(far)
    return [
        f"{snapshot.landmarks[at].name}附近" if is_near else ""
        for at, is_near in zip(number.tolist(), near.tolist(), strict=True)
    ]


def _streets(graph: Graph, position: Position) -> str:
    """Return the names of the street a place lies on and of one that it crosses at the nearer end."""
    if position.edge < 0:
        return ""
    length_m = float(graph.edge_length_m[position.edge])
    at_end = position.offset_m > length_m / 2
    node = int((graph.edge_to if at_end else graph.edge_from)[position.edge])
    around = np.flatnonzero((graph.edge_from == node) | (graph.edge_to == node)).tolist()
    own = graph.name(int(position.edge))
    others = sorted({name for edge in around if (name := graph.name(edge)) and name != own})
    near = min(position.offset_m, length_m - position.offset_m) <= _STREET_NEAR_M
    if own and others and near:
        return f"{own}与{others[0]}路口"
    named = own or (others[0] if others else "")
    return f"{named}一带" if named else ""


def _told_apart(names: list[str]) -> list[str]:
    often, seen = Counter(names), Counter[str]()
    told = []
    for name in names:
        seen[name] += 1
        told.append(f"{name}({seen[name]})" if often[name] > 1 else name)
    return told


def station_name(snapshot: Snapshot, row: int) -> str:
    """Return the name of the station in a row."""
    return str(orjson.loads(snapshot.doc(row))["name"])
