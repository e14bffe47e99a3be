"""Two studies on one page."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from geo.db.engine import writing
from geo.registry.studies import add_study
from geo.settings import Settings
from tests.report.studies import make_study
from tests.web.plans import client_of, keep


@pytest.fixture
def client(settings: Settings, engine: Engine) -> FlaskClient:
    """A client over an empty registry, on either store."""
    return client_of(settings)


def test_differences_are_shown_with_their_signs(client: FlaskClient, engine: Engine):
    one = keep(engine, make_study())
    other = keep(engine, make_study(asked={"at": "23:00"}, totals={"share": 0.41, "covered": 410.0}, gaps=[]))
    page = unescape(client.get(f"/plan/compare?a={one}&b={other}").text)
    row = re.search(r'<tr><th scope="row">覆盖率</th>(.*?)</tr>', page)[1]
    assert re.findall(r"<td>(.*?)</td>", row) == ["78.4%", "41.0%", "-37.4"]
    [differs] = re.findall(r'<tr class="differs"><th scope="row">(.*?)</th>', page)
    assert differs == "时间"
    assert page.count('class="gap-vanished"') == 2
    assert page.count("<iframe") == 2


def test_areas_are_compared_level_by_level(client: FlaskClient, engine: Engine):
    street, _, outside = make_study()["areas"]
    rows = [street, *(outside | {"level": level, "covered": 1.0} for level in ("street", "community"))]
    one, other = (keep(engine, make_study(areas=areas)) for areas in (rows, rows[:1]))
    page = unescape(client.get(f"/plan/compare?a={one}&b={other}").text)
    assert '南院门街道 <span class="soft">街道(镇)</span>' in page
    assert [word in page for word in ("不属于任何街道(镇)", "不属于任何社区(村)")] == [True, True]


def test_what_cannot_be_compared_is_warned_of(client: FlaskClient, engine: Engine):
    one, other = keep(engine, make_study()), keep(engine, make_study(asked={"demand": "居民"}))
    assert "不能直接相比" in client.get(f"/plan/compare?a={one}&b={other}").text
    assert "不能直接相比" not in client.get(f"/plan/compare?a={one}&b={one}").text


def test_two_that_were_ticked_are_compared(client: FlaskClient, engine: Engine):
    one, other = keep(engine, make_study()), keep(engine, make_study())
    assert client.get("/plan/").text.count('name="id"') == 2
    answer = client.get(f"/plan/compare?id={one}&id={other}")
    assert (answer.status_code, answer.location) == (302, f"/plan/compare?a={one}&b={other}")
    assert client.get(answer.location).status_code == 200


def test_a_study_can_be_compared_with_others_that_are_done(client: FlaskClient, engine: Engine):
    one, other = keep(engine, make_study()), keep(engine, make_study())
    with writing(engine) as session:
        waits = add_study(session, make_study()["asked"])
    options = re.findall(r'<option value="(\w+)"', client.get(f"/plan/{one}").text)
    assert options == [other]
    answer = client.get(f"/plan/compare?a={one}&b={waits}")
    assert answer.status_code == 400
    assert "还没有算完" in answer.text


@pytest.mark.parametrize("query", ["", "a=0123456789", "id=0123456789", "id=1&id=2&id=3"])
def test_it_takes_two(client: FlaskClient, query: str):
    answer = client.get(f"/plan/compare?{query}")
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text
