"""Courses: lessons made of steps, each with code that is proven to pass its tests.

Here: course files and their model (``model``, ``courses``), the proof of lessons (``check``), rows of both
(``register``, ``verify``). Not here: who learns what (a room of its own), running programs (the judge).
"""
