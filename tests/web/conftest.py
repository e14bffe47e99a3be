"""The web over a small registry."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.registry.live import open_live
from geo.settings import Settings
from tests.web.registry import build
from web import create_app, download_files


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a file takes longer than whoever asks for it has patience."""
    monkeypatch.setattr(download_files, "_PATIENCE_S", 60)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small registry; nothing writes to it."""
    folder = tmp_path_factory.mktemp("registry")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def app(home: Path) -> Flask:
    """The web over the small registry, which nothing watches."""
    settings = Settings(home=home)
    return create_app(settings, open_live(settings))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that keeps nothing from one request to the next."""
    return app.test_client()


@pytest.fixture
def client_with(home: Path) -> Callable[..., FlaskClient]:
    """Return a function that makes a client over the small registry with other settings."""

    def made(**settings: Any) -> FlaskClient:
        chosen = Settings(home=home, **settings)
        return create_app(chosen, open_live(chosen)).test_client()

    return made


@pytest.fixture
def client_over(tmp_path: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Return a function that makes a client over a registry of the given contents."""

    def made(*stations: dict[str, Any], **contents: Any) -> FlaskClient:
        build(tmp_path, stations, **contents)
        settings = Settings(home=tmp_path)
        return create_app(settings, open_live(settings)).test_client()

    return made
