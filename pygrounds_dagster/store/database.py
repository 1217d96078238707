"""The two databases of an installation: the knowledge base and Dagster's own.

What belongs here: finding or making them, on the embedded server or an external one, and the spelling of
their URLs. Tables are :mod:`~pygrounds_dagster.store.migrate`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.queries import load_queries

KNOWLEDGE_DATABASE = "pygrounds"
DAGSTER_DATABASE = "dagster"
_SQL = load_queries(__package__)
_CREATION_LOCK = 7_310_001  # advisory lock: one creator at a time


class DatabaseUnavailableError(RuntimeError):
    """A database cannot be reached or made; the text says how to mend it."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """libpq URLs (``postgresql://…``) of the two databases; see :func:`sqlalchemy_url`."""

    pygrounds: str
    dagster: str


def embedded_server(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of an installation, running or not."""
    return EmbeddedPostgres(settings.home, settings.log_dir / "postgres.log")


def database_urls(settings: Settings) -> DatabaseUrls:
    """Start or find the server, make the databases that are missing, and say where they are.

    Raises:
        EmbeddedServerError: the embedded server cannot be started.
        DatabaseUnavailableError: an external server cannot be reached, or lacks a database that this user
            may not create.
    """
    if settings.database_url is None:
        server = embedded_server(settings)
        server.ensure_running()
        knowledge = server.url(KNOWLEDGE_DATABASE)
        admin = server.url("postgres")
        ensure_database(admin, KNOWLEDGE_DATABASE)
        dagster = server.url(DAGSTER_DATABASE)
    else:
        knowledge = admin = libpq_url(settings.database_url)
        dagster = with_database(knowledge, DAGSTER_DATABASE)
    if settings.dagster_pg_url is not None:
        return DatabaseUrls(knowledge, libpq_url(settings.dagster_pg_url))
    ensure_database(admin, DAGSTER_DATABASE)
    return DatabaseUrls(knowledge, dagster)


def libpq_url(url: str) -> str:
    """A URL as libpq reads it: SQLAlchemy's driver name and the old scheme ``postgres`` are taken off."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise DatabaseUnavailableError(f"not a PostgreSQL URL (postgresql://user@host/database): {url!r}")
    return f"postgresql://{rest}"


def sqlalchemy_url(url: str, driver: Literal["psycopg", "psycopg2"]) -> str:
    """A URL as SQLAlchemy reads it, with the driver named: its default differs between releases."""
    return f"postgresql+{driver}://{libpq_url(url).removeprefix('postgresql://')}"


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    base, mark, query = libpq_url(url).partition("?")
    authority = base.removeprefix("postgresql://").partition("/")[0]
    return f"postgresql://{authority}/{name}{mark}{query}"


def ensure_database(admin_url: str, name: str) -> None:
    """Create a database if the server has none of that name.

    Raises:
        DatabaseUnavailableError: the server cannot be reached, or this user may not create databases.
    """
    where = conninfo_to_dict(admin_url)
    server = f"{where.get('host', 'localhost')}:{where.get('port', 5432)}"
    try:
        with psycopg.connect(admin_url, autocommit=True, application_name="pygrounds set-up") as conn:
            if conn.execute(_SQL["select_database"], {"name": name}).fetchone() is not None:
                return
            conn.execute(_SQL["lock_creation"], {"lock": _CREATION_LOCK})
            if conn.execute(_SQL["select_database"], {"name": name}).fetchone() is None:
                conn.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name)
                    )
                )
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnavailableError(
            f"database {name!r} is missing on {server} and this user may not create it: "
            f"have it created (CREATE DATABASE {name}), or name another one by PYGROUNDS_DAGSTER_PG_URL."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(
            f"PostgreSQL at {server} cannot be reached: {str(error).strip()}. "
            "Check PYGROUNDS_DATABASE_URL, or unset it to use the embedded server."
        ) from error
