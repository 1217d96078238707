"""An installation of its own for a benchmark: databases, content, services; gone at the end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pygrounds_dagster.settings import PROJECT_ROOT, Settings
from pygrounds_dagster.store.database import database_urls, embedded_server
from pygrounds_dagster.store.migrate import migrate

sys.path.insert(0, str(PROJECT_ROOT / "tests"))


@contextmanager
def installation() -> Iterator[Path]:
    """A fresh ``PYGROUNDS_HOME`` with migrated databases; this process's environment points at it.

    Yields:
        The directory, with an empty ``content`` in it.
    """
    home = Path(tempfile.mkdtemp(prefix="pygrounds-benchmark-"))
    home.chmod(0o755)
    os.environ |= {
        "DAGSTER_HOME": str(PROJECT_ROOT),
        "PYGROUNDS_HOME": str(home),
        "PYGROUNDS_CONTENT": str(home / "content"),
    }
    settings = Settings()
    try:
        migrate(database_urls(settings).pygrounds)
        yield home
    finally:
        embedded_server(settings).stop()
        shutil.rmtree(home)
