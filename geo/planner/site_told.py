"""What a plan takes for granted, said with it."""

import math

import numpy as np

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Said, said
from geo.planner.question import Ask
from geo.planner.site_built import CLOSABLE, STAYS, Built
from geo.planner.site_parts import DUST, room_of
from geo.planner.site_question import FAR, OWN, SiteAsk

__all__ = ["fewest_told", "told_of"]

_ROUNDING = 1e-6


def told_of(built: Built, site: SiteAsk, ask: Ask) -> list[Said]:
    """Return the assumptions of a plan, those on candidates first."""
    return [*built.told, *(said(reason) for reason in (*_hours(site, ask), *_rules(built, site)))]


def fewest_told(plan: Plan) -> list[Said]:
    """Return, where all is to be covered, that it takes more than was thought of."""
    asked = plan["site"]["p"]
    if plan["site"]["objective"] != "all" or asked is None or plan["p"] <= asked:
        return []
    least = math.ceil(plan["bound"] - _ROUNDING)
    values = {"count": f"{plan['p']:,}", "least": f"{least:,}", "p": f"{asked:,}"}
    if least >= plan["p"]:
        return [said(Reason("全部覆盖至少要新建 %(count)s 个,比给的 %(p)s 个多", values))]
    if least > asked:
        told = "全部覆盖至少要新建 %(least)s 个,比给的 %(p)s 个多;找到的选法是 %(count)s 个"
        return [said(Reason(told, values))]
    return [said(Reason("还没有找到只建 %(p)s 个就全部覆盖的选法;找到的要 %(count)s 个", values))]


def _hours(site: SiteAsk, ask: Ask) -> list[Reason]:
    if site.hours:
        return [
            Reason(
                "新站点的方案按一个普通星期三的 24 个小时平均:新站点全天开放,"
                "现有站点按登记的时间,时间不明的不算开放"
            )
        ]
    return [] if ask.at is None else [Reason("新站点在 %(at)s 算开放", {"at": ask.at})]


def _rules(built: Built, site: SiteAsk) -> list[Reason]:
    told = []
    if site.objective in FAR and built.coverable < built.whole:
        share = 1.0 - built.coverable / built.whole
        told.append(
            Reason("有 %(share)s 的需求到不了任何候选地点或现有站点,方案没有算它", {"share": f"{share:.2%}"})
        )
    if (built.kind == CLOSABLE).any():
        count = np.count_nonzero(built.kind == CLOSABLE)
        told.append(Reason("范围内有需求的 %(count)s 个现有站点可以关停", {"count": f"{count:,}"}))
    most, weight = room_of(built.problem, built.kind, site), float(built.problem.weight.sum())
    if most < weight * (1.0 - DUST):
        # Where everybody must be served this is refused; where as many as possible are, it is good to know.
        sums = {"most": f"{most:,.10g}", "weight": f"{weight:,.10g}"}
        told.append(Reason("站点容量合计至多 %(most)s,少于需求 %(weight)s:怎么选都不能服务到所有人", sums))
    if site.capacity == OWN and (built.kind == STAYS).any():
        told.append(Reason("现有站点没有容量,算作来多少人都能服务"))
    if site.budget is not None and np.isnan(built.candidates.price).all():
        told.append(Reason("候选地点没有写费用,每个按 1 算"))
    return told
