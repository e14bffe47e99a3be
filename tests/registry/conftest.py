"""A registry on SQLite alone, and stations to put into one."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.registry.write import add_stations
from geo.settings import Settings

Row = dict[str, Any]


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """A migrated registry on SQLite alone, for what the store does not matter to."""
    made = open_engine(Settings(home=tmp_path / "home"))
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def add(engine: Engine) -> Callable[..., None]:
    """Commit stations to the registry."""

    def committed(*rows: Row, who: str = "tester") -> None:
        with writing(engine) as session:
            add_stations(session, rows, who=who)

    return committed


def station_row(number: int, **given: Any) -> Row:
    """Return a complete row; what a test does not care about is plain."""
    return {
        "code": f"YZ-{number:04d}",
        "name": f"驿站{number}",
        "lon": 113.6 + number / 1000,
        "lat": 34.7,
        "source": "test",
        "source_ref": f"id:{number}",
    } | given
