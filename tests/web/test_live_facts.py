"""What holds for a time is told wherever a station is shown, and to every program that asks."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from geo.db.engine import open_engine, writing
from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA
from geo.registry.facts import begin_fact, end_fact
from geo.registry.live import Live, open_live
from geo.registry.rows import id_of
from geo.settings import Settings
from tests.web.registry import build
from tests.web.test_station_page import station
from web import create_app
from web.facts_words import span_words, suspended_words
from web.state import KEY

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEAR = "/api/v1/nearest?lon=113.61&lat=34.72&k=20"
LIVE = "/api/v1/live/410100"
WIFI = FACILITIES["wifi"].zh
LOCKED, BROKEN, SHUT, COMING, PLAIN = (f"YZ-000{number}" for number in range(1, 6))
FACTS = {
    LOCKED: ("maybe_locked", {"since": NOW - HOUR, "until": NOW + DAY, "reason": None}),
    BROKEN: ("broken", {"since": NOW - DAY, "until": None, "reason": "等配件", "facility": "wifi"}),
    SHUT: ("suspended", {"since": NOW - DAY, "until": NOW + 3 * DAY, "reason": "消防检查"}),
    COMING: ("visit", {"since": NOW + 2 * DAY, "until": NOW + 2 * DAY + HOUR, "reason": "义诊"}),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, Live]]:
    """A client over five stations round the clock, of each of four something holds."""
    home: Path = tmp_path_factory.mktemp("facts")
    build(home, [station(n, facilities={"wifi": "yes", "toilet": "yes"}) for n in range(1, 6)])
    settings = Settings(home=home)
    engine = open_engine(settings)
    with writing(engine) as session:
        for code, (what, given) in FACTS.items():
            begin_fact(session, id_of(session, code), what, **given)
    app = create_app(settings, open_live(settings))
    yield app.test_client(), app.extensions[KEY].live
    engine.dispose()


@pytest.fixture
def client(told: tuple[FlaskClient, Live]) -> FlaskClient:
    """The client alone."""
    return told[0]


def iso(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def rows_of(page: str) -> dict[str, str]:
    """Return the text of each row of a list, tags left out."""
    parts = re.split(r'<li class="card"[^>]*data-code="([^"]+)"', page)[1:]
    texts = (re.sub(r"<[^>]+>", " ", part) for part in parts[1::2])
    return dict(zip(parts[::2], texts, strict=True))


def test_programs_are_told_of_each_and_of_nothing_else(client: FlaskClient):
    expected = {
        LOCKED: {"maybe_locked": {"since": iso(NOW - HOUR), "until": iso(NOW + DAY)}},
        BROKEN: {"broken": ["wifi"]},
        SHUT: {"suspended": {"since": iso(NOW - DAY), "until": iso(NOW + 3 * DAY), "reason": "消防检查"}},
        COMING: {
            "visit": {"since": iso(NOW + 2 * DAY), "until": iso(NOW + 2 * DAY + HOUR), "reason": "义诊"}
        },
        PLAIN: None,
    }
    for address in (NEAR, f"{NEAR}&lang=zh", "/api/v1/stations"):
        found = {one["id"]: one["properties"].get("live") for one in client.get(address).json["features"]}
        assert found == expected, address
    for code, live in expected.items():
        assert client.get(f"/api/v1/stations/{code}").json["properties"].get("live") == live


def test_states_and_filters_follow(client: FlaskClient):
    states = {one["id"]: one["properties"]["open"] for one in client.get(NEAR).json["features"]}
    assert [states[code]["state"] for code in FACTS] == ["unknown", "open", "suspended", "open"]
    assert states[SHUT]["until"] == (NOW + 3 * DAY).astimezone(CHINA).isoformat(timespec="minutes")
    opened = [one["id"] for one in client.get(f"{NEAR}&open_at=now").json["features"]]
    assert opened == [BROKEN, COMING, PLAIN, LOCKED]
    with_wifi = [one["id"] for one in client.get(f"{NEAR}&facility=wifi").json["features"]]
    assert with_wifi == [LOCKED, SHUT, COMING, PLAIN]
    # A list follows within one state of the registry: its tag is another one.
    assert [one["id"] for one in client.get("/api/v1/stations?facility=wifi").json["features"]] == with_wifi


def test_phones_get_them_beside_a_pack_that_knows_nothing_of_them(client: FlaskClient):
    answer = client.get(LIVE)
    assert [fact["station"] for fact in answer.json["facts"]] == list(FACTS)
    assert answer.json["facts"][1] == {
        "station": BROKEN,
        "what": "broken",
        "facility": "wifi",
        "since": iso(NOW - DAY),
        "until": None,
        "reason": "等配件",
    }
    assert client.get(LIVE, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    pack = client.get("/api/v1/packs/410100").json
    assert pack["facilities"]["wifi"] == "yyyyy"
    assert len(set(pack["schedule"])) == 1
    assert client.get("/api/v1/live/rest").status_code == 404


def test_the_list_tells_them(client: FlaskClient):
    page = client.get("/?q=YZ-0005&open_at=now").text
    sure, unsure = page.split("不一定开着,去之前请先确认")
    rows = rows_of(unsure)
    assert list(rows) == [LOCKED]
    assert "可能没开门" in rows[LOCKED]
    assert "有人反映门锁着,去之前请先确认" in rows[LOCKED]
    assert f"现在用不了:{WIFI}" in rows_of(sure)[BROKEN]
    assert rows_of(sure)[BROKEN].count(WIFI) == 1
    every = rows_of(client.get("/?q=YZ-0005").text)
    assert re.search(r"暂停开放\s.+恢复\s+消防检查", every[SHUT])
    assert "现在用不了" not in every[PLAIN]


def test_a_station_tells_its_own_and_where_else_to_go(client: FlaskClient):
    texts = {code: re.sub(r"<[^>]+>", "", client.get(f"/s/{code}").text) for code in (*FACTS, PLAIN)}
    for code in (LOCKED, SHUT):
        assert re.search(r"先去最近开着的:\s*站[245]", texts[code])
    assert re.search(rf"{WIFI}坏了\s*等配件", texts[BROKEN])
    assert re.search(r"预告:.+ 有活动\s*义诊", texts[COMING])
    for text in (texts[PLAIN], texts[COMING]):
        assert "先去最近开着的" not in text
    assert "预告" not in texts[PLAIN]


def test_frames_ways_and_paper_tell_them(client: FlaskClient):
    framed = client.get("/embed?open_at=now").text
    rows = rows_of(framed)
    assert [*rows] == [BROKEN, COMING, PLAIN, LOCKED]
    assert 'data-state="maybe_locked"' in framed
    assert f"现在用不了:{WIFI}" in rows[BROKEN]
    assert "消防检查" in client.get(f"/embed?code={SHUT}").text
    way = client.post(f"/s/{LOCKED}/way", data={"lon": "113.611", "lat": "34.72"}).text
    assert 'class="arrival maybe_locked"' in way
    assert client.get("/areas/410101/poster.pdf").status_code == 200


def test_what_is_ended_is_gone_and_nothing_else_was_made_anew(told: tuple[FlaskClient, Live]):
    client, live = told
    snapshot, before = live.index.bare, client.get("/api/v1/stations").headers["ETag"]
    number = live.index.snapshot.facts[live.index.snapshot.row(BROKEN)][0].id
    with writing(live._engine) as session:
        end_fact(session, number, at=NOW)
    assert live.refresh()
    assert live.index.bare is snapshot
    again = client.get("/api/v1/stations", headers={"If-None-Match": before})
    assert again.status_code == 200
    assert "live" not in again.json["features"][1]["properties"]
    assert BROKEN not in [fact["station"] for fact in client.get(LIVE).json["facts"]]


def test_days_on_which_it_is_suspended_say_so(client: FlaskClient):
    table = re.search(r'<table class="days">.*?</table>', client.get(f"/s/{SHUT}").text, re.S)[0]
    days = [re.sub(r"<[^>]+>|\s", "", row) for row in re.findall(r"<tr.*?</tr>", table, re.S)[1:]]
    ends = (NOW + 3 * DAY).astimezone(CHINA)
    # Today and some days after it, whatever hour it is; then until that hour.
    whole = (ends.date() - datetime.now(CHINA).date()).days
    assert ["暂停开放" in day and "24小时" not in day for day in days[:whole]] == [True] * whole
    if ends.hour or ends.minute:
        assert "24小时" in days[whole]
        assert "有一段时间暂停开放" in days[whole]
    assert not any("暂停开放" in day for day in days[whole + 1 :])


def test_spans_say_the_day_once(told: tuple[FlaskClient, Live]):
    client, live = told
    morning = datetime(2026, 10, 12, 8, tzinfo=CHINA)
    with client.application.test_request_context("/?lang=zh"):
        assert span_words(morning, None) == "10月12日 8:00 起"
        assert span_words(morning, morning + HOUR) == "10月12日 8:00 到 9:00"
        assert span_words(morning, morning + DAY) == "10月12日 8:00 到 10月13日 8:00"
        facts = live.index.snapshot.facts[live.index.snapshot.row(SHUT)]
        assert suspended_words(facts, NOW).startswith("暂停开放,预计 ")
        assert suspended_words(facts, NOW + 4 * DAY) == ""
        assert suspended_words([facts[0]._replace(until=None)], NOW) == "暂停开放"
