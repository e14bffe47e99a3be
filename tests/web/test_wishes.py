"""What one types into the finder beside a place becomes filters, in an address of its own."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.web.test_finder_page import POSITION, codes, links

STATION = "样城站"


def chosen(page: str) -> set[tuple[str, str]]:
    """Return names and values of the boxes that are ticked."""
    return set(re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)"[^>]* checked', page))


def typed(page: str) -> str:
    return html.unescape(re.search(r'<input type="search"[^>]* value="([^"]*)"', page)[1])


def led(client: FlaskClient, **query: str) -> dict[str, list[str]]:
    """Return what the address asks to which a typed one leads."""
    answer = client.get("/", query_string=query)
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["Location"]).query)


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("热饭", {("facility", "microwave")}),
        ("充电", {("facility", "phone_charging")}),
        ("喂奶", {("facility", "nursing_seat")}),
        ("24小时", {("open_at", "all_day")}),
        ("２４小时", {("open_at", "all_day")}),
        ("现在开门", {("open_at", "now")}),
        ("附近", set()),
        ("母婴室", {("kind", "nursing_room")}),
        ("24小时 充电", {("open_at", "all_day"), ("facility", "phone_charging")}),
        ("附近24小时的厕所", {("open_at", "all_day"), ("facility", "toilet")}),
        ("hot meal", {("facility", "hot_meal")}),
        ("24h", {("open_at", "all_day")}),
        ("open now", {("open_at", "now")}),
        ("toilet near me", {("facility", "toilet")}),
    ],
)
def test_a_wish_without_a_place_is_chosen_and_the_place_is_asked_for(
    client: FlaskClient, text: str, ticked: set[tuple[str, str]]
):
    page = client.get("/", query_string={"q": text}, follow_redirects=True).text
    assert "从哪里找起" in page
    assert "得先知道从哪里找起" in page
    assert ("已选好:" in page) == bool(ticked)
    assert (chosen(page), typed(page), codes(page)) == (ticked, "", [])
    # What is picked next keeps them.
    kept = parse_qs(urlsplit(links(page)["老街"]).query)
    assert {(name, value) for name in kept for value in kept[name]} == ticked | {("q", "老街")}


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (f"{STATION} 厕所", {"facility": "toilet"}),
        (f"厕所 {STATION}", {"facility": "toilet"}),
        (f"{STATION}附近的厕所", {"facility": "toilet"}),
        (f"{STATION} 24小时", {"open_at": "all_day"}),
        (f"{STATION} 24小时 驿站", {"open_at": "all_day", "kind": "care_station"}),
        (f"去{STATION}", {}),
        (f"{STATION}附近", {}),
    ],
)
def test_a_wish_with_a_place_is_the_list_of_the_place_so_filtered(
    client: FlaskClient, text: str, query: dict[str, str]
):
    assert led(client, q=text) == {name: [value] for name, value in ({"q": STATION} | query).items()}
    page = client.get("/", query_string={"q": text}, follow_redirects=True).text
    assert codes(page) == codes(client.get("/", query_string={"q": STATION} | query).text) != []
    assert (chosen(page), typed(page)) == (set(query.items()), STATION)


def test_what_was_chosen_before_stays_chosen(client: FlaskClient):
    query = led(client, q=f"{STATION} 厕所 24小时", facility="wifi", kind="care_station", open_at="now",
                by="walk", lang="en", big="1")  # fmt: skip
    assert query == {
        "q": [STATION], "facility": ["wifi", "toilet"], "kind": ["care_station"], "open_at": ["all_day"],
        "by": ["walk"], "lang": ["en"], "big": ["1"],
    }  # fmt: skip


def test_now_is_asked_for_of_a_place_too(client: FlaskClient):
    assert led(client, q=f"{STATION} 现在开门") == {"q": [STATION], "open_at": ["now"]}
    assert led(client, q=f"{STATION} 现在开门", open_at="2026-10-10T09:30")["open_at"] == ["now"]


def test_a_filter_taken_off_stays_off(client: FlaskClient):
    page = client.get("/", query_string={"q": f"{STATION} 厕所"}, follow_redirects=True).text
    again = client.get("/", query_string={"q": typed(page)})
    assert (again.status_code, chosen(again.text)) == (200, set())


def test_from_a_posted_position_a_wish_filters_the_list(client: FlaskClient):
    answer = client.post("/", data=POSITION | {"q": "厕所 24小时"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert codes(answer.text) == ["YZ-0001"]
    assert chosen(answer.text) == {("facility", "toilet"), ("open_at", "all_day")}
    assert typed(answer.text) == ""
    moved = client.post("/", data=POSITION | {"q": "老街 厕所"})
    assert moved.status_code == 303
    assert parse_qs(urlsplit(moved.headers["Location"]).query) == {"q": ["老街"], "facility": ["toilet"]}


def test_round_the_clock_leaves_out_what_shuts_and_keeps_apart_what_is_unknown(client: FlaskClient):
    page = client.get("/", query_string={"q": STATION, "open_at": "all_day", "kind": "care_station"}).text
    known, unknown = page.split("不一定开着,去之前请先确认")
    assert "24 小时开着" in known
    assert (codes(known), codes(unknown)) == (["YZ-0001", "YZ-0099"], ["YZ-0006"])
    # Without scripts nothing keeps one from ticking both.
    both = client.get("/", query_string={"q": STATION, "open_at": ["now", "all_day"], "kind": "care_station"})
    assert codes(both.text) == codes(page)
    assert chosen(both.text) == {("open_at", "all_day"), ("kind", "care_station")}


def test_where_nothing_is_open_round_the_clock_that_can_be_let_go(client: FlaskClient):
    page = client.get("/", query_string={"q": STATION, "open_at": "all_day", "facility": "nursing_seat"}).text
    loosened = links(page)["不限 24 小时再找"]
    assert "open_at" not in loosened
    assert codes(client.get(loosened).text) == ["YZ-0003"]


@pytest.mark.parametrize("text", ["YZ-0003", STATION, "老街", "火星", "站前", "。", "西区、东区"])
def test_a_text_that_wishes_for_nothing_is_answered_where_it_is(client: FlaskClient, text: str):
    answer = client.get("/", query_string={"q": text})
    assert (answer.status_code, typed(answer.text)) == (200, text)


def test_an_address_that_says_which_place_of_a_name_is_meant_has_no_wish_in_it(client: FlaskClient):
    answer = client.get("/", query_string={"q": "厕所", "place": "1"})
    assert (answer.status_code, typed(answer.text)) == (200, "厕所")


def test_a_place_nobody_knows_is_said_without_the_wish(client: FlaskClient):
    page = client.get("/", query_string={"q": "火星 厕所"}, follow_redirects=True).text
    assert "没有找到“火星”" in page
    assert ("facility", "toilet") in chosen(page)


def test_the_page_that_asks_where_keeps_its_wish_in_the_other_language(client: FlaskClient):
    page = client.get("/", query_string={"q": "厕所 24小时"}, follow_redirects=True).text
    other = client.get(links(page)["English"]).text
    assert chosen(other) == chosen(page)
    assert codes(other) == []
