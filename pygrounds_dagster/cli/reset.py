"""``pygrounds reset``: forget everything that can be made again."""

from __future__ import annotations

from typing import Annotated

import typer


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this nothing is touched.")] = False,
) -> None:
    """Stop everything and delete databases, indexes and logs; content, imports and models are kept."""
    import shutil

    from rich.console import Console

    from pygrounds_dagster.cli.down import stop_everything
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls, embedded_server
    from pygrounds_dagster.store.migrate import migrate

    settings = Settings()
    console = Console()
    if not yes:
        console.print(
            f"This deletes the databases, indexes, runs and logs of {settings.home}. "
            "Content, imports and models are kept. Say 'pygrounds reset --yes'."
        )
        raise typer.Exit(1)
    stop_everything(settings, console)
    if settings.database_url is None:
        embedded_server(settings).remove()
    else:
        migrate(database_urls(settings).pygrounds, "base")
        console.print("external server: the knowledge base is empty; Dagster's database is left as it is")
    for directory in (
        settings.index_dir,
        settings.home / "dagster",
        settings.home / "services",
        settings.log_dir,
    ):
        shutil.rmtree(directory, ignore_errors=not directory.exists())
    console.print("Everything is gone; 'pygrounds up' makes it again.")
