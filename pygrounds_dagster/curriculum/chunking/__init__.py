"""Blocks → chunks: where a document is cut, and what the encoder sees of each piece.

What belongs here: the chunker and its parts. What does not: reading a format (``readers``), rows.
"""

from pygrounds_dagster.curriculum.chunking.document import CHUNKER_VERSION, chunk_document

__all__ = ["CHUNKER_VERSION", "chunk_document"]
