"""The command line: ``pygrounds <command>``.

What belongs here: the list of commands and how errors look. Each command lives in a module of its own, which
imports what it needs inside its functions, so that ``pygrounds --help`` answers at once.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from pygrounds_dagster.cli import (
    check,
    chunk,
    courses,
    down,
    env,
    fake_llm,
    generate,
    import_,
    judge,
    materialize,
    new,
    prerequisites,
    problems,
    questions,
    reset,
    search,
    status,
    up,
)

_OWN_ERRORS = "pygrounds_dagster."


class _Commands(TyperGroup):
    """Shows the project's own errors as text, not as a traceback; an error nobody foresaw keeps its own."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit status 1 after an error that is explained."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            message = _explain(error)
            if message is None:
                raise
            typer.secho(f"Error: {message}", err=True, fg=typer.colors.RED)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # they may hold passwords
    help="Turns a Python curriculum into a searchable knowledge base and into proven learning material.",
)
app.command()(up.up)
app.command()(down.down)
app.command()(status.status)
app.command()(materialize.materialize)
app.command()(search.search)
app.command("import")(import_.import_)
app.command()(env.env)
app.command()(reset.reset)
app.command("fake-llm")(fake_llm.fake_llm)
app.command()(chunk.chunk)
app.command()(check.check)
app.command()(prerequisites.prerequisites)
app.add_typer(judge.app, name="judge")
app.add_typer(problems.app, name="problems")
app.add_typer(generate.app, name="generate")
app.add_typer(questions.app, name="questions")
app.add_typer(new.app, name="new")
app.add_typer(courses.app, name="courses")


def _explain(error: Exception) -> str | None:
    """What to tell a person about an error that a person can mend; None for any other."""
    if type(error).__module__.startswith(_OWN_ERRORS):
        return str(error)
    if type(error).__name__ == "OperationalError" and type(error).__module__.startswith("psycopg"):
        return (
            f"PostgreSQL: {str(error).strip()}. 'pygrounds status' shows what runs, 'pygrounds up' starts it."
        )
    if type(error).__name__ == "ValidationError" and getattr(error, "title", "") == "Settings":
        return "\n".join(["settings (environment or .env) are not valid:", *_invalid_settings(error)])
    return None


def _invalid_settings(error: Any) -> list[str]:
    return [
        f"  PYGROUNDS_{str(entry['loc'][0]).upper()}: {entry['msg']}, not {entry['input']!r}"
        for entry in error.errors()
    ]
