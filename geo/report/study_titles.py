"""The headings and remarks of a study's report, on a screen and on paper alike."""

from typing import NamedTuple

from geo.model.hours import Reason
from geo.model.study import Study
from geo.report.study_words import Say, amount, day_of

__all__ = ["Titles", "titles"]


class Titles(NamedTuple):
    """Headings by the parts that they stand over; a ``_note`` stands beside one."""

    kicker: str
    made: str
    figures: str
    map: str
    map_note: str
    pan: str
    areas: str
    areas_note: str
    gaps: str
    gaps_note: str
    gaps_left: str
    no_gaps: str
    distances: str
    week: str
    week_note: str
    upgrades: str
    upgrades_note: str
    findings: str
    findings_note: str
    no_findings: str
    grounds: str
    sources: str
    assumptions: str
    limits: str


def titles(study: Study, say: Say = str) -> Titles:
    """Return the headings of a study's report."""
    about = Reason("站点覆盖和选址报告") if "plan" in study else Reason("站点覆盖报告")
    kicker, title = say(about), study["asked"]["title"]
    made = {"date": day_of(study["made_at"]), "id": study["id"]}
    return Titles(
        kicker=f"{kicker} · {title}" if title else kicker,
        made=say(
            Reason("%(date)s 计算 · 编号 %(id)s", made) if study["id"] else Reason("%(date)s 计算", made)
        ),
        figures=say(Reason("主要数字")),
        map=say(Reason("地图")),
        map_note=say(Reason("圆的大小表示需求多少;只给最大的几个缺口标了序号,与缺口表一致。")),
        pan=say(Reason("可以移动和放大的地图")),
        areas=say(Reason("各区划")),
        areas_note=say(Reason("按需求所在的区划计算;相邻区划的站点同样算数")),
        gaps=say(Reason("缺口")),
        gaps_note=say(Reason("没有覆盖到的需求聚成的地方,从大到小")),
        gaps_left=_left(study, say),
        no_gaps=_none(study, say),
        distances=say(Reason("离最近的开放站点多远")),
        week=say(Reason("一周各小时的覆盖率")),
        week_note=_week(study, say),
        upgrades=say(Reason("改成 24 小时开放,哪些站点最有用")),
        upgrades_note=say(Reason("每个站点单独改成全天开放,一周里多覆盖的需求乘以小时数")),
        findings=say(Reason("登记册里的问题")),
        findings_note=say(Reason("先改好这些,覆盖率才可信;“试算”写明变化是按什么假设算的")),
        no_findings=say(Reason("没有发现会影响这些数字的问题。")),
        grounds=say(Reason("资料、假定和局限")),
        sources=say(Reason("用了哪些资料")),
        assumptions=say(Reason("假定")),
        limits=say(Reason("局限")),
    )


def _left(study: Study, say: Say) -> str:
    if not study["gaps_left"]:
        return ""
    return say(
        Reason("另有 %(weight)s 未覆盖的需求太零散,没有列入。", {"weight": amount(study["gaps_left"])})
    )


def _none(study: Study, say: Say) -> str:
    if study["totals"]["weight"]:
        return say(Reason("没有缺口:所有需求都在范围内。"))
    return say(Reason("没有需求,也就没有缺口。"))


def _week(study: Study, say: Say) -> str:
    days = study["days"]
    if not days:
        return say(Reason("数字是百分数,横排是钟点"))
    values = {"first": days[0], "last": days[-1]}
    return say(Reason("数字是百分数,横排是钟点;按 %(first)s 至 %(last)s 这一周的开放时间", values))
