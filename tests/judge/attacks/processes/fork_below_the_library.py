# Forks by raw system calls: fork, vfork, clone in several guises, clone3.
# outcome: ok|violation
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
FORK, VFORK, CLONE = (57, 58, 56) if platform.machine() == "x86_64" else (None, None, 220)
SIGCHLD, PARENT, FILES = 17, 0x8000, 0x400
calls = [(FORK,), (CLONE, SIGCHLD, 0, 0, 0, 0), (CLONE, SIGCHLD | PARENT, 0, 0, 0, 0), (CLONE, 0, 0, 0, 0, 0)]
calls += [(CLONE, SIGCHLD | FILES, 0, 0, 0, 0), (435, (ctypes.c_uint64 * 11)(0, 0, 0, 0, SIGCHLD), 88)]
for number, *arguments in calls:
    if number is None:
        continue
    pid = libc.syscall(number, *arguments)
    if pid == 0:
        os.write(1, b"\nLEAK a second process\n")
        os._exit(0)
    print("refused:", ctypes.get_errno())
