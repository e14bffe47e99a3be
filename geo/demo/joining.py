"""From lines to streets that meet: a node where lines of one level cross, loose ends behind it cut off.

Lines are drawn some metres too long on purpose: then they cross where they are to end, and what sticks
out behind the crossing goes. So nothing need be drawn to the centimetre.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from shapely import STRtree, linestrings

from geo.demo.drawing import Drawn, crossing_shares, share_of
from geo.demo.skeleton import Metres

__all__ = ["Node", "joined", "node_at"]

Node = tuple[int, int]
"""A node's place in decimetres east and north: what lies in one decimetre is one node, on every machine."""

# Lines may meet where one bends: no rounding of numbers must make them miss each other.
_SLACK = 1e-6
# A bend nearer to a crossing is left out.
_BEND_DM = 30
# An end nearer than this behind the last crossing is loose.
_LOOSE_DM = 160


def node_at(at: Metres) -> Node:
    """Return the node of a position."""
    return round(10 * at.east_m), round(10 * at.north_m)


def joined(lines: Sequence[Drawn]) -> list[list[Node]]:
    """Return the nodes along every line; empty for one that meets no other of its level."""
    stops = _crossings(lines)
    runs = [_run(drawn, stops, number) for number, drawn in enumerate(lines)]
    uses = Counter(node for run in runs for node in run)
    return [_tidied(drawn, run, uses) for drawn, run in zip(lines, runs, strict=True)]


def _crossings(lines: Sequence[Drawn]) -> dict[tuple[int, int], list[tuple[float, Node]]]:
    """Return by line and piece where it is crossed: the share of the piece and the node."""
    pieces = [
        (number, k, a, b)
        for number, drawn in enumerate(lines)
        for k, (a, b) in enumerate(pairwise(drawn.line))
        if drawn.level is not None
    ]
    shapes = linestrings([(a, b) for *_, a, b in pieces])
    found = defaultdict(list)
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T.tolist()
    for here, there in sorted(pair for pair in pairs if pair[0] < pair[1]):
        (line, k, a, b), (other, m, c, d) = pieces[here], pieces[there]
        if line == other or lines[line].level != lines[other].level:
            continue
        for share, other_share in crossing_shares(a, b, c, d, slack=_SLACK):
            node = node_at(share_of(a, b, share))
            found[line, k].append((share, node))
            found[other, m].append((other_share, node))
    return found


def _run(drawn: Drawn, stops: dict[tuple[int, int], list[tuple[float, Node]]], number: int) -> list[Node]:
    run = [node_at(drawn.line[0])]
    for k, end in enumerate(drawn.line[1:]):
        for node in (*(node for _, node in sorted(stops.get((number, k), ()))), node_at(end)):
            if node != run[-1]:
                run.append(node)
    return run


def _tidied(drawn: Drawn, run: list[Node], uses: Counter[Node]) -> list[Node]:
    if drawn.level is None:
        return run
    if all(uses[node] == 1 for node in run):
        return []
    for _ in range(2):
        run = _without_loose_beginning(run, uses)[::-1]
    near = [_length_dm(pair) < _BEND_DM for pair in pairwise(run)]
    ends = (0, len(run) - 1)
    return [node for k, node in enumerate(run) if k in ends or uses[node] > 1 or not (near[k - 1] or near[k])]


def _without_loose_beginning(run: list[Node], uses: Counter[Node]) -> list[Node]:
    met = next(k for k, node in enumerate(run) if uses[node] > 1)
    loose = _length_dm(run[: met + 1]) < _LOOSE_DM and met < len(run) - 1
    return run[met:] if loose else run


def _length_dm(run: Sequence[Node]) -> float:
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(run))
