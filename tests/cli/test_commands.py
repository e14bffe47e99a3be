"""The command as a person types it."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from geo.demo.generate import DEMO_FOLDER, DemoFiles

YIZHAN = Path(sys.executable).with_name("yizhan")
DEMO = DemoFiles.within(DEMO_FOLDER)
STATION = "102.3226", "40.5868"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo city loaded by hand."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    for words in (("areas", DEMO.areas), ("units", DEMO.units), ("landmarks", DEMO.landmarks)):
        assert run(folder, "load", *map(str, words)).returncode == 0
    assert run(folder, "load", "stations", str(DEMO.stations), "--source", "demo").returncode == 0
    return folder


def run(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("YIZHAN_")}
    return subprocess.run(
        [YIZHAN, *words],
        capture_output=True,
        text=True,
        env=environment | {"YIZHAN_HOME": str(home), **env},
        timeout=120,
        check=False,
    )


def one_document(done: subprocess.CompletedProcess) -> dict:
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def test_nearest_gives_the_apis_geojson(home: Path):
    found = one_document(run(home, "nearest", *STATION, "-k", "3", "--kind", "care_station", "--json"))
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == 3
    distances = [feature["properties"]["distance_m"] for feature in found["features"]]
    assert distances == sorted(distances)
    assert {feature["properties"]["kind"] for feature in found["features"]} == {"care_station"}
    assert set(found["features"][0]["properties"]["open"]) == {"state", "until", "reason"}


def test_nearest_in_words(home: Path):
    done = run(home, "nearest", *STATION, "--open-at", "2026-10-10T10:00", "--facility", "toilet")
    assert done.returncode == 0, done.stderr
    assert " 1. YX-" in done.stdout
    assert "米" in done.stdout


def test_a_city_without_streets_says_so(home: Path):
    done = run(home, "nearest", *STATION, "--by", "walk", "--json")
    found = one_document(done)
    assert found["by"] == "line"
    assert "直线" in found["notices"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nearest", "181", "40"], "经度"),
        (["nearest", "40.5", "102.3"], "写反"),
        (["nearest", *STATION, "-k", "0"], "1 到 100"),
        (["nearest", *STATION, "-k", "101"], "1 到 100"),
        (["nearest", *STATION, "--kind", "pub"], "pub"),
        (["nearest", *STATION, "--facility", "sauna"], "sauna"),
        (["nearest", *STATION, "--open-at", "yesterday"], "open_at"),
        (["load", "stations", "/nowhere.csv"], "/nowhere.csv"),
        (["load", "holidays", "/nowhere.json"], "/nowhere.json"),
        (["history", "YX-9999"], "YX-9999"),
        (["undo", "99999999"], "99999999"),
        (["close", "YX-9999", "--reason", "x"], "YX-9999"),
        (["export", "stations", "out.doc"], ".doc"),
        (["export", "stations", "/nowhere/out.csv"], "/nowhere/out.csv"),
        (["export", "stations", "/nowhere/out.gpkg"], "/nowhere/out.gpkg"),
        (["undo", "99999999", "--load"], "99999999"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_1(home: Path, words: list[str], said: str):
    done = run(home, *words)
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("错误:")
    assert said in line


@pytest.mark.parametrize("words", [["nearest"], ["nearest", "a", "b"], ["nowhere"], ["load", "stations"]])
def test_wrong_usage_is_exit_2(home: Path, words: list[str]):
    assert run(home, *words).returncode == 2


def test_a_wrong_setting_is_named(home: Path):
    done = run(home, "nearest", *STATION, YIZHAN_PUBLIC_DECIMALS="many")
    assert done.returncode == 1
    assert "YIZHAN_PUBLIC_DECIMALS" in done.stderr


def test_loading_twice_says_that_nothing_changed(home: Path):
    done = run(home, "load", "stations", str(DEMO.stations), "--source", "demo", "--json")
    report = one_document(done)
    assert (report["added"], report["changed"]) == (0, 0)
    assert report["same"] > 440
    assert report["refused"] >= 1
    assert {tuple(sorted(problem)) for problem in report["problems"]} == {
        ("column", "reason", "row", "severity", "value")
    }
    again = run(home, "load", "stations", str(DEMO.stations), "--source", "demo")
    assert "什么都没有改动" in again.stdout


def test_the_problems_file_opens_in_a_spreadsheet(home: Path, tmp_path: Path):
    path = tmp_path / "问题.csv"
    done = run(home, "load", "stations", str(DEMO.stations), "--source", "demo", "--problems", str(path))
    assert done.returncode == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_text("utf-8-sig").splitlines()[0] == "行,列,内容,程度,说明"


def test_a_dry_run_writes_nothing(home: Path, tmp_path: Path):
    empty = tmp_path / "home"
    report = one_document(run(empty, "load", "stations", str(DEMO.stations), "--dry-run", "--json"))
    assert report["added"] > 440
    assert one_document(run(empty, "nearest", *STATION, "--json"))["features"] == []


def test_strict_refuses_the_whole(tmp_path: Path):
    done = run(tmp_path / "home", "load", "stations", str(DEMO.stations), "--strict")
    assert done.returncode == 1
    assert "--strict" in done.stderr
    # Nothing was loaded: no count of it, and with --json no words, may stand on standard output.
    assert done.stdout == ""
    assert "未导入" in done.stderr
    as_json = run(tmp_path / "home", "load", "stations", str(DEMO.stations), "--strict", "--json")
    assert (as_json.returncode, as_json.stdout) == (1, "")
    assert one_document(run(tmp_path / "home", "nearest", *STATION, "--json"))["features"] == []


def test_close_history_undo(home: Path):
    code = one_document(run(home, "nearest", *STATION, "-k", "1", "--json"))["features"][0]["id"]
    assert run(home, "close", code, "--reason", "搬迁").returncode == 0
    assert one_document(run(home, "nearest", *STATION, "-k", "1", "--json"))["features"][0]["id"] != code
    shown = run(home, "history", code, "--json")
    changes = json.loads(shown.stdout)
    assert changes[0]["after"] == {"status": "closed", "closed_reason": "搬迁"}
    # What a terminal shows is copied and logged.
    assert "1990000" not in shown.stdout + run(home, "history", code).stdout
    assert run(home, "undo", str(changes[0]["id"])).returncode == 0
    assert one_document(run(home, "nearest", *STATION, "-k", "1", "--json"))["features"][0]["id"] == code


def test_a_load_tells_how_to_undo_it(tmp_path: Path):
    home, path = tmp_path / "home", tmp_path / "台账.csv"
    path.write_text("站点名称,经度,纬度,备注\n甲,113.6,34.7,=cmd\n乙,,,\n", encoding="utf-8")
    done = run(home, "load", "stations", str(path), "--crs", "wgs84", "--problems", str(tmp_path / "p.csv"))
    assert done.returncode == 0, done.stderr
    [told] = [line for line in done.stderr.splitlines() if "yizhan undo" in line]
    words = told.split("yizhan ")[1].split()
    assert run(home, *words).returncode == 0
    assert one_document(run(home, "nearest", "113.6", "34.7", "--json"))["features"] == []
    again = run(home, "load", "stations", str(path), "--crs", "wgs84", "--dry-run")
    assert "yizhan undo" not in again.stderr


def test_what_a_problems_file_quotes_does_not_run(tmp_path: Path):
    path, problems = tmp_path / "台账.csv", tmp_path / "p.csv"
    path.write_text("站点名称,经度,纬度\n甲,=1+1,34.7\n", encoding="utf-8")
    run(tmp_path / "home", "load", "stations", str(path), "--crs", "wgs84", "--problems", str(problems))
    with problems.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert any("=1+1" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def test_export_goes_where_told(home: Path, tmp_path: Path):
    path = tmp_path / "out.csv"
    assert run(home, "export", "stations", str(path)).returncode == 0
    text = path.read_text("utf-8-sig")
    assert "YX-0001" in text
    assert "1990000" not in text


def test_postgis_has_to_be_upgraded_first(tmp_path: Path, postgis_database: str):
    done = run(tmp_path, "nearest", *STATION, YIZHAN_DATABASE_URL=postgis_database)
    assert done.returncode == 1
    assert "yizhan upgrade" in done.stderr
    assert run(tmp_path, "upgrade", YIZHAN_DATABASE_URL=postgis_database).returncode == 0
    assert run(tmp_path, "nearest", *STATION, YIZHAN_DATABASE_URL=postgis_database).returncode == 0


def test_a_database_that_is_down_is_told(tmp_path: Path):
    done = run(
        tmp_path, "load", "holidays", str(DEMO.units), YIZHAN_DATABASE_URL="postgresql://u:pw@127.0.0.1:1/x"
    )
    assert done.returncode == 1
    assert "连不上" in done.stderr
    assert "pw" not in done.stderr
