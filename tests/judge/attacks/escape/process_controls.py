# Changes what prctl governs: filters, dumpability, parents, death signals, the memory map.
# outcome: ok|violation
# control: none — allowed without a judge, and harmless there
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for name, *arguments in (
    ("no new privileges off", 38, 0, 0, 0, 0),
    ("strict seccomp", 22, 0, 0, 0, 0),
    ("death signal", 1, 0, 0, 0, 0),
    ("dumpable", 4, 1, 0, 0, 0),
    ("tracer", 0x59616D61, -1, 0, 0, 0),
    ("subreaper", 36, 1, 0, 0, 0),
    ("memory map", 35, 4, 0, 0, 0),
    ("securebits", 28, 0, 0, 0, 0),
    ("keep capabilities", 8, 1, 0, 0, 0),
    ("system call dispatch", 59, 1, 0, 0, 0),
):
    if libc.prctl(*arguments) >= 0:
        print("LEAK", name)
