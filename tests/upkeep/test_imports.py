"""A file from a browser: verdicts as on the command line, mended, loaded, taken back, within a scope."""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, reading, writing
from geo.db.tables import change, load, unit
from geo.db.upkeep_tables import import_draft
from geo.errors import ConflictError, FileError, ForbiddenError, InputError, NotFoundError
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.model.people import Person, Role
from geo.registry.load import load_stations
from geo.registry.rows import read_rows
from geo.settings import Settings
from geo.upkeep import imports
from geo.upkeep.import_drafts import (
    Reading,
    add_draft,
    end_draft,
    expire_drafts,
    find_draft,
    list_drafts,
    mend_draft,
    open_draft,
    read_body,
    set_reading,
)
from geo.upkeep.import_look import look_at
from geo.upkeep.imports import check_draft, default_source, load_draft, undo_draft
from geo.upkeep.people import find_by_login
from tests.web.admin.office import furnish

HEADER = ["编号", "站点名称", "所属区县", "经度", "纬度", "开放时间", "联系电话"]
DIRTY: list[list[Any]] = [
    ["样城市工会驿站台账(2026年)"],
    HEADER,
    ["1", "一号驿站", "东区", "113.61512", "34.71012", "8:00-20:00", "13812345678"],
    ["2", "二号驿站", "东区", "34.71112", "113.61612", "8:00-20:00", ""],
    ["3", "三号驿站", "东区", "113.61712", "34.71212", "随商场", ""],
    ["1", "一号又来", "东区", "113.61812", "34.71312", "", ""],
    ["5", "", "东区", "113.61912", "34.71412", "", ""],
    ["6", "六号驿站", "西区", "113.62012", "34.71512", "", ""],
    ["7", "七号驿站", "东区", "没有", "", "", ""],
    ["8", "=HYPERLINK(1)", "东区", "113.62112", "34.71612", "", ""],
    ["合计", "8"],
]
READING = Reading({}, "wgs84", "", "台账", "", 0)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("imports") / "home"
    home.mkdir()
    furnish(home)
    return home


@pytest.fixture
def settings(furnished: Path, tmp_path: Path) -> Settings:
    return Settings(home=Path(shutil.copytree(furnished, tmp_path / "home")))


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = open_engine(settings)
    yield made
    made.dispose()


@pytest.fixture
def person(engine: Engine) -> Callable[[str], Person]:
    def found(login: str) -> Person:
        with reading(engine) as session:
            return find_by_login(session, login)

    return found


@pytest.fixture
def send(engine: Engine) -> Callable[..., int]:
    """Keep a file as somebody's draft."""

    def sent(person: Person, body: bytes, **reading_: Any) -> int:
        how = READING._replace(**reading_)
        with writing(engine) as session:
            return add_draft(session, person, file="台账.csv", body=body, reading=how)

    return sent


def as_csv(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("A1:G1")
    book.active["F3"] = "=A1"
    book.save(out := io.BytesIO())
    return out.getvalue()


def mend(engine: Engine, me: Person, id_: int, fixes: dict[str, dict[str, str]]) -> None:
    with writing(engine) as session:
        mend_draft(session, open_draft(session, me, id_), fixes)


def checked(engine: Engine, settings: Settings, me: Person, id_: int) -> Any:
    with reading(engine) as session:
        return check_draft(session, settings, me, id_)


def loaded(engine: Engine, settings: Settings, me: Person, id_: int) -> Any:
    with writing(engine) as session:
        return load_draft(session, settings, me, id_, who="账号 1", network=None)


def named(engine: Engine) -> dict[str, dict[str, Any]]:
    with reading(engine) as session:
        return {row["name"]: row for _, row in read_rows(session)}


# A formula that no program has calculated is no name.
@pytest.mark.parametrize(("write", "refused"), [(as_csv, {6, 7, 9}), (as_xlsx, {6, 7, 9, 10})])
def test_a_check_says_what_the_command_line_says_and_what_loading_does(
    engine: Engine,
    settings: Settings,
    person: Callable,
    send: Callable,
    tmp_path: Path,
    write: Callable,
    refused: set[int],
):
    body = write(DIRTY)
    (tmp_path / "台账.csv").write_bytes(body)
    with reading(engine) as session, open_table(tmp_path / "台账.csv", max_bytes=10**6) as table:
        items = read_stations(table, crs=Crs.WGS84, kind=None)
        oracle = load_stations(
            session, items, source="台账", file="台账.csv", who="x", code_prefix="YZ", dry_run=True
        )
    me = person("admin")
    id_ = send(me, body)
    before = named(engine)
    found = checked(engine, settings, me, id_)
    assert found.counts == oracle.counts()
    assert found.counts["added"] == 8 - len(refused)
    assert sorted(found.problems, key=repr) == sorted(oracle.problems, key=repr)
    assert {p.row for p in found.problems if p.severity == "refused"} == refused
    assert named(engine) == before, "a check writes nothing"
    report = loaded(engine, settings, me, id_)
    assert report.counts() == oracle.counts()
    assert sorted(report.problems, key=repr) == sorted(oracle.problems, key=repr)


def test_what_is_told_of_a_row_comes_with_its_cells(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("admin")
    found = checked(engine, settings, me, send(me, as_csv(DIRTY)))
    assert found.header == HEADER
    assert found.fields == ["ref", "name", "district_name", "x", "y", "hours_raw", "keeper_phone"]
    assert found.rows[9] == DIRTY[8]
    assert set(found.rows) == {p.row for p in found.problems if p.row}


def test_a_clerk_mends_all_and_everything_loads(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("east")
    id_ = send(me, as_csv(DIRTY))
    mend(engine, me, id_, {"6": {"0": "4"}, "7": {"1": "五号驿站"}, "8": {"2": "东区"}})
    mend(
        engine,
        me,
        id_,
        {"9": {"skip": "1"}, "5": {"5": "10:00-22:00"}, "4": {"3": "113.61612", "4": "34.71112"}},
    )
    found = checked(engine, settings, me, id_)
    assert found.counts == {"added": 7, "changed": 0, "same": 0, "refused": 0, "warned": 0}
    assert [p.reason for p in found.problems if "按您说的" in p.reason] == ["按您说的没有导入 1 行(第 9 行)"]
    loaded(engine, settings, me, id_)
    held = named(engine)
    assert held["五号驿站"]["unit_code"] == "410101"
    assert held["五号驿站"]["unit_name"] == "东区总工会"
    assert held["三号驿站"]["hours_osm"] == "10:00-22:00"
    assert held["一号驿站"]["keeper_phone"] == "13812345678"
    assert held["=HYPERLINK(1)"]["area_code"] == "410101"
    with reading(engine) as session:
        ended = find_draft(session, me, id_)
        assert (ended.state, ended.size, ended.fixes) == ("loaded", 0, {})
        assert ended.report["counts"]["added"] == 7
        assert read_body(session, ended) == b""
        counts = session.scalar(select(load.c.counts).where(load.c.id == ended.load_id))
        assert counts["added"] == 7


def test_a_row_left_out_can_be_taken_in_again(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("admin")
    id_ = send(me, as_csv(DIRTY))
    mend(engine, me, id_, {"3": {"skip": "1"}})
    assert checked(engine, settings, me, id_).counts["refused"] == 2, "the row's double is alone now"
    mend(engine, me, id_, {"3": {"skip": ""}})
    assert checked(engine, settings, me, id_).counts["refused"] == 3
    with reading(engine) as session:
        assert find_draft(session, me, id_).fixes == {}


def test_rows_outside_the_unit_are_refused_with_words(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    header = ["编号", "站点名称", "工会代码", "经度", "纬度"]
    rows = [
        ["11", "自己的", "", "113.61512", "34.71012"],
        ["12", "别的工会", "410102", "113.61612", "34.71012"],
        ["13", "别的区", "", "113.55512", "34.71012"],
        ["14", "写明自己的工会", "410101", "113.55612", "34.71012"],
        ["15", "哪个区都不在", "", "113.95612", "34.71012"],
        ["YZ-0011", "别人的站点", "", "113.61712", "34.71012"],
        ["YZ-0002", "自己的站点", "", "113.6110", "34.7210"],
        ["YZ-0003", "搬出去", "", "113.55712", "34.71012"],
    ]
    me = person("east")
    before = named(engine)
    id_ = send(me, as_csv([header, *rows]))
    refused = {
        p.row: p.reason for p in checked(engine, settings, me, id_).problems if p.severity == "refused"
    }
    assert set(refused) == {3, 4, 6, 7, 9}
    assert "东区总工会" in refused[3]
    assert "东区总工会" in refused[4]
    assert "不归您管" in refused[7]
    report = loaded(engine, settings, me, id_)
    assert (report.added, report.changed) == (2, 1)
    held = named(engine)
    assert held["自己的站点"]["unit_code"] is None, "what lies in the area stays nobody's"
    for name, row in before.items():
        if not row["area_code"] or not row["area_code"].startswith("410101"):
            assert held[name] == row


def test_what_others_have_is_not_told(engine: Engine, settings: Settings, person: Callable, send: Callable):
    admin, east = person("admin"), person("east")
    header = ["编号", "站点名称", "经度", "纬度"]
    west = [["1", "西边的站", "113.55512", "34.71012"]]
    loaded(engine, settings, admin, send(admin, as_csv([header, *west])))
    told = checked(
        engine, settings, east, send(east, as_csv([header, ["2", "东边", "113.61512", "34.71012"]]))
    )
    assert "西边的站" not in repr(told.problems)
    everything = checked(
        engine, settings, admin, send(admin, as_csv([header, ["2", "东", "113.61512", "34.7"]]))
    )
    assert "西边的站" in repr(everything.problems)


def test_the_source_is_the_files_name_unless_it_is_anothers(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    admin, east, west = person("admin"), person("east"), person("west")
    with reading(engine) as session:
        assert default_source(session, east, "台账") == "台账"
    rows = [["编号", "站点名称", "经度", "纬度"], ["1", "西边的站", "113.55512", "34.71012"]]
    loaded(engine, settings, west, send(west, as_csv(rows)))
    with reading(engine) as session:
        assert default_source(session, east, "台账") == "台账·东区总工会"
        assert default_source(session, west, "台账") == "台账"
        assert default_source(session, admin, "台账") == "台账"


def test_a_unit_below_may_be_named_by_the_unit_above(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("east")
    with writing(engine) as session:
        session.execute(insert(unit).values(code="41010101", name="文化路街道工会", parent_code="410101"))
    rows = [
        ["编号", "站点名称", "工会代码", "经度", "纬度"],
        ["1", "站", "41010101", "113.61512", "34.71012"],
    ]
    id_ = send(me, as_csv(rows))
    assert loaded(engine, settings, me, id_).added == 1
    assert named(engine)["站"]["unit_code"] == "41010101"


def test_columns_are_what_somebody_says(engine: Engine, settings: Settings, person: Callable, send: Callable):
    rows = [
        ["Nr", "Wo", "Rechts", "Hoch"],
        ["1", "甲站", "113.61512", "34.71012"],
        ["2", "乙站", "113.6", "34.7"],
    ]
    me = person("admin")
    id_ = send(me, as_csv(rows))
    with reading(engine) as session:
        look = look_at(session, settings, me, id_)
    assert (look.header, look.fields, look.rows) == (rows[0], ["", "", "", ""], 0)
    assert look.samples == rows[1:]
    assert isinstance(look.fault, FileError)
    with writing(engine) as session:
        draft = open_draft(session, me, id_)
        columns = {"0": "ref", "1": "name", "2": "x", "3": "y"}
        set_reading(session, draft, draft.reading._replace(columns=columns))
    with reading(engine) as session:
        assert look_at(session, settings, me, id_)[:2] == (rows[0], list(columns.values()))
    assert checked(engine, settings, me, id_).counts["added"] == 2


@pytest.mark.parametrize("crs", [Crs.WGS84, Crs.GCJ02, Crs.BD09])
def test_a_look_tells_the_system_under_which_rows_lie_in_their_districts(
    engine: Engine, settings: Settings, person: Callable, send: Callable, crs: Crs
):
    # Just inside the border of two districts, so that some 500 m matter.
    places = [("东区", 113.6008), ("西区", 113.5992)] * 10
    rows = [["站点名称", "所属区县", "经度", "纬度"]]
    for number, (district, lon) in enumerate(places):
        x, y = from_wgs84(lon, 34.62 + number / 200, crs)
        rows.append([f"站{number}", district, f"{x:.6f}", f"{y:.6f}"])
    me = person("admin")
    id_ = send(me, as_csv(rows), crs="")
    with reading(engine) as session:
        look = look_at(session, settings, me, id_)
    assert (look.rows, look.named, look.declared) == (20, 20, "")
    assert look.inside[crs.value] == 20
    assert all(inside < 20 for name, inside in look.inside.items() if name != crs.value)
    with pytest.raises(FileError, match="坐标系"):
        checked(engine, settings, me, id_)


@pytest.mark.parametrize(
    ("header", "declared"),
    [(["站点名称", "经度(高德)", "纬度(高德)"], "gcj02"), (["站点名称", "经度", "纬度", "坐标系"], "column")],
)
def test_what_a_file_names_itself_is_told(
    engine: Engine, settings: Settings, person: Callable, send: Callable, header: list[str], declared: str
):
    me = person("admin")
    row = ["站", "113.61512", "34.71012", "百度"][: len(header)]
    id_ = send(me, as_csv([header, row]), crs="")
    with reading(engine) as session:
        look = look_at(session, settings, me, id_)
    assert look.declared == declared
    assert look.points == [(2, "站", "bd09" if declared == "column" else "", 113.61512, 34.71012)]
    assert checked(engine, settings, me, id_).counts["added"] == 1


def test_a_load_is_taken_back_once(engine: Engine, settings: Settings, person: Callable, send: Callable):
    me = person("admin")
    id_ = send(me, as_csv(DIRTY))
    with writing(engine) as session, pytest.raises(ConflictError):
        undo_draft(session, me, id_, who="账号 1", network=None)
    loaded(engine, settings, me, id_)
    with writing(engine) as session:
        assert undo_draft(session, me, id_, who="账号 1", network=None) == 5
    assert named(engine)["一号驿站"]["status"] == "closed"
    with writing(engine) as session, pytest.raises(ConflictError, match="已经撤销过"):
        undo_draft(session, me, id_, who="账号 1", network=None)


def test_a_load_is_taken_back_by_him_alone_who_still_has_all_its_stations(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("admin")
    id_ = send(me, as_csv(DIRTY))
    loaded(engine, settings, me, id_)
    for role, fault in ((Role.EDITOR, ConflictError), (Role.READER, ForbiddenError)):
        moved = me._replace(role=role, unit_code="410102")
        with writing(engine) as session, pytest.raises(fault):
            undo_draft(session, moved, id_, who="账号 1", network=None)
    assert named(engine)["一号驿站"]["status"] != "closed"


def test_an_import_is_loaded_once_and_a_cancelled_one_never(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("admin")
    first, second = send(me, as_csv(DIRTY)), send(me, as_csv(DIRTY))
    loaded(engine, settings, me, first)
    with writing(engine) as session:
        end_draft(session, open_draft(session, me, second), "cancelled")
        changes = session.scalar(select(func.count()).select_from(change))
    for id_ in (first, second):
        with pytest.raises(ConflictError):
            loaded(engine, settings, me, id_)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(change)) == changes


def test_a_draft_is_its_makers_alone(engine: Engine, settings: Settings, person: Callable, send: Callable):
    id_ = send(person("east"), as_csv(DIRTY))
    with writing(engine) as session:
        for login in ("west", "admin", "reader"):
            assert list_drafts(session, person(login)) == []
            for missing in (id_, id_ + 1000):
                with pytest.raises(NotFoundError) as told:
                    find_draft(session, person(login), missing)
                assert told.value.message == "没有编号为 %(draft)s 的导入,或者不是您的"
        assert [one.id for one in list_drafts(session, person("east"))] == [id_]


def test_nobody_piles_up_files(engine: Engine, person: Callable, send: Callable):
    me = person("east")
    ids = [send(me, b"x") for _ in range(10)]
    with pytest.raises(InputError, match="10 份"):
        send(me, b"x")
    send(person("west"), b"x")
    with writing(engine) as session:
        assert expire_drafts(session, "2000-01-01T00:00:00Z") == 0
        assert expire_drafts(session, "2999-01-01T00:00:00Z") == 11
        bodies = session.scalars(select(import_draft.c.body).where(import_draft.c.id.in_(ids)))
        assert set(bodies) == {None}
    send(me, b"x")


def test_what_is_cancelled_while_it_loads_is_not_loaded(
    engine: Engine, settings: Settings, person: Callable, send: Callable, monkeypatch: pytest.MonkeyPatch
):
    me, load_it = person("admin"), imports._load
    id_ = send(me, as_csv(DIRTY))

    def cancelled_meanwhile(session: Session, *args: Any, **options: Any) -> Any:
        report = load_it(session, *args, **options)
        end_draft(session, open_draft(session, me, id_), "cancelled")
        return report

    monkeypatch.setattr(imports, "_load", cancelled_meanwhile)
    before = named(engine)
    with pytest.raises(ConflictError, match="已经完成或取消"):
        loaded(engine, settings, me, id_)
    assert named(engine) == before


def test_a_draft_that_has_ended_takes_nothing_that_was_read_before(
    engine: Engine, person: Callable, send: Callable
):
    me = person("admin")
    id_ = send(me, as_csv(DIRTY))
    with writing(engine) as session:
        draft = open_draft(session, me, id_)
        end_draft(session, draft, "loaded")
        for act in (
            lambda: end_draft(session, draft, "cancelled"),
            lambda: set_reading(session, draft, READING),
            lambda: mend_draft(session, draft, {"3": {"1": "x"}}),
        ):
            with pytest.raises(ConflictError):
                act()
        assert find_draft(session, me, draft.id).state == "loaded"


def test_too_much_mending_is_better_done_in_the_file(engine: Engine, person: Callable, send: Callable):
    me = person("east")
    id_ = send(me, as_csv(DIRTY))
    with pytest.raises(InputError, match="5000"):
        mend(engine, me, id_, {str(row): {"1": "x"} for row in range(5001)})
    with pytest.raises(InputError, match="2000 个字"):
        mend(engine, me, id_, {"3": {"1": "长" * 2001}})


def test_a_masked_export_does_not_overwrite_telephones(
    engine: Engine, settings: Settings, person: Callable, send: Callable
):
    me = person("admin")
    rows = [[*HEADER, "负责人"], [*DIRTY[2], "张三"]]
    loaded(engine, settings, me, send(me, as_csv(rows)))
    rows[1][-2:] = ["138****5678", "张**"]
    report = loaded(engine, settings, me, send(me, as_csv(rows)))
    assert (report.same, report.changed, report.warned) == (1, 0, 1)
    held = named(engine)["一号驿站"]
    assert (held["keeper_phone"], held["keeper_name"]) == ("13812345678", "张三")
