"""How the demo city's clerk writes the list down: titles, a running number, a sum, and some slips.

The slips are there on purpose, one of each sort, so that loading the demo shows what is said about them.
"""

import csv
import io
from collections.abc import Callable

from geo.crs import Crs, from_wgs84
from geo.demo.particulars import AS_OF, Cells
from geo.demo.skeleton import CITY_NAME
from geo.demo.units import CITY_UNIT

__all__ = ["SLIPS", "stations_csv", "table_csv"]

_COLUMNS = (
    *("序号", "编号", "站点名称", "门头名称", "类别", "状态", "停用原因", "所属区县", "街道(镇)", "详细地址"),
    *("楼层", "入口说明", "主管工会", "依托类型", "依托单位", "建设方式", "经度", "纬度", "坐标系"),
    *(
        "使用面积(㎡)",
        "可容纳人数",
        "开放时间",
        "是否24小时",
        "开放季节",
        "服务设施",
        "卫生间",
        "WiFi",
        "无障碍",
    ),
    *("可上锁", "服务对象", "进入方式", "供水方式", "星级", "荣誉", "执行标准", "投用时间", "投入资金(万元)"),
    *("补助资金(元)", "公开电话", "负责人", "联系电话", "核实日期", "核实人", "备注"),
)
_FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."}


def _swapped(cells: Cells) -> list[Cells]:
    return [{**cells, "经度": cells["纬度"], "纬度": cells["经度"]}]


def _wide(cells: Cells) -> list[Cells]:
    columns = ("经度", "纬度", "使用面积(㎡)", "联系电话")
    return [{**cells, **{column: cells[column].translate(_FULL_WIDTH) for column in columns}}]


def _in_dms(cells: Cells) -> list[Cells]:
    return [{**cells, **{column: _dms(float(cells[column])) for column in ("经度", "纬度")}}]


def _dms(degrees: float) -> str:
    minutes, tenths = divmod(round(degrees * 36000), 600)
    return f"{minutes // 60}°{minutes % 60:02}′{tenths / 10:04.1f}″"


def _astray(cells: Cells) -> list[Cells]:
    return [{**cells, "经度": f"{float(cells['经度']) + 0.2:.6f}"}]


def _unplaced(cells: Cells) -> list[Cells]:
    return [{**cells, "经度": "", "纬度": ""}]


def _odd_facility(cells: Cells) -> list[Cells]:
    return [{**cells, "服务设施": cells["服务设施"] + "、台球桌"}]


def _odd_hours(cells: Cells) -> list[Cells]:
    return [{**cells, "是否24小时": "", "开放时间": "看情况开门"}]


def _twice(cells: Cells) -> list[Cells]:
    return [cells, cells]


SLIPS: dict[str, tuple[str, Callable[[Cells], list[Cells]]]] = {
    "YX-0017": ("经度和纬度写反", _swapped),
    "YX-0042": ("数字是全角的", _wide),
    "YX-0088": ("坐标写成度分秒", _in_dms),
    "YX-0123": ("坐标不在所写的区县内", _astray),
    "YX-0170": ("没有坐标", _unplaced),
    "YX-0211": ("有一个不认识的设施", _odd_facility),
    "YX-0256": ("开放时间看不懂", _odd_hours),
    "YX-0290": ("同一行写了两遍", _twice),
}
"""The slips: code of the station, what is wrong with its row, and the rows written instead."""

# 长栖区 took its positions from an AMap page.
_AMAP_DISTRICT = "长栖区"


def stations_csv(stations: list[Cells]) -> str:
    """Return the list as the clerk writes it: two title lines, the header on line 3, a sum at the end."""
    rows = [row for cells in stations for row in _written(cells)]
    body = [
        [str(line), *(cells.get(column, "") for column in _COLUMNS[1:])] for line, cells in enumerate(rows, 1)
    ]
    title = f"{CITY_NAME}工会驿站、派水点、母婴关爱室台账(虚构数据,仅供演示)"
    unit = f"填报单位:{CITY_UNIT.name}    截至{AS_OF.year}年{AS_OF.month}月{AS_OF.day}日"
    total = ["合计", "", f"{len(rows)} 个"]
    return table_csv([[title], [unit], list(_COLUMNS), *body, total], width=len(_COLUMNS))


def _written(cells: Cells) -> list[Cells]:
    given = _as_amap(cells) if cells["所属区县"] == _AMAP_DISTRICT else cells
    _, slip = SLIPS.get(cells["编号"], ("", lambda right: [right]))
    return slip(given)


def _as_amap(cells: Cells) -> Cells:
    lon, lat = from_wgs84(float(cells["经度"]), float(cells["纬度"]), Crs.GCJ02)
    return {**cells, "经度": f"{lon:.6f}", "纬度": f"{lat:.6f}", "坐标系": "高德"}


def table_csv(rows: list[list[str]], *, width: int) -> str:
    """Return rows as CSV text, each padded to `width` cells as a spreadsheet does."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*row, *[""] * (width - len(row))] for row in rows)
    return text.getvalue()
