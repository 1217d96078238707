"""``pygrounds up``: from nothing, or from anything, to a running installation."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from pygrounds_dagster.cli.services import Service
    from pygrounds_dagster.settings import Settings

_READY_SECONDS = 120


def up(
    ui: Annotated[bool, typer.Option("--ui/--no-ui", help="Start Dagster's web interface.")] = True,
    dagster_port: Annotated[
        int | None, typer.Option(help="Port of the web interface (PYGROUNDS_DAGSTER_PORT).", min=1, max=65535)
    ] = None,
    api_port: Annotated[
        int | None, typer.Option(help="Port of the API (PYGROUNDS_API_PORT).", min=1, max=65535)
    ] = None,
) -> None:
    """Start everything: database, migrations, content, web interface and daemon. Run again at any time."""
    from rich.console import Console

    from pygrounds_dagster.cli.environment import check_directories, override_settings, settings_environment

    started = time.monotonic()
    console = Console()
    settings = override_settings(dagster_port, api_port)
    check_directories(settings)
    if ui:
        settings = _settle_port(settings)
    environment = settings_environment(settings)
    migrate_store(settings, console)
    webserver = _start_webserver(settings, environment) if ui else None  # loads while content is materialised
    _materialise(settings, console, environment)
    daemon = _start_daemon(settings, environment)
    with console.status("waiting for Dagster"):
        _wait_for_daemon(settings, daemon)
        if webserver is not None:
            _wait_for_webserver(settings, webserver)
    console.print(f"Ready after {time.monotonic() - started:.0f} s.\n")
    console.print(_what_now(webserver), soft_wrap=True, highlight=False)


def migrate_store(settings: Settings, console: Console) -> None:
    """Start or find the database server and bring the knowledge base to this release's tables."""
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.migrate import migrate

    with console.status("starting PostgreSQL"):
        urls = database_urls(settings)
    revision = migrate(urls.pygrounds)
    server = "embedded" if settings.database_url is None else "external"
    console.print(f"PostgreSQL ({server}) runs, migrations at {revision}.")


def _settle_port(settings: Settings) -> Settings:
    """The port of a webserver that runs stays unless another one is asked for, which must be free."""
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.cli.environment import override_settings
    from pygrounds_dagster.cli.ports import check_port

    found = services.find_service(settings, services.WEBSERVER)
    if found is not None and "dagster_port" not in settings.model_fields_set:
        return override_settings(dagster_port=found.port)
    if found is None or found.port != settings.dagster_port:
        check_port(settings.dagster_port, "--dagster-port", "PYGROUNDS_DAGSTER_PORT")
    return settings


def _start_webserver(settings: Settings, environment: dict[str, str]) -> Service:
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.instance.code import code_stamp

    port = settings.dagster_port
    command = services.webserver_command(port)
    return services.start_service(
        settings, services.WEBSERVER, command, environment, port, code=str(code_stamp())
    )


def _start_daemon(settings: Settings, environment: dict[str, str]) -> Service:
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.instance.code import code_stamp

    command = services.daemon_command()
    return services.start_service(settings, services.DAEMON, command, environment, code=str(code_stamp()))


def _materialise(settings: Settings, console: Console, environment: dict[str, str]) -> None:
    import os

    from pygrounds_dagster.cli.materialize import materialize_all

    os.environ.update(environment)  # Dagster finds its instance by DAGSTER_HOME
    materialize_all(settings, console)


def _wait_for_daemon(settings: Settings, daemon: Service) -> None:
    from pygrounds_dagster.cli.readiness import daemon_beats
    from pygrounds_dagster.store.database import database_urls

    url = database_urls(settings).dagster
    _wait(settings, daemon, lambda: daemon_beats(url, daemon.started_at))


def _wait_for_webserver(settings: Settings, webserver: Service) -> None:
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.cli.readiness import CodeLocationError, location_loaded

    port = webserver.port or settings.dagster_port
    try:
        _wait(settings, webserver, lambda: location_loaded(port))
    except CodeLocationError:
        services.stop_service(settings, services.WEBSERVER)  # it would never look at mended code
        raise


def _wait(settings: Settings, service: Service, ready: Callable[[], bool]) -> None:
    from pygrounds_dagster.cli import services

    deadline = time.monotonic() + _READY_SECONDS
    while not ready():
        ended = services.find_service(settings, service.name) is None
        if ended or time.monotonic() > deadline:
            what = "ended" if ended else f"was not ready after {_READY_SECONDS} s"
            raise services.ServiceError(
                f"the {service.name} {what}. The end of {services.log_file(settings, service.name)}:\n"
                + services.last_words(settings, service.name)
            )
        time.sleep(0.2)


def _what_now(webserver: Service | None) -> str:
    program = _program()
    lines = [f'Try   [bold]{program} search "why does my loop never stop"[/bold]']
    if webserver is not None:
        lines.insert(0, f"Open  [bold]http://127.0.0.1:{webserver.port}[/bold]  (assets, partitions, runs)")
    others = {
        "import PATH --zone NAME": "turns a folder of documents into a zone",
        "status": "what runs and what is in it",
        "down": "stops it",
    }
    lines += [f"      {program} {arguments:<24}  {what}" for arguments, what in others.items()]
    return "\n".join(lines)


def _program() -> str:
    """What to type for this command here: its path where the environment's directory is not on PATH."""
    import os
    import shutil
    import sys
    from pathlib import Path

    own = Path(sys.argv[0])
    return "pygrounds" if shutil.which("pygrounds") or own.name != "pygrounds" else os.path.relpath(own)
