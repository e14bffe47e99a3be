"""The form of a station: what is typed is kept as it was meant, or shown again with what is wrong."""

import re
from html import unescape

import pytest

from geo.db.engine import reading, writing
from geo.registry.history import station_history
from geo.registry.stations import change_station, get_station

FORM = "/admin/stations/YZ-0001"
_INPUT = re.compile(r'<input[^>]*\sname="([^"]+)"[^>]*>')
_VALUE = re.compile(r'\svalue="([^"]*)"')


def fields(html: str) -> dict[str, str]:
    """Return what a browser would send of the station's form on a page."""
    form = re.search(r'<form method="post" [^>]*id="station".*?</form>', html, re.S)[0]
    sent: dict[str, str] = {}
    for found in _INPUT.finditer(form):
        tag, name = found[0], found[1]
        ticks = 'type="radio"' in tag or 'type="checkbox"' in tag
        if not ticks or " checked" in tag:
            sent[name] = unescape(value[1]) if (value := _VALUE.search(tag)) else ""
    for name, text in re.findall(r'<textarea[^>]*\sname="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]*\sname="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)
        sent[name] = unescape((chosen or first)[0])
    return sent


def html_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def row_of(office, code: str) -> dict:
    with reading(office.engine) as session:
        return get_station(session, code)[1]


def save(office, client, path=FORM, **changed: str):
    """Open the form, change some of its fields, and send it."""
    return office.post(client, path, fields(html_of(client, path)) | changed)


def test_a_form_sent_as_it_was_opened_changes_nothing(office):
    client = office.client("admin")
    for code in ("YZ-0001", "YZ-0003", "YZ-0004", "YZ-0005", "YZ-0008", "YZ-0099"):
        before = row_of(office, code)
        answer = save(office, client, f"/admin/stations/{code}")
        assert answer.status_code == 303, (code, answer.get_data(as_text=True))
        assert row_of(office, code) == before
        with reading(office.engine) as session:
            assert all("账号" not in entry.who for entry in station_history(session, code))


def test_what_is_typed_becomes_the_station(office):
    client = office.client("east")
    answer = save(
        office,
        client,
        **{
            "name": " 新的 名字 ",
            "aliases": "甲、乙",
            "star": "",
            "hours_raw": "周一至周五8:30-17:30",
            "facilities.wifi": "",
            "facilities.tv": "no",
            "facilities.aed": "yes",
            "map_ids": "高德 B0FF1\r\n百度: 22 33",
            "opened_on": "2025年3月",
            "capacity": "12",
            "area_m2": "30.5",
            "access_how": "bell",
            "why": " 换了  门牌 ",
        },
    )
    assert answer.location == FORM
    row = row_of(office, "YZ-0001")
    assert (row["name"], row["aliases"], row["star"]) == ("新的 名字", ["甲", "乙"], None)
    assert (row["hours_osm"], row["hours_raw"]) == ("Mo-Fr 08:30-17:30", "周一至周五8:30-17:30")
    # What was not on the form's list is where it was.
    assert row["facilities"] == {"toilet": "yes", "microwave": "no", "tv": "no", "aed": "yes"}
    assert row["map_ids"] == {"高德": "B0FF1", "百度": "22 33"}
    assert (row["opened_on"], row["capacity"], row["area_m2"]) == ("2025-03", 12, 30.5)
    assert row["keeper_phone"] == "13900009999"
    with reading(office.engine) as session:
        entry = station_history(session, "YZ-0001")[0]
    assert (entry.who, entry.why) == (f"账号 {office.person('east').id}", "换了 门牌")


@pytest.mark.parametrize(
    ("key", "text", "fault"),
    [
        ("name", " ", "这里不能空着"),
        ("lat", "", "这里不能空着"),
        ("lon", "东经113度", "请写十进制的度数"),
        ("lat", "134", "请写十进制的度数"),
        ("entrance_lon", "113.6", "请写十进制的度数"),
        ("star", "9", "请从列表里选"),
        ("facilities.wifi", "maybe", "请从列表里选"),
        ("access_who", "nobody", "请从列表里选"),
        ("status", "suspended", "关闭或暂停站点要写原因"),
        ("opened_on", "前年", "认不出这个日期"),
        ("area_m2", "很大", "请写一个不小于 0 的数"),
        ("capacity", "1.5", "请写一个整数"),
        ("public_phone", "13812345678", "请不要写个人手机号"),
        ("hours_osm", "Mo-Fr 25:00", "看不懂"),
        ("map_ids", "B0FF", "请每行写一个"),
        ("unit_code", "410102", "没有您可以选的代码为“410102”的工会"),
        ("area_code", "999999", "没有代码为“999999”的区划"),
        ("remarks", "字" * 2001, "最多 2000 个字"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(office, key, text, fault):
    client, before = office.client("east"), row_of(office, "YZ-0001")
    answer = save(office, client, **{"address": "改过的地址", key: text})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert fault in unescape(html)
    assert fields(html)["address"] == "改过的地址"
    assert row_of(office, "YZ-0001") == before


def test_positions_are_kept_as_wgs84_however_they_are_typed(office):
    client = office.client("east")
    save(office, client, lon="113.6161", lat="34.7190", position_crs="gcj02")
    row = row_of(office, "YZ-0001")
    assert abs(row["lon"] - 113.6101) < 0.001
    assert abs(row["lat"] - 34.7201) < 0.001
    assert (row["position_given"], row["crs_given"], row["position_source"]) == (
        "113.6161, 34.7190", "gcj02", "后台",
    )  # fmt: skip
    # The system says how new numbers are meant, not old ones.
    save(office, client, name="别的", position_crs="bd09")
    assert row_of(office, "YZ-0001")["lon"] == row["lon"]
    save(office, client, entrance_lon="113.6102", entrance_lat="34.7202")
    assert row_of(office, "YZ-0001")["entrance_lon"] == 113.6102
    save(office, client, entrance_lon="", entrance_lat="")
    assert row_of(office, "YZ-0001")["entrance_lat"] is None


def test_hours_are_told_before_they_are_saved(office):
    client, before = office.client("east"), row_of(office, "YZ-0002")
    path = "/admin/stations/YZ-0002"
    html = save(office, client, path, hours_raw="每日8:00-22:00", hours="1").get_data(as_text=True)
    assert "08:00-22:00" in html
    assert fields(html)["hours_raw"] == "每日8:00-22:00"
    assert row_of(office, "YZ-0002") == before
    assert "08:00-22:00" in html_of(client, "/admin/stations/hours?raw=每日8:00-22:00")
    assert "看不懂" in html_of(client, "/admin/stations/hours?raw=看心情")
    assert html_of(client, "/admin/stations/hours?raw=").strip() == ""
    # Who writes the shorthand himself is believed.
    save(office, client, path, hours_raw="看心情", hours_osm="Mo-Su 09:00-10:00")
    row = row_of(office, "YZ-0002")
    assert (row["hours_raw"], row["hours_osm"]) == ("看心情", "Mo-Su 09:00-10:00")


def test_the_second_of_two_editors_is_shown_both_versions_and_chooses(office):
    first, second = office.client("east"), office.client("admin")
    opened = fields(html_of(second, FORM))
    save(office, first, name="东边改的", address="东边的地址", **{"facilities.tv": "yes"})
    mine = {"name": "管理员改的", "star": "3", "facilities.aed": "no"}
    answer = office.post(second, FORM, opened | mine)
    html = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert row_of(office, "YZ-0001")["name"] == "东边改的"
    for text in ("样城第1驿站", "东边改的", "管理员改的", "东边的地址", "东编辑"):
        assert text in html
    again = fields(answer.get_data(as_text=True))
    # Who contradicts somebody must choose; what only he changed is chosen already.
    assert "keep.name" not in again
    assert again["keep.star"] == again["keep.facilities.aed"] == "mine"
    assert "keep.address" not in html
    assert office.post(second, FORM, again | {"keep.name": "theirs"}).status_code == 303
    row = row_of(office, "YZ-0001")
    assert (row["name"], row["address"], row["star"]) == ("东边改的", "东边的地址", 3)
    assert (row["facilities"]["tv"], row["facilities"]["aed"]) == ("yes", "no")


def test_choosing_may_collide_again(office):
    first, second = office.client("east"), office.client("admin")
    opened = fields(html_of(second, FORM)) | {"name": "二"}
    save(office, first, name="一")
    again = fields(office.post(second, FORM, opened).get_data(as_text=True)) | {"keep.name": "mine"}
    save(office, first, name="三")
    answer = office.post(second, FORM, again)
    assert answer.status_code == 409
    assert "三" in answer.get_data(as_text=True)
    last = fields(answer.get_data(as_text=True)) | {"keep.name": "mine"}
    assert office.post(second, FORM, last).status_code == 303
    assert row_of(office, "YZ-0001")["name"] == "二"


def test_a_change_that_the_form_does_not_hold_is_told_too(office):
    client = office.client("east")
    opened = fields(html_of(client, FORM))
    with writing(office.engine) as session:
        change_station(session, "YZ-0001", {"verified_on": "2026-11-01"}, who="li")
    answer = office.post(client, FORM, opened | {"star": "2"})
    assert answer.status_code == 409
    assert "2026-11-01" in answer.get_data(as_text=True)


def test_a_form_sent_after_the_session_ended_is_good_once_signed_in_again(office):
    client = office.client("east")
    typed = fields(html_of(client, FORM)) | {"name": "午饭前写的"}
    office.post(client, "/admin/sign-out", {})
    answer = client.post(FORM, data=typed)
    assert answer.status_code == 401
    assert row_of(office, "YZ-0001")["name"] == "样城第1驿站"
    again = office.client("east")
    # The form of before, with the token of before.
    assert again.post(FORM, data=typed).status_code == 303
    assert row_of(office, "YZ-0001")["name"] == "午饭前写的"


def test_a_station_is_added_unless_it_is_there_already(office):
    client = office.client("east")
    typed = {"name": "全新的驿站", "lon": "113.66", "lat": "34.65", "kind": "care_station", "status": "open"}
    answer = office.post(client, "/admin/stations/new", typed)
    assert answer.location == "/admin/stations/YZ-0100"
    row = row_of(office, "YZ-0100")
    assert (row["unit_code"], row["area_code"]) == ("410101", "410101")
    twin = typed | {"name": "样城第1驿站", "lon": "113.6101", "lat": "34.7202"}
    answer = office.post(client, "/admin/stations/new", twin)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "YZ-0001" in html
    assert fields(html)["name"] == "样城第1驿站"
    assert office.post(client, "/admin/stations/new", twin | {"anyway": "1"}).status_code == 303
    wrong = office.post(client, "/admin/stations/new", typed | {"lon": ""})
    assert wrong.status_code == 400
    assert fields(wrong.get_data(as_text=True))["name"] == "全新的驿站"
    west = office.post(client, "/admin/stations/new", typed | {"lon": "113.52", "unit_code": ""})
    # Hers by her unit, wherever it lies.
    assert west.status_code == 303


@pytest.mark.parametrize("login", ["keeper", "reader"])
def test_who_may_not_change_a_station_sees_it_without_what_is_a_persons(office, login):
    client = office.client(login)
    html = html_of(client, FORM)
    assert 'name="version"' not in html
    assert "样城第1驿站" in html
    assert "13900009999" not in html
    assert "139****9999" in html
    history = html_of(client, f"{FORM}/history")
    assert "13900009999" not in history
    assert office.post(client, FORM, {"name": "x", "version": "1"}).status_code == 403


def test_a_keeper_gets_nowhere_with_anothers_station(office):
    client = office.client("keeper")
    for path in ("", "/history", "/photos", "/checklist"):
        assert client.get(f"/admin/stations/YZ-0002{path}").status_code == 404
        assert client.get(f"{FORM}{path}").status_code == 200
    for path in ("", "/history/2/undo", "/photos", "/photos/1", "/photos/1/drop", "/checklist"):
        assert office.post(client, f"/admin/stations/YZ-0002{path}", {}).status_code in (403, 404)


def test_an_editor_of_another_district_gets_nowhere(office):
    west, before = office.client("west"), row_of(office, "YZ-0001")
    for path in ("", "/history", "/photos", "/checklist"):
        assert west.get(f"{FORM}{path}").status_code == 404
    for path in ("", "/history/1/undo", "/photos", "/photos/1", "/photos/1/drop", "/checklist"):
        data = {"version": "1", "name": "x", "standard": "shandong_2022"}
        assert office.post(west, f"{FORM}{path}", data).status_code == 404
    assert row_of(office, "YZ-0001") == before


def test_history_tells_every_difference_and_takes_a_change_back(office):
    client = office.client("east")
    save(office, client, star="4", **{"facilities.wifi": "no"})
    html = html_of(client, f"{FORM}/history")
    assert "东编辑" in html
    assert html.index("星级") < html.index("WiFi")
    with reading(office.engine) as session:
        number = station_history(session, "YZ-0001")[0].id
    assert office.post(client, f"{FORM}/history/{number}/undo", {}).status_code == 303
    row = row_of(office, "YZ-0001")
    assert (row["star"], row["facilities"]["wifi"]) == (5, "yes")
    assert "已撤销" in html_of(client, f"{FORM}/history")
    assert office.post(client, f"{FORM}/history/{number}/undo", {}).status_code == 409


def test_hostile_text_is_text(office):
    html = html_of(office.client("admin"), "/admin/stations/YZ-0008")
    assert "<script>alert" not in html
    assert "<script>alert" in fields(html)["name"]
