"""The frame for other sites, the page that makes its code, and oEmbed."""

import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from geo.errors import SettingError
from geo.model.facilities import FACILITIES
from geo.settings import Settings
from tests.web.registry import AREAS, HOSTILE, STATIONS
from tests.web.test_headers import directives
from web.assets import FOLDER
from web.embed_files import SHEETS, theme_sheet

Clients = Callable[..., FlaskClient]
EAST = "410101"
PUBLIC = "https://yz.example.cn"


def codes(page: str) -> list[str]:
    return re.findall(r'<li class="card"[^>]* data-code="([^"]+)"', page)


def said(page: str) -> list[str]:
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())
        for found in re.findall(r'<p class="notice"[^>]*>(.*?)</p>', page, re.DOTALL)
    ]


def made(page: str) -> tuple[str, str]:
    found = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    return html.unescape(found[0]), html.unescape(found[1])


def source(code: str) -> str:
    return html.unescape(re.search(r'<(?:iframe|script) src="([^"]*)"', code)[1])


# What it shows


def test_the_stations_one_can_go_to_in_an_area_and_under_it(client: FlaskClient):
    in_east = {
        row["code"]
        for row in STATIONS
        if 113.6 <= row["lon"] <= 113.7
        and 34.6 <= row["lat"] <= 34.8
        and row.get("status", "open") in ("open", "trial")
    }
    assert len(in_east) > 30
    assert set(codes(client.get(f"/embed?area={EAST}").text)) == in_east
    assert set(codes(client.get("/embed?area=410000").text)) > in_east
    assert "YZ-0099" in codes(client.get("/embed").text)


def test_it_shows_what_the_api_lists(client: FlaskClient):
    for query in (f"area={EAST}&kind=water_point", "facility=toilet&facility=wifi", "kind=nursing_room"):
        listed = client.get(f"/api/v1/stations?{query}&status=open,trial&limit=1000").json["features"]
        assert listed
        assert sorted(codes(client.get(f"/embed?{query}").text)) == [item["id"] for item in listed]


def test_a_row_tells_name_state_address_hours_and_leads_to_the_station(client: FlaskClient):
    page = client.get("/embed?code=YZ-0002").text
    assert codes(page) == ["YZ-0002"]
    for expected in ("样城站派水点", "样城市文化路2号", "8:00-20:00", 'href="/s/YZ-0002"', 'class="state '):
        assert expected in page
    assert '<base target="_blank">' in page
    assert "<h1><bdi>样城站派水点 · 爱心驿站</bdi></h1>" in page


def test_a_station_that_serves_nobody_is_still_shown_when_it_is_named(client: FlaskClient):
    assert "YZ-0004" not in codes(client.get("/embed").text)
    assert "装修到年底" in client.get("/embed?code=yz-0004").text


def test_what_is_open_comes_first_and_what_is_unknown_before_what_is_closed(client: FlaskClient):
    page = client.get("/embed?area=410000").text
    states = re.findall(r'<li class="card"[^>]* data-code="[^"]+"[^>]* data-state="([^"]+)"', page)
    rank = {"open": 0, "closing": 0, "unknown": 1, "closed": 2}
    order = [(rank[state], code) for state, code in zip(states, codes(page), strict=True)]
    assert order == sorted(order)
    assert states[0] == "open"


def test_open_now_keeps_what_may_be_open(client: FlaskClient):
    found = codes(client.get("/embed?open_at=now").text)
    assert {"YZ-0001", "YZ-0006"} <= set(found)
    states = set(re.findall(r'data-state="(\w+)"', client.get("/embed?open_at=now").text))
    assert states <= {"open", "closing", "unknown"}


def test_a_hundred_at_a_time_and_the_rest_a_page_on(client_over: Clients):
    rows = [
        {
            "code": f"YZ-{n:04d}",
            "name": f"站{n}",
            "lon": 113.61,
            "lat": 34.7,
            "hours_osm": "24/7",
            "source": "x",
            "source_ref": str(n),
        }
        for n in range(1, 206)
    ]
    client = client_over(*rows)
    seen, address = [], "/embed?area=410101&kind=care_station&lang=en&theme=dark"
    while address:
        page = client.get(address).text
        seen += codes(page)
        assert 0 < len(codes(page)) <= 100
        found = re.search(r'rel="next" href="([^"]*)"', page)
        address = html.unescape(found[1]) if found else None
        assert not address or {"area", "kind", "lang", "theme", "page"} == set(
            parse_qs(urlsplit(address).query)
        )
    assert seen == [row["code"] for row in rows]
    assert "201 to 205 of 205" in page or "第 201 到 205 个" in page
    assert 'start="201"' in page
    assert codes(client.get("/embed?page=9000").text) == seen[200:]


def test_the_whole_page_is_a_tap_away(client: FlaskClient):
    def whole(query: str) -> str:
        return html.unescape(
            re.search(r'class="larger" href="([^"]*)"', client.get(f"/embed?{query}").text)[1]
        )

    assert whole("code=YZ-0001") == "/s/YZ-0001"
    asked = urlsplit(whole(f"area={EAST}&kind=water_point&facility=toilet&open_at=now&theme=dark&zoom=12"))
    assert asked.path == "/"
    assert parse_qs(asked.query) == {
        "q": [EAST], "kind": ["water_point"], "facility": ["toilet"], "open_at": ["now"],
    }  # fmt: skip


def test_the_whole_page_is_that_of_the_same_area_whatever_else_has_its_name(client_over: Clients):
    """Its name is also a landmark's and another area's; the code is nobody else's."""
    twin = AREAS[3] | {"name": "东区"}
    landmarks = [{"name": "东区", "aliases": [], "category": "小区", "at": (113.52, 34.61)}]
    client = client_over(*STATIONS, areas=[*AREAS[:3], twin], landmarks=landmarks)
    frame = client.get(f"/embed?area={EAST}&kind=water_point&facility=toilet&lang=en").text
    address = html.unescape(re.search(r'class="larger" href="([^"]*)"', frame)[1])
    page = client.get(address).text
    assert '<html lang="en">' in page
    assert codes(page) == codes(frame)
    centre = re.search(r'data-lon="([\d.]+)" data-lat="([\d.]+)" data-name="([^"]*)"', page)
    assert 113.6 < float(centre[1]) < 113.7
    assert centre[3] == "东区"
    chosen = set(re.findall(r'name="(\w+)" value="([^"]*)" checked', page))
    assert {("kind", "water_point"), ("facility", "toilet")} <= chosen
    # Whatever is asked from there asks of the same area.
    assert f'name="q" value="{EAST}"' in page


def test_source_hotline_and_the_time_of_the_states_stand_in_it(client: FlaskClient, client_with: Clients):
    page = client.get("/embed").text
    assert 'href="tel:12351"' in page
    assert "资料来自爱心驿站" in page
    assert re.search(r"开门情况截至 \d+:\d\d", page)
    assert "演示" not in page
    assert "演示" in client_with(name="演示城市爱心驿站").get("/embed").text


def test_list_map_or_both(client: FlaskClient):
    for show, mapped in (("both", True), ("map", True), ("list", False)):
        page = client.get(f"/embed?show={show}").text
        assert codes(page)
        assert ('id="map"' in page) == mapped
    # Nothing to draw, nothing to put in order.
    assert "<script" not in client.get("/embed?code=YZ-0001&show=list").text


def told(page: str) -> dict[str, Any]:
    near = page.split('id="nearby"')[1]
    return json.loads(near.split('<script type="application/json">')[1].split("</script>")[0])


@pytest.mark.parametrize("show", ["both", "map", "list"])
@pytest.mark.parametrize(
    ("query", "wants"),
    [
        ("", {}),
        (
            f"area={EAST}&kind=care_station&open_at=now",
            {"kinds": ["care_station"], "area": EAST, "when": "now"},
        ),
        ("facility=toilet", {"facilities": ["toilet"]}),
    ],
)
def test_a_frame_of_several_can_be_put_in_order_of_distance(
    client: FlaskClient, query: str, wants: dict[str, Any], show: str
):
    page = client.get(f"/embed?{query}&show={show}").text
    assert '<button class="near" type="button" hidden>' in page
    assert "js/frame.js" in page
    assert told(page)["wants"] == {"kinds": [], "facilities": [], "area": "", "when": None} | wants


def test_a_frame_of_one_or_none_has_nothing_to_put_in_order(client: FlaskClient):
    for query in ("code=YZ-0001", "facility=shower", "area=999999", f"area={EAST}&kind=water_point"):
        assert 'id="nearby"' not in client.get(f"/embed?{query}").text


def test_a_frame_names_the_cities_its_stations_lie_in_and_no_other(client_over: Clients):
    other = {
        "code": "410300",
        "name": "邻城市",
        "level": "city",
        "parent_code": "410000",
        "box": (114.4, 35.4, 114.6, 35.6),
    }
    client = client_over(*STATIONS, areas=[*AREAS, other])
    assert told(client.get("/embed").text)["cities"] == ["410100", "410300"]
    assert told(client.get(f"/embed?area={EAST}").text)["cities"] == ["410100"]
    for city in told(client.get("/embed").text)["cities"]:
        assert client.get(f"/api/v1/packs/{city}").status_code == 200


def test_a_frame_needs_no_cookie_and_can_be_kept_for_a_minute(client: FlaskClient):
    answer = client.get("/embed")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Vary"] == "Accept-Language"


def test_its_language_is_that_of_its_address_or_of_its_reader(client: FlaskClient):
    assert '<html lang="en">' in client.get("/embed?lang=en").text
    assert '<html lang="en">' in client.get("/embed", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in client.get("/embed?lang=zh", headers={"Accept-Language": "en"}).text
    assert 'href="/s/YZ-0001?lang=en"' in client.get("/embed?code=YZ-0001&lang=en").text


@pytest.mark.parametrize("query", ["", "?code=YZ-0008", "?show=list", "?show=map", "?theme=dark", "?area=x"])
def test_it_holds_nothing_the_policy_forbids_and_loads_only_what_is_ours(client: FlaskClient, query: str):
    page = client.get(f"/embed{query}").text
    assert not re.search(r"<[^>]+\s(?:on\w+|style)\s*=", page)
    assert "<style" not in page
    loaded = re.findall(r'<(?:link rel="stylesheet"|script)[^>]*(?:href|src)="([^"]*)"', page)
    assert loaded
    for name in loaded:
        assert name.startswith("/static/")
        answer = client.get(name)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (
            200,
            "public, max-age=31536000, immutable",
        )


def test_hostile_names_are_text(client: FlaskClient):
    for path in ("/embed?code=YZ-0008", "/embed/make?code=YZ-0008", f"/embed/make?code={HOSTILE}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)[0]
    iframe, script = made(client.get("/embed/make?code=YZ-0008").text)
    assert iframe.count("<") == iframe.count(">") == 2
    assert script.count("<") == script.count(">") == 2
    code = client.get("/oembed?url=http://localhost/s/YZ-0008").json["html"]
    assert code.count("<") == code.count(">") == 2


# Wrong addresses


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=water", "kind"),
        ("facility=toilet&facility=sauna", "facility"),
        ("open_at=2026-10-10T09:00", "open_at"),
        ("open_at=arrival", "open_at"),
        ("show=table", "show"),
        ("zoom=99", "zoom"),
        ("zoom=big", "zoom"),
        ("theme=pink", "theme"),
        ("page=0", "page"),
        ("theme=dark&theme=light", "theme"),
    ],
)
def test_a_wrong_parameter_is_told_and_the_rest_holds(client: FlaskClient, query: str, parameter: str):
    answer = client.get(f"/embed?area={EAST}&{query}")
    assert answer.status_code == 200
    [line] = said(answer.text)
    assert parameter in line
    assert line.endswith("这一项没有起作用。")
    assert "YZ-0001" in codes(answer.text)
    assert "YZ-0011" not in codes(answer.text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("area=999999", "没有代码为“999999”的区划"), ("code=YZ-9999", "没有编号为 YZ-9999 的站点"), 
     ("area=%00%ff", "没有代码为"), ("code=" + "x" * 3000, "没有编号为")],
)  # fmt: skip
def test_an_area_or_station_there_is_not_is_told_in_the_frame(client: FlaskClient, query: str, expected: str):
    answer = client.get(f"/embed?{query}")
    assert answer.status_code == 404
    assert directives(answer.headers["Content-Security-Policy"])["frame-ancestors"] == "*"
    assert expected in said(answer.text)[0]
    assert codes(answer.text) == []
    assert 'class="larger" href="/"' in answer.text
    assert "12351" in answer.text


@pytest.mark.parametrize(
    "query", ["lang=xx", "lang=", "utm_source=a&nothing=1", "area=&kind=&zoom=", "zoom=fit"]
)
def test_what_says_nothing_changes_nothing(client: FlaskClient, query: str):
    answer = client.get(f"/embed?{query}")
    assert answer.status_code == 200
    assert said(answer.text) == []
    assert codes(answer.text) == codes(client.get("/embed").text)


def test_an_empty_frame_says_so(client: FlaskClient):
    answer = client.get("/embed?facility=shower")
    assert said(answer.text) == ["没有符合这些条件的站点。"]


def test_an_empty_registry_has_frames_and_their_maker(client_over: Clients):
    client = client_over(areas=[], landmarks=[])
    assert said(client.get("/embed").text) == ["没有符合这些条件的站点。"]
    assert client.get("/embed/make").status_code == 200


# Who may frame


def answers_of(client: FlaskClient, rule: Rule) -> Any:
    values = {
        "code": "YZ-0001",
        "digest": "x",
        "name": "css/page.css",
        "city": "410100",
        "z": 1,
        "x": 0,
        "y": 0,
    }
    values |= {name: "light" for name in rule.arguments if rule.rule.startswith("/static/<digest>/themes")}
    path = rule.rule
    for name in rule.arguments:
        path = re.sub(rf"<(?:[^<>:]+:)?{name}>", str(values.get(name, "x")), path)
    return client.get(path)


def test_only_the_frame_may_be_framed_by_others(app: Flask, client: FlaskClient):
    rules = list(app.url_map.iter_rules())
    assert {"/", "/embed", "/embed/make", "/oembed", "/embed.js", "/s/<code>"} <= {
        rule.rule for rule in rules
    }
    for rule in rules:
        answer = answers_of(client, rule)
        ancestors = directives(answer.headers["Content-Security-Policy"])["frame-ancestors"]
        assert ancestors == ("*" if rule.rule == "/embed" else "'self'"), rule
        assert "X-Frame-Options" not in answer.headers
    for path in ("/nothing", "/embed/", "/embed/x", "/EMBED"):
        policy = directives(client.get(path).headers["Content-Security-Policy"])
        assert policy["frame-ancestors"] == "'self'"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("*", "*"),
        ("self", "'self'"),
        ("https://a.gov.cn", "'self' https://a.gov.cn"),
        (
            "https://a.gov.cn,https://*.b.cn:8443  http://localhost:81",
            "'self' https://a.gov.cn https://*.b.cn:8443 http://localhost:81",
        ),
    ],
)
def test_who_may_is_a_setting(client_with: Clients, setting: str, expected: str):
    client = client_with(frame_ancestors=setting)
    assert directives(client.get("/embed").headers["Content-Security-Policy"])["frame-ancestors"] == expected
    assert directives(client.get("/").headers["Content-Security-Policy"])["frame-ancestors"] == "'self'"


@pytest.mark.parametrize(
    "setting",
    ["https://a.cn; script-src *", "a.cn", "https://a.cn/path", "* https://a.cn", "none", "'self'", ",",
     "https://a.cn\nX: y;", "https://*", "javascript:alert(1)", "https://城市.cn", "https://a.cn:123456"],
)  # fmt: skip
def test_the_setting_takes_origins_alone(setting: str):
    with pytest.raises(SettingError, match="YIZHAN_FRAME_ANCESTORS"):
        Settings(frame_ancestors=setting)


def test_the_maker_says_who_may_when_not_all_may(client: FlaskClient, client_with: Clients):
    assert "只允许" not in client.get("/embed/make").text
    assert "https://a.gov.cn" in client_with(frame_ancestors="https://a.gov.cn").get("/embed/make").text


def test_a_tile_provider_stays_allowed_in_a_frame(client_with: Clients):
    tiles = {"basemap": "https://t.example.cn/{z}/{x}/{y}.png", "basemap_attribution": "某地图"}
    policy = directives(client_with(**tiles).get("/embed").headers["Content-Security-Policy"])
    assert policy["img-src"] == "'self' data: https://t.example.cn"
    assert policy["frame-ancestors"] == "*"


# Making the code


def test_the_code_is_absolute_titled_lazy_and_may_ask_for_a_position(client: FlaskClient):
    page = client.get(f"/embed/make?area={EAST}&kind=water_point&width=600&height=400").text
    iframe, script = made(page)
    assert source(iframe) == f"http://localhost/embed?area={EAST}&kind=water_point"
    for expected in ('title="东区 · 爱心驿站"', 'allow="geolocation"', 'loading="lazy"', 'width="600"',
                     'height="400"', 'style="border:0;max-width:100%"'):  # fmt: skip
        assert expected in iframe
    assert source(script) == "http://localhost/embed.js"
    for expected in (
        f'data-area="{EAST}"',
        'data-kind="water_point"',
        'data-title="东区 · 爱心驿站"',
        " async>",
    ):
        assert expected in script


def test_it_is_https_whenever_the_public_address_is(client_with: Clients):
    client = client_with(public_url=f"{PUBLIC}/")
    page = client.get("/embed/make").text
    iframe, script = made(page)
    assert source(iframe) == f"{PUBLIC}/embed"
    assert source(script) == f"{PUBLIC}/embed.js"
    assert "http://" not in iframe + script
    assert "https 都能放" in page
    # The preview works before the public address does.
    assert '<iframe class="preview" src="/embed"' in page


def test_a_code_that_https_pages_cannot_show_is_warned_of(client: FlaskClient):
    assert "YIZHAN_PUBLIC_URL" in client.get("/embed/make").text


def test_every_choice_is_in_the_code_and_is_still_chosen(client: FlaskClient):
    asked = {
        "area": EAST, "kind": ["water_point", "care_station"], "facility": ["toilet", "wifi"],
        "open_at": "now", "show": "map", "zoom": "15", "theme": "dark",
    }  # fmt: skip
    page = client.get("/embed/make", query_string=asked | {"frame_lang": "en"}).text
    iframe, _ = made(page)
    given = parse_qs(urlsplit(source(iframe)).query)
    assert given == {
        name: value if isinstance(value, list) else [value]
        for name, value in (asked | {"lang": "en"}).items()
    }
    chosen = set(re.findall(r'name="(\w+)" value="([^"]*)" checked', page))
    assert {("kind", "water_point"), ("facility", "wifi"), ("show", "map"), ("theme", "dark"),
            ("frame_lang", "en"), ("open_at", "now")} <= chosen  # fmt: skip
    assert re.findall(r'<option value="([^"]*)" selected', page) == [EAST, "15"]
    assert set(re.findall(r'name="facility" value="(\w+)"', page)) == set(FACILITIES)


def test_the_makers_language_is_not_the_frames(client: FlaskClient):
    page = client.get("/embed/make?lang=en").text
    assert '<html lang="en">' in page
    assert "lang=" not in source(made(page)[0])
    assert source(made(client.get("/embed/make?lang=en&frame_lang=zh").text)[0]).endswith("?lang=zh")


def test_every_area_with_stations_can_be_chosen_under_its_own(client: FlaskClient):
    page = client.get("/embed/make").text
    names = re.findall(r'<option value="(\d+)">(\u3000*)(\S+) \((\d+)\)', page)
    assert [(code, name) for code, _, name, _ in names] == [(area["code"], area["name"]) for area in AREAS]
    assert [len(depth) for _, depth, _, _ in names] == [0, 1, 2, 2]
    for code, _, _, count in names:
        assert f"<h2>{count} 个站点" in client.get(f"/embed?area={code}").text


@pytest.mark.parametrize(
    "query", ["width=30", "height=99999", "width=wide", "area=nowhere", "code=YZ-9999", "kind=x", "zoom=1"]
)
def test_wrong_choices_are_told_and_the_code_still_works(client: FlaskClient, query: str):
    answer = client.get(f"/embed/make?{query}")
    assert answer.status_code == 200
    assert len(said(answer.text)) == 1
    iframe, _ = made(answer.text)
    assert client.get(source(iframe)).status_code == 200
    assert 'width="100%" height="480"' in iframe


def test_pages_lead_to_the_maker(client: FlaskClient):
    assert 'href="/embed/make"' in client.get("/").text


# The loader and the themes


def test_the_loader_has_one_address_for_ever_and_is_fresh_within_minutes(client: FlaskClient):
    answer = client.get("/embed.js")
    assert answer.mimetype in ("text/javascript", "application/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("script", ["embed.js", "frame.js", "gestures.js", "locate.js", "nearby.js"])
def test_scripts_of_a_frame_touch_nothing_a_browser_may_refuse_it(script: str):
    text = (FOLDER / "js" / script).read_text("utf-8")
    assert not re.search(r"localStorage|sessionStorage|indexedDB|caches|cookie|serviceWorker", text)


def test_a_theme_is_every_colour_of_its_scheme(client: FlaskClient):
    sheets = "".join((FOLDER / "css" / name).read_text("utf-8") for name in SHEETS)
    light, dark = (
        dict(re.findall(r"(--[\w-]+):\s*([^;]+);", theme_sheet(FOLDER / "css", theme)))
        for theme in ("light", "dark")
    )
    assert {"--paper", "--ink", "--map-water"} <= set(dark)
    # What the dark scheme changes, the light one has, too, and nothing is told that no sheet holds.
    assert set(dark) <= set(light)
    assert set(light) == set(re.findall(r"^\s*(--[\w-]+):", sheets, re.MULTILINE))
    assert all(light[name] != dark[name] for name in ("--paper", "--ink", "--card", "--map-water"))


def test_there_are_two_themes(client: FlaskClient):
    assert client.get("/static/x/themes/dark.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/x/themes/pink.css").status_code == 404


# oEmbed


def discovered(page: str) -> str:
    return html.unescape(
        re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', page)[1]
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/embed"),
        ("/?kind=water_point&open_at=now", "/embed?kind=water_point&open_at=now"),
        ("/?q=东区&kind=water_point", f"/embed?area={EAST}&kind=water_point"),
        ("/?q=YZ-0001", "/embed?code=YZ-0001"),
        ("/s/YZ-0001", "/embed?code=YZ-0001"),
        ("/s/YZ-0001?lang=en", "/embed?code=YZ-0001&lang=en"),
        (f"/embed?area={EAST}&theme=dark&zoom=12&page=2", f"/embed?area={EAST}&zoom=12&theme=dark"),
    ],
)
def test_a_page_tells_where_its_frame_is_told(client_with: Clients, path: str, expected: str):
    client = client_with(public_url=PUBLIC)
    address = discovered(client.get(path).text)
    assert address.startswith(f"{PUBLIC}/oembed?url=")
    document = client.get(address.removeprefix(PUBLIC)).json
    assert source(document["html"]) == PUBLIC + expected
    assert client.get(expected).status_code == 200


def test_the_answer_is_what_the_standard_asks_of_rich_content(client: FlaskClient):
    answer = client.get("/oembed?url=http://localhost/s/YZ-0001&format=json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    document = answer.json
    assert document["version"] == "1.0"
    assert document["type"] == "rich"
    assert document["title"] == "样城第1驿站 · 爱心驿站"
    assert (document["provider_name"], document["provider_url"]) == ("爱心驿站", "http://localhost/")
    assert (document["width"], document["height"]) == (800, 480)
    assert 'width="800" height="480"' in document["html"]


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("maxwidth=320&maxheight=240", (320, 240)),
        ("maxwidth=99999", (800, 480)),
        ("maxheight=100", (800, 100)),
    ],
)
def test_it_never_exceeds_the_room_there_is(client: FlaskClient, query: str, size: tuple[int, int]):
    document = client.get(f"/oembed?url=http://localhost/embed&{query}").json
    assert (document["width"], document["height"]) == size


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=http://localhost/embed&format=xml", 501),
        ("url=https://elsewhere.cn/embed", 404),
        ("url=http://localhost.elsewhere.cn/embed", 404),
        ("url=http://localhost@elsewhere.cn/embed", 404),
        ("url=javascript://localhost/embed", 404),
        ("url=//localhost/embed", 404),
        ("url=http://[/embed", 404),
        ("url=/embed", 404),
        ("url=http://localhost/healthz", 404),
        ("url=http://localhost/embed/make", 404),
        ("url=http://localhost/s/YZ-0001/way", 404),
        ("url=http://localhost/s/YZ-9999", 404),
        ("url=http://localhost/s/", 404),
        ("url=http://localhost/embed?area=999999", 404),
        ("url=http://localhost/?q=样城站", 404),
        ("url=http://localhost/?q=火星", 404),
        ("url=http://localhost/embed&maxwidth=0", 400),
        ("url=http://localhost/embed&maxheight=tall", 400),
        ("", 400),
    ],
)
def test_what_it_cannot_tell_is_a_problem_every_site_can_read(client: FlaskClient, query: str, status: int):
    answer = client.get(f"/oembed?{query}")
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_either_of_our_addresses_is_ours(client_with: Clients):
    client = client_with(public_url=PUBLIC)
    for base in (PUBLIC, "http://yz.example.cn", "https://YZ.example.cn", "http://localhost"):
        assert source(client.get(f"/oembed?url={base}/embed").json["html"]) == f"{PUBLIC}/embed"


def test_a_page_from_a_position_tells_no_frame(client: FlaskClient):
    posted = client.post("/", data={"lon": "113.61", "lat": "34.72"}).text
    assert "oembed" not in posted
    assert "113.6" not in discovered(client.get("/?q=样城站&accuracy_m=113.6").text)
    assert "oembed" not in client.get("/s/YZ-9999").text
