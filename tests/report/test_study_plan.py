"""A study's report says what its plan comes to and who vouches for it, and claims no more than is proven."""

from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from geo.report.plan_curve import curve_picture
from geo.report.plan_figures import plan_figures, site_lines
from geo.report.plan_sketch import plan_sketch, site_mark
from geo.report.plan_tables import curve_table, phase_table, pool_table, site_table
from geo.report.plan_values import bound_words, gap_of, value_words
from geo.report.plan_words import plan_headline, plan_lines
from geo.report.study_book import study_book
from geo.report.study_dots import parted_dots
from geo.report.study_files import write_study
from geo.report.study_html import study_html
from geo.report.study_layers import PLAN_LAYER, study_geojson, write_study_geopackage
from geo.report.study_map import study_map
from geo.report.study_parts import StudyParts
from geo.report.study_pdf import study_pdf
from tests.report.paper import pages
from tests.report.plans import make_gained, make_plan, plan_study
from tests.report.studies import HOSTILE, make_places, make_study
from tests.report.test_study_report import NO_WHERE, SHEETS, HtmlPage, parts

ASKED = make_study()["asked"]
HEADLINE = "新建 2 处,94.0% 的骑手需求(1,000 中的 940)步行 15 分钟内有站点;现在是 78.4%"
SAID = (
    HEADLINE,
    "在这些候选地点里,任何选法都不能超过 94.3%;这个方案与它相差 0.27%,还没有证明是最优的。",
    "其中证书独立证明的上限是 95.0%(相差 1.06%)",
    "从 412 个候选地点里选;现有站点里,符合条件、有需求够得到的 3 处算在内;计算用了 20 秒。",
    "需求附近的每个路口",
    "文艺北路口",
    "每一期都保留前面各期建的。分期的代价最大时是 12(少覆盖的需求)。",
    "必选 1 处,常选 0 处,可替换 1 处",
    "任何方案都不能让最低的区划超过 93.1%",
    "站点覆盖和选址报告",
    "选定之前请到现场看。",
)


def planned(objective: str = "cover", **changes: Any) -> StudyParts:
    return parts()._replace(study=plan_study(objective, **changes), gained=make_gained())


def lines(objective: str = "cover", **changes: Any) -> str:
    return "".join(plan_lines(make_plan(objective, **changes), ASKED))


def test_the_page_says_the_plan_its_bounds_and_who_vouches_for_them():
    page = HtmlPage(study_html(planned()))
    for said in SAID:
        assert said in page.text, said
    # Places, curve, phases, alternatives, fairness: rows as tables have them.
    for row in (
        "1 文艺北路口 柏树林街道 108.975000 34.245000 96 120 必选",
        "2 94.0% 0.27% 940 60",
        f"1 1 2. {HOSTILE} 86.8% 88.0% 12",
        f"1 93.8% 2 1 2. {HOSTILE} C-9",
        "对最低的区划最好 93.1% 南院门街道 92.4% 0.010",
    ):
        assert row in page.text, row
    assert "script" not in page.tags
    assert [found for found in page.addresses if found[0] != "a"] == []


def test_the_paper_says_the_same_with_its_pictures_as_lines_and_letters():
    found = pages(study_pdf(planned(), fonts=NO_WHERE))
    text = "".join("".join(page.text.split()) for page in found)
    for said in (*SAID, HOSTILE):
        assert "".join(said.split()) in text, said
    # Numbers of the curve's axis, which no table has.
    assert "80.0%" in text
    assert len(found) <= 8


def test_a_study_without_a_plan_says_nothing_of_one():
    assert "新站点" not in HtmlPage(study_html(parts())).text
    assert "plan" not in orjson.loads(study_geojson(parts()))


@pytest.mark.parametrize(
    ("objective", "headline", "bound", "proof"),
    [
        (
            "all", "新建 2 处,能覆盖的骑手需求(980,占 98.0%)步行 15 分钟内就都有站点", "2 处",
            "求解器证明了,在这些候选地点里没有更好的选法。证书独立证明到 1 处(相差 100.00%)",
        ),
        (
            "distance",
            "新建 2 处,走得到的骑手需求(1,000 中的 980)里,到最近的站点平均 4 分钟;现在是 6 分钟", "3.9 分钟",
            "任何选法都不会少于 3.9 分钟;这个方案与它相差 0.09%,还没有证明是最优的。没有证书",
        ),
        (
            "farthest", "新建 2 处,走得到的骑手需求(1,000 中的 980)里,最远的要走 20 分钟", "20 分钟",
            "在这些候选地点里,任何 2 处都做不到少于 20 分钟;谁都可以用 yizhan certify 核对。",
        ),
    ],
)  # fmt: skip
def test_every_objective_is_told_in_its_own_unit(objective: str, headline: str, bound: str, proof: str):
    plan = make_plan(objective)
    assert plan_headline(plan, ASKED) == headline
    assert bound_words(plan, plan["bound"], ASKED) == bound
    assert proof in lines(objective)
    text = HtmlPage(study_html(planned(objective))).text
    assert headline in text


def test_costs_of_no_known_unit_are_plain_numbers():
    plan = make_plan("distance", coverable=1000.0, whole=1000.0, value=240_000.0, before=360_000.0)
    plan |= {"bound": 239_730.0}
    assert plan_headline(plan, None) == "新建 2 处,需求到最近的站点平均 240;现在是 360"
    assert bound_words(plan, plan["bound"], None) == "239.7"
    assert "多覆盖" not in site_table(plan, None).columns[7].name


def test_best_is_said_of_what_is_proven_only():
    assert "这个方案是最优的" not in lines()
    assert "这个方案是最优的" in lines(bound=940.0, proven=True)
    assert "任何 2 处都不会超过 94.0%(940)" in lines(bound=940.0, proven=True, certified_bound=940.0)
    assert "从那里到最优,凭的是求解器" in lines(bound=940.0, proven=True)
    assert "还没有算出可用的界" in lines(bound=float("inf"), certified_bound=None)


def test_a_proof_says_among_what_and_under_which_rules():
    proof = {"bound": 940.0, "certified_bound": 940.0, "proven": True}
    params = {"all": "2,938", "wide": "223", "kept": "1,860"}
    said = [{"message": "别的", "params": {}}, {"message": "候选地点太多", "params": params}]
    for candidates, among in (("corners", "2,938 个路口,每 223 米见方留一个"), ("demand", "2,938 处,每")):
        plan = make_plan(**proof, candidates=1860, site={"candidates": candidates})
        first, *rest = plan_lines(plan, ASKED, assumptions=said)
        assert f"从 1,860 个候选地点({among}" in first
        assert len(rest) == 1
    # Who must keep to a budget may be exceeded by who need not.
    assert "同样条件下,任何选法都不会超过 94.0%" in lines(**proof, site={"budget": 9.0})
    assert "做不到少于 2 处" in lines("all", bound=2.0, certified_bound=2.0)


def test_no_figure_is_told_twice_where_the_certificate_proves_the_plan():
    proof = {"bound": 940.0, "certified_bound": 940.0, "proven": True}
    assert len(plan_figures(make_plan(**proof), ASKED)) == 3
    assert len(plan_figures(make_plan(), ASKED)) == 5
    assert len(plan_figures(make_plan(certified_bound=942.6), ASKED)) == 4


def test_what_stands_is_not_compared_with_where_it_is_not_counted():
    plan = make_plan(before=0.0, counted=0, site={"existing": "none"})
    assert plan_headline(plan, ASKED).endswith("内有站点(不算现有站点)")
    told = [*plan_lines(plan, ASKED), *(f"{one.name}{one.note}" for one in plan_figures(plan, ASKED))]
    assert not any("现在" in line or "多覆盖" in line for line in told)
    assert any("不算现有站点" in line for line in told)


def test_people_are_whole_and_what_is_farthest_is_not_shared_out():
    plan = make_plan(value=940.4, before=784.1)
    assert "1,000 中的 940" in plan_headline(plan, ASKED)
    assert [one.value for one in plan_figures(plan, ASKED)][1] == "156"
    far = make_plan("farthest", before=1500.0)
    assert not any("平均" in one.note for one in plan_figures(far, ASKED))


def test_a_budget_that_leaves_fewer_is_told():
    assert "预算之内建 2 处,没有用满 3 处" in lines(p=3, site={"budget": 20.0, "p": 3})
    assert "预算" not in lines(site={"budget": 20.0})


def test_corners_without_a_name_are_told_apart():
    [first, second] = make_plan()["chosen"]
    plan = make_plan(chosen=[first | {"name": "", "code": "路口-000012"}, second | {"name": ""}])
    assert [row[1] for row in site_table(plan, ASKED).rows] == ["未命名路口 000012", "C-2"]


@given(st.floats(0.0, 1000.0), st.floats(0.0, 100.0))
def test_bounds_are_rounded_away_from_the_value(value: float, more: float):
    most = make_plan(value=value, bound=value + more)
    least = make_plan("distance", value=980 * (value + more), bound=980 * value)
    if gap_of(most, most["bound"]) == 0:
        # Where they are the same they are to look the same.
        assert bound_words(most, most["bound"], ASKED) == value_words(most, most["value"], ASKED)
    else:
        assert float(bound_words(most, most["bound"], ASKED)[:-1]) >= (value + more) / 10 - 1e-6
    if gap_of(least, least["bound"]) != 0:
        assert float(bound_words(least, least["bound"], None).replace(",", "")) <= value + 1e-6


def test_where_nothing_new_helps_that_is_said():
    nothing: dict[str, Any] = {"value": 784.0, "bound": 784.0, "chosen": [], "p": 0}
    assert "再建也没有作用" in lines(**nothing, proven=True)
    assert "在给定的时间里没有找到比现在更好的选法" in lines(**nothing | {"bound": 800.0})
    assert "不必再建" in lines("all", value=0.0, bound=0.0, chosen=[], proven=True)
    shown = planned(**nothing)._replace(gained=np.full(100, -1, np.int32))
    assert "不新建站点,78.4%" in HtmlPage(study_html(shown)).text
    assert plan_sketch(shown, shown.study["plan"]) == ""
    assert "data" in study_map(shown)


def test_what_was_asked_of_the_plan_is_told():
    site = {
        "p": None,
        "candidates": f"set:{HOSTILE}",
        "existing": "closable",
        "close_cost": 3.0,
        "budget": 50.0,
    }
    more = {"planned": True, "capacity": 200.0, "backup": 2, "per_area": 1, "spacing": 500.0, "moves": 2}
    hours = {"all_day": True, "upgrades": 4, "must": ["A"], "never": [f"N{n}" for n in range(20)]}
    told = dict(site_lines(make_plan(site=site | more | hours)))
    assert told["新站点"] == "预算够建几处就几处"
    # However many were thought of: no more are opened than it takes.
    assert dict(site_lines(make_plan("all", site={"p": 7})))["新站点"] == "越少越好"
    assert told["候选地点"] == f"候选地点“{HOSTILE}”"
    assert told["现有站点"] == "可以关停,每处费用 3;规划中和在建的也算"
    assert told["条件"] == (
        "总费用不超过 50;每处最多服务 200;有至少 2 个站点才算覆盖;每个区县至少 1 处;相距至少 500 米;"
        "最多搬迁 2 处;新站点全天开放;最多把 4 处现有站点改为全天开放;必须选 A;"
        "不能选 N0、N1、N2、N3、N4、N5、N6、N7 等 20 个"
    )


def test_closing_moving_and_longer_hours_are_told_apart():
    [first, second] = make_plan()["chosen"]
    chosen = [first, second | {"what": "closed"}, second | {"what": "upgrade", "code": "XA-002"}]
    plan = make_plan(chosen=chosen, site={"backup": 2})
    assert plan_headline(plan, ASKED).startswith("新建 1 处、把 1 处改为全天开放、关停 1 处,94.0%")
    assert "至少 2 个站点" in plan_headline(plan, ASKED)
    # Where hours count, a share is the mean of those of a day.
    assert plan_headline(make_plan(site={"upgrades": 1}), ASKED) == f"{HEADLINE}(按开放时间,一天里各小时平均)"
    told = [row[2] for row in site_table(plan, ASKED).brief().texts()]
    assert told == ["新建", "关停", "改为全天开放"]
    drawn = plan_sketch(planned(chosen=chosen), plan)
    for number, one in enumerate(chosen, 1):
        assert drawn.count(site_mark(one["what"], number)) == 1


def test_prices_show_what_one_more_costs():
    chosen = [one | {"price": price} for one, price in zip(make_plan()["chosen"], (20.0, 30.0), strict=True)]
    curve = [point | {"price": 25.0 * point["p"]} for point in make_plan()["curve"]]
    table = curve_table(make_plan(chosen=chosen, curve=curve), ASKED)
    # Twenty-five for 96 more; fifty for 156.
    assert [row[-1] for row in table.rows[1:3]] == [25 / 96, 50 / 156]
    assert [column.name for column in table.brief().columns][-2:] == ["费用", "每多覆盖 1 的费用"]
    assert [column.name for column in curve_table(make_plan(), ASKED).brief().columns][-1] != "费用"


def test_the_book_has_sheets_of_what_was_asked_and_no_formulas():
    book = load_workbook(BytesIO(study_book(planned())))
    assert book.sheetnames == [
        *SHEETS[:-1],
        "新站点",
        "站点数与覆盖",
        "建设顺序",
        "备选方案",
        "公平",
        SHEETS[-1],
    ]
    sites, curve = book["新站点"], book["站点数与覆盖"]
    assert [cell.value for cell in sites[2]] == [
        1, "文艺北路口", "C-1", "新建", "柏树林街道", 108.975, 34.245, 96, 120, None, "必选",
    ]  # fmt: skip
    assert sites["B3"].value == f"'{HOSTILE}"
    assert [cell.value for cell in curve[4]][:5] == [2, 0.94, 0.9425, pytest.approx(0.0025 / 0.9425), 940]
    overview = {str(cell.value) for row in book["总览"] for cell in row}
    assert {HEADLINE, "让尽可能多的需求有站点", SAID[1]} <= overview
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    few = load_workbook(BytesIO(study_book(planned("farthest"))))
    assert few.sheetnames == [*SHEETS[:-1], "新站点", SHEETS[-1]]


def test_layers_hold_the_places_and_who_goes_to_them(tmp_path: Path):
    path = tmp_path / "layers.gpkg"
    write_study_geopackage(planned(), path)
    sites = geopandas.read_file(path, layer=PLAN_LAYER)
    assert sites["code"].tolist() == ["C-1", "C-2"]
    assert sites["name"].tolist() == ["文艺北路口", HOSTILE]
    assert (sites["gain"].tolist(), sites["serves"].tolist()) == ([96, 60], [120, 80])
    assert [(point.x, point.y) for point in sites.geometry] == [(108.975, 34.245), (108.972, 34.236)]
    demand = geopandas.read_file(path, layer="demand")
    assert demand["plan_site"].value_counts().to_dict() == {"C-1": 9, "C-2": 6}
    whole = orjson.loads(study_geojson(planned()))
    assert whole["plan"][0] == HEADLINE
    features = [one["properties"] for one in whole["features"] if one["properties"]["layer"] == PLAN_LAYER]
    assert [one["need"] for one in features] == ["must", "free"]
    written = write_study(planned(), tmp_path / "out", fonts=NO_WHERE)
    assert f"{PLAN_LAYER}.geojson" in {one.name for one in written}


def test_a_plan_kept_as_json_is_shown_as_it_was():
    kept = orjson.loads(orjson.dumps(plan_study("farthest")))
    assert plan_headline(kept["plan"], kept["asked"]) == plan_headline(make_plan("farthest"), ASKED)
    assert study_html(planned()._replace(study=orjson.loads(orjson.dumps(plan_study()))))


def test_dots_keep_all_weight_and_whose_it_is():
    count = 20_000
    rng = np.random.default_rng(5)
    columns = {
        name: np.zeros(count, getattr(make_places(), name).dtype) for name in ("cost", "station", "gap")
    }
    places = make_places()._replace(
        lon=rng.uniform(108.9, 109.0, count), lat=rng.uniform(34.1, 34.3, count),
        weight=rng.uniform(0, 3, count), covered=rng.random(count) < 0.6, **columns,
    )  # fmt: skip
    gained = rng.integers(-1, 2, count).astype(np.int32)
    dots, site = parted_dots(places, gained, most=1000)
    assert 0 < len(dots.lon) <= 3000
    for number in (-1, 0, 1):
        assert dots.weight[site == number].sum() == pytest.approx(places.weight[gained == number].sum())


def test_the_picture_of_a_curve_has_a_bar_and_a_dot_for_each_count():
    plan = make_plan()
    drawn = curve_picture(plan, ASKED)
    assert (drawn.count("<rect"), drawn.count("<circle")) == (3, 5)
    long = [plan["curve"][-1] | {"p": p, "value": 900.0 + p} for p in range(60)]
    assert curve_picture(make_plan(curve=long), ASKED).count("<rect") == 60
    # What is now is no point of the curve where hours may grow without a new station.
    one = {"curve": plan["curve"][:1]}
    assert curve_picture(make_plan(**one), ASKED)
    assert curve_picture(make_plan(**one, site={"upgrades": 1}), ASKED) == ""
    assert curve_picture(make_plan(curve=None), ASKED) == ""


def test_tables_of_what_was_not_asked_have_no_rows():
    plan = make_plan("distance")
    assert not any(table(plan, ASKED).rows for table in (curve_table, phase_table, pool_table))
    assert "" not in {figure.value for figure in plan_figures(plan, ASKED)}
    assert value_words(plan, None, ASKED) == "—"
