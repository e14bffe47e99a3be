"""The basemap: tiles of our own, sources of others, and what a server in public is told."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient

from geo.crs import Crs, from_wgs84
from geo.errors import SettingError
from geo.registry.live import open_live
from geo.registry.street_files import basemap_path
from geo.settings import Settings, basemap_warning
from tests.services.server import log_of, running_server
from tests.web.registry import build
from tests.web.test_headers import directives
from tests.web.tiles import BOX, DIGEST, OSM, add_streets, tile_at
from web import create_app

HERE = (113.6101, 34.7201)
PLACE = "/?q=样城站"
TILES = {"basemap": "https://maps.example.cn/{z}/{x}/{y}.png", "basemap_attribution": "样省测绘院"}
GCJ02 = TILES | {"basemap_crs": "gcj02"}
TIANDITU = {"basemap": "tianditu", "basemap_key": "abc123"}
SHIFTED = [{"public_crs": "gcj02"}, {"public_crs": "bd09"}]

Make = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small registry with streets."""
    folder = tmp_path_factory.mktemp("mapped")
    build(folder)
    add_streets(folder)
    return folder


@pytest.fixture
def over(mapped: Path) -> Make:
    """Return a function that makes a client over the registry with streets, with the settings given."""

    def made(**settings: Any) -> FlaskClient:
        chosen = Settings(home=mapped, **settings)
        return create_app(chosen, open_live(chosen)).test_client()

    return made


@pytest.fixture
def tiles(over: Make) -> FlaskClient:
    return over()


def shown(page: str, name: str = "basemap") -> dict[str, Any]:
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page)[1])


def address(z: int = 14, *, digest: str = DIGEST, at: tuple[float, float] = HERE) -> str:
    x, y = tile_at(*at, z)
    return f"/basemap/{digest}/{z}/{x}/{y}.mvt"


def names(body: bytes) -> set[str]:
    layers = mapbox_vector_tile.decode(body).values()
    return {feature["properties"]["name"] for layer in layers for feature in layer["features"]}


# Tiles of our own


def test_a_tile_is_served_as_it_is_kept_and_may_be_kept_for_good(tiles: FlaskClient):
    answer = tiles.get(address(), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert {"文化路", "中山大道"} <= names(gzip.decompress(answer.data))


@pytest.mark.parametrize("accepted", [None, "identity", "gzip;q=0"])
def test_who_takes_no_gzip_gets_the_same_tile_unpacked(tiles: FlaskClient, accepted: str | None):
    packed = tiles.get(address(), headers={"Accept-Encoding": "gzip"})
    answer = tiles.get(address(), headers={"Accept-Encoding": accepted} if accepted else {})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == gzip.decompress(packed.data)
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("at", [(0.0, 0.0), (114.6, 36.0)])
@pytest.mark.parametrize("z", [0, 14, 18])
def test_where_nothing_is_drawn_there_is_nothing(tiles: FlaskClient, z: int, at: tuple[float, float]):
    answer = tiles.get(address(z, at=at))
    assert (answer.status_code, answer.data) == (204, b"")
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        address(digest="0123456789abcdee"),
        address(digest="..%2fyizhan"),
        f"/basemap/{DIGEST}/14/16384/0.mvt",
        f"/basemap/{DIGEST}/14/0/16384.mvt",
        f"/basemap/{DIGEST}/0/0/1.mvt",
        f"/basemap/{DIGEST}/999999999999/0/0.mvt",
        f"/basemap/{DIGEST}/14/-1/0.mvt",
        f"/basemap/{DIGEST}/14/x/0.mvt",
        f"/basemap/{DIGEST}/14/0/0.png",
    ],
)
def test_what_there_is_not_is_a_problem_and_not_kept(tiles: FlaskClient, path: str):
    answer = tiles.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("settings", [{"basemap": "none"}, TIANDITU, TILES, *SHIFTED])
def test_a_basemap_that_pages_do_not_show_is_not_served(over: Make, settings: dict[str, str]):
    assert over(**settings).get(address()).status_code == 404


def test_a_page_is_told_where_tiles_are_and_whose(tiles: FlaskClient):
    [source] = shown(tiles.get(PLACE).text)["sources"]
    assert source["bounds"] == list(BOX)
    assert source["credit"] == {"text": OSM, "href": "https://www.openstreetmap.org/copyright"}
    x, y = tile_at(*HERE, 14)
    url = source["url"].replace("{z}", "14").replace("{x}", str(x)).replace("{y}", str(y))
    assert tiles.get(url).status_code == 200


def test_without_streets_there_is_the_sketch(client: FlaskClient):
    page = client.get(PLACE).text
    assert shown(page) == {"kind": "none", "crs": "wgs84", "approval": ""}
    assert "示意地图" in page


def test_streets_whose_file_is_on_another_machine_are_not_offered(tmp_path: Path):
    build(tmp_path)
    for digest in (DIGEST, "fedcba9876543210"):
        add_streets(tmp_path, digest=digest, attribution="某市")
    basemap_path(tmp_path, DIGEST).unlink()
    settings = Settings(home=tmp_path)
    client = create_app(settings, open_live(settings)).test_client()
    [source] = shown(client.get(PLACE).text)["sources"]
    assert "fedcba9876543210" in source["url"]
    assert source["credit"] == {"text": "某市", "href": ""}
    assert client.get(address()).status_code == 404


def test_a_damaged_file_is_no_fault_of_who_asks(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    build(tmp_path)
    add_streets(tmp_path)
    basemap_path(tmp_path, DIGEST).write_bytes(b"PMTiles")
    settings = Settings(home=tmp_path)
    answer = create_app(settings, open_live(settings)).test_client().get(address())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert DIGEST in caplog.text


# Sources of others


def test_tianditu_is_its_roads_and_over_them_its_names(over: Make):
    client = over(**TIANDITU, basemap_approval="GS(2024)0650号")
    given = shown(client.get(PLACE).text)
    assert (given["kind"], given["crs"], given["approval"]) == ("raster", "wgs84", "审图号:GS(2024)0650号")
    assert given["credit"]["text"] == "天地图"
    vec, cva = given["layers"]
    for layer, url in (("vec", vec), ("cva", cva)):
        assert url.startswith(f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?")
        assert f"LAYER={layer}&" in url
        assert {"tk=abc123", "TILEMATRIX={z}", "TILEROW={y}", "TILECOL={x}"} <= set(url.split("&"))
    assert "/eva_w/" in shown(client.get(f"{PLACE}&lang=en").text)["layers"][1]


def test_an_approval_number_keeps_the_label_it_was_copied_with(over: Make):
    assert shown(over(**TILES, basemap_approval="审图号:GS京(2024)1号").get("/").text)["approval"] == (
        "审图号:GS京(2024)1号"
    )


@pytest.mark.parametrize(
    ("template", "read"),
    [
        ("http://tiles.example.cn:8080/{z}/{x}/{y}.png", "http://tiles.example.cn:8080/{z}/{x}/{y}.png"),
        ("https://{s}.example.cn/{z}/{y}/{x}", "https://{s}.example.cn/{z}/{y}/{x}"),
        (
            "https://a.cn/wmts?REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
            "https://a.cn/wmts?REQUEST=GetTile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        ),
        ("https://a.cn/wmts/{TileMatrix}/{TileRow}/{TileCol}.png", "https://a.cn/wmts/{z}/{y}/{x}.png"),
    ],
)
def test_xyz_and_wmts_templates_are_one(over: Make, template: str, read: str):
    given = shown(over(basemap=template, basemap_attribution="样省测绘院").get(PLACE).text)
    assert given["layers"] == [read]
    assert given["credit"] == {"text": "样省测绘院", "href": ""}


# Coordinates


def card_positions(page: str) -> dict[str, tuple[float, float]]:
    found = re.findall(r'data-code="([^"]+)".*? data-lon="([^"]+)" data-lat="([^"]+)"', page)
    return {code: (float(lon), float(lat)) for code, lon, lat in found}


def test_a_gcj02_source_shifts_every_point_of_the_page_and_nothing_else(over: Make):
    plain, moved = over().get(PLACE).text, over(**GCJ02).get(PLACE).text
    assert shown(moved)["crs"] == "gcj02"
    straight, shifted = card_positions(plain), card_positions(moved)
    assert straight
    assert straight.keys() == shifted.keys()
    for code, (lon, lat) in straight.items():
        assert shifted[code] == pytest.approx(from_wgs84(lon, lat, Crs.GCJ02), abs=2e-6)
    here = shown(plain, "sketch")["here"]
    assert shown(moved, "sketch")["here"] == pytest.approx(from_wgs84(*here, Crs.GCJ02), abs=2e-6)
    answers = [client.get("/api/v1/stations/YZ-0001").json for client in (over(), over(**GCJ02))]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("public", SHIFTED)
@pytest.mark.parametrize("settings", [{}, TIANDITU, TILES])
def test_shifted_positions_are_never_given_on_a_true_map(
    over: Make, settings: dict[str, str], public: dict[str, str]
):
    answer = over(**settings, **public).get(PLACE)
    assert shown(answer.text) == {"kind": "none", "crs": public["public_crs"], "approval": ""}
    assert "img-src" not in answer.headers["Content-Security-Policy"]
    for lon, lat in card_positions(answer.text).values():
        assert (lon, lat) != HERE


@pytest.mark.parametrize("public", SHIFTED)
def test_on_a_gcj02_source_positions_are_gcj02_whatever_is_public(over: Make, public: dict[str, str]):
    plain, page = over().get(PLACE).text, over(**GCJ02, **public).get(PLACE).text
    assert (shown(page)["kind"], shown(page)["crs"]) == ("raster", "gcj02")
    lon, lat = card_positions(plain)["YZ-0001"]
    assert card_positions(page)["YZ-0001"] == pytest.approx(from_wgs84(lon, lat, Crs.GCJ02), abs=2e-6)


# What pages may load


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [
        (TILES, {"https://maps.example.cn"}),
        (TIANDITU, {f"https://t{n}.tianditu.gov.cn" for n in range(8)}),
        (
            TILES | {"basemap": "http://{s}.a.cn:81/{z}/{x}/{y}"},
            {"http://a.a.cn:81", "http://b.a.cn:81", "http://c.a.cn:81"},
        ),
    ],
)
def test_pages_may_load_pictures_from_the_source_and_nowhere_else(
    over: Make, settings: dict[str, str], hosts: set[str]
):
    client = over(**settings)
    policy = directives(client.get(PLACE).headers["Content-Security-Policy"])
    assert set(policy.pop("img-src").split()) == {"'self'", "data:"} | hosts
    assert policy == directives(client.get("/api/v1/areas").headers["Content-Security-Policy"])


@pytest.mark.parametrize("settings", [{}, {"basemap": "none"}])
def test_with_a_map_of_our_own_the_policy_is_as_strict_as_without(over: Make, settings: dict[str, str]):
    assert "img-src" not in over(**settings).get(PLACE).headers["Content-Security-Policy"]


# Settings


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"basemap": "amap"}, "tianditu"),
        ({"basemap": "ftp://a.cn/{z}/{x}/{y}", "basemap_attribution": "x"}, "http"),
        ({"basemap": "/tiles/{z}/{x}/{y}.png", "basemap_attribution": "x"}, "http"),
        ({"basemap": "https://a.cn/{z}/{x}.png", "basemap_attribution": "x"}, "{y}"),
        ({"basemap": "https://a.cn/{z}/{x}/{y}/{y}.png", "basemap_attribution": "x"}, "{y}"),
        ({"basemap": "https://a.cn/{z}/{x}/{y}{r}.png", "basemap_attribution": "x"}, "{y}"),
        ({"basemap": "https://{x}.a.cn/{z}/{y}", "basemap_attribution": "x"}, "http"),
        ({"basemap": "https://a.cn; script-src */{z}/{x}/{y}", "basemap_attribution": "x"}, "http"),
        ({"basemap": "https://me:pass@a.cn/{z}/{x}/{y}", "basemap_attribution": "x"}, "http"),
        ({"basemap": "https://a.cn/{z}/{x}/{y}.png"}, "YIZHAN_BASEMAP_ATTRIBUTION"),
        ({"basemap": "tianditu"}, "YIZHAN_BASEMAP_KEY"),
        (TILES | {"basemap_crs": "bd09"}, "百度"),
        (TILES | {"basemap_crs": "epsg:3857"}, "gcj02"),
        ({"basemap_crs": "gcj02"}, "瓦片网址"),
        (TIANDITU | {"basemap_crs": "gcj02"}, "tianditu"),
        ({"basemap": "none", "basemap_crs": "gcj02"}, "none"),
    ],
)
def test_a_combination_that_cannot_be_says_what_to_do(given: dict[str, str], told: str):
    with pytest.raises(SettingError, match=re.escape(told)) as refused:
        Settings.from_env({f"YIZHAN_{name.upper()}": value for name, value in given.items()})
    assert re.search(r"[一-鿿]", str(refused.value))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"host": "::1"},
        {"host": "localhost"},
        {"host": "127.0.0.9"},
        TIANDITU,
        {"host": "0.0.0.0", "basemap": "none"},
        {"host": "0.0.0.0", "basemap_approval": "GS(2024)1号", **TIANDITU},
        {"public_url": "https://a.cn", "basemap_approval": "GS(2024)1号", **TILES},
    ],
)
def test_nobody_is_warned_for_nothing(settings: dict[str, str]):
    assert basemap_warning(Settings(**settings)) is None


@pytest.mark.parametrize("public", [{"host": "0.0.0.0"}, {"host": "::"}, {"host": "city.cn"},
                                    {"public_url": "https://yizhan.example.cn"}])  # fmt: skip
@pytest.mark.parametrize("settings", [{}, TIANDITU, TILES])
def test_a_public_server_without_an_approved_basemap_is_warned(
    settings: dict[str, str], public: dict[str, str]
):
    assert "YIZHAN_BASEMAP_APPROVAL" in basemap_warning(Settings(**settings, **public))


@pytest.mark.parametrize("public", SHIFTED)
def test_a_basemap_left_out_for_the_sake_of_positions_is_told(public: dict[str, str]):
    assert public["public_crs"] in basemap_warning(Settings(**public))
    assert basemap_warning(Settings(**public, **GCJ02)) is None


def test_serve_says_it_at_start_once(tmp_path: Path):
    home = tmp_path / "home"
    with running_server(home, env={"YIZHAN_PUBLIC_URL": "https://yizhan.example.cn"}):
        assert log_of(home).read_text("utf-8").count("警告:网页对外公开") == 1
