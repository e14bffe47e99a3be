"""A study's own page: waiting, done, failed, lost; its map and its files."""

import errno
import re
import threading
from html import unescape
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from geo.db.engine import writing
from geo.db.tables import study as table
from geo.errors import UnavailableError
from geo.registry.studies import add_study, cancel_study, claim_study, fail_study, tell_study
from geo.settings import Settings
from tests.report.studies import HOSTILE, make_study
from tests.web.plans import OURS, client_of, keep
from web import plan_files, plan_making

ASKED = make_study()["asked"]


@pytest.fixture
def client(settings: Settings, engine: Engine) -> FlaskClient:
    """A client over an empty registry, on either store."""
    return client_of(settings)


def add(engine: Engine, *moves) -> str:
    with writing(engine) as session:
        id_ = add_study(session, ASKED)
        for move, *args in moves:
            move(session, id_, *args)
    return id_


def told(client: FlaskClient, id_: str) -> dict:
    return client.get(f"/plan/{id_}/state.json").json


def test_one_that_waits_says_so_and_looks_again_without_scripts(client: FlaskClient, engine: Engine):
    first, id_ = add(engine), add(engine)
    page = client.get(f"/plan/{id_}").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "排队中" in page
    before = {told(client, one)["state"] for one in (first, id_)}
    assert before == {"waiting"}


def test_progress_is_told_once(client: FlaskClient, engine: Engine):
    id_ = add(engine, (claim_study,), (tell_study, 0.42, "正在找缺口和原因"))
    answer = client.get(f"/plan/{id_}/state.json")
    assert (answer.json["percent"], answer.json["step"]) == (42, "正在找缺口和原因")
    same = client.get(f"/plan/{id_}/state.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304
    with writing(engine) as session:
        tell_study(session, id_, 0.5)
    again = client.get(f"/plan/{id_}/state.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.json["percent"]) == (200, 50)
    assert 'value="50"' in client.get(f"/plan/{id_}").text


def test_one_can_be_cancelled_and_made_again(client: FlaskClient, engine: Engine):
    id_ = add(engine)
    assert client.post(f"/plan/{id_}/cancel").status_code == 403
    assert told(client, id_)["state"] == "waiting"
    assert client.post(f"/plan/{id_}/cancel", headers=OURS).location == f"/plan/{id_}"
    assert "已取消" in client.get(f"/plan/{id_}").text
    assert client.post(f"/plan/{id_}/again").status_code == 403
    assert client.post(f"/plan/{id_}/again", headers=OURS).status_code == 303
    assert told(client, id_)["state"] == "waiting"


def test_one_that_failed_says_why(client: FlaskClient, engine: Engine):
    failure = (fail_study, "没有名为“%(name)s”的需求数据", {"name": HOSTILE})
    page = client.get(f"/plan/{add(engine, (claim_study,), failure)}").text
    assert f"没有名为“{HOSTILE}”的需求数据" in unescape(page)
    assert "<script>alert" not in page
    assert "重新计算" in page


def test_one_whose_worker_died_says_so(client: FlaskClient, engine: Engine):
    id_ = add(engine, (claim_study,))
    with writing(engine) as session:
        session.execute(update(table).where(table.c.id == id_).values(seen_at="2026-01-01T00:00:00Z"))
    assert told(client, id_)["state"] == "lost"
    page = client.get(f"/plan/{id_}").text
    assert "中断了" in page
    assert "重新计算" in page
    assert "中断了" in client.get("/plan/").text


def test_what_was_found_is_all_there(client: FlaskClient, engine: Engine):
    page = unescape(client.get(f"/plan/{keep(engine, make_study())}").text)
    assert "碑林区 78.4% 的骑手需求" in page
    for part in ("90.0%", "70.0%", "82.0%", "文艺北路与建设西路口", "被隔断", "打通通道", 
                 "南院门街道", "柏树林驿站", "疑似重复", "如果它们那时开放", "周边还有 4 处在范围内",
                 "© OpenStreetMap contributors", "步行速度按 1.15 米/秒"):  # fmt: skip
        assert part in page, part


def test_every_table_says_what_its_figures_are(client: FlaskClient, engine: Engine):
    page = unescape(client.get(f"/plan/{keep(engine, make_study())}").text)
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    assert len(captions) == len(re.findall(r"<table", page))
    told = [caption for caption in captions if "步行 15 分钟" in caption and "周三 14:00" in caption]
    assert len(told) == 5


def test_the_week_is_a_table_with_the_hour_asked_marked(client: FlaskClient, engine: Engine):
    page = client.get(f"/plan/{keep(engine, make_study())}").text
    week = re.search(r'<table class="week">.*?</table>', page, re.DOTALL)[0]
    assert len(re.findall("<td", week)) == 7 * 24
    rows = re.findall(r"<tr>(.*?)</tr>", week, re.DOTALL)[1:]
    [marked] = [number for number, row in enumerate(rows) if "aria-current" in row]
    cells = re.findall(r"<td.*?</td>", rows[marked])
    assert (marked, ["aria-current" in cell for cell in cells].index(True)) == (2, 14)


def test_a_study_of_nothing_is_shown_as_well(client: FlaskClient, engine: Engine):
    nothing = make_study(
        gaps=[], areas=[], upgrades=[], findings=[], week=None, days=None, by_line=None, sources=[],
        totals={"weight": 0.0, "covered": 0.0, "share": None, "share_low": None, "share_high": None},
        distances={"edges": [100.0], "weight": [0.0, 0.0, 0.0], "median": None, "p90": None},
        asked={"at": None, "facilities": [], "kinds": []},
    )  # fmt: skip
    page = client.get(f"/plan/{keep(engine, nothing)}").text
    assert "没有需求,也就没有缺口" in page


def test_most_gaps_are_folded_away(client: FlaskClient, engine: Engine):
    gap = make_study()["gaps"][0]
    many = make_study(gaps=[{**gap, "rank": rank} for rank in range(1, 31)])
    page = client.get(f"/plan/{keep(engine, many)}").text
    assert "其余 18 个缺口" in page


@pytest.mark.parametrize("path", ["/plan/{}", "/plan/{}?lang=en", "/plan/", "/plan/compare?a={}&b={}"])
def test_hostile_names_stay_names_and_the_policy_is_kept(client: FlaskClient, engine: Engine, path: str):
    study = make_study(area_name=HOSTILE, asked={"title": HOSTILE, "demand": HOSTILE})
    id_ = keep(engine, study)
    answer = client.get(path.format(id_, id_))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert not re.search(r"<[^>]+\s(?:style|on\w+)\s*=", answer.text)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "noindex" in answer.text


@pytest.mark.parametrize("id_", ["0000000000", "x", "%00", "..%2f..", "0" * 500])
@pytest.mark.parametrize("path", ["", "/state.json", "/map", "/report.pdf"])
def test_what_is_not_there_is_not_found(client: FlaskClient, id_: str, path: str):
    assert client.get(f"/plan/{id_}{path}").status_code == 404


def test_what_is_not_done_has_no_files(client: FlaskClient, engine: Engine):
    id_ = add(engine, (cancel_study,))
    assert client.get(f"/plan/{id_}/map").status_code == 404
    assert client.get(f"/plan/{id_}/report.xlsx").status_code == 404


def test_the_map_has_no_origin_and_its_scripts_a_nonce(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    document = tmp_path / "map.html"
    document.write_text('<html><script src="data:x"></script><script>1</script></html>', "utf-8")
    monkeypatch.setattr(plan_files, "made_file", lambda *_: document)
    id_ = keep(engine, make_study())
    first, second = (client.get(f"/plan/{id_}/map") for _ in range(2))
    nonces = []
    for answer in (first, second):
        policy = answer.headers["Content-Security-Policy"]
        assert len(answer.headers.getlist("Content-Security-Policy")) == 1
        assert policy.startswith("sandbox allow-scripts;")
        assert "allow-same-origin" not in policy
        assert "default-src 'none'" in policy
        [nonce] = re.findall(r"'nonce-([\w-]+)'", policy)
        assert len(re.findall("<script", answer.text)) == len(
            re.findall(f'<script nonce="{nonce}"', answer.text)
        )
        nonces.append(nonce)
    assert nonces[0] != nonces[1]
    frame = re.search(r"<iframe[^>]*>", client.get(f"/plan/{id_}").text)[0]
    assert 'sandbox="allow-scripts"' in frame


def test_what_takes_long_is_asked_for_again(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plan_files, "made_file", lambda *_: None)
    answer = client.get(f"/plan/{keep(engine, make_study())}/report.pdf")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (202, "no-store")
    assert int(answer.headers["Refresh"]) > 0


def test_a_file_is_made_by_another_process_and_kept(
    client: FlaskClient, engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(plan_making, "_PATIENCE_S", 120)
    id_ = keep(engine, make_study(asked={"title": "夜里/白天"}))
    answer = client.get(f"/plan/{id_}/report.geojson")
    assert answer.status_code == 200
    assert orjson.loads(answer.data)["type"] == "FeatureCollection"
    assert f"{id_}.geojson" in answer.headers["Content-Disposition"]
    assert "/" not in unescape(answer.headers["Content-Disposition"].partition("''")[2])
    monkeypatch.setattr(plan_making, "_made_elsewhere", None)
    assert client.get(f"/plan/{id_}/report.geojson").data == answer.data
    assert client.get(f"/plan/{id_}/report.docx").status_code == 404


def test_what_cannot_be_made_says_why_and_is_tried_again(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    tried = []

    def fails(*_):
        tried.append(1)
        return "这台机器没有中文字体", {}

    monkeypatch.setattr(plan_making, "_made_elsewhere", fails)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="没有中文字体"):
            plan_making.made_file(settings, "0123456789", "pdf")
    assert len(tried) == 2


def test_only_who_asks_first_waits(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    begun, done = threading.Event(), threading.Event()

    def slow(*_):
        begun.set()
        assert done.wait(60)
        return "说不清", {}

    monkeypatch.setattr(plan_making, "_made_elsewhere", slow)
    monkeypatch.setattr(plan_making, "_PATIENCE_S", 0)
    assert plan_making.made_file(settings, "0123456789", "pdf") is None
    assert begun.wait(60)
    [job] = plan_making._making.values()
    # Who waits for it now waits for what is let go on afterwards only.
    monkeypatch.setattr(plan_making, "_PATIENCE_S", None)
    assert plan_making.made_file(settings, "0123456789", "pdf") is None
    done.set()
    job.join(60)
    with pytest.raises(UnavailableError, match="说不清"):
        plan_making.made_file(settings, "0123456789", "pdf")


def test_a_process_that_cannot_begin_is_told_of(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(plan_making._PROCESSES.Process, "start", refuse)
    monkeypatch.setattr(plan_making, "_PATIENCE_S", 120)
    answer = client.get(f"/plan/{keep(engine, make_study())}/report.pdf")
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers
    assert "文件没有生成成功" in answer.text
    assert not plan_making._making
