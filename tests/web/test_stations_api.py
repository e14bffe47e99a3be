"""GET /api/v1/stations and /api/v1/stations/<code>."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Crs, from_wgs84
from tests.web.registry import STATIONS

PATH = "/api/v1/stations"
ALL = sorted(row["code"] for row in STATIONS)
BY_CODE = {row["code"]: row for row in STATIONS}


def ask(client: FlaskClient, **query: Any) -> dict[str, Any]:
    answer = client.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/geo+json"
    return answer.json


def codes(document: dict[str, Any]) -> list[str]:
    return [feature["properties"]["code"] for feature in document["features"]]


def test_all_stations_ordered_by_code(client: FlaskClient):
    document = ask(client)
    assert codes(document) == ALL
    assert (document["matched"], document["next"], document["coordinate_system"]) == (len(ALL), None, "wgs84")
    assert document["as_of"]
    assert document["stale"] is False


@pytest.mark.parametrize("limit", [1, 7, len(ALL) - 1, len(ALL), 1000])
def test_pages_follow_one_another_and_hold_everything_once(client: FlaskClient, limit: int):
    seen, link = [], f"{PATH}?limit={limit}&status=open,suspended,closed,building,trial"
    while link:
        document = client.get(link).json
        assert 0 < len(document["features"]) <= limit
        assert document["matched"] == len(ALL)
        seen += codes(document)
        link = document["next"]
        assert link is None or urlsplit(link).path == PATH
    assert seen == ALL


def test_the_next_page_asks_the_same_question(client: FlaskClient):
    query = {"kind": "care_station", "q": "样城", "limit": "2", "lang": "en", "facility": ["toilet", "wifi"]}
    assert ask(client, **query)["next"] is None
    link = ask(client, **query | {"facility": []})["next"]
    followed = parse_qs(urlsplit(link).query)
    assert {name: values for name, values in followed.items() if name != "cursor"} == {
        "kind": ["care_station"], "q": ["样城"], "limit": ["2"], "lang": ["en"]
    }  # fmt: skip


def test_the_next_link_is_at_the_public_address(client_with: Callable[..., FlaskClient]):
    link = ask(client_with(public_url="https://yizhan.example/map/"), limit=1)["next"]
    assert link.startswith("https://yizhan.example/map/api/v1/stations?limit=1&cursor=")


@given(
    west=st.floats(113.4, 113.8),
    south=st.floats(34.5, 34.9),
    width=st.floats(0, 0.4),
    height=st.floats(0, 0.4),
)
def test_a_box_holds_the_stations_within_it(
    app: Flask, west: float, south: float, width: float, height: float
):
    east, north = west + width, south + height
    expected = [c for c in ALL if west <= BY_CODE[c]["lon"] <= east and south <= BY_CODE[c]["lat"] <= north]
    assert codes(ask(app.test_client(), bbox=f"{west!r},{south!r},{east!r},{north!r}")) == expected


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_a_box_is_in_the_system_asked_for(client: FlaskClient, crs: str):
    west, south = from_wgs84(113.6095, 34.7195, Crs(crs))
    east, north = from_wgs84(113.6125, 34.7225, Crs(crs))
    inside = {
        code: place
        for code, row in BY_CODE.items()
        if west <= (place := from_wgs84(row["lon"], row["lat"], Crs(crs)))[0] <= east
        and south <= place[1] <= north
    }
    document = ask(client, bbox=f"{west},{south},{east},{north}", crs=crs)
    assert codes(document) == sorted(inside) == ["YZ-0001", "YZ-0002", "YZ-0003", "YZ-0006"]
    for feature in document["features"]:
        assert feature["geometry"]["coordinates"] == pytest.approx(inside[feature["id"]], abs=1e-6)
    assert codes(ask(client, bbox=f"{west},{south},{east},{north}")) != codes(document)


def test_an_area_holds_what_lies_in_it_and_below_it(client: FlaskClient):
    west = [code for code in ALL if BY_CODE[code]["lon"] < 113.6]
    assert codes(ask(client, area="410102")) == west
    city = [code for code in ALL if code != "YZ-0099"]
    assert codes(ask(client, area="410100")) == codes(ask(client, area="410000")) == city


def test_words_are_looked_for_in_names_addresses_and_codes(client: FlaskClient):
    assert codes(ask(client, q="站前驿站")) == ["YZ-0001"]
    assert codes(ask(client, q="yz-0002")) == ["YZ-0002"]
    assert codes(ask(client, q="文化路6号")) == ["YZ-0006"]
    assert codes(ask(client, q="母婴室 样城站")) == ["YZ-0003"]
    assert codes(ask(client, q="没有这个")) == []
    # Wishes are for people who type: a program has kind, facility and open_at.
    assert codes(ask(client, q="厕所")) == codes(ask(client, q="24小时")) == []


def test_open_at_keeps_open_and_unknown_and_tells_which(client: FlaskClient):
    document = ask(client, open_at="2026-10-10T09:30", area="410101", q="YZ-000")
    assert codes(document) == ["YZ-0001", "YZ-0002", "YZ-0003", "YZ-0006", "YZ-0008"]
    states = {feature["id"]: feature["properties"]["open"]["state"] for feature in document["features"]}
    assert states.pop("YZ-0006") == "unknown"
    assert set(states.values()) == {"open"}


def test_without_open_at_an_answer_depends_on_the_registry_alone(client: FlaskClient):
    assert all("open" not in feature["properties"] for feature in ask(client)["features"])


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "113.7,34.6,113.5,34.8"}, "bbox"),
        ({"bbox": "113.5,34.8,113.7,34.6"}, "bbox"),
        ({"bbox": "113.5,34.6,113.7,nan"}, "bbox"),
        ({"bbox": "34.6,113.5,34.8,113.7"}, "bbox"),
        ({"kind": "x"}, "kind"),
        ({"facility": "x"}, "facility"),
        ({"status": "x"}, "status"),
        ({"area": "999999"}, "area"),
        ({"open_at": "x"}, "open_at"),
        ({"open_at": "arrival"}, "open_at"),
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"cursor": "YZ-0001"}, "cursor"),
        ({"cursor": "驿站"}, "cursor"),
        ({"cursor": "!!!"}, "cursor"),
        ({"crs": "x"}, "crs"),
        ({"lon": "113"}, "lon"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, given: dict[str, str], parameter: str):
    answer = client.get(PATH, query_string=given)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["parameter"] == parameter


def test_one_station_with_all_the_public_may_know(client: FlaskClient):
    answer = client.get(f"{PATH}/YZ-0001", query_string={"open_at": "2026-10-10T09:30"})
    assert answer.content_type == "application/geo+json"
    feature = answer.json
    assert (feature["type"], feature["id"], feature["coordinate_system"]) == ("Feature", "YZ-0001", "wgs84")
    assert feature["geometry"]["coordinates"] == [113.6101, 34.7201]
    properties = feature["properties"]
    row = BY_CODE["YZ-0001"]
    for name in ("code", "name", "address", "facilities", "aliases", "star", "checklist", "access_who"):
        assert properties[name] == row[name]
    assert (properties["area_code"], properties["open"]["state"]) == ("410101", "open")


def test_a_code_is_found_in_either_case(client: FlaskClient):
    assert client.get(f"{PATH}/yz-0001").json["id"] == "YZ-0001"


@pytest.mark.parametrize("code", ["YZ-9999", "ZZZZZZZZZZZZZZ", "驿站", "%00", "YZ-0001%00", "''", "YZ-000"])
def test_an_unknown_code_is_not_found(client: FlaskClient, code: str):
    answer = client.get(f"{PATH}/{code}")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "没有编号为" in answer.json["detail"]


def test_an_empty_registry_answers_with_nothing(client_over: Callable[..., FlaskClient]):
    client = client_over(areas=[], landmarks=[])
    assert ask(client)["features"] == []
    assert client.get("/api/v1/nearest?lon=113&lat=34").json["features"] == []
    assert client.get("/api/v1/stations/YZ-0001").status_code == 404
    assert client.get("/api/v1/areas").json["areas"] == []
    assert client.get("/?q=样城站").status_code == client.get("/").status_code == 200
