"""What every test can ask for: a PostGIS, a registry on each store, a running server, real data."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from geo.db.engine import open_engine
from geo.db.upgrade import upgrade
from geo.errors import UnavailableError
from geo.settings import Settings
from tests.services.postgis import fresh_database, postgis_template, running_postgis
from tests.services.server import running_server

# Machines are shared: how long an example takes says nothing of it.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests over real data where there is none."""
    if os.environ.get("YIZHAN_REAL_DATA"):
        return
    left_out = [item for item in items if item.get_closest_marker("real_data")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostGIS server whose role may create databases."""
    try:
        with running_postgis() as url:
            yield url
    except UnavailableError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


@pytest.fixture(scope="session")
def postgis_template_name(postgis_url: str) -> Iterator[str]:
    """Name of a database with the PostGIS extension, for `fresh_database` to copy."""
    with postgis_template(postgis_url) as name:
        yield name


@pytest.fixture
def postgis_database(postgis_url: str, postgis_template_name: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty database with the PostGIS extension, the test's own."""
    with fresh_database(postgis_url, postgis_template_name) as url:
        yield url


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server with the demo city in one SQLite file."""
    with running_server(tmp_path_factory.mktemp("server") / "home", "--demo") as url:
        yield url


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data, for tests marked ``real_data``."""
    folder = os.environ.get("YIZHAN_REAL_DATA")
    if not folder:
        pytest.skip("YIZHAN_REAL_DATA 没有设置")
    return Path(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty registry, on SQLite and on PostGIS."""
    url = request.getfixturevalue("postgis_database") if request.param == "postgis" else ""
    return Settings(home=tmp_path / "home", database_url=url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The engine of that registry, migrated."""
    made = open_engine(settings)
    upgrade(made)
    yield made
    made.dispose()
