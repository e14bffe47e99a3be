"""Registered street sets: in the database, in the snapshot, and in the snapshot kept on disk."""

from typing import Any

from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.registry.snapshot_file import load_snapshot, save_snapshot, snapshot_path
from geo.registry.snapshot_read import read_revision, read_snapshot
from geo.registry.streets import StreetSet, list_streets, save_streets
from geo.settings import Settings

CITY = StreetSet(
    name="济南",
    digest="0123456789abcdef",
    source="jinan.osm.pbf",
    attribution="© OpenStreetMap contributors",
    data_at="2026-03-01T20:21:00Z",
    loaded_at="2026-03-02T08:00:00Z",
    west=116.8,
    south=36.5,
    east=117.3,
    north=36.8,
    counts={"nodes": 3, "edges": 2, "metres": 340, "names": 1},
)


def save(engine: Engine, **given: Any) -> tuple[int, int, int]:
    with writing(engine) as session:
        return save_streets(session, CITY._replace(**given))


def held(engine: Engine) -> tuple[StreetSet, ...]:
    with reading(engine) as session:
        return list_streets(session)


def test_what_was_saved_is_listed_by_name(engine: Engine):
    assert held(engine) == ()
    for name in ("b", "济南", "A"):
        assert save(engine, name=name) == (1, 0, 0)
    assert held(engine) == tuple(CITY._replace(name=name) for name in ("A", "b", "济南"))


def test_a_set_takes_the_place_of_the_one_of_its_name(engine: Engine):
    save(engine)
    save(engine, name="other")
    new = {"digest": "f" * 16, "data_at": None, "counts": {"nodes": 9}, "west": -1.5}
    assert save(engine, **new) == (0, 1, 0)
    assert held(engine) == (CITY._replace(name="other"), CITY._replace(**new))


def test_the_same_again_is_left_as_it_was(engine: Engine):
    save(engine)
    before = read_revision(engine)
    assert save(engine, loaded_at="2030-01-01T00:00:00Z") == (0, 0, 1)
    assert held(engine) == (CITY,)
    assert read_revision(engine) == before


def test_the_snapshot_has_them_also_from_the_disk(engine: Engine, settings: Settings):
    assert read_snapshot(engine).streets == ()
    save(engine)
    save(engine, name="A", data_at=None)
    snapshot = read_snapshot(engine)
    assert snapshot.streets == (CITY._replace(name="A", data_at=None), CITY)
    save_snapshot(snapshot, snapshot_path(settings))
    assert load_snapshot(snapshot_path(settings)).streets == snapshot.streets
