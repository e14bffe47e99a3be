"""Stations that look like one and are not, and what goes along when one is merged into another."""

import sqlalchemy as sa
from alembic import op

from geo.db.types import Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _apart()
    _merging()


def _apart() -> None:
    op.create_table(
        "apart",
        sa.Column("first_id", sa.Integer, nullable=False),
        sa.Column("second_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_apart"),
        sa.ForeignKeyConstraint(["first_id"], ["station.id"], name="fk_apart_first_id"),
        sa.ForeignKeyConstraint(["second_id"], ["station.id"], name="fk_apart_second_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_apart_person_id"),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_apart_first")),
    )


def _merging() -> None:
    op.create_table(
        "merging",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("lost_id", sa.Integer, nullable=False),
        sa.Column("kept_id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("moved", Json, nullable=False),
        sa.Column("undone_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_merging"),
        sa.ForeignKeyConstraint(["lost_id"], ["station.id"], name="fk_merging_lost_id"),
        sa.ForeignKeyConstraint(["kept_id"], ["station.id"], name="fk_merging_kept_id"),
    )
    op.create_index("ix_merging_lost_id", "merging", ["lost_id"])
