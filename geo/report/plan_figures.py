"""A plan's figures, and what was asked for, each with the sentence that tells how to take it."""

from collections.abc import Iterator

from geo.model.hours import Reason
from geo.model.plan import Plan, Site, Together
from geo.model.study import Asked
from geo.report.plan_units import known, part_of, unit_of
from geo.report.plan_words import (
    OBJECTIVES,
    bound_words,
    certified,
    gap_of,
    limit_word,
    proven,
    seconds_words,
    value_words,
)
from geo.report.study_figures import Figure
from geo.report.study_tables import cell_text
from geo.report.study_words import KINDS, Say, amount, gap_words, listed, then

__all__ = ["plan_figures", "site_lines"]

_NAMED = 8


def plan_figures(plan: Plan, asked: Asked | None, say: Say = str) -> list[Figure]:
    """Return the value, what bounds it, and how far that is: the most important first."""
    limit = limit_word(plan, say)
    told = Reason("求解器证明了这是最优的") if proven(plan) else Reason("还没有证明是最优的")
    return [
        Figure(
            _value_name(plan, say), value_words(plan, plan["value"], asked, say), _before(plan, asked, say)
        ),
        *_added(plan, asked, say),
        Figure(
            say(Reason("%(limit)s(求解器)", {"limit": limit})),
            bound_words(plan, plan["bound"], asked, say),
            say(Reason("同样条件下任何选法都越不过;要相信求解器")),
        ),
        Figure(
            say(Reason("%(limit)s(证书)", {"limit": limit})),
            bound_words(plan, plan["certified_bound"], asked, say),
            _certificate(plan, say),
        ),
        Figure(say(Reason("与%(limit)s相差", {"limit": limit})), gap_words(_gap(plan)), say(told)),
        Figure(
            say(Reason("计算时间")),
            seconds_words(plan["seconds"], say),
            say(Reason("候选地点 %(count)s 个", {"count": f"{plan['candidates']:,}"})),
        ),
    ]


def _added(plan: Plan, asked: Asked | None, say: Say) -> list[Figure]:
    """Return what is better than now; nothing where that cannot be said."""
    unit, before = unit_of(plan, asked), known(plan["before"])
    if before is None or plan["site"]["objective"] == "all":
        return []
    more = abs(plan["value"] - before)
    count = sum(one["what"] == "new" for one in plan["chosen"])
    each = {"each": cell_text(unit.added(part_of(more, count)), unit.gain_form)}
    note = say(Reason("每个新站点平均 %(each)s", each)) if count else say(Reason("没有新站点"))
    return [Figure(say(unit.gain), cell_text(unit.added(more), unit.gain_form), note)]


def _gap(plan: Plan) -> float | None:
    return 0.0 if proven(plan) else gap_of(plan, plan["bound"])


def _value_name(plan: Plan, say: Say) -> str:
    names = {
        "cover": Reason("建成后的覆盖率"),
        "all": Reason("至少要的站点"),
        "distance": Reason("到最近的站点平均"),
        "farthest": Reason("离站点最远的"),
    }
    return say(names[plan["site"]["objective"]])


def _before(plan: Plan, asked: Asked | None, say: Say) -> str:
    values = {
        "value": amount(plan["value"]),
        "whole": amount(plan["whole"]),
        "before": value_words(plan, plan["before"], asked, say),
        "coverable": amount(plan["coverable"]),
    }
    told = []
    if plan["site"]["objective"] == "cover":
        told.append(say(Reason("%(whole)s 中有 %(value)s", values)))
    if plan["site"]["objective"] in ("cover", "all"):
        told.append(say(Reason("候选地点和现有站点合起来最多能覆盖 %(coverable)s", values)))
    else:
        told.append(say(Reason("%(whole)s 中有 %(coverable)s 走得到站点或候选地点", values)))
    if plan["site"]["objective"] != "all" and known(plan["before"]) is not None:
        told.append(say(Reason("现在是 %(before)s", values)))
    return then(told, say)


def _certificate(plan: Plan, say: Say) -> str:
    if known(plan["certified_bound"]) is None:
        return say(Reason("没有证书"))
    told = [say(Reason("不用求解器,从方案文件就能重新算出来"))]
    if not certified(plan):
        gap = gap_words(gap_of(plan, plan["certified_bound"]))
        told.append(say(Reason("与方案相差 %(gap)s", {"gap": gap})))
    return then(told, say)


def site_lines(plan: Plan, say: Say = str) -> list[tuple[str, str]]:
    """Return what was asked about new stations: what is asked about, and its value."""
    site = plan["site"]
    rules = list(_rules(site, say))
    return [
        (say(Reason("目标")), say(OBJECTIVES[site["objective"]])),
        (say(Reason("新站点")), say(_count(site))),
        (say(Reason("候选地点")), _candidates(site, say)),
        (say(Reason("现有站点")), _existing(site, say)),
        (say(Reason("条件")), then(rules, say) if rules else say(Reason("没有别的条件"))),
    ]


def _count(site: Site) -> Reason:
    if site["objective"] == "all":
        return Reason("越少越好")
    if site["p"] is None:
        return Reason("预算够建几处就几处")
    return Reason("%(count)s 处", {"count": f"{site['p']:,}"})


def _candidates(site: Site, say: Say) -> str:
    kind, _, name = site["candidates"].partition(":")
    words = {
        "corners": Reason("需求附近的每个街角"),
        "demand": Reason("需求所在的每个地点"),
    }
    return say(words.get(kind, Reason("候选地点“%(name)s”", {"name": name or kind})))


def _existing(site: Site, say: Say) -> str:
    words = {
        "fixed": Reason("全部保留"),
        "none": Reason("不算"),
        "closable": Reason("可以关闭,每处花费 %(cost)s", {"cost": amount(site["close_cost"])}),
    }
    told = [say(words[site["existing"]])]
    if site["planned"]:
        told.append(say(Reason("规划中和在建的也算")))
    return then(told, say)


def _rules(site: Site, say: Say) -> Iterator[str]:
    if site["budget"] is not None:
        yield say(Reason("总造价不超过 %(budget)s", {"budget": amount(site["budget"])}))
    if isinstance(site["capacity"], str):
        yield say(Reason("每处最多服务的需求按候选地点自己的数"))
    elif site["capacity"] is not None:
        yield say(Reason("每处最多服务 %(weight)s", {"weight": amount(site["capacity"])}))
    if site["backup"] > 1:
        yield say(Reason("有至少 %(count)s 个站点才算覆盖", {"count": site["backup"]}))
    if site["per_area"]:
        yield say(Reason("每个区县至少 %(count)s 处", {"count": site["per_area"]}))
    if site["spacing"]:
        yield say(Reason("相距至少 %(metres)s 米", {"metres": f"{site['spacing']:,.0f}"}))
    if site["moves"]:
        yield say(Reason("最多迁移 %(count)s 处", {"count": site["moves"]}))
    if site["all_day"]:
        yield say(Reason("新站点全天开放"))
    if site["upgrades"]:
        yield say(Reason("最多把 %(count)s 处现有站点改为全天开放", {"count": site["upgrades"]}))
    if together := site.get("together"):
        kinds = listed([_kind(one, say) for one in together], say)
        yield say(Reason("%(kinds)s合建在一处", {"kinds": kinds}))
    if site["must"]:
        yield say(Reason("必须选 %(codes)s", {"codes": _named(site["must"], say)}))
    if site["never"]:
        yield say(Reason("不能选 %(codes)s", {"codes": _named(site["never"], say)}))


def _kind(one: Together, say: Say) -> str:
    name = say(KINDS[one["kind"]])
    if not one["cost"]:
        return name
    return say(Reason("%(name)s(每处 %(cost)s)", {"name": name, "cost": amount(one["cost"])}))


def _named(codes: list[str], say: Say) -> str:
    shown = listed(codes[:_NAMED], say)
    if len(codes) <= _NAMED:
        return shown
    return say(Reason("%(shown)s 等 %(count)s 个", {"shown": shown, "count": len(codes)}))
