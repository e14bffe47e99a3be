"""Every change keeps who, when, before and after, and can be undone; nothing is ever deleted."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from geo.db.engine import reading, writing
from geo.errors import ConflictError, InputError, NotFoundError
from geo.registry.history import station_history, undo_change
from geo.registry.rows import read_rows
from geo.registry.snapshot_read import read_snapshot
from geo.registry.stations import change_station, close_station, get_station
from tests.registry.conftest import station_row

CODE = "YZ-0001"


def all_rows(engine: Engine) -> list[dict]:
    with reading(engine) as session:
        return [row for _, row in read_rows(session)]


def change(engine: Engine, who: str = "li", **values) -> bool:
    with writing(engine) as session:
        return change_station(session, CODE, values, who=who, why="核实")


def history(engine: Engine) -> list:
    with reading(engine) as session:
        return station_history(session, CODE)


def test_a_change_keeps_who_when_why_before_and_after(engine: Engine, add: Callable):
    add(station_row(1, star=3))
    assert change(engine, star=4, facilities={"toilet": "yes"})
    latest, first = history(engine)
    assert (latest.who, latest.why) == ("li", "核实")
    assert latest.before == {"star": 3, "facilities": None}
    assert latest.after == {"star": 4, "facilities": {"toilet": "yes"}}
    assert latest.at.endswith("Z")
    assert first.before is None
    assert first.after["name"] == "驿站1"


def test_a_change_to_the_same_value_leaves_no_trace(engine: Engine, add: Callable):
    add(station_row(1, star=3))
    assert not change(engine, star=3, aliases=[])
    assert len(history(engine)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"name": "新名"},
        {"lon": 114.0, "lat": 35.0},
        {"entrance_lon": 113.5, "entrance_lat": 34.6},
        {"aliases": ["甲", "乙"], "checklist": {"a": "pass"}},
        {"keeper_phone": "19900000000", "grant_yuan": 1.5, "hours_makeup": True},
    ],
)
def test_undo_puts_everything_back(engine: Engine, add: Callable, values):
    add(station_row(1, star=3, hours_osm="24/7"))
    [before] = all_rows(engine)
    change(engine, **values)
    assert all_rows(engine) != [before]
    with writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")
    assert all_rows(engine) == [before]
    assert history(engine)[0].undoes == history(engine)[1].id
    # An undo is a change like any other: it can be undone, too.
    with writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")
    [again] = all_rows(engine)
    assert {name: again[name] for name in values} == values


def test_a_change_overtaken_by_another_is_not_undone_silently(engine: Engine, add: Callable):
    add(station_row(1, star=3))
    change(engine, star=4)
    first = history(engine)[0].id
    change(engine, star=5)
    with pytest.raises(ConflictError, match="星级"), writing(engine) as session:
        undo_change(session, first, who="wang")
    assert all_rows(engine)[0]["star"] == 5


def test_undoing_twice_or_what_never_was_is_an_error(engine: Engine, add: Callable):
    add(station_row(1, star=3))
    change(engine, star=4)
    number = history(engine)[0].id
    with writing(engine) as session:
        undo_change(session, number, who="wang")
    with pytest.raises(ConflictError), writing(engine) as session:
        undo_change(session, number, who="wang")
    with pytest.raises(NotFoundError), writing(engine) as session:
        undo_change(session, 999_999, who="wang")


def test_undoing_the_adding_closes_the_station(engine: Engine, add: Callable):
    add(station_row(1))
    with writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")
    [row] = all_rows(engine)
    assert (row["status"], row["closed_reason"]) == ("closed", "撤销录入")


def test_an_added_station_that_was_changed_since_is_not_closed_by_the_way(engine: Engine, add: Callable):
    add(station_row(1))
    change(engine, star=4)
    later, first = (one.id for one in history(engine))
    with pytest.raises(ConflictError, match="星级"), writing(engine) as session:
        undo_change(session, first, who="wang")
    with writing(engine) as session:
        undo_change(session, later, who="wang")
        undo_change(session, first, who="wang")
    with pytest.raises(ConflictError, match="已经撤销过"), writing(engine) as session:
        undo_change(session, first, who="wang")


def test_two_stations_are_never_merged_into_each_other(engine: Engine, add: Callable):
    add(station_row(1), station_row(2))
    change(engine, status="closed", closed_reason="并入", merged_into="YZ-0002")
    with writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")
        change_station(
            session, "YZ-0002", {"status": "closed", "closed_reason": "并入", "merged_into": CODE}, who="li"
        )
    with pytest.raises(ConflictError, match="YZ-0002"), writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")


def test_closing_needs_a_reason(engine: Engine, add: Callable):
    add(station_row(1))
    with pytest.raises(InputError) as caught, writing(engine) as session:
        close_station(session, CODE, "  ", who="li")
    assert caught.value.parameter == "closed_reason"
    with writing(engine) as session:
        assert close_station(session, CODE, "搬迁", who="li")
        assert get_station(session, CODE)[1]["closed_reason"] == "搬迁"


def test_a_station_opened_again_has_no_reason_to_be_closed(engine: Engine, add: Callable):
    add(station_row(1, status="suspended", closed_reason="装修"))
    change(engine, star=4)
    assert all_rows(engine)[0]["closed_reason"] == "装修"
    change(engine, status="trial")
    assert all_rows(engine)[0]["closed_reason"] is None
    assert "装修" not in read_snapshot(engine).docs.decode()
    with writing(engine) as session:
        undo_change(session, history(engine)[0].id, who="wang")
    assert (all_rows(engine)[0]["status"], all_rows(engine)[0]["closed_reason"]) == ("suspended", "装修")


def test_a_station_suspended_without_a_reason_can_still_be_mended(engine: Engine, add: Callable):
    add(station_row(1, status="suspended"))
    assert change(engine, star=4)
    with pytest.raises(InputError):
        change(engine, status="closed")


def test_a_code_is_known_in_small_letters_too(engine: Engine, add: Callable):
    add(station_row(1))
    with writing(engine) as session:
        assert close_station(session, "yz-0001", "搬迁", who="li")
    with reading(engine) as session:
        assert len(station_history(session, "yz-0001")) == 2


@pytest.mark.parametrize("table", ["station", "change"])
def test_the_database_itself_refuses_to_delete(engine: Engine, add: Callable, table: str):
    add(station_row(1))
    with pytest.raises(DBAPIError, match="never deleted"), writing(engine) as session:
        session.execute(text(f"DELETE FROM {table}"))
    assert len(all_rows(engine)) == 1


@pytest.mark.parametrize(
    ("values", "parameter"),
    [
        ({"code": "YZ-9"}, "code"),
        ({"nonsense": 1}, "nonsense"),
        ({"status": "gone"}, "status"),
        ({"kind": None}, "kind"),
        ({"capacity": "many"}, "capacity"),
        ({"lat": 91.0}, "lat"),
        ({"hours_osm": "whenever"}, "hours_osm"),
        ({"status": "suspended"}, "closed_reason"),
        ({"status": "closed", "closed_reason": "  "}, "closed_reason"),
        ({"name": " "}, "name"),
        ({"star": True}, "star"),
        ({"area_m2": False}, "area_m2"),
        ({"hours_makeup": 1}, "hours_makeup"),
        ({"lon": float("nan")}, "lon"),
        ({"entrance_lon": 113.6}, "entrance_lat"),
        ({"entrance_lat": 34.7}, "entrance_lon"),
    ],
)
def test_a_wrong_value_is_named_and_changes_nothing(engine: Engine, add: Callable, values, parameter):
    add(station_row(1))
    before = all_rows(engine)
    with pytest.raises(InputError) as caught:
        change(engine, **values)
    assert caught.value.parameter == parameter
    assert all_rows(engine) == before


def test_what_is_derived_follows_every_change(engine: Engine, add: Callable):
    """The public JSON and the search text are the row's own, whoever wrote it last."""
    add(station_row(1, keeper_name="张三", remarks="内部"))
    change(engine, name="东风路驿站", aliases=["东风"], status="suspended", closed_reason="装修")
    snapshot = read_snapshot(engine)
    doc = snapshot.doc(snapshot.row(CODE)).decode()
    assert "东风路驿站" in doc
    assert "装修" in doc
    assert "张三" not in doc
    assert "内部" not in doc
    assert "东风路驿站" in snapshot.search.decode()


def test_unknown_code(engine: Engine):
    with pytest.raises(NotFoundError), writing(engine) as session:
        change_station(session, "YZ-9999", {"star": 1}, who="li")
    with pytest.raises(NotFoundError), reading(engine) as session:
        station_history(session, "YZ-9999")
