"""A study from question to document: where registry, streets and calculations meet for a planner."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.analyses.coverage import Served, distances, serve, totals, widest
from geo.db.engine import is_postgres, reading
from geo.errors import InputError
from geo.model.demand import Demand
from geo.model.hours import CHINA, OPEN
from geo.model.study import Asked, Places, Source, Study, Totals
from geo.network.cover import Pairs
from geo.planner.areas import within_area
from geo.planner.findings import find_problems
from geo.planner.ground import Ground, ground_of
from geo.planner.hours import moment_of, states_at
from geo.planner.measure import Ways, line_ways, nearest_of, off_network, ways_within
from geo.planner.question import Ask
from geo.planner.reach import reach_of
from geo.planner.run_areas import area_rows, count_around, standing_in
from geo.planner.run_gaps import Found, gaps_of
from geo.planner.run_week import week_of
from geo.planner.run_words import assumptions_of
from geo.planner.without import share_if
from geo.registry.areas import AreaIndex, read_index
from geo.registry.demand import DemandSet, read_demand_set
from geo.registry.nearest import Index
from geo.registry.rows import utc_now
from geo.registry.snapshot_read import read_snapshot
from geo.registry.study_layers import draw_study
from geo.settings import Settings

__all__ = ["Tell", "draw", "run_study", "study_of"]

Tell = Callable[[float, str], None]
"""Told which share, 0 to 1, of the work is done, and what comes next: a Chinese sentence."""

# Of the limit: where the distances to the nearest station are told apart.
_EDGES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)


class _Work(NamedTuple):
    """What all parts of a study are made from."""

    ask: Ask
    demand: Demand
    weight: NDArray[np.float64]
    ways: Ways
    pairs: Pairs
    state: NDArray[np.uint8]
    served: Served
    inside: NDArray[np.bool_]


def run_study(
    engine: Engine, settings: Settings, asked: Asked, *, id_: str, tell: Tell
) -> tuple[Study, Places]:
    """Do a kept question on the registry as it is now; raises what `study_of` does."""
    tell(0.0, "正在读取登记册和需求")
    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas = read_index(session)
        source, demand = read_demand_set(session, asked["demand"])
    today = datetime.now(CHINA).date()
    return study_of(index, areas, source, demand, Ask.from_asked(asked), id_=id_, today=today, tell=tell)


def draw(
    engine: Engine, settings: Settings, study: Study, places: Places
) -> Callable[[Session], object] | None:
    """Return what writes a study's gaps, demand and reach for QGIS; None where there is no PostGIS.

    The streets are measured here, before there is a transaction that others might have to wait for.
    """
    if not is_postgres(engine):
        return None
    reach = reach_of(Index(read_snapshot(engine), settings.home), study, places)
    return lambda session: draw_study(session, study, places, reach)


def study_of(
    index: Index,
    areas: AreaIndex,
    source: DemandSet,
    demand: Demand,
    ask: Ask,
    *,
    id_: str,
    today: date,
    tell: Tell,
) -> tuple[Study, Places]:
    """Return what a question finds.

    Parameters
    ----------
    source, demand
        The demand asked about, and what is told of where it comes from.
    id_ : str
        Under which the study is kept.
    today : date
        Which ordinary week is the present one.

    Raises
    ------
    InputError
        The demand has no such column, or none of it lies in the area.
    NotFoundError
        There is no such area.
    """
    demand = demand if ask.area is None else _part(demand, within_area(areas, ask.area, demand))
    weight = _column(demand, ask)
    ask = _named(ask, demand)
    tell(0.1, "正在把需求和站点对到街道上")
    ground = ground_of(index, demand, weight, ask)
    ways = Ways.of(demand, ground, ask)
    tell(0.3, "正在沿街道计算距离" if ground.graph is not None else "正在计算直线距离")
    state = (
        states_at(index.snapshot, ground.rows, *moment_of(ask.at, index.snapshot.calendar, today))
        if ask.at
        else np.full(len(ground.rows), OPEN, np.uint8)
    )
    pairs = ways_within(ways, widest(1.0))
    work = _Work(
        ask, demand, weight, ways, pairs, state, serve(pairs, state), standing_in(areas, ask, ground)
    )
    return _told(index, areas, source, work, id_, today, tell)


def _told(
    index: Index, areas: AreaIndex, source: DemandSet, work: _Work, id_: str, today: date, tell: Tell
) -> tuple[Study, Places]:
    """Return the document of a study whose distances are known."""
    ask, weight, ways, ground = work.ask, work.weight, work.ways, work.ways.ground
    nearest = nearest_of(ways, work.state == OPEN)
    tell(0.5, "正在按区划汇总")
    located = areas.locate(list(ways.lon), list(ways.lat))
    rows = area_rows(index.snapshot, areas, ask, located, ground, work.inside, work.served, weight)
    tell(0.6, "正在计算一周各小时的覆盖")
    week = week_of(index.snapshot, ground, work.pairs, work.demand, ask, today)
    tell(0.75, "正在找缺口和原因")
    found = gaps_of(index.snapshot, areas, ways, work.served, nearest, work.state, weight)
    tell(0.95, "正在整理结果")
    study = Study(
        id=id_,
        made_at=utc_now(),
        revision=index.snapshot.revision,
        asked=ask.asked(),
        area_name=areas.names[ask.area] if ask.area else None,
        sources=_sources(index, ground, source),
        totals=_totals(work, work.served, off_network(ways)),
        around=count_around(work.pairs, work.inside, ask.limit),
        by_line=_by_line(work),
        areas=rows,
        distances=distances(nearest, weight, [ask.limit * part for part in _EDGES]),
        week=week.shares,
        days=week.days,
        gaps=found.gaps,
        gaps_left=found.left,
        upgrades=week.upgrades,
        findings=find_problems(
            index,
            areas,
            ground,
            share_if(work.pairs, work.state, work.served, weight, ask.limit),
            top=ask.area,
            inside=work.inside,
        ),
        assumptions=assumptions_of(ask, ground, work.demand),
    )
    return study, _places(index, work, nearest.cost, nearest.station, found)


def _part(demand: Demand, inside: NDArray[np.bool_]) -> Demand:
    if not inside.any():
        raise InputError("这份需求没有一处在所选的区划里;请换一个区划,或检查需求的坐标系", parameter="area")
    weights = {name: column[inside] for name, column in demand.weights.items()}
    return Demand(lon=demand.lon[inside], lat=demand.lat[inside], weights=weights)


def _column(demand: Demand, ask: Ask) -> NDArray[np.float64]:
    """Return the weights asked for.

    Raises
    ------
    InputError
        The demand has no such column; those it has are named.
    """
    name = ask.weight or next(iter(demand.weights))
    if name not in demand.weights:
        raise InputError(
            "需求“%(demand)s”没有“%(value)s”这一列,有的是 %(known)s",
            parameter="weight",
            demand=ask.demand,
            value=name,
            known="、".join(demand.weights),
        )
    return demand.weights[name]


def _named(ask: Ask, demand: Demand) -> Ask:
    """Return the question with the column that is meant."""
    return Ask.from_asked(ask.asked() | {"weight": ask.weight or next(iter(demand.weights))})


def _totals(work: _Work, served: Served, off: NDArray[np.bool_]) -> Totals:
    return totals(served, work.weight, work.ask.limit, off_network=off, stations=int(work.inside.sum()))


def _by_line(work: _Work) -> Totals | None:
    if work.ways.ground.graph is None:
        return None
    served = serve(line_ways(work.ways, widest(1.0)), work.state)
    return _totals(work, served, np.zeros(len(work.weight), bool))


def _sources(index: Index, ground: Ground, source: DemandSet) -> list[Source]:
    snapshot, streets = index.snapshot, ground.streets
    told = [
        Source(what="registry", name="登记册", attribution=None, data_at=snapshot.at, loaded_at=None),
        Source(
            what="demand",
            name=source.name,
            attribution=source.attribution,
            data_at=None,
            loaded_at=source.loaded_at,
        ),
    ]
    if streets is not None:
        told.append(
            Source(
                what="streets",
                name=streets.name,
                attribution=streets.attribution,
                data_at=streets.data_at,
                loaded_at=streets.loaded_at,
            )
        )
    return told


def _places(
    index: Index, work: _Work, cost: NDArray[np.float64], station: NDArray[np.int32], found: Found
) -> Places:
    codes = index.snapshot.codes[work.ways.ground.rows].astype(np.str_)
    return Places(
        lon=work.ways.lon,
        lat=work.ways.lat,
        weight=work.weight,
        cost=cost,
        station=station,
        covered=work.served.cost <= work.ask.limit,
        gap=found.rank,
        codes=codes,
        state=work.state,
    )
