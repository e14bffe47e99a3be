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
from geo.model.candidates import Candidates
from geo.model.demand import Demand
from geo.model.hours import CHINA, OPEN
from geo.model.study import Asked, Places, Source, Study, Totals
from geo.planner.findings import find_problems
from geo.planner.ground import Ground
from geo.planner.measure import line_ways, nearest_of, off_network
from geo.planner.public import PLAIN, Public
from geo.planner.question import Ask
from geo.planner.reach import reach_of
from geo.planner.run_areas import area_rows, count_around
from geo.planner.run_gaps import Found, gaps_of
from geo.planner.run_week import week_of
from geo.planner.run_words import assumptions_of
from geo.planner.run_work import Tell, Work, work_of
from geo.planner.site_question import SET
from geo.planner.without import share_if
from geo.registry.areas import AreaIndex, read_index
from geo.registry.candidates import read_candidate_set
from geo.registry.demand import DemandSet, read_demand_set
from geo.registry.nearest import Index
from geo.registry.rows import utc_now
from geo.registry.snapshot_read import read_snapshot
from geo.registry.studies import Trace
from geo.registry.study_layers import draw_study
from geo.settings import Settings

__all__ = ["Answer", "Tell", "answer_of", "draw", "run_study", "study_of"]

# Which share of the time is over when all but a plan is known.
_FIRST = 0.25
# Of the limit: where the distances to the nearest station are told apart.
_EDGES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)


class Answer(NamedTuple):
    """What a study found, its demand point by point, and the file (JSON) that proves its plan, if any."""

    study: Study
    places: Places
    certificate: bytes | None = None


def run_study(
    engine: Engine,
    settings: Settings,
    asked: Asked,
    *,
    id_: str,
    tell: Tell,
    live: Callable[[Trace], None] | None = None,
) -> Answer:
    """Do a kept question on the registry as it is now; parameters and errors are those of `answer_of`."""
    tell(0.0, "正在读取登记册和需求")
    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas = read_index(session)
        source, demand = read_demand_set(session, asked["demand"])
        named = asked["site"]["candidates"] if "site" in asked else ""
        given = read_candidate_set(session, named.removeprefix(SET))[1] if named.startswith(SET) else None
    ask, today = Ask.from_asked(asked), datetime.now(CHINA).date()
    return answer_of(
        index,
        areas,
        source,
        demand,
        ask,
        id_=id_,
        today=today,
        tell=tell,
        live=live,
        candidates=given,
        public=Public.of(settings),
    )


def answer_of(
    index: Index,
    areas: AreaIndex,
    source: DemandSet,
    demand: Demand,
    ask: Ask,
    *,
    id_: str,
    today: date,
    tell: Tell,
    live: Callable[[Trace], None] | None = None,
    candidates: Candidates | None = None,
    public: Public = PLAIN,
) -> Answer:
    """Return what a question finds, with its plan where new stations are asked about.

    Parameters
    ----------
    live : callable, optional
        Told about every second how far the solver of a plan is; what it raises ends the work.
    candidates : Candidates, optional
        Those the question names, where it names any.
    public : Public, optional
        How the file that proves a plan tells positions.

    Raises
    ------
    InputError, NotFoundError
        As `study_of` and `geo.planner.site_run.plan_of` do.
    """
    first = _FIRST if ask.site is not None else 1.0
    begun, then = _part_of(tell, 0.0, first), _part_of(tell, first, 1.0)
    work = work_of(index, areas, demand, ask, today=today, tell=begun)
    study, places = _told(index, areas, source, work, id_, today, begun)
    if ask.site is None:
        return Answer(study, places)
    # The solvers take a second to import, which coverage alone does not need.
    from geo.planner.site_run import plan_of

    found = plan_of(
        index, areas, work, ask.site, candidates, today=today, tell=then, public=public, live=live
    )
    study["plan"], study["assumptions"] = found.plan, [*study["assumptions"], *found.assumptions]
    return Answer(study, places, found.certificate)


def _part_of(tell: Tell, first: float, last: float) -> Tell:
    """Return what tells a part of the work as that part of all of it."""
    return lambda share, step: tell(first + (last - first) * share, step)


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
    work = work_of(index, areas, demand, ask, today=today, tell=tell)
    return _told(index, areas, source, work, id_, today, tell)


def _told(
    index: Index, areas: AreaIndex, source: DemandSet, work: Work, id_: str, today: date, tell: Tell
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


def _totals(work: Work, served: Served, off: NDArray[np.bool_]) -> Totals:
    return totals(served, work.weight, work.ask.limit, off_network=off, stations=int(work.inside.sum()))


def _by_line(work: Work) -> Totals | None:
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
    index: Index, work: Work, cost: NDArray[np.float64], station: NDArray[np.int32], found: Found
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
