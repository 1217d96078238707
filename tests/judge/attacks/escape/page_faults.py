# Gets a descriptor that handles page faults: the tool of most kernel exploits.
# outcome: violation
# control: none — often switched off
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(323 if platform.machine() == "x86_64" else 282, 1) >= 0:
    print("LEAK userfaultfd")
