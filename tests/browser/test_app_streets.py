"""What a list made on the phone says of the streets, as the server does: some stations are out of reach."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from geo.db.engine import open_engine
from geo.loading import keep_streets
from geo.settings import Settings
from tests.services.finder import OFFLINE, allow_position, codes, nearest
from tests.services.server import running_server
from tests.town import Town
from tests.web.registry import build

pytestmark = pytest.mark.browser

# Nothing crosses its river.
TOWN = Town(bridge=None)
HERE, OFF, OUTSIDE = TOWN.spot(1.2, 2.2), TOWN.spot(-1.8, 7), (113.75, 34.85)
# Places in the town by crossings; of two parts that do not meet, the streets of one alone are kept.
ON_THIS_SIDE = [(0, 0), (0.5, 1), (1, 3), (2, 5)]
ACROSS, ASIDE = [(4, 2), (4, 4)], (-2.2, 2)


def stations() -> Iterator[dict[str, Any]]:
    """Yield stations on this side, across the river (water), and off the streets (a nursing room)."""
    kinds = ["care_station"] * len(ON_THIS_SIDE) + ["water_point"] * len(ACROSS) + ["nursing_room"]
    for number, (kind, spot) in enumerate(zip(kinds, [*ON_THIS_SIDE, *ACROSS, ASIDE], strict=True), 1):
        lon, lat = TOWN.spot(*spot)
        ours = {"code": f"YZ-{number:04d}", "name": f"站{number}", "address": "文化路", "kind": kind}
        yield ours | {"lon": lon, "lat": lat, "hours_osm": "24/7", "source": "试", "source_ref": str(number)}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the town and its stations."""
    folder: Path = tmp_path_factory.mktemp("parted")
    settings = Settings(home=folder / "home")
    build(settings.home, list(stations()))
    engine = open_engine(settings)
    keep_streets(engine, settings, TOWN.write(folder / "town.osm.pbf"), name="town", attribution="© town")
    engine.dispose()
    with running_server(settings.home) as url:
        yield url


def served(site: str, place: tuple[float, float], **asked: str) -> tuple[list[str], list[str]]:
    """Return the codes and the notices of the page that the server gives for a posted position."""
    fields = {"lon": f"{place[0]:.4f}", "lat": f"{place[1]:.4f}", "by": "walk", "open_at": "now", **asked}
    with urlopen(site, urlencode(fields).encode()) as answer:
        page = answer.read().decode().split('id="found"')[1].split("<aside")[0]
    notices = re.findall(r'<p class="notice" role="status">(.*?)</p>', page)
    return re.findall(r'data-code="([^"]+)"', page), [html.unescape(text) for text in notices]


@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        (HERE, "", ["离街道太远", "沿街道只到得了这 4 个站点"]),
        (HERE, "驿站", []),
        (HERE, "派水点", ["沿街道到不了任何符合条件的站点"]),
        (HERE, "母婴室", ["沿街道到不了任何符合条件的站点"]),
        (OFF, "", ["300 米内没有街道"]),
        (OUTSIDE, "", ["这里还没有街道数据"]),
    ],
    ids=["some", "all", "across", "aside", "off", "outside"],
)
def test_what_cannot_be_reached_is_said_as_the_server_says_it(
    phone: Page, town: str, place: tuple[float, float], kind: str, words: list[str]
):
    lon, lat = (round(value, 4) for value in place)
    kinds = {"驿站": "care_station", "派水点": "water_point", "母婴室": "nursing_room"}
    asked = {"kind": kinds[kind]} if kind else {}
    expected, notices = served(town, (lon, lat), **asked)
    assert len(notices) == len(words)
    assert all(word in notice for word, notice in zip(words, notices, strict=True))
    allow_position(phone, {"longitude": lon, "latitude": lat, "accuracy": 18})
    phone.goto(town)
    if kind:
        phone.get_by_role("checkbox", name=kind, exact=True).click()
    nearest(phone)
    expect(phone.locator("#found .notice")).to_have_text(notices)
    expect(phone.locator("#found .card")).to_have_count(len(expected))
    assert codes(phone) == expected


def test_streets_that_do_not_come_are_said_to_be_lacking(phone: Page, town: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    phone.context.route("**/packs/*/streets*", lambda route: route.abort())
    allow_position(phone, {"longitude": HERE[0], "latitude": HERE[1], "accuracy": 18})
    phone.goto(town)
    nearest(phone)
    expect(phone.locator("#found .notice")).to_contain_text("这里的街道数据现在不能用")
    expect(phone.locator(".card .far").first).to_contain_text("直线")


def test_without_its_streets_a_list_along_them_is_filtered_by_line(
    phone: Page, town: str, expected_errors: list[str]
):
    expected_errors += OFFLINE
    phone.context.route("**/packs/*/streets*", lambda route: route.abort())
    phone.goto(f"{town}/?q=站1&by=walk")
    expect(phone.locator("#found h2").first).to_contain_text("沿街道")
    star = phone.get_by_role("combobox", name="星级")
    expect(star).to_be_visible()
    phone.wait_for_load_state("networkidle")
    star.select_option("5")
    expect(phone.locator("#found .card")).to_have_count(0)
    star.select_option("")
    expect(phone.locator("#found .notice")).to_contain_text("这里的街道数据现在不能用")
    expect(phone.locator(".card .far").last).to_contain_text("直线")
