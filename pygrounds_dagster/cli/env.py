"""``pygrounds env``: what plain Dagster commands need to work on this installation."""

from __future__ import annotations

import shlex
import sys


def env() -> None:
    """Print the exports for plain dagster and dg commands: eval "$(pygrounds env)"."""
    from pygrounds_dagster.cli.environment import settings_environment
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls, sqlalchemy_url

    settings = Settings()
    urls = database_urls(settings)
    variables = settings_environment(settings) | {
        # For people and their tools. The project itself finds its databases by the settings, so these names
        # are not settings: an exported one must not tie another checkout to this server.
        "PYGROUNDS_KNOWLEDGE_URL": urls.pygrounds,
        "PYGROUNDS_DAGSTER_STORAGE_URL": sqlalchemy_url(urls.dagster, "psycopg2"),
    }
    for name, value in variables.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
