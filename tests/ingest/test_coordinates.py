"""Positions as clerks write them, and which system they are in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.coords import Position, read_pair, read_position
from tests.ingest.files import HEADER, ROW, read, write_csv

LON, LAT = 108.94, 34.26  # 108°56′24″ 34°15′36″

PAIRS = [
    "108.940000,34.260000",
    "108.940000，34.260000",
    "108.940000 34.260000",
    "108.940000;34.260000",
    "108.940000\n34.260000",
    "(108.940000, 34.260000)",
    "[108.940000,34.260000]",
    "POINT(108.940000 34.260000)",
    "１０８．９４００００，３４．２６００００",
    "经度:108.940000 纬度:34.260000",
    "纬度34.260000,经度108.940000",
    "lng:108.940000,lat:34.260000",
    "34.260000N,108.940000E",
    "N34.260000 E108.940000",
    "108.940000°,34.260000°",
    "东经108°56′24″北纬34°15′36″",
    "北纬34°15′36″,东经108°56′24″",
    "108°56'24\"E,34°15'36\"N",
    "108°56’24”,34°15’36”",
    "108度56分24秒 34度15分36秒",
    "108:56:24,34:15:36",
    "108 56 24 34 15 36",
    "E108º56´24´´,N34º15´36´´",
    "108°56.400′,34°15.600′",
]


@pytest.mark.parametrize("text", PAIRS)
def test_one_cell(text: str) -> None:
    found = read_pair(text)
    assert (found.x, found.y) == pytest.approx((LON, LAT), abs=1e-8)
    assert not found.swapped
    assert not found.coarse


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("108.940000", "34.260000"),
        (" １０８．９４００００", "34.260000 "),
        ("108°56′24″", "34°15′36″"),
        ("东经108°56′24″", "北纬34°15′36″"),
        ("108 56 24", "34 15 36"),
        ("E108.940000", "N34.260000"),
        ("108.940000°", "34.260000°"),
    ],
)
def test_two_cells(x: str, y: str) -> None:
    found = read_position(x, y)
    assert (found.x, found.y) == pytest.approx((LON, LAT), abs=1e-8)
    assert not found.swapped


@pytest.mark.parametrize(
    ("x", "y"), [("-8.5123", "39.1123"), ("20.5123", "30.5123"), ("7.4201", "43.7311"), ("-51.2", "-30.03")]
)
def test_a_position_abroad_is_told_from_one_in_china(x: str, y: str) -> None:
    found = read_position(x, y)
    assert (found.x, found.y, found.abroad, found.swapped) == (float(x), float(y), True, False)
    assert not read_position("108.9412", "34.2612").abroad
    assert not read_position("34.2612", "108.9412").abroad


@pytest.mark.parametrize(("x", "y"), [("W108.9412", "34.2612"), ("=1+1", "34.2612"), ("8°30′", "39°12′")])
def test_abroad_only_plain_numbers_count(x: str, y: str) -> None:
    assert "不在中国" in read_position(x, y)


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [
        ("", "", "没有坐标"),
        (" ", "", "没有坐标"),
        ("108.94", "", "只有一个"),
        ("0", "0", "坐标是 0"),
        ("０", "34.2", "坐标是 0"),
        ("12127000", "4070000", "数值太大"),
        ("108940000", "34260000", "数值太大"),
        ("108°66′24″", "34°15′36″", "达到了 60"),
        ("nan", "34.26", "只有一个"),
        ("无", "/", "没有坐标"),
        ("inf", "34.26", "认不出"),
        ("见地图", "34.26", "认不出"),
        ("108,940000", "34,260000", "认不出"),
        ("108.94万", "34.26", "认不出"),
        ("108.940000.1", "34.26", "认不出"),
        ("Polygon", "", "几何类型是 Polygon"),
        ("1" * 3000, "1" * 3000, "认不出"),
        ("東" * 3000, "34.26", "认不出"),
    ],
)
def test_what_is_no_position_says_why(x: str, y: str, word: str) -> None:
    assert word in read_position(x, y)


DEGREES_EAST = st.floats(73.0, 135.9)
DEGREES_NORTH = st.floats(3.1, 53.9)


@given(lon=DEGREES_EAST, lat=DEGREES_NORTH, swapped=st.booleans(), one_cell=st.booleans())
def test_decimal_degrees_come_back_whichever_way_round(
    lon: float, lat: float, swapped: bool, one_cell: bool
) -> None:
    cells = (f"{lat:.6f}", f"{lon:.6f}") if swapped else (f"{lon:.6f}", f"{lat:.6f}")
    found = read_pair(",".join(cells)) if one_cell else read_position(*cells)
    assert found == Position(float(f"{lon:.6f}"), float(f"{lat:.6f}"), swapped, False)


@given(lon=DEGREES_EAST, lat=DEGREES_NORTH)
def test_degrees_minutes_and_seconds_come_back(lon: float, lat: float) -> None:
    found = read_pair(f"{_dms(lon)}E {_dms(lat)}N")
    assert (found.x, found.y) == pytest.approx((lon, lat), abs=1e-6)


def _dms(degrees: float) -> str:
    thousandths = round(degrees * 3_600_000)
    whole, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{whole}°{minutes:02d}′{rest / 1000:06.3f}″"


@given(text=st.text(max_size=60), other=st.text(max_size=60))
def test_any_text_is_a_position_in_china_or_told_to_be_abroad_or_a_sentence(text: str, other: str) -> None:
    for found in (read_pair(text), read_position(text, other)):
        if isinstance(found, Position):
            assert -180 <= found.x <= 180
            assert -90 <= found.y <= 90
            assert found.abroad == (not (73 <= found.x <= 136 and 3 <= found.y <= 54))
        else:
            assert found


@pytest.mark.parametrize(
    ("x", "y", "coarse"),
    [
        ("113.66", "34.75", True),
        ("113.665", "34.752", True),
        ("113.6651", "34.75", False),  # a spreadsheet drops zeros at the end
        ("113°39′", "34°45′", True),
        ("113°39′54″", "34°45′07″", False),
    ],
)
def test_few_decimals_are_coarse(x: str, y: str, coarse: bool) -> None:
    assert read_position(x, y).coarse is coarse


def test_a_swapped_row_is_turned_and_told(tmp_path: Path) -> None:
    rows = [HEADER, ROW, ["8", "乙", "34.752456", "113.665123"]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert {(draft.x, draft.y) for draft in drafts} == {(113.665123, 34.752456)}
    assert [(problem.row, problem.severity) for problem in problems] == [(3, "warning")]


def test_a_swapped_column_is_told_once(tmp_path: Path) -> None:
    rows = [HEADER, *[[str(i), f"站{i}", "34.75", "113.66"] for i in range(5)]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert len(drafts) == 5
    assert [problem.row for problem in problems] == [None, None]  # swapped, and coarse
    assert all(problem.column == "经度、纬度" for problem in problems)


def crs_of(path: Path, crs: Crs | None) -> list[str]:
    """Return the systems in which a file's rows are read."""
    drafts, _ = read(path, crs=crs)
    return [draft.crs.value for draft in drafts]


def test_the_system_is_never_guessed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ROW])
    with pytest.raises(FileError, match="--crs"):
        read(path, crs=None)
    assert crs_of(path, Crs.BD09) == ["bd09"]


def test_a_header_says_the_system(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["名称", "lng_gcj02", "lat_gcj02"], ROW[1:]])
    assert crs_of(path, None) == ["gcj02"]


def test_the_caller_outweighs_the_header_with_a_warning_naming_both(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["名称", "lng_gcj02", "lat_gcj02"], ROW[1:]])
    drafts, (warning,) = read(path, crs=Crs.WGS84)
    assert [draft.crs for draft in drafts] == [Crs.WGS84]
    assert (warning.row, warning.severity) == (None, "warning")
    assert "gcj02" in warning.reason
    assert "wgs84" in warning.reason


@pytest.mark.parametrize("word", ["GPS", "WGS84", "wgs-84"])
def test_a_column_says_the_system_row_by_row(tmp_path: Path, word: str) -> None:
    words = [word, "高德", "腾讯地图", "火星坐标系", "GCJ-02", "百度", "CGCS2000", "2000国家大地坐标系"]
    path = write_csv(
        tmp_path / "a.csv", [["名称", "经度", "纬度", "坐标系"], *[[*ROW[1:], w] for w in words]]
    )
    assert crs_of(path, None) == ["wgs84", *["gcj02"] * 4, "bd09", "cgcs2000", "cgcs2000"]


def test_a_row_that_names_no_system_takes_the_callers_or_is_refused(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度", "坐标系"], [*ROW[1:], "高德"], [*ROW[1:], ""], [*ROW[1:], "本地坐标"]]
    path = write_csv(tmp_path / "a.csv", rows)
    _, problems = read(path, crs=None)
    assert [(problem.row, problem.severity) for problem in problems] == [(3, "refused"), (4, "refused")]
    drafts, problems = read(path, crs=Crs.WGS84)
    assert [draft.crs.value for draft in drafts] == ["gcj02", "wgs84"]
    assert [(problem.row, problem.severity) for problem in problems] == [(4, "refused"), (None, "warning")]


def test_of_several_positions_the_one_asked_for_is_read(tmp_path: Path) -> None:
    header = ["名称", "高德经度", "高德纬度", "百度经度", "百度纬度"]
    path = write_csv(tmp_path / "a.csv", [header, ["甲", "113.1001", "34.1", "113.2001", "34.2"]])
    assert [(d.x, d.crs) for d in read(path, crs=Crs.BD09)[0]] == [(113.2001, Crs.BD09)]
    assert [(d.x, d.crs) for d in read(path, crs=None)[0]] == [(113.1001, Crs.GCJ02)]


def test_the_given_position_is_kept(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["名称", "经纬度"], ["甲", "东经108°56′24″，北纬34°15′36″"]])
    (draft,), _ = read(path, crs=Crs.CGCS2000)
    assert draft.values["position_given"] == "东经108°56′24″，北纬34°15′36″"
    assert draft.values["crs_given"] == "cgcs2000"
    assert (draft.x, draft.y) == pytest.approx((LON, LAT))
    assert not {"lon", "lat"} & draft.values.keys()


def test_an_entrance_is_converted_like_the_station(tmp_path: Path) -> None:
    header = [*HEADER, "入口经度", "入口纬度"]
    path = write_csv(tmp_path / "a.csv", [header, [*ROW, "113.67110304", "34.75088586"], [*ROW, "x", "y"]])
    drafts, problems = read(path, crs=Crs.GCJ02)
    entrance = drafts[0].values["entrance_lon"], drafts[0].values["entrance_lat"]
    assert entrance == pytest.approx((113.665, 34.752), abs=2e-7)
    assert "entrance_lon" not in drafts[1].values
    assert [(problem.row, problem.severity) for problem in problems] == [(3, "warning")]


@pytest.mark.parametrize("mark", ["\u200e", "\u200b", "\ufeff", "\u202a", "\u3000"])
def test_marks_that_nobody_sees_do_not_matter(mark: str) -> None:
    given = Position(113.665123, 34.752456)
    assert read_position(f"{mark}113.665123", f"34.752456{mark}") == given
    assert read_pair(f"{mark}113.665123,{mark}34.752456{mark}") == given


@pytest.mark.parametrize(("x", "y"), [("P", ""), ("", "P"), ("P", "P")])
def test_the_whole_position_in_one_of_the_two_columns_is_read(x: str, y: str) -> None:
    pair = "113.665123,34.752456"
    assert read_position(x.replace("P", pair), y.replace("P", pair)) == Position(113.665123, 34.752456)


def test_degrees_and_minutes_alone_are_no_pair() -> None:
    assert "只有一个" in read_position("108 34", "")


@pytest.mark.parametrize(("crs", "taken"), [("wgs84", True), ("gcj02", False), ("bd09", False)])
def test_places_abroad_are_taken_with_a_warning_in_wgs84_alone(tmp_path: Path, crs: str, taken: bool) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", "7.419999", "43.731111"], ["乙", "113.665123", "34.752456"]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows), crs=Crs(crs))
    assert [draft.values["name"] for draft in drafts] == (["甲", "乙"] if taken else ["乙"])
    told = [(problem.row, problem.severity) for problem in problems if "中国" in problem.reason]
    assert told == [(2, "warning" if taken else "refused")]
