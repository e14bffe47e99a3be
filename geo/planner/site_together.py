"""Several kinds of stations that share new buildings: each has its own demand and stations that stand.

The demand of all kinds stands one after the other. Where kinds cost nothing of their own every building holds
all of them, and is one column; else a building's column serves nobody, and each kind in it is one more.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Reach, Rule
from geo.analyses.siting.values import times_of, value_of
from geo.model.plan import KindPart, Plan, Together
from geo.planner.question import Ask
from geo.planner.run_work import Work, work_of
from geo.planner.site_built import HELD, NEW, Built
from geo.planner.site_question import SiteAsk
from geo.planner.site_slices import Slices
from geo.planner.site_solve import Outcome
from geo.planner.site_standing import Standing, standing_of
from geo.registry.areas import AreaIndex
from geo.registry.nearest import Index

__all__ = ["KindDemand", "gathered", "kinds_of", "shared", "with_all_weight", "with_columns", "with_kinds"]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class KindDemand(NamedTuple):
    """What is asked of one kind, by the places of the demand: (d,) each.

    Attributes
    ----------
    weight : float64
    kept : int32
        How many stations of the kind that stand cover the place.
    """

    weight: _Floats
    kept: _Ints


def with_columns(site: SiteAsk, work: Work) -> SiteAsk:
    """Return the question with the column of each kind: the study's own where none is named."""
    named: list[Together] = [{**one, "weight": one["weight"] or work.ask.weight} for one in site.together]
    return replace(site, together=named)


def kinds_of(index: Index, areas: AreaIndex, work: Work, site: SiteAsk, today: date) -> list[KindDemand]:
    """Return what is asked of each kind that shares buildings, none where none do.

    Raises
    ------
    InputError
        The demand has no such column.
    """
    asked = {name: value for name, value in work.ask.asked().items() if name != "site"}
    found = []
    for one in site.together:
        ask = Ask.from_asked({**asked, "kinds": [one["kind"]], "weight": one["weight"]})
        own = work_of(index, areas, work.demand, ask, today=today, tell=lambda _share, _step: None)
        found.append(KindDemand(own.weight, _kept(standing_of(index, areas, own, site, today))))
    return found


def _kept(standing: Standing) -> _Ints:
    pairs = standing.pairs
    place = np.repeat(np.arange(len(pairs.start) - 1), np.diff(pairs.start))
    counts = standing.day.open[0][pairs.station]
    return np.bincount(place[counts], minlength=len(pairs.start) - 1).astype(np.int32)


def with_all_weight(work: Work, kinds: Sequence[KindDemand]) -> Work:
    """Return the work with the weights of all kinds together."""
    return work._replace(weight=np.sum([kind.weight for kind in kinds], axis=0)) if kinds else work


def shared(built: Built, site: SiteAsk, kinds: Sequence[KindDemand]) -> Built:
    """Return the problem of buildings that hold several kinds, made from that of their places.

    Parameters
    ----------
    built : Built
        Of one kind, by the weights of all; all its columns are new buildings.
    """
    if not kinds:
        return built
    problem, slices = built.problem, built.slices
    size, place = len(slices.place), slices.place
    weight = np.concatenate([kind.weight[place] for kind in kinds])
    problem = problem._replace(
        weight=weight,
        reach=_stacked(problem.reach, size, len(kinds)),
        kept=np.concatenate([kind.kept[place] for kind in kinds]).astype(np.int32),
        kept_cost=np.full(len(weight), np.inf),
    )
    often = np.bincount(problem.reach.demand, minlength=len(weight)) + problem.kept
    first, n = np.arange(len(weight) + 1), len(kinds)
    built = built._replace(
        problem=problem,
        slices=Slices(first, np.tile(place, n), np.tile(slices.time, n), weight),
        coverable=float(weight[often >= site.backup].sum()),
    )
    return _apart(built, site, size) if site.apart else built


def _stacked(reach: Reach, size: int, times: int) -> Reach:
    """Return what columns reach where all demand is there so many times."""
    length = np.diff(reach.start)
    start = np.concatenate([[0], np.cumsum(times * length)])
    demand, cost = np.empty(times * len(reach.demand), np.int32), np.empty(times * len(reach.demand))
    column = np.repeat(np.arange(len(length)), length)
    within = np.arange(len(reach.demand)) - reach.start[column]
    for time in range(times):
        at = start[column] + time * length[column] + within
        demand[at], cost[at] = reach.demand + time * size, reach.cost
    return Reach(start.astype(np.int64), demand, cost)


def _apart(built: Built, site: SiteAsk, size: int) -> Built:
    """Return the problem in which every kind in a building is a column, and the building itself none's."""
    problem, n, kinds = built.problem, len(built.kind), len(site.together)
    # Of a building the demand stands by kinds: parts of equal length.
    length = np.repeat(np.diff(problem.reach.start) // kinds, kinds)
    held = np.arange(n * kinds)
    reach = problem.reach._replace(start=np.concatenate([np.zeros(n, np.int64), [0], np.cumsum(length)]))
    building = np.repeat(np.arange(n), kinds)
    rules = [_with_kinds_paid(rule, site, n) if rule.name == "budget" else rule for rule in problem.rules]
    pair = np.array([-1.0, 1.0])
    rules += [
        Rule("building", np.array([one, n + other], np.int32), pair, -np.inf, 0.0)
        for one, other in zip(building.tolist(), held.tolist(), strict=True)
    ]
    none, more = np.zeros(n * kinds), np.zeros(n * kinds, np.int8)
    problem = problem._replace(
        reach=reach,
        price=np.concatenate([problem.price, none]),
        lower=np.concatenate([problem.lower, more]),
        upper=np.concatenate([problem.upper, more + np.int8(1)]),
        rules=tuple(rules),
    )
    kind = np.concatenate([built.kind, np.full(n * kinds, HELD, np.int8)])
    number = np.concatenate([built.number, built.number[building]]).astype(np.int32)
    return built._replace(problem=problem, kind=kind, number=number)


def _with_kinds_paid(rule: Rule, site: SiteAsk, n: int) -> Rule:
    cost = np.tile([one["cost"] for one in site.together], n)
    column = np.concatenate([rule.column, n + np.arange(len(cost))]).astype(np.int32)
    return rule._replace(column=column, coef=np.concatenate([rule.coef, cost]))


def _held_of(built: Built, kinds: int) -> NDArray[np.int64]:
    """Return the columns of the kinds in each building, (n, kinds); none where it holds all of them."""
    n = int(np.count_nonzero(built.kind == NEW))
    return n + np.arange(n * kinds).reshape(n, kinds) if len(built.kind) > n else np.empty((n, 0), np.int64)


def gathered(built: Built, site: SiteAsk, outcome: Outcome) -> Outcome:
    """Return an outcome in which a building is worth what its kinds are worth together."""
    if not site.apart:
        return outcome
    chosen, problem = outcome.solution.chosen, built.problem
    held, value = _held_of(built, len(site.together)), value_of(built.problem, outcome.solution.chosen)
    gains, serves = outcome.gains.copy(), outcome.serves.copy()
    for at in np.flatnonzero(built.kind[chosen] == NEW).tolist():
        own = np.isin(chosen, held[chosen[at]])
        gains[at] = value - value_of(problem, chosen[~own])
        serves[at] = outcome.serves[own].sum()
    return outcome._replace(gains=gains, serves=serves)


def with_kinds(built: Built, site: SiteAsk, outcome: Outcome, plan: Plan) -> Plan:
    """Return a plan that tells kinds apart: of every building which it holds, of every kind its part."""
    if not site.together:
        return plan
    problem, chosen = built.problem, outcome.solution.chosen
    names = [one["kind"] for one in site.together]
    held = _held_of(built, len(names))
    inside = {
        built.candidates.codes[built.number[column]]: [
            (kind, one["cost"])
            for at, (kind, one) in enumerate(zip(names, site.together, strict=True))
            if not site.apart or held[column, at] in chosen
        ]
        for column in chosen[built.kind[chosen] == NEW].tolist()
    }
    told = []
    for one in plan["chosen"]:
        kinds = inside[one["code"]]
        price = None if one["price"] is None else one["price"] + sum(cost for _, cost in kinds)
        told.append({**one, "kinds": [kind for kind, _ in kinds], "price": price})
    often = [[kind for kind, _ in kinds] for kinds in inside.values()]
    parts = _parts(problem, site, chosen, [sum(name in kinds for kinds in often) for name in names])
    return plan | {"chosen": told, "kinds": parts}


def _parts(problem: Problem, site: SiteAsk, chosen: _Ints, buildings: Sequence[int]) -> list[KindPart]:
    weight = problem.weight.reshape(len(site.together), -1)
    now, then = (
        (times >= site.backup).reshape(weight.shape) for times in (problem.kept, times_of(problem, chosen))
    )
    return [
        KindPart(
            kind=one["kind"],
            weight=one["weight"],
            whole=float(weight[at].sum()),
            before=float(weight[at][now[at]].sum()),
            value=float(weight[at][then[at]].sum()),
            buildings=buildings[at],
        )
        for at, one in enumerate(site.together)
    ]
