"""The dictionary of facilities."""

import re

import pytest

from geo.model.facilities import FACILITIES, facility_code

# The codes that embedding pages rely on.
PROMISED = """
    drinking_water hot_meal microwave fridge air_conditioning heating seats phone_charging ebike_charging
    battery_swap toilet wifi first_aid aed umbrella lockers books printing tools air_pump shower tv step_free
    legal_aid counselling haircut baby_changing nursing_seat hot_water wash_basin lockable
"""


def test_no_promised_code_is_missing() -> None:
    assert set(PROMISED.split()) <= set(FACILITIES)


def test_every_word_means_its_own_facility_only() -> None:
    for code, facility in FACILITIES.items():
        assert re.fullmatch("[a-z][a-z_]*", code)
        for word in (code, facility.zh, facility.en, *facility.words):
            assert facility_code(word) == code


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("洗手间", "toilet"),
        ("ＷＩＦＩ", "wifi"),
        ("Wi-Fi(免费)", "wifi"),
        ("微波炉2台", "microwave"),
        ("3把雨伞", "umbrella"),
        ("免费提供热水", "hot_water"),
        ("充电服务", "phone_charging"),
        ("电动车充电", "ebike_charging"),
        ("drink", "drinking_water"),
        ("first_aid", "first_aid"),
        ("无障碍设施", "step_free"),
        ("休息桌椅", "seats"),
        ("图书报刊", "books"),
        ("加热设备", "microwave"),
        ("无线WIFI", "wifi"),
        ("手机充电站2个", "phone_charging"),
        ("暖气片", "heating"),
        ("没有厕所", None),
        ("台球桌", None),
        ("2台", None),
        ("", None),
        ("1" * 5000, None),
    ],
)
def test_words_of_clerks_and_riders(word: str, code: str | None) -> None:
    assert facility_code(word) == code
