"""yizhan report: the tables as a workbook, and on the terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from geo.cli import main
from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row


@pytest.fixture
def home(tmp_path: Path) -> Path:
    engine = open_engine(Settings(home=tmp_path))
    upgrade(engine)
    with writing(engine) as session:
        add_stations(session, [station_row(1), station_row(2, kind="water_point")], who="li")
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments], env={"YIZHAN_HOME": str(home)})


def test_writes_the_workbook_and_says_the_totals(home: Path):
    answer = run(home, str(home / "台账.xlsx"))
    assert answer.exit_code == 0, answer.output
    assert "可以去的站点 2\n" in answer.stdout
    assert "总览" in load_workbook(home / "台账.xlsx").sheetnames


def test_json_has_every_figure_with_its_codes(home: Path):
    answer = run(home, str(home / "t.xlsx"), "--since", "2020-01-01", "--json")
    document = json.loads(answer.stdout)
    (added,) = (one for sheet in document["sheets"] for one in sheet["lines"] if one["key"] == "change.added")
    assert added["codes"][0] == ["YZ-0001", "YZ-0002"]
    assert added["figures"] == [2, 1, 1, 0]


def test_venues_have_a_page_with_those_that_lack_a_room(home: Path):
    (home / "场所.csv").write_text("名称,面积,经度,纬度\n万达,20000,113.7,34.8\n小店,,,\n", encoding="utf-8")
    answer = run(home, str(home / "t.xlsx"), "--venues", str(home / "场所.csv"), "--crs", "wgs84")
    assert answer.exit_code == 0, answer.output
    assert "第 3 行" in answer.stderr
    rows = list(load_workbook(home / "t.xlsx")["母婴室应配"].values)
    (whole,) = (row for row in rows if row[0] == "全部场所")
    assert whole[1:5] == (1, 0, 1, 1)
    assert whole[-1] == "万达"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["t.csv"], ".xlsx"),
        (["t.xlsx", "--as-of", "昨天"], "--as-of"),
        (["t.xlsx", "--as-of", "2026-01-01", "--since", "2026-01-01"], "since"),
        (["no/such/t.xlsx"], "写不了"),
    ],
)
def test_what_is_wrong_is_said(home: Path, arguments: list[str], said: str):
    answer = run(home, str(home / arguments[0]), *arguments[1:])
    assert answer.exit_code == 1
    assert said in answer.stderr
