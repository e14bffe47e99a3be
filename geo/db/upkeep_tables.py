"""The tables of those who keep the registry true: people, their acts, what was reported, what holds now."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from geo.db.tables import metadata
from geo.db.types import Json

__all__ = [
    "apart",
    "audit",
    "daily_key",
    "fact",
    "head_count",
    "import_draft",
    "keeping",
    "live_revision",
    "merging",
    "message",
    "metadata",
    "person",
    "photo",
    "saved_view",
    "subscription",
    "ticket",
    "ticket_step",
    "verification",
    "work_order",
]

_BIG = BigInteger().with_variant(Integer, "sqlite")


def _at(name: str, *, nullable: bool = True) -> Column:
    # UTC, as every timestamp is kept: 2026-10-10T01:02:03Z, so that text order is the order of time.
    return Column(name, String(32), nullable=nullable)


def _person(name: str = "person_id") -> Column:
    return Column(name, Integer, ForeignKey("person.id"))


def _station() -> Column:
    return Column("station_id", Integer, ForeignKey("station.id"), nullable=False)


person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    # Lower case; of someone erased, what stands in its place.
    Column("login", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("role", Text, nullable=False),
    # The union unit an editor or reader works for, with all below it; None: no unit.
    Column("unit_code", Text),
    Column("password", Text, nullable=False),
    _at("password_at", nullable=False),
    # In every session and signed link: a new one ends them all.
    Column("session_key", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    # Wrong passwords since the last right one, and until when none is tried.
    Column("failures", Integer, nullable=False),
    _at("locked_until"),
    _at("signed_in_at"),
    _at("created_at", nullable=False),
    UniqueConstraint("login"),
    CheckConstraint("role IN ('administrator', 'editor', 'keeper', 'reader')", name="role"),
)

keeping = Table(
    "keeping",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("station_id", Integer, ForeignKey("station.id"), primary_key=True),
    Index(None, "station_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _BIG, primary_key=True),
    _at("at", nullable=False),
    # No name: erasing a person leaves the log as it is. None: nobody was signed in.
    Column("person_id", Integer),
    Column("act", Text, nullable=False),
    Column("object", Text),
    Column("detail", Json),
    # The address as a hash under the day's key.
    Column("network", Text),
    Index(None, "at"),
)

# The keys of addresses' and devices' hashes, a day each; without its key a hash says nothing any more.
daily_key = Table(
    "daily_key",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("person_id", "name"),
)

photo = Table(
    "photo",
    metadata,
    Column("id", Integer, primary_key=True),
    _station(),
    _at("at", nullable=False),
    _person(),
    Column("caption", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    # Re-encoded as JPEG, without anything but the picture.
    Column("body", LargeBinary, nullable=False),
    Column("thumb", LargeBinary, nullable=False),
    _at("removed_at"),
    Index(None, "station_id"),
)

import_draft = Table(
    "import_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    _at("made_at", nullable=False),
    _at("touched_at", nullable=False),
    Column("file", Text, nullable=False),
    Column("body", LargeBinary),
    # How its columns are read, what a row lacks, and what was mended in place: {row: {column: text}}.
    Column("reading", Json, nullable=False),
    Column("fixes", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("load_id", Integer, ForeignKey("load.id")),
    CheckConstraint("state IN ('open', 'loaded', 'cancelled')", name="state"),
)

verification = Table(
    "verification",
    metadata,
    Column("id", Integer, primary_key=True),
    _station(),
    _at("at", nullable=False),
    _person(),
    # That of the person then: what the public is told.
    Column("role", Text, nullable=False),
    # What was looked at: exists, door, hours, position, facilities, contact.
    Column("checked", Json, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("note", Text),
    Index(None, "station_id", "at"),
)

work_order = Table(
    "work_order",
    metadata,
    Column("id", Integer, primary_key=True),
    _station(),
    _at("at", nullable=False),
    _at("due_at", nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    _person(),
    _at("answered_at"),
    _person("answered_by"),
    Column("answer", Text),
    CheckConstraint("state IN ('open', 'answered', 'lapsed')", name="state"),
    Index(None, "station_id"),
    Index(None, "state", "due_at"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    # Whoever has it sees what became of the report: 130 random bits.
    Column("code", Text, nullable=False),
    _station(),
    Column("kind", Text, nullable=False),
    _at("at", nullable=False),
    Column("text", Text),
    Column("photo", LargeBinary),
    # Whether the door should have been open; None where the hours do not say.
    Column("within_hours", Boolean),
    # Hashes under the key of the day.
    Column("device", Text),
    Column("network", Text),
    Column("state", Text, nullable=False),
    # Whose work it is.
    _person(),
    Column("order_id", Integer, ForeignKey("work_order.id")),
    Column("same_as", Integer, ForeignKey("ticket.id")),
    _at("answered_at"),
    UniqueConstraint("code"),
    CheckConstraint("kind IN ('locked', 'no_water', 'broken', 'wrong_place', 'suggestion')", name="kind"),
    CheckConstraint("state IN ('new', 'assigned', 'answered', 'closed')", name="state"),
    Index(None, "station_id", "at"),
    Index(None, "state", "at"),
)

ticket_step = Table(
    "ticket_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("ticket.id"), nullable=False),
    _at("at", nullable=False),
    Column("state", Text, nullable=False),
    # Who did it, as the reporter is told: system, keeper, editor, administrator.
    Column("role", Text, nullable=False),
    _person(),
    Column("words", Text),
    Index(None, "ticket_id"),
)

# What holds of a station for some time: laid over the snapshot, which is not made anew for it.
fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    _station(),
    Column("what", Text, nullable=False),
    # Of what is broken; None: of the station.
    Column("facility", Text),
    _at("since", nullable=False),
    # None: until somebody ends it.
    _at("until"),
    Column("reason", Text),
    _at("made_at", nullable=False),
    _person(),
    Column("order_id", Integer, ForeignKey("work_order.id")),
    _at("ended_at"),
    CheckConstraint("what IN ('maybe_locked', 'broken', 'suspended', 'visit')", name="what"),
    Index(None, "station_id"),
    Index(None, "ended_at", "until"),
)

live_revision = Table(
    "live_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
    Column("at", String(32), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# Two that look like one, and are not.
apart = Table(
    "apart",
    metadata,
    Column("first_id", Integer, ForeignKey("station.id"), primary_key=True),
    Column("second_id", Integer, ForeignKey("station.id"), primary_key=True),
    _person(),
    _at("at", nullable=False),
    CheckConstraint("first_id < second_id", name="first"),
)

# What went along when one station was merged into another, so that it can come back. By whom: the history.
merging = Table(
    "merging",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lost_id", Integer, ForeignKey("station.id"), nullable=False),
    Column("kept_id", Integer, ForeignKey("station.id"), nullable=False),
    _at("at", nullable=False),
    # Lists of keys by table; of people it holds numbers alone, as the log does.
    Column("moved", Json, nullable=False),
    _at("undone_at"),
    Index(None, "lost_id"),
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("email", Text, nullable=False),
    # Of what: report, stale_soon, overdue.
    Column("what", Json, nullable=False),
    _at("made_at", nullable=False),
    _at("confirmed_at"),
    _at("ended_at"),
    Index(None, "person_id"),
)

# What people are told: the feed shows it, the worker mails it.
message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    _at("at", nullable=False),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("what", Text, nullable=False),
    # The same thing is told once.
    Column("key", Text, nullable=False),
    # None: of many, or of none.
    Column("station_id", Integer, ForeignKey("station.id")),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    # A path of the back office.
    Column("link", Text, nullable=False),
    Column("email", Text),
    _at("mailed_at"),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("person_id", "key"),
    Index(None, "mailed_at"),
)

head_count = Table(
    "head_count",
    metadata,
    Column("station_id", Integer, ForeignKey("station.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    # Counted by different means, the same people are counted twice: never summed.
    Column("source", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    _at("at", nullable=False),
    _person(),
    CheckConstraint("source IN ('keeper', 'door', 'scan')", name="source"),
    CheckConstraint("count >= 0", name="count"),
    Index(None, "day"),
)
