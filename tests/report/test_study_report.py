"""A study's report says what the study found, asks nothing of any host, and takes every name for a name."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from openpyxl import load_workbook

from geo.model.study import REASONS, REMEDIES, Study
from geo.report.study_book import study_book
from geo.report.study_html import study_html
from geo.report.study_map import study_map
from geo.report.study_parts import StudyParts, StudyStation
from geo.report.study_pdf import study_pdf
from geo.report.study_sketch import sketch
from geo.report.study_tables import area_table, finding_table, gap_table
from geo.report.study_words import EFFECTS, REASON_WORDS, REMEDY_WORDS, RULES, headline, line_words
from tests.report.paper import pages
from tests.report.plans import make_gained, plan_study
from tests.report.studies import HOSTILE, make_places, make_study
from tests.services.browser import DESKTOP, PHONE, running_browser, watched_page

HEADLINE = "碑林区 78.4% 的骑手需求,步行 15 分钟内有开放的站点(周三 14:00)"
SHEETS = ["总览", "区划", "缺口", "时段", "距离分布", "24小时改造", "数据问题", "说明"]
REACH = shapely.MultiLineString([[(108.94, 34.23), (108.95, 34.24)], [(108.95, 34.24), (108.96, 34.24)]])
NO_WHERE = Path("/nowhere")


def parts(**changes: Any) -> StudyParts:
    places = make_places()
    states = ("open", "unknown", "closed")
    stations = [
        StudyStation(code, HOSTILE, "care_station", "open", 108.945 + 0.005 * n, 34.24, states[n])
        for n, code in enumerate(places.codes.tolist())
    ]
    return StudyParts(make_study(**changes), places, stations, REACH, "https://yizhan.example.cn/plan/0123")


def empty() -> StudyParts:
    """Return a study of no demand, no station, no week: everything that can be missing is."""
    nothing = {"weight": 0.0, "covered": 0.0, "share": None, "share_low": None, "share_high": None}
    nothing |= {"unknown": 0.0, "backup": 0.0, "off_network": 0.0, "points": 0, "stations": 0}
    study = make_study(
        asked={"at": None, "area": None},
        totals=nothing,
        area_name=None,
        distances={"weight": [0.0] * 7, "median": None, "p90": None},
        **dict.fromkeys(("by_line", "week", "days")),
        **{name: [] for name in ("areas", "gaps", "upgrades", "findings", "sources", "assumptions")},
    )
    places = make_places()
    none = {name: getattr(places, name)[:0] for name in places._fields}
    return StudyParts(study, places._replace(**none))


class HtmlPage(HTMLParser):
    """A page as text, and what its elements point at."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[tuple[str, str, str]] = []
        self.frames: list[str] = []
        self.words: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "poster", "data"):
                self.addresses.append((tag, name, value or ""))
            elif name == "srcdoc":
                self.frames.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_the_page_says_the_figures_of_the_study():
    text = HtmlPage(study_html(parts())).text
    for said in (
        HEADLINE,
        "1,000 中有 784;范围小一成是 70.0%,大一成是 82.0%",
        "按直线算是 90.0%,比沿街道算的 78.4% 高 11.6 个百分点(116)",
        "柏树林街道 1 500 334 166 66.8% 167",
        "被隔断,要绕远路 100;最近的站点刚好超出范围 40",
        "南院门驿站(XA-001),21.7 分钟,超出 6.7 分钟;那时不开放的有 XA-003;开放时间不明的有 XA-002",
        "区划内共 3 处;周边还有 4 处在范围内",
        "12 分钟 – 15 分钟 64 6.4% 范围内",
        "柏树林驿站 XA-002 5,040 3.0%",
        "两处相距 3 米",
        "© OpenStreetMap contributors",
        "步行速度按 1.15 米/秒计",
        "0123456789abcdef",
    ):
        assert said in text, said


def test_what_a_finding_does_to_the_share_is_told_with_what_is_supposed():
    assert [row[3:] for row in finding_table(make_study()).texts()] == [
        ["如果只算其中第一个", "+0.0"],
        ["如果它们那时开放", "+3.0"],
    ]


def test_every_reason_remedy_and_rule_has_words():
    assert set(REASON_WORDS) == set(REASONS)
    assert set(REMEDY_WORDS) == set(REMEDIES.values())
    assert set(EFFECTS) == set(RULES)


def test_a_study_kept_before_something_was_told_is_shown_without_it():
    old: Any = make_study()
    del old["around"]
    for gap in old["gaps"]:
        del gap["unknown"]
    text = HtmlPage(study_html(parts()._replace(study=old))).text
    assert "共 3 处" in text
    assert "周边还有" not in text
    assert "那时不开放的有 XA-003" in text


def test_what_is_in_no_area_of_a_level_is_told_apart():
    outside: Any = make_study()["areas"][2]
    rows = [outside | {"level": level} for level in ("street", "community")]
    names = [row[0] for row in area_table(make_study(areas=rows)).texts()]
    assert names == ["不属于任何街道(镇)", "不属于任何社区(村)", "合计"]


def test_the_week_is_a_table_of_seven_rows_with_headings():
    [week] = re.findall(r'<table class="week">.*?</table>', study_html(parts()), re.DOTALL)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', week)
    assert [day for day, _ in rows] == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert [re.findall(r">(\d+)<", cells) for _, cells in rows][5] == ["0"] * 7 + ["41"] * 15 + ["0"] * 2


def test_nothing_is_asked_of_a_host_and_names_are_text():
    page = HtmlPage(study_html(parts()))
    [frame] = page.frames
    inside = HtmlPage(frame)
    assert [found for found in page.addresses if found[0] != "a"] == []
    assert all(address.startswith("data:") for _, _, address in inside.addresses)
    assert page.text.count("alert(") == page.text.count(HOSTILE) > 1
    assert "script" not in page.tags
    # Folium's two and Leaflet; in their data no tag begins.
    assert inside.tags.count("script") == 3
    assert "<script>alert" not in frame


@pytest.mark.browser
def test_a_browser_opens_it_from_a_file_with_its_map_and_nothing_runs_by_itself(tmp_path: Path):
    path = tmp_path / "report.html"
    shown = parts()._replace(study=plan_study(), gained=make_gained())
    path.write_text(study_html(shown), "utf-8")
    with running_browser() as browser:
        for device in (PHONE, DESKTOP):
            with watched_page(browser, [], **device) as page:
                page.on("dialog", lambda dialog: pytest.fail(dialog.message))
                page.goto(path.as_uri())
                width = page.viewport_size["width"]
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                page.get_by_text("可以移动和放大的地图").click()
                frame = page.frame_locator("iframe")
                frame.locator(".station.closed").wait_for()
                assert frame.locator(".station").count() == 3
                assert frame.locator(".gap-rank").all_inner_texts() == ["2", "1"]
                frame.locator(".station.open").hover()
                assert HOSTILE in frame.locator(".leaflet-tooltip").inner_text()
                assert frame.locator(".site.new").all_inner_texts() == ["2", "1"]
                frame.locator(".site.new").first.hover()
                assert "必要性:可替换" in frame.get_by_text("2. " + HOSTILE).locator("..").inner_text()


def test_the_map_is_the_same_for_the_same_study():
    assert study_map(parts()) == study_map(parts())


def test_the_book_holds_numbers_as_they_were_computed_and_no_formulas():
    book = load_workbook(BytesIO(study_book(parts())))
    assert book.sheetnames == SHEETS
    areas, gaps, week = book["区划"], book["缺口"], book["时段"]
    assert [cell.value for cell in areas[3]][3:] == [1, 500, 334, 166, 0.668, 167]
    assert areas["H3"].number_format == "0.0%"
    assert areas.freeze_panes == gaps.freeze_panes == "A2"
    assert gaps["D2"].value == 140
    assert gaps["K2"].value == pytest.approx(1300 / 60)
    assert gaps["B3"].value == f"'{HOSTILE}"
    assert [cell.value for cell in week[2]] == ["周一", *make_study()["week"][0]]
    assert book["总览"]["A1"].value == HEADLINE
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_the_paper_says_the_same_in_a_few_pages():
    found = pages(study_pdf(parts(), fonts=NO_WHERE))
    assert 2 <= len(found) <= 6
    assert {(round(page.width_mm), round(page.height_mm)) for page in found} == {(210, 297)}
    text = "".join("".join(page.text.split()) for page in found)
    for said in (HEADLINE, "90.0%", "柏树林街道", "5,040", "©OpenStreetMapcontributors", HOSTILE):
        assert "".join(said.split()) in text, said


def test_a_study_of_nothing_has_a_report_too():
    nothing = empty()
    assert headline(nothing.study) == "全部范围没有骑手需求,没有覆盖率可算"
    text = HtmlPage(study_html(nothing)).text
    assert "没有需求,也就没有缺口。" in text
    assert "没有发现会影响这些数字的问题。" in text
    assert sketch(nothing) == ""
    assert load_workbook(BytesIO(study_book(nothing))).sheetnames == SHEETS
    assert pages(study_pdf(nothing, fonts=NO_WHERE))[0].text


def test_full_coverage_has_no_gaps():
    study = make_study(gaps=[], totals={"covered": 1000.0, "share": 1.0})
    assert "没有缺口:所有需求都在范围内。" in study_html(parts()._replace(study=study))


@pytest.mark.parametrize(
    ("covered", "said"),
    [(900.0, "高 11.6 个百分点"), (784.0, "按直线算也是 78.4%"), (700.0, "低 8.4 个百分点")],
)
def test_the_difference_to_straight_lines_is_explained(covered: float, said: str):
    study = make_study(by_line={"covered": covered, "share": covered / 1000})
    assert said in line_words(study)


def test_a_report_in_metres_is_in_metres():
    study: Study = make_study(asked={"measure": "metres", "limit": 1000.0, "at": None})
    assert headline(study) == "碑林区 78.4% 的骑手需求,步行 1,000 米内有站点(不计开放时间)"
    table = gap_table(study)
    assert "到最近的距离(米)" in [column.name for column in table.columns]
    assert "1,300 米,超出 400 米" in table.texts()[0][8]


def test_a_hundred_thousand_points_are_drawn_as_few_and_the_report_stays_small():
    rng = np.random.default_rng(3)
    count = 100_000
    places = make_places()._replace(
        lon=rng.uniform(108.8, 109.1, count),
        lat=rng.uniform(34.1, 34.4, count),
        weight=rng.uniform(0, 5, count),
        cost=np.full(count, 1.0),
        station=np.zeros(count, np.int32),
        covered=rng.random(count) < 0.5,
        gap=np.zeros(count, np.int32),
    )
    assert len(study_html(parts()._replace(places=places)).encode()) < 3_000_000
