"""Those who keep the registry true: accounts, acts, reports and their answers, what holds for a time."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from geo.db.types import Json

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_HERE = Path(__file__).parent


def upgrade() -> None:
    op.add_column("station", sa.Column("merged_into", sa.Text))
    op.create_index("ix_station_unit_code", "station", ["unit_code"], postgresql_using="hash")
    op.create_index("ix_station_updated_at", "station", ["updated_at"])
    for make in (
        _person,
        _keeping,
        _audit,
        _daily_key,
        _saved_view,
        _photo,
        _import_draft,
        _verification,
        _work_order,
        _ticket,
        _ticket_step,
        _fact,
        _live_revision,
        _subscription,
        _message,
        _head_count,
    ):
        make()
    op.execute("INSERT INTO live_revision (id, value, at) VALUES (1, 0, '')")
    store = op.get_bind().dialect.name
    for statement in (_HERE / f"0004_{store}.sql").read_text("utf-8").split("\n;\n"):
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("password_at", sa.String(32), nullable=False),
        sa.Column("session_key", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.String(32)),
        sa.Column("signed_in_at", sa.String(32)),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.CheckConstraint(
            "role IN ('administrator', 'editor', 'keeper', 'reader')", name=op.f("ck_person_role")
        ),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )


def _keeping() -> None:
    op.create_table(
        "keeping",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "station_id", name="pk_keeping"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_keeping_person_id"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_keeping_station_id"),
    )
    op.create_index("ix_keeping_station_id", "keeping", ["station_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("object", sa.Text),
        sa.Column("detail", Json),
        sa.Column("network", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _daily_key() -> None:
    op.create_table(
        "daily_key",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_daily_key"),
    )


def _saved_view() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_saved_view_person_id"),
        sa.UniqueConstraint("person_id", "name", name="uq_saved_view_person_id_name"),
    )


def _photo() -> None:
    op.create_table(
        "photo",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("thumb", sa.LargeBinary, nullable=False),
        sa.Column("removed_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_photo"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_photo_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_photo_person_id"),
    )
    op.create_index("ix_photo_station_id", "photo", ["station_id"])


def _import_draft() -> None:
    op.create_table(
        "import_draft",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("touched_at", sa.String(32), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("reading", Json, nullable=False),
        sa.Column("fixes", Json, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("load_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_import_draft"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_import_draft_person_id"),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name="fk_import_draft_load_id"),
        sa.CheckConstraint("state IN ('open', 'loaded', 'cancelled')", name=op.f("ck_import_draft_state")),
    )


def _verification() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("checked", Json, nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_verification_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_verification_person_id"),
    )
    op.create_index("ix_verification_station_id_at", "verification", ["station_id", "at"])


def _work_order() -> None:
    op.create_table(
        "work_order",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("answered_at", sa.String(32)),
        sa.Column("answered_by", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_work_order"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_work_order_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_work_order_person_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_work_order_answered_by"),
        sa.CheckConstraint("state IN ('open', 'answered', 'lapsed')", name=op.f("ck_work_order_state")),
    )
    op.create_index("ix_work_order_state_due_at", "work_order", ["state", "due_at"])
    op.create_index("ix_work_order_station_id", "work_order", ["station_id"])


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("photo", sa.LargeBinary),
        sa.Column("within_hours", sa.Boolean),
        sa.Column("device", sa.Text),
        sa.Column("network", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("order_id", sa.Integer),
        sa.Column("same_as", sa.Integer),
        sa.Column("answered_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_ticket_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ticket_person_id"),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"], name="fk_ticket_order_id"),
        sa.ForeignKeyConstraint(["same_as"], ["ticket.id"], name="fk_ticket_same_as"),
        sa.CheckConstraint(
            "kind IN ('locked', 'no_water', 'broken', 'wrong_place', 'suggestion')",
            name=op.f("ck_ticket_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'assigned', 'answered', 'closed')", name=op.f("ck_ticket_state")
        ),
        sa.UniqueConstraint("code", name="uq_ticket_code"),
    )
    op.create_index("ix_ticket_state_at", "ticket", ["state", "at"])
    op.create_index("ix_ticket_station_id_at", "ticket", ["station_id", "at"])


def _ticket_step() -> None:
    op.create_table(
        "ticket_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("ticket_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("words", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_step"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_ticket_step_ticket_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ticket_step_person_id"),
    )
    op.create_index("ix_ticket_step_ticket_id", "ticket_step", ["ticket_id"])


def _fact() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("facility", sa.Text),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32)),
        sa.Column("reason", sa.Text),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("order_id", sa.Integer),
        sa.Column("ended_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_fact"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_fact_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_fact_person_id"),
        sa.ForeignKeyConstraint(["order_id"], ["work_order.id"], name="fk_fact_order_id"),
        sa.CheckConstraint(
            "what IN ('maybe_locked', 'broken', 'suspended', 'visit')", name=op.f("ck_fact_what")
        ),
    )
    op.create_index("ix_fact_ended_at_until", "fact", ["ended_at", "until"])
    op.create_index("ix_fact_station_id", "fact", ["station_id"])


def _live_revision() -> None:
    op.create_table(
        "live_revision",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_live_revision"),
        sa.CheckConstraint("id = 1", name=op.f("ck_live_revision_one_row")),
    )


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("what", Json, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("confirmed_at", sa.String(32)),
        sa.Column("ended_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_subscription_person_id"),
    )
    op.create_index("ix_subscription_person_id", "subscription", ["person_id"])


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("station_id", sa.Integer),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("mailed_at", sa.String(32)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_message_person_id"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_message_station_id"),
        sa.UniqueConstraint("person_id", "key", name="uq_message_person_id_key"),
    )
    op.create_index("ix_message_mailed_at", "message", ["mailed_at"])


def _head_count() -> None:
    op.create_table(
        "head_count",
        sa.Column("station_id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.PrimaryKeyConstraint("station_id", "day", "source", name="pk_head_count"),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_head_count_station_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_head_count_person_id"),
        sa.CheckConstraint("count >= 0", name=op.f("ck_head_count_count")),
        sa.CheckConstraint("source IN ('keeper', 'door', 'scan')", name=op.f("ck_head_count_source")),
    )
    op.create_index("ix_head_count_day", "head_count", ["day"])
