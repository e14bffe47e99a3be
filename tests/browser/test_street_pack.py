"""Ways measured on the phone, in a real browser: those of the server, in metres, in seconds and in order."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Route
from pyproj import Geod

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.demo.load import load_demo
from geo.finder import Question, find_nearest, street_pack
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.loading import keep_streets
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.live import open_live
from geo.registry.load import load_stations
from geo.registry.nearest import Index
from geo.registry.selection import Filter, filter_mask
from geo.settings import Settings
from tests.services.server import running_server
from web import create_app

pytestmark = pytest.mark.browser

GEOD = Geod(ellps="WGS84")
NOW = datetime(2026, 10, 14, 10, tzinfo=CHINA)
K = 10
ORIGINS = 300
# Where a step this long changes the server's own answer, either is right: midway between two streets, or just
# where a one-way street leaves a junction. And of ways that are equally long one may be the quicker.
STEP_M = 0.5
EXCUSED = 0.01
# Nothing listens there: what is asked of it, the test answers.
NOWHERE = "http://127.0.0.1:9"

LOAD = """async ([city, module]) => {
  window.ways = await import(module);
  window.index = await window.ways.fetchStreetIndex(city);
  const load = (_, number) => window.ways.fetchStreets(city, window.index, number);
  window.blocks = await Promise.all(window.index.blocks.map(load));
  return window.index;
}"""
# For each point the nearest of some stations; null: off the network.
MEASURE = """([profile, points, codes]) => points.map(([lon, lat]) => {
  const number = window.ways.blockAround(window.index, lon, lat);
  const streets = window.blocks[number];
  const search = streets ? window.ways.searchFrom(streets, profile, lon, lat) : null;
  if (!search) return null;
  const { metres, seconds } = window.ways.distances(search);
  const found = streets.codes.map((code, i) => [code, metres[i], seconds[i]]);
  return found
    .filter(([code, far]) => far < Infinity && codes.includes(code))
    .sort((a, b) => a[1] - b[1])
    .slice(0, 30);
})"""
REACH = """([profile, points]) => points.map(([lon, lat]) => {
  const number = window.ways.blockAround(window.index, lon, lat);
  return number === null ? 0 : window.index.blocks[number].reach_m[profile];
})"""
WAY = """([profile, [lon, lat], code]) => {
  const streets = window.blocks[window.ways.blockAround(window.index, lon, lat)];
  const search = window.ways.searchFrom(streets, profile, lon, lat);
  return window.ways.wayTo(search, streets.codes.indexOf(code));
}"""

REFUSED = """async (city) => {
  const given = (part) => fetch(`/api/v1/packs/${city}/streets?block=0&part=${part}`);
  const file = async (part) => (await given(part)).arrayBuffer();
  const [streets, stands] = [await file("streets"), await file("stands")];
  try {
    window.ways.decodeStreets(streets, stands, { streets: "0", reach_m: null });
  } catch (error) {
    return error.message;
  }
  return "taken";
}"""

Legs = Mapping[str, tuple[float, float]]
"""Metres and seconds by code, nearest first."""


class City(NamedTuple):
    """A registry with streets: where it is kept, in memory, and the name of its pack."""

    settings: Settings
    index: Index
    code: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The demo city."""
    settings = Settings(home=tmp_path_factory.mktemp("demo") / "home")
    engine = open_engine(settings)
    upgrade(engine)
    load_demo(engine, settings)
    engine.dispose()
    return City(settings, open_live(settings).index, "990100")


@pytest.fixture(scope="module")
def jinan(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> City:
    """济南, with 60 stations."""
    settings = Settings(home=tmp_path_factory.mktemp("jinan") / "home")
    engine = open_engine(settings)
    upgrade(engine)
    table = open_table(real_data / "jinan" / "sample_stations_60.csv", max_bytes=1_000_000)
    with writing(engine) as session:
        rows = read_stations(table, crs=Crs.WGS84, kind=None)
        load_stations(session, rows, source="sample", file="sample.csv", who="li", code_prefix="JN")
    keep_streets(engine, settings, real_data / "jinan" / "jinan.osm.pbf")
    engine.dispose()
    return City(settings, open_live(settings).index, "rest")


@pytest.fixture
def loaded(page: Page, demo: City) -> Iterator[tuple[Page, City]]:
    """A page with the streets of the demo city, from the real server."""
    with running_server(demo.settings.home) as url:
        open_pack(page, demo, url)
        yield page, demo


def open_pack(page: Page, city: City, url: str) -> dict[str, Any]:
    # Not the finder: it would begin to work by itself.
    page.goto(f"{url}/api/", wait_until="networkidle")
    return page.evaluate(LOAD, [city.code, f"{url}/static/any/js/streets.js"])


def open_pack_of(page: Page, city: City, **settings: Any) -> dict[str, Any]:
    """Load a pack made in this very process, with other settings."""
    chosen = Settings(home=city.settings.home, **settings)
    client = create_app(chosen, open_live(chosen)).test_client()

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        given = client.get(f"{parts.path}?{parts.query}")
        route.fulfill(status=given.status_code, body=given.data, content_type=given.content_type)

    page.route(f"{NOWHERE}/**", answer)
    return open_pack(page, city, NOWHERE)


def phone_says(page: Page, city: City, profile: str, points: list[Point]) -> list[Legs | None]:
    """Return what the phone says of each point; None: off the network."""
    snapshot = city.index.snapshot
    serving = snapshot.codes[filter_mask(snapshot, Filter(statuses=SERVING))]
    given = page.evaluate(
        MEASURE, [profile, [list(point) for point in points], [code.decode() for code in serving.tolist()]]
    )
    return [None if one is None else {code: legs for code, *legs in one} for one in given]


def server_says(city: City, profile: str, point: Point) -> Legs | None:
    """Return what the server says of a point; None: off the network."""
    answer = find_nearest(city.index, Question(point=point, k=K, by=profile), now=NOW)
    if answer.by == "line":
        return None
    codes = city.index.snapshot.codes
    return {codes[item.row].decode(): (item.distance_m, item.duration_s) for item in answer.found}


def origins(city: City, seed: int) -> list[Point]:
    """Return places all over the streets' bounds, and as many around stations."""
    snapshot = city.index.snapshot
    [streets] = snapshot.streets
    rng = np.random.default_rng(seed)
    anywhere = rng.uniform((streets.west, streets.south), (streets.east, streets.north), (ORIGINS // 2, 2))
    row = rng.integers(0, len(snapshot), ORIGINS // 2)
    around = np.column_stack([snapshot.lon[row], snapshot.lat[row]]) + rng.normal(0, 0.008, (len(row), 2))
    return [Point(*place) for place in np.concatenate([anywhere, around]).tolist()]


def near(value: float, other: float) -> bool:
    return abs(value - other) <= tolerance(other)


def tolerance(value: float) -> float:
    return 2 + 0.002 * value


def agree(phone: Legs | None, server: Legs | None, reach_m: float = np.inf) -> bool:
    """Tell whether metres and order are the same, as far as the phone's streets reach."""
    if phone is None or server is None:
        return phone is server
    within = {code: metres for code, (metres, _) in server.items() if metres + tolerance(metres) < reach_m}
    mine = {code: metres for code, (metres, _) in phone.items()}
    last_m = max(within.values(), default=0.0) if len(server) == K else np.inf
    return (
        all(code in mine and near(mine[code], metres) for code, metres in within.items())
        and all(
            mine[a] < mine[b]
            for a in within
            for b in within
            if within[a] + 2 * tolerance(within[b]) < within[b]
        )
        and all(metres + tolerance(metres) > last_m for code, metres in mine.items() if code not in server)
    )


def around(point: Point) -> list[Point]:
    """Return places a step away."""
    return [Point(*GEOD.fwd(*point, bearing, STEP_M)[:2]) for bearing in range(0, 360, 30)]


def check(page: Page, city: City, profile: str, seed: int, reach: bool = False) -> None:
    points = origins(city, seed)
    answers = phone_says(page, city, profile, points)
    reaches = page.evaluate(REACH, [profile, [list(p) for p in points]]) if reach else [np.inf] * len(points)
    excused = other_pace = reached = 0
    for point, phone, reach_m in zip(points, answers, reaches, strict=True):
        server = server_says(city, profile, point)
        if not agree(phone, server, reach_m):
            assert any(agree(phone, server_says(city, profile, other), reach_m) for other in around(point)), (
                point, phone, server,
            )  # fmt: skip
            excused += 1
            continue
        common = [code for code in server or () if code in phone]
        reached += bool(common)
        other_pace += not all(near(phone[code][1], server[code][1]) for code in common)
    assert excused <= EXCUSED * ORIGINS
    assert other_pace <= EXCUSED * ORIGINS
    assert reached > ORIGINS / 4


@pytest.mark.parametrize("profile", ["walk", "ebike"])
def test_the_phone_says_what_the_server_says(loaded: tuple[Page, City], profile: str):
    page, city = loaded
    check(page, city, profile, seed=1)


@pytest.mark.real_data
@pytest.mark.parametrize("profile", ["walk", "ebike"])
def test_the_phone_says_what_the_server_says_in_jinan(page: Page, jinan: City, profile: str):
    with running_server(jinan.settings.home) as url:
        index = open_pack(page, jinan, url)
        assert index["attribution"] == "© OpenStreetMap contributors"
        check(page, jinan, profile, seed=2)


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_streets_in_another_system_lead_as_far(page: Page, demo: City, crs: str):
    index = open_pack_of(page, demo, public_crs=crs)
    assert index["crs"] == crs
    west, south = index["blocks"][0]["inner"][:2]
    [streets] = demo.index.snapshot.streets
    assert (west, south) == pytest.approx(from_wgs84(streets.west, streets.south, Crs(crs)), abs=1e-6)
    for profile in ("walk", "ebike"):
        check(page, demo, profile, seed=3)


def test_a_block_knows_the_ways_that_it_says_it_reaches(
    page: Page, demo: City, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(street_pack, "BLOCK_BYTES", 15_000)
    assert len(open_pack_of(page, demo)["blocks"]) > 10
    for profile in ("walk", "ebike"):
        check(page, demo, profile, seed=4, reach=True)


def test_nothing_is_asked_of_anybody_while_ways_are_measured(loaded: tuple[Page, City]):
    page, city = loaded
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    phone_says(page, city, "walk", origins(city, seed=5)[:20])
    assert asked == []


def test_the_way_is_as_long_as_it_is_said_to_be(loaded: tuple[Page, City]):
    page, city = loaded
    snapshot = city.index.snapshot
    points = origins(city, seed=6)[-40:]
    for profile in ("walk", "ebike"):
        for point, found in zip(points, phone_says(page, city, profile, points), strict=True):
            for code, (metres, _) in list((found or {}).items())[:2]:
                line = np.array(page.evaluate(WAY, [profile, list(point), code]))
                door = snapshot.door(snapshot.row(code))
                whole = np.array([point, *line, door])
                assert near(GEOD.line_length(whole[:, 0], whole[:, 1]), metres), (point, code)


def test_outside_the_streets_there_is_nothing_to_ask_for(loaded: tuple[Page, City]):
    page, city = loaded
    [streets] = city.index.snapshot.streets
    outside = [
        Point(streets.west - 0.5, streets.south),
        Point(streets.east, streets.north + 0.5),
        Point(0, 0),
    ]
    assert (
        page.evaluate(
            "(points) => points.map(([lon, lat]) => window.ways.blockAround(window.index, lon, lat))",
            [list(point) for point in outside],
        )
        == [None] * 3
    )


def test_stands_of_other_streets_are_refused(loaded: tuple[Page, City]):
    page, city = loaded
    said = page.evaluate(REFUSED, city.code)
    assert "not 0" in said
