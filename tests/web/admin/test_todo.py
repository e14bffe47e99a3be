"""The worklist, the form of whoever looks, the sheets to take along: in the back office."""

import re

import orjson
import pypdfium2
import pytest
from flask.testing import FlaskClient

from geo.db.engine import reading, writing
from geo.registry.stations import get_station
from geo.upkeep.messages import read_messages, tell
from tests.web.admin.office import Office
from tests.web.registry import HOSTILE, SECRETS
from web.admin import todo

VERIFY = "/admin/stations/YZ-0001/verify"


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def codes_on(page: str) -> list[str]:
    """Return the stations that a worklist asks to look at."""
    return re.findall(r'name="code" value="([^"]+)"', page)


def test_a_keeper_sees_his_stations_and_an_editor_those_of_his_unit(office: Office):
    assert codes_on(text(office.client("keeper"), "/admin/todo")) == ["YZ-0001"]
    east = codes_on(text(office.client("east"), "/admin/todo"))
    assert {"YZ-0001", "YZ-0008"} <= set(east)
    assert not set(east) & set(codes_on(text(office.client("west"), "/admin/todo")))
    # Closed, or not there yet: nobody can go and look.
    assert not {"YZ-0005", "YZ-0007"} & set(east)


def test_a_reader_has_no_worklist(office: Office):
    assert office.client("reader").get("/admin/todo").status_code == 403
    assert office.client().get("/admin/todo").status_code == 302


def test_page_by_page_each_station_is_asked_for_once_the_most_urgent_first(office: Office, monkeypatch):
    east = office.client("east")
    whole = codes_on(text(east, "/admin/todo"))
    assert 'class="pager"' not in text(east, "/admin/todo")
    monkeypatch.setattr(todo, "_SHOWN", 2)
    found, path = [], "/admin/todo"
    while path:
        page = text(east, path)
        found.append(codes_on(page))
        after = re.search(r'rel="next" href="([^"]+)"', page)
        path = after and after[1]
    assert [code for codes in found for code in codes] == whole
    assert {len(codes) for codes in found[:-1]} == {2}
    # Who looked at the last ones finds the page before it, not an empty one.
    assert codes_on(text(east, "/admin/todo?page=999")) == found[-1]
    assert east.get("/admin/todo?page=0").status_code == 400


def test_one_tap_and_the_public_reads_who_looked_at_what(office: Office):
    keeper = office.client("keeper")
    page = text(keeper, VERIFY)
    assert set(re.findall(r'value="(\w+)" checked', page)) == {"exists", "door", "hours", "position"}
    said = {"answer": "yes", "checked": ["door", "hours"]}
    assert office.post(keeper, VERIFY, said).status_code == 303
    office.refresh()
    public = text(office.client(), "/s/YZ-0001")
    assert re.search(r"\d{4}-\d\d-\d\d 由驿站负责人核实过:门开着、开放时间", public)
    api = orjson.loads(text(office.client(), "/api/v1/stations/YZ-0001"))["properties"]
    assert api["verified"] == {"role": "keeper", "checked": ["door", "hours"]}
    assert "由驿站负责人核实过" in text(office.client(), "/embed?code=YZ-0001&lang=zh")
    assert codes_on(text(keeper, "/admin/todo")) == []
    assert "柯负责" in text(keeper, VERIFY)
    assert "柯负责" not in public


def test_a_doubt_reaches_those_who_may_mend_it(office: Office):
    keeper = office.client("keeper")
    said = {"answer": "no", "checked": ["door"], "note": HOSTILE}
    assert office.post(keeper, VERIFY, said).status_code == 303
    with reading(office.engine) as session:
        for login, count in (("east", 1), ("admin", 1), ("keeper", 1), ("west", 0), ("reader", 0)):
            assert len(read_messages(session, office.person(login))) == count, login
        _, row = get_station(session, "YZ-0001")
    assert row["verified_on"] is None
    page = text(keeper, VERIFY)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "said", [{"answer": "yes"}, {"answer": "no", "note": " "}, {"answer": "yes", "checked": ["smell"]}]
)
def test_what_says_nothing_is_asked_again(office: Office, said: dict):
    answer = office.post(office.client("keeper"), VERIFY, said)
    assert answer.status_code == 400
    assert 'class="fault"' in answer.text


def test_a_keeper_cannot_verify_the_station_of_another(office: Office):
    keeper = office.client("keeper")
    for path in ("/admin/stations/YZ-0002/verify", "/admin/stations/YZ-0404/verify"):
        assert keeper.get(path).status_code == 404
        assert office.post(keeper, path, {"answer": "yes", "checked": ["door"]}).status_code == 404
    assert keeper.get("/admin/sheets.pdf?code=YZ-0002").status_code == 404


# The sheets


def words_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def test_sheets_hold_what_is_registered_and_nothing_internal(office: Office):
    answer = office.client("east").get("/admin/sheets.pdf?code=YZ-0001&code=YZ-0008&lang=zh")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    printed = words_of(answer.data)
    assert "样城第1驿站" in printed
    assert "YZ-0008" in printed
    assert "卫生间" in printed or "厕所" in printed
    for secret in SECRETS.values():
        assert str(secret) not in printed


def test_without_a_choice_the_most_urgent_are_printed(office: Office):
    printed = words_of(office.client("keeper").get("/admin/sheets.pdf?lang=zh").data)
    assert "YZ-0001" in printed
    many = "&".join(f"code=YZ-{n:04d}" for n in range(61))
    assert office.client("admin").get(f"/admin/sheets.pdf?{many}").status_code == 400


def test_nothing_to_print_is_said(office: Office):
    keeper = office.client("keeper")
    office.post(keeper, VERIFY, {"answer": "yes", "checked": ["door"]})
    assert "不用打印" in keeper.get("/admin/sheets.pdf?lang=zh").text


# Reports and orders among what waits


def test_the_newest_message_of_a_station_is_told_on_the_page_of_notices(office: Office):
    with writing(office.engine) as session:
        id_, _ = get_station(session, "YZ-0001")
        tell(session, id_, "report", "report:1", HOSTILE, HOSTILE, "/admin/tickets/1")
    page = text(office.client("keeper"), "/admin/notices")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
