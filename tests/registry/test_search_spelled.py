"""Search in letters: pinyin and initials find what characters would."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.model.pinyin import spelled, spelling
from geo.registry import search_spelled
from geo.registry.places import save_landmarks
from geo.registry.search import find_places, wish_of
from geo.registry.search_spelled import spelled_rows
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

STATIONS = [
    {"name": "西安站驿站", "address": "解放路1号"},
    {"name": "𠮷祥西安站(北)", "aliases": ["老西站"], "address": "长安路 西安"},
    {"name": "重庆路驿站", "address": "重庆路Ａ座"},
    {"name": "XAZ驿站", "address": "工业路"},
    {"name": "热水街驿站"},
]
QUERIES = st.text("xianzhlgcbq1", min_size=2, max_size=6).filter(lambda text: spelling(text) is not None)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A few places that sound alike."""
    engine: Engine = open_engine(Settings(home=tmp_path_factory.mktemp("spelled")))
    upgrade(engine)
    mark = SimpleNamespace(name="西安站", aliases=["火车站"], category="车站", lon=113.6, lat=34.7)
    with writing(engine) as session:
        save_landmarks(session, [mark], source="test")
        add_stations(session, [station_row(n, **given) for n, given in enumerate(STATIONS, 1)], who="t")
    yield read_snapshot(engine)
    engine.dispose()


def names(snapshot: Snapshot, text: str) -> list[str]:
    return [place.name for place in find_places(snapshot, text)]


@pytest.mark.parametrize("text", ["xianzhan", "Xi'an Zhan", "ＸＩＡＮＺＨＡＮ"])
def test_full_pinyin_finds_the_place_first(snapshot: Snapshot, text: str):
    assert names(snapshot, text) == ["西安站", "西安站驿站", "𠮷祥西安站(北)"]
    assert find_places(snapshot, text)[0].exact


def test_initials_come_after_names_that_hold_the_letters(snapshot: Snapshot):
    assert names(snapshot, "xaz") == ["XAZ驿站", "西安站", "西安站驿站", "𠮷祥西安站(北)"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lxz", ["𠮷祥西安站(北)"]),
        ("laoxi", ["𠮷祥西安站(北)"]),
        ("jiefanglu", ["西安站驿站"]),
        ("zhongqinglu", ["重庆路驿站"]),
        ("cqlaz", ["重庆路驿站"]),
        ("huochezhan", ["西安站"]),
        ("zxy", []),
        ("x", ["XAZ驿站"]),
    ],
)
def test_aliases_streets_and_polyphones(snapshot: Snapshot, text: str, found: list[str]):
    assert names(snapshot, text) == found


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES, at_once=st.sampled_from([1, 2, 100]))
def test_rows_are_those_of_which_a_line_is_spelled_so(snapshot: Snapshot, query: str, at_once: int):
    lines = snapshot.search.decode().split("\n")
    expected = [row for row, line in enumerate(lines) if spelled(line, query) is not None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_spelled, "_ROWS_AT_ONCE", at_once)
        assert spelled_rows(snapshot, query) == expected


def test_nothing_registered_nothing_spelled(sqlite_engine: Engine):
    assert spelled_rows(read_snapshot(sqlite_engine), "xaz") == []


def test_nothing_is_taken_out_of_a_name_that_is_registered(snapshot: Snapshot):
    assert wish_of(snapshot, "热水街").rest == "热水街"
    assert wish_of(snapshot, "西安站附近热水").facilities == ("hot_water",)
    assert wish_of(snapshot, "火车站厕所").rest == "火车站"
