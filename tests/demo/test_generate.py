"""The demo city: reproducible, of one piece, and never to be taken for real."""

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon, shape

from geo.crs import parse_crs, to_wgs84
from geo.demo.clerk import SLIPS
from geo.demo.generate import DEMO_FOLDER, DemoFiles, write_demo
from geo.demo.grid import AVENUES, STREETS, crossing
from geo.demo.skeleton import OUTLINE, lonlat
from geo.demo.stations import make_stations
from geo.model.demand import band_of
from geo.model.facilities import facility_code
from geo.model.standards import STANDARDS

COMMITTED = DemoFiles.within(DEMO_FOLDER)
TITLE_LINES = 2
MISPLACED = {"经度和纬度写反", "数字是全角的", "坐标写成度分秒", "坐标不在所写的区县内", "没有坐标"}


def read_table(path: Path, skip: int = 0) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)[skip:]
    return list(csv.DictReader(io.StringIO("".join(lines))))


@pytest.fixture(scope="module")
def stations() -> list[dict[str, str]]:
    return [row for row in read_table(COMMITTED.stations, TITLE_LINES) if row["序号"] != "合计"]


@pytest.fixture(scope="module")
def areas() -> dict[str, dict]:
    features = json.loads(COMMITTED.areas.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: feature for feature in features}


def position(row: dict[str, str]) -> Point:
    return Point(to_wgs84(float(row["经度"]), float(row["纬度"]), parse_crs(row["坐标系"])))


def well_placed(rows):
    return [row for row in rows if SLIPS.get(row["编号"], ("",))[0] not in MISPLACED]


def test_the_committed_files_are_what_the_generator_writes(tmp_path):
    made = write_demo(tmp_path / "new" / "folder")
    for name in ("stations", "areas", "landmarks", "units", "demand", "streets"):
        assert getattr(made, name).read_bytes() == getattr(COMMITTED, name).read_bytes(), name
    assert sorted(path.name for path in DEMO_FOLDER.iterdir()) == sorted(
        path.name for path in (tmp_path / "new" / "folder").iterdir()
    )


def test_another_seed_makes_other_stations_in_the_same_city(tmp_path):
    made = write_demo(tmp_path, seed=1)
    assert made.stations.read_bytes() != COMMITTED.stations.read_bytes()
    assert made.demand.read_bytes() != COMMITTED.demand.read_bytes()
    assert made.areas.read_bytes() == COMMITTED.areas.read_bytes()
    assert made.streets.read_bytes() == COMMITTED.streets.read_bytes()
    names = [cells["站点名称"] for cells in make_stations(1)]
    assert len(set(names)) == len(names) == 450


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in DEMO_FOLDER.iterdir()) < 400_000


def test_the_list_has_titles_a_running_number_and_a_sum(stations):
    lines = COMMITTED.stations.read_text(encoding="utf-8-sig").splitlines()
    assert "虚构" in lines[0]
    assert lines[1].startswith("填报单位")
    assert lines[-1].startswith(f"合计,,{len(stations)} 个,")
    assert [row["序号"] for row in stations] == [str(number) for number in range(1, len(stations) + 1)]


def test_there_are_450_stations_of_three_kinds_and_one_of_them_twice(stations):
    codes = Counter(row["编号"] for row in stations)
    assert len(codes) == 450
    (twice,) = (code for code, count in codes.items() if count > 1)
    assert SLIPS[twice][0] == "同一行写了两遍"
    kinds = Counter({row["编号"]: row["类别"] for row in stations}.values())
    assert kinds == {"爱心驿站": 300, "爱心派水点": 90, "母婴关爱室": 60}
    assert {row["状态"] for row in stations} == {"开放", "试运行", "在建", "规划", "暂停", "撤销"}


def test_stations_stand_in_the_district_they_name(stations, areas):
    districts = {area["properties"]["name"]: shape(area["geometry"]) for area in areas.values()}
    placed = well_placed(stations)
    assert len(placed) == len(stations) - len(MISPLACED)
    # A coordinate has six decimals: a station on a border may be rounded across it.
    astray = [r["编号"] for r in placed if districts[r["所属区县"]].distance(position(r)) > 1e-6]
    assert astray == []


def test_each_slip_is_in_the_list_as_described(stations):
    rows = {row["编号"]: row for row in stations}
    slips = {reason: rows[code] for code, (reason, _) in SLIPS.items()}
    assert float(slips["经度和纬度写反"]["纬度"]) > 90
    assert not slips["数字是全角的"]["经度"].isascii()
    assert re.fullmatch(r"102°\d\d′\d\d\.\d″", slips["坐标写成度分秒"]["经度"])
    assert slips["没有坐标"]["经度"] == slips["没有坐标"]["纬度"] == ""
    assert not Polygon([lonlat(corner) for corner in OUTLINE]).covers(position(slips["坐标不在所写的区县内"]))
    unknown = [
        word for word in slips["有一个不认识的设施"]["服务设施"].split("、") if not facility_code(word)
    ]
    assert unknown == ["台球桌"]
    assert not re.search(r"\d", slips["开放时间看不懂"]["开放时间"])


def test_facilities_and_standards_are_known_words_in_every_other_row(stations):
    for row in stations:
        if SLIPS.get(row["编号"], ("",))[0] != "有一个不认识的设施":
            words = [word for word in re.split("[、;|,]", row["服务设施"]) if word]
            assert [word for word in words if facility_code(word) is None] == []
        assert row["执行标准"] == "" or row["执行标准"] in STANDARDS


def test_nobody_can_take_it_for_real(stations, areas):
    for row in stations:
        assert row["站点名称"].endswith("(演示)")
        assert row["详细地址"].startswith("云栖市(演示)")
        assert row["主管工会"].endswith("(演示)")
        assert (
            row["联系电话"]
            .translate({ord("0") + 0xFEE0 + d: str(d) for d in range(10)})
            .startswith("1990000")
        )
        assert re.fullmatch(r"|12351|0399-000\d{4}", row["公开电话"])
        assert row["负责人"][1:] in {"演示", "示例", "样例", "模拟"}
    for area in areas.values():
        # GB/T 2260 gives 11 to 82 to provinces and regions.
        assert area["properties"]["code"].startswith("99")
        assert "虚构" in area["properties"]["note"]
    for table in (COMMITTED.landmarks, COMMITTED.units):
        assert all("虚构" in row["备注"] for row in read_table(table))


def test_six_districts_tile_the_city(areas):
    shapes = {code: shape(area["geometry"]) for code, area in areas.items()}
    city = shapes.pop("990100")
    assert areas["990100"]["properties"]["level"] == "city"
    assert sorted(shapes) == [f"99010{number}" for number in range(1, 7)]
    assert all(area.is_valid and area.exterior.is_ccw for area in (city, *shapes.values()))
    # No gap and no overlap: the parts together are the whole, and their areas add up to its area.
    whole = Polygon()
    for part in shapes.values():
        whole = whole.union(part)
    assert whole.symmetric_difference(city).area < 1e-12
    assert sum(part.area for part in shapes.values()) == pytest.approx(city.area, rel=1e-12)
    assert all(areas[code]["properties"]["parent_code"] == "990100" for code in shapes)


def test_the_unions_are_one_tree_and_a_zone_has_no_division_code(stations, areas):
    units = read_table(COMMITTED.units)
    known: set[str] = set()
    for unit in units:
        assert unit["上级工会代码"] in known or (not known and unit["上级工会代码"] == "")
        assert unit["工会代码"] not in known
        known.add(unit["工会代码"])
    assert {unit["区划代码"] for unit in units} - {""} == set(areas)
    names = {unit["工会名称"]: unit for unit in units}
    assert names["云栖高新区总工会(演示)"]["区划代码"] == ""
    served = Counter(row["主管工会"] for row in stations)
    assert set(served) <= set(names)
    assert served["云栖高新区总工会(演示)"] >= 10


def test_landmarks_lie_in_the_city_and_can_be_told_apart(areas):
    city = shape(areas["990100"]["geometry"])
    marks = read_table(COMMITTED.landmarks)
    assert len(marks) >= 40
    assert all(city.contains(position(mark)) for mark in marks)
    words = [word for mark in marks for word in (mark["名称"], *mark["别名"].split("、")) if word]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_people_live_and_ride_in_the_city(areas):
    rows = read_table(COMMITTED.demand, skip=1)
    assert "虚构" in COMMITTED.demand.read_text(encoding="utf-8-sig").splitlines()[0]
    city = shape(areas["990100"]["geometry"])
    assert all(city.covers(Point(float(row["经度"]), float(row["纬度"]))) for row in rows)
    columns = [column for column in rows[0] if column not in ("编号", "经度", "纬度")]
    assert [band_of(column) for column in columns] == [None, (6, 10), (10, 14), (14, 17), (17, 21), (21, 6)]
    sums = {column: sum(int(row[column]) for row in rows) for column in columns}
    assert min(int(row[column]) for row in rows for column in columns) >= 0
    assert sums["居民"] > 100_000
    assert max(sums[band] for band in columns[1:]) == sums["骑手10-14时"]


def test_avenues_and_streets_meet_where_they_cross():
    for i, avenue in enumerate(AVENUES):
        for j, street in enumerate(STREETS):
            assert avenue.line[j] == street.line[i] == crossing(i, j)
    city = Polygon(OUTLINE)
    assert all(city.contains(Point(at)) for street in (*AVENUES, *STREETS) for at in street.line)
    assert len({street.name for street in (*AVENUES, *STREETS)}) == len(AVENUES) + len(STREETS)
