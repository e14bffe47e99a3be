"""Who needs the demo city's stations: residents, and riders by the hour, on points inside its blocks."""

from itertools import product
from math import exp
from random import Random

from shapely.geometry import Point as Spot
from shapely.geometry import Polygon

from geo.demo.barriers import RAIL_BAND, RIVER_BAND
from geo.demo.blocks import BLOCKS
from geo.demo.chance import scatter, stream
from geo.demo.clerk import table_csv
from geo.demo.parks import PARKS
from geo.demo.skeleton import CITY_NAME, OUTLINE, Metres, lonlat
from geo.demo.spots import pull_at

__all__ = ["BANDS", "DEMAND_ATTRIBUTION", "demand_csv"]

DEMAND_ATTRIBUTION = "虚构的演示需求"
"""Whose numbers these are: nobody's."""

BANDS = {"骑手6-10时": 0.5, "骑手10-14时": 1.0, "骑手14-17时": 0.45, "骑手17-21时": 0.9, "骑手21-6时": 0.2}
"""Columns of riders, and how many are on their way then in relation to the busiest hours."""

_POINTS_ASIDE = 4
# Of a place as lively as the middle of a centre.
_RESIDENTS, _RIDERS = 900, 24
# At night riders gather where life is; a place without any has this part of it all the same.
_SPREAD = 0.25
_NOBODY_LIVES = tuple(
    Polygon(border) for border in (RIVER_BAND, RAIL_BAND, *(park.oval(1) for park in PARKS))
)
_CITY = Polygon(OUTLINE)


def demand_csv(seed: int) -> str:
    """Return the list as a planner would hand it over: a title line, then one row a point."""
    rng = stream(seed, "demand")
    title = f"{CITY_NAME}居民和骑手分布(虚构数据,仅供演示)"
    header = ["编号", "经度", "纬度", "居民", *BANDS]
    rows = [[str(number), *cells] for number, cells in enumerate(_rows(rng), 1)]
    return table_csv([[title], header, *rows], width=len(header))


def _rows(rng: Random) -> list[list[str]]:
    shares = [(step + 0.5) / _POINTS_ASIDE for step in range(_POINTS_ASIDE)]
    places = [block.at(east, north) for block in BLOCKS for north, east in product(shares, shares)]
    # Chance falls for every place, so that a park moved changes no other.
    drawn = [(at, _numbers(rng, at)) for at in places]
    return [_cells(at, numbers) for at, numbers in drawn if any(numbers) and _is_lived_in(at)]


def _numbers(rng: Random, at: Metres) -> list[int]:
    pull = pull_at(at)
    residents = _RESIDENTS * pull**0.6 * exp(scatter(rng, 0.35))
    riders = _RIDERS * (_SPREAD * pull**0.5 + (1 - _SPREAD) * pull) * exp(scatter(rng, 0.3))
    return [round(residents), *(round(riders * share) for share in BANDS.values())]


def _cells(at: Metres, numbers: list[int]) -> list[str]:
    point = lonlat(at)
    return [f"{point.lon:.6f}", f"{point.lat:.6f}", *map(str, numbers)]


def _is_lived_in(at: Metres) -> bool:
    spot = Spot(at)
    return _CITY.covers(spot) and not any(shape.covers(spot) for shape in _NOBODY_LIVES)
