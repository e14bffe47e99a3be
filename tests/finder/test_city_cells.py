"""Which cities' stations a place needs: told from a coarse table, held against all stations."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod
from sqlalchemy import insert

from geo.db.engine import open_engine, writing
from geo.db.tables import area
from geo.db.upgrade import upgrade
from geo.finder.cities import MOST_TOGETHER, find_city, joined, parts_of, rows_of_city
from geo.finder.city_cells import cities_around, city_cells
from geo.model.place import Point
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

GEOD = Geod(ellps="WGS84")
# What a cell is wide at 45 degrees, the northernmost of these places.
WIDTH_M = 7_800
CODES = [f"41{number:02d}00" for number in range(1, 9)]


def registry(home: Path, *stations: tuple) -> Snapshot:
    """Return a registry of cities, and stations: city, lon, lat, and what else is given."""
    engine = open_engine(Settings(home=home))
    upgrade(engine)
    box = shapely.MultiPolygon([shapely.box(113.5, 34.6, 113.7, 34.8)])
    with writing(engine) as session:
        for code in CODES:
            values = {"code": code, "name": code, "level": "city", "parent_code": None}
            session.execute(insert(area).values(**values, shape=box))
        rows = [
            station_row(number, area_code=code, lon=lon, lat=lat, **dict(given))
            for number, (code, lon, lat, *given) in enumerate(stations, 1)
        ]
        add_stations(session, rows, who="t")
    snapshot = read_snapshot(engine)
    engine.dispose()
    return snapshot


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Eight cities whose stations lie among one another."""
    rng = np.random.default_rng(7)
    middles = rng.uniform((112, 33), (115, 45), (len(CODES), 2))
    city = rng.integers(0, len(CODES), 400)
    places = middles[city] + rng.normal(0, 0.4, (400, 2))
    stations = [(CODES[n], *place) for n, place in zip(city.tolist(), places.tolist(), strict=True)]
    return registry(tmp_path_factory.mktemp("country"), *stations)


def origins(snapshot: Snapshot) -> list[Point]:
    rng = np.random.default_rng(8)
    row = rng.integers(0, len(snapshot), 300)
    around = np.column_stack([snapshot.lon[row], snapshot.lat[row]]) + rng.normal(0, 0.1, (300, 2))
    anywhere = rng.uniform((111, 32), (116, 45), (100, 2))
    return [Point(*place) for place in np.concatenate([around, anywhere]).tolist()]


def test_every_station_within_a_cells_width_is_of_those_cities(country: Snapshot):
    together = 0
    for point in origins(country):
        code = cities_around(country, point)
        lon, lat = np.full((2, len(country)), [[point.lon], [point.lat]])
        far_m = GEOD.inv(lon, lat, country.lon, country.lat)[2]
        needed = set(np.flatnonzero(far_m < WIDTH_M).tolist())
        assert needed <= set(rows_of_city(country, code).tolist()), point
        assert len(parts_of(code)) <= MOST_TOGETHER
        together += len(parts_of(code)) > 1
    assert 20 < together < 380


def test_a_cell_is_told_by_its_number(tmp_path: Path):
    snapshot = registry(
        tmp_path, ("410100", 113.65, 34.75), ("410100", 113.66, 34.76), ("410200", -0.05, 0.05)
    )
    cell = 1247 * 3600 + 2936
    assert city_cells(snapshot) == {"410100": [cell], "410200": [900 * 3600 + 1799]}


def test_nobody_is_sent_where_nothing_serves(tmp_path: Path):
    snapshot = registry(tmp_path, ("410100", 113.65, 34.75, ("status", "closed")), ("410200", 114.9, 34.75))
    assert list(city_cells(snapshot)) == ["410200"]
    assert cities_around(snapshot, Point(113.65, 34.75)) == "410200"


def test_without_stations_there_is_no_city(tmp_path: Path):
    assert cities_around(registry(tmp_path), Point(113.65, 34.75)) is None


def test_the_world_is_round(tmp_path: Path):
    snapshot = registry(tmp_path, ("410100", 179.98, 10.0), ("410200", -179.98, 10.0))
    assert cities_around(snapshot, Point(179.99, 10.0)) == "410100+410200"


def test_cities_taken_together_are_one(country: Snapshot):
    code = joined([CODES[2], CODES[0]])
    both = find_city(country, code, "登记册")
    first, second = (find_city(country, one, "登记册") for one in parts_of(code))
    assert (both.count, both.serving) == (first.count + second.count, first.serving + second.serving)
    assert both.name == f"{first.name}、{second.name}"
    rows = [rows_of_city(country, one) for one in parts_of(code)]
    assert rows_of_city(country, code).tolist() == sorted(np.concatenate(rows).tolist())


@pytest.mark.parametrize(
    "code", ["410200+410100", "410100+410100", "410100+", "410100+999999", "+".join(CODES[:5])]
)
def test_cities_together_have_one_name_alone(country: Snapshot, code: str):
    assert not len(rows_of_city(country, code))
