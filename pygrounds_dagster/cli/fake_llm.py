"""``pygrounds fake-llm``: a scripted model to try everything that uses one, without a key.

Here: arguments and what is printed. Not here: the server.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer


def fake_llm(
    script: Annotated[str, typer.Option(help="A script's file, or the name of a shipped one.")] = "good",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any free one.")] = 8011,
    answers: Annotated[Path | None, typer.Option(help="File of canned answers, before the shipped.")] = None,
    log: Annotated[Path | None, typer.Option(help="File to add each request to, as a line of JSON.")] = None,
    show: Annotated[bool, typer.Option("--list", help="List the shipped scripts and end.")] = False,
) -> None:
    """Serve a scripted model that speaks the chat completions protocol, until Ctrl-C."""
    from pygrounds_dagster.llm.fake import load_script, serve, shipped_scripts
    from pygrounds_dagster.llm.fake.server import listen

    if show:
        for name, description in shipped_scripts().items():
            typer.echo(f"{name:18} {description}")
        return
    played = load_script(script, answers)
    try:
        listener = listen(port)
    except OSError as error:
        raise typer.BadParameter(f"{port}: {error.strerror}", param_hint="--port") from error
    with listener, log.open("a", encoding="utf-8") if log else nullcontext() as file:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        typer.echo(f"A scripted model, {script}: {played.description}")
        typer.echo(
            f"export PYGROUNDS_LLM_BASE_URL={url} PYGROUNDS_LLM_MODEL=scripted PYGROUNDS_LLM_API_KEY=any"
        )
        serve(played, listener, file)
