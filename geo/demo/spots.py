"""Where the demo city's stations stand: along the streets, the more the nearer to a centre."""

from functools import cache
from math import exp
from random import Random
from typing import NamedTuple

from geo.demo.chance import number, pick, pick_weighted
from geo.demo.grid import Piece, pieces, place_along
from geo.demo.particulars import Cells
from geo.demo.skeleton import CENTRES, CITY_NAME, ZONE, Metres, distance_m, district_at, lonlat
from geo.demo.units import ZONE_UNIT, district_unit

__all__ = ["Spot", "address_cells", "pull_at", "spot_beside", "spots"]

# A street far from every centre still has this much of a centre's pull.
_BASE_PULL = 0.02
# How far the development zone reaches, in reaches of its centre.
_ZONE_REACH = 1.6


class Spot(NamedTuple):
    """A place with a street address: its street, the street crossed before it, its house number."""

    at: Metres
    road: str
    cross: str
    house: int


def spots(rng: Random, count: int) -> list[Spot]:
    """Return places along the streets, 14 to 38 m off their middle line."""
    found = []
    for _ in range(count):
        piece = pick_weighted(rng, _pulls())
        aside_m = number(rng, 14, 38) * pick(rng, (-1, 1))
        at, house = place_along(piece, 0.06 + 0.88 * rng.random(), aside_m)
        found.append(Spot(at, piece.street.name, piece.crossed, house))
    return found


def spot_beside(at: Metres) -> Spot:
    """Return a place off the streets with the address of the nearest crossing."""
    piece = min(pieces(), key=lambda piece: distance_m(at, piece.from_))
    _, house = place_along(piece, 0, 1)
    return Spot(at, piece.street.name, piece.crossed, house)


def address_cells(spot: Spot) -> Cells:
    """Return district, address, union and position (WGS-84) of a place."""
    district, point = district_at(spot.at), lonlat(spot.at)
    in_zone = distance_m(spot.at, ZONE.at) < _ZONE_REACH * ZONE.reach_m
    west, east = min(c.east_m for c in district.border), max(c.east_m for c in district.border)
    office = int((spot.at.east_m - west) / (east - west) * 0.999 * len(district.offices))
    return {
        "所属区县": district.name,
        "街道(镇)": district.offices[office],
        "详细地址": f"{CITY_NAME}{district.name}{spot.road}{spot.house}号",
        "主管工会": (ZONE_UNIT if in_zone else district_unit(district.code)).name,
        "经度": f"{point.lon:.6f}",
        "纬度": f"{point.lat:.6f}",
        "坐标系": "WGS84",
    }


def pull_at(at: Metres) -> float:
    """Return how much life a place has: the pull of the centres, a little more than 0 far from all."""
    pull = _BASE_PULL
    for centre in CENTRES:
        away = distance_m(at, centre.at) / centre.reach_m
        pull += centre.weight * exp(-(away**2) / 2)
    return pull


@cache
def _pulls() -> dict[Piece, float]:
    return {piece: _pull(piece) for piece in pieces()}


def _pull(piece: Piece) -> float:
    east_m = (piece.from_.east_m + piece.to.east_m) / 2
    north_m = (piece.from_.north_m + piece.to.north_m) / 2
    return pull_at(Metres(east_m, north_m))
