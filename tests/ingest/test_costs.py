"""Costs from another engine: every wrong row is told with its line, and then nothing is taken."""

from pathlib import Path

import numpy as np
import pandas
import pytest

from geo.errors import FileError
from geo.ingest.costs import Costs, read_costs

COSTS = "candidate,demand,cost\nA,x,1\nA,y,2.5\nB,x,2\nB,y,0\n"
DEMAND = "demand,weight\nx,10\ny,0.5\n"
CANDIDATES = "candidate,cost,open\nA,5,\nB,,1\n"


def read(
    tmp_path: Path, costs: str, demand: str | None = None, candidates: str | None = None, **given
) -> Costs:
    def path(name: str, text: str | None) -> Path | None:
        if text is None:
            return None
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    (tmp_path / "costs.csv").write_text(costs, "utf-8")
    given = {"capacity": None, "max_bytes": 1_000_000} | given
    return read_costs(
        tmp_path / "costs.csv",
        demand=path("demand.csv", demand),
        candidates=path("candidates.csv", candidates),
        **given,
    )


def test_three_files_make_a_table_of_costs(tmp_path: Path):
    found = read(tmp_path, COSTS, DEMAND, CANDIDATES)
    assert (found.candidates, found.demand) == (("A", "B"), ("x", "y"))
    assert found.weight.tolist() == [10.0, 0.5]
    assert found.open.tolist() == [False, True]
    assert found.price[0] == 5.0
    assert np.isnan(found.price[1])
    pairs = zip(found.candidate.tolist(), found.place.tolist(), found.cost.tolist(), strict=True)
    assert list(pairs) == [(0, 0, 1.0), (0, 1, 2.5), (1, 0, 2.0), (1, 1, 0.0)]
    assert found.notes == []


def test_costs_alone_are_of_all_they_name(tmp_path: Path):
    found = read(tmp_path, COSTS)
    assert (found.candidates, found.demand) == (("A", "B"), ("x", "y"))
    assert found.weight.tolist() == [1.0, 1.0]
    assert not found.open.any()


def test_parquet_is_read_as_the_text_is(tmp_path: Path):
    frame = pandas.DataFrame({"cost": [2.5, 1.0, 2.0], "demand": [12, 11, 11], "candidate": [7, 7, 8]})
    frame.to_parquet(tmp_path / "costs.parquet")
    found = read_costs(
        tmp_path / "costs.parquet", demand=None, candidates=None, capacity=None, max_bytes=1_000_000
    )
    assert (found.candidates, found.demand) == (("7", "8"), ("12", "11"))
    assert found.cost.tolist() == [2.5, 1.0, 2.0]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_write_other_files(tmp_path: Path, delimiter: str):
    found = read(tmp_path, COSTS.replace(",", delimiter))
    assert len(found.cost) == 4


def test_another_encoding_and_other_headers(tmp_path: Path):
    path = tmp_path / "costs.csv"
    path.write_bytes("候选点,需求,距离\n甲店, 一号楼 ,3\n".encode("gb18030"))
    found = read_costs(path, demand=None, candidates=None, capacity=None, max_bytes=1_000_000)
    assert (found.candidates, found.demand, found.cost.tolist()) == (("甲店",), ("一号楼",), [3.0])


@pytest.mark.parametrize(
    ("costs", "lines"),
    [
        ("candidate,demand,cost\nA,x,-1\nA,y,2\n", "第 2 行 cost"),
        ("candidate,demand,cost\nA,x,1\n\n\nA,y,NaN\n", "第 5 行 cost"),
        ("candidate,demand,cost\nA,x,1\nA,y,inf\n", "第 3 行 cost"),
        ("candidate,demand,cost\nA,x,1\nA,y,\n", "第 3 行 cost"),
        ("candidate,demand,cost\nA,x,1\nA,y,很远\n", "很远"),
        ("candidate,demand,cost\n,x,1\n", "第 2 行 没有写 candidate"),
        ("candidate,demand,cost\nA,x,1\nA,y\nA,y,1,1\nA,z,-1\n", "第 3 行 有 2 格"),
        ("candidate,demand,cost\nA,x,1\nA,y\nA,y,1,1\nA,z,-1\n", "第 5 行 cost"),
        ("candidate,demand,cost\nA,x,1\nB,x,1\nA,x,2\n", "第 4 行 同一对.*第 2 行"),
        ("candidate,demand,cost\n", "没有一行数据"),
        ("candidate,demand\nA,x\n", "没有“cost”列"),
        ("", "没有“candidate、demand、cost”列"),
    ],
)
def test_wrong_rows_are_told_with_their_lines(tmp_path: Path, costs: str, lines: str):
    with pytest.raises(FileError, match=lines):
        read(tmp_path, costs)


@pytest.mark.parametrize(
    ("demand", "candidates", "lines"),
    [
        ("demand,weight\nx,-1\n", None, "第 2 行 weight"),
        ("demand,weight\nx,1\nx,1\n", None, "第 3 行 “x”与第 2 行重复"),
        ("demand,weight\nx,\n", None, "第 2 行 weight"),
        (None, "candidate\nA\nA\n", "第 3 行 “A”与第 2 行重复"),
        (None, "candidate,open\nA,也许\n", "open 应是"),
        (None, "candidate,cost\nA,-2\n", "第 2 行 cost"),
        ("demand,weight\nz,1\n", None, "没有一个"),
        (None, "candidate\nZ\n", "没有一个"),
    ],
)
def test_so_are_those_of_the_other_files(tmp_path: Path, demand: str, candidates: str, lines: str):
    with pytest.raises(FileError, match=lines):
        read(tmp_path, COSTS, demand, candidates)


def test_names_that_no_file_knows_are_left_out_and_told(tmp_path: Path):
    found = read(tmp_path, COSTS, "demand,weight\nx,1\n", "candidate\nB\nC\n")
    assert (found.candidates, found.cost.tolist()) == (("B", "C"), [2.0])
    assert len(found.notes) == 2
    assert "第 2 行的“A”" in found.notes[0]
    assert "第 3 行的“y”" in found.notes[1]


def test_a_name_may_look_like_nothing(tmp_path: Path):
    """As tables of other programs write what is missing: here it is a name like any other."""
    found = read(tmp_path, 'candidate,demand,cost\nNA,null,1\n"N,A",NaN,2\n')
    assert (found.candidates, found.demand) == (("NA", "N,A"), ("null", "NaN"))


def test_a_column_of_capacities_can_be_named(tmp_path: Path):
    found = read(tmp_path, COSTS, None, "candidate,床位\nA,5\nB,7\n", capacity="床位")
    assert found.capacity.tolist() == [5.0, 7.0]
    with pytest.raises(FileError, match="床位"):
        read(tmp_path, COSTS, None, CANDIDATES, capacity="床位")
