"""The finder's list as a phone makes it: the server's answers, nobody told where one is."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from geo.model.hours import CHINA
from tests.services.browser import PHONE, save_screenshot, watched_page
from tests.services.finder import (
    DIGITS,
    HERE,
    all_is_kept,
    allow_position,
    codes,
    nearest,
    requests_of,
    streets_are_there,
    wait_until,
)
from tests.web.registry import HOSTILE

pytestmark = pytest.mark.browser

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


_ROUNDED_S = 0.2


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
    query += "" if "k" in asked else "&k=20"
    address = f"{site}/api/v1/nearest?lon={HERE['longitude']}&lat={HERE['latitude']}&{query}"
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
    shown = phone.locator(".card .far b").all_inner_texts()
    for one, text in zip(open_ones, shown, strict=False):
        # The pack rounds metres: of a way that takes whole minutes to a moment, either number is right.
        seconds = one["properties"]["duration_s"]
        minutes = {ceil((seconds - _ROUNDED_S) / 60), ceil((seconds + _ROUNDED_S) / 60)}
        found = re.search(r"步行 (?:(\d+) 小时)? ?(?:(\d+) 分)?", text)
        assert 60 * int(found[1] or 0) + int(found[2] or 0) in minutes, one["id"]
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
    phone.get_by_role("combobox", name="排序").select_option("open")
    expect(phone.locator("#found h2").first).to_contain_text("开得久的在前")
    # What holds now is asked for every few seconds, whatever one does.
    assert [request.url for request in seen if "/api/v1/live/" not in request.url] == []


def test_a_list_of_a_place_is_filtered_here_and_its_address_can_be_shared(phone: Page, demo: str):
    phone.goto(f"{demo}/?q=云栖站&open_at=now")
    wait_until(phone, lambda found: len(found.get("yizhan-data", [])) >= 5)
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
    # What the worker passes on is told of twice.
    posted = [request for request in seen if request.method == "POST" and not request.service_worker]
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


# Longest open


def test_longest_open_first_is_of_more_than_the_list_shows_and_says_so(phone: Page, demo: str):
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    phone.get_by_role("checkbox", name="现在开门").click()
    before = codes(phone)
    around = served(demo, by="walk", k=50)
    within = [one["id"] for one in around if one["properties"]["distance_m"] <= 5000]
    assert len(within) > 20
    phone.get_by_role("combobox", name="排序").select_option("open")
    heading = phone.locator("#found h2").first
    expect(heading).to_contain_text(f"5 公里内最近的 {len(within)} 个里,开得久的在前")
    shown = codes(phone)
    assert len(shown) == 20
    assert set(shown) <= set(within)
    assert set(shown) != set(before)
    left = {one["id"]: until(one["properties"]["open"]) for one in around}
    assert [left[code] for code in shown] == sorted((left[code] for code in within), reverse=True)[:20]


def until(state: dict[str, Any]) -> str:
    """Return until when a station is open, as texts sort: "" where it is not, "9" where no end is known."""
    if state["state"] != "open":
        return ""
    return state["until"] or "9"


# Left open


SMALL_HERE = {"longitude": 113.6101, "latitude": 34.7201, "accuracy": 20}
UNTIL_EIGHT = ".card[data-code='YZ-0002']"
ALWAYS = ".card[data-code='YZ-0001']"


def tomorrow(hour: int, minute: int) -> datetime:
    """Return a moment of the day after today: whatever the clock says, the pack knows it."""
    day = datetime.now(CHINA) + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def list_at(phone: Page, site: str, moment: datetime, here: Mapping[str, float] = SMALL_HERE) -> None:
    """Show all that is near, open or not, at a moment."""
    phone.clock.install(time=moment)
    allow_position(phone, here)
    phone.goto(site)
    phone.get_by_role("checkbox", name="现在开门").click()
    nearest(phone)


def test_a_list_left_open_says_what_is_true_by_now(phone: Page, small: str):
    list_at(phone, small, tomorrow(19, 20))
    row = phone.locator(UNTIL_EIGHT)
    expect(row).to_have_attribute("data-state", "open")
    phone.clock.fast_forward("15:00")
    expect(row).to_have_attribute("data-state", "closing")
    phone.clock.fast_forward("30:00")
    expect(row).to_have_attribute("data-state", "closed")


def test_whoever_looks_again_sees_what_is_true_by_now(phone: Page, small: str):
    list_at(phone, small, tomorrow(19, 20))
    # What comes late, texts and streets, is drawn before.
    expect(phone.locator(f"{UNTIL_EIGHT} .place")).not_to_be_empty()
    phone.wait_for_load_state("networkidle")
    phone.clock.pause_at(tomorrow(19, 25))
    phone.clock.set_system_time(tomorrow(22, 0))
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "open")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "closed")


def test_the_servers_list_left_open_is_kept_true_too(phone: Page, small: str):
    phone.clock.install(time=tomorrow(19, 20))
    phone.goto(f"{small}/?q=样城站")
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.clock.fast_forward("02:00")
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "open")
    phone.clock.fast_forward("45:00")
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "closed")
    assert phone.url == f"{small}/?q=%E6%A0%B7%E5%9F%8E%E7%AB%99"


def test_a_list_that_would_say_the_same_is_not_touched(phone: Page, small: str):
    list_at(phone, small, tomorrow(10, 0))
    # What comes late, texts and streets, is drawn once hands are still.
    phone.wait_for_load_state("networkidle")
    phone.clock.run_for(10_000)
    phone.locator(ALWAYS).evaluate("row => row.id = 'same'")
    phone.clock.fast_forward("10:00")
    phone.clock.run_for(1000)
    assert phone.locator("#same").count() == 1


def test_a_list_of_a_fixed_moment_stays_of_that_moment(phone: Page, small: str):
    phone.clock.install(time=tomorrow(21, 0))
    phone.goto(f"{small}/?q=样城站&open_at={tomorrow(10, 0):%Y-%m-%dT%H:%M}")
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.locator(UNTIL_EIGHT).evaluate("row => row.id = 'same'")
    phone.clock.fast_forward("10:00")
    phone.clock.run_for(1000)
    assert phone.locator("#same").get_attribute("data-state") == "open"


def test_a_pack_older_than_its_days_still_filters_and_promises_nothing(phone: Page, small: str):
    list_at(phone, small, tomorrow(10, 0) + timedelta(days=40))
    states = phone.locator(".card").evaluate_all("all => all.map(one => one.dataset.state)")
    assert set(states) == {"unknown"}
    phone.get_by_role("checkbox", name="派水点").click()
    assert codes(phone) == ["YZ-0002"]


def test_what_closes_soon_after_one_is_there_is_said_to(phone: Page, small: str):
    # A kilometre off: about twenty minutes on foot, by line.
    list_at(phone, small, tomorrow(19, 20), {**SMALL_HERE, "longitude": 113.6225})
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "open")
    phone.get_by_role("checkbox", name="到时开门").click()
    expect(phone.locator(UNTIL_EIGHT)).to_have_attribute("data-state", "closing")


# What comes late


def test_streets_that_come_late_leave_the_start_alone(phone: Page, demo: str):
    let_through = hold_streets(phone)
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    phone.go_back()
    expect(phone.locator(".card")).to_have_count(0)
    with phone.expect_response("**/packs/*/streets*"):
        let_through()
    phone.wait_for_timeout(1500)
    expect(phone.locator(".card")).to_have_count(0)
    phone.get_by_role("checkbox", name="派水点").click()
    expect(phone.locator(".card")).to_have_count(0)


LATE_PACK = """async (city) => {
  const script = performance.getEntriesByType("resource").find(({ name }) => /js\\/app\\.js/.test(name)).name;
  const { loadPack } = await import(script.replace("app.js", "stock.js"));
  const app = { form: document.getElementById("ask"), view: "start" };
  const first = loadPack(app, city);
  const second = await loadPack(app, city);
  window.release();
  return (await first) === second && app.pack === second;
}"""


def test_of_two_packs_the_one_asked_for_last_stays(phone: Page, small: str):
    phone.add_init_script(
        """
        const fetched = window.fetch;
        const gate = new Promise((resolve) => (window.release = resolve));
        window.fetch = (address, how) => {
          const held = window.hold && /\\/packs\\/[^/?]+$/.test(address);
          window.hold = window.hold && !held;
          return fetched(address, how).then(async (answer) => (held && (await gate), answer));
        };
        """
    )
    phone.goto(small)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    city = json.loads(phone.locator("#phone").text_content())["city"]
    phone.evaluate("window.hold = true")
    assert phone.evaluate(LATE_PACK, city)
