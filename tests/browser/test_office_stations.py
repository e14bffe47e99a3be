"""Clerks at the table and the form of stations, in real browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, watched_page
from tests.services.server import running_server
from tests.web.admin.office import PASSWORD, furnish


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over a registry with people."""
    home: Path = tmp_path_factory.mktemp("office") / "home"
    home.mkdir()
    furnish(home)
    with running_server(home) as url:
        yield url


def sign_in(page: Page, office: str, login: str) -> None:
    page.goto(f"{office}/admin/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("站点")


def tab_to(page: Page, selector: str, *, most: int = 200) -> None:
    """Press Tab until something has the focus, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_clerk_finds_and_changes_a_station_with_the_keyboard_alone(page, office):
    sign_in(page, office, "east")
    tab_to(page, "#f-q")
    page.keyboard.type("yz-0002")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("1 个站点")
    tab_to(page, ".stations-table tbody th a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("样城站派水点")
    tab_to(page, "#f-hours_raw")
    page.keyboard.press("Control+a")
    page.keyboard.type("每日6:00-23:00")
    expect(page.locator("#meaning")).to_contain_text("06:00-23:00")
    tab_to(page, "[name='facilities.aed']")
    # One stop for three answers; arrows choose among them.
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.value") == "no"
    tab_to(page, "#f-why")
    page.keyboard.type("冬季时间")
    page.keyboard.press("Enter")
    expect(page.locator(".notice.done")).to_have_text("已保存")
    expect(page.locator("#f-hours_raw")).to_have_value("每日6:00-23:00")
    expect(page.locator("[name='facilities.aed'][value='no']")).to_be_checked()


def test_two_editors_collide_and_nothing_is_overwritten(browser: Browser, page, office):
    with watched_page(browser, ["409"], **DESKTOP) as second:
        sign_in(page, office, "east")
        sign_in(second, office, "admin")
        for one in (page, second):
            one.goto(f"{office}/admin/stations/YZ-0003")
        page.fill("#f-name", "东区改的名字")
        page.fill("#f-address", "东区改的地址")
        page.click("button.main")
        expect(page.locator(".notice.done")).to_be_visible()
        second.fill("#f-name", "管理员改的名字")
        second.fill("#f-floor", "4F")
        second.click("button.main")
        expect(second.locator("h1")).to_have_text("有人同时改了这个站点")
        row = second.locator("tr.both")
        expect(row).to_contain_text("样城站母婴室")
        expect(row).to_contain_text("东区改的名字")
        expect(row).to_contain_text("管理员改的名字")
        # Undecided, nothing is sent.
        second.click("button.main")
        expect(second.locator("h1")).to_have_text("有人同时改了这个站点")
        second.check("[name='keep.name'][value='theirs']")
        second.click("button.main")
        expect(second.locator(".notice.done")).to_be_visible()
        expect(second.locator("#f-name")).to_have_value("东区改的名字")
        expect(second.locator("#f-address")).to_have_value("东区改的地址")
        expect(second.locator("#f-floor")).to_have_value("4F")


def test_a_pin_is_dragged_or_typed_and_both_say_the_same(page, office):
    sign_in(page, office, "east")
    page.goto(f"{office}/admin/stations/YZ-0009")
    handle = page.locator(".handle", has_text="站点")
    expect(handle).to_be_visible()
    handle.scroll_into_view_if_needed()
    before, box = page.input_value("#f-lon"), handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 10, steps=4)
    page.mouse.up()
    lon = page.input_value("#f-lon")
    assert 0 < float(lon) - float(before) < 0.01
    page.click("[data-act=entrance]")
    assert page.input_value("#f-entrance_lon") == lon
    # Typing moves the pin; what is said to be GCJ-02 lies elsewhere.
    at = handle.bounding_box()
    page.select_option("#f-position_crs", "gcj02")
    moved = "x => document.querySelector('.handle').getBoundingClientRect().x !== x"
    page.wait_for_function(moved, arg=at["x"])
    page.select_option("#f-position_crs", "wgs84")
    page.click("[data-act=no-entrance]")
    expect(page.locator("#f-entrance_lon")).to_have_value("")
    page.fill("#f-lon", lon)
    page.click("button.main")
    expect(page.locator(".notice.done")).to_be_visible()
    expect(page.locator("#f-lon")).to_have_value(lon)


def test_what_was_typed_outlives_the_session(page, office, expected_errors):
    expected_errors.append("401")
    sign_in(page, office, "east")
    page.goto(f"{office}/admin/stations/YZ-0030")
    page.fill("#f-name", "午饭前写的名字")
    page.context.clear_cookies()
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("登录已过期")
    with page.context.expect_page() as opened:
        page.click("text=在新窗口登录")
    other = opened.value
    other.fill("[name=login]", "east")
    other.fill("[name=password]", PASSWORD)
    other.keyboard.press("Enter")
    expect(other.locator("h1")).to_have_text("站点")
    page.go_back()
    expect(page.locator("#f-name")).to_have_value("午饭前写的名字")
    page.click("button.main")
    expect(page.locator(".notice.done")).to_have_text("已保存")


def test_the_table_ticks_all_of_a_page_and_fits_a_phone(phone, office):
    sign_in(phone, office, "east")
    phone.goto(f"{office}/admin/?q=样城站")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.goto(f"{office}/admin/stations/YZ-0001")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_page_is_ticked_at_once_and_the_headings_stay(page, office):
    sign_in(page, office, "east")
    page.check("[data-all] input")
    assert page.locator("tr.on").count() == page.locator("[name=code]").count() > 20
    page.locator("[name=code]").last.uncheck()
    assert page.evaluate("document.querySelector('[data-all] input').indeterminate")
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 500")
    assert page.locator(".stations-table thead th").nth(1).bounding_box()["y"] < 5
    page.click("text=批量修改选中的")
    expect(page.locator("h1")).to_have_text("批量修改")
