"""Chinese opening hours as OSM: what is understood, and what is left unknown rather than guessed."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.model.holidays import Calendar, shipped_calendar
from geo.model.hours import day_intervals, validate_osm
from geo.model.hours_text import parse_hours

UNDERSTOOD = [
    ("24小时", "24/7"),
    ("全天候开放", "24/7"),
    ("不打烊", "24/7"),
    ("周一至周五8:30—12:00，14:00—17:30（法定节假日除外）", "Mo-Fr 08:30-12:00,14:00-17:30; PH off"),
    ("星期一到星期五 上午8：30－12：00 下午13：30－17：30", "Mo-Fr 08:30-12:00,13:30-17:30"),
    ("每日7:00-22:00", "07:00-22:00"),
    ("8:00～20:00", "08:00-20:00"),
    ("早8点至晚10点", "08:00-22:00"),
    ("上午8点半至下午5点半", "08:30-17:30"),
    ("8:30-17:30（节假日休息）", "08:30-17:30; PH off"),
    ("10:00-22:00（节假日正常开放）", "10:00-22:00"),
    ("周一至周五8:30-17:30，周末9:00-17:00", "Mo-Fr 08:30-17:30; Sa-Su 09:00-17:00"),
    ("周一、周三、周五 9:00-11:30", "Mo,We,Fr 09:00-11:30"),
    ("周二至周日9:00-17:00（周一闭馆）", "Tu-Su 09:00-17:00"),
    (
        "5月1日至9月30日 8:00-19:00；10月1日至次年4月30日 8:30-18:00",
        "May 01-Sep 30 08:00-19:00; Oct 01-Apr 30 08:30-18:00",
    ),
    ("6月15日-9月15日 10:00-16:00", "Jun 15-Sep 15 10:00-16:00"),
    ("7:30-次日2:00", "07:30-26:00"),
    # Digits, dashes, words and units
    ("８：００－２０：００", "08:00-20:00"),
    ("8:00 – 20:00", "08:00-20:00"),
    ("八点至二十点", "08:00-20:00"),
    ("早上八点半到晚上八点一刻", "08:30-20:15"),
    ("9时至17时30分", "09:00-17:30"),
    ("9-17点", "09:00-17:00"),
    ("0830-1730", "08:30-17:30"),
    ("8.30-17.30", "08:30-17:30"),
    ("08:00:00-20:00:00", "08:00-20:00"),
    ("下午2:00-5:30", "14:00-17:30"),
    ("中午12点-下午2点", "12:00-14:00"),
    ("凌晨5点-晚10点", "05:00-22:00"),
    ("晚8:00-12:00", "20:00-24:00"),
    ("晚8:00-第二天凌晨2:00", "20:00-26:00"),
    ("22:00-6:00", "22:00-30:00"),
    ("6:30-0:30", "06:30-24:30"),
    ("24H营业", "24/7"),
    ("7×24小时", "24/7"),
    ("00:00-24:00", "24/7"),
    ("0:00-23:59", "24/7"),
    ("全天24小时自助服务", "24/7"),
    ("开放时间：周一至周日 08:00-20:00，全年无休", "08:00-20:00"),
    ("9:00am-5:00pm", "09:00-17:00"),
    ("9 AM - 12:30 p.m.", "09:00-12:30"),
    ("8:00开门,20:00关门", "08:00-20:00"),
    ("8:00开门20:00闭馆", "08:00-20:00"),
    ("早8点开门，晚10点关门，周日休息", "08:00-22:00; Su off"),
    ("8:00开门,次日2:00打烊", "08:00-26:00"),
    ("8:30-12:00/14:00-18:00", "08:30-12:00,14:00-18:00"),
    ("上午8点半-12点/下午2:00-6:00", "08:30-12:00,14:00-18:00"),
    # Days
    ("周1-5 9:00-17:00", "Mo-Fr 09:00-17:00"),
    ("周一三五 9:00-11:30", "Mo,We,Fr 09:00-11:30"),
    ("周六、日9:00-17:00", "Sa-Su 09:00-17:00"),
    ("周六，周日9:00-17:00", "Sa-Su 09:00-17:00"),
    ("周一,周三 周五 9:00-11:30", "Mo,We,Fr 09:00-11:30"),
    ("9:00-11:30 周一,周三 周五", "Mo,We,Fr 09:00-11:30"),
    ("双休日9:00-17:00", "Sa-Su 09:00-17:00"),
    ("礼拜一至礼拜五 9:00-17:00", "Mo-Fr 09:00-17:00"),
    ("周五至周一 9:00-17:00", "Mo,Fr-Su 09:00-17:00"),
    ("周日至周四9:00-21:00，周五周六9:00-22:00", "Mo-Th,Su 09:00-21:00; Fr-Sa 09:00-22:00"),
    ("周一至周五全天", "Mo-Fr 00:00-24:00"),
    ("周一至周五8:00-12:00,周一至周五14:00-18:00", "Mo-Fr 08:00-12:00,14:00-18:00"),
    ("9:00-17:00 周一至周五,9:00-12:00 周六", "Mo-Fr 09:00-17:00; Sa 09:00-12:00"),
    ("9:00-17:00(周一至周五)；9:00-12:00(周六)；周日休息", "Mo-Fr 09:00-17:00; Sa 09:00-12:00"),
    ("8:00-20:00（周末8:00-22:00）", "08:00-20:00; Sa-Su 08:00-22:00"),
    # Closed and excepted
    ("8:00-12:00,14:00-18:00 周日休息", "08:00-12:00,14:00-18:00; Su off"),
    ("每周一闭馆，9:00-17:00", "09:00-17:00; Mo off"),
    ("除周一外每天9:00-17:00", "09:00-17:00; Mo off"),
    ("除法定节假日外，周一至周五8:30-17:30", "Mo-Fr 08:30-17:30; PH off"),
    ("周一至周五，法定节假日除外，8:30-17:30", "Mo-Fr 08:30-17:30; PH off"),
    ("周一至周五8:30-17:30，周六日及法定节假日休息", "Mo-Fr 08:30-17:30; PH off"),
    ("周一至周五8:30-17:30,周六,周日,节假日休息", "Mo-Fr 08:30-17:30; PH off"),
    ("8:30-17:30 周一至周五，周六日休息", "Mo-Fr 08:30-17:30"),
    ("双休日及节假日不开放，8:30-17:00", "08:30-17:00; Sa-Su off; PH off"),
    ("24小时（节假日除外）", "24/7; PH off"),
    ("节假日不休息，每天8:00-20:00", "08:00-20:00"),
    ("8:00-18:00（12:00-14:00午休）", "08:00-12:00,14:00-18:00"),
    (
        "周一至周五8:00-18:00(12:00-14:00休息)，周六9:00-12:00",
        "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00",
    ),
    ("周一至周五8:30-17:30，中午不休息", "Mo-Fr 08:30-17:30"),
    ("周六日休息,其余时间9:00-17:00", "Mo-Fr 09:00-17:00"),
    ("周一及节假日休息，其他时间均为9:00-17:00", "Tu-Su 09:00-17:00; PH off"),
    # Parts of the year
    ("7、8月 9:00-18:00", "Jul-Aug 09:00-18:00"),
    ("6/15-9/15 9:00-18:00", "Jun 15-Sep 15 09:00-18:00"),
    ("每天8:00-20:00，7-8月8:00-22:00", "08:00-20:00; Jul-Aug 08:00-22:00"),
    ("夏季(5-9月)8:00-18:00,冬季8:30-17:30", "May-Sep 08:00-18:00; Oct-Apr 08:30-17:30"),
    ("高温期间(6月15日-9月15日)10:00-16:00", "Jun 15-Sep 15 10:00-16:00"),
    ("8:00-20:00,高温期间(7-8月)6:00-22:00", "08:00-20:00; Jul-Aug 06:00-22:00"),
    ("2026年6月15日至9月15日 10:00-16:00", "2026 Jun 15-2026 Sep 15 10:00-16:00"),
    # OSM already
    ("24/7", "24/7"),
    ("Mo-Fr 08:00-18:00; PH off", "Mo-Fr 08:00-18:00; PH off"),
    ("Mo-Fr 08：00-18：00；PH off", "Mo-Fr 08:00-18:00;PH off"),
    ('Mo-Fr 08:00-18:00 open "走侧门"', 'Mo-Fr 08:00-18:00 open "走侧门"'),
]


@pytest.mark.parametrize(("text", "osm"), UNDERSTOOD)
def test_a_form_is_understood_for_certain(text, osm):
    hours = parse_hours(text)
    assert (hours.osm, hours.makeup, hours.doubtful, hours.raw) == (osm, False, False, text)
    assert hours.note is None


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("工作日9:00-17:00", "Mo-Fr 09:00-17:00; PH off"),
        ("工作日（周一至周五）9:00-17:00", "Mo-Fr 09:00-17:00; PH off"),
        ("9:00-17:00（工作日）", "Mo-Fr 09:00-17:00; PH off"),
        ("工作日9:00-17:00，节假日休息", "Mo-Fr 09:00-17:00; PH off"),
        ("工作日、周六 9:00-17:00", "Mo-Sa 09:00-17:00; PH off"),
        ("工作日8:30-17:30，法定节假日10:00-16:00", "Mo-Fr 08:30-17:30; PH 10:00-16:00"),
        ("工作日8:30-17:30,休息日9:00-16:00", "Mo-Fr 08:30-17:30; Sa-Su,PH 09:00-16:00"),
    ],
)
def test_workdays_follow_makeup_days_and_stop_on_holidays(text, osm):
    assert parse_hours(text)[1:] == (osm, True, None, False)


@pytest.mark.parametrize(
    ("text", "osm", "said"),
    [
        (
            "夏季8:00-18:30，冬季8:30-17:30",
            "May 01-Sep 30 08:00-18:30; Oct 01-Apr 30 08:30-17:30",
            "夏季按5月1日至9月30日理解",
        ),
        ("冬季不开放,夏季8:00-18:00", "May 01-Sep 30 08:00-18:00; Oct 01-Apr 30 off", "冬季按"),
        (
            "夏季8:00-18:30",
            'May 01-Sep 30 08:00-18:30; Oct 01-Apr 30 unknown "没有写明冬季的时间"',
            "夏季按",
        ),
        ("工作日8:30-17:30,节假日9:00-16:30", "Mo-Fr 08:30-17:30; Sa-Su,PH 09:00-16:30", "含周末"),
        ("7:30-2:00", "07:30-26:00", "次日"),
        ("8:00-20:00（春节期间休息）", '08:00-20:00; PH unknown "春节期间以现场公告为准"', "春节"),
    ],
)
def test_what_was_assumed_is_said_and_marked_for_review(text, osm, said):
    hours = parse_hours(text)
    assert (hours.osm, hours.doubtful) == (osm, True)
    assert said in hours.note


def test_the_summer_of_the_region_can_be_set():
    hours = parse_hours("夏季8:00-18:30，冬季8:30-17:30", summer="06-01/08-31")
    assert hours.osm == "Jun 01-Aug 31 08:00-18:30; Sep 01-May 31 08:30-17:30"
    with pytest.raises(InputError, match="夏季"):
        parse_hours("8:00-20:00", summer="summer")


@pytest.mark.parametrize(
    ("text", "osm", "note"),
    [
        ("24小时(智能门禁)", "24/7", "智能门禁"),
        ("24小时开放(扫码进入)", "24/7", "扫码进入"),
        ("24小时(刷身份证进入)", "24/7", "刷身份证进入"),
        ("8:00-20:00（周末除外，凭会员卡进入）", "08:00-20:00; Sa-Su off", "凭会员卡进入"),
    ],
)
def test_how_one_gets_in_is_kept_beside_the_hours(text, osm, note):
    assert parse_hours(text)[1:] == (osm, False, note, False)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("首班车至末班车", "首班车至末班车"),
        ("24小时(门口摇铃)", "门口摇铃"),
        ("8:30-12:00/1", "8:30-12:00/1"),
        ("８点以后 看情况", "８点以后 看情况"),
    ],
)
def test_the_clerks_own_words_are_quoted_whole(text, quoted):
    assert parse_hours(text).note == f"看不懂“{quoted}”,开放时间按未知处理"


@pytest.mark.parametrize("text", ["8:00-20:00（具体以现场公告为准）", "8:00-20:00，需提前预约"])
def test_a_remark_is_kept_as_a_note(text):
    hours = parse_hours(text)
    assert (hours.osm, hours.doubtful) == ("08:00-20:00", False)
    assert hours.note in text


@pytest.mark.parametrize(
    "text", ["", "  ", "无", "-", "与银行营业时间一致", "随商场", "以公告为准", "按商场营业时间"]
)
def test_hours_that_are_not_given_are_unknown_and_need_no_review(text):
    hours = parse_hours(text)
    assert (hours.osm, hours.doubtful) == (None, False)
    assert hours.note


@pytest.mark.parametrize(
    "text",
    [
        # Two readings
        "9:00-5:00",
        "1:30-5:30",
        "8:30-12:00,2:30-5:30",
        "晚上2点-5点",
        "6.15-9.15 10:00-16:00",
        "8-20",
        "12:00-12:00",
        "13:30-17:30,8:00-12:00",
        "周一闭馆(法定节假日除外),9:00-17:00",
        "周六、周日,节假日休息,9:00-17:00",
        "周一至周五8:00-18:00,周三14:00-20:00",
        "8:00-12:00 周一至周五,周六14:00-18:00",
        "9:00-17:00 周一至周五;9:00-12:00 周六;周日休息",
        "夏季8:00-18:00,冬季8:30-17:30,周末9:00-17:00",
        "夏季8:00-18:00,冬季8:30-17:30,午休12:00-14:00",
        "周末开放,周一至周五9:00-17:00",
        "周末(以公告为准),周一至周五9:00-17:00",
        "周末需预约,周一至周五9:00-17:00",
        "周一至周五8:00-18:00，周六9:00-12:00休息，周日19:00-20:00",
        "工作日(周一至周四)9:00-17:00",
        "工作日9:00-17:00,节假日正常开放",
        "国庆节8:00-20:00",
        "节假日8:00-12:00",
        "1:00-5:00pm",
        "9:00am-12:00am",
        "上午9:00am-5:00pm",
        "6/15-9/15:00-18:00",
        "8:30-12:00/5-9月",
        "8:00开门,5:00关门",
        "周一8:00开门,周五20:00关门",
        "8:00开门,20:00停止入馆",
        "周六9:00-12:00,其余时间14:00-18:00",
        "9:00-17:00,其余时间休息",
        "冬季休息,其余时间9:00-17:00",
        "除工作日外,其余时间9:00-17:00",
        "夏季8:00-18:00,高温期间(7-8月)7:00-20:00",
        "24小时(8:00-20:00扫码进入)",
        "周一至周五8:00-18:00(周末扫码进入)",
        "周末(扫码进入),周一至周五9:00-17:00",
        "24小时(门禁关闭)",
        "24小时(不可扫码进入)",
        "24小时(扫码进入除外)",
        # Something is missing
        "8:00开门",
        "其余时间9:00-17:00",
        "高温期间10:00-16:00",
        "工作日开放",
        "周末休息",
        "全年无休",
        "开放时间",
        "周一至周五8:00-12:00,周六",
        "周一至周五8:00-17:00,周末正常开放",
        # Words that are not known
        "营业时间内",
        "9点以后",
        "7:00-23:00,冬季提前半小时关门",
        "8:00-20:00,24小时自助取款",
        "周二至周日 9:00-16:30 16:00停止入馆",
        "周一8:00-周五17:00",
        "每月1日休息,8:00-20:00",
        "随银行营业时间（周一至周五9:00-17:00）",
        "8:00-20:00(周一(闭馆))",
        # No such time or date
        "8:60-20:00",
        "25:00-26:00",
        "2月30日-3月5日 8:00-9:00",
        "13月 8:00-9:00",
        "sunrise-sunset",
        "8:00-20:00" * 50,
    ],
)
def test_what_is_not_certain_is_unknown_and_marked_for_review(text):
    hours = parse_hours(text)
    assert (hours.osm, hours.makeup, hours.doubtful) == (None, False, True)
    assert hours.note.endswith("未知处理")


def minutes(osm: str | None, day: date) -> list[tuple[int, int, str]]:
    return day_intervals(osm, makeup=False, day=day, calendar=Calendar())


DAY_WORDS = {
    "周一": {0},
    "周二、周四": {1, 3},
    "星期三": {2},
    "周一至周五": set(range(5)),
    "周一到周六": set(range(6)),
    "周六、日": {5, 6},
    "双休日": {5, 6},
    "周日": {6},
}
clock = st.integers(12, 46).filter(lambda half_hour: half_hour % 24 != 23)
ranges = (
    st.lists(clock, min_size=2, max_size=4, unique=True)
    .map(sorted)
    .map(lambda edges: edges[: len(edges) // 2 * 2])
)


def wording(half_hour: int, style: int) -> str:
    hour, minute = half_hour // 2, half_hour % 2 * 30
    if style == 0:
        return f"{hour}:{minute:02}"
    if style == 1:
        return f"{hour}点" + "半" * bool(minute)
    if style == 2:
        return f"{hour:02}：{minute:02}"
    period = "上午" if hour < 12 else "中午" if hour < 14 else "下午" if hour < 19 else "晚上"
    return f"{period}{hour if hour < 13 else hour - 12}:{minute:02}"


@given(
    words=st.lists(st.sampled_from(sorted(DAY_WORDS)), min_size=1, max_size=3),
    times=st.lists(ranges, min_size=3, max_size=3),
    style=st.integers(0, 3),
    dash=st.sampled_from(["-", "—", "~", "至", "到", " - "]),
    comma=st.sampled_from(["，", ",", "；", " "]),
    behind=st.booleans(),
)
def test_times_written_any_way_hold_on_their_days(words, times, style, dash, comma, behind):
    groups = [word for number, word in enumerate(words) if all(
        DAY_WORDS[word].isdisjoint(DAY_WORDS[other]) for other in words[:number])]  # fmt: skip
    expected: dict[int, list[tuple[int, int, str]]] = {}
    clauses = []
    for word, edges in zip(groups, times, strict=False):
        pairs = list(zip(edges[::2], edges[1::2], strict=True))
        text = "、".join(wording(start, style) + dash + wording(end, style) for start, end in pairs)
        clauses.append(f"{text}（{word}）" if behind else f"{word}{text}")
        expected |= {day: [(start * 30, end * 30, "open") for start, end in pairs] for day in DAY_WORDS[word]}
    hours = parse_hours(comma.join(clauses))
    assert hours.osm, hours
    monday = date(2026, 6, 1)
    told = {number: minutes(hours.osm, monday + timedelta(days=number)) for number in range(7)}
    assert told == {number: expected.get(number, []) for number in range(7)}


FRAGMENTS = """
周一至周五 周六 周日 周末 周一、三 周 1 节假日 法定节假日 春节 工作日 每天
除外 休息 闭馆 除 外 正常开放 不休息 不打烊 开放
8:00-20:00 9:00-12:00 14:00-18:00 7:30-次日2:00 24小时 午休 12:00-14:00 上午 下午 2:00 3点 8点半
8:00开门 20:00关门 其余时间 扫码进入 智能门禁 高温期间 am pm /
- 至 ， 、 ； （ ） ： 和 夏季 冬季 5月1日至9月30日 7-8月 10月 开放时间 需预约 以公告为准 随商场
"""


@given(st.lists(st.sampled_from(FRAGMENTS.split()), max_size=8).map("".join))
def test_every_time_in_a_text_is_in_its_meaning(text):
    hours = parse_hours(text)
    if hours.osm is None:
        assert hours.note
        return
    assert validate_osm(hours.osm) is None
    told = {int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", hours.osm)}
    if "24/7" in hours.osm:
        told |= {0, 1440}
    for hour, minute in re.findall(r"(\d+)[:点](\d\d|半)", text):
        at = int(hour) * 60 + (30 if minute == "半" else int(minute))
        assert told & {at, at + 720, at + 1440}, hours


@given(st.text(max_size=30))
def test_any_text_is_answered(text):
    hours = parse_hours(text)
    assert hours.osm or hours.note


@pytest.mark.real_data
def test_the_hours_of_real_stations_are_understood(real_data: Path):
    with (real_data / "zhengzhou" / "zhengzhou_real_82.csv").open(encoding="utf-8-sig") as file:
        texts = [row["open_hours"] for row in csv.DictReader(file)]
    unknown = {text for text in texts if parse_hours(text).osm is None}
    assert len(texts) == 82
    assert unknown == {"工作日开放"}
    saturday = day_intervals(
        parse_hours("周一至周五 09:00-17:00").osm,
        makeup=False,
        day=date(2026, 6, 6),
        calendar=shipped_calendar(),
    )
    assert saturday == []
