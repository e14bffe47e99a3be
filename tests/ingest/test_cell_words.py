"""Words that mean one of a few things, and lists of what a station has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.ingest.cell_words import kind_of_name, read_facilities, read_type, read_word
from geo.ingest.words import read_words
from geo.model.facilities import FACILITIES


@pytest.mark.parametrize("vocabulary", ["kind", "status", "build_type", "access_who", "access_how"])
def test_every_listed_word_has_its_meaning(vocabulary: str) -> None:
    for meaning, words in read_words("words")[vocabulary].items():
        for word in (meaning, *words):
            assert read_word(vocabulary, f" {word} ") == (meaning, None)


@pytest.mark.parametrize(
    ("vocabulary", "text", "meaning"),
    [
        ("status", "正常开放(每日)", "open"),
        ("status", "暂未开放", "building"),
        ("status", "因装修暂停开放", "suspended"),
        ("kind", "工会爱心驿站(24小时)", "care_station"),
        ("kind", "爱心驿站母婴室", "nursing_room"),
        ("access_who", "环卫工人、快递员、外卖小哥等", "outdoor_workers"),
        ("access_who", "哺乳期女职工", "mothers"),
        ("access_who", "户外劳动者及市民", "anyone"),
        ("access_how", "扫码开门", "scan"),
        ("host_type", "中国银行网点", "银行"),
        ("host_type", "药店", "药店"),
        ("build_type", "工会自建", "自建"),
    ],
)
def test_words_in_a_phrase(vocabulary: str, text: str, meaning: str) -> None:
    assert read_word(vocabulary, text).value == meaning


@pytest.mark.parametrize("text", ["待定", "未正常开放", "abc", "1"])
def test_an_unreadable_status_is_a_doubt_not_a_guess(text: str) -> None:
    value, doubt = read_word("status", text)
    assert value is None
    assert doubt


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("自建", {"build_type": "自建"}),
        ("母婴室", {"kind": "nursing_room"}),
        ("加油站", {"host_type": "加油站"}),
    ],
)
def test_a_column_called_type_is_told_by_its_words(text: str, fields: dict[str, str]) -> None:
    assert read_type(text).value == fields


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("郑州站母婴室(2楼)", "nursing_room"),
        ("某公司爱心妈妈小屋", "nursing_room"),
        ("母婴关爱室(爱心驿站内)", "nursing_room"),
        ("某某母婴用品店工会驿站", "care_station"),
        ("南门爱心派水点", "water_point"),
        ("工会爱心冰柜(城南驿站旁)", "water_point"),
        ("环卫工人休息室", None),
        ("", None),
    ],
)
def test_the_name_tells_the_kind(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("饮水、微波炉,空调，桌椅;充电；药箱|雨伞/WiFi", 8),
        ("drink|ac|seat|charging|wifi|first_aid", 6),
        ("饮水 热饭 休息", 3),
        ("饮水和热饭以及其他", None),
        ("微波炉(2台)、雨伞(5把、可借)、桌椅3套", 3),
        ("提供饮水、休息、避暑等服务", 3),
        ("AED;aed；除颤仪", 1),
        ('{"toilet": "yes", "wifi": "no"}', 2),
    ],
)
def test_lists_of_facilities(text: str, answers: int | None) -> None:
    value, doubt = read_facilities(text)
    if answers is None:
        assert doubt
    else:
        assert len(value) == answers
        assert doubt is None
    assert set(value) <= set(FACILITIES)


@pytest.mark.parametrize(
    "denial", ["没有卫生间", "无厕所", "卫生间:无", "卫生间（无）", "卫生间×", "不提供卫生间"]
)
def test_a_denied_facility_is_no(denial: str) -> None:
    assert read_facilities(f"饮水、{denial}、无线网、无障碍").value == {
        "drinking_water": "yes",
        "toilet": "no",
        "wifi": "yes",
        "step_free": "yes",
    }


def test_unknown_facilities_are_named_and_the_others_kept() -> None:
    value, doubt = read_facilities("饮水、台球桌、按摩椅")
    assert value == {"drinking_water": "yes"}
    assert "台球桌" in doubt
    assert "按摩椅" in doubt


@given(text=st.text(alphabet='饮水无没有、,(:)和 \n{}[]"wifi充电'))
def test_any_list_gives_known_codes(text: str) -> None:
    value = read_facilities(text).value or {}
    assert set(value) <= set(FACILITIES)
    assert set(value.values()) <= {"yes", "no"}
