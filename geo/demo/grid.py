"""The named streets of the demo city: avenues from south to north, streets from west to east.

Line i of the avenues and line j of the streets meet at ``crossing(i, j)``; a street runs straight from
one crossing to the next.
"""

import math
from typing import NamedTuple

from geo.demo.skeleton import Metres, distance_m

__all__ = ["AVENUES", "STREETS", "Piece", "Street", "crossing", "pieces", "place_along"]

# Where each line runs, in metres east (avenues) or north (streets) of the middle.
_AVENUES = {
    "沐云路": -7200,
    "采薇路": -6000,
    "听松路": -4800,
    "望舒路": -3700,
    "鹿鸣路": -2500,
    "弦歌路": -1500,
    "云栖大道": -500,
    "朝露路": 600,
    "拾光路": 1700,
    "青禾路": 2800,
    "远山路": 4000,
    "星野路": 5200,
    "白鹭路": 6500,
    "归雁路": 7400,
}
_STREETS = {
    "晚风街": -5400,
    "石榴街": -4300,
    "知微街": -3200,
    "见山街": -2200,
    "临溪大道": -1200,
    "溪畔街": -300,
    "长亭大道": 700,
    "木兰街": 1700,
    "折柳街": 2800,
    "揽月街": 3900,
    "听雪街": 5000,
}
_EAST_M, _NORTH_M = tuple(_AVENUES.values()), tuple(_STREETS.values())


class Street(NamedTuple):
    """A named street and the crossings it runs through, from its house number 1 on."""

    name: str
    line: tuple[Metres, ...]


class Piece(NamedTuple):
    """A street between two crossings: `start_m` metres along it, and the street crossed there."""

    street: Street
    start_m: float
    from_: Metres
    to: Metres
    crossed: str


def crossing(avenue: int, street: int) -> Metres:
    """Return where an avenue and a street meet; the grid sways a little, as grids do."""
    return Metres(
        _EAST_M[avenue] + 70 * math.sin(0.9 * street + 0.4 * avenue),
        _NORTH_M[street] + 60 * math.sin(0.7 * avenue - 0.5 * street),
    )


AVENUES = tuple(
    Street(name, tuple(crossing(i, j) for j in range(len(_STREETS)))) for i, name in enumerate(_AVENUES)
)
STREETS = tuple(
    Street(name, tuple(crossing(i, j) for i in range(len(_AVENUES)))) for j, name in enumerate(_STREETS)
)


def pieces() -> list[Piece]:
    """Return every piece of every avenue and street, in order."""
    return [
        piece
        for lines, across in ((AVENUES, STREETS), (STREETS, AVENUES))
        for street in lines
        for piece in _cut(street, across)
    ]


def _cut(street: Street, across: tuple[Street, ...]) -> list[Piece]:
    found, start_m = [], 0.0
    for k, (from_, to) in enumerate(zip(street.line, street.line[1:], strict=False)):
        found.append(Piece(street, start_m, from_, to, across[k].name))
        start_m += distance_m(from_, to)
    return found


def place_along(piece: Piece, share: float, aside_m: float) -> tuple[Metres, int]:
    """Return the spot at `share` (0 to 1) of a piece, `aside_m` to its left, and its house number.

    House numbers grow by two every 24 m, odd on the left and even on the right.
    """
    length_m = distance_m(piece.from_, piece.to)
    east, north = (
        (piece.to.east_m - piece.from_.east_m) / length_m,
        (piece.to.north_m - piece.from_.north_m) / length_m,
    )
    along_m = share * length_m
    spot = Metres(
        piece.from_.east_m + east * along_m - north * aside_m,
        piece.from_.north_m + north * along_m + east * aside_m,
    )
    return spot, 2 * int((piece.start_m + along_m) / 24) + (1 if aside_m > 0 else 2)
