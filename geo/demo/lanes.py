"""The lanes of the demo city: between the streets of the grid, the denser the livelier the place."""

from math import pi, sin
from random import Random

from geo.demo.barriers import RAIL_BAND, RIVER_BAND, across
from geo.demo.blocks import BLOCKS, Block
from geo.demo.chance import happens, number, pick, scatter, stream
from geo.demo.drawing import (
    NOTE,
    Drawn,
    Line,
    Mark,
    Sheet,
    crossing_shares,
    longer,
    share_of,
    street,
    together,
)
from geo.demo.estates import estate
from geo.demo.parks import PARKS
from geo.demo.roads import OVERSHOOT_M
from geo.demo.sights import APART
from geo.demo.skeleton import Metres
from geo.demo.street_names import CROSS_LANES, LANES

__all__ = ["ONE_WAY", "lanes"]

ONE_WAY = Block(5, 2)
"""Here the lanes are one-way, in turns; along those between west and east cyclists may go both ways."""

# How much life a block has at least for 2, 3, 4 lanes each way.
_LIVELY = (0.06, 0.2, 0.5)
# How far a lane's ends may lie from where they would be in an even block, as a share of the block.
_TILT = 0.045
_OFF_LIMITS = (RIVER_BAND, RAIL_BAND, *(park.closed for park in PARKS))


def lanes() -> Sheet:
    """Return the lanes of every block, with what stands between them."""
    rng = stream(1, "lanes")
    return together(_block(rng, block) for block in BLOCKS if block != APART)


def _block(rng: Random, block: Block) -> Sheet:
    count = 1 + sum(block.pull >= least for least in _LIVELY)
    if count == 1:
        return _village(rng, block)
    up, over = _lines(rng, block, count)
    drawn = _one_way(block, up, over) if block == ONE_WAY else _two_way(rng, block, up, over)
    sheet = Sheet(tuple(part for lane in (*drawn, *_alleys(rng, over)) for part in _cut(lane)))
    if count == 2 or block == ONE_WAY:
        return sheet
    # Any cell between lanes: one that ends early ends at the last one across.
    column, row = number(rng, 0, count - 2), number(rng, 0, count - 2)
    walled = estate(rng, block.name, up[column : column + 2], over[row : row + 2])
    # The footway keeps to another column than the estate's, whose walls it would pierce.
    west = (column + 1) % (count - 1)
    return together((sheet, Sheet(tuple(_cut(_shortcut(rng, *up[west : west + 2])))), walled))


def _lines(rng: Random, block: Block, count: int) -> tuple[list[Line], list[Line]]:
    """Return the lines of the lanes from south to north and from west to east, nearly parallel."""
    shares = [(k + 1) / (count + 1) for k in range(count)]
    ends = [[share + max(-_TILT, min(_TILT, scatter(rng, _TILT))) for _ in range(4)] for share in shares]
    return (
        [longer((block.at(a, 0), block.at(b, 1)), OVERSHOOT_M) for a, b, *_ in ends],
        [longer((block.at(0, a), block.at(1, b)), OVERSHOOT_M) for *_, a, b in ends],
    )


def _two_way(rng: Random, block: Block, up: list[Line], over: list[Line]) -> list[Drawn]:
    """Return the lanes, some only as far as the last one across."""
    highways = ("residential", "residential", "living_street" if len(up) > 2 else "unclassified")
    found = []
    for lines, words, last in ((up, LANES, over[-1]), (over, CROSS_LANES, up[-1])):
        for line, word in zip(lines, words, strict=False):
            drawn = line if happens(rng, 0.7) else _up_to(line, last)
            found.append(street(drawn, pick(rng, highways), block.name + word))
    return found


def _one_way(block: Block, up: list[Line], over: list[Line]) -> list[Drawn]:
    found = []
    for lines, words, tags in ((up, LANES, {}), (over, CROSS_LANES, {"oneway_bicycle": "no"})):
        for k, (line, word) in enumerate(zip(lines, words, strict=False)):
            drawn = line if k % 2 else line[::-1]
            found.append(street(drawn, "residential", block.name + word, oneway="yes", **tags))
    return found


def _up_to(line: Line, other: Line) -> Line:
    ((share, _),) = crossing_shares(*line, *other)
    return line[0], longer((line[0], share_of(*line, share)), OVERSHOOT_M)[1]


def _alleys(rng: Random, over: list[Line]) -> list[Drawn]:
    """Return blind alleys for deliveries, off the outermost lanes."""
    found = []
    for line, north_m in ((over[0], -60), (over[-1], 60)):
        at = share_of(*line, 0.1 + 0.4 * rng.random())
        end = Metres(at.east_m + scatter(rng, 5), at.north_m + north_m)
        found.append(street((longer((at, end), OVERSHOOT_M)[0], end), "service", service="alley"))
    return found


def _shortcut(rng: Random, west: Line, east: Line) -> Drawn:
    """Return a footway between two lanes."""
    line = share_of(*west, 0.15 + 0.7 * rng.random()), share_of(*east, 0.15 + 0.7 * rng.random())
    return street(longer(line, OVERSHOOT_M), "footway")


def _village(rng: Random, block: Block) -> Sheet:
    """Return the two winding roads of a village."""
    roads = []
    for word in ("村路", "村后路"):
        sway, middle = 0.05 + 0.05 * rng.random(), 0.35 + 0.3 * rng.random()
        bends = [(share / 8, middle + sway * sin(2 * pi * share / 8)) for share in range(9)]
        line = tuple(block.at(*(bend if roads else bend[::-1])) for bend in bends)
        roads.append(street(longer(line, OVERSHOOT_M), "unclassified", block.name + word))
    place = Mark(block.at(0.5, 0.5), {"place": "village", "name": f"{block.name}村", **NOTE})
    return Sheet(tuple(part for road in roads for part in _cut(road)), (), (place,))


def _cut(drawn: Drawn) -> list[Drawn]:
    found = [drawn]
    for shape in _OFF_LIMITS:
        found = [part for one in found for part in across(one, shape, None)]
    return found
