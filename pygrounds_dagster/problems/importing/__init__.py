"""Other people's problem sets → problems of ours, each one proven before it is kept.

A test file is code of somebody else: it is taken apart by its syntax tree into calls and expected values,
never run beside the solution. Here: finding the parts of a set (``sources``), test code → drafts
(``test_code``, ``assertions``), drafts → tests (``evaluate``), writing and proving (``install``). Not here:
what a problem is (``problems.model``).
"""

from pygrounds_dagster.problems.importing.install import Imported, import_problems
from pygrounds_dagster.problems.importing.sources import SetFormat, SourceError

__all__ = ["Imported", "SetFormat", "SourceError", "import_problems"]
