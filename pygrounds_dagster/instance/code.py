"""Whether the code that runs is the code that lies on disk."""

from __future__ import annotations

from pathlib import Path

import pygrounds_dagster

_PACKAGE = Path(pygrounds_dagster.__file__).parent


def code_stamp() -> int:
    """A number that changes when a source file of the package does; some milliseconds."""
    stats = [path.stat() for pattern in ("*.py", "*.sql") for path in sorted(_PACKAGE.rglob(pattern))]
    return hash(tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))
