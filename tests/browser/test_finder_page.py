"""The finder in a real browser: by place, by position, with its map, without any script."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.finder import allow_position, answer_position_with, codes, requests_of
from tests.web.registry import HOSTILE, STATIONS

pytestmark = pytest.mark.browser

SATURDAY = "2026-10-10T09:30"
RESULTS = f"/?q=样城站&open_at={SATURDAY}"
# Where nobody's station is, and with digits that occur nowhere else.
HERE = {"longitude": 113.6126789, "latitude": 34.7216789, "accuracy": 18}
DIGITS = ("113.612", "34.721")
VIEWS = {
    "start": "/?",
    "results": f"{RESULTS}&",
    "choose": "/?q=人民公园&",
    "nothing": "/?q=火星&",
    "loosen": f"{RESULTS}&facility=shower&",
    "station": "/s/YZ-0001?",
    "hostile": "/s/YZ-0008?",
    "error": "/s/YZ-9999?",
}


def map_is_drawn(page: Page) -> None:
    expect(page.locator(".leaflet-marker-pane .pin").first).to_be_visible()


def says(page: Page) -> Any:
    return page.locator("#says p:visible")


# By name


def test_a_typed_place_gives_a_list_and_an_address_to_share(phone: Page, small: str):
    phone.goto(small)
    phone.get_by_role("searchbox").fill("火车站")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("离“样城站”最近的站点")
    assert "q=" in phone.url
    assert "open_at=now" in phone.url
    assert "lon" not in phone.url
    assert "YZ-0001" in codes(phone)


def test_a_name_of_several_places_is_chosen_from(phone: Page, small: str):
    phone.goto(f"{small}/?q=人民公园")
    phone.locator(".picks.tall a").nth(1).click()
    expect(phone.locator(".card").first).to_be_visible()


def test_a_filter_takes_effect_at_a_tap(page: Page, small: str):
    page.goto(f"{small}{RESULTS}")
    page.get_by_role("checkbox", name="派水点").click()
    page.wait_for_url("**kind=water_point**")
    assert codes(page) == ["YZ-0002"]


def test_facilities_are_picked_together(page: Page, small: str):
    page.goto(f"{small}{RESULTS}")
    page.get_by_text("设施", exact=True).click()
    page.get_by_role("checkbox", name="卫生间").click()
    page.get_by_role("checkbox", name="WiFi").click()
    page.get_by_role("button", name="按这些条件找").click()
    page.wait_for_url("**facility=toilet&facility=wifi**")
    assert codes(page) == ["YZ-0001"]


# By position


def test_where_no_list_can_be_made_here_the_position_is_posted_and_no_address_ever_holds_it(
    phone: Page, small: str, expected_errors: list[str]
):
    expected_errors.append("Failed to load resource")
    phone.context.route("**/api/v1/packs/**", lambda route: route.abort())
    allow_position(phone, HERE)
    seen = requests_of(phone)
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("离您最近的站点")
    assert phone.url == f"{small}/"
    # Its scripts, too: what the button opens comes with them.
    phone.wait_for_load_state()
    phone.locator(".map-toggle").click()
    map_is_drawn(phone)
    phone.go_back()
    with phone.expect_navigation():
        phone.get_by_role("checkbox", name="驿站", exact=True).click()
    # What the worker passes on is told of twice.
    posted = [one.post_data for one in seen if one.method == "POST" and not one.service_worker]
    assert len(posted) == 2
    assert all("lon=113.6127" in body and "lat=34.7217" in body for body in posted)
    for request in seen:
        assert not any(digits in request.url for digits in DIGITS), request.url
        assert not any(digits in request.headers.get("referer", "") for digits in DIGITS)
    addresses = phone.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    assert not any(digits in address for digits in DIGITS for address in addresses)
    save_screenshot(phone, "finder-position-phone")


def test_a_position_is_asked_for_only_when_tapped(phone: Page, small: str):
    answer_position_with(phone, "window.asked = true")
    for path in ("/", RESULTS):
        phone.goto(small + path)
        phone.wait_for_timeout(300)
        assert phone.evaluate("window.asked") is None


def test_a_list_from_a_position_can_be_read_in_the_other_language(phone: Page, small: str):
    allow_position(phone, HERE)
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    before = codes_when_there(phone)
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Stations nearest to you")
    assert codes(phone) == before
    assert phone.url == f"{small}/?lang=en#near"


def codes_when_there(page: Page) -> list[str]:
    expect(page.get_by_role("heading", level=1)).to_have_text("离您最近的站点")
    return codes(page)


def test_back_from_what_is_near_leads_to_the_list_of_the_place(phone: Page, small: str):
    allow_position(phone, HERE)
    phone.goto(f"{small}/?q=样城站&kind=care_station")
    expect(phone.locator("[data-app=star]")).to_be_visible()
    address, before = phone.url, codes(phone)
    phone.get_by_role("button", name="离我最近").click()
    codes_when_there(phone)
    box = phone.locator("[name=kind][value=care_station]")
    box.click()
    expect(box).not_to_be_checked()
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("离“样城站”最近的站点")
    expect(phone.get_by_role("searchbox")).to_have_value("样城站")
    expect(box).to_be_checked()
    assert (phone.url, codes(phone)) == (address, before)
    phone.go_forward()
    expect(phone.get_by_role("heading", level=1)).to_have_text("离您最近的站点")
    assert phone.url == f"{small}/#near"


def test_back_at_the_start_a_filter_brings_no_list(phone: Page, small: str):
    allow_position(phone, HERE)
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    codes_when_there(phone)
    phone.go_back()
    expect(phone.locator(".card")).to_have_count(0)
    phone.get_by_role("checkbox", name="派水点").click()
    expect(phone.locator(".card")).to_have_count(0)
    assert phone.url == f"{small}/"


def test_a_refused_position_is_said_and_a_place_can_be_typed_instead(phone: Page, small: str):
    phone.context.clear_permissions()
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    expect(says(phone)).to_contain_text("没有得到使用位置的许可")
    expect(says(phone)).to_contain_text("请在上面输入地名")
    expect(phone.get_by_role("searchbox")).to_be_focused()
    save_screenshot(phone, "finder-refused-phone")
    phone.keyboard.type("样城站")
    phone.keyboard.press("Enter")
    expect(phone.locator(".card").first).to_be_visible()


@pytest.mark.parametrize(("code", "words"), [(1, "许可"), (2, "取不到位置"), (3, "等了很久")])
def test_each_way_to_fail_is_told_apart(phone: Page, small: str, code: int, words: str):
    answer_position_with(phone, f"reject({{code: {code}}})")
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    expect(says(phone)).to_have_count(1)
    expect(says(phone)).to_contain_text(words)


def test_waiting_is_shown_and_ends_even_where_the_browser_never_answers(phone: Page, small: str):
    answer_position_with(phone, "")
    phone.clock.install()
    phone.goto(small)
    button = phone.get_by_role("button", name="离我最近")
    button.click()
    expect(says(phone)).to_contain_text("正在取得您的位置")
    expect(button).to_have_attribute("aria-busy", "true")
    save_screenshot(phone, "finder-waiting-phone")
    phone.clock.fast_forward(13_000)
    expect(says(phone)).to_contain_text("等了很久也没有取到位置")
    expect(button).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize(
    "lack",
    [
        "Object.defineProperty(window, 'isSecureContext', {get: () => false})",
        "Object.defineProperty(navigator, 'geolocation', {value: undefined})",
    ],
)
def test_a_browser_that_cannot_know_the_position_says_so(phone: Page, small: str, lack: str):
    phone.add_init_script(lack)
    phone.goto(small)
    phone.get_by_role("button", name="离我最近").click()
    expect(says(phone)).to_contain_text("这个浏览器在这里不能定位")


# The map


def test_list_and_map_point_at_each_other(page: Page, small: str):
    page.goto(small + RESULTS)
    map_is_drawn(page)
    assert page.locator(".pin").count() == len(codes(page))
    first, pin = page.locator(".card").first, page.locator(".pin", has_text=re.compile("^1$"))
    first.hover()
    expect(pin).to_have_class(re.compile(r"\bon\b"))
    page.locator("h1").hover()
    expect(pin).not_to_have_class(re.compile(r"\bon\b"))
    first.get_by_role("link").first.focus()
    expect(pin).to_have_class(re.compile(r"\bon\b"))
    third = page.locator(".card").nth(2)
    # Pins may lie over one another.
    page.locator(".pin", has_text=re.compile("^3$")).dispatch_event("click")
    expect(page.locator(".leaflet-popup strong")).to_have_text(third.locator("h3").inner_text())
    expect(third).to_have_class(re.compile(r"\bon\b"))
    save_screenshot(page, "finder-popup-desk")


def test_a_rows_number_shows_it_on_the_map(page: Page, small: str):
    page.goto(small + RESULTS)
    map_is_drawn(page)
    page.get_by_role("button", name="在地图上看第 2 个").click()
    expect(page.locator(".leaflet-popup strong")).to_have_text(page.locator(".card h3").nth(1).inner_text())


def test_pins_tell_kind_and_state_by_shape(page: Page, small: str):
    page.goto(f"{small}/?q=样城站&kind=care_station&open_at={SATURDAY}")
    map_is_drawn(page)
    shapes = page.eval_on_selector_all(".pin use", "uses => uses.map(use => use.getAttribute('href'))")
    assert {shape.split("#")[1] for shape in shapes} == {"pin-care_station"}
    unknown = page.locator(".pin.unknown svg")
    assert unknown.evaluate("svg => getComputedStyle(svg).strokeDasharray") != "none"
    expect(page.locator(".pin.open svg").first).to_be_visible()


def test_other_stations_around_are_dots_with_a_way_to_their_page(page: Page, small: str):
    page.goto(f"{small}/?q=样城站&kind=nursing_room&lang=en")
    expect(page.locator(".dot").first).to_be_attached()
    page.locator(".dot").first.dispatch_event("click")
    link = page.locator(".leaflet-popup a", has_text="Details")
    assert re.fullmatch(rf"{small}/s/YZ-\d{{4}}\?lang=en", link.evaluate("link => link.href"))


def test_the_library_of_the_map_waits_until_the_map_is_wanted(phone: Page, small: str):
    seen = requests_of(phone)
    phone.goto(small + RESULTS)
    phone.wait_for_load_state("networkidle")
    assert not any("leaflet" in request.url for request in seen)
    toggle = phone.locator(".map-toggle")
    toggle.click()
    map_is_drawn(phone)
    expect(toggle).to_have_attribute("aria-expanded", "true")
    phone.wait_for_timeout(300)
    save_screenshot(phone, "finder-map-phone")
    phone.go_back()
    expect(phone.locator(".map")).to_be_hidden()
    expect(toggle).to_have_text("看地图")
    assert "q=" in phone.url
    toggle.click()
    toggle.click()
    expect(phone.locator(".map")).to_be_hidden()


def test_a_district_on_the_map_leads_to_its_list(page: Page, small: str):
    page.goto(small)
    page.locator(".district", has_text="西区").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("离“西区”最近的站点")


def test_hostile_names_are_text_on_the_map_too(page: Page, small: str):
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{small}/?q=YZ-0008")
    map_is_drawn(page)
    page.get_by_role("button", name="在地图上看第 1 个").click()
    assert page.locator(".leaflet-popup strong").text_content() == HOSTILE
    assert page.locator(".panel script, .map script").count() == 0


# Everybody


def test_without_scripts_the_list_is_all_there(browser: Browser, small: str):
    with watched_page(browser, [], **PHONE, java_script_enabled=False) as page:
        page.goto(small)
        expect(page.locator(".near")).to_be_hidden()
        page.get_by_role("searchbox").fill("样城站")
        page.get_by_role("button", name="搜索").click()
        expect(page.locator(".card")).not_to_have_count(0)
        expect(page.locator(".map")).to_be_hidden()
        expect(page.locator(".map-toggle")).to_be_hidden()
        page.locator("summary").click()
        page.get_by_role("checkbox", name="卫生间").click()
        page.get_by_role("button", name="按这些条件找").click()
        assert set(codes(page)) <= {"YZ-0001", "YZ-0002"}
        page.locator(".card h3 a").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("样城第1驿站")
        page.go_back()
        save_screenshot(page, "finder-noscript-phone")


def test_all_of_it_is_done_with_the_keyboard(page: Page, small: str):
    page.goto(small)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.get_by_role("searchbox").focus()
    page.keyboard.type("样城站")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || document.activeElement.className"))
    assert {"kind", "open_at"} <= reached
    map_is_drawn(page)
    assert page.locator(".leaflet-marker-pane [tabindex='0']").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_small_phone(
    phone: Page, small: str, view: str, lang: str, expected_errors: list[str]
):
    expected_errors.append("404")
    phone.goto(f"{small}{VIEWS[view]}lang={lang}")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    save_screenshot(phone, f"{view}-phone-{lang}")


def test_what_one_taps_is_big_enough_for_a_glove(phone: Page, small: str):
    phone.goto(small + RESULTS)
    phone.get_by_text("设施", exact=True).click()
    controls = phone.locator(
        ".bar input, .bar button, .near, .chips span:visible, .pick select:visible, summary,"
        " .map-toggle, .language, .home"
    )
    heights = controls.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert len(heights) > 30
    assert min(heights) >= 44


@pytest.mark.parametrize(
    ("device", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
@pytest.mark.parametrize("view", VIEWS)
def test_nobody_is_shut_out(browser: Browser, small: str, view: str, scheme: str, device: dict[str, Any]):
    with watched_page(browser, ["404"], **device, color_scheme=scheme) as page:
        page.goto(small + VIEWS[view])
        if device is DESKTOP and page.locator("#map").count():
            expect(page.locator(".leaflet-control-scale")).to_be_visible()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()
        save_screenshot(page, f"{view}-{'desk' if device is DESKTOP else 'phone'}-{scheme}")


def test_the_small_registry_holds_what_these_tests_need():
    assert {"YZ-0001", "YZ-0002", "YZ-0008"} <= {row["code"] for row in STATIONS}
