"""Several cities on a phone: whose pack it fetches, what lies over a border, streets in blocks."""

import json
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, expect

from geo.crs import Crs
from geo.db.engine import open_engine, writing
from geo.finder.city_cells import cities_around
from geo.finder.street_pack import BLOCK_BYTES, street_pack
from geo.loading import keep_streets
from geo.model.place import Point
from geo.registry.live import open_live
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.bench.street_city import write_extract
from tests.browser.test_street_pack import (
    EXCUSED,
    City,
    agree,
    around,
    open_pack,
    phone_says,
    server_says,
)
from tests.services.browser import save_screenshot
from tests.services.finder import (
    OFFLINE,
    allow_position,
    codes,
    kept,
    nearest,
    requests_of,
    streets_are_there,
    wait_until,
    warm,
)
from tests.services.server import running_server
from tests.town import Town
from tests.web.registry import build

pytestmark = pytest.mark.browser

LARGE, BESIDE, AWAY = "410100", "410200", "420100"
# The border of the two neighbours runs through the streets of the large one.
BORDER = 113.70
TOWN = Town(114.0, 34.75)
# So far on either side of a border of blocks.
BESIDE_M = 400
NODES = 100_000


# How far the ways are known that begin at some points; in a block of all streets: as far as they go.
REACHES = """([profile, points]) => points.map(([lon, lat]) => {
  const number = window.ways.blockAround(window.index, lon, lat);
  const { reach_m: reach } = window.index.blocks[number];
  return reach ? reach[profile] : 1e9;
})"""

CONTROLLED = """async () => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return;
  await new Promise((met) => serviceWorker.addEventListener("controllerchange", met));
}"""

CHOOSE = """async ([module, points]) => {
  const { codeAround } = await import(module);
  const table = await (await fetch("/cities.json")).json();
  return points.map(([lon, lat]) => codeAround(table, { lon, lat }));
}"""


def area(code: str, name: str, parent: str | None, *box: float) -> dict[str, Any]:
    level = "city" if parent else "province"
    return {"code": code, "name": name, "level": level, "parent_code": parent, "box": box}


AREAS = [
    area("410000", "样省", None, 113.4, 34.6, 114.2, 34.9),
    area(LARGE, "大城市", "410000", 113.4, 34.6, BORDER, 34.9),
    area(BESIDE, "邻城市", "410000", BORDER, 34.6, 114.2, 34.9),
    area("420000", "远省", None, 120, 30, 121, 31),
    area(AWAY, "远城市", "420000", 120, 30, 121, 31),
]
# Of each city a place where somebody may stand.
IN_LARGE, AT_BORDER, IN_AWAY = (113.585, 34.75), (BORDER + 0.002, 34.76), (120.503, 30.503)
IN_TOWN = TOWN.spot(2.1, 2.3)
BETWEEN = (113.86, 34.76)


def station(number: int, lon: float, lat: float, **given: Any) -> dict[str, Any]:
    kind = ("care_station", "water_point", "nursing_room")[number % 3]
    ours = {"code": f"YZ-{number:04d}", "name": f"站{number}", "address": f"文化路{number}号", "kind": kind}
    place = {"lon": lon, "lat": lat, "hours_osm": "24/7", "source": "试", "source_ref": str(number)}
    return ours | place | given


def stations() -> list[dict[str, Any]]:
    """Return stations all over the large city's streets, over the border too, and in the other two cities."""
    rng = np.random.default_rng(5)
    spread = rng.uniform((113.57, 34.68), (113.73, 34.82), (240, 2)).tolist()
    town = [TOWN.spot(i, j) for i in range(6) for j in range(5)] * 2
    away = rng.uniform((120.45, 30.45), (120.55, 30.55), (40, 2)).tolist()
    return [station(number, *place) for number, place in enumerate((*spread, *town, *away), 1)]


class Country(NamedTuple):
    """A registry and the real server over it."""

    settings: Settings
    url: str

    def city(self, code: str) -> City:
        """Return one of its cities as it is by now."""
        return City(self.settings, open_live(self.settings).index, code)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Three cities; the streets of the first take several blocks, the third has none."""
    folder: Path = tmp_path_factory.mktemp("country")
    settings = Settings(home=folder / "home")
    build(settings.home, stations(), areas=AREAS, landmarks=[])
    write_extract(folder / "large.osm.pbf", NODES)
    TOWN.write(folder / "town.osm.pbf")
    engine = open_engine(settings)
    for name in ("large", "town"):
        keep_streets(engine, settings, folder / f"{name}.osm.pbf", name=name, attribution=f"© {name}")
    engine.dispose()
    with running_server(settings.home) as url:
        warm(url, LARGE, AWAY, f"{LARGE}+{BESIDE}")
        yield Country(settings, url)


def stand(page: Page, place: tuple[float, float]) -> None:
    allow_position(page, {"longitude": place[0], "latitude": place[1], "accuracy": 18})


def move(page: Page, country: Country, place: tuple[float, float]) -> None:
    """Stand elsewhere, on a page of its own: one that has asked knows the answer for a minute."""
    stand(page, place)
    page.goto(f"{country.url}/?lang=zh")


def packs(seen: list[Any]) -> list[str]:
    """Return the cities whose packs were asked for, in order, each once."""
    paths = [unquote(urlsplit(request.url).path) for request in seen]
    found = [
        found[1] for path in paths if (found := re.fullmatch(r"/api/v1/packs/([^/]+)(?:/streets)?", path))
    ]
    return list(dict.fromkeys(found))


def served(country: Country, place: tuple[float, float], by: str) -> list[dict[str, Any]]:
    query = f"lon={place[0]}&lat={place[1]}&k=20&by={by}&open_at=now"
    with urlopen(f"{country.url}/api/v1/nearest?{query}") as answer:
        return json.load(answer)["features"]


def data_is_kept(page: Page, city: str) -> None:
    path = f"/packs/{city}"
    wait_until(page, lambda kept: sum(path in unquote(url) for url in kept.get("yizhan-data", [])) >= 2)


def comes(page: Page, held: Sequence[Any], number: int = 1) -> None:
    """Wait until so many have come."""
    for _ in range(600):
        if len(held) >= number:
            return
        page.wait_for_timeout(50)
    raise AssertionError(held)


# Whose pack


def test_the_start_fetches_the_pack_of_one_city(phone: Page, country: Country):
    seen = requests_of(phone)
    phone.goto(country.url, wait_until="networkidle")
    assert packs(seen) == [LARGE]


@pytest.mark.parametrize(("text", "city"), [("远城市", AWAY), ("邻城市", BESIDE), ("YZ-0320", AWAY)])
def test_a_list_of_a_place_fetches_the_pack_of_its_city(phone: Page, country: Country, text: str, city: str):
    seen = requests_of(phone)
    phone.goto(f"{country.url}/?q={text}&open_at=now", wait_until="networkidle")
    expect(phone.locator(".card").first).to_be_visible()
    assert packs(seen) == [city]


@pytest.mark.parametrize(
    ("place", "city"),
    [(IN_LARGE, LARGE), (IN_AWAY, AWAY), (IN_TOWN, BESIDE), (AT_BORDER, f"{LARGE}+{BESIDE}")],
)
def test_a_position_finds_its_own_city_and_tells_nobody(
    phone: Page, country: Country, place: tuple[float, float], city: str
):
    stand(phone, place)
    seen = requests_of(phone)
    phone.goto(country.url)
    nearest(phone)
    expect(phone.locator(".card").first).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert packs(seen) == list(dict.fromkeys([LARGE, city]))
    told = [request.url + (request.post_data or "") for request in seen]
    assert not any(str(degrees) in text for degrees in place for text in told)
    expected = {one["id"] for one in served(country, place, "line")[:2]}
    assert expected <= set(codes(phone))


def test_the_phone_chooses_as_the_server_does(page: Page, country: Country):
    snapshot = country.city(LARGE).index.snapshot
    rng = np.random.default_rng(6)
    points = rng.uniform((112, 29), (122, 36), (400, 2)).tolist()
    points += rng.uniform((113.4, 34.6), (114.2, 34.9), (400, 2)).tolist()
    page.goto(f"{country.url}/api/")
    chosen = page.evaluate(CHOOSE, [f"{country.url}/static/any/js/cities.js", points])
    assert chosen == [cities_around(snapshot, Point(*place)) for place in points]
    assert len(set(chosen)) > 4


def test_the_country_is_a_table(page: Page, country: Country):
    page.goto(country.url)
    page.get_by_role("link", name="全部城市").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("全部城市")
    table = {}
    for row in page.locator(".cities tr").all():
        numbers = row.locator("td").all_inner_texts()
        table[row.locator("th").first.inner_text()] = sum(map(int, numbers))
    assert (table["远城市"], table["合计"]) == (40, len(stations()))
    assert table["大城市"] + table["邻城市"] + table["远城市"] == table["合计"]
    page.get_by_role("link", name="远城市").click()
    expect(page.locator(".card").first).to_be_visible()
    save_screenshot(page, "many-cities-desk")


# Over the border


def test_the_nearest_are_those_of_both_sides_of_a_border(phone: Page, country: Country):
    stand(phone, AT_BORDER)
    phone.goto(country.url)
    nearest(phone)
    streets_are_there(phone)
    expected = [one["id"] for one in served(country, AT_BORDER, "walk")]
    lon = {f"YZ-{n:04d}": one["lon"] for n, one in enumerate(stations(), 1)}
    assert {lon[code] > BORDER for code in expected[:8]} == {True, False}
    assert codes(phone)[:8] == expected[:8]
    save_screenshot(phone, "many-cities-border")


# Streets in blocks


def borders(index: dict[str, Any]) -> list[Point]:
    """Return places just on either side of where one block ends and another begins."""
    rng = np.random.default_rng(9)
    inner = np.array([block["inner"] for block in index["blocks"]])
    edges = []
    for west, south, east, north in inner.tolist():
        edges += [((west, south), (west, north)), ((west, south), (east, south))]
    outer = inner[:, 0].min(), inner[:, 1].min()
    inside = [edge for edge in edges if edge[0][0] > outer[0] and edge[0][1] > outer[1]]
    points = []
    for begin, end in inside * (160 // len(inside) + 1):
        at = np.array(begin) + rng.uniform() * (np.array(end) - begin)
        points.append(Point(*(at + rng.normal(0, BESIDE_M / 111_000, 2)).tolist()))
    return points


@pytest.mark.parametrize("city", [LARGE, f"{LARGE}+{BESIDE}"])
def test_a_large_citys_streets_come_in_blocks_that_are_small_enough(country: Country, city: str):
    index = country.city(city).index
    pack = street_pack(index, city, name="登记册", crs=Crs.WGS84, decimals=6)
    assert len(pack.streets) > 3
    assert max(len(body.zipped) for body in (*pack.streets, *pack.stands)) <= BLOCK_BYTES


@pytest.mark.parametrize("profile", ["walk", "ebike"])
def test_at_the_borders_of_blocks_the_phone_says_what_the_server_says(
    page: Page, country: Country, profile: str
):
    city = country.city(f"{LARGE}+{BESIDE}")
    points = borders(open_pack(page, city, country.url))
    reaches = page.evaluate(REACHES, [profile, [list(point) for point in points]])
    answers = phone_says(page, city, profile, points)
    excused = 0
    for point, phone, reach_m in zip(points, answers, reaches, strict=True):
        if not agree(phone, server_says(city, profile, point), reach_m):
            others = (server_says(city, profile, other) for other in around(point))
            assert any(agree(phone, other, reach_m) for other in others), (point, phone)
            excused += 1
    assert excused <= max(1, EXCUSED * len(points))
    assert sum(bool(answer) for answer in answers) > len(points) / 2


# What changes


def test_a_pack_that_has_changed_is_fetched_again_when_one_looks(phone: Page, country: Country):
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    phone.wait_for_load_state("networkidle")
    engine = open_engine(country.settings)
    with writing(engine) as session:
        new = station(900, *IN_AWAY, name="刚开的站", area_code=AWAY)
        add_stations(session, [new], who="tester")
    engine.dispose()
    for _ in range(20):
        phone.wait_for_timeout(500)
        phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        if codes(phone)[0] == "YZ-0900":
            break
    expect(phone.locator(".card h3").first).to_have_text("刚开的站")


# Without a network


@contextmanager
def held_back(context: BrowserContext, pattern: str) -> Iterator[list[Route]]:
    """Hold what is asked for of some addresses; in the end it all goes on."""
    held: list[Route] = []
    context.route(pattern, lambda route: held.append(route))
    yield held
    context.unroute(pattern)
    for route in held:
        # Some went on before.
        with suppress(Error):
            route.continue_()


@contextmanager
def silence(context: BrowserContext) -> Iterator[None]:
    """Leave all requests without an answer, as a network does that is there and leads nowhere."""
    held: list[Route] = []
    context.route("**/*", lambda route: held.append(route))
    try:
        yield
    finally:
        # A context does not close while a request of its worker is held.
        for route in held:
            with suppress(Error):
                route.abort()
        context.unroute_all(behavior="ignoreErrors")


def no_worker(page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.serviceWorker")


def nobody_is_told(seen: list[Request], *places: tuple[float, float]) -> None:
    assert {request.method for request in seen} <= {"GET"}
    told = [request.url + (request.post_data or "") for request in seen]
    assert not any(f"{degrees:.3f}" in text for place in places for degrees in place for text in told)


def test_while_nothing_answers_the_list_comes_from_the_phone_and_nobody_is_told(
    phone: Page, country: Country, expected_errors: list[str]
):
    expected_errors += OFFLINE
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, AWAY)
    before = codes(phone)
    phone.wait_for_load_state("networkidle")
    seen = requests_of(phone)
    with silence(phone.context):
        nearest(phone)
        assert codes(phone) == before
        phone.goto(f"{country.url}/", wait_until="commit")
        # A tap before the scripts are there is a form's: nothing would answer it.
        expect(phone.locator("[data-app=star]")).to_be_visible(timeout=20_000)
        button = phone.get_by_role("button", name="离我最近")
        button.click()
        expect(phone.locator(".card").first).to_be_visible(timeout=20_000)
        expect(button).to_have_attribute("aria-busy", "false")
        assert codes(phone) == before
        nobody_is_told(seen, IN_AWAY)


def test_while_nothing_answers_and_without_a_worker_the_pack_at_hand_does(
    phone: Page, country: Country, expected_errors: list[str]
):
    expected_errors += OFFLINE
    no_worker(phone)
    stand(phone, IN_LARGE)
    phone.goto(country.url)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    seen = requests_of(phone)
    with silence(phone.context):
        phone.get_by_role("button", name="离我最近").click()
        expect(phone.locator(".card").first).to_be_visible(timeout=15_000)
        nobody_is_told(seen, IN_LARGE)


def test_a_pack_that_is_only_late_makes_the_list_whole(phone: Page, country: Country):
    no_worker(phone)
    stand(phone, AT_BORDER)
    phone.goto(country.url)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    late: list[Route] = []
    phone.context.route(re.compile(rf"/packs/{LARGE}(\+|%2B){BESIDE}$"), lambda route: late.append(route))
    phone.get_by_role("button", name="离我最近").click()
    lacks = phone.get_by_text("附近别的城市的站点没有列出")
    expect(lacks).to_be_visible(timeout=15_000)
    some = set(codes(phone))
    late[0].continue_()
    expect(lacks).to_have_count(0)
    assert set(codes(phone)) != some
    expected = {one["id"] for one in served(country, AT_BORDER, "line")[:2]}
    assert expected <= set(codes(phone))


@pytest.mark.parametrize("place", [IN_LARGE, IN_AWAY])
def test_a_network_that_is_dead_unsaid_does_not_hide_the_pack_in_memory(
    phone: Page, country: Country, place: tuple[float, float], expected_errors: list[str]
):
    expected_errors += OFFLINE
    no_worker(phone)
    phone.add_init_script("window.addEventListener('offline', (event) => event.stopImmediatePropagation())")
    stand(phone, place)
    phone.goto(country.url)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="离我最近").click()
    said = "附近别的城市的站点没有列出" if place == IN_LARGE else "手机里只有“大城市”的站点资料"
    expect(phone.locator("#found .notice").first).to_contain_text(said)


def test_where_no_city_is_known_no_pack_of_none_is_asked_for(phone: Page, country: Country):
    no_worker(phone)
    stand(phone, IN_LARGE)
    phone.context.route("**/cities.json", lambda route: route.fulfill(json=[]))
    phone.goto(country.url)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    seen = requests_of(phone)
    nearest(phone)
    expect(phone.locator(".card").first).to_be_visible()
    assert packs(seen) in ([], [LARGE])
    nobody_is_told(seen, IN_LARGE)


def test_a_frame_leaves_the_city_that_is_kept(phone: Page, country: Country):
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, AWAY)
    phone.wait_for_load_state("networkidle")
    before = kept(phone)["yizhan-data"]
    seen = requests_of(phone)
    phone.goto(f"{country.url}/embed?area={LARGE}", wait_until="networkidle")
    phone.get_by_role("button", name="离我最近").click()
    expect(phone.locator("[data-say=sorted]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert LARGE in packs(seen)
    assert kept(phone)["yizhan-data"] == before


def test_the_city_where_one_was_last_is_there_without_a_network(
    phone: Page, country: Country, expected_errors: list[str]
):
    expected_errors += OFFLINE
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, AWAY)
    before = codes(phone)
    phone.wait_for_load_state("networkidle")
    seen = requests_of(phone)
    phone.goto(country.url, wait_until="networkidle")
    assert packs(seen) == [AWAY]
    phone.context.set_offline(True)
    phone.goto(country.url)
    nearest(phone)
    assert codes(phone) == before


@pytest.fixture
def half_answer() -> Iterator[str]:
    """A server that ends every answer in the middle."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    asked, _ = server.accept()
                    with asked:
                        asked.recv(65536)
                        asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b'{"format": 1')

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_a_city_gone_to_while_the_worker_is_on_its_way_is_kept_whole(phone: Page, country: Country):
    with (
        held_back(phone.context, "**/offline?lang=en") as worker,
        held_back(phone.context, f"**/packs/{AWAY}") as asked,
        held_back(phone.context, f"**/packs/{AWAY}?part=texts") as texts,
    ):
        stand(phone, IN_AWAY)
        phone.goto(country.url)
        expect(phone.locator("[data-app=star]")).to_be_visible()
        comes(phone, worker)
        phone.get_by_role("button", name="离我最近").click()
        comes(phone, asked)
        worker[0].continue_()
        phone.evaluate(CONTROLLED)
        asked[0].continue_()
        comes(phone, texts)
        # Whatever is told to the worker without waiting for the texts is told by now.
        phone.wait_for_timeout(500)
        texts[0].continue_()
        # The worker's own pack comes after the texts, which it does not keep without.
        comes(phone, asked, 2)
        phone.wait_for_timeout(500)
    data_is_kept(phone, AWAY)


def test_a_pack_that_arrives_half_leaves_the_one_that_is_kept(
    phone: Page, country: Country, half_answer: str, expected_errors: list[str]
):
    expected_errors += [
        "Failed to load resource",
        "ERR_CONTENT_LENGTH_MISMATCH",
        "Failed to fetch",
        "network error",
    ]
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, AWAY)
    phone.wait_for_load_state("networkidle")
    before = kept(phone)["yizhan-data"]
    phone.context.route(f"**/api/v1/packs/{LARGE}", lambda route: route.continue_(url=half_answer))
    with phone.expect_event("requestfailed", lambda request: f"packs/{LARGE}" in request.url):
        phone.evaluate(
            "(city) => fetch(`/api/v1/packs/${city}`).then((answer) => answer.text()).catch(() => {})", LARGE
        )
    phone.wait_for_timeout(300)
    assert kept(phone)["yizhan-data"] == before


def test_without_a_network_another_city_is_said_to_be_missing(
    phone: Page, country: Country, expected_errors: list[str]
):
    expected_errors += OFFLINE
    stand(phone, IN_AWAY)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, AWAY)
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    move(phone, country, IN_LARGE)
    phone.get_by_role("button", name="离我最近").click()
    expect(phone.locator("#found .notice").first).to_contain_text("手机里只有“远城市”的站点资料")
    expect(phone.locator(".card")).to_have_count(0)
    save_screenshot(phone, "many-cities-offline")
    move(phone, country, IN_AWAY)
    phone.get_by_role("button", name="离我最近").click()
    expect(phone.locator(".card").first).to_be_visible()


def test_without_a_network_the_neighbours_stations_are_said_to_be_missing(
    phone: Page, country: Country, expected_errors: list[str]
):
    expected_errors += OFFLINE
    stand(phone, IN_TOWN)
    phone.goto(country.url)
    nearest(phone)
    data_is_kept(phone, BESIDE)
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    move(phone, country, BETWEEN)
    phone.get_by_role("button", name="离我最近").click()
    expect(phone.locator("#found .notice").first).to_contain_text("附近别的城市的站点没有列出")
    expect(phone.locator(".card").first).to_be_visible()
