"""Questions of a language model: asked with the ranked text of a subtopic, and told once what failed.

Here: the generator. Not here: believing anything (``admission``), the endpoint (room ``llm``), what is asked
(``prompts/`` of the room, a file for each game type and difficulty).
"""

from __future__ import annotations

from pygrounds_dagster.questions.llm_generator.proposals import llm_proposals

__all__ = ["llm_proposals"]
