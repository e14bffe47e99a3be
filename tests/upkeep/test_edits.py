"""Two people at one station, and fifty at many: nobody's work is lost, and nobody's is written over."""

import threading

import pytest

from geo.db.engine import reading, writing
from geo.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from geo.model.people import Right
from geo.registry.history import station_history
from geo.upkeep.edits import add_station, edit_station, hold_station, newest_change, row_at, undo_edit
from geo.upkeep.keeping import keep_stations
from geo.upkeep.names import names_of, who_of
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish, row_of

# In the east, the west, nowhere; of the western union in the east.
ROWS = [
    station_row(1, lon=113.65, unit_code="UE", area_code="410101", star=3),
    station_row(2, lon=113.55, unit_code="UW", area_code="410102"),
    station_row(3, lon=113.65, area_code="410101"),
    station_row(4, lon=113.65, unit_code="UW", area_code="410101"),
]
CLERKS = 50
# What the store has no part in.
one_store = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def people(engine):
    people = furnish(engine, ROWS)
    with writing(engine) as session:
        keep_stations(session, people["keeper"], ["YZ-0001"])
    return people


def _edit(engine, person, code, values, version):
    with writing(engine) as session:
        return edit_station(session, person, code, values, version=version, why="试改")


def _version(engine, person, code):
    with reading(engine) as session:
        return hold_station(session, person, code).version


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(engine, people):
    seen = _version(engine, people["east"], "YZ-0001")
    assert _edit(engine, people["east"], "YZ-0001", {"star": 4}, seen)
    with pytest.raises(ConflictError, match="YZ-0001 在您打开以后有人改过"):
        _edit(engine, people["east2"], "YZ-0001", {"name": "新名"}, seen)
    assert row_of(engine, "YZ-0001")["name"] == "驿站1"
    with reading(engine) as session:
        held = hold_station(session, people["east2"], "YZ-0001")
        assert (held.row["star"], row_at(session, held, seen)["star"]) == (4, 3)
    assert _edit(engine, people["east2"], "YZ-0001", {"name": "新名"}, held.version)
    now = row_of(engine, "YZ-0001")
    assert (now["name"], now["star"]) == ("新名", 4)


@one_store
def test_what_changes_nothing_leaves_the_version_as_it_is(engine, people):
    seen = _version(engine, people["east"], "YZ-0001")
    assert not _edit(engine, people["east"], "YZ-0001", {"star": 3}, seen)
    assert _version(engine, people["east"], "YZ-0001") == seen


@one_store
def test_a_version_that_never_was_is_no_way_around(engine, people):
    for version in (0, 10**12):
        with pytest.raises(ConflictError):
            _edit(engine, people["east"], "YZ-0001", {"star": 4}, version)


@one_store
@pytest.mark.parametrize(
    ("login", "code", "fault"),
    [
        ("east", "YZ-0002", NotFoundError),
        ("east", "YZ-0004", NotFoundError),
        ("west", "YZ-0001", NotFoundError),
        ("keeper", "YZ-0001", ForbiddenError),
        ("keeper", "YZ-0002", ForbiddenError),
        ("reader", "YZ-0001", ForbiddenError),
        ("admin", "YZ-9999", NotFoundError),
    ],
)
def test_nobody_changes_what_is_not_his(engine, people, login, code, fault):
    before = row_of(engine, "YZ-0001"), row_of(engine, "YZ-0002")
    with pytest.raises(fault):
        _edit(engine, people[login], code, {"star": 1}, 1)
    assert (row_of(engine, "YZ-0001"), row_of(engine, "YZ-0002")) == before


@one_store
def test_a_keeper_sees_his_own_station_and_no_other(engine, people):
    with reading(engine) as session:
        assert hold_station(session, people["keeper"], "yz-0001").row["code"] == "YZ-0001"
        for code in ("YZ-0002", "YZ-9999"):
            with pytest.raises(NotFoundError, match=f"没有编号为 {code} 的站点,或者不归您管"):
                hold_station(session, people["keeper"], code, Right.VERIFY)


@one_store
def test_nobody_gives_a_station_away_but_who_has_both_sides(engine, people):
    for code, values in (("YZ-0001", {"unit_code": "UW"}), ("YZ-0003", {"area_code": "410102"})):
        with pytest.raises(InputError, match="就不归您管了"):
            _edit(engine, people["east"], code, values, _version(engine, people["east"], code))
        assert row_of(engine, code)["unit_code"] != "UW"
    assert _edit(
        engine, people["admin"], "YZ-0001", {"unit_code": "UW"}, _version(engine, people["admin"], "YZ-0001")
    )


def test_a_station_moved_to_another_district_belongs_to_it(engine, people):
    admin = people["admin"]
    _edit(engine, admin, "YZ-0003", {"lon": 113.52}, _version(engine, admin, "YZ-0003"))
    assert row_of(engine, "YZ-0003")["area_code"] == "410102"
    # Whose area was not that of its place keeps it: somebody had a reason.
    _edit(engine, admin, "YZ-0003", {"area_code": "410100"}, _version(engine, admin, "YZ-0003"))
    _edit(engine, admin, "YZ-0003", {"lon": 113.66}, _version(engine, admin, "YZ-0003"))
    assert row_of(engine, "YZ-0003")["area_code"] == "410100"


def test_a_new_station_gets_the_next_code_the_unit_of_the_clerk_and_the_area_of_its_place(engine, people):
    with writing(engine) as session:
        code = add_station(
            session, people["east"], {"name": "新驿站", "lon": 113.66, "lat": 34.7}, code_prefix="YZ"
        )
    row = row_of(engine, code)
    assert code == "YZ-0005"
    assert (row["unit_code"], row["unit_name"], row["area_code"]) == ("UE", "东区总工会", "410101")
    assert (row["kind"], row["status"], row["source"]) == ("care_station", "open", "后台")
    with reading(engine) as session:
        [entry] = station_history(session, code)
        assert entry.who == who_of(people["east"])
        assert names_of(session, [entry.who, "clerk"]) == {entry.who: "east", "clerk": "clerk"}


@one_store
@pytest.mark.parametrize(
    ("login", "values", "fault"),
    [
        ("east", {"name": "新", "lon": 113.66}, "请填写纬度"),
        ("east", {"lon": 113.66, "lat": 34.7}, "请填写站点名称"),
        ("east", {"name": "新", "lon": 113.66, "lat": 134.7}, "不能是"),
        ("east", {"name": "新", "lon": 113.66, "lat": 34.7, "status": "closed"}, "要写原因"),
        ("east", {"name": "新", "lon": 113.66, "lat": 34.7, "unit_code": "UW"}, "就不归您管了"),
        ("keeper", {"name": "新", "lon": 113.66, "lat": 34.7}, "没有这项权限"),
    ],
)
def test_a_station_that_cannot_be_is_not_added(engine, people, login, values, fault):
    with pytest.raises((InputError, ForbiddenError), match=fault), writing(engine) as session:
        add_station(session, people[login], values, code_prefix="YZ")
    with reading(engine) as session:
        assert newest_change(session) == len(ROWS)


def test_an_edit_is_taken_back_by_whose_station_it_is(engine, people):
    east = people["east"]
    _edit(engine, east, "YZ-0001", {"star": 5}, _version(engine, east, "YZ-0001"))
    number = _version(engine, east, "YZ-0001")
    with pytest.raises(NotFoundError), writing(engine) as session:
        undo_edit(session, people["west"], "YZ-0001", number)
    with pytest.raises(NotFoundError, match="没有编号为"), writing(engine) as session:
        # A change of another station, under the address of one's own.
        undo_edit(session, east, "YZ-0003", number)
    with writing(engine) as session:
        undo_edit(session, people["east2"], "YZ-0001", number)
    assert row_of(engine, "YZ-0001")["star"] == 3
    with pytest.raises(ConflictError, match="已经撤销过了"), writing(engine) as session:
        undo_edit(session, east, "YZ-0001", number)


def test_fifty_clerks_saving_at_once_lose_nothing(engine, people):
    """Each adds a name to one list: told of a collision, he looks again and tries again."""
    start, faults = threading.Barrier(CLERKS), []

    def save(number: int) -> None:
        person = people["east"]._replace(id=number)
        try:
            start.wait()
            while True:
                with reading(engine) as session:
                    held = hold_station(session, person, "YZ-0001")
                values = {"aliases": [*(held.row["aliases"] or []), f"别名{number}"]}
                try:
                    _edit(engine, person, "YZ-0001", values, held.version)
                except ConflictError:
                    continue
                return
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(row_of(engine, "YZ-0001")["aliases"]) == sorted(f"别名{number}" for number in range(CLERKS))
    with reading(engine) as session:
        history = station_history(session, "YZ-0001")
    assert len({entry.who for entry in history if entry.before}) == CLERKS
