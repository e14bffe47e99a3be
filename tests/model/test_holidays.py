"""The official calendar: the days of the State Council's notices, and tables that are refused."""

import json
from datetime import date, timedelta

import pytest

from geo.errors import FileError
from geo.model.holidays import Calendar, DayKind, parse_holiday_table, shipped_calendar

# The notices of 2024 and 2025: first and last day off of each holiday, and the weekend days worked for it.
NOTICES = {
    2025: (
        ["01-01/01-01", "01-28/02-04", "04-04/04-06", "05-01/05-05", "05-31/06-02", "10-01/10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        ["01-01/01-03", "02-15/02-23", "04-04/04-06", "05-01/05-05", "06-19/06-21", "09-25/09-27",
         "10-01/10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}  # fmt: skip


def official_kind(day: date) -> DayKind:
    ranges, worked = NOTICES[day.year]
    if f"{day:%m-%d}" in worked:
        return DayKind.MAKEUP
    off = any(first <= f"{day:%m-%d}" <= last for first, last in (one.split("/") for one in ranges))
    return DayKind.HOLIDAY if off else DayKind.ORDINARY


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_shipped_year_is_what_the_notice_says(year):
    calendar = shipped_calendar()
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert {day: calendar.on(day).kind for day in days} == {day: official_kind(day) for day in days}


def test_only_worked_days_are_weekend_days():
    days = [entry.day for table in shipped_calendar().tables for entry in table.days if not entry.off]
    assert days
    assert all(day.weekday() >= 5 for day in days)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 10, 6), "国庆节、中秋节"),
        (date(2026, 2, 16), "春节"),
        (date(2026, 9, 25), "中秋节"),
        (date(2026, 10, 7), "国庆节"),
    ],
)
def test_holidays_have_names(day, name):
    assert shipped_calendar().on(day) == (DayKind.HOLIDAY, name)


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2027, 1, 1), date(2031, 6, 1)])
def test_a_year_without_table_is_untabled(day):
    assert shipped_calendar().on(day) == (DayKind.UNTABLED, "")


def table(year, *days, **more):
    rows = [{"name": name, "date": day, "isOffDay": off} for name, day, off in days]
    return json.dumps({"year": year, "papers": [], "days": rows} | more, ensure_ascii=False)


def test_a_loaded_table_replaces_that_of_its_year_and_leaves_the_calendar_it_came_from():
    before = shipped_calendar()
    after = before.with_table(parse_holiday_table(table(2026, ("测试", "2026-06-01", True))))
    assert after.on(date(2026, 6, 1)).name == "测试"
    assert after.on(date(2026, 10, 1)).kind is DayKind.ORDINARY
    assert before.on(date(2026, 10, 1)).kind is DayKind.HOLIDAY
    assert after.years == (2025, 2026)


def test_next_years_table_may_move_days_of_december():
    loaded = parse_holiday_table(table(2027, ("元旦", "2026-12-31", True), ("元旦", "2027-01-01", True)))
    calendar = shipped_calendar().with_table(loaded)
    assert calendar.on(date(2026, 12, 31)).kind is DayKind.HOLIDAY
    assert calendar.on(date(2026, 12, 30)).kind is DayKind.ORDINARY
    assert calendar.years == (2025, 2026, 2027)


def test_calendars_of_equal_tables_are_equal():
    one = Calendar().with_table(parse_holiday_table(table(2026, ("节", "2026-06-01", True))))
    other = Calendar().with_table(parse_holiday_table(table(2026, ("节", "2026-06-01", False))))
    assert one == Calendar(one.tables)
    assert hash(one) == hash(Calendar(one.tables))
    assert one != other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        ("[]", "JSON 对象"),
        ('{"days": []}', "year"),
        ('{"year": "2027", "days": []}', "year"),
        ('{"year": true, "days": []}', "year"),
        ('{"year": 2027}', "days"),
        ('{"year": 2027, "days": {}}', "days"),
        ('{"year": 2027, "days": [3]}', "第 1 条"),
        (table(2027, ("元旦", "2027-01-01", 1)), "第 1 条"),
        (table(2027, ("", "2027-01-01", True)), "第 1 条"),
        (table(2027, ("元旦", "2027-01-01", True), papers=[1]), "papers"),
        (table(2027, ("元旦", "2027-01-01", True), ("元旦", "2027-02-30", True)), "2027-02-30"),
        (table(2027, ("元旦", "2027年1月1日", True)), "2027年1月1日"),
        (table(2027, ("元旦", "2028-01-01", True)), "2028-01-01"),
        (table(2027, ("元旦", "2026-11-30", True)), "2026-11-30"),
        (table(2027, ("元旦", "2027-01-01", True), ("补", "2027-01-01", False)), "两次"),
        (table(2027, ("元旦", "2026-12-31", True)), "公布以后"),
        (table(2027), "公布以后"),
    ],
)
def test_a_wrong_table_is_refused_and_says_what_is_wrong(text, said):
    with pytest.raises(FileError) as refused:
        parse_holiday_table(text)
    assert said in str(refused.value)


def test_bytes_with_a_mark_and_keys_of_no_interest_are_read():
    text = table(2027, ("元旦", "2027-01-01", True), **{"$schema": "…", "$id": "…"})
    assert parse_holiday_table(text.encode("utf-8-sig")) == parse_holiday_table(text)
