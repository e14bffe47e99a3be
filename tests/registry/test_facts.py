"""What holds for a time: begun, ended, read, and laid over the snapshot of every process at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import fact
from geo.errors import InputError, NotFoundError, UnavailableError
from geo.model.facts import Fact, What
from geo.model.place import Point
from geo.registry.facts import Told, begin_fact, end_fact, facts_of, read_facts, read_live_revision
from geo.registry.facts_file import facts_path, load_facts, save_facts
from geo.registry.live import Live, open_live
from geo.registry.nearest import Index
from geo.registry.rows import id_of
from geo.registry.selection import Filter
from geo.registry.snapshot import facility_mask
from geo.registry.snapshot_file import load_snapshot, snapshot_path
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.registry.conftest import station_row
from tests.registry.test_live import unreachable, wait_for

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
HERE = Point(113.6, 34.7)
WIFI = Filter(facilities=facility_mask(["wifi"]))


@pytest.fixture
def stations(add: Callable) -> None:
    """Four stations round the clock, all with wifi."""
    add(*(station_row(n, hours_osm="24/7", facilities={"wifi": "yes"}) for n in range(1, 5)))


def begin(engine: Engine, code: str, what: str, **given: Any) -> int:
    values = {"since": NOW - HOUR, "until": None, "reason": "装修"} | given
    with writing(engine) as session:
        return begin_fact(session, id_of(session, code), what, **values)


def end(engine: Engine, number: int) -> None:
    with writing(engine) as session:
        end_fact(session, number, at=NOW)


def told(engine: Engine, code: str) -> list[Fact]:
    with reading(engine) as session:
        return facts_of(session, id_of(session, code))


def test_a_fact_is_read_as_it_was_begun_until_it_is_ended(engine: Engine, stations: None):
    number = begin(engine, "YZ-0001", What.BROKEN, facility="wifi", until=NOW + HOUR, reason="  换路由器 ")
    assert told(engine, "YZ-0001") == [Fact(number, "broken", "wifi", NOW - HOUR, NOW + HOUR, "换路由器")]
    assert told(engine, "YZ-0002") == []
    end(engine, number)
    end(engine, number)
    assert told(engine, "YZ-0001") == []
    with reading(engine) as session:
        # Nothing is taken away: who looks back finds it.
        assert session.scalar(select(fact.c.ended_at).where(fact.c.id == number)) is not None


def test_what_ran_out_is_read_for_a_day_and_what_is_to_come_at_once(engine: Engine, stations: None):
    late = begin(engine, "YZ-0001", What.VISIT, since=NOW + 48 * HOUR, until=NOW + 50 * HOUR)
    over = begin(engine, "YZ-0001", What.SUSPENDED, since=NOW - 9 * HOUR, until=NOW - 2 * HOUR)
    begin(engine, "YZ-0001", What.SUSPENDED, since=NOW - 50 * HOUR, until=NOW - 30 * HOUR)
    assert [one.id for one in told(engine, "YZ-0001")] == [over, late]
    with reading(engine) as session:
        assert {code: len(own) for code, own in read_facts(session).items()} == {"YZ-0001": 2}


@pytest.mark.parametrize(
    ("what", "given", "parameter"),
    [
        ("broken", {}, "facility"),
        ("broken", {"facility": "swimming_pool"}, "facility"),
        ("visit", {"facility": "wifi"}, "facility"),
        ("visit", {"until": NOW - HOUR}, "until"),
        ("suspended", {"until": datetime(9999, 12, 31, 20, tzinfo=UTC)}, "until"),
        ("suspended", {"since": datetime(1999, 12, 31, tzinfo=UTC)}, "since"),
        ("visit", {"until": NOW - 2 * HOUR}, "until"),
        ("suspended", {"reason": " "}, "reason"),
        ("suspended", {"reason": None}, "reason"),
    ],
)
def test_what_cannot_be_is_refused(
    engine: Engine, stations: None, what: str, given: dict[str, Any], parameter: str
):
    with pytest.raises(InputError) as refused:
        begin(engine, "YZ-0001", what, **given)
    assert refused.value.parameter == parameter
    assert told(engine, "YZ-0001") == []


def test_an_unknown_fact_cannot_be_ended(engine: Engine):
    with pytest.raises(NotFoundError), writing(engine) as session:
        end_fact(session, 4711, at=NOW)


def test_facts_have_a_revision_of_their_own(engine: Engine, stations: None):
    def revisions() -> tuple[int, int]:
        with reading(engine) as session:
            return read_live_revision(session), read_snapshot(engine).revision

    before = revisions()
    number = begin(engine, "YZ-0001", What.MAYBE_LOCKED)
    assert revisions() == (before[0] + 1, before[1])
    end(engine, number)
    assert revisions() == (before[0] + 2, before[1])


def test_facts_reach_the_answers_without_another_snapshot(settings: Settings, engine: Engine, stations: None):
    live = open_live(settings)
    bare = live.index
    number = begin(engine, "YZ-0002", What.MAYBE_LOCKED)
    assert live.refresh()
    assert not live.refresh()
    assert live.index.bare is bare
    assert live.index.snapshot.bare is bare.snapshot
    assert state(live, "YZ-0002") == "unknown"
    assert state(live, "YZ-0001") == "open"
    end(engine, number)
    assert live.refresh()
    assert live.index is bare
    assert state(live, "YZ-0002") == "open"


def test_facts_that_could_not_be_laid_over_are_tried_again(
    settings: Settings, engine: Engine, stations: None, monkeypatch: pytest.MonkeyPatch
):
    live = open_live(settings)
    begin(engine, "YZ-0002", What.MAYBE_LOCKED)
    with monkeypatch.context() as patch:
        patch.setattr("geo.registry.live.overlaid", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            live.refresh()
    assert state(live, "YZ-0002") == "open"
    assert live.refresh()
    assert state(live, "YZ-0002") == "unknown"


def test_a_watching_process_has_a_fact_within_five_seconds(
    settings: Settings, engine: Engine, stations: None
):
    live = open_live(settings).start()
    try:
        number = begin(engine, "YZ-0002", What.SUSPENDED)
        assert wait_for(lambda: state(live, "YZ-0002") == "suspended", 5)
        end(engine, number)
        assert wait_for(lambda: state(live, "YZ-0002") == "open", 5)
    finally:
        live.stop()


def test_a_fact_ends_by_itself_though_the_database_is_gone(
    settings: Settings, engine: Engine, stations: None, monkeypatch: pytest.MonkeyPatch
):
    begin(engine, "YZ-0003", What.BROKEN, facility="wifi", until=datetime.now(UTC) + timedelta(seconds=2))
    live = open_live(settings)
    assert not has_wifi(live.index, "YZ-0003")

    def gone(_engine: Engine) -> int:
        raise UnavailableError("gone")

    monkeypatch.setattr("geo.registry.live.read_revision", gone)
    live.start()
    try:
        assert wait_for(lambda: has_wifi(live.index, "YZ-0003"), 10)
    finally:
        live.stop()


def test_a_process_that_starts_knows_them_and_the_saved_snapshot_does_not(
    settings: Settings, engine: Engine, stations: None
):
    begin(engine, "YZ-0002", What.SUSPENDED)
    live = open_live(settings)
    assert state(live, "YZ-0002") == "suspended"
    live.refresh()
    saved = load_snapshot(snapshot_path(settings))
    assert not saved.facts
    assert saved.schedules == live.index.bare.snapshot.schedules


def test_a_process_that_starts_without_the_database_knows_what_was_closed(
    settings: Settings, engine: Engine, stations: None
):
    until = datetime.now(UTC) + timedelta(days=3)
    begin(engine, "YZ-0002", What.SUSPENDED, until=until)
    begin(engine, "YZ-0003", What.BROKEN, facility="wifi")
    known = open_live(settings).start()
    try:
        assert wait_for(facts_path(settings).exists, 10)
        assert wait_for(snapshot_path(settings).exists, 10)
    finally:
        known.stop()
    live = open_live(unreachable(settings, engine))
    assert live.unreachable_since is not None
    assert live.index.snapshot.told == known.index.snapshot.told
    assert (state(live, "YZ-0002"), state(live, "YZ-0001")) == ("suspended", "open")
    assert not has_wifi(live.index, "YZ-0003")


def test_facts_are_as_they_were_saved(tmp_path: Path):
    noon = datetime(2026, 6, 1, 4, tzinfo=UTC)
    facts = (Fact(1, "visit", None, noon, None, "检查"), Fact(2, "broken", "wifi", noon, noon, None))
    told = Told(7, {"YZ-0001": facts})
    save_facts(told, tmp_path / "facts.json")
    assert load_facts(tmp_path / "facts.json") == told
    assert [path.name for path in tmp_path.iterdir()] == ["facts.json"]


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "{}", '{"format": 0, "revision": 1, "facts": {}}', '{"format": 1, "facts": {}}',
        '{"format": 1, "revision": 1, "facts": {"YZ-1": [[1, "broken"]]}}',
        '{"format": 1, "revision": 1, "facts": []}',
    ],
)  # fmt: skip
def test_a_file_of_facts_that_is_none_is_as_no_file(tmp_path: Path, body: str):
    (tmp_path / "facts.json").write_text(body)
    assert load_facts(tmp_path / "facts.json") is None
    assert load_facts(tmp_path / "absent.json") is None


def state(live: Live, code: str) -> str:
    index = live.index
    row = index.snapshot.row(code)
    return index.openings.state(int(index.snapshot.schedule[row]), datetime.now(UTC)).state


def has_wifi(index: Index, code: str) -> bool:
    return index.snapshot.row(code) in index.selections.of(WIFI).rows
