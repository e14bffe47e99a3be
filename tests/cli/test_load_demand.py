"""What a planner sees who loads demand."""

from pathlib import Path

import pytest

from tests.cli.test_commands import DEMO, one_document, run

ROWS = [
    "经度,纬度,residents,骑手11-14时",
    "113.665123,34.752456,12,3",
    "113.7000,34.8000,-7,3",
    "113.7100,34.8000,5,",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "人口.csv"
    path.write_text("\n".join(ROWS), "utf-8")
    return path


def test_json_is_one_document_and_nothing_else(home: Path, points: Path):
    found = one_document(run(home, "load", "demand", str(points), "--json"))
    demand = found.pop("demand")
    told = [(p["row"], p["column"], p["value"], p["severity"]) for p in found.pop("problems")]
    assert found == {"added": 1, "changed": 0, "same": 0, "refused": 1, "warned": 1}
    assert (3, "residents", "-7", "refused") in told
    assert (4, "骑手11-14时", None, "warning") in told
    assert (demand["name"], demand["form"], demand["points"]) == ("人口", "points", 2)
    assert demand["weights"] == {"residents": 17, "骑手11-14时": 3}
    assert demand["bounds"] == [113.665123, 34.752456, 113.71, 34.8]
    words = ("--name", "甲", "--weight", "residents", "--json")
    again = one_document(run(home, "load", "demand", str(points), *words))
    assert again["added"] == 1
    assert again["demand"]["weights"] == {"residents": 17}


def test_in_words_it_says_what_was_taken_and_what_not(home: Path, points: Path, tmp_path: Path):
    out = tmp_path / "问题.csv"
    done = run(home, "load", "demand", str(points), "--problems", str(out))
    assert done.returncode == 0, done.stderr
    assert "2 个地点" in done.stdout
    assert "residents 17" in done.stdout
    assert "未导入  第 3 行" in done.stderr
    assert "负数" in out.read_text("utf-8-sig")
    assert "不变 1" in run(home, "load", "demand", str(points)).stdout


def test_strict_loads_nothing_and_says_why(home: Path, points: Path):
    done = run(home, "load", "demand", str(points), "--strict", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "第 3 行" in done.stderr
    assert one_document(run(home, "load", "demand", str(points), "--json"))["added"] == 1


def test_bad_input_is_one_clear_line_and_exit_1(home: Path, points: Path, tmp_path: Path):
    (tmp_path / "cut.tif").write_bytes(b"II*\x00")
    for words in (
        [str(tmp_path / "cut.tif")],
        [str(tmp_path / "没有.csv")],
        [str(points), "--weight", "jobs"],
    ):
        done = run(home, "load", "demand", *words)
        assert done.returncode == 1
        assert done.stdout == ""
        [line] = done.stderr.strip().splitlines()
        assert line.startswith("错误:")


def test_the_demo_citys_demand_loads_without_a_word_of_doubt(home: Path):
    found = one_document(run(home, "load", "demand", str(DEMO.demand), "--json"))
    assert (found["added"], found["refused"], found["warned"]) == (1, 0, 0)
    assert {problem["severity"] for problem in found["problems"]} <= {"note"}


@pytest.mark.real_data
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def test_everybody_in_porto_alegre_is_kept(
    home: Path, real_data: Path, database: str, request: pytest.FixtureRequest
):
    env = {}
    if database == "postgis":
        env = {"YIZHAN_DATABASE_URL": request.getfixturevalue("postgis_database")}
        assert run(home, "upgrade", **env).returncode == 0
    file = str(real_data / "porto-alegre" / "demand_hexgrid.csv")
    found = one_document(run(home, "load", "demand", file, "--json", **env))
    assert found["demand"]["weights"]["population"] == 812_935
    assert found["refused"] == 0
    assert one_document(run(home, "load", "demand", file, "--json", **env))["same"] == 1
