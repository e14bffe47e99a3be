"""A clerk brings a dirty spreadsheet into the registry, and mends it on the way."""

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from geo.crs import Crs, from_wgs84
from tests.browser.test_station_page import CLIPPED, TARGETS, WCAG
from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server
from tests.web.admin.office import PASSWORD, furnish

pytestmark = pytest.mark.browser

HEADER = ["序号", "编号", "驿站名", "所属区县", "经度", "纬度", "开放时间"]
TAPPED = "main :is(button, .button, select, summary, label.check, input:not([type=checkbox], [type=radio]))"
INK = "() => [...document.querySelectorAll('.canvas canvas')].map((one) => one.toDataURL()).join()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the real server over a registry with people."""
    home: Path = tmp_path_factory.mktemp("imports") / "home"
    home.mkdir()
    furnish(home)
    with running_server(home) as url:
        yield url


def ledger(folder: Path, form: str = "") -> Path:
    """Write a spreadsheet as clerks send it: with titles and totals, formulas, and what is wrong or twice."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["东区工会户外劳动者服务站点台账"])
    sheet.merge_cells("A1:G1")
    sheet.append(["填报单位:东区总工会"])
    sheet.append(HEADER)
    for number in range(1, 9):
        # Beside the borders of the district, where some 500 m matter.
        lon = 113.6985 if number % 2 else 113.6008
        x, y = (round(degrees, 6) for degrees in from_wgs84(lon, 34.62 + number / 100, Crs.GCJ02))
        sheet.append([number, f"E{number}", f"{number}号{form}驿站", "东区", x, y, "8:00-20:00"])
    sheet["E5"], sheet["F5"] = sheet["F5"].value, sheet["E5"].value
    sheet["G6"] = "随商场"
    sheet["B7"] = "E1"
    sheet["C8"] = '=CONCATENATE("五","号")'
    sheet["D9"] = "西区"
    sheet.append(["合计", 8])
    path = folder / "东区台账.xlsx"
    book.save(path)
    return path


def sign_in(page: Page, site: str, login: str = "east") -> None:
    page.goto(f"{site}/admin/sign-in")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def check_looks(page: Page, name: str, form: str) -> None:
    """Hold a page against WCAG 2.1 AA and, on a phone, against its width."""
    save_screenshot(page, f"admin-import-{name}-{form}")
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(CLIPPED) == []
    assert page.locator(TAPPED).evaluate_all(TARGETS.replace("SIZE", "44")) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def count(page: Page, name: str) -> str:
    return page.locator(".counts div", has_text=name).locator("dd").inner_text()


def row(page: Page, number: int):
    return page.get_by_role("region", name=f"第 {number} 行")


@pytest.mark.parametrize(("form", "options"), [("desk", DESKTOP), ("phone", PHONE)])
def test_a_clerk_imports_a_dirty_spreadsheet_and_mends_it(
    site: str, browser: Browser, expected_errors: list[str], tmp_path: Path, form: str, options: dict
):
    with watched_page(browser, expected_errors, **options) as page:
        sign_in(page, site)
        page.goto(f"{site}/admin/import")
        check_looks(page, "begin", form)
        page.get_by_label("台账文件").set_input_files(ledger(tmp_path, form))
        page.get_by_role("button", name="上传").click()

        expect(page.get_by_label("纬度")).to_have_value("y")
        check_looks(page, "columns", form)
        page.get_by_label("驿站名").select_option("站点名称")
        page.get_by_label("来源").fill(f"东区 {form}")
        page.get_by_role("button", name="下一步").click()

        expect(page.get_by_label("GCJ-02")).to_be_checked()
        expect(page.locator(".canvas canvas")).to_be_visible()
        check_looks(page, "system", form)
        for crs in ("BD-09", "GCJ-02"):
            before = page.evaluate(INK)
            page.get_by_label(crs).check()
            # The points move, when the browser next draws.
            page.wait_for_function(f"before => ({INK})() !== before", arg=before)
        page.get_by_role("button", name="下一步").click()

        assert (count(page, "将新增"), count(page, "不能导入")) == ("5", "3")
        check_looks(page, "check", form)
        expect(row(page, 5)).to_contain_text("写反了")
        row(page, 5).get_by_label("经度").fill("113.606800")
        row(page, 5).get_by_label("纬度").fill("34.638900")
        row(page, 6).get_by_label("开放时间").fill("10:00-22:00")
        row(page, 7).get_by_label("编号").fill("E4")
        row(page, 8).get_by_label("驿站名").fill(f"五号{form}驿站")
        row(page, 9).get_by_label("不要这一行").check()
        page.get_by_role("button", name="保存修改").click()

        expect(page.get_by_role("status")).to_contain_text("已改 6 处")
        assert (count(page, "将新增"), count(page, "不能导入"), count(page, "有疑问")) == ("7", "0", "0")
        page.get_by_role("button", name="写入登记册").click()
        expect(page.get_by_role("heading", name="已导入")).to_be_visible()
        assert count(page, "新增") == "7"
        check_looks(page, "done", form)

        page.goto(f"{site}/admin/?q=五号{form}驿站")
        expect(page.get_by_role("link", name=f"五号{form}驿站").first).to_be_visible()


def test_an_import_closed_half_way_is_gone_on_with_by_keyboard_alone(site: str, page: Page, tmp_path: Path):
    sign_in(page, site)
    page.goto(f"{site}/admin/import")
    page.get_by_label("台账文件").set_input_files(ledger(tmp_path))
    page.get_by_role("button", name="上传").click()
    expect(page).to_have_url(re.compile("/columns$"))
    page.goto(f"{site}/admin/import")
    page.get_by_role("link", name="接着做").first.focus()
    page.keyboard.press("Enter")
    # The check cannot be made yet, and leads to what it lacks.
    expect(page.get_by_role("heading", name="坐标是在哪里取的")).to_be_visible()
    page.get_by_role("link", name="上一步").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="每一列是什么")).to_be_visible()
    page.get_by_label("驿站名").focus()
    page.keyboard.type("站点名称")
    page.get_by_label("来源").focus()
    page.keyboard.press("Enter")
    page.get_by_label("GCJ-02").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="检查和修改")).to_be_visible()
    page.get_by_role("button", name="取消这次导入").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已取消")


def test_an_editor_of_another_district_neither_sees_nor_touches_a_draft(
    site: str, browser: Browser, page: Page, tmp_path: Path
):
    sign_in(page, site)
    page.goto(f"{site}/admin/import")
    page.get_by_label("台账文件").set_input_files(ledger(tmp_path, "半途"))
    page.get_by_role("button", name="上传").click()
    expect(page).to_have_url(re.compile("/columns$"))
    draft = page.url
    with watched_page(browser, ["404"], **DESKTOP) as other:
        sign_in(other, site, "west")
        other.goto(f"{site}/admin/import")
        expect(other.get_by_role("heading", level=1)).to_be_visible()
        expect(other.get_by_role("link", name="接着做")).to_have_count(0)
        expect(other.locator("main")).not_to_contain_text("台账.xlsx")
        assert other.goto(draft).status == 404
        expect(other.locator("main")).not_to_contain_text("半途")
        # A form of his own, sent to the other's draft.
        other.goto(f"{site}/admin/account")
        sent = other.evaluate(
            """async (to) => {
              const token = document.querySelector("[name=csrf_token]").value;
              const body = new URLSearchParams({ csrf_token: token });
              return (await fetch(to, { method: "POST", body })).status;
            }""",
            draft.replace("/columns", "/cancel"),
        )
        assert sent == 404
    page.reload()
    expect(page.get_by_label("驿站名")).to_be_visible()
