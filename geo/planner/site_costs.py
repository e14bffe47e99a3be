"""Where new stations should go when what it costs to reach them is given: no places, no streets."""

import math

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Reach
from geo.errors import InputError
from geo.ingest.costs import Costs
from geo.planner.run_work import Tell
from geo.planner.site_built import CLOSABLE, NEW, STAYS
from geo.planner.site_document import Sites
from geo.planner.site_parts import (
    capacity_of,
    check_codes,
    check_names,
    check_room,
    lower_of,
    placed,
    served_part,
)
from geo.planner.site_question import FAR, SiteAsk
from geo.planner.site_rules import general_rules, prices_of
from geo.planner.site_run import Found, found_of
from geo.planner.site_solve import Case, solve_case

__all__ = ["plan_of_costs"]


def plan_of_costs(costs: Costs, site: SiteAsk, *, within: float | None, tell: Tell) -> Found:
    """Return where new stations should go.

    Parameters
    ----------
    within : float, optional
        What is near enough, itself included, in the costs' own unit; not for ``distance`` and ``farthest``.

    Raises
    ------
    InputError
        Something was asked that needs places or hours; candidates, rules or demand allow no plan.
    """
    _check(costs, site, within)
    check_names(site, costs.candidates)
    kind, column = _columns(costs, site)
    codes = [costs.candidates[place] for place in column.tolist()]
    open_to = [code for code, of in zip(codes, kind.tolist(), strict=True) if of == NEW]
    check_codes(site, open_to, {"never": int(np.count_nonzero(~costs.open)) - len(open_to)})
    prices = _prices(costs, site, kind, column)
    problem, demand, coverable = _problem(costs, site, kind, column, codes, within)
    problem = problem._replace(rules=tuple(general_rules(kind, problem.lower, prices, site)))
    standing = np.flatnonzero(kind == CLOSABLE).astype(np.int32)
    case = Case(problem, site, standing, None)
    try:
        outcome = solve_case(case, tell=tell)
    except InputError as error:
        raise placed(error, lambda number: f"“{costs.demand[demand[number]]}”") from None
    nowhere = np.full(len(codes), np.nan)
    sites = Sites(
        kind=kind,
        codes=codes,
        names=codes,
        lon=nowhere,
        lat=nowhere,
        areas=[None] * len(codes),
        price=prices,
        whole=float(costs.weight.sum()),
        coverable=coverable,
        candidates=int(np.count_nonzero(kind == NEW)),
        counted=int(np.count_nonzero(costs.open)) if site.existing != "none" else 0,
        districts=(),
    )
    return found_of(case, sites, outcome, {"site": site.site(), "within": within}, [])


def _check(costs: Costs, site: SiteAsk, within: float | None) -> None:
    if not costs.weight.any():
        raise InputError("需求合计是 0,没有什么可以规划的;请核对权重一列", parameter="demand")
    asked = {
        "per_area": site.per_area,
        "spacing": site.spacing,
        "all_day": site.all_day,
        "upgrades": site.upgrades,
        "planned": site.planned,
        "fairness": site.fairness,
        "together": site.together,
    }
    for name, value in asked.items():
        if value:
            raise InputError(
                "用 --costs 时没有坐标、区划和开放时间,不能要求 %(name)s", parameter=name, name=name
            )
    if within is None and site.objective not in FAR:
        raise InputError("请用 --within 写明多远算覆盖:一个数,单位与 costs 里的相同", parameter="within")
    if within is not None and not (within >= 0 and math.isfinite(within)):
        raise InputError("within 应是一个不小于 0 的数,现在是 %(value)s", parameter="within", value=within)


def _columns(costs: Costs, site: SiteAsk) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Return the kinds of the columns, and which candidates they are; new ones first."""
    new, stands = np.flatnonzero(~costs.open), np.flatnonzero(costs.open)
    kind = {"closable": CLOSABLE, "fixed": STAYS}.get(site.existing)
    if kind is None or (kind == STAYS and site.capacity is None):
        stands = stands[:0]
    left = ~np.isin(np.array(costs.candidates)[new], list(site.never))
    column = np.concatenate([new[left], stands]).astype(np.int32)
    kinds = np.full(len(column), NEW if kind is None else kind, np.int8)
    kinds[: np.count_nonzero(left)] = NEW
    return kinds, column


def _prices(
    costs: Costs, site: SiteAsk, kind: NDArray[np.int8], column: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return what opening columns costs, and closing those that stand."""
    new = kind == NEW
    codes = [costs.candidates[place] for place in column[new].tolist()]
    prices = np.where(kind == CLOSABLE, site.close_cost, 0.0)
    prices[new] = prices_of(costs.price[column[new]], codes, budget=site.budget is not None)
    return prices


def _problem(
    costs: Costs,
    site: SiteAsk,
    kind: NDArray[np.int8],
    column: NDArray[np.int32],
    codes: list[str],
    within: float | None,
) -> tuple[Problem, NDArray[np.int64], float]:
    """Return all of the problem but its rules, what its demand is, and the weight that can be served."""
    some = np.flatnonzero(costs.weight > 0)
    weight = costs.weight[some]
    demand = np.full(len(costs.weight), -1, np.int32)
    demand[some] = np.arange(len(some))
    near = demand[costs.place] >= 0
    if site.objective not in FAR and within is not None:
        near &= costs.cost <= within
    candidate, place, cost = costs.candidate[near], demand[costs.place[near]], costs.cost[near]
    stays = costs.open[candidate] & (site.existing == "fixed") & (site.capacity is None)
    kept_cost = np.full(len(some), np.inf)
    np.minimum.at(kept_cost, place[stays], cost[stays])
    problem = Problem(
        objective=site.objective,
        weight=weight,
        reach=_reach(column, len(costs.candidates), candidate, place, cost),
        price=(kind == NEW).astype(np.float64),
        lower=lower_of(site, codes, kind),
        upper=np.ones(len(kind), np.int8),
        rules=(),
        kept=np.bincount(place[stays], minlength=len(some)).astype(np.int32),
        kept_cost=kept_cost,
        backup=site.backup,
        capacity=capacity_of(site, codes, kind, costs.capacity[column], float(weight.sum())),
    )
    problem, served, coverable = served_part(problem)
    check_room(problem, kind, site)
    return problem, some[served], coverable


def _reach(
    column: NDArray[np.int32],
    candidates: int,
    candidate: NDArray[np.int32],
    place: NDArray[np.int32],
    cost: NDArray[np.float64],
) -> Reach:
    """Return what columns reach, from pairs by candidate, then demand."""
    number = np.full(candidates, -1, np.int32)
    number[column] = np.arange(len(column))
    of = number[candidate]
    # Columns are the candidates in another order: those of one stay together, demand ascending.
    order = np.argsort(of, kind="stable")
    order = order[of[order] >= 0]
    start = np.zeros(len(column) + 1, np.int64)
    np.cumsum(np.bincount(of[order], minlength=len(column)), out=start[1:])
    return Reach(start, place[order], cost[order])
