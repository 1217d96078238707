"""PyGrounds: a Python curriculum becomes a searchable knowledge base and proven learning material.

The rooms, in the order a document passes through them: ``curriculum`` (content files → chunks),
``knowledge`` (embeddings, rankings, indexes, search). ``store`` keeps everything, ``runs`` and
``instance`` drive Dagster, ``defs`` and ``cli`` are the doors.
"""

__version__ = "0.1.0"
