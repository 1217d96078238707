"""Migrations: plain SQL files, ordered and applied by alembic.

What belongs here: reading ``migrations/NNNN_name.up.sql`` and ``.down.sql`` and applying them. A migration is
these two files and nothing else; its number is its revision, and the one before is what it builds on.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from pygrounds_dagster.store.database import sqlalchemy_url
from pygrounds_dagster.store.queries import load_queries

MIGRATIONS_DIR = Path(__file__).parent / "migrations"
_FILE = re.compile(r"(?P<revision>\d{4})_(?P<name>\w+)\.(?P<direction>up|down)\.sql")
_SQL = load_queries(__package__)

# Alembic wants a Python file for each revision; it gets one made from the names of the SQL files.
_REVISION_FILE = '''"""{name}"""

from pathlib import Path

from alembic import op

revision = {revision!r}
down_revision = {previous!r}


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path({up!r}).read_text(encoding="utf-8"))


def downgrade():
    op.get_bind().connection.driver_connection.execute(Path({down!r}).read_text(encoding="utf-8"))
'''


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema.

    Attributes:
        revision: four digits; the order.
        name: what it brings, as in the file names.
        up: SQL that applies it.
        down: SQL that takes it back.
    """

    revision: str
    name: str
    up: Path
    down: Path


def migrations(directory: Path = MIGRATIONS_DIR) -> list[Migration]:
    """All migrations in order.

    Raises:
        ValueError: a file is misnamed, a number occurs twice, or one of a pair is missing.
    """
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(directory.glob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise ValueError(f"{path}: a migration is named NNNN_name.up.sql or NNNN_name.down.sql")
        found.setdefault(f"{match['revision']}_{match['name']}", {})[match["direction"]] = path
    result: list[Migration] = []
    for stem, pair in found.items():
        if pair.keys() != {"up", "down"}:
            raise ValueError(f"{directory}/{stem}: needs both .up.sql and .down.sql")
        revision, _, name = stem.partition("_")
        if result and result[-1].revision == revision:
            raise ValueError(f"{directory}: two migrations have the number {revision}")
        result.append(Migration(revision, name, pair["up"], pair["down"]))
    return result


def head() -> str:
    """The revision that this release needs; compare it with :func:`current`."""
    return migrations()[-1].revision


def current(conn: psycopg.Connection) -> str | None:
    """The revision that a database is at; None when it is empty."""
    if conn.execute(_SQL["select_version_table"]).fetchone() is None:
        return None
    row = conn.execute(_SQL["select_version"]).fetchone()
    return None if row is None else str(row[0])


def migrate(database_url: str, target: str = "head") -> str | None:
    """Bring a database to a revision, in one transaction; safe to call from several processes at once.

    Args:
        database_url: libpq URL of an existing database.
        target: ``head``, ``base``, a revision, or a step such as ``+1`` or ``-1``.

    Returns:
        The revision that the database is at now.

    Raises:
        ValueError: there is no such revision.
        psycopg.Error: the server refused a statement; nothing was changed.
    """
    with psycopg.connect(database_url, application_name="pygrounds migrate") as conn:
        before = current(conn)
    if target == "head" and before == head():
        return before  # without loading alembic
    _run_alembic(database_url, target, before)
    with psycopg.connect(database_url, application_name="pygrounds migrate") as conn:
        return current(conn)


def _run_alembic(database_url: str, target: str, before: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    steps = migrations()
    down = target in {"base"} or target.startswith("-") or (target.isdigit() and target < (before or ""))
    with tempfile.TemporaryDirectory(prefix="pygrounds-migrations-") as versions:
        _write_revisions(steps, Path(versions))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS_DIR).replace("%", "%%"))
        config.set_main_option("version_locations", versions.replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.attributes["url"] = sqlalchemy_url(database_url, "psycopg")
        try:
            (command.downgrade if down else command.upgrade)(config, target)
        except CommandError as error:
            known = ", ".join(step.revision for step in steps)
            raise ValueError(f"cannot migrate to {target!r}: {error}; known revisions: {known}") from error


def _write_revisions(steps: Iterable[Migration], directory: Path) -> None:
    previous = None
    for step in steps:
        text = _REVISION_FILE.format(
            name=step.name, revision=step.revision, previous=previous, up=str(step.up), down=str(step.down)
        )
        (directory / f"{step.revision}_{step.name}.py").write_text(text, encoding="utf-8")
        previous = step.revision
