"""Reporting from a phone: one tap, a bad network, a wrong tap; the keeper's answer."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.test_station_page import CLIPPED, TARGETS, WCAG
from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.admin.office import PASSWORD, furnish

pytestmark = pytest.mark.browser

OPEN = "YZ-0001"
SENT = "收到了,谢谢"
GLOVE_PX = 52
# A page keeps how large the photo is that it sends.
WEIGHED = """() => {
  const send = window.fetch;
  window.fetch = (address, options) => {
    const photo = options.body.get("photo");
    if (photo) window.photoBytes = photo.size;
    return send(address, options);
  };
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server behind a proxy, over a registry with people."""
    home: Path = tmp_path_factory.mktemp("reports") / "home"
    home.mkdir()
    furnish(home)
    with running_server(home, env={"YIZHAN_TRUSTED_PROXIES": "1"}) as url:
        yield url


@pytest.fixture
def someone(browser: Browser, expected_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """Return a function that gives the phone of somebody at an address of his own."""
    opened = []

    def at(address: str, **options: object) -> Page:
        headers = {"X-Forwarded-For": address}
        context = watched_page(browser, expected_errors, **(PHONE | options), extra_http_headers=headers)
        opened.append(context)
        return context.__enter__()

    yield at
    for context in reversed(opened):
        context.__exit__(None, None, None)


def said(page: Page):
    return page.locator("#report-said")


def tap(page: Page, words: str) -> None:
    page.get_by_role("link", name=words, exact=True).tap()


def sign_in(page: Page, site: str, login: str) -> None:
    page.goto(f"{site}/admin/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_rider_reports_the_keeper_answers_and_the_rider_sees_it(site: str, someone: Callable[..., Page]):
    rider = someone("10.1.0.1")
    rider.goto(f"{site}/s/{OPEN}")
    tap(rider, "没水了")
    expect(said(rider)).to_contain_text(SENT)
    rider.get_by_role("link", name="看回执").tap()
    expect(rider.get_by_role("heading", level=1)).to_have_text("没水了:已收到")
    ticket = rider.url
    assert re.fullmatch(rf"{site}/t/[A-Z2-7]{{26}}", ticket)
    rider.get_by_label("想多说几句").fill("还没说完")

    keeper = someone("10.1.0.2")
    sign_in(keeper, site, "keeper")
    keeper.goto(f"{site}/admin/tickets")
    keeper.get_by_role("link", name=re.compile("没水了")).first.click()
    keeper.get_by_label("已经补上水了。").check()
    keeper.get_by_label("想多说几句").fill("新换了一桶")
    keeper.get_by_role("button", name="答复").click()
    expect(keeper.get_by_role("status")).to_contain_text("答复已经给反馈的人看到")

    _looked_at_again(rider)
    expect(rider.get_by_role("status")).to_contain_text(re.compile("没水了:已答复 .*答复了 已经补上水了。"))
    # What he is writing is not taken from him.
    expect(rider.get_by_label("想多说几句")).to_have_value("还没说完")
    for _ in range(2):
        expect(rider.get_by_role("heading", level=1)).to_have_text("没水了:已答复")
        expect(rider.locator("ol.reply")).to_contain_text("驿站负责人答复了")
        expect(rider.locator("ol.reply")).to_contain_text("已经补上水了。")
        expect(rider.locator("ol.reply")).to_contain_text("新换了一桶")
        rider.goto(ticket)
    # Back at the station the phone remembers.
    rider.goto(f"{site}/s/{OPEN}")
    expect(said(rider)).to_contain_text("处理结果在回执里看")
    rider.get_by_role("link", name="看回执").tap()
    expect(rider).to_have_url(ticket)
    assert rider.context.cookies() == []


def test_a_ticket_kept_open_shows_what_happened_and_stays_where_it_was(
    site: str, someone: Callable[..., Page]
):
    rider = someone("10.1.1.1")
    rider.goto(f"{site}/s/YZ-0009")
    tap(rider, "设备坏了")
    expect(said(rider)).to_contain_text(SENT)
    address = site + rider.get_by_role("link", name="看回执").get_attribute("href")
    kept, other = rider, rider.context.new_page()
    kept.clock.install()
    kept.goto(address)
    kept.evaluate("scrollTo(0, 60)")
    other.goto(address)
    other.get_by_role("button", name="按错了,撤回").tap()
    expect(other.get_by_role("status").first).to_contain_text("已经撤回")
    # Without a network it asks nobody, and complains of nothing.
    kept.context.set_offline(True)
    _looked_at_again(kept)
    kept.clock.fast_forward(31_000)
    assert "已结束" not in kept.get_by_role("heading", level=1).text_content()
    kept.context.set_offline(False)
    kept.clock.fast_forward(31_000)
    expect(kept.get_by_role("heading", level=1)).to_have_text(re.compile("设备坏了:已结束"))
    expect(kept.get_by_role("status")).to_contain_text("您撤回了反馈")
    expect(kept.get_by_role("button", name="补充")).to_have_count(0)
    assert kept.evaluate("scrollY") == 60


def _looked_at_again(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_riders_put_a_door_in_doubt_and_the_keepers_answer_clears_it(
    site: str, someone: Callable[..., Page]
):
    reader = someone("10.2.0.9")
    for number in (1, 2):
        rider = someone(f"10.2.0.{number}")
        rider.goto(f"{site}/s/{OPEN}")
        tap(rider, "门锁着")
        expect(said(rider)).to_contain_text(SENT)
    _shown_within(reader, f"{site}/s/{OPEN}", "可能没开门", is_there=True)
    keeper = someone("10.2.0.3")
    sign_in(keeper, site, "keeper")
    keeper.goto(f"{site}/admin/orders")
    keeper.get_by_role("link", name=re.compile("工单 1")).click()
    keeper.get_by_label("门现在开着,可以来了。").check()
    keeper.get_by_role("button", name="答复").click()
    _shown_within(reader, f"{site}/s/{OPEN}", "可能没开门", is_there=False)


def test_the_form_and_the_buttons_report_as_one_phone(
    site: str, someone: Callable[..., Page], expected_errors: list[str]
):
    # Sent sooner than people tap, which is refused: here it matters what was sent.
    expected_errors.append("400 (Bad Request)")
    rider = someone("10.2.1.1")
    rider.goto(f"{site}/s/YZ-0002")
    tap(rider, "没水了")
    expect(said(rider)).to_contain_text(SENT)
    mark = rider.evaluate("JSON.parse(localStorage.getItem('yizhan.reports')).mark")
    rider.goto(f"{site}/s/YZ-0002/report?kind=broken")
    with rider.expect_navigation(), rider.expect_request(lambda request: request.method == "POST") as sent:
        rider.get_by_role("button", name="发送").tap()
    assert mark in (sent.value.post_data or "")


def _shown_within(page: Page, address: str, words: str, *, is_there: bool) -> None:
    # Each worker looks at the database every second.
    for _ in range(20):
        page.goto(address)
        if (words in page.locator("main .state").first.inner_text()) == is_there:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{words}: {not is_there}")


def test_without_a_network_a_report_is_kept_sent_with_one_tap_and_can_be_taken_back(
    site: str, someone: Callable[..., Page], expected_errors: list[str]
):
    expected_errors.append("net::ERR_FAILED")
    rider = someone("10.3.0.1")
    rider.goto(f"{site}/s/{OPEN}")
    rider.route("**/report", lambda route: route.abort())
    tap(rider, "设备坏了")
    expect(said(rider)).to_contain_text("没有发出去")
    # Nor is it lost when the page is loaded again.
    rider.reload()
    expect(said(rider)).to_contain_text("设备坏了 · 没有发出去")
    rider.unroute("**/report")
    posted: list[Request] = []
    rider.on("request", lambda request: request.method == "POST" and posted.append(request))
    # At once: what was sent meanwhile takes the button away.
    again = rider.get_by_role("button", name="再发一次")
    again.evaluate("button => { for (let tap = 0; tap < 3; tap++) button.click(); }")
    expect(said(rider)).to_contain_text(f"设备坏了 · {SENT}")
    assert len(posted) == 1
    expect(rider.get_by_role("button", name="再发一次")).to_be_hidden()
    # A wrong tap, with gloves.
    ticket = rider.get_by_role("link", name="看回执").get_attribute("href")
    rider.get_by_role("button", name="按错了,撤回").tap()
    expect(said(rider)).to_have_text("已经撤回。")
    expect(rider.get_by_role("link", name="看回执")).to_be_hidden()
    rider.goto(site + ticket)
    expect(rider.locator("ol.reply")).to_contain_text("您撤回了反馈")


def test_a_suggestion_asks_for_words_and_a_photo_is_made_small_before_it_travels(
    site: str, someone: Callable[..., Page], tmp_path: Path, expected_errors: list[str]
):
    expected_errors.append("400")
    rider = someone("10.7.0.1")
    rider.goto(f"{site}/s/{OPEN}")
    rider.evaluate(WEIGHED)
    tap(rider, "建议")
    expect(said(rider)).to_contain_text("请写在下面")
    expect(rider.get_by_label("想多说几句")).to_be_focused()
    photo = _photo(tmp_path)
    rider.get_by_label("想多说几句").fill("加一个打气筒")
    rider.get_by_label("照片").set_input_files(photo)
    rider.get_by_role("button", name="发送").tap()
    expect(said(rider)).to_contain_text(f"建议 · {SENT}", timeout=60_000)
    assert 0 < rider.evaluate("window.photoBytes") < photo.stat().st_size / 3
    rider.get_by_label("想多说几句").fill("加一个打气筒,谢谢")
    rider.get_by_role("button", name="发送").tap()
    expect(said(rider)).to_have_text("补充的内容收到了。")
    ticket = rider.get_by_role("link", name="看回执").get_attribute("href")
    # What the server refuses is said in its words.
    rider.evaluate("document.getElementById('report').dataset.stamp = 'old'")
    tap(rider, "位置不对")
    expect(said(rider)).to_contain_text("这一页放得太久了")
    rider.goto(site + ticket)
    expect(rider.locator("main")).to_contain_text("照片收到了")
    expect(rider.get_by_label("想多说几句")).to_have_value("加一个打气筒,谢谢")


def _photo(folder: Path) -> Path:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    file = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(file, "JPEG", quality=92, exif=exif)
    path = folder / "photo.jpg"
    path.write_bytes(file.getvalue())
    return path


def test_without_scripts_the_form_does_it_all(
    site: str, someone: Callable[..., Page], expected_errors: list[str]
):
    expected_errors.append("400")
    rider = someone("10.10.0.1", java_script_enabled=False)
    rider.goto(f"{site}/s/{OPEN}")
    tap(rider, "门锁着")
    expect(rider.get_by_label("门锁着")).to_be_checked()
    rider.get_by_label("想多说几句").fill("后门也锁")
    # Sent too soon it is asked for again, and nothing typed is lost.
    for _ in range(10):
        with rider.expect_navigation():
            rider.get_by_role("button", name="发送").tap()
        if "/t/" in rider.url:
            break
        expect(rider.get_by_label("想多说几句")).to_have_value("后门也锁")
        rider.wait_for_timeout(500)
    expect(rider.get_by_role("heading", level=1)).to_contain_text("门锁着")


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_of_it_can_be_read_tapped_and_used_with_the_keyboard(
    site: str, someone: Callable[..., Page], screen: dict
):
    name = "phone" if screen is PHONE else "desktop"
    rider = someone(f"10.11.{len(name)}.1", **screen)
    rider.goto(f"{site}/s/YZ-0003")
    boxes = [one.bounding_box() for one in rider.locator("a[data-kind]").all()]
    assert len(boxes) == 5
    assert all(box["height"] >= GLOVE_PX and box["width"] >= 2 * GLOVE_PX for box in boxes)
    rider.get_by_role("link", name="位置不对", exact=True).focus()
    rider.keyboard.press("Enter")
    expect(said(rider)).to_contain_text(SENT)
    expect(rider.get_by_role("link", name="位置不对", exact=True)).to_be_focused()
    _looks_right(rider, f"report-station-{name}", "#report")
    rider.get_by_role("link", name="看回执").click()
    rider.wait_for_url("**/t/*")
    _looks_right(rider, f"report-ticket-{name}")
    rider.goto(f"{site}/s/YZ-0008/report?kind=broken")
    _looks_right(rider, f"report-form-{name}")
    sign_in(rider, site, "admin")
    rider.goto(f"{site}/admin/orders")
    _looks_right(rider, f"office-orders-{name}")
    rider.goto(f"{site}/admin/tickets")
    _looks_right(rider, f"office-tickets-{name}")
    rider.get_by_role("link", name=re.compile("位置不对")).first.click()
    expect(rider.get_by_role("button", name="答复")).to_be_visible()
    _looks_right(rider, f"office-ticket-{name}")


def _looks_right(page: Page, name: str, part: str = "main") -> None:
    save_screenshot(page, name)
    assert page.evaluate(CLIPPED) == []
    tapped = page.locator(f"{part} :is(a, button, select, textarea, summary, label:has(input))")
    assert tapped.evaluate_all(TARGETS.replace("SIZE", "44")) == []
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
