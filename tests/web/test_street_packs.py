"""Street packs over HTTP: an index, files under their digests, and what there is not."""

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo.db.engine import open_engine
from geo.loading import keep_streets
from geo.registry.live import open_live
from geo.settings import Settings
from tests.network.packs import decode_stands, decode_streets
from tests.town import Town
from tests.web.registry import SECRETS, build
from web import create_app

# Stations 1 to 9 of the registry stand in the town.
TOWN = Town(113.606, 34.716)
CITY = "410100"
URL = f"/api/v1/packs/{CITY}/streets"


@pytest.fixture(scope="module")
def paved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streets")
    settings = Settings(home=folder / "home")
    build(settings.home)
    engine = open_engine(settings)
    keep_streets(engine, settings, TOWN.write(folder / "town.osm.pbf"), attribution="© 测试")
    engine.dispose()
    return settings.home


@pytest.fixture
def streets(paved: Path) -> FlaskClient:
    """A client over the small registry with streets."""
    settings = Settings(home=paved)
    return create_app(settings, open_live(settings)).test_client()


def test_the_index_leads_to_streets_and_stands(streets: FlaskClient):
    answer = streets.get(URL)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    index = answer.json
    assert (index["city"], index["crs"], index["attribution"]) == (CITY, "wgs84", "© 测试")
    [block] = index["blocks"]
    given = {
        part: streets.get(f"{URL}?block=0&part={part}&digest={block[part]}") for part in ("streets", "stands")
    }
    for part, file in given.items():
        assert (file.status_code, file.content_type) == (200, "application/octet-stream"), part
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(decode_streets(given["streets"].data).ends) == len(TOWN.streets())
    head, _ = decode_stands(given["stands"].data)
    assert head["streets"] == block["streets"]
    # All stations of the city, whatever their state; not the one outside every area.
    assert "YZ-0001" in head["codes"]
    assert "YZ-0099" not in head["codes"]


def test_streets_are_what_a_block_is_without_a_part(streets: FlaskClient):
    assert streets.get(f"{URL}?block=0").data == streets.get(f"{URL}?block=0&part=streets").data


@pytest.mark.parametrize("query", ["", "?block=0", "?block=0&part=stands"])
def test_who_has_it_is_told_so_and_nothing_more(streets: FlaskClient, query: str):
    first = streets.get(URL + query)
    assert first.headers["Cache-Control"] == "no-cache"
    again = streets.get(URL + query, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("query", ["", "?block=0", "?block=0&part=stands"])
def test_it_travels_compressed_to_who_takes_that(streets: FlaskClient, query: str):
    plain = streets.get(URL + query)
    packed = streets.get(URL + query, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/packs/410101/streets", 404),
        ("/api/v1/packs/nowhere/streets", 404),
        (f"{URL}?block=1", 404),
        (f"{URL}?block=0&digest=0123456789abcdef", 404),
        (f"{URL}?block=-1", 400),
        (f"{URL}?block=x", 400),
        (f"{URL}?block=0&part=names", 400),
        (f"{URL}?part=stands", 400),
        (f"{URL}?digest=0123456789abcdef", 400),
        (f"{URL}?lon=113.61&lat=34.72", 400),
    ],
)
def test_what_there_is_not_is_a_problem_and_not_kept(streets: FlaskClient, path: str, status: int):
    answer = streets.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["detail"]


def test_a_city_without_streets_says_so(client: FlaskClient):
    answer = client.get(URL)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert "还没有街道数据" in answer.json["detail"]


def test_the_public_system_binds_streets_too(paved: Path):
    settings = Settings(home=paved, public_crs="gcj02", public_decimals=4)
    client = create_app(settings, open_live(settings)).test_client()
    index = client.get(URL).json
    assert index["crs"] == "gcj02"
    head = decode_streets(client.get(f"{URL}?block=0").data).head
    assert head["crs"] == "gcj02"
    assert index["blocks"][0]["inner"][0] > TOWN.west + 0.003


def test_nothing_internal_is_told(streets: FlaskClient):
    told = b"".join(streets.get(URL + query).data for query in ("", "?block=0", "?block=0&part=stands"))
    for secret in SECRETS.values():
        assert str(secret).encode() not in told


def test_two_parts_at_once_are_told_to_be_wrong(streets: FlaskClient):
    answer = streets.get(f"{URL}?block=0&part=streets,stands")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
