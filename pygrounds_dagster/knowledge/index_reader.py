"""Reading the indexes: the merged view of all current shards, which follows every swap by itself.

Here: mapping shards, noticing a new manifest, dense and lexical scores of chosen rows.
Not here: building (``index``), fusing scores, what a hit is (``search``).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.index import (
    Manifest,
    ShardEntry,
    manifest_path,
    read_manifest,
    shard_path,
)
from pygrounds_dagster.knowledge.lexical import QueryTerms, bm25, look_up
from pygrounds_dagster.knowledge.ordering import Floats, Rows
from pygrounds_dagster.knowledge.shard import ROW, OpenShard, open_shard

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class IndexView:
    """All shards of one manifest as one index; rows are numbered through, by model, then topic.

    Attributes:
        manifest: what this is a view of.
        shards: mapped, in the manifest's order.
        offsets: int64 (shards + 1,), first row of each shard.
        subtopics: all keys that rows belong to.
        subtopic: uint32 (rows,), code into ``subtopics``.
        section: uint64 (rows,), equal for chunks of one section.
        types: uint8 (rows,), code into ``shard.TYPES``.
        difficulties: uint8 (rows,), code into ``shard.DIFFICULTIES``.
        kinds: uint8 (rows,), code into ``KINDS``.
        models: ids of the models that rows were encoded by.
        model: uint8 (rows,), code into ``models``.
        mean_length: terms of an average row.
    """

    manifest: Manifest
    shards: list[OpenShard]
    offsets: Rows
    subtopics: list[str]
    subtopic: NDArray[np.uint32]
    section: NDArray[np.uint64]
    types: NDArray[np.uint8]
    difficulties: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    models: list[str]
    model: NDArray[np.uint8]
    mean_length: float

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.offsets[-1])

    def chunk_ids(self, rows: Rows) -> list[str]:
        """Chunk ids of some rows."""
        shards = np.searchsorted(self.offsets, rows, "right") - 1
        return [
            self.shards[shard].rows["chunk_id"][row - self.offsets[shard]].decode()
            for shard, row in zip(shards.tolist(), rows.tolist(), strict=True)
        ]

    def dense(self, queries: Mapping[str, Floats], wanted: Sequence[bool] | None = None) -> Floats:
        """Similarity of every row to the query of its model: one product a shard, exact.

        Args:
            queries: vector by model id.
            wanted: shards to read; the rows of others get -1.

        Returns:
            float32 (rows,).
        """
        ready = {model: np.ascontiguousarray(query, np.float32) for model, query in queries.items()}
        scores = np.full(self.size, -1, np.float32)
        for number, (entry, shard) in enumerate(zip(self.manifest.shards, self.shards, strict=True)):
            query = ready.get(entry.model_id)
            if query is not None and (wanted is None or wanted[number]):
                rows = scores[self.offsets[number] : self.offsets[number + 1]]
                # FAISS's own kernel, one pass over the mapped shard in this thread. BLAS would start its
                # threads for every shard, which on a busy machine costs many times the arithmetic.
                faiss.fvec_inner_products_ny(  # type: ignore[attr-defined]
                    faiss.swig_ptr(rows),
                    faiss.swig_ptr(query),
                    faiss.swig_ptr(shard.vectors),
                    shard.vectors.shape[1],
                    len(rows),
                )
        return scores

    def lexical(self, query: str) -> tuple[Floats, Floats, QueryTerms]:
        """BM25 and overlap of every row, see ``lexical.bm25``, and the query's terms."""
        postings = [shard.postings for shard in self.shards]
        terms = look_up(query, postings)
        return *bm25(terms, postings, self.mean_length), terms


@dataclass(slots=True)
class IndexReader:
    """The current view of the indexes in a directory; safe to share between threads.

    A swap costs the next call the mapping of the shards that changed; nothing else waits for it. Views in
    use stay valid, also when their files are removed.
    """

    index_dir: Path
    _stamp: tuple[int, int] | None = None
    _view: IndexView | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def view(self) -> IndexView:
        """The view of the manifest as it is now.

        Raises:
            LookupError: nothing has been indexed.
        """
        stamp = self._current_stamp()
        if self._view is None or stamp != self._stamp:
            with self._lock:
                stamp = self._current_stamp()
                if self._view is None or stamp != self._stamp:
                    self._view, self._stamp = self._load(self._view), stamp
        return self._view

    def _current_stamp(self) -> tuple[int, int]:
        try:
            found = manifest_path(self.index_dir).stat()
        except FileNotFoundError:
            raise LookupError(f"{self.index_dir}: no index yet; materialise faiss_index") from None
        return found.st_ino, found.st_mtime_ns

    def _load(self, old: IndexView | None) -> IndexView:
        """Map what the manifest names; a shard may be gone if two swaps overtake us, then look again."""
        for attempt in range(_ATTEMPTS):
            manifest = read_manifest(self.index_dir)
            try:
                return open_view(self.index_dir, manifest, old)
            except FileNotFoundError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")


def open_view(index_dir: Path, manifest: Manifest, old: IndexView | None = None) -> IndexView:
    """Map the shards that a manifest names, taking over those that are open in an older view."""
    opened = (
        {entry.name: shard for entry, shard in zip(old.manifest.shards, old.shards, strict=True)}
        if old
        else {}
    )
    shards = [opened.get(entry.name) or open_shard(shard_path(index_dir, entry)) for entry in manifest.shards]
    sizes = [len(shard.rows) for shard in shards]
    lengths = sum(float(shard.postings.lengths.sum()) for shard in shards)
    models = sorted({entry.model_id for entry in manifest.shards})
    subtopics = sorted({key for entry in manifest.shards for key in entry.subtopics})
    return IndexView(
        manifest,
        shards,
        np.cumsum([0, *sizes], dtype=np.int64),
        subtopics,
        _subtopic_codes(manifest.shards, shards, subtopics),
        _column(shards, "section"),
        _column(shards, "type"),
        _column(shards, "difficulty"),
        _column(shards, "kind"),
        models,
        np.repeat(np.array([models.index(entry.model_id) for entry in manifest.shards], np.uint8), sizes),
        lengths / max(1, sum(sizes)),
    )


def _subtopic_codes(
    entries: list[ShardEntry], shards: list[OpenShard], subtopics: list[str]
) -> NDArray[np.uint32]:
    places = {key: place for place, key in enumerate(subtopics)}
    columns = [np.empty(0, np.uint32)]
    for entry, shard in zip(entries, shards, strict=True):
        codes = np.array([places[key] for key in entry.subtopics], np.uint32)
        columns.append(codes[shard.rows["subtopic"]] if len(shard.rows) else codes[:0])
    return np.concatenate(columns)


def _column(shards: list[OpenShard], name: str) -> NDArray[Any]:
    return np.concatenate([np.empty(0, ROW[name]), *(shard.rows[name] for shard in shards)])
