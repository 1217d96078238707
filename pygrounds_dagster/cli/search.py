"""``pygrounds search``: ask the knowledge base from the shell.

What belongs here: arguments and how hits look. What does not: searching (``knowledge.search``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pygrounds_dagster.knowledge.search import Hit, SearchResult

_EXCERPT_LINES = 8


def search(
    query: Annotated[
        str, typer.Argument(help="A question, an error message, a few words.", show_default=False)
    ],
    k: Annotated[int, typer.Option("--k", "-k", min=1, max=100, help="Hits wanted.")] = 5,
    zone: Annotated[list[str] | None, typer.Option(help="Only this zone; may be repeated.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic, zone.topic.")] = None,
    subtopic: Annotated[
        list[str] | None, typer.Option(help="Only this subtopic, zone.topic.subtopic.")
    ] = None,
    chunk_type: Annotated[
        list[str] | None, typer.Option("--type", help="Only Concept, Code, Example, Exercise or Try_It.")
    ] = None,
    difficulty: Annotated[
        list[str] | None, typer.Option(help="Only beginner, intermediate, advanced or master.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="One JSON object a line, first the verdict.")
    ] = False,
) -> None:
    """Find the chunks that answer a question; says so when nothing does."""
    from pygrounds_dagster.curriculum.chunk import ChunkType
    from pygrounds_dagster.knowledge.search import SearchFilters, open_searcher
    from pygrounds_dagster.knowledge.shard import DIFFICULTIES
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    if not query.strip():
        raise typer.BadParameter("the query is blank", param_hint="QUERY")
    filters = SearchFilters(
        zones=frozenset(zone or ()),
        topics=frozenset(topic or ()),
        subtopics=frozenset(subtopic or ()),
        types=_known(chunk_type, tuple(ChunkType), "--type"),
        difficulties=_known(difficulty, DIFFICULTIES, "--difficulty"),
    )
    settings = Settings()
    with open_pool(database_urls(settings).pygrounds, max_size=1, name="pygrounds search") as pool:
        try:
            result = open_searcher(settings, pool).search(query, k, filters)
        except LookupError as error:
            typer.secho(f"Error: {error}. 'pygrounds up' builds everything.", err=True, fg=typer.colors.RED)
            raise typer.Exit(1) from error
    if jsonl:
        _print_jsonl(result)
    else:
        _print_text(result)


def _known(values: list[str] | None, known: tuple[str, ...], option: str) -> frozenset[str]:
    by_lower = {one.lower(): str(one) for one in known}
    unknown = [value for value in values or () if value.lower() not in by_lower]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(known)}", param_hint=option)
    return frozenset(by_lower[value.lower()] for value in values or ())


def _print_jsonl(result: SearchResult) -> None:
    import json
    from dataclasses import asdict

    verdict = {"answerable": result.answerable, "confidence": round(result.confidence, 4)}
    typer.echo(json.dumps(verdict))
    for rank, hit in enumerate(result.hits, start=1):
        typer.echo(json.dumps({"rank": rank, **asdict(hit)}, ensure_ascii=False))


def _print_text(result: SearchResult) -> None:
    if not result.hits:
        typer.echo("No chunk passes the filters.")
        return
    if result.answerable:
        typer.secho(f"Confidence {result.confidence:.2f}", dim=True)
    else:
        typer.secho(
            f"No answer in the knowledge base (confidence {result.confidence:.2f}). The nearest there is:",
            fg=typer.colors.YELLOW,
        )
    for rank, hit in enumerate(result.hits, start=1):
        typer.echo()
        typer.secho(f"{rank}. {' › '.join(hit.heading_path) or hit.subtopic_key}", bold=True, nl=False)
        typer.echo(f"  {hit.score:.2f}  {hit.chunk_type}")
        typer.secho(f"   {_place(hit)}  [{hit.subtopic_key}]", fg=typer.colors.CYAN)
        for line in _excerpt(hit.text):
            typer.echo(f"   {line}")


def _place(hit: Hit) -> str:
    if hit.page_start is not None:
        pages = f"{hit.page_start}" if hit.page_end == hit.page_start else f"{hit.page_start}-{hit.page_end}"
        return f"{hit.document}, page {pages}"
    return f"{hit.document}:{hit.line_start}-{hit.line_end}"


def _excerpt(text: str) -> list[str]:
    lines = text.strip("\n").splitlines()
    return lines if len(lines) <= _EXCERPT_LINES else [*lines[: _EXCERPT_LINES - 1], "…"]
