"""The snapshot follows the database, and outlives it."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import Engine, text

from geo.db.engine import is_postgres, writing
from geo.errors import ConflictError, UnavailableError
from geo.model.station import Status
from geo.registry.facts_file import facts_path
from geo.registry.live import Live, open_live
from geo.registry.snapshot import STATUSES, Snapshot, facility_mask
from geo.registry.snapshot_file import load_snapshot, save_snapshot, snapshot_path
from geo.registry.snapshot_read import read_revision, read_snapshot
from geo.registry.stations import change_station
from geo.settings import Settings
from tests.registry.conftest import station_row

FRESH_WITHIN_S = 10.0
ON_POSTGIS = pytest.mark.parametrize(
    "settings", [pytest.param("postgis", marks=pytest.mark.postgis)], indirect=True
)


@contextmanager
def watching(settings: Settings) -> Iterator[Live]:
    live = open_live(settings).start()
    try:
        yield live
    finally:
        live.stop()


def wait_for(condition: Callable[[], bool], within_s: float) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def holds(live: Live, code: str) -> bool:
    return code.encode() in live.index.snapshot.codes


def test_a_committed_change_arrives(settings: Settings, engine: Engine, add: Callable):
    with watching(settings) as live:
        add(station_row(1))
        assert wait_for(lambda: holds(live, "YZ-0001"), FRESH_WITHIN_S)
        with writing(engine) as session:
            change_station(session, "YZ-0001", {"name": "改过的"}, who="li")
        assert wait_for(lambda: "改过的" in live.index.snapshot.docs.decode(), FRESH_WITHIN_S)


def test_a_change_not_committed_does_not(settings: Settings, engine: Engine, add: Callable):
    add(station_row(1))
    revision = read_revision(engine)

    def half_way() -> None:
        with writing(engine) as session:
            change_station(session, "YZ-0001", {"name": "半途"}, who="li")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert read_revision(engine) == revision
    assert "半途" not in read_snapshot(engine).docs.decode()


def test_a_look_that_failed_is_made_again(
    settings: Settings, engine: Engine, add: Callable, monkeypatch: pytest.MonkeyPatch
):
    """On SQLite nothing wakes twice for one change."""
    with watching(settings) as live:
        assert wait_for(snapshot_path(settings).exists, FRESH_WITHIN_S)
        failed = []

        def fails_once(engine: Engine) -> Snapshot:
            if not failed:
                failed.append(True)
                raise MemoryError
            return read_snapshot(engine)

        monkeypatch.setattr("geo.registry.live.read_snapshot", fails_once)
        add(station_row(1))
        assert wait_for(lambda: holds(live, "YZ-0001"), 2 * FRESH_WITHIN_S)
        assert failed


@ON_POSTGIS
def test_it_arrives_after_the_listener_was_cut_off(settings: Settings, engine: Engine, add: Callable):
    with watching(settings) as live:
        add(station_row(1))
        assert wait_for(lambda: holds(live, "YZ-0001"), FRESH_WITHIN_S)
        with writing(engine) as session:
            cut = session.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE query = 'LISTEN yizhan_revision' AND datname = current_database()"
                )
            )
        assert cut == 1
        # Told to nobody: only the revision can bring it.
        add(station_row(2))
        assert wait_for(lambda: holds(live, "YZ-0002"), FRESH_WITHIN_S + 1)
        add(station_row(3))
        assert wait_for(lambda: holds(live, "YZ-0003"), FRESH_WITHIN_S)


@ON_POSTGIS
def test_a_change_made_in_psql_arrives(settings: Settings, engine: Engine, add: Callable):
    add(station_row(1))
    with watching(settings) as live:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE station SET status = 'suspended' WHERE code = 'YZ-0001'")
        suspended = STATUSES.index(Status.SUSPENDED)
        assert wait_for(lambda: live.index.snapshot.status.tolist() == [suspended], FRESH_WITHIN_S)


def test_a_saved_snapshot_is_the_same_snapshot(settings: Settings, engine: Engine, add: Callable):
    facilities = ({"toilet": "yes"}, {"toilet": "yes", "wifi": "no"}, {})
    add(
        *(
            station_row(n, hours_osm="24/7" if n % 2 else None, facilities=facilities[n % 3])
            for n in range(1, 8)
        )
    )
    snapshot, path = read_snapshot(engine), snapshot_path(settings)
    save_snapshot(snapshot, path)
    again = load_snapshot(path)
    assert again is not None
    assert (again.revision, again.docs, again.search) == (snapshot.revision, snapshot.docs, snapshot.search)
    assert (again.codes == snapshot.codes).all()
    assert (again.xyz == snapshot.xyz).all()
    assert [again.doc(row) for row in range(7)] == [snapshot.doc(row) for row in range(7)]
    assert (again.updated_s == snapshot.updated_s).all()
    assert again.schedules == snapshot.schedules
    assert again.calendar == snapshot.calendar
    assert not list(path.parent.glob("*.tmp"))


def test_a_snapshot_has_the_facilities_of_every_station(engine: Engine, add: Callable):
    both = {"toilet": "yes", "aed": "no"}
    held = (both, {}, {"aed": "yes"}, both, {"wifi": "no"})
    name = '","facilities":{"microwave":"yes"}'
    add(*(station_row(number, name=name, facilities=own) for number, own in enumerate(held, 1)))
    with writing(engine) as session:
        change_station(session, "YZ-0005", {"facilities": {"wifi": "yes"}}, who="li")
    expected = [facility_mask(own) for own in (*held[:4], {"wifi": "yes"})]
    assert read_snapshot(engine).facilities.tolist() == expected


def test_a_snapshot_knows_when_each_station_was_last_changed(engine: Engine, add: Callable):
    add(station_row(2), station_row(1))
    with writing(engine) as session:
        change_station(session, "YZ-0002", {"name": "改过的"}, who="li")
        session.execute(text("UPDATE station SET updated_at = '2026-10-01T00:00:05Z' WHERE code = 'YZ-0002'"))
        session.execute(text("UPDATE station SET updated_at = '2026-10-01T00:00:00Z' WHERE code = 'YZ-0001'"))
    assert read_snapshot(engine).updated_s.tolist() == [1790812800, 1790812805]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x00" * 5000])
def test_a_damaged_saved_snapshot_is_no_snapshot(tmp_path, content: bytes):
    (tmp_path / "s.npz").write_bytes(content)
    assert load_snapshot(tmp_path / "s.npz") is None
    assert load_snapshot(tmp_path / "absent.npz") is None


def test_a_snapshot_saved_by_a_former_version_is_no_snapshot(tmp_path: Path):
    former = {"meta": np.frombuffer(b'{"format":3}', np.uint8), "docs": np.zeros(2, np.uint8)}
    np.savez(tmp_path / "s.npz", **former)
    assert load_snapshot(tmp_path / "s.npz") is None


def test_while_the_database_is_down_the_last_snapshot_answers(
    settings: Settings, engine: Engine, add: Callable
):
    add(station_row(1))
    with watching(settings):
        assert wait_for(snapshot_path(settings).exists, FRESH_WITHIN_S)
    down = unreachable(settings, engine)
    live = open_live(down)
    assert holds(live, "YZ-0001")
    assert live.unreachable_since is not None


def test_what_was_known_last_is_saved_when_the_database_goes(
    settings: Settings, engine: Engine, add: Callable, monkeypatch: pytest.MonkeyPatch
):
    live = open_live(settings)
    add(station_row(1))
    assert live.refresh()
    add(station_row(2))
    # Too soon after the last time to save again, until the database is gone.
    assert live.refresh()
    assert load_snapshot(snapshot_path(settings)).revision < live.index.snapshot.revision

    def gone(_engine: Engine) -> int:
        raise UnavailableError("gone")

    monkeypatch.setattr("geo.registry.live.read_revision", gone)
    assert not live.refresh()
    assert load_snapshot(snapshot_path(settings)).revision == live.index.snapshot.revision


def test_a_snapshot_that_could_not_be_saved_is_saved_when_it_can_be(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    tries = []

    def full_disk(snapshot: Snapshot, path: Path) -> None:
        tries.append(path)
        raise OSError(errno.ENOSPC, "No space left on device")

    live = open_live(settings)
    monkeypatch.setattr("geo.registry.live.save_snapshot", full_disk)
    for _ in range(3):
        live.refresh()
    # A disk that is full is not asked again at once.
    assert len(tries) == 1
    monkeypatch.setattr("geo.registry.live.save_snapshot", save_snapshot)
    monkeypatch.setattr("geo.registry.live._SAVE_EVERY_S", 0.0)
    live.refresh()
    assert load_snapshot(snapshot_path(settings)).revision == live.index.snapshot.revision


def test_the_watch_saves_again_by_itself_what_could_not_be_saved(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    tries = []

    def full_once(snapshot: Snapshot, path: Path) -> None:
        tries.append(path)
        if len(tries) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        save_snapshot(snapshot, path)

    monkeypatch.setattr("geo.registry.live.save_snapshot", full_once)
    monkeypatch.setattr("geo.registry.live._SAVE_EVERY_S", 0.0)
    with watching(settings) as live:
        # Nothing changes meanwhile.
        assert wait_for(snapshot_path(settings).exists, 2 * FRESH_WITHIN_S)
        assert load_snapshot(snapshot_path(settings)).revision == live.index.snapshot.revision


def test_the_files_beside_the_snapshot_are_at_hand(settings: Settings, engine: Engine, add: Callable):
    live = open_live(settings)
    assert live.index.home == settings.home
    add(station_row(1))
    assert live.refresh()
    assert live.index.home == settings.home


def test_down_and_nothing_saved_is_said(tmp_path):
    with pytest.raises(UnavailableError):
        open_live(Settings(home=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none"))


def test_postgis_is_migrated_only_on_request(postgis_database: str, tmp_path):
    with pytest.raises(ConflictError, match="yizhan upgrade"):
        open_live(Settings(home=tmp_path, database_url=postgis_database))


def unreachable(settings: Settings, engine: Engine) -> Settings:
    """Take the database away, leaving what was saved where its own settings find it."""
    engine.dispose()
    if is_postgres(engine):
        port = f"{engine.url.port}"
        gone = Settings(home=settings.home, database_url=settings.database_url.replace(port, "1"))
        for path_of in (snapshot_path, facts_path):
            path_of(settings).rename(path_of(gone))
        return gone
    file = settings.home / "yizhan.sqlite"
    for part in settings.home.glob("yizhan.sqlite*"):
        part.unlink()
    file.mkdir()
    return settings
