"""What the gate lets pass: every route, every role, every form; sessions and cookies; what guessing tells."""

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from geo.db.engine import reading, writing
from geo.db.tables import change, load, metadata, station
from geo.db.upkeep_tables import audit, fact, photo, saved_view, ticket, work_order
from geo.model.people import RIGHTS, Right, Role
from geo.upkeep import hashing
from tests.web.admin.office import PASSWORD, PEOPLE, Office, cheap_hashes, open_office
from web import gate
from web.rules import RULES, Open

FOREIGN = "YZ-0010"
"""Lies in the west: neither the editor of the east nor the keeper has it."""

_HOUR_S = 3600
# Files that take a moment to make: given to one of those who may have them.
_SLOW = (".pdf", ".xlsx", ".<format>")
# What a visit leaves behind that is no change: who looked, and the key that says from where.
_TRACES = {"audit", "daily_key"}


class House(NamedTuple):
    """An office with something of everything in the west, which no test changes, and browsers in it.

    Parameters
    ----------
    clients, tokens
        By login: a browser of each, None of nobody, and what its forms carry.
    theirs : dict
        By the beginning of an endpoint: arguments that name something of the west.
    """

    office: Office
    clients: dict[str | None, FlaskClient]
    tokens: dict[str | None, str]
    theirs: dict[str, dict[str, Any]]

    def routes(self, *, guarded: bool = True) -> Iterator[tuple[Rule, str]]:
        """Yield every route that asks for a right, or every other, with each of its methods."""
        for rule in self.office.app.url_map.iter_rules():
            if isinstance(RULES.get(rule.endpoint), Right) is guarded:
                for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                    yield rule, method

    def path(self, rule: Rule) -> str:
        """Return an address of a route; what it names is of the west."""
        known = {"code": FOREIGN, "format": "csv"} | self.theirs.get(rule.endpoint.partition(".")[0], {})
        with self.office.app.test_request_context():
            return rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)[1]

    def ask(self, login: str | None, method: str, path: str, token: str | None = None) -> TestResponse:
        """Send a request, with a form's token where there is one."""
        return self.clients[login].open(path, method=method, data={"csrf_token": token} if token else None)


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An office with something of everything in the west."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "HASHER", cheap_hashes())
        office = open_office(furnished, tmp_path_factory.mktemp("house") / "home")
        theirs = _furnish_the_west(office)
        clients = {login: office.client(login) for login in (None, *PEOPLE)}
        tokens = {login: office.token(client) for login, client in clients.items()}
        yield House(office, clients, tokens, theirs)
        office.engine.dispose()


def _furnish_the_west(office: Office) -> dict[str, dict[str, Any]]:
    west = office.person("west")
    with writing(office.engine) as session:
        id_ = session.scalar(select(station.c.id).where(station.c.code == FOREIGN))
        at = {"station_id": id_, "at": "2026-10-10T00:00:00Z"}

        def add(table: Any, **values: Any) -> int:
            return session.execute(insert(table).values(**values)).inserted_primary_key[0]

        order = add(work_order, **at, due_at="2099-01-01T00:00:00Z", reason="x", state="open")
        report = add(ticket, **at, code="x" * 26, kind="locked", state="new", photo=b"\xff\xd8", text="x")
        picture = add(photo, **at, caption="x", width=1, height=1, body=b"\xff\xd8", thumb=b"\xff\xd8")
        begun = {"since": "2026-10-10T00:00:00Z", "made_at": "2026-10-10T00:00:00Z"}
        held = add(fact, station_id=id_, what="suspended", **begun)
        view = add(saved_view, person_id=west.id, name="西", query="kind=water_point")
        changed = session.scalar(select(change.c.id).where(change.c.station_id == id_))
        made = {"who": "tester", "at": at["at"]}
        many = add(load, **made, file="", source="x", counts={})
        add(change, **made, station_id=id_, before={"star": None}, after={"star": 1}, load_id=many)
    data = {"file": (io.BytesIO("名称,经度,纬度\n甲,113.55,34.7\n".encode()), "西.csv")}
    begun = office.post(office.client("west"), "/admin/import", data)
    draft = int(begun.headers["Location"].split("/")[3])
    return {
        "admin_tickets": {"id_": report},
        "admin_orders": {"id_": order},
        "admin_table": {"view": view},
        "admin_imports": {"id": draft},
        "admin_bulk_undo": {"number": many},
        "admin_people": {"id": west.id},
        "admin_facts": {"number": held},
        "admin_history": {"change": changed},
        "admin_photos": {"photo": picture},
    }


def everything(office: Office) -> dict[str, list]:
    """Return all that is kept, but for the traces of looking."""
    with reading(office.engine) as session:
        return {
            table.name: sorted(map(str, session.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name not in _TRACES
        }


def may(login: str, rule: Rule) -> bool:
    """Tell whether the table of roles gives somebody the right of a route."""
    return RULES[rule.endpoint] in RIGHTS[PEOPLE[login][1]]


def test_every_route_has_a_rule_and_every_rule_a_route(house):
    assert {rule.endpoint for rule in house.office.app.url_map.iter_rules()} == set(RULES)


def test_the_app_does_not_start_with_a_route_that_has_none(house, monkeypatch):
    monkeypatch.delitem(RULES, "admin_people.erase")
    with pytest.raises(LookupError, match="erase"):
        gate.check_rules(house.office.app)


def test_the_back_office_has_no_public_route_but_signed_links(house):
    public = [rule.rule for rule, _ in house.routes(guarded=False) if rule.rule.startswith("/admin")]
    assert {path for path in public if "<token>" not in path} == {"/admin/sign-in", "/admin/sign-out"}


def test_who_may_do_what_is_as_the_table_says_and_looking_changes_nothing(house):
    before = everything(house.office)
    wrong = []
    for rule, method in house.routes():
        path = house.path(rule)
        for login, token in house.tokens.items():
            if rule.rule.endswith(_SLOW) and login not in (None, "admin") and may(login, rule):
                continue
            # Whoever may do it does not: his form has no token.
            answers = [house.ask(login, method, path)]
            if login is None:
                allowed = {302 if method == "GET" else 401}
            elif not may(login, rule):
                allowed = {403}
                answers.append(house.ask(login, method, path, token))
            elif method == "GET":
                allowed = {200, 202, 303, 404, 400}
            else:
                allowed = {403}
            wrong += [(login, method, path, a.status_code) for a in answers if a.status_code not in allowed]
    assert wrong == []
    assert everything(house.office) == before


def test_no_form_is_taken_without_its_token(house):
    before = everything(house.office)
    wrong = []
    for rule, method in house.routes():
        for token in (None, "forged", house.tokens["west"]) if method != "GET" else ():
            answer = house.ask("admin", method, house.path(rule), token)
            if answer.status_code != 403 or "表单" not in answer.get_data(as_text=True):
                wrong.append((method, rule.rule, token, answer.status_code))
    assert wrong == []
    assert everything(house.office) == before


def test_nobody_sees_or_touches_what_is_not_his(house):
    before = everything(house.office)
    wrong = []
    for rule, method in house.routes():
        if not rule.arguments - {"format"}:
            continue
        for login in ("east", "keeper", "reader"):
            answer = house.ask(
                login, method, house.path(rule), house.tokens[login] if method != "GET" else None
            )
            seen = "样城第10驿站" in answer.get_data(as_text=True)
            if seen or answer.status_code != (404 if may(login, rule) else 403):
                wrong.append((login, method, rule.rule, answer.status_code))
    assert wrong == []
    assert everything(house.office) == before


@pytest.mark.parametrize(
    "path", ["/admin/stations/{}", "/admin/stations/{}/history", "/admin/stations/{}/facts"]
)
def test_what_is_not_his_is_told_as_what_is_not(house, path):
    theirs = house.clients["east"].get(path.format(FOREIGN))
    nobodys = house.clients["east"].get(path.format("YZ-9999"))
    assert theirs.status_code == nobodys.status_code == 404
    told = house.office.text(theirs).replace(FOREIGN, "YZ-9999")
    assert told == house.office.text(nobodys)


def test_accounts_and_reports_cannot_be_counted_from_outside(house):
    for path in ("/admin/people/{}", "/admin/orders/{}", "/admin/tickets/{}"):
        told = {house.clients["keeper"].get(path.format(number)).status_code for number in (1, 99999)}
        assert len(told) == 1
    codes = ("q7" * 13, "z5" * 13, "z5", "Q7" * 99)
    answers = {code: house.clients[None].get(f"/t/{code}") for code in codes}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.get_data(as_text=True).replace(code, "") for code, answer in answers.items()}) == 1


def test_public_pages_need_and_leave_no_cookie(house):
    client = house.office.client()
    for rule, method in house.routes(guarded=False):
        if RULES[rule.endpoint] != Open.PUBLIC or rule.arguments or method != "GET":
            continue
        answer = client.get(rule.rule)
        assert "Set-Cookie" not in answer.headers, rule
        assert "Cookie" not in answer.headers.get("Vary", ""), rule
    station_page = client.get("/s/YZ-0001")
    assert "Set-Cookie" not in station_page.headers


def test_the_cookie_is_for_the_back_office_alone_and_for_no_script(furnished, tmp_path):
    for public_url, secure in (("", False), ("https://yizhan.example.cn", True)):
        office = open_office(furnished, tmp_path / str(secure), public_url=public_url)
        client = office.app.test_client()
        page = client.get("/admin/sign-in", base_url="https://localhost")
        cookie = page.headers["Set-Cookie"]
        flags = {part.strip().casefold() for part in cookie.split(";")}
        assert {"httponly", "samesite=lax", "path=/admin"} <= flags
        assert ("secure" in flags) is secure
        office.engine.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Hours that the clock of those who sign and check is ahead."""
    ahead = {"hours": 0.0}
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + ahead["hours"] * _HOUR_S)
    return ahead


def test_a_session_ends_after_its_hours(office, clock):
    client = office.client("east")
    clock["hours"] = 11.9
    assert client.get("/admin/account").status_code == 200
    clock["hours"] = 12.1
    assert client.get("/admin/account").status_code == 302


def test_being_busy_does_not_make_a_session_longer(office, clock):
    client = office.client("admin")
    keeper = office.person("keeper")
    for hours in (4, 8, 11.5):
        clock["hours"] = hours
        office.post(client, f"/admin/people/{keeper.id}/stations", {"stations": "YZ-0001"})
        assert client.get("/admin/people").status_code == 200
    clock["hours"] = 12.1
    assert client.get("/admin/people").status_code == 302


@pytest.mark.parametrize(("hours", "status"), [(-4 / 60, 200), (-10 / 60, 302)])
def test_clocks_may_differ_by_five_minutes(office, clock, hours, status):
    client = office.client("east")
    clock["hours"] = hours
    assert client.get("/admin/account").status_code == status


def test_a_form_open_since_before_the_session_ended_can_be_sent_after_signing_in_again(office, clock):
    client = office.client("east")
    token = office.token(client)
    clock["hours"] = 13
    ended = client.post("/admin/account/sessions", data={"csrf_token": token})
    assert ended.status_code == 401
    office.post(client, "/admin/sign-in", {"login": "east", "password": PASSWORD})
    assert client.post("/admin/account/sessions", data={"csrf_token": token}).status_code == 303


def test_nothing_of_the_session_before_signing_in_is_left(office):
    client = office.client()
    with client.session_transaction(path="/admin") as before:
        before["planted"] = "x"
    old = office.token(client)
    office.post(client, "/admin/sign-in", {"login": "east", "password": PASSWORD})
    with client.session_transaction(path="/admin") as after:
        assert "planted" not in after
    assert client.post("/admin/account/sessions", data={"csrf_token": old}).status_code == 403


@pytest.mark.parametrize("change", ["secret", "person", "key"])
def test_a_forged_session_is_nobodys(office, change):
    client = office.app.test_client()
    east, admin = office.person("east"), office.person("admin")
    forged = {"_user_id": f"{admin.id}.{east.session_key if change == 'person' else admin.session_key}"}
    if change == "key":
        forged["_user_id"] = f"{admin.id}."
    signer = office.app.session_interface.get_signing_serializer(office.app)
    if change == "secret":
        signer.secret_keys = [b"another secret, as long as it must be"]
    client.set_cookie("yizhan", signer.dumps(forged | {"_permanent": True}), path="/admin")
    assert client.get("/admin/account").status_code == 302


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/admin/", "//evil.example/admin/", "/\\evil.example", "\\\\evil.example/admin/",
        "javascript:alert(1)", "/admin\t//evil.example", "/adminx", "http:/admin/", "/admin/\\..\\..\\evil",
        "%2F%2Fevil.example", "/admin/\r\nLocation: https://evil.example",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(office, next):
    client = office.client()
    answer = client.post(
        "/admin/sign-in",
        query_string={"next": next},
        data={"csrf_token": office.token(client), "login": "east", "password": PASSWORD},
    )
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert there.startswith("/admin/")
    assert "evil" not in there
    assert client.get(there).status_code == 200


def test_a_guessed_account_is_locked_and_says_nothing_of_it(office):
    client = office.client()
    told = set()
    for _ in range(6):
        for login in ("east", "nobody"):
            answer = office.post(client, "/admin/sign-in", {"login": login, "password": "wrong"})
            assert answer.status_code == 401
            told.add(answer.get_data(as_text=True).replace(login, "").split("csrf_token")[0])
    locked = office.post(client, "/admin/sign-in", {"login": "east", "password": PASSWORD})
    assert locked.status_code == 401
    told.add(locked.get_data(as_text=True).replace("east", "").split("csrf_token")[0])
    assert len(told) == 1
    admin = office.client("admin")
    assert "暂时锁定" in admin.get("/admin/people").get_data(as_text=True)


@pytest.mark.parametrize(("proxies", "marks"), [(0, 1), (1, 3)])
def test_an_address_that_anybody_can_write_is_only_believed_of_our_own_proxy(
    furnished, tmp_path, monkeypatch, proxies, marks
):
    monkeypatch.setattr(hashing, "HASHER", cheap_hashes())
    office = open_office(furnished, tmp_path / "home", trusted_proxies=proxies)
    client = office.client()
    for hop in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        headers = {"X-Forwarded-For": f"198.51.100.9, {hop}"}
        values = {"csrf_token": office.token(client), "login": "east", "password": "wrong"}
        client.post("/admin/sign-in", data=values, headers=headers)
    with reading(office.engine) as session:
        found = set(session.scalars(select(audit.c.network).where(audit.c.act == "sign_in.refused")))
    assert len(found) == marks
    assert all(re.fullmatch("[0-9a-f]{32}", mark) for mark in found)
    office.engine.dispose()


@pytest.mark.parametrize("typed", ["\ud800", "#1", "' OR 1=1 --", "é" * 3000, "%s", "\u202eeast"])
def test_whatever_is_typed_is_only_a_wrong_login(office, typed):
    client = office.client()
    values = {
        "login": typed.encode("utf-8", "surrogatepass"),
        "password": typed.encode("utf-8", "surrogatepass"),
    }
    assert office.post(client, "/admin/sign-in", values).status_code == 401


@pytest.mark.parametrize(
    "path", ["/admin/sign-in", "/admin/sign-in?next=%00", "/s/YZ-0001%00/report", "/t/%00"]
)
def test_what_no_database_takes_is_refused_before_it(office, path):
    client = office.client()
    values = {"csrf_token": office.token(client), "login": "x\x00y", "password": "x"}
    answers = [client.get(path)] if "%00" in path else [client.post(path, data=values)]
    assert [answer.status_code for answer in answers] == [400]


def test_an_administrator_may_all_and_each_other_role_less():
    assert RIGHTS[Role.ADMINISTRATOR] == frozenset(Right)
    for role in (Role.EDITOR, Role.KEEPER, Role.READER):
        assert not RIGHTS[role] & {Right.PEOPLE, Right.AUDIT}


def test_no_network_tries_logins_without_end(office):
    client = office.client()
    token = office.token(client)

    def tried(login: str, address: str = "192.0.2.7") -> int:
        values = {"csrf_token": token, "login": login, "password": "wrong"}
        where = {"REMOTE_ADDR": address}
        return client.post("/admin/sign-in", data=values, environ_overrides=where).status_code

    assert [tried(f"guess{number}") for number in range(31)] == [401] * 30 + [429]
    assert tried("guess", "192.0.2.8") == 401
    for _ in range(31):
        # Who knows the password is no guesser, however many of an office there are.
        assert office.client("east").get("/admin/account").status_code == 200
    assert client.get("/admin/sign-in", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200
