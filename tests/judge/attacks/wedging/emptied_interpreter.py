# Empties the interpreter's modules, built-ins and hooks.
# outcome: ok|error|no_answer|crash
# control: none — its own matter without a judge
import builtins
import gc
import sys

gc.set_threshold(1)
sys.excepthook = sys.unraisablehook = sys.displayhook = None
sys.path = sys.meta_path = sys.path_hooks = None
for name in list(sys.modules):
    if name not in ("sys", "builtins"):
        sys.modules[name] = None
for name in list(vars(builtins)):
    if name != "delattr":
        delattr(builtins, name)
