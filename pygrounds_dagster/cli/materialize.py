"""``pygrounds materialize``: the road from content to search, in one run, with progress.

What belongs here: starting that run in a child process, showing how far it is, saying what failed. The child
is :mod:`pygrounds_dagster.instance.local_run`; it needs neither webserver nor daemon.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from pygrounds_dagster.runs.progress import StepProgress
    from pygrounds_dagster.settings import Settings

_LOOK_SECONDS = 0.2
_SHOWN = 20
STEP = "materialize_all"
EVERYTHING = "*"


class MaterializeError(RuntimeError):
    """The child process ended without finishing its work."""


@dataclass(slots=True)
class Materialized:
    """What was materialised.

    Attributes:
        keys: partitions that were chosen.
        unknown: keys asked for that are none.
        failed: partition → step → reason; the partition is empty where a step failed as a whole.
        tallies: asset → ``written``, ``unchanged`` and ``encoded`` counts.
        skipped: nothing was started, because content, code and settings are as last time.
    """

    keys: int = 0
    unknown: list[str] = field(default_factory=list)
    failed: dict[str, dict[str, str]] = field(default_factory=dict)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)
    skipped: bool = False

    @property
    def is_good(self) -> bool:
        """Whether everything chosen was materialised."""
        return not self.failed and not self.unknown


def materialize(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Partitions zone.topic.subtopic; none: all.")
    ] = None,
    zone: Annotated[list[str] | None, typer.Option(help="Only the partitions of a zone; repeatable.")] = None,
) -> None:
    """Bring chunks, vectors, rankings and indexes up to the content; unchanged partitions cost nothing."""
    from rich.console import Console

    from pygrounds_dagster.cli.environment import settings_environment
    from pygrounds_dagster.cli.up import migrate_store
    from pygrounds_dagster.settings import Settings

    settings, console = Settings(), Console()
    os.environ.update(settings_environment(settings))
    migrate_store(settings, console)
    if not run_materialization(settings, console, keys or None, zone or None).is_good:
        raise typer.Exit(1)


def materialize_all(settings: Settings, console: Console) -> Materialized:
    """Register the content and materialise all of it; at once where nothing has changed since the last time.

    ``DAGSTER_HOME`` and the settings must be in the environment. Failed partitions are listed; the others are
    materialised all the same.

    Raises:
        MaterializeError: the work could not be done at all.
    """
    from pygrounds_dagster.knowledge.index import manifest_path
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    stamp = installation_stamp(settings)
    with open_pool(database_urls(settings).pygrounds, max_size=2, name="pygrounds materialize") as pool:
        if _remembered(pool) == stamp and manifest_path(settings.index_dir).exists():
            console.print("Content, code and settings are as last time: nothing to materialise.")
            return Materialized(skipped=True)
        done = run_materialization(settings, console)
        if done.is_good:
            _remember(pool, stamp)
    return done


def installation_stamp(settings: Settings) -> str:
    """Changes when content files, code or what the settings choose may have."""
    from pygrounds_dagster.curriculum.stamps import tree_stamp
    from pygrounds_dagster.instance.code import code_stamp
    from pygrounds_dagster.store.step import fingerprint

    return fingerprint(
        tree_stamp(settings.content_roots),
        str(code_stamp()),
        settings.concept_model,
        settings.code_model,
        str(settings.ranking_threshold),
    )


def run_materialization(
    settings: Settings,
    console: Console,
    keys: Sequence[str] | None = None,
    zones: Sequence[str] | None = None,
) -> Materialized:
    """Materialise the partitions chosen, showing progress.

    Raises:
        MaterializeError: the child process died.
    """
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    log = settings.log_dir / "materialize.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    done = Materialized()
    with (
        log.open("ab") as errors,
        open_pool(database_urls(settings).pygrounds, max_size=1, name="pygrounds progress") as pool,
        _Display(console, pool) as display,
    ):
        child = subprocess.Popen(
            [sys.executable, "-m", "pygrounds_dagster.instance.local_run"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            _converse(child, {"keys": keys, "zones": zones}, done, display)
        except BaseException:
            child.terminate()  # it reports its run as cancelled
            child.wait()
            raise
    if child.returncode:
        raise MaterializeError(
            f"the materialisation ended with status {child.returncode}; what was finished is stored. "
            f"See the end of {log}, then run it again."
        )
    _summarise(console, done)
    return done


def _converse(
    child: subprocess.Popen[str], request: dict[str, Any], done: Materialized, display: _Display
) -> None:
    assert child.stdin is not None
    child.stdin.write(json.dumps(request))
    child.stdin.close()
    messages: Queue[dict[str, Any] | None] = Queue()
    threading.Thread(target=_read, args=(child, messages), daemon=True).start()
    while True:
        try:
            message = messages.get(timeout=_LOOK_SECONDS)
        except Empty:
            display.refresh()
            continue
        if message is None:
            break
        display.take(message)
        _take(done, message)
    child.wait()


def _read(child: subprocess.Popen[str], messages: Queue[dict[str, Any] | None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        messages.put(json.loads(line))
    messages.put(None)


def _take(done: Materialized, message: dict[str, Any]) -> None:
    if message["event"] == "chosen":
        done.keys, done.unknown = message["keys"], message["unknown"]
    elif message["event"] == "ended":
        for step, reasons in message["failed"].items():
            for key, reason in reasons.items():
                done.failed.setdefault(key, {})[step] = reason
        done.tallies.update(message["tallies"])
        if message["status"] != "SUCCESS" and not message["failed"]:
            done.failed.setdefault("", {})["run"] = f"run {message['run_id']} ended as {message['status']}"


class _Display:
    """Progress bars of the steps of the current run."""

    def __init__(self, console: Console, pool: ConnectionPool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._pool = pool
        self._run_id: str | None = None
        self._tasks: dict[str, TaskID] = {}
        self._progress: Progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[time]:<10}"),
            TextColumn("[dim]{task.fields[what]}"),
            console=console,
        )

    def __enter__(self) -> _Display:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def take(self, message: dict[str, Any]) -> None:
        """Follow the run that a message names."""
        if message["event"] == "run":
            self._run_id = message["run_id"]
        elif message["event"] == "ended":
            self.refresh()
            self._run_id = None
        elif message["event"] == "swept":
            self._progress.console.print(f"Ended run {message['run_id']}: its process was gone.")

    def refresh(self) -> None:
        """Read how far the run's steps are."""
        from pygrounds_dagster.runs.progress import step_progress

        if self._run_id is None:
            return
        with self._pool.connection() as conn:
            steps = step_progress(conn, self._run_id)
        for step in steps:
            if step.step not in self._tasks:
                self._tasks[step.step] = self._progress.add_task(
                    step.step, total=step.total, what="", time=""
                )
            what = "" if step.done >= step.total else step.what
            task, shown = self._tasks[step.step], time_text(step)
            self._progress.update(task, completed=step.done, total=step.total, what=what, time=shown)


def time_text(step: StepProgress) -> str:
    """Seconds that a finished step took, or that an unfinished one will still take at its pace."""
    seconds = (step.updated_at - step.started_at).total_seconds()
    if step.done >= step.total:
        return f"{seconds:.1f} s"
    return f"{seconds / step.done * (step.total - step.done):.0f} s left" if step.done else ""


def _summarise(console: Console, done: Materialized) -> None:
    encoded = done.tallies.get("chunk_embeddings", {}).get("encoded", 0)
    chunks = done.tallies.get("chunks", {})
    console.print(
        f"{done.keys} subtopics: {chunks.get('written', 0)} changed, {chunks.get('unchanged', 0)} unchanged; "
        f"{encoded} texts encoded.",
        highlight=False,
    )
    for key in done.unknown:
        console.print(f"[red]no such partition:[/red] {key}", highlight=False)
    for key, reasons in list(done.failed.items())[:_SHOWN]:
        step, reason = next(iter(reasons.items()))
        console.print(
            f"[red]failed:[/red] {key or 'step ' + step}: {reason}", highlight=False, soft_wrap=True
        )
    if len(done.failed) > _SHOWN:
        console.print(f"… and {len(done.failed) - _SHOWN} more")


def _remembered(pool: ConnectionPool) -> str | None:
    from pygrounds_dagster.store.step import finished_steps

    with pool.connection() as conn:
        states = finished_steps(conn, STEP, [EVERYTHING])
    return states[EVERYTHING].fingerprint if states else None


def _remember(pool: ConnectionPool, stamp: str) -> None:
    from pygrounds_dagster.store.step import StepState, finish_step

    with pool.connection() as conn:
        finish_step(conn, STEP, StepState(EVERYTHING, stamp, stamp, {}))
