"""A station's page, big type and the table of cities in a real browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.registry import AREAS, HOSTILE, STATIONS, build

pytestmark = pytest.mark.browser

# Open, hours of a week, suspended, unknown hours, hostile, a place alone.
CODES = ("YZ-0001", "YZ-0003", "YZ-0004", "YZ-0006", "YZ-0008", "YZ-0099")
BIG_VIEWS = {
    "start": "/?",
    "results": "/?q=样城站&open_at=2026-10-10T09:30&",
    "choose": "/?q=人民公园&",
    "station": "/s/YZ-0003?",
    "hostile": "/s/YZ-0008?",
    "report": "/s/YZ-0001/report?",
    "way": "/s/YZ-0001/way?",
    "cities": "/cities?",
    "posters": "/posters?",
    "error": "/s/YZ-9999?",
}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
# All that is tapped. What a number takes reaches beyond its sight, which is tested below.
TARGETS = """all => all
  .filter((one) => one.offsetParent && !one.closest(".map, .hush, .skip, .credit, .number"))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && box.height < SIZE).map(([text, box]) => text + " " + box.height)"""
# Elements whose words reach beyond what shows them, or beyond the page.
CLIPPED = """() => [...document.querySelectorAll("body *")].filter((one) => {
  if (!one.offsetParent || one.closest(".hush, .skip, .map, svg")) return false;
  const box = one.getBoundingClientRect();
  const cut = getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  return box.right > innerWidth + 1 || box.left < -1 || cut;
}).map((one) => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the small registry, with a second city in it."""
    home: Path = tmp_path_factory.mktemp("station") / "home"
    other = {
        "code": "410300",
        "name": "邻城市",
        "level": "city",
        "parent_code": "410000",
        "box": (114.4, 35.4, 114.6, 35.6),
    }
    build(home, areas=[*AREAS, other])
    with running_server(home) as url:
        yield url


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the demo city, which has streets."""
    home: Path = tmp_path_factory.mktemp("demo") / "home"
    with running_server(home, "--demo") as url:
        yield url


# What one sees first


def test_a_phone_shows_what_matters_without_scrolling(phone: Page, site: str):
    phone.goto(f"{site}/s/YZ-0001")
    for text in ("样城第1驿站", "营业中", "户外劳动者可直接进,不用消费", "样城市文化路1号", "去这里"):
        box = phone.locator("main").get_by_text(text).first.bounding_box()
        assert box["y"] + box["height"] < 740


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", CODES)
def test_nothing_is_wider_than_a_small_phone(phone: Page, site: str, code: str, lang: str):
    phone.goto(f"{site}/s/{code}?lang={lang}")
    for _ in phone.locator(".station summary").all():
        phone.locator(".station details:not([open]) summary").first.click()
    assert phone.evaluate(CLIPPED) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    save_screenshot(phone, f"station-{code}-phone-{lang}")


@pytest.mark.parametrize(
    ("device", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
@pytest.mark.parametrize("code", CODES)
def test_nobody_is_shut_out(browser: Browser, site: str, code: str, scheme: str, device: dict[str, Any]):
    with watched_page(browser, [], **device, color_scheme=scheme) as page:
        page.goto(f"{site}/s/{code}")
        for _ in page.locator(".station summary").all():
            page.locator(".station details:not([open]) summary").first.click()
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        save_screenshot(page, f"station-{code}-{'desk' if device is DESKTOP else 'phone'}-{scheme}")


def test_others_nearby_tell_minutes_on_foot(phone: Page, demo: str):
    phone.goto(f"{demo}/s/YX-0072")
    rows = phone.locator(".others li")
    assert rows.count() == 5
    expect(rows.first).to_contain_text(re.compile(r"步行 \d+ 分钟 · \d+ 米"))
    expect(phone.locator(".others .credit")).to_contain_text("街道数据")
    rows.first.get_by_role("link").click()
    expect(phone.locator(".state b").first).to_have_text(re.compile("营业中|即将关闭"))
    expect(phone.get_by_role("link", name="怎么走")).to_be_visible()
    save_screenshot(phone, "station-open-phone")


def test_today_is_told_by_more_than_its_colour(page: Page, site: str):
    page.goto(f"{site}/s/YZ-0003")
    today = page.locator(".days tr[aria-current=date]")
    expect(today).to_have_count(1)
    expect(today.locator("th")).to_contain_text("今天")
    expect(page.locator(".days tbody tr")).to_have_count(14)


# Going there


def ways_shown(page: Page) -> list[str]:
    return [one.get_attribute("data-by") for one in page.locator(".apps").all() if one.is_visible()]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_links_to_map_apps_are_two_taps_away(
    browser: Browser, site: str, scripts: bool, expected_errors: list[str]
):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=scripts) as page:
        page.goto(f"{site}/s/YZ-0001")
        assert ways_shown(page) == []
        page.get_by_text("去这里").click()
        assert ways_shown(page) == ["walk"]
        page.get_by_text("电动车", exact=True).click()
        assert ways_shown(page) == ["ebike"]
        expect(page.get_by_role("link", name="高德地图 App(电动车导航)")).to_have_attribute(
            "href", re.compile("^amapuri://")
        )


def test_the_way_of_going_is_chosen_by_keyboard(page: Page, site: str):
    page.goto(f"{site}/s/YZ-0001")
    page.locator(".there summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert ways_shown(page) == ["ride"]


# Copying and sharing

NO_CLIPBOARD = """
Object.defineProperty(navigator, 'clipboard', {value: undefined});
document.execCommand = () => WORKS;
"""


def test_the_address_is_copied(page: Page, site: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/s/YZ-0001")
    page.get_by_role("button", name="复制地址").click()
    expect(page.locator("#said")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "样城市文化路1号"


@pytest.mark.parametrize(("works", "said"), [("true", "已复制"), ("false", "已经选中")])
def test_without_a_clipboard_the_address_is_selected(page: Page, site: str, works: str, said: str):
    page.add_init_script(NO_CLIPBOARD.replace("WORKS", works))
    page.goto(f"{site}/s/YZ-0001")
    page.get_by_role("button", name="复制地址").click()
    expect(page.locator("#said")).to_contain_text(said)
    assert page.evaluate("String(getSelection())") == "样城市文化路1号"


def test_a_clipboard_that_refuses_is_as_none(page: Page, site: str):
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
        "document.execCommand = () => false;"
    )
    page.goto(f"{site}/s/YZ-0001")
    page.get_by_role("button", name="复制地址").click()
    expect(page.locator("#said")).to_contain_text("已经选中")


def test_the_page_is_shared_with_what_the_phone_has(page: Page, site: str):
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(f"{site}/s/YZ-0001?lang=zh&big=1")
    page.get_by_role("button", name="分享").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("window.shared") == {"title": "样城第1驿站", "url": f"{site}/s/YZ-0001"}


def test_where_nothing_shares_the_link_is_copied_or_shown(page: Page, site: str):
    page.add_init_script("navigator.share = undefined;" + NO_CLIPBOARD.replace("WORKS", "false"))
    page.goto(f"{site}/s/YZ-0001")
    page.get_by_role("button", name="分享").click()
    expect(page.locator("#said")).to_contain_text(f"{site}/s/YZ-0001")
    assert page.evaluate("String(getSelection())") == f"{site}/s/YZ-0001"


def test_one_who_closes_the_list_of_apps_is_told_nothing(page: Page, site: str):
    page.add_init_script("navigator.share = () => Promise.reject(new DOMException('x', 'AbortError'))")
    page.goto(f"{site}/s/YZ-0001")
    page.get_by_role("button", name="分享").click()
    page.wait_for_timeout(100)
    expect(page.locator("#said")).to_be_hidden()


# Without scripts, on paper, for machines


def test_without_scripts_the_page_is_whole_and_offers_nothing_that_needs_them(
    browser: Browser, site: str, expected_errors: list[str]
):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=False) as page:
        page.goto(f"{site}/s/YZ-0003")
        expect(page.locator(".days tbody tr")).to_have_count(14)
        expect(page.get_by_text("样城市文化路3号")).to_be_visible()
        assert page.locator(".tools button:visible").count() == 0
        save_screenshot(page, "station-noscript")


def test_the_paper_has_the_hours_and_no_buttons(page: Page, site: str):
    page.goto(f"{site}/s/YZ-0003")
    page.emulate_media(media="print")
    expect(page.locator(".days tbody tr").last).to_be_visible()
    expect(page.get_by_text("样城市文化路3号")).to_be_visible()
    unwanted = "main button:visible, main .button:visible, .there:visible, .prints:visible"
    assert page.locator(unwanted).count() == 0
    save_screenshot(page, "station-print")


def test_machines_find_a_place_and_the_policy_lets_them(page: Page, site: str):
    """The policy forbids inline scripts; data are none: the watched page would have complained."""
    page.goto(f"{site}/s/YZ-0001")
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content())
    assert data["@type"] == "CivicStructure"
    assert data["name"] == "样城第1驿站"


def test_a_hostile_station_is_only_text(page: Page, site: str):
    page.goto(f"{site}/s/YZ-0008")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    page.get_by_role("button", name="复制地址").click()
    expect(page.locator("#said")).not_to_be_empty()
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content())
    assert data["name"] == HOSTILE
    # What turns the writing direction ends with the name.
    code = page.locator(".far").first
    assert code.evaluate("one => getComputedStyle(one).direction") == "ltr"


# Big type


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", BIG_VIEWS)
def test_big_type_is_big_and_nothing_is_clipped(
    phone: Page, site: str, view: str, lang: str, expected_errors: list[str]
):
    expected_errors.append("404")
    phone.goto(f"{site}{BIG_VIEWS[view]}big=1&lang={lang}")
    for _ in phone.locator("main details").all():
        phone.locator("main details:not([open]) summary").first.click()
    assert phone.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    assert phone.evaluate(CLIPPED) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    controls = phone.locator("a, button, summary, label, select, input[type=search]")
    assert controls.evaluate_all(TARGETS.replace("SIZE", "59.5")) == []
    save_screenshot(phone, f"big-{view}-phone-{lang}")


def test_the_number_of_a_big_row_is_big_to_tap(phone: Page, site: str):
    phone.goto(f"{site}{BIG_VIEWS['results']}big=1")
    sizes = phone.locator("button.number").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one, '::after').height))"
    )
    assert len(sizes) > 5
    assert min(sizes) >= 59.5


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("view", BIG_VIEWS)
def test_big_type_shuts_nobody_out(browser: Browser, site: str, view: str, device: dict[str, Any]):
    with watched_page(browser, ["404"], **device) as page:
        page.goto(f"{site}{BIG_VIEWS[view]}big=1")
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        save_screenshot(page, f"big-{view}-{'desk' if device is DESKTOP else 'phone'}")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_big_type_is_one_column_with_the_map_over_it(
    browser: Browser, site: str, device: dict[str, Any], expected_errors: list[str]
):
    with watched_page(browser, expected_errors, **device) as page:
        page.goto(f"{site}{BIG_VIEWS['results']}big=1")
        expect(page.locator("#map")).to_be_hidden()
        page.get_by_role("button", name="看地图").click()
        expect(page.locator(".leaflet-marker-pane .pin").first).to_be_visible()
        save_screenshot(page, f"big-map-{'desk' if device is DESKTOP else 'phone'}")
        page.get_by_role("button", name="回到列表").click()
        expect(page.locator("#map")).to_be_hidden()
        page.locator(".card button.number").first.click()
        expect(page.locator(".leaflet-popup")).to_be_visible()


def test_big_type_is_one_tap_away_and_stays(browser: Browser, site: str, expected_errors: list[str]):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=False) as page:
        page.goto(f"{site}/s/YZ-0001")
        page.get_by_role("link", name="大字").click()
        expect(page.locator("html")).to_have_class("big")
        page.locator("a.home").click()
        expect(page.locator("html")).to_have_class("big")
        page.get_by_role("link", name="标准字").click()
        expect(page.locator("html")).not_to_have_class("big")


# The country


def test_the_table_of_cities_leads_to_a_city(phone: Page, site: str):
    phone.goto(site)
    phone.get_by_role("link", name="全部城市").click()
    expect(phone.locator(".cities tbody tr")).to_have_count(2)
    assert phone.evaluate(CLIPPED) == []
    save_screenshot(phone, "cities-phone")
    phone.get_by_role("link", name="邻城市").click()
    expect(phone.locator(".card").first).to_have_attribute("data-code", "YZ-0099")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_cities_shuts_nobody_out(page: Page, site: str, lang: str):
    page.goto(f"{site}/cities?lang={lang}")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    save_screenshot(page, f"cities-desk-{lang}")


def test_the_small_registry_holds_what_these_tests_need():
    assert set(CODES) <= {row["code"] for row in STATIONS}
