# Writes a module of its own and imports it.
# modes: files
# prints:
#   7 greet
import importlib
import pathlib

pathlib.Path("mine.py").write_text("value = 7\ndef greet(): return 'hi'\n")
importlib.invalidate_caches()
import mine  # noqa: E402

print(mine.value, mine.greet.__name__)
