"""Minutes in the list and the way to a station, as a rider sees them in the demo city."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server

pytestmark = pytest.mark.browser

START = "/?q=云栖站&open_at=2026-10-14T10:00"
# At 云栖站, in the demo city.
HERE = {"longitude": 102.3226, "latitude": 40.5868, "accuracy": 18}
MINUTES = re.compile(r"步行 \d+ 分钟 · [\d.]+ (?:米|公里)")

# Where a way begins that no street is near to.
NOWHERE = {"longitude": 102.6, "latitude": 40.9, "accuracy": 18}

# Whether anything is drawn on the canvases under the pins.
INKED = """() => [...document.querySelectorAll("canvas.leaflet-tile-loaded")].some((canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.some((value) => value !== data[0]);
})"""
# The ends of the way on the screen, and the middles of the two marks.
ENDS = """() => {
  const line = document.querySelector("path.way-line:not(.casing)");
  const at = (length) => {
    const { x, y } = line.getPointAtLength(length).matrixTransform(line.getScreenCTM());
    return [x, y];
  };
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  return [at(0), at(line.getTotalLength()), middle(document.querySelector(".here")),
          middle(document.querySelector(".pin"))];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the demo city."""
    home: Path = tmp_path_factory.mktemp("way") / "home"
    with running_server(home, "--demo") as url:
        yield url


def way_is_drawn(page: Page) -> None:
    expect(page.locator("path.way-line").first).to_be_attached()
    page.wait_for_function(INKED)


def to_the_way(page: Page, site: str, number: int = 4) -> None:
    page.goto(site + START)
    page.locator(".card").nth(number).get_by_role("link", name="怎么走").click()
    page.wait_for_url("**/way?*")


def test_the_list_tells_minutes_on_foot_and_riding(page: Page, site: str):
    page.goto(site + START)
    on_foot = page.locator(".card .far").nth(3)
    expect(on_foot).to_contain_text(MINUTES)
    page.get_by_role("radio", name="电动车").check(force=True)
    page.wait_for_url("**by=ebike**")
    expect(page.locator(".card .far").nth(3)).to_contain_text(re.compile(r"骑行 \d+ 分钟 · "))


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_way_is_drawn_on_the_basemap_from_here_to_the_station(
    browser: Browser, site: str, device: dict, scheme: str, expected_errors: list[str]
):
    with watched_page(browser, expected_errors, **device, color_scheme=scheme) as page:
        to_the_way(page, site)
        expect(page.locator(".steps li").first).to_contain_text(re.compile(r"走 \d+ 米"))
        expect(page.locator(".steps li").last).to_contain_text("到达站点")
        expect(page.locator(".total")).to_contain_text(MINUTES)
        save_screenshot(page, f"way-steps-{'phone' if device is PHONE else 'desk'}-{scheme}")
        if device is PHONE:
            page.get_by_role("button", name="看地图").click()
        way_is_drawn(page)
        page.wait_for_timeout(400)
        save_screenshot(page, f"way-{'phone' if device is PHONE else 'desk'}-{scheme}")
        start, end, here, there = page.evaluate(ENDS)
        assert start == pytest.approx(here, abs=2)
        assert end == pytest.approx(there, abs=2)


def test_riding_is_a_tap_away(page: Page, site: str):
    to_the_way(page, site)
    page.get_by_role("button", name="电动车").click()
    page.wait_for_url("**by=ebike**")
    expect(page.locator(".total")).to_contain_text(re.compile(r"骑行 \d+ 分钟"))


def test_a_position_is_posted_and_in_no_address(page: Page, site: str):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    addresses: list[str] = []
    page.context.on("request", lambda request: addresses.append(request.url))
    page.goto(f"{site}/")
    page.get_by_role("button", name="离我最近").click()
    page.locator(".card").nth(4).get_by_role("button", name="怎么走").click()
    expect(page.locator(".total")).to_contain_text(MINUTES)
    page.get_by_role("button", name="电动车").click()
    expect(page.locator(".total")).to_contain_text("骑行")
    way_is_drawn(page)
    assert not [address for address in addresses if "102.3" in address or "40.58" in address]


def from_here(page: Page, site: str, path: str, spot: dict[str, float] = HERE) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(spot)
    page.goto(site + path)
    page.get_by_role("button", name="从我这里出发").click()
    expect(page.locator(".total")).to_be_visible()


def test_what_one_asks_of_the_list_stands_in_three_rows_on_a_phone(phone: Page, site: str):
    phone.goto(f"{site}/?q=云栖站&open_at=now")
    # What only the phone itself can answer appears when it can, in one row that is swept sideways.
    expect(phone.locator(".ask .more")).to_be_visible()
    tops = phone.locator(".ask > .chips > label, .ask .either, .ask .more, .ask .facilities").evaluate_all(
        "all => all.filter(one => one.offsetParent).map(one => one.getBoundingClientRect())"
        ".map(box => Math.round(box.top + box.height / 2))"
    )
    assert len(tops) == 8
    assert len(set(tops)) == 3
    targets = phone.locator(".ask .chips span, .card .go").evaluate_all(
        "all => all.filter(one => one.offsetParent).map(one => one.getBoundingClientRect().height)"
    )
    assert min(targets) >= 44


def test_a_posted_way_can_be_read_in_the_other_language(phone: Page, site: str):
    from_here(phone, site, "/s/YX-0072/way")
    phone.get_by_role("button", name="English").click()
    expect(phone.locator(".total")).to_contain_text(re.compile(r"\d+ min on foot"))
    assert "lon" not in phone.url


def test_off_the_streets_the_line_is_straight_and_says_so(page: Page, site: str):
    from_here(page, site, "/s/YX-0072/way", NOWHERE)
    expect(page.locator(".total")).to_contain_text("直线")
    expect(page.locator(".panel .notice")).to_contain_text("直线")
    expect(page.locator("path.way-line.straight").first).to_be_attached()


def test_where_it_is_not_surely_open_one_is_led_to_others_that_are(phone: Page, site: str):
    from_here(phone, site, "/s/YX-0072/way")
    expect(phone.locator(".arrival")).to_contain_text("时间未知")
    phone.get_by_role("button", name="看看到时开着的站点").click()
    expect(phone.get_by_role("heading", name="到时开着")).to_be_visible()
    assert phone.locator(".list").first.locator(".state.open, .state.closing").count() > 0
    assert "lon" not in phone.url


def test_from_a_station_page_one_is_asked_where_from(page: Page, site: str):
    page.goto(f"{site}/s/YX-0072")
    page.get_by_role("link", name="怎么走").click()
    expect(page.get_by_text("从哪里出发")).to_be_visible()
    page.get_by_label("地名、路名、站点名或编号").fill("云栖站")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".steps li").last).to_contain_text("到达站点")


def test_the_way_is_whole_without_scripts(browser: Browser, site: str, expected_errors: list[str]):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=False) as page:
        to_the_way(page, site)
        expect(page.locator(".steps li").last).to_contain_text("到达站点")
        expect(page.locator(".map")).to_be_hidden()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(page: Page, site: str, lang: str):
    for path in (f"/s/YX-0072/way?q=云栖站&lang={lang}", f"/s/YX-0072/way?lang={lang}"):
        page.goto(site + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_paper_tells_the_steps_and_whose_streets_they_are(page: Page, site: str):
    to_the_way(page, site)
    page.emulate_media(media="print")
    expect(page.locator(".steps li").last).to_be_visible()
    expect(page.get_by_text("街道数据:虚构的演示街道")).to_be_visible()
