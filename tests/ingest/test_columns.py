"""Each column fills its field, in the type that the field has."""

from pathlib import Path
from typing import Any

import pytest

from tests.ingest.files import read_one


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("面积(㎡)", "约30㎡", "area_m2", 30.0),
        ("可容纳人数", "12人", "capacity", 12),
        ("星级", "★★★★", "star", 4),
        ("荣誉", "省级最美驿站、市级示范", "honours", ["省级最美驿站", "市级示范"]),
        ("别名", "东门驿站;老驿站", "aliases", ["东门驿站", "老驿站"]),
        ("建成时间", "2024年5月", "built_on", "2024-05"),
        ("按调休上班", "是", "hours_makeup", True),
        ("高德POI", "B0FF", "map_ids", {"amap": "B0FF"}),
        ("标准检查", '{"sign": "pass", "water": "unknown"}', "checklist", {"sign": "pass"}),
        ("是否有空调", "√", "facilities", {"air_conditioning": "yes"}),
        ("微波炉数量", "0", "facilities", {"microwave": "no"}),
        ("区划代码", "410105.0", "area_code", "410105"),
        ("服务内容", "热饭、歇脚", "facilities", {"microwave": "yes", "seats": "yes"}),
        ("状态", "试运行", "status", "trial"),
        ("负责人", "张三", "keeper_name", "张三"),
        ("联系电话", "13812345678", "keeper_phone", "13812345678"),
        ("手机", "1.3812345678E+10", "keeper_phone", None),
        ("详细地址", " 中原路\n10号 ", "address", "中原路 10号"),
        ("供水方式", "自取冰柜", "supply_mode", "自取冰柜"),
        ("楼层", "3.0", "floor", "3"),
    ],
)
def test_a_column_fills_its_field(tmp_path: Path, header: str, cell: str, field: str, value: Any) -> None:
    values, _ = read_one(tmp_path, **{header: cell})
    assert values.get(field) == value
    assert type(values.get(field)) is type(value)


def test_only_what_the_file_gives_is_a_value(tmp_path: Path) -> None:
    values, problems = read_one(tmp_path, 地址="", 星级=" ", 服务设施="-", 状态="", 面积="无")
    assert set(values) == {"name", "position_given", "crs_given"}
    assert problems == []


def test_a_facility_column_knows_better_than_the_list(tmp_path: Path) -> None:
    values, _ = read_one(tmp_path, 空调="无", 服务设施="饮水、空调", WiFi="有", 厕所="")
    assert values["facilities"] == {"drinking_water": "yes", "air_conditioning": "no", "wifi": "yes"}
