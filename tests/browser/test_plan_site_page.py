"""New stations as a planner works on them: asked for, watched, proved, moved by hand; with a real worker."""

import json
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from geo.analyses.siting import certify
from geo.analyses.siting.formulate import formulate
from geo.analyses.siting.problem import Problem, Rule
from geo.analyses.siting.program import as_document
from geo.analyses.siting.values import obeys, rows_of, value_of
from geo.crs import Crs, from_wgs84
from tests.analyses.siting.choices import random_problem
from tests.services.browser import DESKTOP, PHONE, save_screenshot, watched_page
from tests.services.server import running_server

pytestmark = pytest.mark.browser

DONE_MS = 240_000
INF = float("inf")
OPEN = """async (files) => {
  const { openPlan } = await import("/static/test/js/plan_site_value.js");
  window.plans = files.map(openPlan);
}"""
WORTH = """async (asked) => {
  const { worth } = await import("/static/test/js/plan_site_value.js");
  return asked.map(([plan, chosen]) => {
    const { value, broken } = worth(plans[plan], chosen);
    return [value === Infinity ? null : value, broken];
  });
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the server."""
    return tmp_path_factory.mktemp("site") / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """Base URL of the real server over the demo city, whose worker it starts itself."""
    with running_server(home, "--demo") as url:
        yield url


def fill(page: Page, site: str) -> None:
    """Ask for four new stations, and little besides, which would take its time."""
    page.goto(f"{site}/plan/")
    page.get_by_role("radio", name="10 分钟生活圈").check()
    page.get_by_label("也算出新站点该建在哪里").check()
    page.get_by_label("新建几个").fill("4")
    page.get_by_text("结果里还要什么,算多久").click()
    page.get_by_label("曲线算到几个").fill("4")
    page.get_by_label("另要几个差不多一样好的方案").fill("2")
    page.get_by_label("看看更公平要付出多少").uncheck()
    page.get_by_label("最多算多久").select_option("1 分钟")


@pytest.fixture(scope="module")
def plan(browser: Browser, site: str) -> str:
    """Address of a study with a plan, asked for on the page."""
    with watched_page(browser, [], **DESKTOP) as page:
        fill(page, site)
        page.get_by_role("button", name="开始计算").click()
        page.wait_for_url(re.compile(r"/plan/[0-9a-f]{10}$"))
        expect(page.get_by_role("heading", name="新站点")).to_be_visible(timeout=DONE_MS)
        return page.url


def loss(page: Page) -> Locator:
    return page.locator(".verdict .loss")


def begin(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".begin").click()
    expect(page.locator(".mine li")).to_have_count(4)


def spread(columns: int) -> tuple[Rule, ...]:
    """Return rules of every form: at most, at least, one only with another."""
    some = np.arange(0, columns, 2, dtype=np.int32)
    pair = np.array([1, columns - 1], np.int32)
    return (
        Rule("budget", np.arange(columns, dtype=np.int32), np.linspace(1, 2, columns), -INF, 4.2),
        Rule("area:1", some, np.ones(len(some)), 1.0, INF),
        Rule("building", pair, np.array([1.0, -1.0]), -INF, 0.0),
    )


def problems() -> list[Problem]:
    """Return problems of every objective, and of everything that can be tried on the page."""
    found = []
    for seed, objective in enumerate(("cover", "all", "distance", "farthest") * 2):
        found.append(random_problem(seed, objective, kept=seed % 2 == 0, rules=spread(7)))
    return [*found, *(random_problem(30, objective, backup=2) for objective in ("cover", "all"))]


def file_of(problem: Problem) -> dict:
    """Return what the page needs of a plan's file."""
    names = [rule.name for rule in problem.rules for side in (rule.low, rule.high) if np.isfinite(side)]
    stations = [[f"C-{column}", "", 113.6, 34.7] for column in range(len(problem.price))]
    told = {"objective": problem.objective, "stations": stations, "about": {"rules": names}}
    return json.loads(json.dumps(told | as_document(formulate(problem)), default=float))


def test_what_a_choice_is_worth_is_what_the_solvers_say(page: Page, site: str):
    page.goto(site)
    cases = problems()
    page.evaluate(OPEN, [file_of(problem) for problem in cases])
    chance = random.Random(5)
    asked = [
        (number, sorted(chance.sample(range(7), chance.randrange(1, 6))))
        for number in range(len(cases))
        for _ in range(12)
    ]
    for (number, chosen), (value, broken) in zip(asked, page.evaluate(WORTH, asked), strict=True):
        problem, columns = cases[number], np.array(chosen, np.int32)
        true = value_of(problem, columns)
        assert value == (pytest.approx(true) if np.isfinite(true) else None), (problem.objective, chosen)
        assert (broken == []) == obeys(problem, rows_of(problem), columns)


def test_places_of_a_file_are_read_in_its_own_system(page: Page, site: str):
    page.goto(site)
    file = file_of(random_problem(3, "cover"))
    lon, lat = from_wgs84(113.6, 34.7, Crs.GCJ02)
    file["stations"] = [[code, name, lon, lat] for code, name, *_ in file["stations"]]
    for crs, place in (("wgs84", (lon, lat)), ("gcj02", (113.6, 34.7))):
        page.evaluate(OPEN, [file | {"about": {"rules": [], "crs": crs}}])
        assert page.evaluate("() => [plans[0].lon[0], plans[0].lat[0]]") == pytest.approx(place, abs=1e-8)


def test_the_plan_is_proved_by_a_file_of_its_own(page: Page, plan: str, tmp_path: Path):
    page.goto(plan)
    expect(page.locator(".lead")).to_contain_text("新建 4 处")
    expect(page.locator(".p-curve circle")).not_to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载方案和证书").click()
    download.value.save_as(tmp_path / "plan.json")
    checker = [sys.executable, Path(certify.__file__), tmp_path / "plan.json"]
    proved = json.loads(subprocess.run(checker, check=True, capture_output=True).stdout)
    assert f"{proved['value']:,.0f}" in page.locator(".lead").inner_text()


def test_a_place_is_dragged_and_the_loss_is_said(page: Page, plan: str):
    page.goto(plan)
    marker = page.locator(".spot", has_text=re.compile("^2$"))
    expect(marker).to_be_visible()
    marker.scroll_into_view_if_needed()
    box = marker.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=4)
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    # What is dragged first has the file fetched.
    expect(page.get_by_role("status")).to_contain_text("2 号移到离放下处最近的候选地点")
    expect(loss(page)).to_contain_text("少覆盖")
    expect(page).to_have_url(re.compile("#sites="))
    moved = loss(page).inner_text()
    with watched_page(page.context.browser, [], **DESKTOP) as other:
        other.goto(page.url)
        expect(loss(other)).to_have_text(moved)
        expect(other.locator(".mine .moved")).to_have_count(1)
    save_screenshot(page, "plan-site-moved")
    page.get_by_role("button", name="退一步").click()
    expect(loss(page)).to_have_text("和算出的方案一样好")
    expect(page).to_have_url(plan)


def test_places_are_changed_by_the_keyboard(page: Page, plan: str):
    begin(page, plan)
    expect(loss(page)).to_have_text("和算出的方案一样好")
    select = page.get_by_role("combobox", name="3")
    select.focus()
    expect(select.locator("option")).to_have_count(13)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status")).to_contain_text("3 号换到")
    told = select.locator("option:checked").inner_text()
    assert told.endswith(loss(page).inner_text())
    page.get_by_role("button", name="恢复算出的方案").click()
    expect(loss(page)).to_have_text("和算出的方案一样好")


def test_a_link_to_places_that_are_not_there_leaves_the_plan(page: Page, plan: str):
    page.goto(f"{plan}#sites=nowhere,%E0")
    expect(page.get_by_role("status")).to_contain_text("显示的还是算出的方案")
    expect(page.locator(".mine li")).to_have_count(4)
    expect(loss(page)).to_have_text("和算出的方案一样好")


def test_what_a_choice_does_stays_in_sight(browser: Browser, plan: str, expected_errors: list[str]):
    with watched_page(browser, expected_errors, **PHONE) as page:
        begin(page, plan)
        page.locator(".mine select").last.evaluate(
            "(select) => scrollTo(0, select.getBoundingClientRect().top + scrollY - 400)"
        )
        expect(loss(page)).to_be_in_viewport()


def test_what_is_wrong_with_the_question_is_read_first(page: Page, site: str, expected_errors: list[str]):
    expected_errors.append("400")
    fill(page, site)
    page.get_by_label("新建几个").fill("")
    page.get_by_role("button", name="开始计算").click()
    expect(page.locator("#fault")).to_contain_text("请填写“新建几个”")
    expect(page.locator("#fault")).to_be_focused()


def test_an_alternative_is_shown_and_worth_what_is_told_of_it(page: Page, plan: str):
    page.goto(plan)
    row = page.get_by_role("region", name="和算出的方案相差不大").locator("tbody tr").first
    told = row.locator(".weight").inner_text()
    row.get_by_role("link", name="看地图").click()
    expect(page.locator("#map")).to_be_in_viewport()
    expect(loss(page)).to_have_text(re.compile(f"少覆盖 {told}|和算出的方案一样好"))


def test_the_search_is_drawn_as_it_goes_on(page: Page, plan: str, home: Path):
    trace = [[0.1, None, 990.0], [2.0, 700.0, 900.0], [9.0, 800.0, 810.0]]
    tell(
        home, plan.rsplit("/", 1)[1], state="running", seen_at="2099-01-01T00:00:00Z", trace=json.dumps(trace)
    )
    page.goto(plan)
    expect(page.locator("polyline.value")).to_have_attribute("points", re.compile(r"^(\S+ ){3}\S+$"))
    expect(page.locator(".trace .said")).to_contain_text("目前最好 800,任何选法都超不过 810")
    expect(page.get_by_role("button", name="取消计算")).to_be_visible()
    save_screenshot(page, "plan-site-search")
    tell(home, plan.rsplit("/", 1)[1], state="done", seen_at=None, trace=None)
    expect(page.get_by_role("heading", name="新站点")).to_be_visible()


@pytest.mark.parametrize(("name", "device"), [("desk", DESKTOP), ("phone", PHONE)])
def test_pages_are_whole_and_accessible(
    browser: Browser, site: str, plan: str, name: str, device: dict, expected_errors: list[str]
):
    scheme = "dark" if name == "desk" else "light"
    with watched_page(browser, expected_errors, **device, color_scheme=scheme) as page:
        fill(page, site)
        check(page, f"plan-site-form-{name}")
        begin(page, plan)
        check(page, f"plan-site-{name}")
        begin(page, f"{plan}?lang=en")
        check(page, f"plan-site-{name}-en")


def check(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    save_screenshot(page, name)
    # A page that is too wide is shown smaller by phones.
    width = page.viewport_size["width"]
    assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [width, width], name
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_without_scripts_a_plan_is_asked_for_and_read(
    browser: Browser, site: str, plan: str, expected_errors: list[str]
):
    with watched_page(browser, expected_errors, **PHONE, java_script_enabled=False) as page:
        page.goto(f"{site}/plan/")
        expect(page.get_by_label("新建几个")).to_be_hidden()
        fill(page, site)
        page.goto(plan)
        expect(page.locator(".lead")).to_contain_text("新建 4 处")
        expect(page.locator("#map")).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.get_by_role("link", name="看地图").first).to_be_hidden()


def tell(home: Path, id_: str, **values: object) -> None:
    """Say of a study what its worker would."""
    with sqlite3.connect(home / "yizhan.sqlite", timeout=30) as database:
        kept = ", ".join(f"{name} = ?" for name in values)
        database.execute(f"UPDATE study SET {kept} WHERE id = ?", (*values.values(), id_))
    database.close()
