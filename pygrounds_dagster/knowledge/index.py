"""The FAISS indexes: a shard for each topic and model, and the manifest that says which are current.

Here: the step ``faiss_index`` (what is stale, building, the swap, removal of what nobody needs), reading the
manifest. Not here: a shard's files (``shard``), reading for search (``index_reader``).

Under ``settings.index_dir``: ``shards/<hash>/`` directories that never change, and ``current.json``, the
manifest, replaced in one rename. A reader sees the old set of shards or the new one. A build that is killed
leaves files that no manifest names; the next one removes them.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from psycopg import Connection
from psycopg.sql import Literal
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.knowledge.corpus import (
    ModelTable,
    SubtopicVersion,
    copy_rows,
    decode_vectors,
    model_tables,
    read_versions,
)
from pygrounds_dagster.knowledge.lexical import build_postings, term_counts
from pygrounds_dagster.knowledge.shard import FORMAT, ShardContent, make_rows, write_shard
from pygrounds_dagster.partition import PartitionOutcome, Progress, Status, no_progress
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import StepState, fingerprint, finish_step, finished_steps

STEP = "faiss_index"

_SQL = load_queries(__package__)
_MANIFEST = "current.json"
_PREVIOUS = "previous.json"
_SHARDS = "shards"
_COLUMN_TYPES = ["text", "text", "text", "text", "text[]", "text", "text"]


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """A shard as the manifest names it.

    Attributes:
        name: its directory.
        digest: hash of what it was built from.
        topic_key: whose chunks.
        model_id: by which model.
        rows: chunks in it.
        recall: against exact search, measured when it was built.
        subtopics: keys that its rows' codes stand for.
    """

    name: str
    digest: str
    topic_key: str
    model_id: str
    rows: int
    recall: float
    subtopics: list[str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which shards are current.

    Attributes:
        number: counts the swaps.
        shards: by model, then topic.
        versions: of every subtopic indexed (those without chunks too): ``corpus.SubtopicVersion.version``.
    """

    number: int = 0
    shards: list[ShardEntry] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a build did, and what is there now.

    Attributes:
        outcomes: one for each key asked for.
        shards: current shards.
        rows: chunks in them.
        built: shards written by this call.
        recall: least recall of any current shard; 1 if there is none.
        number: the manifest's number.
        bytes: size of the current shards' files.
    """

    outcomes: list[PartitionOutcome]
    shards: int
    rows: int
    built: int
    recall: float
    number: int
    bytes: int


def build_indexes(
    pool: ConnectionPool, keys: Iterable[str], settings: Settings, progress: Progress = no_progress
) -> IndexReport:
    """Bring the shards of the keys' topics up to date and swap them in, all at once.

    Shards whose content is current are left alone, unless the store has forgotten that a key's step was
    finished (that is how a build is forced); those with retired subtopics are built again or dropped.

    Args:
        pool: the knowledge base.
        keys: partition keys.
        settings: models in use, and where the indexes are.
        progress: told the number of topics done.

    Returns:
        Outcomes and figures. A key that is not live, or none of whose chunks is embedded, has failed.
    """
    wanted = list(dict.fromkeys(keys))
    try:
        with pool.connection() as conn:
            tables = model_tables(conn, settings)
            versions = {version.subtopic_key: version for version in read_versions(conn, tables)}
            states = finished_steps(conn, STEP, wanted)
    except LookupError as error:
        failed = [PartitionOutcome(key, "failed", error=str(error)) for key in wanted]
        return _report(settings.index_dir, failed, read_manifest(settings.index_dir), 0)
    live = {key for key in wanted if not _problem(versions.get(key))}
    with _one_builder(settings.index_dir):
        before = read_manifest(settings.index_dir)
        forgotten = {versions[key].topic_key for key in live - states.keys()}
        topics = {versions[key].topic_key for key in live} | _topics_with_retired(before, versions)
        after, built = _build_topics(
            pool, settings.index_dir, before, topics, forgotten, tables, versions, progress
        )
        if after != before:
            _swap(settings.index_dir, before, replace(after, number=before.number + 1))
        _remove_unused(settings.index_dir)
    manifest = read_manifest(settings.index_dir)
    outcomes = [_outcome(key, versions.get(key), before, manifest) for key in wanted]
    with pool.connection() as conn, conn.pipeline():
        for outcome in outcomes:
            if outcome.status != "failed":
                state = (outcome.key, outcome.data_version, outcome.data_version, outcome.counts)
                finish_step(conn, STEP, StepState(*state))
    return _report(settings.index_dir, outcomes, manifest, built)


def read_manifest(index_dir: Path) -> Manifest:
    """The current manifest; an empty one if nothing was ever built."""
    return _parse(index_dir / _MANIFEST)


def manifest_path(index_dir: Path) -> Path:
    """The file whose replacement is the swap."""
    return index_dir / _MANIFEST


def shard_path(index_dir: Path, entry: ShardEntry) -> Path:
    """Directory of a shard."""
    return index_dir / _SHARDS / entry.name


def _parse(path: Path) -> Manifest:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    return Manifest(raw["number"], [ShardEntry(**entry) for entry in raw["shards"]], raw["versions"])


def _problem(version: SubtopicVersion | None) -> str | None:
    if version is None:
        return "no live subtopic of that key; materialise curriculum"
    if version.chunks and not version.embedded:
        return f"none of its {version.chunks} chunks is embedded; materialise chunk_embeddings"
    return None


def _topics_with_retired(manifest: Manifest, versions: dict[str, SubtopicVersion]) -> set[str]:
    return {key.rpartition(".")[0] for key in manifest.versions if key not in versions}


def _build_topics(
    pool: ConnectionPool,
    index_dir: Path,
    before: Manifest,
    topics: set[str],
    forgotten: set[str],
    tables: dict[Kind, ModelTable],
    versions: dict[str, SubtopicVersion],
    progress: Progress,
) -> tuple[Manifest, int]:
    """The manifest after building what is stale of some topics, and how many shards were written."""
    (index_dir / _SHARDS).mkdir(parents=True, exist_ok=True)
    known = {entry.digest: entry for entry in before.shards if shard_path(index_dir, entry).is_dir()}
    models = {table.model.model_id for table in tables.values()}
    # A topic not asked for keeps its shards, of the models in use.
    shards = [entry for entry in before.shards if entry.topic_key not in topics and entry.model_id in models]
    seen = {key: version for key, version in before.versions.items() if key.rpartition(".")[0] not in topics}
    built = 0
    for done, topic in enumerate(sorted(topics)):
        progress(done, len(topics), f"indexing {topic}")
        members = [version for version in versions.values() if version.topic_key == topic]
        seen |= {member.subtopic_key: member.version for member in members}
        for model_id in sorted(models) if members else ():
            digest = _digest(topic, model_id, tables, members)
            entry = known.get(digest)
            if entry is None or topic in forgotten:
                entry = _build_shard(pool, index_dir, digest, topic, model_id, tables)
                built += 1
            shards.append(entry)
    progress(len(topics), len(topics), "topics indexed")
    shards.sort(key=lambda entry: (entry.model_id, entry.topic_key))
    return Manifest(before.number, shards, dict(sorted(seen.items()))), built


def _digest(topic: str, model_id: str, tables: dict[Kind, ModelTable], members: list[SubtopicVersion]) -> str:
    kinds = [kind for kind in KINDS if tables[kind].model.model_id == model_id]
    parts = (f"{member.subtopic_key}={member.version}" for member in members)
    return fingerprint(FORMAT, topic, model_id, ",".join(kinds), *parts)


def _build_shard(
    pool: ConnectionPool,
    index_dir: Path,
    digest: str,
    topic: str,
    model_id: str,
    tables: dict[Kind, ModelTable],
) -> ShardEntry:
    with pool.connection() as conn:
        content, subtopics = _read_content(conn, topic, model_id, tables)
    # A name of its own for every build: what a manifest names is never written again.
    name = f"{digest[:16]}-{secrets.token_hex(4)}"
    entry = ShardEntry(name, digest, topic, model_id, len(content.rows), 1.0, subtopics)
    return replace(entry, recall=write_shard(shard_path(index_dir, entry), content))


def _read_content(
    conn: Connection, topic: str, model_id: str, tables: dict[Kind, ModelTable]
) -> tuple[ShardContent, list[str]]:
    """Rows, vectors and words of a topic under a model, and the subtopics that occur."""
    columns: list[tuple[str, ...]] = []
    vectors: list[bytes] = []
    sections: list[int] = []
    words = []
    dimension = 0
    for kind in KINDS:
        table = tables[kind]
        if table.model.model_id != model_id:
            continue
        dimension = table.model.dimension
        query = _SQL["copy_topic_kind"].format(table=table.table, topic=Literal(topic), kind=Literal(kind))
        for *row, headings, text, output, vector in copy_rows(conn, query, _COLUMN_TYPES):
            columns.append((*row, kind))
            sections.append(int(fingerprint(row[1], *headings)[:16], 16))
            vectors.append(vector)
            words.append(term_counts("\n".join([*headings, text, output])))
    ids, keys, types, difficulties, kinds = zip(*columns, strict=True) if columns else ((),) * 5
    subtopics = sorted(set(keys))
    codes = {key: code for code, key in enumerate(subtopics)}
    rows = make_rows(ids, sections, [codes[key] for key in keys], types, difficulties, kinds)
    return ShardContent(rows, decode_vectors(vectors, dimension), build_postings(words)), subtopics


def _outcome(
    key: str, version: SubtopicVersion | None, before: Manifest, after: Manifest
) -> PartitionOutcome:
    problem = _problem(version)
    if problem or version is None:
        return PartitionOutcome(key, "failed", error=f"{key}: {problem}")
    topic = [entry for entry in after.shards if entry.topic_key == version.topic_key]
    same = before.versions.get(key) == version.version
    kept = {entry.name for entry in before.shards}
    counts: dict[str, int | float] = {
        "rows": version.embedded,
        "unembedded": version.chunks - version.embedded,
        "shard_rows": sum(entry.rows for entry in topic),
        "recall": min((entry.recall for entry in topic), default=1.0),
    }
    status: Status = "unchanged" if same and all(entry.name in kept for entry in topic) else "done"
    return PartitionOutcome(key, status, version.version, counts)


def _report(index_dir: Path, outcomes: list[PartitionOutcome], manifest: Manifest, built: int) -> IndexReport:
    files = (file for entry in manifest.shards for file in shard_path(index_dir, entry).iterdir())
    return IndexReport(
        outcomes,
        len(manifest.shards),
        sum(entry.rows for entry in manifest.shards),
        built,
        min((entry.recall for entry in manifest.shards), default=1.0),
        manifest.number,
        sum(file.stat().st_size for file in files),
    )


@contextmanager
def _one_builder(index_dir: Path) -> Iterator[None]:
    """Only one process builds at a time; a killed one's lock is free at once."""
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _swap(index_dir: Path, before: Manifest, after: Manifest) -> None:
    _write_json(index_dir / _PREVIOUS, before)
    _write_json(index_dir / _MANIFEST, after)


def _write_json(path: Path, manifest: Manifest) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="building-", delete=False) as file:
        json.dump(asdict(manifest), file, indent=1)
    written = Path(file.name)
    written.chmod(0o644)
    written.replace(path)


def _remove_unused(index_dir: Path) -> None:
    """Remove shards that neither the current nor the previous manifest names, and what killed builds left."""
    named = {entry.name for name in (_MANIFEST, _PREVIOUS) for entry in _parse(index_dir / name).shards}
    for path in (index_dir / _SHARDS).iterdir():
        if path.name not in named:
            shutil.rmtree(path)
    for path in index_dir.glob("building-*"):
        path.unlink()
