"""The coming days of a station, against the open state of every moment."""

import inspect
import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from geo.model import hours
from geo.model.holidays import Calendar, shipped_calendar
from geo.model.hours import evaluate
from web.station_hours import DAYS, NAMES_ITS_DAY, Day, Spans, coming_days

CALENDAR = shipped_calendar()
# National Day and the make-up Saturday after it; days that no official table tells of yet.
AUTUMN, NEW_YEAR = date(2026, 9, 28), date(2026, 12, 25)
TEXTS = [
    "24/7",
    "off",
    "08:00-20:00",
    "20:00-26:00",
    "Sa 20:00-26:00; Su off",
    "Mo-Fr 08:30-17:30; PH off",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "Mo-Su,PH 09:00-16:00",
    "PH 10:00-14:00",
    "Mo 08:00-12:00; Tu-Fr 09:00-17:00",
    "May 01-Sep 30 05:30-20:00; Oct 01-Apr 30 06:00-18:30",
    '08:00-20:00 "请先打电话"',
    "Fr 22:00-30:00; PH 18:00-24:00",
]
_STEP = timedelta(minutes=5)


def days(app: Flask, osm: str | None, today: date, lang: str = "zh", **given: object) -> list[Day]:
    with app.test_request_context(f"/?lang={lang}"):
        return coming_days(osm, today=today, **{"makeup": False, "calendar": CALENDAR} | given)


def state_in(own: Spans, before: Spans, minute: int) -> str:
    """Return what the table says of a minute: the day's own hours, or the night of the day before."""
    told = [state for start, end, state in own if start <= minute < end]
    told += [state for start, end, state in before if start <= minute + 1440 < end]
    return "open" if "open" in told else "unknown" if told else "closed"


@pytest.mark.parametrize("makeup", [False, True])
@pytest.mark.parametrize("today", [AUTUMN, NEW_YEAR])
@pytest.mark.parametrize("osm", TEXTS)
def test_the_table_says_of_every_moment_what_the_open_state_says(
    app: Flask, osm: str, today: date, makeup: bool
):
    def said(moment: datetime) -> str:
        return evaluate(osm, makeup=makeup, at=moment, calendar=CALENDAR).state

    before, *table = days(app, osm, today - timedelta(days=1), makeup=makeup)
    for day in table:
        moments = [datetime.combine(day.day, datetime.min.time()) + n * _STEP for n in range(288)]
        if day.spans is None:
            night = [moment + timedelta(days=1) for moment in moments]
            assert "unknown" in {said(moment) for moment in [*moments, *night]}
        elif before.spans is not None:
            for moment in moments:
                minute = 60 * moment.hour + moment.minute
                assert state_in(day.spans, before.spans, minute) == said(moment), moment
        before = day


def test_there_are_fourteen_days_and_today_is_the_first(app: Flask):
    table = days(app, "08:00-20:00", AUTUMN)
    assert [day.day for day in table] == [AUTUMN + timedelta(days=number) for number in range(DAYS)]
    assert (table[0].name, table[0].hours) == ("9月28日 周一", "8:00–20:00")


def test_a_night_stands_with_the_day_it_begins_on(app: Flask):
    saturday, sunday = days(app, "Sa 20:00-26:00; Su off", date(2026, 9, 19))[:2]
    assert saturday.hours == "20:00–次日 2:00"
    assert (sunday.hours, sunday.key) == ("休息", "closed")


def office(app: Flask, lang: str = "zh", osm: str = "Mo-Fr 08:30-17:30; PH off") -> dict[str, Day]:
    return {day.day.isoformat()[5:]: day for day in days(app, osm, AUTUMN, lang, makeup=True)}


def test_holidays_and_make_up_days_are_named(app: Flask):
    table = office(app)
    for number in range(1, 8):
        day = table[f"10-0{number}"]
        assert (day.hours, day.note) == ("休息", "国庆节假期")
    assert (table["10-10"].hours, table["10-10"].note) == ("8:30–17:30", "补班日,按工作日开放")
    assert {day.note for name, day in table.items() if name < "10" or "10-08" <= name < "10-10"} == {""}


def test_a_holiday_is_named_where_it_changes_nothing(app: Flask):
    named = {day.day.day: day.note for day in days(app, "08:00-20:00", AUTUMN) if day.note}
    assert named == dict.fromkeys(range(1, 8), "国庆节假期") | {10: "补班日"}


def test_hours_that_are_silent_on_holidays_are_not_promised(app: Flask):
    table = office(app, osm="Mo-Fr 08:30-17:30")
    assert table["10-01"].note == "国庆节假期,是否照常开放以现场公告为准"
    assert table["10-03"].note == "国庆节假期"


def test_days_no_table_tells_of_say_so(app: Flask):
    table = days(app, "Mo-Fr 08:30-17:30; PH off", NEW_YEAR, makeup=True)
    unknown = [day for day in table if day.day.year == 2027]
    assert unknown
    assert {(day.key, day.hours, day.note) for day in unknown} == {
        ("unknown", "未知", "节假日安排尚未公布,以现场公告为准")
    }


def test_a_make_up_day_of_unclear_hours_says_so(app: Flask):
    day = office(app, osm="Mo 08:00-12:00; Tu-Fr 09:00-17:00")["10-10"]
    assert (day.hours, day.note) == ("未知", "补班日按星期几的时间开放没有写明,以现场公告为准")


def test_what_the_registry_remarks_is_said_beside_the_day(app: Flask):
    day = days(app, '08:00-20:00 "请先打电话"', date(2026, 10, 1))[0]
    assert (day.key, day.hours) == ("unknown", "8:00–20:00(不确定)")
    assert day.note == "国庆节假期 · 登记的说明:请先打电话"


@pytest.mark.parametrize("osm", [None, "", "这不是时间"])
def test_hours_nobody_knows_make_no_table(app: Flask, osm: str | None):
    assert days(app, osm, AUTUMN) == []


def test_without_any_official_table_what_is_certain_is_told(app: Flask):
    assert {day.hours for day in days(app, "24/7", AUTUMN, calendar=Calendar())} == {"24 小时"}
    assert "未知" in {
        day.hours for day in days(app, "Mo-Su 08:00-20:00; PH off", AUTUMN, calendar=Calendar())
    }


def test_a_day_is_not_told_as_if_it_were_today(app: Flask):
    """Every reason that speaks of today has words for any other day."""
    source = inspect.getsource(hours._reason) + inspect.getsource(hours._holiday)
    reasons = set(re.findall(r'"(今天[^"]*)"', source))
    assert len(reasons) > 4
    assert reasons <= set(NAMES_ITS_DAY)
    for osm in TEXTS:
        for today in (AUTUMN, NEW_YEAR):
            assert not [day for day in days(app, osm, today, makeup=True) if "今天" in day.note]


def test_in_english_dates_and_hours_are_english(app: Flask):
    table = office(app, "en")
    assert table["09-29"].name == "29 Sep Tue"
    assert table["10-05"].hours == "closed"
