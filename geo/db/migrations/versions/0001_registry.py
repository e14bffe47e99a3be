"""The registry: stations, their history, areas, union units, landmarks, holidays, the revision."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from geo.db.types import Json, Shape

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_HERE = Path(__file__).parent


def upgrade() -> None:
    store = op.get_bind().dialect.name
    if store == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _places()
    _stations()
    _history()
    op.execute("INSERT INTO revision (id, value, at) VALUES (1, 0, '')")
    for statement in (_HERE / f"0001_{store}.sql").read_text("utf-8").split("\n;\n"):
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def _places() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("parent_code", sa.Text),
        sa.Column("shape", Shape("MULTIPOLYGON")),
        sa.PrimaryKeyConstraint("code", name="pk_area"),
        sa.CheckConstraint(
            "level IN ('province', 'city', 'district', 'street', 'community')", name=op.f("ck_area_level")
        ),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent_code", sa.Text),
        sa.Column("area_code", sa.Text),
        sa.PrimaryKeyConstraint("code", name="pk_unit"),
    )
    op.create_table(
        "landmark",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", Json, nullable=False),
        sa.Column("category", sa.Text),
        sa.Column("location", Shape("POINT"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_landmark"),
    )
    op.create_table(
        "holiday_table",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_holiday_table"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.CheckConstraint("id = 1", name=op.f("ck_revision_one_row")),
    )


def _what_and_where() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("signboard_name", sa.Text),
        sa.Column("aliases", Json),
        sa.Column("address", sa.Text),
        sa.Column("area_code", sa.Text),
        sa.Column("district_name", sa.Text),
        sa.Column("street_name", sa.Text),
        sa.Column("unit_code", sa.Text),
        sa.Column("unit_name", sa.Text),
        sa.Column("host_type", sa.Text),
        sa.Column("host_name", sa.Text),
        sa.Column("build_type", sa.Text),
        sa.Column("build_org", sa.Text),
        sa.Column("run_org", sa.Text),
        sa.Column("position_given", sa.Text),
        sa.Column("crs_given", sa.Text),
        sa.Column("position_source", sa.Text),
        sa.Column("entrance_note", sa.Text),
        sa.Column("floor", sa.Text),
    ]


def _what_it_offers() -> list[sa.Column]:
    return [
        sa.Column("area_m2", sa.Float),
        sa.Column("capacity", sa.Integer),
        sa.Column("hours_raw", sa.Text),
        sa.Column("hours_osm", sa.Text),
        sa.Column("hours_makeup", sa.Boolean),
        sa.Column("hours_note", sa.Text),
        sa.Column("season", sa.Text),
        sa.Column("access_who", sa.Text),
        sa.Column("access_how", sa.Text),
        sa.Column("facilities", Json),
        sa.Column("supply_mode", sa.Text),
        sa.Column("star", sa.Integer),
        sa.Column("honours", Json),
        sa.Column("map_ids", Json),
        sa.Column("public_phone", sa.Text),
        sa.Column("built_on", sa.Text),
        sa.Column("opened_on", sa.Text),
        sa.Column("verified_on", sa.Text),
        sa.Column("verified_by", sa.Text),
        sa.Column("standard", sa.Text),
        sa.Column("checklist", Json),
        sa.Column("closed_reason", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_ref", sa.Text, nullable=False),
        sa.Column("grant_yuan", sa.Float),
        sa.Column("invested_yuan", sa.Float),
        sa.Column("keeper_name", sa.Text),
        sa.Column("keeper_phone", sa.Text),
        sa.Column("remarks", sa.Text),
        sa.Column("location", Shape("POINT"), nullable=False),
        sa.Column("entrance", Shape("POINT")),
        sa.Column("name_ref", sa.Text, nullable=False),
        sa.Column("search", sa.Text, nullable=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
    ]


def _stations() -> None:
    op.create_table(
        "station",
        *_what_and_where(),
        *_what_it_offers(),
        sa.PrimaryKeyConstraint("id", name="pk_station"),
        sa.CheckConstraint(
            "kind IN ('care_station', 'water_point', 'nursing_room')", name=op.f("ck_station_kind")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'building', 'trial', 'open', 'suspended', 'closed')",
            name=op.f("ck_station_status"),
        ),
        sa.UniqueConstraint("code", name="uq_station_code"),
        sa.UniqueConstraint("source", "source_ref", name="uq_station_source_source_ref"),
    )
    op.create_index("ix_station_area_code", "station", ["area_code"])
    op.create_index("ix_station_name_ref", "station", ["name_ref"])


def _history() -> None:
    op.create_table(
        "load",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_load"),
    )
    op.create_table(
        "change",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("before", Json),
        sa.Column("after", Json, nullable=False),
        sa.Column("load_id", sa.Integer),
        sa.Column("undoes", _BIG),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name="fk_change_load_id"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_change_station_id"),
        sa.ForeignKeyConstraint(["undoes"], ["change.id"], name="fk_change_undoes"),
    )
    op.create_index("ix_change_load_id", "change", ["load_id"])
    op.create_index("ix_change_station_id", "change", ["station_id"])
