"""What a clerk reads while loading a file."""

import csv
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.cli import main
from tests.cli.test_commands import one_document, run

HEADER = "编号,站点名称,经度,纬度,开放时间,联系电话"
ROW = "{0},第{0}驿站,113.665{0:03d},34.752456,以公告为准,13812345678"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that does not exist yet."""
    return tmp_path / "home"


def ledger(folder: Path, *rows: str) -> Path:
    path = folder / "台账.csv"
    path.write_text("\n".join((HEADER, *rows)), "utf-8")
    return path


def load(home: Path, path: Path, *words: str):
    return run(home, "load", "stations", str(path), "--crs", "gcj02", *words)


def test_the_same_said_of_many_rows_is_said_once_and_refused_rows_first(home: Path, tmp_path: Path):
    path = ledger(tmp_path, *map(ROW.format, range(1, 31)), "31,第31驿站,,,,")
    told = [line for line in load(home, path).stderr.splitlines() if " 行 " in line]
    assert len(told) == 2
    assert told[0].startswith("未导入  第 32 行")
    assert "等 30 行" in told[1]
    assert told[1].count("以公告为准") == 1


def test_the_list_of_problems_has_every_row(home: Path, tmp_path: Path):
    path, out = ledger(tmp_path, *map(ROW.format, range(1, 31))), tmp_path / "问题.csv"
    assert load(home, path, "--problems", str(out)).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["行"] for row in csv.DictReader(file)] == [str(row) for row in range(2, 32)]


@pytest.mark.parametrize("out", ["没有/问题.csv", "."])
def test_a_list_that_cannot_be_written_is_told_before_anything_is_loaded(
    home: Path, tmp_path: Path, out: str
):
    path = ledger(tmp_path, ROW.format(1))
    done = load(home, path, "--problems", str(tmp_path / out))
    assert done.returncode == 1
    assert "写不了" in done.stderr
    assert json.loads(load(home, path, "--json", "--dry-run").stdout)["added"] == 1


def test_the_list_of_problems_never_replaces_the_ledger(home: Path, tmp_path: Path):
    path = ledger(tmp_path, ROW.format(1))
    before = path.read_bytes()
    assert load(home, path, "--problems", str(path)).returncode == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("what", ["stations", "areas", "units", "landmarks", "holidays", "demand"])
def test_a_folder_or_a_pipe_is_bad_input(home: Path, tmp_path: Path, what: str):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        done = run(home, "load", what, str(path))
        assert done.returncode == 1
        assert "文件夹或管道" in done.stderr


@pytest.mark.parametrize("what", ["stations", "areas", "units", "landmarks", "holidays", "streets", "demand"])
def test_a_file_that_may_not_be_read_is_bad_input(
    home: Path, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
):
    # Acted, as tests may run as root, who may read everything.
    def refuse(path: Path, *args: object, **options: object):
        if path == closed:
            raise PermissionError
        return opened(path, *args, **options)

    def may(path: str, mode: int, **options: object) -> bool:
        return path != str(closed) and access(path, mode, **options)

    closed, opened, access = ledger(tmp_path, ROW.format(1)), Path.open, os.access
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "access", may)
    done = CliRunner().invoke(main, ["load", what, str(closed)], env={"YIZHAN_HOME": str(home)})
    assert done.exit_code == 1
    assert "没有读取权限" in done.stderr


def test_a_file_named_in_another_encoding_is_loaded(home: Path, tmp_path: Path):
    # As an archive made on a Chinese Windows unpacks.
    path = ledger(tmp_path, ROW.format(1)).rename(tmp_path / os.fsdecode("台账.csv".encode("gb18030")))
    assert one_document(load(home, path, "--json"))["added"] == 1
    assert one_document(load(home, path, "--json"))["same"] == 1


def test_a_huge_file_is_no_table_of_holidays(home: Path, tmp_path: Path):
    path = tmp_path / "2027.json"
    with path.open("wb") as file:
        file.truncate(2_000_000)
    done = run(home, "load", "holidays", str(path))
    assert done.returncode == 1
    assert "放假调休表" in done.stderr


def test_telephones_are_nowhere_in_what_is_told(home: Path, tmp_path: Path):
    path = ledger(tmp_path, ROW.format(1), "2,,13812345678,13812345678,找张师傅13812345678,13812345678")
    done = load(home, path, "--problems", str(tmp_path / "p.csv"))
    assert "12345678" not in done.stdout + done.stderr + (tmp_path / "p.csv").read_text("utf-8-sig")
