"""What the planner's pages say of studies, presets and states."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime

from geo.model.hours import Reason
from geo.model.study import Asked
from geo.planner.question import PRESETS
from geo.registry.snapshot import Snapshot
from geo.report.study_words import hour_words, within_words
from web.language import gettext, lazy_gettext, say

__all__ = [
    "ALSO",
    "GAP_STATES",
    "STATES",
    "STEPS",
    "UNITS",
    "WAYS",
    "error_words",
    "preset_words",
    "study_name",
    "when_words",
]

STATES = {
    "waiting": lazy_gettext("排队中"),
    "running": lazy_gettext("计算中"),
    "done": lazy_gettext("已算完"),
    "failed": lazy_gettext("没有算成"),
    "cancelled": lazy_gettext("已取消"),
    "lost": lazy_gettext("中断了"),
}
"""Of a study; ``lost`` is one whose worker has died."""

STEPS = (
    lazy_gettext("正在读取登记册和需求"),
    lazy_gettext("正在把需求和站点对到街道上"),
    lazy_gettext("正在沿街道计算距离"),
    lazy_gettext("正在计算直线距离"),
    lazy_gettext("正在按区划汇总"),
    lazy_gettext("正在计算一周各小时的覆盖"),
    lazy_gettext("正在找缺口和原因"),
    lazy_gettext("正在整理结果"),
    lazy_gettext("正在确定候选地点"),
    lazy_gettext("正在计算每个候选地点能服务谁"),
    lazy_gettext("正在求最好的选择"),
    lazy_gettext("正在算每多建一个能多多少"),
    lazy_gettext("正在排分期建设的次序"),
    lazy_gettext("正在找一样好的其他选择"),
    lazy_gettext("正在看哪些点少不了"),
    lazy_gettext("正在算照顾最差的区划要付出多少"),
    lazy_gettext("正在写证明"),
)
"""What a worker says that it does, as `geo.planner.run` and `geo.planner.site_run` have it."""

WAYS = {
    "walk": lazy_gettext("步行"),
    "ebike": lazy_gettext("电动车"),
    "line": lazy_gettext("直线"),
}
UNITS = {"m": lazy_gettext("米"), "km": lazy_gettext("公里"), "min": lazy_gettext("分钟")}
ALSO = {"building": lazy_gettext("在建的也算"), "planned": lazy_gettext("规划中的也算")}
"""Statuses that count if one says so."""

GAP_STATES = {
    "vanished": lazy_gettext("消失"),
    "appeared": lazy_gettext("新出现"),
    "smaller": lazy_gettext("变小"),
    "larger": lazy_gettext("变大"),
    "same": lazy_gettext("没有变"),
}

# The standards' own names and sources, for the catalogue; `geo.planner.question` has them.
_PRESETS = {
    "gb50180_15": (
        lazy_gettext("15 分钟生活圈"),
        lazy_gettext("GB 50180-2018:步行 15 分钟,800 到 1000 米"),
    ),
    "gb50180_10": (
        lazy_gettext("10 分钟生活圈"),
        lazy_gettext("GB 50180-2018:步行 10 分钟,约 500 米"),
    ),
    "gb50180_5": (
        lazy_gettext("5 分钟生活圈"),
        lazy_gettext("GB 50180-2018:步行 5 分钟,约 300 米"),
    ),
    "shuang15": (
        lazy_gettext("双 15 工程"),
        lazy_gettext("步行 15 分钟内有驿站(按 1.15 米/秒)"),
    ),
    "shandong_dense": (
        lazy_gettext("山东间距(人员密集处)"),
        lazy_gettext("山东 2022:密集处间距 0.5 公里以内"),
    ),
    "shandong": (
        lazy_gettext("山东间距(城区)"),
        lazy_gettext("山东 2022:城区间距 1 公里以内"),
    ),
    "ebike_5": (
        lazy_gettext("电动车 5 分钟"),
        lazy_gettext("骑手常用:电动自行车 5 分钟"),
    ),
}


def preset_words() -> list[tuple[str, str, str]]:
    """Return each preset: its code, its name, and where it is written."""
    return [
        (code, *map(str, _PRESETS.get(code, (preset.name, preset.source))))
        for code, preset in PRESETS.items()
    ]


def study_name(asked: Asked, snapshot: Snapshot) -> str:
    """Return what a study is called: its title, else what it asks."""
    if asked["title"]:
        return asked["title"]
    names = (area["name"] for area in snapshot.areas if area["code"] == asked["area"])
    where = next(names, asked["area"] or gettext("全部范围"))
    return " · ".join((where, within_words(asked, say), hour_words(asked, say)))


def when_words(moment: str) -> str:
    """Return a moment as people write it."""
    return format_datetime(datetime.fromisoformat(moment), "yyyy-MM-dd HH:mm")


def error_words(error: Mapping[str, Any] | None) -> str:
    """Return why a study failed."""
    return say(Reason(error["message"], error["params"])) if error else ""
