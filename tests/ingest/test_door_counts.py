"""Files of door counters."""

from datetime import date
from pathlib import Path

import pytest

from geo.errors import FileError
from geo.ingest.door_counts import DoorCount, read_door_counts

TODAY = date(2026, 10, 10)


def read(tmp_path: Path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "counts.csv"
    path.write_bytes(text.encode(encoding))
    return read_door_counts(path, max_bytes=10_000, today=TODAY)


def test_lines_of_an_hour_are_added_up_by_station_and_day(tmp_path):
    counts, problems = read(
        tmp_path,
        "站点编号,时间,进,出\nyz-0002,2026/10/9 9:00,3,1\nYZ-0001,2026-10-09 08:00,10,9\n"
        'YZ-0001,2026-10-09 09:00,"1,200",8\nYZ-0001,2026-10-10 08:00,0,0\n',
    )
    assert counts == [
        DoorCount(3, "YZ-0001", "2026-10-09", 1210),
        DoorCount(5, "YZ-0001", "2026-10-10", 0),
        DoorCount(2, "YZ-0002", "2026-10-09", 3),
    ]
    assert problems == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_spreadsheets_are_read(tmp_path, encoding):
    counts, _ = read(tmp_path, "编号,日期,人次\nYZ-0001,2026-10-09,5\n", encoding)
    assert counts == [DoorCount(2, "YZ-0001", "2026-10-09", 5)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",2026-10-09,5", "没有站点编号"),
        ("YZ-0001,2026-10,5", "哪一天"),
        ("YZ-0001,昨天,5", "哪一天"),
        ("YZ-0001,2026-10-11,5", "还没有到"),
        ("YZ-0001,2026-10-09,-5", "整数"),
        ("YZ-0001,2026-10-09,5.5", "整数"),
        ("YZ-0001,2026-10-09,", "整数"),
        ("YZ-0001,2026-10-09,123456789", "整数"),
        ("YZ-0002,2026-10-09,5", "第 2 行"),
        ('"=cmd()",2026-10-09,x', "整数"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason_and_the_others_taken(tmp_path, line, said):
    counts, problems = read(tmp_path, f"编号,日期,人次\nYZ-0002,2026-10-09,7\n{line}\n")
    assert counts == [DoorCount(2, "YZ-0002", "2026-10-09", 7)]
    [problem] = problems
    assert (problem.row, problem.severity) == (3, "refused")
    assert said in str(problem.reason)


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2\n", "编号,日期\nYZ-0001,2026-10-09\n"])
def test_a_file_of_something_else_is_refused_whole(tmp_path, text):
    with pytest.raises(FileError):
        read(tmp_path, text)


def test_a_file_too_large_is_refused(tmp_path):
    with pytest.raises(FileError):
        read(tmp_path, "编号,日期,人次\n" + "YZ-0001,2026-10-09,5\n" * 1000)
