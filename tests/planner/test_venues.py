"""Which venues must have a nursing room, and which have one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine

from geo.crs import Crs, from_wgs84
from geo.db.engine import reading, writing
from geo.errors import FileError
from geo.ingest.problems import Problem
from geo.ingest.venues import read_venues
from geo.model.venues import Venue
from geo.planner.venues import duties_of, venue_sheets
from geo.registry.areas import AreaIndex, read_index, save_areas
from tests.registry.conftest import sqlite_engine

__all__ = ["sqlite_engine"]

HEADER = "名称,类型,建筑面积,日客流量,省份,经度,纬度,坐标系\n"
ROOM = {"kind": "nursing_room", "lon": 113.6, "lat": 34.7, "host_name": "市医院"}


def read(folder: Path, *rows: str, header: str = HEADER) -> tuple[list[Venue], list[Problem]]:
    file = folder / "场所.csv"
    file.write_text(header + "\n".join(rows), encoding="utf-8")
    return read_venues(file, crs=None, max_bytes=1_000_000)


def venue(**given: Any) -> Venue:
    plain = {"row": 2, "name": "商场", "type": None, "area_m2": None, "visitors": None, "rule": None}
    return Venue(**plain | {"lon": None, "lat": None} | given)


@pytest.fixture
def areas(sqlite_engine: Engine) -> AreaIndex:
    def area(code: str, west: float) -> SimpleNamespace:
        shape = shapely.MultiPolygon([shapely.box(west, 34.6, west + 0.1, 34.8)])
        return SimpleNamespace(code=code, name=f"区{code}", level="district", parent_code=None, shape=shape)

    with writing(sqlite_engine) as session:
        save_areas(session, [area("410101", 113.55), area("500101", 113.65)])
    with reading(sqlite_engine) as session:
        return read_index(session)


def test_reads_what_a_planner_has(tmp_path: Path):
    lon, lat = (float(one[0]) for one in from_wgs84([113.6], [34.7], Crs.GCJ02))
    found, problems = read(
        tmp_path,
        f"万达,商业,12000,,河南,{lon},{lat},高德",
        "火车站,交通,,30000,,113.6,34.7,wgs84",
        "",
    )
    assert problems == []
    assert [one[:6] for one in found] == [
        (2, "万达", "商业", 12000, None, "河南"),
        (3, "火车站", "交通", None, 30000, None),
    ]
    assert found[0].lon == pytest.approx(113.6, abs=1e-6)
    assert found[0].lat == pytest.approx(34.7, abs=1e-6)


def test_what_cannot_be_read_is_told_and_the_rest_is_taken(tmp_path: Path):
    found, problems = read(
        tmp_path, ",商业,1,1,,113.6,34.7,wgs84", "甲,商业,很大,-5,,,,", "乙,商业,1,1,,113.6,34.7,wgs84"
    )
    assert [(one.name, one.area_m2, one.visitors, one.lon) for one in found] == [
        ("甲", None, None, None),
        ("乙", 1, 1, 113.6),
    ]
    assert [(one.row, one.severity) for one in problems] == [
        (2, "refused"),
        (3, "warning"),
        (3, "warning"),
        (3, "warning"),
    ]
    with pytest.raises(FileError):
        read(tmp_path, "1,2", header="面积,日客流量\n")


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"area_m2": 10_001}, True),
        ({"area_m2": 10_000, "visitors": 10_000}, False),
        ({"area_m2": 10_000}, None),
        ({"visitors": 10_001}, True),
        ({"area_m2": 5_000, "rule": "重庆市"}, True),
        ({"visitors": 5_000, "rule": "重庆"}, True),
        ({"visitors": 5_000, "area_m2": 1, "rule": "北京"}, False),
        ({"area_m2": 5_000, "visitors": 1, "lon": 113.7, "lat": 34.7}, True),
        ({"area_m2": 5_000, "visitors": 1, "lon": 113.6, "lat": 34.7}, False),
        ({}, None),
    ],
)
def test_the_rule_is_that_of_its_province(areas: AreaIndex, given: dict[str, Any], due: bool | None):
    (found,) = duties_of([venue(**given)], [], areas)
    assert found.due is due


@pytest.mark.parametrize(
    ("given", "room", "has"),
    [
        ({"lon": 113.6005, "lat": 34.7}, {}, True),
        ({"lon": 113.6006, "lat": 34.7}, {}, False),
        ({"name": "市 医院"}, {}, True),
        ({"name": "别的"}, {}, False),
        ({"lon": 113.6, "lat": 34.7}, {"kind": "care_station"}, False),
        ({}, {"host_name": None}, False),
    ],
)
def test_it_has_a_room_that_is_near_or_names_it(areas: AreaIndex, given: dict, room: dict, has: bool):
    (found,) = duties_of([venue(**given)], [ROOM | room], areas)
    assert found.has is has
    assert duties_of([venue(**given)], [], areas)[0].has is False


def test_sheets_count_every_venue_where_it_belongs(areas: AreaIndex):
    here, there = {"lon": 113.6, "lat": 34.7}, {"lon": 113.7, "lat": 34.7}
    venues = [
        venue(row=2, type="商业", area_m2=20_000, **here),
        venue(row=3, type="商业", visitors=20_000, **there),
        venue(row=4, type="交通"),
        venue(row=5, area_m2=1, visitors=1),
    ]
    lines = {
        line.key: line
        for sheet in venue_sheets(duties_of(venues, [ROOM], areas), areas)
        for line in sheet.lines
    }
    assert lines["venue"].cells == (("2", "3"), ("2",), ("3",), ("4",))
    assert lines["venue"].of == (4, 2, 2, 4)
    assert lines["venue.type.商业"].cells[0] == ("2", "3")
    assert lines["venue.type."].of == (1, 0, 0, 1)
    assert lines["venue.area.410101"].cells == (("2",), ("2",), (), ())
    assert lines["venue.area.500101"].cells[2] == ("3",)
    assert lines["venue.area."].cells[3] == ("4",)
