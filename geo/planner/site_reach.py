"""What candidates reach: by streets, ways going from the demand to the station, or as the crow flies."""

import numpy as np

from geo.analyses.siting.problem import Reach
from geo.errors import InputError
from geo.finder.streets import SNAP_LIMIT_M
from geo.model.candidates import Candidates
from geo.network.cover import MOST_PAIRS, Pairs
from geo.network.graph import Positions
from geo.planner.measure import Ways, ways_within

__all__ = ["candidate_pairs", "reach_of_pairs"]


def candidate_pairs(ways: Ways, candidates: Candidates, at: Positions | None, *, everywhere: bool) -> Pairs:
    """Return which candidates demand can go to, and at what cost.

    Parameters
    ----------
    ways : Ways
        From the demand.
    at : Positions or None
        Where the candidates are on the ground's streets; None: to be snapped.
    everywhere : bool
        However far, not within the question's limit.

    Raises
    ------
    InputError
        They are more than memory has room for.
    """
    count = len(candidates.codes) * len(ways.lon)
    if everywhere and count > MOST_PAIRS:
        raise InputError(
            "这个目标要算每处需求到每个候选地点的距离,共 %(count)s 对,超过 %(most)s 对,内存放不下;"
            "请只选一个区划、减少候选地点,或改用“覆盖最多”",
            parameter="objective",
            count=f"{count:,}",
            most=f"{MOST_PAIRS:,}",
        )
    ground = ways.ground
    if ground.graph is not None and at is None:
        from geo.network.snap import snap

        at = snap(ground.graph, ways.ask.by, candidates.lon, candidates.lat, limit_m=SNAP_LIMIT_M)
    there = ground._replace(
        rows=np.arange(len(candidates.codes), dtype=np.int32),
        door_lon=candidates.lon,
        door_lat=candidates.lat,
        stations=at,
    )
    return ways_within(ways._replace(ground=there), np.inf if everywhere else 1.0)


def reach_of_pairs(pairs: Pairs, columns: int) -> Reach:
    """Return pairs by column instead of by demand.

    Examples
    --------
    >>> reach = reach_of_pairs(Pairs(np.array([0, 1, 3]), np.array([1, 0, 1]), np.array([5.0, 6.0, 7.0])), 2)
    >>> reach.start.tolist(), reach.demand.tolist(), reach.cost.tolist()
    ([0, 1, 3], [1, 0, 1], [6.0, 5.0, 7.0])
    """
    # Sorting is stable, so demand ascends within a column.
    order = np.argsort(pairs.station, kind="stable")
    demand = np.repeat(np.arange(len(pairs.start) - 1, dtype=np.int32), np.diff(pairs.start))[order]
    start = np.zeros(columns + 1, np.int64)
    np.cumsum(np.bincount(pairs.station, minlength=columns), out=start[1:])
    return Reach(start, demand, pairs.cost[order])
