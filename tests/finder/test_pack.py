"""The pack of a city holds what the registry tells the public, and no more; its hours are the server's."""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Crs
from geo.db.engine import open_engine
from geo.db.upgrade import upgrade
from geo.demo.load import load_demo
from geo.errors import NotFoundError
from geo.finder.cities import REST, rows_of_city
from geo.finder.pack import FORMAT, Packing, pack_city, pack_city_texts
from geo.finder.pack_columns import consecutive
from geo.finder.pack_hours import compile_hours
from geo.model.facilities import FACILITIES
from geo.model.holidays import shipped_calendar
from geo.model.hours import CHINA
from geo.model.pinyin import syllables
from geo.registry.feature import positions
from geo.registry.nearest import Index
from geo.registry.openings import state_at
from geo.registry.snapshot import Schedule
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.finder import packed
from tests.web.registry import HOSTILE, SECRETS, build

DEMO_CITY, CITY = "990100", "410100"
# Between two holidays and a make-up Saturday; and before a year without a table.
AUTUMN, WINTER = date(2026, 9, 25), date(2026, 12, 24)
MADE = [
    Schedule("open", "20:00-26:00", False),
    Schedule("open", "Fr 22:00-30:00; Sa,Su off", False),
    Schedule("open", "Mo-Fr 08:30-12:00,13:30-17:30; PH off", True),
    Schedule("open", "Mo-Fr 08:30-17:30; PH off", False),
    Schedule("open", "Mo-Fr 09:00-17:00; Sa 10:00-12:00", True),
    Schedule("open", "24/7", False),
    Schedule("open", "24/7; PH off", False),
    Schedule("open", "Oct 01-Mar 31 09:00-17:00; Apr 01-Sep 30 08:00-19:00", False),
    Schedule("open", '08:00-12:00 "问门卫"; 14:00-18:00 unknown "看情况"', False),
    Schedule("open", 'Mo-Fr 08:00-20:00; PH 10:00-16:00 open "值班"', False),
    Schedule("open", "off", False),
    Schedule("open", None, False),
    Schedule("open", "sunrise-sunset", False),
    Schedule("suspended", "24/7", False),
    Schedule("closed", "24/7", False),
    Schedule("building", None, False),
    Schedule("planned", None, True),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The demo city."""
    settings = Settings(home=tmp_path_factory.mktemp("demo"))
    engine = open_engine(settings)
    upgrade(engine)
    load_demo(engine, settings)
    yield Index(read_snapshot(engine), settings.home)
    engine.dispose()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The small registry of the web's tests, with its hostile station and its internal fields."""
    home: Path = tmp_path_factory.mktemp("small")
    build(home)
    engine = open_engine(Settings(home=home))
    yield Index(read_snapshot(engine), home)
    engine.dispose()


def english(reason: object) -> str:
    return f"<{reason}>"


def pack(index: Index, code: str, *, day: date = AUTUMN, **given: Any) -> dict[str, Any]:
    return json.loads(pack_city(index, code, Packing(day, "登记册", **given), english))


def texts(index: Index, code: str, **given: Any) -> dict[str, Any]:
    return json.loads(pack_city_texts(index, code, Packing(AUTUMN, "登记册", **given)))


def docs(index: Index, code: str) -> list[dict[str, Any]]:
    rows = rows_of_city(index.snapshot, code).tolist()
    return [json.loads(index.snapshot.doc(row)) for row in rows]


def spread(column: dict[str, list[Any]], count: int) -> list[Any]:
    found, row = [None] * count, 0
    for after, value in zip(column["after"], column["values"], strict=True):
        row += after
        found[row] = value
    return found


def picked(part: dict[str, Any], name: str, plural: str) -> list[str | None]:
    return [None if mark == "-" else part[plural][int(mark, 36)] for mark in part[name]]


@pytest.mark.parametrize("day", [AUTUMN, WINTER])
def test_on_fourteen_days_the_hours_are_the_servers(demo: Index, day: date):
    schedules = [*MADE, *demo.snapshot.schedules]
    calendar = shipped_calendar()
    hours = compile_hours(schedules, calendar, day, english)
    made = hours._asdict() | {"days": 28, "day": day.isoformat()}
    chance = random.Random(str(day))
    begin = datetime.combine(day, datetime.min.time(), CHINA)
    for number, schedule in enumerate(schedules):
        minutes = packed.expand(made, number)
        for _ in range(40):
            moment = begin + timedelta(seconds=chance.randrange(14 * 86_400))
            expected = packed.told(state_at(schedule, calendar, moment))
            assert packed.at(made, minutes, moment) == expected, (schedule, moment)


@pytest.mark.parametrize("schedule", MADE)
def test_on_a_holiday_every_minute_is_the_servers(schedule: Schedule):
    calendar, day = shipped_calendar(), date(2026, 9, 30)
    hours = compile_hours([schedule], calendar, day, english)
    made = hours._asdict() | {"days": 28, "day": day.isoformat()}
    minutes = packed.expand(made, 0)
    begin = datetime.combine(day, datetime.min.time(), CHINA)
    for number in range(2 * 1440):
        moment = begin + timedelta(minutes=number)
        state = state_at(schedule, calendar, moment)
        assert minutes[number] == (state.state, state.reason and str(state.reason))


def test_reasons_are_there_in_both_languages():
    hours = compile_hours([MADE[2]], shipped_calendar(), date(2026, 10, 1), english)
    assert ["今天是国庆节假期", "<今天是国庆节假期>"] in hours.reasons


@pytest.mark.parametrize("code", [CITY, REST])
def test_every_station_is_in_the_pack_of_its_city(small: Index, code: str):
    made, known = pack(small, code), docs(small, code)
    assert packed.codes_of(made["codes"]) == [doc["code"] for doc in known]
    assert made["names"] == [doc["name"] for doc in known]
    assert {
        len(made[name]) for name in ("x", "y", "kind", "status", "who", "how", "star", "area", "schedule")
    } == {len(known)}


def test_no_station_is_left_out(small: Index):
    held = [code for city in (CITY, REST) for code in packed.codes_of(pack(small, city)["codes"])]
    assert sorted(held) == [code.decode() for code in small.snapshot.codes]


@pytest.mark.parametrize("index", ["demo", "small"])
def test_columns_say_what_the_stations_say(index: str, request: pytest.FixtureRequest):
    held: Index = request.getfixturevalue(index)
    code = DEMO_CITY if index == "demo" else CITY
    made, known = pack(held, code), docs(held, code)
    assert picked(made, "kind", "kinds") == [doc["kind"] for doc in known]
    assert picked(made, "status", "statuses") == [doc["status"] for doc in known]
    assert picked(made, "who", "whos") == [doc.get("access_who") for doc in known]
    assert picked(made, "how", "hows") == [doc.get("access_how") for doc in known]
    assert [None if mark == "-" else int(mark) for mark in made["star"]] == [doc.get("star") for doc in known]
    for facility in FACILITIES:
        answers = {"y": "yes", "n": "no", "-": None}
        column = made["facilities"].get(facility, "-" * len(known))
        assert [answers[mark] for mark in column] == [
            doc.get("facilities", {}).get(facility) for doc in known
        ]
    areas = [made["areas"][place][0] if place >= 0 else None for place in made["area"]]
    assert areas == [doc.get("area_code") for doc in known]


@pytest.mark.parametrize(
    ("crs", "decimals"), [(Crs.WGS84, 6), (Crs.GCJ02, 5), (Crs.BD09, 6), (Crs.CGCS2000, 3)]
)
def test_positions_are_those_the_public_may_know(small: Index, crs: Crs, decimals: int):
    made = pack(small, CITY, crs=crs, decimals=decimals)
    unit, (west, south) = 10**decimals, made["corner"]
    found = [((west + x) / unit, (south + y) / unit) for x, y in zip(made["x"], made["y"], strict=True)]
    rows = rows_of_city(small.snapshot, CITY).tolist()
    assert found == positions(small.snapshot, rows, crs=crs, decimals=decimals)
    assert (made["crs"], made["decimals"]) == (crs, decimals)
    assert min(made["x"]) == min(made["y"]) == 0


def test_a_door_is_told_where_it_lies_elsewhere(tmp_path: Path):
    door = {"entrance_lon": 113.6002, "entrance_lat": 34.7001}
    rows = [
        {
            "code": f"YZ-{n}",
            "name": "甲",
            "lon": 113.6,
            "lat": 34.7,
            "source": "t",
            "source_ref": f"{n}",
            **given,
        }
        for n, given in enumerate([{}, door, {"entrance_lon": 113.6, "entrance_lat": 34.7}])
    ]
    build(tmp_path, rows, areas=[], landmarks=[])
    made = pack(Index(read_snapshot(open_engine(Settings(home=tmp_path)))), REST)
    assert made["doors"] == [1, 200, 100]


def test_texts_say_what_the_stations_say(demo: Index):
    made, known = texts(demo, DEMO_CITY), docs(demo, DEMO_CITY)
    assert made["addresses"] == [doc["address"] for doc in known]
    for name, field in (("signboards", "signboard_name"), ("hours", "hours_raw")):
        assert [made[name]["values"][place] for place in made[name]["of"]] == [
            doc.get(field, "") for doc in known
        ]
    for name, field in (
        ("floors", "floor"),
        ("entrances", "entrance_note"),
        ("closures", "closed_reason"),
        ("phones", "public_phone"),
        ("aliases", "aliases"),
    ):
        assert spread(made[name], len(known)) == [doc.get(field) for doc in known]
    assert [mark[0] for mark in made["landmarks"]] == [mark.name for mark in demo.snapshot.landmarks]
    assert made["words"]["facility:microwave"].split(" ").count("热饭") == 1


def test_every_character_that_can_be_searched_can_be_spelled(demo: Index):
    made = texts(demo, DEMO_CITY)
    said = {char for chars in made["readings"].values() for char in chars}
    known = {char for chars in syllables().values() for char in chars if not char.isascii()}
    searched = "".join([*made["addresses"], *(mark[0] for mark in made["landmarks"])])
    searched += "".join(doc["name"] for doc in docs(demo, DEMO_CITY))
    assert set(searched) & known <= said
    for syllable, chars in made["readings"].items():
        assert set(chars) <= syllables()[syllable]


def test_nothing_internal_is_in_a_pack(small: Index):
    whole = "".join(
        json.dumps(part(small, code), ensure_ascii=False) for part in (pack, texts) for code in (CITY, REST)
    )
    for name, secret in SECRETS.items():
        assert str(secret) not in whole, name
        assert f'"{name}"' not in whole


def test_hostile_texts_travel_as_they_are(small: Index):
    row = [doc["name"] for doc in docs(small, CITY)].index(HOSTILE)
    assert pack(small, CITY)["names"][row] == HOSTILE
    made = texts(small, CITY)
    assert made["addresses"][row] == HOSTILE
    assert spread(made["aliases"], len(made["addresses"]))[row] == [HOSTILE]


def test_a_pack_says_what_it_is_of(small: Index):
    for part in (pack(small, CITY), texts(small, CITY)):
        assert (part["format"], part["day"]) == (FORMAT, "2026-09-25")
        assert part["city"] == {"code": CITY, "name": "样城市"}
        assert part["revision"] == small.snapshot.revision
    assert pack(small, CITY)["as_of"] == small.snapshot.at
    assert pack(small, REST)["city"]["name"] == "其他地方"


def test_streets_are_told_where_they_are_at_hand(demo: Index, small: Index):
    assert pack(demo, DEMO_CITY)["streets"] is True
    assert pack(Index(demo.snapshot), DEMO_CITY)["streets"] is False
    assert pack(small, CITY)["streets"] is False


def test_it_is_the_same_bytes_every_time(demo: Index):
    packing = Packing(AUTUMN, "登记册")
    again = Index(demo.snapshot, demo.home)
    assert pack_city(demo, DEMO_CITY, packing, english) == pack_city(again, DEMO_CITY, packing, english)
    assert pack_city_texts(demo, DEMO_CITY, packing) == pack_city_texts(again, DEMO_CITY, packing)


@pytest.mark.parametrize("day", [AUTUMN, WINTER])
def test_budgets_in_bytes(demo: Index, day: date):
    packing = Packing(day, "登记册")
    assert len(gzip.compress(pack_city(demo, DEMO_CITY, packing, english), 9)) <= 25_000
    assert len(gzip.compress(pack_city_texts(demo, DEMO_CITY, packing), 9)) <= 35_000


def test_no_such_city(small: Index):
    for make in (pack, texts):
        with pytest.raises(NotFoundError):
            make(small, "999999")


@given(st.lists(st.from_regex(r"[A-Z]{0,2}-?[0-9]{0,3}", fullmatch=True), unique=True).map(sorted))
def test_codes_come_back(codes: list[str]):
    assert packed.codes_of(consecutive(codes)) == codes
