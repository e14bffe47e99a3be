"""The candidates of a question: those of a set, the demand's own places, or street corners."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.model.candidates import Candidates
from geo.model.hours import Reason
from geo.model.streets import DEGREE
from geo.model.study import Said, said
from geo.network.graph import Graph, Positions
from geo.planner.ground import streets_for
from geo.planner.run_work import Work
from geo.planner.site_parts import check_names
from geo.planner.site_question import CORNERS, DEMAND, SiteAsk
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["MOST_CANDIDATES", "MOST_THINNED", "Field", "field_of", "thinned"]

MOST_THINNED = 2000
"""So many corners or places of the demand are candidates at most, where there is much demand."""

_ROOM = 20_000_000
"""Where candidates times demand are fewer, none has to be left out of a covering problem."""

MOST_CANDIDATES = 20_000
"""So many candidates a set may have at most."""

_CORNER, _PLACE = "路口", "需求"
# Corners are chosen between by who lives around them, and a cell is never wider than this by much.
_AROUND_M = 500.0
_FINEST_M, _COARSER = 25.0, 1.2
_METRES_A_DEGREE = 111_195.0


class Field(NamedTuple):
    """The candidates of a question.

    Attributes
    ----------
    candidates : Candidates
    at : Positions or None
        Where they are on the ground's streets, where that is known exactly; else they are to be snapped.
    told : list of Said
        What a reader of the plan should know about them.
    """

    candidates: Candidates
    at: Positions | None
    told: list[Said]


def field_of(index: Index, areas: AreaIndex, work: Work, site: SiteAsk, given: Candidates | None) -> Field:
    """Return the candidates that a question means.

    Parameters
    ----------
    given : Candidates or None
        Those of the set it names.

    Raises
    ------
    InputError
        There are none, or too many, or the question names one that is not among them.
    """
    if site.candidates == CORNERS:
        return _corners(index, areas, work, site)
    if site.candidates == DEMAND:
        return _places(work, site)
    if given is None or not given.codes:
        raise InputError("候选地点一个也没有;请换一份候选地点", parameter="candidates")
    if len(given.codes) > MOST_CANDIDATES:
        raise InputError(
            "候选地点有 %(count)s 个,至多 %(most)s 个;请先在文件里筛掉一些",
            parameter="candidates",
            count=f"{len(given.codes):,}",
            most=f"{MOST_CANDIDATES:,}",
        )
    check_names(site, given.codes)
    return Field(given, None, [])


def thinned(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    weight: NDArray[np.float64],
    most: int,
    keep: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], float]:
    """Return places thinned on a grid, each cell's heaviest, and how wide a cell is.

    Parameters
    ----------
    lon, lat : (c,) float64
        WGS-84 degrees.
    weight : (c,) float64
        Of two that weigh the same the first is kept.
    most : int
        So many are left at most, beside those of ``keep``.
    keep : (c,) bool, optional
        Kept whatever they weigh.

    Returns
    -------
    (k,) int64, float
        Ascending; metres, 0 where nothing had to be left out.
    """
    if len(lon) <= most:
        return np.arange(len(lon)), 0.0
    x = (lon - lon.min()) * _METRES_A_DEGREE * np.cos(np.radians(lat.mean()))
    y = (lat - lat.min()) * _METRES_A_DEGREE
    wide_m = _FINEST_M
    while True:
        cell = (np.floor(x / wide_m).astype(np.int64) << 32) + np.floor(y / wide_m).astype(np.int64)
        if len(np.unique(cell)) <= most:
            break
        wide_m *= _COARSER
    order = np.lexsort((np.arange(len(cell)), -weight, cell))
    first = np.append(True, np.diff(cell[order]) != 0)
    chosen = np.zeros(len(cell), bool) if keep is None else keep.copy()
    chosen[order[first]] = True
    return np.flatnonzero(chosen), wide_m


def _corners(index: Index, areas: AreaIndex, work: Work, site: SiteAsk) -> Field:
    """Return the corners around which there is demand, in the area asked."""
    from geo.network.corners import corners, positions_of, weight_near
    from geo.network.snap import snap

    graph, profile = _streets(index, work)
    node = corners(graph, profile)
    lon, lat = graph.node_lon[node] / DEGREE, graph.node_lat[node] / DEGREE
    if work.ask.area is not None:
        inside = areas.inside(work.ask.area, lon, lat)
        node, lon, lat = node[inside], lon[inside], lat[inside]
        if not len(node):
            raise InputError(
                "“%(area)s”里没有一个路口;请换一个区划,把 candidates 改成 demand,或用一份候选地点",
                parameter="area",
                area=areas.names[work.ask.area],
            )
    codes = np.array([f"{_CORNER}-{number:06d}" for number in node.tolist()])
    check_names(site, codes.tolist())
    demand = work.ways.at
    if demand is None:
        demand = snap(graph, profile, work.ways.lon, work.ways.lat, limit_m=_AROUND_M)
    at = positions_of(graph, profile, node)
    near = weight_near(graph, profile, demand, work.weight, at, limit_m=_AROUND_M)
    wanted = np.isin(codes, list(site.must))
    some = np.flatnonzero((near > 0) | wanted)
    if not len(some):
        raise InputError(
            "有需求的地方附近没有路口;请把 candidates 改成 demand,或用一份候选地点", parameter="candidates"
        )
    kept, wide_m = thinned(lon[some], lat[some], near[some], _most(work, site), wanted[some])
    chosen = some[kept]
    told = _told(Reason("候选地点是路口:需求附近有 %(all)s 个,全部参加选择"), len(some), len(kept), wide_m)
    on_ground = None if work.ways.at is None else Positions(*(column[chosen] for column in at))
    return Field(_unpriced(codes[chosen], lon[chosen], lat[chosen]), on_ground, told)


def _most(work: Work, site: SiteAsk) -> int:
    """Return how many candidates there may be: without a limit on ways, every one reaches all demand."""
    if site.objective in ("distance", "farthest"):
        return MOST_THINNED
    count = max(int((work.weight > 0).sum()), 1)
    return max(MOST_THINNED, min(MOST_CANDIDATES, _ROOM // count))


def _streets(index: Index, work: Work) -> tuple[Graph, str]:
    """Return the streets whose corners are meant; by line, those around the demand, on foot."""
    if work.ways.ground.graph is not None:
        return work.ways.ground.graph, work.ask.by
    found = streets_for(index, work.demand, work.weight)
    if found is None:
        raise InputError(
            "这里没有街道数据,找不到路口;请把 candidates 改成 demand,或用一份候选地点", parameter="candidates"
        )
    return found[1], "walk" if work.ask.by == "line" else work.ask.by


def _places(work: Work, site: SiteAsk) -> Field:
    lon, lat = work.ways.lon, work.ways.lat
    codes = np.array([f"{_PLACE}-{number:06d}" for number in range(1, len(lon) + 1)])
    check_names(site, codes.tolist())
    wanted = np.isin(codes, list(site.must))
    some = np.flatnonzero((work.weight > 0) | wanted)
    kept, wide_m = thinned(lon[some], lat[some], work.weight[some], _most(work, site), wanted[some])
    chosen = some[kept]
    told = _told(Reason("候选地点是需求所在的地方:有 %(all)s 处,全部参加选择"), len(some), len(kept), wide_m)
    at = None if work.ways.at is None else Positions(*(column[chosen] for column in work.ways.at))
    return Field(_unpriced(codes[chosen], lon[chosen], lat[chosen]), at, told)


def _told(all_: Reason, count: int, kept: int, wide_m: float) -> list[Said]:
    if not wide_m:
        return [said(all_._replace(params={"all": f"{count:,}"}))]
    return [
        said(
            Reason(
                "候选地点有 %(all)s 处:每 %(wide)s 米见方只留附近需求最多的一处,共 %(kept)s 处参加选择",
                {"all": f"{count:,}", "wide": f"{wide_m:.0f}", "kept": f"{kept:,}"},
            )
        )
    ]


def _unpriced(codes: NDArray[np.str_], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Candidates:
    unknown = np.full(len(codes), np.nan)
    return Candidates(tuple(codes.tolist()), ("",) * len(codes), lon, lat, unknown, unknown)
