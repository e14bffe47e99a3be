"""The coverage of a study's areas."""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import Served, Shares, area_shares
from geo.model.study import AreaShare
from geo.network.cover import Pairs
from geo.planner.areas import OUTSIDE, members_of
from geo.planner.ground import Ground
from geo.planner.question import Ask
from geo.registry.areas import AreaIndex
from geo.registry.snapshot import Snapshot

__all__ = ["area_rows", "count_around", "standing_in"]


def standing_in(areas: AreaIndex, ask: Ask, ground: Ground) -> NDArray[np.bool_]:
    """Return which of the ground's stations have their doors in the area asked; all where none is."""
    if ask.area is None:
        return np.ones(len(ground.rows), bool)
    return areas.inside(ask.area, ground.door_lon, ground.door_lat)


def count_around(pairs: Pairs, inside: NDArray[np.bool_], limit: float) -> int:
    """Return how many stations that are not inside some demand has within the limit."""
    near = pairs.station[pairs.cost <= limit]
    return len(np.unique(near[~inside[near]]))


def area_rows(
    snapshot: Snapshot,
    areas: AreaIndex,
    ask: Ask,
    located: list[str | None],
    ground: Ground,
    inside: NDArray[np.bool_],
    served: Served,
    weight: NDArray[np.float64],
) -> list[AreaShare]:
    """Return every area below that of the question, level by level and by code.

    Of each level, demand and stations that are in none of its areas make a row without a code, where there
    are any; so the stations of a level are as many as there are ``inside``.

    Parameters
    ----------
    inside : (p,) bool
        Which of the ground's stations stand in the area asked, as `standing_in` tells.
    """
    doors = areas.locate(list(ground.door_lon), list(ground.door_lat))
    standing = {members.level: members for members in members_of(doors, snapshot, ask.area)}
    rows: list[AreaShare] = []
    for members in members_of(located, snapshot, ask.area):
        count = len(members.codes)
        shares = area_shares(served, weight, ask.limit, area=members.member, areas=count)
        stations = standing[members.level].member[inside]
        stands = np.bincount(np.where(stations == OUTSIDE, count, stations), minlength=count + 1)
        names = [*(areas.names[code] for code in members.codes), ""]
        for place, code in enumerate([*members.codes, None]):
            if code is not None or shares.weight[place] > 0 or stands[place] > 0:
                rows.append(_row(code, names[place], members.level, shares, place, int(stands[place])))
    return rows


def _row(code: str | None, name: str, level: str, shares: Shares, place: int, stations: int) -> AreaShare:
    share = float(shares.share[place])
    return AreaShare(
        code=code,
        name=name,
        level=level,
        weight=float(shares.weight[place]),
        covered=float(shares.covered[place]),
        share=None if np.isnan(share) else share,
        backup=float(shares.backup[place]),
        stations=stations,
    )
