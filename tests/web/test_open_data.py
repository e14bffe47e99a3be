"""Open data: any site may read it, nobody is sent twice what he has, and a copy can be kept true."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from geo.db.engine import open_engine, writing
from geo.registry.live import Live, open_live
from geo.registry.stations import change_station
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.web.registry import STATIONS, build
from web import create_app

PATH = "/api/v1/stations"
NEAREST = "/api/v1/nearest?lon=113.6&lat=34.7"
ANSWERS = [
    PATH, f"{PATH}?kind=x", f"{PATH}/YZ-0001", f"{PATH}/x", NEAREST, "/api/v1/nearest?lon=x", "/api/v1/areas",
    "/api/v1/areas/x", "/api/v1/x", "/api/v1/openapi.json", "/api/v1/downloads/stations.csv",
    "/api/v1/route?lon=113.6&lat=34.7&code=YZ-0001", "/api/v1/live/410100", "/api/v1/packs/x",
]  # fmt: skip
# No station of the registry was changed as late as this.
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


class Registry:
    """A registry that can be changed at a moment one chooses, and the web over it."""

    def __init__(self, home: Path) -> None:
        build(home)
        settings = Settings(home=home)
        self.engine: Engine = open_engine(settings)
        self.live: Live = open_live(settings)
        self.client: FlaskClient = create_app(settings, self.live).test_client()

    def change(self, at: datetime, **changed: dict[str, Any]) -> None:
        """Change stations (YZ_0001={...}) as if it were a moment."""
        with writing(self.engine) as session:
            for code, values in changed.items():
                change_station(session, code.replace("_", "-"), values, who="li")
            codes = "', '".join(code.replace("_", "-") for code in changed)
            session.execute(
                text(f"UPDATE station SET updated_at = :at WHERE code IN ('{codes}')"), {"at": stamp(at)}
            )
            session.execute(text("UPDATE revision SET at = :at"), {"at": stamp(at)})
        self.live.refresh()

    def ask(self, **query: Any) -> dict[str, Any]:
        """Return one page."""
        answer = self.client.get(PATH, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def pages(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Return one page after the other."""
        page = self.ask(**query)
        yield page
        while page["next"]:
            page = self.client.get(page["next"]).json
            yield page


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry(tmp_path)
    yield made
    made.engine.dispose()


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def codes(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["features"]]


def gone(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["code"], item["status"]) for item in page["tombstones"]]


# Any site's scripts.


@pytest.mark.parametrize("path", ANSWERS)
def test_any_site_may_read_every_answer_without_credentials(client: FlaskClient, path: str):
    for answer in (client.get(path, headers={"Origin": "https://example.cn"}), client.head(path)):
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_any_site_may_post_a_position(client: FlaskClient):
    asked = {"Origin": "https://example.cn", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/api/v1/nearest", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0
    answer = client.post("/api/v1/nearest", json={"lon": 113.6, "lat": 34.7})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" not in client.options(PATH).headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/", "/s/YZ-0001", "/x", "/healthz", "/api/"])
def test_pages_are_not_read_by_other_sites(client: FlaskClient, path: str):
    assert "Access-Control-Allow-Origin" not in client.get(path).headers


# Nothing twice.


def test_a_listing_is_not_sent_again_to_whoever_has_it(client: FlaskClient):
    first = client.get(f"{PATH}?kind=care_station&limit=3")
    for known in (first.headers["ETag"], f'"x", {first.headers["ETag"]}', "*"):
        again = client.get(f"{PATH}?limit=3&kind=care_station", headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "no-cache"
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Type" not in again.headers
    assert client.head(f"{PATH}?kind=care_station&limit=3").headers["ETag"] == first.headers["ETag"]


def test_another_question_has_another_tag(client: FlaskClient):
    asked = ["", "limit=2", "kind=care_station", "kind=water_point", "crs=gcj02", "lang=en", "q=样城",
             "updated_since=2026-10-01", "updated_since=2026-10-02"]  # fmt: skip
    tags = [client.get(f"{PATH}?{query}").headers["ETag"] for query in asked]
    assert len(set(tags)) == len(asked)


def test_what_depends_on_the_clock_has_no_tag(client: FlaskClient):
    assert "ETag" not in client.get(f"{PATH}?open_at=now").headers


def test_a_change_makes_another_tag(registry: Registry):
    before = registry.client.get(PATH).headers["ETag"]
    registry.change(LATER, YZ_0001={"name": "改过的"})
    after = registry.client.get(PATH, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


def test_an_answer_is_not_made_to_know_that_it_is_the_same(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    known = {"If-None-Match": client.get(PATH).headers["ETag"]}
    monkeypatch.setattr("web.api.collection", None)
    assert client.get(PATH, headers=known).status_code == 304


def test_a_wrong_question_is_wrong_however_it_is_asked(client: FlaskClient):
    assert client.get(f"{PATH}?kind=x", headers={"If-None-Match": "*"}).status_code == 400


def test_an_answer_says_how_it_may_be_used(client_with: Any):
    client = client_with(licence="CC BY 4.0")
    for path in (PATH, f"{PATH}/YZ-0001"):
        assert client.get(path).json["licence"] == "CC BY 4.0"


# Copies.


def test_changes_come_by_when_they_were_made_and_by_code(registry: Registry):
    registry.change(LATER + timedelta(seconds=1), YZ_0009={"name": "一"}, YZ_0002={"name": "二"})
    registry.change(LATER + timedelta(seconds=2), YZ_0001={"name": "三"})
    registry.change(LATER, YZ_0003={"name": "四"})
    page = registry.ask(updated_since=stamp(LATER))
    assert codes(page) == ["YZ-0003", "YZ-0002", "YZ-0009", "YZ-0001"]
    told = [item["properties"]["updated_at"] for item in page["features"]]
    assert told == [stamp(LATER + timedelta(seconds=seconds)) for seconds in (0, 1, 1, 2)]


def test_the_moment_itself_is_told(registry: Registry):
    registry.change(LATER, YZ_0001={"name": "一"})
    assert registry.ask(updated_since=stamp(LATER))["matched"] == 1
    assert (
        registry.ask(updated_since=(LATER + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S"))["matched"] == 1
    )
    assert registry.ask(updated_since=stamp(LATER + timedelta(seconds=1)))["matched"] == 0


def test_what_is_closed_leaves_a_tombstone(registry: Registry):
    registry.change(LATER, YZ_0001={"status": "closed", "closed_reason": "拆迁"}, YZ_0002={"floor": "2F"})
    page = registry.ask(updated_since=stamp(LATER))
    assert codes(page) == ["YZ-0002"]
    assert page["tombstones"] == [{"code": "YZ-0001", "updated_at": stamp(LATER), "status": "closed"}]
    assert page["matched"] == 2
    asked = registry.ask(updated_since=stamp(LATER), status="closed")
    assert (codes(asked), gone(asked)) == (["YZ-0001"], [("YZ-0002", "open")])


def test_what_no_longer_matches_leaves_a_tombstone(registry: Registry):
    registry.change(LATER, YZ_0002={"kind": "care_station"}, YZ_0010={"lon": 114.9, "lat": 35.9})
    assert gone(registry.ask(updated_since=stamp(LATER), kind="water_point")) == [
        ("YZ-0002", "open"), ("YZ-0010", "open")
    ]  # fmt: skip
    inside = registry.ask(updated_since=stamp(LATER), bbox="113.5,34.6,113.7,34.8")
    assert (codes(inside), gone(inside)) == (["YZ-0002"], [("YZ-0010", "open")])


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_pages_of_changes_hold_everything_once(registry: Registry, limit: int):
    moments = random.Random(3)
    for row in STATIONS[:12]:
        at = LATER + timedelta(seconds=moments.randrange(4))
        registry.change(at, **{row["code"].replace("-", "_"): {"floor": "9F"}})
    whole = registry.ask(updated_since="1970-01-01", limit=1000)
    pages = list(registry.pages(updated_since="1970-01-01", limit=limit))
    assert [code for page in pages for code in codes(page)] == codes(whole)
    assert [item for page in pages for item in gone(page)] == gone(whole)
    assert all(len(page["features"]) + len(page["tombstones"]) <= limit for page in pages)
    assert {page["matched"] for page in pages} == {len(STATIONS)} == {whole["matched"]}


QUESTIONS = [
    {},
    {"kind": "care_station"},
    {"status": ["open", "trial"]},
    {"area": "410101", "facility": "wifi"},
    {"bbox": "113.5,34.6,113.7,34.8", "q": "文化路"},
]


@pytest.mark.parametrize("query", QUESTIONS, ids=str)
def test_a_copy_is_always_what_a_listing_says(registry: Registry, query: dict[str, Any]):
    """Whatever happens between two pages, a round later the copy is the registry again."""
    chance, copy, since = random.Random(7), {}, "1970-01-01"
    live = {"status": ["planned", "building", "trial", "open", "suspended"]} | query
    for number in range(9):
        first = None
        for page in registry.pages(updated_since=since, limit=9, **query):
            first = first or page
            for item in page["features"]:
                copy[item["id"]] = item
            for item in page["tombstones"]:
                copy.pop(item["code"], None)
            if number % 3 == 2 and chance.random() < 0.3:
                change_something(registry, chance)
        since = first["as_of"]
        if number % 3 != 2:
            listed = {
                item["id"]: item for page in registry.pages(limit=50, **live) for item in page["features"]
            }
            assert copy == listed
        change_something(registry, chance)


def change_something(registry: Registry, chance: random.Random) -> None:
    changed = {
        row["code"].replace("-", "_"): chance.choice(
            [
                {"status": chance.choice(["closed", "suspended"]), "closed_reason": "试"},
                {"status": chance.choice(["open", "trial", "building"])},
                {"kind": chance.choice(["care_station", "water_point"])},
                {"lon": chance.uniform(113.4, 113.8), "area_code": chance.choice(["410101", "410102"])},
                {"facilities": {"wifi": chance.choice(["yes", "no"])}},
                {"address": chance.choice(["文化路1号", "别处"])},
            ]
        )
        for row in chance.sample(STATIONS, 4)
    }
    with writing(registry.engine) as session:
        for code, values in changed.items():
            change_station(session, code.replace("_", "-"), values, who="li")
        number = chance.randrange(10**6)
        add_stations(
            session, [STATIONS[0] | {"code": f"AA-{number:06d}", "source_ref": str(number)}], who="li"
        )
    registry.live.refresh()


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "2026-13-01"}, "updated_since"),
        ({"updated_since": "now"}, "updated_since"),
        ({"updated_since": ["2026-01-01", "2026-01-02"]}, "updated_since"),
        ({"updated_since": "2026-01-01", "open_at": "now"}, "open_at"),
        ({"updated_since": "2026-01-01", "area": "999999"}, "area"),
        ({"updated_since": "2026-01-01", "cursor": "x"}, "cursor"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, given: dict[str, Any], parameter: str):
    answer = client.get(PATH, query_string=given)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["parameter"] == parameter


def test_the_cursor_of_one_order_is_none_of_the_other(client: FlaskClient):
    for query, other in (("limit=2", "updated_since=1970-01-01"), ("limit=2&updated_since=1970-01-01", "")):
        cursor = client.get(f"{PATH}?{query}").json["next"].partition("cursor=")[2]
        assert client.get(f"{PATH}?{other}&cursor={cursor}").json["parameter"] == "cursor"


def test_moments_beyond_all_calendars_are_no_fault_of_ours(client: FlaskClient):
    for moment, status in (("0001-01-01", 200), ("9999-12-31T23:59:59", 200), ("1969-12-31T23:59:59Z", 200)):
        assert client.get(f"{PATH}?updated_since={moment}").status_code == status
