# Looks for the modules of the harness and replaces what they do.
# outcome: wrong_answer|no_answer|error|crash
# judged: call
# control: none — a bare interpreter has no harness
import gc
import sys
import types

for module in list(sys.modules.values()):
    name = getattr(module, "__name__", "")
    if name.startswith(("pygrounds", "boot")) or name == "__main__":
        for entry, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType) and entry in (
                "encode",
                "difference",
                "same_text",
                "check",
            ):
                setattr(module, entry, lambda *arguments, **options: None)
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and thing.__name__ in (
        "encode",
        "_equal",
        "difference",
        "_judge",
    ):
        thing.__code__ = (lambda *arguments, **options: None).__code__


def answer(x):
    return True
