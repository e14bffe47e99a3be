"""A phone fetches a city's pack once, and asks again for nothing."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

import web.packs
from geo.db.engine import open_engine, writing
from geo.finder.cities import REST
from geo.registry.live import open_live
from geo.registry.rows import read_rows
from geo.registry.write import Edit, change_stations
from geo.settings import Settings
from tests.web.registry import SECRETS, STATIONS
from web import create_app

CITY = "/api/v1/packs/410100"
LIVE = "/api/v1/live/410100"
GZIP = {"Accept-Encoding": "gzip, deflate"}
PARTS = [CITY, f"{CITY}?part=texts"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Return a function that sets the moment at which packs are asked for."""

    def at(moment: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return moment.astimezone(tz)

        monkeypatch.setattr(web.packs, "datetime", Clock)

    return at


@pytest.mark.parametrize("address", PARTS)
def test_it_is_compressed_json_that_is_asked_for_again(client: FlaskClient, address: str):
    answer = client.get(address, headers=GZIP)
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Accept-Encoding" in answer.headers["Vary"]
    plain = client.get(address)
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(answer.data) == plain.data
    assert plain.json["city"]["code"] == "410100"


@pytest.mark.parametrize("address", [*PARTS, LIVE])
def test_it_is_not_sent_twice(client: FlaskClient, address: str):
    tag = client.get(address).headers["ETag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        answer = client.get(address, headers={"If-None-Match": known, **GZIP})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Content-Encoding" not in answer.headers
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", [*PARTS, LIVE])
def test_head_tells_what_get_would(client: FlaskClient, address: str):
    head, whole = client.head(address, headers=GZIP), client.get(address, headers=GZIP)
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


def test_the_parts_have_tags_of_their_own(client: FlaskClient):
    assert len({client.get(address).headers["ETag"] for address in PARTS}) == 2


def test_a_pack_is_of_a_day_in_china(client: FlaskClient, clock: Callable[[datetime], None]):
    clock(datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    before = client.get(CITY)
    clock(datetime(2026, 9, 30, 16, 0, tzinfo=UTC))
    after = client.get(CITY)
    assert (before.json["day"], after.json["day"]) == ("2026-09-30", "2026-10-01")
    assert before.headers["ETag"] != after.headers["ETag"]


def test_a_pack_is_made_once_for_a_day_and_a_state(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    make = web.packs._make

    def counted(index: Any, city: str, part: str, packing: Any) -> Any:
        made.append(part)
        return make(index, city, part, packing)

    monkeypatch.setattr(web.packs, "_kept", {})
    monkeypatch.setattr(web.packs, "_make", counted)
    for address in PARTS * 3:
        client.get(address, headers=GZIP)
    assert made == ["stations", "texts"]


def test_few_packs_are_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    kept: dict[Any, Any] = {}
    monkeypatch.setattr(web.packs, "_kept", kept)
    monkeypatch.setattr(web.packs, "_KEPT", 2)
    for address in (*PARTS, f"/api/v1/packs/{REST}", CITY):
        assert client.get(address).status_code == 200
    [packs] = kept.values()
    assert [key[:2] for key in packs] == [(REST, "stations"), ("410100", "stations")]


def test_a_change_makes_another_pack_and_tells_of_it(tmp_path, client_over: Callable[..., FlaskClient]):
    client_over(*STATIONS[:3])
    settings = Settings(home=tmp_path)
    live = open_live(settings)
    client = create_app(settings, live).test_client()
    before, told = client.get(CITY), client.get(LIVE)
    assert told.json["revision"] == before.json["revision"]
    engine = open_engine(settings)
    with writing(engine) as session:
        [(id_, row)] = [item for item in read_rows(session) if item[1]["code"] == "YZ-0001"]
        change_stations(session, [Edit(id_, row, {"name": "新名"})], who="t")
    engine.dispose()
    assert live.refresh()
    after = client.get(CITY, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "新名" in after.json["names"]
    told = client.get(LIVE, headers={"If-None-Match": told.headers["ETag"]})
    assert (told.status_code, told.json["revision"]) == (200, after.json["revision"])


def test_fast_facts_say_how_fresh_they_are(client: FlaskClient, app):
    snapshot = app.extensions["yizhan"].live.index.snapshot
    assert client.get(LIVE).json == {
        "revision": snapshot.revision,
        "at": snapshot.at,
        "stale": False,
        "facts": [],
    }


def test_reasons_are_in_both_languages(client: FlaskClient, clock: Callable[[datetime], None]):
    clock(datetime(2026, 9, 30, tzinfo=UTC))
    expected = [["今天是国庆节假期", "National Day holiday"]]
    for lang in ("zh", "en"):
        reasons = client.get(f"{CITY}?lang={lang}").json["reasons"]
        assert [pair for pair in reasons if pair[0] == "今天是国庆节假期"] == expected


def test_what_the_public_may_know_of_positions_binds_packs(client_with: Callable[..., FlaskClient]):
    made = client_with(public_crs="gcj02", public_decimals=3).get(CITY).json
    assert (made["crs"], made["decimals"]) == ("gcj02", 3)


def test_nothing_internal_leaves(client: FlaskClient):
    whole = "".join(client.get(address).text for address in (*PARTS, f"/api/v1/packs/{REST}"))
    assert len(json.loads(client.get(CITY).data)["names"]) > 50
    for secret in SECRETS.values():
        assert str(secret) not in whole


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/api/v1/packs/999999", 404, None),
        ("/api/v1/packs/410101", 404, None),
        ("/api/v1/packs/%00", 404, None),
        ("/api/v1/packs/<script>", 404, None),
        ("/api/v1/live/999999", 404, None),
        (f"{CITY}?part=all", 400, "part"),
        (f"{CITY}?lon=113", 400, "lon"),
        (f"{LIVE}?since=1", 400, "since"),
    ],
)
def test_what_there_is_not_is_a_problem_document(
    client: FlaskClient, address: str, status: int, parameter: str | None
):
    answer = client.get(address, headers=GZIP)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["parameter"] == parameter
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_registry_without_areas_is_one_city(client_over: Callable[..., FlaskClient]):
    client = client_over(*STATIONS, areas=[])
    made = client.get(f"/api/v1/packs/{REST}").json
    assert len(made["names"]) == len(STATIONS)
    assert made["city"]["name"] == "爱心驿站"


def test_an_empty_registry_has_no_packs(client_over: Callable[..., FlaskClient]):
    assert client_over(areas=[], landmarks=[]).get(f"/api/v1/packs/{REST}").status_code == 404
