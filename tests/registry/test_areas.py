"""Which area a position lies in, and which one a name means."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.registry.areas import LEVELS, AreaIndex, place_stations, read_index, save_areas
from geo.registry.rows import read_rows
from geo.registry.snapshot_read import read_revision
from geo.registry.write import add_stations
from tests.registry.conftest import station_row


def area(code: str, name: str, level: str = "district", shape: Any = None) -> SimpleNamespace:
    shape = shape and shapely.MultiPolygon([shape])
    return SimpleNamespace(code=code, name=name, level=level, parent_code=None, shape=shape)


def index_of(engine: Engine, *areas: SimpleNamespace) -> AreaIndex:
    with writing(engine) as session:
        save_areas(session, areas)
        return read_index(session)


NAMES = [
    area("410000", "河南省", "province"),
    area("410100", "郑州市", "city"),
    area("410105", "金水区"),
    area("410122", "中牟县"),
    area("410184", "新郑市"),
    area("411481", "永城市"),
    area("110105", "朝阳区"),
    area("220104", "朝阳区"),
    area("410105001", "经八路街道", "street"),
    area("411628", "（示范）鹿邑县"),
]


@pytest.fixture
def named(sqlite_engine: Engine) -> AreaIndex:
    """Areas with names and no shapes."""
    return index_of(sqlite_engine, *NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("金水区", "410105"),
        ("金水", "410105"),
        ("郑州市金水区", "410105"),
        ("河南省郑州市金水区", "410105"),
        ("郑州市金水", "410105"),
        (" 金 水 区 ", "410105"),
        ("中牟", "410122"),
        ("河南省新郑市", "410184"),
        ("经八路街道", "410105001"),
        ("金水区经八路街道", "410105001"),
        ("(示范)鹿邑县", "411628"),
    ],
)
def test_a_name_with_or_without_its_suffix_and_parents(named: AreaIndex, text: str, code: str):
    assert named.named(text) == code


@pytest.mark.parametrize(
    "text", [None, "", " ", "区", "水区", "二七区", "朝阳区", "朝阳", "北京市朝阳区", "郑州市", "金水区某街"]
)
def test_no_name_or_one_of_two_names_nothing(named: AreaIndex, text: str | None):
    assert named.named(text) is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_locate_and_inside_are_brute_force(seed: int):
    rng = np.random.default_rng(seed)
    areas = [
        area(f"{n:06d}", f"区域{n}", str(rng.choice(LEVELS)), _polygon(rng))
        for n in range(rng.integers(1, 12))
    ]
    shapes = {item.code: item.shape for item in areas}
    index = AreaIndex(
        names={item.code: item.name for item in areas},
        levels={item.code: item.level for item in areas},
        shapes=shapes,
        tree=shapely.STRtree(list(shapes.values())),
        order=tuple(shapes),
        by_name={},
    )
    lon, lat = rng.uniform(113, 114, 60), rng.uniform(34, 35, 60)
    expected = []
    for x, y in zip(lon, lat, strict=True):
        around = [item for item in areas if item.shape.contains(shapely.Point(x, y))]
        around.sort(key=lambda item: (LEVELS.index(item.level), item.code))
        expected.append(around[-1].code if around else None)
    assert index.locate(lon, lat) == expected
    for code, shape in shapes.items():
        assert index.inside(code, lon, lat).tolist() == [
            shape.covers(shapely.Point(x, y)) for x, y in zip(lon, lat, strict=True)
        ]


def _polygon(rng: np.random.Generator) -> shapely.Polygon:
    """Return a star around a random centre, which crosses itself nowhere."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(8, 20)))
    radii = rng.uniform(0.05, 0.6, len(angles))
    x, y = rng.uniform(113, 114), rng.uniform(34, 35)
    star = shapely.Polygon(np.c_[x + radii * np.cos(angles), y + radii * np.sin(angles)])
    return star if star.is_valid else star.convex_hull


def test_a_border_belongs_to_the_area_it_is_checked_against(sqlite_engine: Engine):
    index = index_of(sqlite_engine, area("990101", "西区", shape=shapely.box(113, 34, 114, 35)))
    assert index.inside("990101", np.array([114.0, 114.0001]), np.array([34.5, 34.5])).tolist() == [
        True,
        False,
    ]


def test_no_areas_hold_and_name_nothing(sqlite_engine: Engine):
    index = index_of(sqlite_engine)
    assert index.locate([113.0], [34.0]) == [None]
    assert index.locate([], []) == []
    assert index.named("金水区") is None


def test_saving_counts_and_replaces(engine: Engine):
    west, east = shapely.box(113, 34, 113.5, 35), shapely.box(113.5, 34, 114, 35)
    first = [area("990101", "西区", shape=west), area("990102", "东区", shape=east)]
    with writing(engine) as session:
        assert save_areas(session, first) == (2, 0, 0)
    revision = read_revision(engine)
    with writing(engine) as session:
        assert save_areas(session, first) == (0, 0, 2)
    assert read_revision(engine) == revision
    with writing(engine) as session:
        swapped = [area("990101", "西区", shape=east), area("990102", "新东区", shape=east)]
        assert save_areas(session, swapped) == (0, 2, 0)
    assert read_revision(engine) > revision
    with reading(engine) as session:
        index = read_index(session)
    assert index.names == {"990101": "西区", "990102": "新东区"}
    assert index.shapes["990101"].equals(east)


def test_stations_are_placed_by_name_before_position(engine: Engine):
    west, east = shapely.box(113, 34, 113.5, 35), shapely.box(113.5, 34, 114, 35)
    with writing(engine) as session:
        save_areas(session, [area("990101", "西区", shape=west), area("990102", "东区", shape=east)])
        rows = [
            station_row(1, lon=113.7, lat=34.5, district_name="西区"),
            station_row(2, lon=113.7, lat=34.5),
            station_row(3, lon=115.0, lat=34.5),
            station_row(4, lon=113.7, lat=34.5, area_code="410105"),
        ]
        add_stations(session, rows, who="li")
    with writing(engine) as session:
        assert place_stations(session, who="li") == 2
        assert place_stations(session, who="li") == 0
    with reading(engine) as session:
        codes = {row["code"]: row["area_code"] for _, row in read_rows(session)}
    assert list(codes.values()) == ["990101", "990102", None, "410105"]
