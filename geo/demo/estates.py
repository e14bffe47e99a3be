"""Walled estates between the lanes of the demo city: some for residents only, some with one gate locked."""

from random import Random

from geo.demo.blocks import is_free
from geo.demo.chance import happens
from geo.demo.drawing import NOTE, Line, Mark, Sheet, crossing_shares, longer, nearest_on, share_of, street
from geo.demo.roads import OVERSHOOT_M
from geo.demo.skeleton import Metres

__all__ = ["estate"]

# How far the road of an estate lies from the lanes around, as a share of the cell.
_INSET = 0.22
_OPEN = {"barrier": "gate", "access": "yes"}
_LOCKED = {"barrier": "gate", "access": "no", "locked": "yes"}
_RESIDENTS = {"barrier": "lift_gate", "access": "private"}


def estate(rng: Random, name: str, sides: list[Line], ends: list[Line]) -> Sheet:
    """Return an estate between two lanes (west, east) and two across (south, north), if there is room."""
    road = _road(sides, ends)
    closed = happens(rng, 0.5)
    if not is_free(road):
        return Sheet()
    highway, tags = ("service", {"access": "private"}) if closed else ("living_street", {})
    west = _gateway(sides[0], road[3], road[0])
    east = _gateway(sides[1], road[1], road[2])
    gates = [(west[1], _RESIDENTS if closed else _OPEN)] + ([] if closed else [(east[1], _LOCKED)])
    ways = [road, west] if closed else [road, west, east]
    place = Mark(share_of(road[0], road[2], 0.5), {"place": "neighbourhood", "name": f"{name}苑", **NOTE})
    return Sheet(
        tuple(street(line, highway, **tags) for line in ways),
        (),
        (*(Mark(at, {**tags, **NOTE}) for at, tags in gates), place),
    )


def _road(sides: list[Line], ends: list[Line]) -> Line:
    """Return the road around the estate, counter-clockwise from its south-western corner."""
    corners = []
    for side, end in ((0, 0), (1, 0), (1, 1), (0, 1)):
        ((share, _),) = crossing_shares(*sides[side], *ends[end])
        corners.append(share_of(*sides[side], share))
    southern, northern = (
        [share_of(west, east, share) for share in (_INSET, 1 - _INSET)]
        for west, east in ((corners[0], corners[1]), (corners[3], corners[2]))
    )
    south_west, north_west = (share_of(southern[0], northern[0], share) for share in (_INSET, 1 - _INSET))
    south_east, north_east = (share_of(southern[1], northern[1], share) for share in (_INSET, 1 - _INSET))
    return south_west, south_east, north_east, north_west, south_west


def _gateway(lane: Line, corner: Metres, next_corner: Metres) -> Line:
    """Return the way in from a lane to the nearer side of the estate's road; its middle point is the gate."""
    inner = share_of(corner, next_corner, 0.5)
    outer = nearest_on(lane, inner)
    out, in_ = longer((outer, inner), OVERSHOOT_M)
    return out, share_of(outer, inner, 0.5), in_
