"""The migrations make exactly the tables the program knows, on both stores."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
import shapely
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geo.db.engine import is_postgres, migrating, open_engine, reading, writing
from geo.db.tables import area, change, holiday_table, revision, station
from geo.db.upgrade import head, is_current, prepare, upgrade
from geo.db.upkeep_tables import metadata
from geo.errors import ConflictError, SettingError, UnavailableError
from geo.model.station import INTERNAL, PUBLIC
from geo.registry.write import prepare_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

_KEPT = (area, change, holiday_table, revision, station)
# Made by the migration for PostGIS alone.
_SPATIAL = {"ix_area_shape", "ix_station_geography", "ix_station_location", "ix_station_name"}


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def engine(request: pytest.FixtureRequest, tmp_path: Path):
    url = request.getfixturevalue("postgis_database") if request.param == "postgis" else ""
    made = open_engine(Settings(home=tmp_path, database_url=url))
    yield made
    made.dispose()


def test_migrated_is_what_the_tables_say(engine):
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)
    with reading(engine) as session:
        context = MigrationContext.configure(session.connection(), opts={"include_object": _ours})
        assert compare_metadata(context, metadata) == []


def test_upgrading_twice_is_upgrading_once(engine):
    upgrade(engine)
    upgrade(engine)
    prepare(engine)
    assert is_current(engine)


@pytest.mark.postgis
def test_the_public_view_has_every_public_column_and_no_other(postgis_database: str, tmp_path: Path):
    engine = open_engine(Settings(home=tmp_path, database_url=postgis_database))
    upgrade(engine)
    with reading(engine) as session:
        names = set(session.execute(text("SELECT * FROM public_stations")).keys())
    positions = {"lon", "lat", "entrance_lon", "entrance_lat"}
    assert names >= set(PUBLIC) - positions
    assert names.isdisjoint(set(INTERNAL))
    assert names - set(PUBLIC) == {"id", "area_name", "updated_at", "location", "entrance"}
    engine.dispose()


@pytest.mark.postgis
def test_nearest_stations_goes_by_the_index(postgis_database: str, tmp_path: Path):
    engine = open_engine(Settings(home=tmp_path, database_url=postgis_database))
    upgrade(engine)
    with reading(engine) as session:
        session.execute(text(_TEN_THOUSAND))
        session.execute(text("ANALYZE station"))
        plan = "\n".join(
            session.scalars(text("EXPLAIN SELECT * FROM nearest_stations(113.6, 34.7, 5, 'care_station')"))
        )
    assert "Seq Scan on station" not in plan
    # Once ordered by distance, once within the bound found.
    assert plan.count("Index Scan using ix_station_geography") == 2
    assert "Order By: ((location)::geography <->" in plan
    engine.dispose()


@pytest.mark.postgis
@pytest.mark.parametrize("k", ["0", "101", "NULL"])
def test_nearest_stations_refuses_a_wrong_k(postgis_database: str, tmp_path: Path, k: str):
    engine = open_engine(Settings(home=tmp_path, database_url=postgis_database))
    upgrade(engine)
    with pytest.raises(Exception, match="1 到 100"), reading(engine) as session:
        session.execute(text(f"SELECT * FROM nearest_stations(113.6, 34.7, {k})"))
    engine.dispose()


def test_a_url_of_another_database_is_refused(tmp_path: Path):
    for url in ("mysql://root@127.0.0.1/x", "nonsense", "postgresql+nothing://x", "postgresql://x:port/y"):
        with pytest.raises(SettingError, match="YIZHAN_DATABASE_URL"):
            open_engine(Settings(home=tmp_path, database_url=url))


def test_an_unreachable_database_is_told_without_its_password(tmp_path: Path):
    engine = open_engine(Settings(home=tmp_path, database_url="postgresql://u:secret@127.0.0.1:1/none"))
    with pytest.raises(UnavailableError) as caught:
        is_current(engine)
    assert "secret" not in str(caught.value)


def _ours(_item, name, kind, _reflected, _compared) -> bool:
    return name not in _SPATIAL and not (kind == "table" and name == "spatial_ref_sys")


_TEN_THOUSAND = """
INSERT INTO station (code, kind, status, name, source, source_ref, location, name_ref, search, public,
  created_at, updated_at)
SELECT 'T-' || n, 'care_station', 'open', 'n', 's', n::text,
  ST_SetSRID(ST_MakePoint(100 + n % 100 * 0.1, 25 + n / 100 * 0.1), 4326), '', '', '{}', '', ''
FROM generate_series(1, 10000) AS n
"""


@pytest.mark.postgis
def test_a_reader_of_the_view_may_ask_and_sees_no_keeper(postgis_database: str, tmp_path: Path):
    engine = open_engine(Settings(home=tmp_path, database_url=postgis_database))
    upgrade(engine)
    with engine.connect() as connection:
        connection.execute(text("CREATE ROLE only_reader"))
        connection.execute(text("GRANT SELECT ON public_stations TO only_reader"))
        connection.execute(text("SET ROLE only_reader"))
        connection.execute(text("SELECT * FROM nearest_stations(113.6, 34.7)"))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("SELECT keeper_phone FROM station"))
        # Roles outlive databases: this one is rolled back with the rest.
    engine.dispose()


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def test_a_failing_statement_tells_no_values(request: pytest.FixtureRequest, tmp_path: Path, store: str):
    url = request.getfixturevalue("postgis_database") if store == "postgis" else ""
    engine = open_engine(Settings(home=tmp_path, database_url=url))
    upgrade(engine)
    values = {"id": 1, "at": "", "who": "", "station_id": 99, "after": {"keeper_phone": "19900000000"}}
    with pytest.raises(IntegrityError) as caught, writing(engine) as session:
        session.execute(insert(change).values(**values))
    assert "19900000000" not in str(caught.value)
    engine.dispose()


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "yizhan.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(UnavailableError, match="not a database"):
        is_current(open_engine(Settings(home=tmp_path)))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="YIZHAN_HOME"):
        open_engine(Settings(home=tmp_path / "file" / "home"))


def test_a_schema_of_a_later_version_is_left_alone(engine):
    upgrade(engine)
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConflictError, match="更新的版本"):
        upgrade(engine)
    with pytest.raises(ConflictError):
        prepare(engine)


def test_a_connection_lost_in_mid_copy_is_an_unreachable_database(engine):
    upgrade(engine)
    for fault in (psycopg.OperationalError("gone"), sqlite3.OperationalError("disk I/O error")):
        with pytest.raises(UnavailableError), reading(engine):
            raise fault


@pytest.mark.parametrize("table", ["area", "landmark", "holiday_table", "streets"])
def test_everything_the_pages_show_moves_the_revision(engine, table: str):
    upgrade(engine)
    rows = {
        "area": {"code": "1", "name": "a", "level": "city"},
        "landmark": {"id": 1, "source": "s", "name": "a", "aliases": [], "location": shapely.Point(1, 2)},
        "holiday_table": {"year": 2030, "text": "a"},
        "streets": dict.fromkeys(["name", "digest", "source", "attribution", "loaded_at"], "a")
        | dict.fromkeys(["west", "south", "east", "north"], 1.0)
        | {"counts": {}},
    }
    kept = metadata.tables[table]
    name = "text" if table == "holiday_table" else "name"
    for statement in (insert(kept).values(**rows[table]), update(kept).values(**{name: "b"}), delete(kept)):
        before = _revision(engine)
        with writing(engine) as session:
            session.execute(statement)
        assert _revision(engine) == before + 1


def _revision(engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(revision.c.value))


def test_the_newest_migration_by_name_is_the_newest_by_descent():
    assert ScriptDirectory.from_config(_migrations()).get_current_head() == head()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(upgrade.__code__.co_filename).parent / "migrations"))
    return config


@pytest.mark.parametrize("version", ["0001", "0003"])
def test_a_registry_of_an_earlier_version_is_upgraded_with_all_it_holds(engine, version: str):
    config = _migrations()
    with migrating(engine) as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, version)
    columns = _columns(engine)
    _fill(engine, columns)
    before = _contents(engine, columns)
    assert not is_current(engine)
    if is_postgres(engine):
        with pytest.raises(ConflictError, match="yizhan upgrade"):
            prepare(engine)
        upgrade(engine)
    else:
        prepare(engine)
    assert is_current(engine)
    assert _contents(engine, columns) == before


def _columns(engine) -> dict[str, set[str]]:
    """Return the columns that this version's tables have."""
    found = inspect(engine)
    return {kept.name: {column["name"] for column in found.get_columns(kept.name)} for kept in _KEPT}


def _fill(engine, columns: dict[str, set[str]]) -> None:
    shape = shapely.MultiPolygon([shapely.box(113, 34, 114, 35)])
    with writing(engine) as session:
        session.execute(insert(area).values(code="410100", name="郑州市", level="city", shape=shape))
        session.execute(insert(holiday_table).values(year=2030, text="{}"))
        for number, (made, known) in enumerate(prepare_stations([station_row(n) for n in range(1, 4)]), 1):
            row = {name: value for name, value in made.items() if name in columns["station"]}
            session.execute(insert(station).values(id=number, **row))
            session.execute(
                insert(change).values(at=made["created_at"], who="li", station_id=number, after=known)
            )


def _contents(engine, columns: dict[str, set[str]]) -> dict[str, list[tuple]]:
    with reading(engine) as session:
        return {
            kept.name: session.execute(
                select(*(column for column in kept.c if column.name in columns[kept.name])).order_by(
                    *kept.primary_key
                )
            ).all()
            for kept in _KEPT
        }
