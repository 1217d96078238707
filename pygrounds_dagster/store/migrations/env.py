"""Alembic's environment: one transaction for all migrations, one migrator at a time.

What belongs here: the connection. Which migrations there are is :mod:`pygrounds_dagster.store.migrate`.
"""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

MIGRATION_LOCK = 7_310_002


def run() -> None:
    """Run the migrations that were asked for; all of them, or none."""
    engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()


run()
