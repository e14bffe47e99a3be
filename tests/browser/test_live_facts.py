"""Whoever looks at a list sees a door turn doubtful, and clear again, without loading anything anew."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from geo.db.engine import open_engine, writing
from geo.model.facts import What
from geo.registry.facts import begin_fact, end_fact
from geo.registry.rows import id_of
from geo.settings import Settings
from tests.services.browser import save_screenshot
from tests.services.finder import OFFLINE, allow_position, codes, nearest, requests_of, wait_until
from tests.services.server import running_server
from tests.web.registry import build

pytestmark = pytest.mark.browser

HERE = {"longitude": 113.6099, "latitude": 34.7199, "accuracy": 18}
CODES = [f"YZ-000{n}" for n in range(1, 5)]
# Four seconds between two looks, and what machines that are shared need.
SOON_MS = 20_000

Begin = Callable[..., int]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Engine]]:
    """Base URL and database of a real server over four stations in a row, open round the clock, with wifi."""
    home: Path = tmp_path_factory.mktemp("facts") / "home"
    rows = [
        {
            "code": code,
            "name": f"样城第{number}驿站",
            "lon": 113.61 + 0.001 * number,
            "lat": 34.72,
            "hours_osm": "24/7",
            "facilities": {"wifi": "yes", "toilet": "yes"},
            "source": "test",
            "source_ref": code,
        }
        for number, code in enumerate(CODES)
    ]
    build(home, rows)
    engine = open_engine(Settings(home=home))
    # One process: what it has forgotten, all have.
    with running_server(home, env={"YIZHAN_WORKERS": "1"}) as url:
        yield url, engine
    engine.dispose()


@pytest.fixture
def begin(place: tuple[str, Engine]) -> Iterator[Begin]:
    """Return a function that lets something hold of a station; at the end nothing does any more."""
    begun: list[int] = []

    def made(code: str, what: What, **given: Any) -> int:
        since = datetime.now(UTC) - timedelta(minutes=2)
        values = {"since": since, "until": since + timedelta(days=1), "reason": "消防检查"} | given
        with writing(place[1]) as session:
            begun.append(begin_fact(session, id_of(session, code), what, **values))
        return begun[-1]

    yield made
    end(place[1], *begun)
    latest = monotonic() + SOON_MS / 1000
    while facts_of(place[0]) and monotonic() < latest:
        sleep(0.05)


def facts_of(url: str) -> list[dict[str, Any]]:
    with urlopen(f"{url}/api/v1/live/410100") as answer:
        return json.load(answer)["facts"]


def end(engine: Engine, *numbers: int) -> None:
    with writing(engine) as session:
        for number in numbers:
            end_fact(session, number, at=datetime.now(UTC))


def listed(page: Page, url: str) -> None:
    allow_position(page, HERE)
    page.goto(url)
    nearest(page)
    expect(page.locator(".card")).to_have_count(4)


def all_is_there(kept: dict[str, list[str]]) -> bool:
    """Tell whether the worker has the pack, its texts, the map's library: it asks for nothing any more."""
    libraries = [name for files in kept.values() for name in files if "/vendor/" in name]
    return len(kept.get("yizhan-data", [])) == 2 and len(libraries) >= 2


def has_codes(page: Page, expected: list[str]) -> None:
    for number, code in enumerate(expected):
        expect(page.locator(".card").nth(number)).to_have_attribute("data-code", code, timeout=SOON_MS)


def test_a_door_is_doubtful_and_clears_without_a_reload(phone: Page, place: tuple[str, Engine], begin: Begin):
    url, engine = place
    listed(phone, url)
    assert codes(phone) == CODES
    phone.evaluate("window.sameDocument = true")
    wait_until(phone, all_is_there)
    seen = requests_of(phone)
    number = begin("YZ-0001", What.MAYBE_LOCKED)
    has_codes(phone, [*CODES[1:], CODES[0]])
    row = phone.locator(".card[data-code='YZ-0001']")
    expect(row).to_have_attribute("data-state", "maybe_locked")
    expect(row.locator(".state")).to_contain_text("可能没开门")
    expect(row.locator(".reason")).to_contain_text("有人反映门锁着,去之前请先确认")
    expect(phone.locator("#found h2").last).to_have_text("不一定开着,去之前请先确认")
    save_screenshot(phone, "facts-doubtful-phone")
    assert Axe().run(phone).violations_count == 0
    end(engine, number)
    has_codes(phone, CODES)
    expect(row).to_have_attribute("data-state", "open")
    assert phone.evaluate("window.sameDocument")
    # Nothing but the fast facts was asked for.
    assert {request.url for request in seen} == {f"{url}/api/v1/live/410100"}


def test_what_is_broken_is_told_and_not_looked_for(phone: Page, place: tuple[str, Engine], begin: Begin):
    listed(phone, place[0])
    begin("YZ-0002", What.BROKEN, facility="wifi")
    row = phone.locator(".card[data-code='YZ-0002']")
    expect(row.locator(".broken")).to_contain_text("现在用不了", timeout=SOON_MS)
    expect(row.locator(".offers")).not_to_contain_text(row.locator(".broken span").inner_text()[-3:])
    phone.locator("form#ask summary").first.click()
    phone.locator("[name=facility][value=wifi]").check()
    has_codes(phone, ["YZ-0001", "YZ-0003", "YZ-0004"])


def test_a_closure_says_why_and_until_when(phone: Page, place: tuple[str, Engine], begin: Begin):
    listed(phone, place[0])
    phone.locator("[name=open_at]:not([data-when])").uncheck()
    begin("YZ-0001", What.SUSPENDED)
    row = phone.locator(".card[data-code='YZ-0001']")
    expect(row.locator(".state")).to_contain_text("暂停开放", timeout=SOON_MS)
    expect(row.locator(".state")).to_contain_text("恢复")
    expect(row.locator(".reason")).to_have_text("消防检查")


def test_the_list_that_the_server_made_follows_too(page: Page, place: tuple[str, Engine], begin: Begin):
    page.goto(f"{place[0]}/?q=YZ-0001")
    expect(page.locator(".card").first).to_have_attribute("data-state", "open")
    begin("YZ-0001", What.MAYBE_LOCKED)
    expect(page.locator(".card[data-code='YZ-0001']")).to_have_attribute(
        "data-state", "maybe_locked", timeout=SOON_MS
    )


def test_without_a_network_what_was_known_last_is_kept(
    phone: Page, place: tuple[str, Engine], begin: Begin, expected_errors: list[str]
):
    expected_errors += OFFLINE
    listed(phone, place[0])
    begin("YZ-0001", What.MAYBE_LOCKED)
    has_codes(phone, [*CODES[1:], CODES[0]])
    wait_until(phone, lambda found: "yizhan-live" in found and all_is_there(found))
    phone.context.set_offline(True)
    phone.goto(place[0])
    nearest(phone)
    has_codes(phone, [*CODES[1:], CODES[0]])
