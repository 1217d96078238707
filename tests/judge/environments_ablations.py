"""Layers taken away on purpose, and the attacks that must then succeed: proof that the corpus bites.

Here: what is patched inside a zygote, or in the judge's process, by this test alone. The product has no
switch for it. Not here: the attacks. Standard library only.

A layer that stands behind another one is shown in pairs: with the layer in front away the attack is still
held, with both away it succeeds.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import os
import tempfile
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
JUDGE = HERE.parents[1] / "pygrounds_dagster" / "judge"

Load = Callable[[str], Any]


def _open_filters(load: Load, *, one: bool = False, two: bool = False) -> None:
    bpf, layers = load("bpf"), load("layers")
    programs = layers.programs

    def opened(machine: Any, mode: str, **options: bool) -> tuple[Any, Any]:
        first, second = programs(machine, mode, **options)
        nothing = bpf.assemble(machine, {"getpid": bpf.ALLOW}, bpf.ALLOW)
        return (nothing if one else first), (nothing if two else second)

    layers.programs = opened


def _allow_network(load: Load) -> None:
    """Stage 1 without its refusal of sockets."""
    filters = load("filters")
    original = filters.stage_one
    calls = (*filters._NETWORK, "sendto", "socketpair", "sendmsg", "shmget", "shmat", "shmctl", "shmdt")
    filters.stage_one = lambda mode, **options: {
        **original(mode, **options),
        **dict.fromkeys(calls, filters.ALLOW),
    }


def _pretend(load: Load, *names: str) -> None:
    """Layers that say they are there, and are not."""
    layers, landlock, kernel = load("layers"), load("landlock"), load("kernel")
    if "landlock" in names:
        landlock.restrict = lambda descriptor: os.close(descriptor)
    if "chroot" in names:

        def no_root(lock: Any, base: int | None) -> None:
            lock.layers |= layers.CHROOT

        layers._change_root = no_root
    if "namespaces" in names:

        def no_namespaces(lock: Any) -> None:
            lock.layers |= layers.NO_NETWORK | layers.NO_IPC

        layers._isolate = no_namespaces
    if "user" in names:

        def no_user(lock: Any) -> None:
            lock.layers |= layers.OWN_UID | layers.NO_CAPABILITIES

        layers._drop_user = no_user
        kernel.set_capabilities = lambda *kept: None


def _without_limit(load: Load, name: str) -> None:
    child, resource = load("child"), __import__("resource")
    original = child._limit

    def limit(kind: int, *arguments: Any) -> None:
        if kind != getattr(resource, name):
            original(kind, *arguments)

    child._limit = limit


def _no_wall(load: Load) -> None:
    loop = load("zygote")._Loop
    loop._expire = lambda self: None
    loop._timeout = lambda self: 50.0


def _zygote_reads(load: Load) -> None:
    loop, wire = load("zygote")._Loop, load("wire")
    original = loop._start
    kept: list[bytes] = []

    def start(self: Any, message: bytes, received: list[int]) -> None:
        # small enough to lie in the heap: a large read would get a mapping of its own, anywhere
        kept.append(os.pread(received[wire.REQUEST], 1 << 14, 0))
        original(self, message, received)

    loop._start = start


def _descriptors_stay(load: Load) -> None:
    load("kernel").close_from = lambda first: None


def _status_stays(load: Load) -> None:
    child = load("child")
    real = child.os
    child.os = types.SimpleNamespace(**vars(real))
    child.os.close = lambda descriptor: None if descriptor == 5 else real.close(descriptor)


def _expected_inside(judge: Any) -> None:
    """The expected values travel with the request, as where tests and program share a process."""
    verdict, jobs = judge("verdict"), judge("jobs")
    original = verdict.job_of

    def job_of(program: Any, test: Any, **options: Any) -> Any:
        job = original(program, test, **options)
        call = test.call
        if call is None or not test.has_expected:
            return job
        args, expected = list(call.args), judge("plain").to_value(test.expected)
        told = f"TOLD = {{'call': 'answer', 'args': {args!r}, 'expected': {expected!r}}}"
        calls = [jobs.Call.evaluate(f"{call.name}(*{args!r})", setup=told)]
        return dataclasses.replace(job, calls=calls)

    verdict.job_of = job_of


def _removed_files_unseen(load: Load) -> None:
    load("removed").Files.held = lambda self, pid, descriptors: 0


def _map_files(load: Load) -> None:
    """Stage 1 with the strict mode's rule on mappings."""
    filters = load("filters")
    original = filters.stage_one
    filters.stage_one = lambda mode, **options: {
        **original(mode, **options),
        "mmap": original("strict")["mmap"],
    }


def _no_quota(judge: Any) -> None:
    judge("scratch").Scratch.measure = lambda self: None


def _files_stay(judge: Any) -> None:
    judge("scratch").Scratch.remove = lambda self: None


def _any_end(judge: Any) -> None:
    """However a process ended, it ended well."""
    judge("pending")._how_it_ended = lambda report, limit: ("ok", "", 0)


@dataclass(frozen=True)
class Ablation:
    """What is taken away, and the attacks that must then get through.

    ``profile``: the environment to do it in, where no other layer stands before the attack. ``held``: the
    ablation whose attacks must all still be held, to show that this one is what makes the difference.
    """

    bites: tuple[str, ...]
    zygote: Callable[[Load], None] | None = None
    judge: Callable[[Any], None] | None = None
    profile: str = "root"
    mode: str = "strict"
    held: bool = False
    needs: tuple[str, ...] = ()
    """What the machine must have, of ``profiles.HAS``."""
    keep_self_test: bool = False


def _both(*steps: Callable[[Load], None]) -> Callable[[Load], None]:
    def apply(load: Load) -> None:
        for step in steps:
            step(load)

    return apply


ABLATIONS: dict[str, Ablation] = {
    "stage 1": Ablation(
        ("escape/machine_code", "escape/ring", "escape/user_namespace"),
        lambda load: _open_filters(load, one=True),
    ),
    "stage 2": Ablation(
        ("processes/fork", "signals/parent", "escape/process_controls"),
        lambda load: _open_filters(load, two=True),
    ),
    "both stages": Ablation(
        ("processes/fork", "escape/machine_code", "signals/trace_me", "escape/memory_program"),
        lambda load: _open_filters(load, one=True, two=True),
    ),
    "landlock": Ablation(
        ("reading/password_file", "reading/every_reader", "writing/existing_file"),
        lambda load: _pretend(load, "landlock"),
        profile="container-user",
        mode="files",
    ),
    "chroot": Ablation(
        ("reading/password_file", "reading/every_reader", "writing/existing_file"),
        lambda load: _pretend(load, "chroot"),
        profile="old-container-root",
        mode="files",
    ),
    "chroot and landlock": Ablation(
        ("reading/password_file", "reading/bystander_arguments", "writing/new_entries"),
        _both(lambda load: _pretend(load, "landlock", "chroot")),
        mode="files",
    ),
    "own user": Ablation(("processes/thread_bomb",), lambda load: _pretend(load, "user"), mode="files"),
    "sockets refused": Ablation(
        ("network/udp", "network/abstract", "reading/system_v_memory"),
        _allow_network,
        held=True,
        needs=("network namespaces", "landlock"),
    ),
    "sockets refused, namespaces": Ablation(
        ("network/udp", "reading/system_v_memory"),
        _both(_allow_network, lambda load: _pretend(load, "namespaces")),
    ),
    "sockets refused, namespaces, landlock": Ablation(
        ("network/tcp", "network/postgresql", "network/abstract"),
        _both(_allow_network, lambda load: _pretend(load, "namespaces", "landlock")),
    ),
    "processor limit": Ablation(
        ("resources/processor_time",), lambda load: _without_limit(load, "RLIMIT_CPU")
    ),
    "memory limit": Ablation(("resources/memory_at_once",), lambda load: _without_limit(load, "RLIMIT_AS")),
    "file size limit": Ablation(("resources/errors",), lambda load: _without_limit(load, "RLIMIT_FSIZE")),
    "descriptor limit": Ablation(
        ("resources/descriptors",), lambda load: _without_limit(load, "RLIMIT_NOFILE")
    ),
    "stack limit": Ablation(("resources/stack",), lambda load: _without_limit(load, "RLIMIT_STACK")),
    "thread limit": Ablation(
        ("processes/thread_bomb",),
        lambda load: _without_limit(load, "RLIMIT_NPROC"),
        mode="files",
        profile="user",
    ),
    "wall limit": Ablation(("resources/sleep", "resources/stopped"), _no_wall),
    "payload unread by the zygote": Ablation(("poisoning/earlier_program",), _zygote_reads),
    "descriptors closed": Ablation(
        ("reading/inherited_descriptors", "writing/through_descriptors"), _descriptors_stay
    ),
    "status closed": Ablation(("forging/status_of_the_run",), _status_stays),
    "expected values outside": Ablation(
        ("forging/search_in_memory", "forging/search_in_frames"), judge=_expected_inside
    ),
    "scratch quota": Ablation(
        ("resources/many_files", "resources/several_large_files"), judge=_no_quota, mode="files"
    ),
    "removed files seen": Ablation(("resources/removed_files",), _removed_files_unseen, mode="files"),
    "mapped files refused": Ablation(("resources/mapped_files",), _map_files, mode="files"),
    "scratch removed": Ablation(("poisoning/files", "wedging/odd_names"), judge=_files_stay, mode="files"),
    "end by the zygote's word": Ablation(
        ("forging/end_then_crash", "wedging/segmentation_fault"), judge=_any_end
    ),
    "self-test against open stages": Ablation(
        (), lambda load: _open_filters(load, two=True), keep_self_test=True
    ),
}


def boot(name: str, argv: list[str]) -> None:
    """Become the zygote that the arguments describe, with a layer taken away."""
    spec = importlib.util.spec_from_file_location("boot", JUDGE / "boot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ablation = ABLATIONS[name]
    module.load("zygote")
    if ablation.zygote is not None:
        ablation.zygote(module.load)
    if not ablation.keep_self_test:
        module.load("selftest").leaks = lambda lock: []
        module.load("zygote").selftest.leaks = lambda lock: []
    module.main(argv)


def run_ablation(name: str) -> dict[str, object]:
    """The attacks of an ablation: which got through, or why the judge refused to start."""
    import environments
    import environments_corpus as corpus
    from environments_targets import notice_signals

    from pygrounds_dagster.judge import JudgeUnavailableError, sandbox

    notice_signals()
    ablation = ABLATIONS[name]
    with tempfile.TemporaryDirectory() as directory:
        tempfile.tempdir = directory
        Path(directory).chmod(0o755)
        script = Path(directory, "boot.py")
        script.write_text(
            f"import sys\nsys.path.insert(0, {str(HERE)!r})\n"
            f"import environments_ablations\nenvironments_ablations.boot({name!r}, sys.argv)\n"
        )
        if ablation.zygote is not None:
            sandbox.BOOT = script
        if ablation.judge is not None:
            ablation.judge(lambda stem: importlib.import_module(f"pygrounds_dagster.judge.{stem}"))
        lane = environments.Lane()
        through: dict[str, list[str]] = {}
        refused = ""
        try:
            lane.judge.standing(ablation.mode)  # type: ignore[arg-type]
            for program in corpus.attacks():
                if program.name in ablation.bites:
                    found = lane.attack(program, ablation.mode)
                    if found:
                        through[program.name] = found
        except JudgeUnavailableError as error:
            refused = str(error)
        lane.close()
    return {"through": through, "refused": refused}
