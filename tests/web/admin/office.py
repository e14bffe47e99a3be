"""A small registry with the people who keep it, and their browsers."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from geo.db.engine import open_engine, writing
from geo.db.tables import unit
from geo.model.people import Person, Role
from geo.registry.live import open_live
from geo.settings import Settings
from geo.upkeep import hashing
from geo.upkeep.keeping import keep_stations
from geo.upkeep.people import add_person, find_by_login
from tests.web.registry import build
from web import create_app
from web.state import KEY

__all__ = ["PASSWORD", "PEOPLE", "UNITS", "Office", "cheap_hashes", "furnish", "open_office"]

PASSWORD = "correct horse 7"
UNITS = (
    ("410100", "样城市总工会", None, "410100"),
    ("410101", "东区总工会", "410100", "410101"),
    ("410102", "西区总工会", "410100", "410102"),
)
PEOPLE = {
    "admin": ("安管理", Role.ADMINISTRATOR, None),
    "east": ("东编辑", Role.EDITOR, "410101"),
    "west": ("西编辑", Role.EDITOR, "410102"),
    "keeper": ("柯负责", Role.KEEPER, None),
    "reader": ("杜只读", Role.READER, "410101"),
}
"""By login: the name, the role, the unit. The keeper keeps YZ-0001; stations 1 to 9 lie in the east."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Office:
    """A registry of a test's own, and the app over it, which nothing watches: `refresh` has it look."""

    app: Flask
    engine: Engine
    home: Path

    def client(self, login: str | None = None) -> FlaskClient:
        """Return a browser, with somebody signed in."""
        client = self.app.test_client()
        if login is not None:
            answer = self.post(client, "/admin/sign-in", {"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.get_data(as_text=True)
        return client

    def post(self, client: FlaskClient, path: str, data: dict[str, Any], **further: Any) -> TestResponse:
        """Send a form with the token of the person who is signed in."""
        return client.post(path, data={"csrf_token": self.token(client), **data}, **further)

    @staticmethod
    def text(answer: TestResponse) -> str:
        """Return a page without its token, which says its second."""
        return _TOKEN.sub("", answer.get_data(as_text=True))

    def token(self, client: FlaskClient) -> str:
        """Return the token that forms of a browser carry."""
        page = client.get("/admin/account")
        if page.status_code != 200:
            page = client.get("/admin/sign-in")
        [token] = set(_TOKEN.findall(page.get_data(as_text=True)))
        return token

    def person(self, login: str) -> Person:
        """Return somebody as the database has him."""
        with writing(self.engine) as session:
            return find_by_login(session, login)

    def refresh(self) -> None:
        """Have the app look at the database, as its thread would within a second."""
        self.app.extensions[KEY].live.refresh()


def cheap_hashes() -> PasswordHasher:
    """Return a hasher that is fast, for tests alone."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def furnish(home: Path) -> None:
    """Make the small registry under ``home``, with its units and people."""
    build(home)
    engine = open_engine(Settings(home=home))
    hasher, hashing.HASHER = hashing.HASHER, cheap_hashes()
    with writing(engine) as session:
        for code, name, parent, area in UNITS:
            session.execute(insert(unit).values(code=code, name=name, parent_code=parent, area_code=area))
        for login, (name, role, code) in PEOPLE.items():
            add_person(session, login=login, name=name, role=role, password=PASSWORD, unit_code=code)
        keeper = find_by_login(session, "keeper")
        keep_stations(session, keeper, ["YZ-0001"])
    hashing.HASHER = hasher
    engine.dispose()


def open_office(template: Path, home: Path, **settings: Any) -> Office:
    """Return an office over a copy of a furnished registry."""
    shutil.copytree(template, home)
    chosen = Settings(home=home, **settings)
    app = create_app(chosen, open_live(chosen))
    return Office(app, app.extensions[KEY].engine, home)
