"""People and stations for what clerks do at a desk."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Engine, insert

from geo.db.engine import reading, writing
from geo.db.tables import area, unit
from geo.model.people import Person, Role
from geo.model.verification import Policy
from geo.registry.rows import id_of
from geo.registry.stations import get_station
from geo.registry.write import add_stations
from geo.upkeep.people import add_person
from geo.upkeep.stations import Measure

__all__ = ["BY", "PASSWORD", "furnish", "id_at", "row_of"]

PASSWORD = "correct horse 7"
BY = Measure(Policy(275, 365), date(2026, 11, 2))
_AREAS = (
    ("410100", "样城市", "city", None, (113.5, 34.6, 113.7, 34.8)),
    ("410101", "东区", "district", "410100", (113.6, 34.6, 113.7, 34.8)),
    ("410102", "西区", "district", "410100", (113.5, 34.6, 113.6, 34.8)),
)
_UNITS = (
    ("U", "总工会", None, "410100"),
    ("UE", "东区总工会", "U", "410101"),
    ("UW", "西区总工会", "U", "410102"),
)
_PEOPLE = (
    ("admin", Role.ADMINISTRATOR, None),
    ("east", Role.EDITOR, "UE"),
    ("east2", Role.EDITOR, "UE"),
    ("west", Role.EDITOR, "UW"),
    ("keeper", Role.KEEPER, None),
    ("reader", Role.READER, "UE"),
)


def furnish(engine: Engine, rows: Iterable[dict[str, Any]]) -> dict[str, Person]:
    """Fill a registry with two districts, their unions, people by login, and these stations."""
    with writing(engine) as session:
        for code, name, level, parent, box in _AREAS:
            shape = shapely.MultiPolygon([shapely.box(*box)])
            values = {"code": code, "name": name, "level": level, "parent_code": parent}
            session.execute(insert(area).values(**values, shape=shape))
        for code, name, parent, place in _UNITS:
            session.execute(insert(unit).values(code=code, name=name, parent_code=parent, area_code=place))
        people = {
            login: add_person(session, login=login, name=login, role=role, password=PASSWORD, unit_code=code)
            for login, role, code in _PEOPLE
        }
        add_stations(session, list(rows), who="tester")
    return people


def row_of(engine: Engine, code: str) -> dict[str, Any]:
    """Return the row of a station as it is now."""
    with reading(engine) as session:
        return get_station(session, code)[1]


def id_at(engine: Engine, code: str) -> int:
    """Return the id of a station."""
    with reading(engine) as session:
        return id_of(session, code)
