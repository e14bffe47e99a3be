"""Where stations stand on a pack's edges, apart from the streets: stations change, streets hardly ever."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from geo.model.streets import STREET_PROFILES
from geo.network.graph import Graph, Positions
from geo.network.pack import centimetres
from geo.network.pack_body import body_of

__all__ = ["pack_stands"]

_VERSION = 1


def pack_stands(
    graph: Graph,
    edges: NDArray[np.int32],
    codes: Iterable[str],
    stands: Mapping[str, Positions],
    *,
    streets: str = "",
) -> bytes:
    """Return where stations stand on the edges of a pack, as a phone gets it.

    Parameters
    ----------
    edges : (m,) int32
        The edges of the pack, ascending.
    codes : iterable of str
        Of p stations.
    stands : mapping
        For each of `geo.model.streets.STREET_PROFILES` the (p,) positions on the graph.
    streets : str
        Name of the very pack these are the edges of.

    Returns
    -------
    bytes
        A body (see `geo.network.pack_body`) whose head holds ``format`` ("yizhan-stands"), ``version``,
        ``streets`` and ``codes``. Three columns for each profile, a row a station: the edge of the pack, the
        place along it (no less than its length: its end) and the way from there to the station, both in
        decimetres. Edge -1: the station is off
        the network, or its edge is not in this pack; the other two are 0. The columns of a profile after the
        first count from those of the first.
    """
    head = {"format": "yizhan-stands", "version": _VERSION, "streets": streets, "codes": list(codes)}
    columns: list[NDArray[np.int64]] = []
    for profile in STREET_PROFILES:
        own = _columns(graph, edges, stands[profile])
        columns += [given - first for given, first in zip(own, columns, strict=False)] if columns else own
    return body_of(head, columns)


def _columns(graph: Graph, edges: NDArray[np.int32], stands: Positions) -> list[NDArray[np.int64]]:
    place = np.minimum(np.searchsorted(edges, stands.edge), len(edges) - 1)
    rows = np.flatnonzero((stands.edge >= 0) & (edges[place] == stands.edge)) if len(edges) else []
    edge, offset, snap = np.full((3, len(place)), [[-1], [0], [0]], np.int64)
    edge[rows] = place[rows]
    offset[rows] = _offset_dm(stands.offset_m[rows], graph.edge_length_m[stands.edge[rows]])
    snap[rows] = _decimetres(stands.snap_m[rows])
    return [edge, offset, snap]


def _offset_dm(offset_m: NDArray[np.float64], length_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return places along edges in decimetres; one inside an edge does not become one of its ends, nor back.

    At an end all streets that meet there begin; just before it, a one-way street leads on alone. The end
    itself is rounded up: at or beyond the length of the edge in centimetres is its end.
    """
    length_cm = centimetres(length_m)
    last_dm = (length_cm - 1) // 10
    inside = np.clip(_decimetres(offset_m), 1, np.maximum(last_dm, 1))
    return np.where(offset_m >= length_m, -(-length_cm // 10), np.where(offset_m > 0, inside, 0))


def _decimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(metres * 10 + 0.5).astype(np.int64)
