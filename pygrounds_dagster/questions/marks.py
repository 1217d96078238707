"""What a partition's cells depend on, as one hash: if it is as last time, there is nothing to do.

Here: versions of the code and of a source. Not here: remembering them (``store.step``), acting on them
(``make``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.store.step import fingerprint

_HERE = Path(__file__).parent
_CODE = (".py", ".sql", ".yaml", ".md", ".txt", ".jinja")


def mark(who: str, source: SubtopicSource, target: int, bank: str) -> str:
    """Hash of everything that the cells of a subtopic depend on.

    Args:
        who: the generators, and the model if there is one.
        source: what the subtopic offers.
        target: questions of each difficulty.
        bank: hash of what is served: when one of them goes, it is missed.
    """
    return fingerprint(code_version(), who, source_version(source), str(target), bank)


@cache
def code_version() -> str:
    """Hash of the code and prompts of this room: another one may fill cells that stayed short."""
    files = sorted(path for path in _HERE.rglob("*") if path.suffix in _CODE)
    return fingerprint(*(f"{path.relative_to(_HERE)}\x1f{path.read_text('utf-8')}" for path in files))


def source_version(source: SubtopicSource) -> str:
    """Hash of all that generators see of a subtopic; chunk ids are hashes of their texts."""
    return fingerprint(
        source.title,
        source.difficulty,
        *source.objectives,
        *(chunk_id for chunk_id, _, _ in source.concepts),
        *(chunk.chunk_id for chunk in (*source.code, *source.related_code)),
        *(chunk.chunk_id for chunk in source.elsewhere_code),
        *(
            f"{term.term}={term.definition}"
            for term in (*source.terms, *source.related_terms, *source.elsewhere_terms)
        ),
        *(f"{problem.id}={problem.content_hash}" for problem in source.problems),
        *source.related,
        *source.elsewhere,
    )
