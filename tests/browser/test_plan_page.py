"""Coverage as a planner works on it, in the demo city, with the real worker behind the real server."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server

pytestmark = pytest.mark.browser

# A study of the demo city is done in a second or two; a machine that is busy takes its time.
DONE_MS = 120_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the server."""
    return tmp_path_factory.mktemp("plan") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Base URL of the real server over the demo city, whose worker it starts itself."""
    with running_server(home, "--demo") as url:
        yield url


def ask(page: Page, site: str, limit: str, hour: str) -> str:
    """Have a study made and wait for it; returns its address."""
    page.goto(f"{site}/plan/")
    page.get_by_role("radio", name=limit).check()
    page.locator("input[name=clock]").fill(hour)
    expect(page.get_by_role("radio", name="普通周三的几点")).to_be_checked()
    page.get_by_role("button", name="开始计算").click()
    page.wait_for_url(re.compile(r"/plan/[0-9a-f]{10}$"))
    expect(page.get_by_role("heading", name="主要数字")).to_be_visible(timeout=DONE_MS)
    return page.url


@pytest.fixture(scope="module")
def studies(browser: Browser, site: str) -> tuple[str, str]:
    """Addresses of two studies that differ in their hour, by day and by night."""
    with watched_page(browser, [], **DESKTOP) as page:
        return ask(page, site, "15 分钟生活圈", "14:00"), ask(page, site, "15 分钟生活圈", "23:00")


def share(page: Page, address: str) -> float:
    page.goto(address)
    return float(page.locator(".keys b").first.inner_text().rstrip("%"))


def test_by_night_fewer_are_covered(page: Page, studies: tuple[str, str]):
    by_day, by_night = (share(page, address) for address in studies)
    assert 0 < by_night < by_day < 100


def test_progress_is_watched_until_the_study_is_there(
    page: Page, site: str, studies: tuple[str, str], home: Path
):
    id_ = studies[0].rsplit("/", 1)[1]
    tell(home, id_, state="running", progress=0.4, step="正在找缺口和原因", seen_at="2099-01-01T00:00:00Z")
    page.goto(f"{site}/plan/{id_}")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 40)
    expect(page.get_by_role("status")).to_have_text("正在找缺口和原因")
    save_screenshot(page, "plan-progress")
    tell(home, id_, state="running", progress=0.7, step="正在整理结果", seen_at="2099-01-01T00:00:00Z")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 70)
    expect(page.get_by_role("status")).to_have_text("正在整理结果")
    tell(home, id_, state="done", progress=1.0, step=None, seen_at=None)
    expect(page.get_by_role("heading", name="主要数字")).to_be_visible()


def tell(home: Path, id_: str, **values: object) -> None:
    """Say of a study what its worker would."""
    # What it found stays where it is: a page shows it as soon as there is nothing left to wait for.
    with sqlite3.connect(home / "yizhan.sqlite", timeout=30) as database:
        kept = ", ".join(f"{name} = ?" for name in values)
        database.execute(f"UPDATE study SET {kept} WHERE id = ?", (*values.values(), id_))
    database.close()


def test_the_map_shows_a_gap_when_it_is_asked_for(page: Page, studies: tuple[str, str]):
    page.goto(studies[0])
    frame = page.frame_locator("#study-map")
    expect(frame.locator(".leaflet-container")).to_be_visible(timeout=DONE_MS)
    expect(frame.locator(".leaflet-popup")).to_have_count(0)
    page.get_by_role("link", name="看地图").nth(1).click()
    expect(frame.locator(".leaflet-popup")).to_contain_text("2. ")
    expect(page.locator("#study-map")).to_be_in_viewport()
    save_screenshot(page, "plan-map")


def test_the_report_is_one_file_that_opens_without_a_server(
    page: Page, studies: tuple[str, str], tmp_path: Path
):
    page.goto(studies[0])
    with page.expect_download(timeout=DONE_MS) as download:
        page.get_by_role("link", name="报告(网页").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    page.goto(report.as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("步行 1,000 米")


def test_two_studies_are_compared(page: Page, site: str, studies: tuple[str, str]):
    page.goto(f"{site}/plan/")
    for tick in page.get_by_role("checkbox", name="选来比较").all()[:2]:
        tick.check()
    page.get_by_role("button", name="比较选中的两项").click()
    expect(page.locator("tr.differs")).to_have_count(1)
    expect(page.locator("tr.differs")).to_contain_text("23:00")
    expect(page.get_by_role("row", name="覆盖率 ", exact=False).first).to_contain_text(re.compile(r"[+-]\d"))
    for number in (1, 2):
        frame = page.frame_locator(f"#map-{number}")
        expect(frame.locator(".leaflet-container")).to_be_visible(timeout=DONE_MS)
    save_screenshot(page, "plan-compare")


def test_one_thing_is_changed_and_the_rest_stays(page: Page, studies: tuple[str, str]):
    page.goto(studies[1])
    page.get_by_role("link", name="换一个条件再算").click()
    expect(page.locator("input[name=clock]")).to_have_value("23:00")
    expect(page.get_by_role("radio", name="15 分钟生活圈")).to_be_checked()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_whole_and_accessible(
    browser: Browser,
    site: str,
    studies: tuple[str, str],
    device: dict,
    scheme: str,
    expected_errors: list[str],
):
    first, second = (address.rsplit("/", 1)[1] for address in studies)
    paths = {"form": "/plan/", "study": f"/plan/{first}", "compare": f"/plan/compare?a={first}&b={second}"}
    with watched_page(browser, expected_errors, **device, color_scheme=scheme) as page:
        for name, path in paths.items():
            page.goto(site + path)
            page.wait_for_load_state("networkidle")
            save_screenshot(page, f"plan-{name}-{'phone' if device is PHONE else 'desk'}-{scheme}")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, name
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_without_scripts_a_study_is_made_and_read(browser: Browser, site: str, expected_errors: list[str]):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=False) as page:
        page.goto(f"{site}/plan/")
        page.get_by_role("radio", name="自己定").check()
        page.get_by_label("多少", exact=True).fill("400")
        page.get_by_role("button", name="开始计算").click()
        expect(page.get_by_role("heading", name="主要数字")).to_be_visible(timeout=DONE_MS)
        expect(page.locator(".asked")).to_contain_text("步行 400 米")


def test_it_prints_without_what_is_for_the_screen(page: Page, studies: tuple[str, str]):
    page.goto(studies[0])
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="比较")).to_be_hidden()
    expect(page.locator("table.week")).to_be_visible()
