"""Lists to take out: whose stations, how much of a person, no formula, and a line in the log."""

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geo.db.engine import reading, writing
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.model.station import FIELDS
from geo.registry.load import load_stations
from geo.registry.rows import read_rows
from geo.registry.stations import change_station
from geo.registry.write import add_stations
from geo.report.template_columns import COLUMNS
from geo.upkeep.audit import read_acts
from tests.web.admin.office import Office
from tests.web.registry import SECRETS
from web.admin import exports

PHONE, MASKED = "13900009999", "139****9999"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)")
_PATIENCE_S, _POLL_S = 60, 0.05


def table(answer: TestResponse) -> list[dict[str, Any]]:
    """Return the rows of a CSV or an XLSX file, by the Chinese names of their columns."""
    assert answer.status_code == 200, answer.text
    if answer.content_type.startswith("text/csv"):
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def take(office: Office, login: str, format: str, query: str = "") -> TestResponse:
    return office.client(login).get(f"/admin/export/stations.{format}{query}")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_each_takes_out_the_stations_of_his_scope(office: Office, format: str):
    everything = {row["编号"] for row in table(take(office, "admin", format))}
    east = {row["编号"] for row in table(take(office, "east", format))}
    west = {row["编号"] for row in table(take(office, "west", format))}
    with reading(office.engine) as session:
        held = {row["code"]: row["area_code"] for _, row in read_rows(session)}
    assert everything == set(held)
    assert east == {code for code, area in held.items() if area == "410101"}
    assert west == {code for code, area in held.items() if area == "410102"}
    assert take(office, "keeper", format).status_code == 403


def test_the_filter_of_the_table_holds_for_the_file(office: Office):
    [row] = table(take(office, "east", "csv", "?kind=nursing_room"))
    assert (row["编号"], row["状态"]) == ("YZ-0003", "trial")
    page = office.client("east").get("/admin/export?kind=nursing_room").text
    assert "按现在的筛选,有 1 个站点" in page
    assert "stations.xlsx?kind=nursing_room" in page


@pytest.mark.parametrize("format", ["csv", "xlsx", "geojson"])
def test_how_much_of_a_keeper_is_told_depends_on_the_role(office: Office, format: str):
    with writing(office.engine) as session:
        values = {"remarks": f"备用电话 {PHONE}", "keeper_name": f"张三 {PHONE}"}
        change_station(session, "YZ-0001", values, who="tester")

    def told(login: str) -> str:
        answer = take(office, login, format, "?q=YZ-0001")
        if format == "xlsx":
            return repr(table(answer))
        return answer.data.decode("utf-8-sig")

    assert told("admin").count(PHONE) == 3
    for login in ("east", "reader"):
        assert PHONE not in told(login)
        assert told(login).count(MASKED) >= 2
    assert "张三" in told("east")
    assert "张三" not in told("reader")
    for secret in ("原始坐标哨兵", "坐标系哨兵"):
        assert secret not in told("admin")


def test_a_file_has_every_field_but_what_it_came_from(office: Office):
    [row] = table(take(office, "admin", "csv", "?q=YZ-0001"))
    assert set(row) - {"坐标系", "资料时间"} == {
        field.zh for field in FIELDS if field.name not in ("position_given", "crs_given")
    }
    assert row["坐标系"] == "wgs84"
    assert row["补助资金(元)"] == str(SECRETS["grant_yuan"])
    features = json.loads(take(office, "admin", "geojson", "?q=YZ-0001").data)["features"]
    assert features[0]["properties"]["keeper_phone"] == PHONE
    assert features[0]["geometry"]["coordinates"] == [113.6101, 34.7201]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_cell_is_run_as_a_formula(office: Office, format: str):
    rows = [
        {
            "code": f"YZ-9{number:03d}", "name": text, "address": text, "remarks": text, "keeper_name": text,
            "aliases": [text], "lon": 113.65, "lat": 34.7, "source": "x", "source_ref": f"id:{number}",
        }
        for number, text in enumerate(FORMULAS)
    ]  # fmt: skip
    with writing(office.engine) as session:
        add_stations(session, rows, who="tester")
    answer = take(office, "admin", format)
    for row in table(answer):
        for cell in row.values():
            assert not (isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))), row
    if format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_is_exported_and_imported_again_changes_nothing(office: Office, tmp_path: Path):
    # As the guide of the template has it: every column filled.
    row = {column.header: column.example for column in COLUMNS} | {"经度": "113.61512", "纬度": "34.71012"}
    path = tmp_path / "台账.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([row.keys(), row.values()])
    with writing(office.engine) as session, open_table(path, max_bytes=10**6) as opened:
        items = read_stations(opened, crs=None, kind=None)
        load_stations(session, items, source="台账", file="台账.csv", who="x", code_prefix="YZ")
    for login, format in (("admin", "csv"), ("admin", "xlsx"), ("east", "xlsx")):
        client = office.client(login)
        body = io.BytesIO(client.get(f"/admin/export/stations.{format}?q={row['站点名称']}").data)
        answer = office.post(
            client, "/admin/import", {"file": (body, f"导出.{format}")}, follow_redirects=True,
            content_type="multipart/form-data",
        )  # fmt: skip
        page = client.get(answer.request.path.removesuffix("/columns"))
        counts = re.findall(r"<dd>(\d+)</dd>", page.text)
        # Nothing new, nothing changed, one station the same, none refused.
        assert counts[:4] == ["0", "0", "1", "0"], (login, format, page.text)


def test_every_export_is_in_the_log(office: Office):
    take(office, "east", "csv", "?q=秘密&kind=care_station")
    take(office, "reader", "xlsx")
    with reading(office.engine) as session:
        acts = read_acts(session, act="export")
    assert [(act.person_id, act.object) for act in acts] == [
        (office.person("reader").id, "stations.xlsx"), (office.person("east").id, "stations.csv"),
    ]  # fmt: skip
    assert acts[1].detail == {"count": 0, "filters": ["q", "kind"]}, "what was sought may be a person's name"


def test_a_format_that_there_is_not_is_told(office: Office):
    assert take(office, "admin", "gpkg").status_code == 404


def test_large_lists_and_the_ledger_are_made_beside_the_worker(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(exports, "_SMALL", 0)
    client = office.client("east")
    assert len(table(poll(client, "/admin/export/stations.csv"))) > 10
    book = openpyxl.load_workbook(io.BytesIO(poll(client, "/admin/export/ledger.xlsx").data))
    assert "截至" in repr(
        [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    )
    assert not [path for path in (office.home / "exports").iterdir() if path.suffix != ".lock"]


def test_what_was_fetched_meanwhile_is_made_anew(office: Office, monkeypatch: pytest.MonkeyPatch):
    client, outcome = office.client("east"), exports.aside.outcome

    def fetched_first(path: Path) -> Any:
        found = outcome(path)
        path.with_suffix("").unlink(missing_ok=True)
        monkeypatch.setattr(exports.aside, "outcome", outcome)
        return found

    monkeypatch.setattr(exports.aside, "outcome", fetched_first)
    assert client.get("/admin/export/stations.csv").status_code == 202
    assert len(table(client.get("/admin/export/stations.csv"))) > 10
    assert not list((office.home / "exports").iterdir())


def poll(client: FlaskClient, path: str) -> TestResponse:
    """Ask until it is made, as a browser does that is told to come again."""
    deadline = time.monotonic() + _PATIENCE_S
    while (answer := client.get(path)).status_code == 202:
        assert time.monotonic() < deadline
        time.sleep(_POLL_S)
    return answer


def test_the_template_offers_what_is_the_clerks(office: Office):
    answer = office.client("east").get("/admin/template.xlsx")
    # RFC 5987, which no browser guesses the code page of.
    assert f"filename*=UTF-8''{quote('驿站导入模板.xlsx')}" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    offered = [rule.formula1 for rule in book.active.data_validations.dataValidation]
    assert '"410101"' in offered
    assert '"东区,西区"' in offered
    assert office.client("reader").get("/admin/template.xlsx").status_code == 403
