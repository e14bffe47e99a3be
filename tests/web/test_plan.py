"""The planner's page: the form, what it asks, and who may send it."""

import re
import sqlite3

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from geo import jobs
from geo.db.engine import reading, writing
from geo.db.tables import study as table
from geo.planner.question import PRESETS
from geo.registry.studies import add_study, claim_study, list_studies, read_study
from geo.settings import Settings
from tests.report.studies import HOSTILE, make_study
from tests.web.plans import OURS, add_demand, client_of, keep
from web.plan_form import Form, form_of, pair_of
from web.plan_words import preset_words

RIDERS = {"demand": pair_of("骑手", "riders"), "limit": "gb50180_15"}


@pytest.fixture
def client(settings: Settings, engine: Engine) -> FlaskClient:
    """A client over a registry with one demand and nothing else, on either store."""
    add_demand(engine)
    return client_of(settings)


def asked(engine: Engine, location: str):
    with reading(engine) as session:
        return read_study(session, location.rsplit("/", 1)[1]).asked


def test_without_demand_the_page_says_how_to_load_some(settings: Settings, engine: Engine):
    page = client_of(settings).get("/plan/").text
    assert "yizhan load demand" in page
    assert "<form id" not in page
    assert "还没有研究" in page


def test_what_is_missing_is_said(client: FlaskClient):
    page = client.get("/plan/").text
    assert "还没有街道数据" in page
    assert "还没有区划" in page
    assert "骑手 · residents (2)" in page


def test_every_preset_is_there_with_its_source(client: FlaskClient):
    page = client.get("/plan/").text
    for code, preset in PRESETS.items():
        assert f'value="{code}"' in page
        assert preset.name in page
        assert preset.source in page


def test_presets_are_called_what_the_question_calls_them(client: FlaskClient):
    with client.application.test_request_context("/plan/"):
        assert preset_words() == [(code, one.name, one.source) for code, one in PRESETS.items()]


def test_a_question_becomes_a_study_with_an_address(client: FlaskClient, engine: Engine):
    answer = client.post("/plan/", data=RIDERS | {"title": " 十五分钟 "}, headers=OURS)
    assert answer.status_code == 303
    assert re.fullmatch(r"/plan/[0-9a-f]{10}", answer.location)
    found = asked(engine, answer.location)
    assert (found["demand"], found["weight"], found["title"]) == ("骑手", "riders", "十五分钟")
    assert (found["by"], found["limit"], found["measure"]) == ("walk", 1000.0, "metres")
    assert (found["at"], found["statuses"]) == (None, ["open", "trial"])
    assert "十五分钟" in client.get(answer.location).text


def test_a_limit_of_ones_own_and_all_else_that_can_be_asked(client: FlaskClient, engine: Engine):
    form = {
        "limit": "own", "within": "7.5", "unit": "min", "by": "ebike", "hour": "moment",
        "moment": "2026-10-01T09:30", "kind": ["care_station", "water_point"], "facility": "toilet",
        "also": "building", "demand": pair_of("骑手", "residents"),
    }  # fmt: skip
    found = asked(engine, client.post("/plan/", data=form, headers=OURS).location)
    assert (found["by"], found["limit"], found["measure"]) == ("ebike", 450.0, "seconds")
    assert found["at"] == "2026-10-01T09:30"
    assert found["kinds"] == ["care_station", "water_point"]
    assert (found["facilities"], found["weight"]) == (["toilet"], "residents")
    assert set(found["statuses"]) == {"open", "trial", "building"}
    again = form_of(found)
    assert (again.limit, again.within, again.unit, again.by) == ("own", "7.5", "min", "ebike")
    assert (again.hour, again.moment, list(again.also)) == ("moment", "2026-10-01T09:30", ["building"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"demand": pair_of("没有", "riders")}, "请选择一份需求"),
        ({"limit": "own", "within": "很近", "unit": "m"}, "应是一个数字"),
        ({"limit": "own", "within": "-5", "unit": "m", "by": "walk"}, "应大于 0"),
        ({"limit": "own", "within": "999", "unit": "km", "by": "line"}, "至多 100km"),
        ({"limit": "moon"}, "没有“moon”"),
        ({"hour": "clock"}, "请写明几点"),
        ({"hour": "clock", "clock": "25:00"}, "25:00"),
        ({"area": "410101"}, "没有代码"),
        ({"title": "长" * 101}, "至多 100 个字"),
        ({"kind": "sauna"}, "sauna"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    client: FlaskClient, engine: Engine, wrong: dict[str, str], said: str
):
    answer = client.post("/plan/", data=RIDERS | {"facility": "aed", "title": "留着"} | wrong, headers=OURS)
    assert answer.status_code == 400
    assert said in answer.text
    assert re.search(r'value="aed" checked', answer.text)
    assert ("留着" in answer.text) == ("title" not in wrong)
    with reading(engine) as session:
        assert not list_studies(session)


def test_hostile_names_stay_names(settings: Settings, engine: Engine):
    add_demand(engine, HOSTILE)
    client = client_of(settings)
    data = RIDERS | {"demand": pair_of(HOSTILE, "riders"), "title": HOSTILE + "\0\u202e"}
    location = client.post("/plan/", data=data, headers=OURS).location
    for path in ("/plan/", location, f"/plan/?from={location.rsplit('/', 1)[1]}"):
        assert "<script>alert" not in client.get(path).text
    assert asked(engine, location)["title"] == HOSTILE


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://localhost/plan/"}, 303),
        ({"Referer": "http://localhost.evil.example/plan/"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_ask(client: FlaskClient, headers: dict[str, str], status: int):
    assert client.post("/plan/", data=RIDERS, headers=headers).status_code == status


def test_behind_a_proxy_the_public_address_is_ours(settings: Settings, engine: Engine):
    add_demand(engine)
    public = Settings(
        home=settings.home, database_url=settings.database_url, public_url="https://yizhan.example.cn/"
    )
    headers = {"Origin": "https://yizhan.example.cn"}
    assert client_of(public).post("/plan/", data=RIDERS, headers=headers).status_code == 303


def test_pressing_twice_is_asking_once(client: FlaskClient):
    first, second = (client.post("/plan/", data=RIDERS, headers=OURS).location for _ in range(2))
    assert first == second
    other = client.post("/plan/", data=RIDERS | {"limit": "gb50180_5"}, headers=OURS).location
    assert other != first


def test_too_many_that_wait_are_not_added_to(client: FlaskClient, engine: Engine):
    with writing(engine) as session:
        for number in range(20):
            add_study(session, make_study(asked={"title": str(number)})["asked"])
    answer = client.post("/plan/", data=RIDERS, headers=OURS)
    assert answer.status_code == 503
    assert "20 项研究在排队" in answer.text


def test_one_is_removed_after_asking_and_with_its_files(
    client: FlaskClient, engine: Engine, settings: Settings
):
    id_, other = (keep(engine, make_study(asked={"title": title})) for title in (HOSTILE, "留着"))
    folder = settings.home / "studies" / id_
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("x")
    for address in ("/plan/", f"/plan/{id_}"):
        assert f'href="/plan/{id_}/delete"' in client.get(address).text
    page = client.get(f"/plan/{id_}/delete").text
    assert f'<form method="post" action="/plan/{id_}/delete">' in page
    assert "不能恢复" in page
    assert "<script>alert" not in page
    assert client.get(f"/plan/{id_}").status_code == 200, "asking removes nothing"
    assert client.post(f"/plan/{id_}/delete").status_code == 403
    answer = client.post(f"/plan/{id_}/delete", headers=OURS)
    assert (answer.status_code, answer.location) == (303, "/plan/")
    assert not folder.exists()
    assert client.get(f"/plan/{id_}").status_code == 404
    assert client.post(f"/plan/{id_}/delete", headers=OURS).status_code == 404
    assert client.get(f"/plan/{other}").status_code == 200


@pytest.mark.parametrize("id_", ["x", "..%2f..", "0" * 500])
def test_what_is_not_there_is_not_removed(client: FlaskClient, settings: Settings, id_: str):
    settings.home.mkdir(parents=True, exist_ok=True)
    assert client.post(f"/plan/{id_}/delete", headers=OURS).status_code == 404
    assert settings.home.is_dir()


def test_a_lost_one_can_be_cancelled(client: FlaskClient, engine: Engine):
    with writing(engine) as session:
        id_ = add_study(session, make_study()["asked"])
        claim_study(session, id_)
        session.execute(update(table).where(table.c.id == id_).values(seen_at="2026-01-01T00:00:00Z"))
    assert f'action="/plan/{id_}/cancel"' in client.get(f"/plan/{id_}").text
    client.post(f"/plan/{id_}/cancel", headers=OURS)
    assert client.get(f"/plan/{id_}/state.json").json["state"] == "cancelled"


def test_one_that_cannot_be_queued_is_kept_nevertheless(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    def locked(_settings):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(jobs, "_study", locked)
    answer = client.post("/plan/", data=RIDERS, headers=OURS)
    assert answer.status_code == 303
    assert client.post(f"{answer.location}/again", headers=OURS).status_code == 303
    assert client.get(f"{answer.location}/state.json").json["state"] == "waiting"


def test_another_condition_begins_with_the_same_question(client: FlaskClient, engine: Engine):
    study = make_study(asked={"demand": "骑手", "at": "23:00", "title": "夜里", "area": None})
    page = client.get(f"/plan/?from={keep(engine, study)}").text
    assert 'value="shuang15" checked' in page
    assert 'value="clock" id="hour-clock" checked' in page
    assert 'value="23:00"' in page
    assert 'value="夜里"' in page
    assert re.search(r'value="drinking_water" checked', page)
    assert client.get("/plan/?from=0000000000").status_code == 404


def test_a_form_begins_with_a_preset():
    assert Form().limit in PRESETS


def test_the_page_leads_from_the_footer(client: FlaskClient):
    assert 'href="/plan/"' in client.get("/").text


def test_in_english_the_links_stay_english(client: FlaskClient):
    answer = client.post("/plan/?lang=en", data=RIDERS, headers=OURS)
    assert answer.location.endswith("?lang=en")
    assert '<html lang="en">' in client.get(answer.location).text
