"""A file into the registry: twice as once, whole or not at all, and nothing lost on the way."""

import csv
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine

from geo.crs import Crs, from_wgs84
from geo.db.engine import reading, writing
from geo.errors import ConflictError, InputError, NotFoundError
from geo.ingest.stations import Draft, read_stations
from geo.ingest.table import open_table
from geo.registry.areas import place_stations, save_areas
from geo.registry.history import station_history, undo_load
from geo.registry.load import Report, load_stations
from geo.registry.rows import read_rows
from geo.registry.snapshot_read import read_snapshot
from geo.registry.stations import change_station, close_station
from geo.settings import Settings

HEADER = ["编号", "站点名称", "所属区县", "经度", "纬度", "开放时间", "服务设施"]
ROWS = [
    ["1", "东风路驿站", "东区", "113.6051", "34.7051", "24小时", "饮水、微波炉"],
    ["2", "西风路驿站", "西区", "113.5951", "34.7051", "工作日9:00-17:00", "饮水"],
    ["3", "南风路驿站", "", "113.6061", "34.7041", "以公告为准", ""],
]


class Area:
    """A square kilometre or so."""

    def __init__(self, code: str, name: str, west: float, east: float) -> None:
        self.code, self.name, self.level, self.parent_code = code, name, "district", None
        self.shape = shapely.MultiPolygon([shapely.box(west, 34.70, east, 34.71)])


AREAS = [Area("990101", "西区", 113.59, 113.60), Area("990102", "东区", 113.60, 113.61)]


@pytest.fixture
def load(engine: Engine, tmp_path: Path) -> Callable[..., Report]:
    """Write rows as a CSV file and load it."""

    def loaded(
        rows: list[list[str]], *, header=HEADER, source="台账", crs=Crs.WGS84, strict=False, dry_run=False
    ) -> Report:
        path = tmp_path / "台账.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        with writing(engine) as session:
            items = read_stations(open_table(path, max_bytes=1_000_000), crs=crs, kind=None)
            return load_stations(
                session,
                items,
                source=source,
                file=path.name,
                who="li",
                code_prefix="HB",
                strict=strict,
                dry_run=dry_run,
            )

    return loaded


def stations(engine: Engine) -> dict[str, dict]:
    with reading(engine) as session:
        return {row["code"]: row for _, row in read_rows(session)}


def reasons(report: Report, severity: str) -> list[str]:
    return [problem.reason for problem in report.problems if problem.severity == severity]


def test_rows_become_stations_with_short_codes(engine: Engine, load: Callable):
    report = load(ROWS)
    assert report.counts() | {"warned": 0} == {"added": 3, "changed": 0, "same": 0, "refused": 0, "warned": 0}
    held = stations(engine)
    assert list(held) == ["HB-0001", "HB-0002", "HB-0003"]
    first = held["HB-0001"]
    assert (first["name"], first["kind"], first["status"]) == ("东风路驿站", "care_station", "open")
    assert (first["lon"], first["lat"]) == (113.6051, 34.7051)
    assert first["hours_osm"] == "24/7"
    assert first["facilities"] == {"drinking_water": "yes", "microwave": "yes"}
    assert held["HB-0003"]["hours_osm"] is None


def test_loading_again_changes_nothing(engine: Engine, load: Callable):
    load(ROWS)
    before = stations(engine)
    assert load(ROWS).counts() | {"warned": 0} == {
        "added": 0,
        "changed": 0,
        "same": 3,
        "refused": 0,
        "warned": 0,
    }
    assert stations(engine) == before


def test_only_what_differs_is_changed_and_what_the_file_lacks_is_kept(engine: Engine, load: Callable):
    load(ROWS)
    with writing(engine) as session:
        change_station(session, "HB-0001", {"star": 5}, who="wang")
    report = load([[*ROWS[0][:5], "8:00-20:00", ROWS[0][6]], *ROWS[1:]])
    assert (report.changed, report.same) == (1, 2)
    first = stations(engine)["HB-0001"]
    assert (first["hours_osm"], first["star"]) == ("08:00-20:00", 5)


def test_a_number_counts_within_its_source(engine: Engine, load: Callable):
    load(ROWS)
    assert load([["1", "别处的驿站", "东区", "113.6071", "34.7061", "", ""]], source="另一份").added == 1
    assert len(stations(engine)) == 4


def test_without_numbers_name_and_district_identify(engine: Engine, load: Callable):
    header, rows = HEADER[1:], [row[1:] for row in ROWS]
    load(rows, header=header)
    moved = [["东风路 驿站", "东区", "113.6055", "34.7051", "24小时", "饮水、微波炉"]]
    report = load(moved, header=header, source="另一份")
    assert (report.added, report.changed) == (0, 1)
    assert stations(engine)["HB-0001"]["lon"] == 113.6055


def test_an_own_code_is_kept_and_recognised_from_any_source(engine: Engine, load: Callable):
    load([["HB-0417", *ROWS[0][1:]], ROWS[1]])
    assert list(stations(engine)) == ["HB-0001", "HB-0417"]
    report = load([["HB-0417", "东风路新驿站", *ROWS[0][2:]]], source="导出再改")
    assert (report.added, report.changed) == (0, 1)
    assert load([["9", "下一个", "东区", "113.6071", "34.7061", "", ""]]).added == 1
    assert "HB-0418" in stations(engine)


def test_one_station_twice_in_a_file_is_refused_the_second_time(engine: Engine, load: Callable):
    report = load([*ROWS, ROWS[0]])
    assert (report.added, report.refused) == (3, 1)
    [refusal] = [p for p in report.problems if p.severity == "refused"]
    assert refusal.row == 5
    assert "第 2 行" in refusal.reason


def test_rows_a_later_file_lacks_are_told_and_kept(engine: Engine, load: Callable):
    load(ROWS)
    report = load(ROWS[:2])
    assert any(
        "1 个站点不在这个文件里" in reason and "南风路驿站" in reason for reason in reasons(report, "note")
    )
    assert stations(engine)["HB-0003"]["status"] == "open"


def test_strict_takes_all_or_nothing(engine: Engine, load: Callable):
    with pytest.raises(InputError) as caught:
        load([*ROWS, ["4", "没有坐标", "东区", "", "", "", ""]], strict=True)
    assert caught.value.params["report"].refused == 1
    assert stations(engine) == {}


def test_a_whole_load_can_be_undone(engine: Engine, load: Callable):
    load(ROWS)
    before = stations(engine)
    changed = load(
        [
            ["1", "改了名", *ROWS[0][2:]],
            ROWS[1],
            ROWS[2],
            ["4", "多出的", "东区", "113.6071", "34.7061", "", ""],
        ]
    )
    with writing(engine) as session:
        assert undo_load(session, changed.number, who="wang") == 2
    after = stations(engine)
    assert {code: after[code] for code in before} == before
    assert after["HB-0004"]["status"] == "closed"
    with reading(engine) as session:
        latest = station_history(session, "HB-0001")[0]
    assert (latest.why, latest.undoes is not None) == (f"撤销导入 {changed.number}", True)
    with pytest.raises(ConflictError), writing(engine) as session:
        undo_load(session, changed.number, who="wang")


def test_a_load_overtaken_by_a_change_is_undone_wholly_or_not_at_all(engine: Engine, load: Callable):
    load(ROWS)
    changed = load([["1", "甲", *ROWS[0][2:]], ["2", "乙", *ROWS[1][2:]], ROWS[2]])
    with writing(engine) as session:
        change_station(session, "HB-0002", {"name": "丙"}, who="wang")
    before = stations(engine)
    with pytest.raises(ConflictError, match="HB-0002"), writing(engine) as session:
        undo_load(session, changed.number, who="wang")
    assert stations(engine) == before
    with pytest.raises(NotFoundError), writing(engine) as session:
        undo_load(session, 999, who="wang")


def test_rows_with_and_without_numbers_are_the_same_twice(engine: Engine, load: Callable):
    """One name in one district, once numbered and once not, is two stations; and two again."""
    rows = [ROWS[0], ["", *ROWS[0][1:]]]
    assert load(rows).added == 2
    again = load(rows)
    assert (again.added, again.changed, again.same, again.refused) == (0, 0, 2, 0)


def test_a_station_the_file_opens_again_loses_its_closing_reason(engine: Engine, load: Callable):
    header = [*HEADER, "状态"]
    load([[*ROWS[0], "正常"]], header=header)
    with writing(engine) as session:
        close_station(session, "HB-0001", "搬迁", who="li")
    load([ROWS[0]])
    assert stations(engine)["HB-0001"]["closed_reason"] == "搬迁"
    load([[*ROWS[0], "正常"]], header=header)
    held = stations(engine)["HB-0001"]
    assert (held["status"], held["closed_reason"]) == ("open", None)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_of_a_merged_station_leaves_it_merged_and_is_told(
    engine: Engine, load: Callable, tmp_path: Path, dry_run: bool
):
    load(ROWS[:2])
    values = {"status": "closed", "closed_reason": "重复", "merged_into": "HB-0002"}
    with writing(engine) as session:
        change_station(session, "HB-0001", values, who="li")
    before = stations(engine)
    rows = [["1", "东风路新驿站", *ROWS[0][2:]], ROWS[1]]
    report = load([[*row, "正常"] for row in rows], header=[*HEADER, "状态"], dry_run=dry_run)
    assert report.counts() == {"added": 0, "changed": 0, "same": 2, "refused": 0, "warned": 1}
    [told] = [problem for problem in report.problems if problem.severity == "warning"]
    assert told.row == 2
    assert "HB-0001 已并入 HB-0002" in told.reason
    assert stations(engine) == before


def test_codes_are_in_capitals_and_found(engine: Engine):
    drafts = [Draft(2, "１", 113.6, 34.7, Crs.WGS84, {"name": "甲"})]
    drafts.append(Draft(3, "HB-００１７", 113.6, 34.7, Crs.WGS84, {"name": "乙"}))
    with writing(engine) as session:
        load_stations(session, drafts, source="s", file="f", who="li", code_prefix="hb")
    snapshot = read_snapshot(engine)
    assert snapshot.codes.tolist() == [b"HB-0001", b"HB-0002"]
    assert snapshot.row("hb-0002") == 1


def test_outside_the_district_it_names_is_a_warning(engine: Engine, load: Callable):
    with writing(engine) as session:
        save_areas(session, AREAS)
    report = load([ROWS[0], ["2", "走错的驿站", "西区", "113.6061", "34.7051", "24小时", ""], ROWS[2]])
    [warning] = [p for p in report.problems if p.severity == "warning" and p.column == "坐标"]
    assert warning.row == 3
    assert "西区" in warning.reason
    assert [row["area_code"] for row in stations(engine).values()] == ["990102", "990101", "990102"]


def test_a_better_fitting_system_is_told(engine: Engine, load: Callable):
    with writing(engine) as session:
        save_areas(session, AREAS)
    # Along the border of two narrow districts, half a kilometre decides.
    rows = []
    for number in range(20):
        lon, lat = from_wgs84(113.5992 + number % 2 * 0.0012, 34.703 + number * 0.0002, Crs.GCJ02)
        rows.append(
            [
                str(number),
                f"驿站{number}",
                "东区" if number % 2 else "西区",
                f"{lon:.6f}",
                f"{lat:.6f}",
                "",
                "",
            ]
        )
    declared_wrong, declared_right = load(rows, crs=Crs.WGS84), load(rows, crs=Crs.GCJ02)
    assert any("坐标系很可能是 gcj02" in reason for reason in reasons(declared_wrong, "note"))
    assert not any("坐标系" in reason for reason in reasons(declared_right, "note"))


def test_areas_loaded_later_reach_the_stations(engine: Engine, load: Callable):
    load(ROWS)
    assert stations(engine)["HB-0001"]["area_code"] is None
    with writing(engine) as session:
        assert save_areas(session, AREAS) == (2, 0, 0)
        assert place_stations(session, who="li") == 3
    assert stations(engine)["HB-0001"]["area_code"] == "990102"
    with writing(engine) as session:
        assert save_areas(session, AREAS) == (0, 0, 2)
        assert place_stations(session, who="li") == 0
    assert load(ROWS).same == 3


def test_killed_half_way_nothing_of_it_is_there(engine: Engine, settings: Settings, load: Callable):
    load(ROWS)
    before = stations(engine)
    child = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS_LOAD, str(settings.home), settings.database_url],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "half-way\n"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    deadline = time.monotonic() + 10
    while stations(engine) != before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert stations(engine) == before
    assert load(ROWS).same == 3


# Hands over two whole batches of rows, says so, and never comes to an end.
_ENDLESS_LOAD = """
import itertools, sys, time
from pathlib import Path
from geo.crs import Crs
from geo.db.engine import open_engine, writing
from geo.ingest.stations import Draft
from geo.registry.load import load_stations
from geo.settings import Settings

def rows():
    for n in itertools.count():
        if n == 20_001:
            print("half-way", flush=True)
            time.sleep(600)
        yield Draft(n, str(n), 113.6, 34.7, Crs.WGS84, {"name": f"n{n}"})

engine = open_engine(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2]))
with writing(engine) as session:
    load_stations(session, rows(), source="killed", file="f", who="x", code_prefix="HB")
"""


def test_a_given_code_that_is_already_taken_in_the_file_harms_nobody(engine: Engine, load: Callable):
    rows = [["", *ROWS[0][1:]], ["HB-0001", *ROWS[1][1:]], ["HB-0003", *ROWS[2][1:]]]
    assert load(rows).added == 3
    held = {row["name"]: code for code, row in stations(engine).items()}
    assert held == {"东风路驿站": "HB-0001", "西风路驿站": "HB-0002", "南风路驿站": "HB-0003"}
    again = load(rows)
    assert (again.changed, again.same) == (0, 3)


def test_the_same_list_under_another_name_is_not_taken_without_a_word(engine: Engine, load: Callable):
    load(ROWS)
    report = load(ROWS, source="台账(2)")
    assert report.added == 3
    told = [p for p in report.problems if p.severity == "warning" and "--source 台账 " in p.reason]
    assert [problem.row for problem in told] == [2, 3, 4]
    assert "HB-0001" in told[0].reason


def test_a_dry_run_says_what_a_load_does_and_writes_nothing(engine: Engine, load: Callable, tmp_path: Path):
    load(ROWS)
    before = stations(engine)
    rows = [
        [*ROWS[0][:5], "8:00-20:00", ROWS[0][6]],
        ROWS[1],
        ROWS[1],
        ["9", "新站", "东区", "113.6", "34.7", "", ""],
    ]
    path = tmp_path / "台账.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    with reading(engine) as session, open_table(path, max_bytes=1_000_000) as table:
        items = read_stations(table, crs=Crs.WGS84, kind=None)
        tried = load_stations(
            session, items, source="台账", file=path.name, who="li", code_prefix="HB", dry_run=True
        )
        session.commit()
    assert tried.number is None
    assert stations(engine) == before
    done = load(rows)
    assert (tried.counts(), tried.problems) == (done.counts(), done.problems)
    assert tried.counts() | {"warned": 0} == {"added": 1, "changed": 1, "same": 1, "refused": 1, "warned": 0}
