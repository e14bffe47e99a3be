"""The pages of an import: from the file to the registry, and whose they are."""

import csv
import io
import os
import re
import time
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import import_draft
from geo.model.template import GUIDE_SHEET
from geo.registry.rows import read_rows
from geo.upkeep.audit import read_acts
from geo.upkeep.people import set_active
from tests.web.admin.office import Office
from web.admin import import_work

HEADER = ["编号", "站点名称", "所属区县", "经度", "纬度", "开放时间"]
ROWS = [
    ["1", "一号驿站", "东区", "113.61512", "34.71012", "8:00-20:00"],
    ["2", "", "东区", "113.61612", "34.71112", "8:00-20:00"],
    ["3", "三号驿站", "西区", "113.61712", "34.71212", "随商场"],
]
_PATIENCE_S, _POLL_S = 60, 0.05
HOSTILE = '<script>alert("x")</script>'


def file_of(rows: list[list[Any]], name: str = "台账.csv") -> tuple[io.BytesIO, str]:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return io.BytesIO(out.getvalue().encode()), name


def send(
    office: Office, client: FlaskClient, rows: list[list[Any]] | None = None, name: str = "台账.csv"
) -> TestResponse:
    """Upload a file and follow to where it leads."""
    data = {"file": file_of([HEADER, *(ROWS if rows is None else rows)], name)}
    return office.post(
        client, "/admin/import", data, content_type="multipart/form-data", follow_redirects=True
    )


def begun(
    office: Office, client: FlaskClient, rows: list[list[Any]] | None = None, crs: str = "wgs84"
) -> str:
    """Bring a file to its check; returns the address."""
    answer = send(office, client, rows)
    path = answer.request.path.removesuffix("/columns")
    office.post(client, f"{path}/system", {"crs": crs})
    return path


def words(answer: TestResponse) -> str:
    body = answer.text[answer.text.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def names(office: Office) -> set[str]:
    with reading(office.engine) as session:
        return {row["name"] for _, row in read_rows(session)}


def test_a_file_goes_from_its_columns_to_the_registry_and_back(office: Office):
    client = office.client("east")
    answer = send(office, client)
    assert answer.status_code == 200
    assert answer.request.path.endswith("/columns")
    assert re.findall(r'<option value="([^"]*)" selected>', answer.text)[:6] == [
        "ref", "name", "district_name", "x", "y", "hours_raw",
    ]  # fmt: skip
    path = answer.request.path.removesuffix("/columns")
    columns = {f"column-{index}": field for index, field in enumerate(
        ["ref", "name", "district_name", "x", "y", ""])}  # fmt: skip
    answer = office.post(
        client, f"{path}/columns", columns | {"source": "东区", "kind": "water_point"}, follow_redirects=True
    )
    assert answer.request.path == f"{path}/system"
    assert "落在写明的区县里" in words(answer)
    answer = office.post(client, f"{path}/system", {"crs": "wgs84"}, follow_redirects=True)
    assert answer.request.path == path
    assert "将新增 1" in words(answer)
    assert "不能导入 2" in words(answer)
    mended = {"c-3-1": "二号驿站", "c-4-2": "东区", "c-4-1": "三号驿站"}
    answer = office.post(client, path, mended, follow_redirects=True)
    assert "已改 2 处" in words(answer)
    assert "将新增 3" in words(answer)
    assert "一号驿站" not in names(office)
    answer = office.post(client, f"{path}/load", {}, follow_redirects=True)
    assert "新增 3" in words(answer)
    with reading(office.engine) as session:
        held = {row["name"]: row for _, row in read_rows(session) if row["source"] == "东区"}
        acts = read_acts(session, act="import")
    assert set(held) == {"一号驿站", "二号驿站", "三号驿站"}
    assert {row["kind"] for row in held.values()} == {"water_point"}
    assert {row["hours_raw"] for row in held.values()} == {None}, "a column that is left out"
    assert [(act.act, act.person_id) for act in acts] == [("import.load", office.person("east").id)]
    answer = office.post(client, f"{path}/undo", {}, follow_redirects=True)
    assert "已撤销这次导入的 3 处改动" in words(answer)
    # It says so itself, offers it no more, and leads to its stations.
    page = client.get(path).get_data(as_text=True)
    assert f'action="{path}/undo"' not in page
    assert "已撤销" in page
    number = re.search(r"/admin/\?load=(\d+)", page)[1]
    assert "YZ-" in words(client.get(f"/admin/?load={number}"))
    assert "已撤销" in words(client.get("/admin/import"))
    assert office.post(client, f"{path}/undo", {}).status_code == 409


def test_a_draft_closed_half_way_is_found_again_and_can_be_cancelled(office: Office):
    path = begun(office, office.client("east"))
    again = office.client("east")
    page = again.get("/admin/import")
    assert "没有完成" in words(page)
    assert f'href="{path}"' in page.text
    assert "将新增 1" in words(again.get(path))
    answer = office.post(again, f"{path}/cancel", {}, follow_redirects=True)
    assert "登记册没有任何改动" in words(answer)
    assert "上传的文件已删除" in words(again.get(path))
    for act in ("", "/load", "/columns", "/system", "/cancel"):
        assert office.post(again, path + act, {}).status_code == 409
    with reading(office.engine) as session:
        assert session.scalars(select(import_draft.c.body)).all() == [None]
    assert not list((office.home / "imports").glob("*/*"))
    assert "一号驿站" not in names(office)


def test_one_district_neither_sees_nor_touches_the_drafts_of_another(office: Office):
    path = begun(office, office.client("east"))
    for login in ("west", "admin"):
        other = office.client(login)
        assert "台账.csv" not in other.get("/admin/import").text
        for missing in (path, "/admin/import/99999"):
            assert [other.get(missing + step).status_code for step in ("", "/columns", "/system")] == [
                404
            ] * 3
            for act in ("", "/columns", "/system", "/load", "/cancel", "/undo"):
                assert office.post(other, missing + act, {}).status_code == 404
    assert "将新增 1" in words(office.client("east").get(path))


@pytest.mark.parametrize("login", ["keeper", "reader"])
def test_whoever_may_not_edit_may_not_import(office: Office, login: str):
    client = office.client(login)
    assert client.get("/admin/import").status_code == 403
    assert send(office, client).status_code == 403


def test_an_account_that_is_stopped_loads_nothing(office: Office):
    client = office.client("east")
    path = begun(office, client)
    token = office.token(client)
    me = office.person("east")
    with writing(office.engine) as session:
        set_active(session, me.id, False)
    assert client.post(f"{path}/load", data={"csrf_token": token}).status_code == 401
    assert "一号驿站" not in names(office)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG"),
        (b"PK\x03\x04" + bytes(200), "已损坏"),
    ],
)
def test_what_is_no_table_is_told_at_once_and_not_kept(office: Office, body: bytes, told: str):
    client = office.client("east")
    answer = office.post(
        client, "/admin/import", {"file": (io.BytesIO(body), "台账.xlsx")},
        content_type="multipart/form-data", follow_redirects=True,
    )  # fmt: skip
    assert answer.status_code == 400
    assert told in words(answer) or "请选择一个文件" in words(answer)
    with reading(office.engine) as session:
        assert not session.scalars(select(import_draft.c.id).where(import_draft.c.state == "open")).all()


def test_a_file_too_large_is_told_with_words(office: Office):
    answer = send(office, office.client("east"), [["x" * 31_000_000]])
    assert answer.status_code == 400
    assert "网页上最多导入 30 MB" in words(answer)


def test_a_form_needs_its_token(office: Office):
    client = office.client("east")
    path = begun(office, client)
    assert client.post(f"{path}/load").status_code == 403
    assert client.post("/admin/import", data={"file": file_of([HEADER])}).status_code == 403


def test_nothing_in_a_file_is_markup(office: Office):
    client = office.client("east")
    header = [*HEADER, HOSTILE]
    rows = [header, ["9", HOSTILE, HOSTILE, "113.61512", "34.71012", HOSTILE, HOSTILE]]
    data = {"file": file_of(rows, f"{HOSTILE}.csv")}
    answer = office.post(
        client, "/admin/import", data, content_type="multipart/form-data", follow_redirects=True
    )
    path = answer.request.path.removesuffix("/columns")
    system = client.get(f"{path}/system")
    check = office.post(client, f"{path}/system", {"crs": "wgs84"}, follow_redirects=True)
    done = office.post(client, f"{path}/load", {}, follow_redirects=True)
    for page in (answer, system, check, done, client.get("/admin/import")):
        assert page.status_code == 200
        assert "<script>" not in page.text
    assert "&lt;script&gt;" in answer.text


def test_an_old_template_is_told_and_read_all_the_same(office: Office):
    client = office.client("east")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/admin/template.xlsx").data))
    book[GUIDE_SHEET]["B1"] = "2025.01"
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for name, text in {
        "站点名称": "旧表站",
        "经度": "113.61512",
        "纬度": "34.71012",
        "坐标系": "WGS-84",
    }.items():
        sheet.cell(2, header.index(name) + 1, text)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    answer = office.post(
        client, "/admin/import", {"file": (out, "驿站.xlsx")}, content_type="multipart/form-data",
        follow_redirects=True,
    )  # fmt: skip
    assert "这是旧版模板(2025.01)" in words(answer)
    path = answer.request.path.removesuffix("/columns")
    system = client.get(f"{path}/system")
    assert "按各行“坐标系”一列写的" in words(system)
    assert "将新增 1" in words(office.post(client, f"{path}/system", {"crs": ""}, follow_redirects=True))


def test_what_many_rows_share_is_told_once_and_mended_at_once(office: Office):
    client = office.client("east")
    rows = [[str(n), f"{n}号站", "东区", f"113.6{n:02}512", "34.71012", "随商场"] for n in range(10, 22)]
    path = begun(office, client, rows)
    page = client.get(path)
    assert words(page).count("随商场") == 1
    assert "12 行都这样" in words(page)
    assert words(client.get(f"{path}?all=1")).count("随商场,开放时间按未知处理") == 12
    answer = office.post(client, path, {"all-2-5": "8:00-20:00"}, follow_redirects=True)
    assert "已改 12 处" in words(answer)
    assert "没有发现问题" in words(answer)


def test_a_row_left_out_is_listed_and_comes_back(office: Office):
    client = office.client("east")
    path = begun(office, client)
    answer = office.post(client, path, {"skip-3": "1", "skip-4": "1"}, follow_redirects=True)
    assert "不能导入 0" in words(answer)
    assert "恢复第 3 行" in words(answer)
    answer = office.post(client, path, {"back-3": "1"}, follow_redirects=True)
    assert "不能导入 1" in words(answer)


def test_a_file_of_which_every_row_is_left_out_is_told_and_its_rows_come_back(office: Office):
    client = office.client("east")
    path = begun(office, client)
    answer = office.post(client, path, {f"skip-{row}": "1" for row in (2, 3, 4)}, follow_redirects=True)
    assert "没有一行数据" in words(answer)
    assert "将新增 1" in words(office.post(client, path, {"back-2": "1"}, follow_redirects=True))


def test_columns_that_nobody_knows_are_asked_for(office: Office):
    client = office.client("east")
    data = {"file": file_of([["a", "b", "c"], ["甲站", "113.61512", "34.71012"]])}
    answer = office.post(
        client, "/admin/import", data, content_type="multipart/form-data", follow_redirects=True
    )
    assert "没有坐标列" in words(answer)
    path = answer.request.path.removesuffix("/columns")
    assert client.get(f"{path}/system").location.endswith("/columns")
    assert client.get(path).status_code == 303
    columns = {"column-0": "name", "column-1": "x", "column-2": "y"}
    answer = office.post(client, f"{path}/columns", columns, follow_redirects=True)
    assert answer.request.path.endswith("/system")
    assert "将新增 1" in words(office.post(client, f"{path}/system", {"crs": "wgs84"}, follow_redirects=True))


def test_without_a_coordinate_system_the_check_leads_back_to_it(office: Office):
    client = office.client("east")
    path = begun(office, client, crs="")
    answer = client.get(path, follow_redirects=True)
    assert answer.request.path.endswith("/system")
    assert "坐标系" in words(answer)
    assert "--crs" not in words(answer)


def test_a_large_file_is_read_and_loaded_beside_the_worker(office: Office, monkeypatch: pytest.MonkeyPatch):
    client = office.client("east")
    path = begun(office, client)
    monkeypatch.setattr(import_work, "_SMALL_BYTES", 0)
    assert "将新增 1" in words(poll(client, path))
    office.post(client, f"{path}/load", {})
    assert "没有导入 2" in words(poll(client, path))
    assert "一号驿站" in names(office)


def test_what_was_found_of_a_file_long_ago_is_forgotten_and_found_again(office: Office):
    client = office.client("east")
    path = begun(office, client)
    client.get(path)
    [old] = (office.home / "imports").iterdir()
    os.utime(old, (0, 0))
    send(office, client)
    assert not old.exists()
    assert "将新增 1" in words(client.get(path))


def poll(client: FlaskClient, path: str) -> TestResponse:
    """Ask until it is done, as a browser does that is told to come again."""
    deadline = time.monotonic() + _PATIENCE_S
    while (answer := client.get(path)).status_code == 202:
        assert answer.headers["Refresh"]
        assert time.monotonic() < deadline
        time.sleep(_POLL_S)
    return answer
