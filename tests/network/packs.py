"""What a phone reads out of packs, written a second time, number by number."""

import json
from collections.abc import Iterator
from itertools import accumulate
from math import floor, sqrt
from typing import Any, NamedTuple

import networkx as nx

from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES

__all__ = ["Decoded", "decode_stands", "decode_streets", "numbers_in", "streets_graph"]

UNITS = 1_000_000


class Decoded(NamedTuple):
    """Streets as they come out of a pack: positions in degrees, lengths in metres."""

    head: dict[str, Any]
    node: list[tuple[float, float]]
    ends: list[tuple[int, int]]
    travel: list[list[tuple[int, float]]]
    shape: list[list[tuple[float, float]]]
    length_m: list[float]


def decode_streets(body: bytes) -> Decoded:
    head, numbers = _opened(body)
    n, m = head["nodes"], head["edges"]
    lon, lat = (list(accumulate(_take(numbers, n))) for _ in range(2))
    begin = list(accumulate(_take(numbers, m)))
    ends = [(a, a + by) for a, by in zip(begin, _take(numbers, m), strict=True)]
    travel = [head["kinds"][kind] for kind in _take(numbers, m)]
    count = _take(numbers, m)
    x, y = (list(_course(values, ends, count, _take(numbers, head["points"]))) for values in (lon, lat))
    residual_cm = _take(numbers, m)
    assert next(numbers, None) is None
    return Decoded(
        head,
        [(a / UNITS, b / UNITS) for a, b in zip(lon, lat, strict=True)],
        ends,
        travel,
        [[(a / UNITS, b / UNITS) for a, b in zip(xs, ys, strict=True)] for xs, ys in zip(x, y, strict=True)],
        [
            (floor(_drawn_m(xs, ys, head["scale"]) * 100 + 0.5) + more) / 100
            for xs, ys, more in zip(x, y, residual_cm, strict=True)
        ],
    )


def decode_stands(body: bytes) -> tuple[dict[str, Any], dict[str, list[tuple[int, float, float]]]]:
    """Return the head, and for each profile where each station stands: edge, metres along, metres from it."""
    head, numbers = _opened(body)
    stands: dict[str, list[tuple[int, float, float]]] = {}
    first: list[list[int]] = [[0] * len(head["codes"])] * 3
    for profile in STREET_PROFILES:
        columns = [
            [value + by for value, by in zip(_take(numbers, len(head["codes"])), column, strict=True)]
            for column in first
        ]
        first = columns if not stands else first
        stands[profile] = [(e, o / 10, s / 10) for e, o, s in zip(*columns, strict=True)]
    assert next(numbers, None) is None
    return head, stands


def streets_graph(streets: Decoded, profile: str) -> nx.DiGraph:
    """Return the nodes of a pack and the shortest street between each two."""
    place = STREET_PROFILES.index(profile)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(streets.node)))
    for (a, b), travel, metres in zip(streets.ends, streets.travel, streets.length_m, strict=True):
        for bit, pair in ((FORWARD, (a, b)), (BACKWARD, (b, a))):
            if travel[place][0] & bit and metres < graph.get_edge_data(*pair, {"metres": 1e9})["metres"]:
                graph.add_edge(*pair, metres=metres)
    return graph


def _opened(body: bytes) -> tuple[dict[str, Any], Iterator[int]]:
    length = int.from_bytes(body[:4], "little")
    return json.loads(body[4 : 4 + length]), numbers_in(body[4 + length :])


def numbers_in(rest: bytes) -> Iterator[int]:
    """Yield the numbers of a body's columns."""
    value = shift = 0
    for byte in rest:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield -(value + 1) // 2 if value % 2 else value // 2
            value = shift = 0
    assert shift == 0


def _take(numbers: Iterator[int], count: int) -> list[int]:
    return [next(numbers) for _ in range(count)]


def _course(
    node: list[int], ends: list[tuple[int, int]], count: list[int], residual: list[int]
) -> Iterator[list[int]]:
    left = iter(residual)
    for (a, b), inside in zip(ends, count, strict=True):
        line = [node[a]]
        for pieces in range(inside + 1, 1, -1):
            line.append(line[-1] + (node[b] - line[-1]) // pieces + next(left))
        yield [*line, node[b]]


def _drawn_m(x: list[int], y: list[int], scale: list[float]) -> float:
    middle, east, slope, north = scale
    metres = 0.0
    for i in range(1, len(x)):
        dx = (x[i] - x[i - 1]) * (east + slope * ((y[i] + y[i - 1]) / 2 - middle))
        dy = (y[i] - y[i - 1]) * north
        metres += sqrt(dx * dx + dy * dy)
    return metres
