# Changes variables of its callers: results, counters, exit codes.
# outcome: wrong_answer|error|no_answer|crash
# judged: call
# control: fools
import ctypes
import sys


def answer(x):
    frame = sys._getframe(1)
    while frame is not None:
        for name, value in list(frame.f_globals.items()):
            if name in ("tests", "expected", "calls", "prepared", "results"):
                frame.f_globals[name] = None if name == "expected" else []
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, list) and name not in ("arguments", "args"):
                value.clear()
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(1))
        frame = frame.f_back
    return None
