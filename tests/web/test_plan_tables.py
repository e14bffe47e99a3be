"""The full-coverage tables: every figure leads to just what it counts."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.web.registry import HOSTILE, SECRETS, STATIONS

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


def test_days_stay_in_the_addresses(client: FlaskClient):
    told = figures(client, "/plan/tables/?since=2020-01-01")
    assert told
    assert all("since=2020-01-01" in address for address, _ in told)
    assert any("change.added" in address for address, _ in told)
    text = client.get("/plan/tables/?as_of=2020-01-01").text
    assert "截至 2020-01-01" in text
    assert {name.partition(".")[0] for name in re.findall(r"/plan/tables/([^\"?]+)\?", text)} == {"blank"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("no.such", 404),
        ("?sheet=no", 404),
        ("?as_of=x", 400),
        ("?as_of=2026-01-01&since=2026-01-01", 400),
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
