"""Whether a place is open: China's holidays and make-up days, nights, comments, and what is not known."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from geo.errors import InputError
from geo.model.holidays import Calendar, shipped_calendar
from geo.model.hours import CHINA, OpenState, day_intervals, evaluate, validate_osm

OFFICE = "Mo-Fr 08:30-17:30; PH off"


def state(osm: str | None, at: str, *, makeup: bool = False, calendar: Calendar | None = None) -> OpenState:
    return evaluate(
        osm, makeup=makeup, at=datetime.fromisoformat(at), calendar=calendar or shipped_calendar()
    )


def until(answer: OpenState) -> str | None:
    return answer.until and f"{answer.until:%m-%d %H:%M}"


OFF_WEEKDAYS = """
2026-10-02 2026-10-05 2026-10-07 2026-02-16 2026-02-23 2026-05-04 2026-05-05 2025-01-28 2025-10-08
"""


@pytest.mark.parametrize("day", OFF_WEEKDAYS.split())
def test_an_office_is_closed_on_the_weekdays_of_a_holiday(day):
    answer = state(OFFICE, f"{day}T10:00", makeup=True)
    assert answer.state == "closed"
    assert str(answer.reason).startswith("今天是")


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2025-02-08"]
)
def test_a_makeup_day_is_worked_only_where_the_hours_follow_it(day):
    worked = state(OFFICE, f"{day}T10:00", makeup=True)
    assert worked.state == "open"
    assert str(worked.reason) == "今天按补班日开放"
    assert until(worked) == f"{day[5:]} 17:30"
    assert state(OFFICE, f"{day}T10:00").state == "closed"
    assert state(OFFICE, f"{day}T20:00", makeup=True).state == "closed"


def test_weekend_hours_give_way_to_workday_hours_on_a_makeup_day():
    osm = "Mo-Fr 08:30-17:30; Sa-Su 10:00-12:00; PH off"
    assert state(osm, "2026-10-10T09:00", makeup=True).state == "open"
    assert state(osm, "2026-10-10T09:00").state == "closed"


def test_a_makeup_day_is_unknown_where_the_weekdays_differ():
    osm = "Mo-Th 08:30-17:30; Fr 08:30-16:00; PH off"
    assert state(osm, "2026-10-10T10:00", makeup=True).state == "open"
    late = state(osm, "2026-10-10T16:30", makeup=True)
    assert (late.state, late.until) == ("unknown", None)
    assert "补班日" in str(late.reason)
    assert day_intervals(osm, makeup=True, day=date(2026, 10, 10), calendar=shipped_calendar()) is None


def test_until_passes_over_holidays_and_stops_at_makeup_days():
    assert until(state(OFFICE, "2026-09-30T18:00")) == "10-08 08:30"
    assert until(state(OFFICE, "2026-02-13T18:00")) == "02-24 08:30"
    assert until(state(OFFICE, "2026-02-13T18:00", makeup=True)) == "02-14 08:30"
    assert until(state(OFFICE, "2026-10-09T18:00", makeup=True)) == "10-10 08:30"


def test_holiday_hours_replace_the_others():
    osm = "Mo-Fr 09:00-17:00; PH 10:00-14:00"
    on_holiday = state(osm, "2026-10-01T10:30")
    assert (on_holiday.state, until(on_holiday)) == ("open", "10-01 14:00")
    assert str(on_holiday.reason) == "今天是国庆节假期,按假期时间开放"
    assert state(osm, "2026-10-01T09:30").state == "closed"
    assert state(osm, "2026-10-03T10:30").state == "open"


def test_weekday_hours_silent_on_holidays_are_open_but_say_so():
    answer = state("Mo-Fr 09:00-17:00", "2026-10-01T10:00")
    assert answer.state == "open"
    assert "没有写明假期安排" in str(answer.reason)
    assert state("08:00-20:00", "2026-10-01T10:00").reason is None


@pytest.mark.parametrize(
    ("osm", "at", "expected"),
    [
        ("2026 Oct 01-07 off; Mo-Su 08:00-20:00", "2026-10-01T10:00", "open"),
        ("Mo-Su 08:00-20:00; 2026 Oct 01-07 off", "2026-10-01T10:00", "closed"),
        ("PH off; 08:00-20:00", "2026-10-01T10:00", "open"),
        ("08:00-20:00; We 08:00-12:00", "2026-06-03T15:00", "closed"),
        ("We 08:00-12:00; 08:00-20:00", "2026-06-03T15:00", "open"),
        ("We 08:00-12:00, We 14:00-16:00", "2026-06-03T15:00", "open"),
        ("08:00-20:00; 12:00-13:00 off", "2026-06-03T12:30", "closed"),
        ("08:00-20:00; 12:00-13:00 off", "2026-06-03T13:30", "open"),
        ("Mo-Fr 08:30 - 12:00 , 14:00-17:30; PH off", "2026-06-06T15:00", "closed"),
        ("Mo, We 10:00-12:00", "2026-06-01T13:00", "closed"),
        ("mo-fr 8:30-17:30; PH off", "2026-10-02T10:00", "closed"),
        ("Mo[1] 10:00-12:00", "2026-06-01T11:00", "open"),
        ("Mo[1] 10:00-12:00", "2026-06-08T11:00", "closed"),
        ("Mo[1],Mo[-1] 10:00-12:00", "2026-06-29T11:00", "open"),
        ("Jun 15-Sep 15 10:00-16:00", "2026-09-16T11:00", "closed"),
        ("Oct 01-Apr 30 10:00-16:00", "2026-01-16T11:00", "open"),
        ("May-Sep: Sa 10:00-16:00", "2026-09-05T11:00", "open"),
        ("08:00-08:00", "2026-06-03T07:00", "open"),
        ("Mo-Fr 08:00-12:00 || 14:00-16:00", "2026-06-03T15:00", "open"),
    ],
)
def test_rules_apply_in_their_order(osm, at, expected):
    assert state(osm, at).state == expected


@pytest.mark.parametrize(
    ("osm", "at", "closes"),
    [
        ("07:30-26:00", "2026-06-08T01:00", "06-08 02:00"),
        ("07:30-26:00; PH off", "2026-10-01T01:30", "10-01 02:00"),
        ("Sa 20:00-26:00; Su 10:00-12:00", "2026-06-07T01:00", "06-07 02:00"),
        ("Mo-Sa 20:00-26:00; Su off", "2026-06-07T01:00", "06-07 02:00"),
        ("Su 22:00-06:00", "2026-06-08T05:59", "06-08 06:00"),
        ("20:00-26:00; PH 20:00-28:00", "2026-10-08T03:00", "10-08 04:00"),
        ("Mo-Fr 20:00-26:00; PH off", "2027-01-01T01:00", "01-01 02:00"),
        ("Mo-Fr 20:00-26:00; Th 20:00-28:00; PH off", "2027-01-01T03:00", "01-01 04:00"),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_began(osm, at, closes):
    answer = state(osm, at)
    assert (answer.state, until(answer)) == ("open", closes)


@pytest.mark.parametrize("at", ["2026-10-02T01:00", "2026-10-08T01:00", "2026-06-09T02:00"])
def test_a_night_that_did_not_begin_is_not_open(at):
    assert state("07:30-26:00; PH off", at).state == "closed"


def test_a_makeup_evening_goes_on_into_an_ordinary_sunday():
    osm = "Mo-Fr 18:00-26:00; PH off"
    assert until(state(osm, "2026-10-11T01:00", makeup=True)) == "10-11 02:00"
    assert state(osm, "2026-10-11T01:00").state == "closed"


@pytest.mark.parametrize(
    ("osm", "at", "expected"),
    [
        ("24/7", "2027-10-01T10:00", "open"),
        ("08:00-20:00", "2027-10-01T10:00", "open"),
        ("Mo-Fr 09:00-17:00", "2027-10-01T10:00", "open"),
        (OFFICE, "2027-06-09T10:00", "unknown"),
        (OFFICE, "2027-06-09T03:00", "closed"),
        (OFFICE, "2027-06-12T10:00", "closed"),
        (OFFICE, "2024-06-12T10:00", "unknown"),
        ("08:00-20:00; PH 10:00-16:00", "2027-06-09T11:00", "open"),
        ("08:00-20:00; PH 10:00-16:00", "2027-06-09T09:00", "unknown"),
    ],
)
def test_a_date_without_table_is_known_only_where_all_its_readings_agree(osm, at, expected):
    answer = state(osm, at)
    assert answer.state == expected
    if expected == "unknown":
        assert "节假日安排" in str(answer.reason)


def test_a_weekend_without_table_might_be_worked():
    assert state(OFFICE, "2027-06-12T10:00", makeup=True).state == "unknown"
    assert state(OFFICE, "2027-06-12T20:00", makeup=True).state == "closed"


def test_no_change_is_promised_on_a_day_that_is_not_known():
    assert state(OFFICE, "2026-12-31T18:00").until is None
    assert until(state(OFFICE, "2026-12-31T10:00")) == "12-31 17:30"
    assert state(OFFICE, "2027-06-09T03:00").until is None
    assert until(state("08:00-20:00; PH 10:00-16:00", "2027-06-09T11:00")) is None
    assert until(state("08:00-20:00", "2026-12-31T21:00")) == "01-01 08:00"


def test_there_is_no_until_beyond_14_days():
    assert state("24/7", "2026-06-01T10:00").until is None
    assert until(state("2026 Jun 15 10:00-12:00", "2026-06-01T10:00")) == "06-15 10:00"
    assert state("2026 Jun 15 10:00-12:00", "2026-06-01T09:59").until is None


@pytest.mark.parametrize(
    ("osm", "at", "expected", "said"),
    [
        (None, "2026-06-01T10:00", "unknown", "没有登记"),
        ("  ", "2026-06-01T10:00", "unknown", "没有登记"),
        ("看情况", "2026-06-01T10:00", "unknown", "无法识别"),
        ("sunrise-sunset", "2026-06-01T10:00", "unknown", "无法识别"),
        ("unknown", "2026-06-01T10:00", "unknown", "不确定"),
        ('08:00-20:00 "需预约"', "2026-06-01T10:00", "unknown", "需预约"),
        ('08:00-20:00 unknown "需预约"', "2026-06-01T10:00", "unknown", "需预约"),
        ('08:00-20:00 open "走侧门"', "2026-06-01T10:00", "open", "走侧门"),
        ('08:00-20:00; 2026 Jun off "装修"', "2026-06-01T10:00", "closed", "装修"),
        ('Mo-Fr 08:00-12:00 || unknown "需预约"', "2026-06-01T13:00", "unknown", "需预约"),
    ],
)
def test_what_is_not_known_is_said_with_its_reason(osm, at, expected, said):
    answer = state(osm, at)
    assert answer.state == expected
    assert said in str(answer.reason)


def test_no_time_is_promised_for_a_change_to_unknown():
    assert state("08:00-12:00, Mo-Su 12:00-14:00 unknown", "2026-06-01T10:00").until is None
    assert state("12:00-14:00 unknown", "2026-06-01T13:00").until is None
    assert until(state("08:00-12:00, Mo-Su 13:00-14:00 unknown", "2026-06-01T10:00")) == "06-01 12:00"


def test_times_with_an_offset_are_converted():
    at = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
    answer = evaluate("08:30-09:30", makeup=False, at=at, calendar=Calendar())
    assert (answer.state, answer.until) == ("open", datetime(2026, 6, 1, 9, 30, tzinfo=CHINA))
    assert answer.until.utcoffset() == timedelta(hours=8)
    far = at.astimezone(timezone(timedelta(hours=-11)))
    assert evaluate("08:30-09:30", makeup=False, at=far, calendar=Calendar()) == answer


@pytest.mark.parametrize("year", [1, 1900, 9998, 9999])
def test_a_time_out_of_range_is_refused(year):
    with pytest.raises(InputError, match=str(year)):
        evaluate("24/7", makeup=False, at=datetime.fromisoformat(f"{year:04}-12-31"), calendar=Calendar())


@pytest.mark.parametrize(
    "osm",
    ["", "周一 8:00", "8:00", "Mo-Fr 8:60-9:00", "10:00+", "10:00-16:00/02:00", "sunrise-sunset", "SH off",
     "PH -1 day off", "PH Mo-Fr 10:00-12:00", "Mo[1] +1 day 10:00-12:00", "\ud800", "Mo;" * 400],
)  # fmt: skip
def test_osm_that_cannot_be_answered_is_told(osm):
    assert validate_osm(osm)


@pytest.mark.parametrize(
    ("osm", "day", "expected"),
    [
        ("07:30-26:00; PH off", date(2026, 9, 30), [(450, 1560, "open")]),
        ("07:30-26:00; PH off", date(2026, 10, 1), []),
        ("07:30-26:00; PH off", date(2027, 9, 30), None),
        ("08:00-12:00,12:00-14:00", date(2027, 9, 30), [(480, 840, "open")]),
        (
            "08:00-12:00, Mo 14:00-16:00 unknown",
            date(2026, 6, 1),
            [(480, 720, "open"), (840, 960, "unknown")],
        ),
        ("unreadable", date(2026, 6, 1), None),
        (None, date(2026, 6, 1), None),
    ],
)
def test_day_intervals_keep_the_night_with_its_day(osm, day, expected):
    assert day_intervals(osm, makeup=False, day=day, calendar=shipped_calendar()) == expected


hours = st.tuples(st.integers(0, 47), st.integers(1, 16)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], 48))
)
weekdays = st.sampled_from(
    ["", "Mo-Fr ", "Sa,Su ", "We ", "Fr-Mo ", "Mo[2] ", "Jun ", "Jun 10-20 Tu ", "week 23 "]
)
rules = st.tuples(weekdays, hours, st.sampled_from(["", " off", " unknown"]))


def half_hours(span: tuple[int, int]) -> str:
    return "-".join(f"{at // 2:02}:{at % 2 * 30:02}" for at in span)


@given(
    first=rules,
    others=st.lists(st.tuples(st.sampled_from(["; ", ", "]), rules), max_size=3),
    at=st.datetimes(datetime.fromisoformat("2026-05-25"), datetime.fromisoformat("2026-07-05")),
)
def test_hours_without_holidays_and_nights_are_those_of_the_library(first, others, at):
    parts = [("", first), *others]
    osm = "".join(f"{joint}{days}{half_hours(span)}{kind}" for joint, (days, span, kind) in parts)
    library, _ = OpeningHours(osm).state(at)
    assert evaluate(osm, makeup=False, at=at, calendar=Calendar()).state == str(library)
