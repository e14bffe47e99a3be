"""What is written about a single station of the demo city, some columns at a time."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from geo.demo.chance import happens, number, pick, pick_weighted, scatter
from geo.demo.names import SURNAMES

__all__ = ["AS_OF", "Cells", "building", "life", "offers", "opening", "people", "rank", "season"]

AS_OF = date(2026, 5, 1)
"""The day on which the clerk's list was drawn up."""

Cells = dict[str, str]
"""What stands in a row, by column."""

_REASONS = {
    "暂停": ("房屋修缮,预计两个月", "暂停供电", "道路施工封闭", "依托单位装修"),
    "撤销": ("依托单位搬迁", "房屋拆除", "并入附近站点"),
}


def life(rng: Random) -> Cells:
    """Return the status with what belongs to it: since when, and why it is shut."""
    status = pick_weighted(rng, {"开放": 88, "试运行": 3.5, "在建": 2, "规划": 1.5, "暂停": 3, "撤销": 2})
    opened = AS_OF - timedelta(days=number(rng, 40, 2600))
    return {
        "状态": status,
        "停用原因": pick(rng, _REASONS.get(status, ("",))),
        "投用时间": "" if status in ("在建", "规划") else _written(rng, opened),
    }


def building(rng: Random, host_type: str, place: str) -> Cells:
    """Return who hosts the station, how it was set up and what it cost."""
    way = pick_weighted(rng, {"自建": 15, "共建": 55, "挂牌": 30})
    return {
        "依托类型": host_type,
        "依托单位": place,
        "建设方式": "流动" if "流动" in place else way,
        "投入资金(万元)": pick_weighted(rng, {"": 40, "0.8": 15, "1.5": 15, "2": 15, "3.2": 10, "12": 5}),
        "补助资金(元)": pick_weighted(rng, {"": 60, "3000": 20, "5000": 15, "10000": 5}),
    }


def opening(rng: Random, hours: str) -> Cells:
    """Return the hours, now and then only to be announced."""
    if happens(rng, 0.02):
        hours = "以公告为准"
    whole_day = hours.startswith(("24小时", "全天"))
    # Some clerks tick the box and leave the hours empty.
    return {
        "是否24小时": "是" if whole_day else pick_weighted(rng, {"否": 80, "": 20}),
        "开放时间": "" if whole_day and happens(rng, 0.15) else hours,
    }


def season(rng: Random, hours: str) -> tuple[str, str]:
    """Return hours and season of a water point: in one cell, in two, or open all year."""
    how = pick_weighted(rng, {"one": 35, "two": 40, "whole year": 25})
    months = pick(rng, ("6月15日-9月15日", "6月1日-9月30日", "5月15日-10月8日"))
    if how == "one" and hours != "24小时":
        return f"{months} {hours.removeprefix('每日')}", ""
    return hours, months if how == "two" else ""


def offers(rng: Random, shares: Mapping[tuple[str, ...], float], *, toilet: float, wifi: float) -> Cells:
    """Return the facilities: most in one cell, some in columns of their own that also say no."""
    words = [pick(rng, ways) for ways, share in shares.items() if happens(rng, share)]
    separator = pick_weighted(rng, {"、": 85, ";": 8, "|": 4, ",": 3})
    return {
        "服务设施": separator.join(words),
        "卫生间": _tick(rng, toilet, yes="√", no="×"),
        "WiFi": _tick(rng, wifi, yes="有", no="无"),
        "无障碍": _tick(rng, 0.35, yes="是", no="否"),
    }


def rank(rng: Random) -> Cells:
    """Return stars, honours and the standard followed, which most stations have none of."""
    return {
        "星级": pick_weighted(rng, {"": 60, "3": 18, "四星": 8, "4星级": 6, "5": 5, "2": 3}),
        "荣誉": pick_weighted(
            rng, {"": 92, "市级最美驿站(2025)": 5, "省级最美驿站(2024)": 2, "国家级最美驿站(2023)": 1}
        ),
        "执行标准": pick_weighted(rng, {"": 55, "national_six": 30, "shandong_2022": 15}),
    }


def people(rng: Random) -> Cells:
    """Return who keeps and who checked the station: names and numbers that are plainly nobody's."""
    checked = AS_OF - timedelta(days=int(abs(scatter(rng, 120))) + 1)
    return {
        "公开电话": pick_weighted(rng, {"": 55, "12351": 30, f"0399-000{number(rng, 0, 9999):04}": 15}),
        "负责人": pick(rng, SURNAMES) + pick(rng, ("演示", "示例", "样例", "模拟")),
        "联系电话": f"1990000{number(rng, 1, 9999):04}",
        "核实日期": _written(rng, checked) if happens(rng, 0.85) else "",
        "核实人": pick(rng, ("核实员甲", "核实员乙", "核实员丙")),
        "备注": pick_weighted(rng, {"": 92, "门口可停电动车": 4, "夏季供应绿豆汤": 2, "钥匙在值班室": 2}),
    }


def _tick(rng: Random, share: float, *, yes: str, no: str) -> str:
    return pick_weighted(rng, {yes: share, no: (1 - share) * 0.7, "": (1 - share) * 0.3})


def _written(rng: Random, day: date) -> str:
    ways = {
        day.isoformat(): 70,
        f"{day.year}/{day.month}/{day.day}": 15,
        f"{day.year}年{day.month}月{day.day}日": 15,
    }
    return pick_weighted(rng, ways)
