"""Where new stations should go: from a study's question to its plan and the file that proves it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.certificate import text_of
from geo.errors import InputError
from geo.model.candidates import Candidates
from geo.model.plan import Plan
from geo.model.study import Said
from geo.network.graph import Position
from geo.planner.naming import name_places, station_name
from geo.planner.public import Public
from geo.planner.run_work import Tell, Work
from geo.planner.site_built import CLOSABLE, HELD, NEW, Built
from geo.planner.site_candidates import field_of
from geo.planner.site_document import Sites, document_of, stations_of
from geo.planner.site_parts import placed
from geo.planner.site_problem import problem_of
from geo.planner.site_question import SiteAsk
from geo.planner.site_rules import prices_of
from geo.planner.site_solve import Case, Live, Outcome, certified, solve_case
from geo.planner.site_together import gathered, kinds_of, shared, with_all_weight, with_columns, with_kinds
from geo.planner.site_told import fewest_told, told_of
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["Found", "found_of", "plan_of"]


class Found(NamedTuple):
    """A plan, the file (JSON) that proves it, and what its figures take for granted."""

    plan: Plan
    certificate: bytes
    assumptions: list[Said]


def plan_of(
    index: Index,
    areas: AreaIndex,
    work: Work,
    site: SiteAsk,
    given: Candidates | None,
    *,
    today: date,
    tell: Tell,
    public: Public,
    live: Live | None = None,
) -> Found:
    """Return where new stations should go.

    Parameters
    ----------
    given : Candidates or None
        Those of the set that the question names.
    today : date
        Which ordinary week is the present one.
    public : Public
        How the file tells positions.
    live : callable, optional
        Told about every second how far the solver is; what it raises ends the work.

    Raises
    ------
    InputError
        Candidates, rules or demand that allow no plan; says which.
    """
    tell(0.0, "正在确定候选地点")
    site = with_columns(site, work)
    kinds = kinds_of(index, areas, work, site, today)
    work = with_all_weight(work, kinds)
    field = field_of(index, areas, work, site, given)
    tell(0.1, "正在计算每个候选地点能服务谁")
    built = shared(problem_of(index, areas, work, site, field, today), site, kinds)
    codes = _codes(index, built, site)
    standing = np.flatnonzero(built.kind == CLOSABLE).astype(np.int32)
    case = Case(built.problem, site, standing, _label(built))
    try:
        outcome = gathered(built, site, solve_case(case, tell=tell, live=live))
    except InputError as error:
        raise placed(error, lambda number: _place(index, areas, work, built, number)) from None
    tell(0.95, "正在写证明")
    sites = _sites(index, areas, built, site, codes, outcome)
    about = {"asked": work.ask.asked(), "crs": public.crs.value}
    told = told_of(built, site, work.ask)
    found = found_of(case, sites, outcome, about, told, public=public, live=live)
    return found._replace(plan=with_kinds(built, site, outcome, found.plan))


def found_of(
    case: Case,
    sites: Sites,
    outcome: Outcome,
    about: Mapping[str, Any],
    assumptions: list[Said],
    *,
    public: Public | None = None,
    live: Live | None = None,
) -> Found:
    """Return what a solver found as a plan, with the file that proves it.

    Parameters
    ----------
    about : mapping
        What else the file tells its readers; it names the rules, too, by its rows.
    public : Public, optional
        How the file tells positions, where there are any.
    """
    rules = [rule.name for rule in case.problem.rules for side in (rule.low, rule.high) if np.isfinite(side)]
    proof = certified(case, outcome, stations_of(sites, public), {**about, "rules": rules}, live=live)
    plan = document_of(case, sites, outcome, proof)
    return Found(plan, text_of(proof), [*assumptions, *fewest_told(plan), *outcome.extras.told])


def _place(index: Index, areas: AreaIndex, work: Work, built: Built, number: int) -> str:
    """Return what people call a place of the problem's demand."""
    place = int(built.slices.place[number])
    here, at = slice(place, place + 1), work.ways.at
    graph = work.ways.ground.graph
    spots = work.ways.lon[here], work.ways.lat[here], [None if at is None else at.at(place)]
    return name_places(index.snapshot, areas, graph, *spots)[0][0]


def _label(built: Built) -> NDArray[np.int32] | None:
    """Return the district of the demand; what lies in none is one more."""
    if built.districts is None:
        return None
    member = built.districts.demand[built.slices.place]
    return np.where(member < 0, len(built.districts.codes), member).astype(np.int32)


def _codes(index: Index, built: Built, site: SiteAsk) -> list[str]:
    rows = built.standing.ways.ground.rows
    stations = [index.snapshot.codes[row].decode() for row in rows.tolist()]
    at_new = np.isin(built.kind, (NEW, HELD)).tolist()
    codes = [
        built.candidates.codes[number] if new else stations[number]
        for new, number in zip(at_new, built.number.tolist(), strict=True)
    ]
    for place, column in enumerate(np.flatnonzero(built.kind == HELD).tolist()):
        codes[column] += ":" + site.together[place % len(site.together)]["kind"]
    return codes


def _sites(
    index: Index, areas: AreaIndex, built: Built, site: SiteAsk, codes: list[str], found: Outcome
) -> Sites:
    """Return what is known of the columns; names and areas of those alone that a plan tells of."""
    ground, candidates, new = built.standing.ways.ground, built.candidates, np.isin(built.kind, (NEW, HELD))
    lon, lat = (np.empty(len(codes)) for _ in range(2))
    for column, here, there in (
        (lon, candidates.lon, ground.door_lon),
        (lat, candidates.lat, ground.door_lat),
    ):
        column[new], column[~new] = here[built.number[new]], there[built.number[~new]]
    prices = prices_of(candidates.price, candidates.codes, budget=site.budget is not None)
    price = np.where(built.kind == CLOSABLE, site.close_cost, 0.0)
    price[built.kind == NEW] = prices[built.number[built.kind == NEW]]
    held = np.flatnonzero(built.kind == HELD)
    price[held] = np.resize([one["cost"] for one in site.together] or [0.0], len(held))
    told = np.union1d(_occurring(found), np.flatnonzero(built.kind == CLOSABLE))
    told = told[built.kind[told] != HELD]
    names, where = _named(index, areas, built, lon, lat, told)
    districts = ("区划以外",) if built.districts is None else (*built.districts.names, "区划以外")
    serving = len(np.unique(built.standing.pairs.station))
    return Sites(
        kind=built.kind,
        codes=codes,
        names=names,
        lon=lon,
        lat=lat,
        areas=where,
        price=price,
        whole=built.whole,
        coverable=built.coverable,
        candidates=len(candidates.codes),
        counted=serving,
        districts=districts,
    )


def _occurring(found: Outcome) -> NDArray[np.int32]:
    """Return the columns that a plan or anything beside it opens."""
    more = [*(found.extras.phases or []), *(found.extras.pool or [])]
    if found.extras.fair is not None:
        more.append(found.extras.fair)
    return np.unique(np.concatenate([found.solution.chosen, *(one.chosen for one in more)]))


def _named(
    index: Index,
    areas: AreaIndex,
    built: Built,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    told: NDArray[np.integer],
) -> tuple[list[str], list[str | None]]:
    """Return names and areas of some columns: their own names, else what people call the place."""
    names, where = [""] * len(built.kind), [None] * len(built.kind)
    at, ground = built.at, built.standing.ways.ground
    positions = [
        at.at(int(built.number[column])) if at is not None and built.kind[column] == NEW else None
        for column in told
    ]
    placed: list[Position | None] = list(positions)
    called = name_places(index.snapshot, areas, ground.graph, lon[told], lat[told], placed)
    for column, (name, area) in zip(told.tolist(), called, strict=True):
        number = int(built.number[column])
        if built.kind[column] == NEW:
            own = built.candidates.names[number]
        else:
            own = station_name(index.snapshot, int(ground.rows[number]))
        names[column], where[column] = own or name, area
    return names, where
