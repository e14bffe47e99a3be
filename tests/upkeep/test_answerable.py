"""Who answers for a station: held to whose stations each person has."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo.db.engine import writing
from geo.db.tables import area, station, unit
from geo.model.people import Person, Right, Role
from geo.registry.write import add_stations
from geo.upkeep.answerable import keepers_of, people_of
from geo.upkeep.people import read_people, set_active
from geo.upkeep.scope import stations_of
from tests.registry.conftest import station_row
from tests.upkeep.people import make_person

AREAS = (("A", None), ("A1", "A"), ("A11", "A1"), ("B", None))
UNITS = (
    ("U", None, "A"),
    ("U1", "U", "A1"),
    ("U11", "U1", None),
    ("V", None, "B"),
    ("X", "Y", None),
    ("Y", "X", None),
)
PLACES = [
    (u, a) for u in (None, "", "U", "U1", "U11", "V", "X", "unheard") for a in (None, "A", "A1", "A11", "B")
]


def people(session: Session) -> list[Person]:
    for code, parent in AREAS:
        level = "city" if parent is None else "district"
        session.execute(insert(area).values(code=code, name=code, level=level, parent_code=parent))
    for code, parent, place in UNITS:
        session.execute(insert(unit).values(code=code, name=code, parent_code=parent, area_code=place))
    add_stations(
        session, [station_row(n, unit_code=u, area_code=a) for n, (u, a) in enumerate(PLACES)], who="li"
    )
    make_person(session, "admin", Role.ADMINISTRATOR)
    make_person(session, "all", Role.EDITOR)
    for code, _, _ in UNITS:
        make_person(session, f"of-{code.lower()}", Role.EDITOR, unit_code=code)
    make_person(session, "reader", Role.READER)
    make_person(session, "keeper", keeps=("YZ-0003", "YZ-0007"))
    make_person(session, "idle")
    gone = make_person(session, "gone", keeps=("YZ-0003",))
    set_active(session, gone.id, False)
    return read_people(session)


def test_they_are_those_who_may_verify_it(engine):
    with writing(engine) as session:
        everybody = people(session)
        for id_ in session.scalars(select(station.c.id)).all():
            expected = [
                one.id
                for one in sorted(everybody)
                if one.may(Right.VERIFY)
                and session.scalar(select(station.c.id).where(station.c.id == id_, stations_of(session, one)))
            ]
            assert [one.id for one in people_of(session, id_)] == expected


def test_keepers_are_those_who_keep_it_and_are_there(engine):
    with writing(engine) as session:
        people(session)
        kept = session.scalar(select(station.c.id).where(station.c.code == "YZ-0003"))
        other = session.scalar(select(station.c.id).where(station.c.code == "YZ-0004"))
        assert [one.login for one in keepers_of(session, kept)] == ["keeper"]
        assert keepers_of(session, other) == []
