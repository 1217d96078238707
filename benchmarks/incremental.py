"""One paragraph changed in one of N documents: what it costs to find that out, and what is written.

    python -m benchmarks.incremental

Measured on a database of its own. "Finding out" is everything that a materialisation does when nothing is
new: reading all front matter, comparing registration, hashing every file, and deciding for every partition.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from psycopg_pool import ConnectionPool

from benchmarks.report import Row, report
from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.curriculum.tokens import TokenCounter
from pygrounds_dagster.knowledge.encoders.choice import token_counter
from pygrounds_dagster.partition import PartitionOutcome
from pygrounds_dagster.settings import PROJECT_ROOT, Settings
from pygrounds_dagster.store.database import ensure_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.migrate import migrate
from pygrounds_dagster.store.pool import open_pool

SIZES = (10, 100, 1000)
REPEATS = 21
BOUND_MS = 1.0
PARAGRAPH = "A sentence that was not there before.\n"


def write_tree(root: Path, count: int) -> list[Path]:
    """Write ``count`` subtopics with the text of the shipped lessons; returns their files."""
    lessons = sorted((PROJECT_ROOT / "content").glob("zones/*/*/*/subtopic.md"))
    texts = [lesson.read_text(encoding="utf-8").split("\n---\n", 1)[1] for lesson in lessons]
    zone = root / "zones" / "z"
    files = []
    for number in range(count):
        topic = zone / f"t{number // 20}"
        folder = topic / f"s{number}"
        folder.mkdir(parents=True)
        if number % 20 == 0:
            (topic / "topic.yaml").write_text(f"id: {topic.name}\ntitle: {topic.name}\norder: {number}\n")
        front = (
            f"---\nid: s{number}\ntitle: Lesson {number}\norder: {number}\ndifficulty: beginner\n"
            f"objectives:\n  - understand lesson {number}\n  - write its program\n"
            f"concept_intent: >-\n  What lesson {number} is about,\n  in a sentence of two lines.\n"
            f"code_intent: The statements of lesson {number}.\n---\n"
        )
        text = texts[number % len(texts)]
        files.append(folder / "subtopic.md")
        files[-1].write_text(f"{front}{text}\n## Number {number}\n\nOnly here: {number}.\n", encoding="utf-8")
    (zone / "zone.yaml").write_text("id: z\ntitle: Zone\norder: 1\n")
    return files


def refresh(pool: ConnectionPool, root: Path, counter: TokenCounter) -> list[PartitionOutcome]:
    """What a materialisation does up to the chunks."""
    content = load_content([root])
    register_content(pool, content)
    sync_documents(pool, content, content.keys)
    return sync_chunks(pool, content.keys, counter)


def hashes(pool: ConnectionPool) -> set[str]:
    """The texts that are encoded or need to be."""
    with pool.connection() as conn:
        rows = conn.execute("SELECT DISTINCT embedding_hash FROM chunk WHERE retired_at IS NULL").fetchall()
    return {row[0] for row in rows}


def total(outcomes: list[PartitionOutcome], name: str) -> float:
    """Sum of a count over the partitions that were not skipped."""
    return sum(outcome.counts.get(name, 0) for outcome in outcomes if outcome.status == "done")


def measure(pool: ConnectionPool, root: Path, count: int, counter: TokenCounter) -> list[Row]:
    """The promises for one number of documents."""
    files = write_tree(root, count)
    began = time.perf_counter()
    first = refresh(pool, root, counter)
    first_seconds = time.perf_counter() - began
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        again = refresh(pool, root, counter)
        times.append(time.perf_counter() - began)
    assert all(outcome.status == "unchanged" for outcome in again)
    before = hashes(pool)
    changed = files[count // 2]
    changed.write_text(changed.read_text("utf-8").replace(f"Only here: {count // 2}.", PARAGRAPH), "utf-8")
    outcomes = refresh(pool, root, counter)
    written, new = total(outcomes, "written"), len(hashes(pool) - before)
    each = sorted(times)[len(times) // 2] * 1000 / count
    chunks = total(first, "chunks")
    print(f"N={count}: {chunks:.0f} chunks, first time {first_seconds:.2f} s")
    return [
        Row(
            f"finding out what changed, ms a document, N={count}",
            each, BOUND_MS, BOUND_MS / each, ">= 1", each <= BOUND_MS,
        ),
        Row(
            f"chunks written for one changed paragraph, N={count}",
            written, chunks, written, "1 chunk", written == 1,
        ),
        Row(f"texts to encode for it, N={count}", new, chunks, new, "1 text", new == 1),
    ]  # fmt: skip


def main() -> int:
    """Measure all sizes, each in a database of its own."""
    home = Path(tempfile.mkdtemp(prefix="pygrounds-incremental-"))
    home.chmod(0o755)  # the server's account must reach its own, closed directory
    server = EmbeddedPostgres(home, home / "postgres.log")
    rows: list[Row] = []
    try:
        server.ensure_running()
        counter = token_counter(Settings(home=home))
        for count in SIZES:
            url = server.url("postgres")
            name = f"n{count}"
            ensure_database(url, name)
            migrate(server.url(name))
            with open_pool(server.url(name), max_size=2, name="incremental") as pool:
                rows += measure(pool, home / f"content{count}", count, counter)
    finally:
        server.remove()
        shutil.rmtree(home, ignore_errors=True)
    return 0 if report("incremental", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
