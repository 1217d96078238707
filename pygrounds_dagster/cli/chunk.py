"""``pygrounds chunk``: the chunks of any file or folder, without a database.

What belongs here: printing. What does not: reading and cutting (``curriculum``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pygrounds_dagster.curriculum.chunk import Chunk
    from pygrounds_dagster.curriculum.chunking.files import ChunkedFile


def chunk(
    path: Annotated[Path, typer.Argument(help="A file, or a folder of files.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a chunk, one a line.")] = False,
) -> None:
    """Print the chunks of a file or folder; files that cannot be read are named on stderr."""
    from pygrounds_dagster.curriculum.chunking.files import chunk_path
    from pygrounds_dagster.knowledge.encoders.choice import token_counter
    from pygrounds_dagster.settings import Settings

    if not path.exists():
        typer.secho(f"{path}: no such file or folder; check the path", err=True, fg=typer.colors.RED)
        raise typer.Exit(1)
    failed = 0
    for file in chunk_path(path, token_counter(Settings())):
        for note in file.notes:
            typer.secho(f"{file.path}: {note}", err=True, fg=typer.colors.YELLOW)
        if file.error:
            failed += 1
            typer.secho(file.error, err=True, fg=typer.colors.RED)
        elif jsonl:
            for each in file.chunks:
                typer.echo(json.dumps(fields(file, each), ensure_ascii=False))
        elif file.chunks:
            _show(file)
    if failed:
        raise typer.Exit(1)


def fields(file: ChunkedFile, each: Chunk) -> dict[str, Any]:
    """The fields of a chunk for a machine; ``page`` is the first page (PDF) or the cell (notebook)."""
    return {
        "document": file.document,
        "ordinal": each.ordinal,
        "type": each.chunk_type.value,
        "heading_path": list(each.heading_path),
        "line_start": each.line_start,
        "line_end": each.line_end,
        "page": each.page_start,
        "page_end": each.page_end,
        "text": each.text,
        "expected_output": each.expected_output,
        "tokens": each.tokens,
    }


def _show(file: ChunkedFile) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        "type", "where", "tokens", "text", title=escape(f"{file.document}: {file.title}"), show_lines=True
    )
    for each in file.chunks:
        where = f"lines {each.line_start}-{each.line_end}" if each.line_start else ""
        if each.page_start:
            name = "cell" if file.format == "notebook" else "page"
            where = f"{name} {each.page_start} {where}".strip()
        heading = " > ".join(each.heading_path)
        text = f"[bold]{escape(heading)}[/bold]\n{escape(each.text)}"
        if each.expected_output:
            text += f"\n[dim]→ {escape(each.expected_output)}[/dim]"
        table.add_row(each.chunk_type.value, where, str(each.tokens), text)
    Console().print(table)
