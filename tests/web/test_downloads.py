"""GET /api/v1/downloads/stations.<format>: the whole registry as a file."""

import csv
import gzip
import io
import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas
import pytest
from flask.testing import FlaskClient

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, writing
from geo.registry.live import open_live
from geo.registry.stations import change_station
from geo.settings import Settings
from tests.web.registry import SECRETS, STATIONS, build
from web import create_app, download_files

PATH = "/api/v1/downloads/stations"
FORMATS = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
}
BY_CODE = {row["code"]: row for row in STATIONS}
LICENCE = "CC BY 4.0,署名“样城总工会”"


def took(client: FlaskClient, ending: str) -> bytes:
    answer = client.get(f"{PATH}.{ending}")
    assert answer.status_code == 200, answer.text
    return answer.data


def layer(body: bytes, tmp_path: Path) -> geopandas.GeoDataFrame:
    (tmp_path / "taken.gpkg").write_bytes(body)
    return geopandas.read_file(tmp_path / "taken.gpkg")


def test_each_format_holds_every_station_and_its_place(client: FlaskClient, tmp_path: Path):
    document = json.loads(took(client, "geojson"))
    places = {item["id"]: tuple(item["geometry"]["coordinates"]) for item in document["features"]}
    assert places == {code: (round(row["lon"], 6), round(row["lat"], 6)) for code, row in BY_CODE.items()}
    rows = list(csv.DictReader(io.StringIO(took(client, "csv").decode("utf-8-sig"))))
    assert {row["编号"]: (float(row["经度"]), float(row["纬度"])) for row in rows} == places
    frame = layer(took(client, "gpkg"), tmp_path)
    assert {
        code: (point.x, point.y) for code, point in zip(frame.code, frame.geometry, strict=True)
    } == places
    assert frame.crs.to_epsg() == 4326
    west = frame.cx[:113.6, :]
    assert set(west.code) == {code for code, place in places.items() if place[0] <= 113.6}


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_internal_is_in_a_file(client: FlaskClient, ending: str):
    text = took(client, ending).decode("utf-8", "replace")
    assert "站前驿站" in text
    for name, value in SECRETS.items():
        assert str(value) not in text, name


def test_a_file_says_of_when_it_is_whose_and_in_which_system(
    client_with: Callable[..., FlaskClient], tmp_path: Path
):
    client = client_with(licence=LICENCE, public_crs="cgcs2000", public_decimals=3)
    as_of = client.get("/readyz").json["as_of"]
    document = json.loads(took(client, "geojson"))
    told = {name: document[name] for name in ("as_of", "licence", "coordinate_system")}
    assert told == {"as_of": as_of, "licence": LICENCE, "coordinate_system": "cgcs2000"}
    assert all(round(x, 3) == x for item in document["features"] for x in item["geometry"]["coordinates"])
    for row in csv.DictReader(io.StringIO(took(client, "csv").decode("utf-8-sig"))):
        assert (row["资料时间"], row["许可"], row["坐标系"]) == (as_of, LICENCE, "cgcs2000")
    assert layer(took(client, "gpkg"), tmp_path).crs.to_epsg() == 4490
    with sqlite3.connect(tmp_path / "taken.gpkg") as file:
        assert file.execute("SELECT description, last_change FROM gpkg_contents").fetchall() == [
            (LICENCE, as_of.replace("Z", ".000Z"))
        ]


def test_a_shifted_system_is_in_no_geopackage(client_with: Callable[..., FlaskClient]):
    client = client_with(public_crs="gcj02")
    first = json.loads(took(client, "geojson"))["features"][0]
    row = BY_CODE[first["id"]]
    shifted = from_wgs84(row["lon"], row["lat"], Crs.GCJ02)
    assert first["geometry"]["coordinates"] == pytest.approx(shifted, abs=1e-6)
    refused = client.get(f"{PATH}.gpkg")
    assert (refused.status_code, refused.content_type) == (404, "application/problem+json")
    assert "csv" in refused.json["detail"]


@pytest.mark.parametrize("ending", FORMATS)
def test_the_headers_say_what_it_is(client: FlaskClient, ending: str):
    answer = client.get(f"{PATH}.{ending}")
    changed = datetime.fromisoformat(client.get("/readyz").json["as_of"])
    assert answer.content_type == FORMATS[ending]
    assert answer.last_modified == changed
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="stations-{changed:%Y%m%d}.{ending}"'
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Vary"] == "Accept-Encoding"
    head = client.head(f"{PATH}.{ending}")
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(answer.headers)
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize("ending", FORMATS)
def test_it_comes_compressed_to_whoever_can_unpack_it(client: FlaskClient, ending: str):
    plain = client.get(f"{PATH}.{ending}")
    packed = client.get(f"{PATH}.{ending}", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize("ending", FORMATS)
def test_it_is_not_sent_again_to_whoever_has_it(client: FlaskClient, ending: str):
    first = client.get(f"{PATH}.{ending}").headers
    for asked in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(f"{PATH}.{ending}", headers=asked)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first["ETag"]
        assert "Content-Type" not in again.headers
    for other in (
        {"If-None-Match": '"x"'},
        {"If-None-Match": '"x"', "If-Modified-Since": first["Last-Modified"]},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        assert client.get(f"{PATH}.{ending}", headers=other).status_code == 200


@pytest.mark.parametrize("wrong", ["xlsx", "GEOJSON", "csv.gz", "../../etc/passwd", "", "%00"])
def test_there_is_no_other_format(client: FlaskClient, wrong: str):
    answer = client.get(f"{PATH}.{wrong}")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.fixture
def registry(tmp_path: Path) -> tuple[Settings, Any, FlaskClient]:
    """A small registry that may be changed, its snapshot, and a client."""
    build(tmp_path, STATIONS[:4])
    settings = Settings(home=tmp_path)
    live = open_live(settings)
    return settings, live, create_app(settings, live).test_client()


def change(settings: Settings, live: Any, name: str) -> None:
    engine = open_engine(settings)
    with writing(engine) as session:
        change_station(session, "YZ-0001", {"name": name}, who="li")
    engine.dispose()
    live.refresh()


def test_a_change_is_in_the_next_file(registry: tuple):
    settings, live, client = registry
    before = client.get(f"{PATH}.csv")
    change(settings, live, "改过的名字")
    after = client.get(f"{PATH}.csv", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "改过的名字" in after.text
    assert "改过的名字" not in before.text


def test_no_more_than_two_files_of_a_format_are_kept(registry: tuple):
    settings, live, client = registry
    for number in range(4):
        change(settings, live, f"第{number}个名字")
        assert f"第{number}个名字" in client.get(f"{PATH}.csv").text
        assert client.get(f"{PATH}.geojson").status_code == 200
    kept = sorted(path.suffixes[0] for path in (settings.home / "downloads").iterdir())
    assert kept == [".csv"] * 4 + [".geojson"] * 4


def test_while_it_is_made_one_is_asked_to_come_again(registry: tuple, monkeypatch: pytest.MonkeyPatch):
    settings, live, client = registry
    go_on, make = threading.Event(), download_files._make

    def slowly(*given: Any) -> None:
        go_on.wait(30)
        make(*given)

    monkeypatch.setattr(download_files, "_make", slowly)
    monkeypatch.setattr(download_files, "_PATIENCE_S", 0.01)
    for _ in range(2):
        answer = client.get(f"{PATH}.csv")
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
    finish(go_on)
    before = client.get(f"{PATH}.csv")
    assert before.status_code == 200
    # A registry that changes all the time gives out the last one until the next is there.
    go_on.clear()
    change(settings, live, "改过的名字")
    meanwhile = client.get(f"{PATH}.csv")
    assert (meanwhile.data, meanwhile.headers["ETag"]) == (before.data, before.headers["ETag"])
    finish(go_on)
    assert "改过的名字" in client.get(f"{PATH}.csv").text


def finish(go_on: threading.Event) -> None:
    go_on.set()
    for job in list(download_files._making.values()):
        job.join(30)


def test_a_file_that_cannot_be_made_is_tried_again(registry: tuple, monkeypatch: pytest.MonkeyPatch):
    _, _, client = registry

    def full(*_: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(download_files, "_make", full)
        assert client.get(f"{PATH}.csv").status_code == 503
    assert client.get(f"{PATH}.csv").status_code == 200


def test_an_entrance_is_taken_along(tmp_path: Path):
    build(tmp_path, [STATIONS[0] | {"entrance_lon": 113.7, "entrance_lat": 34.5}, STATIONS[1]])
    settings = Settings(home=tmp_path)
    client = create_app(settings, open_live(settings)).test_client()
    first, second = csv.DictReader(io.StringIO(took(client, "csv").decode("utf-8-sig")))
    assert (first["入口经度"], first["入口纬度"]) == ("113.7", "34.5")
    assert (second["入口经度"], second["入口纬度"]) == ("", "")


def test_an_empty_registry_is_a_file_all_the_same(client_over: Callable[..., FlaskClient], tmp_path: Path):
    client = client_over(areas=[], landmarks=[])
    assert json.loads(took(client, "geojson"))["features"] == []
    assert len(took(client, "csv").decode("utf-8-sig").splitlines()) == 1
    assert len(layer(took(client, "gpkg"), tmp_path)) == 0
