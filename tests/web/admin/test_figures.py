"""Figures, and the counts they are made of, in the browser."""

import csv
import io
from datetime import datetime, timedelta

from geo.ingest.door_counts import LARGEST_COUNT
from geo.model.hours import CHINA
from tests.web.admin.office import Office
from web.language import gettext

TODAY = datetime.now(CHINA).date()


def text(answer) -> str:
    return answer.get_data(as_text=True)


def table(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))


def count(office: Office, client, **given: str):
    values = {"code": "YZ-0001", "day": TODAY.isoformat(), "count": "12"}
    return office.post(client, "/admin/counts", values | given)


def upload(office: Office, client, body: str, source: str = "door"):
    data = {"file": (io.BytesIO(body.encode()), "客流.csv"), "source": source}
    return office.post(client, "/admin/counts/file", data)


def test_a_keeper_counts_and_counts_again(office: Office):
    keeper = office.client("keeper")
    assert 'value="YZ-0001"' in text(keeper.get("/admin/counts"))
    assert count(office, keeper).status_code == 303
    assert count(office, keeper, count="1,013").status_code == 303
    page = text(keeper.get("/admin/counts"))
    assert page.count("负责人点数") == 1
    assert ">1013<" in page


def test_what_cannot_be_is_said_beside_its_field(office: Office):
    keeper = office.client("keeper")
    # Of a day that may have begun since the tests have.
    later = (TODAY + timedelta(days=2)).isoformat()
    for given, said in (
        ({"count": "-1"}, "请写一个整数"),
        ({"count": ""}, "请写一个整数"),
        ({"day": later}, "不能是以后"),
        ({"day": "昨天"}, "请写成 2026-10-10"),
        ({"code": "YZ-9999"}, "YZ-9999"),
    ):
        answer = count(office, keeper, **given)
        assert answer.status_code == 400
        assert said in text(answer)


def test_a_keeper_counts_at_his_own_stations_alone(office: Office):
    keeper = office.client("keeper")
    assert count(office, keeper, code="YZ-0002").status_code == 400
    answer = upload(office, keeper, f"编号,日期,人次\nYZ-0002,{TODAY},5\nYZ-0001,{TODAY},6\n")
    assert "不归您管" in text(answer)
    assert [row[0] for row in table(office.client("admin").get("/admin/figures/visits.csv"))[1:]] == [
        "YZ-0001"
    ]


def test_a_file_of_a_door_counter_is_added_up_by_day_and_its_faults_are_told(office: Office):
    admin = office.client("admin")
    yesterday = TODAY - timedelta(days=1)
    body = (
        "站点编号,时间,进,出\n"
        f"YZ-0001,{yesterday} 08:00,3,2\nYZ-0001,{yesterday} 09:00,4,5\nYZ-0001,{yesterday} 09:00,4,5\n"
        f"YZ-0003,{yesterday} 09:00,很多,5\n"
    )
    answer = upload(office, admin, body)
    assert "第 4 行" in text(answer)
    assert "第 5 行" in text(answer)
    rows = table(admin.get("/admin/figures/visits.csv"))
    assert rows[1:] == [["YZ-0001", "样城第1驿站", yesterday.isoformat(), "客流计数器", "7"]]


def test_why_a_line_is_refused_is_told_in_the_language_of_the_page(office: Office):
    with office.app.test_request_context("/?lang=en"):
        told = gettext("人次应为 0 到 %(most)s 的整数", most=LARGEST_COUNT)
    data = {"source": "door", "file": (io.BytesIO(f"编号,日期,人次\nYZ-0001,{TODAY},x\n".encode()), "a.csv")}
    page = text(office.post(office.client("admin"), "/admin/counts/file?lang=en", data))
    assert told.isascii()
    assert told in page


def test_sources_stand_side_by_side_and_are_never_added_up(office: Office):
    admin = office.client("admin")
    count(office, admin)
    upload(office, admin, f"编号,日期,人次\nYZ-0001,{TODAY},30\n")
    upload(office, admin, f"编号,日期,人次\nYZ-0001,{TODAY},5\n", "scan")
    page = text(admin.get("/admin/figures"))
    for visits in ("12", "30", "5"):
        assert f'<td class="amount">{visits} ' in page
    for wrong in ("42", "47", "35", "17"):
        assert f'<td class="amount">{wrong}' not in page


def test_an_empty_file_or_none_is_refused_with_words(office: Office):
    admin = office.client("admin")
    assert "找不到表头" in text(upload(office, admin, "甲,乙\n1,2\n"))
    assert "没有“人次”列" in text(upload(office, admin, "编号,日期\nYZ-0001,2026-10-01\n"))
    nothing = office.post(admin, "/admin/counts/file", {"source": "door"})
    assert nothing.status_code == 400
    assert "请选一个" in text(nothing)
    large = upload(office, admin, "编号,日期,人次\n" + "YZ-0001,2026-10-01,1\n" * 300_000)
    assert large.status_code == 400
    assert "最多 5 MB" in text(large)


def test_a_unit_is_shown_with_those_below_it_and_no_others(office: Office):
    page = text(office.client("admin").get("/admin/figures?unit=410100"))
    for name in ("样城市总工会", "东区总工会", "西区总工会"):
        assert name in page
    east = office.client("east")
    assert "西区总工会" not in text(east.get("/admin/figures"))
    assert east.get("/admin/figures?unit=410102").status_code == 404
    assert east.get("/admin/figures?unit=410100").status_code == 404


def test_a_keeper_sees_his_own_figures_and_takes_no_lists_out(office: Office):
    keeper = office.client("keeper")
    page = keeper.get("/admin/figures")
    assert page.status_code == 200
    assert "units.csv" not in text(page)
    assert keeper.get("/admin/figures/units.csv").status_code == 403


def test_every_list_taken_out_is_in_the_log(office: Office):
    reader = office.client("reader")
    assert reader.get("/admin/figures/units.csv").status_code == 200
    assert reader.get("/admin/figures/visits.csv").status_code == 200
    log = text(office.client("admin").get("/admin/log?group=export"))
    assert log.count("杜只读") == 2


def test_wrong_dates_are_said(office: Office):
    admin = office.client("admin")
    for query in ("since=x", "since=2026-10-02&until=2026-10-01", "since=2020-01-01&until=2026-01-01",
                  "until=9999-12-31", "until=0001-01-05", "since=1999-12-31&until=2000-01-02"):  # fmt: skip
        assert admin.get(f"/admin/figures?{query}").status_code == 400
