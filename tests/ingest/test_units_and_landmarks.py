"""Union units and landmarks: small files with their own headers."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.landmarks import LandmarkDraft, read_landmarks
from geo.ingest.units import UnitDraft, read_units
from tests.ingest.files import MAX_BYTES, Rows, write_csv, write_xlsx

UNIT_HEADER = ["工会代码", "工会名称", "上级工会", "区划代码"]


def units(folder: Path, *rows: list[str]) -> tuple[list[UnitDraft], list[tuple[int | None, str]]]:
    """Return the units of a file, and the row and reason of its problems."""
    drafts, problems = read_units(write_csv(folder / "u.csv", [UNIT_HEADER, *rows]), max_bytes=MAX_BYTES)
    assert {problem.severity for problem in problems} <= {"refused"}
    return drafts, [(problem.row, problem.reason) for problem in problems]


def test_units_come_after_the_one_above(tmp_path: Path) -> None:
    drafts, problems = units(
        tmp_path,
        ["A11", "某街道工会", "A1", ""],
        ["A1", "某区总工会", "某市总工会", "410105.0"],
        ["A", "某市总工会", "", ""],
        ["", "", "", ""],
    )
    assert drafts == [
        UnitDraft(4, "A", "某市总工会", None, None),
        UnitDraft(3, "A1", "某区总工会", "A", "410105"),
        UnitDraft(2, "A11", "某街道工会", "A1", None),
    ]
    assert problems == []


def test_circles_unknown_and_refused_parents_are_refused(tmp_path: Path) -> None:
    drafts, problems = units(
        tmp_path,
        ["A", "甲", "", ""],
        ["B", "乙", "C", ""],
        ["C", "丙", "B", ""],
        ["D", "丁", "B", ""],
        ["E", "戊", "X", ""],
        ["F", "己", "E", ""],
        ["G", "庚", "G", ""],
        ["A", "辛", "", ""],
        ["", "壬", "", ""],
    )
    assert [draft.code for draft in drafts] == ["A"]
    reasons = dict(problems)
    assert sorted(reasons) == [3, 4, 5, 6, 7, 8, 9, 10]
    for row, word in (
        (3, "圈"),
        (4, "圈"),
        (5, "圈"),
        (6, "没有这个上级"),
        (7, "上级没有导入"),
        (8, "圈"),
        (9, "第 2 行"),
    ):
        assert word in reasons[row]


@settings(deadline=None)
@given(parents=st.lists(st.integers(0, 12), min_size=1, max_size=12), seed=st.integers())
def test_any_forest_is_kept_whole(
    tmp_path_factory: pytest.TempPathFactory, parents: list[int], seed: int
) -> None:
    # A parent has a smaller number than its children: a forest; a parent of 0 is none.
    rows = [
        [str(i), f"名{i}", str(parent) if 0 < parent < i else "", ""] for i, parent in enumerate(parents, 1)
    ]
    random.Random(seed).shuffle(rows)
    drafts, problems = units(tmp_path_factory.mktemp("units"), *rows)
    assert problems == []
    assert sorted(draft.code for draft in drafts) == sorted(row[0] for row in rows)
    seen: set[str | None] = {None}
    for draft in drafts:
        assert draft.parent_code in seen
        seen.add(draft.code)


def test_a_file_without_codes_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "u.csv", [["工会名称", "上级工会"], ["甲", ""]])
    with pytest.raises(FileError, match="工会代码"):
        read_units(path, max_bytes=MAX_BYTES)


LANDMARKS: Rows = [
    ["名称", "类别", "别名", "经度", "纬度", "坐标系"],
    ["郑州站", "车站", "火车站、二马路站", "113.665", "34.752", "WGS84"],
    ["二七塔", "", "", "113.67110304", "34.75088586", "高德"],
]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_landmarks_are_in_wgs84(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        write_csv(path, LANDMARKS)
    else:
        write_xlsx(path, ("表", LANDMARKS))
    found, problems = read_landmarks(path, crs=None, max_bytes=MAX_BYTES)
    assert problems == []
    assert found[0] == LandmarkDraft("郑州站", ["火车站", "二马路站"], "车站", 113.665, 34.752)
    assert found[1].name == "二七塔"
    assert (found[1].aliases, found[1].category) == ([], None)
    assert (found[1].lon, found[1].lat) == pytest.approx((113.665, 34.752), abs=2e-7)


def test_landmarks_come_as_geojson_too(tmp_path: Path) -> None:
    geometry = {"type": "Point", "coordinates": [113.665, 34.752]}
    feature = {"type": "Feature", "geometry": geometry, "properties": {"name": "郑州站", "category": "车站"}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    found, problems = read_landmarks(path, crs=None, max_bytes=MAX_BYTES)
    assert found == [LandmarkDraft("郑州站", [], "车站", 113.665, 34.752)]
    assert problems == []


def test_bad_landmarks_are_refused_by_row(tmp_path: Path) -> None:
    rows = [LANDMARKS[0], ["", "", "", "113.6", "34.7", "WGS84"], ["乙", "", "", "x", "34.7", "WGS84"]]
    rows.append(["丙", "", "", "113.6", "34.7", "某系"])
    found, problems = read_landmarks(write_csv(tmp_path / "a.csv", rows), crs=None, max_bytes=MAX_BYTES)
    assert found == []
    assert [(problem.row, problem.severity) for problem in problems] == [
        (row, "refused") for row in (2, 3, 4)
    ]


def test_the_system_of_landmarks_is_never_guessed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["名称", "经度", "纬度"], ["甲", "113.6651", "34.7521"]])
    with pytest.raises(FileError, match="--crs"):
        read_landmarks(path, crs=None, max_bytes=MAX_BYTES)
    found, _ = read_landmarks(path, crs=Crs.CGCS2000, max_bytes=MAX_BYTES)
    assert [(one.lon, one.lat) for one in found] == [(113.6651, 34.7521)]
