"""What a plan says in words: its value, what bounds it, who vouches for that, and what was asked.

Nothing is called best unless that is proven.
"""

import math
from collections.abc import Sequence

from geo.model.hours import Reason
from geo.model.plan import Chosen, Plan
from geo.model.study import Asked, Said
from geo.report.plan_units import before_of, known, part_of, people
from geo.report.plan_values import (
    bound_words,
    certified,
    gap_of,
    limit_word,
    proven,
    seconds_words,
    value_words,
)
from geo.report.study_bounds import gap_words
from geo.report.study_words import (
    KINDS,
    Say,
    listed,
    share_words,
    weight_name,
    within_words,
)

__all__ = [
    "NEEDS",
    "OBJECTIVES",
    "WHATS",
    "doing_words",
    "place_name",
    "plan_headline",
    "plan_lines",
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
    "closed": Reason("关停"),
}

_DOING = {
    "new": Reason("新建 %(count)s 处"),
    "upgrade": Reason("把 %(count)s 处改为全天开放"),
    "closed": Reason("关停 %(count)s 处"),
}
# What an assumption says where candidates lay too close together to take all of them.
_THINNED = {"all", "wide", "kept"}
# What else than a number of new stations may limit a choice.
_RULES = (
    "budget", "capacity", "per_area", "spacing", "moves", "upgrades", "must", "never", "together",
)  # fmt: skip
# What the codes of street corners begin with.
_CORNER = "路口-"
# Of a value: what rounding in the last places may leave between it and a bound that it reaches.
_ROUNDING = 1e-6


def doing_words(plan: Plan, say: Say = str) -> str:
    """Return what a plan does, such as ``新建 10 处、关停 1 处``."""
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
        "before": value_words(plan, before_of(plan), asked, say),
        "weight": people(plan["value"]),
        "whole": people(plan["whole"]),
        "coverable": people(plan["coverable"]),
        "share": share_words(part_of(plan["coverable"], plan["whole"])),
        "backup": str(plan["site"]["backup"]),
    }
    told = say(_sentence(plan)._replace(params=values))
    if plan["site"]["existing"] == "none":
        told += say(Reason("(不算现有站点)"))
    elif objective != "all" and before_of(plan) is not None:
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
    return _far_sentence(plan)


def _far_sentence(plan: Plan) -> Reason:
    """Return the sentence on ways; who has none to any place is left out, and it says so."""
    mean, some = plan["site"]["objective"] == "distance", plan["coverable"] < plan["whole"] * (1 - _ROUNDING)
    if mean and some:
        return Reason(
            "%(doing)s,走得到的%(demand)s(%(whole)s 中的 %(coverable)s)里,到最近的站点平均 %(value)s"
        )
    if mean:
        return Reason("%(doing)s,%(demand)s到最近的站点平均 %(value)s")
    if some:
        return Reason("%(doing)s,走得到的%(demand)s(%(whole)s 中的 %(coverable)s)里,最远的要走 %(value)s")
    return Reason("%(doing)s,离站点最远的%(demand)s要走 %(value)s")


def plan_lines(
    plan: Plan, asked: Asked | None, say: Say = str, *, assumptions: Sequence[Said] = ()
) -> list[str]:
    """Return what proves a plan, a sentence each: among what, bound, certificate, what the words mean.

    Parameters
    ----------
    assumptions : sequence of Said, optional
        Those of its study, of which one may say that candidates were left out.
    """
    return [
        *_nothing_words(plan, say),
        *_budget_words(plan, say),
        *_kind_lines(plan, say),
        _among(plan, assumptions, say),
        *_proof_lines(plan, asked, say),
        *_nowhere_words(plan, say),
    ]


def place_name(one: Chosen, say: Say = str) -> str:
    """Return what a place is called; a corner of streets without names is told by its code, too."""
    if one["name"] or one["what"] != "new" or not one["code"].startswith(_CORNER):
        return one["name"] or one["code"]
    return say(Reason("未命名路口 %(number)s", {"number": one["code"].removeprefix(_CORNER)}))


def _nothing_words(plan: Plan, say: Say) -> list[str]:
    """Return, where nothing new makes anything better, that it does not."""
    before = before_of(plan)
    if plan["site"]["objective"] == "all":
        if plan["chosen"]:
            return []
        return [say(Reason("现有的站点已经覆盖了所有能覆盖的需求,不必再建。"))]
    if before is None or not math.isclose(before, plan["value"], rel_tol=_ROUNDING, abs_tol=1e-9):
        return []
    if proven(plan):
        return [say(Reason("候选地点里没有一处能比现在更好:再建也没有作用。"))]
    return [say(Reason("在给定的时间里没有找到比现在更好的选法。"))]


def _budget_words(plan: Plan, say: Say) -> list[str]:
    """Return, where a budget leaves fewer than were asked for, that it does."""
    site, count = plan["site"], sum(one["what"] == "new" for one in plan["chosen"])
    if site["budget"] is None or site["objective"] == "all" or site["p"] is None or count >= site["p"]:
        return []
    values = {"count": f"{count:,}", "p": f"{site['p']:,}"}
    return [say(Reason("预算之内建 %(count)s 处,没有用满 %(p)s 处。", values))]


def _kind_lines(plan: Plan, say: Say) -> list[str]:
    """Return what comes of each kind, where several share buildings."""
    told = Reason(
        "%(kind)s:%(value)s 的需求(%(whole)s 中的 %(weight)s)有站点,现在是 %(before)s;"
        "新建的 %(count)s 处里有 %(buildings)s 处有它。"
    )
    if plan["site"]["existing"] == "none":
        told = Reason(
            "%(kind)s:%(value)s 的需求(%(whole)s 中的 %(weight)s)有站点;"
            "新建的 %(count)s 处里有 %(buildings)s 处有它。"
        )
    return [
        say(
            told._replace(
                params={
                    "kind": say(KINDS[one["kind"]]),
                    "value": share_words(part_of(one["value"], one["whole"])),
                    "before": share_words(part_of(one["before"], one["whole"])),
                    "weight": people(one["value"]),
                    "whole": people(one["whole"]),
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
        place_name(one, say)
        for one in plan["chosen"]
        if one["what"] != "closed" and known(one["gain"]) is None
    ]
    values = {"names": listed(alone, say)}
    told = Reason("少了它就有需求无处可去的地点:%(names)s;它们各自的作用没有数字可写。", values)
    return [say(told)] if alone else []


def _proof_lines(plan: Plan, asked: Asked | None, say: Say) -> list[str]:
    if certified(plan):
        return [_certified_line(plan, asked, say)]
    return [_bound_line(plan, asked, say), _certificate_words(plan, asked, say), _meaning(plan, say)]


def _certified_line(plan: Plan, asked: Asked | None, say: Say) -> str:
    """Return what anybody can check: the value is the bound of all choices."""
    site = plan["site"]
    values = {
        "count": f"{plan['p']:,}",
        "value": value_words(plan, plan["value"], asked, say),
        "weight": people(plan["value"]),
    }
    # With further rules it is those choices alone that are bounded which keep them.
    counted = site["p"] is not None and site["objective"] != "all" and not any(map(site.get, _RULES))
    cover = (
        Reason("同样条件下,任何选法都不会超过 %(value)s(%(weight)s)"),
        Reason("任何 %(count)s 处都不会超过 %(value)s(%(weight)s)"),
    )
    least = (
        Reason("同样条件下,任何选法都做不到少于 %(value)s"),
        Reason("任何 %(count)s 处都做不到少于 %(value)s"),
    )
    limit = (cover if site["objective"] == "cover" else least)[counted]
    told = {"limit": say(limit._replace(params=values))}
    return say(Reason("这个方案是最优的:在这些候选地点里,%(limit)s;谁都可以用 yizhan certify 核对。", told))


def _bound_line(plan: Plan, asked: Asked | None, say: Say) -> str:
    if proven(plan):
        return say(Reason("这个方案是最优的:求解器证明了,在这些候选地点里没有更好的选法。"))
    gap = gap_of(plan, plan["bound"])
    values = {"bound": bound_words(plan, plan["bound"], asked, say), "gap": gap_words(gap)}
    if gap is None:
        return say(Reason("还没有证明这个方案最优,也还没有算出可用的界;给更多时间可以继续。"))
    if plan["site"]["objective"] == "cover":
        most = say(Reason("在这些候选地点里,任何选法都不能超过 %(bound)s;", values))
    else:
        most = say(Reason("在这些候选地点里,任何选法都不会少于 %(bound)s;", values))
    return most + say(Reason("这个方案与它相差 %(gap)s,还没有证明是最优的。", values))


def _certificate_words(plan: Plan, asked: Asked | None, say: Say) -> str:
    """Return what the plan's file proves by itself, and what only the solver vouches for."""
    bound = plan["certified_bound"]
    values = {
        "limit": limit_word(plan, say),
        "bound": bound_words(plan, bound, asked, say),
        "gap": gap_words(gap_of(plan, bound)),
    }
    if known(bound) is None:
        return say(Reason("没有证书:这个%(limit)s只能相信求解器。", values))
    if proven(plan):
        return say(
            Reason(
                "证书独立证明到 %(bound)s(相差 %(gap)s),谁都可以用 yizhan certify 重新算一遍;"
                "从那里到最优,凭的是求解器。",
                values,
            )
        )
    if values["bound"] == bound_words(plan, plan["bound"], asked, say):
        return say(Reason("证书独立证明了这个%(limit)s,谁都可以用 yizhan certify 重新算一遍。", values))
    return say(
        Reason(
            "其中证书独立证明的%(limit)s是 %(bound)s(相差 %(gap)s),谁都可以用 yizhan certify 重新算一遍;"
            "比它更紧的凭的是求解器。",
            values,
        )
    )


def _among(plan: Plan, assumptions: Sequence[Said], say: Say) -> str:
    """Return what was chosen from, what stands besides, and how long that took."""
    values = {
        "seconds": seconds_words(plan["seconds"], say),
        "candidates": _candidates(plan, assumptions, say),
        "counted": f"{plan['counted']:,}",
    }
    if plan["site"]["existing"] == "none":
        return say(Reason("从 %(candidates)s里选,不算现有站点;计算用了 %(seconds)s。", values))
    return say(
        Reason(
            "从 %(candidates)s里选;现有站点里,符合条件、有需求够得到的 %(counted)s 处算在内;"
            "计算用了 %(seconds)s。",
            values,
        )
    )


def _candidates(plan: Plan, assumptions: Sequence[Said], say: Say) -> str:
    """Return how many candidates there are, and of how many they are left where some were left out."""
    values = {"candidates": f"{plan['candidates']:,}"}
    thinned = next((one["params"] for one in assumptions if one["params"].keys() >= _THINNED), None)
    if thinned is None:
        return say(Reason("%(candidates)s 个候选地点", values))
    values |= {name: str(thinned[name]) for name in ("all", "wide")}
    corners = Reason("%(candidates)s 个候选地点(%(all)s 个路口,每 %(wide)s 米见方留一个)", values)
    others = Reason("%(candidates)s 个候选地点(%(all)s 处,每 %(wide)s 米见方留一处)", values)
    return say(corners if plan["site"]["candidates"] == "corners" else others)


def _meaning(plan: Plan, say: Say) -> str:
    return say(
        Reason(
            "“%(limit)s”是同样条件下任何选法都越不过的数:求解器算的要相信求解器,"
            "证书里的可以用一个不到 60 行的程序从方案文件核对。",
            {"limit": limit_word(plan, say)},
        )
    )
