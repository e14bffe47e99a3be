"""GET and POST /api/v1/nearest."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.crs import Crs, from_wgs84
from tests.web.registry import STATIONS

PATH = "/api/v1/nearest"
HERE = {"lon": 113.61, "lat": 34.72}
SERVING = [row for row in STATIONS if row.get("status", "open") in ("open", "trial")]


def ask(client: FlaskClient, **query: Any) -> dict[str, Any]:
    answer = client.get(PATH, query_string=HERE | query)
    assert answer.status_code == 200, answer.text
    return answer.json


def codes(document: dict[str, Any]) -> list[str]:
    return [feature["properties"]["code"] for feature in document["features"]]


def brute_force(lon: float, lat: float, rows: list[dict[str, Any]]) -> list[tuple[float, str]]:
    geod = Geod(ellps="WGS84")
    return sorted((geod.inv(lon, lat, row["lon"], row["lat"])[2], row["code"]) for row in rows)


def test_the_nearest_stations_in_order(client: FlaskClient):
    answer = client.get(PATH, query_string=HERE | {"k": 4})
    assert answer.content_type == "application/geo+json"
    assert answer.headers["Cache-Control"] == "no-store"
    document = answer.json
    assert document["type"] == "FeatureCollection"
    assert (document["by"], document["coordinate_system"], document["stale"]) == ("line", "wgs84", False)
    expected = brute_force(**HERE, rows=SERVING)[:4]
    assert codes(document) == [code for _, code in expected]
    for feature, (metres, code) in zip(document["features"], expected, strict=True):
        row = next(row for row in STATIONS if row["code"] == code)
        assert feature["id"] == code
        assert feature["geometry"] == {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        assert feature["properties"]["distance_m"] == pytest.approx(metres, abs=0.01)
        assert set(feature["properties"]["open"]) == {"state", "until", "reason"}


@given(lon=st.floats(113.4, 113.8), lat=st.floats(34.5, 34.9), k=st.integers(1, 100))
def test_it_is_what_brute_force_finds(app: Flask, lon: float, lat: float, k: int):
    expected = [code for _, code in brute_force(lon, lat, SERVING)[:k]]
    assert codes(ask(app.test_client(), lon=lon, lat=lat, k=k)) == expected


def test_five_are_answered_unless_told(client: FlaskClient):
    assert len(ask(client)["features"]) == 5


def test_stations_of_one_place_come_in_the_order_of_their_codes(client: FlaskClient):
    assert codes(ask(client, lon=113.56, lat=34.7, k=2)) == ["YZ-0010", "YZ-0011"]


def test_a_form_and_json_say_the_same_as_a_query(client: FlaskClient):
    query = HERE | {"k": 3, "kind": ["water_point", "nursing_room"], "facility": "wifi"}
    asked = client.get(PATH, query_string=query)
    assert codes(asked.json) == ["YZ-0003"]
    assert client.post(PATH, data=query).data == asked.data
    assert client.post(PATH, json=query).data == asked.data
    assert client.post(PATH, json=dict(query.items()) | {"by": None}).data == asked.data


@pytest.mark.parametrize("facilities", ["toilet,wifi", ["toilet", "wifi"], "toilet、wifi"])
def test_facilities_are_listed_or_repeated_and_all_must_be_there(client: FlaskClient, facilities: Any):
    assert codes(ask(client, facility=facilities, k=10)) == ["YZ-0001"]


def test_a_facility_that_is_not_there_or_not_known_is_not_there(client: FlaskClient):
    assert codes(ask(client, facility="microwave")) == []


def test_statuses_can_be_chosen(client: FlaskClient):
    assert codes(ask(client, status="suspended,closed,building", k=10)) == ["YZ-0004", "YZ-0005", "YZ-0007"]


# 10 October 2026 is a Saturday that is worked in exchange for the National Day holidays.
def test_open_at_keeps_what_is_open_and_after_it_what_is_unknown(client: FlaskClient):
    document = ask(client, open_at="2026-10-10T09:30", k=100)
    states = [feature["properties"]["open"]["state"] for feature in document["features"]]
    assert states == ["open"] * (len(states) - 1) + ["unknown"]
    assert codes(document)[-1] == "YZ-0006"
    assert "YZ-0009" not in codes(document)
    office = next(feature for feature in document["features"] if feature["id"] == "YZ-0003")
    assert office["properties"]["open"] == {
        "state": "open",
        "until": "2026-10-10T17:30+08:00",
        "reason": "今天按补班日开放",
    }


def test_a_time_without_an_offset_is_chinas(client: FlaskClient):
    night = codes(ask(client, open_at="2026-10-11T01:00", k=100))
    assert "YZ-0009" in night
    assert codes(ask(client, open_at="2026-10-10T17:00+00:00", k=100)) == night
    assert codes(ask(client, open_at="2026-10-10T17:00Z", k=100)) == night


def test_reasons_are_in_english_where_asked(client: FlaskClient):
    query = {"open_at": "2026-10-02T09:30", "kind": "nursing_room", "status": "trial"}
    closed = ask(client, open_at="2026-10-10T09:30", kind="nursing_room", lang="en")["features"][0]
    assert closed["properties"]["open"]["reason"] == "Open today as a make-up workday"
    assert ask(client, **query)["features"] == []


def test_without_open_at_hours_are_shown_and_not_used(client: FlaskClient):
    document = ask(client, k=100)
    assert {"YZ-0006", "YZ-0009"} <= set(codes(document))


def test_by_e_bike_times_are_estimated_and_that_is_said(client: FlaskClient):
    document = ask(client, by="ebike", k=1)
    [feature] = document["features"]
    assert feature["properties"]["duration_s"] > 0
    assert document["notices"] == ["这里还没有街道数据:距离是直线距离,时间按直线的 1.3 倍估算"]
    assert document["by"] == "line"
    assert ask(client, by="ebike", lang="en")["notices"][0].startswith("No street data here yet")


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_crs_is_that_of_the_position_given_and_of_the_answer(client: FlaskClient, crs: str):
    lon, lat = from_wgs84(HERE["lon"], HERE["lat"], Crs(crs))
    plain, shifted = ask(client, k=10), ask(client, lon=lon, lat=lat, crs=crs, k=10)
    assert shifted["coordinate_system"] == crs
    assert codes(shifted) == codes(plain)
    for one, other in zip(plain["features"], shifted["features"], strict=True):
        assert other["properties"]["distance_m"] == pytest.approx(one["properties"]["distance_m"], abs=0.02)
        moved = from_wgs84(*one["geometry"]["coordinates"], Crs(crs))
        assert other["geometry"]["coordinates"] == pytest.approx(moved, abs=1e-6)
        assert abs(moved[0] - one["geometry"]["coordinates"][0]) > 1e-3


def test_a_shifted_registry_gives_out_nothing_else(client_with: Callable[..., FlaskClient]):
    client = client_with(public_crs="gcj02", public_decimals=4)
    document = ask(client, k=1)
    row = next(row for row in STATIONS if row["code"] == "YZ-0001")
    moved = from_wgs84(row["lon"], row["lat"], Crs.GCJ02)
    assert document["coordinate_system"] == "gcj02"
    assert document["features"][0]["geometry"]["coordinates"] == [round(moved[0], 4), round(moved[1], 4)]
    # A position without crs is WGS-84 all the same: that is what GPS gives.
    distance_m = Geod(ellps="WGS84").inv(HERE["lon"], HERE["lat"], row["lon"], row["lat"])[2]
    assert document["features"][0]["properties"]["distance_m"] == pytest.approx(distance_m, abs=0.01)
    for crs in ("wgs84", "cgcs2000"):
        refused = client.get(PATH, query_string=HERE | {"crs": crs})
        assert (refused.status_code, refused.json["parameter"]) == (400, "crs")


def test_coordinates_have_as_many_decimals_as_the_settings_say(client_with: Callable[..., FlaskClient]):
    [feature] = ask(client_with(public_decimals=2), k=1)["features"]
    assert feature["geometry"]["coordinates"] == [113.61, 34.72]


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"lon": None}, "lon"),
        ({"lat": None}, "lat"),
        ({"lon": ""}, "lon"),
        ({"lon": "东"}, "lon"),
        ({"lon": "nan"}, "lon"),
        ({"lat": "inf"}, "lat"),
        ({"lat": "1_0"}, "lat"),
        ({"lon": "１１３.6"}, "lon"),
        ({"lon": "181"}, "lon"),
        ({"lat": "113.6"}, "lat"),
        ({"lon": ["113.6", "113.7"]}, "lon"),
        ({"k": "0"}, "k"),
        ({"k": "101"}, "k"),
        ({"k": "-1"}, "k"),
        ({"k": "5.0"}, "k"),
        ({"k": "five"}, "k"),
        ({"k": "9" * 5000}, "k"),
        ({"kind": "water"}, "kind"),
        ({"kind": "care_station,water"}, "kind"),
        ({"facility": "sauna"}, "facility"),
        ({"status": "gone"}, "status"),
        ({"by": "plane"}, "by"),
        ({"crs": "mars"}, "crs"),
        ({"open_at": "tomorrow"}, "open_at"),
        ({"open_at": "2026-13-01T09:00"}, "open_at"),
        ({"open_at": "0001-01-01T00:00"}, "open_at"),
        ({"lang": "fr"}, "lang"),
        ({"facilites": "toilet"}, "facilites"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, given: dict[str, Any], parameter: str):
    query = {name: value for name, value in (HERE | given).items() if value is not None}
    for answer in (
        client.get(PATH, query_string=query),
        client.post(PATH, data=query),
        client.post(PATH, json=query),
    ):
        assert answer.status_code == 400
        assert answer.content_type == "application/problem+json"
        assert set(answer.json) == {"type", "title", "status", "detail", "parameter"}
        assert (answer.json["status"], answer.json["parameter"]) == (400, parameter)
        assert answer.json["detail"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"1", b'{"lon": NaN}', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(client: FlaskClient, body: bytes):
    answer = client.post(PATH, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["parameter"]) == (400, "body")


@pytest.mark.parametrize("value", [True, {"a": 1}, [[1]], [None]])
def test_json_values_of_another_kind_are_refused(client: FlaskClient, value: Any):
    answer = client.post(PATH, json=HERE | {"k": value})
    assert (answer.status_code, answer.json["parameter"]) == (400, "k")


def test_a_body_over_64_kb_is_refused(client: FlaskClient):
    for options in ({"json": HERE | {"kind": "x" * 70_000}}, {"data": HERE | {"kind": "x" * 70_000}}):
        answer = client.post(PATH, **options)
        assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


@given(
    values=st.dictionaries(
        st.sampled_from(
            ["lon", "lat", "k", "kind", "facility", "status", "open_at", "by", "crs", "lang", "x"]
        ),
        st.text(max_size=40)
        | st.floats().map(str)
        | st.sampled_from(["now", "arrival", "113.6", "34.7", "ebike"]),
    )
)
def test_no_query_breaks_it(app: Flask, values: dict[str, str]):
    answer = app.test_client().get(PATH, query_string=values)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json["parameter"] in {*values, "lon", "lat"}
