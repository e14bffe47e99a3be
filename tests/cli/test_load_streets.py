"""What a clerk sees who loads streets."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_commands import YIZHAN, one_document, run
from tests.test_loading import write_rim
from tests.town import SIDE, Town

TOWN = Town()


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TOWN.write(tmp_path_factory.mktemp("osm") / "town.osm.pbf")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"


def test_what_was_loaded_is_said(home: Path, extract: Path):
    done = run(home, "load", "streets", str(extract))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for words in (
        "新增街道数据“town”",
        f"路口 {SIDE * SIDE},街道 {len(TOWN.streets())} 段",
        "步行",
        "113.6000,34.7000 到 113.6100,34.7100",
        "© OpenStreetMap contributors",
    ):
        assert words in done.stdout
    assert "不变" in run(home, "load", "streets", str(extract)).stdout


def test_json_is_one_document_and_nothing_else(home: Path, extract: Path):
    done = run(home, "load", "streets", str(extract), "--name", "城区", "--json")
    found = one_document(done)
    streets = found.pop("streets")
    assert found == {"added": 1, "changed": 0, "same": 0, "refused": 0, "warned": 0, "problems": []}
    assert streets["name"] == "城区"
    assert streets["source"] == "town.osm.pbf"
    assert streets["bounds"] == pytest.approx([113.6, 34.7, 113.61, 34.71])
    assert streets["nodes"] == SIDE * SIDE
    assert streets["stations"] == {"within": 0, "off_network": []}
    again = one_document(run(home, "load", "streets", str(extract), "--name", "城区", "--json"))
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 1)
    assert again["streets"]["digest"] == streets["digest"]


def test_stations_off_the_streets_are_named(home: Path, extract: Path, tmp_path: Path):
    lines = ["编号,站点名称,经度,纬度"]
    for number, spot in enumerate([TOWN.spot(0, 1), TOWN.spot(2.5, 2.5), TOWN.spot(90, 90)], 1):
        lines.append(f"YZ-{number:04d},第{number}驿站,{spot[0]:.6f},{spot[1]:.6f}")
    (tmp_path / "台账.csv").write_text("\n".join(lines), "utf-8")
    assert run(home, "load", "stations", str(tmp_path / "台账.csv"), "--crs", "wgs84").returncode == 0
    around = write_rim(TOWN, tmp_path / "town.osm.pbf")
    told = one_document(run(home, "load", "streets", str(around), "--json"))
    assert told["streets"]["stations"] == {"within": 2, "off_network": ["YZ-0002"]}
    [problem] = told["problems"]
    assert (problem["row"], problem["severity"]) == (None, "note")
    assert "YZ-0002" in problem["reason"]
    assert problem["reason"] in run(home, "load", "streets", str(around)).stdout
    assert "2 个在这个范围内,都离街道不远" in run(home, "load", "streets", str(extract)).stdout


def test_nearest_in_words_says_whose_streets(home: Path, extract: Path, tmp_path: Path):
    lon, lat = map(str, TOWN.spot(0, 1))
    (tmp_path / "台账.csv").write_text(f"编号,站点名称,经度,纬度\nYZ-0001,驿站,{lon},{lat}\n", "utf-8")
    assert run(home, "load", "stations", str(tmp_path / "台账.csv"), "--crs", "wgs84").returncode == 0
    assert run(home, "load", "streets", str(extract)).returncode == 0
    for by in ("walk", "ebike"):
        assert "© OpenStreetMap contributors" in run(home, "nearest", lon, lat, "--by", by).stdout
    assert "OpenStreetMap" not in run(home, "nearest", lon, lat).stdout


def test_progress_is_for_people_at_a_terminal(home: Path, extract: Path):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("YIZHAN_")}
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [YIZHAN, "load", "streets", extract, "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment | {"YIZHAN_HOME": str(home)},
        timeout=120,
        check=True,
    )
    os.close(theirs)
    assert json.loads(done.stdout)["added"] == 1
    assert "100%" in os.read(ours, 100_000).decode()
    os.close(ours)


def test_bad_input_is_one_clear_line_and_exit_1(home: Path, extract: Path, tmp_path: Path):
    (tmp_path / "cut.osm.pbf").write_bytes(extract.read_bytes()[:-9])
    (tmp_path / "page.osm.pbf").write_bytes(b"<html>")
    (tmp_path / "folder").mkdir()
    for name in ("cut.osm.pbf", "page.osm.pbf", "folder", "absent.osm.pbf"):
        done = run(home, "load", "streets", str(tmp_path / name))
        assert done.returncode == 1, name
        assert done.stdout == ""
        [line] = done.stderr.strip().splitlines()
        assert line.startswith("错误:")
        assert name in line
    assert not list(home.glob("streets/*.graph"))


def test_a_blank_name_is_bad_input(home: Path, extract: Path):
    done = run(home, "load", "streets", str(extract), "--name", " ")
    assert done.returncode == 1
    assert "--name" in done.stderr


@pytest.mark.real_data
@pytest.mark.parametrize("city", ["jinan", "monaco", "porto-alegre"])
def test_real_cities_load(home: Path, real_data: Path, city: str):
    found = one_document(run(home, "load", "streets", str(real_data / city / f"{city}.osm.pbf"), "--json"))
    assert found["added"] == 1
    assert found["streets"]["walk_metres"] > 0.9 * found["streets"]["metres"]
