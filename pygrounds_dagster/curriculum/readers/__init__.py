"""One module per source format; each turns bytes into the same stream of blocks.

Here: readers and the table that picks one. Not here: chunks, rows, anything of one curriculum.
"""

from pygrounds_dagster.curriculum.readers.formats import SUFFIXES, is_supported, read_bytes, read_source

__all__ = ["SUFFIXES", "is_supported", "read_bytes", "read_source"]
