# Mounts a file system over its own.
# outcome: violation
# control: none — needs root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"none", b"/", b"tmpfs", 0, None) == 0:
    print("LEAK mounted")
