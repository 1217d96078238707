"""Programming problems: what they say, whether they hold, and wrong programs made from right ones.

Here: problem files and their model (``model``, ``load``), the proof that a problem is sound (``check``),
other people's problem sets (``importing``), single-edit mutants (``mutants``). Not here: running programs and
comparing values (the judge), questions and hints made from problems (rooms of their own).
"""
