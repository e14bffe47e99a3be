"""How long a clerk waits for the table, a search and the form, over 200,000 stations in PostGIS."""

import re
import statistics
import time

from flask.testing import FlaskClient
from sqlalchemy import insert, text

from geo.db.engine import open_engine, writing
from geo.db.tables import area, unit
from geo.model.people import Role
from geo.registry.live import open_live
from geo.settings import Settings
from geo.upkeep.people import add_person
from web import create_app

__all__ = ["measure_back_office"]

TURNS = 7
LIMIT_MS = 300.0
_PASSWORD = "correct horse 7"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_UNITS = 900
_PLACE = "UPDATE station SET area_code = area.code FROM area WHERE area.name = station.district_name"
_PAGES = (
    ("the table", "/admin/"),
    ("the last page of the table that is shown", "/admin/?page=200"),
    ("the table, by name", "/admin/?order=name"),
    ("the table, newest changes first", "/admin/?order=updated&down=1"),
    ("a search that finds one", "/admin/?q=合成路123456号"),
    ("a search that finds some", "/admin/?q=合成路1234"),
    ("a search that finds all", "/admin/?q=驿站"),
    ("a search that finds none", "/admin/?q=没有这个"),
    ("filters: kind and status", "/admin/?kind=water_point&status=open"),
    ("filters: a facility, by name", "/admin/?facility=wifi&order=name"),
    ("filters: hours that cannot be read", "/admin/?hours=unknown"),
    ("filters: never verified, with reports", "/admin/?checked=never&reported=1"),
    ("the form", "/admin/stations/YZ-100000"),
    ("a station's history", "/admin/stations/YZ-100000/history"),
)


def measure_back_office(settings: Settings) -> list[tuple[str, float, str, float, bool]]:
    """Return for each page the median of whole answers: what, ms, unit, limit, whether more is better."""
    _people(settings)
    live = open_live(settings)
    app = create_app(settings, live)
    results = []
    for login, whose in (("hq", "all stations"), ("district", "one district")):
        client = _signed_in(app.test_client(), login)
        results += [
            (f"back office, {whose}: {what}", _median_ms(client, path), "ms", LIMIT_MS, False)
            for what, path in _PAGES
            if login == "hq" or path == "/admin/" or "?q=" in path
        ]
    return results


def _people(settings: Settings) -> None:
    """Make a tree of unions whose areas are the districts that the stations name, and two editors."""
    engine = open_engine(settings)
    with writing(engine) as session:
        for number in range(_UNITS):
            code, name = f"9{number:05d}", f"合成{number}区"
            session.execute(insert(area).values(code=code, name=name, level="district", parent_code=None))
            session.execute(
                insert(unit).values(code=f"U{code}", name=f"{name}总工会", parent_code="U", area_code=code)
            )
        for login, code in (("hq", None), ("district", "U900000")):
            add_person(session, login=login, name=login, role=Role.EDITOR, password=_PASSWORD, unit_code=code)
        session.execute(text(_PLACE))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Every row was written twice now, which no registry's are.
        connection.exec_driver_sql("VACUUM FULL ANALYZE station")
    engine.dispose()


def _signed_in(client: FlaskClient, login: str) -> FlaskClient:
    [token] = set(_TOKEN.findall(client.get("/admin/sign-in").get_data(as_text=True)))
    data = {"csrf_token": token, "login": login, "password": _PASSWORD}
    assert client.post("/admin/sign-in", data=data).status_code == 303
    return client


def _median_ms(client: FlaskClient, path: str) -> float:
    times = []
    for _ in range(TURNS):
        start = time.perf_counter()
        answer = client.get(path)
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200, path
    return statistics.median(times)
