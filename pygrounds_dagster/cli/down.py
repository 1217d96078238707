"""``pygrounds down``: stop what ``pygrounds up`` started, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from pygrounds_dagster.settings import Settings


def down() -> None:
    """Stop the daemon, the web interface and the embedded database."""
    from rich.console import Console

    from pygrounds_dagster.settings import Settings

    stop_everything(Settings(), Console())


def stop_everything(settings: Settings, console: Console) -> None:
    """Stop the services, then the server they use; each is said.

    Raises:
        ServiceError: a service belongs to another user.
        EmbeddedServerError: the server does not end.
    """
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.store.database import embedded_server

    for name in (services.DAEMON, services.WEBSERVER):
        stopped = services.stop_service(settings, name)
        console.print(f"{name}: {'did not run' if stopped is None else f'stopped (pid {stopped.pid})'}")
    if settings.database_url is not None:
        console.print("database: external, left as it is")
        return
    console.print(f"database: {'stopped' if embedded_server(settings).stop() else 'did not run'}")
