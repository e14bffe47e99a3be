"""How states, distances and ages are said."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from geo.finder import CHINA
from geo.model.hours import OpenState, Reason
from geo.model.station import Kind, Status
from web import words
from web.phone_words import phone_words

AT = datetime(2026, 10, 5, 9, 0, tzinfo=CHINA)  # a Monday
OPEN = {"status": "open"}


@pytest.fixture(params=["zh"])
def lang(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    with app.test_request_context(f"/?lang={request.param}"):
        yield request.param


def test_the_phone_is_given_the_same_words_for_states(app: Flask):
    with app.test_request_context("/?lang=en"):
        assert phone_words()["states"] == {key: str(word) for key, word in words.STATES.items()}
        assert phone_words()["states"]["open"].isascii()


@pytest.mark.parametrize(("query", "lang"), [("", "zh"), ("lang=zh", "zh"), ("lang=en", "en")])
def test_the_api_says_its_reasons_in_the_language_asked_for_alone(app: Flask, query: str, lang: str):
    reason = Reason("今天按补班日开放")
    with app.test_request_context(f"/api/v1/nearest?{query}", headers={"Accept-Language": "en"}):
        assert words.saying()(reason).isascii() == (lang == "en")


english = pytest.mark.parametrize("lang", ["en"], indirect=True)


def said(state: OpenState, doc: dict[str, str] = OPEN) -> str:
    found = words.state_words(state, doc, at=AT)
    return "|".join((found.key, found.name, found.when, found.reason))


@pytest.mark.usefixtures("lang")
@pytest.mark.parametrize(
    ("until", "key", "when"),
    [
        (AT + timedelta(minutes=1), "closing", "9:01 关"),
        (AT + timedelta(minutes=30), "closing", "9:30 关"),
        (AT + timedelta(minutes=31), "open", "9:31 关"),
        (datetime(2026, 10, 6, 0, 0, tzinfo=CHINA), "open", "24:00 关"),
        (datetime(2026, 10, 6, 2, 0, tzinfo=CHINA), "open", "明天 2:00 关"),
        (datetime(2026, 10, 8, 0, 0, tzinfo=CHINA), "open", "周三 24:00 关"),
        (datetime(2026, 10, 11, 18, 0, tzinfo=CHINA), "open", "周日 18:00 关"),
        (datetime(2026, 10, 12, 18, 0, tzinfo=CHINA), "open", "10月12日 18:00 关"),
    ],
)
def test_until_when_it_is_open(until: datetime, key: str, when: str):
    name = {"open": "营业中", "closing": "即将关闭"}[key]
    assert said(OpenState("open", until)) == f"{key}|{name}|{when}|"


@pytest.mark.usefixtures("lang")
def test_whether_it_closes_soon_counts_from_when_one_is_there():
    until, there = AT + timedelta(minutes=40), AT + timedelta(minutes=20)
    assert words.state_words(OpenState("open", until), OPEN, at=AT).key == "open"
    assert words.state_words(OpenState("open", until), OPEN, at=AT, there=there).key == "closing"
    # What is tomorrow is so for whoever reads it, even if it is today by then.
    early, late = datetime(2026, 10, 5, 23, 50, tzinfo=CHINA), datetime(2026, 10, 6, 0, 10, tzinfo=CHINA)
    found = words.state_words(OpenState("open", late + timedelta(hours=2)), OPEN, at=early, there=late)
    assert found.when == "明天 2:10 关"


@pytest.mark.usefixtures("lang")
@pytest.mark.parametrize(
    ("until", "when"),
    [
        (datetime(2026, 10, 5, 14, 5, tzinfo=CHINA), "14:05 开"),
        (datetime(2026, 10, 6, 0, 0, tzinfo=CHINA), "明天 0:00 开"),
        (datetime(2026, 10, 6, 8, 30, tzinfo=CHINA), "明天 8:30 开"),
        (datetime(2026, 10, 9, 8, 30, tzinfo=CHINA), "周五 8:30 开"),
        (datetime(2026, 10, 14, 8, 30, tzinfo=CHINA), "10月14日 8:30 开"),
        (None, ""),
    ],
)
def test_when_it_opens_again(until: datetime | None, when: str):
    assert said(OpenState("closed", until)) == f"closed|休息中|{when}|"


@pytest.mark.usefixtures("lang")
def test_the_other_states():
    reason = Reason("没有登记开放时间,建议电话确认")
    assert said(OpenState("unknown", None, reason)) == f"unknown|时间未知||{reason}"
    assert said(OpenState("open", None), {"status": "open", "hours_osm": "24/7"}) == "open|营业中|24 小时|"
    # Open, but nobody can say until when: no promise is made.
    assert said(OpenState("open", None), {"status": "open", "hours_osm": "08:00-20:00"}) == "open|营业中||"
    suspended = {"status": "suspended", "closed_reason": "装修"}
    assert said(OpenState("suspended"), suspended) == "suspended|暂停开放||装修"
    assert said(OpenState("closed"), {"status": "planned"}) == "closed|规划中||"


@english
@pytest.mark.usefixtures("lang")
def test_in_english():
    assert (
        said(OpenState("open", datetime(2026, 10, 6, 2, 0, tzinfo=CHINA))) == "open|Open|until tomorrow 2:00|"
    )
    assert (
        said(OpenState("closed", datetime(2026, 10, 9, 8, 30, tzinfo=CHINA)))
        == "closed|Closed|opens Fri 8:30|"
    )
    assert (
        said(OpenState("closed", datetime(2026, 10, 14, 8, 0, tzinfo=CHINA)))
        == "closed|Closed|opens 14 Oct 8:00|"
    )
    holiday = OpenState("closed", None, Reason("今天是%(name)s假期", {"name": "国庆节"}))
    assert said(holiday) == "closed|Closed||National Day holiday"
    assert words.distance_words(1234) == "1.2 km straight"
    assert words.facility_name("toilet") == "Toilet"


@pytest.mark.usefixtures("lang")
@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (0, "就在这里"),
        (9.9, "就在这里"),
        (10, "直线 10 米"),
        (99.4, "直线 99 米"),
        (104, "直线 100 米"),
        (994, "直线 990 米"),
        (996, "直线 1 公里"),
        (12_345, "直线 12.3 公里"),
        (123_456, "直线 123 公里"),
    ],
)
def test_distances(metres: float, text: str):
    assert words.distance_words(metres) == text


@pytest.mark.usefixtures("lang")
@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 分钟"),
        (119, "1 分钟"),
        (3599, "59 分钟"),
        (3600, "1 小时"),
        (47 * 3600, "47 小时"),
        (49 * 3600, "2 天"),
    ],
)
def test_ages(seconds: float, text: str):
    assert words.age_words(seconds) == text


@pytest.mark.usefixtures("lang")
def test_who_and_how_as_far_as_known():
    assert words.access_words({}) == []
    assert words.access_words({"access_who": "anyone", "access_how": "scan"}) == ["谁都可以进", "扫码开门"]
    assert words.access_words({"access_who": "someone", "access_how": "bell"}) == ["按门铃"]


@pytest.mark.usefixtures("lang")
def test_every_kind_and_status_has_its_word():
    assert set(words.KINDS) == set(words.SHORT_KINDS) == set(Kind)
    assert set(words.STATUSES) == set(Status)


@pytest.mark.usefixtures("lang")
def test_a_facility_this_program_does_not_know_is_shown_by_its_code():
    assert words.facility_name("sauna") == "sauna"
