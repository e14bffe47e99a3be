"""A street graph: junctions, the edges between them, and for each profile the arcs it may travel.

All of it is flat arrays, so that a graph is one file mapped into memory, shared by every process.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Arcs",
    "Cells",
    "Graph",
    "Names",
    "Network",
    "Position",
    "Positions",
    "flatten",
    "pack_names",
    "unflatten",
]


_Fields = TypeVar("_Fields", "Arcs", "Cells")


class Arcs(NamedTuple):
    """Arcs by the node they leave, as compressed rows.

    Attributes
    ----------
    start : (n + 1,) int64
        The arcs of node i are those from ``start[i]`` up to ``start[i + 1]``.
    to, edge : (a,) int32
        The node at the other end, and the edge travelled. Loops (from a node to itself) are not arcs.
    metres, seconds : (a,) float64
    """

    start: NDArray[np.int64]
    to: NDArray[np.int32]
    edge: NDArray[np.int32]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]


class Network(NamedTuple):
    """The part of a graph that one profile may travel, small islands left out.

    Attributes
    ----------
    direction : (m,) uint8
        For every edge the `geo.model.streets.FORWARD` and ``BACKWARD`` bits; 0: not part of this network.
    speed_m_s : (m,) float32
    out : Arcs
        Where one can go from a node.
    back : Arcs
        Where one can come from to a node: the same arcs reversed (``to`` is where they begin). The very
        same object as ``out`` where every edge goes both ways.
    """

    direction: NDArray[np.uint8]
    speed_m_s: NDArray[np.float32]
    out: Arcs
    back: Arcs


class Cells(NamedTuple):
    """The straight pieces of all edges by the cells of a grid that they touch; empty cells are not kept.

    Attributes
    ----------
    frame : (6,) int64
        West and south of the grid, width and height of a cell (all 1e-7 degrees), columns, rows.
    row_start : (rows + 1,) int64
        The occupied cells of row r are those from ``row_start[r]`` up to ``row_start[r + 1]``.
    column : (c,) int32
        The column of every occupied cell, ascending along a row.
    start : (c + 1,) int64
        Cell i is touched by ``piece[start[i]:start[i + 1]]``, ascending.
    piece : int32
        A piece is named by the shape point it begins at; it ends at the next.
    """

    frame: NDArray[np.int64]
    row_start: NDArray[np.int64]
    column: NDArray[np.int32]
    start: NDArray[np.int64]
    piece: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Names(Sequence[str]):
    """Texts in one buffer, decoded when asked for: opening a graph costs nothing per name.

    Attributes
    ----------
    text : (t,) uint8
        All of them in UTF-8, one after another.
    start : (k + 1,) int64
        Name i is ``text[start[i]:start[i + 1]]``.

    Examples
    --------
    >>> list(pack_names(["经十路", "", "Rua Açorianos"]))
    ['经十路', '', 'Rua Açorianos']
    >>> list(pack_names([]))
    []
    """

    text: NDArray[np.uint8]
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self.text[self.start[place] : self.start[place + 1]].tobytes().decode()


def pack_names(names: Iterable[str]) -> Names:
    """Return texts as `Names`."""
    if isinstance(names, Names):
        return names
    encoded = [name.encode() for name in names]
    start = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(name) for name in encoded], out=start[1:])
    # A copy, because numba takes the read-only view of bytes for another type.
    return Names(np.frombuffer(b"".join(encoded), np.uint8).copy(), start)


@dataclass(frozen=True, eq=False, kw_only=True)
class Graph:
    """The streets of one extract.

    Attributes
    ----------
    node_lon, node_lat : (n,) int32
        WGS-84, 1e-7 degrees.
    edge_from, edge_to : (m,) int32
        Nodes; an edge is one piece of street between them, whoever may travel it.
    edge_length_m : (m,) float64
        Geodesic length on the WGS-84 ellipsoid.
    edge_name : (m,) int32
        Place in ``names``, -1 for none.
    edge_highway : (m,) uint8
        Place in `geo.model.profiles.HIGHWAYS`.
    shape_start : (m + 1,) int64
        Edge i is drawn by the shape points from ``shape_start[i]`` up to ``shape_start[i + 1]``, both ends
        included.
    shape_lon, shape_lat : (s,) int32
        WGS-84, 1e-7 degrees.
    shape_at_m : (s,) float64
        Metres from the beginning of the edge to this shape point.
    cells : Cells
    names : sequence of str
        Each of the streets' names once.
    networks : mapping
        A `Network` for each of `geo.model.streets.STREET_PROFILES`.
    """

    node_lon: NDArray[np.int32]
    node_lat: NDArray[np.int32]
    edge_from: NDArray[np.int32]
    edge_to: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    edge_name: NDArray[np.int32]
    edge_highway: NDArray[np.uint8]
    shape_start: NDArray[np.int64]
    shape_lon: NDArray[np.int32]
    shape_lat: NDArray[np.int32]
    shape_at_m: NDArray[np.float64]
    cells: Cells
    names: Sequence[str]
    networks: Mapping[str, Network]

    def name(self, edge: int) -> str | None:
        """Return the name of an edge's street, None if it has none."""
        place = int(self.edge_name[edge])
        return None if place < 0 else self.names[place]


class Position(NamedTuple):
    """A place on an edge, as a point was snapped to it.

    Attributes
    ----------
    edge : int
        -1: off the network, no street within the limit.
    offset_m : float
        Metres along the edge from its beginning.
    snap_m : float
        Metres from the point to the place; inf when off the network.
    """

    edge: int
    offset_m: float
    snap_m: float


class Positions(NamedTuple):
    """Many places on edges: (p,) int32, (p,) float64, (p,) float64, as in `Position`."""

    edge: NDArray[np.int32]
    offset_m: NDArray[np.float64]
    snap_m: NDArray[np.float64]

    def at(self, number: int) -> Position:
        """Return one of them."""
        return Position(int(self.edge[number]), float(self.offset_m[number]), float(self.snap_m[number]))


_PLAIN = (
    "node_lon",
    "node_lat",
    "edge_from",
    "edge_to",
    "edge_length_m",
    "edge_name",
    "edge_highway",
    "shape_start",
    "shape_lon",
    "shape_lat",
    "shape_at_m",
)


def flatten(graph: Graph) -> tuple[dict[str, Any], dict[str, NDArray]]:
    """Return a graph as a JSON-able head and named arrays, to be kept in a file.

    Returns
    -------
    tuple of dict
        The head holds ``profiles``: whether each goes both ways everywhere. The names of arrays join field
        names by dots: ``networks.walk.out.to``. Every array is one-dimensional.
    """
    names = pack_names(graph.names)
    arrays = {field: getattr(graph, field) for field in _PLAIN}
    arrays |= _fields("cells", graph.cells) | {"names.text": names.text, "names.start": names.start}
    profiles = {}
    for profile, network in graph.networks.items():
        place = f"networks.{profile}"
        profiles[profile] = network.back is network.out
        arrays |= {f"{place}.direction": network.direction, f"{place}.speed_m_s": network.speed_m_s}
        arrays |= _fields(f"{place}.out", network.out)
        if network.back is not network.out:
            arrays |= _fields(f"{place}.back", network.back)
    return {"profiles": profiles}, arrays


def unflatten(head: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> Graph:
    """Return the graph that `flatten` took apart; arrays may be mapped from a file, none is copied.

    Raises
    ------
    KeyError
        Something that `flatten` gives is not there.
    """
    networks = {}
    for profile, both_ways in head["profiles"].items():
        place = f"networks.{profile}"
        out = _filled(Arcs, f"{place}.out", arrays)
        back = out if both_ways else _filled(Arcs, f"{place}.back", arrays)
        networks[profile] = Network(arrays[f"{place}.direction"], arrays[f"{place}.speed_m_s"], out, back)
    return Graph(
        **{field: arrays[field] for field in _PLAIN},
        cells=_filled(Cells, "cells", arrays),
        names=Names(arrays["names.text"], arrays["names.start"]),
        networks=networks,
    )


def _fields(place: str, value: Arcs | Cells) -> dict[str, NDArray]:
    """Return the arrays of a tuple by their full names."""
    return {f"{place}.{field}": array for field, array in value._asdict().items()}


def _filled(kind: type[_Fields], place: str, arrays: Mapping[str, NDArray]) -> _Fields:
    """Return the tuple whose arrays `_fields` named."""
    return kind(*(arrays[f"{place}.{field}"] for field in kind._fields))
