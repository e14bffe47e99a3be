"""One registered place: its fields, which of them the public sees, and the words for them.

A station travels through the program as a flat mapping of these names to plain values
(str, int, float, bool, list, dict of str, or None), the shape of its row in the database.
`FIELDS` is the only list of them: columns, public views, exports and history follow it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

__all__ = ["FIELDS", "INTERNAL", "PUBLIC", "SERVING", "Field", "Kind", "Status", "public_properties"]


class Kind(StrEnum):
    """What a station is."""

    CARE_STATION = "care_station"
    WATER_POINT = "water_point"
    NURSING_ROOM = "nursing_room"


class Status(StrEnum):
    """Where a station is in its life."""

    PLANNED = "planned"
    BUILDING = "building"
    TRIAL = "trial"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


SERVING = (Status.OPEN, Status.TRIAL)
"""The statuses that count as a station one can go to, unless a question says otherwise."""


class Field(NamedTuple):
    """One field of a station: its name, its Chinese label, its type, and who may see it."""

    name: str
    zh: str
    type: type
    public: bool = True
    default: Any = None


FIELDS: tuple[Field, ...] = (
    Field("code", "编号", str),
    Field("kind", "类别", str, default="care_station"),
    Field("status", "状态", str, default="open"),
    Field("name", "站点名称", str),
    Field("signboard_name", "门头名称", str),
    Field("aliases", "别名", list),
    Field("address", "详细地址", str),
    Field("area_code", "区划代码", str),
    Field("district_name", "所属区县", str),
    Field("street_name", "街道(镇)", str),
    Field("unit_code", "工会代码", str),
    Field("unit_name", "主管工会", str),
    Field("host_type", "依托类型", str),
    Field("host_name", "依托单位", str),
    Field("build_type", "建设方式", str),
    Field("build_org", "建设单位", str),
    Field("run_org", "运营单位", str),
    Field("lon", "经度", float),
    Field("lat", "纬度", float),
    Field("position_given", "原始坐标", str, public=False),
    Field("crs_given", "坐标系", str, public=False),
    Field("position_source", "坐标来源", str, public=False),
    Field("entrance_lon", "入口经度", float),
    Field("entrance_lat", "入口纬度", float),
    Field("entrance_note", "入口说明", str),
    Field("floor", "楼层", str),
    Field("area_m2", "面积(平方米)", float),
    Field("capacity", "可容纳人数", int),
    Field("hours_raw", "开放时间", str),
    Field("hours_osm", "开放时间(OSM)", str),
    Field("hours_makeup", "按调休上班", bool),
    Field("hours_note", "开放时间说明", str),
    Field("season", "开放季节", str),
    Field("access_who", "服务对象", str),
    Field("access_how", "进入方式", str),
    Field("facilities", "服务设施", dict),
    Field("supply_mode", "供水方式", str),
    Field("star", "星级", int),
    Field("honours", "荣誉", list),
    Field("map_ids", "地图平台编号", dict),
    Field("public_phone", "公开电话", str),
    Field("built_on", "建成时间", str),
    Field("opened_on", "投用时间", str),
    Field("verified_on", "核实日期", str),
    Field("verified_by", "核实人", str, public=False),
    Field("standard", "执行标准", str),
    Field("checklist", "标准检查", dict),
    Field("closed_reason", "关闭或暂停原因", str),
    Field("merged_into", "并入站点", str),
    Field("source", "数据来源", str, public=False),
    Field("source_ref", "来源编号", str, public=False),
    Field("grant_yuan", "补助资金(元)", float, public=False),
    Field("invested_yuan", "投入资金(元)", float, public=False),
    Field("keeper_name", "负责人", str, public=False),
    Field("keeper_phone", "负责人电话", str, public=False),
    Field("remarks", "备注", str, public=False),
)
"""Every field. ``lon``/``lat`` are WGS-84 degrees; dates are ISO text; ``facilities`` maps a code to
``yes`` or ``no`` (absent: unknown); ``checklist`` maps an item to ``pass`` or ``fail``; ``access_who`` is
``anyone``, ``outdoor_workers``, ``union_members`` or ``mothers``; ``access_how`` is ``free``, ``scan``,
``id_card``, ``face``, ``bell``, ``ask`` or ``key``."""

PUBLIC = tuple(field.name for field in FIELDS if field.public)
INTERNAL = tuple(field.name for field in FIELDS if not field.public)

# Coordinates leave in the public coordinate system, which is the answer's business, not the row's.
_PROPERTIES = set(PUBLIC) - {"lon", "lat", "entrance_lon", "entrance_lat"}


def public_properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the public may know of a station: GeoJSON properties, unknowns left out.

    Examples
    --------
    >>> public_properties({"code": "HB-0417", "keeper_phone": "138", "aliases": [], "star": None})
    {'code': 'HB-0417'}
    >>> public_properties({})
    {}
    """
    # Zero and False are answers; None and what is empty are not.
    return {name: value for name, value in row.items() if (value or value == 0) and name in _PROPERTIES}
