"""One shard: the chunks of one topic under one model, as immutable files that readers memory-map.

Here: its layout, writing and opening it, its recall. Not here: which shards there are (``index``).

A shard is a directory:

``vectors.faiss``
    ``IDMap(PreTransform(Normalization, FlatIP))``: exact cosine search for any query vector, under ids that
    are the first 60 bits of the chunk ids. In this nesting the vectors begin at a multiple of four bytes in
    the file, so that a mapped matrix is usable by BLAS in place (a bare flat index is not so aligned).
``rows.npy``
    ``ROW`` for each vector, in the same order: what filters and hits need.
``terms.npy starts.npy postings.npy lengths.npy``
    the inverted index (``lexical.Postings``).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.curriculum.chunk import KINDS, ChunkType
from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.lexical import Postings

FORMAT = "2"
"""Change it when the layout of a shard, or what is computed for it, changes: all are built again."""

TYPES: tuple[str, ...] = tuple(ChunkType)
DIFFICULTIES: tuple[str, ...] = ("beginner", "intermediate", "advanced", "master")
ROW = np.dtype(
    [
        ("chunk_id", "S64"),
        ("section", "<u8"),
        ("subtopic", "<u4"),
        ("type", "u1"),
        ("difficulty", "u1"),
        ("kind", "u1"),
    ]
)
"""Codes: ``subtopic`` into the shard's list, the others into ``TYPES``, ``DIFFICULTIES``, ``KINDS``;
``section`` is a hash that chunks under the same headings of a subtopic share, also across shards."""

_POSTING_FILES = ("terms", "starts", "postings", "lengths")
_RECALL_SAMPLE = 32
_TIE = 1e-5  # similarities closer than this are equal: float32 sums depend on the order of adding


@dataclass(frozen=True, slots=True)
class ShardContent:
    """What a shard is made of; all of equal length."""

    rows: NDArray[np.void]
    vectors: Vectors
    postings: Postings


@dataclass(frozen=True, slots=True)
class OpenShard:
    """A shard mapped for reading; unlinking its files does not disturb it.

    Attributes:
        index: the FAISS index, for use by itself.
        vectors: its matrix, float32 (rows, d), mapped.
        rows: ``ROW`` (rows,), mapped.
        postings: the inverted index, mapped.
    """

    index: faiss.Index
    vectors: Vectors
    rows: NDArray[np.void]
    postings: Postings


def make_rows(
    chunk_ids: Sequence[str],
    sections: Sequence[int],
    subtopics: Sequence[int],
    types: Sequence[str],
    difficulties: Sequence[str],
    kinds: Sequence[str],
) -> NDArray[np.void]:
    """The ``ROW`` array of some chunks."""
    rows = np.zeros(len(chunk_ids), ROW)
    rows["chunk_id"] = chunk_ids
    rows["section"] = sections
    rows["subtopic"] = subtopics
    rows["type"] = [TYPES.index(one) for one in types]
    rows["difficulty"] = [DIFFICULTIES.index(one) for one in difficulties]
    rows["kind"] = [KINDS.index(one) for one in kinds]
    return rows


def write_shard(directory: Path, content: ShardContent) -> float:
    """Write a shard; it appears whole or not at all.

    Args:
        directory: where it will be, not there yet; its parent exists.
        content: rows, vectors and words.

    Returns:
        Recall of the written index against exact search, see :func:`recall`.
    """
    building = Path(tempfile.mkdtemp(prefix="building-", dir=directory.parent))
    try:
        with _one_thread():
            index = _flat_index(content)
            found = recall(index, content.vectors)
        faiss.write_index(index, str(building / "vectors.faiss"))
        np.save(building / "rows.npy", content.rows)
        for name in _POSTING_FILES:
            np.save(building / f"{name}.npy", getattr(content.postings, name))
        building.chmod(0o755)
        building.replace(directory)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return found


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS without its thread team: on a busy machine waking it costs many times this little work."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _flat_index(content: ShardContent) -> faiss.Index:
    dimension = content.vectors.shape[1]
    flat = faiss.IndexFlatIP(dimension)
    unit = faiss.NormalizationTransform(dimension)
    index = faiss.IndexIDMap(faiss.IndexPreTransform(unit, flat))
    ids = np.array([int(chunk_id[:15], 16) for chunk_id in content.rows["chunk_id"].tolist()], np.int64)
    index.add_with_ids(content.vectors, ids)
    return index


def recall(index: faiss.Index, vectors: Vectors, k: int = 10) -> float:
    """Share of the k nearest that the index finds, over queries spread evenly among its own rows.

    Exact is brute force in float64; what ties with the k-th counts as found.
    """
    if not len(vectors):
        return 1.0
    k = min(k, len(vectors))
    queries = vectors[np.linspace(0, len(vectors) - 1, min(_RECALL_SAMPLE, len(vectors))).astype(int)]
    exact = queries.astype(np.float64) @ vectors.T.astype(np.float64)
    least = np.partition(exact, -k, axis=1)[:, -k]
    found, _ = index.search(queries, k)
    return float(np.mean(found >= least[:, None] - _TIE))


def open_shard(directory: Path) -> OpenShard:
    """Map a shard.

    Raises:
        FileNotFoundError: it is not there (any more).
    """
    path = directory / "vectors.faiss"
    if not path.exists():
        raise FileNotFoundError(path)
    index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    inner: Any = faiss.downcast_index(index.index)
    flat: Any = faiss.downcast_index(inner.index)
    # The array points into the mapping that the index owns; OpenShard keeps both.
    vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
    arrays = (_mapped(directory / f"{name}.npy") for name in _POSTING_FILES)
    return OpenShard(index, vectors, _mapped(directory / "rows.npy"), Postings(*arrays))


def _mapped(path: Path) -> NDArray[Any]:
    # As a plain array: numpy's memmap subclass is slow to slice.
    return np.asarray(np.load(path, mmap_mode="r")) if path.stat().st_size > 128 else np.load(path)
