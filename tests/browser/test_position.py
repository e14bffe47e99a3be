"""Without a position: what is said, and that a place by name, landmark, district or map does as well."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.services.browser import save_screenshot
from tests.services.finder import OFFLINE, all_is_kept, allow_position, answer_position_with, nearest

pytestmark = pytest.mark.browser


def by_name(page: Page) -> str:
    page.get_by_role("searchbox").fill("yxz")
    page.keyboard.press("Enter")
    return "云栖站"


def by_landmark(page: Page) -> str:
    link = page.locator("h2:has-text('按地标') + .picks a").first
    name = link.inner_text()
    link.click()
    return name


def by_district(page: Page) -> str:
    link = page.locator("h2:has-text('按地区') + .picks a").first
    name = link.get_attribute("data-area")
    link.click()
    return name


def by_map(page: Page) -> str:
    page.locator(".map-toggle").click()
    district = page.locator(".district").first
    name = district.locator("b").evaluate("count => count.parentNode.firstChild.textContent")
    district.click()
    return name


WAYS = [by_name, by_landmark, by_district, by_map]


def refuse(page: Page) -> None:
    page.context.clear_permissions()


def never_answer(page: Page) -> None:
    answer_position_with(page, "")
    page.clock.install()


def pack_is_there(page: Page) -> None:
    expect(page.locator("[data-app=star]")).to_be_visible()


def locate(page: Page) -> None:
    page.get_by_role("button", name="离我最近").click()


@pytest.mark.parametrize("choose", WAYS)
def test_where_the_position_is_refused_a_place_does_as_well(
    phone: Page, demo: str, choose: Callable[[Page], str]
):
    refuse(phone)
    phone.goto(demo)
    pack_is_there(phone)
    locate(phone)
    expect(phone.locator("#says p:visible")).to_contain_text("没有得到使用位置的许可。请在上面输入地名")
    save_screenshot(phone, "app-refused-phone")
    name = choose(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"离“{name}”最近的站点")
    expect(phone.locator(".card")).not_to_have_count(0)


@pytest.mark.parametrize("choose", WAYS)
def test_where_the_position_never_comes_a_place_does_as_well(
    phone: Page, demo: str, choose: Callable[[Page], str]
):
    never_answer(phone)
    phone.goto(demo)
    pack_is_there(phone)
    locate(phone)
    expect(phone.locator("#says p:visible")).to_contain_text("正在取得您的位置")
    phone.clock.fast_forward(13_000)
    expect(phone.locator("#says p:visible")).to_contain_text("等了很久也没有取到位置。请在上面输入地名")
    name = choose(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"离“{name}”最近的站点")
    expect(phone.locator(".card")).not_to_have_count(0)


@pytest.mark.parametrize("choose", WAYS)
def test_refused_and_without_a_network_a_place_does_as_well(
    phone: Page, demo: str, choose: Callable[[Page], str], expected_errors: list[str]
):
    expected_errors += OFFLINE
    allow_position(phone)
    phone.goto(demo)
    nearest(phone)
    all_is_kept(phone)
    refuse(phone)
    phone.context.set_offline(True)
    phone.goto(demo)
    pack_is_there(phone)
    locate(phone)
    expect(phone.locator("#says p:visible")).to_contain_text("没有得到使用位置的许可")
    name = choose(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"离“{name}”最近的站点")
    expect(phone.locator(".card")).not_to_have_count(0)
