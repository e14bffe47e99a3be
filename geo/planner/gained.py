"""Which demand goes to the new stations of a plan, for drawing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.model.plan import Plan
from geo.model.study import Places, Study
from geo.planner.ground import Ground
from geo.planner.measure import Ways, nearest_of
from geo.planner.question import Ask
from geo.registry.nearest import Index
from geo.report.study_parts import StudyStation

__all__ = ["gained_of"]

_Floats = NDArray[np.float64]


def gained_of(
    index: Index, study: Study, places: Places, stations: Sequence[StudyStation]
) -> NDArray[np.int32] | None:
    """Return for all demand the new station that it goes to because of the plan.

    Where all that counts is to have a station within the limit, that is demand that none which stays covers;
    else all demand to which a new one is the nearest.

    Parameters
    ----------
    stations : sequence of StudyStation
        The study's own, those that are left of them.

    Returns
    -------
    (d,) int32 or None
        The place's number among the plan's chosen, -1 for none; None where there is no plan, or where the
        streets it was made on are gone since, or it is of several kinds that share buildings.
    """
    plan = study.get("plan")
    # Where kinds share buildings each kind's demand is another.
    ways = None if plan is None or plan["site"].get("together") else _ways(index, study, places)
    if plan is None or ways is None:
        return None
    new = [
        number for number, one in enumerate(plan["chosen"]) if one["what"] == "new" and one["lon"] is not None
    ]
    cost, nearest = _nearest(ways, [_door(plan["chosen"][number]) for number in new])
    kept, limit = _kept_cost(ways, plan, places, stations), study["asked"]["limit"]
    gained = np.isfinite(cost) & (cost < kept)
    if plan["site"]["objective"] in ("cover", "all"):
        # To be covered twice, what is covered once needs another.
        gained = (cost <= limit) & ((kept > limit) | (plan["site"]["backup"] > 1))
    return np.where(gained, np.append(new, -1)[nearest], -1).astype(np.int32)


def _ways(index: Index, study: Study, places: Places) -> Ways | None:
    """Return the ways from a study's demand on the streets that it was made on; None where they are gone."""
    ask = Ask.from_asked(study["asked"])
    ground = Ground(np.empty(0, np.int32), np.empty(0), np.empty(0), None, None, None, None)
    names = [one["name"] for one in study["sources"] if one["what"] == "streets"]
    if not names:
        return Ways(places.lon, places.lat, None, ground, ask)
    streets = next((one for one in index.snapshot.streets if one.name in names), None)
    graph = None if streets is None else graph_of(index, streets)
    if graph is None:
        return None
    from geo.network.snap import snap

    at = snap(graph, ask.by, places.lon, places.lat, limit_m=SNAP_LIMIT_M)
    return Ways(places.lon, places.lat, at, ground._replace(streets=streets, graph=graph, demand=at), ask)


def _door(one: Mapping[str, Any]) -> tuple[float, float]:
    return one["lon"], one["lat"]


def _kept_cost(ways: Ways, plan: Plan, places: Places, stations: Sequence[StudyStation]) -> _Floats:
    """Return how far it is to the nearest open station that stays, (d,); inf where there is none."""
    closed = {one["code"] for one in plan["chosen"] if one["what"] == "closed"}
    if plan["site"]["existing"] == "none":
        return np.full(len(places.lon), np.inf)
    if not closed:
        return places.cost
    stays = [(one.lon, one.lat) for one in stations if one.state == "open" and one.code not in closed]
    return _nearest(ways, stays)[0]


def _nearest(ways: Ways, doors: Sequence[tuple[float, float]]) -> tuple[_Floats, NDArray[np.int32]]:
    """Return the cost of the way to the nearest of some places, (d,), and which it is: -1 for none."""
    if not doors:
        return np.full(len(ways.lon), np.inf), np.full(len(ways.lon), -1, np.int32)
    lon, lat = np.array(doors, float).T
    ground, at = ways.ground, None
    if ground.graph is not None:
        from geo.network.snap import snap

        at = snap(ground.graph, ways.ask.by, lon, lat, limit_m=SNAP_LIMIT_M)
    there = ground._replace(rows=np.arange(len(lon), dtype=np.int32), door_lon=lon, door_lat=lat, stations=at)
    return nearest_of(ways._replace(ground=there), np.ones(len(lon), bool))
