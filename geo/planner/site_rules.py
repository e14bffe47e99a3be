"""What limits which stations may be opened together, as rules over the columns of a siting problem."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Rule
from geo.errors import InputError
from geo.planner.site_built import CLOSABLE, NEW, UPGRADE, Built
from geo.planner.site_question import SiteAsk
from geo.planner.site_spacing import cliques, too_near

__all__ = ["general_rules", "prices_of", "rules_of"]


def rules_of(built: Built, site: SiteAsk) -> tuple[Rule, ...]:
    """Return the rules of a question, those of `general_rules` first.

    Raises
    ------
    InputError
        No choice can keep one of them.
    """
    new, closable, upgrade = (np.flatnonzero(built.kind == kind) for kind in (NEW, CLOSABLE, UPGRADE))
    price = np.zeros(len(built.kind))
    given = prices_of(built.candidates.price, built.candidates.codes, budget=site.budget is not None)
    price[new] = given[built.number[new]]
    rules = general_rules(built.kind, built.problem.lower, price, site)
    rules += _only_kept(built, closable, upgrade)
    if site.per_area:
        rules += _per_area(built, site, new, closable)
    if site.spacing:
        rules += _spacing(built, site, new, closable)
    return tuple(rules)


def general_rules(
    kind: NDArray[np.int8], lower: NDArray[np.int8], price: NDArray[np.float64], site: SiteAsk
) -> list[Rule]:
    """Return the rules that ask for no places; ``count``, how many may be new, is always the first.

    Parameters
    ----------
    price : (n,) float64
        Of the columns; only looked at where there is a budget.

    Raises
    ------
    InputError
        What must be opened is more than the budget.
    """
    new, closable, upgrade = (np.flatnonzero(kind == of) for of in (NEW, CLOSABLE, UPGRADE))
    most = np.inf if site.most is None else float(site.most + len(closable))
    # Whoever closes one may open one more.
    rules = [_rule("count", np.concatenate([new, closable]), -np.inf, most)]
    if len(closable):
        rules.append(_rule("moves", closable, float(len(closable) - site.moves), np.inf))
    if len(upgrade):
        rules.append(_rule("upgrades", upgrade, -np.inf, float(site.upgrades)))
    if site.budget is not None:
        rules.append(_budget(site, site.budget, new, closable, lower, price))
    return rules


def prices_of(price: NDArray[np.float64], codes: Sequence[str], *, budget: bool) -> NDArray[np.float64]:
    """Return what candidates cost; 1 each where none says so and there is a budget.

    Raises
    ------
    InputError
        There is a budget, and only some of them say what they cost.
    """
    missing = np.flatnonzero(np.isnan(price))
    if not budget or not len(missing):
        return price
    if len(missing) == len(codes):
        return np.ones(len(missing))
    raise InputError(
        "有 %(count)s 个候选地点没有写费用(如“%(code)s”),不能按预算规划;请补上费用一列",
        parameter="budget",
        count=len(missing),
        code=codes[missing[0]],
    )


def _rule(
    name: str, column: NDArray[np.integer], low: float, high: float, coef: NDArray[np.float64] | None = None
) -> Rule:
    order = np.argsort(column, kind="stable")
    values = np.ones(len(column)) if coef is None else coef.astype(np.float64)
    return Rule(name, column[order].astype(np.int32), values[order], low, high)


def _only_kept(built: Built, closable: NDArray[np.integer], upgrade: NDArray[np.integer]) -> Iterator[Rule]:
    """Yield that only stations that are kept open longer."""
    kept = {int(built.number[column]): column for column in closable}
    for column in upgrade:
        if (other := kept.get(int(built.number[column]))) is not None:
            yield _rule("building", np.array([other, column]), -np.inf, 0.0, np.array([-1.0, 1.0]))


def _budget(
    site: SiteAsk,
    budget: float,
    new: NDArray[np.integer],
    closable: NDArray[np.integer],
    lower: NDArray[np.int8],
    price: NDArray[np.float64],
) -> Rule:
    needed = float(price[new[lower[new] > 0]].sum())
    if needed > budget:
        raise InputError(
            "必选的候选地点要 %(needed)s,超过预算 %(budget)s;请提高预算或减少必选的",
            parameter="budget",
            needed=f"{needed:,.10g}",
            budget=f"{budget:,.10g}",
        )
    coef = np.concatenate([price[new], np.full(len(closable), -site.close_cost)])
    high = budget - site.close_cost * len(closable)
    return _rule("budget", np.concatenate([new, closable]), -np.inf, high, coef)


def _per_area(
    built: Built, site: SiteAsk, new: NDArray[np.integer], closable: NDArray[np.integer]
) -> Iterator[Rule]:
    districts = built.districts
    if districts is None:
        raise InputError(
            "没有下一级的区划,不能要求每个区划至少有几个站点;请先用 yizhan load areas 导入",
            parameter="per_area",
        )
    count = len(districts.names)
    weight = np.bincount(districts.demand + 1, built.standing.day.weight.sum(axis=0), count + 1)[1:]
    stays = np.ones(len(districts.stations), bool)
    stays[built.number[closable]] = False
    kept = np.bincount(districts.stations[stays] + 1, minlength=count + 1)[1:]
    for place, name in enumerate(districts.names):
        wanted = site.per_area - int(kept[place])
        if weight[place] <= 0 or wanted <= 0:
            continue
        here = np.concatenate(
            [
                new[districts.candidates[built.number[new]] == place],
                closable[districts.stations[built.number[closable]] == place],
            ]
        )
        if len(here) < wanted:
            raise InputError(
                "“%(area)s”要至少有 %(least)s 个站点,现有 %(kept)s 个,可选的候选地点只有 %(count)s 个"
                "(离街道太远、离现有站点太近的不算);请增加候选地点或减小 per_area",
                parameter="per_area",
                area=name,
                least=site.per_area,
                kept=int(kept[place]),
                count=len(here),
            )
        # Told to a person where rules contradict each other.
        yield _rule(f"area:{name}", here, float(wanted), np.inf)


def _spacing(
    built: Built, site: SiteAsk, new: NDArray[np.integer], closable: NDArray[np.integer]
) -> Iterator[Rule]:
    ground, candidates = built.standing.ways.ground, built.candidates
    column = np.concatenate([new, closable])
    lon = np.concatenate([candidates.lon[built.number[new]], ground.door_lon[built.number[closable]]])
    lat = np.concatenate([candidates.lat[built.number[new]], ground.door_lat[built.number[closable]]])
    pairs = too_near(lon, lat, site.spacing)
    # Stations that stand may be as near to each other as they are.
    pairs = pairs[pairs[:, 0] < len(new)]
    must = built.problem.lower[column] > 0
    if len(both := pairs[must[pairs].all(axis=1)]):
        one, other = (candidates.codes[built.number[column[place]]] for place in both[0])
        raise InputError(
            "必选的“%(one)s”和“%(other)s”之间不到 %(spacing)s 米,两者矛盾;请减小间距或去掉一个",
            parameter="spacing",
            one=one,
            other=other,
            spacing=f"{site.spacing:g}",
        )
    for group in cliques(pairs):
        yield _rule("spacing", column[group], -np.inf, 1.0)
