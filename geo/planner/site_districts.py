"""The districts of a plan: who lives in which, and which candidates and stations stand there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.candidates import Candidates
from geo.planner.areas import members_of
from geo.planner.ground import Ground
from geo.planner.run_work import Work
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["Districts", "districts_of"]

_LEVEL = "district"


class Districts(NamedTuple):
    """The areas of one level below the area asked: districts where there are any, else the next level.

    Attributes
    ----------
    codes, names : tuple of str
    demand, candidates, stations : (d,), (n,), (p,) int32
        Which of them each lies in, `geo.planner.areas.OUTSIDE` for none.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    demand: NDArray[np.int32]
    candidates: NDArray[np.int32]
    stations: NDArray[np.int32]


def districts_of(
    index: Index, areas: AreaIndex, work: Work, candidates: Candidates, ground: Ground
) -> Districts | None:
    """Return the districts of a plan, None where no areas are registered below the one asked."""
    top, snapshot = work.ask.area, index.snapshot
    places = (
        (work.ways.lon, work.ways.lat),
        (candidates.lon, candidates.lat),
        (ground.door_lon, ground.door_lat),
    )
    levels = [
        {members.level: members for members in members_of(areas.locate(list(lon), list(lat)), snapshot, top)}
        for lon, lat in places
    ]
    if not levels[0]:
        return None
    level = _LEVEL if _LEVEL in levels[0] else next(iter(levels[0]))
    codes = levels[0][level].codes
    names = tuple(areas.names[code] for code in codes)
    return Districts(codes, names, *(found[level].member for found in levels))
