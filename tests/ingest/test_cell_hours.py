"""The columns about opening hours complete and contradict each other."""

from pathlib import Path
from typing import Any

import pytest

from geo.ingest.cell_hours import HoursCells, read_hours
from geo.model.hours import validate_osm
from tests.ingest.files import HEADER, ROW, read, write_csv

SUMMER = "05-01/09-30"


def hours(**cells: str) -> tuple[Any, list[str]]:
    """Return the OSM hours of a row, and the columns in doubt."""
    reading = read_hours(HoursCells(**cells), summer=SUMMER)
    return reading.fields.get("hours_osm"), [field for field, _ in reading.doubts]


@pytest.mark.parametrize(
    ("cells", "osm", "doubted"),
    [
        ({"is_24h": "是"}, "24/7", []),
        ({"is_24h": "否"}, None, []),
        ({"hours_raw": "24小时", "is_24h": "是"}, "24/7", []),
        ({"hours_raw": "8:00-20:00", "is_24h": "是"}, "08:00-20:00", ["is_24h"]),
        ({"hours_raw": "24小时", "is_24h": "否"}, "24/7", ["is_24h"]),
        ({"hours_raw": "看情况", "is_24h": "是"}, "24/7", ["hours_raw"]),
        ({"hours_raw": "24小时(智能门禁)", "is_24h": "是"}, "24/7", []),
        ({"hours_raw": "看情况"}, None, ["hours_raw"]),
        ({"hours_raw": "随商场"}, None, ["hours_raw"]),
        ({"hours_raw": "Mo-Fr 08:30-17:30; PH off"}, "Mo-Fr 08:30-17:30; PH off", []),
        ({"hours_raw": "看情况", "hours_osm": "Mo-Fr 08:30-17:30"}, "Mo-Fr 08:30-17:30", []),
        ({"hours_raw": "8:00-20:00", "hours_osm": "早晚"}, "08:00-20:00", ["hours_osm"]),
        ({"hours_raw": "每日10:00-16:00", "season": "6月15日-9月15日"}, "Jun 15-Sep 15 10:00-16:00", []),
        ({"hours_raw": "24小时", "season": "6月至9月"}, "Jun-Sep 00:00-24:00", []),
        ({"hours_raw": "工作日9:00-17:00", "season": "夏季"}, "May 01-Sep 30 Mo-Fr 09:00-17:00; PH off", []),
        ({"hours_raw": "8:00-20:00", "season": "全年"}, "08:00-20:00", []),
        ({"hours_raw": "8:00-20:00", "season": "看天气"}, None, ["hours_raw"]),
        ({"season": "夏季"}, None, []),
    ],
)
def test_columns_about_hours_are_read_together(
    cells: dict[str, str], osm: str | None, doubted: list[str]
) -> None:
    assert hours(**cells) == (osm, doubted)
    assert osm is None or validate_osm(osm) is None


def test_the_summer_of_the_region_counts() -> None:
    cells = HoursCells("8:00-18:00", season="夏季")
    assert read_hours(cells, summer="06-01/08-31").fields["hours_osm"] == "Jun 01-Aug 31 08:00-18:00"


def test_unreadable_hours_replace_those_of_an_earlier_file() -> None:
    fields = read_hours(HoursCells("看情况"), summer=SUMMER).fields
    assert fields["hours_raw"] == "看情况"
    assert fields["hours_osm"] is None


def test_an_assumed_season_is_told_once_for_all_rows(tmp_path: Path) -> None:

    rows = [
        [*HEADER, "开放时间"],
        *[[str(i), f"站{i}", *ROW[2:], "夏季8:00-18:30，冬季8:30-17:30"] for i in range(3)],
    ]
    _, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert [(problem.row, problem.severity) for problem in problems] == [(None, "warning")]
    assert "3 行" in problems[0].reason
