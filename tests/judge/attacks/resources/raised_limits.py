# Lifts its own limits.
# outcome: ok|violation
# control: none — without a judge there are no limits to lift
import ctypes
import resource

for name in ("CPU", "AS", "NOFILE", "FSIZE", "STACK", "NPROC", "CORE"):
    kind = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(kind)
    for limits in ((hard, hard), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)):
        try:
            resource.setrlimit(kind, limits)
            print("LEAK lifted", name)
        except (OSError, ValueError) as error:
            print("refused:", error)
libc = ctypes.CDLL(None, use_errno=True)
if libc.setrlimit(0, (ctypes.c_uint64 * 2)(1000, 1000)) == 0:
    print("LEAK lifted by libc")
