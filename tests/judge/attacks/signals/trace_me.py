# Asks to be traced by its parent, which stops it at every signal.
# outcome: violation
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(0, 0, None, None) == 0:
    print("LEAK traced")
