"""/healthz and /readyz, and what is said while the database is out of reach."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo.db.engine import open_engine, writing
from geo.registry.live import Live, open_live
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.web.registry import STATIONS, build
from web import create_app


@pytest.fixture
def live(tmp_path: Path) -> Live:
    build(tmp_path)
    return open_live(Settings(home=tmp_path))


@pytest.fixture
def own(live: Live, tmp_path: Path) -> FlaskClient:
    """A client over a registry of the test's own."""
    return create_app(Settings(home=tmp_path), live).test_client()


def lose_the_database(live: Live, folder: Path) -> None:
    live._engine.dispose()
    for file in folder.glob("yizhan.sqlite*"):
        file.unlink()
    (folder / "yizhan.sqlite").mkdir()
    live.refresh()


def test_a_process_that_answers_is_healthy(client: FlaskClient):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_fresh_process_is_ready(own: FlaskClient, live: Live):
    answer = own.get("/readyz")
    assert answer.status_code == 200
    document = answer.json
    assert (document["status"], document["database"]) == ("ready", "reachable")
    assert (document["revision"], document["stations"]) == (live.index.snapshot.revision, len(STATIONS))
    age_s = (datetime.now(UTC) - datetime.fromisoformat(document["as_of"])).total_seconds()
    assert document["age_s"] == pytest.approx(age_s, abs=5)


def test_a_change_in_the_registry_is_answered_from(own: FlaskClient, live: Live, tmp_path: Path):
    before = own.get("/readyz").json
    with writing(open_engine(Settings(home=tmp_path))) as session:
        row = {**STATIONS[0], "code": "YZ-0500", "source_ref": "new"}
        add_stations(session, [row], who="tester")
    live.refresh()
    after = own.get("/readyz").json
    assert after["revision"] > before["revision"]
    assert after["stations"] == before["stations"] + 1
    assert own.get("/s/YZ-0500").status_code == 200


def test_without_its_database_a_process_goes_on_and_says_how_old_its_answers_are(
    own: FlaskClient, live: Live, tmp_path: Path
):
    nearest = "/api/v1/nearest?lon=113.61&lat=34.72"
    before = own.get(nearest).json
    lose_the_database(live, tmp_path)
    after = own.get(nearest).json
    assert after == before | {"stale": True}
    assert after["as_of"]
    ready = own.get("/readyz")
    assert (ready.status_code, ready.json["status"], ready.json["database"]) == (
        200,
        "degraded",
        "unreachable",
    )
    assert own.get("/healthz").status_code == 200
    for path in ("/api/v1/stations", "/api/v1/stations/YZ-0001", "/api/v1/areas", "/api/v1/areas/410100"):
        assert own.get(path).json["stale"] is True
    for path in ("/?", "/?q=样城站", "/s/YZ-0001?", "/s/nothing?"):
        assert "数据库暂时连不上" in own.get(path).text
        assert "1 分钟前" in own.get(path).text
        assert "cannot be reached just now" in own.get(f"{path}&lang=en").text


def test_pages_say_nothing_of_it_while_all_is_well(own: FlaskClient):
    assert "数据库" not in own.get("/").text
