"""Frames in a page of another site, in a real browser, and the page that makes their code."""

import html
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect
from pyproj import Geod

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.registry import STATIONS, build
from tests.web.tiles import add_streets

pytestmark = pytest.mark.browser

EAST = "410101"
HERE = {"longitude": 113.61307, "latitude": 34.71311}
HANDED = f"area={EAST}&kind=water_point&kind=nursing_room"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
# Alone in a window, where it could keep something.
KEPT = """async () => [localStorage.length, sessionStorage.length, document.cookie,
  (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
# Pixels between two pins: the zoom as it is seen.
SPREAD = """() => {
  const [a, b] = [...document.querySelectorAll(".pin")].map((pin) => pin.getBoundingClientRect());
  return Math.hypot(a.x - b.x, a.y - b.y);
}"""
# However late its frames come, what was to move has moved on by then.
FRAMES_LATER = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let drawn = 0; drawn < 3; drawn++) await frame();
  await new Promise((resolve) => setTimeout(resolve, 350));
  await frame();
}"""
FIRST_PIN = """() => {
  const { x, y } = document.querySelector(".pin").getBoundingClientRect();
  return [Math.round(x), Math.round(y)];
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Quiet(SimpleHTTPRequestHandler):
    """Files as they are by now, and nothing on the terminal."""

    def end_headers(self) -> None:
        """Let nobody keep a page that the test writes anew."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Elsewhere(NamedTuple):
    """A site of another origin, whose pages a test writes, and the registry's own base URL."""

    folder: Path
    base: str
    ours: str

    def page(self, body: str, name: str = "page.html") -> str:
        """Write a page longer than the window, and return its address."""
        head = '<!doctype html><html lang="zh"><meta charset="utf-8"><title>工会</title>'
        view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        text = (
            f'{head}{view}<link rel="icon" href="data:,"><h1>工会</h1>{body}<p style="height:3000px">文</p>'
        )
        (self.folder / name).write_text(text, "utf-8")
        return f"{self.base}/{name}"

    def framed(
        self, query: str = HANDED, width: str = "100%", height: int = 480, allow: str = "geolocation"
    ) -> str:
        """Return the address of a page with one frame."""
        source = html.escape(f"{self.ours}/embed?{query}")
        return self.page(
            f'<iframe src="{source}" title="驿站" width="{width}" height="{height}"'
            f' allow="{allow}" style="border:0"></iframe>'
        )


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server, with streets under its map."""
    home: Path = tmp_path_factory.mktemp("embed") / "home"
    build(home)
    add_streets(home)
    with running_server(home) as url:
        yield url


@pytest.fixture
def elsewhere(tmp_path: Path, ours: str) -> Iterator[Elsewhere]:
    """A second web server: another port, and another name, so that to browsers it is another site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Elsewhere(tmp_path, f"http://localhost:{server.server_port}", ours)
        server.shutdown()


@pytest.fixture
def touched(browser: Browser, expected_errors: list[str]) -> Iterator[Page]:
    """A page on a touch screen with room for a frame beside what scrolls."""
    with watched_page(browser, expected_errors, **PHONE) as page:
        yield page


def frame_of(page: Page, number: int = 0) -> Frame:
    handle = page.locator("iframe").nth(number).element_handle()
    return handle.content_frame()


def codes(frame: Frame) -> list[str]:
    return [row.get_attribute("data-code") for row in frame.locator(".card").all()]


def drawn(page: Page, number: int = 0) -> Frame:
    frame = frame_of(page, number)
    expect(frame.locator(".pin").first).to_be_visible()
    frame.wait_for_load_state("networkidle")
    return frame


def middle(page: Page, frame: Frame) -> tuple[float, float]:
    box = frame.locator(".canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def settled(frame: Frame, script: str) -> Any:
    """Return what a script tells once it tells the same twice: animations are over."""
    last = None
    while (value := frame.evaluate(script)) != last:
        last = value
        frame.evaluate(FRAMES_LATER)
    return last


# In a page of another site


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_it_shows_list_and_map_and_keeps_nothing(
    browser: Browser, elsewhere: Elsewhere, device: dict[str, Any]
):
    with watched_page(browser, [], **device) as page:
        page.goto(elsewhere.framed())
        frame = drawn(page)
        assert set(codes(frame)) == {"YZ-0002", "YZ-0003"}
        expect(frame.locator(".pin")).to_have_count(2)
        expect(frame.get_by_role("link", name="12351")).to_be_visible()
        expect(frame.locator(".credits")).to_contain_text("OpenStreetMap")
        assert frame.evaluate(OVERFLOW) <= 0
        save_screenshot(page, f"embed-{'desk' if device is DESKTOP else 'phone'}")
        assert page.context.cookies() == []
        page.goto(f"{elsewhere.ours}/embed?{HANDED}")
        expect(page.locator(".pin")).to_have_count(2)
        assert page.evaluate(KEPT) == [0, 0, "", 0, 0]
        assert page.context.cookies() == []


def test_its_links_open_beside_the_page(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed())
    frame = drawn(page)
    leads = [frame.get_by_role("link", name="样城站派水点"), frame.get_by_role("link", name="查看大图")]
    for lead, path in zip(leads, ("/s/YZ-0002", "/?q="), strict=True):
        with page.expect_popup() as opened:
            lead.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(elsewhere.ours + path)
        opened.value.close()
    assert page.url.startswith(elsewhere.base)


def test_a_row_shows_its_pin_and_the_pin_leads_to_the_station(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed())
    frame = drawn(page)
    frame.get_by_role("button", name="在地图上看第 1 个").click()
    expect(frame.locator(".bubble strong")).to_have_text(frame.locator(".card h3").first.inner_text())
    with page.expect_popup() as opened:
        frame.locator(".bubble a").click()
    opened.value.wait_for_load_state()
    assert "/s/YZ-" in opened.value.url


def test_hostile_names_are_text(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed("code=YZ-0008"))
    frame = drawn(page)
    frame.locator(".pin").click()
    expect(frame.locator(".bubble strong")).to_contain_text('<script>alert("x")</script>')
    assert frame.locator("main script:not([type='application/json'])").count() == 0


def test_without_scripts_the_frame_is_its_list(browser: Browser, elsewhere: Elsewhere):
    for show in ("both", "map", "list"):
        with watched_page(browser, [], **PHONE, java_script_enabled=False) as page:
            page.goto(elsewhere.framed(f"{HANDED}&show={show}"))
            frame = page.frame_locator("iframe")
            expect(frame.locator(".card h3").first).to_be_in_viewport()
            expect(frame.locator("#map")).to_be_hidden()


def test_where_the_map_cannot_be_fetched_the_list_stays(
    page: Page, elsewhere: Elsewhere, expected_errors: list[str]
):
    expected_errors += ["ERR_FAILED", "Failed to fetch"]
    page.route("**/js/map.js", lambda route: route.abort())
    page.goto(elsewhere.framed(f"{HANDED}&show=map"))
    frame = frame_of(page)
    frame.wait_for_load_state("networkidle")
    frame.locator(".card h3").first.scroll_into_view_if_needed()
    expect(frame.locator(".card h3").first).to_be_visible()


def test_a_map_alone_has_its_list_a_press_away(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed(f"{HANDED}&show=map"))
    frame = drawn(page)
    fold = frame.get_by_role("button", name="列表")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(frame.locator(".card").first).to_be_hidden()
    fold.click()
    expect(frame.locator(".card").first).to_be_visible()
    frame.get_by_role("button", name="在地图上看第 1 个").click()
    expect(frame.locator(".card").first).to_be_hidden()
    expect(frame.locator(".bubble")).to_be_visible()
    save_screenshot(page, "embed-map")


def test_a_frame_that_its_page_hides_at_first_has_its_map_fitted_once_shown(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed())
    fitted = settled(drawn(page), SPREAD)
    page.goto(
        elsewhere.page(
            f'<div id="tab" style="display:none"><iframe src="{elsewhere.ours}/embed?{html.escape(HANDED)}"'
            ' title="驿站" width="100%" height="480" style="border:0"></iframe></div>'
        )
    )
    frame = frame_of(page)
    frame.wait_for_load_state("networkidle")
    assert frame.locator(".pin").count() == 0
    page.evaluate("document.getElementById('tab').style.display = 'block'")
    assert settled(drawn(page), SPREAD) == pytest.approx(fitted, rel=0.01)


def test_a_page_may_give_its_frame_another_size(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed(f"area={EAST}&show=map", "900", 600))
    frame = drawn(page)
    settled(frame, FIRST_PIN)
    iframe = page.locator("iframe")
    iframe.evaluate("frame => { frame.width = 300; frame.height = 300; }")
    settled(frame, FIRST_PIN)
    places = frame.locator(".pin").evaluate_all(
        "pins => pins.map((pin) => [pin.getBoundingClientRect().x, pin.getBoundingClientRect().y])"
    )
    assert all(-40 < x < 300 and -40 < y < 300 for x, y in places)
    frame.locator(".leaflet-control-zoom-in").click()
    settled(frame, SPREAD)
    closer = frame.evaluate(SPREAD)
    iframe.evaluate("frame => { frame.width = 320; }")
    assert settled(frame, SPREAD) == pytest.approx(closer, abs=1)


def test_a_fixed_zoom_is_kept(page: Page, elsewhere: Elsewhere):
    spread = {}
    for zoom in (13, 14):
        page.goto(elsewhere.framed(f"{HANDED}&zoom={zoom}"))
        spread[zoom] = settled(drawn(page), SPREAD)
    assert spread[14] == pytest.approx(2 * spread[13], abs=2)


@pytest.mark.parametrize(
    ("width", "height"), [(200, 200), (240, 400), (320, 320), (360, 640), (700, 240), (900, 500)]
)
@pytest.mark.parametrize("show", ["both", "list", "map"])
def test_it_fits_any_size_from_200_by_200(
    page: Page, elsewhere: Elsewhere, width: int, height: int, show: str
):
    page.goto(elsewhere.framed(f"area={EAST}&show={show}", str(width), height))
    frame = frame_of(page)
    frame.wait_for_load_state("networkidle")
    assert frame.evaluate(OVERFLOW) <= 0
    expect(frame.get_by_role("link", name="查看大图")).to_be_in_viewport()
    if show == "map":
        expect(frame.locator(".pin").first).to_be_visible()
        assert frame.locator(".drawn").bounding_box()["height"] > 100
    else:
        expect(frame.locator(".card h3").first).to_be_in_viewport()
    save_screenshot(page, f"embed-{show}-{width}x{height}")


# Pins that are not wholly on the map, or that a control lies over.
HIDDEN_PINS = """() => {
  const box = document.querySelector(".canvas").getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const over = [...document.querySelectorAll(".leaflet-control, .credits, .map .legend:not([hidden])")]
    .map((one) => one.getBoundingClientRect()).filter(({ width }) => width);
  return [...document.querySelectorAll(".pin")].map((pin) => pin.getBoundingClientRect()).filter((pin) =>
    pin.left < box.left || pin.right > box.right || pin.top < box.top || pin.bottom > box.bottom ||
    over.some((one) => meet(one, pin))).map(({ left, top }) => [left, top]);
}"""


@pytest.mark.parametrize(
    ("width", "height"), [(240, 320), (320, 240), (360, 640), (600, 400), (1000, 500), (1440, 860)]
)
@pytest.mark.parametrize("query", [f"area={EAST}", HANDED, "area=410100", "code=YZ-0001"])
def test_every_pin_is_seen_whole(page: Page, elsewhere: Elsewhere, width: int, height: int, query: str):
    page.goto(elsewhere.framed(f"{query}&show=map", str(width), height))
    frame = drawn(page)
    settled(frame, FIRST_PIN)
    assert frame.evaluate(HIDDEN_PINS) == []


@pytest.mark.parametrize("path", ["/?q=样城站", "/?q=410102&open_at=now", "/?q=YZ-0099"])
def test_every_pin_is_seen_whole_beside_the_list(page: Page, ours: str, path: str):
    page.goto(f"{ours}{path}")
    expect(page.locator(".pin").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    settled(page.main_frame, FIRST_PIN)
    assert page.evaluate(HIDDEN_PINS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_looks_as_the_browsers_own_and_wins_over_it(
    browser: Browser, elsewhere: Elsewhere, scheme: str
):
    other = {"light": "dark", "dark": "light"}[scheme]
    colours = """() => ["--paper", "--ink", "--map-water", "--map-road"].map((name) =>
      getComputedStyle(document.getElementById("map")).getPropertyValue(name).trim())"""
    seen = []
    for prefers, query in ((scheme, HANDED), (other, f"{HANDED}&theme={scheme}"), (other, HANDED)):
        with watched_page(browser, [], **DESKTOP, color_scheme=prefers) as page:
            page.goto(elsewhere.framed(query))
            seen.append(drawn(page).evaluate(colours))
            save_screenshot(page, f"embed-{scheme}-{len(seen)}")
    assert seen[0] == seen[1] != seen[2]


# Giving way to the page


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed())
    frame = drawn(page)
    before = settled(frame, SPREAD)
    page.mouse.move(*middle(page, frame))
    page.mouse.wheel(0, 200)
    page.wait_for_function("scrollY > 100")
    # It stays there once it is hidden again.
    expect(frame.locator(".gestures")).to_have_text("按住 Ctrl 键再滚动滚轮,可以缩放地图")
    assert settled(frame, SPREAD) == before
    expect(frame.locator(".gestures")).to_be_hidden()
    lies_at_the_top(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 200)
    page.keyboard.up("Control")
    assert settled(frame, SPREAD) < before
    expect(frame.locator(".gestures")).to_be_hidden()
    assert page.evaluate("scrollY") == 0


def test_a_mouse_drags_the_map(page: Page, elsewhere: Elsewhere):
    page.goto(elsewhere.framed())
    frame = drawn(page)
    x, y = middle(page, frame)
    before = settled(frame, FIRST_PIN)
    page.mouse.move(x, y + 60)
    page.mouse.down()
    page.mouse.move(x + 80, y + 60, steps=5)
    page.mouse.up()
    assert settled(frame, FIRST_PIN)[0] > before[0] + 40


def lies_at_the_top(page: Page) -> None:
    """Scroll a page up and wait until it stays: what a finger threw rolls on for a while."""
    for _ in range(50):
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(300)
        if page.evaluate("scrollY") == 0:
            return
    raise AssertionError(page.evaluate("scrollY"))


def test_one_finger_scrolls_the_page_and_two_zoom_the_map(touched: Page, elsewhere: Elsewhere):
    touched.goto(elsewhere.framed())
    frame = drawn(touched)
    assert frame.locator(".canvas").evaluate("box => getComputedStyle(box).touchAction") == "pan-x pan-y"
    x, y = middle(touched, frame)
    before = settled(frame, SPREAD), settled(frame, FIRST_PIN)
    session = touched.context.new_cdp_session(touched)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]},
        )

    touch("touchStart", (x, y + 60))
    for step in range(1, 12):
        touch("touchMove", (x, y + 60 - 12 * step))
    expect(frame.get_by_text("用两根手指移动和缩放地图")).to_be_visible()
    touch("touchEnd")
    touched.wait_for_function("scrollY > 60")
    assert (settled(frame, SPREAD), settled(frame, FIRST_PIN)) == before
    lies_at_the_top(touched)
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 10):
        touch("touchMove", (x - 20 - 8 * step, y), (x + 20 + 8 * step, y))
    touch("touchEnd")
    assert settled(frame, SPREAD) > 1.5 * before[0]
    assert touched.evaluate("scrollY") == 0


def test_alone_in_a_window_it_zooms_as_maps_do(page: Page, elsewhere: Elsewhere):
    page.goto(f"{elsewhere.ours}/embed?{HANDED}")
    expect(page.locator(".pin").first).to_be_visible()
    before = settled(page.main_frame, SPREAD)
    page.mouse.move(*middle(page, page.main_frame))
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(500)
    assert settled(page.main_frame, SPREAD) < before


# The script


def test_scripts_put_their_frames_where_they_stand_and_leave_nothing_else(page: Page, elsewhere: Elsewhere):
    loader = f"{elsewhere.ours}/embed.js"
    keys = "Object.keys(window).filter((name) => !/^\\d+$/.test(name))"
    body = (
        f"<script>window.before = []; window.before = {keys}</script>"
        f'<p id="a">一<script src="{loader}" data-area="{EAST}" data-kind="water_point,nursing_room"'
        ' data-title="东区" data-height="400" async></script></p>'
        f'<p id="b">二<script src="{loader}" data-code="YZ-0001" data-open-at="now" data-show="list"'
        ' data-lang="en" data-width="300" async></script></p>'
        f'<p id="c">三<script src="{loader}" data-height="9em" data-width="x;y"></script></p>'
    )
    page.goto(elsewhere.page(body))
    expect(page.locator("iframe")).to_have_count(3)
    assert page.evaluate(f"{keys}.filter((name) => !window.before.includes(name))") == []
    one, two, three = (page.locator(f"#{name} > script + iframe") for name in "abc")
    expect(one).to_have_attribute("title", "东区")
    expect(one).to_have_attribute("height", "400")
    expect(one).to_have_attribute("allow", "geolocation")
    expect(one).to_have_attribute("loading", "lazy")
    expect(two).to_have_attribute("width", "300")
    expect(three).to_have_attribute("width", "100%")
    expect(three).to_have_attribute("height", "480")
    two.scroll_into_view_if_needed()
    expect(page.frame_locator("#b iframe").locator("html")).to_have_attribute("lang", "en")
    expect(page.frame_locator("#b iframe").locator("#map")).to_have_count(0)
    assert set(codes(drawn(page))) == {"YZ-0002", "YZ-0003"}


def test_a_script_works_on_a_page_that_allows_it_by_policy(page: Page, elsewhere: Elsewhere):
    policy = f"default-src 'none'; script-src {elsewhere.ours}; frame-src {elsewhere.ours}; img-src data:"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
    address = elsewhere.folder / "strict.html"
    address.write_text(
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>工会</title>{meta}'
        f'<link rel="icon" href="data:,"></head><body>'
        f'<script src="{elsewhere.ours}/embed.js" data-code="YZ-0001" async></script></body></html>',
        "utf-8",
    )
    page.goto(f"{elsewhere.base}/strict.html")
    drawn(page)


def test_only_the_frame_can_be_framed(page: Page, elsewhere: Elsewhere, expected_errors: list[str]):
    expected_errors += ["frame-ancestors", "ERR_BLOCKED_BY_RESPONSE"]
    page.goto(elsewhere.page(f'<iframe src="{elsewhere.ours}/" title="x"></iframe>'))
    page.wait_for_load_state("networkidle")
    assert frame_of(page).locator("main").count() == 0


# "离我最近"


def near(frame: Frame, says: str) -> None:
    frame.get_by_role("button", name="离我最近").click()
    expect(frame.locator(f"[data-say={says}]")).to_be_visible()


def by_distance(found: set[str], *, open_now: bool = False) -> list[str]:
    """Return some stations as they lie from HERE on the ellipsoid, at equal distance by code.

    Where the open ones are asked for, those of unknown hours come after them.
    """
    geod, here = Geod(ellps="WGS84"), (HERE["longitude"], HERE["latitude"])

    def far(row: dict[str, Any]) -> tuple[bool, float, str]:
        unknown = open_now and not row.get("hours_osm")
        return unknown, geod.inv(*here, row["lon"], row["lat"])[2], row["code"]

    return [row["code"] for row in sorted(STATIONS, key=far) if row["code"] in found]


@pytest.mark.parametrize(
    "query", [f"area={EAST}", HANDED, f"area={EAST}&show=list", "area=410100&open_at=now"]
)
def test_one_tap_puts_the_list_in_order_of_distance_and_tells_nobody(
    page: Page, elsewhere: Elsewhere, query: str
):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.goto(elsewhere.framed(query))
    frame = frame_of(page)
    frame.wait_for_load_state("networkidle")
    before, seen = codes(frame), []
    page.context.on("request", lambda request: seen.append(request))
    near(frame, "sorted")
    assert codes(frame) == by_distance(set(before), open_now="open_at=now" in query)
    expect(frame.locator(".card .far b").first).to_contain_text("直线")
    expect(frame.locator("h2").first).to_contain_text("由近到远")
    assert (
        frame.get_by_role("link", name=re.compile("驿站|母婴室"))
        .first.get_attribute("href")
        .startswith("/s/")
    )
    asked = [urlsplit(request.url) for request in seen]
    data = [f"{one.path}?{one.query}" for one in asked if not one.path.startswith(("/static/", "/basemap/"))]
    # What holds now is asked for as long as the list is looked at.
    assert [one for one in data if "/live/" not in one] == [
        "/api/v1/packs/410100?",
        "/api/v1/packs/410100?part=texts",
    ]
    assert {one for one in data if "/live/" in one} == {"/api/v1/live/410100?"}
    for request in seen:
        told = request.url + (request.post_data or "") + str(request.headers)
        assert request.method == "GET"
        assert not any(digits in told for digits in ("113.613", "34.7131"))
    save_screenshot(page, f"embed-near-{re.sub('[^a-z0-9]+', '-', query)}")


def test_the_map_has_the_new_order_and_the_old_one_comes_back(page: Page, elsewhere: Elsewhere):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.goto(elsewhere.framed(f"area={EAST}", height=620))
    frame = drawn(page)
    before = codes(frame)
    near(frame, "sorted")
    assert codes(frame) != before
    expect(frame.locator(".here")).to_be_visible()
    expect(frame.locator(".pin")).to_have_count(len(before))
    found = Axe().run(frame, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    frame.get_by_role("button", name="在地图上看第 1 个").click()
    expect(frame.locator(".bubble strong")).to_have_text(frame.locator(".card h3").first.inner_text())
    frame.get_by_role("link", name="恢复原来的顺序").click()
    expect(frame.locator("[data-say=sorted]")).to_be_hidden()
    expect(frame.locator(".card").first).to_have_attribute("data-code", before[0])
    expect(frame.locator(".card")).to_have_count(len(before))
    assert codes(frame) == before


def test_of_several_cities_the_readers_own_is_fetched(page: Page, elsewhere: Elsewhere):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 114.49, "latitude": 35.49})
    page.goto(elsewhere.framed("lang=en"))
    frame = drawn(page)
    frame.locator("button.near").click()
    expect(frame.locator("[data-say=sorted]")).to_be_visible()
    expect(frame.locator(".card").first).to_have_attribute("data-code", "YZ-0099")


def test_a_page_that_forbids_it_is_named_as_the_cause(page: Page, elsewhere: Elsewhere):
    page.context.grant_permissions(["geolocation"])
    page.goto(elsewhere.framed(allow=""))
    frame = frame_of(page)
    near(frame, "forbidden")
    expect(frame.get_by_text("放这张表的网页不允许定位")).to_be_visible()


@pytest.mark.parametrize(
    ("answers", "says"),
    [("(_, no) => no({ code: 1 })", "refused"), ("(_, no) => no({ code: 2 })", "unavailable"),
     ("(_, no) => no({ code: 3 })", "timeout"), ("() => {}", "timeout")],
)  # fmt: skip
def test_without_a_position_it_says_so_and_the_list_stays(
    page: Page, elsewhere: Elsewhere, answers: str, says: str
):
    page.clock.install()
    page.add_init_script(f"navigator.geolocation.getCurrentPosition = {answers};")
    page.goto(elsewhere.framed())
    frame = frame_of(page)
    frame.wait_for_load_state("networkidle")
    before = codes(frame)
    frame.get_by_role("button", name="离我最近").click()
    page.clock.run_for(15_000)
    expect(frame.locator(f"[data-say={says}]")).to_be_visible()
    assert codes(frame) == before


def test_where_the_pack_cannot_be_had_the_list_stays(
    page: Page, elsewhere: Elsewhere, expected_errors: list[str]
):
    expected_errors += ["ERR_FAILED", "Failed to load resource"]
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.goto(elsewhere.framed())
    frame = drawn(page)
    before = codes(frame)
    page.context.route("**/api/v1/packs/**", lambda route: route.abort())
    near(frame, "failed")
    assert codes(frame) == before
    page.context.unroute("**/api/v1/packs/**")
    near(frame, "sorted")


def test_where_no_city_of_the_frame_is_known_no_pack_is_asked_for(page: Page, elsewhere: Elsewhere):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.context.route("**/cities.json", lambda route: route.fulfill(json=[]))
    page.goto(elsewhere.framed("lang=zh"))
    frame = drawn(page)
    before, seen = codes(frame), []
    page.context.on("request", lambda request: seen.append(request.url))
    near(frame, "failed")
    assert codes(frame) == before
    assert not [url for url in seen if "/packs/" in url]


# Shutting nobody out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("device", "query"),
    [
        (DESKTOP, HANDED),
        (PHONE, f"area={EAST}"),
        (PHONE, f"{HANDED}&show=map"),
        (PHONE, "facility=shower"),
        (PHONE, "area=999999"),
        (DESKTOP, "code=YZ-0008&lang=en"),
    ],
)
def test_axe_finds_nothing_in_a_frame(
    browser: Browser, elsewhere: Elsewhere, device: dict[str, Any], query: str, scheme: str
):
    with watched_page(browser, ["404"], **device, color_scheme=scheme) as page:
        page.goto(elsewhere.framed(query, height=620))
        frame = frame_of(page)
        frame.wait_for_load_state("networkidle")
        found = Axe().run(frame, options=AXE)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_the_maker(browser: Browser, ours: str, device: dict[str, Any], lang: str):
    with watched_page(browser, [], **device) as page:
        page.goto(f"{ours}/embed/make?area={EAST}&lang={lang}&zoom=99")
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options={"runOnly": AXE["runOnly"], "iframes": False})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate(OVERFLOW) <= 0
        save_screenshot(page, f"embed-make-{'desk' if device is DESKTOP else 'phone'}-{lang}")


# The maker


def test_code_and_preview_follow_the_form(page: Page, ours: str):
    page.goto(f"{ours}/embed/make")
    page.get_by_label("哪个地区").select_option(EAST)
    page.get_by_role("checkbox", name="派水点").check()
    page.get_by_label("高(像素)").fill("333")
    code = page.get_by_label("一般用这一种")
    expect(code).to_have_value(re.compile(f'area={EAST}&amp;kind=water_point.*height="333"'))
    assert code.input_value().startswith(f'<iframe src="{ours}/embed?')
    preview = page.frame_locator("iframe.preview")
    page.locator("iframe.preview").scroll_into_view_if_needed()
    expect(preview.locator(".card")).to_have_count(1)
    expect(preview.locator(".pin")).to_have_count(1)
    assert f"area={EAST}" in page.url
    expect(page.get_by_role("status")).to_have_text("代码已更新")


def test_the_code_is_copied_at_a_press_and_works_as_pasted(page: Page, ours: str, elsewhere: Elsewhere):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for number in (0, 1):
        page.goto(f"{ours}/embed/make?{HANDED}")
        button = page.locator(".copy").nth(number)
        button.click()
        expect(button).to_have_text("已复制")
        pasted = page.evaluate("navigator.clipboard.readText()")
        page.goto(elsewhere.page(pasted))
        expect(page.locator("iframe")).to_have_count(1)
        assert set(codes(drawn(page))) == {"YZ-0002", "YZ-0003"}


def test_without_scripts_a_button_makes_the_code(browser: Browser, ours: str):
    with watched_page(browser, [], **DESKTOP, java_script_enabled=False) as page:
        page.goto(f"{ours}/embed/make")
        expect(page.locator(".copy").first).to_be_hidden()
        page.get_by_label("哪个地区").select_option(EAST)
        page.get_by_role("button", name="生成代码").click()
        expect(page.get_by_label("一般用这一种")).to_have_value(re.compile(f"area={EAST}"))
        expect(page.frame_locator("iframe.preview").locator(".card").first).to_be_attached()
