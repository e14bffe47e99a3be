"""The basemap in a real browser: streets of our own, pictures of others, and neither."""

import math
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect

from geo.crs import Crs, from_wgs84
from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.registry import STATIONS, build
from tests.web.tiles import BOX, OSM, add_streets, tile_at

pytestmark = pytest.mark.browser

RESULTS = "/?q=样城站&kind=water_point&kind=nursing_room"
# Points of what tests/web/tiles.py draws, in WGS-84 degrees; a name may be written over some of a road's.
ALONG_THE_ROAD = [(113.6108 + 0.0002 * step, 34.7205) for step in range(9)]
IN_THE_LAKE = (113.6118, 34.7190)
ON_LAND = (113.6098, 34.7213)
# Nothing listens there: what a test lets through, it answers itself.
SOURCE = "http://127.0.0.1:9"
PLACES = {row["code"]: (row["lon"], row["lat"]) for row in STATIONS}

# The middle of every pin, the point its marker stands for, by code.
PINS = """() => Object.fromEntries([...document.querySelectorAll(".card")].map((row) => {
  const pin = [...document.querySelectorAll(".pin")].find((one) => one.textContent === row.dataset.number);
  const box = pin.parentElement.getBoundingClientRect();
  return [row.dataset.code, [box.x + box.width / 2, box.y + box.height / 2]];
}))"""
# Red, green, blue and opacity of the basemap's canvas at a point of the window; null where there is none.
INK = """([x, y]) => {
  for (const canvas of document.querySelectorAll("canvas.leaflet-tile-loaded")) {
    const box = canvas.getBoundingClientRect();
    if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) continue;
    const sharp = canvas.width / box.width;
    const at = [(x - box.left) * sharp, (y - box.top) * sharp];
    return [...canvas.getContext("2d").getImageData(...at.map(Math.floor), 1, 1).data];
  }
  return null;
}"""
TOKEN = """(name) => {
  const style = getComputedStyle(document.getElementById("map"));
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.fillStyle = style.getPropertyValue(name);
  ctx.fillRect(0, 0, 1, 1);
  return [...ctx.getImageData(0, 0, 1, 1).data];
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small registry with streets."""
    folder: Path = tmp_path_factory.mktemp("basemap") / "home"
    build(folder)
    add_streets(folder)
    return folder


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Base URL of the real server with streets of its own."""
    with running_server(home) as url:
        yield url


@pytest.fixture(scope="module")
def shifted_site(home: Path) -> Iterator[str]:
    """Base URL of the real server over a GCJ-02 source."""
    env = {
        "YIZHAN_BASEMAP": f"{SOURCE}/tiles/{{z}}/{{x}}/{{y}}.png",
        "YIZHAN_BASEMAP_ATTRIBUTION": "某地图",
        "YIZHAN_BASEMAP_APPROVAL": "GS(2024)0001号",
        "YIZHAN_BASEMAP_CRS": "gcj02",
    }
    with running_server(home, env=env) as url:
        yield url


def credits(page: Page) -> Locator:
    return page.locator(".map .credits")


def legend(page: Page) -> Locator:
    return page.locator(".map .legend")


def world(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Return Web-Mercator pixels at a zoom."""
    side = 256 * 2**zoom
    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return side * (lon + 180) / 360, side * (1 - y / math.pi) / 2


def on_screen(page: Page, *places: tuple[float, float]) -> list[tuple[float, float]]:
    """Return where places lie in the window, told from where the pins of two stations lie."""
    pins = page.evaluate(PINS)
    one, other = "YZ-0002", "YZ-0003"
    across = (pins[other][0] - pins[one][0]) / (PLACES[other][0] - PLACES[one][0])
    zoom = round(math.log2(across * 360 / 256))
    x, y = world(*PLACES[one], zoom)
    return [
        (pins[one][0] + to_x - x, pins[one][1] + to_y - y)
        for to_x, to_y in (world(*place, zoom) for place in places)
    ]


def ink(page: Page, place: tuple[float, float]) -> list[int] | None:
    return page.evaluate(INK, on_screen(page, place)[0])


def token(page: Page, name: str) -> list[int]:
    return page.evaluate(TOKEN, name)


def everything_is_drawn(page: Page) -> bool:
    road, water = token(page, "--map-main-road"), token(page, "--map-water")
    return (
        sum(ink(page, place) == road for place in ALONG_THE_ROAD) >= 4
        and ink(page, IN_THE_LAKE) == water
        and ink(page, ON_LAND) == [0, 0, 0, 0]
    )


def eventually(page: Page, what: Callable[[Page], bool]) -> None:
    for _ in range(50):
        if what(page):
            return
        page.wait_for_timeout(100)
    assert what(page)


def open_map(page: Page, url: str) -> None:
    page.goto(url)
    if page.locator(".map-toggle").is_visible():
        page.locator(".map-toggle").click()
    expect(page.locator(".pin").first).to_be_visible()


def picture() -> bytes:
    """Return a grey PNG of one pixel."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xcc")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def answer_with_pictures(page: Page) -> list[str]:
    """Answer for the source, and return the list that gets every address asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=picture(), content_type="image/png")

    page.context.route(f"{SOURCE}/**", answer)
    return asked


# Streets of our own


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_streets_lie_under_the_pins_where_they_belong(
    browser: Browser, site: str, device: dict[str, Any], scheme: str
):
    # watched_page fails on a request that leaves this machine and on whatever the policy refuses.
    with watched_page(browser, [], **device, color_scheme=scheme) as page:
        open_map(page, site + RESULTS)
        eventually(page, everything_is_drawn)
        expect(legend(page)).to_be_hidden()
        save_screenshot(page, f"basemap-{'desk' if device is DESKTOP else 'phone'}-{scheme}")


def test_whose_data_it_is_stands_on_the_map_and_leads_there(page: Page, site: str):
    open_map(page, site + RESULTS)
    expect(credits(page)).to_be_in_viewport()
    link = credits(page).get_by_role("link", name=OSM)
    expect(link).to_have_attribute("href", "https://www.openstreetmap.org/copyright")


def test_the_map_follows_the_browser_into_the_dark_and_back(page: Page, site: str):
    open_map(page, site + RESULTS)
    eventually(page, everything_is_drawn)
    light = token(page, "--map-water")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        eventually(page, everything_is_drawn)
        assert (token(page, "--map-water") == light) == (scheme == "light")


def test_the_basemap_waits_until_the_map_is_wanted(phone: Page, site: str):
    seen: list[str] = []
    phone.context.on("request", lambda request: seen.append(request.url))
    phone.goto(site + RESULTS)
    phone.wait_for_load_state("networkidle")
    assert not any("protomaps" in url or "/basemap/" in url or "basemap.js" in url for url in seen)
    phone.locator(".map-toggle").click()
    expect(phone.locator(".pin").first).to_be_visible()
    eventually(phone, everything_is_drawn)


def test_it_is_sharp_on_a_phone_and_at_the_closest_zoom(phone: Page, site: str):
    open_map(phone, site + RESULTS)
    eventually(phone, everything_is_drawn)
    sharpness = "all => all.map((one) => one.width / one.getBoundingClientRect().width)"
    assert set(phone.locator("canvas.leaflet-tile-loaded").evaluate_all(sharpness)) == {2}
    closer = phone.locator(".leaflet-control-zoom-in")
    while "leaflet-disabled" not in (closer.get_attribute("class") or ""):
        closer.click()
        phone.wait_for_timeout(400)
    eventually(phone, lambda page: ink(page, ON_LAND) is not None or ink(page, IN_THE_LAKE) is not None)


def test_only_tiles_that_may_hold_something_are_asked_for(page: Page, site: str):
    asked: list[tuple[int, ...]] = []
    page.on(
        "request",
        lambda request: asked.extend(
            tuple(map(int, found)) for found in re.findall(r"/basemap/\w+/(\d+)/(\d+)/(\d+)", request.url)
        ),
    )
    open_map(page, site + RESULTS)
    eventually(page, everything_is_drawn)
    for _ in range(10):
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_timeout(350)
    assert {z for z, _, _ in asked} <= set(range(8, 15))
    west, south, east, north = BOX
    for z, x, y in asked:
        (left, bottom), (right, top) = tile_at(west, south, z), tile_at(east, north, z)
        assert left <= x <= right
        assert top <= y <= bottom


def test_a_landmark_gives_way_to_names_of_the_basemap_and_to_where_one_starts(
    page: Page, site: str, expected_errors: list[str]
):
    expected_errors += ["ERR_FAILED", "Failed to fetch"]
    parks = page.locator(".landmark:not([hidden])", has_text="人民公园")
    for lost, left in ((True, 2), (False, 1)):
        # Of the whole context: once the service worker is there, it asks for the tiles.
        page.context.unroute_all()
        if lost:
            page.context.route("**/basemap/**", lambda route: route.abort())
        open_map(page, site + RESULTS)
        expect(page.locator(".landmark", has_text="样城站")).to_be_hidden()
        for _ in range(3):
            scale = page.locator(".leaflet-control-scale").inner_html()
            page.locator(".leaflet-control-zoom-out").click()
            # Written anew once it has moved: a click before that would be lost.
            expect(page.locator(".leaflet-control-scale")).not_to_have_js_property("innerHTML", scale)
        expect(parks).to_have_count(left)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_shuts_nobody_out(browser: Browser, site: str, scheme: str):
    with watched_page(browser, [], **DESKTOP, color_scheme=scheme) as page:
        open_map(page, site + RESULTS)
        eventually(page, everything_is_drawn)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lost", ["**/protomaps-leaflet.js", "**/streetmap.js", "**/basemap/**"])
def test_where_the_basemap_cannot_be_fetched_the_sketch_is_the_map(
    page: Page, site: str, expected_errors: list[str], lost: str
):
    expected_errors += ["ERR_FAILED", "Failed to fetch"]
    page.context.route(lost, lambda route: route.abort())
    open_map(page, site + RESULTS)
    page.wait_for_load_state("networkidle")
    expect(legend(page)).to_be_visible()
    expect(credits(page)).to_be_hidden()
    assert page.locator(".pin").count() == 2


# Pictures of others


def test_a_gcj02_source_gets_the_pins_where_its_own_map_has_the_places(page: Page, shifted_site: str):
    answer_with_pictures(page)
    open_map(page, shifted_site + RESULTS)
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_visible()
    tiles = page.locator("img.leaflet-tile").evaluate_all(
        "all => all.map((one) => [one.src, one.getBoundingClientRect().x, one.getBoundingClientRect().y])"
    )
    url, left, top = tiles[0]
    zoom, column, row = map(int, re.fullmatch(rf"{SOURCE}/tiles/(\d+)/(\d+)/(\d+)\.png", url).groups())
    pins = page.evaluate(PINS)
    assert set(pins) == {"YZ-0002", "YZ-0003"}
    for code, (x, y) in pins.items():
        true = world(*PLACES[code], zoom)
        shifted = world(*from_wgs84(*PLACES[code], Crs.GCJ02), zoom)
        drawn = (column * 256 + x - left, row * 256 + y - top)
        assert drawn == pytest.approx(shifted, abs=1.5)
        assert math.dist(drawn, true) > 200


def test_whose_pictures_they_are_and_their_approval_stand_on_the_map(phone: Page, shifted_site: str):
    answer_with_pictures(phone)
    open_map(phone, shifted_site + RESULTS)
    expect(credits(phone)).to_have_text(re.compile("某地图.*审图号:GS\\(2024\\)0001号"))
    expect(credits(phone)).to_be_in_viewport()
    expect(legend(phone)).to_be_hidden()
    save_screenshot(phone, "basemap-pictures-phone")


def test_only_the_origin_is_told_to_whose_pictures_they_are(page: Page, shifted_site: str):
    told: list[str | None] = []
    page.on(
        "request",
        lambda request: told.append(request.headers.get("referer")) if SOURCE in request.url else None,
    )
    answer_with_pictures(page)
    open_map(page, shifted_site + RESULTS)
    expect(credits(page)).to_contain_text("某地图")
    assert set(told) == {f"{shifted_site}/"}


def test_without_an_answer_from_the_source_the_sketch_is_the_map(
    page: Page, shifted_site: str, expected_errors: list[str]
):
    expected_errors.append("ERR_FAILED")
    page.context.route(f"{SOURCE}/**", lambda route: route.abort())
    open_map(page, shifted_site + RESULTS)
    page.wait_for_load_state("networkidle")
    expect(legend(page)).to_be_visible()
    expect(credits(page)).to_be_hidden()
    assert page.locator("img.leaflet-tile-loaded").count() == 0


def test_panning_and_zooming_ask_nothing_that_the_policy_forbids(page: Page, shifted_site: str):
    asked = answer_with_pictures(page)
    open_map(page, shifted_site + RESULTS)
    expect(credits(page)).to_contain_text("某地图")
    first = len(asked)
    for _ in range(3):
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_timeout(350)
    assert len(asked) > first
