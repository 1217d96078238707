"""First script of a zygote: ``python -s -S -P -B boot.py MODE CONTROL_FD [BASE_FD]``.

Here: making this directory importable as a package of its own, without the project's (and so without asyncio,
dataclass-heavy clients or site-packages), and with built-ins that a program cannot replace under it.
"""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
import types
from importlib.machinery import ModuleSpec, SourceFileLoader

_PACKAGE = "pygrounds_sandbox"
_HERE = os.path.dirname(os.path.abspath(__file__))


class _OwnBuiltins(SourceFileLoader):
    """Loads a module over a private copy of the built-in names."""

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = dict(vars(builtins))
        super().exec_module(module)


class _Finder:
    """Finds the modules of this directory as ``pygrounds_sandbox.*``."""

    @staticmethod
    def find_spec(name: str, *_path_and_target: object) -> ModuleSpec | None:
        package, _, stem = name.rpartition(".")
        if package != _PACKAGE:
            return None
        source = os.path.join(_HERE, f"{stem}.py")
        return importlib.util.spec_from_file_location(name, source, loader=_OwnBuiltins(name, source))


def load(stem: str) -> types.ModuleType:
    """The room's module ``stem``, loaded for the sandbox."""
    if _PACKAGE not in sys.modules:
        package = types.ModuleType(_PACKAGE)
        package.__path__ = []
        sys.modules[_PACKAGE] = package
        sys.meta_path.insert(0, _Finder)
    return importlib.import_module(f"{_PACKAGE}.{stem}")


def main(argv: list[str]) -> None:
    """Start the zygote that the arguments describe."""
    zygote = load("zygote")
    sys.meta_path.remove(_Finder)
    zygote.main(argv[1], int(argv[2]), int(argv[3]) if len(argv) > 3 else None)


if __name__ == "__main__":
    main(sys.argv)
