"""The full-coverage tables: every figure leads to just what it counts."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from weakref import WeakKeyDictionary

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from geo.db.engine import writing
from geo.db.tables import change
from geo.model.hours import CHINA
from geo.planner import tables
from geo.planner.tables import ledger_of
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row
from tests.web.plans import client_of
from tests.web.registry import HOSTILE, SECRETS, STATIONS
from web import plan_tables

FIGURE = re.compile(r'<a href="(/plan/tables/[^"]+)">(\d+)</a>')
COUNTED = re.compile(r'<li><a href="([^"]+)">')
SERVING = [row for row in STATIONS if row.get("status", "open") in ("open", "trial")]


def figures(client: FlaskClient, address: str = "/plan/tables/") -> list[tuple[str, int]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [(html.unescape(to), int(count)) for to, count in FIGURE.findall(answer.text)]


def counted(client: FlaskClient, address: str) -> list[str]:
    """Return where all that a figure counts leads to, through all its pages."""
    found: list[str] = []
    while address:
        text = client.get(address).text
        found += COUNTED.findall(text)
        after = re.search(r'rel="next" href="([^"]+)"', text)
        address = html.unescape(after[1]) if after else ""
    return found


def test_every_figure_leads_to_so_many(client: FlaskClient):
    told = figures(client)
    assert ("/plan/tables/status.serving", len(SERVING)) in told
    for address, count in told:
        leads = counted(client, address)
        assert len(leads) == len(set(leads)) == count, address
    first = counted(client, "/plan/tables/status.serving")
    assert set(first) == {f"/s/{row['code']}" for row in SERVING}
    assert client.get(first[0]).status_code == 200


def test_areas_lead_to_their_stations(client: FlaskClient):
    for area in counted(client, "/plan/tables/cover.district"):
        assert counted(client, html.unescape(area))
    assert client.get("/plan/tables/?sheet=area.district").text.count("<section") == 1


@pytest.fixture
def aged(engine: Engine, settings: Settings) -> FlaskClient:
    """A client over a registry of one station entered on 1 May, and one on 3 May 2026, in China."""
    with writing(engine) as session:
        for number, day in ((1, 1), (2, 3)):
            add_stations(session, [station_row(number)], who="li")
            last = session.scalar(select(func.max(change.c.id)))
            session.execute(
                update(change).where(change.c.id == last).values(at=f"2026-05-{day:02}T02:00:00Z")
            )
    return client_of(settings)


def test_days_stay_in_the_addresses(aged: FlaskClient):
    told = figures(aged, "/plan/tables/?since=2026-05-01&as_of=2026-05-03")
    assert told
    assert all("since=2026-05-01" in address and "as_of=2026-05-03" in address for address, _ in told)
    assert ("/plan/tables/change.added?as_of=2026-05-03&since=2026-05-01", 1) in told
    text = aged.get("/plan/tables/?as_of=2026-05-01").text
    assert "截至 2026-05-01" in text
    assert (
        dict(figures(aged, "/plan/tables/?as_of=2026-05-01"))["/plan/tables/status.serving?as_of=2026-05-01"]
        == 1
    )
    assert 'min="2026-05-01"' in text


@pytest.mark.parametrize(
    "query", ["as_of=2026-04-30", "since=2026-04-30", "as_of=9999-12-31", "since=0001-01-01"]
)
def test_days_without_records_are_refused_with_those_there_are(aged: FlaskClient, query: str):
    for path in ("", "status.serving"):
        answer = aged.get(f"/plan/tables/{path}?{query}")
        assert answer.status_code == 400
        assert "2026-05-01" in answer.text
        assert datetime.now(CHINA).date().isoformat() in answer.text


def test_tables_are_kept_within_bounds_and_those_asked_for_last(
    aged: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    made = []
    monkeypatch.setattr(plan_tables, "_kept", WeakKeyDictionary())
    monkeypatch.setattr(tables, "ledger_of", lambda *days: made.append(days[1].day) or ledger_of(*days))
    ask = lambda day: aged.get(f"/plan/tables/?as_of=2026-05-{day:02}").status_code == 200  # noqa: E731
    assert all(ask(day) for day in (1, 2, 3, 4, 1, 2, 3, 4))
    assert made == [1, 2, 3, 4]
    (held,) = plan_tables._kept.values()
    monkeypatch.setattr(plan_tables, "_KEPT_SIZE", 2 * max(map(plan_tables._size, held.values())))
    assert ask(1)
    assert [days[0].day for days in held] == [4, 1]
    monkeypatch.setattr(plan_tables, "_KEPT_SIZE", 0)
    assert ask(2)
    assert ask(2)
    assert made == [1, 2, 3, 4, 2]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("no.such", 404),
        ("?sheet=no", 404),
        ("?as_of=x", 400),
        ("status.serving?column=9", 400),
        ("status.serving?page=0", 400),
    ],
)
def test_what_there_is_not(client: FlaskClient, path: str, status: int):
    assert client.get(f"/plan/tables/{path}").status_code == status


def test_long_lists_are_turned(client_over: Callable[..., FlaskClient]):
    rows = [{"code": f"YZ-{n:04}", "name": f"站{n}", "lon": 113.6, "lat": 34.7} for n in range(230)]
    rows = [
        row | {"source": "t", "source_ref": row["code"], "host_type": f"类{n}"} for n, row in enumerate(rows)
    ]
    client = client_over(*rows)
    assert len(counted(client, "/plan/tables/status.serving")) == 230
    assert "全部 230 行" in client.get("/plan/tables/").text
    lines = client.get("/plan/tables/?sheet=host&page=2").text
    assert lines.count('<th scope="row">') == 30


def test_words_of_the_data_are_text_and_safe_in_addresses(client_over: Callable[..., FlaskClient]):
    row = {"code": "YZ-0001", "name": HOSTILE, "lon": 113.6, "lat": 34.7, "host_type": "a/../b?c=" + HOSTILE}
    client = client_over(row | SECRETS)
    for address, count in figures(client):
        assert len(counted(client, address)) == count
        text = client.get(address).text
        assert "<script>alert" not in text
        assert not any(str(secret) in text for secret in SECRETS.values())
