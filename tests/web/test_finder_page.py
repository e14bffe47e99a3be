"""The finder as it comes from the server: all of it works without a script."""

import gzip
import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from geo.crs import Crs, from_wgs84
from tests.web.registry import HOSTILE, STATIONS
from web.assets import FOLDER

SATURDAY = "2026-10-10T09:30"
POSITION = {"lon": "113.61", "lat": "34.72"}


def codes(page: str) -> list[str]:
    return re.findall(r'<li class="card"[^>]*data-code="([^"]+)"', page)


def card(page: str, code: str) -> str:
    """Return the words of one row."""
    [found] = [
        part for part in re.findall(r"<li class=\"card\".*?</li>", page, re.DOTALL) if f'"{code}"' in part
    ]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def links(page: str) -> dict[str, str]:
    """Return the addresses of the links by their words."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {
        " ".join(re.sub(r"<[^>]+>", " ", text).split()): html.unescape(address) for address, text in found
    }


def sketch(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'<script type="application/json" id="sketch">(.*?)</script>', page)[1])


def test_the_start_offers_ways_to_begin(client: FlaskClient):
    page = client.get("/").text
    assert codes(page) == []
    assert 'type="search"' in page
    assert "离我最近" in page
    shown = links(page)
    assert {"样城站", "人民公园", "老街"} <= set(shown)
    districts = {name: address for name, address in shown.items() if re.fullmatch(r"[东西]区 \d+", name)}
    serving = [row for row in STATIONS if row.get("status", "open") in ("open", "trial") and row["lon"] < 114]
    assert set(districts) == {
        f"东区 {sum(row['lon'] > 113.6 for row in serving)}",
        f"西区 {sum(row['lon'] < 113.6 for row in serving)}",
    }
    for address in districts.values():
        assert codes(client.get(address).text) or "没有" in client.get(address).text


def test_what_is_open_now_is_asked_for_unless_one_chooses_otherwise(client: FlaskClient):
    checked = re.compile(r'name="open_at" value="[^"]*"\s+checked')
    assert checked.search(client.get("/").text)
    assert not checked.search(client.get("/?q=样城站").text)
    assert checked.search(client.get("/?q=样城站&open_at=now").text)


def test_a_landmark_by_its_name_or_another_name_of_it(client: FlaskClient):
    for name in ("样城站", "火车站", " 样城站 "):
        page = client.get("/", query_string={"q": name}).text
        assert "离“样城站”最近的站点" in page
        assert codes(page)[:4] == ["YZ-0001", "YZ-0006", "YZ-0002", "YZ-0003"]
        assert len(codes(page)) == 20


def test_the_list_is_what_the_api_answers(client: FlaskClient):
    query = {"kind": ["care_station", "water_point"], "facility": "toilet", "open_at": SATURDAY}
    page = client.get("/", query_string={"q": "样城站", **query}).text
    answer = client.get("/api/v1/nearest", query_string={**POSITION, "k": 20, **query}).json
    assert codes(page) == [feature["id"] for feature in answer["features"]] == ["YZ-0001", "YZ-0002"]


def test_a_posted_position_gives_the_same_as_its_place(client: FlaskClient):
    posted = client.post("/", data=POSITION | {"open_at": SATURDAY}).text
    assert "离您最近的站点" in posted
    assert codes(posted) == codes(client.get("/", query_string={"q": "样城站", "open_at": SATURDAY}).text)


def test_open_ones_come_first_and_unknown_ones_after_them_under_a_heading_of_their_own(client: FlaskClient):
    page = client.get("/", query_string={"q": "样城站", "open_at": SATURDAY, "kind": "care_station"}).text
    known, unknown = page.split("不一定开着,去之前请先确认")
    assert "YZ-0006" not in codes(known)
    assert codes(unknown) == ["YZ-0006"]
    assert "休息中" not in page


def test_states_are_told_in_words(client: FlaskClient):
    page = client.get("/", query_string={"q": "样城站", "open_at": SATURDAY}).text
    assert "营业中 24 小时" in card(page, "YZ-0001")
    assert "营业中 20:00 关" in card(page, "YZ-0002")
    assert "营业中 17:30 关 今天按补班日开放" in card(page, "YZ-0003")
    assert "时间未知 没有登记开放时间,建议电话确认" in card(page, "YZ-0006")
    assert "0371-5550106" in card(page, "YZ-0006")
    assert "即将关闭 20:00 关" in card(
        client.get("/", query_string={"q": "样城站", "open_at": "2026-10-10T19:40"}).text, "YZ-0002"
    )


def test_a_row_says_how_far_where_what_and_who(client: FlaskClient):
    row = card(client.get("/", query_string={"q": "样城站", "open_at": SATURDAY}).text, "YZ-0003")
    for words in ("样城站母婴室", "直线 290 米", "母婴关爱室", "YZ-0003", "文化路3号 3F 洗手间旁",
                  "带婴幼儿的家长可进 · 找工作人员", "WiFi"):  # fmt: skip
        assert words in row
    assert "样城市文化路" not in row


def test_each_row_leads_to_its_station(client: FlaskClient):
    page = client.get("/?q=样城站").text
    assert len(re.findall(r'<h3><a href="/s/YZ-\d{4}">', page)) == len(codes(page))


def test_a_name_of_several_places_is_a_choice(client: FlaskClient):
    page = client.get("/?q=人民公园&kind=care_station").text
    assert codes(page) == []
    assert "您要找的是哪一个" in page
    offers = [html.unescape(link) for link in re.findall(r'href="([^"]+)"><b>', page)]
    assert len(offers) == 3
    firsts = []
    for offer in offers:
        assert "kind=care_station" in offer
        chosen = client.get(offer).text
        assert "最近的站点" in chosen
        firsts.append(codes(chosen)[0])
    # The park in the west, the old street beside it, the park in the east.
    assert len(set(firsts)) == 3


def test_a_part_of_a_name_offers_what_it_may_be(client: FlaskClient):
    page = client.get("/?q=样城站派").text
    assert "离“样城站派水点”最近的站点" in page
    assert codes(page)[0] == "YZ-0002"
    choice = client.get("/?q=站前").text
    assert codes(choice)[0] == "YZ-0001"


def test_a_station_is_found_by_its_code(client: FlaskClient):
    page = client.get("/?q=yz-0003").text
    assert codes(page)[0] == "YZ-0003"
    assert "就在这里" in card(page, "YZ-0003")


def test_a_district_says_that_it_is_measured_from_a_point_in_it(client: FlaskClient):
    assert "从西区内的一点算起" in client.get("/?q=西区").text


def test_a_place_nobody_knows_is_said_and_what_to_do(client: FlaskClient):
    answer = client.get("/?q=火星")
    assert answer.status_code == 200
    assert "没有找到“火星”" in answer.text
    assert "请换附近的地标" in answer.text
    assert {"样城站", "老街"} <= set(links(answer.text))


def test_conditions_nobody_meets_are_said_and_how_to_loosen_them(client: FlaskClient):
    page = client.get("/", query_string={"q": "样城站", "facility": "shower", "open_at": SATURDAY}).text
    assert codes(page) == []
    assert "没有这时开门" in page
    loosened = links(page)
    assert "facility" not in loosened["不限设施再找"]
    assert codes(client.get(loosened["不限设施再找"]).text)
    assert "open_at" not in loosened["不限现在开门再找"]


def test_an_unknown_one_nearby_is_shown_however_many_are_open(client: FlaskClient):
    early = client.get(
        "/", query_string={"q": "YZ-0006", "kind": "care_station", "open_at": "2026-10-10T05:00"}
    ).text
    assert codes(early) == ["YZ-0001", "YZ-0099", "YZ-0006"]
    noon = client.get(
        "/", query_string={"q": "YZ-0006", "kind": "care_station", "open_at": "2026-10-10T12:00"}
    ).text
    assert len(codes(noon)) == 21
    assert codes(noon)[-1] == "YZ-0006"
    far = client.get(
        "/", query_string={"q": "老街", "kind": "care_station", "open_at": "2026-10-10T12:00"}
    ).text
    assert "YZ-0006" not in codes(far)


def test_nothing_surely_open_is_said_before_the_unknown_ones(client_over: Callable[..., FlaskClient]):
    client = client_over(*[row for row in STATIONS if row["code"] in ("YZ-0006", "YZ-0009")])
    page = client.get("/", query_string={"q": "样城站", "open_at": SATURDAY}).text
    assert "附近没有确定开着的站点" in page
    assert codes(page) == ["YZ-0006"]


def test_the_button_without_a_position_says_so(client: FlaskClient):
    answer = client.post("/", data={"open_at": "now"})
    assert answer.status_code == 400
    assert "没有收到您的位置" in answer.text


def test_a_vague_position_is_told(client: FlaskClient):
    assert "可能差 1200 米" in client.post("/", data=POSITION | {"accuracy_m": "1234"}).text
    assert "定位不准" not in client.post("/", data=POSITION | {"accuracy_m": "30"}).text


def test_another_moment_than_now_is_named(client: FlaskClient):
    page = client.get("/", query_string={"q": "样城站", "open_at": SATURDAY}).text
    assert "10月10日 9:30 开着" in page
    assert f'value="{SATURDAY}" checked' in page


def test_the_sketch_draws_what_is_not_listed(client: FlaskClient):
    page = client.get("/?q=样城站").text
    drawn = sketch(page)
    assert drawn["here"] == [113.61, 34.72]
    dots = [dot[0] for dot in drawn["dots"]]
    assert not set(dots) & set(codes(page))
    serving = {row["code"] for row in STATIONS if row.get("status", "open") in ("open", "trial")}
    assert set(dots) | set(codes(page)) == serving
    assert ["样城站", 113.61, 34.72] in drawn["labels"]
    assert [area[0] for area in sketch(client.get("/").text)["areas"]] == ["东区", "西区"]


def test_a_shifted_registry_draws_and_lists_shifted_positions_alone(client_with: Callable[..., FlaskClient]):
    page = client_with(public_crs="gcj02", public_decimals=5).get("/?q=样城站").text
    places = re.findall(r'data-code="([^"]+)"[^>]*data-lon="([^"]+)" data-lat="([^"]+)"', page)
    rows = {row["code"]: row for row in STATIONS}
    for code, lon, lat in places:
        moved = from_wgs84(rows[code]["lon"], rows[code]["lat"], Crs.GCJ02)
        assert (float(lon), float(lat)) == (round(moved[0], 5), round(moved[1], 5))
    assert len(places) == 20
    here = from_wgs84(113.61, 34.72, Crs.GCJ02)
    assert sketch(page)["here"] == [round(here[0], 5), round(here[1], 5)]


def test_hostile_names_are_text(client: FlaskClient):
    for path in ("/?q=YZ-0008", "/s/YZ-0008", "/?q=script"):
        page = client.get(path).text
        assert HOSTILE in html.unescape(page)
        assert "<script>alert" not in page
    dots = sketch(client.get("/?q=老街").text)["dots"]
    assert "YZ-0008" in [dot[0] for dot in dots]
    assert HOSTILE in [dot[1] for dot in dots]


def test_a_demonstration_says_so_on_every_page(client_over: Callable[..., FlaskClient], client: FlaskClient):
    demo = {
        "code": "1",
        "name": "样城市(演示)",
        "level": "city",
        "parent_code": None,
        "box": (113.5, 34.6, 113.7, 34.8),
    }
    own = client_over(STATIONS[0], areas=[demo], landmarks=[])
    for path in ("/", "/?q=YZ-0001", "/?q=火星", "/s/YZ-0001", "/s/nothing", "/?kind=x"):
        assert "虚构" in own.get(path).text
        assert "虚构" not in client.get(path).text


def test_a_registry_called_a_demonstration_is_one(client_with: Callable[..., FlaskClient]):
    assert "虚构" in client_with(name="驿站演示").get("/").text


def test_the_foot_names_the_registry_the_hotline_and_the_date(client_with: Callable[..., FlaskClient]):
    page = client_with(name="样城市工会驿站", hotline="12345").get("/").text
    foot = page.split("<footer>")[1]
    for words in ("样城市工会驿站", 'href="tel:12345"', "资料更新于 20", 'href="/api/"'):
        assert words in foot


def test_a_registry_without_areas_or_landmarks_still_begins(client_over: Callable[..., FlaskClient]):
    client = client_over(*STATIONS[:3], areas=[], landmarks=[])
    page = client.get("/").text
    assert 'type="search"' in page
    assert {dot[0] for dot in sketch(page)["dots"]} == {"YZ-0001", "YZ-0002", "YZ-0003"}


def test_an_empty_registry_says_so(client_over: Callable[..., FlaskClient]):
    page = client_over(areas=[], landmarks=[]).get("/").text
    assert "登记册里还没有站点" in page
    assert sketch(page) == {"here": None, "dots": [], "labels": [], "areas": []}


def test_the_page_is_small_without_its_map(client: FlaskClient):
    parts = [client.get("/?q=样城站&open_at=now").data]
    parts += [(FOLDER / name).read_bytes() for name in ("css/page.css", "img/icons.svg", "img/station.svg")]
    without_scripts = sum(len(gzip.compress(part)) for part in parts)
    scripts = [(FOLDER / "js" / name).read_bytes() for name in ("page.js", "locate.js", "panel.js")]
    assert without_scripts < 30_000
    assert without_scripts + sum(len(gzip.compress(part)) for part in scripts) < 30_000


@pytest.mark.parametrize(
    "text", ["\x00", "%", "'; DROP TABLE station; --", "a" * 5000, "\u202e", "\\", "“”", "💧", "\n\n"]
)
def test_no_text_breaks_the_search(client: FlaskClient, text: str):
    assert client.get("/", query_string={"q": text}, follow_redirects=True).status_code == 200
