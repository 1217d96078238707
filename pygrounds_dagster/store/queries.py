"""Named queries: each room keeps its SQL in ``queries.sql``, loaded once.

A query starts at a line ``-- name: verb_noun`` and ends at the next; the comment lines below the name say
what it is for. Parameters are psycopg's ``%(name)s``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import LiteralString, cast

from psycopg.sql import SQL

_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


@cache
def load_queries(package: str) -> Mapping[str, SQL]:
    """Read ``queries.sql`` of a package.

    Args:
        package: dotted name, usually the caller's ``__package__``.

    Returns:
        Query by name.

    Raises:
        ValueError: a name occurs twice, or text stands before the first name.
    """
    text = resources.files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    head, *parts = _NAME.split(text)
    if any(line and not line.startswith("--") for line in head.splitlines()):
        raise ValueError(f"{package}/queries.sql: SQL before the first '-- name:' line")
    found: dict[str, SQL] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in found:
            raise ValueError(f"{package}/queries.sql: query {name!r} is defined twice")
        found[name] = SQL(cast(LiteralString, body.strip()))
    return MappingProxyType(found)
