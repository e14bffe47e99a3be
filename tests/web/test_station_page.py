"""The page of one station."""

import gzip
import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from geo.finder import CHINA
from geo.model.facilities import FACILITIES
from geo.model.holidays import shipped_calendar
from geo.model.hours import evaluate
from geo.model.place import Point
from geo.model.standards import STANDARDS
from geo.settings import Settings
from tests.web.registry import HOSTILE, STATIONS
from web import stations
from web.links import TRAVEL, Target, links_of

# A Monday before National Day; ten in the morning.
MONDAY = datetime(2026, 9, 28, 10, tzinfo=CHINA)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Return a function that sets the clock of the page."""

    def set_clock(moment: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return moment

        monkeypatch.setattr(stations, "datetime", Clock)

    set_clock(MONDAY)
    return set_clock


def station(number: int, **given: Any) -> dict[str, Any]:
    """Return a station a hundred metres from the one before it."""
    return {
        "code": f"YZ-{number:04d}",
        "name": f"站{number}",
        "address": f"文化路{number}号",
        "lon": 113.61,
        "lat": 34.72 + 0.0009 * number,
        "hours_osm": "24/7",
        "source": "试",
        "source_ref": str(number),
    } | given


def data_of(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def near(page: str) -> list[str]:
    part = page.split('<div class="others">')[1].split("</ul>")[0]
    return re.findall(r'href="/s/([^"?]+)', part)


def words(page: str) -> str:
    main = page.split('<main id="main">')[1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_it_says_all_the_public_may_know(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    for expected in ("样城第1驿站", "YZ-0001", "爱心驿站", "样城市文化路1号", "24小时", 
                     "户外劳动者可直接进,不用消费", "站前驿站", "星级 5", "113.6101, 34.7201"):  # fmt: skip
        assert expected in page


def test_facilities_are_there_not_there_or_not_known(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    assert "有 卫生间 · WiFi 没有 微波炉(热饭)" in page
    unknown = page.split("项不清楚有没有")[1].split("联系和核实")[0]
    named = [item.strip() for item in unknown.split("·")]
    assert set(named) == {item.zh for item in FACILITIES.values()} - {"卫生间", "WiFi", "微波炉(热饭)"}


def test_the_checklist_of_its_standard(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    standard = STANDARDS["shandong_2022"]
    assert standard.zh in page
    for item in standard.items:
        assert item.zh in page
    street_front = next(item for item in standard.items if item.code == "street_front")
    assert f"{street_front.zh} 符合" in page
    assert "未知" in page
    english = words(client.get("/s/YZ-0001?lang=en").text)
    assert f"{street_front.en} Met" in english


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YZ-0004", "暂停开放 装修到年底"),
        ("YZ-0005", "已撤销 房屋到期"),
        ("YZ-0007", "在建"),
        ("YZ-0003", "试运行"),
    ],
)
def test_a_station_one_cannot_count_on_says_why(client: FlaskClient, code: str, said: str):
    page = words(client.get(f"/s/{code}").text)
    assert said in page
    assert page.count("装修到年底") <= 1


def test_every_station_has_its_page_in_both_languages(client: FlaskClient):
    for row in STATIONS:
        for lang in ("zh", "en"):
            assert client.get(f"/s/{row['code']}?lang={lang}").status_code == 200


def test_unknown_hours_lead_to_the_phone(client: FlaskClient):
    page = client.get("/s/YZ-0006").text
    assert "时间未知 没有登记开放时间,建议电话确认" in words(page)
    assert 'href="tel:0371-5550106"' in page


def test_either_case_of_a_code_is_one_page(client: FlaskClient):
    page = client.get("/s/yz-0001").text
    assert '<link rel="canonical" href="http://localhost/s/YZ-0001">' in page


def test_a_code_nobody_has_is_not_found_and_one_can_search_on(client: FlaskClient):
    answer = client.get("/s/YZ-9999")
    assert answer.status_code == 404
    assert "没有编号为 YZ-9999 的站点" in answer.text
    assert 'type="search"' in answer.text


# First what one came for


def test_the_first_lines_tell_whether_to_go(client: FlaskClient):
    page = words(client.get("/s/YZ-0001").text)
    order = ["爱心驿站 · YZ-0001", "样城第1驿站", "营业中 24 小时", "户外劳动者可直接进", "样城市文化路1号",
             "复制地址", "去这里", "附近其他开着的", "开放时间", "有什么"]  # fmt: skip
    places = [page.index(part) for part in order]
    assert places == sorted(places)


def test_the_entrance_stands_with_the_address(client: FlaskClient):
    assert "样城市文化路3号 入口 3F 洗手间旁" in words(client.get("/s/YZ-0003").text)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "suspended", "closed_reason": "装修到年底"}, "暂停开放 装修到年底"),
        ({"status": "closed", "closed_reason": "房屋到期"}, "已撤销 房屋到期"),
        ({"status": "building", "opened_on": "2026-12-01"}, "在建 预计 2026-12-01 开放"),
        ({"status": "planned"}, "规划中 文化路1号"),
    ],
)
def test_where_one_cannot_go_that_is_said_first_and_the_nearest_open_ones_follow(
    client_over: Callable[..., FlaskClient], given: dict[str, Any], said: str
):
    page = client_over(station(1, **given), station(2), station(3)).get("/s/YZ-0001").text
    assert f"站1 {said}" in words(page)
    assert near(page) == ["YZ-0002", "YZ-0003"]
    assert "去这里" not in page
    assert "怎么走" not in page
    assert 'class="days"' not in page
    assert "openingHoursSpecification" not in data_of(page)
    assert data_of(page)["publicAccess"] is False


def test_a_station_that_is_gone_has_no_hours_and_one_that_pauses_has_its_usual_ones(
    client_over: Callable[..., FlaskClient],
):
    client = client_over(
        station(1, status="closed", hours_raw="全天"), station(2, status="suspended", hours_raw="全天")
    )
    assert "开放时间" not in words(client.get("/s/YZ-0001").text)
    assert "平时的开放时间 全天" in words(client.get("/s/YZ-0002").text)


# Others that are open


def test_five_others_that_are_open_nearest_first(client_over: Callable[..., FlaskClient], at: object):
    client = client_over(
        station(1),
        station(2, hours_osm="20:00-22:00"),
        station(3, status="suspended"),
        station(4, hours_osm=None),
        *[station(number) for number in range(5, 12)],
    )
    page = client.get("/s/YZ-0001").text
    assert near(page) == ["YZ-0005", "YZ-0006", "YZ-0007", "YZ-0008", "YZ-0009"]
    assert "直线 400 米 24 小时" in words(page)
    answer = client.get("/api/v1/nearest?lon=113.61&lat=34.7209&k=6&open_at=2026-09-28T10:00").json
    assert near(page) == [item["properties"]["code"] for item in answer["features"][1:]]


def test_a_nursing_room_leads_to_nursing_rooms_and_nothing_else_does(
    client_over: Callable[..., FlaskClient],
):
    client = client_over(
        station(1, kind="nursing_room"),
        station(2),
        station(3, kind="nursing_room"),
        station(4, kind="water_point"),
    )
    assert near(client.get("/s/YZ-0001").text) == ["YZ-0003"]
    assert near(client.get("/s/YZ-0002").text) == ["YZ-0004"]


def test_what_is_far_away_is_not_nearby(client: FlaskClient):
    page = client.get("/s/YZ-0099").text
    assert "附近没有别的确定开着的站点" in page
    assert "/s/YZ-0001" not in page


def test_an_open_one_that_closes_soon_says_when(client_over: Callable[..., FlaskClient], at: Callable):
    client = client_over(station(1), station(2, hours_osm="08:00-20:00"))
    at(datetime(2026, 9, 28, 19, 45, tzinfo=CHINA))
    assert "when closing" in client.get("/s/YZ-0001").text


# The coming days


def test_fourteen_days_stand_in_the_table_and_today_is_marked(client: FlaskClient, at: object):
    page = client.get("/s/YZ-0003").text
    table = page.split('<table class="days">')[1].split("</table>")[0]
    assert table.count("<tr class=") == 14
    assert table.count("aria-current") == 1
    rows = words(f'<main id="main">{table}</main>')
    assert "今天 9月28日 周一 8:30–17:30 9月29日 周二" in rows
    assert "10月1日 周四 休息 国庆节假期" in rows
    assert "10月10日 周六 8:30–17:30 补班日,按工作日开放 10月11日 周日 休息" in rows


def test_hours_nobody_knows_make_no_table(client: FlaskClient):
    page = client.get("/s/YZ-0006").text
    assert 'class="days"' not in page
    assert "随商场 按未知处理" in words(page)


# Verified, links, phone


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"verified_on": "2026-09-01"}, "2026-09-01 核实过 "),
        ({"verified_on": "2025-12-01"}, "2025-12-01 核实过,快要再核实了 "),
        ({"verified_on": "2025-09-01"}, "2025-09-01 核实过,到现在超过一年了,去之前最好先问一声"),
        ({"verified_on": "2025"}, "2025 核实过,时间久了,去之前最好先问一声"),
        ({"verified_on": "去年"}, "去年 核实过"),
        ({}, "没有核实过的记录,以现场为准"),
    ],
)
def test_when_it_was_verified_is_one_honest_line(
    client_over: Callable[..., FlaskClient], at: object, given: dict[str, Any], said: str
):
    assert f"核实 {said}" in words(client_over(station(1, **given)).get("/s/YZ-0001").text)


def test_every_link_to_a_map_app_is_there_under_its_way_of_going(client: FlaskClient):
    page = client.get("/s/YZ-0001").text
    target = Target(Point(113.6101, 34.7201), "样城第1驿站", "样城市文化路1号")
    for by in TRAVEL:
        part = page.split(f'data-by="{by}"')[1].split("</ul>")[0]
        shown = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', part)]
        assert shown == [link.href for link in links_of(target, by, Settings())]


def test_links_lead_to_the_entrance(client_over: Callable[..., FlaskClient]):
    page = client_over(station(1, entrance_lon=113.6123, entrance_lat=34.7234)).get("/s/YZ-0001").text
    assert "geo:34.723400,113.612300" in page


def test_one_can_call_and_print(client_with: Callable[..., FlaskClient]):
    page = client_with(hotline="12345").get("/s/YZ-0006?lang=zh").text
    assert 'href="tel:12345"' in page
    assert 'href="/s/YZ-0006/sign.pdf?lang=zh"' in page
    assert 'data-url="http://localhost/s/YZ-0006"' in page


def test_what_is_shared_has_the_public_address(client_with: Callable[..., FlaskClient]):
    page = client_with(public_url="https://yz.example.cn/").get("/s/YZ-0001?lang=en&big=1").text
    assert 'data-url="https://yz.example.cn/s/YZ-0001"' in page
    assert data_of(page)["url"] == "https://yz.example.cn/s/YZ-0001"


# For machines


def hours_said(data: dict[str, Any], day: date) -> list[tuple[str, str]]:
    """Return when a place opens and closes on a day, read as schema.org means it."""
    iso = day.isoformat()
    special = [
        entry
        for entry in data.get("specialOpeningHoursSpecification", [])
        if entry["validFrom"] <= iso <= entry["validThrough"]
    ]
    usual = [
        entry
        for entry in data["openingHoursSpecification"]
        if entry["validFrom"] <= iso <= entry["validThrough"]
        and f"https://schema.org/{day:%A}" in entry["dayOfWeek"]
    ]
    return [(entry["opens"], entry["closes"]) for entry in special or usual]


def is_open(data: dict[str, Any], moment: datetime) -> bool:
    """Tell whether a place is open at a minute: an end before the beginning is in the night after."""
    for day, shift in ((moment.date(), 0), (moment.date() - timedelta(days=1), 1440)):
        minute = 60 * moment.hour + moment.minute + shift
        for opens, closes in hours_said(data, day):
            start, end = (60 * int(text[:2]) + int(text[3:]) for text in (opens, closes))
            if (opens, closes) == ("00:00", "23:59"):
                end = 1440
            elif end < start:
                end += 1440
            if start <= minute < end:
                return True
    return False


@pytest.mark.parametrize(
    "osm", ["24/7", "08:00-24:00", "20:00-26:00", "Mo-Fr 08:30-12:00,14:00-17:30; PH off",
            "Mo-Fr 22:00-30:00; PH 10:00-14:00", "off"],
)  # fmt: skip
def test_machines_read_the_hours_of_every_moment(
    client_over: Callable[..., FlaskClient], at: object, osm: str
):
    data = data_of(client_over(station(1, hours_osm=osm, hours_makeup=True)).get("/s/YZ-0001").text)
    # The night before the first day is not told.
    start = datetime(2026, 9, 29, tzinfo=CHINA)
    for number in range(13 * 96):
        moment = start + timedelta(minutes=15 * number)
        state = evaluate(osm, makeup=True, at=moment, calendar=shipped_calendar()).state
        assert is_open(data, moment) == (state == "open"), moment


@pytest.mark.parametrize("osm", [None, '08:00-20:00 "请先打电话"', "Mo 08:00-12:00; Tu-Fr 09:00-17:00"])
def test_hours_that_are_not_certain_are_not_told_to_machines(
    client_over: Callable[..., FlaskClient], at: object, osm: str | None
):
    data = data_of(client_over(station(1, hours_osm=osm, hours_makeup=True)).get("/s/YZ-0001").text)
    assert "openingHoursSpecification" not in data


def test_the_place_is_described(client: FlaskClient):
    data = data_of(client.get("/s/YZ-0001").text)
    assert data["@type"] == "CivicStructure"
    assert data["name"] == "样城第1驿站"
    assert data["isAccessibleForFree"] is True
    assert data["geo"] == {"@type": "GeoCoordinates", "longitude": 113.6101, "latitude": 34.7201}
    assert data["address"]["addressLocality"] == "样城市"
    assert data["address"]["streetAddress"] == "样城市文化路1号"
    assert {item["propertyID"]: item["value"] for item in data["amenityFeature"]} == {
        "toilet": True, "wifi": True, "microwave": False,
    }  # fmt: skip


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_a_shifted_position_is_no_position_for_machines(client_with: Callable[..., FlaskClient], crs: str):
    page = client_with(public_crs=crs).get("/s/YZ-0001").text
    assert "geo" not in data_of(page)
    assert "113.6101" not in page
    assert "geo:" not in page


# Bad input, size


def test_a_hostile_name_is_text_everywhere(client: FlaskClient):
    page = client.get("/s/YZ-0008").text
    assert data_of(page)["name"] == HOSTILE
    assert "<script>alert" not in page
    assert words(page).count(HOSTILE) >= 2
    handlers: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda _tag, given: handlers.extend(
        name for name, _ in given if name.startswith("on")
    )
    parser.feed(page)
    assert handlers == []


def test_no_page_is_large(client: FlaskClient):
    for row in STATIONS:
        assert len(gzip.compress(client.get(f"/s/{row['code']}?lang=zh").data)) < 20_000


def test_the_names_of_internal_fields_stay_inside(client: FlaskClient):
    for row in STATIONS:
        assert "哨兵" not in client.get(f"/s/{row['code']}").text
