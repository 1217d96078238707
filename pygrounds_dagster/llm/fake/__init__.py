"""A scripted server that stands for a language model: real HTTP, real streams, no model.

Here: the chat completions protocol and behaviours that are data, good and bad ones. Not here: anything that
the client shares: what both got wrong would look right.
"""

from __future__ import annotations

from pygrounds_dagster.llm.fake.script import Script, ScriptError, load_script, shipped_scripts
from pygrounds_dagster.llm.fake.server import FakeLlm, fake_llm, serve

__all__ = ["FakeLlm", "Script", "ScriptError", "fake_llm", "load_script", "serve", "shipped_scripts"]
