"""The tables that unions report: counted again in plain Python, and by replaying the history."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, insert, select, update

from geo.db.engine import reading, writing
from geo.db.tables import change, unit
from geo.errors import InputError
from geo.model.ledger import Ledger, Line, cells_of
from geo.planner.tables import first_day, ledger_of
from geo.registry.areas import save_areas
from geo.registry.history import undo_change
from geo.registry.past import rows_as_of
from geo.registry.rows import read_rows
from geo.registry.write import Edit, add_stations, change_stations
from tests.registry.conftest import station_row

TODAY = date(2026, 11, 23)
STATIONS: list[dict[str, Any]] = [
    {"build_type": "自建", "host_type": "银行", "star": 5, "hours_osm": "24/7", "area_code": "410105"},
    {"build_type": "共建", "host_type": "银行", "star": 3, "hours_osm": "Mo-Fr 08:00-18:00"},
    {"host_type": "a/../b%", "honours": ["省级最美", "市级最美"], "facilities": {"toilet": "yes"}},
    {"facilities": {"toilet": "no"}, "map_ids": {"amap": "B0FF", "baidu": "7"}, "unit_code": "U2"},
    {"kind": "water_point", "map_ids": {"amap": "B0EE"}, "hours_osm": "Mo-Su 00:00-24:00"},
    {"kind": "nursing_room", "status": "closed", "unit_code": "U1"},
    {"status": "planned", "build_type": "自建"},
    {"status": "trial", "facilities": {"toilet": "yes"}, "area_code": "410105001", "unit_name": "市 总工会"},
]


def square(west: float, east: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(west, 34.6, east, 34.8)])


AREAS = [
    ("4101", "郑州市", "city", None, square(113.59, 113.7)),
    ("410105", "金水区", "district", "4101", square(113.59, 113.603)),
    ("410106", "上街区", "district", "4101", square(113.603, 113.65)),
    ("410107", "空白区", "district", "4101", None),
    ("410105001", "甲街道", "street", "410105", square(113.59, 113.6015)),
    ("410105002", "乙街道", "street", "410105", None),
]


@pytest.fixture
def registry(engine: Engine) -> Engine:
    names = ("code", "name", "level", "parent_code", "shape")
    with writing(engine) as session:
        save_areas(session, [SimpleNamespace(**dict(zip(names, one, strict=True))) for one in AREAS])
        for code, name, above in (
            ("U1", "市总工会", None),
            ("U2", "区总工会", "U1"),
            ("U3", "县总工会", "U1"),
        ):
            session.execute(insert(unit).values(code=code, name=name, parent_code=above, area_code=None))
        rows = [station_row(number, **given) for number, given in enumerate(STATIONS, 1)]
        add_stations(session, rows, who="li")
        session.execute(update(change).values(at="2026-11-01T02:00:00Z"))
    return engine


def ledger(engine: Engine, since: date | None = None, as_of: date = TODAY) -> Ledger:
    with reading(engine) as session:
        return ledger_of(session, as_of, since)


def line(found: Ledger, key: str) -> Line:
    ((_, one),) = cells_of(found, key)
    return one


def counts(found: Ledger, key: str) -> list[int]:
    return [len(cell) for cell in line(found, key).cells]


def rows_of(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        return [row for _, row in read_rows(session)]


def test_every_key_is_there_once_and_names_what_is_counted(registry: Engine):
    found = ledger(registry)
    keys = Counter(one.key for sheet in found.sheets for one in sheet.lines)
    assert set(keys.values()) == {1}
    for sheet in found.sheets:
        for one in sheet.lines:
            assert len(one.cells) == len(sheet.columns)
            assert all(code in found.names[sheet.counts] for cell in one.cells for code in cell)
            assert one.of is None or all(
                len(cell) <= whole for cell, whole in zip(one.cells, one.of, strict=True)
            )
    assert list(cells_of(found, "no such")) == []


def test_the_parts_are_those_of_a_recount(registry: Engine):
    found, rows = ledger(registry), rows_of(registry)
    serving = [row for row in rows if row["status"] in ("open", "trial")]
    for status, many in Counter(row["status"] for row in rows).items():
        assert counts(found, f"status.{status}")[0] == many
    assert counts(found, "status.serving")[0] == len(serving) == 6
    for sheet, field in (("build", "build_type"), ("host", "host_type")):
        ((table,),) = [[one for one in found.sheets if one.key == sheet]]
        told = {one.name if isinstance(one.name, str) else None: len(one.cells[0]) for one in table.lines}
        assert told == Counter(row[field] for row in serving)
    assert counts(found, "star.5%20%E6%98%9F") == [1, 1, 0, 0]
    assert counts(found, "map.any") == [2, 1, 1, 0]
    assert counts(found, "map.at.amap") == [2, 1, 1, 0]
    assert line(found, "map.at.baidu").of == (6, 5, 1, 0)


def test_all_day_is_read_from_the_hours_however_they_are_written(registry: Engine):
    found = ledger(registry)
    assert line(found, "hours.all_day").cells[0] == ("YZ-0001", "YZ-0005")
    assert line(found, "hours.part").cells[0] == ("YZ-0002",)
    assert counts(found, "hours.unknown")[0] == 3


def test_what_is_not_said_of_a_facility_is_not_no(registry: Engine):
    assert line(ledger(registry), "facility.care_station.toilet").cells == (
        ("YZ-0003", "YZ-0008"),
        ("YZ-0004",),
        ("YZ-0001", "YZ-0002"),
    )


def test_areas_hold_what_is_registered_or_lies_in_them(registry: Engine):
    found = ledger(registry)
    assert line(found, "area.410105").cells[0] == ("YZ-0001", "YZ-0002", "YZ-0008")
    assert line(found, "area.410105001").cells[0] == ("YZ-0001", "YZ-0008"), "one lies in it, one says so"
    assert counts(found, "area.4101")[0] == 6
    assert line(found, "blank.district").cells[0] == ("410107",)
    assert line(found, "cover.district.4101").cells[0] == ("410105", "410106")
    assert line(found, "cover.district").of == (3, 3, 3, 3)
    assert line(found, "blank.street").cells[0] == ("410105002",)
    assert line(found, "blank.district").cells[2] == ("410105", "410107"), "no water point there"


def test_units_hold_what_units_below_them_hold(registry: Engine):
    found = ledger(registry)
    assert line(found, "unit.U1").cells[0] == ("YZ-0004", "YZ-0008")
    assert line(found, "unit.U2").cells[0] == ("YZ-0004",)
    assert line(found, "blank.unit").cells[0] == ("U3",)


def happen(engine: Engine, day: date, code: str, **values: Any) -> None:
    """Change a station, and let it have been on a day."""
    with writing(engine) as session:
        held = {row["code"]: (id_, row) for id_, row in read_rows(session)}
        if code in held:
            change_stations(session, [Edit(*held[code], values)], who="li")
        else:
            add_stations(session, [station_row(int(code[-4:]), **values)], who="li")
        last = session.scalar(select(change.c.id).order_by(change.c.id.desc()))
        at = datetime(day.year, day.month, day.day, 15, 59, 59, tzinfo=UTC).isoformat()
        session.execute(update(change).where(change.c.id == last).values(at=at.replace("+00:00", "Z")))


@pytest.fixture
def lived(registry: Engine) -> Engine:
    """A registry with a history: all of it was entered on 1 November."""
    days = [date(2026, 11, day) for day in range(2, 9)]
    happen(registry, days[0], "YZ-0001", status="suspended", closed_reason="装修")
    happen(registry, days[1], "YZ-0001", status="open", star=4)
    happen(registry, days[2], "YZ-0002", status="closed")
    happen(registry, days[3], "YZ-0007", status="open")
    happen(registry, days[4], "YZ-0009", name="新站")
    happen(registry, days[5], "YZ-0003", status="suspended")
    happen(registry, days[6], "YZ-0009", star=2, hours_osm="24/7")
    return registry


def replayed(engine: Engine, until: str) -> dict[str, dict[str, Any]]:
    """Put all changes before a moment one on another, from nothing."""
    rows: dict[int, dict[str, Any]] = {}
    with reading(engine) as session:
        for one in session.execute(select(change).where(change.c.at < until).order_by(change.c.id)):
            rows.setdefault(one.station_id, {}).update(one.after)
    return {row["code"]: row for row in rows.values()}


@pytest.mark.parametrize("day", range(1, 11))
def test_a_past_day_is_what_replaying_the_history_makes(lived: Engine, day: int):
    with reading(lived) as session:
        then = rows_as_of(session, date(2026, 11, day))
    expected = replayed(lived, f"2026-11-{day:02}T16:00:00Z")
    assert [row["code"] for row in then] == sorted(expected)
    for row in then:
        told = expected[row["code"]]
        assert {name: row[name] for name in told if name not in ("lon", "lat")} == {
            name: value for name, value in told.items() if name not in ("lon", "lat")
        }
    assert (day > 5) is ("YZ-0009" in expected)


def test_before_anything_was_entered_there_was_nothing(lived: Engine):
    assert counts(ledger(lived, as_of=date(2026, 10, 31)), "status.serving") == [0, 0, 0, 0]


def test_figures_of_an_earlier_day_stand_beside(lived: Engine):
    since = date(2026, 11, 1)
    now, then = ledger(lived, since), ledger(lived, as_of=since)
    old = {one.key: tuple(len(cell) for cell in one.cells) for sheet in then.sheets for one in sheet.lines}
    seen = {one.key: one.before for sheet in now.sheets if sheet.key != "change" for one in sheet.lines}
    assert {key: seen[key] for key in old} == old, "those that are no more included"
    assert all(set(before) == {0} for key, before in seen.items() if key not in old)
    assert counts(now, "star.5%20%E6%98%9F")[0] == 0


def test_a_kind_of_which_none_is_left_stays_in_the_comparison(lived: Engine):
    happen(lived, date(2026, 11, 9), "YZ-0005", status="closed")
    found = ledger(lived, date(2026, 11, 8))
    (gone,) = [sheet for sheet in found.sheets if sheet.key == "facility.water_point"]
    assert {line.cells for line in gone.lines} == {((), (), ())}
    then = ledger(lived, as_of=date(2026, 11, 8))
    (held,) = [sheet for sheet in then.sheets if sheet.key == "facility.water_point"]
    told = {line.key: tuple(len(cell) for cell in line.cells) for line in held.lines}
    assert {line.key: line.before for line in gone.lines} == told
    assert {sum(counts) for counts in told.values()} == {1}


def test_the_first_day_is_that_of_the_first_change(engine: Engine):
    with writing(engine) as session:
        assert first_day(session) is None
        add_stations(session, [station_row(1), station_row(2)], who="li")
        # 23:59:59 in China, and the second after it.
        for at, day in (("2026-10-31T15:59:59Z", 31), ("2026-10-31T16:00:00Z", 1)):
            session.execute(update(change).values(at=at))
            assert first_day(session).day == day


def test_without_streets_distances_are_said_to_be_by_line(registry: Engine):
    (sheet,) = [one for one in ledger(registry).sheets if one.key == "spacing"]
    assert "直线距离" in sheet.definition.message
    assert [column.message for column in sheet.columns] == ["直线"]
    steps = [code for one in sheet.lines if "step" in one.key for code in one.cells[0]]
    serving = [row for row in rows_of(registry) if row["status"] in ("open", "trial")]
    care = sorted(row["code"] for row in serving if row["kind"] == "care_station")
    assert sorted(steps) == care
    assert {one.of for one in sheet.lines} == {(len(care),)}


def test_what_became_of_stations(lived: Engine):
    found = ledger(lived, date(2026, 11, 1))
    told = {one.key: one.cells[0] for sheet in found.sheets if sheet.key == "change" for one in sheet.lines}
    assert told == {
        "change.added": ("YZ-0007", "YZ-0009"),
        "change.resumed": (),
        "change.suspended": ("YZ-0003",),
        "change.closed": ("YZ-0002",),
        "change.begun": (),
    }
    assert line(ledger(lived, date(2026, 11, 2)), "change.resumed").cells[0] == ("YZ-0001",)


def test_a_change_taken_back_leaves_the_days_before_it_as_they_were(lived: Engine):
    with reading(lived) as session:
        last = session.scalar(select(change.c.id).order_by(change.c.id.desc()))
        before = rows_as_of(session, date(2026, 11, 8))
    with writing(lived) as session:
        undo_change(session, last, who="li")
        session.execute(update(change).where(change.c.id > last).values(at="2026-11-09T01:00:00Z"))
    with reading(lived) as session:
        assert rows_as_of(session, date(2026, 11, 8)) == before


def test_days_are_compared_with_earlier_ones_only(registry: Engine):
    with pytest.raises(InputError, match="since"):
        ledger(registry, TODAY)
    assert ledger(registry, TODAY - timedelta(days=1)).since == TODAY - timedelta(days=1)
