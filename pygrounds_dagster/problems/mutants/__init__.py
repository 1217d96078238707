"""Single-edit mutants: a program in, the programs out that differ from it by one small mistake.

Every mutant is one text edit of the original, so formatting and comments stay, with the exact span, the
operator that made it and its distance in tokens. The operators are the slips that learners make: wrong
operator, boundary one off, wrong variable, swapped arguments, forgotten line, inverted condition, wrong
starting value, return too early, neighbouring method.

Here: making mutants. Not here: running them (the judge) or counting who kills them (``problems.check``).
"""

from pygrounds_dagster.problems.mutants.engine import OPERATORS, Mutant, mutants

__all__ = ["OPERATORS", "Mutant", "mutants"]
