"""GET /api/v1/areas and /api/v1/areas/<code>."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.registry import STATIONS

PATH = "/api/v1/areas"
BOX = (113.5, 34.6, 113.7, 34.8)


def count(*, east: bool | None, serving: bool) -> int:
    """Count the stations by hand: of the city (None), its east, its west."""
    return sum(
        row["lon"] < 114
        and (east is None or (row["lon"] > 113.6) == east)
        and (not serving or row.get("status", "open") in ("open", "trial"))
        for row in STATIONS
    )


def area(code: str, parent: str | None, level: str) -> dict[str, Any]:
    return {"code": code, "name": f"区划{code}", "level": level, "parent_code": parent, "box": BOX}


def test_the_tree_counts_every_station_in_every_area_above_it(client: FlaskClient):
    document = client.get(PATH).json
    [province] = document["areas"]
    [city] = province["children"]
    east, west = city["children"]
    assert [node["code"] for node in (province, city, east, west)] == ["410000", "410100", "410101", "410102"]
    assert (city["name"], city["level"], city["parent_code"]) == ("样城市", "city", "410000")
    for node, side in ((province, None), (city, None), (east, True), (west, False)):
        assert node["stations"] == count(east=side, serving=False)
        assert node["serving"] == count(east=side, serving=True)
    assert document["stations_outside"] == 1
    assert document["as_of"]


def test_an_area_counts_what_its_listing_holds(client: FlaskClient):
    for code in ("410000", "410101", "410102"):
        listed = client.get("/api/v1/stations", query_string={"area": code}).json["matched"]
        assert client.get(f"{PATH}/{code}").json["stations"] == listed


def test_one_area_with_those_in_it(client: FlaskClient):
    node = client.get(f"{PATH}/410100").json
    assert [child["code"] for child in node["children"]] == ["410101", "410102"]
    assert client.get(f"{PATH}/410102").json["children"] == []


def test_an_unknown_area_is_not_found(client: FlaskClient):
    answer = client.get(f"{PATH}/999999")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("path", [PATH, f"{PATH}/410100"])
def test_an_unknown_parameter_is_named(client: FlaskClient, path: str):
    answer = client.get(f"{path}?level=city")
    assert (answer.status_code, answer.json["parameter"]) == (400, "level")


def test_areas_whose_parents_are_missing_or_go_in_circles_do_no_harm(client_over: Callable[..., FlaskClient]):
    areas = [
        area("1", "2", "city"),
        area("2", "1", "city"),
        area("3", "3", "city"),
        area("4", "9", "district"),
    ]
    client = client_over(areas=areas, landmarks=[])
    assert [node["code"] for node in client.get(PATH).json["areas"]] == ["4"]
    assert client.get("/api/v1/stations?area=1").json["matched"] == 0
    assert client.get("/").status_code == 200
