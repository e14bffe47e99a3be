"""What a station's fields and a person's answers say about a checklist."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.standards import STANDARDS, check
from geo.model.station import FIELDS, Kind

ITEMS = [(standard, item) for standard in STANDARDS.values() for item in standard.items]
codes = st.sampled_from(sorted(STANDARDS))
item_codes = st.sampled_from(sorted({item.code for _, item in ITEMS}))
rows = st.fixed_dictionaries(
    {},
    optional={
        "area_m2": st.floats(0, 100),
        "capacity": st.integers(0, 50),
        "facilities": st.dictionaries(st.sampled_from(sorted(FACILITIES)), st.sampled_from(["yes", "no"])),
        "checklist": st.dictionaries(item_codes, st.sampled_from(["pass", "fail", "unknown", "?"])),
        "access_how": st.sampled_from(["", "free", "scan"]),
        "map_ids": st.sampled_from([{}, {"amap": "B0"}]),
        "signboard_name": st.sampled_from([None, "母婴关爱室", "妈妈小屋"]),
    },
)


@pytest.mark.parametrize(
    ("row", "standard", "item", "result"),
    [
        ({"area_m2": 12.0}, "shandong_2022", "area_12_m2", "pass"),
        ({"area_m2": 11.9}, "shandong_2022", "area_12_m2", "fail"),
        ({"area_m2": 0.0}, "shandong_2022", "area_12_m2", "fail"),
        ({"area_m2": 20}, "hangzhou", "area_20_m2", "pass"),
        ({"area_m2": 19}, "hangzhou", "area_20_m2", "fail"),
        ({"area_m2": 30, "capacity": 19}, "fuzhou_star5", "capacity_20", "fail"),
        ({"area_m2": 5}, "guangdong_db44t2279_b", "area_5_m2", "pass"),
        ({"area_m2": 5}, "guangdong_db44t2279_a", "area_10_m2", "fail"),
        ({"area_m2": 1.9}, "guangdong_db44t2279_c", "area_2_m2", "fail"),
        ({"area_m2": 51}, "shandong_mothers", "area_10_to_50_m2", "fail"),
        ({"facilities": {"microwave": "yes"}}, "wuhan_seven", "microwave", "pass"),
        ({"facilities": {"microwave": "no"}}, "wuhan_seven", "microwave", "fail"),
        # About three square metres are asked: more is enough, a little less is not proved wrong.
        ({"area_m2": 4}, "shanghai_2018", "area_about_3_m2", "pass"),
        ({"area_m2": 2.8}, "shanghai_2018", "area_about_3_m2", "unknown"),
        # A fan would do where there is no air conditioning.
        ({"facilities": {"air_conditioning": "yes"}}, "shanxi_2023", "fan_or_air_conditioning", "pass"),
        ({"facilities": {"air_conditioning": "no"}}, "shanxi_2023", "fan_or_air_conditioning", "unknown"),
        # A changing table may lack the strap; without a table there is none to strap.
        ({"facilities": {"baby_changing": "yes"}}, "national_nursing_2016", "changing_table", "unknown"),
        ({"facilities": {"baby_changing": "no"}}, "national_nursing_2016", "changing_table", "fail"),
        # A curtain would do where the door has no lock.
        ({"facilities": {"lockable": "no"}}, "national_nursing_2016", "lockable_or_curtain", "unknown"),
        # Several rooms may add up to ten square metres in Beijing.
        ({"area_m2": 4}, "beijing_nursing_large", "total_area_10_m2", "unknown"),
        ({"signboard_name": "母婴关爱室(二层)"}, "beijing_nursing_medium", "name_care_room", "pass"),
        ({"signboard_name": "妈妈小屋"}, "beijing_nursing_medium", "name_care_room", "fail"),
        ({"hours_osm": "24/7", "access_how": "face"}, "smart_24h", "open_24h", "pass"),
        ({"hours_osm": "24/7", "access_how": "key"}, "smart_24h", "self_service_door", "fail"),
        ({"map_ids": {"amap": "B0FF"}}, "national_six", "found_on_maps", "pass"),
        ({"map_ids": {}}, "national_six", "found_on_maps", "unknown"),
    ],
)
def test_what_fields_prove(row, standard, item, result):
    assert check(row, standard)[item] == result


@given(row=rows, code=codes)
def test_every_item_is_answered_in_order_and_given_answers_win(row, code):
    found = check(row, code)
    assert list(found) == [item.code for item in STANDARDS[code].items]
    assert set(found.values()) <= {"pass", "fail", "unknown"}
    for item, answer in row.get("checklist", {}).items():
        if item in found and answer in ("pass", "fail"):
            assert found[item] == answer


@given(row=rows, code=codes)
def test_knowing_more_about_facilities_never_turns_a_verdict_around(row, code):
    known = check(row, code)
    fewer = {**row, "facilities": dict(list(row.get("facilities", {}).items())[1:])}
    for item, before in check(fewer, code).items():
        assert before in ("unknown", known[item]) or known[item] == "fail"


@given(code=codes)
def test_of_a_station_nothing_is_known_about_nothing_is_claimed(code):
    assert set(check({}, code).values()) == {"unknown"}
    nothing = {field.name: None for field in FIELDS}
    assert set(check(nothing, code).values()) == {"unknown"}


def test_an_unknown_standard_is_refused_by_name():
    with pytest.raises(InputError, match="没有代码为“六有”的标准") as caught:
        check({}, "六有")
    assert caught.value.parameter == "standard"


def test_an_item_code_means_one_requirement_everywhere():
    meanings = defaultdict(set)
    for _, item in ITEMS:
        meanings[item.code].add((item.zh, item.en, str(item.checks)))
    assert {code: found for code, found in meanings.items() if len(found) > 1} == {}


def test_items_occur_once_in_a_standard():
    for standard in STANDARDS.values():
        assert len({item.code for item in standard.items}) == len(standard.items) > 0


def test_checks_speak_of_fields_and_facilities_that_exist():
    names = {field.name for field in FIELDS}
    for _, item in ITEMS:
        checks = item.checks or {"facilities": ["seats"]}
        assert set(checks.get("facilities", ())) <= set(FACILITIES)
        assert ("facilities" in checks) != (checks.get("field") in names)
        assert checks.get("proves", "pass") in ("pass", "fail")


def test_both_the_national_and_the_local_rules_are_there():
    places = {standard.place for standard in STANDARDS.values()}
    assert {"全国", "上海市", "山东省", "山西省", "湖北省武汉市", "浙江省杭州市", "广东省"} <= places
    assert {standard.kind for standard in STANDARDS.values()} == {Kind.CARE_STATION, Kind.NURSING_ROOM}
