"""What an import says: the names of columns and coordinate systems, and problems as a page tells them."""

import re

from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS
from web.language import gettext, lazy_gettext
from web.words import facility_name

__all__ = ["SEVERITIES", "STEPS", "SYSTEMS", "field_groups", "reason_words"]

STEPS = (
    lazy_gettext("上传"),
    lazy_gettext("对列"),
    lazy_gettext("坐标系"),
    lazy_gettext("检查和修改"),
    lazy_gettext("完成"),
)
"""The steps of an import, in their order."""

SYSTEMS = {
    "gcj02": lazy_gettext("GCJ-02(高德、腾讯地图上取的)"),
    "bd09": lazy_gettext("BD-09(百度地图上取的)"),
    "wgs84": lazy_gettext("WGS-84(GPS)"),
    "cgcs2000": lazy_gettext("CGCS2000(天地图、测绘成果)"),
}
"""The coordinate systems, the likeliest first."""

SEVERITIES = {
    "refused": lazy_gettext("不能导入"),
    "warning": lazy_gettext("有疑问"),
    "note": lazy_gettext("说明"),
}
"""What each severity of a problem is called."""

_ONLY_FILES = {
    "ref": lazy_gettext("编号"),
    "xy": lazy_gettext("经纬度(在一格里)"),
    "x": lazy_gettext("经度"),
    "y": lazy_gettext("纬度"),
    "crs": lazy_gettext("坐标系"),
    "is_24h": lazy_gettext("是否24小时"),
    "type": lazy_gettext("类型(类别、建设方式或依托)"),
    "services": lazy_gettext("服务功能"),
    "manager": lazy_gettext("管理者(单位或个人)"),
    "map_ids.amap": lazy_gettext("高德编号"),
    "map_ids.baidu": lazy_gettext("百度编号"),
    "map_ids.tencent": lazy_gettext("腾讯编号"),
}
# Told by others: the loader says what a row's position was, and the checklists have a page of their own.
_NEVER = {
    "code",
    "lon",
    "lat",
    "crs_given",
    "position_given",
    "source",
    "source_ref",
    "merged_into",
    "checklist",
}
_ON_PAGE = (
    (re.compile(r"请用 --crs 说明(?:\([^)]*\))?(?:,或加一列“坐标系”)?"), "请在“坐标系”一步选择"),
    (re.compile(r"或用 --crs 说明"), "或在“坐标系”一步选择"),
    (re.compile(r"用 --crs (\w+) 重新导入"), r"回到“坐标系”一步改选 \1"),
    (re.compile(r"用 --source (\S+) 再导入"), r"把“来源”改成“\1”再导入"),
    (re.compile(r"命令说的是"), "这里选的是"),
)


def field_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column can hold: groups of (field, label)."""
    own = [(field.name, gettext(field.zh)) for field in FIELDS if field.name not in _NEVER]
    needed = [
        ("name", gettext("站点名称")),
        *((key, str(_ONLY_FILES[key])) for key in ("ref", "x", "y", "xy", "crs")),
    ]
    shown = {key for key, _ in needed}
    rest = [pair for pair in own if pair[0] not in shown]
    rest += [(key, str(label)) for key, label in _ONLY_FILES.items() if key not in shown]
    return [
        (gettext("认站点和位置用的"), needed),
        (gettext("其他内容"), rest),
        (gettext("一项设施(有或无)"), [(f"yes:{code}", facility_name(code)) for code in FACILITIES]),
    ]


def reason_words(reason: str) -> str:
    """Return a problem's words for a page, where there are no options of a command.

    Examples
    --------
    >>> reason_words("没有写坐标系;请补上,或用 --crs 说明")
    '没有写坐标系;请补上,或在“坐标系”一步选择'
    """
    for pattern, words in _ON_PAGE:
        reason = pattern.sub(words, reason)
    return reason
