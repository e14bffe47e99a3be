"""What holds for a time, laid over a snapshot: other answers, and nothing else is made anew."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.model.facts import Fact
from geo.model.place import Point
from geo.registry.nearest import Index, nearest
from geo.registry.overlay import next_change, overlaid
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import Snapshot, facility_mask
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
HERE = Point(113.6, 34.7)
WIFI = Filter(facilities=facility_mask(["wifi"]))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Four stations round the clock, all with wifi."""
    engine = open_engine(Settings(home=tmp_path_factory.mktemp("overlay")))
    upgrade(engine)
    rows = [station_row(n, hours_osm="24/7", facilities={"wifi": "yes"}) for n in range(1, 5)]
    with writing(engine) as session:
        add_stations(session, rows, who="tester")
    yield read_snapshot(engine)
    engine.dispose()


def test_what_is_broken_is_not_there(snapshot: Snapshot):
    index, facts = laid(snapshot, "YZ-0002", Fact(1, "broken", "wifi", NOW - HOUR, NOW + HOUR, None))
    assert rows(index, WIFI) == [0, 2, 3]
    assert rows(index, Filter()) == [0, 1, 2, 3]
    assert rows(index.bare, WIFI) == [0, 1, 2, 3]
    assert index.snapshot.told == {1: {"broken": ["wifi"]}}
    # At the moment it is repaired, and not before, there is something to lay over anew.
    assert next_change(facts, NOW) == NOW + HOUR
    later = overlaid(index.bare.snapshot, facts, NOW + HOUR)
    assert later is index.bare.snapshot
    assert next_change(facts, NOW + HOUR) is None


def test_selections_that_no_fact_touches_are_shared(snapshot: Snapshot):
    index, _ = laid(snapshot, "YZ-0002", Fact(1, "broken", "wifi", NOW - HOUR, None, None))
    assert index.selections.of(Filter()) is index.bare.selections.of(Filter())
    assert index.selections.of(WIFI) is not index.bare.selections.of(WIFI)


def test_filters_agree_with_the_overlaid_columns(snapshot: Snapshot):
    index, _ = laid(snapshot, "YZ-0004", Fact(1, "broken", "wifi", NOW - HOUR, None, None))
    for wanted in (Filter(), WIFI, Filter(kinds=("water_point",))):
        mask = filter_mask(index.snapshot, wanted)
        assert rows(index, wanted) == [row for row in range(4) if mask[row]]


@pytest.mark.parametrize(("what", "group"), [("suspended", None), ("maybe_locked", -1)])
def test_doubtful_stations_come_after_the_open_ones_and_suspended_ones_not_at_all(
    snapshot: Snapshot, what: str, group: int | None
):
    index, _ = laid(snapshot, "YZ-0001", Fact(1, what, None, NOW - HOUR, None, "装修"))
    found = [hit.row for hit in nearest(index, HERE, 4, Filter(), open_at=NOW)]
    assert found == ([1, 2, 3] if group is None else [1, 2, 3, 0])
    assert [hit.row for hit in nearest(index, HERE, 4, Filter())] == [0, 1, 2, 3]
    assert [hit.row for hit in nearest(index.bare, HERE, 4, Filter(), open_at=NOW)] == [0, 1, 2, 3]


def test_a_fact_begun_within_a_minute_holds_in_all_of_it(snapshot: Snapshot):
    since = NOW.replace(second=40)
    index, _ = laid(snapshot, "YZ-0001", Fact(1, "maybe_locked", None, since, None, None), at=since)
    assert index.openings.state(int(index.snapshot.schedule[0]), since).state == "unknown"


def test_facts_of_unknown_stations_and_none_at_all_lay_nothing_over(snapshot: Snapshot):
    lasting = Fact(1, "suspended", None, NOW, None, "装修")
    assert overlaid(snapshot, {}, NOW) is snapshot
    assert overlaid(snapshot, {"YZ-9999": (lasting,), "A": (lasting,)}, NOW) is snapshot
    assert snapshot.live_tag == ""
    tags = {overlaid(snapshot, {code: (lasting,)}, NOW).live_tag for code in ("YZ-0001", "YZ-0002")}
    assert len(tags) == 2


def laid(
    snapshot: Snapshot, code: str, lasting: Fact, at: datetime = NOW
) -> tuple[Index, dict[str, tuple[Fact, ...]]]:
    bare, facts = Index(snapshot), {code: (lasting,)}
    return Index(overlaid(snapshot, facts, at), bare=bare), facts


def rows(index: Index, wanted: Filter) -> list[int]:
    return index.selections.of(wanted).rows.tolist()
