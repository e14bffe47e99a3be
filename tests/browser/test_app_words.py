"""The list as a phone writes it, and as the server does: the same words for the same stations."""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from geo.model.hours import CHINA
from tests.services.browser import PHONE, watched_page

pytestmark = pytest.mark.browser

# A moment of working hours, one of the night, and none.
MOMENTS = {"day": (1, 10, 20), "night": (2, 23, 40), "soon": (1, 17, 45)}
LIST = "#found > h2, #found > .notice, #found .card"


def moment(name: str) -> str:
    days, hour, minute = MOMENTS[name]
    at = datetime.now(CHINA).replace(hour=hour, minute=minute) + timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M")


def written_here(page: Page) -> list[str]:
    """Return the list once the phone has made it: a filter there and back, as soon as it has the streets."""
    box = page.get_by_role("combobox").nth(1)
    expect(box).to_be_visible()
    page.evaluate("document.querySelector('.card').id = 'served'")
    for _ in range(100):
        box.select_option("5")
        box.select_option("")
        if not page.locator("#served").count():
            return page.locator(LIST).all_inner_texts()
        page.wait_for_timeout(100)
    raise AssertionError("the list is still the server's")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "asked",
    [
        {"q": "云栖站", "by": "walk", "open_at": "day"},
        {"q": "云栖站", "by": "ebike", "open_at": "night"},
        {"q": "云栖站", "by": "walk", "open_at": "soon", "kind": "nursing_room"},
        {"q": "泊云区", "by": "walk"},
        {"q": "云栖站", "by": "walk", "open_at": "arrival"},
        {"q": "云栖站", "by": "ebike", "facility": "ebike_charging", "open_at": "day"},
    ],
    ids=["day", "night", "soon", "any-time", "arrival", "facility"],
)
def test_a_phone_writes_what_the_server_writes(browser: Browser, demo: str, asked: dict[str, Any], lang: str):
    query = {**asked, "lang": lang}
    if query.get("open_at") in MOMENTS:
        query["open_at"] = moment(query["open_at"])
    address = f"{demo}/?{urlencode(query)}"
    with watched_page(browser, [], **PHONE, java_script_enabled=False) as page:
        page.goto(address)
        served = [in_words(text) for text in page.locator(LIST).all_inner_texts()]
    assert len(served) > 3
    with watched_page(browser, [], **PHONE) as page:
        page.goto(address)
        here = [in_words(text) for text in written_here(page)]
    assert [pair for pair in zip_longest(here, served) if pair[0] != pair[1]] == []


def in_words(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())
