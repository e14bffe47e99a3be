"""What every siting problem is made of, whether its ways are along streets or given as costs."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Reach
from geo.errors import InputError
from geo.planner.site_built import NEW, STAYS
from geo.planner.site_question import FAR, OWN, SiteAsk

__all__ = [
    "DUST",
    "Struck",
    "capacity_of",
    "check_codes",
    "check_names",
    "check_room",
    "lower_of",
    "placed",
    "room_of",
    "served_part",
]

DUST = 1e-9
"""Which share of a sum may be the rounding of what was added up."""

Struck = Literal["never", "off", "crowded"]
"""Why a candidate cannot be chosen: the question says so, it is too far from any street, or too near to a
station that stays."""

_STRUCK: dict[Struck, tuple[str, str]] = {
    "never": (
        "%(all)s 个候选地点里,有 %(count)s 个写明了不选,可选的只剩 %(left)s 个,不够;"
        "请减少不选的(never),或增加候选地点",
        "never",
    ),
    "off": (
        "%(all)s 个候选地点里,有 %(count)s 个离任何街道太远,可选的只剩 %(left)s 个,不够;"
        "请核对它们的位置和坐标系,或增加候选地点",
        "candidates",
    ),
    "crowded": (
        "%(all)s 个候选地点里,有 %(count)s 个离现有站点不到 %(spacing)s 米,可选的只剩 %(left)s 个,不够;"
        "请减小间距(spacing),或增加候选地点",
        "spacing",
    ),
}


def check_codes(site: SiteAsk, codes: Sequence[str], struck: Mapping[Struck, int]) -> None:
    """Let pass a question whose candidates are among those that can be chosen, and are enough.

    Parameters
    ----------
    codes : sequence of str
        Of candidates that can be chosen.
    struck : mapping
        How many cannot, for what reason.

    Raises
    ------
    InputError
        Naming what is not.
    """
    known = set(codes)
    if missing := [code for code in dict.fromkeys(site.must) if code not in known]:
        raise InputError(
            "必选的候选地点“%(codes)s”不在可选的候选地点里(离街道太远、离现有站点太近,或是现有站点);请去掉它们或减小间距",
            parameter="must",
            codes="、".join(missing[:5]),
        )
    if (site.most or 0) <= len(codes) and (codes or site.upgrades):
        return
    if any(struck.values()):
        raise _too_few(site, len(codes), struck)
    if not codes:
        raise InputError("没有一个候选地点可以选;请换一份候选地点或放宽条件", parameter="candidates")
    raise InputError(
        "要新建 %(p)s 个站点,可选的候选地点只有 %(count)s 个;请减小 p 或增加候选地点",
        parameter="p",
        p=site.most,
        count=len(codes),
    )


def check_names(site: SiteAsk, codes: Iterable[str]) -> None:
    """Let pass a question that names candidates by codes there are.

    Parameters
    ----------
    codes : iterable of str
        Of all candidates, whether they can be chosen or not.

    Raises
    ------
    InputError
        Naming what is not.
    """
    known = set(codes) if site.must or site.never else set[str]()
    for parameter, named in (("must", site.must), ("never", site.never)):
        if missing := [code for code in dict.fromkeys(named) if code not in known]:
            raise InputError(
                "%(name)s 里的“%(codes)s”不是候选地点的编号;请对照候选地点文件或一份方案里的编号改正",
                parameter=parameter,
                name=parameter,
                codes="、".join(missing[:5]),
            )


def _too_few(site: SiteAsk, left: int, struck: Mapping[Struck, int]) -> InputError:
    """Return that too few candidates are left, and what most of the others were struck out for."""
    why = max(struck, key=struck.__getitem__)
    message, parameter = _STRUCK[why]
    values = {
        "all": f"{left + sum(struck.values()):,}",
        "count": f"{struck[why]:,}",
        "left": f"{left:,}",
        "spacing": f"{site.spacing:g}",
    }
    return InputError(message, parameter=parameter, **values)


def room_of(problem: Problem, kind: NDArray[np.int8], site: SiteAsk) -> float:
    """Return the weight that the largest columns which can be open together hold; infinite if unlimited."""
    if problem.capacity is None:
        return math.inf
    new = np.sort(problem.capacity[kind == NEW])[::-1][: site.p]
    return float(new.sum() + problem.capacity[kind != NEW].sum())


def check_room(problem: Problem, kind: NDArray[np.int8], site: SiteAsk) -> None:
    """Refuse capacities that cannot hold all demand where all of it must be served.

    Raises
    ------
    InputError
        With both sums.
    """
    if problem.objective != "distance":
        return
    most, weight = room_of(problem, kind, site), float(problem.weight.sum())
    if most < weight * (1.0 - DUST):
        raise InputError(
            "所有站点的容量合计至多 %(most)s,少于需求 %(weight)s;请加大容量、增加新站点,或改用“覆盖最多”",
            parameter="capacity",
            most=f"{most:,.10g}",
            weight=f"{weight:,.10g}",
        )


def lower_of(site: SiteAsk, codes: Sequence[str], kind: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return which columns must be opened: what stays, and the candidates that the question names.

    Parameters
    ----------
    codes : (n,) sequence of str
        Of the columns.
    """
    must = np.isin(np.array(codes, str), list(site.must)) & (kind == NEW)
    return ((kind == STAYS) | must).astype(np.int8)


def capacity_of(
    site: SiteAsk, codes: Sequence[str], kind: NDArray[np.int8], own: NDArray[np.float64], whole: float
) -> NDArray[np.float64] | None:
    """Return what each column can serve; of what stands and does not say it, all.

    Parameters
    ----------
    own : (n,) float64
        What columns say of themselves, NaN for nothing.
    whole : float
        Weight of all demand.

    Raises
    ------
    InputError
        Candidates are to have their own, and one has none.
    """
    if site.capacity is None:
        return None
    if site.capacity != OWN:
        return np.full(len(kind), float(site.capacity))
    unknown = np.isnan(own)
    if len(missing := np.flatnonzero(unknown & (kind == NEW))):
        raise InputError(
            "有 %(count)s 个候选地点没有写容量(如“%(code)s”);请补上容量一列,或写一个对所有站点一样的容量",
            parameter="capacity",
            count=len(missing),
            code=codes[missing[0]],
        )
    return np.where(unknown, whole, own)


def placed(error: InputError, where: Callable[[int], str]) -> InputError:
    """Return why there is no plan, with the name of a place instead of a number of the problem's demand.

    Parameters
    ----------
    where : callable
        Given that number, from 0, what people call the place.
    """
    if "first" not in error.params:
        return error
    params = {"count": error.params["count"], "place": where(int(str(error.params["first"])) - 1)}
    if "rules" not in error.params:
        return InputError(
            "有 %(count)s 处需求(如%(place)s)无法都服务;请增加候选地点或容量,或去掉这些需求",
            parameter="demand",
            **params,
        )
    return InputError(
        "要服务 %(count)s 处需求(如%(place)s),就不能同时满足:%(rules)s;请放宽其中一项",
        parameter=error.parameter,
        rules=error.params["rules"],
        **params,
    )


def served_part(problem: Problem) -> tuple[Problem, NDArray[np.bool_], float]:
    """Return the weight that can be served, and, where all must be, the problem without what cannot.

    Returns
    -------
    Problem, (d,) bool, float
        Which demand is in it still.
    """
    often = np.bincount(problem.reach.demand, minlength=len(problem.weight)) + problem.kept
    least = problem.backup if problem.objective in ("cover", "all") else 1
    served = often >= least
    coverable = float(problem.weight[served].sum())
    if problem.objective not in FAR or served.all():
        return problem, np.ones(len(served), bool), coverable
    keep = served[problem.reach.demand]
    column = np.repeat(np.arange(len(problem.price)), np.diff(problem.reach.start))[keep]
    start = np.zeros(len(problem.price) + 1, np.int64)
    np.cumsum(np.bincount(column, minlength=len(problem.price)), out=start[1:])
    number = (np.cumsum(served) - 1).astype(np.int32)
    part = problem._replace(
        weight=problem.weight[served],
        reach=Reach(start, number[problem.reach.demand[keep]], problem.reach.cost[keep]),
        kept=problem.kept[served],
        kept_cost=problem.kept_cost[served],
    )
    return part, served, coverable
