"""The table of stations: its address is its question."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from geo.db.engine import reading, writing
from geo.registry.stations import change_station, get_station
from tests.web.registry import HOSTILE

_CODE = re.compile(r'<td class="code plain"[^>]*>([^<]+)</td>')


def html_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def codes(client, path: str) -> list[str]:
    return _CODE.findall(html_of(client, path))


def test_everybody_sees_his_own_stations_alone(office):
    east, west = codes(office.client("east"), "/admin/"), codes(office.client("west"), "/admin/")
    assert "YZ-0001" in east
    assert "YZ-0010" in west
    assert not set(east) & set(west)
    assert codes(office.client("keeper"), "/admin/") == ["YZ-0001"]
    assert office.client().get("/admin/").status_code == 302


def test_filters_are_in_the_address_and_come_back_into_the_form(office):
    client = office.client("admin")
    assert codes(client, "/admin/?q=派水点") == ["YZ-0002"]
    assert codes(client, "/admin/?status=suspended&status=closed") == ["YZ-0004", "YZ-0005"]
    assert codes(client, "/admin/?facility=wifi&kind=nursing_room") == ["YZ-0003"]
    assert codes(client, "/admin/?hours=unknown&area=410101") == ["YZ-0006", "YZ-0007"]
    assert codes(client, "/admin/?area=-") == ["YZ-0099"]
    html = html_of(client, "/admin/?q=驿站&status=suspended&order=name&down=1")
    assert 'value="驿站"' in html
    assert '<option value="suspended" selected>' in html
    assert 'name="down" value="1"' in html
    assert 'aria-sort="descending"' in html
    # Messengers add their own to addresses.
    assert codes(client, "/admin/?q=派水点&from=wechat") == ["YZ-0002"]


def test_pages_hold_fifty_and_keep_the_question(office):
    client = office.client("admin")
    first, second = codes(client, "/admin/?q=yz-"), codes(client, "/admin/?q=yz-&page=2")
    assert (len(first), len(second)) == (50, 22)
    assert first + second == sorted(first + second)
    assert 'href="/admin/?q=yz-&amp;page=2"' in html_of(client, "/admin/?q=yz-")
    assert codes(client, "/admin/?q=yz-&page=9") == []


@pytest.mark.parametrize(
    "query",
    ["kind=shop", "status=lost", "facility=piano", "order=password", "page=0", "page=x", "checked=yes"],
)
def test_what_nothing_is_asked_by_is_told(office, query):
    answer = office.client("admin").get(f"/admin/?{query}")
    assert answer.status_code == 400
    assert query.split("=")[1] in answer.get_data(as_text=True)


def test_an_empty_answer_says_what_to_do(office):
    assert "没有符合条件的站点" in html_of(office.client("east"), "/admin/?q=没有的")


def test_hostile_names_are_text(office):
    html = html_of(office.client("east"), "/admin/")
    assert "<script>alert" not in html
    assert HOSTILE.strip() in unescape(html)


def test_who_may_not_change_has_nothing_to_tick(office):
    for login in ("reader", "keeper"):
        html = html_of(office.client(login), "/admin/")
        assert 'name="code"' not in html
        assert "/admin/bulk" not in html


def test_views_are_saved_found_and_forgotten(office):
    client = office.client("reader")
    answer = office.post(client, "/admin/views", {"name": "派水点", "query": urlencode({"q": "派水点"})})
    assert answer.status_code == 303
    html = html_of(client, "/admin/?q=派水点")
    assert 'aria-current="page">派水点</a>' in html
    number = re.search(r"/admin/views/(\d+)/drop", html)[1]
    other = office.client("east")
    assert "派水点</a></li>" not in html_of(other, "/admin/")
    assert office.post(other, f"/admin/views/{number}/drop", {}).status_code == 404
    assert office.post(client, f"/admin/views/{number}/drop", {}).status_code == 303
    assert "/drop" not in html_of(client, "/admin/")


def test_many_are_changed_alike_once_that_was_looked_at(office):
    client = office.client("east")
    chosen = {"code": ["YZ-0001", "YZ-0002", "YZ-0010"], "access_who": "anyone", "facilities.tv": "yes"}
    assert "选中了 2 个" in html_of(client, "/admin/bulk?code=YZ-0001&code=YZ-0002")
    html = office.post(client, "/admin/bulk", chosen).get_data(as_text=True)
    assert "会改 2 个站点" in html
    assert "YZ-0010" in html
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0002")[1]["access_who"] is None
    since = re.search(r'name="since" value="(\d+)"', html)[1]
    answer = office.post(client, "/admin/bulk", chosen | {"since": since, "back": "q=驿站", "why": "统一"})
    assert answer.status_code == 303
    with reading(office.engine) as session:
        row = get_station(session, "YZ-0002")[1]
        assert (row["access_who"], row["facilities"]["tv"]) == ("anyone", "yes")
        assert get_station(session, "YZ-0010")[1]["access_who"] is None


def test_a_bulk_change_is_taken_back_as_one(office):
    client = office.client("east")
    chosen = {"code": ["YZ-0001", "YZ-0002"], "street_name": HOSTILE, "since": "999999999"}
    assert office.post(client, "/admin/bulk", chosen).status_code == 303
    there = re.search(r'class="button" href="(/admin/bulk/\d+)"', html_of(client, "/admin/"))[1]
    assert f'href="{there}"' in html_of(client, "/admin/stations/YZ-0002/history")
    page = html_of(client, there)
    assert "全部撤销(2 个站点)" in page
    assert "<script>alert" not in page
    with writing(office.engine) as session:
        change_station(session, "YZ-0001", {"street_name": "乙街"}, who="li")
    assert office.post(client, f"{there}/undo", {}).location == there
    page = html_of(client, there)
    assert "撤销了 1 个站点的改动;1 个没有撤销(YZ-0001),原因见下面" in page
    assert "YZ-0001: 站点 YZ-0001 的 街道" in page
    assert "全部撤销(" not in page
    with reading(office.engine) as session:
        streets = [get_station(session, code)[1]["street_name"] for code in ("YZ-0001", "YZ-0002")]
    assert streets == ["乙街", None]
    # Another's is as one that is not there.
    west = office.client("west")
    assert west.get(there).status_code == west.get("/admin/bulk/999").status_code == 404
    assert office.post(west, f"{there}/undo", {}).status_code == 404


def test_all_of_a_question_are_changed_and_no_more(office):
    client = office.client("admin")
    asked = {"all": "1", "back": "hours=unknown&area=410101", "host_type": "银行"}
    html = office.post(client, "/admin/bulk", asked).get_data(as_text=True)
    assert "会改 2 个站点" in html
    since = re.search(r'name="since" value="(\d+)"', html)[1]
    assert office.post(client, "/admin/bulk", asked | {"since": since}).status_code == 303
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0006")[1]["host_type"] == "银行"
        assert get_station(session, "YZ-0001")[1]["host_type"] is None


def test_a_bulk_that_says_nothing_or_nonsense_changes_nothing(office):
    client = office.client("east")
    for said, fault in (
        ({}, "请至少选一项"),
        ({"status": "closed"}, "要写原因"),
        ({"access_who": "x"}, "请从列表里选"),
    ):
        html = office.post(client, "/admin/bulk", {"code": "YZ-0001", **said}).get_data(as_text=True)
        assert fault in html
    assert "没有选中站点" in html_of(client, "/admin/bulk")


def test_two_records_of_one_place_become_one_and_the_old_address_leads_there(office):
    client = office.client("east")
    pair = "/admin/merge?code=YZ-0006&code=YZ-0001"
    html = html_of(client, pair)
    assert "0371-5550106" in html
    with reading(office.engine) as session:
        before = get_station(session, "YZ-0006")[1]
    sent = {"kept": "YZ-0006", "lost": "YZ-0001", "take.hours_raw": "lost", "take.facilities.wifi": "lost"}
    for name in ("kept_version", "lost_version"):
        sent[name] = re.search(rf'name="{name}" value="(\d+)"', html)[1]
    assert office.post(client, "/admin/merge", sent | {"lost_version": "1000"}).status_code == 409
    assert office.post(client, "/admin/merge", sent).status_code == 303
    with reading(office.engine) as session:
        row = get_station(session, "YZ-0006")[1]
    assert (row["hours_osm"], row["facilities"], row["public_phone"]) == (
        "24/7",
        {"wifi": "yes"},
        "0371-5550106",
    )
    office.refresh()
    answer = office.client().get("/s/yz-0001")
    assert (answer.status_code, answer.location) == (301, "/s/YZ-0006")
    told = office.client().get("/api/v1/stations/YZ-0001").get_json()
    assert told["properties"]["merged_into"] == "YZ-0006"
    # Opened again, it stands for itself.
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0001")[1]["status"] == "closed"
    whole = re.search(r'href="(/admin/bulk/\d+)"', html_of(client, "/admin/stations/YZ-0001/history"))[1]
    assert office.post(client, f"{whole}/undo", {}).status_code == 303
    office.refresh()
    assert office.client().get("/s/YZ-0001").status_code == 200
    with reading(office.engine) as session:
        now = get_station(session, "YZ-0006")[1]
    assert (now["hours_osm"], now["facilities"]) == (before["hours_osm"], before["facilities"])


def test_merging_wants_two_of_ones_own(office):
    client = office.client("east")
    assert client.get("/admin/merge?code=YZ-0001").status_code == 400
    assert client.get("/admin/merge?code=YZ-0001&code=YZ-0002&code=YZ-0003").status_code == 400
    assert client.get("/admin/merge?code=YZ-0001&code=YZ-0010").status_code == 404
    assert "可能重复的站点" in html_of(client, "/admin/merge")
    assert "YZ-0010" in html_of(office.client("west"), "/admin/merge")


def test_a_checklist_is_filled_in_and_what_the_record_proves_is_shown(office):
    client = office.client("east")
    path = "/admin/stations/YZ-0001/checklist"
    html = html_of(client, path)
    assert 'name="item.street_front" value="pass" checked' in html
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    sent = {"standard": "shandong_2022", "version": version, "item.street_front": "", "item.seats": "fail"}
    assert office.post(client, path, sent).status_code == 303
    with reading(office.engine) as session:
        assert get_station(session, "YZ-0001")[1]["checklist"] == {"seats": "fail"}
    # Somebody was faster: what was ticked is shown again, and nothing is written.
    answer = office.post(client, path, sent | {"item.seats": "pass"})
    assert answer.status_code == 409
    assert 'name="item.seats" value="pass" checked' in answer.get_data(as_text=True)
    assert "还没有标准可对照" in html_of(client, "/admin/stations/YZ-0002/checklist")
    assert office.post(client, "/admin/stations/YZ-0002/checklist", {"version": "2"}).status_code == 400


_SPLIT = "q=a\r\nSet-Cookie: x=y"


def test_a_kept_question_with_line_ends_leads_to_the_table_all_the_same(office):
    client = office.client("admin")
    [version] = re.findall(r'name="version" value="(\d+)"', html_of(client, "/admin/stations/YZ-0002"))
    sent = (
        ("/admin/views", {"name": "甲", "query": _SPLIT}),
        (
            "/admin/bulk",
            {"code": "YZ-0001", "street_name": "甲街", "since": "999999999", "back": _SPLIT},
        ),
        ("/admin/stations/YZ-0002", {"then": "list", "back": _SPLIT, "version": version}),
    )
    for path, data in sent:
        answer = office.post(client, path, data)
        assert answer.status_code == 303, (path, answer.get_data(as_text=True))
        assert answer.headers["Location"] == "/admin/?q=a%0D%0ASet-Cookie%3A+x%3Dy"
        assert client.get(answer.headers["Location"]).status_code == 200


def test_a_kept_question_with_what_no_database_takes_is_refused(office):
    answer = office.post(office.client("admin"), "/admin/bulk", {"all": "1", "back": "q=%00"})
    assert answer.status_code == 400


@pytest.mark.parametrize("number", [2**31, 2**63, int("9" * 4000)], ids=["31 bits", "63 bits", "4000 digits"])
def test_numbers_that_no_store_holds_are_those_of_nothing(office, number):
    client = office.client("admin")
    for name in ("tickets", "orders", "people", "import", "bulk"):
        assert client.get(f"/admin/{name}/{number}").status_code == 404
    for path in ("/admin/tickets", "/admin/orders", "/admin/log"):
        assert client.get(f"{path}?before={number}").status_code == 400
    assert office.post(client, "/admin/tickets/1/assign", {"person": number}).status_code == 400
    assert client.get(f"/s/YZ-0001/photos/{number}.jpg").status_code == 404
