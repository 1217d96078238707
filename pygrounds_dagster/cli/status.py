"""``pygrounds status``: what runs, and what is in it; nothing is started by asking."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from pygrounds_dagster.settings import Settings

STEPS = (
    "documents",
    "chunks",
    "chunk_embeddings",
    "subtopic_intents",
    "semantic_rankings",
    "faiss_index",
)
"""The steps of the road in order, as they are called in ``step_state``."""


def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the server, the services, what the knowledge base holds, and which partitions are stale."""
    from pygrounds_dagster.settings import Settings

    facts = gather(Settings())
    if as_json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    else:
        _show(facts)


def gather(settings: Settings) -> dict[str, Any]:
    """Everything that the command shows, as plain values.

    Raises:
        psycopg.OperationalError: an external server cannot be reached.
    """
    facts: dict[str, Any] = {"home": str(settings.home)}
    server, url = _server(settings)
    facts |= {"server": server, "services": _services(settings)}
    return facts | (_knowledge(settings, url) if url else {})


def _server(settings: Settings) -> tuple[dict[str, Any], str | None]:
    from pygrounds_dagster.store.database import KNOWLEDGE_DATABASE, embedded_server, libpq_url

    if settings.database_url is not None:
        return {"kind": "external", "running": True}, libpq_url(settings.database_url)
    server = embedded_server(settings)
    found = server.status()
    facts = {
        "kind": "embedded",
        "running": found.pid is not None,
        "pid": found.pid,
        "started_at": found.started_at,
        "data": None if found.data is None else str(found.data),
        "uid": found.uid,
    }
    return facts, None if found.pid is None else server.url(KNOWLEDGE_DATABASE)


def _services(settings: Settings) -> dict[str, dict[str, Any] | None]:
    from dataclasses import asdict

    from pygrounds_dagster.cli import services

    found = {name: services.find_service(settings, name) for name in (services.WEBSERVER, services.DAEMON)}
    return {name: None if service is None else asdict(service) for name, service in found.items()}


def _knowledge(settings: Settings, url: str) -> dict[str, Any]:
    import psycopg

    from pygrounds_dagster.store.migrate import current, head

    with psycopg.connect(url, application_name="pygrounds status") as conn:
        revision = current(conn)
        facts: dict[str, Any] = {"migrations": {"current": revision, "head": head()}}
        if revision != head():
            return facts
        return facts | _counts(conn) | {"up_to_date": _up_to_date(settings, conn)}


def _up_to_date(settings: Settings, conn: psycopg.Connection) -> bool:
    """Whether content, code and settings are those that were last materialised."""
    from pygrounds_dagster.cli.materialize import EVERYTHING, STEP, installation_stamp
    from pygrounds_dagster.store.step import finished_steps

    state = finished_steps(conn, STEP, [EVERYTHING]).get(EVERYTHING)
    return state is not None and state.fingerprint == installation_stamp(settings)


def _counts(conn: psycopg.Connection) -> dict[str, Any]:
    from psycopg import sql
    from psycopg.rows import dict_row

    from pygrounds_dagster.store.queries import load_queries

    queries = load_queries(__package__)
    with conn.cursor(row_factory=dict_row) as cursor:
        counts = cursor.execute(queries["select_content_counts"]).fetchone() or {}
        models = cursor.execute(queries["select_embedding_tables"]).fetchall()
        stale = cursor.execute(queries["select_stale"], {"steps": list(STEPS)}).fetchall()
    embeddings: dict[str, int] = {}
    for model in models:
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model["table_name"]))
        row = conn.execute(count).fetchone()
        embeddings[model["name"]] = embeddings.get(model["name"], 0) + (row[0] if row else 0)
    return {
        "counts": counts,
        "embeddings": embeddings,
        "stale": {row["subtopic_key"]: row["steps"] for row in stale},
    }


def _show(facts: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    for what, value in [("home", facts["home"]), *_service_rows(facts), *_knowledge_rows(facts)]:
        table.add_row(what, value)
    Console().print(table)


def _service_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    server = facts["server"]
    rows = [("PostgreSQL", _life(server if server["running"] else None, server["kind"]))]
    if server.get("data"):
        rows.append(("data", f"{server['data']} (user id {server['uid']})"))
    for name, service in facts["services"].items():
        port = "" if service is None or service["port"] is None else f"http://127.0.0.1:{service['port']}"
        rows.append((name, _life(service, port)))
    return rows


def _life(process: Mapping[str, Any] | None, what: str) -> str:
    if process is None:
        return "[red]does not run[/red]: pygrounds up"
    parts = ["[green]runs[/green]", what]
    if process.get("pid"):
        hours, seconds = divmod(int(time.time() - process["started_at"]), 3600)
        parts.append(f"pid {process['pid']}, for {hours}:{seconds // 60:02}:{seconds % 60:02}")
    return " ".join(part for part in parts if part)


def _knowledge_rows(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    migrations = facts.get("migrations")
    if migrations is None:
        return []
    if migrations["current"] != migrations["head"]:
        return [("migrations", f"[red]{migrations['current']}[/red] of {migrations['head']}: pygrounds up")]
    counts = facts["counts"]
    vectors = ", ".join(f"{count:,} ({name})" for name, count in facts["embeddings"].items())
    stale = facts["stale"]
    shown = [f"{key} ({', '.join(steps)})" for key, steps in list(stale.items())[:5]]
    content = "as materialised" if facts["up_to_date"] else "[yellow]changed since[/yellow]: pygrounds up"
    more = [f"and {len(stale) - 5} more"] if len(stale) > 5 else []
    return [
        ("migrations", f"{migrations['current']} (head)"),
        ("partitions", f"{counts['partitions']:,}, {counts['invalid']} invalid, {counts['retired']} retired"),
        ("documents", f"{counts['documents']:,}, {counts['broken_documents']} broken"),
        ("chunks", f"{counts['chunks']:,}"),
        ("embeddings", vectors or "0"),
        ("rankings", f"{counts['rankings']:,}"),
        ("stale", "\n".join([*shown, *more]) or "none"),
        ("content", content),
    ]
