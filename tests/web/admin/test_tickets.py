"""The queue of reports and orders: who sees what, and what an answer does."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image

from geo.db.engine import writing_aside
from geo.ingest.pictures import clean_picture
from geo.model.reports import ReportKind
from geo.registry.rows import id_of
from geo.settings import Settings
from geo.upkeep.tickets import Report, file_report
from tests.web.admin.office import Office
from tests.web.registry import HOSTILE

EAST, WEST = "YZ-0001", "YZ-0011"


def report(office: Office, kind: str = "locked", code: str = EAST, number: int = 1, **more: object) -> str:
    made = Report(ReportKind(kind), True, f"d{number}", f"n{number}", **more)
    with writing_aside(office.engine) as session:
        station_id = id_of(session, code)
        return file_report(session, station_id, made, now=datetime.now(UTC), settings=Settings())


def amber(client: FlaskClient, office: Office) -> bool:
    office.refresh()
    return "可能没开门" in client.get(f"/s/{EAST}").text


def test_everybody_sees_the_reports_of_his_stations_alone(office: Office):
    report(office, "no_water", EAST, text="东边没水")
    report(office, "no_water", WEST, text="西边没水")
    for login, east, west in (
        ("admin", True, True), ("east", True, False), ("west", False, True), ("keeper", True, False),
        ("reader", True, False),
    ):  # fmt: skip
        client = office.client(login)
        page = client.get("/admin/tickets").text
        assert ("东边没水" in page, "西边没水" in page) == (east, west), login
        for id_, theirs in ((1, east), (2, west)):
            assert client.get(f"/admin/tickets/{id_}").status_code == (200 if theirs else 404)
    assert office.client().get("/admin/tickets").status_code == 302


def test_what_is_another_s_and_what_is_not_there_look_alike(office: Office):
    report(office, "no_water", WEST, photo=_photo())
    keeper = office.client("keeper")
    paths = ("/admin/tickets/{}", "/admin/tickets/{}/photo.jpg", "/admin/orders/{}")
    for path in paths:
        other, none = (keeper.get(path.format(number)) for number in (1, 77))
        assert other.status_code == none.status_code == 404
        told = [office.text(answer).replace("77", "1") for answer in (other, none)]
        assert told[0] == told[1]
    for act, data in (("answer", {"chosen": "filled"}), ("assign", {}), ("close", {})):
        assert office.post(keeper, f"/admin/tickets/1/{act}", data).status_code == 404


def test_a_reader_reads_and_answers_nothing(office: Office):
    report(office, "no_water")
    reader = office.client("reader")
    page = reader.get("/admin/tickets/1").text
    assert "<form" not in page.split('<main id="main">')[1]
    for act in ("answer", "assign", "close"):
        assert office.post(reader, f"/admin/tickets/1/{act}", {"chosen": "filled"}).status_code == 403


def test_without_the_form_s_token_nothing_happens(office: Office):
    report(office, "no_water")
    keeper = office.client("keeper")
    assert keeper.post("/admin/tickets/1/answer", data={"chosen": "filled"}).status_code == 403
    assert "已收到" in keeper.get("/admin/tickets/1").text


def test_the_rider_reads_the_keeper_s_answer(office: Office):
    code = report(office, "no_water", text="桶空了")
    keeper = office.client("keeper")
    answer = office.post(keeper, "/admin/tickets/1/answer", {"chosen": "filled", "text": "<b>中午</b>补的"})
    assert answer.status_code == 303
    assert "答复已经给反馈的人看到" in keeper.get(answer.location).text
    ticket = office.client().get(f"/t/{code}").text
    assert "没水了:已答复" in ticket
    assert "驿站负责人答复了" in ticket
    assert "已经补上水了。" in ticket
    assert "&lt;b&gt;中午&lt;/b&gt;补的" in ticket
    # In English our own sentence is, and his words stay.
    assert "桶空了" in office.client().get(f"/t/{code}?lang=en").text
    # No name of his.
    assert "柯负责" not in ticket


def test_who_comes_second_with_an_answer_is_told_so(office: Office):
    report(office, "no_water")
    keeper, editor = office.client("keeper"), office.client("east")
    assert office.post(keeper, "/admin/tickets/1/answer", {"chosen": "filled"}).status_code == 303
    late = office.post(editor, "/admin/tickets/1/answer", {"chosen": "was_there"})
    assert late.status_code == 409
    assert "您的答复没有保存" in late.text


def test_an_empty_answer_is_refused_in_words_and_keeps_what_was_typed(office: Office):
    report(office)
    keeper = office.client("keeper")
    empty = office.post(keeper, "/admin/tickets/1/answer", {"text": " "})
    assert empty.status_code == 400
    assert "请选一句答复" in empty.text
    for until in ("", "2001-01-01T08:00", "soon"):
        shut = office.post(
            keeper, "/admin/tickets/1/answer", {"chosen": "shut", "text": "停电", "until": until}
        )
        assert shut.status_code == 400
        assert re.search(r'value="shut" checked', shut.text)
        assert "停电" in shut.text


def test_an_order_opens_turns_the_station_amber_and_an_answer_clears_it(office: Office):
    rider = office.client()
    codes = [report(office, number=number) for number in (1, 2)]
    assert amber(rider, office)
    keeper = office.client("keeper")
    assert f"<bdi>{'样城第1驿站'}</bdi>" in keeper.get("/admin/orders").text
    page = keeper.get("/admin/orders/1").text
    assert "柯负责" in page
    answer = office.post(keeper, "/admin/orders/1/answer", {"chosen": "open"})
    assert answer.status_code == 303
    assert not amber(rider, office)
    for code in codes:
        assert "门现在开着,可以来了。" in rider.get(f"/t/{code}").text
    assert "没有这样的工单" in keeper.get("/admin/orders").text
    assert "工单 1" in keeper.get("/admin/orders?show=answered").text
    assert office.post(keeper, "/admin/orders/1/answer", {"chosen": "open"}).status_code == 409


def test_a_door_that_stays_shut_is_told_to_everybody_until_then(office: Office):
    report(office)
    until = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT08:00")
    sent = {"chosen": "shut", "until": until, "text": "停电检修"}
    assert office.post(office.client("keeper"), "/admin/tickets/1/answer", sent).status_code == 303
    office.refresh()
    page = office.client().get(f"/s/{EAST}").text
    assert "暂停开放" in page
    assert "停电检修" in page


def test_a_report_is_taken_on_and_given_on(office: Office):
    report(office, "broken")
    editor = office.client("east")
    assert office.post(editor, "/admin/tickets/1/assign", {}).status_code == 303
    assert "东编辑" in editor.get("/admin/tickets?mine=1").text
    keeper = office.person("keeper")
    assert office.post(editor, "/admin/tickets/1/assign", {"person": keeper.id}).status_code == 303
    assert "没有这样的反馈" in editor.get("/admin/tickets?mine=1").text
    west = office.person("west")
    assert office.post(editor, "/admin/tickets/1/assign", {"person": west.id}).status_code == 400


def test_the_queue_is_narrowed_and_paged(office: Office):
    for number in range(53):
        report(office, "no_water" if number else "broken", number=number)
    admin = office.client("admin")
    first = admin.get("/admin/tickets").text
    assert len(re.findall(r'href="/admin/tickets/\d+"', first)) == 50
    [older] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = admin.get(older.replace("&amp;", "&")).text
    assert len(re.findall(r'href="/admin/tickets/\d+"', second)) == 3
    assert len(re.findall(r'href="/admin/tickets/\d+"', admin.get("/admin/tickets?kind=broken").text)) == 1
    assert "没有这样的反馈" in admin.get("/admin/tickets?code=YZ-0002").text
    assert admin.get("/admin/tickets?show=x&kind=y&mine=q").status_code == 200


def test_the_median_time_to_answer_is_told(office: Office):
    report(office, "no_water")
    keeper = office.client("keeper")
    assert "还没有答复过反馈" in keeper.get("/admin/tickets").text
    office.post(keeper, "/admin/tickets/1/answer", {"chosen": "filled"})
    assert "答复了 1 条,一半在 1 分钟内答复" in keeper.get("/admin/tickets").text


def test_a_photo_is_shown_to_those_who_answer(office: Office):
    report(office, "broken", photo=_photo())
    keeper = office.client("keeper")
    assert 'src="/admin/tickets/1/photo.jpg"' in keeper.get("/admin/tickets/1").text
    answer = keeper.get("/admin/tickets/1/photo.jpg")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert Image.open(io.BytesIO(answer.data)).size == (60, 40)
    assert office.client().get("/admin/tickets/1/photo.jpg").status_code == 302


@pytest.mark.parametrize("path", ["/admin/tickets", "/admin/tickets/1", "/admin/orders", "/admin/orders/1"])
def test_hostile_words_are_words(office: Office, path: str):
    for number in (1, 2):
        report(office, "locked", "YZ-0008", number=number, text=HOSTILE)
    page = office.client("admin").get(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40)).save(file, "JPEG")
    return clean_picture(file.getvalue()).body
