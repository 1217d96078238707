"""Texts → stored vectors of one model: in batches, each its own transaction, a bad text apart from the good.

What belongs here: the loop over batches and the isolation of a text that fails. What does not: which texts,
and what partitions are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.knowledge.encoder import Encoder, Vectors
from pygrounds_dagster.knowledge.encoders import suited
from pygrounds_dagster.knowledge.vectors import is_unit, write_vectors

BATCH = 512
"""Texts encoded and stored together: a kill loses at most so many, and a transaction is short."""

ReadTexts = Callable[[Connection, Sequence[str]], dict[str, str]]
"""Texts by hash, read for one batch at a time."""


@dataclass(slots=True)
class Encoded:
    """What came of the texts of one model.

    Attributes:
        generated: hashes that were encoded and stored, by us or by another writer meanwhile.
        saved: rows we wrote.
        errors: why a text has no vector, by hash.
    """

    generated: list[str] = field(default_factory=list)
    saved: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def encode_texts(
    pool: ConnectionPool,
    encoder: Encoder,
    hashes: Sequence[str],
    read_texts: ReadTexts,
    progress: Callable[[int], None],
) -> Encoded:
    """Encode texts and store their vectors; no connection is held while encoding.

    Args:
        pool: connections to the store.
        encoder: of the model whose table the vectors go to, which is there.
        hashes: distinct keys of texts that have no vector, texts of like length together.
        read_texts: their texts.
        progress: told how many texts are done with.
    """
    encoded = Encoded()
    chosen = suited(encoder, len(hashes))
    for start in range(0, len(hashes), BATCH):
        batch = hashes[start : start + BATCH]
        with pool.connection() as conn:
            texts = read_texts(conn, batch)
        present = [key for key in batch if key in texts]  # a text may be gone since the hashes were read
        good: list[str] = []
        rows: list[Vectors] = []
        for keys, result in _encode(chosen, present, [texts[key] for key in present]):
            if isinstance(result, str):
                encoded.errors.update(dict.fromkeys(keys, result))
            else:
                good.extend(keys)
                rows.append(result)
        if good:
            with pool.connection() as conn:
                encoded.saved += write_vectors(
                    conn, encoder.model, chosen.runtime, good, np.concatenate(rows)
                )
            encoded.generated.extend(good)
        progress(start + len(batch))
    return encoded


def _encode(
    encoder: Encoder, keys: Sequence[str], texts: Sequence[str]
) -> Iterator[tuple[Sequence[str], Vectors | str]]:
    """Vectors of texts, or the reason of a text that has none; a batch that raises is halved until found."""
    if not keys:
        return
    try:
        vectors = encoder.encode(texts)
    except Exception as error:  # noqa: BLE001 - any model's any error: it is pinned to its text and reported
        if len(keys) == 1:
            yield keys, f"{type(error).__name__}: {error}"
            return
        half = len(keys) // 2
        yield from _encode(encoder, keys[:half], texts[:half])
        yield from _encode(encoder, keys[half:], texts[half:])
        return
    good = is_unit(vectors)
    bad = [key for key, fine in zip(keys, good, strict=True) if not fine]
    if bad:
        yield bad, "the encoder gave a vector that is not finite or not of unit length"
    yield [key for key, fine in zip(keys, good, strict=True) if fine], vectors[good]
