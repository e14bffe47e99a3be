"""Alembic's entry: always runs on the connection it is given, inside its transaction."""

from alembic import context

from geo.db.upkeep_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a column in place; later migrations rely on the rebuilt table.
    render_as_batch=True,
)
context.run_migrations()
