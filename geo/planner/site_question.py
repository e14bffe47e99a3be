"""What a planner asks about new stations, checked when it is made."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from geo.errors import InputError
from geo.finder.question import check_known
from geo.model.plan import Site, Together
from geo.model.station import Kind

__all__ = ["CORNERS", "DEMAND", "EXISTING", "FAR", "MOST_CURVE", "OBJECTIVES", "OWN", "SET", "SiteAsk"]

OBJECTIVES = ("cover", "all", "distance", "farthest")
FAR = ("distance", "farthest")
"""Objectives for which all ways count, however far."""
EXISTING = ("fixed", "none", "closable")
CORNERS, DEMAND, SET = "corners", "demand", "set:"
"""Where candidates come from: street corners, the demand's own places, or ``set:`` and the name of a set."""
OWN = "own"
"""Of a capacity: each candidate has its own."""
MOST_CURVE = 60
"""As many new stations a curve goes to at most."""

_MOST_NEW, _MOST_PHASES, _MOST_POOL, _MOST_CODES = 1000, 10, 20, 2000
_LONGEST_SPACING_M, _LONGEST_S, _MOST_ITERATIONS = 100_000.0, 86_400.0, 10_000_000
_LARGEST = 1e12


@dataclass(frozen=True, kw_only=True)
class SiteAsk:
    """What a planner asks about new stations; `geo.model.plan.Site` says what the fields mean.

    Parameters
    ----------
    p : int, optional
        1 to 1,000 new stations; 0 where something else may change. Only with ``all`` or a budget may it be
        left out; with ``all`` it is no rule, but what the answer is compared with.
    candidates : str
        ``corners``, ``demand``, or ``set:`` and a name.
    capacity : float or "own", optional
        What every station can serve, or ``own``: what each candidate says.
    curve : int
        Up to how many new stations the curve goes, 0 for none.
    phases : sequence of int
        New stations in all at the end of each phase, ascending; the last at most p.
    together : sequence of Together
        Two kinds or more, each once, or none.
    seconds : float
        After so long the best found is told.

    Raises
    ------
    InputError
        A value out of range, or two that contradict each other; names the parameter.
    """

    objective: Literal["cover", "all", "distance", "farthest"] = "cover"
    p: int | None = None
    candidates: str = CORNERS
    existing: Literal["fixed", "none", "closable"] = "fixed"
    planned: bool = False
    budget: float | None = None
    close_cost: float = 0.0
    moves: int = 0
    capacity: float | Literal["own"] | None = None
    backup: int = 1
    per_area: int = 0
    spacing: float = 0.0
    all_day: bool = False
    upgrades: int = 0
    must: Sequence[str] = ()
    never: Sequence[str] = ()
    curve: int = 0
    phases: Sequence[int] = ()
    pool: int = 0
    fairness: bool = False
    together: Sequence[Together] = ()
    seconds: float = 60.0
    iterations: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        check_known("objective", [self.objective], OBJECTIVES)
        check_known("existing", [self.existing], EXISTING)
        _check_candidates(self.candidates)
        _check_ranges(self)
        _check_existing(self)
        _check_count(self)
        _check_kinds(self)
        _check_codes(self)
        _check_more(self)
        _check_together(self)

    @classmethod
    def from_site(cls, site: Site) -> "SiteAsk":
        """Return the question as a study keeps it, checked anew."""
        return cls(**cast(dict[str, Any], site))

    def site(self) -> Site:
        """Return the question as a study keeps it: lists, each code once."""
        values = asdict(self)
        for name in ("must", "never"):
            values[name] = list(dict.fromkeys(values[name]))
        values |= {name: list(values[name]) for name in ("phases", "together")}
        return cast(Site, values)

    @property
    def most(self) -> int | None:
        """How many may be new; None where nothing says so: ``all`` opens as few as can be, whatever p is."""
        return None if self.objective == "all" else self.p

    @property
    def apart(self) -> bool:
        """Whether it is to be decided of every building which kinds it holds; else it holds all of them."""
        return self.budget is not None and any(one["cost"] for one in self.together)

    @property
    def hours(self) -> bool:
        """Whether it counts at which hours stations are open."""
        return self.all_day or self.upgrades > 0


def _check_candidates(text: str) -> None:
    if text not in (CORNERS, DEMAND) and not (text.startswith(SET) and len(text) > len(SET)):
        raise InputError(
            "candidates 应是 corners(路口)、demand(需求所在的地方)或一份候选地点的名称,现在是“%(value)s”",
            parameter="candidates",
            value=text,
        )


def _check_ranges(ask: SiteAsk) -> None:
    _in_range("budget", ask.budget, 0, _LARGEST)
    _in_range("close_cost", ask.close_cost, 0, _LARGEST)
    _in_range("moves", ask.moves, 0, _MOST_NEW)
    _in_range("backup", ask.backup, 1, 10)
    _in_range("per_area", ask.per_area, 0, 100)
    _in_range("spacing", ask.spacing, 0, _LONGEST_SPACING_M)
    _in_range("upgrades", ask.upgrades, 0, _MOST_NEW)
    _in_range("curve", ask.curve, 0, MOST_CURVE)
    _in_range("pool", ask.pool, 0, _MOST_POOL)
    _in_range("iterations", ask.iterations, 1, _MOST_ITERATIONS)
    _in_range("seed", ask.seed, 0, 2**31 - 1)
    _positive("seconds", ask.seconds, _LONGEST_S)
    if isinstance(ask.capacity, str):
        check_known("capacity", [ask.capacity], (OWN,))
    elif ask.capacity is not None:
        _positive("capacity", ask.capacity, _LARGEST)


def _in_range(name: str, value: float | None, least: float, most: float) -> None:
    # NaN is in no range.
    if value is not None and not least <= value <= most:
        raise InputError(
            "%(name)s 应在 %(least)s 到 %(most)s 之间,现在是 %(value)s",
            parameter=name,
            name=name,
            least=f"{least:g}",
            most=f"{most:,.0f}",
            value=value,
        )


def _positive(name: str, value: float, most: float) -> None:
    if not (value > 0 and math.isfinite(value) and value <= most):
        raise InputError(
            "%(name)s 应大于 0,至多 %(most)s,现在是 %(value)s",
            parameter=name,
            name=name,
            most=f"{most:,.0f}",
            value=value,
        )


def _check_existing(ask: SiteAsk) -> None:
    if ask.existing == "closable":
        if ask.moves < 1:
            raise InputError("现有站点可以关停时,请写明至多搬迁几个(moves)", parameter="moves")
        if ask.objective == "all":
            raise InputError(
                "“覆盖全部、站点最少”的规划不能关停现有站点;请把 existing 改成 fixed 或 none",
                parameter="existing",
            )
    elif ask.moves or ask.close_cost:
        raise InputError(
            "只有现有站点可以关停(existing 是 closable)时才能写搬迁几个、关停费用", parameter="existing"
        )
    if ask.existing == "none" and (ask.planned or ask.upgrades):
        raise InputError(
            "不算现有站点(existing 是 none)时,不能再把在建的算作现有、也不能延长现有站点的时间",
            parameter="existing",
        )


def _check_count(ask: SiteAsk) -> None:
    if ask.p is None:
        if ask.objective != "all" and ask.budget is None:
            raise InputError("请写明新建几个站点(p),或写明预算", parameter="p")
        return
    least = 0 if ask.upgrades or ask.moves else 1
    _in_range("p", ask.p, least, _MOST_NEW)


def _check_kinds(ask: SiteAsk) -> None:
    if ask.backup > 1 and ask.objective not in ("cover", "all"):
        raise InputError("backup 只用于“覆盖最多”和“覆盖全部”的规划", parameter="backup")
    if ask.hours and ask.objective not in ("cover", "all"):
        raise InputError("按开放时间规划(all_day、upgrades)只用于“覆盖最多”和“覆盖全部”", parameter="all_day")
    if ask.capacity is None:
        return
    if ask.objective not in ("cover", "distance"):
        raise InputError("容量(capacity)只用于“覆盖最多”和“总路程最短”的规划", parameter="capacity")
    if ask.backup > 1 or ask.hours:
        raise InputError("容量(capacity)不能和多重覆盖(backup)或开放时间同时使用", parameter="capacity")


def _check_codes(ask: SiteAsk) -> None:
    for name, codes in (("must", ask.must), ("never", ask.never)):
        _in_range(name, len(codes), 0, _MOST_CODES)
    if both := sorted(set(ask.must) & set(ask.never)):
        raise InputError(
            "“%(codes)s”同时写在必选和不选里,两者矛盾;请去掉一处",
            parameter="must",
            codes="、".join(both[:5]),
        )
    if ask.most is not None and len(set(ask.must)) > ask.most + ask.moves:
        raise InputError(
            "必选的候选地点有 %(count)s 个,比新建的 %(p)s 个还多;请增加 p 或减少必选的",
            parameter="must",
            count=len(set(ask.must)),
            p=ask.most,
        )


def _check_more(ask: SiteAsk) -> None:
    _in_range("phases", len(ask.phases), 0, _MOST_PHASES)
    ascending = all(one < other for one, other in zip(ask.phases, ask.phases[1:], strict=False))
    if ask.phases and (ask.p is None or ask.phases[0] < 1 or not ascending or ask.phases[-1] > ask.p):
        raise InputError(
            "phases 应是从小到大的数,如 3,6,10,最后一个不大于 p,现在是 %(value)s",
            parameter="phases",
            value=",".join(map(str, ask.phases)),
        )
    if ask.objective == "all" and (ask.curve or ask.phases):
        raise InputError("“覆盖全部”的规划本来就求最少的站点数,不能再要曲线或分期", parameter="objective")
    if ask.fairness and ask.objective != "cover":
        raise InputError("公平性比较(fairness)只用于“覆盖最多”的规划", parameter="fairness")


def _check_together(ask: SiteAsk) -> None:
    kinds = [one["kind"] for one in ask.together]
    if not kinds:
        return
    check_known("together", kinds, [kind.value for kind in Kind])
    for one in ask.together:
        _in_range("kind_cost", one["cost"], 0, _LARGEST)
    if len(kinds) < 2 or len(set(kinds)) < len(kinds):
        raise InputError("合建(together)要写明两类或更多类站点(kind),每类一次", parameter="together")
    if any(one["cost"] for one in ask.together) and ask.budget is None:
        raise InputError("每类的费用(kind_cost)只在写了预算(budget)时有用;请写明预算", parameter="kind_cost")
    if ask.objective != "cover" or ask.existing == "closable" or ask.capacity is not None or ask.hours:
        raise InputError(
            "几类站点合建(together)只用于“覆盖最多”的规划,不能同时关停现有站点、限制容量或按开放时间规划",
            parameter="together",
        )
    if ask.apart and (ask.phases or ask.pool or ask.fairness):
        raise InputError("几类站点合建又各有费用时,不能再要分期、其他方案或公平性比较", parameter="kind_cost")
