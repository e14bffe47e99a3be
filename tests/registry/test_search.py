"""Places are found by what people call them, however they write it."""

import unicodedata
from types import SimpleNamespace

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from geo.db.engine import writing
from geo.registry.areas import save_areas
from geo.registry.places import save_landmarks
from geo.registry.search import find_places, search_rows
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from tests.registry.conftest import station_row

STATIONS = [
    {"name": "工会驿站（东风路）", "aliases": ["红帽子"], "address": "东风路１号 ＡＢＣ大厦"},
    {"name": "人民公园", "kind": "water_point", "address": "金水区人民路2号"},
    {"name": "公园里驿站", "signboard_name": "户外劳动者之家"},
    {"name": "O'Brien 100%_驿站", "address": r"back\slash “引号”"},
]
WORDS = st.sampled_from(["驿站", "公园", "东风", "ABC", "路", "100%", "_", "yz-000", "号", "\\", "家"])


@pytest.fixture
def snapshot(sqlite_engine: Engine) -> Snapshot:
    """A few places whose names meet."""
    square = shapely.MultiPolygon([shapely.box(113.6, 34.7, 113.7, 34.8)])
    areas = [
        SimpleNamespace(code="990101", name="人民公园", level="district", parent_code=None, shape=square),
        SimpleNamespace(code="990102", name="没有边界区", level="district", parent_code=None, shape=None),
    ]
    marks = [
        SimpleNamespace(name="人民公园", aliases=["老公园"], category="park", lon=113.61, lat=34.71),
        SimpleNamespace(name="人民公园东门", aliases=[], category=None, lon=113.62, lat=34.72),
    ]
    with writing(sqlite_engine) as session:
        save_areas(session, areas)
        save_landmarks(session, marks, source="test")
        add_stations(session, [station_row(n, **given) for n, given in enumerate(STATIONS, 1)], who="t")
    return read_snapshot(sqlite_engine)


def names(snapshot: Snapshot, text: str, **options) -> list[str]:
    return [place.name for place in find_places(snapshot, text, **options)]


def test_at_equal_fit_landmarks_then_areas_then_stations(snapshot: Snapshot):
    found = find_places(snapshot, "人民公园")
    assert [(place.category, place.code, place.exact) for place in found] == [
        ("park", "", True),
        ("district", "990101", True),
        ("water_point", "YZ-0002", True),
        ("", "", False),
    ]


def test_beginnings_come_before_parts(snapshot: Snapshot):
    assert names(snapshot, "公园")[0] == "公园里驿站"
    assert set(names(snapshot, "公园")[1:]) == {"人民公园", "人民公园东门"}


def test_a_place_is_where_it_is(snapshot: Snapshot):
    mark, area, station, _ = find_places(snapshot, "人民公园")
    assert (mark.lon, mark.lat) == (113.61, 34.71)
    assert shapely.box(113.6, 34.7, 113.7, 34.8).contains(shapely.Point(area.lon, area.lat))
    assert (station.lon, station.lat) == pytest.approx((113.602, 34.7))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("老公园", "人民公园"),
        ("红帽子", "工会驿站（东风路）"),
        ("户外劳动者之家", "公园里驿站"),
        ("yz-0003", "公园里驿站"),
        ("ｙｚ－０００３", "公园里驿站"),
        ("工会驿站（东风路）", "工会驿站（东风路）"),
        ("工会驿站(东风路)", "工会驿站（东风路）"),
        ("abc大厦", "工会驿站（东风路）"),
        ("东风路1号", "工会驿站（东风路）"),
        ("东风路，红帽子", "工会驿站（东风路）"),
        ("  O'BRIEN ", "O'Brien 100%_驿站"),
        ("人民路 公园", "人民公园"),
    ],
)
def test_by_alias_part_address_code_in_any_width_and_case(snapshot: Snapshot, text: str, name: str):
    assert name in names(snapshot, text)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "，、;", "%", "_x", "驿站\n没有", "没有这个地方", "\x00", "\ud800", "驿" * 5000, ".*", "'--"],
)
def test_what_names_nothing_finds_nothing(snapshot: Snapshot, text: str):
    literal = [row["name"] for row in STATIONS if text.strip() and text in row["name"]]
    assert names(snapshot, text) == literal
    assert len(search_rows(snapshot, text)) == len(literal)


def test_an_area_without_a_shape_has_no_place(snapshot: Snapshot):
    assert names(snapshot, "没有边界") == []


def test_a_limit_keeps_the_best(snapshot: Snapshot):
    assert names(snapshot, "人民公园", limit=1) == ["人民公园"]
    assert len(names(snapshot, "驿站")) == 3


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, min_size=1, max_size=3))
def test_rows_are_those_that_hold_every_word(snapshot: Snapshot, words: list[str]):
    def plain(row: int, station: dict) -> str:
        parts = [f"YZ-{row + 1:04d}", station["name"], station.get("signboard_name", "")]
        parts += [*station.get("aliases", []), station.get("address", "")]
        return unicodedata.normalize("NFKC", " ".join(parts)).lower()

    expected = [
        row
        for row, station in enumerate(STATIONS)
        if all(word.lower() in plain(row, station) for word in words)
    ]
    assert search_rows(snapshot, " ".join(words)) == expected


def test_nothing_registered_nothing_found(sqlite_engine: Engine):
    empty = read_snapshot(sqlite_engine)
    assert search_rows(empty, "驿站") == []
    assert find_places(empty, "驿站") == []
