"""The finder without a network: what a visit leaves on the phone, and what is said where it left nothing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.services.browser import save_screenshot
from tests.services.finder import (
    OFFLINE,
    all_is_kept,
    allow_position,
    answer_position_with,
    caches_are_gone,
    codes,
    kept,
    nearest,
    streets_are_there,
    wait_until,
)

pytestmark = pytest.mark.browser


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
    first = kept(phone)
    assert f"yizhan-shell-{old}" in first
    phone.evaluate("caches.open('somebody-else')")
    # An older answer still on its way would put the older version back.
    phone.context.unroute_all(behavior="wait")
    phone.reload()
    caches_are_gone(phone, old)
    second = kept(phone)
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


def test_the_map_that_was_seen_is_there_without_a_network(phone: Page, demo: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    all_is_kept(phone)
    phone.locator(".map-toggle").click()
    expect(phone.locator("canvas.leaflet-tile-loaded").first).to_be_attached()
    phone.wait_for_load_state("networkidle")
    wait_until(phone, lambda found: bool(found.get("yizhan-tiles")))
    phone.context.set_offline(True)
    phone.goto(demo)
    nearest(phone)
    streets_are_there(phone)
    phone.locator(".map-toggle").click()
    expect(phone.locator(".leaflet-marker-pane .pin")).to_have_count(len(codes(phone)))
    expect(phone.locator("canvas.leaflet-tile-loaded").first).to_be_attached()
    # Whose streets they are is said of those that are seen.
    expect(phone.locator(".credits")).not_to_be_empty()
    save_screenshot(phone, "app-offline-map-phone")


def test_a_blank_place_in_an_address_asks_for_no_position(phone: Page, demo: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    phone.goto(demo)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    all_but_streets(phone)
    answer_position_with(phone, "window.askedFor = true")
    phone.context.set_offline(True)
    phone.goto(f"{demo}/?q=%20")
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_timeout(300)
    assert phone.evaluate("window.askedFor") is None
    expect(phone.get_by_role("button", name="离我最近")).not_to_have_attribute("aria-busy", "true")


def all_but_streets(page: Page) -> None:
    wait_until(page, lambda found: len(found.get("yizhan-data", [])) >= 2)


def test_language_and_size_are_kept_without_a_network(phone: Page, demo: str, expected_errors: list[str]):
    expected_errors += OFFLINE
    phone.goto(demo)
    all_but_streets(phone)
    phone.goto(f"{demo}/?big=1&lang=en", wait_until="networkidle")
    phone.goto(f"{demo}/?lang=en", wait_until="networkidle")
    big = phone.locator("html.big")
    expect(big).to_have_count(0)
    phone.context.set_offline(True)
    for path in ("/?lang=en&big=1", "/?big=1&lang=en&q=YX-0376", "/s/YX-0376?big=1&lang=en"):
        phone.goto(f"{demo}{path}")
        expect(phone.locator("html")).to_have_attribute("lang", "en")
        expect(big).to_have_count(1)
    expect(phone.locator(".card").first).to_have_attribute("data-code", "YX-0376")
    phone.goto(f"{demo}/?lang=en")
    phone.evaluate("Object.assign(document.getElementById('ask'), { method: 'post' }).submit()")
    phone.wait_for_url("**/?lang=en#near")
    expect(phone.locator("html")).to_have_attribute("lang", "en")


# Under which the worker may be stopped while it still keeps an answer.
LATE = """async ([source, shell, addresses]) => {
  const handlers = {};
  const self = { location, addEventListener: (name, handler) => (handlers[name] = handler) };
  const answer = () => Promise.resolve(new Response("told"));
  const cache = { match: async () => undefined, keys: async () => [], put: async ({ url }) => put.push(url) };
  const put = [];
  const caches = { open: async () => cache, has: async () => true, match: async () => undefined };
  Function("self", "fetch", "caches", "SHELL", source)(self, answer, caches, shell);
  const told = [];
  for (const address of addresses) {
    let [over, late, waits, answered] = [false, 0, 0, null];
    handlers.fetch({
      request: { url: location.origin + address, method: "GET", mode: address === "/" ? "navigate" : "cors" },
      respondWith: (given) => (answered = given),
      waitUntil: () => (over ? late++ : waits++),
    });
    over = true;
    const text = await (await answered).text();
    await new Promise((resolve) => setTimeout(resolve, 50));
    told.push([address, text, waits, late]);
  }
  return told;
}"""


def test_the_worker_says_at_once_that_it_keeps_something(phone: Page, demo: str):
    phone.goto(demo)
    source = phone.evaluate("fetch('/sw.js').then((answer) => answer.text())").split("\n", 1)[1]
    phone.context.route(
        "**/blank", lambda route: route.fulfill(body="<title>-</title>", content_type="text/html")
    )
    phone.goto(f"{demo}/blank")
    addresses = ["/", "/cities.json", "/api/v1/packs/990100", "/basemap/1/2/3"]
    shell = {"base": "/static/x/", "start": "/", "cities": "/cities.json", "away": ["/offline"]}
    told = phone.evaluate(LATE, [source, shell, addresses])
    assert told == [[address, "told", 1, 0] for address in addresses]


# Without a network, and without anything kept


def no_pack(page: Page) -> None:
    page.context.route("**/api/v1/packs/**", lambda route: route.abort())


def no_worker(page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.serviceWorker")


def quiet(phone: Page) -> None:
    """Let the looks at what holds now, every few seconds, find out nothing about the network."""
    phone.context.route("**/api/v1/live/*", lambda route: route.fulfill(status=503, body="no"))


def away_is_said(page: Page) -> None:
    line = page.locator("#says p:visible")
    expect(line).to_contain_text("现在没有网络,手机里也没有存下能用的资料")
    expect(line.locator("a[href^='tel:']")).to_be_visible()


@pytest.mark.parametrize("worker", [True, False], ids=["worker", "no-worker"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "found-out"])
def test_a_tap_without_a_network_and_without_data_stays_on_the_page(
    phone: Page, demo: str, worker: bool, told: bool, expected_errors: list[str]
):
    expected_errors += [*OFFLINE, "ERR_FAILED"]
    no_pack(phone)
    if not worker:
        no_worker(phone)
    if not told:
        # A network that is there and leads nowhere.
        phone.add_init_script(
            "window.addEventListener('offline', (event) => event.stopImmediatePropagation())"
        )
    allow_position(phone)
    phone.goto(demo)
    if worker:
        wait_until(phone, lambda found: any("pages" in name and found[name] for name in found))
    phone.wait_for_load_state("networkidle")
    if not told:
        quiet(phone)
    phone.context.set_offline(True)
    if told:
        expect(phone.locator("header .notice")).to_be_visible()
    phone.get_by_role("button", name="离我最近").click()
    if told:
        expect(phone.locator("#found .notice").first).to_contain_text("没有网络,手机里也没有站点资料")
    else:
        away_is_said(phone)
    save_screenshot(phone, f"app-away-phone-{'told' if told else 'found-out'}")
    phone.get_by_role("searchbox").fill("云栖站")
    phone.keyboard.press("Enter")
    away_is_said(phone)
    expect(phone.get_by_role("searchbox")).to_have_value("云栖站")
    phone.context.set_offline(False)
    phone.get_by_role("searchbox").press("Enter")
    expect(phone.locator(".card")).not_to_have_count(0)


def test_before_the_worker_is_there_a_typed_place_is_found_in_the_pack(
    phone: Page, demo: str, expected_errors: list[str]
):
    expected_errors += OFFLINE
    no_worker(phone)
    with phone.expect_response("**?part=texts"):
        phone.goto(demo)
    expect(phone.locator("[data-app=star]")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    phone.get_by_role("searchbox").fill("yxz")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("离“云栖站”最近的站点")


def test_before_the_worker_is_there_a_search_that_waits_says_so(phone: Page, demo: str):
    no_worker(phone)
    phone.goto(demo, wait_until="networkidle")
    phone.context.route("**/healthz", lambda route: None)
    phone.get_by_role("searchbox").fill("云栖站")
    button = phone.locator("#ask button.main")
    button.click(no_wait_after=True)
    expect(button).to_have_attribute("aria-busy", "true")
    expect(phone.locator(".card").first).to_be_visible()
    expect(phone.locator("#ask button.main")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_that_is_not_kept_says_what_can_be_done(
    phone: Page, demo: str, lang: str, expected_errors: list[str]
):
    expected_errors += OFFLINE
    phone.goto(demo)
    wait_until(phone, lambda found: any("pages" in name and len(found[name]) > 3 for name in found))
    phone.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    phone.context.set_offline(True)
    phone.goto(f"{demo}/api/?lang={lang}")
    away = phone.locator("main .notice[role=alert]")
    expect(away).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en"}[lang])
    expect(phone.locator("a[href^='tel:']").first).to_be_visible()
    save_screenshot(phone, f"away-page-phone-{lang}")
    phone.context.set_offline(False)
    phone.locator("main .button").first.click()
    expect(away).to_be_hidden()
    assert phone.url == f"{demo}/api/?lang={lang}"


def test_a_way_that_cannot_be_posted_leads_to_what_is_kept(
    phone: Page, demo: str, expected_errors: list[str]
):
    expected_errors += OFFLINE
    phone.add_init_script("window.addEventListener('offline', (event) => event.stopImmediatePropagation())")
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    all_is_kept(phone)
    code = codes(phone)[1]
    quiet(phone)
    phone.context.set_offline(True)
    phone.locator(".card .go").nth(1).click()
    expect(phone.locator(f".card[data-code='{code}']")).to_be_visible()
    assert phone.url.startswith(f"{demo}/?q={code}")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_answer_that_is_an_error_is_no_lack_of_a_network(
    phone: Page, demo: str, status: int, expected_errors: list[str]
):
    expected_errors.append("Failed to load resource")
    phone.context.route("**/api/v1/live/*", lambda route: route.fulfill(status=status, body="no"))
    with phone.expect_response("**/api/v1/live/*"):
        phone.goto(demo)
    phone.wait_for_load_state("networkidle")
    expect(phone.locator("header .notice")).to_be_hidden()
    phone.context.unroute("**/api/v1/live/*")
    phone.context.route("**/api/v1/live/*", lambda route: route.abort())
    phone.reload()
    expect(phone.locator("header .notice")).to_be_visible()
