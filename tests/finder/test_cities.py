"""Which city a station belongs to, whatever areas a registry has."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import insert

from geo.db.engine import open_engine, writing
from geo.db.tables import area
from geo.db.upgrade import upgrade
from geo.errors import NotFoundError
from geo.finder.cities import REST, areas_of_city, cities, find_city, near_city, rows_of_city
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

PROVINCE = ("410000", "province", None)
CITY = ("410100", "city", "410000")
DISTRICT = ("410101", "district", "410100")
STREET = ("410101001", "street", "410101")

Make = Callable[..., Snapshot]


@pytest.fixture
def registry(tmp_path: Path) -> Make:
    """Return a function that makes a registry of areas, and stations: number, code of area, longitude."""

    def made(areas: list[tuple], *stations: tuple) -> Snapshot:
        engine = open_engine(Settings(home=tmp_path))
        upgrade(engine)
        with writing(engine) as session:
            for code, level, parent in areas:
                values = {"code": code, "name": f"区{code}", "level": level, "parent_code": parent}
                box = shapely.MultiPolygon([shapely.box(113.5, 34.6, 113.7, 34.8)])
                session.execute(insert(area).values(**values, shape=box))
            rows = [station_row(n, area_code=code, lon=lon, lat=34.7) for n, code, lon in stations]
            add_stations(session, rows, who="t")
        snapshot = read_snapshot(engine)
        engine.dispose()
        return snapshot

    return made


def counts(snapshot: Snapshot) -> dict[str, int]:
    return {city.code: city.count for city in cities(snapshot, "登记册")}


@pytest.mark.parametrize("code", ["410100", "410101", "410101001"])
def test_by_the_area_however_small(registry: Make, code: str):
    snapshot = registry([PROVINCE, CITY, DISTRICT, STREET], (1, code, 113.6))
    assert counts(snapshot) == {"410100": 1}
    assert [snapshot.areas[place]["code"] for place in areas_of_city(snapshot, "410100")] == [
        "410100",
        "410101",
        "410101001",
    ]


def test_by_the_digits_of_a_code_where_the_areas_between_are_missing(registry: Make):
    assert counts(registry([CITY, ("410199001", "street", "410199")], (1, "410199001", 113.6))) == {
        "410100": 1
    }


def test_a_province_without_cities_is_one(registry: Make):
    areas = [("110000", "province", None), ("110101", "district", "110000"), PROVINCE, CITY]
    assert counts(registry(areas, (1, "110101", 113.6), (2, "110000", 113.6), (3, "410100", 113.6))) == {
        "110000": 2,
        "410100": 1,
    }


def test_a_district_right_under_a_province_of_cities_is_one(registry: Make):
    areas = [PROVINCE, CITY, ("419001", "district", "410000"), ("419001100", "street", "419001")]
    assert counts(registry(areas, (1, "419001100", 113.6), (2, "410100", 113.6))) == {
        "410100": 1,
        "419001": 1,
    }


@pytest.mark.parametrize("areas", [[], [("410101", "district", "410100"), ("410102", "district", "410100")]])
def test_without_cities_all_is_one_named_by_the_registry(registry: Make, areas: list[tuple]):
    code = areas[0][0] if areas else None
    snapshot = registry(areas, (1, code, 113.6), (2, None, 130.0))
    [city] = cities(snapshot, "登记册")
    assert (city.code, city.name, city.count) == (REST, "登记册", 2)
    assert rows_of_city(snapshot, REST).tolist() == [0, 1]


def test_without_an_area_the_nearest_station_decides_if_it_is_near(registry: Make):
    areas = [CITY, ("410200", "city", "410000")]
    stations = (
        (1, "410100", 113.60),
        (2, "410200", 113.70),
        (3, None, 113.69),
        (4, None, 113.61),
        (5, None, 115.0),
    )
    snapshot = registry(areas, *stations)
    assert rows_of_city(snapshot, "410100").tolist() == [0, 3]
    assert rows_of_city(snapshot, "410200").tolist() == [1, 2]
    assert rows_of_city(snapshot, REST).tolist() == [4]
    assert [city.name for city in cities(snapshot, "登记册")] == ["区410100", "区410200", "其他地方"]


def test_a_city_without_stations_is_none(registry: Make):
    snapshot = registry([CITY, ("410200", "city", "410000")], (1, "410100", 113.6))
    assert counts(snapshot) == {"410100": 1}
    for code in ("410200", REST, "没有"):
        with pytest.raises(NotFoundError):
            find_city(snapshot, code, "登记册")
    assert not len(rows_of_city(snapshot, "没有"))
    assert areas_of_city(snapshot, "没有") == []


def test_areas_in_a_circle_end(registry: Make):
    circle = [("410101", "district", "410102"), ("410102", "district", "410101")]
    assert counts(registry(circle, (1, "410101", 113.6))) == {REST: 1}


def test_places_near_a_city(registry: Make):
    snapshot = registry([CITY], (1, "410100", 113.6))
    lon, lat = np.array([113.61, 115.0]), np.array([34.7, 34.7])
    assert near_city(snapshot, "410100", lon, lat).tolist() == [True, False]
    assert near_city(snapshot, "410100", lon[:0], lat[:0]).tolist() == []


def test_nothing_registered_no_cities(registry: Make):
    assert cities(registry([CITY]), "登记册") == []
