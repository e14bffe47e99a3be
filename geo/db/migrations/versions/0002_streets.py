"""The street graphs: what each was made from and where it lies; the graphs themselves are files."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from geo.db.types import Json

revision = "0002"
down_revision = "0001"

_HERE = Path(__file__).parent


def upgrade() -> None:
    op.create_table(
        "streets",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("data_at", sa.String(32)),
        sa.Column("loaded_at", sa.String(32), nullable=False),
        sa.Column("west", sa.Float, nullable=False),
        sa.Column("south", sa.Float, nullable=False),
        sa.Column("east", sa.Float, nullable=False),
        sa.Column("north", sa.Float, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_streets"),
    )
    store = op.get_bind().dialect.name
    for statement in (_HERE / f"0002_{store}.sql").read_text("utf-8").split("\n;\n"):
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
