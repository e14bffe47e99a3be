"""Several at work on one registry: writers queue and lose nothing, readers see one state, whole."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
import shapely
from sqlalchemy import Engine, func, select

from geo.crs import Crs
from geo.db.engine import open_engine, reading, writing
from geo.db.tables import change, station
from geo.db.upgrade import is_current, upgrade
from geo.ingest.stations import Draft
from geo.registry.areas import place_stations, read_index, save_areas
from geo.registry.history import station_history
from geo.registry.load import Report, load_stations
from geo.registry.rows import read_rows
from geo.registry.snapshot_read import read_revision, read_snapshot
from geo.registry.stations import change_station
from geo.settings import Settings
from tests.registry.conftest import station_row

ROUNDS = 8


def at_once(settings: Settings, *works: Callable[[Engine], object]) -> list:
    """Run each work with an engine of its own, as processes would, all beginning together."""
    start = Barrier(len(works))

    def run(work: Callable[[Engine], object]) -> object:
        engine = open_engine(settings)
        try:
            start.wait(timeout=30)
            return work(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def drafts(count: int) -> Iterator[Draft]:
    for number in range(count):
        yield Draft(number + 2, str(number), 113.6, 34.7, Crs.WGS84, {"name": f"驿站{number}"})


def load(engine: Engine, count: int) -> Report:
    with writing(engine) as session:
        return load_stations(
            session, drafts(count), source="台账", file="台账.csv", who="li", code_prefix="HB"
        )


def count_stations(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(station))


def test_two_writers_of_one_station_both_land(settings: Settings, engine: Engine, add: Callable):
    add(station_row(1, star=0, remarks=""))

    def counts_up(field: str) -> Callable[[Engine], None]:
        def work(own: Engine) -> None:
            for number in range(1, ROUNDS + 1):
                with writing(own) as session:
                    value = number if field == "star" else str(number)
                    change_station(session, "YZ-0001", {field: value}, who=field)

        return work

    revision = read_revision(engine)
    at_once(settings, counts_up("star"), counts_up("remarks"))
    with reading(engine) as session:
        [(_, row)] = read_rows(session)
        entries = station_history(session, "YZ-0001")
    assert (row["star"], row["remarks"]) == (ROUNDS, str(ROUNDS))
    assert read_revision(engine) == revision + 2 * ROUNDS
    assert read_snapshot(engine).revision == revision + 2 * ROUNDS
    # Each entry begins where the last one of its field ended: no writer overlooked the other.
    for field in ("star", "remarks"):
        ours = [entry for entry in reversed(entries) if entry.who == field]
        assert [entry.after[field] for entry in ours] == [
            number if field == "star" else str(number) for number in range(1, ROUNDS + 1)
        ]
        assert [entry.before[field] for entry in ours[1:]] == [entry.after[field] for entry in ours[:-1]]


def test_one_file_loaded_by_two_at_once_is_loaded_once(settings: Settings, engine: Engine):
    reports = at_once(settings, *[lambda own: load(own, 50)] * 2)
    assert sorted((report.added, report.same) for report in reports) == [(0, 50), (50, 0)]
    assert count_stations(engine) == 50
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(change)) == 50


def test_areas_and_stations_loaded_at_once_find_each_other(settings: Settings, engine: Engine):
    shape = shapely.MultiPolygon([shapely.box(113, 34, 114, 35)])
    area = SimpleNamespace(code="990101", name="东区", level="district", parent_code=None, shape=shape)

    def load_areas(own: Engine) -> None:
        with writing(own) as session:
            save_areas(session, [area])
            place_stations(session, who="li")

    at_once(settings, load_areas, lambda own: load(own, 20), load_areas)
    with reading(engine) as session:
        assert list(read_index(session).names) == ["990101"]
        assert {row["area_code"] for _, row in read_rows(session)} == {"990101"}
        added_or_placed = session.scalars(select(change.c.id)).all()
    assert len(added_or_placed) in (20, 40)


def test_during_a_load_readers_see_what_was_before(engine: Engine, add: Callable):
    add(station_row(1))
    before = read_snapshot(engine)
    with writing(engine) as session:
        load_stations(session, drafts(12_000), source="台账", file="f", who="li", code_prefix="HB")
        during = read_snapshot(engine)
        assert (during.revision, during.docs) == (before.revision, before.docs)
        assert count_stations(engine) == 1
    after = read_snapshot(engine)
    assert len(after) == 12_001
    assert after.revision > before.revision


def test_a_reader_goes_on_with_the_state_it_began_with(engine: Engine, add: Callable):
    add(station_row(1))
    with reading(engine) as session:
        counted = select(func.count()).select_from(station)
        assert session.scalar(counted) == 1
        add(station_row(2))
        assert session.scalar(counted) == 1
    assert count_stations(engine) == 2


def test_a_writer_that_waited_sees_what_it_waited_for(settings: Settings, engine: Engine, add: Callable):
    """What one writer reads, another cannot have changed by the time it writes."""
    add(station_row(1, star=0))

    def adds_one(own: Engine) -> None:
        for _ in range(ROUNDS):
            with writing(own) as session:
                [(_, row)] = read_rows(session)
                change_station(session, "YZ-0001", {"star": row["star"] + 1}, who="li")

    at_once(settings, adds_one, adds_one, adds_one)
    with reading(engine) as session:
        [(_, row)] = read_rows(session)
    assert row["star"] == 3 * ROUNDS


def test_several_that_start_on_an_empty_database_migrate_it_once(settings: Settings):
    at_once(settings, *[upgrade] * 4)
    engine = open_engine(settings)
    assert is_current(engine)
    assert read_revision(engine) == 0
    engine.dispose()


@pytest.mark.parametrize("settings", [pytest.param("postgis", marks=pytest.mark.postgis)], indirect=True)
def test_a_transaction_moves_the_revision_once(engine: Engine, add: Callable):
    """Many times would be slow: a hundred thousand changed rows would take minutes."""
    add(*(station_row(number) for number in range(5)))
    revision = read_revision(engine)
    with writing(engine) as session:
        for number in range(5):
            change_station(session, f"YZ-{number:04d}", {"star": 3}, who="li")
    assert read_revision(engine) == revision + 1
    add(station_row(6))
    assert read_revision(engine) == revision + 2
