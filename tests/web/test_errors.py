"""Errors: problem+json under /api/v1, a page elsewhere."""

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import geo.errors
from geo.errors import (
    ConflictError,
    FileError,
    GeoError,
    InputError,
    NotFoundError,
    SettingError,
    UnavailableError,
)
from geo.registry.live import open_live
from geo.settings import Settings
from web import create_app
from web.errors import STATUS, status_of

EXPECTED = [
    (InputError("一个错值", parameter="k"), 400, "k"),
    (FileError("一个坏文件"), 400, None),
    (NotFoundError("没有 %(what)s", what="它"), 404, None),
    (ConflictError("变了"), 409, None),
    (SettingError("设置不对"), 500, None),
    (UnavailableError("连不上"), 503, None),
    (GeoError("别的"), 500, None),
]


@pytest.fixture
def failing(home: Path) -> Callable[[Exception], FlaskClient]:
    """Return a function that makes a client whose /api/v1/fail and /fail raise an error."""

    def made(error: Exception) -> FlaskClient:
        settings = Settings(home=home)
        app = create_app(settings, open_live(settings))

        def fail() -> None:
            raise error

        app.add_url_rule("/api/v1/fail", "fail_api", fail)
        app.add_url_rule("/fail", "fail_page", fail)
        return app.test_client()

    return made


def test_every_error_there_is_has_a_status():
    classes = {item for _, item in inspect.getmembers(geo.errors, inspect.isclass)}
    assert set(STATUS) == {item for item in classes if issubclass(item, GeoError)}


def test_a_class_not_listed_has_the_status_of_the_nearest_above_it():
    class OwnError(NotFoundError):
        pass

    assert status_of(OwnError("x")) == 404


@pytest.mark.parametrize(("error", "status", "parameter"), EXPECTED)
def test_each_error_in_both_forms(
    failing: Callable[[Exception], FlaskClient], error: GeoError, status: int, parameter: str | None
):
    client = failing(error)
    problem = client.get("/api/v1/fail")
    assert (problem.status_code, problem.content_type) == (status, "application/problem+json")
    assert problem.json == {
        "type": "about:blank",
        "title": problem.json["title"],
        "status": status,
        "detail": str(error),
        "parameter": parameter,
    }
    page = client.get("/fail")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert str(error) in page.text
    for answer in (problem, page):
        assert answer.headers["Cache-Control"] == "no-store"
        assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_fault_of_ours_is_recorded_and_not_shown(
    failing: Callable[[Exception], FlaskClient], caplog: pytest.LogCaptureFixture
):
    client = failing(RuntimeError("密码哨兵"))
    for path, kind in (("/api/v1/fail", "application/problem+json"), ("/fail", "text/html; charset=utf-8")):
        answer = client.get(f"{path}?lon=113.123456")
        assert (answer.status_code, answer.content_type) == (500, kind)
        assert "密码哨兵" not in answer.text
    assert "密码哨兵" in caplog.text
    assert "113.123456" not in caplog.text


def test_an_address_that_does_not_exist(client: FlaskClient):
    assert client.get("/api/v1/nothing").json["status"] == 404
    assert client.get("/api/v1/stations/").json["status"] == 404
    for path in ("/nothing", "/api/nothing", "/api/v2/stations"):
        page = client.get(path)
        assert (page.status_code, page.mimetype) == (404, "text/html"), path
        assert 'name="q"' in page.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/v1/stations"),
        ("delete", "/api/v1/nearest"),
        ("put", "/api/v1/areas"),
        ("post", "/s/YZ-0001"),
    ],
)
def test_a_method_that_an_address_does_not_take(client: FlaskClient, method: str, path: str):
    answer = getattr(client, method)(path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    if path.startswith("/api"):
        assert (answer.content_type, answer.json["status"]) == ("application/problem+json", 405)


def test_a_page_asked_wrongly_says_what_is_wrong(client: FlaskClient):
    for query, named in (("kind=x", "kind"), ("facility=x", "facility"), ("open_at=x", "open_at"),
                         ("lon=113&lat=x", "lat"), ("lon=113", "lat"), ("lang=fr", "lang"),
                         ("q=样城站&place=x", "place"),
                         ("q=a&q=b", "q")):  # fmt: skip
        answer = client.get(f"/?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "text/html"), query
        assert named in answer.text
    assert client.post("/", data={"lon": "113.6", "lat": "99"}).status_code == 400


def test_a_page_is_indifferent_to_what_messengers_add(client: FlaskClient):
    assert client.get("/?q=样城站&from=singlemessage&isappinstalled=0").status_code == 200
    assert client.get("/s/YZ-0001?utm_source=x").status_code == 200


def test_hostile_values_come_back_as_text(client: FlaskClient):
    hostile = "<script>alert(1)</script>"
    for path in (f"/?kind={hostile}", f"/?q={hostile}", f"/s/{hostile}", f"/?lang={hostile}"):
        assert hostile not in client.get(path).text


def test_problems_are_in_english_where_asked(client: FlaskClient):
    problem = client.get("/api/v1/nearest?lon=200&lat=0&lang=en").json
    assert (problem["title"], problem["parameter"]) == ("Bad request", "lon")
    assert problem["detail"] == "Longitude 200.0 is not between -180 and 180"
    assert client.get("/api/v1/nothing?lang=en").json["title"] == "Not found"


def test_the_app_starts_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch):
    from web import create_app_from_env

    monkeypatch.setenv("YIZHAN_HOME", str(home))
    monkeypatch.setenv("YIZHAN_NAME", "环境里的名字")
    app: Flask = create_app_from_env()
    try:
        assert "环境里的名字" in app.test_client().get("/").text
    finally:
        app.extensions["yizhan"].live.stop()
