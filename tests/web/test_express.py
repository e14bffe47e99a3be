"""A question answered before the framework is the question answered by it."""

import pytest
from flask.testing import FlaskClient

from web import express

ASKED = [
    "lon=102.3226&lat=40.5868",
    "lon=102.3226&lat=40.5868&k=3&kind=care_station&facility=toilet,wifi&facility=microwave",
    "lon=102.3226&lat=40.5868&open_at=2026-10-10T10:00&by=walk",
    "lon=102.3226&lat=40.5868&status=suspended&status=closed&k=100",
    "lon=102.3226&lat=40.5868&crs=bd09",
    "lon=-0.5&lat=-12&k=1",
]
WRONG = [
    "",
    "lon=102.3226",
    "lon=102.3226&lat=40.5868&k=0",
    "lon=102.3226&lat=40.5868&k=",
    "lon=nan&lat=40.5868",
    "lon=102.3226&lat=40.5868&facilites=toilet",
    "lon=102.3226&lat=40.5868&lon=1",
    "lon=102.3226&lat=40.5868&&",
]


def ordinary(client: FlaskClient, query: str):
    """Ask the same through the framework: an encoded letter is enough."""
    return client.get("/api/v1/nearest?" + query.replace("lat", "%6Cat", 1))


@pytest.mark.parametrize("query", ASKED)
def test_same_answer_same_headers(client: FlaskClient, query: str):
    quick, usual = client.get(f"/api/v1/nearest?{query}"), ordinary(client, query)
    assert quick.status_code == usual.status_code == 200
    assert quick.get_data() == usual.get_data()
    assert sorted(quick.headers) == sorted(usual.headers)


@pytest.mark.parametrize("query", WRONG)
def test_same_refusals(client: FlaskClient, query: str):
    quick, usual = client.get(f"/api/v1/nearest?{query}"), ordinary(client, query)
    assert quick.status_code == usual.status_code
    assert quick.get_data() == usual.get_data()


def test_a_fault_of_ours_is_told_and_recorded_the_ordinary_way(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> bytes:
        raise RuntimeError("哨兵")

    monkeypatch.setattr(express, "nearest_body", broken)
    answer = client.get(f"/api/v1/nearest?{ASKED[0]}")
    assert (answer.status_code, len(answer.get_json()["features"])) == (200, 5)
    monkeypatch.setattr("web.api.nearest_body", broken)
    answer = client.get(f"/api/v1/nearest?{ASKED[0]}")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "哨兵" not in answer.text
    assert "哨兵" in caplog.text


def test_another_language_and_other_methods_are_not_its_business(client: FlaskClient):
    asked = "/api/v1/nearest?lon=102.3226&lat=40.5868"
    assert client.get(f"{asked}&by=walk&lang=en").get_json()["notices"][0].isascii()
    assert client.head(asked).get_data() == b""
    assert client.post("/api/v1/nearest", data={"lon": "102.3", "lat": "40.6"}).status_code == 200
    assert client.delete(asked).status_code == 405
