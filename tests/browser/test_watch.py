"""The browser the other tests use: it shows Chinese, and it notices what a page does wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.services.browser import DESKTOP, save_screenshot, watched_page

# The ink of each character on a canvas of its own.
INK = """characters => characters.map(character => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 64})
    const context = canvas.getContext('2d')
    context.font = '48px sans-serif'
    context.fillText(character, 4, 52)
    return context.getImageData(0, 0, 64, 64).data.filter((_, i) => i % 4 == 3).join('')
})"""


@contextmanager
def fails_with(browser: Browser, words: str) -> Iterator[Page]:
    with pytest.raises(AssertionError, match=words), watched_page(browser, [], **DESKTOP) as page:
        yield page


@pytest.mark.browser
def test_chinese_characters_are_drawn_each_in_its_own_shape(page: Page) -> None:
    page.goto("data:text/html;charset=utf-8,<html lang=zh-CN><h1>爱心驿站</h1>")
    assert page.text_content("h1") == "爱心驿站"
    station, rest, nothing, space = page.evaluate(INK, ["驿", "站", "\U0010fffe", " "])
    assert len({station, rest, nothing}) == 3
    assert space not in (station, rest)


@pytest.mark.browser
def test_the_desk_and_the_phone_are_in_china(page: Page, phone: Page) -> None:
    for device, width in ((page, 1440), (phone, 360)):
        device.goto("data:text/html,<meta name=viewport content='width=device-width'>")
        assert device.evaluate("navigator.language") == "zh-CN"
        assert device.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
        assert device.evaluate("innerWidth") == width
    assert phone.evaluate("navigator.maxTouchPoints > 0 && devicePixelRatio") == 2


@pytest.mark.browser
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("console.error('复制失败')", "console: 复制失败"),
        ("throw new Error('没有地图')", "page error: .*没有地图"),
        (
            "fetch('https://cdn.example/leaflet.js').catch(() => {})",
            "foreign: https://cdn.example/leaflet.js",
        ),
        (
            "document.createElement('img').src = 'http://192.0.2.1/tile.png'",
            "foreign: http://192.0.2.1/tile.png",
        ),
    ],
)
def test_a_page_that_misbehaves_fails_its_test(browser: Browser, script: str, words: str) -> None:
    with fails_with(browser, words) as page:
        page.set_content(f"<script>{script}</script>")


@pytest.mark.browser
def test_trouble_in_a_window_the_page_opened_counts(browser: Browser) -> None:
    with fails_with(browser, "console: 弹窗") as page, page.expect_popup():
        page.evaluate("window.open('about:blank').console.error('弹窗')")


@pytest.mark.browser
def test_what_a_test_expects_does_not_fail_it(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("离线")
    page.set_content("<script>console.error('离线'); console.log('不算'); console.warn('不算')</script>")


@pytest.mark.browser
def test_a_screenshot_is_kept_where_it_is_asked_for(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.set_content("<h1>驿站</h1>")
    monkeypatch.delenv("YIZHAN_SCREENSHOTS", raising=False)
    save_screenshot(page, "nowhere")
    monkeypatch.setenv("YIZHAN_SCREENSHOTS", str(tmp_path))
    save_screenshot(page, "desk")
    assert [file.name for file in tmp_path.iterdir()] == ["desk.png"]
    assert (tmp_path / "desk.png").read_bytes().startswith(b"\x89PNG")
