"""A way cut into stretches of one street each, with the junctions between them.

A street is a name, or for streets without one their sort: stairs, paths, roads. A stretch begins where the
street changes, or where it turns off at a junction that offers a choice. Links too short to speak of, and
connectors between named streets, belong to the junction: the turn is measured from before them to after them.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.model.place import Point
from geo.model.profiles import HIGHWAYS
from geo.network.graph import Arcs, Graph
from geo.network.paths import Path
from geo.network.way import trace

__all__ = [
    "Stretch",
    "Way",
    "ahead_deg",
    "bearing_deg",
    "behind_deg",
    "between_deg",
    "stretches_of",
    "turn_deg",
    "way_of",
]

# Streets without a name are told apart by these classes; all others are roads.
_STAIRS = ("elevator", "steps")
_PATHS = ("bridleway", "corridor", "cycleway", "footway", "path", "pedestrian", "platform", "track")

_GEOD = Geod(ellps="WGS84")
# Far enough to look past the kink that a junction is drawn with, nearer than the next bend.
_LOOK_M = 12.0
_LINK_M = 10.0
_CONNECTOR_M = 25.0
_REAL_TURN_DEG = 50.0
_ROAD, _PATH, _STAIR = -1, -2, -3
_SORTS = np.array([_STAIR if h in _STAIRS else _PATH if h in _PATHS else _ROAD for h in HIGHWAYS])


class Way(NamedTuple):
    """A path's pieces, and the line they make.

    Attributes
    ----------
    edge : (q,) int32
    street : (q,) int64
        One number for one street: the place of its name, or below 0 a sort of streets without names.
    choice : (q,) bool
        Whether more ways than one lead on from where the piece begins, the way back not counted.
    seconds : (q,) float64
    done_m : (q + 1,) float64
        How far along the way the pieces begin, and the last ends.
    along_m, lon, lat : (t,) float64
        The line: metres along the way, WGS-84 degrees.
    """

    edge: NDArray[np.int32]
    street: NDArray[np.int64]
    choice: NDArray[np.bool_]
    seconds: NDArray[np.float64]
    done_m: NDArray[np.float64]
    along_m: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def at(self, along_m: float) -> Point:
        """Return the place so far along the way."""
        return Point(
            float(np.interp(along_m, self.along_m, self.lon)),
            float(np.interp(along_m, self.along_m, self.lat)),
        )


class Stretch(NamedTuple):
    """Pieces ``main`` up to ``stop`` of one street; those from ``first`` on are the junction before it."""

    first: int
    main: int
    stop: int


def way_of(graph: Graph, profile: str, path: Path) -> Way:
    """Return a path, found for a profile, as a line of pieces; it has one at least."""
    network, edge = graph.networks[profile], path.edge
    metres = np.abs(path.end_m - path.begin_m)
    done_m = np.concatenate(([0.0], np.cumsum(metres)))
    line = trace(graph, edge, path.begin_m, path.end_m)
    name = graph.edge_name[edge].astype(np.int64)
    return Way(
        edge=edge,
        street=np.where(name >= 0, name, _SORTS[graph.edge_highway[edge]]),
        choice=_choices(graph, network.out, path),
        seconds=metres / network.speed_m_s[edge].astype(np.float64),
        done_m=done_m,
        along_m=done_m[line.piece] + np.abs(line.offset_m - path.begin_m[line.piece]),
        lon=line.lon,
        lat=line.lat,
    )


def stretches_of(way: Way) -> list[Stretch]:
    """Return the stretches of a way, which together are all its pieces."""
    return _joined(way, _linked(way, _runs(way)))


def _choices(graph: Graph, out: Arcs, path: Path) -> NDArray[np.bool_]:
    ends = np.where(path.forward, graph.edge_to[path.edge], graph.edge_from[path.edge])
    onward = [len(_onward(out, int(end), int(edge))) for end, edge in zip(ends, path.edge, strict=True)]
    return np.array([0, *onward[:-1]]) > 1


def _onward(out: Arcs, end: int, edge: int) -> set[int]:
    """Return the edges that lead on from the end of one."""
    found, nodes = set(), [end]
    # Around a barrier every edge has a node of its own: those no metre apart are one junction.
    for node in nodes:
        for arc in range(out.start[node], out.start[node + 1]):
            if out.metres[arc] > 0:
                found.add(int(out.edge[arc]))
            elif int(out.to[arc]) not in nodes:
                nodes.append(int(out.to[arc]))
    return found - {edge}


def _runs(way: Way) -> list[Stretch]:
    """Return the pieces cut wherever a step could begin."""
    cuts = [0]
    for piece in range(1, len(way.edge)):
        other = way.street[piece] != way.street[piece - 1]
        if other or (way.choice[piece] and abs(turn_deg(way, piece, piece)) >= _REAL_TURN_DEG):
            cuts.append(piece)
    return [Stretch(begin, begin, stop) for begin, stop in pairwise([*cuts, len(way.edge)])]


def _linked(way: Way, runs: list[Stretch]) -> list[Stretch]:
    """Return the runs worth a step; links are part of the junction after them, the last one of its street."""
    found: list[Stretch] = []
    first = 0
    for number, run in enumerate(runs):
        linked_m, last = way.done_m[run.stop] - way.done_m[first], number == len(runs) - 1
        if not last and linked_m < _link_m(way, runs, number):
            continue
        if last and found and linked_m < _LINK_M and way.street[run.main] < 0:
            found[-1] = found[-1]._replace(stop=run.stop)
        else:
            found.append(run._replace(first=first))
        first = run.stop
    return found


def _link_m(way: Way, runs: list[Stretch], number: int) -> float:
    """Return below which length a run (not the last) is a part of the junction."""
    street = way.street[runs[number].main]
    before, after = (way.street[runs[n].main] for n in (max(number - 1, 0), number + 1))
    # A connector between two streets, or a square that a street runs across.
    connects = street in (_ROAD, _PATH) or before == after
    return _CONNECTOR_M if number and before >= 0 and after >= 0 and connects else _LINK_M


def _joined(way: Way, stretches: list[Stretch]) -> list[Stretch]:
    """Return the stretches with those that go on along the same street made one."""
    joined = stretches[:1]
    for stretch in stretches[1:]:
        same = way.street[stretch.main] == way.street[joined[-1].main]
        if same and abs(turn_deg(way, stretch.first, stretch.main)) < _REAL_TURN_DEG:
            joined[-1] = joined[-1]._replace(stop=stretch.stop)
        else:
            joined.append(stretch)
    return joined


def turn_deg(way: Way, first: int, main: int) -> float:
    """Return how far one turns from before one piece to after the beginning of another; right is positive."""
    return between_deg(behind_deg(way, first), ahead_deg(way, main))


def behind_deg(way: Way, piece: int) -> float:
    """Return the direction in which one comes to the beginning of a piece, -180 to 180 from north."""
    at_m = way.done_m[piece]
    return bearing_deg(way.at(max(at_m - _LOOK_M, 0.0)), way.at(at_m))


def ahead_deg(way: Way, piece: int) -> float:
    """Return the direction in which a piece begins, -180 to 180 clockwise from north."""
    at_m = way.done_m[piece]
    return bearing_deg(way.at(at_m), way.at(min(at_m + _LOOK_M, way.done_m[-1])))


def bearing_deg(here: Point, there: Point) -> float:
    """Return the direction from one point to another, -180 to 180 clockwise from north."""
    return float(_GEOD.inv(*here, *there)[0])


def between_deg(before: float, after: float) -> float:
    """Return how far one turns from one direction to another, -180 to 180; right is positive."""
    return (after - before + 180) % 360 - 180
