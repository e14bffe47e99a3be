"""A keeper says what is broken, when a station is shut and what comes: riders see it, and that it is over."""

import re
from datetime import datetime, timedelta

import pytest

from geo.db.engine import reading, writing
from geo.model.facilities import FACILITIES
from geo.model.facts import Fact, What
from geo.model.hours import CHINA
from geo.registry.facts import begin_fact, facts_of
from geo.registry.rows import id_of
from tests.web.admin.office import Office

FACTS = "/admin/stations/YZ-0001/facts"
NOW = datetime.now(CHINA).replace(microsecond=0, tzinfo=None)
BROKEN = {"what": "broken", "facility": "wifi", "reason": "等配件"}
SHUT = {"what": "suspended", "reason": "消防检查"}


def moment(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat(timespec="minutes")


def told(office: Office, code: str = "YZ-0001") -> list[Fact]:
    with reading(office.engine) as session:
        return facts_of(session, id_of(session, code))


def public(office: Office, path: str = "/s/YZ-0001") -> str:
    office.refresh()
    return re.sub(r"<[^>]+>", "", office.client().get(path).text)


def test_what_is_broken_is_told_until_it_is_repaired(office: Office):
    keeper = office.client("keeper")
    answer = office.post(keeper, FACTS, BROKEN | {"until": moment(2)})
    assert (answer.status_code, answer.location) == (303, FACTS)
    [fact] = told(office)
    assert (fact.what, fact.facility, fact.reason) == ("broken", "wifi", "等配件")
    assert f"{FACILITIES['wifi'].zh}坏了" in keeper.get(FACTS).text
    assert re.search(r"坏了,预计 .+ 修好\s*等配件", public(office))
    live = office.client().get("/api/v1/stations/YZ-0001").json["properties"]["live"]
    assert live == {"broken": ["wifi"]}
    found = office.client().get("/api/v1/stations?facility=wifi").json
    assert "YZ-0001" not in [feature["id"] for feature in found["features"]]
    assert office.post(keeper, f"{FACTS}/{fact.id}/end", {}).status_code == 303
    assert told(office) == []
    assert "等配件" not in public(office)
    assert "live" not in office.client().get("/api/v1/stations/YZ-0001").json["properties"]


def test_a_suspended_station_says_why_and_until_when_and_where_else_to_go(office: Office):
    east = office.client("east")
    assert office.post(east, FACTS, SHUT | {"until": moment(3)}).status_code == 303
    page = public(office)
    assert "暂停开放" in page
    assert "消防检查" in page
    assert "恢复" in page
    properties = office.client().get("/api/v1/stations/YZ-0001").json["properties"]
    assert properties["open"]["state"] == "suspended"
    assert properties["open"]["reason"] == "暂停开放:消防检查"
    assert properties["live"]["suspended"]["reason"] == "消防检查"
    # Of hours that a closure breaks machines are told nothing.
    assert "openingHoursSpecification" not in office.client().get("/s/YZ-0001").text


def test_what_is_to_come_is_announced_from_the_moment_it_is_made(office: Office):
    keeper = office.client("keeper")
    office.post(keeper, FACTS, SHUT | {"since": moment(2), "until": moment(4)})
    office.post(keeper, FACTS, {"what": "visit", "since": moment(5), "until": moment(5.1), "reason": "义诊"})
    page = public(office)
    assert re.search(r"预告:.+ 暂停开放\s*消防检查", page)
    assert re.search(r"预告:.+ 有活动\s*义诊", page)
    assert office.client().get("/api/v1/stations/YZ-0001").json["properties"]["open"]["state"] == "open"
    coming = told(office)
    answer = office.post(keeper, f"{FACTS}/{coming[0].id}/end", {}, follow_redirects=True)
    assert "预告已撤回" in answer.text
    assert "消防检查" not in public(office)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"what": "broken"}, "请选择坏了的是哪样设备"),
        ({"what": "broken", "facility": "<script>"}, "请选择坏了的是哪样设备"),
        ({"what": "suspended"}, "暂停开放要写明原因"),
        (SHUT | {"until": moment(-1)}, "结束时间已经过去了"),
        (SHUT | {"since": moment(3), "until": moment(2)}, "结束时间要晚于开始时间"),
        (SHUT | {"until": "明天"}, "时间应像"),
        (SHUT | {"until": "0001-01-01T00:00"}, "时间应像"),
        ({"what": "visit", "reason": "义诊"}, "活动要写明到什么时候"),
        ({"what": "visit", "until": moment(1)}, "请写明是什么活动"),
        ({"what": "maybe_locked", "reason": "x"}, "请选择要说的是哪一种情况"),
        ({}, "请选择要说的是哪一种情况"),
    ],
)
def test_what_cannot_be_is_said_so_and_what_was_typed_stays(
    office: Office, given: dict[str, str], fault: str
):
    answer = office.post(office.client("keeper"), FACTS, given)
    assert answer.status_code == 400
    assert fault in answer.text
    assert told(office) == []
    if given.get("what") == "suspended" and "reason" in given:
        assert 'value="消防检查"' in answer.text


def test_a_thing_is_broken_once(office: Office):
    keeper = office.client("keeper")
    assert office.post(keeper, FACTS, BROKEN).status_code == 303
    again = office.post(keeper, FACTS, BROKEN)
    assert again.status_code == 400
    assert "这样设备已经登记为坏了" in again.text


def test_nobody_says_anything_of_anothers_station(office: Office):
    keeper, west, reader = office.client("keeper"), office.client("west"), office.client("reader")
    other = "/admin/stations/YZ-0002/facts"
    assert [keeper.get(other).status_code, office.post(keeper, other, BROKEN).status_code] == [404, 404]
    assert [west.get(FACTS).status_code, office.post(west, FACTS, BROKEN).status_code] == [404, 404]
    assert [reader.get(FACTS).status_code, office.post(reader, FACTS, BROKEN).status_code] == [403, 403]
    office.post(keeper, FACTS, BROKEN)
    [fact] = told(office)
    assert office.post(west, f"{FACTS}/{fact.id}/end", {}).status_code == 404
    # Nor of one's own station ends what is another's.
    admin = office.client("admin")
    assert office.post(admin, f"{other}/{fact.id}/end", {}).status_code == 404
    assert told(office) == [fact]


def test_what_two_end_at_once_is_ended_once(office: Office):
    keeper = office.client("keeper")
    office.post(keeper, FACTS, BROKEN)
    [fact] = told(office)
    assert office.post(keeper, f"{FACTS}/{fact.id}/end", {}).status_code == 303
    again = office.post(keeper, f"{FACTS}/{fact.id}/end", {})
    assert again.status_code == 404
    assert "已经结束了" in again.text


def test_a_keeper_ends_the_doubt_about_his_door(office: Office):
    with writing(office.engine) as session:
        since = NOW.replace(tzinfo=CHINA) - timedelta(minutes=5)
        until = since + timedelta(days=1)
        station = id_of(session, "YZ-0001")
        number = begin_fact(session, station, What.MAYBE_LOCKED, since=since, until=until, reason=None)
    page = public(office)
    assert "可能没开门" in page
    assert "有人反映门锁着" in page
    answer = office.post(office.client("keeper"), f"{FACTS}/{number}/end", {}, follow_redirects=True)
    assert "已解除" in answer.text
    assert "可能没开门" not in public(office)


def test_a_reason_is_text(office: Office):
    office.post(office.client("keeper"), FACTS, SHUT | {"reason": "<script>alert(1)</script>"})
    office.refresh()
    for page in (office.client("keeper").get(FACTS).text, office.client().get("/s/YZ-0001").text):
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
