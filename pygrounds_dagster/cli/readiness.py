"""Whether Dagster's services can be used yet.

What belongs here: asking once. Waiting, and what to do when it takes too long, is the caller's business.
"""

from __future__ import annotations

import psycopg

from pygrounds_dagster.cli.ports import LOOPBACK
from pygrounds_dagster.store.queries import load_queries

_LOCATIONS = """{ workspaceOrError { __typename
  ... on PythonError { message }
  ... on Workspace { locationEntries { name loadStatus
    locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


class CodeLocationError(RuntimeError):
    """The webserver runs, and the project's definitions do not load in it."""


def location_loaded(port: int) -> bool:
    """Whether the webserver answers GraphQL and has loaded the project's definitions.

    Raises:
        CodeLocationError: it says that they cannot be loaded.
    """
    import httpx2

    try:
        url = f"http://{LOOPBACK}:{port}/graphql"
        answer = httpx2.post(url, json={"query": _LOCATIONS}, timeout=30, trust_env=False)  # past any proxy
    except httpx2.TransportError:
        return False
    if answer.status_code != 200:
        return False
    workspace = answer.json()["data"]["workspaceOrError"]
    if workspace["__typename"] == "PythonError":
        raise CodeLocationError(f"Dagster cannot read workspace.yaml: {workspace['message']}")
    entries = workspace["locationEntries"]
    for entry in entries:
        loaded = entry["locationOrLoadError"]
        if loaded and loaded["__typename"] == "PythonError":
            raise CodeLocationError(
                f"code location {entry['name']!r} does not load: {loaded['message'].strip()}\n"
                "'dg check defs' shows the whole error."
            )
    return bool(entries) and all(entry["loadStatus"] == "LOADED" for entry in entries)


def daemon_beats(dagster_url: str, since: float) -> bool:
    """Whether the part of the daemon that starts queued runs has reported since a moment.

    Args:
        dagster_url: libpq URL of Dagster's database.
        since: seconds since the epoch.
    """
    query = load_queries("pygrounds_dagster.cli")["select_heartbeat"]
    with psycopg.connect(dagster_url, application_name="pygrounds up") as conn:
        try:
            return conn.execute(query, {"since": since}).fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return False  # Dagster makes its tables when its first process opens the instance
