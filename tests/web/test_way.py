"""The way to a station: the API's line and steps, the page people read, and what neither gives away."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine
from geo.loading import keep_streets
from geo.registry.live import open_live
from geo.settings import Settings
from tests.town import Town
from tests.web.registry import build
from web import create_app

# Station 1 of the registry stands at the town's eastern end.
TOWN = Town(113.600, 34.712)
FROM = {"lon": TOWN.spot(0, 0)[0], "lat": TOWN.spot(0, 0)[1]}
URL = "/api/v1/route"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("way")
    settings = Settings(home=folder / "home")
    build(settings.home)
    extract = TOWN.write(folder / "town.osm.pbf")
    engine = open_engine(settings)
    keep_streets(engine, settings, extract, name="town", attribution="© 测试")
    engine.dispose()
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> FlaskClient:
    return create_app(settings, open_live(settings)).test_client()


def test_a_route_is_a_line_with_steps(client: FlaskClient):
    answer = client.get(URL, query_string=FROM | {"code": "YZ-0001"})
    assert answer.status_code == 200
    assert answer.content_type == "application/geo+json"
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json
    assert (found["geometry"]["type"], found["attribution"]) == ("LineString", "© 测试")
    assert found["geometry"]["coordinates"][0] == [FROM["lon"], FROM["lat"]]
    assert found["geometry"]["coordinates"][-1] == [113.6101, 34.7201]
    properties = found["properties"]
    assert (properties["code"], properties["by"]) == ("YZ-0001", "walk")
    assert 1500 < properties["distance_m"] < 2500
    texts = [step["text"] for step in properties["steps"]]
    assert "东西5街" in "".join(texts)
    assert sum(step["distance_m"] for step in properties["steps"]) == pytest.approx(
        properties["distance_m"], abs=1
    )


def test_nearest_and_route_agree(client: FlaskClient):
    nearest = client.get("/api/v1/nearest", query_string=FROM | {"by": "ebike", "k": 1}).json["features"][0]
    route = client.get(URL, query_string=FROM | {"code": nearest["id"], "by": "ebike"}).json["properties"]
    for name in ("distance_m", "duration_s"):
        assert route[name] == pytest.approx(nearest["properties"][name], abs=1)


@pytest.mark.parametrize(
    "more", ["by=walk", "by=ebike&k=100", "by=walk&open_at=2026-10-14T10:00&kind=care_station"]
)
def test_nearest_along_streets_is_the_same_before_the_framework(client: FlaskClient, more: str):
    query = f"lon={FROM['lon']}&lat={FROM['lat']}&{more}"
    # An encoded letter goes the ordinary way.
    quick, usual = (
        client.get(f"/api/v1/nearest?{text}") for text in (query, query.replace("lat", "%6Cat", 1))
    )
    assert quick.json["attribution"] == "© 测试"
    assert quick.get_data() == usual.get_data()
    assert sorted(quick.headers) == sorted(usual.headers)


@pytest.mark.parametrize(("crs", "decimals"), [("gcj02", 6), ("bd09", 4), ("gcj02", 3)])
def test_no_way_gives_away_more_than_is_public(settings: Settings, crs: str, decimals: int):
    public = replace(settings, public_crs=crs, public_decimals=decimals)
    client = create_app(public, open_live(public)).test_client()
    assert client.get(URL, query_string=FROM | {"code": "YZ-0001", "crs": "wgs84"}).status_code == 400
    found = client.get(URL, query_string=FROM | {"code": "YZ-0001"}).json
    end = [round(float(x), decimals) for x in from_wgs84(113.6101, 34.7201, Crs(crs))]
    assert (found["coordinate_system"], found["geometry"]["coordinates"][-1]) == (crs, end)
    starts = [step["start"] for step in found["properties"]["steps"]]
    page = client.post("/s/YZ-0001/way", data=FROM | {"by": "walk"}).get_data(as_text=True)
    assert "113.6101" not in page
    for x, y in (*found["geometry"]["coordinates"], *starts):
        assert (x, y) == (round(x, decimals), round(y, decimals))


def test_a_post_answers_the_same(client: FlaskClient):
    asked = FROM | {"code": "YZ-0001", "by": "walk"}
    got, posted = client.get(URL, query_string=asked).json, client.post(URL, json=asked).json
    assert got["geometry"] == posted["geometry"]


def test_the_answer_is_in_the_system_asked_for(client: FlaskClient):
    lon, lat = from_wgs84(FROM["lon"], FROM["lat"], Crs.GCJ02)
    asked = {"lon": float(lon), "lat": float(lat), "code": "YZ-0001", "crs": "gcj02"}
    found = client.get(URL, query_string=asked).json
    end = from_wgs84(113.6101, 34.7201, Crs.GCJ02)
    assert found["geometry"]["coordinates"][-1] == pytest.approx([float(end[0]), float(end[1])], abs=2e-6)
    assert found["properties"]["distance_m"] == pytest.approx(
        client.get(URL, query_string=FROM | {"code": "YZ-0001"}).json["properties"]["distance_m"], abs=1
    )


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"code": "YZ-0001"}, 400, "lon"),
        (FROM, 400, "code"),
        (FROM | {"code": "YZ-7777"}, 404, "YZ-7777"),
        (FROM | {"code": "YZ-0001", "by": "car"}, 400, "car"),
        (FROM | {"code": "YZ-0001", "k": 3}, 400, "k"),
    ],
)
def test_a_wrong_question_is_told_so(client: FlaskClient, asked: dict, status: int, says: str):
    answer = client.get(URL, query_string=asked)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert says in answer.get_data(as_text=True)


def test_steps_come_in_english(client: FlaskClient):
    found = client.get(URL, query_string=FROM | {"code": "YZ-0001", "lang": "en"}).json
    texts = " ".join(step["text"] for step in found["properties"]["steps"])
    assert "left" in texts or "right" in texts


def test_the_page_shows_minutes_steps_and_the_state_on_arrival(client: FlaskClient):
    answer = client.post("/s/YZ-0001/way", data=FROM)
    page = answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "步行" in page
    assert "分钟" in page
    assert "东西5街" in page
    assert "营业中" in page
    assert f'name="lon" value="{FROM["lon"]}"' in page
    riding = client.post("/s/YZ-0001/way", data=FROM | {"by": "ebike"}).get_data(as_text=True)
    assert "骑行" in riding


def test_the_page_starts_from_a_named_place_by_an_address_without_a_position(client: FlaskClient):
    answer = client.get("/s/YZ-0001/way", query_string={"q": "样城站"})
    assert "从样城站出发" in answer.get_data(as_text=True)


def test_without_a_position_the_page_asks_where_from(client: FlaskClient):
    page = client.get("/s/YZ-0001/way").get_data(as_text=True)
    assert "从哪里出发" in page
    assert 'id="locate"' in page
    lost = client.get("/s/YZ-0001/way", query_string={"q": "没有这个地方"}).get_data(as_text=True)
    assert "没有这个地方" in lost


def test_a_name_of_several_places_is_chosen_from(client: FlaskClient):
    page = client.get("/s/YZ-0001/way", query_string={"q": "人民公园", "by": "ebike"}).get_data(as_text=True)
    picks = re.findall(r'<li><a href="([^"]+)"', page)
    assert len(picks) > 1
    for pick in picks:
        assert "出发</p>" in client.get(unescape(pick)).get_data(as_text=True)
        assert "by=ebike" in pick
    chosen = client.get("/s/YZ-0001/way", query_string={"q": "人民公园", "place": 2}).get_data(as_text=True)
    assert "从人民公园出发" in chosen


def test_the_list_gives_minutes_on_foot_and_leads_to_the_way(client: FlaskClient):
    page = client.post("/", data=FROM).get_data(as_text=True)
    assert "步行" in page
    assert 'action="/s/YZ-0001/way"' in page
    riding = client.post("/", data=FROM | {"by": "ebike"}).get_data(as_text=True)
    assert "骑行" in riding


def test_where_no_streets_are_known_the_list_is_by_line(client: FlaskClient):
    page = client.post("/", data={"lon": 114.5, "lat": 35.5}).get_data(as_text=True)
    assert "直线" in page or "就在这里" in page
    assert "还没有街道数据" not in page


def test_internal_fields_stay_inside(client: FlaskClient):
    for answer in (
        client.get(URL, query_string=FROM | {"code": "YZ-0001"}),
        client.post("/s/YZ-0001/way", data=FROM),
    ):
        assert "哨兵" not in answer.get_data(as_text=True)
