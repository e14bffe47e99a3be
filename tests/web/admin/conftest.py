"""The back office over a small registry of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.upkeep import hashing
from tests.web.admin.office import Office, cheap_hashes, furnish, open_office


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a registry with people, to be copied; nothing writes to it."""
    folder = tmp_path_factory.mktemp("office") / "home"
    folder.mkdir()
    furnish(folder)
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office of the test's own."""
    monkeypatch.setattr(hashing, "HASHER", cheap_hashes())
    made = open_office(furnished, tmp_path / "home")
    yield made
    made.engine.dispose()
