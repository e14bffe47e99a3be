"""What a plan says in words: its value, what bounds it, who vouches for that, and what was asked.

Bounds are rounded outwards, so that no sentence claims more than is known: the most that can be reached never
down, the least that is needed never up. Nothing is called best unless that is proven.
"""

import math
from collections.abc import Callable

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Asked
from geo.report.plan_units import known, mean_of, part_of
from geo.report.study_words import (
    KINDS,
    NOTHING,
    Say,
    amount,
    cost_words,
    gap_words,
    listed,
    share_words,
    weight_name,
    within_words,
)

__all__ = [
    "NEEDS",
    "OBJECTIVES",
    "WHATS",
    "bound_words",
    "certificate_words",
    "certified",
    "doing_words",
    "gap_of",
    "limit_word",
    "plan_headline",
    "plan_lines",
    "proven",
    "seconds_words",
    "value_words",
]

OBJECTIVES = {
    "cover": Reason("让尽可能多的需求有站点"),
    "all": Reason("用最少的站点,让能覆盖的需求都有站点"),
    "distance": Reason("让需求到最近的站点平均最近"),
    "farthest": Reason("让离站点最远的需求也尽量近"),
}
NEEDS = {
    "must": Reason("必选"),
    "usual": Reason("常选"),
    "free": Reason("可替换"),
}
WHATS = {
    "new": Reason("新建"),
    "upgrade": Reason("改为全天开放"),
    "closed": Reason("关闭"),
}

_DOING = {
    "new": Reason("新建 %(count)s 处"),
    "upgrade": Reason("把 %(count)s 处改为全天开放"),
    "closed": Reason("关闭 %(count)s 处"),
}
# Of a value: what rounding in the last places may leave between it and a bound that it reaches.
_ROUNDING = 1e-6
_MINUTE_S = 60


def value_words(plan: Plan, value: float | None, asked: Asked | None, say: Say = str) -> str:
    """Return a value in the unit of what was to be made best, such as ``81.3%`` or ``412 米``."""
    return _figure(plan, known(value), asked, say, _nearest)


def bound_words(plan: Plan, bound: float | None, asked: Asked | None, say: Say = str) -> str:
    """Return a bound in the unit of the value, rounded away from it; as the value where that reaches it."""
    if gap_of(plan, bound) == 0:
        return value_words(plan, plan["value"], asked, say)
    outwards = _up if plan["site"]["objective"] == "cover" else _down
    return _figure(plan, known(bound), asked, say, outwards)


def gap_of(plan: Plan, bound: float | None, value: float | None = None) -> float | None:
    """Return how far a value, that of the plan unless said, is from a bound, as a part of the bound.

    Nothing where the value reaches the bound. Stations are counted: nine and a bit are needed where ten are.
    """
    bound, value = known(bound), known(plan["value"] if value is None else value)
    if bound is None or value is None:
        return None
    if plan["site"]["objective"] == "all":
        bound = math.ceil(bound - _ROUNDING)
    if math.isclose(bound, value, rel_tol=_ROUNDING, abs_tol=1e-9):
        return 0.0
    return abs(bound - value) / abs(bound) if bound else None


def proven(plan: Plan) -> bool:
    """Return whether nothing is better, as far as the solver can be trusted."""
    return plan["proven"] or gap_of(plan, plan["bound"]) == 0


def certified(plan: Plan) -> bool:
    """Return whether the certificate alone proves that nothing is better."""
    return gap_of(plan, plan["certified_bound"]) == 0


def seconds_words(seconds: float, say: Say = str) -> str:
    """Return how long something was computed.

    Examples
    --------
    >>> seconds_words(0.84), seconds_words(119.4)
    ('0.8 秒', '119 秒')
    """
    return say(Reason("%(seconds)s 秒", {"seconds": f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"}))


def limit_word(plan: Plan, say: Say = str) -> str:
    """Return what a bound is called: the most or the least that there can be."""
    return say(Reason("上限") if plan["site"]["objective"] == "cover" else Reason("下限"))


def doing_words(plan: Plan, say: Say = str) -> str:
    """Return what a plan does, such as ``新建 10 处、关闭 1 处``."""
    counts = {what: sum(one["what"] == what for one in plan["chosen"]) for what in _DOING}
    parts = [
        say(words._replace(params={"count": f"{counts[what]:,}"}))
        for what, words in _DOING.items()
        if counts[what]
    ]
    return listed(parts, say) if parts else say(Reason("不新建站点"))


def plan_headline(plan: Plan, asked: Asked | None, say: Say = str) -> str:
    """Return the one sentence that a plan comes to."""
    objective = plan["site"]["objective"]
    values = {
        "doing": doing_words(plan, say),
        "demand": weight_name(asked, say) if asked else say(Reason("需求")),
        "within": within_words(asked, say) if asked else say(Reason("范围")),
        "value": value_words(plan, plan["value"], asked, say),
        "before": value_words(plan, plan["before"], asked, say),
        "weight": amount(plan["value"]),
        "whole": amount(plan["whole"]),
        "coverable": amount(plan["coverable"]),
        "share": share_words(part_of(plan["coverable"], plan["whole"])),
        "backup": str(plan["site"]["backup"]),
    }
    told = say(_sentence(plan)._replace(params=values))
    if objective != "all" and known(plan["before"]) is not None:
        told += say(Reason(";现在是 %(before)s", values))
    if plan["site"]["all_day"] or plan["site"]["upgrades"]:
        told += say(Reason("(按开放时间,一天里各小时平均)"))
    return told


def _sentence(plan: Plan) -> Reason:
    objective, twice = plan["site"]["objective"], plan["site"]["backup"] > 1
    if objective == "cover" and twice:
        return Reason(
            "%(doing)s,%(value)s 的%(demand)s(%(whole)s 中的 %(weight)s)%(within)s内有至少 %(backup)s 个站点"
        )
    if objective == "cover":
        return Reason("%(doing)s,%(value)s 的%(demand)s(%(whole)s 中的 %(weight)s)%(within)s内有站点")
    if objective == "all" and twice:
        return Reason(
            "%(doing)s,能覆盖的%(demand)s(%(coverable)s,占 %(share)s)%(within)s内就都有至少 %(backup)s 个站点"
        )
    if objective == "all":
        return Reason("%(doing)s,能覆盖的%(demand)s(%(coverable)s,占 %(share)s)%(within)s内就都有站点")
    if objective == "distance":
        return Reason("%(doing)s,%(demand)s到最近的站点平均 %(value)s")
    return Reason("%(doing)s,离站点最远的%(demand)s要走 %(value)s")


def plan_lines(plan: Plan, asked: Asked | None, say: Say = str) -> list[str]:
    """Return what proves a plan, a sentence each: bound, certificate, work, what the words mean."""
    return [
        *_nothing_words(plan, say),
        *_kind_lines(plan, say),
        _bound_line(plan, asked, say),
        certificate_words(plan, asked, say),
        *_nowhere_words(plan, say),
        _work_line(plan, say),
        _meaning(plan, say),
    ]


def _nothing_words(plan: Plan, say: Say) -> list[str]:
    """Return, where nothing new makes anything better, that it does not."""
    before = known(plan["before"])
    if plan["site"]["objective"] == "all":
        if plan["chosen"]:
            return []
        return [say(Reason("现有的站点已经覆盖了所有能覆盖的需求,不必再建。"))]
    if before is None or not math.isclose(before, plan["value"], rel_tol=_ROUNDING, abs_tol=1e-9):
        return []
    if proven(plan):
        return [say(Reason("候选地点里没有一处能比现在更好:再建也没有作用。"))]
    return [say(Reason("在给定的时间里没有找到比现在更好的选法。"))]


def _kind_lines(plan: Plan, say: Say) -> list[str]:
    """Return what comes of each kind, where several share buildings."""
    told = Reason(
        "%(kind)s:%(value)s 的需求(%(whole)s 中的 %(weight)s)有站点,现在是 %(before)s;"
        "新建的 %(count)s 处里有 %(buildings)s 处有它。"
    )
    return [
        say(
            told._replace(
                params={
                    "kind": say(KINDS[one["kind"]]),
                    "value": share_words(part_of(one["value"], one["whole"])),
                    "before": share_words(part_of(one["before"], one["whole"])),
                    "weight": amount(one["value"]),
                    "whole": amount(one["whole"]),
                    "count": f"{len(plan['chosen']):,}",
                    "buildings": f"{one['buildings']:,}",
                }
            )
        )
        for one in plan.get("kinds", [])
    ]


def _nowhere_words(plan: Plan, say: Say) -> list[str]:
    """Return the places without any one of which some demand has nowhere to go."""
    if plan["site"]["objective"] not in ("distance", "farthest"):
        return []
    alone = [
        one["name"] or one["code"]
        for one in plan["chosen"]
        if one["what"] != "closed" and known(one["gain"]) is None
    ]
    values = {"names": listed(alone, say)}
    told = Reason("少了它就有需求无处可去的地点:%(names)s;它们各自的作用没有数字可写。", values)
    return [say(told)] if alone else []


def _bound_line(plan: Plan, asked: Asked | None, say: Say) -> str:
    if proven(plan):
        return say(Reason("这个方案是最优的:求解器证明了,同样条件下没有更好的选法。"))
    gap = gap_of(plan, plan["bound"])
    values = {"bound": bound_words(plan, plan["bound"], asked, say), "gap": gap_words(gap)}
    if gap is None:
        return say(Reason("还没有证明这个方案最优,也还没有算出可用的界;给更多时间可以继续。"))
    if plan["site"]["objective"] == "cover":
        most = say(Reason("同样条件下,任何选法都不能超过 %(bound)s;", values))
    else:
        most = say(Reason("同样条件下,任何选法都不会少于 %(bound)s;", values))
    return most + say(Reason("这个方案与它相差 %(gap)s,还没有证明是最优的。", values))


def certificate_words(plan: Plan, asked: Asked | None, say: Say = str) -> str:
    """Return what the plan's file proves by itself, and what only the solver vouches for."""
    bound = plan["certified_bound"]
    values = {
        "limit": limit_word(plan, say),
        "bound": bound_words(plan, bound, asked, say),
        "gap": gap_words(gap_of(plan, bound)),
    }
    if known(bound) is None:
        return say(Reason("没有证书:这个%(limit)s只能相信求解器。", values))
    if certified(plan):
        return say(Reason("证书独立证明了这一点:不用求解器,谁都可以用 yizhan certify 重新算一遍。", values))
    if proven(plan):
        return say(
            Reason(
                "证书独立证明到 %(bound)s(相差 %(gap)s),谁都可以用 yizhan certify 重新算一遍;"
                "从那里到最优,凭的是求解器。",
                values,
            )
        )
    return say(
        Reason(
            "其中证书独立证明的%(limit)s是 %(bound)s(相差 %(gap)s),谁都可以用 yizhan certify 重新算一遍;"
            "比它更紧的凭的是求解器。",
            values,
        )
    )


def _work_line(plan: Plan, say: Say) -> str:
    values = {
        "seconds": seconds_words(plan["seconds"], say),
        "candidates": f"{plan['candidates']:,}",
        "counted": f"{plan['counted']:,}",
    }
    return say(
        Reason(
            "从 %(candidates)s 个候选地点里选,算在内的现有站点有 %(counted)s 处;计算用了 %(seconds)s。",
            values,
        )
    )


def _meaning(plan: Plan, say: Say) -> str:
    return say(
        Reason(
            "“%(limit)s”是同样条件下任何选法都越不过的数:求解器算的要相信求解器,"
            "证书里的可以用一个不到 60 行的程序从方案文件核对。",
            {"limit": limit_word(plan, say)},
        )
    )


def _figure(
    plan: Plan, value: float | None, asked: Asked | None, say: Say, rounded: Callable[[float, float], float]
) -> str:
    """Return a value in words; what is rounded is told by how many of it make the last place."""
    objective, whole = plan["site"]["objective"], plan["whole"]
    if value is None:
        return NOTHING
    if objective == "cover":
        return share_words(rounded(value / whole, 1e3)) if whole else NOTHING
    if objective == "all":
        # Stations are counted: a bound of nine and a bit is one of ten.
        count = math.ceil(value - _ROUNDING)
        return say(Reason("%(count)s 处", {"count": f"{count:,}"}))
    cost = mean_of(plan, value)
    return _cost(cost, asked, say, rounded) if cost is not None else NOTHING


def _cost(cost: float, asked: Asked | None, say: Say, rounded: Callable[[float, float], float]) -> str:
    if asked is None:
        return amount(rounded(cost, 10.0))
    per = 1.0 if asked["measure"] == "metres" else 10 / _MINUTE_S
    return cost_words(rounded(cost, per), asked["measure"], say)


def _nearest(value: float, _per: float) -> float:
    return value


def _up(value: float, per: float) -> float:
    return math.ceil(value * per - _ROUNDING) / per


def _down(value: float, per: float) -> float:
    return math.floor(value * per + _ROUNDING) / per
