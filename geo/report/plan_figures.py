"""A plan's figures, and what was asked for, each with the sentence that tells how to take it."""

from collections.abc import Iterator

from geo.model.hours import Reason
from geo.model.plan import Plan, Site, Together
from geo.model.study import Asked
from geo.report.plan_units import before_of, known, part_of, people, unit_of
from geo.report.plan_values import bound_words, certified, proven, seconds_words, value_words
from geo.report.plan_words import OBJECTIVES
from geo.report.study_figures import Figure
from geo.report.study_tables import cell_text
from geo.report.study_words import KINDS, Say, amount, listed, then

__all__ = ["plan_figures", "site_lines", "value_name"]

_NAMED = 8
# What a bound is called: whosoever's it is, the solver's, the certificate's.
_UPPER = Reason("界(上限)"), Reason("上限(求解器)"), Reason("上限(证书)")
_LOWER = Reason("界(下限)"), Reason("下限(求解器)"), Reason("下限(证书)")


def plan_figures(plan: Plan, asked: Asked | None, say: Say = str) -> list[Figure]:
    """Return the value, what is gained, what bounds it unless it reaches that: the most important first."""
    told = Reason("求解器证明了这是最优的") if proven(plan) else Reason("还没有证明是最优的")
    return [
        Figure(value_name(plan, say), value_words(plan, plan["value"], asked, say), _reach(plan, say)),
        *_added(plan, asked, say),
        *(() if certified(plan) else _bounds(plan, asked, say)),
        Figure(say(Reason("计算时间")), seconds_words(plan["seconds"], say), say(told)),
    ]


def _bounds(plan: Plan, asked: Asked | None, say: Say) -> list[Figure]:
    """Return what bounds a value: one figure where solver and certificate say the same."""
    either, solvers, certificates = map(say, _UPPER if plan["site"]["objective"] == "cover" else _LOWER)
    ours = bound_words(plan, plan["bound"], asked, say)
    theirs = bound_words(plan, plan["certified_bound"], asked, say)
    if ours == theirs:
        return [Figure(either, ours, _certificate(plan, say))]
    return [
        Figure(solvers, ours, say(Reason("在这些候选地点里任何选法都越不过;要相信求解器"))),
        Figure(certificates, theirs, _certificate(plan, say)),
    ]


def _added(plan: Plan, asked: Asked | None, say: Say) -> list[Figure]:
    """Return what is better than now; nothing where that cannot be said."""
    unit, before = unit_of(plan, asked), before_of(plan)
    if before is None or plan["site"]["objective"] == "all":
        return []
    more = abs(plan["value"] - before)
    told = cell_text(unit.added(more), unit.gain_form)
    return [Figure(say(unit.gain), told, _each(plan, more, asked, say))]


def _each(plan: Plan, more: float, asked: Asked | None, say: Say) -> str:
    """Return what a new station adds on average; what is farthest is no sum of what each does."""
    unit, count = unit_of(plan, asked), sum(one["what"] == "new" for one in plan["chosen"])
    if not count:
        return say(Reason("没有新站点"))
    if plan["site"]["objective"] == "farthest":
        return ""
    each = cell_text(unit.added(part_of(more, count)), unit.gain_form)
    return say(Reason("每个新站点平均 %(each)s", {"each": each}))


def value_name(plan: Plan, say: Say = str) -> str:
    """Return what the value of a plan is called."""
    names = {
        "cover": Reason("建成后的覆盖率"),
        "all": Reason("至少要的站点"),
        "distance": Reason("到最近的站点平均"),
        "farthest": Reason("离站点最远的"),
    }
    return say(names[plan["site"]["objective"]])


def _reach(plan: Plan, say: Say) -> str:
    values = {"whole": people(plan["whole"]), "coverable": people(plan["coverable"])}
    if plan["site"]["objective"] not in ("cover", "all"):
        return say(Reason("%(whole)s 中有 %(coverable)s 走得到站点或候选地点", values))
    if plan["site"]["existing"] == "none":
        return say(Reason("候选地点合起来最多能覆盖 %(coverable)s", values))
    return say(Reason("候选地点和现有站点合起来最多能覆盖 %(coverable)s", values))


def _certificate(plan: Plan, say: Say) -> str:
    if known(plan["certified_bound"]) is None:
        return say(Reason("没有证书"))
    return say(Reason("不用求解器,从方案文件就能重新算出来"))


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
        "corners": Reason("需求附近的每个路口"),
        "demand": Reason("需求所在的每个地点"),
    }
    return say(words.get(kind, Reason("候选地点“%(name)s”", {"name": name or kind})))


def _existing(site: Site, say: Say) -> str:
    words = {
        "fixed": Reason("全部保留"),
        "none": Reason("不算"),
        "closable": Reason("可以关停,每处费用 %(cost)s", {"cost": amount(site["close_cost"])}),
    }
    told = [say(words[site["existing"]])]
    if site["planned"]:
        told.append(say(Reason("规划中和在建的也算")))
    return then(told, say)


def _rules(site: Site, say: Say) -> Iterator[str]:
    if site["budget"] is not None:
        yield say(Reason("总费用不超过 %(budget)s", {"budget": amount(site["budget"])}))
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
        yield say(Reason("最多搬迁 %(count)s 处", {"count": site["moves"]}))
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
