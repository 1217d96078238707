"""Vectors of pages' texts: those that are stored, and the few that are not yet.

Here: which texts lack a vector, encoding them into the store. Not here: what vectors tell (``meaning``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.authoring.meaning import PageTexts, Vector
from pygrounds_dagster.knowledge.encoder import Encoder
from pygrounds_dagster.knowledge.encoding import encode_texts
from pygrounds_dagster.knowledge.vectors import ensure_table, load_vectors, stored_hashes


def stored_vectors(
    pool: ConnectionPool, encoder: Encoder, pages: Sequence[PageTexts]
) -> tuple[dict[str, Vector], dict[str, str]]:
    """The vector of every text of some pages; what has none is encoded, once for ever.

    Chunks and intents have theirs from the steps before; objectives get theirs here.

    Args:
        pool: connections to the store; none is held while encoding.
        encoder: of prose.
        pages: whose texts.

    Returns:
        Vector by hash of the text; the reason by hash for texts that could not be encoded.
    """
    texts = {key: text for page in pages for key, text in page.texts.items()}
    with pool.connection() as conn:
        ensure_table(conn, encoder.model)
        there = stored_hashes(conn, encoder.model, list(texts))
    missing = sorted(texts.keys() - there, key=lambda key: -len(texts[key]))

    def read(_: Connection, keys: Sequence[str]) -> dict[str, str]:
        return {key: texts[key] for key in keys}

    errors = encode_texts(pool, encoder, missing, read, _unheard).errors
    wanted = [key for key in texts if key not in errors]
    with pool.connection() as conn:
        vectors = load_vectors(conn, encoder.model, wanted)
    return dict(zip(wanted, vectors, strict=True)), errors


def _unheard(_: int) -> None:
    """Nobody waits for the few texts that lack a vector."""


def encoded_vectors(
    encoder: Encoder, pages: Sequence[PageTexts], progress: Callable[[int], None] | None = None
) -> Mapping[str, Vector]:
    """The same without a store: everything is encoded now, and forgotten."""
    texts = {key: text for page in pages for key, text in page.texts.items()}
    return dict(zip(texts, encoder.encode(list(texts.values()), progress), strict=True)) if texts else {}
