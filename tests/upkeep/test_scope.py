"""Whose a station is, against a plain reading of the rule for every person and station."""

import pytest
from sqlalchemy import insert, select

from geo.db.engine import reading, writing
from geo.db.tables import area, station, unit
from geo.db.upkeep_tables import keeping, person
from geo.errors import ForbiddenError, NotFoundError
from geo.model.people import RIGHTS, Person, Right, Role
from geo.registry.rows import utc_now
from geo.registry.write import add_stations
from geo.upkeep.scope import find_station, ids_within, stations_of, units_of
from tests.registry.conftest import station_row

# 4101 > 410101 > 41010101; 4102 beside it; a circle of two.
UNITS = [("4101", None, "A"), ("410101", "4101", "A1"), ("41010101", "410101", None), ("4102", None, "B")]
CIRCLE = [("x", "y", None), ("y", "x", None)]
AREAS = [("A", None), ("A1", "A"), ("A11", "A1"), ("B", None)]
STATIONS = [
    (unit_code, area_code)
    for unit_code in (None, "", "4101", "410101", "41010101", "4102", "x", "unheard")
    for area_code in (None, "A", "A1", "A11", "B")
]


@pytest.fixture
def registry(engine):
    rows = [
        station_row(number, unit_code=unit_code, area_code=area_code)
        for number, (unit_code, area_code) in enumerate(STATIONS, 1)
    ]
    with writing(engine) as session:
        for code, parent in AREAS:
            level = "city" if parent is None else "district"
            session.execute(insert(area).values(code=code, name=code, level=level, parent_code=parent))
        for code, parent, area_code in UNITS + CIRCLE:
            session.execute(
                insert(unit).values(code=code, name=code, parent_code=parent, area_code=area_code)
            )
        ids = add_stations(session, rows, who="li")
        session.execute(insert(person).values(id=9, **_columns()))
        session.execute(insert(keeping).values(person_id=9, station_id=ids[3]))
    return engine


def _columns() -> dict:
    return {
        "login": "k", "name": "k", "role": "keeper", "password": "", "password_at": utc_now(),
        "session_key": "", "active": True, "failures": 0, "created_at": utc_now(),
    }  # fmt: skip


def someone(role: Role, unit_code: str | None = None, *, active: bool = True) -> Person:
    return Person(9, "k", "k", None, role, unit_code, active, "")


def _above(parents: dict[str, str | None], code: str | None) -> set[str]:
    """Return a code and all above it."""
    found: set[str] = set()
    while code and code not in found:
        found.add(code)
        code = parents.get(code)
    return found


def expected(own: str) -> list[int]:
    """Return the stations of a unit, climbing the trees from each station."""
    units = {code: parent for code, parent, _ in UNITS + CIRCLE}
    areas = dict(AREAS)
    named = {place for code, _, place in UNITS + CIRCLE if place and own in _above(units, code)}
    return [
        number
        for number, (unit_code, area_code) in enumerate(STATIONS, 1)
        if (own in _above(units, unit_code) if unit_code else named & _above(areas, area_code))
    ]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
@pytest.mark.parametrize("own", ["4101", "410101", "41010101", "4102", "x", "unheard"])
def test_a_unit_has_its_stations_and_those_below_it(registry, role, own):
    with reading(registry) as session:
        ours = stations_of(session, someone(role, own))
        assert list(session.scalars(select(station.c.id).where(ours).order_by(station.c.id))) == expected(own)
        assert ids_within(session, someone(role, own), list(range(50, 0, -1))) == expected(own)[::-1]


@pytest.mark.parametrize(
    "who", [someone(Role.ADMINISTRATOR, "4102"), someone(Role.EDITOR), someone(Role.READER)]
)
def test_without_a_unit_it_is_the_whole_registry(registry, who):
    with reading(registry) as session:
        assert units_of(session, who) is None
        assert len(ids_within(session, who, range(1, 100))) == len(STATIONS)


def test_a_keeper_has_the_stations_given_to_him_whatever_his_unit(registry):
    with reading(registry) as session:
        assert ids_within(session, someone(Role.KEEPER, "4101"), range(1, 100)) == [4]


@pytest.mark.parametrize("role", list(Role))
def test_whoever_has_left_has_none(registry, role):
    with reading(registry) as session:
        gone = someone(role, "4101", active=False)
        assert ids_within(session, gone, range(1, 100)) == []
        with pytest.raises(ForbiddenError):
            find_station(session, gone, "YZ-0004", Right.VIEW)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("right", list(Right))
def test_a_station_is_found_with_the_right_alone(registry, role, right):
    with reading(registry) as session:
        code = session.scalar(select(station.c.code).where(station.c.id == 4))
        if right in RIGHTS[role]:
            assert find_station(session, someone(role), code.lower(), right)[0] == 4
        else:
            with pytest.raises(ForbiddenError, match="权限"):
                find_station(session, someone(role), code, right)


def test_another_units_station_is_told_as_one_that_is_not_there(registry):
    with reading(registry) as session:
        ours = expected("4102")
        theirs = next(number for number in range(1, len(STATIONS) + 1) if number not in ours)
        code = session.scalar(select(station.c.code).where(station.c.id == theirs))
        told = []
        for asked in (code, "YZ-9999"):
            with pytest.raises(NotFoundError) as error:
                find_station(session, someone(Role.EDITOR, "4102"), asked, Right.VIEW)
            told.append(str(error.value).replace(asked, ""))
        assert told[0] == told[1]
