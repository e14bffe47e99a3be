"""Demand, candidates, and studies of coverage and siting with what they drew."""

import sqlalchemy as sa
from alembic import op

from geo.db.types import Json, Shape

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _demand()
    _candidates()
    _study()
    _drawn()


def _demand() -> None:
    op.create_table(
        "demand",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.String(32), nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("weights", Json, nullable=False),
        sa.Column("west", sa.Float, nullable=False),
        sa.Column("south", sa.Float, nullable=False),
        sa.Column("east", sa.Float, nullable=False),
        sa.Column("north", sa.Float, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_demand"),
        sa.CheckConstraint("form IN ('points', 'polygons', 'raster')", name=op.f("ck_demand_form")),
    )


def _candidates() -> None:
    op.create_table(
        "candidate_set",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.String(32), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("priced", sa.Boolean, nullable=False),
        sa.Column("limited", sa.Boolean, nullable=False),
        sa.Column("west", sa.Float, nullable=False),
        sa.Column("south", sa.Float, nullable=False),
        sa.Column("east", sa.Float, nullable=False),
        sa.Column("north", sa.Float, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_candidate_set"),
    )


def _study() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("step", sa.Text),
        sa.Column("seen_at", sa.String(32)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("found", Json),
        sa.Column("error", Json),
        sa.Column("places", sa.LargeBinary),
        sa.Column("trace", Json),
        sa.Column("certificate", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_study_state")
        ),
    )
    op.create_index("ix_study_made_at", "study", ["made_at"])


def _drawn() -> None:
    op.create_table(
        "study_gap",
        *_of_study("rank", "study_gap"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("area_code", sa.Text),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("nearest_code", sa.Text),
        sa.Column("cost", sa.Float),
        sa.Column("location", Shape("POINT"), nullable=False),
        sa.Column("outline", Shape("POLYGON")),
    )
    op.create_table(
        "study_demand",
        *_of_study("number", "study_demand"),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("cost", sa.Float),
        sa.Column("covered", sa.Boolean, nullable=False),
        sa.Column("station_code", sa.Text),
        sa.Column("gap_rank", sa.Integer),
        sa.Column("location", Shape("POINT"), nullable=False),
    )
    op.create_table(
        "study_reach",
        *_of_study("number", "study_reach"),
        sa.Column("limit_cost", sa.Float, nullable=False),
        sa.Column("shape", Shape("MULTILINESTRING"), nullable=False),
    )


def _of_study(number: str, table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("study_id", sa.Text, nullable=False),
        sa.Column(number, sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("study_id", number, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=f"fk_{table}_study_id", ondelete="CASCADE"),
    ]
