"""The standard library in memory: extensions loaded, everything else as byte code in one map.

Here: collecting the library of the interpreter at hand, the importer that serves it without a path call, and
which modules are imported beforehand. Not here: locking (``layers``).

A child may open nothing and map nothing executable, so whatever it may import must be here before the lock.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import gc
import importlib
import marshal
import mmap
import os
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType


def _names(text: str) -> list[str]:
    return text.split()


# Not for programs: they draw windows, install things, start processes, need OpenSSL's megabytes, or test the
# interpreter. Each extension costs every fork some microseconds, so rarities are left out too.
_LEFT_OUT = frozenset(
    _names("""
    test idlelib lib2to3 tkinter turtledemo ensurepip venv distutils pydoc_data turtle antigravity
    msilib _tkinter _curses _curses_panel readline nis ossaudiodev spwd _crypt _ssl _hashlib _dbm
    _gdbm _ctypes_test _testbuffer _testcapi _testclinic _testimportmultiple _testinternalcapi
    _testmultiphase _bz2 _lzma _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr
    _codecs_tw _multibytecodec _multiprocessing _posixshmem _xxsubinterpreters _interpreters
    _interpchannels _interpqueues audioop syslog _testlimitedcapi _testsinglephase
    _testexternalinspection _xxtestfuzz xxlimited xxlimited_35 xxsubtype
""")
)

# Imported before the fork: what nearly every program needs; the rest loads in a millisecond or two.
_HOT = _names("""
    math random collections itertools functools operator re json string enum types copy io linecache
    traceback heapq bisect typing dataclasses contextlib abc textwrap datetime time warnings atexit
""")


class Library:
    """Byte code of the library in one read-only map, and paths of the loaded extensions."""

    def __init__(self) -> None:
        self.extensions = dict(_extensions())
        descriptor, size, index_size = _built_elsewhere()
        try:
            # private: its pages are shared until written to, and a program that writes has its own copy;
            # in a shared map it could make the pages writable and change the library of the next run
            self._map = mmap.mmap(descriptor, size, mmap.MAP_PRIVATE, mmap.PROT_READ)
        finally:
            os.close(descriptor)
        self.index: dict[str, tuple[int, int, bool, str]] = marshal.loads(
            memoryview(self._map)[size - index_size :]
        )

    def code(self, name: str) -> CodeType:
        """Code object of a module of the index."""
        offset, size = self.index[name][:2]
        loaded = marshal.loads(memoryview(self._map)[offset : offset + size])
        assert isinstance(loaded, CodeType)
        return loaded

    def hold_extensions(self) -> None:
        """Load every extension's shared object, so that a later import finds it without opening a file.

        The dynamic linker knows a loaded object by the path it was loaded from; the module itself is only
        initialised by the import, which keeps the zygote small.
        """
        for path in self.extensions.values():
            ctypes.CDLL(path)


class LibraryFinder:
    """Finder and loader of ``sys.meta_path`` over a ``Library``."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def find_spec(
        self,
        name: str,
        path: object = None,  # noqa: ARG002 - the protocol of sys.meta_path
        target: object = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Spec of a library module, None for any other name."""
        entry = self._library.index.get(name)
        if entry is not None:
            spec = ModuleSpec(name, self, origin=entry[3], is_package=entry[2])  # type: ignore[arg-type]
            spec.has_location = True
            if entry[2]:
                spec.submodule_search_locations = [entry[3].rpartition("/")[0]]
            return spec
        extension = self._library.extensions.get(name)
        if extension is None:
            return None
        loader = ExtensionFileLoader(name, extension)
        return ModuleSpec(name, loader, origin=extension)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002 - the protocol
        """The default module object."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module's byte code from the map."""
        # the true built-in names; left out, these would be the copy that this module has for itself
        module.__dict__["__builtins__"] = vars(builtins)
        exec(self._library.code(module.__name__), module.__dict__)

    def get_code(self, name: str) -> CodeType | None:
        """Code of a module, for ``runpy`` and ``inspect``."""
        return self._library.code(name) if name in self._library.index else None

    def is_package(self, name: str) -> bool:
        """Whether the module is a package."""
        return self._library.index[name][2]


def _allowed(name: str) -> bool:
    return name in sys.stdlib_module_names and name not in _LEFT_OUT


def _extensions() -> Iterator[tuple[str, str]]:
    """Name and path of every extension module of the library that is not built in."""
    directory = sysconfig.get_config_var("DESTSHARED")
    if not directory or not os.path.isdir(directory):  # everything built into the interpreter
        return
    for entry in sorted(os.listdir(directory)):
        suffix = next((suffix for suffix in EXTENSION_SUFFIXES if entry.endswith(suffix)), None)
        if suffix is not None and _allowed(entry[: -len(suffix)]):
            yield entry[: -len(suffix)], os.path.join(directory, entry)


def _sources() -> Iterator[tuple[str, str, bool]]:
    """Name, path and package flag of every Python module of the library."""
    root = sysconfig.get_path("stdlib")
    for name in sorted(sys.stdlib_module_names):
        if not _allowed(name):
            continue
        module, package = os.path.join(root, f"{name}.py"), os.path.join(root, name)
        if os.path.isfile(module):
            yield name, module, False
        elif os.path.isfile(os.path.join(package, "__init__.py")):
            yield from _package(name, package)


def _package(name: str, directory: str) -> Iterator[tuple[str, str, bool]]:
    yield name, os.path.join(directory, "__init__.py"), True
    for entry in sorted(os.listdir(directory)):
        path = os.path.join(directory, entry)
        stem = entry.removesuffix(".py")
        if entry.endswith(".py") and stem.isidentifier() and stem != "__init__":
            yield f"{name}.{stem}", path, False
        elif entry not in ("test", "tests", "__pycache__") and os.path.isfile(f"{path}/__init__.py"):
            yield from _package(f"{name}.{entry}", path)


def _code(name: str, path: str) -> CodeType:
    """Code object, from the interpreter's own cache where it is fresh."""
    code = SourceFileLoader(name, path).get_code(name)
    assert code is not None
    return code


def _build(descriptor: int) -> int:
    """Write all byte code and then the index to a file; returns the index's size."""
    index: dict[str, tuple[int, int, bool, str]] = {}
    with open(descriptor, "wb", closefd=False) as archive:
        for name, path, is_package in _sources():
            code = marshal.dumps(_code(name, path))
            index[name] = (archive.tell(), len(code), is_package, path)
            archive.write(code)
        tail = marshal.dumps(index)
        archive.write(tail)
    return len(tail)


def _built_elsewhere() -> tuple[int, int, int]:
    """The archive as (memory file, its size, its index's size), built by a throw-away child.

    Reading the whole library leaves ten megabytes of heap behind, which every fork would then pay for.
    """
    descriptor = os.memfd_create("library")
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, _build(descriptor).to_bytes(8, "little"))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    answer = os.read(reader, 8)
    os.close(reader)
    if os.waitpid(pid, 0)[1] != 0 or len(answer) != 8:
        raise RuntimeError("the standard library could not be read; see the traceback above")
    return descriptor, os.lseek(descriptor, 0, os.SEEK_END), int.from_bytes(answer, "little")


def _ignore_hooks(**_hooks: object) -> None:
    """Stands in for ``os.register_at_fork``."""


@contextlib.contextmanager
def _without_fork_hooks() -> Iterator[None]:
    """Let modules register nothing to run after a fork: ``random`` would draw a new seed in every child."""
    original = os.register_at_fork
    os.register_at_fork = _ignore_hooks
    try:
        yield
    finally:
        os.register_at_fork = original


def _trim_heap() -> None:
    """Give freed pages back, so that no fork has to account for them."""
    with contextlib.suppress(AttributeError):  # glibc's alone
        ctypes.CDLL(None).malloc_trim(0)


def load() -> LibraryFinder:
    """Load the library and import the hot modules; returns the finder that will serve the rest."""
    library = Library()
    library.hold_extensions()
    finder = LibraryFinder(library)
    with _without_fork_hooks():
        for name in _HOT:
            importlib.import_module(name)
    compile("def warm(x):\n    return [y for y in x if y]\n", "warm", "exec")  # the first compile costs 1 ms
    gc.collect()
    _trim_heap()
    return finder
