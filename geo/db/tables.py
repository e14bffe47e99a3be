"""The tables: the only list of what is kept, beside the migrations that bring a database to it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from geo.db.types import Json, Shape
from geo.model.station import FIELDS, Field

__all__ = [
    "area",
    "candidate_set",
    "change",
    "demand",
    "holiday_table",
    "landmark",
    "load",
    "metadata",
    "revision",
    "station",
    "streets",
    "study",
    "study_demand",
    "study_gap",
    "study_reach",
    "unit",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Kept as points, not as pairs of numbers.
_POSITIONS = {"lon", "lat", "entrance_lon", "entrance_lat"}
_REQUIRED = {"code", "kind", "status", "name", "source", "source_ref"}
_TYPES = {str: Text, int: Integer, float: Float, bool: Boolean, list: Json, dict: Json}


def _column(field: Field) -> Column:
    return Column(field.name, _TYPES[field.type], nullable=field.name not in _REQUIRED)


station = Table(
    "station",
    metadata,
    Column("id", Integer, primary_key=True),
    *[_column(field) for field in FIELDS if field.name not in _POSITIONS],
    Column("location", Shape("POINT"), nullable=False),
    Column("entrance", Shape("POINT")),
    # What identity by name compares, and what search and the snapshot read: written with the row.
    Column("name_ref", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("public", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    UniqueConstraint("code"),
    UniqueConstraint("source", "source_ref"),
    CheckConstraint("kind IN ('care_station', 'water_point', 'nursing_room')", name="kind"),
    CheckConstraint(
        "status IN ('planned', 'building', 'trial', 'open', 'suspended', 'closed')", name="status"
    ),
    Index(None, "name_ref"),
    Index(None, "area_code"),
    # What a file calls a unit may be longer than a B-tree takes.
    Index(None, "unit_code", postgresql_using="hash"),
    Index(None, "updated_at"),
)

load = Table(
    "load",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("counts", Json, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text),
    Column("station_id", Integer, ForeignKey("station.id"), nullable=False),
    Column("before", Json),
    Column("after", Json, nullable=False),
    Column("load_id", Integer, ForeignKey("load.id")),
    Column("undoes", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("change.id")),
    Index(None, "station_id"),
    Index(None, "load_id"),
)

area = Table(
    "area",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", Text),
    Column("shape", Shape("MULTIPOLYGON")),
    CheckConstraint("level IN ('province', 'city', 'district', 'street', 'community')", name="level"),
)

unit = Table(
    "unit",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_code", Text),
    Column("area_code", Text),
)

landmark = Table(
    "landmark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("aliases", Json, nullable=False),
    Column("category", Text),
    Column("location", Shape("POINT"), nullable=False),
)

holiday_table = Table(
    "holiday_table",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

streets = Table(
    "streets",
    metadata,
    Column("name", Text, primary_key=True),
    # Names the files of the graph and the basemap, which lie in the data folder of every machine.
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("attribution", Text, nullable=False),
    Column("data_at", String(32)),
    Column("loaded_at", String(32), nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    Column("counts", Json, nullable=False),
)

demand = Table(
    "demand",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("attribution", Text),
    Column("form", Text, nullable=False),
    Column("loaded_at", String(32), nullable=False),
    Column("points", Integer, nullable=False),
    # The columns and their sums, in the file's order: a list of pairs.
    Column("weights", Json, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    # A million places are read at once or not at all: one body, not a million rows.
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("form IN ('points', 'polygons', 'raster')", name="form"),
)

candidate_set = Table(
    "candidate_set",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_at", String(32), nullable=False),
    Column("count", Integer, nullable=False),
    # Whether they say what they cost, and what each can serve.
    Column("priced", Boolean, nullable=False),
    Column("limited", Boolean, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    # Always read together, as those of a demand are.
    Column("body", LargeBinary, nullable=False),
)

study = Table(
    "study",
    metadata,
    Column("id", Text, primary_key=True),
    Column("made_at", String(32), nullable=False),
    Column("state", Text, nullable=False),
    # 0 to 1, and what is being done, as a Chinese sentence.
    Column("progress", Float, nullable=False),
    Column("step", Text),
    # When its worker last said that it lives.
    Column("seen_at", String(32)),
    # How often a worker has begun it since somebody last asked for it.
    Column("attempts", Integer, nullable=False),
    Column("asked", Json, nullable=False),
    Column("found", Json),
    Column("error", Json),
    # The arrays of `geo.model.study.Places`.
    Column("places", LargeBinary),
    # While stations are sited: seconds, value and bound, again and again.
    Column("trace", Json),
    # What proves a plan, as compressed JSON.
    Column("certificate", LargeBinary),
    CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index(None, "made_at"),
)

# What a study drew, for QGIS and the like; written on PostGIS alone.
study_gap = Table(
    "study_gap",
    metadata,
    Column("study_id", Text, ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("area_code", Text),
    Column("weight", Float, nullable=False),
    Column("points", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("nearest_code", Text),
    Column("cost", Float),
    Column("location", Shape("POINT"), nullable=False),
    Column("outline", Shape("POLYGON")),
)

study_demand = Table(
    "study_demand",
    metadata,
    Column("study_id", Text, ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("weight", Float, nullable=False),
    Column("cost", Float),
    Column("covered", Boolean, nullable=False),
    Column("station_code", Text),
    Column("gap_rank", Integer),
    Column("location", Shape("POINT"), nullable=False),
)

study_reach = Table(
    "study_reach",
    metadata,
    Column("study_id", Text, ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("limit_cost", Float, nullable=False),
    Column("shape", Shape("MULTILINESTRING"), nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("at", String(32), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
