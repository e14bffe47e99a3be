"""A planner's question about new stations as a siting problem of arrays."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem
from geo.errors import InputError
from geo.model.candidates import Candidates
from geo.model.hours import Reason
from geo.model.study import Said, said
from geo.network.graph import Positions
from geo.planner.measure import Ways
from geo.planner.run_work import Work
from geo.planner.site_built import NEW, Built
from geo.planner.site_candidates import Field
from geo.planner.site_columns import Columns, closable_of, columns_of, kept_of
from geo.planner.site_districts import districts_of
from geo.planner.site_parts import Struck, capacity_of, check_codes, check_room, lower_of, served_part
from geo.planner.site_question import SiteAsk
from geo.planner.site_rules import rules_of
from geo.planner.site_slices import Slices, sliced
from geo.planner.site_spacing import check_spacing, within
from geo.planner.site_standing import Standing, standing_of
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["problem_of"]

_OFF = Reason("离任何街道太远的候选地点有 %(count)s 个,没有参加选择")
_CROWDED = Reason("离现有站点比间距近的候选地点有 %(count)s 个,没有参加选择")


def problem_of(index: Index, areas: AreaIndex, work: Work, site: SiteAsk, field: Field, today: date) -> Built:
    """Return a question as a problem.

    Raises
    ------
    InputError
        No weight, too few candidates, a code that is not among them, rules that contradict each other, more
        pairs than memory has room for.
    """
    if not work.weight.any():
        raise InputError("需求合计是 0,没有什么可以规划的;请换一列权重或换一个区划", parameter="weight")
    standing = standing_of(index, areas, work, site, today)
    field, told, struck = _usable(standing, site, field)
    check_codes(site, field.candidates.codes, struck)
    if site.spacing:
        # Soon found, unlike the ways that would be measured in vain.
        check_spacing(field.candidates.lon, field.candidates.lat, site.spacing)
    slices = _slices(standing, work)
    columns = columns_of(standing, work, site, field, slices)
    problem, slices, coverable = _served(_problem(standing, site, field.candidates, columns, slices), slices)
    built = Built(
        problem=problem,
        kind=columns.kind,
        number=columns.number,
        candidates=field.candidates,
        at=field.at,
        standing=standing,
        slices=slices,
        districts=districts_of(index, areas, work, field.candidates, standing.ways.ground),
        whole=float(standing.day.weight.sum()),
        coverable=coverable,
        told=told,
    )
    check_room(problem, columns.kind, site)
    return built._replace(problem=problem._replace(rules=rules_of(built, site)))


def _problem(
    standing: Standing, site: SiteAsk, candidates: Candidates, columns: Columns, slices: Slices
) -> Problem:
    """Return all of a problem but its rules."""
    kind, number = columns.kind, columns.number
    codes = [candidates.codes[place] if of == NEW else "" for of, place in zip(kind, number, strict=True)]
    own = np.full(len(kind), np.nan)
    own[kind == NEW] = candidates.capacity[number[kind == NEW]]
    kept, kept_cost = kept_of(standing, site, slices)
    return Problem(
        objective=site.objective,
        weight=slices.weight,
        reach=columns.reach,
        price=(kind == NEW).astype(np.float64),
        lower=lower_of(site, codes, kind),
        upper=np.ones(len(kind), np.int8),
        rules=(),
        kept=kept,
        kept_cost=kept_cost,
        backup=site.backup,
        capacity=capacity_of(site, codes, kind, own, float(slices.weight.sum())),
    )


def _usable(standing: Standing, site: SiteAsk, field: Field) -> tuple[Field, list[Said], dict[Struck, int]]:
    """Return the candidates that can be chosen, and how many cannot for what reason, in words and counted."""
    candidates, at, ground = field.candidates, field.at, standing.ways.ground
    if at is None and ground.graph is not None:
        at = _snapped(standing.ways, candidates)
    left = ~np.isin(np.array(candidates.codes), list(site.never))
    told, struck = list(field.told), dict[Struck, int](never=int(np.count_nonzero(~left)))
    off = np.zeros(len(left), bool) if at is None else at.edge < 0
    outs: dict[Struck, tuple[NDArray[np.bool_], Reason]] = {
        "off": (off, _OFF),
        "crowded": (_crowded(standing, site, candidates), _CROWDED),
    }
    for name, (out, why) in outs.items():
        struck[name] = int(np.count_nonzero(left & out))
        if struck[name]:
            told.append(said(why._replace(params={"count": f"{struck[name]:,}"})))
        left &= ~out
    some = np.flatnonzero(left)
    part = Candidates(
        tuple(candidates.codes[i] for i in some),
        tuple(candidates.names[i] for i in some),
        *(column[some] for column in candidates[2:]),
    )
    at = None if at is None else Positions(*(column[some] for column in at))
    return Field(part, at, []), told, struck


def _snapped(ways: Ways, candidates: Candidates) -> Positions:
    from geo.finder.streets import SNAP_LIMIT_M
    from geo.network.snap import snap

    return snap(ways.ground.graph, ways.ask.by, candidates.lon, candidates.lat, limit_m=SNAP_LIMIT_M)


def _crowded(standing: Standing, site: SiteAsk, candidates: Candidates) -> NDArray[np.bool_]:
    """Return which candidates are too near to a station that stays."""
    if not site.spacing:
        return np.zeros(len(candidates.codes), bool)
    ground, stays = standing.ways.ground, ~closable_of(standing, site)
    here = ground.door_lon[stays], ground.door_lat[stays]
    return within(candidates.lon, candidates.lat, *here, site.spacing)


def _slices(standing: Standing, work: Work) -> Slices:
    """Return the demand, at different times where a station near it is not always open."""
    changing = np.zeros(len(work.weight), bool)
    if len(standing.day.open) > 1:
        sometimes = standing.day.open.any(axis=0) != standing.day.open.all(axis=0)
        place = np.repeat(np.arange(len(changing)), np.diff(standing.pairs.start))
        changing[place[sometimes[standing.pairs.station]]] = True
    return sliced(standing.day, changing)


def _served(problem: Problem, slices: Slices) -> tuple[Problem, Slices, float]:
    """Return the problem without demand that must be served and cannot be, and the weight that can be."""
    problem, served, coverable = served_part(problem)
    first = np.append(0, np.cumsum(served))[slices.first]
    return problem, Slices(first, slices.place[served], slices.time[served], slices.weight[served]), coverable
