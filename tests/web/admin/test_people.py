"""Signing in, accounts, the log."""

import ast
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import saved_view
from geo.upkeep.keeping import keep_stations
from geo.upkeep.people import find_by_login, find_person
from tests.web.admin.office import PASSWORD, Office
from web.admin.log_words import ACTS

ROOT = Path(__file__).resolve().parents[3]

NEW = "another horse 8"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def new_person(office: Office, client, **given: str):
    values = {"login": "wang", "name": "王某", "role": "keeper", "password": NEW, "again": NEW}
    return office.post(client, "/admin/people", values | given)


def test_signing_in_goes_on_to_where_somebody_wanted(office: Office):
    client = office.client()
    asked = client.get("/admin/people?a=1")
    assert asked.status_code == 302
    there = asked.headers["Location"]
    answer = office.post(client, there, {"login": "admin", "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/people?a=1"
    assert client.get("/admin/sign-in").status_code == 303


def test_a_wrong_password_keeps_the_login_and_nothing_else(office: Office):
    client = office.client()
    answer = office.post(client, "/admin/sign-in", {"login": "<b>east", "password": "wrong-secret"})
    assert answer.status_code == 401
    assert "账号或密码不对" in text(answer)
    assert 'value="&lt;b&gt;east"' in text(answer)
    assert "wrong-secret" not in text(answer)


def test_signing_out_ends_it(office: Office):
    client = office.client("east")
    assert office.post(client, "/admin/sign-out", {}).status_code == 303
    assert client.get("/admin/account").status_code == 302


def test_an_administrator_adds_a_keeper_who_then_comes_in(office: Office):
    admin = office.client("admin")
    added = new_person(office, admin)
    person = admin.get(added.headers["Location"])
    assert "王某" in text(person)
    id_ = office.person("wang").id
    office.post(admin, f"/admin/people/{id_}/stations", {"stations": "YZ-0002\nyz-0003, YZ-0002"})
    client = office.client()
    answer = office.post(client, "/admin/sign-in", {"login": "WANG", "password": NEW})
    assert answer.status_code == 303
    assert "YZ-0002, YZ-0003" in text(client.get("/admin/account"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"again": "something else"}, "两次输入的密码不一样"),
        ({"password": "1234567890", "again": "1234567890"}, "很多人在用"),
        ({"login": "a b"}, "账号名应为"),
        ({"login": "EAST"}, "已经有账号"),
        ({"role": ""}, "请选一个角色"),
        ({"role": "god"}, "请选一个角色"),
        ({"role": "editor", "unit_code": "9"}, "没有编号为 9 的工会"),
        ({"email": "x"}, "不像一个邮箱"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_and_nothing_typed_is_lost(office: Office, given, said):
    admin = office.client("admin")
    answer = new_person(office, admin, **given)
    assert answer.status_code == 400
    assert said in text(answer)
    assert 'value="王某"' in text(answer)
    assert NEW not in text(answer)


def test_names_are_shown_as_text(office: Office):
    admin = office.client("admin")
    new_person(office, admin, name="<script>alert(1)</script>")
    assert "<script>alert" not in text(admin.get("/admin/people"))


def test_a_change_holds_from_the_next_request(office: Office):
    admin, reader = office.client("admin"), office.client("reader")
    who = office.person("reader")
    values = {"name": "杜", "email": "", "role": "administrator", "unit_code": ""}
    assert reader.get("/admin/people").status_code == 403
    assert office.post(admin, f"/admin/people/{who.id}", values).status_code == 303
    assert reader.get("/admin/people").status_code == 200


def test_a_stopped_account_is_out_at_once(office: Office):
    admin, east = office.client("admin"), office.client("east")
    who = office.person("east")
    office.post(admin, f"/admin/people/{who.id}/active", {"active": "no"})
    assert east.get("/admin/account").status_code == 302
    refused = office.post(office.client(), "/admin/sign-in", {"login": "east", "password": PASSWORD})
    assert refused.status_code == 401
    office.post(admin, f"/admin/people/{who.id}/active", {"active": "yes"})
    office.client("east")


def test_the_last_administrator_stays(office: Office):
    admin = office.client("admin")
    who = office.person("admin")
    for path, data in (
        ("active", {"active": "no"}),
        ("erase", {"login": "admin"}),
    ):
        answer = office.post(admin, f"/admin/people/{who.id}/{path}", data)
        assert answer.status_code == 400
        assert "最后一个管理员" in text(answer)


def test_a_forgotten_password_is_replaced_by_an_administrator(office: Office):
    admin, keeper = office.client("admin"), office.client("keeper")
    who = office.person("keeper")
    answer = office.post(admin, f"/admin/people/{who.id}/password", {"password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert keeper.get("/admin/account").status_code == 302
    back = office.client()
    assert office.post(back, "/admin/sign-in", {"login": "keeper", "password": NEW}).status_code == 303


def test_erasing_asks_for_the_login_and_leaves_nothing_personal(office: Office):
    admin = office.client("admin")
    who = office.person("west")
    with writing(office.engine) as session:
        session.execute(insert(saved_view).values(person_id=who.id, name="我的", query="kind=x"))
    refused = office.post(admin, f"/admin/people/{who.id}/erase", {"login": "east"})
    assert refused.status_code == 400
    assert "照样输入" in text(refused)
    assert office.post(admin, f"/admin/people/{who.id}/erase", {"login": "west"}).status_code == 303
    assert "西编辑" not in text(admin.get("/admin/people"))
    assert admin.get(f"/admin/people/{who.id}").status_code == 404
    with reading(office.engine) as session:
        assert find_person(session, who.id) is None
        assert session.scalar(select(saved_view.c.id)) is None
    log = text(admin.get("/admin/log"))
    assert "抹去账号" in log
    assert "西编辑" not in log


def test_somebody_changes_his_own_password_and_stays_signed_in_here_alone(office: Office):
    here, elsewhere = office.client("east"), office.client("east")
    values = {"password": PASSWORD, "new": NEW, "again": NEW}
    for wrong in ({"password": "wrong"}, {"again": "else"}, {"new": "short", "again": "short"}):
        assert office.post(here, "/admin/account/password", values | wrong).status_code == 400
    assert office.post(here, "/admin/account/password", values).status_code == 303
    assert here.get("/admin/account").status_code == 200
    assert elsewhere.get("/admin/account").status_code == 302


def test_sessions_elsewhere_are_ended(office: Office):
    here, elsewhere = office.client("east"), office.client("east")
    office.post(here, "/admin/account/sessions", {})
    assert here.get("/admin/account").status_code == 200
    assert elsewhere.get("/admin/account").status_code == 302


def test_somebody_downloads_what_is_kept_of_him_and_of_nobody_else(office: Office):
    client = office.client("keeper")
    answer = client.get("/admin/account/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    told = json.loads(text(answer))
    assert told["account"]["login"] == "keeper"
    assert told["stations"] == ["YZ-0001"]
    assert [act["act"] for act in told["log"]] == ["sign_in"]
    assert not {"password", "session_key"} & set(told["account"])
    assert "东编辑" not in text(answer)


def test_the_log_tells_who_did_what_page_by_page(office: Office):
    admin = office.client("admin")
    keeper, by = office.person("keeper"), office.person("admin").id
    with writing(office.engine) as session:
        for _ in range(101):
            keep_stations(session, keeper, ["YZ-0001"], by=by)
    first = text(admin.get("/admin/log?group=person."))
    assert first.count("指定负责的站点") == 100
    assert "安管理" in first
    assert "柯负责" in first
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "添加账号" in text(admin.get(older))
    assert admin.get("/admin/log?before=x").status_code == 400


def test_every_act_that_the_program_logs_has_its_words():
    written = set()
    for path in [*ROOT.glob("geo/**/*.py"), *ROOT.glob("web/**/*.py")]:
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "note":
                inside = ast.walk(call.args[1])
                written |= {part.value for part in inside if isinstance(part, ast.Constant)}
    # A dotted word that is put together ends in it.
    assert written - {".refused"} <= set(ACTS)


def test_a_wrong_sign_in_is_in_the_log_without_what_was_typed(office: Office):
    office.post(office.client(), "/admin/sign-in", {"login": "s3cret typed here", "password": "x"})
    office.post(office.client(), "/admin/sign-in", {"login": "east", "password": "x"})
    log = text(office.client("admin").get("/admin/log?group=sign_in"))
    assert log.count("登录被拒绝") == 2
    assert "东编辑" in log
    assert "s3cret" not in log
    assert "127.0.0.1" not in log


def test_the_page_on_personal_data_says_how_long(office: Office):
    page = text(office.client().get("/privacy"))
    for words in ("365 天后删除", "30 天后删除", "不公开"):
        assert words in page
    english = text(office.client().get("/privacy?lang=en"))
    assert "<h1>" in english


def test_after_a_login_is_erased_it_can_be_given_again(office: Office):
    admin = office.client("admin")
    who = office.person("west")
    office.post(admin, f"/admin/people/{who.id}/erase", {"login": "west"})
    assert new_person(office, admin, login="west").status_code == 303
    with reading(office.engine) as session:
        assert find_by_login(session, "west").id != who.id
