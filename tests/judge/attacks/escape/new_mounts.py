# Uses the newer mount calls and enters other namespaces.
# outcome: violation
# control: none — needs root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(430, b"tmpfs", 0) >= 0:
    print("LEAK a file system context")
