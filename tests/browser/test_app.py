"""The finder's list as a phone makes it: the server's answers, nobody told where one is, offline too."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.services.browser import PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.registry import HOSTILE, build

pytestmark = pytest.mark.browser

# In the demo city, with digits that occur nowhere else.
HERE = {"longitude": 102.3012347, "latitude": 40.6034561, "accuracy": 18}
DIGITS = ("102.3012", "40.6034", "102.301", "40.603")
OFFLINE = ["Failed to load resource", "ERR_INTERNET_DISCONNECTED"]
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
  }
  return found;
}"""
# All bodies that are kept, as text.
BODIES = """async () => {
  let text = JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      text += request.url + (await (await cache.match(request)).text());
    }
  }
  return text;
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the demo city, which has streets."""
    with running_server(tmp_path_factory.mktemp("app") / "home", "--demo") as url:
        yield url


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over the small registry, which has none."""
    home: Path = tmp_path_factory.mktemp("small") / "home"
    build(home)
    with running_server(home) as url:
        yield url


def allow_position(page: Page, here: dict[str, float] = HERE) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(here)


def requests_of(page: Page) -> list[Request]:
    seen: list[Request] = []
    page.context.on("request", lambda request: seen.append(request))
    return seen


def codes(page: Page) -> list[str]:
    return [row.get_attribute("data-code") for row in page.locator(".card").all()]


def nearest(page: Page) -> None:
    page.get_by_role("button", name="离我最近").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("离您最近的站点")


def streets_are_there(page: Page) -> None:
    expect(page.locator("#found h2").first).to_contain_text("沿街道的距离和时间")


def wait_until(page: Page, true: Callable[[dict[str, list[str]]], bool]) -> None:
    """Wait until something is true of what the caches hold."""
    end = monotonic() + 20
    while not true(found := page.evaluate(KEPT)):
        assert monotonic() < end, found
        page.wait_for_timeout(50)


def all_is_kept(page: Page) -> None:
    def whole(kept: dict[str, list[str]]) -> bool:
        shell = [name for files in kept.values() for name in files if "leaflet" in name]
        return len(kept.get("yizhan-data", [])) >= 5 and len(shell) == 2

    wait_until(page, whole)


def hold_streets(page: Page) -> Callable[[], None]:
    """Let the street pack wait until the function that is returned is called."""
    held: list[Route] = []
    gate = {"open": False}

    def meet(route: Route) -> None:
        if gate["open"]:
            route.continue_()
        else:
            held.append(route)

    def let_through() -> None:
        gate["open"] = True
        for route in held:
            route.continue_()

    page.context.route("**/packs/*/streets*", meet)
    return let_through


def served(site: str, **asked: Any) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    address = f"{site}/api/v1/nearest?lon={HERE['longitude']}&lat={HERE['latitude']}&k=20&{query}"
    with urlopen(address) as answer:
        return json.load(answer)["features"]


# Here


def test_the_list_is_the_servers_and_no_request_holds_the_position(phone: Page, demo: str):
    allow_position(phone)
    seen = requests_of(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    expected = served(demo, by="walk", open_at="now")
    open_ones = [one for one in expected if one["properties"]["open"]["state"] != "unknown"]
    assert codes(phone)[: len(open_ones)] == [one["id"] for one in open_ones]
    minutes = [-(-one["properties"]["duration_s"] // 60) for one in open_ones]
    shown = phone.locator(".card .far b").all_inner_texts()
    assert [int(re.search(r"步行 (\d+) 分钟", text)[1]) for text in shown[: len(minutes)]] == minutes
    assert "没有发出去" in phone.locator("#found").inner_text()
    all_is_kept(phone)
    assert len(seen) > 20
    for request in seen:
        assert request.method == "GET", request.url
        told = request.url + (request.post_data or "") + request.headers.get("referer", "")
        assert not any(digits in told for digits in DIGITS), told
    kept = phone.evaluate(BODIES)
    assert not any(digits in kept for digits in DIGITS[:2])
    assert phone.url == f"{demo}/#near"
    save_screenshot(phone, "app-list-phone")


def test_until_the_streets_are_there_the_list_says_that_it_is_by_line(phone: Page, demo: str):
    let_through = hold_streets(phone)
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    expect(phone.locator(".card .far").first).to_contain_text("直线")
    by_line = codes(phone)
    expected = [one["id"] for one in served(demo, by="line", open_at="now")]
    assert by_line[: len(expected)] == expected
    expect(phone.locator("#told")).to_have_attribute("aria-live", "polite")
    let_through()
    streets_are_there(phone)
    expect(phone.locator("#told")).to_contain_text("重新排好")
    assert codes(phone) != by_line


def test_nothing_moves_under_a_finger(phone: Page, demo: str):
    let_through = hold_streets(phone)
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    expect(phone.locator(".card .far").first).to_contain_text("直线")
    expect(phone.locator(".card .place").first).to_be_visible()
    after = [one["id"] for one in served(demo, by="walk", open_at="now")]
    code = next(code for code in codes(phone)[4:] if code in after)
    same = phone.locator(f".card[data-code='{code}']")
    same.evaluate("row => window.scrollTo(0, row.getBoundingClientRect().top + window.scrollY + 20)")
    before = same.bounding_box()["y"]
    let_through()
    streets_are_there(phone)
    assert abs(same.bounding_box()["y"] - before) < 2


def test_filters_act_without_any_request(phone: Page, demo: str):
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    all_is_kept(phone)
    seen = requests_of(phone)
    phone.get_by_role("checkbox", name="派水点").click()
    assert set(phone.locator(".card").evaluate_all("all => all.map(one => one.dataset.kind)")) == {
        "water_point"
    }
    expected = served(demo, by="walk", open_at="now", kind="water_point")
    sure = [one["id"] for one in expected if one["properties"]["open"]["state"] != "unknown"]
    assert codes(phone)[: len(sure)] == sure
    phone.get_by_role("checkbox", name="派水点").click()
    phone.get_by_role("checkbox", name="24 小时").click()
    expect(phone.get_by_role("checkbox", name="现在开门")).not_to_be_checked()
    assert {"24 小时"} == {
        text.split()[-2] + " " + text.split()[-1]
        for text in phone.locator(".list").first.locator(".state").all_inner_texts()
    }
    phone.get_by_role("checkbox", name="24 小时").click()
    phone.get_by_role("checkbox", name="到时开门").click()
    expect(phone.locator("#found h2").first).to_contain_text("到时开着")
    phone.get_by_role("combobox", name="谁能进").select_option("mothers")
    for row in phone.locator(".card .access").all_inner_texts():
        assert "带婴幼儿的家长可进" in row
    phone.get_by_role("combobox", name="谁能进").select_option("")
    phone.get_by_role("combobox", name="星级").select_option("5")
    assert 0 < len(codes(phone)) < 20
    phone.get_by_role("combobox", name="星级").select_option("")
    phone.get_by_text("设施", exact=True).click()
    phone.get_by_role("checkbox", name="卫生间").click()
    for row in phone.locator(".card .offers").all_inner_texts():
        assert row.startswith("卫生间")
    phone.get_by_role("radio", name="电动车").click()
    expect(phone.locator(".card .far").first).to_contain_text("骑行")
    before = set(codes(phone))
    phone.get_by_role("combobox", name="排序").select_option("open")
    expect(phone.locator("#found h2").first).to_contain_text("开得久的在前")
    assert set(codes(phone)) == before
    assert [request.url for request in seen] == []


def test_a_list_of_a_place_is_filtered_here_and_its_address_can_be_shared(phone: Page, demo: str):
    phone.goto(f"{demo}/?q=云栖站&open_at=now")
    wait_until(phone, lambda kept: len(kept.get("yizhan-data", [])) >= 5)
    seen = requests_of(phone)
    phone.get_by_role("checkbox", name="派水点").click()
    phone.wait_for_url("**kind=water_point**")
    here = codes(phone)
    assert [request.url for request in seen if request.is_navigation_request()] == []
    phone.reload()
    assert codes(phone) == here


def test_the_way_is_asked_for_by_tap_alone(phone: Page, demo: str):
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    seen = requests_of(phone)
    phone.locator(".card .go").first.click()
    expect(phone.get_by_role("heading", name="怎么走")).to_be_visible()
    posted = [request for request in seen if request.method == "POST"]
    assert len(posted) == 1
    assert "lon=102.3012" in posted[0].post_data
    assert "102.30" not in phone.url


def test_back_leads_to_the_start(phone: Page, demo: str):
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("找最近的驿站、派水点和母婴室")
    expect(phone.locator(".card")).to_have_count(0)
    phone.go_forward()
    expect(phone.locator(".card")).not_to_have_count(0)


def test_the_map_has_the_pins_of_the_list(page: Page, demo: str):
    allow_position(page)
    page.goto(demo)
    nearest(page)
    streets_are_there(page)
    expect(page.locator(".leaflet-marker-pane .pin")).to_have_count(len(codes(page)))
    page.get_by_role("checkbox", name="母婴室").click()
    expect(page.locator(".leaflet-marker-pane .pin")).to_have_count(len(codes(page)))
    page.get_by_role("button", name="在地图上看第 2 个").click()
    expect(page.locator(".leaflet-popup strong")).to_have_text(page.locator(".card h3").nth(1).inner_text())
    save_screenshot(page, "app-list-desk")


def test_hostile_names_are_text(phone: Page, small: str):
    phone.on("dialog", lambda dialog: pytest.fail(dialog.message))
    allow_position(phone, {"longitude": 113.616, "latitude": 34.726, "accuracy": 20})
    phone.goto(small)
    phone.get_by_role("checkbox", name="现在开门").click()
    nearest(phone)
    row = phone.locator(".card[data-code='YZ-0008']")
    assert row.locator("h3").text_content() == HOSTILE
    expect(row.locator(".place")).to_contain_text("onload=alert(1)")
    assert phone.locator("#found script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_a_list_made_here(browser: Browser, demo: str, scheme: str):
    with watched_page(browser, [], **PHONE, color_scheme=scheme) as page:
        allow_position(page)
        page.goto(demo)
        nearest(page)
        streets_are_there(page)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


# Without a network


def test_after_one_visit_all_of_it_works_without_a_network(
    phone: Page, demo: str, expected_errors: list[str]
):
    expected_errors += OFFLINE
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    all_is_kept(phone)
    before = codes(phone)
    phone.context.set_offline(True)
    phone.goto(demo)
    expect(phone.locator("header .notice")).to_contain_text(
        re.compile(r"没有网络:这是 .*\d+:\d\d 存在手机里的资料")
    )
    nearest(phone)
    streets_are_there(phone)
    assert codes(phone) == before
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("离您最近的站点")
    streets_are_there(phone)
    phone.get_by_role("searchbox").fill("yxz")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("云栖站")
    expect(phone.locator(".card")).not_to_have_count(0)
    save_screenshot(phone, "app-offline-phone")


def test_without_a_network_the_way_is_drawn_here(phone: Page, demo: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    all_is_kept(phone)
    phone.context.set_offline(True)
    expect(phone.locator("header .notice")).to_be_visible()
    phone.locator(".card .go").nth(1).click()
    expect(phone.locator(".way-line").first).to_be_attached()
    assert phone.locator(".way-line.straight").count() == 0
    phone.go_back()
    expect(phone.locator(".map")).to_be_hidden()
    expect(phone.locator(".card")).not_to_have_count(0)


def test_an_address_asks_for_a_place_without_a_network(phone: Page, demo: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    all_is_kept(phone)
    phone.context.set_offline(True)
    phone.goto(f"{demo}/?q=火星人")
    expect(phone.get_by_role("heading", level=1)).to_have_text("没有找到“火星人”")
    phone.goto(f"{demo}/s/YX-0376")
    expect(phone.locator(".card").first).to_have_attribute("data-code", "YX-0376")


def test_a_new_version_leaves_no_old_cache_and_keeps_the_data(phone: Page, demo: str):
    old = "/static/000000000000/"

    def older(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=re.sub(r"/static/[0-9a-f]{12}/", old, text), content_type="text/javascript")

    phone.context.route("**/sw.js", older)
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    all_is_kept(phone)
    first = phone.evaluate(KEPT)
    assert f"yizhan-shell-{old}" in first
    phone.evaluate("caches.open('somebody-else')")
    phone.context.unroute("**/sw.js")
    phone.reload()
    wait_until(phone, lambda kept: not any(old in name for name in kept))
    second = phone.evaluate(KEPT)
    assert "somebody-else" in second
    assert set(first["yizhan-data"]) <= set(second["yizhan-data"])


def test_a_frame_has_no_worker(phone: Page, demo: str):
    phone.goto(f"{demo}/embed")
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_it_can_be_put_among_the_programs_of_a_phone(phone: Page, demo: str):
    phone.goto(demo)
    manifest = phone.evaluate(
        "fetch(document.querySelector('[rel=manifest]').href).then((answer) => answer.json())"
    )
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        size = phone.evaluate(
            """(src) => new Promise((resolve, reject) => {
              const image = new Image();
              image.onload = () => resolve(image.naturalWidth);
              image.onerror = reject;
              image.src = src;
            })""",
            icon["src"],
        )
        assert icon["sizes"] in ("any", f"{size}x{size}")
