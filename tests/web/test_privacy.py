"""What is internal is in no answer; where a person is, is in no address."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geo.model.station import INTERNAL
from tests.web.registry import SECRETS, STATIONS
from web.rules import RULES, Open

POSITION = {"lon": "113.61234", "lat": "34.72345", "accuracy_m": "20"}
CODES = [row["code"] for row in STATIONS]
PATHS = [
    "/",
    "/?lang=en",
    "/?q=样城站",
    "/?q=样城站&open_at=now",
    "/?q=驿站",
    "/?q=火星",
    *[f"/?q={secret}" for secret in ("内部姓名哨兵", "13900009999", "来源哨兵")],
    *[f"/s/{code}" for code in CODES],
    "/s/YZ-0001/report",
    "/cities",
    "/posters",
    "/plan/",
    *[f"/api/v1/stations/{code}" for code in CODES],
    "/api/v1/stations?limit=1000",
    "/api/v1/stations?q=来源哨兵",
    "/api/v1/nearest?lon=113.6&lat=34.7&k=100&status=open,trial,suspended,closed,building,planned",
    "/api/v1/areas",
    "/api/v1/stations?updated_since=1970-01-01&limit=1000",
    "/api/v1/openapi.json",
    "/api/",
    "/api/?lang=en",
    "/embed",
    "/embed?area=410000&lang=en",
    *[f"/embed?code={code}" for code in CODES],
    "/embed/make?area=410101",
    *[f"/embed/make?code={code}" for code in CODES[:5]],
    "/embed.js",
    *[f"/oembed?url=http://localhost/s/{code}" for code in CODES[:5]],
    "/readyz",
    "/healthz",
]


def test_the_scan_looks_for_every_internal_field():
    assert set(SECRETS) == set(INTERNAL)


@pytest.mark.parametrize("path", PATHS)
def test_nothing_internal_is_in_any_answer(client: FlaskClient, path: str):
    text = client.get(path).text
    asked = path.partition("?q=")[2]
    for name, value in SECRETS.items():
        if str(value) != asked:
            assert str(value) not in text, name
        assert f'"{name}"' not in text


def test_an_internal_word_finds_nothing(client: FlaskClient):
    for secret in ("内部姓名哨兵", "13900009999", "来源哨兵", "来源编号哨兵1"):
        assert client.get("/api/v1/stations", query_string={"q": secret}).json["matched"] == 0
        assert "YZ-" not in client.get("/", query_string={"q": secret}).text


def test_every_path_of_the_app_is_scanned(app: Flask):
    # Behind the sign-in: who sees what there is tested in tests/web/admin.
    rules = {rule.rule for rule in app.url_map.iter_rules() if RULES[rule.endpoint] == Open.PUBLIC}
    assert rules == {
        "/", "/s/<code>", "/cities", "/static/<digest>/<path:name>", "/healthz", "/readyz", "/api/v1/nearest",
        "/api/v1/stations", "/api/v1/stations/<code>", "/api/v1/areas", "/api/v1/areas/<code>",
        "/embed", "/embed/make", "/embed.js", "/oembed", "/api/", "/api/v1/openapi.json",
        # Compressed and packed: scanned in test_downloads.py.
        "/api/v1/downloads/stations.<format>",
        "/static/<digest>/themes/<any(light, dark):name>.css",
        # Scanned in test_packs.py and test_street_packs.py; in test_sheets.py; and what has no station in it.
        "/api/v1/packs/<city>", "/api/v1/packs/<city>/streets", "/api/v1/live/<city>",
        "/posters", "/s/<code>/sign.pdf", "/areas/<code>/poster.pdf",
        "/sw.js", "/manifest.webmanifest", "/cities.json", "/offline",
        # A study holds codes and names of stations alone, as test_plan_study.py shows.
        "/plan/", "/plan/<id>", "/plan/<id>/state.json", "/plan/<id>/cancel", "/plan/<id>/again",
        "/plan/<id>/delete",
        "/plan/<id>/plan.json", "/plan/<id>/map", "/plan/<id>/report.<format>", "/plan/compare",
        "/plan/tables/", "/plan/tables/<path:figure>",
        # What riders report, and the ticket of it: scanned in test_report.py.
        "/s/<code>/report", "/t/<code>", "/t/<code>/more", "/t/<code>/back",
        # Signed links, each somebody's own; pictures of stations; what is kept of whom, without a station.
        "/confirm/<token>", "/notices/confirm/<token>", "/notices/end/<token>", "/admin/feed/<token>.xml",
        "/s/<code>/photos/<int:photo>.jpg", "/privacy",
        # Scanned in test_way.py; a tile holds nothing but streets.
        "/api/v1/route", "/s/<code>/way", "/basemap/<digest>/<int:z>/<int:x>/<int:y>.mvt",
    }  # fmt: skip


def test_a_posted_position_is_in_no_link_and_no_cache(client: FlaskClient):
    answer = client.post("/", data=POSITION | {"open_at": "now"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    addresses = re.findall(r'(?:href|src|action|data-[a-z-]+)="([^"]*)"', answer.text)
    own = [address for address in addresses if "?" in address or address.startswith("/")]
    assert own
    assert not any("113.61" in address or "34.72" in address for address in own)


def test_a_position_in_an_address_goes_no_further(client: FlaskClient):
    for query in ("lon=113.61234&lat=34.72345", "lon=113.61234&lat=999", "lon=113.61234&lat=34.72345&kind=x"):
        page = client.get(f"/?{query}").text
        assert not any("113.61" in address for address in re.findall(r'(?:href|action)="([^"]*)"', page))


def test_a_typed_place_leaves_a_posted_position_behind(client: FlaskClient):
    answer = client.post(
        "/", data=POSITION | {"q": "样城站", "kind": ["care_station", "nursing_room"], "lang": "en"}
    )
    assert answer.status_code == 303
    assert "113.61" not in answer.location
    assert client.get(answer.location).status_code == 200
    for part in ("kind=care_station", "kind=nursing_room", "lang=en", "q="):
        assert part in answer.location


def test_a_posted_position_can_be_read_in_the_other_language(client: FlaskClient):
    page = client.post("/", data=POSITION | {"open_at": "now", "kind": "water_point"}).text
    form = re.search(r'<form class="language" method="post" action="/">(.*?)</form>', page, re.DOTALL)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields == POSITION | {"open_at": "now", "kind": "water_point", "lang": "en"}
    assert "Stations nearest to you" in client.post("/", data=fields).text
