"""Typed wishes in a browser without scripts: the server reads them, and the page shows what it has read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.registry import build

pytestmark = pytest.mark.browser


SHOWN = {
    "microwave": "已选好:微波炉(热饭)",
    "phone_charging": "已选好:手机充电",
    "nursing_seat": "已选好:哺乳座椅",
    "all_day": "已选好:24 小时",
    "now": "已选好:现在开门",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the small registry."""
    home: Path = tmp_path_factory.mktemp("wishes") / "home"
    build(home)
    with running_server(home) as url:
        yield url


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page on a phone that runs no script."""
    with watched_page(browser, [], **PHONE, java_script_enabled=False) as page:
        yield page


def search(page: Page, text: str) -> None:
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("button", name="搜索").click()


def codes(page: Page) -> list[str]:
    return [row.get_attribute("data-code") for row in page.locator(".card").all()]


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("热饭", "microwave"),
        ("充电", "phone_charging"),
        ("喂奶", "nursing_seat"),
        ("24小时", "all_day"),
        ("现在开门", "now"),
        ("附近", None),
    ],
)
def test_a_wish_without_a_place_is_ticked_and_the_place_is_asked_for(
    plain: Page, site: str, text: str, value: str | None
):
    plain.goto(site)
    plain.get_by_role("checkbox", name="现在开门").uncheck()
    search(plain, text)
    heading(plain, "从哪里找起?")
    expect(plain.get_by_role("searchbox")).to_have_value("")
    expect(plain.locator(".near")).to_be_hidden()
    ticked = plain.locator("input[type=checkbox]:checked")
    expect(ticked).to_have_count(1 if value else 0)
    if value:
        expect(ticked).to_have_value(value)
        expect(plain.locator(".notice")).to_contain_text(SHOWN[value])
        # Facilities are folded away, their number is not.
        shown = plain.locator("summary.chosen, .chips label:visible > input:checked + span")
        expect(shown).to_have_count(1)
    save_screenshot(plain, f"wish-{text}-noscript")


def test_a_wish_is_kept_until_the_place_is_there_and_can_be_taken_back(plain: Page, site: str):
    plain.goto(site)
    plain.get_by_role("checkbox", name="现在开门").uncheck()
    search(plain, "24小时 厕所")
    search(plain, "样城站")
    heading(plain, "离“样城站”最近的站点")
    expect(plain.locator(".card")).to_have_count(1)
    assert codes(plain) == ["YZ-0001"]
    expect(plain.get_by_role("checkbox", name="24 小时")).to_be_checked()
    expect(plain.locator("summary")).to_have_text("设施 (1)")
    save_screenshot(plain, "wish-results-noscript")
    plain.get_by_role("checkbox", name="24 小时").uncheck()
    plain.get_by_role("button", name="搜索").click()
    expect(plain.locator(".card")).to_have_count(2)
    assert codes(plain) == ["YZ-0001", "YZ-0002"]


def test_a_place_and_a_wish_in_one_line_are_a_list(plain: Page, site: str):
    plain.goto(site)
    plain.get_by_role("checkbox", name="现在开门").uncheck()
    search(plain, "样城站附近的厕所")
    heading(plain, "离“样城站”最近的站点")
    expect(plain.locator(".card")).to_have_count(2)
    assert codes(plain) == ["YZ-0001", "YZ-0002"]
    expect(plain.get_by_role("searchbox")).to_have_value("样城站")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nobody_is_shut_out_of_the_page_that_asks_where(
    browser: Browser, site: str, device: dict[str, object], lang: str
):
    with watched_page(browser, [], **device) as page:
        page.goto(f"{site}/?q=24小时 充电&lang={lang}")
        expect(page.locator(".near")).to_be_visible()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        save_screenshot(page, f"wish-where-{'phone' if device is PHONE else 'desk'}-{lang}")
